//! Products: which tools they have, who may use them, and what they ask of calls.

use super::context::about_callers;
use super::policies::Scope;
use super::{Resolver, identity};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::expr::{self, Compiled, ExprSpan};
use crate::manifest::{self, Manifest};
use crate::plan::{Applications, Product, Server};
use crate::source::Node;
use crate::suggestion::did_you_mean;

impl Resolver<'_, '_> {
    /// The products, in the order of the manifest. What tools they have is noted at the servers.
    pub(super) fn products(&mut self, servers: &mut [Server]) -> Vec<Product> {
        let manifest = self.manifest;
        for (position, product) in manifest.products.iter().enumerate() {
            self.contents(position, product, servers);
        }
        for server in servers.iter_mut() {
            for products in &mut server.products {
                // Everybody has an open one: it counts where the caller has no other.
                products.sort_by_key(|position| {
                    let product = manifest.products.get(*position);
                    product.is_some_and(|product| product.open)
                });
            }
        }
        manifest
            .products
            .iter()
            .enumerate()
            .map(|(position, product)| self.product(position, product, servers))
            .collect()
    }

    /// Notes the tools of a product at their servers.
    fn contents(&mut self, position: usize, product: &manifest::Product, servers: &mut [Server]) {
        for name in &product.servers {
            if let Some(server) = find(servers, name) {
                enter(server, position, |_| true);
            }
        }
        for (name, tools) in &product.tools {
            let Some(server) = find(servers, name) else {
                continue;
            };
            for tool in tools {
                let known = || server.tools.iter().map(|known| known.name.as_str());
                if known().any(|known| known == tool.value) {
                    continue;
                }
                let diagnostic = Diagnostic::new(
                    &codes::NO_SUCH_TOOL,
                    tool.span,
                    format!("the server `{}` has no tool `{}`", name.value, tool.value),
                );
                self.sink.report(match did_you_mean(tool, known()) {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic.help(
                        "products name tools as callers do: `gatewright explain SERVER` lists them",
                    ),
                });
            }
            enter(server, position, |name| {
                tools.iter().any(|tool| tool.value == name)
            });
        }
    }

    fn product(
        &mut self,
        position: usize,
        product: &manifest::Product,
        servers: &[Server],
    ) -> Product {
        let inside = |server: &&Server| {
            let mut products = server.products.iter().flatten();
            products.any(|other| *other == position)
        };
        let names: Vec<&str> = servers
            .iter()
            .filter(inside)
            .map(|server| server.name.as_str())
            .collect();
        let tools: Vec<&str> = servers
            .iter()
            .flat_map(|server| server.tools.iter().zip(&server.products))
            .filter(|(_, products)| products.contains(&position))
            .map(|(tool, _)| tool.name.as_str())
            .collect();
        let asked = self.manifest.servers.iter();
        let asked = asked.filter(|server| names.contains(&server.name.value.as_str()));
        let accepted: Vec<_> = asked
            .flat_map(|server| identity::of_server(server, self.manifest))
            .collect();
        // In the order of the manifest, each once.
        let identities: Vec<_> = self
            .manifest
            .identities
            .iter()
            .filter(|identity| {
                let mut accepted = accepted.iter();
                accepted.any(|other| other.name.value == identity.name.value)
            })
            .collect();
        let placed = self.placed(
            Scope::Product {
                name: &product.name.value,
                servers: &names,
                tools: &tools,
                open: product.open,
            },
            &identities,
            &product.policies,
            product.require.as_ref(),
        );
        Product {
            name: product.name.value.clone(),
            span: product.name.span,
            title: product
                .title
                .as_ref()
                .map_or_else(|| product.name.value.clone(), |title| title.value.clone()),
            open: product.open,
            applications: product.applications.as_ref().and_then(|applications| {
                let name = &applications.identity;
                let mut declared = self.manifest.identities.iter();
                Some(Applications {
                    identity: declared.position(|identity| identity.name.value == name.value)?,
                    role: applications.role.value.clone(),
                    span: name.span,
                })
            }),
            claim: product
                .claim
                .as_ref()
                .and_then(|claim| self.claim(claim, &identities)),
            steps: placed.steps,
        }
    }

    /// Compiles a condition about callers.
    fn claim(&mut self, node: &Node, identities: &[&manifest::Identity]) -> Option<Box<Compiled>> {
        let environment = about_callers(identities, self.lowering.schemas());
        let place = ExprSpan::of(node, self.files);
        // That a claim may be absent is no surprise here: such a caller has not got the product.
        let mut sink = Sink::default();
        let compiled = expr::condition(node.as_str()?, &place, &environment, &mut sink);
        for diagnostic in sink.into_diagnostics() {
            if diagnostic.code != &codes::EXPRESSION_ABSENT {
                self.sink.report(diagnostic);
            }
        }
        compiled.map(Box::new)
    }
}

fn find<'s>(servers: &'s mut [Server], name: &str) -> Option<&'s mut Server> {
    servers.iter_mut().find(|server| server.name == name)
}

/// Notes that the tools that are `chosen` by their name are in the product at `position`.
fn enter(server: &mut Server, position: usize, chosen: impl Fn(&str) -> bool) {
    server.products.resize(server.tools.len(), Vec::new());
    for (tool, products) in server.tools.iter().zip(&mut server.products) {
        if chosen(&tool.name) {
            products.push(position);
        }
    }
}

/// The products that a call in a scope may be made by.
pub(super) fn of_scope<'m>(
    scope: &Scope<'_>,
    manifest: &'m Manifest,
) -> Vec<&'m manifest::Product> {
    let has = |product: &&manifest::Product| match scope {
        Scope::Gateway { .. } => true,
        // It is the one whose policies these are.
        Scope::Product { .. } => false,
        Scope::Server { name, .. } => product.all_servers().any(|server| server.value == **name),
        Scope::Tool { server, tool } => {
            let whole = product.servers.iter().any(|name| name.value == **server);
            let mut single = product.tools.iter();
            whole
                || single.any(|(name, tools)| {
                    name.value == **server && tools.iter().any(|name| name.value == tool.name)
                })
        }
    };
    manifest.products.iter().filter(has).collect()
}
