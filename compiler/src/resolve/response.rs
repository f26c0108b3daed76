//! What of an answer a tool passes on: pointers checked against the schema of the answer, and compiled
//! into levels.

mod levels;
mod masks;
mod walk;

use gatewright_schema::rule::{Rule, Types};

use super::{Resolver, answer, media_type};
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{Override, ResponseOverride};
use crate::openapi::{Details, Operation, Response};
use crate::plan::Shape;
use crate::schema::Direction;
use crate::source::{Pointer, Span, Spanned};

use walk::Places;

pub(super) use masks::{HeldTo, fit};

/// The most pointers of a tool, and the most tokens of a pointer.
const MAX_POINTERS: usize = 256;
const MAX_TOKENS: usize = 32;

/// The token that stands for each item and each member.
const EACH: &str = "*";

/// A pointer of the manifest.
struct Place {
    text: String,
    span: Span,
    tokens: Vec<String>,
}

impl Place {
    /// Whether all that the other leads to is within what this leads to.
    fn covers(&self, other: &Self) -> bool {
        self.tokens.len() <= other.tokens.len()
            && self
                .tokens
                .iter()
                .zip(&other.tokens)
                .all(|(token, other)| token == EACH || token == other)
    }

    /// Whether the two can lead to the same value, or one into what the other leads to.
    fn meets(&self, other: &Self) -> bool {
        self.tokens
            .iter()
            .zip(&other.tokens)
            .all(|(token, other)| token == EACH || other == EACH || token == other)
    }
}

/// What of the answer is passed on, where the manifest says so. `limit` bounds the answer itself.
pub(super) fn shape<'d>(
    operation: &Operation<'d>,
    details: &Details<'d>,
    change: Option<&Override>,
    limit: u64,
    resolver: &mut Resolver<'d, '_>,
) -> Option<Shape> {
    let asked = change?.response.as_ref()?;
    let success = answer::success(details);
    let select = pointers(&asked.select, resolver);
    let omit = pointers(&asked.omit, resolver);
    let masked: Vec<_> = asked.mask.iter().map(|mask| mask.at.clone()).collect();
    let mask = pointers(&masked, resolver);
    against_each_other(&select, &omit, resolver);
    masks::against_others(&mask, &select, &omit, resolver);
    let places: Vec<_> = select.iter().chain(&omit).chain(&mask).collect();
    against_the_answer(operation, success, asked, &places, resolver);
    if let Some(max_bytes) = &asked.max_bytes
        && max_bytes.value > limit
    {
        let message =
            format!("no answer of more than {limit} bytes is read: this bound does nothing");
        resolver.sink.report(
            Diagnostic::new(&codes::RESPONSE_UNUSED, max_bytes.span, message)
                .help("make it smaller than `max_response_bytes`, or remove it"),
        );
    }
    headers(operation, success, &asked.headers, resolver);
    let levels = levels::levels(&tokens(&select), &tokens(&omit), &tokens(&mask));
    let levels = levels.unwrap_or_else(|| {
        resolver.sink.report(
            Diagnostic::new(
                &codes::RESPONSE_POINTER,
                asked.span,
                "the pointers can be met in too many ways",
            )
            .help("use fewer of them with `*` before other tokens"),
        );
        Vec::new()
    });
    Some(Shape {
        levels,
        masks: masks::texts(asked),
        max_items: asked.max_items.as_ref().map(|most| u64::from(most.value)),
        max_bytes: asked.max_bytes.as_ref().map(|most| most.value),
        headers: asked
            .headers
            .iter()
            .map(|name| name.value.clone())
            .collect(),
        span: asked.span,
    })
}

fn tokens(places: &[Place]) -> Vec<&[String]> {
    places.iter().map(|place| place.tokens.as_slice()).collect()
}

/// The pointers as tokens. That they are pointers was checked when the manifest was read.
fn pointers(texts: &[Spanned<String>], resolver: &mut Resolver<'_, '_>) -> Vec<Place> {
    let mut places = Vec::new();
    for text in texts {
        let Ok(pointer) = Pointer::parse(&text.value) else {
            continue;
        };
        if pointer.tokens().len() > MAX_TOKENS || places.len() >= MAX_POINTERS {
            let message =
                format!("there may be {MAX_POINTERS} pointers of {MAX_TOKENS} tokens at the most");
            resolver.sink.report(Diagnostic::new(
                &codes::RESPONSE_POINTER,
                text.span,
                message,
            ));
            break;
        }
        places.push(Place {
            text: text.value.clone(),
            span: text.span,
            tokens: pointer.tokens().to_vec(),
        });
    }
    places
}

