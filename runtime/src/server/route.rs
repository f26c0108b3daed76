//! From a request's path and method to what answers it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::header::{ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use super::admission::{self, Origin, Refusal};
use super::cors::{admitted, preflight};
use super::{Body, Connection, Reply};
use crate::description::{Cors, Server};
use crate::mcp::{self, Endpoint};
use crate::telemetry::{Outcome, Record};

/// The one service of a listener.
#[derive(Debug)]
pub(crate) struct Router {
    pub(crate) endpoint: Endpoint,
    /// Set when the server is about to stop.
    pub(crate) draining: AtomicBool,
}

impl Router {
    /// Answers a request.
    pub(crate) async fn answer<B>(
        self: Arc<Self>,
        request: Request<B>,
        connection: &Connection,
    ) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        // Probes come from the platform and name the address they probe, so no host is asked of them;
        // nor are they worth a record.
        if let Some(status) = self.health(&request) {
            return Reply::empty(status, Outcome::Success).response;
        }
        let mut record = Record::new("http");
        if let Some(reply) = self.metadata(&request, connection) {
            return reply.recorded(record);
        }
        let cors = self
            .server(request.uri().path(), connection)
            .and_then(|(_, server)| server.cors);
        let origin = match admission::admit(&request, &self.endpoint.settings, cors) {
            Ok(origin) => origin,
            Err(refusal) => return refused(refusal).recorded(record),
        };
        let reply = self
            .route(request, connection, (&origin, cors), &mut record)
            .await;
        match origin {
            Origin::None => reply,
            Origin::Allowed(page) => admitted(reply, page, cors),
        }
        .recorded(record)
    }

    /// The server at a path, and its position.
    fn server(&self, path: &str, connection: &Connection) -> Option<(usize, &'static Server)> {
        let servers = self.endpoint.shared.description.servers.iter().copied();
        servers
            .enumerate()
            .find(|(_, server)| server.path == path && server.is_served_at(connection.listener))
    }

    async fn route<B>(
        &self,
        request: Request<B>,
        connection: &Connection,
        (origin, cors): (&Origin, Option<&Cors>),
        record: &mut Record,
    ) -> Reply
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Some((position, server)) = self.server(request.uri().path(), connection) else {
            return Reply::refusal(StatusCode::NOT_FOUND, "No MCP server has this path.\n");
        };
        record.server = server.name;
        match *request.method() {
            Method::POST => {
                mcp::post(
                    &self.endpoint,
                    position,
                    server,
                    request,
                    connection,
                    record,
                )
                .await
            }
            Method::OPTIONS if *origin != Origin::None => {
                let keys = self.endpoint.shared.auth.key_headers(position);
                preflight(request.headers(), cors, keys)
            }
            _ => Reply::refusal(
                StatusCode::METHOD_NOT_ALLOWED,
                "MCP messages are sent by POST; this server opens no streams of its own.\n",
            )
            .header(ALLOW.as_str(), HeaderValue::from_static("POST")),
        }
    }

    /// The metadata that tells clients where to get a token, where the request is for it. It is public
    /// and the same for everybody, so pages of every origin may read it.
    fn metadata<B>(&self, request: &Request<B>, connection: &Connection) -> Option<Reply> {
        let shared = &self.endpoint.shared;
        let (server, document) = shared.auth.metadata(request.uri().path())?;
        let server = shared.description.servers.get(server)?;
        if !server.is_served_at(connection.listener) {
            return None;
        }
        let reply = match *request.method() {
            Method::GET | Method::HEAD => {
                Reply::json(StatusCode::OK, document.clone(), Outcome::Success).header(
                    "cache-control",
                    HeaderValue::from_static("public, max-age=3600"),
                )
            }
            Method::OPTIONS => preflight(request.headers(), None, std::iter::empty()).header(
                ACCESS_CONTROL_ALLOW_METHODS.as_str(),
                HeaderValue::from_static("GET"),
            ),
            _ => Reply::refusal(StatusCode::METHOD_NOT_ALLOWED, "Metadata is read by GET.\n")
                .header(
                    ALLOW.as_str(),
                    HeaderValue::from_static("GET, HEAD, OPTIONS"),
                ),
        };
        Some(reply.header(
            ACCESS_CONTROL_ALLOW_ORIGIN.as_str(),
            HeaderValue::from_static("*"),
        ))
    }

    /// The answer to a probe, where the request is one.
    fn health<B>(&self, request: &Request<B>) -> Option<StatusCode> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        match request.uri().path() {
            "/readyz" if self.draining.load(Ordering::Relaxed) => {
                Some(StatusCode::SERVICE_UNAVAILABLE)
            }
            "/healthz" | "/readyz" => Some(StatusCode::OK),
            _ => None,
        }
    }
}

#[cold]
fn refused(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::MalformedHost => Reply::refusal(
            StatusCode::BAD_REQUEST,
            "The request must name the host it is addressed to, once.\n",
        ),
        Refusal::Host => Reply::refusal(
            StatusCode::FORBIDDEN,
            "This server does not answer for the host that the request is addressed to: \
             its operator must allow the host name (--allowed-host).\n",
        ),
        Refusal::Origin => Reply::refusal(
            StatusCode::FORBIDDEN,
            "Web pages of this origin may not use this server: \
             its operator must allow the origin (--allowed-origin).\n",
        ),
    }
}
