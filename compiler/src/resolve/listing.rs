//! How a server lists its tools.

use super::Resolver;
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::manifest::{self, Mode};
use crate::plan::TokenBudget;

impl Resolver<'_, '_> {
    /// How many tools a page of the list has.
    pub(super) fn page_size(&mut self, server: &manifest::Server) -> Option<usize> {
        let size = server.page_size.as_ref()?;
        if let Some(mode) = server
            .mode
            .as_ref()
            .filter(|mode| mode.value == Mode::Search)
        {
            self.sink.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    size.span,
                    "`page_size` means nothing together with `mode: search`",
                )
                .also(mode.span, "the list of this mode has three tools")
                .help("remove one of the two"),
            );
        }
        Some(usize::try_from(size.value).unwrap_or(usize::MAX))
    }
}

/// The budget of a server: what it leaves open is as the gateway's.
pub(super) fn budget(
    gateway: &manifest::TokenBudget,
    server: &manifest::TokenBudget,
) -> TokenBudget {
    let warns = server.warns.as_ref().or(gateway.warns.as_ref());
    TokenBudget {
        tool: server.tool.clone().or_else(|| gateway.tool.clone()),
        list: server.list.clone().or_else(|| gateway.list.clone()),
        exceeded: if warns.is_some_and(|warns| warns.value) {
            Severity::Warning
        } else {
            Severity::Error
        },
    }
}
