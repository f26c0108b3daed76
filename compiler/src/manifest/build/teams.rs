//! Files of teams, and what they add to the manifest.

use crate::manifest::formats;
use crate::manifest::keys::teams::{ANONYMOUS_SERVERS, OPEN_PRODUCTS};
use crate::manifest::shape::Format;
use crate::manifest::{Include, Included, Manifest, Share, Terms};
use crate::source::{Node, Spanned};

use super::{
    api, credential, items, members, policies, policy_tests, products, server, text, texts,
    variable,
};

/// The entries of `include`, less malformed ones.
pub(in crate::manifest) fn includes(root: &Node) -> Vec<Include> {
    items(root, "include").iter().filter_map(include).collect()
}

fn include(node: &Node) -> Option<Include> {
    let allowed = texts(node, "allow");
    let allows = |what: &str| allowed.iter().any(|allowed| allowed.value == what);
    let well_formed = |text: &Spanned<String>, format: &Format| format.problem(text).is_none();
    Some(Include {
        files: text(node, "files").filter(|files| well_formed(files, &formats::TEAM_FILES))?,
        team: text(node, "team"),
        terms: Terms {
            share: node.get("share").map(share).unwrap_or_default(),
            anonymous_servers: allows(ANONYMOUS_SERVERS),
            open_products: allows(OPEN_PRODUCTS),
            span: node.span,
        },
    })
}

fn share(node: &Node) -> Share {
    Share {
        identities: texts(node, "identities"),
        apis: texts(node, "apis"),
        credentials: texts(node, "credentials"),
        environment: texts(node, "environment"),
        listeners: texts(node, "listeners"),
        rust: texts(node, "rust"),
    }
}

/// Adds what the files of teams declare, after what is there.
pub(in crate::manifest) fn add(included: &[Included], manifest: &mut Manifest) {
    for Included { team, root } in included {
        manifest
            .environment
            .extend(members(root, "environment").map(variable));
        manifest
            .credentials
            .extend(members(root, "credentials").filter_map(credential));
        manifest.apis.extend(members(root, "apis").filter_map(api));
        let asked = policies(root);
        manifest
            .servers
            .extend(members(root, "servers").map(|member| {
                let mut server = server(member);
                server.policies.splice(..0, asked.iter().cloned());
                server
            }));
        manifest
            .products
            .extend(members(root, "products").map(products::product));
        manifest.tests.extend(policy_tests::tests(root));
        manifest.test_files.extend(texts(root, "test_files"));
        manifest.teams.push(team.clone());
    }
}
