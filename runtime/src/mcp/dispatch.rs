//! What the methods of the protocol ask for, the same over HTTP and stdio.

use super::encode;
use super::fault::Fault;
use super::message::{self, Id, Message};
use super::revision::Revision;
use crate::description::Server;

/// What a request leads to.
#[derive(Debug)]
pub(crate) enum Step {
    /// A response at once.
    Answer(Vec<u8>),
    /// The response to `initialize`, and the revision it settles.
    Initialized(Vec<u8>, Revision),
    /// A call of the tool at this position.
    Call(usize),
}

/// The methods that requests are counted and logged by; others are `other`, so that callers cannot
/// write into the log.
pub(crate) fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 8] = [
        "tools/call",
        "tools/list",
        "initialize",
        "server/discover",
        "ping",
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
    ];
    KNOWN
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

/// Decides what a request that passed the checks of its era leads to.
///
/// # Errors
/// -32601 for a method that the revision does not have, -32602 for parameters.
pub(crate) fn step(
    server: &Server,
    message: &Message<'_>,
    id: Id<'_>,
    revision: Revision,
) -> Result<Step, Fault> {
    let modern = revision.is_modern();
    match &*message.method {
        "tools/call" => tool(server, message).map(Step::Call),
        "tools/list" => {
            first_page(message)?;
            let list = if modern {
                server.list_modern
            } else {
                server.list_legacy
            };
            Ok(Step::Answer(encode::response(id.as_str(), &[list])))
        }
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
fn initialize(server: &Server, message: &Message<'_>, id: Id<'_>) -> Result<Step, Fault> {
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

/// The list is one page: its only cursor is the one of the beginning.
fn first_page(message: &Message<'_>) -> Result<(), Fault> {
    match message.params.cursor {
        None => Ok(()),
        Some(cursor) if message::text(cursor).as_deref() == Some("") => Ok(()),
        Some(_) => Err(Fault::invalid_params("The cursor is unknown")),
    }
}

fn tool(server: &Server, message: &Message<'_>) -> Result<usize, Fault> {
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
    (server.find)(&name).ok_or_else(|| {
        let shown: String = name.chars().take(128).collect();
        Fault::invalid_params(format!("Unknown tool: {shown}"))
    })
}
