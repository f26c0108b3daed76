//! The client of one API.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, StatusCode, Uri};
use http_body_util::Full;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;

use super::coding::ACCEPTED;
use super::connector::connector;
use super::credential::Additions;
use super::egress::{Denied, check_host};
use super::failure::Failure;
use super::mention::mentions;
use super::reading::{Bounds, read};
use super::target::{is_beneath, resolve};
use super::transport::{InProcess, Transport};
use super::{Address, Error, Response};
use crate::description::Api;
use crate::environment::Environment;
use crate::rest::Request;
use crate::rest::shape::Shape;

/// How long a connection is kept for the next call.
const IDLE: Duration = Duration::from_mins(1);

/// How many connections are kept for the next calls.
const MAX_IDLE: usize = 256;

/// How many redirects are followed for one call.
const MAX_REDIRECTS: usize = 5;

const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("gatewright/", env!("CARGO_PKG_VERSION")));

/// Headers that belong to the connection or to the gateway: nothing that an argument or a handler
/// sets under these names is sent.
const OWN: [HeaderName; 10] = [
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::EXPECT,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("keep-alive"),
];

/// The client of one API: its address, its credentials, its connections.
#[derive(Debug)]
pub(crate) struct Client {
    api: &'static Api,
    /// The value of `Accept-Encoding`.
    accepted: HeaderValue,
    address: Address,
    /// Replaced as a whole when a secret changes; requests read it without a lock.
    additions: ArcSwap<Additions>,
    transport: Transport,
}

impl Client {
    /// Makes the client of an API. Connects to nothing yet.
    ///
    /// # Errors
    /// What is wrong with its configuration, a sentence each, without values.
    pub(crate) fn new(api: &'static Api, environment: &Environment) -> Result<Self, Vec<String>> {
        Self::with(api, environment, |address| {
            let egress = environment.egress();
            check_host(egress, address.authority.host()).map_err(|Denied| {
                vec![format!(
                    "the URL of the API `{}` leads to where the gateway may not connect to: `egress` in the manifest \
                     must list its host, or its address",
                    api.name
                )]
            })?;
            let connector =
                connector(api, &address.scheme, egress).map_err(|problem| vec![problem])?;
            let connections = legacy::Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .timer(TokioTimer::new())
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(MAX_IDLE)
                .build(connector);
            Ok(Transport::Network(connections))
        })
    }

