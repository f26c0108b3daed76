//! Who sent a call, as policies and handlers see it.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use http::HeaderMap;

use crate::auth::{ClientCertificate, Principal};

/// Who calls where nobody is asked.
static ANONYMOUS: LazyLock<Principal> = LazyLock::new(Principal::anonymous);

/// The sender of a call. Nothing of it is ever forwarded to an API.
#[derive(Debug, Default)]
pub struct Caller {
    pub(crate) address: Option<IpAddr>,
    pub(crate) headers: HeaderMap,
    /// The listener of the manifest, where it declares any.
    pub(crate) listener: Option<&'static str>,
    /// Whether the request came over TLS.
    pub(crate) tls: bool,
    /// What the client has shown there.
    pub(crate) certificate: Option<Arc<ClientCertificate>>,
    /// `None` where nobody was asked.
    pub(crate) principal: Option<Arc<Principal>>,
}

impl Caller {
    /// The client's address: the peer's, or what a trusted proxy says it is. `None` over stdio, and where
    /// a trusted proxy does not say.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Who calls: anonymous where the server asks nobody, and over stdio, where it is whoever started
    /// the process.
    pub fn principal(&self) -> &Principal {
        self.principal.as_deref().unwrap_or(&ANONYMOUS)
    }

    /// The name of the listener that the request came in by; `None` over stdio, and where the manifest
    /// declares none.
    pub fn listener(&self) -> Option<&'static str> {
        self.listener
    }

    /// Whether the listener speaks TLS.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The headers of the HTTP request, less those that proved who calls; none over stdio.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The one value of a header; `None` where it is absent, there twice, or not visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        if values.next().is_some() {
            return None;
        }
        value.to_str().ok()
    }
}
