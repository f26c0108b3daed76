//! Where the gateway listens.

use super::Template;
use crate::manifest::TlsVersion;
use crate::source::Span;

/// An address where the gateway listens.
#[derive(Debug)]
pub struct Listener {
    /// Its key in the manifest.
    pub name: String,
    /// Where that key stands.
    pub span: Span,
    /// An address and a port.
    pub address: Template,
    /// TLS, where it is spoken there.
    pub tls: Option<ListenerTls>,
}

/// What TLS at a listener needs: paths of files.
#[derive(Debug)]
pub struct ListenerTls {
    /// The certificate and those between it and the root.
    pub certificate: Template,
    /// Its private key.
    pub key: Template,
    /// The oldest version.
    pub min_version: TlsVersion,
    /// Which certificates of clients are trusted, where they are asked for one.
    pub client_certificates: Option<ClientCertificates>,
}

/// Which certificates of clients are trusted.
#[derive(Debug)]
pub struct ClientCertificates {
    /// The authorities.
    pub authorities: Template,
    /// What they have revoked.
    pub revocation_lists: Option<Template>,
    /// Whether there is no connection without one.
    pub required: bool,
}
