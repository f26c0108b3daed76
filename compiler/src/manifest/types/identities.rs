//! Who may call, as written.

use std::time::Duration;

use crate::source::{Span, Spanned};

use super::Template;

/// A way for callers to say who they are.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its key under `identities`.
    pub name: Spanned<String>,
    /// Its one kind.
    pub kind: IdentityKind,
}

/// The kinds of [`Identity`].
#[derive(Clone, Debug)]
pub enum IdentityKind {
    /// `jwt`: tokens of an OAuth or `OpenID` Connect provider.
    Jwt {
        /// `issuer`, or `issuers`
        issuers: Vec<Issuer>,
        /// `algorithms`; a safe list where empty.
        algorithms: Vec<Spanned<String>>,
        /// `scopes_claim`; `scope`, or else `scp`, where absent.
        scopes_claim: Option<Spanned<String>>,
        /// `roles_claim`; `roles` where absent.
        roles_claim: Option<Spanned<String>>,
        /// What is asked of tokens.
        rules: TokenRules,
    },
    /// `entra`: tokens of a tenant of Microsoft Entra ID, of both versions.
    Entra {
        /// `tenant`, or `tenants`: their ids.
        tenants: Vec<Spanned<Template>>,
        /// `jwks`, of the only tenant.
        key_source: KeySource,
        /// What is asked of tokens.
        rules: TokenRules,
    },
    /// `introspection`: tokens that their provider is asked about.
    Introspection(Introspection),
    /// `keys`: keys that the operator has given out.
    Keys {
        /// `file`: the path of the file that lists them.
        file: Spanned<Template>,
        /// `header`; that of API Management where absent.
        header: Option<Spanned<String>>,
    },
    /// `client_certificate`: certificates that clients show in the TLS handshake.
    Certificate(Certificates),
}

/// The certificates of callers.
#[derive(Clone, Debug)]
pub struct Certificates {
    /// `callers`; everybody with a valid one where empty.
    pub callers: Vec<CertificateCaller>,
    /// `subject_from`
    pub subject_from: Option<CertificateField>,
}

/// A caller with a certificate.
#[derive(Clone, Debug)]
pub struct CertificateCaller {
    /// Whether anything says what its certificate says, be it malformed.
    pub is_known: bool,
    /// What its certificate says.
    pub says: Vec<(CertificateField, Spanned<Template>)>,
    /// `name`
    pub name: Option<Spanned<String>>,
    /// `scopes`
    pub scopes: Vec<Spanned<String>>,
    /// `roles`
    pub roles: Vec<Spanned<String>>,
    /// The whole entry.
    pub span: Span,
}

/// What certificates are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateField {
    /// `uri`
    Uri,
    /// `dns_name`
    DnsName,
    /// `email`
    Email,
    /// `common_name`
    CommonName,
    /// `subject`
    Subject,
    /// `issuer_subject`
    IssuerSubject,
    /// `serial_number`
    SerialNumber,
    /// `thumbprint`
    Thumbprint,
}

impl CertificateField {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Uri,
        Self::DnsName,
        Self::Email,
        Self::CommonName,
        Self::Subject,
        Self::IssuerSubject,
        Self::SerialNumber,
        Self::Thumbprint,
    ];

    /// The key in the manifest.
    pub fn name(self) -> &'static str {
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

impl IdentityKind {
    /// What is asked of tokens, where it takes any.
    pub fn rules(&self) -> Option<&TokenRules> {
        match self {
            Self::Jwt { rules, .. } | Self::Entra { rules, .. } => Some(rules),
            Self::Introspection(introspection) => Some(&introspection.rules),
            Self::Keys { .. } | Self::Certificate(_) => None,
        }
    }

    /// The claims that are kept.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        let rules = self.rules().into_iter();
        rules.flat_map(|rules| &rules.claims)
    }
}

/// A provider of tokens.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// `issuer`
    pub issuer: Spanned<Template>,
    /// `jwks`
    pub key_source: KeySource,
}

/// How a provider is asked about tokens.
#[derive(Clone, Debug)]
pub struct Introspection {
    /// `url`
    pub url: Spanned<Template>,
    /// `credential`: a key of `credentials`.
    pub credential: Spanned<String>,
    /// `issuer`
    pub issuer: Spanned<Template>,
    /// `audience_optional: true`
    pub audience_optional: bool,
    /// `cache`; a default where absent.
    pub cache: Option<Spanned<Duration>>,
    /// `timeout`; a default where absent.
    pub timeout: Option<Spanned<Duration>>,
    /// `scopes_claim`; `scope`, or else `scp`, where absent.
    pub scopes_claim: Option<Spanned<String>>,
    /// `roles_claim`; `roles` where absent.
    pub roles_claim: Option<Spanned<String>>,
    /// What is asked of the answers.
    pub rules: TokenRules,
}

/// A claim that is kept.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What expressions call it.
    pub name: Spanned<String>,
    /// `from`: its name in tokens, or a JSON Pointer; the same where absent.
    pub from: Option<Spanned<String>>,
    /// `type`
    pub kind: ClaimKind,
}

/// What is asked of tokens, whoever issues them.
#[derive(Clone, Debug, Default)]
pub struct TokenRules {
    /// `audiences`
    pub audiences: Vec<Spanned<Template>>,
    /// `decryption_keys`: each one secret.
    pub decryption_keys: Vec<Spanned<Template>>,
    /// `clock_skew`; none where absent.
    pub clock_skew: Option<Spanned<Duration>>,
    /// `max_age`; until they expire where absent.
    pub max_age: Option<Spanned<Duration>>,
    /// `client_applications`; any where empty.
    pub client_applications: Vec<Spanned<Template>>,
    /// `required_claims`
    pub required_claims: Vec<RequiredClaim>,
    /// `claims`
    pub claims: Vec<Claim>,
    /// `scope_prefix`
    pub scope_prefix: Option<Spanned<Template>>,
}

/// Where the keys come from that tokens are signed with.
#[derive(Clone, Debug, Default)]
pub enum KeySource {
    /// What the issuer publishes about itself.
    #[default]
    Discovery,
    /// `jwks: { url: TEMPLATE }`
    Url(Spanned<Template>),
    /// `jwks: { file: TEMPLATE }`
    File(Spanned<Template>),
}

/// What a claim must hold.
#[derive(Clone, Debug)]
pub struct RequiredClaim {
    /// Its name, or a JSON Pointer into the claims.
    pub name: Spanned<String>,
    /// `any` or `all`
    pub values: Vec<Spanned<String>>,
    /// Whether it is `all`.
    pub all: bool,
    /// `separator`
    pub separator: Option<Spanned<String>>,
}

/// The type of a claim that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// `string`
    String,
    /// `strings`: a list of them.
    Strings,
    /// `integer`
    Integer,
    /// `boolean`
    Boolean,
}

impl ClaimKind {
    /// The word in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Strings => "strings",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
        }
    }
}

/// `identity` of a server.
#[derive(Clone, Debug, Default)]
pub enum ServerIdentity {
    /// Nothing is said: everybody may call.
    #[default]
    Absent,
    /// `anonymous`: everybody may call, and that is meant.
    Anonymous(Span),
    /// Keys of `identities`, in order.
    Named(Vec<Spanned<String>>),
}
