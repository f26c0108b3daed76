//! JSON-RPC messages (2.0), read in one pass over the body, without a tree of values.
//!
//! Only the members that the server acts on are kept, as checked slices of the body. A member of the
//! envelope, of `params` or of `_meta` that is given twice is refused: two readers of the same
//! message must not be able to disagree about what it asks for.

use std::borrow::Cow;

use gatewright_schema::json::{Error, Kind, Raw, Reader};
use gatewright_schema::method;

use super::fault::Fault;

#[cfg(test)]
mod tests;

/// How many messages a batch may hold.
pub(crate) const MAX_BATCH: usize = 32;

/// The `id` of a request: a string or a whole number, kept as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id<'a>(Raw<'a>);

impl<'a> Id<'a> {
    /// Accepts what JSON-RPC and MCP admit together: never null, never a fraction.
    pub(crate) fn new(raw: Raw<'a>) -> Option<Self> {
        let mut reader = raw.reader();
        let admitted = match reader.peek() {
            Ok(Kind::String) => true,
            Ok(Kind::Number) => reader
                .number()
                .is_ok_and(|number| number.as_i64().is_some()),
            _ => false,
        };
        admitted.then_some(Self(raw))
    }

    /// The JSON text.
    pub(crate) fn as_str(self) -> &'a str {
        self.0.as_str()
    }
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape<'a> {
    /// Expects a response.
    Request(Id<'a>),
    /// Expects none.
    Notification,
    /// A response: this server asks clients for nothing.
    Response,
}

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Message<'a> {
    /// What it is.
    pub(crate) shape: Shape<'a>,
    /// The method; empty for a response.
    pub(crate) method: Cow<'a, str>,
    /// What the server reads of `params`.
    pub(crate) params: Params<'a>,
}

/// The members of `params` that the server reads, unchecked but for being JSON.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params<'a> {
    /// Of `tools/call`.
    pub(crate) name: Option<Raw<'a>>,
    /// Of `tools/call`.
    pub(crate) arguments: Option<Raw<'a>>,
    /// Of `tools/list`.
    pub(crate) cursor: Option<Raw<'a>>,
    /// Of `initialize`.
    pub(crate) protocol_version: Option<Raw<'a>>,
    /// Of `notifications/cancelled`.
    pub(crate) request_id: Option<Raw<'a>>,
    /// `_meta`, where it is an object.
    pub(crate) meta: Option<Meta<'a>>,
}

/// The members of `_meta` that the server reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meta<'a> {
    /// `io.modelcontextprotocol/protocolVersion`
    pub(crate) protocol_version: Option<Raw<'a>>,
    /// `io.modelcontextprotocol/clientCapabilities`
    pub(crate) client_capabilities: Option<Raw<'a>>,
    /// `progressToken`
    pub(crate) progress_token: Option<Raw<'a>>,
}

impl<'a> Message<'a> {
    /// The id, where the message is a request.
    pub(crate) fn id(&self) -> Option<Id<'a>> {
        match self.shape {
            Shape::Request(id) => Some(id),
            Shape::Notification | Shape::Response => None,
        }
    }

    /// The `progressToken`, where it is one: tokens have the form of ids.
    pub(crate) fn progress_token(&self) -> Option<Id<'a>> {
        Id::new(self.params.meta.as_ref()?.progress_token?)
    }

    /// The version that `_meta` names, whatever its type: what makes a message one of 2026-07-28.
    pub(crate) fn meta_version(&self) -> Option<Raw<'a>> {
        self.params.meta.as_ref()?.protocol_version
    }
}

/// A message that was JSON but cannot be taken.
#[derive(Clone, Debug)]
pub(crate) struct Refused<'a> {
    /// Its id, where it had one that can be echoed.
    pub(crate) id: Option<Id<'a>>,
    /// Why.
    pub(crate) fault: Fault,
}

/// What was read of one message.
pub(crate) type Reading<'a> = Result<Message<'a>, Refused<'a>>;

