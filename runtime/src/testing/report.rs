//! What a test came to, as a file for the program that runs the tests.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use gatewright_schema::json::string_into;

use super::coverage::{Counts, Rule};
use super::{Failure, Test};

/// The variable that names the folder; without it nothing is written.
const FOLDER: &str = "GATEWRIGHT_TEST_RESULTS";

/// Writes what a test came to.
pub(super) fn write(
    test: &Test<'_>,
    outcome: &Result<(), Failure>,
    counts: &[Counts],
    rules: &[Rule],
    took: Duration,
) -> Result<(), Failure> {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return Ok(());
    };
    let (gateway, position) = test.id;
    let path = Path::new(&folder).join(format!("{gateway}-{position}.json"));
    let report = document(test, outcome, counts, rules, took);
    std::fs::write(&path, report).map_err(|error| {
        Failure::new(
            test.place,
            format_args!("{} cannot be written: {error}", path.display()),
        )
    })
}

fn document(
    test: &Test<'_>,
    outcome: &Result<(), Failure>,
    counts: &[Counts],
    rules: &[Rule],
    took: Duration,
) -> String {
    let mut out = String::from("{\"name\":");
    text(test.name, &mut out);
    out.push_str(",\"place\":");
    text(test.place, &mut out);
    // Writing to a string does not fail.
    let _ = write!(
        out,
        ",\"position\":{},\"seconds\":{:.3}",
        test.id.1,
        took.as_secs_f64()
    );
    if let Err(failure) = outcome {
        out.push_str(",\"failure\":");
        text(failure.message(), &mut out);
    }
    out.push_str(",\"rules\":[");
    for (position, (rule, counts)) in rules.iter().zip(counts).enumerate() {
        if position > 0 {
            out.push(',');
        }
        out.push_str("{\"place\":");
        text(rule.place, &mut out);
        out.push_str(",\"name\":");
        text(rule.name, &mut out);
        let (refuses, conditional) = (rule.refuses, rule.conditional);
        let Counts {
            reached,
            applied,
            passed,
        } = *counts;
        let _ = write!(
            out,
            ",\"refuses\":{refuses},\"conditional\":{conditional},\"reached\":{reached},\
             \"applied\":{applied},\"passed\":{passed}}}"
        );
    }
    out.push_str("]}\n");
    out
}

fn text(text: &str, out: &mut String) {
    let mut bytes = Vec::new();
    string_into(text, &mut bytes);
    // Only UTF-8 was written.
    out.push_str(&String::from_utf8(bytes).unwrap_or_default());
}
