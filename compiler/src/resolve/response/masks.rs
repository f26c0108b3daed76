//! What takes the place of values of an answer.

use gatewright_schema::json::Raw;
use gatewright_schema::{SchemaId, Table};

use super::walk::Places;
use super::{Place, pointers};
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{Mask, ResponseOverride};
use crate::resolve::Resolver;
use crate::schema::{Schemas, compact};
use crate::source::Spanned;

/// Where the manifest says nothing.
const MASK: &str = "\"***\"";

/// What takes the place of values, as JSON.
pub(super) fn texts(asked: &ResponseOverride) -> Vec<Spanned<String>> {
    let masks = asked.mask.iter();
    masks
        .map(|mask| Spanned::new(text(mask), mask.at.span))
        .collect()
}

fn text(mask: &Mask) -> String {
    let with = mask.with.as_ref();
    with.map_or_else(|| MASK.to_owned(), crate::source::Node::to_json)
}

/// Reports masks that change nothing because of other pointers, and pointers that masks make void.
pub(super) fn against_others(
    mask: &[Place],
    select: &[Place],
    omit: &[Place],
    resolver: &mut Resolver<'_, '_>,
) {
    let mut report = |place: &Place, what: String, by: Option<&Place>, help: &str| {
        let mut diagnostic = Diagnostic::new(&codes::RESPONSE_POINTER, place.span, what).help(help);
        if let Some(by) = by {
            diagnostic = diagnostic.also(by.span, "by this");
        }
        resolver.sink.report(diagnostic);
    };
    for (position, place) in mask.iter().enumerate() {
        let text = &place.text;
        let by = mask.iter().enumerate().find(|(other, by)| {
            // Of two that are the same, the second is too much.
            by.covers(place) && *other != position && (*other < position || !place.covers(by))
        });
        if let Some((_, by)) = by {
            let message = format!("`{text}` is masked already");
            report(place, message, Some(by), "remove one of the two");
        } else if let Some(by) = omit.iter().find(|by| by.covers(place)) {
            let message = format!("`{text}` is masked, and left out");
            report(place, message, Some(by), "remove one of the two");
        } else if !select.is_empty() && !select.iter().any(|other| other.meets(place)) {
            let message = format!("`{text}` is left out anyway: nothing selects it");
            report(place, message, None, "remove it");
        }
    }
    for (place, what) in select
        .iter()
        .map(|place| (place, "selected"))
        .chain(omit.iter().map(|place| (place, "left out")))
    {
        let within = |by: &&Place| by.tokens.len() < place.tokens.len() && by.covers(place);
        if let Some(by) = mask.iter().find(within) {
            let message = format!("`{}` is {what} within something that is masked", place.text);
            report(place, message, Some(by), "remove one of the two");
        }
    }
}

/// A schema that answers are held to, as messages speak of it.
#[derive(Clone, Copy)]
pub(in crate::resolve) struct HeldTo {
    /// Which schema it is.
    pub(in crate::resolve) schema: &'static str,
    /// How the manifest can do without.
    pub(in crate::resolve) without: &'static str,
}

/// Reports masks that a schema does not admit where they stand. `relaxed` is that schema before anything was
/// left out of it.
pub(in crate::resolve) fn fit(
    asked: &ResponseOverride,
    relaxed: SchemaId,
    held_to: HeldTo,
    resolver: &mut Resolver<'_, '_>,
) {
    let places: Vec<_> = asked.mask.iter().map(|mask| mask.at.clone()).collect();
    // What is wrong with the pointers was reported.
    let errors = resolver.sink.errors();
    let places = pointers(&places, resolver);
    if resolver.sink.errors() > errors {
        return;
    }
    for (mask, place) in asked.mask.iter().zip(&places) {
        let schemas = resolver.lowering.schemas();
        let json = text(mask);
        let mut values = Some(Places::of(relaxed));
        for token in &place.tokens {
            values = values.and_then(|values| values.step(schemas, token).ok());
        }
        let Some(values) = values else { continue };
        let Some(expected) = values
            .schemas()
            .into_iter()
            .flatten()
            .find_map(|schema| refusal(schemas, *schema, &json))
        else {
            continue;
        };
        let span = mask.with.as_ref().map_or(mask.at.span, |with| with.span);
        resolver.sink.report(
            Diagnostic::new(
                &codes::RESPONSE_MASK,
                span,
                format!(
                    "`{json}` does not fit {}: `{}` is {expected}",
                    held_to.schema, place.text
                ),
            )
            .help(format!(
                "mask it `with` a value of that type, leave it out with `omit`, or {}",
                held_to.without
            )),
        );
    }
}

/// What a schema expects in place of a value, where it refuses that.
fn refusal(schemas: &Schemas, schema: SchemaId, json: &str) -> Option<String> {
    let raw = Raw::parse(json.as_bytes()).ok()?;
    let compacted = compact(schemas, &[schema]);
    let root = compacted.position(schema)?;
    let table = Table {
        schemas: compacted.schemas.into(),
    };
    let violations = table.check(root, raw).err()?;
    violations
        .into_iter()
        .next()
        .map(|violation| violation.expected.clone())
}
