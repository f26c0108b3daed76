//! How values become the body of a request, as part of the operation's static.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal::{ident, position, text};
use super::operation::parameter;
use super::xml;
use crate::plan::{Body, BodyPart, PartContent};

/// `rt::Body`
pub(super) fn body(body: &Body) -> TokenStream {
    match body {
        Body::None => quote!(rt::Body::None),
        Body::Json { media_type, value } => {
            let (media_type, value) = (text(media_type), position(*value));
            quote!(rt::Body::Json { media_type: #media_type, argument: #value })
        }
        Body::JsonObject {
            media_type,
            members,
            required,
        } => {
            let media_type = text(media_type);
            let members = members.iter().map(|(key, value)| {
                let (key, value) = (text(&json_key(key)), position(*value));
                quote!(rt::Member { key: #key, argument: #value })
            });
            quote! {
                rt::Body::JsonObject {
                    media_type: #media_type,
                    members: &[#(#members),*],
                    required: #required,
                }
            }
        }
        Body::Xml { .. } | Body::XmlObject { .. } => xml::body(body),
        Body::UrlEncoded {
            media_type,
            whole,
            fields,
            required,
        } => {
            let (media_type, whole) = (text(media_type), optional(*whole));
            let fields = fields.iter().map(parameter);
            quote! {
                rt::Body::UrlEncoded {
                    media_type: #media_type,
                    whole: #whole,
                    fields: &[#(#fields),*],
                    required: #required,
                }
            }
        }
        Body::Multipart {
            whole,
            parts,
            required,
        } => {
            let whole = optional(*whole);
            let parts = parts.iter().map(part);
            quote! {
                rt::Body::Multipart {
                    whole: #whole,
                    parts: &[#(#parts),*],
                    required: #required,
                }
            }
        }
        Body::Text { media_type, value } => {
            let (media_type, value) = (text(media_type), position(*value));
            quote!(rt::Body::Text { media_type: #media_type, argument: #value })
        }
        Body::Binary { media_type, value } => {
            let (media_type, value) = (text(media_type), position(*value));
            quote!(rt::Body::Binary { media_type: #media_type, argument: #value })
        }
        Body::File { value } => {
            let value = position(*value);
            quote!(rt::Body::File { argument: #value })
        }
    }
}

fn part(part: &BodyPart) -> TokenStream {
    let (name, argument) = (text(&part.name), position(part.value));
    let (media_type, headers) = (text(&part.media_type), text(&part.headers));
    let content = match part.content {
        PartContent::Joined(delimiter) => quote!(Joined(#delimiter)),
        PartContent::Value => plain("Value"),
        PartContent::Json => plain("Json"),
        PartContent::File => plain("File"),
    };
    quote! {
        rt::BodyPart {
            name: #name,
            argument: #argument,
            content: rt::PartContent::#content,
            media_type: #media_type,
            headers: #headers,
        }
    }
}

fn plain(name: &str) -> TokenStream {
    let name = ident(name);
    quote!(#name)
}

fn optional(value: Option<usize>) -> TokenStream {
    let value = value.map(position);
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

/// A member's key as JSON text, with its colon.
fn json_key(key: &str) -> String {
    let mut out = Vec::with_capacity(key.len() + 3);
    gatewright_schema::json::string_into(key, &mut out);
    out.push(b':');
    String::from_utf8(out).unwrap_or_default()
}
