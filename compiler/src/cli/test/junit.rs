//! The results as JUnit XML, which build servers read.

use std::fmt::Write as _;

use super::results::{Outcome, TestResult};

/// The document.
pub(super) fn document(gateway: &str, results: &[TestResult]) -> String {
    let failed = results
        .iter()
        .filter(|result| matches!(result.outcome, Outcome::Failed(_)))
        .count();
    let broken = results
        .iter()
        .filter(|result| result.outcome == Outcome::Missing)
        .count();
    let seconds: f64 = results.iter().map(|result| result.seconds).sum();
    let (count, name) = (results.len(), escaped(gateway));
    let totals = format!(
        "tests=\"{count}\" failures=\"{failed}\" errors=\"{broken}\" time=\"{seconds:.3}\""
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {totals}>\n  \
         <testsuite name=\"{name}\" {totals}>\n"
    );
    for result in results {
        let (file, line) = result
            .place
            .rsplit_once(':')
            .unwrap_or((&result.place, "1"));
        // Writing to a string does not fail.
        let _ = write!(
            out,
            "    <testcase name=\"{}\" classname=\"{name}\" file=\"{}\" line=\"{line}\" time=\"{:.3}\"",
            escaped(&result.name),
            escaped(file),
            result.seconds
        );
        let element = match result.outcome {
            Outcome::Passed => None,
            Outcome::Failed(_) => Some("failure"),
            Outcome::Missing => Some("error"),
        };
        match element.zip(result.outcome.failure()) {
            None => out.push_str("/>\n"),
            Some((element, text)) => {
                let first = text.lines().nth(1).unwrap_or(text).trim();
                let _ = writeln!(
                    out,
                    ">\n      <{element} message=\"{}\">{}</{element}>\n    </testcase>",
                    escaped(first),
                    escaped(text)
                );
            }
        }
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// The text as XML 1.0 has it (section 2.2): characters that it does not have become `U+FFFD`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => {
                out.push(character);
            }
            _ => out.push('\u{FFFD}'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_do_not_end_their_element() {
        let result = |outcome| TestResult {
            name: "a \"b\" <c> & d\u{1}".to_owned(),
            place: "tests/one.yaml:7".to_owned(),
            seconds: 0.25,
            outcome,
            rules: Vec::new(),
        };
        let results = [
            result(Outcome::Passed),
            result(Outcome::Failed(
                "tests/one.yaml:7: a\n  the call: expected `a]]>`, came `b`".to_owned(),
            )),
            result(Outcome::Missing),
        ];
        insta::assert_snapshot!(document("acme", &results));
    }
}
