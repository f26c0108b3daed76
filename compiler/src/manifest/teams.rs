//! Files of teams: found and opened, and held to what the platform's file says.

mod rules;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Files, Node, OpenError, Spanned};

use super::{Include, Team, build, formats};

pub(super) use rules::check;

/// How many files of teams a gateway may have.
const MAX_TEAMS: usize = 256;

/// A team's file.
#[derive(Clone, Debug)]
pub struct Included {
    /// Whose it is, and on which terms it is included.
    pub team: Team,
    /// The tree of the file.
    pub root: Arc<Node>,
}

/// Opens the files that `include` of a manifest names. `root` is the manifest's tree.
pub fn include(root: &Node, files: &mut Files, sink: &mut Sink) -> Vec<Included> {
    let mut found: Vec<Found> = Vec::new();
    for entry in build::teams::includes(root) {
        match matching(&entry, files) {
            Ok(matched) => {
                for one in matched {
                    add(one, &entry, &mut found, sink);
                }
            }
            Err(error) => sink.report(error.into_diagnostic(Some(entry.files.span))),
        }
    }
    if let Some(one_too_many) = found.get(MAX_TEAMS) {
        sink.report(
            Diagnostic::new(
                &codes::INVALID_VALUE,
                one_too_many.entry.files.span,
                format!("more than {MAX_TEAMS} teams are included"),
            )
            .help("make several gateways of it"),
        );
        return Vec::new();
    }
    found
        .into_iter()
        .filter_map(|found| opened(found, root.span.file, files, sink))
        .collect()
}

/// A team's file that was not opened yet.
struct Found {
    team: Spanned<String>,
    path: String,
    entry: Include,
}

/// The files that an entry means, each with its team, in the order of their names.
fn matching(entry: &Include, files: &Files) -> Result<Vec<(Option<String>, String)>, OpenError> {
    let pattern = &entry.files.value;
    if !pattern.contains('*') {
        return Ok(vec![(None, pattern.clone())]);
    }
    let matched = files.matching(pattern)?;
    if matched.is_empty() {
        return Err(OpenError {
            message: format!("`{pattern}` matches no file"),
            help: Some(
                "`*` stands for a part of one name, and not for a name that begins with `.`".into(),
            ),
        });
    }
    let named = matched.into_iter();
    Ok(named.map(|(team, path)| (Some(team), path)).collect())
}

/// Notes a file of an entry; reports one that has no name for its team, or is there already.
fn add(
    (stands_for, path): (Option<String>, String),
    entry: &Include,
    found: &mut Vec<Found>,
    sink: &mut Sink,
) {
    let place = entry.files.span;
    let team = match (stands_for, &entry.team) {
        (Some(_), Some(team)) => {
            sink.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    team.span,
                    "`team` names one team, and `*` one for each file",
                )
                .also(place, "the `*` is here")
                .help("remove `team`: the name of each is what `*` stands for"),
            );
            return;
        }
        (Some(name), None) => Spanned::new(name, place),
        // One that is malformed was reported with the form.
        (None, Some(name)) if formats::TEAM_NAME.problem(name).is_some() => return,
        (None, Some(name)) => name.clone(),
        (None, None) => {
            sink.report(
                Diagnostic::new(
                    &codes::MISSING_KEY,
                    place,
                    format!("nothing says whose file `{path}` is"),
                )
                .help("name the `team`, or put `*` in the place of its name"),
            );
            return;
        }
    };
    if let Some(rule) = formats::TEAM_NAME.problem(&team) {
        sink.report(
            Diagnostic::new(
                &codes::INVALID_VALUE,
                place,
                format!("`{}` is not a team's name (in `{path}`)", team.value),
            )
            .help(rule),
        );
        return;
    }
    if let Some(first) = found.iter().find(|other| other.team.value == team.value) {
        sink.report(
            Diagnostic::new(
                &codes::DUPLICATE_ENTRY,
                team.span,
                format!(
                    "the team `{}` has two files: `{}` and `{path}`",
                    team.value, first.path
                ),
            )
            .also(first.entry.files.span, "the first is included here")
            .help("a team has one file, which one entry includes"),
        );
        return;
    }
    found.push(Found {
        team,
        path,
        entry: entry.clone(),
    });
}

fn opened(
    Found { team, path, entry }: Found,
    manifest: FileId,
    files: &mut Files,
    sink: &mut Sink,
) -> Option<Included> {
    let known = files.all().len();
    let file = match files.open_confined(&path, manifest) {
        Ok(file) => file,
        Err(error) => {
            sink.report(error.into_diagnostic(Some(entry.files.span)));
            return None;
        }
    };
    if files.all().len() == known {
        sink.report(
            Diagnostic::new(
                &codes::DUPLICATE_ENTRY,
                entry.files.span,
                format!("`{path}` is part of the gateway already"),
            )
            .help("a file is the platform's, or that of one team"),
        );
        return None;
    }
    Some(Included {
        root: files.parse(file, sink)?,
        team: Team {
            name: team.value,
            file,
            terms: entry.terms,
        },
    })
}
