//! Token budgets over what only `rustc` knows: tools written in Rust.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal::{number, text};
use crate::diagnostic::Severity;
use crate::manifest::Mode;
use crate::plan::{Action, Server};
use crate::tokens;

/// Constant assertions; none where no tool is written in Rust, as `check` has decided then.
pub(super) fn assertions(server: &Server) -> TokenStream {
    // Constant evaluation has errors and no warnings.
    if server.budget.exceeded != Severity::Error {
        return TokenStream::new();
    }
    let mut assertions = Vec::new();
    let mut costs = Vec::new();
    for tool in &server.tools {
        let Action::Rust(path) = &tool.action else {
            continue;
        };
        // The path was checked to be one when the manifest was resolved.
        let path: TokenStream = path.parse().unwrap_or_default();
        let name = text(&tool.name);
        let cost = quote!(rt::estimate(#name) + rt::estimate(#path::LISTING));
        let limit = tool.token_budget.as_ref().or(server.budget.tool.as_ref());
        if let Some(limit) = limit {
            let limit = number(limit.value);
            let message = text(&format!(
                "the tool `{}` of the server `{}` exceeds its token_budget",
                tool.name, server.name
            ));
            assertions.push(quote!(
                const _: () = assert!(#cost <= #limit, #message);
            ));
        }
        costs.push(cost);
    }
    if let Some(limit) = &server.budget.list
        && server.mode == Mode::List
        && !costs.is_empty()
    {
        let known = number(tokens::list(server).total() as u64);
        let limit = number(limit.value);
        let message = text(&format!(
            "the list of the server `{}` exceeds its token_budget",
            server.name
        ));
        assertions.push(quote!(
            const _: () = assert!(#known #(+ #costs)* <= #limit, #message);
        ));
    }
    quote!(#(#assertions)*)
}
