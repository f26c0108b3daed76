//! Who calls: the identities of a gateway, and what a server asks of its callers.

use std::time::Duration;

use super::{Credential, Template};

/// A way for callers to say who they are.
#[derive(Debug)]
pub struct Identity {
    /// Its key in the manifest.
    pub name: &'static str,
    /// How.
    pub kind: IdentityKind,
}

/// The kinds of [`Identity`].
#[derive(Debug)]
pub enum IdentityKind {
    /// A signed token of an identity provider (RFC 9068, RFC 6750).
    Jwt(Jwt),
    /// A token that its provider is asked about (RFC 7662).
    Introspection(Introspection),
    /// A key that the gateway's operator has given out.
    Keys(Keys),
    /// A certificate that the client has shown in the TLS handshake.
    Certificate(Certificates),
}

/// What a signed token must be like.
#[derive(Debug)]
pub struct Jwt {
    /// What it must say.
    pub rules: TokenRules,
    /// Who issues such tokens. No value of `iss` is of two of them.
    pub providers: &'static [Provider],
    /// Private keys of the gateway's, each a secret, that tokens may be encrypted for (RFC 7516).
    pub decryption_keys: &'static [Template],
    /// The algorithms that tokens may be signed by.
    pub algorithms: &'static [Algorithm],
}

/// Who issues tokens, and with which keys.
#[derive(Debug)]
pub struct Provider {
    /// The values that `iss` may have. The first is the authorization server that clients are told.
    pub issuers: &'static [Template],
    /// Where the keys come from that its tokens are signed with, and no others.
    pub key_source: KeySource,
}

/// How a provider is asked about a token, and what it must answer.
#[derive(Debug)]
pub struct Introspection {
    /// What it must answer.
    pub rules: TokenRules,
    /// What its tokens have as `iss`, and the authorization server that clients are told.
    pub issuer: Template,
    /// Where it is asked.
    pub url: Template,
    /// How the gateway says there who it is: [`Credential::Basic`] or [`Credential::Bearer`].
    pub credential: Credential,
    /// Whether an answer without `aud` is one about a token for this gateway.
    pub audience_optional: bool,
    /// How long an answer counts.
    pub cache: Duration,
    /// How long a request waits for one.
    pub timeout: Duration,
}

/// What a provider says of a caller must be like, and what is read of it.
#[derive(Debug)]
pub struct TokenRules {
    /// One of these must be among `aud`.
    pub audiences: &'static [Template],
    /// By how much the provider's clock may differ from this machine's.
    pub clock_skew: Duration,
    /// How long ago they may have been issued; `None`: at any time.
    pub max_age: Option<Duration>,
    /// The client applications that tokens may have been issued to; empty: any.
    pub client_applications: &'static [Template],
    /// What further claims must hold.
    pub required_claims: &'static [RequiredClaim],
    /// The claims that are kept for handlers.
    pub claims: &'static [Claim],
    /// The claim with the scopes; `None`: `scope`, or else `scp`.
    pub scopes_claim: Option<&'static str>,
    /// The claim with the roles.
    pub roles_claim: &'static str,
    /// What stands before each scope where clients are told which to ask for.
    pub scope_prefix: Template,
}

/// Where a provider's keys come from (RFC 7517).
#[derive(Debug)]
pub enum KeySource {
    /// What the first issuer publishes about itself (`OpenID` Connect Discovery 1.0, RFC 8414).
    Discovery,
    /// A URL.
    Url(Template),
    /// The path of a file, read again when it changes.
    File(Template),
}

/// A signature algorithm (RFC 7518, section 3.1; RFC 8037). Only asymmetric ones: a gateway checks
/// tokens and never makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of RFC 7518")]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    EdDsa,
}

/// What a claim must hold.
#[derive(Debug)]
pub struct RequiredClaim {
    /// Its name, or a JSON Pointer (RFC 6901) into the claims.
    pub name: &'static str,
    /// The values, compared exactly.
    pub values: &'static [&'static str],
    /// Whether all of the values must be there; otherwise one is enough.
    pub all: bool,
    /// What separates the items of a claim that is one string.
    pub separator: Option<&'static str>,
}

/// A claim that is kept.
#[derive(Debug)]
pub struct Claim {
    /// What the gateway calls it.
    pub name: &'static str,
    /// Its name in tokens, or a JSON Pointer (RFC 6901) into the claims.
    pub from: &'static str,
    /// Its type; a token in which it has another is refused.
    pub kind: ClaimKind,
}

/// The type of a [`Claim`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// A string.
    String,
    /// A list of strings.
    Strings,
    /// A whole number of 64 bits.
    Integer,
    /// `true` or `false`.
    Boolean,
}

/// The keys of consumers.
#[derive(Debug)]
pub struct Keys {
    /// The path of the file that lists them, read again when it changes.
    pub file: Template,
    /// The header that carries a key; lower case.
    pub header: &'static str,
}

/// The certificates of callers. That they are valid, TLS has found before.
#[derive(Debug)]
pub struct Certificates {
    /// Whose they are, in the order in which they are compared; empty: all that are valid.
    pub callers: &'static [CertificateCaller],
    /// What of a certificate the caller is called by; `None`: what its entry names first.
    pub subject_from: Option<CertificateField>,
}

/// A caller with a certificate.
#[derive(Debug)]
pub struct CertificateCaller {
    /// What the certificate must say; at least one, and all of them.
    pub says: &'static [(CertificateField, Template)],
    /// The consumer.
    pub name: Option<&'static str>,
    /// What it is granted.
    pub scopes: &'static [&'static str],
    /// Its roles.
    pub roles: &'static [&'static str],
}

/// What certificates are told apart by (RFC 5280).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateField {
    /// A URI among the alternative names of the subject, such as a SPIFFE ID.
    Uri,
    /// A DNS name among them; letters of either case.
    DnsName,
    /// An e-mail address among them.
    Email,
    /// A common name of the subject.
    CommonName,
    /// The whole subject (RFC 4514).
    Subject,
    /// The whole issuer, likewise.
    IssuerSubject,
    /// The serial number, in hex.
    SerialNumber,
    /// SHA-256 of the certificate, in hex.
    Thumbprint,
}

impl CertificateField {
    /// The key in the manifest.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Uri => "uri",
            Self::DnsName => "dns_name",
            Self::Email => "email",
            Self::CommonName => "common_name",
            Self::Subject => "subject",
            Self::IssuerSubject => "issuer_subject",
            Self::SerialNumber => "serial_number",
            Self::Thumbprint => "thumbprint",
        }
    }
}

/// What a server asks of its callers.
#[derive(Debug)]
pub struct Access {
    /// Positions in [`Description::identities`](super::Description::identities): any of them will do.
    /// Empty: everybody may call.
    pub identities: &'static [usize],
    /// The scopes that every request needs.
    pub scopes: &'static [&'static str],
    /// The further scopes that calls of each tool need, by the tool's position.
    pub tools: &'static [&'static [&'static str]],
    /// Positions in [`Description::products`](super::Description::products) of those that have each
    /// tool, by the tool's position, in the order in which a caller's count.
    pub products: &'static [&'static [usize]],
    /// Those that have any tool, likewise. Empty: callers need no product.
    pub offered: &'static [usize],
}

impl Access {
    /// Everybody may call everything.
    pub const ANONYMOUS: Self = Self {
        identities: &[],
        scopes: &[],
        tools: &[],
        products: &[],
        offered: &[],
    };
}
