//! How requests get to an API: over the network, or to something within the process.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy;

use super::ErrorKind;
use super::connector::Connector;
use super::failure::Failure;

/// What a request comes to.
pub(crate) type Exchanged<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Incoming>, ErrorKind>> + Send + 'a>>;

/// An API within the process, as tests of policies have it.
pub(crate) trait InProcess: fmt::Debug + Send + Sync {
    /// Answers the request to the API of that name.
    fn exchange(&self, api: &'static str, request: Request<Full<Bytes>>) -> Exchanged<'_>;
}

/// The way to an API.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each API, and nearly all are the large one"
)]
pub(super) enum Transport {
    /// Connections that are kept for the next requests.
    Network(legacy::Client<Connector, Full<Bytes>>),
    /// No connections.
    InProcess(&'static str, std::sync::Arc<dyn InProcess>),
}

impl Transport {
    /// Sends a request; the body of what comes back is still to be read.
    pub(super) async fn request(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Failure> {
        match self {
            Self::Network(connections) => Ok(connections.request(request).await?),
            Self::InProcess(name, api) => api
                .exchange(name, request)
                .await
                .map_err(Failure::InProcess),
        }
    }
}
