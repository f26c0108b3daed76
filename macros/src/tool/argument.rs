//! The parameters of a tool's function: what schema their types stand for, and how they are read.

use gatewright_compiler::emit::listing::JsonObject;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Ident, PathArguments, Type};

use super::Parameter;

/// A parameter that is an argument of the tool.
pub(crate) struct Argument {
    name: String,
    description: Option<String>,
    /// The schema of its type, without what it says beyond that.
    schema: Schema,
    optional: bool,
    /// `&str`: read as text, passed by reference.
    borrowed: bool,
}

/// The schema that a type stands for.
enum Schema {
    Any,
    Boolean,
    Number,
    Text,
    /// The least and the greatest value.
    Integer(i128, i128),
    Array(Box<Schema>),
}

impl Argument {
    pub(crate) fn new(name: &Ident, kind: &Type, description: Option<String>) -> syn::Result<Self> {
        let (kind, optional) = match generic(kind, "Option") {
            Some(inner) => (inner, true),
            None => (kind, false),
        };
        Ok(Self {
            name: name.to_string().trim_start_matches("r#").to_owned(),
            description,
            schema: schema(kind)?,
            optional,
            borrowed: matches!(kind, Type::Reference(_)),
        })
    }

    /// Whether it is a required `Raw`.
    pub(crate) fn is_required_raw(&self) -> bool {
        matches!(self.schema, Schema::Any) && !self.optional
    }

    /// A statement that turns the slot into a value of the type.
    pub(crate) fn read(&self, slot: &Ident) -> TokenStream {
        match (self.borrowed, self.optional) {
            (true, false) => quote!(let #slot = #slot.text();),
            (true, true) => quote!(let #slot = #slot.optional_text();),
            (false, false) => quote!(let #slot = rt::Argument::read(#slot.raw());),
            (false, true) => quote!(let #slot = #slot.optional_raw().map(rt::Argument::read);),
        }
    }

    /// The expression that passes it.
    pub(crate) fn pass(&self, slot: &Ident) -> TokenStream {
        match (self.borrowed, self.optional) {
            (true, false) => quote!(&#slot),
            (true, true) => quote!(#slot.as_deref()),
            (false, _) => quote!(#slot),
        }
    }
}

/// Whether a parameter's type is `&Call`.
pub(crate) fn is_call(kind: &Type) -> bool {
    match kind {
        Type::Reference(reference) => {
            last_segment(&reference.elem).is_some_and(|last| last == "Call")
        }
        _ => false,
    }
}

/// The schema of all arguments together, as JSON text.
pub(crate) fn object_schema(parameters: &[Parameter]) -> String {
    let mut properties = JsonObject::default();
    let mut required = Vec::new();
    for parameter in parameters {
        if let Parameter::Argument(argument) = parameter {
            let mut out = argument.schema.json();
            if let Some(description) = &argument.description {
                out.string("description", description);
            }
            properties.raw(&argument.name, &out.finish());
            if !argument.optional {
                required.push(format!("\"{}\"", argument.name));
            }
        }
    }
    let mut object = JsonObject::default();
    object.string("type", "object");
    object.raw("properties", &properties.finish());
    if !required.is_empty() {
        object.raw("required", &format!("[{}]", required.join(",")));
    }
    object.raw("additionalProperties", "false");
    object.finish()
}

impl Schema {
    fn json(&self) -> JsonObject {
        let mut out = JsonObject::default();
        match self {
            Self::Any => {}
            Self::Boolean => out.string("type", "boolean"),
            Self::Number => out.string("type", "number"),
            Self::Text => out.string("type", "string"),
            Self::Integer(least, greatest) => {
                out.string("type", "integer");
                out.raw("minimum", &least.to_string());
                out.raw("maximum", &greatest.to_string());
            }
            Self::Array(items) => {
                out.string("type", "array");
                out.raw("items", &items.json().finish());
            }
        }
        out
    }
}

fn schema(kind: &Type) -> syn::Result<Schema> {
    if let Type::Reference(reference) = kind
        && last_segment(&reference.elem).is_some_and(|last| last == "str")
    {
        return Ok(Schema::Text);
    }
    if let Some(items) = generic(kind, "Vec") {
        return Ok(Schema::Array(Box::new(schema(items)?)));
    }
    let name = last_segment(kind)
        .map(ToString::to_string)
        .unwrap_or_default();
    Ok(match name.as_str() {
        "Raw" => Schema::Any,
        "bool" => Schema::Boolean,
        "f32" | "f64" => Schema::Number,
        "String" => Schema::Text,
        "i8" => Schema::Integer(i8::MIN.into(), i8::MAX.into()),
        "i16" => Schema::Integer(i16::MIN.into(), i16::MAX.into()),
        "i32" => Schema::Integer(i32::MIN.into(), i32::MAX.into()),
        "i64" => Schema::Integer(i64::MIN.into(), i64::MAX.into()),
        "u8" => Schema::Integer(0, u8::MAX.into()),
        "u16" => Schema::Integer(0, u16::MAX.into()),
        "u32" => Schema::Integer(0, u32::MAX.into()),
        "u64" => Schema::Integer(0, u64::MAX.into()),
        _ => {
            return Err(syn::Error::new_spanned(
                kind,
                "no schema is known for this type: take `String`, `&str`, `bool`, a sized integer, a \
                 float, a `Vec` or an `Option` of one, or `Raw<'_>` for any JSON; or state the whole \
                 with `input_schema = \"..\"`",
            ));
        }
    })
}

/// The argument of `Wrapper<..>`, where the type is that.
fn generic<'t>(kind: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last()?;
    if last.ident != wrapper {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

fn last_segment(kind: &Type) -> Option<&Ident> {
    match kind {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}
