//! Content guards, as constants.

use proc_macro2::TokenStream;
use quote::quote;

use super::gateway::{credential, template};
use super::literal::{duration, ident, option, position, text};
use super::policies::evaluated;
use crate::plan::{Classifier, Detect, Guard, GuardAction, Plan, Server, Tool};

/// The guards of the gateway.
pub(super) fn guards(guards: &[Guard]) -> TokenStream {
    let guards = guards.iter().map(guard);
    quote!(&[#(#guards),*])
}

fn guard(guard: &Guard) -> TokenStream {
    let (arguments, result) = (guard.arguments, guard.result);
    let detect = guard.detect.iter().map(|detect| {
        let detect = ident(match detect {
            Detect::Secrets => "Secrets",
            Detect::PersonalData => "PersonalData",
            Detect::PromptInjection => "PromptInjection",
        });
        quote!(rt::Detect::#detect)
    });
    let patterns = guard.patterns.iter().map(|(name, regex)| {
        let (name, regex) = (text(name), text(regex));
        quote!((#name, #regex))
    });
    let action = ident(match guard.action {
        GuardAction::Refuse => "Refuse",
        GuardAction::Mask => "Mask",
        GuardAction::Log => "Log",
    });
    let classifier = option(guard.classifier.as_ref().map(classifier));
    let when = option(guard.when.as_deref().map(|when| {
        let when = evaluated(when);
        quote!(|call| rt::applies(#when))
    }));
    quote! {
        rt::Guard {
            arguments: #arguments,
            result: #result,
            detect: &[#(#detect),*],
            patterns: &[#(#patterns),*],
            classifier: #classifier,
            action: rt::Action::#action,
            when: #when,
        }
    }
}

fn classifier(classifier: &Classifier) -> TokenStream {
    let url = template(&classifier.url);
    let model = option(classifier.model.as_ref().map(|model| {
        let model = text(model);
        quote!(#model)
    }));
    let credential = option(classifier.credential.as_ref().map(credential));
    let timeout = duration(classifier.timeout);
    let allow_on_failure = classifier.allow_on_failure;
    let categories = classifier.categories.iter().map(|name| text(name));
    quote! {
        rt::Classifier {
            url: #url,
            model: #model,
            credential: #credential,
            timeout: #timeout,
            allow_on_failure: #allow_on_failure,
            categories: &[#(#categories),*],
        }
    }
}

/// The member of a tool's description that names its guards, where it has any.
pub(super) fn member(plan: &Plan, server: &Server, tool: &Tool) -> Option<TokenStream> {
    let guards: Vec<_> = plan
        .guards(server, tool)
        .map(|(at, _)| position(at))
        .collect();
    (!guards.is_empty()).then(|| quote!(guards: &[#(#guards),*],))
}

/// Searches the arguments of a call, where the tool has a guard that does; `refused` is the answer where they
/// hold what they must not.
pub(super) fn screen(
    plan: &Plan,
    server: &Server,
    tool: &Tool,
    refused: &TokenStream,
) -> Option<TokenStream> {
    let searches = plan.guards(server, tool).any(|(_, guard)| guard.arguments);
    searches.then(|| {
        quote! {
            let arguments = match call.screen(arguments) {
                Ok(arguments) => arguments,
                Err(refusal) => return #refused,
            };
        }
    })
}
