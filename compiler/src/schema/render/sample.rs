//! A value that a schema admits, made from the schema: for mocks of answers.
//!
//! What the document gives as examples and defaults is used where it stands; the rest is the plainest
//! value of its type. Schemas can demand what no simple rule finds, so whoever uses a sample checks it.

use gatewright_schema::rule::{Format, List, Pattern, Rule, Text, Types};
use gatewright_schema::{SchemaId, Table};

use super::json::{Object, list, string};
use crate::schema::{Schemas, compact};

/// How many values a sample may have. Beyond it only what is required is made.
const BUDGET: usize = 400;

/// The deepest value that is made of what is not required.
const DEPTH: usize = 8;

/// The deepest value that is made at all.
const MOST_DEPTH: usize = 64;

/// How many ways to choose among alternatives are tried.
const ATTEMPTS: usize = 4;

impl Schemas {
    /// A JSON text that the schema admits, by the evaluator that the binary uses; `None` where none was
    /// found.
    pub fn sample(&self, id: SchemaId) -> Option<String> {
        let compacted = compact(self, &[id]);
        let root = compacted.position(id)?;
        let table = Table {
            schemas: compacted.schemas.into(),
        };
        let mut ways = (0..ATTEMPTS).flat_map(|choice| [(choice, true), (choice, false)]);
        ways.find_map(|(choice, optional)| {
            let mut maker = Maker {
                schemas: self,
                within: Vec::new(),
                budget: if optional { BUDGET } else { 0 },
                choice,
            };
            maker
                .value(id)
                .filter(|text| table.check_text(root, text.as_bytes()).is_ok())
        })
    }
}

struct Maker<'s> {
    schemas: &'s Schemas,
    /// The schemas that the value at hand is within.
    within: Vec<SchemaId>,
    /// How many values may still be made of what is not required.
    budget: usize,
    /// Which of several alternatives is taken.
    choice: usize,
}

/// What the rules of a schema demand of an object, put together.
#[derive(Default)]
struct Members {
    properties: Vec<(String, SchemaId)>,
    required: Vec<String>,
    rest: Option<SchemaId>,
    least: usize,
}

