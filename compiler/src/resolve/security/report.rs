//! What all operations of an API together show about its credentials.

use super::{Hidden, Missing};
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest;
use crate::openapi::Location;
use crate::resolve::Resolver;
use crate::resolve::binding::Place;

impl Resolver<'_, '_> {
    /// Reports what all operations together show: requirements that are bound to nothing, bindings that
    /// count for nothing, and the parameters that are no arguments.
    pub(in crate::resolve) fn report_credentials(&mut self) {
        for (api, credentials) in self.manifest.apis.iter().zip(&self.credentials) {
            for (key, missing) in &credentials.missing {
                self.sink.report(missing.diagnostic(api, key));
            }
            for ((location, name), hidden) in &credentials.hidden {
                self.sink.report(hidden.diagnostic(*location, name));
            }
            if !credentials.resolved || self.sink.errors() > 0 {
                // Nothing is used where nothing became a tool; and one mistake is one message.
                continue;
            }
            let unused = api
                .credentials
                .iter()
                .filter(|(scheme, _)| !credentials.bound.contains(&scheme.value));
            for (scheme, _) in unused {
                let message = format!(
                    "the binding of `{}` counts for nothing: no selected operation asks for it",
                    scheme.value
                );
                let diagnostic = Diagnostic::new(&codes::UNUSED_DECLARATION, scheme.span, message);
                self.sink.report(diagnostic.help(
                    "remove it: where there are alternatives, the first that is bound is taken",
                ));
            }
            if let Some(default) = api.credential.as_ref().filter(|_| !credentials.by_default) {
                let message =
                    "this credential counts for nothing: no selected operation asks for it";
                let diagnostic = Diagnostic::new(&codes::UNUSED_DECLARATION, default.span, message);
                self.sink.report(diagnostic.help(
                    "remove it; `credential` in an override sends one that the document does not ask for",
                ));
            }
        }
    }
}

impl Missing {
    fn diagnostic(&self, api: &manifest::Api, key: &[Vec<String>]) -> Diagnostic {
        let alternatives: Vec<_> = key
            .iter()
            .map(|names| {
                let quoted: Vec<_> = names
                    .iter()
                    .map(|name| format!("`{}`", name.escape_debug()))
                    .collect();
                quoted.join(" and ")
            })
            .collect();
        let asked = alternatives.join(", or ");
        let message = match self.operations {
            1 => format!(
                "`{}` asks for {asked}, which nothing is bound to",
                self.example
            ),
            many => format!(
                "{many} operations ask for {asked}, which nothing is bound to: such as `{}`",
                self.example
            ),
        };
        Diagnostic::new(&codes::CREDENTIAL_MISSING, self.selected, message)
            .also(self.operation, "this operation")
            .help(format!(
                "under `apis.{}`, write `credentials: {{ SCHEME: CREDENTIAL }}`, or `none` where \
                 something else authenticates: {}",
                api.name.value,
                self.ways.join("; ")
            ))
    }
}

impl Hidden {
    fn diagnostic(&self, location: Location, name: &str) -> Diagnostic {
        let place = Place::new(location, name);
        let message = format!(
            "{place} is no argument: it carries a credential, or a header that the manifest sets \
             (operations: {})",
            self.operations
        );
        Diagnostic::new(&codes::CREDENTIAL_PARAMETER, self.parameter, message)
    }
}
