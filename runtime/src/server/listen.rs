//! The listener: connections within bounds, and their orderly end.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::route::Router;
use super::stall::StallGuard;
use super::tls::Tls;
use super::{Connection, Entrance, Settings, proxy_protocol};
use crate::gateway::Shared;
use crate::mcp::{Endpoint, InFlight};

/// Requests that one HTTP/2 connection may have open.
const MAX_STREAMS: u32 = 128;

/// How long to wait after the system refused a connection: it has run out of something, most likely
/// file descriptors, and asking again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is ready, then lets running requests end within the settings' time.
pub(crate) async fn serve(
    entrances: Vec<Entrance>,
    shared: Arc<Shared>,
    settings: Settings,
    shutdown: impl Future<Output = ()>,
) {
    // Dropped, and so ended, with the listener.
    let _keeping = shared.auth.keep();
    let _keeping_files = keep(&entrances);
    let connections = Arc::new(Semaphore::new(settings.max_connections));
    let builder = builder(&settings);
    let graceful = GracefulShutdown::new();
    let (closing, closed) = watch::channel(());
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
            let mut first = 0;
            loop {
                // A permit first: what cannot be served yet stays in the system's backlog.
                let Ok(permit) = Arc::clone(&connections).acquire_owned().await else {
                    return;
                };
                let (stream, entrance) = match accepted(&entrances, &mut first).await {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        sleep(ACCEPT_PAUSE).await;
                        continue;
                    }
                };
                let accepted = Accepted {
                    stream,
                    listener: entrance.listener(),
                    tls: entrance.tls.clone(),
                    closed: closed.clone(),
                };
                let connection = connection(
                    builder.clone(),
                    accepted,
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
    drop((entrances, closing));
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

/// Starts the tasks that read the files of TLS again. They end when what is returned is dropped.
fn keep(entrances: &[Entrance]) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for tls in entrances.iter().filter_map(|entrance| entrance.tls.clone()) {
        tasks.spawn(tls.keep());
    }
    tasks
}

/// The next connection. Whose turn it is to be asked `first` changes, so that none has to wait for
/// another that is always busy.
async fn accepted<'e>(
    entrances: &'e [Entrance],
    first: &mut usize,
) -> io::Result<(TcpStream, &'e Entrance)> {
    *first = first.wrapping_add(1);
    let (before, after) = entrances.split_at(*first % entrances.len().max(1));
    std::future::poll_fn(|context| {
        for entrance in after.iter().chain(before) {
            if let Poll::Ready(accepted) = entrance.socket.poll_accept(context) {
                return Poll::Ready(accepted.map(|(stream, _)| (stream, entrance)));
            }
        }
        Poll::Pending
    })
    .await
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

/// A connection that has come in.
struct Accepted {
    stream: TcpStream,
    listener: Option<usize>,
    tls: Option<Arc<Tls>>,
    /// Ends when the gateway takes no more requests.
    closed: watch::Receiver<()>,
}

/// What HTTP is spoken over: virtual calls for each piece, so that the machinery of HTTP is there once.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}

impl Accepted {
    /// What stands before the first byte of HTTP: the header of a proxy, then TLS. `None` where the
    /// connection has come to its end by then.
    async fn prepared(mut self, endpoint: &Endpoint) -> Option<(Connection, Box<dyn Duplex>)> {
        let settings = &endpoint.settings;
        let identities = endpoint.shared.description.identities.len();
        // Small answers are written in one piece; waiting for more to send would only delay them.
        self.stream.set_nodelay(true).ok()?;
        let prepare = async {
            let peer = peer(&mut self.stream, settings).await.ok()?;
            let stream = StallGuard::new(self.stream, settings.write_timeout);
            let mut connection = Connection {
                peer,
                listener: self.listener,
                certificate: None,
            };
            let Some(tls) = self.tls else {
                return Some((connection, Box::new(stream) as Box<dyn Duplex>));
            };
            let shaken = timeout(settings.header_timeout, tls.accept(stream, identities)).await;
            match shaken.unwrap_or_else(|elapsed| Err(elapsed.into())) {
                Ok((stream, certificate)) => {
                    connection.certificate = certificate.map(Arc::new);
                    Some((connection, Box::new(stream) as Box<dyn Duplex>))
                }
                Err(error) => {
                    // Anybody can bring these about: they are for whoever looks for them.
                    tracing::debug!(%error, "a TLS handshake failed");
                    None
                }
            }
        };
        tokio::select! {
            prepared = prepare => prepared,
            // Who has sent no request yet need not be waited for.
            _ = self.closed.changed() => None,
        }
    }
}

/// Serves one connection to its end.
async fn connection(
    builder: auto::Builder<TokioExecutor>,
    accepted: Accepted,
    router: Arc<Router>,
    watcher: Watcher,
    permit: OwnedSemaphorePermit,
) {
    let Some((connection, stream)) = accepted.prepared(&router.endpoint).await else {
        return;
    };
    let first_request_timeout = router.endpoint.settings.header_timeout;
    let active = Arc::new(AtomicBool::new(false));
    let service = {
        let active = Arc::clone(&active);
        service_fn(move |request| {
            active.store(true, Ordering::Relaxed);
            let (router, connection) = (Arc::clone(&router), connection.clone());
            async move { Ok::<_, Infallible>(router.answer(request, &connection).await) }
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
