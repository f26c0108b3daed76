//! The load: a number of connections, each with one request at a time.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use memchr::memmem;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Fallible;
use crate::options::Options;

/// One request, made over and over.
#[derive(Clone)]
pub(crate) struct Job {
    address: String,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Bytes,
    /// What is in every right answer.
    marker: String,
}

impl Job {
    /// A plain `GET`.
    pub(crate) fn get(address: &str, path: &str, marker: &str) -> Self {
        Self {
            address: address.to_owned(),
            method: Method::GET,
            path: path.to_owned(),
            headers: Vec::new(),
            body: Bytes::new(),
            marker: marker.to_owned(),
        }
    }

    /// A `tools/call` without a session.
    pub(crate) fn call(address: &str, options: &Options) -> Self {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{}","arguments":{}}}}}"#,
            options.tool, options.arguments
        );
        Self {
            address: address.to_owned(),
            method: Method::POST,
            path: options.server_path.clone(),
            headers: Vec::new(),
            body: body.into(),
            marker: Options::marker(),
        }
    }

    /// The same call of the server that is compared, where there is one.
    pub(crate) fn guarded(&self, options: &Options) -> Option<Self> {
        Some(Self {
            path: options.guarded_path.clone()?,
            headers: options.headers.clone(),
            ..self.clone()
        })
    }

    fn request(&self) -> Fallible<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(&self.method)
            .uri(&self.path)
            .header(HOST, &self.address)
            .header(ACCEPT, "application/json, text/event-stream");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.body.is_empty() {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .header("mcp-protocol-version", "2025-06-18");
        }
        Ok(request.body(Full::new(self.body.clone()))?)
    }

    /// Makes requests until `end`, at least one; returns how many.
    async fn run(self, end: Instant) -> Fallible<u64> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut requests = 0;
        loop {
            sender.ready().await?;
            let response = sender.send_request(self.request()?).await?;
            let status = response.status();
            let body = response.into_body().collect().await?.to_bytes();
            let right = memmem::find(&body, self.marker.as_bytes()).is_some();
            if !status.is_success() || !right {
                let text = String::from_utf8_lossy(&body).into_owned();
                return Err(format!("{status}: {text}").into());
            }
            requests += 1;
            if Instant::now() >= end {
                return Ok(requests);
            }
        }
    }
}

/// Keeps `connections` busy for a time; returns the number of answers, all of them right.
pub(crate) async fn drive(job: &Job, connections: usize, duration: Duration) -> Fallible<u64> {
    let end = Instant::now() + duration;
    let mut running = JoinSet::new();
    for _ in 0..connections {
        running.spawn(job.clone().run(end));
    }
    let mut requests = 0;
    while let Some(result) = running.join_next().await {
        requests += result??;
    }
    Ok(requests)
}
