//! The evaluator against the JSON Schema test suite and against another implementation.

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod suite;
#[cfg(test)]
mod translate;
