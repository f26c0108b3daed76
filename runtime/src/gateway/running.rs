//! A gateway inside another program.

use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::{Gateway, StartError};
use crate::description::Description;
use crate::server::{self, Settings};

/// For running calls to end when an embedded gateway is stopped.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// A gateway that serves on a thread of its own until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    description: &'static Description,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
    stop: Option<oneshot::Sender<()>>,
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

    /// Stops it, and waits until running calls have ended, for at most five seconds.
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

pub(super) fn start(gateway: &Gateway, listen: &str) -> Result<Running, StartError> {
    let (shared, environment) = gateway.prepare()?;
    let failed =
        |what: &str, error: std::io::Error| StartError::new(vec![format!("{what}: {error}")]);
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("gateway")
        .enable_all()
        .build()
        .map_err(|error| failed("no threads can be started", error))?;
    let cannot_listen = format!("nothing can listen at `{listen}`");
    let listener = TcpListener::bind(listen)
        .and_then(|listener| {
            listener.set_nonblocking(true)?;
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener)
        })
        .map_err(|error| failed(&cannot_listen, error))?;
    let address = listener
        .local_addr()
        .map_err(|error| failed(&cannot_listen, error))?;
    let settings = Settings {
        drain_timeout: DRAIN_TIMEOUT,
        ..Settings::default()
    };
    let (stop, stopped) = oneshot::channel();
    let serve = move || {
        shared.attend(environment, &runtime);
        runtime.block_on(server::serve(listener, shared, settings, async {
            // The sender is dropped to stop the gateway: there is never a message.
            let _ = stopped.await;
        }));
    };
    let thread = std::thread::Builder::new()
        .name("gateway".to_owned())
        .spawn(serve)
        .map_err(|error| failed("no threads can be started", error))?;
    Ok(Running {
        description: gateway.description,
        address,
        thread: Some(thread),
        stop: Some(stop),
    })
}
