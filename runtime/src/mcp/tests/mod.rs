//! The protocol over real sockets.

mod client;
pub(crate) mod fixture;
mod legacy;
mod limits;
mod modern;
mod records;
pub(crate) mod schema;
mod streams;
