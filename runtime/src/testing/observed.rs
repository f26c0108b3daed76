//! What came of a call.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::policy::Reason;

/// Whether a call was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It passed all policies, and its arguments are valid; what the API makes of it is another matter.
    Allowed,
    /// A policy refused it.
    Denied(Reason),
    /// Its arguments break the tool's schema.
    Invalid,
    /// It was no call that the gateway takes: a fault of the protocol, or of the test.
    Fault,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed => f.write_str("allowed"),
            Self::Denied(reason) => write!(f, "denied: {}", reason.name()),
            Self::Invalid => f.write_str("invalid"),
            Self::Fault => f.write_str("not taken as a call"),
        }
    }
}

/// What an API was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The API's key in the manifest.
    pub api: &'static str,
    /// The method.
    pub method: Method,
    /// The path, percent-encoded.
    pub path: String,
    /// The query, percent-encoded; empty where there is none.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What came of a call.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Whether it was let through.
    pub outcome: Outcome,
    /// The status of the HTTP response.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The tool's result, where there is one.
    pub result: Option<Value>,
    /// What APIs were asked.
    pub asked: Vec<Asked>,
    /// The fields of the access record that are text.
    pub record: Vec<(&'static str, String)>,
}

impl Observed {
    /// The text blocks of the result, joined by line breaks.
    pub fn text(&self) -> String {
        let content = self
            .result
            .as_ref()
            .and_then(|result| result["content"].as_array());
        let texts: Vec<&str> = content
            .into_iter()
            .flatten()
            .filter_map(|block| block["text"].as_str())
            .collect();
        texts.join("\n")
    }

    /// Whether the result is an error for the model to mend.
    pub fn is_error(&self) -> bool {
        self.result
            .as_ref()
            .is_some_and(|result| result["isError"] == true)
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, HTTP {}", self.outcome, self.status)?;
        match self.asked.as_slice() {
            [] => f.write_str(", no API asked")?,
            asked => {
                for Asked {
                    api,
                    method,
                    path,
                    query,
                    ..
                } in asked
                {
                    let mark = if query.is_empty() { "" } else { "?" };
                    write!(f, ", `{api}` asked for {method} {path}{mark}{query}")?;
                }
            }
        }
        let body = match &self.result {
            Some(_) => self.text(),
            None => String::from_utf8_lossy(&self.body).trim().to_owned(),
        };
        let shown: String = body.chars().take(500).collect();
        write!(f, "\n    {}", shown.replace('\n', "\n    "))
    }
}
