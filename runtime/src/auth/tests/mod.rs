//! Callers that are recognised, and callers that try to be.
