//! The evaluator: a value's text against a schema of a [`Table`].
//!
//! A value is walked twice at most. The first walk only decides: it stops at the first broken rule,
//! and allocates nothing for the schemas most tools have. Where it finds the value broken, a second
//! walk, off the hot path, collects every violation and puts it into words.
//!
//! Work is bounded. A walk may take `BASE_STEPS` and `STEPS_PER_BYTE` for each byte of the
//! value; a step is a schema applied to a value, a member or an item visited, or 32 bytes skipped.
//! Schemas may apply to one value through `MAX_CHAIN` references and combinations of each other,
//! and at most `MAX_NESTING` deep in all. Whatever exceeds a bound is refused: undecided is not
//! valid, also beneath `not`.

mod alternatives;
mod array;
mod combine;
mod marks;
mod object;
mod report;
mod scalar;
mod suggest;
mod unevaluated;
mod words;

use crate::decode::Slot;
use crate::json::{Error, Flaw, Kind, Raw, Reader, check_text};
use crate::rule::{Rule, Schema, Types};
use crate::{SchemaId, Table, Violation, Violations};

pub use suggest::closest;

use marks::Marks;
use report::Report;

/// The steps granted to the smallest value.
const BASE_STEPS: usize = 200_000;

/// The further steps granted for each byte of a value.
const STEPS_PER_BYTE: usize = 64;

/// How many schemas may apply to one value through one another.
const MAX_CHAIN: usize = 64;

/// How many schemas may be open at once, over all depths of a value. Chosen so that a thread with
/// the usual 2 MiB of stack suffices without optimisation, too.
const MAX_NESTING: usize = 256;

/// Why a walk ended early.
#[derive(Clone, Copy, Debug)]
enum Stop {
    /// A rule is broken, and no report is wanted.
    Invalid,
    /// The text is not JSON.
    Syntax(Error),
    /// The steps are spent.
    Steps,
    /// The schemas refer to each other without end, or nest too deeply.
    Nesting,
    /// A pattern does not compile, or takes too many steps of its own.
    Pattern,
    /// A position outside the table.
    Schema,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Syntax(error)
    }
}

impl Table {
    /// Checks a value against a schema.
    ///
    /// # Errors
    /// Every violation, up to [`crate::violation::MAX_REPORTED`]. An object, at any depth, with two
    /// members of one name is a violation of the rule `json`.
    ///
    /// ```
    /// use gatewright_schema::json::Raw;
    /// use gatewright_schema::rule::{Rule, Schema, Types};
    /// use gatewright_schema::{SchemaId, Table};
    ///
    /// let table = Table {
    ///     schemas: vec![Schema {
    ///         types: Types::INTEGER,
    ///         rules: vec![Rule::Maximum("100".into())].into(),
    ///     }]
    ///     .into(),
    /// };
    /// assert!(table.check(SchemaId(0), Raw::parse(b"100")?).is_ok());
    ///
    /// let violations = table.check(SchemaId(0), Raw::parse(b"500")?).unwrap_err();
    /// let texts: Vec<String> = violations.iter().map(ToString::to_string).collect();
    /// assert_eq!(
    ///     texts,
    ///     ["(root): expected an integer of at most 100, got the number 500 [maximum]"]
    /// );
    /// # Ok::<(), gatewright_schema::json::Error>(())
    /// ```
    pub fn check(&self, schema: SchemaId, value: Raw<'_>) -> Result<(), Violations> {
        self.check_text(schema, value.as_str().as_bytes())
    }

    /// The same for text that nobody has looked at yet: whether it is JSON is found on the way.
    ///
    /// # Errors
    /// As [`Table::check`]; text that is not JSON is a violation of the rule `json`.
    pub fn check_text(&self, schema: SchemaId, text: &[u8]) -> Result<(), Violations> {
        run(self, schema, text, &mut [])
    }
}