/// The id of a message and its method, as far as they can be told.
pub(crate) fn told_by<'a>(reading: &Reading<'a>) -> (Option<Id<'a>>, &'static str) {
    match reading {
        Ok(message) => (message.id(), method::known(&message.method)),
        Err(refused) => (refused.id, method::OTHER),
    }
}

/// What a body holds.
#[derive(Debug)]
pub(crate) enum Body<'a> {
    /// One message.
    One(Reading<'a>),
    /// A JSON array of them.
    Batch(Vec<Reading<'a>>),
}

/// Reads a body.
///
/// # Errors
/// Where it is not JSON (-32700), or is an empty batch or one of more than [`MAX_BATCH`] (-32600).
pub(crate) fn read(body: &[u8]) -> Result<Body<'_>, Fault> {
    // Once for the whole body, not for each of its strings.
    let text = std::str::from_utf8(body).map_err(|error| {
        not_json(Error {
            what: "text that is not UTF-8",
            offset: error.valid_up_to(),
        })
    })?;
    let mut reader = Reader::over(text);
    let read = if reader.peek().map_err(not_json)? == Kind::Array {
        let mut messages = Vec::new();
        let mut first = true;
        reader.begin_array().map_err(not_json)?;
        while reader.next_item(&mut first).map_err(not_json)? {
            if messages.len() == MAX_BATCH {
                return Err(Fault::invalid_request(format!(
                    "The batch holds more than {MAX_BATCH} messages"
                )));
            }
            messages.push(message(&mut reader).map_err(not_json)?);
        }
        if messages.is_empty() {
            return Err(Fault::invalid_request("The batch is empty"));
        }
        Body::Batch(messages)
    } else {
        Body::One(message(&mut reader).map_err(not_json)?)
    };
    reader.end().map_err(not_json)?;
    Ok(read)
}

#[cold]
fn not_json(error: Error) -> Fault {
    Fault::parse(format!("The body is not JSON: {error}"))
}

/// The string that `raw` holds, where it is one.
pub(crate) fn text(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    raw.reader().string().ok()
}

/// Whether `raw` is an object.
pub(crate) fn is_object(raw: Raw<'_>) -> bool {
    raw.reader().peek() == Ok(Kind::Object)
}

/// What the envelope held.
#[derive(Default)]
struct Envelope<'a> {
    jsonrpc: Option<Raw<'a>>,
    id: Option<Raw<'a>>,
    method: Option<Raw<'a>>,
    answer: bool,
    params: Params<'a>,
    problem: Option<Fault>,
}

const ENVELOPE: &[&str] = &["jsonrpc", "id", "method", "params", "result", "error"];

fn message<'a>(reader: &mut Reader<'a>) -> Result<Reading<'a>, Error> {
    if reader.peek()? != Kind::Object {
        reader.raw()?;
        return Ok(Err(Refused {
            id: None,
            fault: Fault::invalid_request("A message must be a JSON object"),
        }));
    }
    let mut envelope = Envelope::default();
    let duplicate = object(reader, ENVELOPE, &mut |member, reader| {
        match member {
            "jsonrpc" => envelope.jsonrpc = Some(reader.raw()?),
            "id" => envelope.id = Some(reader.raw()?),
            "method" => envelope.method = Some(reader.raw()?),
            "params" => params(reader, &mut envelope)?,
            _ => {
                envelope.answer = true;
                reader.raw()?;
            }
        }
        Ok(())
    })?;
    if let Some(name) = duplicate {
        envelope.problem = Some(given_twice(name));
    }
    Ok(envelope.finish())
}

