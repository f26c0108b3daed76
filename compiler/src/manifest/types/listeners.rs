//! Where the gateway listens, as written.

use crate::source::Spanned;

use super::Template;

/// An address where the gateway listens.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its key under `listeners`.
    pub name: Spanned<String>,
    /// `address`
    pub address: Spanned<Template>,
    /// `tls`
    pub tls: Option<ListenerTls>,
}

/// `tls` of a listener.
#[derive(Clone, Debug)]
pub struct ListenerTls {
    /// `certificate`: a path.
    pub certificate: Spanned<Template>,
    /// `key`: a path.
    pub key: Spanned<Template>,
    /// `min_version`; [`TlsVersion::V1_2`] where absent.
    pub min_version: TlsVersion,
    /// `client_certificates`
    pub client_certificates: Option<ClientCertificates>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsVersion {
    /// `TLSv1.2` (RFC 5246)
    #[default]
    V1_2,
    /// `TLSv1.3` (RFC 8446)
    V1_3,
}

/// Which certificates of clients are trusted.
#[derive(Clone, Debug)]
pub struct ClientCertificates {
    /// `authorities`: a path.
    pub authorities: Spanned<Template>,
    /// `revocation_lists`: a path.
    pub revocation_lists: Option<Spanned<Template>>,
    /// `required`; `true` where absent.
    pub required: bool,
}
