//! Products that nobody can have, and tools that nobody can call because of products.

use crate::diagnostic::{Diagnostic, Severity, Sink, codes};
use crate::plan::{IdentityKind, Plan, Product, Server};
use crate::source::Span;

/// Checks who comes to which tool by which product.
pub(super) fn check(plan: &Plan, sink: &mut Sink) {
    for server in &plan.servers {
        if !server.products.is_empty() {
            open(plan, server, sink);
            outside(plan, server, sink);
        }
    }
    for (position, product) in plan.products.iter().enumerate() {
        reachable(plan, position, product, sink);
    }
}

/// At most one product of a server is open, and what every request needs its callers have not.
fn open(plan: &Plan, server: &Server, sink: &mut Sink) {
    let mut open = plan
        .products
        .iter()
        .enumerate()
        .filter(|(position, product)| {
            let mut products = server.products.iter().flatten();
            product.open && products.any(|other| other == position)
        });
    let Some((_, first)) = open.next() else {
        return;
    };
    for (_, other) in open {
        sink.report(
            Diagnostic::new(
                &codes::OPEN_PRODUCT,
                other.span,
                format!("the server `{}` has two open products", server.name),
            )
            .also(first.span, "the other one")
            .help("everybody would always use the first: make one product of the two"),
        );
    }
    if !server.access.scopes.is_empty() {
        sink.report(
            Diagnostic::new(
                &codes::OPEN_PRODUCT,
                first.span,
                format!(
                    "the product is open, but every request to the server `{}` needs scopes",
                    server.name
                ),
            )
            .also(server.span, "its `scopes`")
            .help("ask for the scopes at the tools that are not open"),
        );
    }
}

/// Tools in no product, on a server where others are.
fn outside(plan: &Plan, server: &Server, sink: &mut Sink) {
    if server.access.identities.is_empty() {
        // It asks nobody: who has no product calls without one.
        return;
    }
    let names: Vec<String> = server
        .tools
        .iter()
        .zip(&server.products)
        .filter(|(_, products)| products.is_empty())
        .map(|(tool, _)| format!("`{}`", tool.name))
        .collect();
    if names.is_empty() {
        return;
    }
    let mut diagnostic = Diagnostic::new(
        &codes::NOT_IN_PRODUCT,
        server.span,
        format!(
            "some tools of the server `{}` are in no product: {}",
            server.name,
            names.join(", ")
        ),
    )
    .help("put them into a product, or on a server without products");
    if takes_keys(plan, server) {
        diagnostic = diagnostic.label("only keys for the whole server reach them");
        diagnostic.severity = Severity::Warning;
    } else {
        diagnostic = diagnostic.label("nobody can call them");
    }
    sink.report(diagnostic);
}

fn takes_keys(plan: &Plan, server: &Server) -> bool {
    let mut identities = server.access.identities.iter();
    identities.any(|position| {
        let identity = plan.identities.get(*position);
        identity.is_some_and(|identity| matches!(identity.kind, IdentityKind::Keys { .. }))
    })
}

/// Whether somebody can have a product, at each of its servers.
fn reachable(plan: &Plan, position: usize, product: &Product, sink: &mut Sink) {
    if product.open {
        return;
    }
    let servers = plan.servers.iter().filter(|server| {
        let mut products = server.products.iter().flatten();
        products.any(|other| *other == position)
    });
    let mut by_application = false;
    for server in servers {
        let accepted = &server.access.identities;
        let applications = product.applications.as_ref();
        let application =
            applications.is_some_and(|applications| accepted.contains(&applications.identity));
        by_application |= application;
        if accepted.is_empty() {
            unreachable(
                product.span,
                format!(
                    "the server `{}` asks nobody who calls, so nobody has the product `{}` there",
                    server.name, product.name
                ),
                "give the server an `identity`, or make the product `open: true`",
                sink,
            );
        } else if !application && product.claim.is_none() && !takes_keys(plan, server) {
            unreachable(
                product.span,
                format!(
                    "nobody can have the product `{}` at the server `{}`",
                    product.name, server.name
                ),
                "the server takes no keys: say with `applications` or `claim` which tokens have it",
                sink,
            );
        }
    }
    if let Some(applications) = &product.applications
        && !by_application
    {
        unreachable(
            applications.span,
            "none of the product's servers takes tokens of this identity".to_owned(),
            "name it at a server with `identity`, or remove `applications`",
            sink,
        );
    }
}

fn unreachable(span: Span, message: String, help: &str, sink: &mut Sink) {
    sink.report(Diagnostic::new(&codes::PRODUCT_UNREACHABLE, span, message).help(help));
}
