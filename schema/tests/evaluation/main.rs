//! The evaluator against the JSON Schema test suite and against another implementation.

mod arbitrary;
mod suite;
mod translate;
