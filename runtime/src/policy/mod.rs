//! Policies: what generated code asks before, and tells after, a call.
//!
//! Which policies a tool has, in which order and with which numbers, is decided at build time; here is
//! only what they remember while the gateway runs.

pub mod address;
mod arrival;
pub mod authorize;
mod calls;
mod condition;
mod counted;
pub mod limit;
mod limits;
pub(crate) mod pending;
mod principal;
mod prospect;
mod refusal;
pub mod transform;
mod validation;

pub use arrival::{Arrival, Counting, Intake};
pub(crate) use arrival::{Arriving, arrive};
pub use calls::{admit_address, admit_header};
pub use condition::{applies, key, qualifies, require};
pub(crate) use counted::{Counted, Headers, Held, headers, refused};
pub(crate) use limits::{AtOnce, Limits};
pub use limits::{Limit, LimitKind, Unit, WithoutStore};
pub use principal::{caller, claim_boolean, claim_integer, claim_text, claim_texts, texts};
pub use prospect::Prospect;
pub(crate) use refusal::INVALID_ARGUMENTS;
pub use refusal::{Reason, Refusal};
pub use validation::Validation;
