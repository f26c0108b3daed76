//! The listener that a call of a test comes in by.

use super::{Binder, impossible, undeclared};
use crate::diagnostic::Sink;
use crate::manifest;
use crate::plan::{IdentityKind, Server, TestPrincipal};
use crate::suggestion::did_you_mean;

impl Binder<'_> {
    /// Its position, where the manifest declares any; `None` where the test names one that the call cannot
    /// come in by, which is reported.
    #[expect(
        clippy::option_option,
        reason = "that there is none to name is something else than a wrong name"
    )]
    pub(super) fn listener(
        &self,
        call: &manifest::TestCall,
        server: &Server,
        principal: Option<&TestPrincipal>,
        sink: &mut Sink,
    ) -> Option<Option<usize>> {
        let declared = &self.plan.listeners;
        let shows = principal.is_some_and(|principal| {
            let identity = self.plan.identities.get(principal.identity);
            identity.is_some_and(|identity| matches!(identity.kind, IdentityKind::Certificate(_)))
        });
        let asks = |position: &usize| {
            let tls = declared.get(*position).and_then(|at| at.tls.as_ref());
            !shows || tls.is_some_and(|tls| tls.client_certificates.is_some())
        };
        let is_open =
            |position: &usize| server.listeners.is_empty() || server.listeners.contains(position);
        let Some(name) = &call.listener else {
            return Some((0..declared.len()).find(|position| is_open(position) && asks(position)));
        };
        let names = || declared.iter().map(|listener| listener.name.as_str());
        let Some(position) = names().position(|known| known == name.value) else {
            undeclared(name, "listener", did_you_mean(name, names()), sink);
            return None;
        };
        if !is_open(&position) {
            let message = format!(
                "the server `{}` is not served at the listener `{}`",
                server.name, name.value
            );
            let names = self.plan.listeners_of(server);
            let names: Vec<_> = names
                .map(|listener| format!("`{}`", listener.name))
                .collect();
            let help = format!("it is served at {}", names.join(", "));
            impossible(name.span, message, &help, sink);
            return None;
        }
        if !asks(&position) {
            let message = format!(
                "callers are asked for no certificate at the listener `{}`",
                name.value
            );
            let help = "name a listener with `client_certificates`, or another identity";
            impossible(name.span, message, help, sink);
            return None;
        }
        Some(Some(position))
    }
}
