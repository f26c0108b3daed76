//! The listener: connections within bounds, and their orderly end.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::route::Router;
use super::stall::StallGuard;
use super::{Settings, proxy_protocol};
use crate::gateway::Shared;
use crate::mcp::{Endpoint, InFlight};

/// Requests that one HTTP/2 connection may have open.
const MAX_STREAMS: u32 = 128;

/// How long to wait after the system refused a connection: it has run out of something, most likely
/// file descriptors, and asking again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is ready, then lets running requests end within the settings' time.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    settings: Settings,
    shutdown: impl Future<Output = ()>,
) {
    // Dropped, and so ended, with the listener.
    let _keeping = shared.auth.keep();
    let connections = Arc::new(Semaphore::new(settings.max_connections));
    let builder = builder(&settings);
    let graceful = GracefulShutdown::new();
    let router = Arc::new(Router {
        endpoint: Endpoint {
            shared,
            in_flight: Arc::new(InFlight::default()),
            calls: Arc::new(Semaphore::new(settings.max_calls)),
            settings,
        },
        draining: AtomicBool::new(false),
    });
    let settings = &router.endpoint.settings;
    {
        let accept = async {
            loop {
                // A permit first: what cannot be served yet stays in the system's backlog.
                let Ok(permit) = Arc::clone(&connections).acquire_owned().await else {
                    return;
                };
                let stream = match listener.accept().await {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        sleep(ACCEPT_PAUSE).await;
                        continue;
                    }
                };
                let connection = connection(
                    builder.clone(),
                    stream,
                    Arc::clone(&router),
                    graceful.watcher(),
                    permit,
                );
                tokio::spawn(connection);
            }
        };
        let until_closed = async {
            shutdown.await;
            router.draining.store(true, Ordering::Relaxed);
            sleep(settings.unready_period).await;
        };
        tokio::select! {
            () = until_closed => {}
            () = accept => {}
        }
    }
    drop(listener);
    let open = graceful.count();
    if timeout(settings.drain_timeout, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            open,
            "requests were still running when the time to end them was over"
        );
    }
}

fn builder(settings: &Settings) -> auto::Builder<TokioExecutor> {
    const SMALLEST_BUFFER: usize = 8192;
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // hyper's own bound on header lines, 100, is the one wanted. Setting it, even to the same, has
        // hyper fill an array of them for each request.
        .header_read_timeout(settings.header_timeout)
        .max_buf_size(settings.max_header_bytes.max(SMALLEST_BUFFER));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(settings.max_header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(settings.header_timeout)
        .keep_alive_timeout(settings.header_timeout);
    builder
}

/// Whom a connection comes from: its peer, or whom a proxy says that it comes from.
async fn peer(stream: &mut TcpStream, settings: &Settings) -> io::Result<Option<IpAddr>> {
    let Ok(peer) = stream.peer_addr() else {
        return Ok(None);
    };
    let peer = peer.ip().to_canonical();
    let mut trusted = settings.trusted_proxies.iter();
    if !settings.proxy_protocol || !trusted.any(|network| network.contains(&peer)) {
        return Ok(Some(peer));
    }
    let header = timeout(settings.header_timeout, proxy_protocol::read(stream));
    match header.await.unwrap_or_else(|elapsed| Err(elapsed.into())) {
        Ok(source) => Ok(Some(source.unwrap_or(peer))),
        Err(error) => {
            tracing::debug!(%error, "a connection of a proxy was closed");
            Err(error)
        }
    }
}

/// Serves one connection to its end.
async fn connection(
    builder: auto::Builder<TokioExecutor>,
    mut stream: TcpStream,
    router: Arc<Router>,
    watcher: Watcher,
    permit: OwnedSemaphorePermit,
) {
    // Small answers are written in one piece; waiting for more to send would only delay them.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let Ok(peer) = peer(&mut stream, &router.endpoint.settings).await else {
        return;
    };
    let stream = StallGuard::new(stream, router.endpoint.settings.write_timeout);
    let first_request_timeout = router.endpoint.settings.header_timeout;
    let active = Arc::new(AtomicBool::new(false));
    let service = {
        let active = Arc::clone(&active);
        service_fn(move |request| {
            active.store(true, Ordering::Relaxed);
            let router = Arc::clone(&router);
            async move { Ok::<_, Infallible>(router.answer(request, peer).await) }
        })
    };
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    let mut connection = pin!(watcher.watch(connection));
    // Before the first bytes have told the version of HTTP, no timer of the server runs.
    let ended = timeout(first_request_timeout, connection.as_mut()).await;
    let result = match ended {
        Ok(result) => result,
        Err(_) if active.load(Ordering::Relaxed) => connection.await,
        Err(_) => return,
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection ended early");
    }
    drop(permit);
}
