//! How a tool's arguments become a request, as a static.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::literal::{ident, option, position, text};
use super::xml;
use crate::openapi::{Location, Style};
use crate::plan::{Body, Parameter, ParameterStyle, Piece, Request};

/// `static NAME: Operation`.
pub(super) fn operation(name: &Ident, request: &Request) -> TokenStream {
    let api = position(request.api);
    let (method, template, accept) = (
        text(request.method),
        text(&request.template),
        text(&request.accept),
    );
    let names = request.names.iter().map(|name| text(name));
    let path = request.path.iter().map(|segment| {
        let pieces = segment.iter().map(piece);
        quote!(&[#(#pieces),*])
    });
    let parameters = request.parameters.iter().map(parameter);
    let body = body(&request.body);
    let xml = option(request.xml.as_ref().map(xml::document));
    quote! {
        static #name: rt::Operation = rt::Operation {
            api: #api,
            method: #method,
            template: #template,
            arguments: &[#(#names),*],
            path: &[#(#path),*],
            parameters: &[#(#parameters),*],
            body: #body,
            accept: #accept,
            xml: #xml,
        };
    }
}

fn piece(piece: &Piece) -> TokenStream {
    match piece {
        Piece::Literal(literal) => {
            let literal = text(literal);
            quote!(rt::Piece::Literal(#literal))
        }
        Piece::Parameter(parameter) => {
            let parameter = self::parameter(parameter);
            quote!(rt::Piece::Parameter(#parameter))
        }
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let (argument, name) = (position(parameter.value), text(&parameter.name));
    let location = ident(match parameter.location {
        Location::Path => "Path",
        Location::Query => "Query",
        Location::Header => "Header",
        Location::Cookie => "Cookie",
    });
    let style = ident(match parameter.style {
        ParameterStyle::Json => "Json",
        ParameterStyle::Style(Style::Matrix) => "Matrix",
        ParameterStyle::Style(Style::Label) => "Label",
        ParameterStyle::Style(Style::Simple) => "Simple",
        ParameterStyle::Style(Style::Form) => "Form",
        ParameterStyle::Style(Style::SpaceDelimited) => "SpaceDelimited",
        ParameterStyle::Style(Style::PipeDelimited) => "PipeDelimited",
        ParameterStyle::Style(Style::DeepObject) => "DeepObject",
    });
    let (explode, allow_reserved) = (parameter.explode, parameter.allow_reserved);
    quote! {
        rt::Parameter {
            argument: #argument,
            name: #name,
            location: rt::Location::#location,
            style: rt::Style::#style,
            explode: #explode,
            allow_reserved: #allow_reserved,
        }
    }
}

fn body(body: &Body) -> TokenStream {
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
        Body::Xml {
            media_type,
            document,
            value,
        } => {
            let (media_type, value) = (text(media_type), position(*value));
            let document = xml::document(document);
            quote! {
                rt::Body::Xml { media_type: #media_type, document: #document, argument: #value }
            }
        }
        Body::XmlObject {
            media_type,
            document,
            members,
            required,
        } => {
            let (media_type, members) = (text(media_type), xml::members(members));
            let document = xml::document(document);
            quote! {
                rt::Body::XmlObject {
                    media_type: #media_type,
                    document: #document,
                    members: #members,
                    required: #required,
                }
            }
        }
    }
}

/// A member's key as JSON text, with its colon.
fn json_key(key: &str) -> String {
    let mut out = Vec::with_capacity(key.len() + 3);
    gatewright_schema::json::string_into(key, &mut out);
    out.push(b':');
    String::from_utf8(out).unwrap_or_default()
}