    /// Makes the client of an API that is within the process.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub(crate) fn in_process(
        api: &'static Api,
        environment: &Environment,
        answers: Arc<dyn InProcess>,
    ) -> Result<Self, Vec<String>> {
        Self::with(api, environment, |_| {
            Ok(Transport::InProcess(api.name, answers))
        })
    }

    fn with(
        api: &'static Api,
        environment: &Environment,
        transport: impl FnOnce(&Address) -> Result<Transport, Vec<String>>,
    ) -> Result<Self, Vec<String>> {
        let url = environment.render(api.url);
        let address = Address::parse(url.expose()).map_err(|problem| {
            vec![format!(
                "the URL of the API `{}` cannot be used: {problem}",
                api.name
            )]
        });
        let additions = Additions::new(api, environment);
        let (address, additions) = match (address, additions) {
            (Ok(address), Ok(additions)) => (address, additions),
            (address, additions) => {
                let mut problems = address.err().unwrap_or_default();
                problems.extend(additions.err().unwrap_or_default());
                return Err(problems);
            }
        };
        let transport = transport(&address)?;
        Ok(Self {
            api,
            accepted: HeaderValue::from_static(if api.compression {
                ACCEPTED
            } else {
                "identity"
            }),
            address,
            additions: ArcSwap::from_pointee(additions),
            transport,
        })
    }

    /// The API's key in the manifest.
    pub(crate) fn name(&self) -> &'static str {
        self.api.name
    }

    /// Goes on with the present values of `environment`. Requests that are on their way keep what they
    /// were sent with.
    ///
    /// # Errors
    /// What cannot be sent of the new values, a sentence each, without values; everything is then as
    /// it was.
    pub(crate) fn renew(&self, environment: &Environment) -> Result<(), Vec<String>> {
        let mut additions = Additions::new(self.api, environment)?;
        additions.succeed(&self.additions.load(), std::time::Instant::now());
        self.additions.store(Arc::new(additions));
        Ok(())
    }

    /// Sends a request and reads the answer, which may take `timeout` in all and have `limit` bytes
    /// of decoded body, and of which only what `shape` keeps is held.
    pub(crate) async fn send(
        &self,
        request: Request,
        timeout: Duration,
        limit: usize,
        shape: Option<&'static Shape>,
    ) -> Result<Response, Error> {
        let template = request.operation.template;
        // An API that never ends a stream of events must leave time to pass on those that came.
        let bounds = Bounds {
            limit,
            shape,
            events_until: Instant::now() + timeout.mul_f32(0.9),
        };
        match tokio::time::timeout(timeout, self.exchange(request, bounds)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(failure)) => Err(self.report(template, &failure)),
            Err(_) => Err(self.report(template, &Failure::Timeout)),
        }
    }

    async fn exchange(&self, request: Request, bounds: Bounds) -> Result<Response, Failure> {
        let (accept, asked) = (request.operation.accept, request.operation.credentials);
        // One set of secrets for the whole exchange, whatever changes meanwhile.
        let additions = self.additions.load_full();
        // What a redirect would need again. Nearly every request has no header but this one.
        let others = (request.headers.len() > 1).then(|| request.headers.clone());
        let mut request = self.complete(request, &additions).ok_or(Failure::Request)?;
        let mut redirects = 0;
        loop {
            let (method, uri) = (request.method().clone(), request.uri().clone());
            let response = self.transport.request(request).await?;
            if response.status().is_redirection()
                && redirects < MAX_REDIRECTS
                && let Some((method, target)) = self.redirection(
                    &method,
                    uri.path(),
                    response.status(),
                    response.headers(),
                    (&additions, asked),
                )
            {
                redirects += 1;
                let mut headers = others.clone().unwrap_or_else(|| only_accept(accept));
                headers.remove(header::CONTENT_TYPE);
                request = self
                    .dress(method, target, headers, None, (&additions, asked))
                    .ok_or(Failure::Request)?;
                continue;
            }
            let mut response = read(response, bounds).await?;
            response.body = additions.redact(response.body);
            if let Some(Ok(left_out)) = &mut response.shaped {
                for array in left_out {
                    let pointer = std::mem::take(&mut array.pointer);
                    array.pointer = additions.redact_text(pointer);
                }
            }
            let headers = bounds.shape.map_or(&[] as &[&str], |shape| shape.headers);
            self.mention(&mut response, headers, uri.path(), &additions);
            return Ok(response);
        }
    }

    /// Where an answer leads, if it is a redirect that is followed: of a request that can safely be made
    /// again (RFC 9110, section 15.4), within the origin and beneath the path of the API's URL. The
    /// credential goes along, so nothing else is followed.
    fn redirection(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        headers: &HeaderMap,
        (additions, asked): (&Additions, &[usize]),
    ) -> Option<(Method, String)> {
        let safe = *method == Method::GET || *method == Method::HEAD;
        let next = match status {
            StatusCode::SEE_OTHER if !safe => Method::GET,
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
                if safe =>
            {
                method.clone()
            }
            _ => return None,
        };
        let location = headers.get(header::LOCATION)?.to_str().ok()?;
        let target = resolve(&self.address, path, location)?;
        if !is_beneath(&self.address, &target) {
            return None;
        }
        let mut target = additions.strip(&target);
        additions.apply_to_target(asked, &mut target)?;
        Some((next, target))
    }

    /// Notes what the model is told of the headers.
    fn mention(&self, response: &mut Response, asked: &[&str], path: &str, additions: &Additions) {
        let lines = mentions(
            response.status,
            &response.headers,
            asked,
            &self.address,
            path,
            &|target| additions.strip(target),
        );
        if !lines.is_empty() {
            response.mentions = additions.redact_text(lines);
        }
    }

    /// Connects to the API and asks for the headers of its root, to see whether anything answers.
    /// The request bears no credential, and any answer will do.
    pub(crate) async fn probe(&self) -> Result<(), Error> {
        let root = format!("{}/", self.address.path);
        let exchange = async {
            let mut request = http::Request::new(Full::default());
            *request.method_mut() = Method::HEAD;
            *request.uri_mut() = self.uri(root).ok_or(Failure::Request)?;
            let headers = request.headers_mut();
            headers.insert(header::USER_AGENT, USER_AGENT);
            self.transport.request(request).await?;
            Ok::<(), Failure>(())
        };
        let timeout = self.api.connect_timeout.saturating_mul(2);
        match tokio::time::timeout(timeout, exchange).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failure)) => Err(self.report("/", &failure)),
            Err(_) => Err(self.report("/", &Failure::Timeout)),
        }
    }

    /// Adds the address, the credential and the fixed headers. `None` where no request can be made
    /// of it.
    fn complete(
        &self,
        request: Request,
        additions: &Additions,
    ) -> Option<http::Request<Full<Bytes>>> {
        let mut target =
            String::with_capacity(self.address.path.len() + request.path_and_query.len() + 64);
        target.push_str(&self.address.path);
        target.push_str(&request.path_and_query);
        additions.apply_to_target(request.operation.credentials, &mut target)?;
        let method = Method::from_bytes(request.operation.method.as_bytes()).ok()?;
        let asked = request.operation.credentials;
        self.dress(
            method,
            target,
            request.headers,
            request.body,
            (additions, asked),
        )
    }

    /// Adds the address, and what every request has, to a target that is complete; the credentials are
    /// those at the given positions.
    fn dress(
        &self,
        method: Method,
        target: String,
        mut headers: HeaderMap,
        body: Option<Bytes>,
        (additions, asked): (&Additions, &[usize]),
    ) -> Option<http::Request<Full<Bytes>>> {
        for name in &OWN {
            headers.remove(name);
        }
        if let Some(host) = &self.address.host {
            headers.insert(header::HOST, host.clone());
        }
        headers.insert(header::USER_AGENT, USER_AGENT);
        headers.insert(header::ACCEPT_ENCODING, self.accepted.clone());
        additions.apply(asked, &mut headers)?;
        if body.is_none() && [Method::POST, Method::PUT, Method::PATCH].contains(&method) {
            // RFC 9110, section 8.6: servers may wait for, or insist on, the length of nothing.
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let mut complete = http::Request::new(Full::from(body.unwrap_or_default()));
        *complete.method_mut() = method;
        *complete.uri_mut() = self.uri(target)?;
        *complete.headers_mut() = headers;
        Some(complete)
    }

    /// The URI of a target, which starts with `/`: the scheme and the authority are those of the
    /// API, whatever the target holds.
    fn uri(&self, target: String) -> Option<Uri> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.address.scheme.clone());
        parts.authority = Some(self.address.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_maybe_shared(Bytes::from(target)).ok()?);
        Uri::from_parts(parts).ok()
    }

    /// Logs the details, and returns what may be told.
    #[cold]
    fn report(&self, template: &str, failure: &Failure) -> Error {
        let kind = failure.kind();
        let cause = failure.cause();
        tracing::warn!(api = self.api.name, operation = template, ?kind, %cause, "no answer from the API");
        Error::new(kind, self.api.name)
    }
}

/// The headers of a request that has none of its own.
fn only_accept(accept: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(accept) = HeaderValue::from_str(accept) {
        headers.insert(header::ACCEPT, accept);
    }
    headers
}
