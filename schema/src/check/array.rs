//! The rules of arrays, in one walk over the items.

use super::marks::Marks;
use super::report::Account;
use super::{Evaluation, Stop, words};
use crate::SchemaId;
use crate::equality::find_equal;
use crate::json::{Raw, Reader};
use crate::rule::{Rule, Schema};

/// The rules of an array, side by side.
#[derive(Default)]
struct Items<'t> {
    prefix: &'t [SchemaId],
    rest: Option<SchemaId>,
    least: u64,
    most: Option<u64>,
    unique: bool,
    contains: Option<Contains>,
}

#[derive(Clone, Copy)]
struct Contains {
    schema: SchemaId,
    least: u64,
    most: Option<u64>,
}

impl<'t> Items<'t> {
    fn of(schema: &'t Schema) -> Self {
        let mut items = Self::default();
        for rule in &*schema.rules {
            match rule {
                Rule::PrefixItems(ids) => items.prefix = ids,
                Rule::Items(id) => items.rest = Some(*id),
                Rule::MinItems(least) => items.least = *least,
                Rule::MaxItems(most) => items.most = Some(*most),
                Rule::UniqueItems => items.unique = true,
                Rule::Contains { schema, min, max } => {
                    items.contains = Some(Contains {
                        schema: *schema,
                        least: *min,
                        most: *max,
                    });
                }
                _ => {}
            }
        }
        items
    }
}

impl<'t> Evaluation<'t> {
    pub(super) fn array(
        &mut self,
        schema: &'t Schema,
        reader: &mut Reader<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Stop> {
        let rules = Items::of(schema);
        let mut values = Vec::new();
        let mut contained = 0;
        let mut index = 0;
        let mut first = true;
        reader.begin_array()?;
        while reader.next_item(&mut first)? {
            let start = *reader;
            if rules.unique {
                let mut item = start;
                values.push(item.raw()?);
            }
            if let Some(contains) = rules.contains
                && self.holds(contains.schema, start, None)?
            {
                contained += 1;
                if let Some(marks) = &mut marks {
                    marks.set(index);
                }
            }
            match rules.prefix.get(index).copied().or(rules.rest) {
                Some(id) => {
                    if let Some(marks) = &mut marks {
                        marks.set(index);
                    }
                    if index >= rules.prefix.len() && self.schema(id)?.types.is_empty() {
                        self.surplus(&rules, index, reader)?;
                    } else {
                        self.item(index, id, reader)?;
                    }
                }
                None => self.skip(reader)?,
            }
            index += 1;
        }
        self.count(&rules, index as u64)?;
        self.contains(&rules, contained)?;
        self.unique(&values)
    }

    /// Applies a schema to an item, and reads over it.
    pub(super) fn item(
        &mut self,
        index: usize,
        id: SchemaId,
        reader: &mut Reader<'_>,
    ) -> Result<(), Stop> {
        if self.report.is_none() {
            return self.part(id, reader);
        }
        let outside = self.enter(&index.to_string());
        self.part(id, reader)?;
        self.leave(outside);
        Ok(())
    }

    /// Reports an item where `items` is `false`.
    fn surplus(
        &mut self,
        rules: &Items<'_>,
        index: usize,
        reader: &mut Reader<'_>,
    ) -> Result<(), Stop> {
        let start = *reader;
        let outside = self.enter(&index.to_string());
        self.fail("items", || {
            Account::new(
                format!(
                    "no more than {}",
                    words::count(rules.prefix.len() as u64, "item")
                ),
                words::next(start),
            )
        })?;
        self.leave(outside);
        self.skip(reader)
    }

    fn count(&mut self, rules: &Items<'_>, count: u64) -> Result<(), Stop> {
        let actual = || format!("an array of {}", words::count(count, "item"));
        if count < rules.least {
            let least = words::count(rules.least, "item");
            self.fail("minItems", || {
                Account::new(format!("an array of at least {least}"), actual())
            })?;
        }
        if let Some(most) = rules.most.filter(|most| count > *most) {
            let most = words::count(most, "item");
            self.fail("maxItems", || {
                Account::new(format!("an array of at most {most}"), actual())
            })?;
        }
        Ok(())
    }

    fn contains(&mut self, rules: &Items<'_>, count: u64) -> Result<(), Stop> {
        let Some(contains) = rules.contains else {
            return Ok(());
        };
        let table = self.table;
        let account = |bound: &str, limit: u64| {
            let item = words::reference(table, contains.schema);
            Account::new(
                format!("{bound} {} that match: {item}", words::count(limit, "item")),
                format!("{} that match", words::count(count, "item")),
            )
        };
        if count < contains.least {
            let rule = if contains.least == 1 {
                "contains"
            } else {
                "minContains"
            };
            self.fail(rule, || account("at least", contains.least))?;
        }
        if let Some(most) = contains.most.filter(|most| count > *most) {
            self.fail("maxContains", || account("at most", most))?;
        }
        Ok(())
    }

    fn unique(&mut self, values: &[Raw<'_>]) -> Result<(), Stop> {
        if values.len() < 2 {
            return Ok(());
        }
        let length: usize = values.iter().map(|value| value.as_str().len()).sum();
        self.spend(values.len() + length / 8)?;
        let Some((one, other)) = find_equal(values) else {
            return Ok(());
        };
        let value = values.get(one).map_or("", |value| value.as_str());
        self.fail("uniqueItems", || {
            Account::new(
                "an array whose items differ".to_owned(),
                format!("{} at {one} and at {other}", words::value(value)),
            )
        })
    }
}
