//! What is known of a connection before its first request.

use std::net::IpAddr;
use std::sync::Arc;

use crate::auth::ClientCertificate;

/// A connection, as its requests see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connection {
    /// Whom it comes from: its peer, or whom a proxy says that it comes from.
    pub(crate) peer: Option<IpAddr>,
    /// The position of its listener in [`Description::listeners`](crate::description::Description);
    /// `None` where the command line says where the gateway listens.
    pub(crate) listener: Option<usize>,
    /// What the client has shown in the TLS handshake, where it was asked.
    pub(crate) certificate: Option<Arc<ClientCertificate>>,
}
