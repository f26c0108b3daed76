//! An API that answers every request alike.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Fallible;

/// Serves `payload` from a free port; returns host and port.
pub(crate) async fn start(payload: Bytes) -> Fallible<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if stream.set_nodelay(true).is_err() {
                continue;
            }
            let payload = payload.clone();
            tokio::spawn(async move {
                let service = service_fn(|request: Request<Incoming>| {
                    let payload = payload.clone();
                    async move {
                        // Read to its end, so that the connection can be used again.
                        let _ = request.into_body().collect().await;
                        let mut response = Response::new(Full::new(payload));
                        let json = HeaderValue::from_static("application/json");
                        response.headers_mut().insert(CONTENT_TYPE, json);
                        Ok::<_, Infallible>(response)
                    }
                });
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    Ok(address)
}
