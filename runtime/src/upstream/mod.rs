//! Upstream APIs: one client each, made at start-up, with the address and the credential in it.

mod client;
mod error;
mod response;

pub(crate) use client::Client;
pub use error::{Error, ErrorKind};
pub use response::Response;
