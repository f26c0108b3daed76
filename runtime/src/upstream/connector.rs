//! How connections to an API are made.

use std::error::Error;
#[cfg(feature = "tls")]
use std::io;

use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;

use super::egress::{Egress, Resolver};
use crate::description::Api;

/// Makes connections: TCP, and TLS with HTTP/2 where the API's URL is `https`.
#[cfg(feature = "tls")]
pub(super) type Connector = hyper_rustls::HttpsConnector<HttpConnector<Resolver>>;
/// Makes connections: TCP only.
#[cfg(not(feature = "tls"))]
pub(super) type Connector = HttpConnector<Resolver>;

fn tcp(api: &Api, egress: Option<&'static Egress>) -> HttpConnector<Resolver> {
    let mut connector = HttpConnector::new_with_resolver(Resolver::new(egress));
    connector.set_connect_timeout(Some(api.connect_timeout));
    connector.set_nodelay(true);
    connector.enforce_http(false);
    connector
}

/// The connector of an API.
///
/// # Errors
/// Where the binary cannot speak the scheme: a sentence.
#[cfg(feature = "tls")]
pub(super) fn connector(
    api: &Api,
    _scheme: &Scheme,
    egress: Option<&'static Egress>,
) -> Result<Connector, String> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let builder = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(provider)
        .map_err(|error| format!("TLS cannot be set up for the API `{}`: {error}", api.name))?;
    Ok(builder
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(tcp(api, egress)))
}

/// The connector of an API.
///
/// # Errors
/// Where the binary cannot speak the scheme: a sentence.
#[cfg(not(feature = "tls"))]
pub(super) fn connector(
    api: &Api,
    scheme: &Scheme,
    egress: Option<&'static Egress>,
) -> Result<Connector, String> {
    if *scheme == Scheme::HTTPS {
        return Err(format!(
            "the URL of the API `{}` is `https`, but this binary was built without TLS: enable the \
             feature `tls` of the crate `gatewright`",
            api.name
        ));
    }
    Ok(tcp(api, egress))
}

/// Whether TLS is why a connection could not be made.
#[cfg(feature = "tls")]
pub(super) fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<rustls::Error>() {
            return true;
        }
        // What an `io::Error` holds is not its source, but the source of its source.
        cause = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

/// Whether TLS is why a connection could not be made.
#[cfg(not(feature = "tls"))]
pub(super) fn is_tls(_error: &(dyn Error + 'static)) -> bool {
    false
}
