//! Where connections come in: the sockets of a gateway, and what is spoken at each.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::tls::Tls;
use crate::description::{Description, Listener, Server};
use crate::environment::Environment;

/// A socket that listens.
#[derive(Debug)]
pub(crate) struct Entrance {
    pub(super) socket: TcpListener,
    pub(super) tls: Option<Arc<Tls>>,
    /// The listener and its position in [`Description::listeners`]; `None`: that of the command line.
    declared: Option<(usize, &'static Listener)>,
}

impl From<TcpListener> for Entrance {
    /// The one that the command line asks for: without TLS.
    fn from(socket: TcpListener) -> Self {
        Self {
            socket,
            tls: None,
            declared: None,
        }
    }
}

impl Entrance {
    /// The position of its listener.
    pub(super) fn listener(&self) -> Option<usize> {
        self.declared.map(|(position, _)| position)
    }

    /// The name of its listener.
    pub(crate) fn name(&self) -> Option<&'static str> {
        self.declared.map(|(_, listener)| listener.name)
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Where the system cannot say.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// The URL of a server here, where it is served; `None` where it is not.
    pub(crate) fn url(&self, server: &Server) -> Option<String> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let address = self.address().ok()?;
        server
            .is_served_at(self.listener())
            .then(|| format!("{scheme}://{address}{}", server.path))
    }
}

/// A listener of the manifest that is ready to listen.
#[derive(Debug)]
pub(crate) struct Prepared {
    position: usize,
    listener: &'static Listener,
    address: String,
    tls: Option<Arc<Tls>>,
}

/// Makes the listeners of the manifest ready: reads their files, and opens nothing.
///
/// # Errors
/// What is missing or wrong, a sentence each.
pub(crate) fn prepare(
    description: &'static Description,
    environment: &Environment,
) -> Result<Vec<Prepared>, Vec<String>> {
    let mut problems = Vec::new();
    let mut prepared = Vec::with_capacity(description.listeners.len());
    for (position, listener) in description.listeners.iter().enumerate() {
        let tls = listener.tls.as_ref();
        let tls = tls.map(|tls| Tls::load(listener.name, tls, environment));
        match tls.transpose() {
            Ok(tls) => prepared.push(Prepared {
                position,
                listener,
                address: environment.render(listener.address).expose().to_owned(),
                tls: tls.map(Arc::new),
            }),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(prepared)
    } else {
        Err(problems)
    }
}

impl Prepared {
    /// The name of the listener.
    pub(crate) fn name(&self) -> &'static str {
        self.listener.name
    }

    /// Where it is to listen.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Listens.
    ///
    /// # Errors
    /// Why that is not possible, a sentence.
    pub(crate) async fn bind(self) -> Result<Entrance, String> {
        let socket = TcpListener::bind(&self.address).await.map_err(|error| {
            let (name, address) = (self.listener.name, &self.address);
            format!(
                "nothing can listen at `{address}`, the address of the listener `{name}`: {error}"
            )
        })?;
        Ok(Entrance {
            socket,
            tls: self.tls,
            declared: Some((self.position, self.listener)),
        })
    }
}
