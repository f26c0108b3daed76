//! What authorizers answer.

use serde_json::Value;

use super::Protocol;

/// The longest reason that a caller is told, in characters.
const MAX_REASON: usize = 300;

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The call may run.
    Allowed,
    /// It may not; with what the caller is told about it, where it is to be told.
    Denied(Option<Box<str>>),
    /// Nothing was decided.
    None {
        /// Whether the authorizer is there and did not take the question. Then the call is refused, even
        /// where calls are allowed while there is no answer: what it is asked is made of what callers send.
        refused: bool,
    },
}

impl Answer {
    pub(super) fn is_decision(&self) -> bool {
        match self {
            Self::Allowed | Self::Denied(_) => true,
            Self::None { .. } => false,
        }
    }
}

/// Reads an answer of status 200.
///
/// # Errors
/// Why it is none, for the log.
pub(super) fn read(protocol: Protocol, text: &[u8]) -> Result<Answer, &'static str> {
    let answer: Value = serde_json::from_slice(text).map_err(|_| "the answer is not JSON")?;
    let Value::Object(members) = &answer else {
        return Err("the answer is not an object");
    };
    let decision = match protocol {
        Protocol::Opa {
            decision,
            forward_reason,
        } => match members.get("result") {
            // The rule has no value for this input (OPA, "Data API"): nothing allows the call.
            None => return Ok(Answer::Denied(None)),
            Some(Value::Object(result)) => match result.get(decision) {
                Some(Value::Bool(false)) => {
                    let reason = result.get("reason").and_then(Value::as_str);
                    let reason = reason.filter(|_| forward_reason);
                    return Ok(Answer::Denied(reason.and_then(sentence)));
                }
                None => return Ok(Answer::Denied(None)),
                decision => decision,
            },
            result => result,
        },
        Protocol::AuthZen => members.get("decision"),
        Protocol::OpenFga { .. } => members.get("allowed"),
    };
    match decision {
        Some(Value::Bool(true)) => Ok(Answer::Allowed),
        Some(Value::Bool(false)) => Ok(Answer::Denied(None)),
        _ => Err("the answer does not say what was decided"),
    }
}

/// A reason as part of what a model reads: one line, and not long.
fn sentence(reason: &str) -> Option<Box<str>> {
    let line: String = reason
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .take(MAX_REASON)
        .collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.into())
}
