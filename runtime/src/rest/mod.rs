//! REST: what a call becomes on the wire, and what an answer becomes as a tool result.

pub(crate) mod answer;
mod change;
mod encode;
mod operation;
mod request;
pub mod shape;
mod value;
pub mod xml;

pub(crate) use change::Unchangeable;
pub use change::{Change, Exists};
pub use encode::encode;
pub(crate) use encode::percent_encode;
pub use operation::{
    Body, Content, Location, Member, Nesting, Operation, Parameter, Part, Piece, Style,
};
pub use request::Request;
pub use value::Value;
