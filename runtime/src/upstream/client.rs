//! The client of one API.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use bytes::{Bytes, BytesMut};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Uri};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connector::{Connector, connector, is_tls};
use super::credential::Additions;
use super::{Address, Error, ErrorKind, Response};
use crate::description::Api;
use crate::environment::Environment;
use crate::rest::Request;

/// How long a connection is kept for the next call.
const IDLE: Duration = Duration::from_mins(1);

/// How many connections are kept for the next calls.
const MAX_IDLE: usize = 256;

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
    address: Address,
    /// Replaced as a whole when a secret changes; requests read it without a lock.
    additions: ArcSwap<Additions>,
    connections: legacy::Client<Connector, Full<Bytes>>,
}

impl Client {
    /// Makes the client of an API. Connects to nothing yet.
    ///
    /// # Errors
    /// What is wrong with its configuration, a sentence each, without values.
    pub(crate) fn new(api: &'static Api, environment: &Environment) -> Result<Self, Vec<String>> {
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
        let connector = connector(api, &address.scheme).map_err(|problem| vec![problem])?;
        let connections = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MAX_IDLE)
            .build(connector);
        Ok(Self {
            api,
            address,
            additions: ArcSwap::from_pointee(additions),
            connections,
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
        additions.succeed(&self.additions.load(), Instant::now());
        self.additions.store(Arc::new(additions));
        Ok(())
    }

    /// Sends a request and reads the answer, which may take `timeout` in all and have `limit` bytes
    /// of body. Redirects are not followed: they are answers.
    pub(crate) async fn send(
        &self,
        request: Request,
        timeout: Duration,
        limit: usize,
    ) -> Result<Response, Error> {
        let template = request.operation.template;
        let exchange = async {
            let request = self.complete(request).ok_or(Failure::Request)?;
            let response = self.connections.request(request).await?;
            read(response, limit).await
        };
        match tokio::time::timeout(timeout, exchange).await {
            Ok(Ok(mut response)) => {
                response.body = self.additions.load().redact(response.body);
                Ok(response)
            }
            Ok(Err(failure)) => Err(self.report(template, &failure)),
            Err(_) => Err(self.report(template, &Failure::Timeout)),
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
            self.connections.request(request).await?;
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
    fn complete(&self, request: Request) -> Option<http::Request<Full<Bytes>>> {
        let mut target =
            String::with_capacity(self.address.path.len() + request.path_and_query.len() + 64);
        target.push_str(&self.address.path);
        target.push_str(&request.path_and_query);
        let additions = self.additions.load();
        additions.apply_to_target(request.operation.credentials, &mut target)?;
        let mut headers: HeaderMap = request.headers;
        for name in &OWN {
            headers.remove(name);
        }
        if let Some(host) = &self.address.host {
            headers.insert(header::HOST, host.clone());
        }
        headers.insert(header::USER_AGENT, USER_AGENT);
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("identity"),
        );
        additions.apply(request.operation.credentials, &mut headers)?;
        let method = Method::from_bytes(request.operation.method.as_bytes()).ok()?;
        if request.body.is_none() && [Method::POST, Method::PUT, Method::PATCH].contains(&method) {
            // RFC 9110, section 8.6: servers may wait for, or insist on, the length of nothing.
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let mut complete = http::Request::new(Full::from(request.body.unwrap_or_default()));
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
        let cause: &dyn std::fmt::Display = match failure {
            Failure::Client(error) => &Causes(error),
            Failure::Body(error) => &Causes(error),
            Failure::Timeout | Failure::TooLarge(_) | Failure::Request => &"",
        };
        tracing::warn!(api = self.api.name, operation = template, ?kind, %cause, "no answer from the API");
        Error::new(kind, self.api.name)
    }
}

/// What went wrong, with what only the log is told.
enum Failure {
    Client(legacy::Error),
    Body(hyper::Error),
    Timeout,
    TooLarge(usize),
    Request,
}

impl Failure {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Client(error) if is_tls(error) => ErrorKind::Tls,
            Self::Client(error) if error.is_connect() => ErrorKind::Connect,
            Self::Client(_) | Self::Body(_) => ErrorKind::Broken,
            Self::Timeout => ErrorKind::Timeout,
            Self::TooLarge(limit) => ErrorKind::TooLarge(*limit),
            Self::Request => ErrorKind::Request,
        }
    }
}

impl From<legacy::Error> for Failure {
    fn from(error: legacy::Error) -> Self {
        Self::Client(error)
    }
}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Self {
        Self::Body(error)
    }
}

/// An error with everything that caused it.
struct Causes<'a>(&'a (dyn StdError + 'static));

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Reads the whole answer. What is greater than `limit` is an error for a success, and cut off for
/// any other status, whose beginning is what matters.
async fn read(response: http::Response<Incoming>, limit: usize) -> Result<Response, Failure> {
    let (parts, mut body) = response.into_parts();
    let announced = body.size_hint().lower();
    if parts.status.is_success() && announced > limit as u64 {
        return Err(Failure::TooLarge(limit));
    }
    let mut whole = Bytes::new();
    let mut rest = BytesMut::new();
    let mut truncated = false;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        // Most answers are one frame, which is not copied.
        if whole.is_empty() && rest.is_empty() && data.len() <= limit {
            whole = data;
            continue;
        }
        if rest.is_empty() {
            let expected = usize::try_from(announced).unwrap_or(limit).min(limit);
            rest.reserve(expected.max(whole.len() + data.len()).min(limit));
            rest.extend_from_slice(&whole);
        }
        let space = limit.saturating_sub(rest.len());
        if data.len() > space {
            truncated = true;
            rest.extend_from_slice(data.get(..space).unwrap_or_default());
            break;
        }
        rest.extend_from_slice(&data);
    }
    if truncated && parts.status.is_success() {
        return Err(Failure::TooLarge(limit));
    }
    Ok(Response {
        status: parts.status,
        headers: parts.headers,
        body: if rest.is_empty() {
            whole
        } else {
            rest.freeze()
        },
        truncated,
    })
}
