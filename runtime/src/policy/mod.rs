//! Policies: what generated code asks before, and tells after, a call.
//!
//! Which policies a tool has, in which order and with which numbers, is decided at build time; here is
//! only what they remember while the gateway runs.

pub mod address;
pub mod limit;
mod refusal;

pub use refusal::{Reason, Refusal};
