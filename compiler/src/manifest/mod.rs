//! `gateway.yaml`, read as its types: positions kept, nothing resolved.

mod types;

pub use types::*;
