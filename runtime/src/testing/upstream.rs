//! The APIs of a test. Requests are encoded by the HTTP implementation that ships, and read back from the
//! bytes that it wrote.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::{HeaderName, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::{Asked, Breakdown, Upstream};
use crate::upstream::{ErrorKind, Exchanged, InProcess};

/// How much of a request or answer is on its way at once, in bytes.
const PIPE: usize = 64 * 1024;

/// All APIs of a gateway.
#[derive(Clone, Debug)]
pub(super) struct Apis(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    behaviour: Behaviour,
    asked: Vec<Asked>,
}

/// [`Upstream`], owned.
#[derive(Clone, Debug)]
enum Behaviour {
    Answer(StatusCode, Vec<(HeaderName, HeaderValue)>, Bytes),
    Failure(ErrorKind),
}

impl Apis {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            behaviour: Behaviour::Answer(StatusCode::NO_CONTENT, Vec::new(), Bytes::new()),
            asked: Vec::new(),
        })))
    }

    /// Says what they do from now on.
    ///
    /// # Errors
    /// What HTTP cannot express of it.
    pub(super) fn behave(&self, upstream: Upstream<'_>) -> Result<(), String> {
        let behaviour = match upstream {
            Upstream::Failure(breakdown) => Behaviour::Failure(match breakdown {
                Breakdown::Connect => ErrorKind::Connect,
                Breakdown::Timeout => ErrorKind::Timeout,
                Breakdown::Broken => ErrorKind::Broken,
            }),
            Upstream::Answer {
                status,
                headers,
                body,
            } => {
                let status = StatusCode::from_u16(status)
                    .map_err(|_| format!("an API cannot answer with the status {status}"))?;
                let headers = headers
                    .iter()
                    .map(|(name, value)| {
                        let pair = HeaderName::try_from(*name)
                            .ok()
                            .zip(HeaderValue::try_from(*value).ok());
                        pair.ok_or_else(|| format!("an API cannot answer with the header `{name}`"))
                    })
                    .collect::<Result<_, _>>()?;
                Behaviour::Answer(status, headers, Bytes::copy_from_slice(body.as_bytes()))
            }
        };
        self.state(|state| state.behaviour = behaviour);
        Ok(())
    }

    /// What they were asked since this was asked last.
    pub(super) fn take(&self) -> Vec<Asked> {
        self.state(|state| std::mem::take(&mut state.asked))
    }

    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn serve(
        self,
        api: &'static str,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let behaviour = self.state(|state| {
            state.asked.push(Asked {
                api,
                method: head.method,
                path: head.uri.path().to_owned(),
                query: head.uri.query().unwrap_or_default().to_owned(),
                headers: head.headers,
                body,
            });
            state.behaviour.clone()
        });
        let mut response = Response::new(Full::default());
        if let Behaviour::Answer(status, headers, body) = behaviour {
            *response.status_mut() = status;
            response
                .headers_mut()
                .extend(headers.into_iter().map(|(name, value)| (Some(name), value)));
            *response.body_mut() = Full::new(body);
        }
        Ok(response)
    }

    async fn pass(
        &self,
        api: &'static str,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, hyper::Error> {
        let (near, far) = tokio::io::duplex(PIPE);
        let apis = self.clone();
        let service = service_fn(move |request| apis.clone().serve(api, request));
        tokio::spawn(
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(far), service),
        );
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(near)).await?;
        tokio::spawn(connection);
        // As a pool of connections does it: the target is the path, and `Host` says whose.
        let uri = request.uri();
        let (host, target) = (
            uri.authority()
                .and_then(|authority| HeaderValue::try_from(authority.as_str()).ok()),
            uri.path_and_query().cloned(),
        );
        if let Some(host) = host {
            request.headers_mut().entry(HOST).or_insert(host);
        }
        *request.uri_mut() = target.map_or_else(Uri::default, Uri::from);
        sender.send_request(request).await
    }
}

impl InProcess for Apis {
    fn exchange(&self, api: &'static str, request: Request<Full<Bytes>>) -> Exchanged<'_> {
        Box::pin(async move {
            let failure = self.state(|state| match state.behaviour {
                Behaviour::Failure(kind) => Some(kind),
                Behaviour::Answer(..) => None,
            });
            // Without a connection, nothing is asked.
            if failure == Some(ErrorKind::Connect) {
                return Err(ErrorKind::Connect);
            }
            let answer = self
                .pass(api, request)
                .await
                .map_err(|_| ErrorKind::Broken)?;
            failure.map_or(Ok(answer), Err)
        })
    }
}
