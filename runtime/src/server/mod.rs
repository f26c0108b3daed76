//! The HTTP server: listener, limits, admission, routes, health and drain.

mod admission;
mod body;
mod listen;
mod route;
mod settings;
mod stall;

pub(crate) use body::{Body, Reply, read as read_body};
pub(crate) use listen::serve;
pub use settings::Settings;
