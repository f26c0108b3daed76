//! What an identity provider publishes: its metadata and its keys, fetched over HTTPS.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::Full;
use serde_json::Value;

use super::key_source::Fetch;
pub(super) use crate::callout::{Client as Documents, client, send, url};

/// The greatest document that is read.
const MAX_DOCUMENT: usize = 512 * 1024;

/// How long a document may take to come.
const TIMEOUT: Duration = Duration::from_secs(10);

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
    Ok(send(client, request, MAX_DOCUMENT, TIMEOUT).await?)
}
