//! Content guards: what arguments and results must not hold, found by patterns in their text.
//!
//! Strings are searched as what they mean, not as they are escaped, and so are the names of members and the
//! digits of numbers. What is found is never told or logged, only what kind it is and where it stands.
//! Every pattern is matched in linear time.

mod classifier;
mod finder;
mod patterns;
mod scan;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;

use crate::call::Call;
use crate::description::Description;
use crate::policy::{Reason, Refusal};
use crate::result::{Content, ResourceBody, ToolResult};

pub use classifier::Classifier;
pub(crate) use classifier::{Classification, Classifiers};
use finder::Finder;
use scan::{Found, Scan};

/// What is searched for, where, and what is done about it.
#[derive(Debug)]
pub struct Guard {
    /// Whether arguments are searched.
    pub arguments: bool,
    /// Whether results are.
    pub result: bool,
    /// What is searched for.
    pub detect: &'static [Detect],
    /// What else is searched for: names and regular expressions.
    pub patterns: &'static [(&'static str, &'static str)],
    /// Who else says what texts are.
    pub classifier: Option<Classifier>,
    /// What is done about it.
    pub action: Action,
    /// Which calls it is about; `None`: all.
    pub when: Option<fn(&Call) -> bool>,
}

/// What the gateway knows how to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detect {
    /// Keys, tokens and passwords of well-known forms.
    Secrets,
    /// What identifies people and their accounts.
    PersonalData,
    /// Text that speaks to the model rather than to a reader.
    PromptInjection,
}

/// What is done about what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The call is refused, or its result is not passed on.
    Refuse,
    /// Something else takes its place.
    Mask,
    /// It is noted in the log, and nothing else.
    Log,
}

/// The guards of a gateway, by position, with their patterns compiled.
#[derive(Debug, Default)]
pub(crate) struct Guards(Vec<(&'static Guard, Vec<Arc<Finder>>)>);

impl Guards {
    /// Compiles the patterns. The compiler has compiled them before.
    pub(crate) fn new(description: &Description) -> Result<Self, String> {
        let mut known: Vec<(Detect, Arc<Finder>)> = Vec::new();
        let mut guards = Vec::new();
        for guard in description.guards {
            let mut finders = Vec::new();
            for detect in guard.detect {
                if let Some((_, finder)) = known.iter().find(|(other, _)| other == detect) {
                    finders.push(Arc::clone(finder));
                    continue;
                }
                let finder = Arc::new(Finder::of(*detect)?);
                known.push((*detect, Arc::clone(&finder)));
                finders.push(finder);
            }
            if !guard.patterns.is_empty() {
                finders.push(Arc::new(Finder::custom(guard.patterns)?));
            }
            guards.push((guard, finders));
        }
        Ok(Self(guards))
    }

    /// The guard at a position.
    fn get(&self, position: usize) -> Option<&'static Guard> {
        self.0.get(position).map(|(guard, _)| *guard)
    }

    /// Those of a call, in the order of their scopes, by position.
    fn of<'g>(
        &'g self,
        call: &'g Call,
        side: fn(&Guard) -> bool,
    ) -> impl Iterator<Item = (usize, &'static Guard, &'g [Arc<Finder>])> {
        let positions = call.description().guards.iter();
        positions
            .filter_map(|position| {
                let (guard, finders) = self.0.get(*position)?;
                Some((*position, *guard, finders.as_slice()))
            })
            .filter(move |(position, guard, _)| {
                if !side(guard) {
                    return false;
                }
                let applies = guard.when.is_none_or(|when| when(call));
                tracing::trace!(target: "gatewright::policy", guard = *position, applies, "asked");
                applies
            })
    }
}

