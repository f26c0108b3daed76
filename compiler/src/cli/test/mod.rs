//! `gatewright test`: the tests of a manifest, run by Cargo as the tests of a crate.

mod coverage;
mod junit;
mod results;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use self::results::{Outcome, TestResult};
use super::build::{self, without_crate};
use super::output::Output;
use super::{Stop, Test, check};
use crate::disk::Compilation;
use crate::emit::listing::JsonObject;
use crate::plan::Plan;

/// The variable that tells the tests where to put what they come to.
const RESULTS: &str = "GATEWRIGHT_TEST_RESULTS";

/// The generated module that the tests are in.
const MODULE: &str = "gateway_tests::";

pub(super) fn run(options: &Test, output: &Output) -> Result<(), Stop> {
    let compilation = Compilation::of(&options.manifest);
    if output.is_json() {
        // Standard output holds the one document.
        output.tell_diagnostics(&compilation);
    } else {
        output.diagnostics(&compilation);
    }
    let plan = compilation.plan.as_ref().ok_or(Stop::Diagnosed)?;
    let chosen = chosen(plan, options.filter.as_deref())?;
    let (project, own) = project(&options.manifest, plan)?;
    if output.is_for_people() {
        output.tell(&format!("Testing {}", check::summary(plan)));
    }
    let folder = Results::make()?;
    let filters: Vec<String> = match options.filter {
        None => vec![MODULE.to_owned()],
        Some(_) => chosen
            .iter()
            .filter_map(|position| plan.tests.get(*position))
            .map(|test| format!("{MODULE}{}", test.function))
            .collect(),
    };
    let said = cargo_test(&project, own.as_deref(), &filters, &folder.0)?;
    let results = results::read(plan, &chosen, &folder.0)?;
    if results
        .iter()
        .all(|result| result.outcome == Outcome::Missing)
    {
        output.tell(&said);
        return Err(Stop::Environment(
            "the tests could not be built or run".to_owned(),
        ));
    }
    if let Some(path) = &options.junit {
        std::fs::write(path, junit::document(&plan.name, &results))
            .map_err(|error| Stop::file("write", path, &error))?;
    }
    let covered = coverage::of(plan, &results);
    let failed = results
        .iter()
        .any(|result| result.outcome != Outcome::Passed);
    let uncovered = options.require_coverage && covered.iter().any(|rule| !rule.gaps().is_empty());
    if output.is_json() {
        output.print(&document(plan, &results, &covered));
    } else {
        output.print(&summary(&results));
        if options.coverage || options.require_coverage {
            output.print(&coverage::table(&covered));
        }
    }
    if uncovered {
        output.error("a policy was not tested both ways, which --require-coverage asks for");
    }
    if failed || uncovered {
        return Err(Stop::Diagnosed);
    }
    Ok(())
}

/// The positions of the tests to run.
fn chosen(plan: &Plan, filter: Option<&str>) -> Result<Vec<usize>, Stop> {
    if plan.tests.is_empty() {
        return Err(Stop::Usage(
            "the manifest has no tests: write some under `tests`".to_owned(),
        ));
    }
    let filter = filter.unwrap_or_default();
    let tests = plan.tests.iter().enumerate();
    let chosen: Vec<usize> = tests
        .filter(|(_, test)| test.name.contains(filter))
        .map(|(position, _)| position)
        .collect();
    if chosen.is_empty() {
        return Err(Stop::Usage(format!("no test has `{filter}` in its name")));
    }
    Ok(chosen)
}

/// The folder of the crate with the tests, and where it is built if it is the command's own. Functions in
/// Rust are in the crate around the manifest, and only there.
fn project(manifest: &Path, plan: &Plan) -> Result<(PathBuf, Option<PathBuf>), Stop> {
    if !without_crate::problems(plan).is_empty() {
        let folder = manifest
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        return Ok((folder.unwrap_or(Path::new(".")).to_owned(), None));
    }
    let (project, target) = build::project(manifest, plan)?;
    Ok((project, Some(target)))
}

/// A folder for the results, removed at the end.
struct Results(PathBuf);

impl Results {
    fn make() -> Result<Self, Stop> {
        let name = format!("gatewright-test-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        // What a process of the same number left behind.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|error| Stop::file("make", &folder, &error))?;
        Ok(Self(folder))
    }
}

impl Drop for Results {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Has Cargo build and run the tests; it reports its progress itself. What the tests printed.
fn cargo_test(
    project: &Path,
    target: Option<&Path>,
    filters: &[String],
    results: &Path,
) -> Result<String, Stop> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command
        .args(["test", "--no-fail-fast", "--"])
        .args(filters)
        .current_dir(project)
        .env(RESULTS, results)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    if let (Some(target), None) = (target, std::env::var_os("CARGO_TARGET_DIR")) {
        command.env("CARGO_TARGET_DIR", target);
    }
    let done = command.output().map_err(|error| {
        let cargo = Path::new(&cargo).display();
        Stop::Environment(format!(
            "cannot run {cargo}: {error}; is Rust installed? See https://rustup.rs"
        ))
    })?;
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

fn summary(results: &[TestResult]) -> String {
    let mut out = String::new();
    for result in results {
        if let Some(failure) = result.outcome.failure() {
            // Writing to a string does not fail.
            let _ = writeln!(out, "failed: {}\n{failure}\n", result.name);
        }
    }
    let failed = results
        .iter()
        .filter(|result| result.outcome != Outcome::Passed);
    let failed = failed.count();
    let _ = writeln!(out, "{} passed, {failed} failed", results.len() - failed);
    out
}

/// One document with everything.
fn document(plan: &Plan, results: &[TestResult], covered: &[coverage::Covered<'_>]) -> String {
    let tests: Vec<String> = results
        .iter()
        .map(|result| {
            let mut out = JsonObject::default();
            out.string("name", &result.name);
            out.string("place", &result.place);
            out.raw(
                "passed",
                if result.outcome == Outcome::Passed {
                    "true"
                } else {
                    "false"
                },
            );
            out.raw("seconds", &format!("{:.3}", result.seconds));
            if let Some(failure) = result.outcome.failure() {
                out.string("failure", failure);
            }
            out.finish()
        })
        .collect();
    let mut out = JsonObject::default();
    out.string("gateway", &plan.name);
    out.raw("tests", &format!("[{}]", tests.join(",")));
    out.raw("policies", &coverage::json(covered));
    out.finish() + "\n"
}
