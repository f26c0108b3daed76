//! The HTTP server: listener, limits, admission, routes, health and drain.

mod admission;
mod body;
mod client_address;
mod cors;
mod listen;
mod proxy_protocol;
mod route;
mod settings;
mod stall;

pub(crate) use body::{Body, Reply, read as read_body};
pub(crate) use client_address::{client_address, network};
pub(crate) use listen::serve;
pub(crate) use route::Router;
pub use settings::Settings;
