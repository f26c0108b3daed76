//! A gateway ready to run: the compiled description, the tools, and what start-up is told.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::call::Service;
use crate::description::Description;
use crate::upstream::Client;

/// What all calls of a running gateway have in common. Nothing in it changes after start-up.
pub(crate) struct Shared {
    pub(crate) description: &'static Description,
    pub(crate) service: Arc<dyn Service>,
    /// The clients of [`Description::apis`], by position.
    pub(crate) clients: Vec<Client>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("gateway", &self.description.name)
            .finish_non_exhaustive()
    }
}

/// A gateway: what the compiler made of a manifest, and the tools that answer its calls.
pub struct Gateway {
    description: &'static Description,
    service: Arc<dyn Service>,
    environment: BTreeMap<String, String>,
}

impl Gateway {
    /// A gateway with the tools of `service`. Generated code calls this.
    pub fn new(description: &'static Description, service: impl Service) -> Self {
        Self {
            description,
            service: Arc::new(service),
            environment: BTreeMap::new(),
        }
    }

    /// Gives a declared variable a value, for where the process environment does not set it.
    #[must_use]
    pub fn environment(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("name", &self.description.name)
            .finish_non_exhaustive()
    }
}

/// A gateway that serves on a thread of its own until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    description: &'static Description,
    address: SocketAddr,
    thread: Option<std::thread::JoinHandle<()>>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of one of its MCP servers.
    pub fn url(&self, server: &str) -> Option<String> {
        let server = self
            .description
            .servers
            .iter()
            .find(|candidate| candidate.name == server)?;
        Some(format!("http://{}{}", self.address, server.path))
    }

    /// Stops it: running calls are given time to end.
    pub fn stop(mut self) {
        self.shut_down();
    }

    fn shut_down(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the gateway panicked");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shut_down();
    }
}
