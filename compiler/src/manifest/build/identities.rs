//! Identities as the manifest's types.

use crate::manifest::{
    CertificateCaller, CertificateField, Certificates, Claim, ClaimKind, Identity, IdentityKind,
    Introspection, Issuer, KeySource, RequiredClaim, ServerIdentity, Template, TokenRules,
};
use crate::source::{Member, Node, Spanned};

use super::{boolean, duration, items, key, members, spanned_text, templated, text, texts};

/// A value of `identities`.
pub(super) fn identity(member: &Member) -> Option<Identity> {
    let node = &member.value;
    let kind = if let Some(node) = node.get("jwt") {
        IdentityKind::Jwt {
            issuers: match node.get("issuer") {
                Some(_) => vec![issuer(node)?],
                None => items(node, "issuers").iter().filter_map(issuer).collect(),
            },
            algorithms: texts(node, "algorithms"),
            scopes_claim: text(node, "scopes_claim"),
            roles_claim: text(node, "roles_claim"),
            rules: rules(node),
        }
    } else if let Some(node) = node.get("entra") {
        IdentityKind::Entra {
            tenants: match node.get("tenant") {
                Some(tenant) => vec![templated(tenant)?],
                None => templates(node, "tenants"),
            },
            key_source: key_source(node),
            rules: rules(node),
        }
    } else if let Some(node) = node.get("introspection") {
        IdentityKind::Introspection(Introspection {
            url: templated(node.get("url")?)?,
            credential: text(node, "credential")?,
            issuer: templated(node.get("issuer")?)?,
            audience_optional: boolean(node, "audience_optional").is_some_and(|value| value.value),
            cache: duration(node, "cache"),
            timeout: duration(node, "timeout"),
            scopes_claim: text(node, "scopes_claim"),
            roles_claim: text(node, "roles_claim"),
            rules: rules(node),
        })
    } else if let Some(node) = node.get("client_certificate") {
        IdentityKind::Certificate(certificates(node))
    } else {
        let node = node.get("keys")?;
        IdentityKind::Keys {
            file: templated(node.get("file")?)?,
            header: text(node, "header"),
        }
    };
    Some(Identity {
        name: key(member),
        kind,
    })
}

fn certificates(node: &Node) -> Certificates {
    let subject_from = text(node, "subject_from");
    Certificates {
        callers: items(node, "callers").iter().map(caller).collect(),
        subject_from: subject_from.and_then(|name| {
            let mut fields = CertificateField::ALL.into_iter();
            fields.find(|field| field.name() == name.value)
        }),
    }
}

fn caller(node: &Node) -> CertificateCaller {
    let fields = CertificateField::ALL.into_iter();
    CertificateCaller {
        is_known: fields.clone().any(|field| node.get(field.name()).is_some()),
        says: fields
            .filter_map(|field| Some((field, node.get(field.name()).and_then(templated)?)))
            .collect(),
        name: text(node, "name"),
        scopes: texts(node, "scopes"),
        roles: texts(node, "roles"),
        span: node.span,
    }
}

/// A mapping with `issuer` and perhaps `jwks`.
fn issuer(node: &Node) -> Option<Issuer> {
    Some(Issuer {
        issuer: templated(node.get("issuer")?)?,
        key_source: key_source(node),
    })
}

fn key_source(node: &Node) -> KeySource {
    let key_source = node.get("jwks").and_then(|jwks| {
        let url = jwks.get("url").and_then(templated).map(KeySource::Url);
        url.or_else(|| jwks.get("file").and_then(templated).map(KeySource::File))
    });
    key_source.unwrap_or_default()
}

fn rules(node: &Node) -> TokenRules {
    TokenRules {
        audiences: templates(node, "audiences"),
        decryption_keys: templates(node, "decryption_keys"),
        clock_skew: duration(node, "clock_skew"),
        max_age: duration(node, "max_age"),
        client_applications: templates(node, "client_applications"),
        required_claims: members(node, "required_claims")
            .map(required_claim)
            .collect(),
        claims: members(node, "claims").filter_map(claim).collect(),
        scope_prefix: node.get("scope_prefix").and_then(templated),
    }
}

fn templates(node: &Node, name: &str) -> Vec<Spanned<Template>> {
    items(node, name).iter().filter_map(templated).collect()
}

fn required_claim(member: &Member) -> RequiredClaim {
    let node = &member.value;
    let all = node.get("all").is_some();
    RequiredClaim {
        name: key(member),
        values: texts(node, if all { "all" } else { "any" }),
        all,
        separator: text(node, "separator"),
    }
}

/// A type, or a mapping with one.
fn claim(member: &Member) -> Option<Claim> {
    let node = &member.value;
    Some(Claim {
        name: key(member),
        from: text(node, "from"),
        kind: claim_kind(node).or_else(|| claim_kind(node.get("type")?))?,
    })
}

fn claim_kind(node: &Node) -> Option<ClaimKind> {
    Some(match node.as_str()? {
        "string" => ClaimKind::String,
        "strings" => ClaimKind::Strings,
        "integer" => ClaimKind::Integer,
        "boolean" => ClaimKind::Boolean,
        _ => return None,
    })
}

/// `identity` of a server: a name, several, or the word for none.
pub(super) fn server_identity(server: &Node) -> ServerIdentity {
    let Some(node) = server.get("identity") else {
        return ServerIdentity::Absent;
    };
    let names: Vec<Spanned<String>> = match node.as_array() {
        Some(items) => items.iter().filter_map(spanned_text).collect(),
        None => spanned_text(node).into_iter().collect(),
    };
    match names.as_slice() {
        [only] if only.value == "anonymous" => ServerIdentity::Anonymous(only.span),
        _ => ServerIdentity::Named(names),
    }
}