/// Reports pointers that change nothing because of others.
fn against_each_other(select: &[Place], omit: &[Place], resolver: &mut Resolver<'_, '_>) {
    for (list, done) in [(select, "selected"), (omit, "left out")] {
        for (position, place) in list.iter().enumerate() {
            let by = list.iter().enumerate().find(|(other, by)| {
                // Of two that are the same, the second is too much.
                by.covers(place) && *other != position && (*other < position || !place.covers(by))
            });
            if let Some((_, by)) = by {
                let message = format!("`{}` is {done} already", place.text);
                resolver.sink.report(
                    Diagnostic::new(&codes::RESPONSE_POINTER, place.span, message)
                        .also(by.span, "by this")
                        .help("remove one of the two"),
                );
            }
        }
    }
    for place in select {
        if let Some(by) = omit.iter().find(|by| by.covers(place)) {
            let message = format!("`{}` is selected, and left out again", place.text);
            resolver.sink.report(
                Diagnostic::new(&codes::RESPONSE_POINTER, place.span, message)
                    .also(by.span, "by this")
                    .help("remove one of the two"),
            );
        }
    }
    for place in omit {
        if !select.is_empty() && !select.iter().any(|other| other.meets(place)) {
            let message = format!("`{}` is left out anyway: nothing selects it", place.text);
            resolver.sink.report(
                Diagnostic::new(&codes::RESPONSE_POINTER, place.span, message).help("remove it"),
            );
        }
    }
}

/// Reports what can have no effect on the declared answer.
fn against_the_answer<'d>(
    operation: &Operation<'d>,
    success: Option<&Response<'d>>,
    asked: &ResponseOverride,
    places: &[&Place],
    resolver: &mut Resolver<'d, '_>,
) {
    let Some(success) = success else { return };
    // XML is read as JSON.
    let json =
        media_type::json(&success.media_types).or_else(|| media_type::xml(&success.media_types));
    if json.is_none() {
        let reads_as_json = success.media_types.iter().any(|media_type| {
            media_type::is_many_values(&media_type::essence(media_type.name.value))
        });
        let needs_json = !places.is_empty() || asked.max_items.is_some();
        if needs_json && !reads_as_json && !success.media_types.is_empty() {
            let message = format!(
                "`{} {}` answers neither JSON nor XML, of which a part could be passed on",
                operation.method, operation.path.value
            );
            resolver.sink.report(
                Diagnostic::new(&codes::RESPONSE_UNUSED, asked.span, message)
                    .also(operation.span, "this operation"),
            );
        }
        return;
    }
    let Some(declared) = json.and_then(|media_type| media_type.schema) else {
        return;
    };
    let schema = resolver.schema(Some(declared), operation.span, Direction::Response);
    let schemas = resolver.lowering.schemas();
    let mut problems = Vec::new();
    for place in places {
        let mut places = Places::of(schema);
        for (position, token) in place.tokens.iter().enumerate() {
            match places.step(schemas, token) {
                Ok(next) => places = next,
                Err(problem) => {
                    let before: Pointer = place.tokens.iter().take(position).cloned().collect();
                    problems.push(problem.diagnostic(&place.text, &before, token, place.span));
                    break;
                }
            }
        }
    }
    if let Some(max_items) = &asked.max_items
        && !has_outer_array(&Places::of(schema), schemas)
    {
        problems.push(
            Diagnostic::new(
                &codes::RESPONSE_UNUSED,
                max_items.span,
                "neither the answer nor a member of it is an array",
            )
            .also(operation.span, "this operation")
            .help("remove `max_items`"),
        );
    }
    for problem in problems {
        resolver.sink.report(problem);
    }
}

/// Whether the answer can be an array, or an object with an array in it.
fn has_outer_array(whole: &Places, schemas: &crate::schema::Schemas) -> bool {
    if whole.admits(schemas, Types::ARRAY) {
        return true;
    }
    whole
        .step(schemas, EACH)
        .is_ok_and(|members| members.admits(schemas, Types::ARRAY))
        || whole.has_rule(schemas, |rule| {
            matches!(
                rule,
                Rule::PatternProperties(_) | Rule::AdditionalProperties(_)
            )
        })
}

/// Warns about headers that the document does not declare: they may be there all the same.
fn headers(
    operation: &Operation<'_>,
    success: Option<&Response<'_>>,
    asked: &[Spanned<String>],
    resolver: &mut Resolver<'_, '_>,
) {
    let declared = success.map_or(&[] as &[&str], |response| &response.headers);
    for (position, name) in asked.iter().enumerate() {
        let same = |other: &str| other.eq_ignore_ascii_case(&name.value);
        if let Some(first) = asked.iter().take(position).find(|other| same(&other.value)) {
            resolver.sink.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ENTRY,
                    name.span,
                    format!("the header `{}` is listed twice", name.value),
                )
                .also(first.span, "it is here already"),
            );
            continue;
        }
        if declared.iter().any(|known| same(known)) {
            continue;
        }
        let diagnostic = Diagnostic::new(
            &codes::UNDECLARED_HEADER,
            name.span,
            format!(
                "`{} {}` does not declare that it answers with `{}`",
                operation.method, operation.path.value, name.value
            ),
        );
        let help = crate::suggestion::did_you_mean(&name.value, declared.iter().copied());
        resolver.sink.report(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic.help("declare it under `headers` of the response, if it is there"),
        });
    }
}
