//! Remembered answers, as members of a tool's description.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal::{duration, number, position};
use crate::plan::{Caching, Tool};

/// The members that say it, where there is something to say.
pub(super) fn members(tool: &Tool) -> TokenStream {
    let cache = tool.cache.as_ref().map(|caching| {
        let caching = self::caching(caching);
        quote!(cache: Some(#caching),)
    });
    let invalidates = (!tool.invalidates.tools.is_empty()).then(|| {
        let tools = tool.invalidates.tools.iter().map(|tool| position(*tool));
        quote!(invalidates: &[#(#tools),*],)
    });
    quote!(#cache #invalidates)
}

fn caching(caching: &Caching) -> TokenStream {
    let (ttl, stale) = (duration(caching.ttl), duration(caching.stale_if_error));
    let (shared, most) = (caching.shared, number(caching.max_entry_bytes));
    quote! {
        rt::Caching {
            ttl: #ttl,
            shared: #shared,
            stale_if_error: #stale,
            max_entry_bytes: #most,
        }
    }
}
