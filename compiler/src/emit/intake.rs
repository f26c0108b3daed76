//! What requests and messages are counted against, as straight-line code: a function for each phase.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::literal::{ident, no_lints};
use super::policies;
use crate::plan::{Intake, Plan, Server, Step};

/// A phase: its name in the description and of its function, and its steps.
type Phase = (&'static str, fn(&Intake) -> &Vec<Step>);

const PHASES: [Phase; 3] = [
    ("requests", |intake| &intake.requests),
    ("identified", |intake| &intake.identified),
    ("messages", |intake| &intake.messages),
];

fn function_of(phase: &str) -> Ident {
    ident(&format!("count_{phase}"))
}

/// The functions of the gateway, which its servers call.
pub(super) fn of_gateway(plan: &Plan) -> TokenStream {
    let functions = PHASES.map(|(name, steps)| {
        let steps = steps(&plan.intake);
        (!steps.is_empty()).then(|| function(name, None, steps))
    });
    quote!(#(#functions)*)
}

/// The functions of a server.
pub(super) fn of_server(plan: &Plan, server: &Server) -> TokenStream {
    let functions = PHASES.map(|(name, steps)| {
        let (gateway, steps) = (steps(&plan.intake), steps(&server.intake));
        let of_gateway = (!gateway.is_empty()).then(|| {
            let name = function_of(name);
            quote!(super::#name(call)?;)
        });
        (!steps.is_empty()).then(|| function(name, of_gateway.as_ref(), steps))
    });
    quote!(#(#functions)*)
}

/// The member of a server's description.
pub(super) fn member(plan: &Plan, server: &Server) -> TokenStream {
    let members: Vec<_> = PHASES
        .iter()
        .filter_map(|(name, steps)| {
            let (member, function) = (ident(name), function_of(name));
            if !steps(&server.intake).is_empty() {
                Some(quote!(#member: Some(#function),))
            } else if !steps(&plan.intake).is_empty() {
                Some(quote!(#member: Some(super::#function),))
            } else {
                None
            }
        })
        .collect();
    if members.is_empty() {
        return quote!(rt::Intake::NONE);
    }
    let rest = (members.len() < PHASES.len()).then(|| quote!(..rt::Intake::NONE));
    quote!(rt::Intake { #(#members)* #rest })
}

fn function(name: &str, of_gateway: Option<&TokenStream>, steps: &[Step]) -> TokenStream {
    let name = function_of(name);
    let steps = steps.iter().map(policies::step);
    let lints = no_lints();
    quote! {
        #lints
        fn #name<'a>(call: &'a rt::Arrival<'a>) -> Result<(), rt::Refusal> {
            #of_gateway
            #(#steps)*
            Ok(())
        }
    }
}
