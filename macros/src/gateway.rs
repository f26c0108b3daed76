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

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn problems_are_a_compile_error_with_the_text_of_the_diagnostics() {
        let expanded = expand(quote::quote!("tests/invalid.yaml")).to_string();
        assert!(expanded.contains("compile_error"), "{expanded}");
        for part in [
            "unknown-key",
            "timeuot",
            "undeclared-name",
            "petstor",
            "2 errors",
        ] {
            assert!(expanded.contains(part), "{part:?} is not in {expanded}");
        }
        assert!(
            expand(quote::quote!(gateway))
                .to_string()
                .contains("as a string")
        );
    }

    #[test]
    fn cargo_is_shown_every_file() {
        let expanded = expand(quote::quote!("tests/valid.yaml")).to_string();
        for part in ["fn gateway", "valid.yaml", "api.yaml", "include_bytes"] {
            assert!(expanded.contains(part), "{part:?} is not in {expanded}");
        }
    }
}
