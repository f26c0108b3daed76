//! What tools of a team's may take of an API that the platform shares.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::{Api, Manifest, Override};
use crate::source::Spanned;

/// Reports bounds of a team's tool that are greater than those that the platform's file has for the API.
pub(super) fn bounds(api: &Api, change: &Override, manifest: &Manifest, sink: &mut Sink) {
    let (user, owner) = (change.tool.span.file, api.name.span.file);
    if manifest.team(user).is_none() || user == owner {
        return;
    }
    at_most(change.timeout.as_ref(), api.timeout.as_ref(), sink);
    at_most(
        change.max_response_bytes.as_ref(),
        api.max_response_bytes.as_ref(),
        sink,
    );
}

fn at_most<T: PartialOrd>(own: Option<&Spanned<T>>, most: Option<&Spanned<T>>, sink: &mut Sink) {
    if let (Some(own), Some(most)) = (own, most)
        && own.value > most.value
    {
        sink.report(
            Diagnostic::new(
                &codes::LOOSENED_POLICY,
                own.span,
                "this is more than the platform's file says of the API",
            )
            .also(most.span, "here")
            .help("tools of a team can only take less"),
        );
    }
}
