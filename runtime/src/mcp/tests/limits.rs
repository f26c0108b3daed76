//! The bounds of the server and who is admitted.
