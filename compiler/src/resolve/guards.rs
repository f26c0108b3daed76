//! Content guards: what is searched for, and where.

use std::time::Duration;

use regex::RegexBuilder;

use super::api;
use super::policies::{Policies, speaks_of_arguments};
use crate::diagnostic::{Diagnostic, codes};
use crate::expr::Environment;
use crate::manifest::{self, ContentGuard, Policy};
use crate::plan::{Classifier, Detect, Guard, GuardAction};
use crate::source::Spanned;

/// The most memory that one pattern may take when compiled, in bytes.
const SIZE: usize = 1 << 20;

/// How long a call waits for a classifier.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The most patterns of a guard.
const MAX_PATTERNS: usize = 100;

impl Policies<'_> {
    /// Makes the guard, and gives its position.
    pub(super) fn guard(
        &mut self,
        policy: &Policy,
        said: &ContentGuard,
        environment: &Environment<'_>,
    ) -> Option<usize> {
        let errors = self.sink.errors();
        self.repeated(&said.scan);
        self.repeated(&said.detect);
        if said.detect.is_empty() && said.patterns.is_empty() && said.classifier.is_none() {
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    policy.span,
                    "this content guard searches for nothing",
                )
                .help("say with `detect`, `patterns` or `classifier` what must not be there"),
            );
        }
        self.patterns(&said.patterns);
        let classifier = said.classifier.as_ref();
        let classifier = classifier.and_then(|asked| self.classifier(asked, &said.action));
        let when = policy.when.as_ref();
        let compiled = when.and_then(|when| self.condition(when, environment));
        if let Some(when) = when
            && compiled.as_deref().is_some_and(speaks_of_arguments)
        {
            self.sink.report(
                Diagnostic::new(
                    &codes::MISPLACED_POLICY,
                    when.span,
                    "arguments are searched before they are read: this condition cannot speak of them",
                )
                .help("ask for the caller or its headers, or leave the condition out"),
            );
        }
        if self.sink.errors() > errors {
            return None;
        }
        let scans = |what: &str| said.scan.iter().any(|scan| scan.value == what);
        let detect = said.detect.iter().filter_map(|detect| {
            Some(match detect.value.as_str() {
                "secrets" => Detect::Secrets,
                "personal_data" => Detect::PersonalData,
                "prompt_injection" => Detect::PromptInjection,
                _ => return None,
            })
        });
        let position = self.guards.len();
        self.guards.push(Guard {
            arguments: scans("arguments"),
            result: scans("result"),
            detect: detect.collect(),
            patterns: said
                .patterns
                .iter()
                .map(|(name, regex)| (name.value.clone(), regex.value.clone()))
                .collect(),
            classifier,
            action: match said.action.value.as_str() {
                "mask" => GuardAction::Mask,
                "log" => GuardAction::Log,
                _ => GuardAction::Refuse,
            },
            when: compiled,
            span: policy.span,
        });
        Some(position)
    }

    /// Who else says what texts are. `None` where its credential is not declared, which was reported when the
    /// manifest was read.
    fn classifier(
        &mut self,
        said: &manifest::Classifier,
        action: &Spanned<String>,
    ) -> Option<Classifier> {
        self.repeated(&said.categories);
        let conflict = match (action.value.as_str(), said.allow_on_failure.value) {
            ("mask", _) => Some((
                said.span,
                "a classifier says what a text is, and not where: it cannot be masked",
                "make two guards: one that masks what patterns find, and one with `action: refuse`",
            )),
            ("log", false) => Some((
                said.allow_on_failure.span,
                "what is only logged is refused where it cannot be classified",
                "say `on_failure: allow`, or `action: refuse`",
            )),
            _ => None,
        };
        if let Some((span, message, help)) = conflict {
            self.sink.report(
                Diagnostic::new(&codes::CONFLICTING_KEYS, span, message)
                    .also(action.span, "this is what is done")
                    .help(help),
            );
        }
        let manifest = self.manifest;
        let credential = match &said.credential {
            None => None,
            Some(name) => {
                let mut declared = manifest.credentials.iter();
                let declared = declared.find(|credential| credential.name.value == name.value)?;
                Some(api::credential(&declared.kind, manifest))
            }
        };
        Some(Classifier {
            url: api::template(&said.url.value, manifest),
            model: said.model.as_ref().map(|model| model.value.clone()),
            credential,
            timeout: said
                .timeout
                .as_ref()
                .map_or(TIMEOUT, |timeout| timeout.value),
            allow_on_failure: said.allow_on_failure.value,
            categories: said
                .categories
                .iter()
                .map(|name| name.value.clone())
                .collect(),
        })
    }

    fn repeated(&mut self, words: &[Spanned<String>]) {
        for (position, word) in words.iter().enumerate() {
            let mut before = words.iter().take(position);
            if let Some(first) = before.find(|other| other.value == word.value) {
                self.sink.report(
                    Diagnostic::new(
                        &codes::DUPLICATE_ENTRY,
                        word.span,
                        format!("`{}` is listed twice", word.value),
                    )
                    .also(first.span, "it is here already"),
                );
            }
        }
    }

    /// Reports patterns that do not compile, or match where nothing is.
    fn patterns(&mut self, patterns: &[(Spanned<String>, Spanned<String>)]) {
        if let Some((name, _)) = patterns.get(MAX_PATTERNS) {
            self.sink.report(Diagnostic::new(
                &codes::INVALID_VALUE,
                name.span,
                format!("a content guard has at most {MAX_PATTERNS} patterns"),
            ));
        }
        for (_, regex) in patterns {
            let problem = match RegexBuilder::new(&regex.value).size_limit(SIZE).build() {
                Ok(compiled) if compiled.is_match("") => {
                    "it matches an empty text, and so every text".to_owned()
                }
                Ok(_) => continue,
                Err(regex::Error::CompiledTooBig(_)) => {
                    "it takes too much memory: repeat less".to_owned()
                }
                // The message shows the pattern over several lines; the last of them says what is wrong.
                Err(error) => {
                    let message = error.to_string();
                    let last = message.lines().last().unwrap_or_default();
                    last.trim_start_matches("error: ").to_owned()
                }
            };
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    regex.span,
                    format!("`{}` is no pattern to search for", regex.value),
                )
                .help(problem),
            );
        }
    }
}
