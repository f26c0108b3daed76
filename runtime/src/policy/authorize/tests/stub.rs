//! An authorizer whose answer the test decides. It remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub(super) struct Stub {
    answer: Arc<Mutex<(u16, String)>>,
    questions: Arc<Mutex<Vec<String>>>,
    delay: Duration,
    pub(super) url: String,
}

impl Stub {
    pub(super) async fn start(answer: &str) -> Self {
        Self::slow(answer, Duration::ZERO).await
    }

    pub(super) async fn slow(answer: &str, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stub = Self {
            answer: Arc::new(Mutex::new((200, answer.to_owned()))),
            questions: Arc::default(),
            delay,
            url: format!("http://{}/decide", listener.local_addr().unwrap()),
        };
        let served = stub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move { served.serve(stream).await });
            }
        });
        stub
    }

    /// The same where nobody listens.
    pub(super) fn at(&self, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..self.clone()
        }
    }

    async fn serve(self, mut stream: TcpStream) -> Option<()> {
        let mut text = Vec::new();
        loop {
            if stream.read_buf(&mut text).await.ok()? == 0 {
                return None;
            }
            let read = String::from_utf8(text.clone()).unwrap();
            let Some((head, body)) = read.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))?;
            if body.len() < length.parse().ok()? {
                continue;
            }
            self.questions.lock().unwrap().push(read);
            tokio::time::sleep(self.delay).await;
            let (status, body) = self.answer.lock().unwrap().clone();
            // What is no JSON may be where a redirect leads to.
            let location = if status == 307 {
                format!("location: {body}\r\n")
            } else {
                String::new()
            };
            let answer = format!(
                "HTTP/1.1 {status} Any\r\ncontent-type: application/json\r\n{location}content-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.ok()?;
            text.clear();
        }
    }

    pub(super) fn answers(&self, status: u16, body: &str) {
        *self.answer.lock().unwrap() = (status, body.to_owned());
    }

    pub(super) fn asked(&self) -> usize {
        self.questions.lock().unwrap().len()
    }

    /// The head and the body of the last question.
    pub(super) fn last(&self) -> (String, Value) {
        let questions = self.questions.lock().unwrap();
        let (head, body) = questions.last().unwrap().split_once("\r\n\r\n").unwrap();
        (head.to_owned(), serde_json::from_str(body).unwrap())
    }
}
