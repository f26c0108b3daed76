//! Identities of the manifest, each as what the binary checks: the products of particular providers are
//! sugar for rules about tokens.

use super::api::template;
use crate::manifest::{self, Manifest, ServerIdentity, TokenRules};
use crate::plan::{Access, Identity, IdentityKind, Jwt, KeySource, Part, RequiredClaim, Template};

/// Where the manifest names none: what providers use today, without those that are only there for old
/// hardware.
const ALGORITHMS: [&str; 5] = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];

/// API Management's header for keys.
const KEY_HEADER: &str = "ocp-apim-subscription-key";

/// One identity.
pub(super) fn identity(identity: &manifest::Identity, manifest: &Manifest) -> Identity {
    let kind = match &identity.kind {
        manifest::IdentityKind::Jwt {
            issuer,
            algorithms,
            scopes_claim,
            roles_claim,
            rules,
        } => IdentityKind::Jwt(Box::new(Jwt {
            issuers: vec![template(&issuer.value, manifest)],
            algorithms: if algorithms.is_empty() {
                ALGORITHMS.map(str::to_owned).to_vec()
            } else {
                algorithms.iter().map(|name| name.value.clone()).collect()
            },
            scopes_claim: scopes_claim.as_ref().map(|name| name.value.clone()),
            roles_claim: roles_claim
                .as_ref()
                .map_or_else(|| "roles".to_owned(), |name| name.value.clone()),
            ..token(rules, manifest)
        })),
        manifest::IdentityKind::Entra { tenant, rules } => {
            let issuer = |before: &str, after: &str| {
                let mut issuer: Template = vec![Part::Literal(before.to_owned())];
                issuer.extend(template(&tenant.value, manifest));
                issuer.push(Part::Literal(after.to_owned()));
                issuer
            };
            IdentityKind::Jwt(Box::new(Jwt {
                // Version 2.0 first: it is what clients are sent to. Which version a tenant issues is
                // up to the registration of the application.
                issuers: vec![
                    issuer("https://login.microsoftonline.com/", "/v2.0"),
                    issuer("https://sts.windows.net/", "/"),
                ],
                algorithms: vec!["RS256".to_owned()],
                ..token(rules, manifest)
            }))
        }
        manifest::IdentityKind::Keys { file, header } => IdentityKind::Keys {
            file: template(&file.value, manifest),
            header: header.as_ref().map_or_else(
                || KEY_HEADER.to_owned(),
                |name| name.value.to_ascii_lowercase(),
            ),
        },
    };
    Identity {
        name: identity.name.value.clone(),
        span: identity.name.span,
        kind,
    }
}

/// What all kinds of token have in common; the issuers are the caller's to add.
fn token(rules: &TokenRules, manifest: &Manifest) -> Jwt {
    let templates = |templates: &[crate::source::Spanned<manifest::Template>]| {
        let bound = templates.iter().map(|text| template(&text.value, manifest));
        bound.collect::<Vec<_>>()
    };
    Jwt {
        issuers: Vec::new(),
        audiences: templates(&rules.audiences),
        key_source: match &rules.key_source {
            manifest::KeySource::Discovery => KeySource::Discovery,
            manifest::KeySource::Url(url) => KeySource::Url(template(&url.value, manifest)),
            manifest::KeySource::File(path) => KeySource::File(template(&path.value, manifest)),
        },
        algorithms: Vec::new(),
        clock_skew: rules
            .clock_skew
            .as_ref()
            .map_or_else(Default::default, |skew| skew.value),
        client_applications: templates(&rules.client_applications),
        required_claims: rules.required_claims.iter().map(required_claim).collect(),
        claims: rules
            .claims
            .iter()
            .map(|(name, kind)| (name.value.clone(), *kind))
            .collect(),
        scopes_claim: None,
        roles_claim: "roles".to_owned(),
        scope_prefix: rules
            .scope_prefix
            .as_ref()
            .map_or_else(Vec::new, |prefix| template(&prefix.value, manifest)),
    }
}

fn required_claim(claim: &manifest::RequiredClaim) -> RequiredClaim {
    RequiredClaim {
        name: claim.name.value.clone(),
        values: claim
            .values
            .iter()
            .map(|value| value.value.clone())
            .collect(),
        all: claim.all,
        separator: claim
            .separator
            .as_ref()
            .map(|separator| separator.value.clone()),
    }
}

/// What a server asks of its callers. That its identities are declared was checked when the manifest was
/// read.
pub(super) fn access(server: &manifest::Server, manifest: &Manifest) -> Access {
    let names = match &server.identity {
        ServerIdentity::Named(names) => names.as_slice(),
        ServerIdentity::Absent | ServerIdentity::Anonymous(_) => &[],
    };
    Access {
        said: !matches!(server.identity, ServerIdentity::Absent),
        identities: names
            .iter()
            .filter_map(|name| {
                let mut declared = manifest.identities.iter();
                declared.position(|identity| identity.name.value == name.value)
            })
            .collect(),
        scopes: server
            .scopes
            .iter()
            .map(|scope| scope.value.clone())
            .collect(),
    }
}

/// The identities that callers of a server may have; none where everybody may call.
pub(super) fn of_server<'m>(
    server: &manifest::Server,
    manifest: &'m Manifest,
) -> Vec<&'m manifest::Identity> {
    let ServerIdentity::Named(names) = &server.identity else {
        return Vec::new();
    };
    names
        .iter()
        .filter_map(|name| {
            let mut declared = manifest.identities.iter();
            declared.find(|identity| identity.name.value == name.value)
        })
        .collect()
}
