//! What the methods of the protocol ask for, the same over HTTP and stdio.

use bytes::Bytes;
use gatewright_schema::json::Raw;

use super::fault::Fault;
use super::message::{self, Id, Message};
use super::revision::Revision;
use super::viewer::Viewer;
use super::{catalogue, encode, list};
use crate::description::Server;
use crate::telemetry::Outcome;

/// What a request leads to.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// A response at once.
    Answer(Vec<u8>),
    /// The response to `initialize`, and the revision it settles.
    Initialized(Vec<u8>, Revision),
    /// The result of a tool that is about the catalogue: its name, the response, and what it is.
    Told(&'static str, Vec<u8>, Outcome),
    /// A call of a tool.
    Call(Target<'a>),
}

/// A tool and what it is called with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    /// The position of the tool.
    pub(crate) tool: usize,
    /// Its arguments: a slice of the body.
    arguments: Option<Raw<'a>>,
    /// Where they stand in those that the caller wrote: an RFC 6901 pointer.
    pub(crate) place: &'static str,
}

impl<'a> Target<'a> {
    /// The tool at that position with arguments that stand at `place`.
    pub(crate) fn new(tool: usize, arguments: Option<Raw<'a>>, place: &'static str) -> Self {
        Self {
            tool,
            arguments,
            place,
        }
    }

    /// The text of the arguments as a share of the `body` that the message was read from; empty where
    /// there are none.
    pub(crate) fn arguments(&self, body: &Bytes) -> Bytes {
        self.arguments.map_or_else(Bytes::new, |arguments| {
            body.slice_ref(arguments.as_str().as_bytes())
        })
    }
}

/// Decides what a request that passed the checks of its era leads to.
///
/// # Errors
/// -32601 for a method that the revision does not have, -32602 for parameters.
pub(crate) fn step<'a>(
    viewer: &Viewer<'_>,
    message: &Message<'a>,
    id: Id<'_>,
    revision: Revision,
) -> Result<Step<'a>, Fault> {
    let (server, modern) = (viewer.server, revision.is_modern());
    match &*message.method {
        "tools/call" => tool(viewer, message, id, revision),
        "tools/list" => list::list(viewer, message, id, revision).map(Step::Answer),
        "server/discover" if modern => Ok(Step::Answer(encode::response(
            id.as_str(),
            &[server.discover],
        ))),
        "ping" if !modern => Ok(Step::Answer(encode::response(id.as_str(), &["{}"]))),
        "initialize" if !modern => initialize(server, message, id),
        _ => Err(Fault::method_not_found(revision)),
    }
}

/// The requested revision where it is spoken here, otherwise the latest of the same era: clients
/// that began with `initialize` cannot be led into 2026-07-28.
fn initialize<'a>(server: &Server, message: &Message<'_>, id: Id<'_>) -> Result<Step<'a>, Fault> {
    let requested = message
        .params
        .protocol_version
        .and_then(message::text)
        .ok_or_else(|| {
            Fault::invalid_params("`params.protocolVersion` is missing or not a string")
        })?;
    let revision = Revision::named(&requested)
        .filter(|revision| !revision.is_modern())
        .unwrap_or(Revision::LATEST_LEGACY);
    let response = encode::response(
        id.as_str(),
        &[
            "{\"protocolVersion\":\"",
            revision.name(),
            "\",",
            server.initialize,
            "}",
        ],
    );
    Ok(Step::Initialized(response, revision))
}

fn tool<'a>(
    viewer: &Viewer<'_>,
    message: &Message<'a>,
    id: Id<'_>,
    revision: Revision,
) -> Result<Step<'a>, Fault> {
    let name = message
        .params
        .name
        .and_then(message::text)
        .ok_or_else(|| Fault::invalid_params("`params.name` is missing or not a string"))?;
    let arguments = message.params.arguments;
    if arguments.is_some_and(|arguments| !message::is_object(arguments)) {
        return Err(Fault::invalid_params(
            "`params.arguments` must be an object",
        ));
    }
    if let Some(tool) = (viewer.server.find)(&name) {
        return Ok(Step::Call(Target::new(tool, arguments, "")));
    }
    if let Some(told) = catalogue::call(viewer, &name, arguments, id, revision) {
        return Ok(told);
    }
    let shown: String = name.chars().take(128).collect();
    Err(Fault::invalid_params(format!("Unknown tool: {shown}")))
}
