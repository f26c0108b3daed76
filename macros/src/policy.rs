//! `#[policy]`

use gatewright_compiler::emit::literal;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{FnArg, ItemFn, Type};

/// The function, and beside it the module that the generated gateway refers to, and an assertion of the
/// function's type.
pub(crate) fn expand(attribute: &TokenStream, item: &TokenStream) -> TokenStream {
    let function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.to_compile_error();
            return quote!(#item #error);
        }
    };
    // The function stays even where it is no policy, so that its callers do not add errors of theirs.
    match checked(attribute, &function) {
        Ok(beside) => quote!(#function #beside),
        Err(error) => {
            let error = error.to_compile_error();
            quote!(#function #error)
        }
    }
}

fn checked(attribute: &TokenStream, function: &ItemFn) -> syn::Result<TokenStream> {
    if !attribute.is_empty() {
        return Err(syn::Error::new_spanned(
            attribute,
            "`#[policy]` takes nothing: what it is asked of, the manifest says",
        ));
    }
    let signature = &function.sig;
    if let Some(token) = &signature.asyncness {
        return Err(syn::Error::new_spanned(
            token,
            "a policy written in Rust is no `async fn`: it decides by what it knows of the call",
        ));
    }
    let parameters = parameters(function)?;
    let name = &signature.ident;
    let visibility = &function.vis;
    let takes_arguments = parameters.len() == 2;
    // Types that leave out lifetimes mean the same here as in the function: any.
    let more = parameters.get(1).map(|kind| quote!(, #kind));
    let lifetimes = signature
        .generics
        .lifetimes()
        .map(|parameter| &parameter.lifetime);
    let lints = literal::no_lints();
    let assertion = quote_spanned! {name.span()=>
        const _: for<#(#lifetimes),*> fn(&::gatewright::Call #more) -> ::core::result::Result<(), ::gatewright::Refusal> = #name;
    };
    Ok(quote! {
        #[doc(hidden)]
        #lints
        #visibility mod #name {
            pub const TAKES_ARGUMENTS: bool = #takes_arguments;
        }
        #assertion
    })
}

/// The types of the parameters: of the call, and perhaps of its arguments.
fn parameters(function: &ItemFn) -> syn::Result<Vec<&Type>> {
    let generics = &function.sig.generics;
    if generics.type_params().next().is_some() || generics.const_params().next().is_some() {
        return Err(syn::Error::new_spanned(
            generics,
            "a policy is one function, not a generic one",
        ));
    }
    let mut types = Vec::new();
    for input in &function.sig.inputs {
        match input {
            FnArg::Typed(parameter) => types.push(&*parameter.ty),
            FnArg::Receiver(_) => {
                return Err(syn::Error::new_spanned(
                    input,
                    "a policy is a free function, without `self`",
                ));
            }
        }
    }
    if types.is_empty() || types.len() > 2 {
        return Err(syn::Error::new_spanned(
            &function.sig,
            "a policy takes the call, `&Call`, and of one tool perhaps its arguments: `&gateway::pets::ListPets<'_>`",
        ));
    }
    Ok(types)
}
