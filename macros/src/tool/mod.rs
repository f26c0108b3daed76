//! `#[tool]`

mod argument;
mod attribute;

use gatewright_compiler::emit::{listing, literal, rules};
use gatewright_compiler::native;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{FnArg, Ident, ItemFn, Pat};

use argument::Argument;
use attribute::Attribute;

/// The function, and beside it the module that the generated gateway refers to.
pub(crate) fn expand(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let mut function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.to_compile_error();
            return quote!(#item #error);
        }
    };
    let module = module(attribute, &mut function);
    // The function stays even where the tool is wrong, so that its callers do not add errors of theirs.
    match module {
        Ok(module) => quote!(#function #module),
        Err(error) => {
            let error = error.to_compile_error();
            quote!(#function #error)
        }
    }
}

/// What a parameter of the function is given.
enum Parameter {
    Call,
    Argument(Argument),
}

fn module(attribute: TokenStream, function: &mut ItemFn) -> syn::Result<TokenStream> {
    let attribute = Attribute::parse(attribute)?;
    let description = attribute
        .description
        .clone()
        .or_else(|| documentation(&function.attrs));
    let Some(description) = description else {
        return Err(syn::Error::new(
            function.sig.ident.span(),
            "nothing tells a model what this tool does: document the function, or say `description = \"..\"`",
        ));
    };
    let parameters = parameters(function)?;
    let explicit = attribute.input_schema.as_ref();
    let schema = match explicit {
        Some(schema) => schema.value(),
        None => argument::object_schema(&parameters),
    };
    let span = explicit.map_or_else(|| function.sig.ident.span(), syn::LitStr::span);
    let input = native::input(&schema).map_err(|problems| syn::Error::new(span, problems))?;

    let name = &function.sig.ident;
    let visibility = &function.vis;
    let table = rules::table(&input.table);
    let listing = literal::text(&attribute.listing(&description, &input.published));
    let call = if explicit.is_some() {
        whole(function, &parameters, &rules::id(input.root))?
    } else {
        separate(function, &parameters, &rules::id(input.root))
    };
    let lints = literal::no_lints();
    Ok(quote! {
        #[doc(hidden)]
        #lints
        #visibility mod #name {
            use ::gatewright::__private as rt;

            #table

            pub const LISTING: &str = #listing;
            pub const TOOL: rt::Tool = rt::Tool::NATIVE;

            #call
        }
    })
}

/// `call`, where each parameter is an argument.
fn separate(function: &ItemFn, parameters: &[Parameter], root: &TokenStream) -> TokenStream {
    let arguments: Vec<&Argument> = parameters
        .iter()
        .filter_map(|parameter| match parameter {
            Parameter::Argument(argument) => Some(argument),
            Parameter::Call => None,
        })
        .collect();
    let count = arguments.len();
    let slots: Vec<Ident> = (0..count)
        .map(|index| format_ident!("slot_{index}"))
        .collect();
    let values = slots
        .iter()
        .zip(&arguments)
        .map(|(slot, argument)| argument.read(slot));
    let mut passed = slots.iter().zip(&arguments);
    let passed: Vec<TokenStream> = parameters
        .iter()
        .map(|parameter| match parameter {
            Parameter::Call => quote!(call),
            Parameter::Argument(_) => passed
                .next()
                .map(|(slot, argument)| argument.pass(slot))
                .unwrap_or_default(),
        })
        .collect();
    let invoked = invoked(function, &passed);
    quote! {
        pub fn call<'a>(call: &'a rt::Call, arguments: &'a [u8]) -> rt::Answer<'a> {
            let mut slots = [rt::Slot::ABSENT; #count];
            if let Err(violations) = rt::object(&SCHEMAS, #root, arguments, &mut slots) {
                return call.invalid(violations);
            }
            let [#(#slots),*] = slots;
            ::std::boxed::Box::pin(async move {
                #(#values)*
                #invoked
            })
        }
    }
}

/// `call`, where one parameter is all of the arguments.
fn whole(
    function: &ItemFn,
    parameters: &[Parameter],
    root: &TokenStream,
) -> syn::Result<TokenStream> {
    let raw = parameters
        .iter()
        .filter(|parameter| matches!(parameter, Parameter::Argument(_)))
        .count();
    let all_raw = parameters.iter().all(|parameter| match parameter {
        Parameter::Call => true,
        Parameter::Argument(argument) => argument.is_required_raw(),
    });
    if raw > 1 || !all_raw {
        return Err(syn::Error::new_spanned(
            &function.sig.inputs,
            "with `input_schema`, the one parameter beside `&Call` is the whole of the arguments: `arguments: Raw<'_>`",
        ));
    }
    let passed: Vec<TokenStream> = parameters
        .iter()
        .map(|parameter| match parameter {
            Parameter::Call => quote!(call),
            Parameter::Argument(_) => quote!(arguments),
        })
        .collect();
    let invoked = invoked(function, &passed);
    Ok(quote! {
        pub fn call<'a>(call: &'a rt::Call, arguments: &'a [u8]) -> rt::Answer<'a> {
            let arguments = match rt::checked(&SCHEMAS, #root, arguments) {
                Ok(arguments) => arguments,
                Err(violations) => return call.invalid(violations),
            };
            ::std::boxed::Box::pin(async move {
                let _ = arguments;
                #invoked
            })
        }
    })
}

/// The call of the user's function, its answer made a result.
fn invoked(function: &ItemFn, passed: &[TokenStream]) -> TokenStream {
    let name = &function.sig.ident;
    let awaited = function.sig.asyncness.as_ref().map(|_| quote!(.await));
    quote!(rt::ToolResult::from(super::#name(#(#passed),*) #awaited))
}

/// The parameters, their documentation taken off: Rust allows none there.
fn parameters(function: &mut ItemFn) -> syn::Result<Vec<Parameter>> {
    let mut parameters = Vec::new();
    for input in &mut function.sig.inputs {
        let FnArg::Typed(typed) = input else {
            return Err(syn::Error::new_spanned(
                input,
                "a tool is a free function, without `self`",
            ));
        };
        let description = documentation(&typed.attrs);
        typed
            .attrs
            .retain(|attribute| !attribute.path().is_ident("doc"));
        if argument::is_call(&typed.ty) {
            parameters.push(Parameter::Call);
            continue;
        }
        let Pat::Ident(pattern) = &*typed.pat else {
            return Err(syn::Error::new_spanned(
                &typed.pat,
                "a parameter of a tool is a plain name",
            ));
        };
        parameters.push(Parameter::Argument(Argument::new(
            &pattern.ident,
            &typed.ty,
            description,
        )?));
    }
    Ok(parameters)
}

/// The text of documentation comments, lines joined.
fn documentation(attributes: &[syn::Attribute]) -> Option<String> {
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|attribute| {
            let pair = attribute.meta.require_name_value().ok()?;
            if !pair.path.is_ident("doc") {
                return None;
            }
            match &pair.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value().trim().to_owned()),
                _ => None,
            }
        })
        .collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

impl Attribute {
    /// The members of the listed tool after its name, without braces.
    fn listing(&self, description: &str, input_schema: &str) -> String {
        let mut out = listing::JsonObject::default();
        if let Some(title) = &self.title {
            out.string("title", title);
        }
        out.string("description", description);
        out.raw("inputSchema", input_schema);
        out.raw("annotations", &listing::annotations(self.annotations));
        out.members()
    }
}
