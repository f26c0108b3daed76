//! The Gatewright compiler: `gateway.yaml` and OpenAPI documents in, an MCP gateway in Rust out.
//!
//! The folders are the stages, and data flows one way through them:
//!
//! ```text
//! source     files, spans; YAML and JSON read into a spanned tree
//! manifest   the tree read as the manifest's types, as written
//! openapi    the tree read as operations, references resolved
//! schema     JSON Schema normalised into one representation
//! resolve    manifest + operations -> the plan: every name bound
//! check      what only the whole plan shows
//! emit       plan -> Rust tokens
//! ```

pub mod diagnostic;
pub mod manifest;
pub mod openapi;
pub mod schema;
pub mod source;
pub mod suggestion;
