//! The HTTP server: listener, limits, admission, routes, health and drain.

mod admission;
mod body;
mod client_address;
mod connection;
mod cors;
mod entrance;
mod listen;
mod proxy_protocol;
mod route;
mod settings;
mod stall;
#[cfg_attr(not(feature = "tls"), path = "without_tls.rs")]
pub(crate) mod tls;

pub(crate) use body::{Body, Reply, read as read_body};
pub(crate) use client_address::{client_address, network};
pub(crate) use connection::Connection;
pub(crate) use entrance::{Entrance, Prepared, prepare};
pub(crate) use listen::serve;
pub(crate) use route::Router;
pub use settings::Settings;

/// Whether listeners can speak TLS.
pub const HAS_TLS: bool = cfg!(feature = "tls");
