//! `gateway!`

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

/// The generated items, or a compile error.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let path: LitStr = match syn::parse2(input) {
        Ok(path) => path,
        Err(error) => {
            let message = format!("expected the path of a manifest as a string: {error}");
            return syn::Error::new(error.span(), message).to_compile_error();
        }
    };
    let Some(root) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        return syn::Error::new(path.span(), "`gateway!` works in crates that Cargo builds")
            .to_compile_error();
    };
    match gatewright_compiler::expand(&Path::new(&root).join(path.value())) {
        Ok(expansion) => {
            let tokens = expansion.tokens;
            // What is included is what rustc, and so Cargo, watches.
            let files = expansion
                .files
                .iter()
                .map(|file| file.to_string_lossy().into_owned());
            quote! {
                #tokens
                const _: &[&[u8]] = &[#(::core::include_bytes!(#files)),*];
            }
        }
        Err(diagnostics) => {
            let message = format!("the gateway does not compile\n{diagnostics}");
            syn::Error::new(path.span(), message).to_compile_error()
        }
    }
}
