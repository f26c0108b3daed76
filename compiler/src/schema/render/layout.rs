//! Which schemas of a rendering stand in place and which are definitions under `$defs`.

use std::collections::{BTreeSet, HashMap};

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Rule;

use super::super::links::for_each;
use super::super::{Schema, Schemas};

/// Up to this size, in bytes, everything that is not recursive stands in place: models and clients
/// fare better without references.
const INLINE_BUDGET: usize = 16 * 1024;
/// Above this size, in bytes, schemas without a name of their own become definitions too.
const LARGEST: usize = 1 << 20;
/// Definitions smaller than this, in bytes, save nothing.
const SMALLEST_DEFINITION: usize = 120;
/// How deep schemas stand within one another before the next becomes a definition.
const MAX_HEIGHT: usize = 32;
/// The longest name of a definition, in bytes.
const LONGEST_NAME: usize = 64;

/// The decision.
#[derive(Debug, Default)]
pub(super) struct Layout {
    names: HashMap<SchemaId, String>,
    order: Vec<SchemaId>,
}

/// What is known of a schema once everything it leads to is.
#[derive(Clone, Copy, Debug, Default)]
struct Measure {
    finished: bool,
    /// Levels of schemas in place below and including this one.
    height: usize,
    /// Bytes when rendered with everything in place.
    size: usize,
    /// How often it is led to.
    uses: usize,
}

impl Layout {
    pub(super) fn of(schemas: &Schemas, root: SchemaId) -> Self {
        let root = schemas.follow(root);
        let mut survey = Survey::new(schemas, BTreeSet::new());
        survey.walk(root);
        for (budget, named_only) in [(INLINE_BUDGET, true), (LARGEST, false)] {
            if survey.total(root) > budget {
                let shared = survey.shared(named_only);
                survey = Survey::new(schemas, shared);
                survey.walk(root);
            }
        }
        let mut layout = Self::default();
        let mut taken = BTreeSet::new();
        for id in survey.order {
            if !survey.defined.contains(&id) {
                continue;
            }
            let wanted = mangled(schemas.get(id).name.as_deref().unwrap_or("Schema"));
            let mut name = wanted.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{wanted}_{number}");
                number += 1;
            }
            layout.names.insert(id, name);
            layout.order.push(id);
        }
        layout
    }

    /// The name of a schema that is a definition.
    pub(super) fn definition(&self, id: SchemaId) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// The definitions, in the order met.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (&str, SchemaId)> {
        self.order
            .iter()
            .filter_map(|id| Some((self.definition(*id)?, *id)))
    }
}

/// A walk over everything a schema leads to.
struct Survey<'s> {
    schemas: &'s Schemas,
    measures: HashMap<SchemaId, Measure>,
    /// Every schema, in the order met.
    order: Vec<SchemaId>,
    /// Those that are definitions: given, recursive, or too deep.
    defined: BTreeSet<SchemaId>,
}

impl<'s> Survey<'s> {
    fn new(schemas: &'s Schemas, defined: BTreeSet<SchemaId>) -> Self {
        Self {
            schemas,
            measures: HashMap::new(),
            order: Vec::new(),
            defined,
        }
    }

    fn walk(&mut self, root: SchemaId) {
        let mut path: Vec<(SchemaId, Vec<SchemaId>)> = Vec::new();
        let mut next = Some(root);
        loop {
            if let Some(id) = next.take() {
                if let Some(measure) = self.measures.get_mut(&id) {
                    measure.uses += 1;
                    if !measure.finished {
                        self.defined.insert(id);
                    }
                } else {
                    let measure = Measure {
                        uses: 1,
                        ..Measure::default()
                    };
                    self.measures.insert(id, measure);
                    self.order.push(id);
                    path.push((id, self.links(id)));
                }
            }
            let Some((id, waiting)) = path.last_mut() else {
                return;
            };
            let id = *id;
            next = waiting.pop();
            if next.is_none() {
                path.pop();
                self.finish(id);
            }
        }
    }

    /// What a schema leads to when rendered, last first.
    fn links(&self, id: SchemaId) -> Vec<SchemaId> {
        let mut links = Vec::new();
        for rule in &self.schemas.get(id).rules {
            let mut seen = Vec::new();
            for_each(rule, &mut |_, target| {
                seen.push(self.schemas.follow(target));
            });
            // The mapping of a discriminator names alternatives again and is not rendered.
            if let Rule::OneOf { schemas, .. } = rule {
                seen.truncate(schemas.len());
            }
            links.extend(seen);
        }
        links.reverse();
        links
    }

    fn finish(&mut self, id: SchemaId) {
        const REFERENCE: usize = 30;
        let (mut height, mut size) = (0, own_size(self.schemas.get(id)));
        for link in self.links(id) {
            if self.defined.contains(&link) {
                size += REFERENCE;
                continue;
            }
            let measure = self.measures.get(&link).copied().unwrap_or_default();
            height = height.max(measure.height);
            size = size.saturating_add(measure.size);
        }
        height += 1;
        if height >= MAX_HEIGHT {
            self.defined.insert(id);
        }
        if let Some(measure) = self.measures.get_mut(&id) {
            measure.finished = true;
            measure.height = height;
            measure.size = size;
        }
    }

    fn size(&self, id: SchemaId) -> usize {
        self.measures.get(&id).map_or(0, |measure| measure.size)
    }

    fn total(&self, root: SchemaId) -> usize {
        let definitions = self.defined.iter().filter(|id| **id != root);
        definitions.fold(self.size(root), |total, id| {
            total.saturating_add(self.size(*id))
        })
    }

    /// The schemas worth a definition: led to more than once, and not tiny.
    fn shared(&self, named_only: bool) -> BTreeSet<SchemaId> {
        let worth = |id: &&SchemaId| {
            (!named_only || self.schemas.get(**id).name.is_some())
                && self.size(**id) >= SMALLEST_DEFINITION
                && self
                    .measures
                    .get(*id)
                    .is_some_and(|measure| measure.uses > 1)
        };
        self.order.iter().filter(worth).copied().collect()
    }
}

/// About how many bytes a schema takes when rendered, without those it leads to.
fn own_size(schema: &Schema) -> usize {
    let says = &schema.annotations;
    let text = says.description.as_ref().or(says.title.as_ref());
    let described = text.map_or(0, |text| text.len().min(super::says::MAX_DESCRIPTION) + 17);
    let rules: usize = schema
        .rules
        .iter()
        .map(|rule| match rule {
            Rule::Enumeration(values) => {
                8 + values.iter().map(|value| value.len() + 1).sum::<usize>()
            }
            Rule::Properties(list) => {
                14 + list.iter().map(|entry| entry.name.len() + 4).sum::<usize>()
            }
            Rule::Required(names) => 12 + names.iter().map(|name| name.len() + 3).sum::<usize>(),
            Rule::Pattern(pattern) => 14 + pattern.source.len(),
            _ => 24,
        })
        .sum();
    20 + described + rules
}

/// A name of which every client takes the reference: ASCII letters, digits, `_`, `.` and `-`.
fn mangled(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| {
            let plain = c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
            if plain { c } else { '_' }
        })
        .take(LONGEST_NAME)
        .collect();
    if name.is_empty() {
        "Schema".to_owned()
    } else {
        name
    }
}
