//! A gateway inside another program.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::{Gateway, Shared, StartError};
use crate::environment::Environment;
use crate::server::{self, Entrance, Settings};

/// For running calls to end when an embedded gateway is stopped.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// A gateway that serves on a thread of its own until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    /// Where each listener of the manifest listens.
    listeners: Vec<(&'static str, SocketAddr)>,
    /// The servers and their URLs.
    urls: Vec<(&'static str, String)>,
    thread: Option<JoinHandle<()>>,
    stop: Option<oneshot::Sender<()>>,
}

impl Running {
    /// Where it listens; where the manifest declares listeners, the first of them.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the listener of that name in the manifest listens.
    pub fn address_of(&self, listener: &str) -> Option<SocketAddr> {
        let mut listeners = self.listeners.iter();
        let (_, address) = listeners.find(|(name, _)| *name == listener)?;
        Some(*address)
    }

    /// The URL of one of its MCP servers, at the first listener that it is served at.
    pub fn url(&self, server: &str) -> Option<String> {
        let (_, url) = self.urls.iter().find(|(name, _)| *name == server)?;
        Some(url.clone())
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
    if !gateway.description.listeners.is_empty() {
        return Err(StartError::new(vec![
            "the manifest declares `listeners`, which say where they are: use `start_listeners`"
                .to_owned(),
        ]));
    }
    let (shared, environment) = gateway.prepare()?;
    let runtime = runtime()?;
    let socket = runtime
        .block_on(TcpListener::bind(listen))
        .map_err(|error| failed(&format!("nothing can listen at `{listen}`"), &error))?;
    run(shared, environment, runtime, vec![socket.into()])
}

pub(super) fn start_listeners(gateway: &Gateway) -> Result<Running, StartError> {
    let (shared, environment) = gateway.prepare()?;
    let prepared = gateway.listeners(&environment)?;
    let runtime = runtime()?;
    let entrances = runtime.block_on(async {
        let mut entrances = Vec::with_capacity(prepared.len());
        for listener in prepared {
            entrances.push(listener.bind().await?);
        }
        Ok(entrances)
    });
    let entrances = entrances.map_err(|problem| StartError::new(vec![problem]))?;
    run(shared, environment, runtime, entrances)
}

fn failed(what: &str, error: &std::io::Error) -> StartError {
    StartError::new(vec![format!("{what}: {error}")])
}

fn runtime() -> Result<Runtime, StartError> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("gateway")
        .enable_all()
        .build()
        .map_err(|error| failed("no threads can be started", &error))
}

fn run(
    shared: Arc<Shared>,
    environment: Environment,
    runtime: Runtime,
    entrances: Vec<Entrance>,
) -> Result<Running, StartError> {
    let mut addresses = Vec::with_capacity(entrances.len());
    for entrance in &entrances {
        let address = entrance
            .address()
            .map_err(|error| failed("an address cannot be told", &error))?;
        addresses.push((entrance.name(), address));
    }
    let first = addresses.first().ok_or_else(|| {
        StartError::new(vec![
            "the manifest declares no `listeners`: use `start`".to_owned(),
        ])
    })?;
    let servers = shared.description.servers.iter();
    let urls = servers.filter_map(|server| {
        let url = entrances.iter().find_map(|entrance| entrance.url(server))?;
        Some((server.name, url))
    });
    let (address, urls) = (first.1, urls.collect());
    let named = addresses.into_iter();
    let listeners = named
        .filter_map(|(name, address)| Some((name?, address)))
        .collect();
    let settings = Settings {
        drain_timeout: DRAIN_TIMEOUT,
        ..Settings::default()
    };
    let (stop, stopped) = oneshot::channel();
    let serve = move || {
        shared.attend(environment, &runtime);
        runtime.block_on(server::serve(entrances, shared, settings, async {
            // The sender is dropped to stop the gateway: there is never a message.
            let _ = stopped.await;
        }));
    };
    let thread = std::thread::Builder::new()
        .name("gateway".to_owned())
        .spawn(serve)
        .map_err(|error| failed("no threads can be started", &error))?;
    Ok(Running {
        address,
        listeners,
        urls,
        thread: Some(thread),
        stop: Some(stop),
    })
}
