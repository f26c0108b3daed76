//! Questions to services of others, over HTTP: identity providers, authorizers, classifiers. Each question
//! has an end in time and its answer one in size, and goes only where the gateway may connect to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::uri::Scheme;
use http::{HeaderName, HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::description::Credential;
use crate::environment::Environment;
use crate::upstream::egress::{Denied, Egress, Resolver, check_host};

#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector<Resolver>>;
#[cfg(not(feature = "tls"))]
type Connector = HttpConnector<Resolver>;

/// The client for such services. Redirects are not followed: who may redirect would decide whom the gateway
/// trusts.
#[derive(Debug)]
pub(crate) struct Client {
    client: legacy::Client<Connector, Full<Bytes>>,
    egress: Option<&'static Egress>,
}

/// Why there is no answer that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It came with another status than 200.
    Status(u16),
    /// It did not come, or not whole: a clause for the log.
    NoAnswer(String),
}

impl Failure {
    /// Whether the service is there, and did not take the question: what it is asked is made of what callers
    /// send.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Status(status) => *status < 500 && *status != 408 && *status != 429,
            Self::NoAnswer(_) => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "answered with status {status}"),
            Self::NoAnswer(problem) => f.write_str(problem),
        }
    }
}

impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        failure.to_string()
    }
}

/// Makes the client. Connects to nothing yet.
///
/// # Errors
/// Where TLS cannot be set up.
#[cfg_attr(
    not(feature = "tls"),
    expect(clippy::unnecessary_wraps, reason = "with TLS it can fail")
)]
pub(crate) fn client(egress: Option<&'static Egress>) -> Result<Client, String> {
    let mut tcp = HttpConnector::new_with_resolver(Resolver::new(egress));
    tcp.set_connect_timeout(Some(Duration::from_secs(5)));
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    #[cfg(feature = "tls")]
    let tcp = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::aws_lc_rs::default_provider())
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(tcp);
    let client = legacy::Client::builder(TokioExecutor::new()).build(tcp);
    Ok(Client { client, egress })
}

/// Reads the URL of a service whose answers are trusted: `https`, or `http` on this machine, where nobody is
/// in between.
///
/// # Errors
/// What is wrong with it, a clause.
pub(crate) fn url(text: &str) -> Result<Uri, &'static str> {
    let uri: Uri = text.parse().map_err(|_| "it is not a URL")?;
    let host = uri.host().unwrap_or_default();
    if host.is_empty()
        || uri
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@'))
    {
        return Err("it must name a host, and no user");
    }
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS && cfg!(feature = "tls") => Ok(uri),
        Some(scheme) if *scheme == Scheme::HTTPS => Err(
            "it is `https`, but this binary was built without TLS: enable the feature `tls` of the crate `gatewright`",
        ),
        Some(scheme) if *scheme == Scheme::HTTP && loopback => Ok(uri),
        _ => Err("it must start with `https://`; `http://` is for the loopback interface only"),
    }
}

/// How the gateway says to a service who it is: a header that is marked as sensitive.
///
/// # Errors
/// What cannot be sent, a clause without values.
pub(crate) fn credential(
    credential: &Credential,
    environment: &Environment,
) -> Result<(HeaderName, HeaderValue), String> {
    let (name, text) = match *credential {
        Credential::Header(name, value) => {
            let name = HeaderName::try_from(name)
                .map_err(|_| "its credential has no valid name of a header".to_owned())?;
            (name, environment.render(value).expose().to_owned())
        }
        Credential::Bearer(token) => {
            let token = environment.render(token);
            (AUTHORIZATION, format!("Bearer {}", token.expose()))
        }
        Credential::Basic(user, password) => {
            let (user, password) = (environment.render(user), environment.render(password));
            if user.expose().contains(':') {
                return Err(
                    "the user name of its credential holds a colon, which ends a user name (RFC 7617)"
                        .to_owned(),
                );
            }
            let pair = format!("{}:{}", user.expose(), password.expose());
            (AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)))
        }
        Credential::Query(..) | Credential::Cookie(..) => {
            return Err("its credential is not one of a header".to_owned());
        }
    };
    let mut value = HeaderValue::try_from(text)
        .map_err(|_| "its credential holds characters that headers cannot".to_owned())?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Puts the values that secrets have now in the place of those before.
pub(crate) fn renew(
    credential: &Credential,
    slot: &ArcSwapOption<(HeaderName, HeaderValue)>,
    environment: &Environment,
    service: &Uri,
) {
    match self::credential(credential, environment) {
        Ok(pair) => slot.store(Some(Arc::new(pair))),
        Err(problem) => tracing::warn!(
            %service,
            problem,
            "a secret changed to what cannot be sent: the value it had stays in use"
        ),
    }
}

/// Sends a request and gives back what is answered with status 200, of at most `most` bytes, within
/// `timeout`.
///
/// # Errors
/// Why there is no such answer.
pub(crate) async fn send(
    client: &Client,
    mut request: Request<Full<Bytes>>,
    most: usize,
    timeout: Duration,
) -> Result<Bytes, Failure> {
    check_host(client.egress, request.uri().host().unwrap_or_default())
        .map_err(|denied: Denied| Failure::NoAnswer(denied.to_string()))?;
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static(concat!("gatewright/", env!("CARGO_PKG_VERSION"))),
    );
    let exchange = async {
        let response = client
            .client
            .request(request)
            .await
            .map_err(|error| Failure::NoAnswer(format!("no answer: {error}")))?;
        if response.status() != StatusCode::OK {
            return Err(Failure::Status(response.status().as_u16()));
        }
        let body = Limited::new(response.into_body(), most).collect();
        let body = body.await.map_err(|_| {
            Failure::NoAnswer(format!(
                "the answer ended early or is greater than {most} bytes"
            ))
        })?;
        Ok(body.to_bytes())
    };
    tokio::time::timeout(timeout, exchange)
        .await
        .unwrap_or_else(|_| Err(Failure::NoAnswer(format!("no answer within {timeout:?}"))))
}
