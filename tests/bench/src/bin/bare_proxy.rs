//! The least that a reverse proxy in hyper does, as the measure for a gateway: `bare_proxy UPSTREAM`
//! listens at a free port of the loopback interface and prints its address.

use std::convert::Infallible;
use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;

use http::uri::{Authority, Scheme};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

type Body = BoxBody<Bytes, hyper::Error>;

struct Proxy {
    client: Client<HttpConnector, Incoming>,
    authority: Authority,
}

impl Proxy {
    async fn forward(&self, request: Request<Incoming>) -> Response<Body> {
        let answer = async {
            let (mut head, body) = request.into_parts();
            let mut uri = head.uri.into_parts();
            uri.scheme = Some(Scheme::HTTP);
            uri.authority = Some(self.authority.clone());
            head.uri = Uri::from_parts(uri)?;
            head.headers.remove(http::header::HOST);
            let request = Request::from_parts(head, body);
            Ok::<_, Box<dyn Error + Send + Sync>>(self.client.request(request).await?)
        };
        if let Ok(response) = answer.await {
            return response.map(BodyExt::boxed);
        }
        let nothing = Empty::new().map_err(|never: Infallible| match never {});
        let mut response = Response::new(nothing.boxed());
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let upstream = std::env::args()
        .nth(1)
        .ok_or("usage: bare_proxy HOST:PORT")?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let proxy = Arc::new(Proxy {
        client: Client::builder(TokioExecutor::new()).build(connector),
        authority: upstream.parse()?,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let proxy = Arc::clone(&proxy);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let proxy = Arc::clone(&proxy);
                async move { Ok::<_, Infallible>(proxy.forward(request).await) }
            });
            // A client that goes away is no error here.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
