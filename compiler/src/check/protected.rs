//! What credentials and the APIs' own headers set, against what policies would change.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::ApiKeyLocation;
use crate::plan::{Action, Api, Change, Credential, Plan, Target};
use crate::source::Span;

/// Reports changes of what is protected, once each.
pub(super) fn check(plan: &Plan, sink: &mut Sink) {
    let mut reported = BTreeSet::new();
    for server in &plan.servers {
        for tool in &server.tools {
            let Action::Operation(operation) = &tool.action else {
                continue;
            };
            let Some(api) = plan.apis.get(operation.request.api) else {
                continue;
            };
            let scopes = [&plan.transforms, &server.transforms, &tool.transforms];
            let changes = scopes.iter().flat_map(|scope| &scope.changes);
            for change in changes {
                if let Some((what, by)) = protected(change, api)
                    && reported.insert((change.span.start, change.span.file.0))
                {
                    sink.report(
                        Diagnostic::new(
                            &codes::PROTECTED_NAME,
                            change.span,
                            format!("{what} is set by the API `{}` itself", api.name),
                        )
                        .also(by, "declared here")
                        .help("choose another name: this one is always sent as it is declared"),
                    );
                }
            }
        }
    }
}

/// What of the change is protected, and by what.
fn protected(change: &Change, api: &Api) -> Option<(String, Span)> {
    let credentials = api.credentials.iter();
    match &change.target {
        Target::Header(name) => {
            let fixed = api.headers.iter().any(|(own, _)| own == name);
            let own = fixed.then_some(api.span);
            let credential = credentials
                .filter(|(credential, _)| match credential {
                    Credential::ApiKey(ApiKeyLocation::Header, own, _) => own == name,
                    _ => false,
                })
                .map(|(_, span)| *span)
                .next();
            Some((format!("the header `{name}`"), own.or(credential)?))
        }
        Target::Query { name, wire } => {
            // Some servers fold the case of names.
            let wire = wire.to_ascii_lowercase();
            let credential = credentials
                .filter(|(credential, _)| match credential {
                    Credential::ApiKey(ApiKeyLocation::Query, own, _) => {
                        own.to_ascii_lowercase() == wire
                    }
                    _ => false,
                })
                .map(|(_, span)| *span)
                .next();
            let shown = name.escape_debug();
            Some((format!("the query parameter `{shown}`"), credential?))
        }
        Target::Member(_) => None,
    }
}
