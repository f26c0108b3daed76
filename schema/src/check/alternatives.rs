//! `anyOf` and `oneOf`, and which of their alternatives to speak about when none holds.

use super::marks::Marks;
use super::object::find;
use super::report::{Account, Report};
use super::{Evaluation, Stop, words};
use crate::SchemaId;
use crate::json::Reader;
use crate::rule::Discriminator;
use crate::{Violation, Violations};

/// How many alternatives are looked at for the closest one.
const MAX_COMPARED: usize = 32;

impl Evaluation<'_> {
    pub(super) fn any_of(
        &mut self,
        ids: &[SchemaId],
        start: Reader<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Stop> {
        let mut held = false;
        for id in ids {
            let mut seen = marks.as_ref().map(|_| Marks::default());
            if self.holds(*id, start, seen.as_mut())? {
                held = true;
                match (&mut marks, &seen) {
                    (Some(marks), Some(seen)) => marks.merge(seen),
                    // The others could only mark more.
                    _ => return Ok(()),
                }
            }
        }
        if held {
            Ok(())
        } else {
            self.none_held("anyOf", ids, None, start)
        }
    }

    pub(super) fn one_of(
        &mut self,
        ids: &[SchemaId],
        discriminator: Option<&Discriminator>,
        start: Reader<'_>,
        marks: Option<&mut Marks>,
    ) -> Result<(), Stop> {
        let mut held = 0;
        let mut only = None;
        for id in ids {
            let mut seen = marks.as_ref().map(|_| Marks::default());
            if self.holds(*id, start, seen.as_mut())? {
                held += 1;
                only = seen;
                if held > 1 && self.report.is_none() {
                    return Err(Stop::Invalid);
                }
            }
        }
        match held {
            0 => self.none_held("oneOf", ids, discriminator, start),
            1 => {
                if let (Some(marks), Some(only)) = (marks, &only) {
                    marks.merge(only);
                }
                Ok(())
            }
            _ => self.fail("oneOf", || {
                Account::new(
                    "a value that matches exactly one alternative".to_owned(),
                    format!("{}, which matches {held}", words::next(start)),
                )
            }),
        }
    }

    /// Reports that no alternative holds: what the closest one asks for, where there is a closest.
    fn none_held(
        &mut self,
        rule: &'static str,
        ids: &[SchemaId],
        discriminator: Option<&Discriminator>,
        start: Reader<'_>,
    ) -> Result<(), Stop> {
        if self.report.is_none() {
            return Err(Stop::Invalid);
        }
        if let Some(discriminator) = discriminator
            && let Some(chosen) = discriminated(discriminator, start)?
        {
            return match chosen {
                Some(id) => self.same(id, start, None),
                None => self.unknown_kind(discriminator, start),
            };
        }
        let mut closest: Option<(usize, Violations)> = None;
        for id in ids.iter().take(MAX_COMPARED) {
            let violations = self.violations_of(*id, start)?;
            if let Some(distance) = self.distance(&violations)
                && closest.as_ref().is_none_or(|(least, _)| distance < *least)
            {
                closest = Some((distance, violations));
            }
        }
        let Some((_, violations)) = closest else {
            let table = self.table;
            return self.fail(rule, || {
                let mut kinds: Vec<String> = Vec::new();
                for id in ids.iter().take(MAX_COMPARED) {
                    let kind = words::reference(table, *id);
                    if !kinds.contains(&kind) {
                        kinds.push(kind);
                    }
                }
                Account::new(kinds.join(", or "), words::next(start))
            });
        };
        let note = (ids.len() > 1)
            .then(|| format!("so the closest of {} alternatives ({rule}) asks", ids.len()));
        if let Some(report) = &mut self.report {
            for violation in &violations {
                let mut violation = violation.clone();
                if violation.help.is_none() {
                    violation.help.clone_from(&note);
                }
                report.violations.push(violation);
            }
        }
        Ok(())
    }

    /// The violations of one alternative alone.
    fn violations_of(&mut self, id: SchemaId, start: Reader<'_>) -> Result<Violations, Stop> {
        let pointer = self
            .report
            .as_ref()
            .map(|report| report.pointer.clone())
            .unwrap_or_default();
        let outer = self.report.replace(Report {
            pointer,
            violations: Violations::default(),
        });
        let result = self.same(id, start, None);
        let inner = std::mem::replace(&mut self.report, outer);
        result.map(|()| inner.unwrap_or_default().violations)
    }

    /// How far a value is from an alternative; `None` where its very type is wrong. A member that
    /// should have another constant says that another alternative was meant.
    fn distance(&self, violations: &Violations) -> Option<usize> {
        let here = self
            .report
            .as_ref()
            .map_or("", |report| report.pointer.as_str());
        let weigh = |violation: &Violation| {
            let depth = violation
                .pointer
                .get(here.len()..)
                .map_or(0, |rest| rest.matches('/').count());
            match (violation.rule, depth) {
                ("type" | "const" | "enum", 0) => None,
                ("const", 1) => Some(100),
                ("enum", 1) => Some(10),
                _ => Some(1),
            }
        };
        violations
            .iter()
            .map(weigh)
            .sum::<Option<usize>>()
            .filter(|_| !violations.is_empty())
    }

    fn unknown_kind(
        &mut self,
        discriminator: &Discriminator,
        start: Reader<'_>,
    ) -> Result<(), Stop> {
        let value = find(start, &discriminator.property)?;
        let outside = self.enter(&discriminator.property);
        self.fail("oneOf", || {
            let names = discriminator.mapping.iter().map(|(name, _)| &**name);
            Account::new(
                format!("one of {}", words::list(names)),
                words::value(value.map_or("", |value| value.as_str())),
            )
        })?;
        self.leave(outside);
        Ok(())
    }
}

/// The alternative the value names; `Some(None)` where it names none that exists, and `None` where
/// it names nothing.
#[expect(
    clippy::option_option,
    reason = "three outcomes, named above, each handled apart"
)]
fn discriminated(
    discriminator: &Discriminator,
    start: Reader<'_>,
) -> Result<Option<Option<SchemaId>>, Stop> {
    let Some(value) = find(start, &discriminator.property)? else {
        return Ok(None);
    };
    let Ok(name) = value.reader().string() else {
        return Ok(None);
    };
    let entry = discriminator
        .mapping
        .iter()
        .find(|(value, _)| *value == name);
    Ok(Some(entry.map(|(_, id)| *id)))
}