impl Call {
    /// Searches the arguments: they, or what is left of them.
    ///
    /// # Errors
    /// Where they hold what they must not.
    pub fn screen<'a>(&'a self, arguments: &'a [u8]) -> Result<&'a [u8], Refusal> {
        let mut masked: Option<Vec<u8>> = None;
        for (position, guard, finders) in self.guards().of(self, |guard| guard.arguments) {
            let text = masked.as_deref().unwrap_or(arguments);
            let mut scan = Scan::new(finders, guard.action == Action::Mask);
            // What is no JSON is refused as such, when the arguments are read.
            let Some(left) = scan.json(text) else {
                continue;
            };
            if scan.found.is_empty() {
                continue;
            }
            found(position);
            self.note(guard, "arguments", &scan.found);
            match guard.action {
                Action::Refuse => {
                    let places = places(&scan.found, self.place());
                    let message = format!(
                        "The arguments hold what this tool does not take: {places}. Leave it out, and \
                         call again."
                    );
                    return Err(Refusal::new(Reason::Content, message));
                }
                Action::Mask => masked = Some(left.into_owned()),
                Action::Log => {}
            }
        }
        let arguments = match masked {
            Some(masked) => self.keep(masked),
            None => arguments,
        };
        // What was refused or masked is sent nowhere.
        for position in self.description().guards {
            if let Some(guard) = self.guards().get(*position)
                && let Some(classifier) = &guard.classifier
                && guard.arguments
                && guard.when.is_none_or(|when| when(self))
            {
                self.leave(*position, classifier, arguments);
            }
        }
        Ok(arguments)
    }

    /// Searches the result: it, what is left of it, or a refusal in its place.
    pub(crate) fn screen_result(&self, mut result: ToolResult) -> ToolResult {
        for (position, guard, finders) in self.guards().of(self, |guard| guard.result) {
            let mut scan = Scan::new(finders, guard.action == Action::Mask);
            let mut left = result.clone();
            if let Some(text) = &result.structured
                && let Some(Cow::Owned(text)) = scan.json(text)
            {
                left.structured = Some(Bytes::from(text));
            }
            for block in &mut left.content {
                texts(block, &mut |text| scan.text(text));
            }
            if scan.found.is_empty() {
                continue;
            }
            found(position);
            self.note(guard, "result", &scan.found);
            match guard.action {
                Action::Refuse => return withheld(&result, &scan.found),
                Action::Mask if !self.is_promised(&left) => return withheld(&result, &scan.found),
                Action::Mask => result = left,
                Action::Log => {}
            }
        }
        result
    }

    /// Whether the structured content is what the published schema says.
    fn is_promised(&self, result: &ToolResult) -> bool {
        match (self.description().output, &result.structured) {
            (Some((table, schema)), Some(text)) => table.check_text(schema, text).is_ok(),
            _ => true,
        }
    }

    fn note(&self, guard: &Guard, side: &'static str, found: &[Found]) {
        for Found { kind, pointer } in found {
            tracing::warn!(
                target: "gatewright::policy",
                tool = self.name(),
                side,
                kind = &**kind,
                pointer = pointer.as_deref().unwrap_or("text"),
                action = ?guard.action,
                "found"
            );
        }
    }
}

/// Tells the log, at its most talkative, that a guard found something, whatever is done about it. Tests of
/// policies take from it, and from what says whose turn it is, which guards they met.
fn found(guard: usize) {
    tracing::trace!(target: "gatewright::policy", guard, found = true, "searched");
}

/// The texts of a content block that a model reads, other than those of the structured content.
fn texts(block: &mut Content, change: &mut dyn FnMut(&mut String)) {
    match block {
        Content::Text(text)
        | Content::Resource {
            body: ResourceBody::Text(text),
            ..
        } => change(text),
        Content::ResourceLink { uri, name, .. } => {
            change(uri);
            change(name);
        }
        Content::Structured
        | Content::Image { .. }
        | Content::Audio { .. }
        | Content::Resource { .. } => {}
    }
}

/// What is told in place of a result.
fn withheld(result: &ToolResult, found: &[Found]) -> ToolResult {
    let places = places(found, "");
    let what = if result.is_error {
        "The call failed, and what is said about it"
    } else {
        "The call succeeded, but its result"
    };
    ToolResult::error(format!(
        "{what} holds what this tool does not pass on: {places}. It is not shown, and calling again will not \
         change that."
    ))
}

/// `a card number at /note, an IBAN in the text`
fn places(found: &[Found], before: &str) -> String {
    let mut text = String::new();
    for (position, Found { kind, pointer }) in found.iter().enumerate() {
        if position > 0 {
            text.push_str(", ");
        }
        // Infallible: writing to a string.
        let _ = match pointer {
            Some(pointer) if pointer.is_empty() && before.is_empty() => write!(text, "{kind}"),
            Some(pointer) => write!(text, "{kind} at {before}{pointer}"),
            None => write!(text, "{kind} in the text"),
        };
    }
    text
}

#[cfg(test)]
mod tests;
