//! REST: what a call becomes on the wire, and what an answer becomes as a tool result.

mod operation;

pub use operation::{Body, Location, Member, Operation, Parameter, Piece, Style};
