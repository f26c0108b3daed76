//! Upstream APIs: one client each, made at start-up, with the address and the credential in it.
//!
//! A request to an API is what [`crate::rest`] encoded, and nothing else of the caller: its headers
//! and its token stay at the gateway.

mod address;
mod client;
mod coding;
mod connector;
mod credential;
pub mod egress;
mod error;
mod failure;
mod mention;
mod reading;
mod redaction;
mod response;
mod target;
mod transport;

pub(crate) use address::Address;
pub(crate) use client::Client;
pub(crate) use credential::decoded;
pub use error::{Error, ErrorKind};
pub(crate) use mention::{path_of, retry_after};
pub use response::Response;
pub(crate) use transport::{Exchanged, InProcess};

#[cfg(test)]
pub(crate) mod tests;
