//! Pointers compiled into levels: what a machine that walks over an answer has to know at each place,
//! and nothing that it would have to find out.

use std::collections::{BTreeMap, BTreeSet};

use super::EACH;
use crate::plan::{Fate, Level};

/// More would be a sign of pointers that nobody meant.
const MAX_LEVELS: usize = 4096;

/// What is left of pointers at a place.
type Rest<'p> = BTreeSet<&'p [String]>;

/// What is known of a place: the rest of the pointers that select within it (`None`: it is selected
/// itself), of those that leave out, and of those that mask, each with its mask.
type State<'p> = (Option<Rest<'p>>, Rest<'p>, Masks<'p>);

/// What is left of pointers that mask, and the position of the mask.
type Masks<'p> = BTreeMap<&'p [String], usize>;

#[derive(Default)]
struct Compiler<'p> {
    levels: Vec<Level>,
    known: BTreeMap<State<'p>, usize>,
}

/// The levels; none where everything is kept. `None` where there would be too many.
pub(super) fn levels(
    select: &[&[String]],
    omit: &[&[String]],
    mask: &[&[String]],
) -> Option<Vec<Level>> {
    if select.is_empty() && omit.is_empty() && mask.is_empty() {
        return Some(Vec::new());
    }
    let selected = (!select.is_empty()).then(|| select.iter().copied().collect());
    let mut compiler = Compiler::default();
    // Of two masks of one place, the first: that they are two was reported.
    let masks = mask.iter().enumerate().rev();
    let masks = masks.map(|(position, tokens)| (*tokens, position));
    compiler.fate((selected, omit.iter().copied().collect(), masks.collect()));
    (compiler.levels.len() <= MAX_LEVELS).then_some(compiler.levels)
}

impl<'p> Compiler<'p> {
    /// What is done with a value at a place. As deep as the longest pointer.
    fn fate(&mut self, (selected, omitted, masked): State<'p>) -> Fate {
        let is_here = |rest: &Rest<'_>| rest.iter().any(|tokens| tokens.is_empty());
        if is_here(&omitted) || selected.as_ref().is_some_and(BTreeSet::is_empty) {
            return Fate::Drop;
        }
        let here: &[String] = &[];
        if let Some(mask) = masked.get(here) {
            return Fate::Mask(*mask);
        }
        let selected = selected.filter(|rest| !is_here(rest));
        if selected.is_none() && omitted.is_empty() && masked.is_empty() {
            return Fate::Keep;
        }
        let state = (selected, omitted, masked);
        if let Some(level) = self.known.get(&state) {
            return Fate::Into(*level);
        }
        let position = self.levels.len();
        self.known.insert(state.clone(), position);
        self.levels.push(Level {
            members: Vec::new(),
            others: Fate::Drop,
            scalars: state.0.is_none(),
        });
        if position > MAX_LEVELS {
            return Fate::Drop;
        }
        let others = self.fate(after(&state, None));
        let names: BTreeSet<&str> = state
            .0
            .iter()
            .flatten()
            .chain(&state.1)
            .chain(state.2.keys())
            .filter_map(|tokens| tokens.first())
            .map(String::as_str)
            .filter(|name| *name != EACH)
            .collect();
        let mut members = Vec::new();
        for name in names {
            let fate = self.fate(after(&state, Some(name)));
            if fate != others {
                members.push((name.to_owned(), fate));
            }
        }
        if let Some(level) = self.levels.get_mut(position) {
            level.members = members;
            level.others = others;
        }
        Fate::Into(position)
    }
}

