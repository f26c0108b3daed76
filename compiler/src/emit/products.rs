//! Products: who may use them as tables and conditions, what they ask of calls as straight-line code.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::literal::{ident, no_lints, option, position, text};
use super::policies;
use crate::plan::{Plan, Product, Server, Step, Steps};

/// The conditions about callers, and one function for each phase in which a product has steps.
pub(super) fn functions(plan: &Plan) -> TokenStream {
    let claims = plan
        .products
        .iter()
        .enumerate()
        .filter_map(|(index, product)| {
            let condition = policies::evaluated(product.claim.as_ref()?);
            let (name, lints) = (claim_of(index), no_lints());
            Some(quote! {
                #lints
                fn #name<'a>(call: &'a rt::Caller) -> bool {
                    rt::qualifies(#condition)
                }
            })
        });
    let authorize = phase(plan, "product_authorize", |steps| &steps.authorize);
    let limit = phase(plan, "product_limit", |steps| &steps.limit);
    quote!(#(#claims)* #authorize #limit)
}

fn claim_of(index: usize) -> Ident {
    ident(&format!("product_{index}_claim"))
}

/// What calls must pass in one phase, by the product that they are made by.
fn phase(plan: &Plan, name: &str, steps: fn(&Steps) -> &Vec<Step>) -> TokenStream {
    let arms: Vec<_> = plan
        .products
        .iter()
        .enumerate()
        .filter(|(_, product)| !steps(&product.steps).is_empty())
        .map(|(index, product)| {
            let index = position(index);
            let steps = steps(&product.steps).iter().map(policies::step);
            quote!(Some(#index) => { #(#steps)* })
        })
        .collect();
    if arms.is_empty() {
        return TokenStream::new();
    }
    let (name, lints) = (ident(name), no_lints());
    quote! {
        #lints
        fn #name<'a>(call: &'a rt::Call) -> Result<(), rt::Refusal> {
            match call.product() {
                #(#arms)*
                _ => {}
            }
            Ok(())
        }
    }
}

/// The call of a phase's function, where a product with tools of the server has steps in it.
pub(super) fn enter(
    plan: &Plan,
    server: &Server,
    name: &str,
    steps: fn(&Steps) -> &Vec<Step>,
) -> Option<TokenStream> {
    let mut products = plan.products_of(server);
    let asked = products.any(|product| !steps(&product.steps).is_empty());
    let name = ident(name);
    asked.then(|| quote!(super::#name(call)?;))
}

/// The entries of the description.
pub(super) fn table(products: &[Product]) -> TokenStream {
    let products = products.iter().enumerate().map(|(index, product)| {
        let (name, title, open) = (text(&product.name), text(&product.title), product.open);
        let applications = option(product.applications.as_ref().map(|applications| {
            let (identity, role) = (position(applications.identity), text(&applications.role));
            quote!(rt::Applications { identity: #identity, role: #role })
        }));
        let claim = option(product.claim.as_ref().map(|_| {
            let name = claim_of(index);
            quote!(#name)
        }));
        quote! {
            rt::Product {
                name: #name,
                title: #title,
                open: #open,
                applications: #applications,
                claim: #claim,
            }
        }
    });
    quote!(&[#(#products),*])
}

/// The products of each tool of a server, and those of all of them.
pub(super) fn of_server(plan: &Plan, server: &Server) -> (TokenStream, TokenStream) {
    if server.products.is_empty() {
        return (quote!(&[]), quote!(&[]));
    }
    let positions = |products: &[usize]| {
        let products = products.iter().copied().map(position);
        quote!(&[#(#products),*])
    };
    let tools = server.products.iter().map(|products| positions(products));
    let tools = quote!(&[#(#tools),*]);
    let mut offered: Vec<usize> = server.products.iter().flatten().copied().collect();
    offered.sort_unstable();
    offered.dedup();
    offered.sort_by_key(|position| {
        plan.products
            .get(*position)
            .is_some_and(|product| product.open)
    });
    (tools, positions(&offered))
}
