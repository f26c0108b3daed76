//! A stub of an API: keeps what it received, and answers everything alike or as a function says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query, as on the wire.
    pub target: String,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// The stub.
pub struct Stub {
    /// Where it listens.
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Stub {
    /// Answers every request with this status, media type and body.
    pub fn answering(status: &'static str, media_type: &'static str, body: &'static str) -> Self {
        Self::with(media_type, move |_| (status, body.to_owned()))
    }

    /// Answers every request with the status and the JSON that a function gives for it.
    pub fn by(decide: fn(&Received) -> (&'static str, String)) -> Self {
        Self::with("application/json", decide)
    }

    fn with(
        media_type: &'static str,
        answer: impl Fn(&Received) -> (&'static str, String) + Send + Sync + 'static,
    ) -> Self {
        let answer = Arc::new(answer);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let store = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (store, answer) = (Arc::clone(&store), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &store, media_type, &*answer));
            }
        });
        Self { url, received }
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

fn serve(
    stream: TcpStream,
    store: &Mutex<Vec<Received>>,
    media_type: &str,
    answer: &dyn Fn(&Received) -> (&'static str, String),
) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let mut words = line.split_whitespace();
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = Vec::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            let Some((name, value)) = header.trim_end().split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .and_then(|(_, value)| value.parse().ok())
            .unwrap_or(0);
        let mut text = vec![0; length];
        reader.read_exact(&mut text).ok()?;
        let received = Received {
            method,
            target,
            headers,
            body: String::from_utf8_lossy(&text).into_owned(),
        };
        store.lock().unwrap().push(received.clone());
        let (status, body) = answer(&received);
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        writer.write_all(format!("{head}{body}").as_bytes()).ok()?;
    }
}
