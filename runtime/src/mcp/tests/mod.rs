//! The protocol over real sockets.

mod client;
pub(crate) mod fixture;
mod legacy;
mod limits;
mod modern;
pub(crate) mod schema;
mod streams;
