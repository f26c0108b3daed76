//! What a file of a gateway may use of the others.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::{Included, Share, Team};
use crate::source::{FileId, Member, Span, Spanned};
use crate::suggestion::did_you_mean;

use super::{Declared, Names};

impl Names<'_, '_> {
    /// Checks that what the platform's file shares is its own, and notes that it is used.
    pub(super) fn shared(&mut self, included: &[Included]) {
        for Included { team, .. } in included {
            let share = &team.terms.share;
            for (names, what, declared) in [
                (&share.identities, "identity", &mut self.identities),
                (&share.apis, "API", &mut self.apis),
                (&share.credentials, "credential", &mut self.credentials),
                (&share.environment, "variable", &mut self.variables),
            ] {
                for name in names {
                    declared.share(name, what, self.sink);
                }
            }
        }
    }
}

impl Declared<'_> {
    /// The team whose file it is; `None` for the platform's.
    fn team(&self, file: FileId) -> Option<&Team> {
        let mut teams = self.included.iter().map(|included| &included.team);
        teams.find(|team| team.file == file)
    }

    /// Whether what stands at `user` may use the name that is declared at `place`: a team its own names and
    /// those that are shared with it, the platform all.
    pub(super) fn may_use(&self, user: Span, name: &str, place: Span) -> bool {
        user.file == place.file
            || self.team(user.file).is_none_or(|team| {
                let mut shared = self.shared_with(team).iter();
                self.team(place.file).is_none() && shared.any(|shared| shared.value == name)
            })
    }

    fn shared_with<'t>(&self, team: &'t Team) -> &'t [Spanned<String>] {
        let Share {
            identities,
            apis,
            credentials,
            environment,
            listeners,
            rust: _,
        } = &team.terms.share;
        match self.section {
            "identities" => identities,
            "apis" => apis,
            "credentials" => credentials,
            "environment" => environment,
            "listeners" => listeners,
            _ => &[],
        }
    }

    /// What is to be said where `name` is declared at `place` and may not be used.
    pub(super) fn withheld(
        &self,
        name: &Spanned<String>,
        place: Span,
        what: &str,
    ) -> Option<Diagnostic> {
        let team = self.team(name.span.file)?;
        if self.may_use(name.span, name, place) {
            return None;
        }
        let (whose, help) = match self.team(place.file) {
            Some(other) => (
                format!("that of the team `{}`", other.name),
                "what several teams use belongs into the platform's file, which shares it".to_owned(),
            ),
            None if self.section == "servers" => (
                "the platform's".to_owned(),
                "a team's products hold the team's own servers: the platform's file puts others into products"
                    .to_owned(),
            ),
            None => (
                "the platform's".to_owned(),
                format!(
                    "add it to the team's entry of `include`: `share: {{ {}: [{}] }}`",
                    self.section, name.value
                ),
            ),
        };
        let shareable = self.section != "servers" && self.team(place.file).is_none();
        let not_shared = if shareable {
            format!(" and is not shared with the team `{}`", team.name)
        } else {
            String::new()
        };
        let diagnostic = Diagnostic::new(
            &codes::NOT_SHARED,
            name.span,
            format!("the {what} `{}` is {whose}{not_shared}", name.value),
        )
        .also(place, "declared here");
        let diagnostic = if shareable {
            diagnostic.also(team.terms.span, "the team's file is included here")
        } else {
            diagnostic
        };
        Some(diagnostic.help(help))
    }

    /// Notes that the platform shares a name.
    pub(super) fn share(&mut self, name: &Spanned<String>, what: &str, sink: &mut Sink) {
        let own = |place: &Span| self.team(place.file).is_none();
        let mut declared = self.names.iter();
        match declared.find(|(declared, _)| *declared == name.value) {
            Some((_, place)) if own(place) => {
                self.used.insert(name.value.clone());
            }
            Some((_, place)) => sink.report(
                Diagnostic::new(
                    &codes::NOT_SHARED,
                    name.span,
                    format!("the {what} `{}` is a team's own", name.value),
                )
                .also(*place, "declared here")
                .help("what several teams use belongs into this file"),
            ),
            None => {
                let known = self.names.iter().filter(|(_, place)| own(place));
                let help = did_you_mean(name, known.map(|(name, _)| *name));
                sink.report(
                    Diagnostic::new(
                        &codes::UNDECLARED_NAME,
                        name.span,
                        format!("there is no {what} `{}` to share", name.value),
                    )
                    .help(help.unwrap_or_else(|| format!("declare it under `{}`", self.section))),
                );
            }
        }
    }
}

/// A name that two files declare. Within one, the reader of the file has said it.
pub(super) fn declared_twice(member: &Member, first: Span, section: &str, sink: &mut Sink) {
    if member.key_span.file == first.file {
        return;
    }
    sink.report(
        Diagnostic::new(
            &codes::DUPLICATE_ENTRY,
            member.key_span,
            format!(
                "`{}` is declared under `{section}` in another file, too",
                member.key
            ),
        )
        .also(first, "the first is here")
        .help("names are unique in the whole gateway: give one of the two another name"),
    );
}
