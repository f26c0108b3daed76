//! Listeners: addresses that can be told apart, and at each of them a server.

use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{Included, Listener, Manifest, Template, TemplatePart, VariableKind};
use crate::source::Spanned;

use super::{Declared, Names, Roots, variables};

impl Names<'_, '_> {
    /// Checks listeners and the servers that name them.
    pub(super) fn listeners(&mut self, roots: Roots<'_>, manifest: &Manifest) {
        for (position, listener) in manifest.listeners.iter().enumerate() {
            self.listener(listener);
            let earlier = manifest.listeners.iter().take(position);
            self.same_address(listener, earlier);
        }
        let mut declared = Declared::new(roots, "listeners", self.sink);
        for Included { team, .. } in roots.included {
            for name in &team.terms.share.listeners {
                declared.share(name, "listener", self.sink);
            }
        }
        let mut everywhere = false;
        for server in &manifest.servers {
            everywhere |= server.listeners.is_empty();
            let mut seen = Vec::new();
            for name in &server.listeners {
                declared.bind(name, "listener", self.sink);
                self.once(&mut seen, name, "listener");
            }
        }
        if !everywhere {
            declared.report_unused("listener", "no server is served there", self.sink);
        }
    }

    fn listener(&mut self, listener: &Listener) {
        self.logged(&listener.address, "an address");
        if let [TemplatePart::Literal(address)] = listener.address.parts.as_slice()
            && !has_port(address)
        {
            self.refuse(
                &codes::INVALID_VALUE,
                listener.address.span,
                format!("`{address}` is no address to listen at"),
                "an address or a host name, a colon and a port: `0.0.0.0:8443` or `[::]:8443`",
            );
        }
        let Some(tls) = &listener.tls else {
            return;
        };
        self.logged(&tls.certificate, "a path");
        self.logged(&tls.key, "a path");
        if let Some(clients) = &tls.client_certificates {
            self.logged(&clients.authorities, "a path");
            if let Some(lists) = &clients.revocation_lists {
                self.logged(lists, "a path");
            }
        }
    }

    /// Binds the variables of what logs show.
    fn logged(&mut self, template: &Spanned<Template>, what: &str) {
        self.template(template);
        for name in variables(template) {
            if self.kind(name) == Some(VariableKind::Secret) {
                self.refuse(
                    &codes::SECRET_MISPLACED,
                    name.span,
                    format!("the secret `{}` flows into {what}", name.value),
                    "addresses and paths are shown in logs: make the variable a `string`; files stay where \
                     they are",
                );
            }
        }
    }

    fn same_address<'m>(
        &mut self,
        listener: &Listener,
        mut earlier: impl Iterator<Item = &'m Listener>,
    ) {
        // Port 0 is another one for each.
        let any = matches!(
            listener.address.parts.last(),
            Some(TemplatePart::Literal(text)) if text.ends_with(":0")
        );
        let parts = |listener: &Listener| -> Vec<String> {
            let parts = listener.address.parts.iter();
            let text = |part: &TemplatePart| match part {
                TemplatePart::Literal(text) => text.clone(),
                TemplatePart::Variable(name) => format!("${{{}}}", name.value),
            };
            parts.map(text).collect()
        };
        let address = parts(listener);
        if let Some(first) = earlier.find(|other| !any && parts(other) == address) {
            self.sink.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ENTRY,
                    listener.address.span,
                    format!(
                        "the listeners `{}` and `{}` have the same address",
                        first.name.value, listener.name.value
                    ),
                )
                .also(first.address.span, "the first is here")
                .help("give one of them another port"),
            );
        }
    }
}

/// Whether a port follows the last colon, and something stands before it.
fn has_port(address: &str) -> bool {
    address.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty()
            && (!host.contains(':') || (host.starts_with('[') && host.ends_with(']')))
            && port.parse::<u16>().is_ok()
    })
}
