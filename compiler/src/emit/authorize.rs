//! Authorizers as constants, and what they are asked as straight-line code.

use proc_macro2::TokenStream;
use quote::quote;

use super::gateway::{credential, template};
use super::literal::{duration, option, position, text};
use super::policies::evaluated;
use super::policy_tests::{applied, passed, reached};
use crate::plan::{Authorizer, AuthorizerKind, Question};

/// The authorizers of the gateway.
pub(super) fn authorizers(authorizers: &[Authorizer]) -> TokenStream {
    let authorizers = authorizers.iter().map(authorizer);
    quote!(&[#(#authorizers),*])
}

fn authorizer(authorizer: &Authorizer) -> TokenStream {
    let protocol = match &authorizer.kind {
        AuthorizerKind::Opa {
            decision,
            forward_reason,
        } => {
            let decision = text(decision);
            quote!(Opa { decision: #decision, forward_reason: #forward_reason })
        }
        AuthorizerKind::AuthZen => quote!(AuthZen),
        AuthorizerKind::OpenFga { store, model } => {
            let (store, model) = (template(store), option(model.as_ref().map(template)));
            quote!(OpenFga { store: #store, model: #model })
        }
    };
    let url = template(&authorizer.url);
    let credential = option(authorizer.credential.as_ref().map(credential));
    let (timeout, cache) = (duration(authorizer.timeout), duration(authorizer.cache));
    let allow_on_failure = authorizer.allow_on_failure;
    quote! {
        rt::Authorizer {
            protocol: rt::Protocol::#protocol,
            url: #url,
            credential: #credential,
            timeout: #timeout,
            cache: #cache,
            allow_on_failure: #allow_on_failure,
        }
    }
}

/// Leaves the question to be asked. Whether the call passes is known only then, so that the tests are told by
/// what is called then.
pub(super) fn question(question: &Question, rule: Option<usize>) -> TokenStream {
    let at = position(question.authorizer);
    let relation = option(question.relation.as_ref().map(|relation| {
        let (user, object) = (evaluated(&relation.user), evaluated(&relation.object));
        let relation = text(&relation.relation);
        quote! {
            &rt::Relation {
                user: &rt::key(#user)?,
                relation: #relation,
                object: &rt::key(#object)?,
            }
        }
    }));
    let context = question.context.iter().map(|(name, value)| {
        let (name, value) = (text(name), evaluated(value));
        quote!((#name, rt::told(#value)?))
    });
    let (reached, passed) = (reached(rule), passed(rule));
    let ask = quote!(call.ask(#at, #relation, &[#(#context),*], || { #passed })?;);
    match question.when.as_deref().map(evaluated) {
        None => quote!(#reached #ask),
        Some(when) => {
            let applied = applied(rule);
            let otherwise = passed.map(|passed| quote!(else { #passed }));
            quote!(#reached if rt::applies(#when) { #applied #ask } #otherwise)
        }
    }
}