impl Maker<'_> {
    fn value(&mut self, id: SchemaId) -> Option<String> {
        let id = self.schemas.follow(id);
        if self.within.len() >= MOST_DEPTH || self.within.contains(&id) {
            return None;
        }
        self.within.push(id);
        let made = self.of_schema(id);
        self.within.pop();
        made
    }

    fn of_schema(&mut self, id: SchemaId) -> Option<String> {
        self.budget = self.budget.saturating_sub(1);
        let schema = self.schemas.get(id);
        let says = &schema.annotations;
        let given = says.examples.first().or(says.default.as_ref());
        if let Some(given) = given.filter(|given| *given != "null") {
            return Some(given.clone());
        }
        let (mut types, mut rules) = (schema.types, Vec::new());
        let schemas = self.schemas;
        gather(schemas, id, self.choice, (&mut types, &mut rules), 0);
        let enumerated = rules.iter().find_map(|rule| match rule {
            Rule::Enumeration(values) => Some(values),
            _ => None,
        });
        if let Some(values) = enumerated {
            return values
                .get(self.choice)
                .or_else(|| values.first())
                .map(ToString::to_string);
        }
        // What says nothing of its type says most by its rules.
        let is_about = |wanted: fn(&Rule) -> bool| rules.iter().any(|rule| wanted(rule));
        if types == Types::ANY {
            if is_about(|rule| matches!(rule, Rule::Properties(_) | Rule::Required(_))) {
                types = Types::OBJECT;
            } else if is_about(|rule| matches!(rule, Rule::Items(_) | Rule::PrefixItems(_))) {
                types = Types::ARRAY;
            }
        }
        if types.contains(Types::OBJECT) && types != Types::ANY {
            self.object(&rules)
        } else if types.contains(Types::ARRAY) && types != Types::ANY {
            self.array(&rules)
        } else if types.contains(Types::STRING) {
            text(&rules, says.format.as_deref())
        } else if types.intersects(Types::NUMBER) {
            number(&rules, types.contains(Types::NUMBER))
        } else if types.contains(Types::BOOLEAN) {
            Some("true".to_owned())
        } else if types.contains(Types::NULL) {
            Some("null".to_owned())
        } else {
            None
        }
    }

    fn object(&mut self, rules: &[&Rule]) -> Option<String> {
        let mut members = Members::default();
        for rule in rules {
            match rule {
                Rule::Properties(list) => {
                    for property in list.iter() {
                        let name = property.name.to_string();
                        if !members.properties.iter().any(|(known, _)| *known == name) {
                            members.properties.push((name, property.schema));
                        }
                    }
                }
                Rule::Required(names) => {
                    members.required.extend(names.iter().map(Text::to_string));
                }
                Rule::AdditionalProperties(rest) => members.rest = Some(*rest),
                Rule::MinProperties(least) => {
                    members.least = usize::try_from(*least).unwrap_or(usize::MAX);
                }
                _ => {}
            }
        }
        let mut object = Object::default();
        let mut made = 0;
        let optional = self.budget > 0 && self.within.len() < DEPTH;
        for (name, schema) in &members.properties {
            let required = members.required.contains(name);
            if !required && (!optional || self.budget == 0) {
                continue;
            }
            match self.value(*schema) {
                Some(value) => object.member(name, &value),
                None if required => return None,
                None => continue,
            }
            made += 1;
        }
        for name in &members.required {
            if !members.properties.iter().any(|(known, _)| known == name) {
                object.member(name, &self.further(members.rest)?);
                made += 1;
            }
        }
        for number in 1..=members.least.min(BUDGET).saturating_sub(made) {
            object.member(&format!("member{number}"), &self.further(members.rest)?);
        }
        Some(object.finish())
    }

    /// The value of a member that no property names.
    fn further(&mut self, rest: Option<SchemaId>) -> Option<String> {
        match rest {
            Some(schema) => self.value(schema),
            None => Some("\"text\"".to_owned()),
        }
    }

    fn array(&mut self, rules: &[&Rule]) -> Option<String> {
        let (mut items, mut rest, mut least, mut most) = (Vec::new(), None, 0, u64::MAX);
        for rule in rules {
            match rule {
                Rule::PrefixItems(list) => items.extend(list.iter().copied()),
                Rule::Items(schema) => rest = Some(*schema),
                Rule::Contains { schema, min, .. } if *min > 0 => {
                    rest = rest.or(Some(*schema));
                    least = least.max(*min);
                }
                Rule::MinItems(count) => least = least.max(*count),
                Rule::MaxItems(count) => most = most.min(*count),
                _ => {}
            }
        }
        let least = usize::try_from(least).unwrap_or(usize::MAX);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let wanted = if self.budget > 0 { least.max(1) } else { least }.min(most);
        if wanted > BUDGET {
            return None;
        }
        let mut made = Vec::new();
        for position in 0..wanted {
            let schema = items.get(position).copied().or(rest);
            let value = self.further(schema);
            match value {
                Some(value) => made.push(value),
                None if position >= least => break,
                None => return None,
            }
        }
        Some(list(made))
    }
}

/// The rules of a schema and of what it is made of, one of its alternatives each.
fn gather<'s>(
    schemas: &'s Schemas,
    id: SchemaId,
    choice: usize,
    (types, rules): (&mut Types, &mut Vec<&'s Rule>),
    depth: usize,
) {
    if depth > MOST_DEPTH {
        return;
    }
    let schema = schemas.get(schemas.follow(id));
    *types = types.intersection(schema.types);
    for rule in &schema.rules {
        let mut go_on = |target| gather(schemas, target, choice, (types, rules), depth + 1);
        match rule {
            Rule::Reference(target) => go_on(*target),
            Rule::AllOf(list) => list.iter().copied().for_each(go_on),
            Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => {
                if let Some(member) = alternative(schemas, choice, list) {
                    go_on(member);
                }
            }
            other => rules.push(other),
        }
    }
}

/// An alternative that is not only `null`.
fn alternative(schemas: &Schemas, choice: usize, list: &List<SchemaId>) -> Option<SchemaId> {
    let types = |id: SchemaId| schemas.get(schemas.follow(id)).types;
    let useful: Vec<SchemaId> = list
        .iter()
        .copied()
        .filter(|id| types(*id) != Types::NULL)
        .collect();
    let chosen = useful.get(choice % useful.len().max(1));
    chosen.or_else(|| list.first()).copied()
}

