//! The log: its set-up, and the one record that every request leaves in it.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;
use tracing::Level;

use crate::auth::Principal;
use crate::cache::Served;
use crate::mcp::Revision;

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// A line for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

impl FromStr for Format {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("the log format is `text` or `json`"),
        }
    }
}

/// Sends the log of this process to standard error, which both transports leave to it. Does nothing
/// where the program that embeds the gateway has set up a log already.
pub(crate) fn install(format: Format, level: Level) {
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(level);
    // Fails only where a subscriber is there already, and then that one is used.
    let _ = match format {
        Format::Text => tracing::subscriber::set_global_default(
            builder
                .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
                .finish(),
        ),
        Format::Json => {
            tracing::subscriber::set_global_default(builder.json().flatten_event(true).finish())
        }
    };
}

/// What a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The caller left, or cancelled, before there was an answer.
    Cancelled,
    /// Refused before it was read as a message: path, method, host, origin, size.
    Refused,
    /// A notification or response, taken without an answer.
    Accepted,
    /// A result.
    Success,
    /// A result of a tool whose answers are remembered.
    Served(Served),
    /// A tool result with `isError`.
    ToolError,
    /// A JSON-RPC error with this code.
    Fault(i32),
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Accepted => "accepted",
            Self::Success | Self::Served(_) => "success",
            Self::ToolError => "tool_error",
            Self::Fault(_) => "fault",
        }
    }
}

/// The access record of one request: filled in as more becomes known, written when it is dropped, so
/// that no path through the server is without one. Holds names that the gateway knows, and of the caller
/// only what an identity provider or the operator vouches for.
#[derive(Debug)]
pub(crate) struct Record {
    started: Instant,
    /// `http` or `stdio`.
    pub(crate) transport: &'static str,
    /// The server's name.
    pub(crate) server: &'static str,
    /// The method, where it is a known one.
    pub(crate) method: &'static str,
    /// Who sent it, where that was asked.
    pub(crate) principal: Option<Arc<Principal>>,
    /// The tool's name.
    pub(crate) tool: &'static str,
    /// The name of the product that a call was made by.
    pub(crate) product: &'static str,
    /// The revision that the request was answered in.
    pub(crate) revision: Option<Revision>,
    /// The HTTP status; none where no answer was begun.
    pub(crate) status: Option<StatusCode>,
    /// What it came to.
    pub(crate) outcome: Outcome,
    /// The size of the request's body.
    pub(crate) bytes_in: usize,
    /// The size of what was sent as body, without the framing of HTTP.
    pub(crate) bytes_out: usize,
}

impl Record {
    /// A record that begins now.
    pub(crate) fn new(transport: &'static str) -> Self {
        Self {
            started: Instant::now(),
            transport,
            server: "",
            method: "",
            principal: None,
            tool: "",
            product: "",
            revision: None,
            status: None,
            outcome: Outcome::Cancelled,
            bytes_in: 0,
            bytes_out: 0,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let code = match self.outcome {
            Outcome::Fault(code) => Some(code),
            _ => None,
        };
        let cache = match self.outcome {
            Outcome::Served(served) => Some(served.name()),
            _ => None,
        };
        let principal = self.principal.as_deref();
        let identity = principal.map(Principal::identity);
        let subject = principal.and_then(|caller| caller.subject().or(caller.consumer()));
        let client = principal.and_then(Principal::client_id);
        tracing::info!(
            target: "gatewright::access",
            transport = self.transport,
            server = self.server,
            identity,
            subject = subject.map(shortened),
            client = client.map(shortened),
            method = self.method,
            tool = self.tool,
            product = Some(self.product).filter(|name| !name.is_empty()),
            revision = self.revision.map_or("", Revision::name),
            status = self.status.map(|status| status.as_u16()),
            outcome = self.outcome.name(),
            code,
            cache,
            microseconds = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
            bytes_in = self.bytes_in,
            bytes_out = self.bytes_out,
            "request"
        );
    }
}

/// The beginning of a text that a provider chose: a line of the log has an end.
fn shortened(text: &str) -> &str {
    const LONGEST: usize = 128;
    text.get(..text.floor_char_boundary(LONGEST))
        .unwrap_or(text)
}