/// Checks text that may not even be JSON; fills the slots of the properties of `schema`.
pub(crate) fn run<'a>(
    table: &Table,
    schema: SchemaId,
    text: &'a [u8],
    slots: &mut [Slot<'a>],
) -> Result<(), Violations> {
    let text = check_text(text).map_err(flawed)?;
    let mut evaluation = Evaluation::new(table, text.len(), None);
    match evaluation.root(schema, text, slots) {
        Ok(()) => Ok(()),
        Err(stop) => Err(explain(table, schema, text, stop)),
    }
}

/// Walks again, to report.
#[cold]
fn explain(table: &Table, schema: SchemaId, text: &str, stop: Stop) -> Violations {
    let mut evaluation = Evaluation::new(table, text.len(), Some(Report::default()));
    let end = if matches!(stop, Stop::Invalid) {
        evaluation.root(schema, text, &mut []).err()
    } else {
        Some(stop)
    };
    let mut violations = evaluation.report.unwrap_or_default().violations;
    // Whatever the second walk found, the first found the value broken: there must be a reason.
    if end.is_some() || violations.is_empty() {
        violations.push(report::undecided(end.unwrap_or(Stop::Invalid)));
    }
    violations
}

#[cold]
fn flawed(flaw: Flaw) -> Violations {
    let mut violations = Violations::default();
    violations.push(match flaw {
        Flaw::Syntax(error) => report::undecided(Stop::Syntax(error)),
        Flaw::Duplicate { pointer, name } => Violation {
            pointer,
            rule: "json",
            expected: "an object whose members have different names".to_owned(),
            actual: format!("a second member {}", words::quoted(&name)),
            help: None,
        },
    });
    violations
}

/// One walk over one value.
struct Evaluation<'t> {
    table: &'t Table,
    /// The schema resources entered on the way here, outermost first.
    scope: Vec<u32>,
    steps: usize,
    nesting: usize,
    chain: usize,
    /// Where violations go; without it, the walk ends at the first.
    report: Option<Report>,
}

impl<'t> Evaluation<'t> {
    fn new(table: &'t Table, length: usize, report: Option<Report>) -> Self {
        Self {
            table,
            scope: Vec::new(),
            steps: STEPS_PER_BYTE
                .saturating_mul(length)
                .saturating_add(BASE_STEPS),
            nesting: 0,
            chain: 0,
            report,
        }
    }

    fn root<'a>(
        &mut self,
        id: SchemaId,
        text: &'a str,
        slots: &mut [Slot<'a>],
    ) -> Result<(), Stop> {
        let mut reader = Reader::over(text);
        let schema = self.schema(id)?;
        self.apply(schema, &mut reader, None, slots)?;
        Ok(reader.end()?)
    }

