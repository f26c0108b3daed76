//! Protected Resource Metadata (RFC 9728): what tells clients which authorization server to ask for a
//! token, and for which scopes.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::{Value, json};

use super::gate::Recogniser;
use crate::description::{Access, Server};

/// What the paths of all metadata begin with (RFC 9728, section 3.1).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Where the gateway is for its clients.
#[derive(Debug)]
pub(super) struct PublicUrl {
    /// Scheme and authority.
    origin: String,
    /// The path before those of the servers; empty for none.
    prefix: String,
}

impl PublicUrl {
    /// Reads `public_url`, which was found to be an absolute URL without query and fragment.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim_end_matches('/');
        let authority = text.find("://").map_or(0, |colon| colon + 3);
        let path = text
            .get(authority..)
            .and_then(|rest| rest.find('/'))
            .map_or(text.len(), |slash| authority + slash);
        let (origin, prefix) = text.split_at_checked(path).unwrap_or((text, ""));
        Self {
            origin: origin.to_owned(),
            prefix: prefix.to_owned(),
        }
    }

    /// The URL of a server: its identifier as a protected resource.
    pub(super) fn resource(&self, server: &Server) -> String {
        [&self.origin, &self.prefix, server.path].concat()
    }

    /// Where the metadata of a server is.
    pub(super) fn metadata(&self, server: &Server) -> String {
        [&self.origin, WELL_KNOWN, &self.prefix, server.path].concat()
    }
}

/// The documents of a gateway, by path.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// Each with the position of its server.
    documents: BTreeMap<String, (usize, Bytes)>,
}

impl Metadata {
    /// The document at a path, and the position of its server.
    pub(super) fn find(&self, path: &str) -> Option<(usize, &Bytes)> {
        if !path.starts_with(WELL_KNOWN) {
            return None;
        }
        let (server, document) = self.documents.get(path)?;
        Some((*server, document))
    }

    /// Adds the document of a server; `only` where the gateway has no other, so that clients which look
    /// at the root find it too. A reverse proxy may or may not take the prefix away before it hands the
    /// request on.
    pub(super) fn add(
        &mut self,
        (position, server): (usize, &Server),
        url: &PublicUrl,
        document: &Value,
        only: bool,
    ) {
        let text = Bytes::from(document.to_string());
        let mut paths = vec![
            [WELL_KNOWN, server.path].concat(),
            [WELL_KNOWN, &url.prefix, server.path].concat(),
        ];
        if only {
            paths.push(WELL_KNOWN.to_owned());
        }
        for path in paths {
            self.documents.insert(path, (position, text.clone()));
        }
    }
}

/// The metadata of a server.
pub(super) fn document<'r>(
    server: &Server,
    access: &Access,
    url: &PublicUrl,
    recognisers: impl Iterator<Item = &'r Recogniser>,
) -> Value {
    let mut issuers: Vec<&str> = Vec::new();
    let mut scopes = BTreeSet::new();
    for recogniser in recognisers {
        let Some((expected, scope_prefix)) = recogniser.provider() else {
            continue;
        };
        for issuer in expected.authorization_servers() {
            if !issuers.contains(&issuer) {
                issuers.push(issuer);
            }
        }
        let needed = access
            .scopes
            .iter()
            .chain(access.tools.iter().copied().flatten());
        scopes.extend(needed.map(|scope| format!("{scope_prefix}{scope}")));
    }
    let mut document = json!({
        "resource": url.resource(server),
        "resource_name": server.title,
        "authorization_servers": issuers,
        "bearer_methods_supported": ["header"],
    });
    if !scopes.is_empty()
        && let Some(members) = document.as_object_mut()
    {
        members.insert("scopes_supported".into(), json!(scopes));
    }
    document
}
