//! As much of HTTP/1.1 as the store needs: keep-alive, `Content-Length` bodies, small requests.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// The greatest body that is read, in bytes.
const MAX_BODY: u64 = 1 << 20;

/// A request.
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path's segments, decoded.
    pub(crate) path: Vec<String>,
    /// The query's pairs, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            media_type: "application/json",
            body: body.to_string(),
        }
    }

    /// RFC 9457.
    pub(crate) fn problem(status: u16, title: &str, detail: &str) -> Self {
        let body = serde_json::json!({ "title": title, "detail": detail, "status": status });
        Self {
            status,
            media_type: "application/problem+json",
            body: body.to_string(),
        }
    }

    pub(crate) fn empty() -> Self {
        Self {
            status: 204,
            media_type: "",
            body: String::new(),
        }
    }
}

/// Answers the requests of a connection until it ends.
pub(crate) fn serve(stream: TcpStream, answer: impl Fn(&Request) -> Response) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let response = answer(&request);
        let length = if response.status == 204 {
            String::new()
        } else {
            format!(
                "content-type: {}\r\ncontent-length: {}\r\n",
                response.media_type,
                response.body.len()
            )
        };
        let status = format!("{} {}", response.status, reason(response.status));
        let answer = format!("HTTP/1.1 {status}\r\n{length}\r\n{}", response.body);
        writer.write_all(answer.as_bytes())?;
    }
    Ok(())
}

fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let header = header.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    if length > MAX_BODY {
        return Ok(None);
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Ok(Some(Request {
        method,
        path: path.split('/').skip(1).map(decoded).collect(),
        query: query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(value))
            })
            .collect(),
        body,
    }))
}

/// Percent-decoding (RFC 3986, section 2.1).
fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        let digits = |high: u8, low: u8| {
            let value = |digit: u8| char::from(digit).to_digit(16);
            u8::try_from(value(high)? * 16 + value(low)?).ok()
        };
        match byte {
            b'%' => {
                let pair = bytes.next().zip(bytes.next());
                out.extend(pair.and_then(|(high, low)| digits(high, low)));
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        _ => "Unprocessable Content",
    }
}