    fn schema(&self, id: SchemaId) -> Result<&'t Schema, Stop> {
        self.table.schemas.get(id.0 as usize).ok_or(Stop::Schema)
    }

    #[inline]
    fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(Stop::Steps),
        }
    }

    /// Walks over a value that needs no further look.
    fn skip(&mut self, reader: &mut Reader<'_>) -> Result<(), Stop> {
        let length = reader.raw()?.as_str().len();
        self.spend(length / 32)
    }

    /// Applies a schema to a part of the value: the rules may refer to each other anew.
    fn part(&mut self, id: SchemaId, reader: &mut Reader<'_>) -> Result<(), Stop> {
        let chain = std::mem::take(&mut self.chain);
        let schema = self.schema(id)?;
        let result = self.apply(schema, reader, None, &mut []);
        self.chain = chain;
        result
    }

    /// Applies a further schema to the same value, which starts at `start`.
    fn same(
        &mut self,
        id: SchemaId,
        mut start: Reader<'_>,
        marks: Option<&mut Marks>,
    ) -> Result<(), Stop> {
        if self.chain >= MAX_CHAIN {
            return Err(Stop::Nesting);
        }
        let schema = self.schema(id)?;
        self.chain += 1;
        let result = self.apply(schema, &mut start, marks, &mut []);
        self.chain -= 1;
        result
    }

    /// Whether a schema holds for the value at `start`, without a report.
    fn holds(
        &mut self,
        id: SchemaId,
        start: Reader<'_>,
        marks: Option<&mut Marks>,
    ) -> Result<bool, Stop> {
        let report = self.report.take();
        let result = self.same(id, start, marks);
        self.report = report;
        match result {
            Ok(()) => Ok(true),
            Err(Stop::Invalid) => Ok(false),
            Err(stop) => Err(stop),
        }
    }

    /// Applies a schema to the next value, and reads over it. Marks are only meant where it holds.
    fn apply<'a>(
        &mut self,
        schema: &'t Schema,
        reader: &mut Reader<'a>,
        marks: Option<&mut Marks>,
        slots: &mut [Slot<'a>],
    ) -> Result<(), Stop> {
        self.spend(1)?;
        if self.nesting >= MAX_NESTING {
            return Err(Stop::Nesting);
        }
        self.nesting += 1;
        let scope = self.scope.len();
        let result = self.rules(schema, reader, marks, slots);
        self.scope.truncate(scope);
        self.nesting -= 1;
        result
    }

    fn rules<'a>(
        &mut self,
        schema: &'t Schema,
        reader: &mut Reader<'a>,
        marks: Option<&mut Marks>,
        slots: &mut [Slot<'a>],
    ) -> Result<(), Stop> {
        let kind = reader.peek()?;
        if !schema.types.intersects(types(kind)) {
            return self.wrong_type(schema, reader);
        }
        if schema.rules.is_empty() && kind != Kind::Number {
            return self.skip(reader);
        }
        for rule in &*schema.rules {
            if let Rule::Resource(resource) = rule {
                self.scope.push(*resource);
            }
        }
        let Some(unevaluated) = unevaluated(schema, kind) else {
            return self.by_kind(schema, kind, reader, marks, slots).map(drop);
        };
        let start = *reader;
        let mut own = Marks::default();
        // What a broken combination would have evaluated is not known: say nothing about the rest.
        if self.by_kind(schema, kind, reader, Some(&mut own), slots)? {
            self.unevaluated(unevaluated, kind, start, &own)?;
        }
        if let Some(marks) = marks {
            marks.set_all();
        }
        Ok(())
    }

    /// Applies all but the `unevaluated` rules; whether the combinations among them held.
    fn by_kind<'a>(
        &mut self,
        schema: &'t Schema,
        kind: Kind,
        reader: &mut Reader<'a>,
        mut marks: Option<&mut Marks>,
        slots: &mut [Slot<'a>],
    ) -> Result<bool, Stop> {
        let before = self.violations();
        self.combine(schema, *reader, marks.as_deref_mut())?;
        let held = self.violations() == before;
        match kind {
            Kind::Null | Kind::Boolean => self.skip(reader)?,
            Kind::Number => self.number(schema, reader)?,
            Kind::String => self.string(schema, reader)?,
            Kind::Array => self.array(schema, reader, marks)?,
            Kind::Object => self.object(schema, reader, marks, slots)?,
        }
        Ok(held)
    }

    fn violations(&self) -> usize {
        self.report
            .as_ref()
            .map_or(0, |report| report.violations.len())
    }
}

/// The `unevaluated` rule that speaks about values of this kind.
fn unevaluated(schema: &Schema, kind: Kind) -> Option<SchemaId> {
    schema.rules.iter().find_map(|rule| match (rule, kind) {
        (Rule::UnevaluatedItems(id), Kind::Array)
        | (Rule::UnevaluatedProperties(id), Kind::Object) => Some(*id),
        _ => None,
    })
}

/// The types of which a value of this kind can be.
const fn types(kind: Kind) -> Types {
    match kind {
        Kind::Null => Types::NULL,
        Kind::Boolean => Types::BOOLEAN,
        Kind::Number => Types::NUMBER,
        Kind::String => Types::STRING,
        Kind::Array => Types::ARRAY,
        Kind::Object => Types::OBJECT,
    }
}

#[cfg(test)]
mod tests;
