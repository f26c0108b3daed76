//! What an identity provider publishes: its metadata and its keys, fetched over HTTPS.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::uri::Scheme;
use http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::key_source::Fetch;
use crate::upstream::egress::{Denied, Egress, Resolver, check_host};

/// The greatest document that is read.
const MAX_DOCUMENT: usize = 512 * 1024;

/// How long a document may take to come.
const TIMEOUT: Duration = Duration::from_secs(10);

#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector<Resolver>>;
#[cfg(not(feature = "tls"))]
type Connector = HttpConnector<Resolver>;

/// The client for the documents of providers. Redirects are not followed: who may redirect would
/// decide whose keys are trusted.
#[derive(Debug)]
pub(super) struct Documents {
    client: Client<Connector, Full<Bytes>>,
    egress: Option<&'static Egress>,
}

/// Makes the client. Connects to nothing yet.
///
/// # Errors
/// Where TLS cannot be set up.
#[cfg_attr(
    not(feature = "tls"),
    expect(clippy::unnecessary_wraps, reason = "with TLS it can fail")
)]
pub(super) fn client(egress: Option<&'static Egress>) -> Result<Documents, String> {
    let mut tcp = HttpConnector::new_with_resolver(Resolver::new(egress));
    tcp.set_connect_timeout(Some(Duration::from_secs(5)));
    tcp.enforce_http(false);
    #[cfg(feature = "tls")]
    let tcp = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::aws_lc_rs::default_provider())
        .map_err(|error| format!("TLS cannot be set up for identity providers: {error}"))?
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(tcp);
    let client = Client::builder(TokioExecutor::new()).build(tcp);
    Ok(Documents { client, egress })
}

/// Reads a URL that keys may be fetched from: `https`, or `http` on this machine, where nobody is in
/// between.
///
/// # Errors
/// What is wrong with it, a clause.
pub(super) fn url(text: &str) -> Result<Uri, &'static str> {
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

/// Fetches the key set at `url`.
pub(super) fn keys_at(client: Documents, url: Uri) -> Fetch {
    let client = Arc::new(client);
    Box::new(move || {
        let (client, url) = (Arc::clone(&client), url.clone());
        Box::pin(async move { Ok(get(&client, url).await?.to_vec()) })
    })
}

/// Fetches the key set that the metadata of `issuer` names.
pub(super) fn keys_of(client: Documents, issuer: String) -> Fetch {
    let shared = Arc::new((client, issuer));
    Box::new(move || {
        let shared = Arc::clone(&shared);
        Box::pin(async move {
            let (client, issuer) = &*shared;
            let keys = discover(client, issuer).await?;
            Ok(get(client, keys).await?.to_vec())
        })
    })
}

/// Where an issuer's metadata is: by `OpenID` Connect Discovery 1.0, section 4, and by RFC 8414,
/// section 3.1.
fn metadata(issuer: &str) -> Vec<String> {
    let bare = issuer.trim_end_matches('/');
    let mut places = vec![format!("{bare}/.well-known/openid-configuration")];
    if let Some((scheme, rest)) = bare.split_once("://") {
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        places.push(format!(
            "{scheme}://{authority}/.well-known/oauth-authorization-server{path}"
        ));
    }
    places
}

async fn discover(client: &Documents, issuer: &str) -> Result<Uri, String> {
    let mut problems = Vec::new();
    for place in metadata(issuer) {
        match metadata_at(client, issuer, &place).await {
            Ok(keys) => return Ok(keys),
            Err(problem) => problems.push(format!("{place}: {problem}")),
        }
    }
    Err(problems.join("; "))
}

async fn metadata_at(client: &Documents, issuer: &str, place: &str) -> Result<Uri, String> {
    let text = get(client, url(place)?).await?;
    let document: Value = serde_json::from_slice(&text).map_err(|_| "the answer is not JSON")?;
    // RFC 8414, section 3.3: otherwise one issuer could speak for another.
    if document.get("issuer").and_then(Value::as_str) != Some(issuer) {
        return Err("its `issuer` is not the one of the manifest, to the letter".into());
    }
    let keys = document
        .get("jwks_uri")
        .and_then(Value::as_str)
        .ok_or("it has no `jwks_uri`")?;
    url(keys).map_err(|problem| format!("its `jwks_uri` cannot be used: {problem}"))
}

async fn get(client: &Documents, url: Uri) -> Result<Bytes, String> {
    let mut request = Request::new(Full::default());
    *request.uri_mut() = url;
    send(client, request, MAX_DOCUMENT, TIMEOUT).await
}

/// Sends a request to a provider and gives back what it answers with status 200, of at most `most` bytes,
/// within `timeout`.
///
/// # Errors
/// What went wrong, a clause for the log.
pub(super) async fn send(
    client: &Documents,
    mut request: Request<Full<Bytes>>,
    most: usize,
    timeout: Duration,
) -> Result<Bytes, String> {
    check_host(client.egress, request.uri().host().unwrap_or_default())
        .map_err(|denied: Denied| denied.to_string())?;
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
            .map_err(|error| format!("no answer: {error}"))?;
        if response.status() != StatusCode::OK {
            return Err(format!(
                "answered with status {}",
                response.status().as_u16()
            ));
        }
        let body = Limited::new(response.into_body(), most).collect();
        let body = body
            .await
            .map_err(|_| format!("the answer ended early or is greater than {most} bytes"))?;
        Ok(body.to_bytes())
    };
    tokio::time::timeout(timeout, exchange)
        .await
        .unwrap_or_else(|_| Err(format!("no answer within {timeout:?}")))
}
