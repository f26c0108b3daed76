//! Progress, cancellation and drain.
