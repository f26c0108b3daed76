//! Expressions that `build.rs` compiled to Rust: the vectors, whose outcomes stand beside them, and
//! random ones, which the tests compare with the interpreter of the `cel` crate.

use std::net::IpAddr;

use gatewright::Raw;
use gatewright::expr::{Error, Timestamp, Value};
use gatewright::http::HeaderMap;

/// What the expressions refer to.
#[derive(Debug)]
pub struct Context<'a> {
    /// Whole numbers.
    pub i: i64,
    /// Whole numbers.
    pub j: i64,
    /// A whole number without sign.
    pub u: u64,
    /// Numbers.
    pub d: f64,
    /// Numbers.
    pub e: f64,
    /// Booleans.
    pub b: bool,
    /// Booleans.
    pub c: bool,
    /// Texts.
    pub s: &'a str,
    /// Texts.
    pub t: &'a str,
    /// A JSON array of whole numbers.
    pub numbers: Raw<'a>,
    /// A JSON array of texts.
    pub words: Raw<'a>,
    /// A JSON object of whole numbers.
    pub ages: Raw<'a>,
    /// Any JSON text.
    pub any: Raw<'a>,
    /// A point in time.
    pub at: Timestamp,
    /// An address.
    pub address: IpAddr,
    /// The headers of a request.
    pub headers: HeaderMap,
    /// What may be absent.
    pub maybe: Option<i64>,
}

/// An expression.
#[derive(Debug)]
pub struct Case {
    /// As it was written.
    pub text: &'static str,
    /// What it is expected to be; empty where something else tells.
    pub outcome: &'static str,
    /// The function that it became.
    pub evaluate: for<'a> fn(&'a Context<'a>) -> Result<Value<'a>, Error>,
}

macro_rules! generated {
    ($name:ident) => {
        #[allow(
            warnings,
            clippy::all,
            clippy::pedantic,
            reason = "generated, one function for each expression"
        )]
        mod $name {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));
        }
    };
}

generated!(vectors);
generated!(random);

/// The vectors.
pub fn vectors() -> &'static [Case] {
    vectors::CASES
}

/// The random expressions.
pub fn random() -> &'static [Case] {
    random::CASES
}
