//! A tool's arguments: the struct, `decode` (JSON text to struct) and `request` (struct to request).

use proc_macro2::TokenStream;
use quote::quote;

use super::literal::{doc, ident, position, text};
use super::rules::id;
use crate::plan::{Constant, Field, OperationTool, Value};
use crate::schema::Kind;

/// The struct and its functions.
pub(super) fn arguments(
    tool_name: &str,
    tool: &OperationTool,
    operation: &proc_macro2::Ident,
) -> TokenStream {
    let name = ident(&tool.type_name);
    let summary = doc(&format!("The arguments of `{tool_name}`."));
    let fields = tool.fields.iter().map(field);
    let decode = decode(tool);
    let request = request(tool, operation);
    let lifetime = lifetime(tool);
    quote! {
        #summary
        pub struct #name #lifetime {
            #(#fields)*
        }

        impl #lifetime #name #lifetime {
            #decode
            #request
        }
    }
}

/// `<'a>`, where a field borrows from the text of the call.
pub(super) fn lifetime(tool: &OperationTool) -> Option<TokenStream> {
    tool.borrows().then(|| quote!(<'a>))
}

/// The type of the struct where it is used, its lifetime left open.
pub(super) fn used(tool: &OperationTool) -> TokenStream {
    let name = ident(&tool.type_name);
    let lifetime = tool.borrows().then(|| quote!(<'_>));
    quote!(#name #lifetime)
}

fn field(field: &Field) -> TokenStream {
    let summary = doc(&format!("`{}`", field.name));
    let name = ident(&field.ident);
    let kind = match field.kind {
        Kind::Text => quote!(rt::Cow<'a, str>),
        Kind::Integer => quote!(i64),
        Kind::Number => quote!(rt::Number<'a>),
        Kind::Boolean => quote!(bool),
        Kind::Raw => quote!(rt::Raw<'a>),
    };
    let kind = if field.required {
        kind
    } else {
        quote!(Option<#kind>)
    };
    quote!(#summary pub #name: #kind,)
}

fn decode(tool: &OperationTool) -> TokenStream {
    let count = position(tool.fields.len());
    let schema = id(tool.arguments);
    let names: Vec<_> = tool
        .fields
        .iter()
        .map(|field| ident(&field.ident))
        .collect();
    let values = tool.fields.iter().map(|field| {
        let (name, getter) = (ident(&field.ident), ident(getter(field)));
        quote!(#name: #name.#getter(),)
    });
    let text = if tool.borrows() {
        quote!(&'a [u8])
    } else {
        quote!(&[u8])
    };
    let summary = doc("Reads and checks the JSON text of a call's arguments.");
    let errors = doc("Every rule that they break.");
    quote! {
        #summary
        ///
        /// # Errors
        #errors
        pub fn decode(arguments: #text) -> Result<Self, rt::Violations> {
            let mut slots = [rt::Slot::ABSENT; #count];
            rt::object(&super::SCHEMAS, #schema, arguments, &mut slots)?;
            let [#(#names),*] = slots;
            Ok(Self { #(#values)* })
        }
    }
}

fn getter(field: &Field) -> &'static str {
    match (field.kind, field.required) {
        (Kind::Text, true) => "text",
        (Kind::Text, false) => "optional_text",
        (Kind::Integer, true) => "integer",
        (Kind::Integer, false) => "optional_integer",
        (Kind::Number, true) => "number",
        (Kind::Number, false) => "optional_number",
        (Kind::Boolean, true) => "boolean",
        (Kind::Boolean, false) => "optional_boolean",
        (Kind::Raw, true) => "raw",
        (Kind::Raw, false) => "optional_raw",
    }
}

fn request(tool: &OperationTool, operation: &proc_macro2::Ident) -> TokenStream {
    let values = tool.values.iter().map(|value| match value {
        Value::Field(field) => field_value(tool, *field),
        Value::FieldOr(field, constant) => {
            let (value, constant) = (field_value(tool, *field), self::constant(constant));
            quote!(#value.or(#constant))
        }
        Value::Constant(constant) => self::constant(constant),
    });
    let summary = doc("The request that these arguments become.");
    let errors = doc("Arguments that have no place in a request, such as `..` in a path.");
    quote! {
        #summary
        ///
        /// # Errors
        #errors
        pub fn request(&self) -> Result<rt::Request, rt::Violations> {
            rt::encode(&#operation, &[#(#values),*])
        }
    }
}

/// `Value::from` of a field: by reference where it owns text.
fn field_value(tool: &OperationTool, field: usize) -> TokenStream {
    let Some(field) = tool.fields.get(field) else {
        return quote!(rt::Value::Absent);
    };
    let name = ident(&field.ident);
    // Text may own what it holds; everything else is copied.
    let borrow = (field.kind == Kind::Text).then(|| quote!(&));
    quote!(rt::Value::from(#borrow self.#name))
}

fn constant(constant: &Constant) -> TokenStream {
    match constant {
        Constant::Text(value) => {
            let value = text(value);
            quote!(rt::Value::Text(#value))
        }
        Constant::Number(value) => {
            let value = text(value);
            quote!(rt::Value::Number(#value))
        }
        Constant::Boolean(value) => quote!(rt::Value::Boolean(#value)),
        Constant::Json(value) => {
            let value = text(value);
            quote!(rt::Value::Json(#value))
        }
    }
}
