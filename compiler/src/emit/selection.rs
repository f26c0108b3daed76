//! Lists that show callers only what they may use: which servers have them, the tools one by one, and the
//! conditions that a caller must meet.

use proc_macro2::TokenStream;
use quote::quote;

use super::listing;
use super::literal::{ident, no_lints, number, option, position, text};
use super::policies::evaluated;
use crate::expr::Compiled;
use crate::manifest::Mode;
use crate::plan::{Plan, Server, Step, StepKind, Steps};

/// Whether what a server lists depends on who asks.
pub(crate) fn depends_on_caller(plan: &Plan, server: &Server) -> bool {
    if server.lists_all {
        return false;
    }
    let mut tools = server.tools.iter();
    let mut products = plan.products_of(server);
    // Where all tools are in the same products, whoever comes to one comes to all.
    let mut pairs = server.products.iter().zip(server.products.iter().skip(1));
    // Where nobody is asked, who has no product calls without one.
    let asks = !server.access.identities.is_empty();
    asks && pairs.any(|(one, other)| one != other)
        || lasting(&server.steps).next().is_some()
        || tools.any(|tool| lasting(&tool.steps).next().is_some())
        || products.any(|product| lasting(&product.steps).next().is_some())
}

/// The conditions whose outcome is the same for every call that a caller could make of a tool by one product.
fn lasting(steps: &Steps) -> impl Iterator<Item = &Compiled> {
    lasting_steps(steps).filter_map(|step| match &step.kind {
        StepKind::Require(condition) => Some(&**condition),
        _ => None,
    })
}

/// The steps that these conditions are.
pub(crate) fn lasting_steps(steps: &Steps) -> impl Iterator<Item = &Step> {
    steps
        .authorize
        .iter()
        .filter(|step| matches!(&step.kind, StepKind::Require(condition) if lasts(condition)))
}

/// Requests differ from one to the next; who is meant by the same credentials, and where a client connects to, does
/// not.
fn lasts(condition: &Compiled) -> bool {
    condition.variables().all(|variable| {
        let name = variable.split('.').next().unwrap_or_default();
        ["principal", "listener", "server", "tool", "product"].contains(&name)
    })
}

/// The function that says whether what a product asks of callers is met, where some product asks it.
pub(super) fn of_products(plan: &Plan) -> TokenStream {
    let arms: Vec<_> = plan
        .products
        .iter()
        .enumerate()
        .filter(|(_, product)| lasting(&product.steps).next().is_some())
        .map(|(index, product)| {
            let (index, met) = (position(index), all(&product.steps));
            quote!(Some(#index) => #met,)
        })
        .collect();
    let mut servers = plan.servers.iter();
    if arms.is_empty() || !servers.any(|server| asks_products(plan, server)) {
        return TokenStream::new();
    }
    let lints = no_lints();
    quote! {
        #lints
        fn product_meets<'a>(call: &'a rt::Prospect<'_>) -> bool {
            match call.product() {
                #(#arms)*
                _ => true,
            }
        }
    }
}

/// Whether the list of a server depends on what its products ask.
fn asks_products(plan: &Plan, server: &Server) -> bool {
    let mut products = plan.products_of(server);
    depends_on_caller(plan, server)
        && products.any(|product| lasting(&product.steps).next().is_some())
}

/// All conditions of a scope.
fn all(steps: &Steps) -> TokenStream {
    let conditions = lasting(steps).map(|condition| {
        let condition = evaluated(condition);
        quote!(rt::qualifies(#condition))
    });
    quote!(#(#conditions)&&*)
}

/// The items that the member `selection` of a server's description refers to, and its value.
pub(super) fn of_server(
    plan: &Plan,
    server: &Server,
    implementation: &str,
) -> (TokenStream, TokenStream) {
    if !depends_on_caller(plan, server) {
        return (TokenStream::new(), option(None));
    }
    let meets = meets(plan, server);
    let listed = match server.mode {
        Mode::List => listing::listed(server),
        Mode::Search => Vec::new(),
    };
    let page_size = server.page_size.unwrap_or(server.tools.len()).max(1);
    let page_size = number(u64::try_from(page_size).unwrap_or(u64::MAX));
    let [legacy, modern] = [listing::Era::Legacy, listing::Era::Modern].map(|era| {
        let tail = listing::tail(server, implementation, era, true);
        let (head, tail) = (text(listing::head(era)), text(&tail));
        quote!((#head, #tail))
    });
    let items = quote! {
        #meets

        static SELECTION: rt::Selection = rt::Selection {
            meets,
            tools: &[#(#listed),*],
            page_size: #page_size,
            legacy: #legacy,
            modern: #modern,
        };
    };
    (items, quote!(Some(&SELECTION)))
}

/// Whether a caller meets what the server, its product and the tool ask of callers.
fn meets(plan: &Plan, server: &Server) -> TokenStream {
    let mut asked = Vec::new();
    if asks_products(plan, server) {
        asked.push(quote!(super::product_meets(call)));
    }
    if lasting(&server.steps).next().is_some() {
        asked.push(all(&server.steps));
    }
    let arms: Vec<_> = server
        .tools
        .iter()
        .enumerate()
        .filter(|(_, tool)| lasting(&tool.steps).next().is_some())
        .map(|(index, tool)| {
            let (index, met) = (position(index), all(&tool.steps));
            quote!(#index => #met,)
        })
        .collect();
    if !arms.is_empty() {
        asked.push(quote!(match call.tool() {
            #(#arms)*
            _ => true,
        }));
    }
    let (call, body) = if asked.is_empty() {
        (ident("_call"), quote!(true))
    } else {
        (ident("call"), quote!(#(#asked)&&*))
    };
    quote! {
        fn meets<'a>(#call: &'a rt::Prospect<'_>) -> bool {
            #body
        }
    }
}
