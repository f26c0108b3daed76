//! Policies as straight-line code: what a request must pass, and what a call must pass.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::literal::{ident, no_lints, position, text};
use super::policy_tests::{applied, met};
use super::{authorize, products};
use crate::expr::Compiled;
use crate::plan::{Check, CheckKind, LimitKey, Plan, Server, Step, StepKind, Steps};

/// The function that says whether a request is let in.
pub(super) fn checks<'c>(checks: impl Iterator<Item = &'c Check>) -> TokenStream {
    let checks: Vec<_> = checks.map(check).collect();
    if checks.is_empty() {
        return quote!(|_| Ok(()));
    }
    quote! {
        |caller| {
            #(#checks)*
            Ok(())
        }
    }
}

fn check(check: &Check) -> TokenStream {
    let asks = match &check.kind {
        CheckKind::Address { inside, ranges } => {
            let ranges = self::ranges(ranges);
            quote!(rt::admit_address(caller, &rt::Addresses(&[#ranges]), #inside)?;)
        }
        CheckKind::Header {
            name,
            values,
            ignore_case,
        } => {
            let (name, values) = (text(name), values.iter().map(|value| text(value)));
            quote!(rt::admit_header(caller, #name, &[#(#values),*], #ignore_case)?;)
        }
    };
    met(check.rule, asks)
}

/// Ranges of addresses, with commas between.
pub(super) fn ranges(ranges: &[(u128, u128)]) -> TokenStream {
    let ranges = ranges.iter().map(|(first, last)| {
        let (first, last) = (
            proc_macro2::Literal::u128_unsuffixed(*first),
            proc_macro2::Literal::u128_unsuffixed(*last),
        );
        quote!((#first, #last))
    });
    quote!(#(#ranges),*)
}

/// The two functions of a scope that has steps: who may call, and how often.
pub(super) fn scope(steps: &Steps) -> TokenStream {
    let function = |name: &str, steps: &[Step]| {
        if steps.is_empty() {
            return TokenStream::new();
        }
        let name = ident(name);
        let steps = steps.iter().map(step);
        let lints = no_lints();
        quote! {
            #lints
            fn #name<'a>(call: &'a rt::Call) -> Result<(), rt::Refusal> {
                #(#steps)*
                Ok(())
            }
        }
    };
    let authorize = function("authorize", &steps.authorize);
    let limit = function("limit", &steps.limit);
    quote!(#authorize #limit)
}

/// What a call of a tool passes before its arguments are read: of the gateway, the product, the server
/// and the tool, who may call before how often. Empty where there is nothing.
pub(super) fn before(plan: &Plan, server: &Server, tool: &Steps) -> TokenStream {
    let phase = |name: &str, product: &str, steps: fn(&Steps) -> &Vec<Step>| {
        let name = ident(name);
        let gateway = (!steps(&plan.steps).is_empty()).then(|| quote!(super::#name(call)?;));
        let product = products::enter(plan, server, product, steps);
        let server = (!steps(&server.steps).is_empty()).then(|| quote!(#name(call)?;));
        let tool = steps(tool).iter().map(step);
        quote!(#gateway #product #server #(#tool)*)
    };
    let authorize = phase("authorize", "product_authorize", |steps| &steps.authorize);
    let limit = phase("limit", "product_limit", |steps| &steps.limit);
    quote!(#authorize #limit)
}

/// What a call passes once its arguments are read.
pub(super) fn after(tool: &Steps) -> TokenStream {
    let steps = tool.authorize.iter().chain(&tool.limit).map(step);
    quote!(#(#steps)*)
}

/// A function around steps, if there are any.
pub(super) fn function(
    name: &Ident,
    arguments: Option<&TokenStream>,
    steps: &TokenStream,
) -> Option<TokenStream> {
    if steps.is_empty() {
        return None;
    }
    let arguments = arguments.map(|kind| quote!(, arguments: &'a #kind));
    Some(quote! {
        fn #name<'a>(call: &'a rt::Call #arguments) -> Result<(), rt::Refusal> {
            #steps
            Ok(())
        }
    })
}

pub(super) fn step(step: &Step) -> TokenStream {
    let asks = match &step.kind {
        StepKind::Authorize(question) => return authorize::question(question, step.rule),
        StepKind::Require(condition) => {
            let condition = evaluated(condition);
            quote!(rt::require(#condition)?;)
        }
        StepKind::Limit {
            limit, key, when, ..
        } => {
            let limit = position(*limit);
            let key = match key {
                LimitKey::All => quote!(""),
                LimitKey::Caller => quote!(&rt::caller(call.principal())?),
                LimitKey::Expression(key) => {
                    let key = evaluated(key);
                    quote!(&rt::key(#key)?)
                }
            };
            let count = quote!(call.limit(#limit, #key)?;);
            match when.as_deref().map(evaluated) {
                Some(when) => {
                    let applied = applied(step.rule);
                    quote!(if rt::applies(#when) { #applied #count })
                }
                None => count,
            }
        }
        StepKind::Rust {
            path,
            arguments,
            when,
        } => {
            let asked = function_of_the_crate(path, *arguments);
            match when.as_deref().map(evaluated) {
                Some(when) => {
                    let applied = applied(step.rule);
                    quote!(if rt::applies(#when) { #applied #asked })
                }
                None => asked,
            }
        }
    };
    met(step.rule, asks)
}

/// A call of a `#[policy]` function. What it takes, only its attribute in the crate knows: that the manifest
/// says the same is a constant assertion.
fn function_of_the_crate(path: &str, arguments: bool) -> TokenStream {
    let message = text(&if arguments {
        format!(
            "the manifest gives `{path}` the arguments of the call, and the function does not take them"
        )
    } else {
        format!(
            "`{path}` takes the arguments of a call: say `arguments: true` beside `rust` in the manifest"
        )
    });
    // The path was checked to be one when the manifest was resolved.
    let path: TokenStream = path.parse().unwrap_or_default();
    if arguments {
        quote! {
            const { assert!(#path::TAKES_ARGUMENTS, #message) };
            #path(call, arguments)?;
        }
    } else {
        quote! {
            const { assert!(!#path::TAKES_ARGUMENTS, #message) };
            #path(call)?;
        }
    }
}

/// The outcome of an expression: a function of its own, since what it fails with is a value.
pub(super) fn evaluated(expression: &Compiled) -> TokenStream {
    let (kind, body) = (expression.rust_type(), expression.emit());
    quote!((|| -> Result<#kind, rt::expr::Error> { #body })())
}
