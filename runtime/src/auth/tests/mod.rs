//! Callers that are recognised, and callers that try to be.

mod attacks;
#[cfg(feature = "tls")]
mod certificates;
mod encrypted;
mod introspection;
mod issuer;
mod issuers;
mod keys;
mod products;
mod refresh;
mod requests;
mod tokens;

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::{HeaderMap, HeaderName, HeaderValue};

use self::issuer::{ISSUER, NOW, Signer, key_set};
use super::challenge::{Bearer, Challenge};
use super::claims::Expected;
use super::gate::{Gate, Recogniser, Refusal, TokenRecogniser};
use super::jose::KeySet;
use super::key_source::KeySource;
use super::principal::Principal;
use crate::description::{Access, Algorithm, Claim, ClaimKind, Jwt, RequiredClaim, TokenRules};

const RULES: TokenRules = TokenRules {
    audiences: &[],
    clock_skew: std::time::Duration::ZERO,
    max_age: None,
    client_applications: &[],
    required_claims: &[RequiredClaim {
        name: "department",
        values: &["sales", "support"],
        all: false,
        separator: None,
    }],
    claims: &[
        Claim {
            name: "department",
            from: "department",
            kind: ClaimKind::String,
        },
        Claim {
            name: "level",
            from: "/account/level",
            kind: ClaimKind::Integer,
        },
    ],
    scopes_claim: None,
    roles_claim: "roles",
    scope_prefix: &[],
};

const JWT: Jwt = Jwt {
    rules: RULES,
    providers: &[],
    decryption_keys: &[],
    algorithms: &[
        Algorithm::Rs256,
        Algorithm::Ps256,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::EdDsa,
    ],
};

static ACCESS: Access = Access {
    identities: &[0],
    scopes: &["pets.read"],
    tools: &[&[], &["pets.write"]],
    products: &[],
    offered: &[],
};

fn expected() -> Expected {
    Expected {
        issuers: vec![vec![ISSUER.into()]],
        audiences: vec!["acme-tools".into()],
        client_applications: Vec::new(),
    }
}

fn recogniser(keys: Arc<KeySource>) -> Arc<Recogniser> {
    Arc::new(Recogniser::Token(TokenRecogniser {
        name: "staff",
        jwt: &JWT,
        expected: expected(),
        scope_prefix: String::new(),
        decryption: ArcSwap::default(),
        keys: vec![keys],
    }))
}

fn gate(recognisers: Vec<Arc<Recogniser>>) -> Gate {
    let challenge = Challenge {
        bearer: Some(Bearer {
            metadata: "https://gw.example.com/.well-known/oauth-protected-resource/mcp".into(),
            scope_prefix: "api://pets/".into(),
        }),
        key_header: None,
        scopes: ACCESS.scopes,
    };
    Gate::new(&ACCESS, recognisers, challenge)
}

/// A source that never fetches, with the keys of signers.
fn source(signers: &[&Signer]) -> Arc<KeySource> {
    let source = KeySource::new(
        "staff",
        ISSUER,
        Box::new(|| Box::pin(std::future::ready(Err("nothing is fetched here".into())))),
    );
    source.set(Some(KeySet::read(&key_set(signers)).unwrap()));
    Arc::new(source)
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect()
}

fn bearer(token: &str) -> HeaderMap {
    headers(&[("authorization", &format!("Bearer {token}"))])
}

async fn admitted(gate: &Gate, token: &str) -> Result<Arc<Principal>, Refusal> {
    gate.admit(&bearer(token), None, NOW).await
}