fn text(rules: &[&Rule], annotated: Option<&str>) -> Option<String> {
    let (mut format, mut pattern) = (None, None);
    let (mut least, mut most) = (0_u64, u64::MAX);
    for rule in rules {
        match rule {
            Rule::Format(enforced) => format = Some(enforced.name()),
            Rule::Pattern(found) => pattern = Some(found),
            Rule::MinLength(count) => least = least.max(*count),
            Rule::MaxLength(count) => most = most.min(*count),
            _ => {}
        }
    }
    let least = usize::try_from(least).ok()?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if let Some(pattern) = pattern {
        return matching(pattern, least, most).map(|text| string(&text));
    }
    let mut text = formatted(format.or(annotated), least)
        .unwrap_or("text")
        .to_owned();
    if format.is_none() {
        const LONGEST: usize = 10_000;
        if least > LONGEST {
            return None;
        }
        let length = text.chars().count();
        text.extend(std::iter::repeat_n('x', least.saturating_sub(length)));
        text = text.chars().take(most).collect();
    }
    Some(string(&text))
}

/// A text of a format.
fn formatted(format: Option<&str>, least: usize) -> Option<&'static str> {
    let text = match format? {
        "date-time" => "2026-01-31T12:00:00Z",
        "date" => "2026-01-31",
        "time" => "12:00:00Z",
        "duration" => "PT1H",
        "email" | "idn-email" => "user@example.com",
        "hostname" | "idn-hostname" => "www.example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uri" | "uri-reference" | "iri" | "iri-reference" | "url" => "https://www.example.com/",
        "uuid" => "123e4567-e89b-42d3-a456-426614174000",
        "byte" => "dGV4dA==",
        _ => return None,
    };
    // Longer ones are made of plain text, where the format is not enforced.
    (text.len() >= least || Format::named(format?).is_some()).then_some(text)
}

/// A text that a pattern finds something in: usual forms are tried, as the evaluator decides.
fn matching(pattern: &Pattern, least: usize, most: usize) -> Option<String> {
    const USUAL: [&str; 26] = [
        "text",
        "Text",
        "TEXT",
        "a",
        "A",
        "1",
        "0",
        "12",
        "123",
        "1234",
        "12345",
        "123456",
        "1.0",
        "1.0.0",
        "v1",
        "AB",
        "ABC",
        "USD",
        "en-US",
        "2026-01-31",
        "12:00",
        "#a1b2c3",
        "/text",
        "https://www.example.com/",
        "user@example.com",
        "text:text/text",
    ];
    let expression = fancy_regex::Regex::new(&pattern.translated).ok()?;
    let fits = |text: &str| {
        let length = text.chars().count();
        length >= least && length <= most && expression.is_match(text).unwrap_or(false)
    };
    let usual = USUAL.iter().map(|text| (*text).to_owned());
    let repeated = ["a", "A", "0", "f"].iter().flat_map(|letter| {
        let most = most.min(72);
        (least..=most).map(|count| letter.repeat(count))
    });
    let mut candidates = usual.chain(repeated);
    candidates.find(|text| fits(text))
}

fn number(rules: &[&Rule], fractions: bool) -> Option<String> {
    let (mut low, mut high, mut step) = (f64::NEG_INFINITY, f64::INFINITY, None);
    let tiny = if fractions { 0.5 } else { 1.0 };
    for rule in rules {
        let bound = |text: &Text| text.parse::<f64>().ok();
        match rule {
            Rule::Minimum(text) => low = low.max(bound(text)?),
            Rule::ExclusiveMinimum(text) => low = low.max(bound(text)? + tiny),
            Rule::Maximum(text) => high = high.min(bound(text)?),
            Rule::ExclusiveMaximum(text) => high = high.min(bound(text)? - tiny),
            Rule::MultipleOf(text) => step = bound(text),
            _ => {}
        }
    }
    let start = if low <= 1.0 && high >= 1.0 {
        1.0
    } else if low.is_finite() {
        low
    } else {
        high
    };
    let start = if fractions { start } else { start.ceil() };
    let value = match step {
        Some(step) if step > 0.0 => {
            let above = (start / step).ceil() * step;
            if above <= high {
                above
            } else {
                (high / step).floor() * step
            }
        }
        _ => start,
    };
    value.is_finite().then(|| format!("{value}"))
}
