//! The protocol over real sockets.

mod catalogue;
mod client;
pub(crate) mod fixture;
mod legacy;
mod limits;
mod modern;
mod pages;
mod records;
pub(crate) mod schema;
mod selection;
mod streams;
