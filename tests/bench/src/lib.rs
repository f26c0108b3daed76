//! What a call costs, measured: `load` starts an API, a bare reverse proxy and a gateway, drives both
//! with the same number of connections, and prints the CPU time of each per request.
//!
//! ```sh
//! cargo build --release -p gatewright-bench
//! cargo run --release -p gatewright-bench --bin load -- \
//!     --gateway target/release/quickstart --variable PETSTORE_URL \
//!     --server-path /pets/mcp --tool getPet --arguments '{"petId":7}'
//! ```
