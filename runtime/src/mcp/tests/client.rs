//! A client that writes HTTP/1.1 by hand, so that a test can send what no library would.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::fixture::{self, Probe};
use super::schema;
use crate::server::{Settings, serve};

/// A running server.
pub(crate) struct Fixture {
    pub(crate) address: SocketAddr,
    pub(crate) probe: Arc<Probe>,
    pub(crate) stop: Option<oneshot::Sender<()>>,
    pub(crate) served: tokio::task::JoinHandle<()>,
}

impl Fixture {
    pub(crate) async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shared, probe) = fixture::shared();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(vec![listener.into()], shared, settings, async {
            let _ = stopped.await;
        }));
        Self {
            address,
            probe,
            stop: Some(stop),
            served,
        }
    }

    /// Opens a connection and writes to it.
    pub(crate) async fn send(&self, request: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        stream
    }

    /// Sends a request and reads its answer to the end.
    pub(crate) async fn exchange(&self, request: impl Into<Vec<u8>>) -> Answer {
        let mut stream = self.send(&request.into()).await;
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes));
        read.await.expect("an answer in time").unwrap();
        Answer::read(&bytes)
    }

    /// Posts a message to the server of the fixture that is in search mode and has two pages.
    pub(crate) async fn post_to_search(&self, headers: &[(&str, &str)], message: &str) -> Answer {
        let request = post(headers, message).replacen("POST /mcp ", "POST /search ", 1);
        self.exchange(request).await
    }

    /// Posts a message under the usual headers and `headers`.
    pub(crate) async fn post(&self, headers: &[(&str, &str)], message: &str) -> Answer {
        self.exchange(post(headers, message)).await
    }
}

/// The text of a POST. A header of `headers` takes the place of the usual one of that name; with an
/// empty value it only takes it away.
pub(crate) fn post(headers: &[(&str, &str)], message: &str) -> String {
    let usual = [
        ("Host", "localhost"),
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("Connection", "close"),
    ];
    let mut out = format!(
        "POST /mcp HTTP/1.1\r\nContent-Length: {}\r\n",
        message.len()
    );
    for (name, value) in usual {
        if !headers
            .iter()
            .any(|(given, _)| given.eq_ignore_ascii_case(name))
        {
            write!(out, "{name}: {value}\r\n").unwrap();
        }
    }
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        write!(out, "{name}: {value}\r\n").unwrap();
    }
    out + "\r\n" + message
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// Reads an answer that ended with its connection.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no head: {text:?}"));
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers: Vec<_> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Self {
            status,
            headers,
            body: body.to_owned(),
        };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = dechunk(body);
        }
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(given, _)| given == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} comes twice");
        value
    }

    /// The messages of the answer, each checked against the schema of the revision.
    pub(crate) fn messages(&self, revision: &str) -> Vec<Value> {
        let messages: Vec<Value> = match self.header("content-type") {
            Some("application/json") => vec![serde_json::from_str(&self.body).unwrap()],
            Some("text/event-stream") => events(&self.body),
            other => panic!("no messages in {other:?}: {}", self.body),
        };
        for message in &messages {
            schema::check(revision, "JSONRPCMessage", message);
        }
        messages
    }

    /// The one message of the answer.
    pub(crate) fn message(&self, revision: &str) -> Value {
        let mut messages = self.messages(revision);
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages.remove(0)
    }

    /// The code of the JSON-RPC error that came.
    pub(crate) fn code(&self) -> Option<i64> {
        let message: Value = serde_json::from_str(&self.body).ok()?;
        let code = message.get("error")?.get("code")?.as_i64();
        schema::check("2026-07-28", "JSONRPCErrorResponse", &message);
        code
    }
}

/// The messages of a stream of events; comments are left out.
pub(crate) fn events(stream: &str) -> Vec<Value> {
    stream
        .split_terminator("\n\n")
        .filter(|event| !event.starts_with(':'))
        .map(|event| {
            let data = event.strip_prefix("event: message\ndata: ").expect(event);
            serde_json::from_str(data).unwrap()
        })
        .collect()
}

fn dechunk(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        out.push_str(&rest[..length]);
        body = &rest[length + 2..];
        if length == 0 {
            break;
        }
    }
    out
}
