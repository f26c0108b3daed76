//! Products: every server and identity that they name is there, and each is named once.

use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{IdentityKind, Manifest, Product};
use crate::source::Spanned;

use super::{Declared, Names, Roots};

impl Names<'_, '_> {
    /// Checks what products name; their tools are looked up when servers have tools.
    pub(super) fn products(&mut self, roots: Roots<'_>, manifest: &Manifest) {
        // That a name is there twice is told of servers and products that no product names, too.
        let _ = Declared::new(roots, "products", self.sink);
        let mut servers = Declared::new(roots, "servers", self.sink);
        for product in &manifest.products {
            let mut seen: Vec<&Spanned<String>> = Vec::new();
            for server in product.all_servers() {
                servers.bind(server, "server", self.sink);
                self.once(&mut seen, server, "server");
            }
            for (_, tools) in &product.tools {
                let mut seen = Vec::new();
                for tool in tools {
                    self.once(&mut seen, tool, "tool");
                }
            }
            if seen.is_empty() {
                self.refuse(
                    &codes::MISSING_KEY,
                    product.name.span,
                    format!("the product `{}` has nothing in it", product.name.value),
                    "name whole servers with `servers`, or single tools with `tools`",
                );
            }
            self.applications(product, manifest);
        }
    }

    fn applications(&mut self, product: &Product, manifest: &Manifest) {
        let Some(applications) = &product.applications else {
            return;
        };
        let name = &applications.identity;
        self.identities.bind(name, "identity", self.sink);
        let by_key = manifest.identities.iter().any(|identity| {
            identity.name.value == name.value && matches!(identity.kind, IdentityKind::Keys { .. })
        });
        if by_key {
            self.refuse(
                &codes::INVALID_VALUE,
                name.span,
                format!("`{}` takes keys and not tokens", name.value),
                "the file with the keys says which products each key is for",
            );
        }
    }

    pub(super) fn once<'m>(
        &mut self,
        seen: &mut Vec<&'m Spanned<String>>,
        name: &'m Spanned<String>,
        what: &str,
    ) {
        if let Some(first) = seen.iter().find(|other| other.value == name.value) {
            self.sink.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ENTRY,
                    name.span,
                    format!("the {what} `{}` is here for the second time", name.value),
                )
                .also(first.span, "the first is here")
                .help("remove one of the two"),
            );
            return;
        }
        seen.push(name);
    }
}
