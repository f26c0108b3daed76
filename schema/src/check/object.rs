//! The rules of objects, in one walk over the members.

use super::marks::Marks;
use super::report::Account;
use super::{Evaluation, Stop, suggest, words};
use crate::SchemaId;
use crate::decode::Slot;
use crate::json::{Kind, Raw, Reader};
use crate::rule::{List, PatternProperty, Property, Rule, Schema, Text};

/// The rules of an object, side by side.
#[derive(Default)]
struct Members<'t> {
    properties: &'t [Property],
    patterns: &'t [PatternProperty],
    additional: Option<SchemaId>,
    names: Option<SchemaId>,
    required: &'t [Text],
    least: u64,
    most: Option<u64>,
    dependent_required: &'t [(Text, List<Text>)],
    dependent_schemas: &'t [(Text, SchemaId)],
}

impl<'t> Members<'t> {
    fn of(schema: &'t Schema) -> Self {
        let mut members = Self::default();
        for rule in &*schema.rules {
            match rule {
                Rule::Properties(properties) => members.properties = properties,
                Rule::PatternProperties(patterns) => members.patterns = patterns,
                Rule::AdditionalProperties(id) => members.additional = Some(*id),
                Rule::PropertyNames(id) => members.names = Some(*id),
                Rule::Required(names) => members.required = names,
                Rule::MinProperties(least) => members.least = *least,
                Rule::MaxProperties(most) => members.most = Some(*most),
                Rule::DependentRequired(names) => members.dependent_required = names,
                Rule::DependentSchemas(ids) => members.dependent_schemas = ids,
                _ => {}
            }
        }
        members
    }
}

/// The walk over one object.
struct Walk<'t> {
    rules: Members<'t>,
    /// Which of the required names have come.
    present: Present,
    /// Where the search for the next name starts: members mostly come in the order of the document.
    property: usize,
    required: usize,
    count: usize,
}

impl<'t> Evaluation<'t> {
    pub(super) fn object<'a>(
        &mut self,
        schema: &'t Schema,
        reader: &mut Reader<'a>,
        mut marks: Option<&mut Marks>,
        slots: &mut [Slot<'a>],
    ) -> Result<(), Stop> {
        let object = *reader;
        let rules = Members::of(schema);
        let mut walk = Walk {
            rules,
            present: Present::default(),
            property: 0,
            required: 0,
            count: 0,
        };
        let mut first = true;
        reader.begin_object()?;
        while let Some(name) = reader.next_key(&mut first)? {
            // A name is compared with eight others in about the time of a step.
            self.spend(1 + (walk.rules.properties.len() + walk.rules.required.len()) / 8)?;
            if let Some(at) = position(walk.rules.required, walk.required, |text| **text == *name) {
                walk.present.set(at);
                walk.required = at + 1;
            }
            if let Some(names) = walk.rules.names {
                self.name(names, &name)?;
            }
            let evaluated = self.value(&mut walk, &name, reader, slots)?;
            if evaluated && let Some(marks) = &mut marks {
                marks.set(walk.count);
            }
            for (member, id) in walk.rules.dependent_schemas {
                if **member == *name {
                    self.same(*id, object, marks.as_deref_mut())?;
                }
            }
            walk.count += 1;
        }
        self.missing(&walk)?;
        self.number_of_members(&walk)?;
        let length = reader.offset() - object.offset();
        self.dependent(&walk.rules, object, length)
    }

    /// Applies to a member's value what its name asks for, and reads over it; whether anything did.
    fn value<'a>(
        &mut self,
        walk: &mut Walk<'t>,
        name: &str,
        reader: &mut Reader<'a>,
        slots: &mut [Slot<'a>],
    ) -> Result<bool, Stop> {
        reader.peek()?;
        let start = *reader;
        let mut evaluated = false;
        let properties = walk.rules.properties;
        if let Some(at) = position(properties, walk.property, |property| {
            *property.name == *name
        }) && let Some(property) = properties.get(at)
        {
            walk.property = at + 1;
            self.member(name, property.schema, reader)?;
            evaluated = true;
            if let Some(slot) = slots.get_mut(at) {
                *slot = Slot::new(start.until(reader)?);
            }
        }
        for entry in walk.rules.patterns {
            if self.finds(&entry.pattern, name)? {
                *reader = start;
                self.member(name, entry.schema, reader)?;
                evaluated = true;
            }
        }
        match walk.rules.additional {
            _ if evaluated => {}
            None => self.skip(reader)?,
            Some(id) if self.schema(id)?.types.is_empty() => {
                self.unknown(&walk.rules, name)?;
                self.skip(reader)?;
            }
            Some(id) => {
                self.member(name, id, reader)?;
                evaluated = true;
            }
        }
        Ok(evaluated)
    }

    /// Applies a schema to a member's value, and reads over it.
    pub(super) fn member(
        &mut self,
        name: &str,
        id: SchemaId,
        reader: &mut Reader<'_>,
    ) -> Result<(), Stop> {
        if self.report.is_none() {
            return self.part(id, reader);
        }
        let outside = self.enter(name);
        self.part(id, reader)?;
        self.leave(outside);
        Ok(())
    }

