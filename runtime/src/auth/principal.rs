//! Who calls, once that is known.

use super::products::KeyScope;
use crate::description::Claim;

/// How a caller proved who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrincipalKind {
    /// Not at all: the server asks nobody.
    #[default]
    Anonymous,
    /// By a token of an identity provider.
    Token,
    /// By a key that the operator has given out.
    Key,
    /// By a certificate in the TLS handshake.
    Certificate,
}

/// The value of a claim that the manifest declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimValue {
    /// A string.
    String(Box<str>),
    /// A list of strings.
    Strings(Box<[Box<str>]>),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
}

/// Who calls: made once from what proved it, then only read. All that it holds was verified; what is
/// absent was not said.
#[derive(Clone, Debug, Default)]
pub struct Principal {
    pub(crate) kind: PrincipalKind,
    pub(crate) identity: &'static str,
    pub(crate) issuer: Option<Box<str>>,
    pub(crate) subject: Option<Box<str>>,
    pub(crate) client_id: Option<Box<str>>,
    pub(crate) consumer: Option<Box<str>>,
    pub(crate) scopes: Box<[Box<str>]>,
    pub(crate) roles: Box<[Box<str>]>,
    pub(crate) expires_at: Option<u64>,
    /// SHA-256 of the certificate that whoever brings its token must have shown (RFC 8705).
    pub(crate) bound_to: Option<[u8; 32]>,
    /// What its key is for.
    pub(crate) scope: KeyScope,
    /// The declared claims, and a slot for each.
    pub(crate) declared: &'static [Claim],
    pub(crate) claims: Box<[Option<ClaimValue>]>,
}

impl Principal {
    /// The caller of a server that asks nobody.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// How the caller proved who it is.
    pub fn kind(&self) -> PrincipalKind {
        self.kind
    }

    /// The key under the manifest's `identities` that it was recognised by; empty for an anonymous one.
    pub fn identity(&self) -> &'static str {
        self.identity
    }

    /// Who issued the token: its `iss`; or the certificate: the issuer's name (RFC 4514).
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whom the token is about: its `sub`, which is unique within its issuer only; or what the certificate
    /// calls its owner.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The client application that the token was issued to: its `client_id`, `azp` or `appid`.
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The consumer whose key it is, or whose certificate.
    pub fn consumer(&self) -> Option<&str> {
        self.consumer.as_deref()
    }

    /// The scopes that were granted.
    pub fn scopes(&self) -> &[Box<str>] {
        &self.scopes
    }

    /// Whether a scope was granted.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| **granted == *scope)
    }

    /// The roles of the caller.
    pub fn roles(&self) -> &[Box<str>] {
        &self.roles
    }

    /// Whether the caller has a role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|known| **known == *role)
    }

    /// When what proved it ends to be valid, in seconds since 1970.
    pub fn expires_at(&self) -> Option<u64> {
        self.expires_at
    }

    /// A claim that the manifest declares for this identity; `None` where the token lacks it.
    pub fn claim(&self, name: &str) -> Option<&ClaimValue> {
        let slot = self.declared.iter().position(|claim| claim.name == name)?;
        self.claims.get(slot)?.as_ref()
    }
}
