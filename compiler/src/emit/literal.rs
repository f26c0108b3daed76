//! Leaf values as tokens. Text of documents reaches Rust source here and nowhere else, and only ever
//! as literal tokens: `proc_macro2` escapes them, so no text can end its literal.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// An identifier that the compiler made.
pub fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A string literal.
pub fn text(value: &str) -> Literal {
    Literal::string(value)
}

/// `Some(..)` or `None`.
pub fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

/// A number without a type suffix.
pub fn number(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}

/// A position.
pub fn position(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}

/// A `Duration`.
pub fn duration(value: std::time::Duration) -> TokenStream {
    let milliseconds = number(u64::try_from(value.as_millis()).unwrap_or(u64::MAX));
    quote!(rt::Duration::from_millis(#milliseconds))
}

/// A documentation comment that the compiler worded itself. Text of documents must not go through
/// here: a fenced block in it would be compiled as a doctest.
pub fn doc(sentence: &str) -> TokenStream {
    let sentence = text(&format!(" {sentence}"));
    quote!(#[doc = #sentence])
}

/// The lints that generated items are exempt from, whatever the crate around them asks for.
pub fn no_lints() -> TokenStream {
    let reason = "generated: not all of it is used, printed arguments would end up in logs, and its \
                  style is nobody's";
    quote! {
        #[allow(
            dead_code,
            unused_imports,
            missing_debug_implementations,
            clippy::all,
            clippy::pedantic,
            reason = #reason
        )]
    }
}
