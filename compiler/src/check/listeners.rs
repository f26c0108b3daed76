//! Callers that are known by certificates, where nobody asks for one.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::plan::{Identity, IdentityKind, Plan};

/// A server with such callers must be served where they can show one.
pub(super) fn check(plan: &Plan, sink: &mut Sink) {
    for server in &plan.servers {
        let identities = server.access.identities.iter();
        let mut identities = identities.filter_map(|position| plan.identities.get(*position));
        let Some(identity) = identities.find(|identity| is_certificate(identity)) else {
            continue;
        };
        let asks = plan.listeners_of(server).any(|listener| {
            let tls = listener.tls.as_ref();
            tls.is_some_and(|tls| tls.client_certificates.is_some())
        });
        if !asks {
            sink.report(
                Diagnostic::new(
                    &codes::NO_CLIENT_CERTIFICATES,
                    server.span,
                    format!(
                        "nobody can show the server `{}` a certificate of the identity `{}`",
                        server.name, identity.name
                    ),
                )
                .also(identity.span, "its callers are known by certificates")
                .help(
                    "serve it at a listener with `tls: { client_certificates: .. }`: see `listeners`",
                ),
            );
        }
    }
}

fn is_certificate(identity: &Identity) -> bool {
    matches!(identity.kind, IdentityKind::Certificate(_))
}
