//! The rules of numbers and strings.

use super::report::Account;
use super::{Evaluation, Stop, words};
use crate::json::Reader;
use crate::number;
use crate::rule::{Pattern, Rule, Schema, Types};

impl<'t> Evaluation<'t> {
    pub(super) fn number(
        &mut self,
        schema: &'t Schema,
        reader: &mut Reader<'_>,
    ) -> Result<(), Stop> {
        let number = reader.number()?;
        let text = number.as_str();
        let account =
            |table| move || Account::new(words::schema(table, schema), words::value(text));
        // A type of integers has one of the two bits of a type of numbers.
        if !schema.types.contains(Types::NUMBER) && !number::is_integer(text) {
            return self.fail("type", account(self.table));
        }
        for rule in &*schema.rules {
            let (name, keeps) = match rule {
                Rule::Minimum(bound) => ("minimum", number::compare(text, bound).is_ge()),
                Rule::Maximum(bound) => ("maximum", number::compare(text, bound).is_le()),
                Rule::ExclusiveMinimum(bound) => {
                    ("exclusiveMinimum", number::compare(text, bound).is_gt())
                }
                Rule::ExclusiveMaximum(bound) => {
                    ("exclusiveMaximum", number::compare(text, bound).is_lt())
                }
                Rule::MultipleOf(divisor) => ("multipleOf", number::is_multiple(text, divisor)),
                Rule::Format(format) => ("format", format.admits_number(text)),
                _ => continue,
            };
            if !keeps {
                self.fail(name, account(self.table))?;
            }
        }
        Ok(())
    }

    pub(super) fn string(
        &mut self,
        schema: &'t Schema,
        reader: &mut Reader<'_>,
    ) -> Result<(), Stop> {
        let start = *reader;
        let text = reader.string()?;
        self.spend(text.len() / 32)?;
        for rule in &*schema.rules {
            let (name, keeps) = match rule {
                Rule::MinLength(least) => ("minLength", is_at_least(&text, *least)),
                Rule::MaxLength(most) => ("maxLength", !is_at_least(&text, most.saturating_add(1))),
                Rule::Pattern(pattern) => ("pattern", self.finds(pattern, &text)?),
                Rule::Format(format) => ("format", format.admits_text(&text)),
                _ => continue,
            };
            if !keeps {
                let table = self.table;
                self.fail(name, || {
                    Account::new(words::schema(table, schema), words::next(start))
                })?;
            }
        }
        Ok(())
    }
}

impl Evaluation<'_> {
    /// Whether a pattern is found in a text.
    pub(super) fn finds(&mut self, pattern: &Pattern, text: &str) -> Result<bool, Stop> {
        let search = pattern.search(text);
        self.spend(search.steps)?;
        search.found.ok_or(Stop::Pattern)
    }
}

/// Whether a string has at least that many characters. Their number lies between a quarter of the
/// bytes and all of them, which mostly decides.
fn is_at_least(text: &str, least: u64) -> bool {
    let Ok(least) = usize::try_from(least) else {
        return false;
    };
    text.len() >= least && (text.len() / 4 >= least || text.chars().count() >= least)
}
