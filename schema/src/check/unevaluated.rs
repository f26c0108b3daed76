//! `unevaluatedProperties` and `unevaluatedItems`: a last walk over what no other rule evaluated.

use super::marks::Marks;
use super::report::Account;
use super::{Evaluation, Stop, words};
use crate::SchemaId;
use crate::json::{Kind, Reader};

impl Evaluation<'_> {
    /// Applies `id` to the members or items of the value at `start` that are not marked.
    pub(super) fn unevaluated(
        &mut self,
        id: SchemaId,
        kind: Kind,
        mut start: Reader<'_>,
        marks: &Marks,
    ) -> Result<(), Stop> {
        let mut first = true;
        let mut index = 0;
        if kind == Kind::Object {
            start.begin_object()?;
            while let Some(name) = start.next_key(&mut first)? {
                if marks.has(index) {
                    self.skip(&mut start)?;
                } else if self.schema(id)?.types.is_empty() {
                    let outside = self.enter(&name);
                    self.fail("unevaluatedProperties", || {
                        Account::new(
                            "no member of that name".to_owned(),
                            format!("the member {}", words::quoted(&name)),
                        )
                    })?;
                    self.leave(outside);
                    self.skip(&mut start)?;
                } else {
                    self.member(&name, id, &mut start)?;
                }
                index += 1;
            }
        } else {
            start.begin_array()?;
            while start.next_item(&mut first)? {
                if marks.has(index) {
                    self.skip(&mut start)?;
                } else if self.schema(id)?.types.is_empty() {
                    let outside = self.enter(&index.to_string());
                    let item = start;
                    self.fail("unevaluatedItems", || {
                        Account::new("no further item".to_owned(), words::next(item))
                    })?;
                    self.leave(outside);
                    self.skip(&mut start)?;
                } else {
                    self.item(index, id, &mut start)?;
                }
                index += 1;
            }
        }
        Ok(())
    }
}
