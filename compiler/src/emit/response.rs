//! What of an answer is passed on, as a static.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::literal::{number, option, position, text};
use crate::plan::{Fate, Level, Shape};

/// `static NAME: Shape`.
pub(super) fn response(name: &Ident, shape: &Shape) -> TokenStream {
    let levels = shape.levels.iter().map(level);
    let bound = |bound: Option<u64>| {
        option(bound.map(|bound| {
            let bound = number(bound);
            quote!(#bound)
        }))
    };
    let (max_items, max_bytes) = (bound(shape.max_items), bound(shape.max_bytes));
    let masks = shape.masks.iter().map(|mask| text(&mask.value));
    let headers = shape.headers.iter().map(|name| text(name));
    quote! {
        static #name: rt::Shape = rt::Shape {
            levels: &[#(#levels),*],
            masks: &[#(#masks),*],
            max_items: #max_items,
            max_bytes: #max_bytes,
            headers: &[#(#headers),*],
        };
    }
}

fn level(level: &Level) -> TokenStream {
    let members = level.members.iter().map(|(name, fate)| {
        let (name, fate) = (text(name), self::fate(*fate));
        quote!((#name, #fate))
    });
    let (others, scalars) = (fate(level.others), level.scalars);
    quote! {
        rt::Level {
            members: &[#(#members),*],
            others: #others,
            scalars: #scalars,
        }
    }
}

fn fate(fate: Fate) -> TokenStream {
    match fate {
        Fate::Keep => quote!(rt::Fate::Keep),
        Fate::Drop => quote!(rt::Fate::Drop),
        Fate::Mask(mask) => {
            let mask = position(mask);
            quote!(rt::Fate::Mask(#mask))
        }
        Fate::Into(level) => {
            let level = position(level);
            quote!(rt::Fate::Into(#level))
        }
    }
}
