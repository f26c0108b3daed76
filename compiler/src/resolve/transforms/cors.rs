//! Which web pages are let in.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::{Cors, Policy};
use crate::plan::{self, Server};
use crate::resolve::policies::{Placed, Policies, Scope};

/// How long browsers remember what they may send, where the manifest does not say.
const MAX_AGE: std::time::Duration = std::time::Duration::from_mins(10);

/// The longest that they may be told to.
const LONGEST_AGE: std::time::Duration = std::time::Duration::from_hours(24);

impl Policies<'_> {
    pub(super) fn cors(
        &mut self,
        scope: Scope<'_>,
        policy: &Policy,
        cors: &Cors,
        placed: &mut Placed,
    ) {
        if !self.of_requests(scope, policy) {
            return;
        }
        if let Some(first) = &placed.cors {
            self.sink.report(
                Diagnostic::new(&codes::DUPLICATE_ENTRY, policy.span, "this is said twice")
                    .also(first.span, "first here")
                    .help("put all origins into one of the two"),
            );
            return;
        }
        let any = cors
            .allowed_origins
            .iter()
            .find(|origin| origin.value == "*");
        if let Some(any) = any
            && cors.allowed_origins.len() > 1
        {
            self.sink.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    any.span,
                    "`*` stands for every origin, and others are listed beside it",
                )
                .help("remove it to admit only those listed"),
            );
        }
        if let Some(any) = any
            && cors.allow_credentials
        {
            self.sink.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    any.span,
                    "pages of every origin could use the cookies of whoever looks at them",
                )
                .help("list the origins that may send credentials, or remove `allow_credentials`"),
            );
        }
        let max_age = cors.max_age.as_ref().map_or(MAX_AGE, |age| age.value);
        if max_age > LONGEST_AGE
            && let Some(age) = &cors.max_age
        {
            self.sink.report(Diagnostic::new(
                &codes::INVALID_VALUE,
                age.span,
                "browsers remember this for at most `1d`",
            ));
        }
        let texts = |list: &[crate::source::Spanned<String>]| {
            list.iter()
                .map(|text| text.value.clone())
                .collect::<Vec<_>>()
        };
        placed.cors = Some(plan::Cors {
            origins: any.is_none().then(|| texts(&cors.allowed_origins)),
            credentials: cors.allow_credentials,
            max_age,
            allowed_headers: texts(&cors.allowed_headers),
            exposed_headers: texts(&cors.expose_headers),
            span: policy.span,
        });
    }
}

/// Gives a server what the gateway says of web pages; only one of the two can say it.
pub(in crate::resolve) fn of_gateway(
    server: &mut Server,
    cors: Option<&plan::Cors>,
    sink: &mut Sink,
) {
    let Some(cors) = cors else { return };
    if let Some(own) = &server.cors {
        sink.report(
            Diagnostic::new(
                &codes::CONFLICTING_KEYS,
                own.span,
                "the gateway says already which web pages are let in",
            )
            .also(cors.span, "here")
            .help("say it for the gateway, or for each server"),
        );
        return;
    }
    server.cors = Some(cors.clone());
}
