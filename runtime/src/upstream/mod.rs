//! Upstream APIs: one client each, made at start-up, with the address and the credential in it.
//!
//! A request to an API is what [`crate::rest`] encoded, and nothing else of the caller: its headers
//! and its token stay at the gateway.

mod address;
mod client;
mod connector;
mod credential;
mod error;
mod redaction;
mod response;

pub(crate) use address::Address;
pub(crate) use client::Client;
pub use error::{Error, ErrorKind};
pub use response::Response;

#[cfg(test)]
pub(crate) mod tests;
