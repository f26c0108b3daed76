//! What the end-to-end tests have in common: programs of the workspace built and run as a user would,
//! a client that speaks plain HTTP, a stub API, and tools from npm.

mod browser;
mod client;
mod program;
mod redis;
mod stub;
mod tools;

pub use browser::report;
pub use client::{Answer, Client};
pub use program::{Program, binary, cargo, root, sharing_builds, target};
pub use redis::Redis;
pub use stub::{Received, Stub};
pub use tools::{node, node_tool, python};
