//! The runtime that gateways compiled by [Gatewright](https://github.com/gatewright/gatewright) link to.
//!
//! A gateway is described by a manifest and OpenAPI documents; `gatewright-compiler` turns them into
//! Rust at build time, and that Rust is constant tables and thin typed glue over this crate. The
//! folders are what a request meets, in order: [`server`] (listeners, limits, health, drain), `mcp`
//! (JSON-RPC, revisions, transports), [`auth`] (who calls), [`call`] (one call of one tool), [`rest`] (arguments to request,
//! answer to result), `upstream` (connections to APIs).

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod auth;
pub mod cache;
pub mod call;
mod caller;
mod callout;
mod clock;
pub mod description;
mod environment;
pub mod expr;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod gateway;
pub mod guard;
mod mcp;
mod native;
pub mod policy;
pub mod rest;
pub mod result;
mod rotation;
pub mod server;
mod store;
mod telemetry;
#[doc(hidden)]
pub mod testing;
pub mod upstream;

pub use auth::Principal;
pub use call::{Answer, Call, TestCall};
pub use caller::Caller;
pub use gateway::{Gateway, Running, StartError};
#[cfg(feature = "macros")]
pub use gatewright_macros::{gateway, policy, tool};
pub use gatewright_schema as schema;
pub use gatewright_schema::json::{Number, Raw};
pub use http;
pub use policy::{Reason, Refusal};
pub use result::{Content, ResourceBody, ToolResult};

/// Brings the gateway that `build.rs` compiled into the crate: the module's items are
/// `gateway()`, `gateway_with()`, `Servers`, and one module per MCP server.
#[macro_export]
macro_rules! include_gateway {
    () => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/gateway.rs"));
    };
}
