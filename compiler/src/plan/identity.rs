//! Who may call.

use std::time::Duration;

use super::{Credential, Template};
use crate::manifest::{CertificateField, ClaimKind};
use crate::source::Span;

/// A way for callers to say who they are.
#[derive(Debug)]
pub struct Identity {
    /// Its key in the manifest.
    pub name: String,
    /// Where that key stands.
    pub span: Span,
    /// How.
    pub kind: IdentityKind,
}

/// The kinds of [`Identity`].
#[derive(Debug)]
pub enum IdentityKind {
    /// A signed token.
    Jwt(Box<Jwt>),
    /// A token that its provider is asked about.
    Introspection(Box<Introspection>),
    /// A key that the operator has given out.
    Keys {
        /// The path of the file that lists them.
        file: Template,
        /// The header; lower case.
        header: String,
    },
    /// A certificate that clients show in the TLS handshake.
    Certificate(Certificates),
}

/// The certificates of callers.
#[derive(Debug)]
pub struct Certificates {
    /// Whose they are; empty: everybody's.
    pub callers: Vec<CertificateCaller>,
    /// What of a certificate the caller is called by.
    pub subject_from: Option<CertificateField>,
}

/// A caller with a certificate.
#[derive(Debug)]
pub struct CertificateCaller {
    /// What its certificate says; at least one thing.
    pub says: Vec<(CertificateField, Template)>,
    /// The consumer.
    pub name: Option<String>,
    /// What it is granted.
    pub scopes: Vec<String>,
    /// Its roles.
    pub roles: Vec<String>,
}

/// What a signed token must be like.
#[derive(Debug)]
pub struct Jwt {
    /// What it must say.
    pub rules: TokenRules,
    /// Who issues them, in the order of the manifest.
    pub providers: Vec<Provider>,
    /// Private keys that they may be encrypted for.
    pub decryption_keys: Vec<Template>,
    /// Algorithms by their names in RFC 7518.
    pub algorithms: Vec<String>,
}

/// Who issues tokens.
#[derive(Debug)]
pub struct Provider {
    /// The values that `iss` may have; the first is the authorization server.
    pub issuers: Vec<Template>,
    /// Where its keys come from.
    pub key_source: KeySource,
}

/// How a provider is asked about a token, and what it must answer.
#[derive(Debug)]
pub struct Introspection {
    /// What it must answer.
    pub rules: TokenRules,
    /// What its tokens have as `iss`.
    pub issuer: Template,
    /// Where it is asked.
    pub url: Template,
    /// How the gateway says there who it is: basic or bearer.
    pub credential: Credential,
    /// Whether an answer without `aud` will do.
    pub audience_optional: bool,
    /// How long an answer counts.
    pub cache: Duration,
    /// How long a request waits for one.
    pub timeout: Duration,
}

/// What a provider says of a caller must be like.
#[derive(Debug)]
pub struct TokenRules {
    /// One of these must be among `aud`.
    pub audiences: Vec<Template>,
    /// By how much clocks may differ.
    pub clock_skew: Duration,
    /// How old they may be.
    pub max_age: Option<Duration>,
    /// The client applications that are accepted; empty: any.
    pub client_applications: Vec<Template>,
    /// What further claims must hold.
    pub required_claims: Vec<RequiredClaim>,
    /// The claims that are kept.
    pub claims: Vec<Claim>,
    /// The claim with the scopes, if it is another than usual.
    pub scopes_claim: Option<String>,
    /// The claim with the roles.
    pub roles_claim: String,
    /// What stands before each scope where clients are told it.
    pub scope_prefix: Template,
}

/// A claim that is kept.
#[derive(Debug)]
pub struct Claim {
    /// What expressions call it.
    pub name: String,
    /// Its name in tokens, or a JSON Pointer into the claims.
    pub from: String,
    /// Its type.
    pub kind: ClaimKind,
}

/// Where the keys come from that tokens are signed with.
#[derive(Debug)]
pub enum KeySource {
    /// What the first issuer publishes about itself.
    Discovery,
    /// A URL.
    Url(Template),
    /// A file.
    File(Template),
}

/// What a claim must hold.
#[derive(Debug)]
pub struct RequiredClaim {
    /// Its name, or a JSON Pointer into the claims.
    pub name: String,
    /// The values.
    pub values: Vec<String>,
    /// Whether all of them must be there.
    pub all: bool,
    /// What separates the items of a claim that is one string.
    pub separator: Option<String>,
}

/// What a server asks of its callers.
#[derive(Debug, Default)]
pub struct Access {
    /// Whether the manifest says anything about it.
    pub said: bool,
    /// Positions in [`Plan::identities`](super::Plan::identities); empty: everybody may call.
    pub identities: Vec<usize>,
    /// The scopes that every request needs.
    pub scopes: Vec<String>,
}
