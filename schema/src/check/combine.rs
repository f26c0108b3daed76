//! The rules that apply further schemas to the same value, and `enum`.

use super::marks::Marks;
use super::report::Account;
use super::{Evaluation, Stop, suggest, words};
use crate::SchemaId;
use crate::equality::equal;
use crate::json::{Kind, Raw, Reader};
use crate::rule::{Rule, Schema, Text};

impl<'t> Evaluation<'t> {
    /// Applies what does not depend on the type of the value at `start`.
    pub(super) fn combine(
        &mut self,
        schema: &'t Schema,
        start: Reader<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Stop> {
        for rule in &*schema.rules {
            match rule {
                Rule::Enumeration(values) => self.enumeration(schema, values, start)?,
                Rule::Reference(id) => self.same(*id, start, marks.as_deref_mut())?,
                Rule::DynamicReference {
                    initial,
                    candidates,
                } => {
                    let id = self.dynamic(*initial, candidates);
                    self.same(id, start, marks.as_deref_mut())?;
                }
                Rule::AllOf(ids) => {
                    for id in &**ids {
                        self.same(*id, start, marks.as_deref_mut())?;
                    }
                }
                Rule::AnyOf(ids) => self.any_of(ids, start, marks.as_deref_mut())?,
                Rule::OneOf {
                    schemas,
                    discriminator,
                } => {
                    self.one_of(schemas, discriminator.as_ref(), start, marks.as_deref_mut())?;
                }
                Rule::Not(id) => self.excluded(*id, start)?,
                Rule::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    let mut seen = marks.as_ref().map(|_| Marks::default());
                    let holds = self.holds(*condition, start, seen.as_mut())?;
                    if holds && let (Some(marks), Some(seen)) = (&mut marks, &seen) {
                        marks.merge(seen);
                    }
                    if let Some(id) = if holds { then } else { otherwise } {
                        self.same(*id, start, marks.as_deref_mut())?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Applies `not`.
    fn excluded(&mut self, id: SchemaId, start: Reader<'_>) -> Result<(), Stop> {
        if !self.holds(id, start, None)? {
            return Ok(());
        }
        let table = self.table;
        self.fail("not", || {
            let excluded = words::reference(table, id);
            Account::new(format!("anything but {excluded}"), words::next(start))
        })
    }

    fn enumeration(
        &mut self,
        schema: &Schema,
        values: &[Text],
        mut start: Reader<'_>,
    ) -> Result<(), Stop> {
        let value = start.raw()?;
        // A text is mostly compared in one go; an array or an object is walked over for each.
        let length = value.as_str().len() / 32;
        self.spend(match value.reader().peek()? {
            Kind::Array | Kind::Object => values.len() * (1 + length),
            _ => values.len() / 8 + length,
        })?;
        if values
            .iter()
            .any(|admitted| equal(value, Raw::checked(admitted)))
        {
            return Ok(());
        }
        let rule = if values.len() == 1 { "const" } else { "enum" };
        let table = self.table;
        self.fail(rule, || Account {
            expected: words::schema(table, schema),
            actual: words::value(value.as_str()),
            help: suggest::value(value, values),
        })
    }

    /// The target of a dynamic reference, as the way here decides it.
    fn dynamic(&self, initial: SchemaId, candidates: &[(u32, SchemaId)]) -> SchemaId {
        self.scope
            .iter()
            .find_map(|resource| {
                candidates
                    .iter()
                    .find(|(candidate, _)| candidate == resource)
            })
            .map_or(initial, |(_, target)| *target)
    }
}
