//! The Gatewright compiler as macros.