/// What is known of the member `name`, or, without a name, of items and all other members.
fn after<'p>((selected, omitted, masked): &State<'p>, name: Option<&str>) -> State<'p> {
    let rest = |tokens: &'p [String]| -> Option<&'p [String]> {
        let (first, rest) = tokens.split_first()?;
        (first == EACH || Some(first.as_str()) == name).then_some(rest)
    };
    let step = |pointers: &Rest<'p>| -> Rest<'p> {
        pointers.iter().filter_map(|tokens| rest(tokens)).collect()
    };
    let mut masks = Masks::new();
    for (tokens, mask) in masked {
        if let Some(rest) = rest(tokens) {
            // Where two lead to one place, the one that was said first.
            let first = masks.entry(rest).or_insert(*mask);
            *first = (*first).min(*mask);
        }
    }
    (selected.as_ref().map(step), step(omitted), masks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::levels;
    use crate::plan::{Fate, Level};

    /// What is left by the levels.
    fn by_levels(levels: &[Level], fate: Fate, value: &Value) -> Option<Value> {
        let level = match fate {
            Fate::Keep => return Some(value.clone()),
            Fate::Drop => return None,
            Fate::Mask(mask) => return Some(Value::from(format!("mask {mask}"))),
            Fate::Into(level) => &levels[level],
        };
        Some(match value {
            Value::Array(items) => items
                .iter()
                .filter_map(|item| by_levels(levels, level.others, item))
                .collect(),
            Value::Object(members) => members
                .iter()
                .filter_map(|(name, value)| {
                    let fate = level.members.iter().find(|(known, _)| known == name);
                    let fate = fate.map_or(level.others, |(_, fate)| *fate);
                    Some((name.clone(), by_levels(levels, fate, value)?))
                })
                .collect::<Map<_, _>>()
                .into(),
            scalar if level.scalars => scalar.clone(),
            _ => Value::Null,
        })
    }

    /// Whether a pointer leads to this place, or beyond it.
    fn leads(pointer: &[String], place: &[Option<&str>]) -> bool {
        pointer
            .iter()
            .zip(place)
            .all(|(token, step)| token == "*" || Some(token.as_str()) == *step)
    }

    /// What is left by the meaning of the pointers: each place on its own.
    fn by_meaning<'v>(
        select: &[Vec<String>],
        omit: &[Vec<String>],
        mask: &[Vec<String>],
        place: &mut Vec<Option<&'v str>>,
        value: &'v Value,
    ) -> Option<Value> {
        let here = |pointer: &Vec<String>| pointer.len() <= place.len() && leads(pointer, place);
        if omit.iter().any(here) {
            return None;
        }
        let selected = select.is_empty() || select.iter().any(here);
        if !selected && !select.iter().any(|pointer| leads(pointer, place)) {
            return None;
        }
        if let Some(mask) = mask.iter().position(here) {
            return Some(Value::from(format!("mask {mask}")));
        }
        let mut inside = |step: Option<&'v str>, value: &'v Value| {
            place.push(step);
            let left = by_meaning(select, omit, mask, place, value);
            place.pop();
            left
        };
        Some(match value {
            Value::Array(items) => items.iter().filter_map(|item| inside(None, item)).collect(),
            Value::Object(members) => members
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), inside(Some(name), value)?)))
                .collect::<Map<_, _>>()
                .into(),
            scalar if selected => scalar.clone(),
            _ => Value::Null,
        })
    }

    fn any_pointers() -> impl Strategy<Value = Vec<Vec<String>>> {
        prop::collection::vec(prop::collection::vec("[ab*]", 1..4), 0..4)
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = (0..9).prop_map(Value::from);
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[abc]", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn mean_what_the_pointers_mean(
            select in any_pointers(),
            omit in any_pointers(),
            mask in any_pointers(),
            value in any_value(),
        ) {
            let selected: Vec<&[String]> = select.iter().map(Vec::as_slice).collect();
            let omitted: Vec<&[String]> = omit.iter().map(Vec::as_slice).collect();
            let masked: Vec<&[String]> = mask.iter().map(Vec::as_slice).collect();
            let compiled = levels(&selected, &omitted, &masked).unwrap();
            let whole = if compiled.is_empty() { Fate::Keep } else { Fate::Into(0) };
            prop_assert_eq!(
                by_levels(&compiled, whole, &value),
                by_meaning(&select, &omit, &mask, &mut Vec::new(), &value)
            );
        }
    }

    #[test]
    fn too_many_are_refused() {
        let pointer = |at: usize| -> Vec<String> {
            let tokens = (0..20).map(|token| if token == at { "a" } else { "*" });
            tokens
                .map(str::to_owned)
                .chain([format!("end{at}")])
                .collect()
        };
        let pointers: Vec<_> = (0..20).map(pointer).collect();
        let slices: Vec<&[String]> = pointers.iter().map(Vec::as_slice).collect();
        assert_eq!(levels(&slices, &[], &[]), None);
    }
}
