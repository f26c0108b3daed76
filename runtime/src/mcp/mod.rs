//! The Model Context Protocol: messages, revisions, transports.

mod accept;
mod batch;
mod catalogue;
mod detached;
mod dispatch;
mod encode;
mod era;
mod events;
mod exchange;
mod fault;
mod headers;
mod http;
mod in_flight;
mod invocation;
mod ladder;
mod list;
mod message;
mod permission;
mod progress;
mod revision;
mod session;
pub(crate) mod stdio;
mod viewer;

pub(crate) use events::EventStream;
pub(crate) use headers::{Single, single};
pub(crate) use http::{Endpoint, post};
pub(crate) use in_flight::InFlight;
pub(crate) use progress::Progress;
pub(crate) use revision::Revision;

#[cfg(test)]
pub(crate) mod tests;