    /// Applies `propertyNames`.
    fn name(&mut self, id: SchemaId, name: &str) -> Result<(), Stop> {
        let mut text = Vec::new();
        crate::json::string_into(name, &mut text);
        let report = self.report.take();
        let result = self.part(id, &mut Reader::new(&text));
        self.report = report;
        match result {
            Err(Stop::Invalid) => {
                let table = self.table;
                let outside = self.enter(name);
                self.fail("propertyNames", || {
                    let names = words::reference(table, id);
                    Account::new(
                        format!("a member whose name is {names}"),
                        format!("the name {}", words::quoted(name)),
                    )
                })?;
                self.leave(outside);
                Ok(())
            }
            other => other,
        }
    }

    /// Reports a member where `additionalProperties` is `false`.
    fn unknown(&mut self, rules: &Members<'_>, name: &str) -> Result<(), Stop> {
        let outside = self.enter(name);
        self.fail("additionalProperties", || {
            let known = rules.properties.iter().map(|property| &*property.name);
            Account {
                expected: match rules.properties {
                    [] => "no member of that name".to_owned(),
                    _ => format!("one of the members {}", words::list(known.clone())),
                },
                actual: format!("the member {}", words::quoted(name)),
                help: suggest::name(name, known),
            }
        })?;
        self.leave(outside);
        Ok(())
    }

    fn missing(&mut self, walk: &Walk<'_>) -> Result<(), Stop> {
        if walk.present.count == walk.rules.required.len() {
            return Ok(());
        }
        let table = self.table;
        for (at, name) in walk.rules.required.iter().enumerate() {
            if walk.present.has(at) {
                continue;
            }
            let outside = self.enter(name);
            self.fail("required", || {
                let property = walk
                    .rules
                    .properties
                    .iter()
                    .find(|property| property.name == *name);
                let expected = property.map_or_else(
                    || "a value".to_owned(),
                    |property| words::reference(table, property.schema),
                );
                Account::new(expected, "nothing".to_owned())
            })?;
            self.leave(outside);
        }
        Ok(())
    }

    fn number_of_members(&mut self, walk: &Walk<'_>) -> Result<(), Stop> {
        let count = walk.count as u64;
        let actual = || format!("an object with {}", words::count(count, "member"));
        if count < walk.rules.least {
            let least = words::count(walk.rules.least, "member");
            self.fail("minProperties", || {
                Account::new(format!("an object with at least {least}"), actual())
            })?;
        }
        if let Some(most) = walk.rules.most.filter(|most| count > *most) {
            let most = words::count(most, "member");
            self.fail("maxProperties", || {
                Account::new(format!("an object with at most {most}"), actual())
            })?;
        }
        Ok(())
    }

    /// Applies `dependentRequired` to the object of that length.
    fn dependent(
        &mut self,
        rules: &Members<'_>,
        object: Reader<'_>,
        length: usize,
    ) -> Result<(), Stop> {
        for (name, others) in rules.dependent_required {
            self.spend(1 + length / 32)?;
            if find(object, name)?.is_none() {
                continue;
            }
            for other in &**others {
                self.spend(1 + length / 32)?;
                if find(object, other)?.is_some() {
                    continue;
                }
                let outside = self.enter(other);
                self.fail("dependentRequired", || {
                    Account::new(
                        format!("a value, since {} is there", words::quoted(name)),
                        "nothing".to_owned(),
                    )
                })?;
                self.leave(outside);
            }
        }
        Ok(())
    }
}

/// The value of the member of that name, if the value at `start` is an object that has it.
pub(super) fn find<'a>(mut start: Reader<'a>, name: &str) -> Result<Option<Raw<'a>>, Stop> {
    if start.peek()? != Kind::Object {
        return Ok(None);
    }
    start.begin_object()?;
    let mut first = true;
    while let Some(member) = start.next_key(&mut first)? {
        let value = start.raw()?;
        if member == name {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// The position of the entry that is looked for, searched from `from` on and around.
fn position<T>(list: &[T], from: usize, is: impl Fn(&T) -> bool) -> Option<usize> {
    let (before, after) = list.split_at_checked(from).unwrap_or((list, &[]));
    match after.iter().position(&is) {
        Some(at) => Some(before.len() + at),
        None => before.iter().position(&is),
    }
}

/// A set of positions that allocates only beyond the first 128.
#[derive(Default)]
struct Present {
    low: u128,
    high: Vec<bool>,
    count: usize,
}

impl Present {
    fn set(&mut self, at: usize) {
        if self.has(at) {
            return;
        }
        self.count += 1;
        match at.checked_sub(128) {
            None => self.low |= 1 << at,
            Some(at) => {
                if self.high.len() <= at {
                    self.high.resize(at + 1, false);
                }
                if let Some(entry) = self.high.get_mut(at) {
                    *entry = true;
                }
            }
        }
    }

    fn has(&self, at: usize) -> bool {
        match at.checked_sub(128) {
            None => self.low >> at & 1 == 1,
            Some(at) => self.high.get(at).copied().unwrap_or_default(),
        }
    }
}
