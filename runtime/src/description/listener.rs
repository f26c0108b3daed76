//! Where a gateway listens, where its manifest says so.

use super::Template;

/// An address where the gateway listens.
#[derive(Debug)]
pub struct Listener {
    /// Its key in the manifest.
    pub name: &'static str,
    /// An address or a host name, and a port.
    pub address: Template,
    /// TLS, where it is spoken there.
    pub tls: Option<ListenerTls>,
}

/// What TLS at a listener needs: paths of files, PEM (RFC 7468), read again when they change.
#[derive(Debug)]
pub struct ListenerTls {
    /// The certificate, followed by those of the authorities between it and the root.
    pub certificate: Template,
    /// Its private key.
    pub key: Template,
    /// The oldest version that clients may speak.
    pub min_version: TlsVersion,
    /// Which certificates of clients are trusted; `None`: clients are asked for none.
    pub client_certificates: Option<ClientCertificates>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersion {
    /// RFC 5246
    V1_2,
    /// RFC 8446
    V1_3,
}

/// Which certificates of clients are trusted.
#[derive(Debug)]
pub struct ClientCertificates {
    /// The authorities.
    pub authorities: Template,
    /// What each of the authorities has revoked (RFC 5280, section 5).
    pub revocation_lists: Option<Template>,
    /// Whether there is no connection without a certificate.
    pub required: bool,
}
