//! Limits and the store, as constants.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::gateway::template;
use super::literal::{duration, ident, number, option, text};
use crate::manifest::{OnStoreFailure, Unit};
use crate::plan::{Limit, LimitKind, Store, StoreKind};

/// The limits, as an array of constants.
pub(super) fn limits(limits: &[Limit]) -> TokenStream {
    let limits = limits.iter().map(|limit| {
        let (name, id) = (text(&limit.name), text(&limit.id));
        let unit = ident(match limit.unit {
            Unit::Calls => "Calls",
            Unit::Requests => "Requests",
            Unit::Messages => "Messages",
        });
        let cost = number(limit.cost.into());
        let kind = kind(&limit.kind);
        let without_store = ident(match limit.without_store {
            OnStoreFailure::Refuse => "Refuse",
            OnStoreFailure::Local => "Local",
            OnStoreFailure::Allow => "Allow",
        });
        quote! {
            rt::Limit {
                name: #name,
                id: #id,
                unit: rt::Unit::#unit,
                cost: #cost,
                kind: #kind,
                without_store: rt::WithoutStore::#without_store,
            }
        }
    });
    quote!(&[#(#limits),*])
}

fn kind(kind: &LimitKind) -> TokenStream {
    match *kind {
        LimitKind::Rate {
            calls,
            period,
            token_bucket,
        } => {
            let period = duration(period);
            let algorithm = ident(if token_bucket {
                "TokenBucket"
            } else {
                "SlidingWindow"
            });
            let calls = number(calls.into());
            quote! {
                rt::LimitKind::Rate(rt::Rate {
                    calls: #calls,
                    period: #period,
                    algorithm: rt::Algorithm::#algorithm,
                })
            }
        }
        LimitKind::Quota {
            calls,
            result_bytes,
            result_tokens,
            period,
            first,
        } => {
            let amount = |amount: Option<u64>| {
                option(amount.map(|amount| {
                    let amount = number(amount);
                    quote!(#amount)
                }))
            };
            let calls = amount(calls.map(u64::from));
            let result_bytes = amount(result_bytes);
            let result_tokens = amount(result_tokens.map(u64::from));
            let period = option(period.map(|period| {
                let period = duration(period);
                quote!(#period)
            }));
            let first = Literal::i64_unsuffixed(first);
            quote! {
                rt::LimitKind::Quota(rt::Quota {
                    calls: #calls,
                    result_bytes: #result_bytes,
                    result_tokens: #result_tokens,
                    period: #period,
                    first: #first,
                })
            }
        }
        LimitKind::Concurrency(most) => {
            let most = number(most.into());
            quote!(rt::LimitKind::Concurrency(#most))
        }
    }
}

/// The store, where there is one.
pub(super) fn store(store: Option<&Store>) -> TokenStream {
    option(store.map(|store| {
        let timeout = duration(store.timeout);
        let kind = match &store.kind {
            StoreKind::Embedded { path } => {
                let path = template(path);
                quote!(rt::StoreKind::Embedded { path: #path })
            }
            StoreKind::Redis {
                url,
                authorities,
                prefix,
            } => {
                let (url, prefix) = (template(url), text(prefix));
                let authorities = option(authorities.as_ref().map(template));
                quote!(rt::StoreKind::Redis { url: #url, authorities: #authorities, prefix: #prefix })
            }
        };
        quote!(rt::Store { kind: #kind, timeout: #timeout })
    }))
}

/// What `rustc` checks of the store: that the runtime was built with what it needs.
pub(super) fn assertion(store: Option<&Store>) -> TokenStream {
    match store.map(|store| &store.kind) {
        Some(StoreKind::Redis { .. }) => quote! {
            const _: () = ::core::assert!(
                rt::HAS_REDIS,
                "the manifest keeps counts in Redis: turn on the feature `redis` of the crate `gatewright` in \
                 Cargo.toml"
            );
        },
        _ => TokenStream::new(),
    }
}
