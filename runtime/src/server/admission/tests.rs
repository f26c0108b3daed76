//! Unit
