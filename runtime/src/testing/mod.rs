//! What generated tests of policies run in: the gateway that ships, from a request's headers to the answer's
//! body, on a clock of its own and without sockets.
//!
//! Not part of the public interface: generated code alone names it. Programs that are no tests refer to
//! nothing of it, so the linker leaves it out of them.

mod coverage;
mod expected;
mod failure;
mod log;
mod observed;
mod report;
mod request;
mod simulation;
mod upstream;

pub use coverage::{Feature, Rule, Rules, Subject, applied, passed, reached};
pub use failure::Failure;
pub use observed::{Asked, Observed, Outcome};
pub use simulation::Simulation;

pub use crate::policy::Reason;
pub use crate::policy::authorize::assumed::{Verdict, Verdicts};

use std::time::{Duration, Instant};

use crate::gateway::Gateway;

/// A test of the manifest.
#[derive(Clone, Copy, Debug)]
pub struct Test<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Where it stands: `gateway.yaml:12`.
    pub place: &'a str,
    /// The gateway and the position of the test, for the names of files.
    pub id: (&'a str, usize),
    /// When it begins, in milliseconds since 1970.
    pub at: u64,
    /// Its calls, in order.
    pub steps: &'a [Step<'a>],
}

/// One call, and what is to come of it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Where it stands.
    pub place: &'a str,
    /// How long after the one before.
    pub after: Duration,
    /// How often the call is made.
    pub times: u32,
    /// The call.
    pub call: Call<'a>,
    /// What authorizers answer.
    pub authorizer: Verdicts<'a>,
    /// What classifiers answer.
    pub classifier: Verdicts<'a>,
    /// What the API answers.
    pub upstream: Upstream<'a>,
    /// What is to come of it.
    pub expect: Expect<'a>,
}

/// A `tools/call`, or another request, and who sends it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The position of the server.
    pub server: usize,
    /// `tools/call`, or a method that takes no parameters.
    pub method: &'a str,
    /// The name of the tool that is called.
    pub tool: &'a str,
    /// The JSON text of the arguments.
    pub arguments: &'a str,
    /// Headers beside those that MCP asks for; names in lower case.
    pub headers: &'a [(&'a str, &'a str)],
    /// The position of the listener, where the manifest declares any.
    pub listener: Option<usize>,
    /// The address of the client.
    pub address: &'a str,
    /// Who calls; `None`: somebody who proves nothing.
    pub principal: Option<Principal<'a>>,
}

/// Who calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Principal<'a> {
    /// The position of the identity.
    pub identity: usize,
    /// `iss`
    pub issuer: Option<&'a str>,
    /// `sub`
    pub subject: Option<&'a str>,
    /// `client_id`
    pub client_id: Option<&'a str>,
    /// The consumer whose key it is.
    pub consumer: Option<&'a str>,
    /// What was granted.
    pub scopes: &'a [&'a str],
    /// The roles.
    pub roles: &'a [&'a str],
    /// The positions of the products that its key is for.
    pub products: &'a [usize],
    /// The claims that the token has, by name.
    pub claims: &'a [(&'a str, Claim<'a>)],
}

/// The value of a claim.
#[derive(Clone, Copy, Debug)]
pub enum Claim<'a> {
    /// A string.
    String(&'a str),
    /// A list of strings.
    Strings(&'a [&'a str]),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
}

/// What the API does when it is asked.
#[derive(Clone, Copy, Debug)]
pub enum Upstream<'a> {
    /// It answers.
    Answer {
        /// The status.
        status: u16,
        /// The headers; names in lower case.
        headers: &'a [(&'a str, &'a str)],
        /// The body.
        body: &'a str,
    },
    /// It does not.
    Failure(Breakdown),
}

impl Upstream<'_> {
    /// What an API answers that no test says anything about.
    pub const NO_CONTENT: Self = Self::Answer {
        status: 204,
        headers: &[],
        body: "",
    };
}

/// The ways for an API not to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakdown {
    /// No connection can be made.
    Connect,
    /// The answer does not come in time.
    Timeout,
    /// The connection ends before the answer does.
    Broken,
}

/// What is to come of a call. What is absent is not looked at.
#[derive(Clone, Copy, Debug)]
pub struct Expect<'a> {
    /// Whether it is let through.
    pub outcome: Outcome,
    /// The status of the HTTP response.
    pub status: Option<u16>,
    /// Headers of the HTTP response, among others.
    pub headers: &'a [(&'a str, &'a str)],
    /// Whether the API is asked.
    pub upstream_asked: Option<bool>,
    /// What the API is asked.
    pub upstream: Option<ExpectRequest<'a>>,
    /// The result.
    pub result: Option<ExpectResult<'a>>,
    /// Fields of the access record, among others.
    pub record: &'a [(&'a str, &'a str)],
}

/// What the API is to be asked, as it comes over the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExpectRequest<'a> {
    /// The method.
    pub method: Option<&'a str>,
    /// The path, percent-encoded.
    pub path: Option<&'a str>,
    /// The query after `?`, percent-encoded; empty: none.
    pub query: Option<&'a str>,
    /// Headers, among others.
    pub headers: &'a [(&'a str, &'a str)],
    /// Headers that are not there.
    pub without_headers: &'a [&'a str],
    /// The body.
    pub body: Option<Text<'a>>,
}

/// What the caller is to be told.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExpectResult<'a> {
    /// Whether it is an error for the model to mend.
    pub is_error: Option<bool>,
    /// All text blocks, joined by line breaks.
    pub text: Option<&'a str>,
    /// What the text has among other things.
    pub contains: &'a [&'a str],
    /// The JSON text of `structuredContent`.
    pub structured: Option<&'a str>,
}

/// A body that is expected.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// These bytes.
    Exactly(&'a str),
    /// JSON that is equal to this.
    Json(&'a str),
}

/// Runs a test.
///
/// # Errors
/// What came otherwise than it was expected to.
pub fn run(gateway: &Gateway, test: &Test<'_>, rules: Rules) -> Result<(), Failure> {
    let started = Instant::now();
    let (outcome, counts) = coverage::counted(rules, || attempt(gateway, test));
    report::write(test, &outcome, &counts, rules.all, started.elapsed())?;
    outcome
}

fn attempt(gateway: &Gateway, test: &Test<'_>) -> Result<(), Failure> {
    let mut simulation =
        Simulation::new(gateway, test.at).map_err(|problem| Failure::new(test.place, problem))?;
    for step in test.steps {
        simulation.advance(step.after);
        for nth in 1..=step.times {
            simulation.authorizers(step.authorizer);
            simulation.classifiers(step.classifier);
            let observed = simulation
                .call(&step.call, step.upstream)
                .map_err(|problem| Failure::new(step.place, problem))?;
            let differences = expected::differences(&step.expect, &observed);
            if !differences.is_empty() {
                return Err(Failure::of(test, (step, nth), &differences, &observed));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