impl<'a> Envelope<'a> {
    fn finish(self) -> Reading<'a> {
        let id = self.id.and_then(Id::new);
        let refuse = |fault| Err(Refused { id, fault });
        if let Some(fault) = self.problem {
            return refuse(fault);
        }
        if self.jsonrpc.and_then(text).as_deref() != Some("2.0") {
            return refuse(Fault::invalid_request("`jsonrpc` must be \"2.0\""));
        }
        let Some(method) = self.method else {
            return if self.answer {
                Ok(Message {
                    shape: Shape::Response,
                    method: Cow::Borrowed(""),
                    params: self.params,
                })
            } else {
                refuse(Fault::invalid_request("`method` is missing"))
            };
        };
        let Some(method) = text(method) else {
            return refuse(Fault::invalid_request("`method` must be a string"));
        };
        let shape = match (self.id, id) {
            (None, _) => Shape::Notification,
            (Some(_), Some(id)) => Shape::Request(id),
            (Some(_), None) => {
                return refuse(Fault::invalid_request(
                    "`id` must be a string or a whole number",
                ));
            }
        };
        Ok(Message {
            shape,
            method,
            params: self.params,
        })
    }
}

const PARAMS: &[&str] = &[
    "name",
    "arguments",
    "cursor",
    "protocolVersion",
    "requestId",
    "_meta",
];

fn params<'a>(reader: &mut Reader<'a>, envelope: &mut Envelope<'a>) -> Result<(), Error> {
    if reader.peek()? != Kind::Object {
        reader.raw()?;
        envelope.problem = Some(Fault::invalid_envelope("`params` must be an object"));
        return Ok(());
    }
    let mut found = Params::default();
    let mut duplicate_meta = None;
    let duplicate = object(reader, PARAMS, &mut |member, reader| {
        match member {
            "name" => found.name = Some(reader.raw()?),
            "arguments" => found.arguments = Some(reader.raw()?),
            "cursor" => found.cursor = Some(reader.raw()?),
            "protocolVersion" => found.protocol_version = Some(reader.raw()?),
            "requestId" => found.request_id = Some(reader.raw()?),
            _ if reader.peek()? == Kind::Object => {
                let mut meta = Meta::default();
                duplicate_meta = meta.read(reader)?;
                found.meta = Some(meta);
            }
            _ => {
                reader.raw()?;
            }
        }
        Ok(())
    })?;
    if let Some(name) = duplicate.or(duplicate_meta) {
        envelope.problem = Some(given_twice(name));
    }
    envelope.params = found;
    Ok(())
}

const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
const PROGRESS_TOKEN: &str = "progressToken";

impl<'a> Meta<'a> {
    fn read(&mut self, reader: &mut Reader<'a>) -> Result<Option<&'static str>, Error> {
        const MEMBERS: &[&str] = &[PROTOCOL_VERSION, CLIENT_CAPABILITIES, PROGRESS_TOKEN];
        object(reader, MEMBERS, &mut |member, reader| {
            let slot = match member {
                PROTOCOL_VERSION => &mut self.protocol_version,
                CLIENT_CAPABILITIES => &mut self.client_capabilities,
                _ => &mut self.progress_token,
            };
            *slot = Some(reader.raw()?);
            Ok(())
        })
    }
}

#[cold]
fn given_twice(name: &str) -> Fault {
    Fault::invalid_request(format!("`{name}` is given twice"))
}

/// Walks over an object, calls `read` at the value of each member that is in `members`, skips the
/// others, and returns the first of `members` that was given twice.
fn object<'a>(
    reader: &mut Reader<'a>,
    members: &[&'static str],
    read: &mut dyn FnMut(&'static str, &mut Reader<'a>) -> Result<(), Error>,
) -> Result<Option<&'static str>, Error> {
    let mut seen = 0_u32;
    let mut duplicate = None;
    let mut first = true;
    reader.begin_object()?;
    while let Some(key) = reader.next_key(&mut first)? {
        match members.iter().enumerate().find(|(_, name)| **name == key) {
            Some((position, name)) => {
                if seen & (1 << position) != 0 {
                    duplicate.get_or_insert(*name);
                }
                seen |= 1 << position;
                read(name, reader)?;
            }
            None => {
                reader.raw()?;
            }
        }
    }
    Ok(duplicate)
}
