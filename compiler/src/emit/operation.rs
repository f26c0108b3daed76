//! How a tool's arguments become a request, as a static.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::literal::{ident, option, position, text};
use super::{body, xml};
use crate::manifest::Nesting;
use crate::openapi::{Location, Style};
use crate::plan::{Parameter, ParameterStyle, Piece, Request};

/// `static NAME: Operation`.
pub(super) fn operation(name: &Ident, request: &Request) -> TokenStream {
    let api = position(request.api);
    let credentials = request.credentials.iter().map(|index| position(*index));
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
    let body = body::body(&request.body);
    let xml = option(request.xml.as_ref().map(xml::document));
    quote! {
        static #name: rt::Operation = rt::Operation {
            api: #api,
            credentials: &[#(#credentials),*],
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

pub(super) fn parameter(parameter: &Parameter) -> TokenStream {
    let (argument, name) = (position(parameter.value), text(&parameter.name));
    let location = ident(match parameter.location {
        Location::Path => "Path",
        Location::Query => "Query",
        Location::Header => "Header",
        Location::Cookie => "Cookie",
    });
    let style = ident(match parameter.style {
        ParameterStyle::Nested(_) => "Nested",
        ParameterStyle::Member => "Member",
        ParameterStyle::Fixed => "Fixed",
        ParameterStyle::Json => "Json",
        ParameterStyle::Style(Style::Matrix) => "Matrix",
        ParameterStyle::Style(Style::Label) => "Label",
        ParameterStyle::Style(Style::Simple) => "Simple",
        ParameterStyle::Style(Style::Form) => "Form",
        ParameterStyle::Style(Style::SpaceDelimited) => "SpaceDelimited",
        ParameterStyle::Style(Style::PipeDelimited) => "PipeDelimited",
        ParameterStyle::Style(Style::DeepObject) => "DeepObject",
    });
    let nesting = match parameter.style {
        ParameterStyle::Nested(nesting) => {
            let nesting = ident(match nesting {
                Nesting::Brackets => "Brackets",
                Nesting::Indices => "Indices",
                Nesting::Repeat => "Repeat",
                Nesting::Json => "Json",
            });
            Some(quote!((rt::Nesting::#nesting)))
        }
        _ => None,
    };
    let (explode, allow_reserved) = (parameter.explode, parameter.allow_reserved);
    quote! {
        rt::Parameter {
            argument: #argument,
            name: #name,
            location: rt::Location::#location,
            style: rt::Style::#style #nesting,
            explode: #explode,
            allow_reserved: #allow_reserved,
        }
    }
}
