//! Identities of the manifest, each as what the binary checks: the products of particular providers are
//! sugar for rules about tokens.

use std::time::Duration;

use super::api::template;
use crate::manifest::{self, Manifest, ServerIdentity};
use crate::plan::{
    Access, CertificateCaller, Certificates, Claim, Identity, IdentityKind, Introspection, Jwt,
    KeySource, Part, Provider, RequiredClaim, Template, TokenRules,
};
use crate::source::Spanned;

/// Where the manifest names none: what providers use today, without those that are only there for old
/// hardware.
const ALGORITHMS: [&str; 5] = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];

/// How long the answer of a provider counts.
const CACHE: Duration = Duration::from_secs(30);

/// How long a request waits for it.
const TIMEOUT: Duration = Duration::from_secs(5);

/// API Management's header for keys.
const KEY_HEADER: &str = "ocp-apim-subscription-key";

/// One identity.
///
/// `None` where a name in it is not declared, which was reported when the manifest was read.
pub(super) fn identity(identity: &manifest::Identity, manifest: &Manifest) -> Option<Identity> {
    let kind = match &identity.kind {
        manifest::IdentityKind::Jwt {
            issuers,
            algorithms,
            scopes_claim,
            roles_claim,
            rules,
        } => IdentityKind::Jwt(Box::new(Jwt {
            rules: token(
                (scopes_claim.as_ref(), roles_claim.as_ref()),
                rules,
                manifest,
            ),
            providers: issuers
                .iter()
                .map(|provider| Provider {
                    issuers: vec![template(&provider.issuer.value, manifest)],
                    key_source: key_source(&provider.key_source, manifest),
                })
                .collect(),
            decryption_keys: decryption_keys(rules, manifest),
            algorithms: if algorithms.is_empty() {
                ALGORITHMS.map(str::to_owned).to_vec()
            } else {
                algorithms.iter().map(|name| name.value.clone()).collect()
            },
        })),
        manifest::IdentityKind::Entra {
            tenants,
            key_source: keys,
            rules,
        } => IdentityKind::Jwt(Box::new(Jwt {
            rules: token((None, None), rules, manifest),
            providers: tenants
                .iter()
                .map(|tenant| Provider {
                    issuers: issuers_of(&template(&tenant.value, manifest)),
                    key_source: key_source(keys, manifest),
                })
                .collect(),
            decryption_keys: decryption_keys(rules, manifest),
            algorithms: vec!["RS256".to_owned()],
        })),
        manifest::IdentityKind::Introspection(asked) => {
            let claims = (asked.scopes_claim.as_ref(), asked.roles_claim.as_ref());
            let mut declared = manifest.credentials.iter();
            let credential =
                declared.find(|credential| credential.name.value == asked.credential.value)?;
            IdentityKind::Introspection(Box::new(Introspection {
                rules: token(claims, &asked.rules, manifest),
                issuer: template(&asked.issuer.value, manifest),
                url: template(&asked.url.value, manifest),
                credential: super::api::credential(&credential.kind, manifest),
                audience_optional: asked.audience_optional,
                cache: asked.cache.as_ref().map_or(CACHE, |cache| cache.value),
                timeout: asked
                    .timeout
                    .as_ref()
                    .map_or(TIMEOUT, |timeout| timeout.value),
            }))
        }
        manifest::IdentityKind::Certificate(certificates) => {
            IdentityKind::Certificate(self::certificates(certificates, manifest))
        }
        manifest::IdentityKind::Keys { file, header } => IdentityKind::Keys {
            file: template(&file.value, manifest),
            header: header.as_ref().map_or_else(
                || KEY_HEADER.to_owned(),
                |name| name.value.to_ascii_lowercase(),
            ),
        },
    };
    Some(Identity {
        name: identity.name.value.clone(),
        span: identity.name.span,
        kind,
    })
}

fn certificates(certificates: &manifest::Certificates, manifest: &Manifest) -> Certificates {
    let texts = |texts: &[Spanned<String>]| -> Vec<String> {
        texts.iter().map(|text| text.value.clone()).collect()
    };
    let caller = |caller: &manifest::CertificateCaller| CertificateCaller {
        says: caller
            .says
            .iter()
            .map(|(field, text)| (*field, template(&text.value, manifest)))
            .collect(),
        name: caller.name.as_ref().map(|name| name.value.clone()),
        scopes: texts(&caller.scopes),
        roles: texts(&caller.roles),
    };
    Certificates {
        callers: certificates.callers.iter().map(caller).collect(),
        subject_from: certificates.subject_from,
    }
}

/// The issuers of a tenant of Entra ID: of version 2.0 first, where clients are sent to. Which version a
/// tenant issues is up to the registration of the application.
fn issuers_of(tenant: &Template) -> Vec<Template> {
    let issuer = |before: &str, after: &str| {
        let mut issuer: Template = vec![Part::Literal(before.to_owned())];
        issuer.extend(tenant.iter().cloned());
        issuer.push(Part::Literal(after.to_owned()));
        issuer
    };
    vec![
        issuer("https://login.microsoftonline.com/", "/v2.0"),
        issuer("https://sts.windows.net/", "/"),
    ]
}

fn decryption_keys(rules: &manifest::TokenRules, manifest: &Manifest) -> Vec<Template> {
    let keys = rules.decryption_keys.iter();
    keys.map(|key| template(&key.value, manifest)).collect()
}

fn key_source(source: &manifest::KeySource, manifest: &Manifest) -> KeySource {
    match source {
        manifest::KeySource::Discovery => KeySource::Discovery,
        manifest::KeySource::Url(url) => KeySource::Url(template(&url.value, manifest)),
        manifest::KeySource::File(path) => KeySource::File(template(&path.value, manifest)),
    }
}

/// What all kinds of token have in common. The first argument is the claims with the scopes and with the
/// roles.
fn token(
    (scopes_claim, roles_claim): (Option<&Spanned<String>>, Option<&Spanned<String>>),
    rules: &manifest::TokenRules,
    manifest: &Manifest,
) -> TokenRules {
    let templates = |templates: &[Spanned<manifest::Template>]| {
        let bound = templates.iter().map(|text| template(&text.value, manifest));
        bound.collect::<Vec<_>>()
    };
    let claim = |claim: &manifest::Claim| Claim {
        name: claim.name.value.clone(),
        from: claim.from.as_ref().unwrap_or(&claim.name).value.clone(),
        kind: claim.kind,
    };
    TokenRules {
        audiences: templates(&rules.audiences),
        clock_skew: rules
            .clock_skew
            .as_ref()
            .map_or_else(Default::default, |skew| skew.value),
        max_age: rules.max_age.as_ref().map(|age| age.value),
        client_applications: templates(&rules.client_applications),
        required_claims: rules.required_claims.iter().map(required_claim).collect(),
        claims: rules.claims.iter().map(claim).collect(),
        scopes_claim: scopes_claim.map(|name| name.value.clone()),
        roles_claim: roles_claim.map_or_else(|| "roles".to_owned(), |name| name.value.clone()),
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
