//! How values lie in XML, as a static.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal::{no_lints, number, option, position, text};
use crate::plan::Body;
use crate::plan::xml::{ANY, Document, Member, Name, Node, Object, Place, Shape};

/// `static XML`, where there is anything in it. Expects the runtime's private module as `rt`.
pub(super) fn table(shapes: &[Shape]) -> Option<TokenStream> {
    if shapes.is_empty() {
        return None;
    }
    let lints = no_lints();
    let shapes = shapes.iter().map(shape);
    Some(quote! {
        #lints
        static XML: &[rt::xml::Shape] = {
            use rt::Types;
            use rt::xml::{Member, Name, Node, Object, Place, Shape};
            &[#(#shapes),*]
        };
    })
}

/// How the values of a schema make a document, within the module of a server.
pub(super) fn document(document: &Document) -> TokenStream {
    let root = node(&document.root, &quote!(rt::xml::));
    let namespaces = document.namespaces.iter().map(|(prefix, namespace)| {
        let (prefix, namespace) = (text(prefix), text(namespace));
        quote!((#prefix, #namespace))
    });
    let shapes = if document.root.shape == ANY {
        quote!(&[])
    } else {
        quote!(super::XML)
    };
    quote! {
        rt::xml::Document {
            shapes: #shapes,
            root: #root,
            namespaces: &[#(#namespaces),*],
        }
    }
}

/// `rt::Body` of a body that is XML.
pub(super) fn body(body: &Body) -> TokenStream {
    match body {
        Body::Xml {
            media_type,
            document,
            value,
        } => {
            let (media_type, value) = (text(media_type), position(*value));
            let document = self::document(document);
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
            let (media_type, members) = (text(media_type), self::members(members));
            let document = self::document(document);
            quote! {
                rt::Body::XmlObject {
                    media_type: #media_type,
                    document: #document,
                    members: #members,
                    required: #required,
                }
            }
        }
        _ => TokenStream::new(),
    }
}

/// The members of an object that is made of arguments.
fn members(members: &[(String, usize)]) -> TokenStream {
    let members = members.iter().map(|(key, value)| {
        let (key, value) = (text(key), position(*value));
        quote!((#key, #value))
    });
    quote!(&[#(#members),*])
}

fn shape(shape: &Shape) -> TokenStream {
    let types = number(shape.types.0.into());
    let object = option(shape.object.as_ref().map(object));
    let item = option(
        shape
            .item
            .as_ref()
            .map(|item| node(item, &TokenStream::new())),
    );
    quote!(Shape { types: Types(#types), object: #object, item: #item })
}

fn object(object: &Object) -> TokenStream {
    let members = object.members.iter().map(member);
    let rest = option(
        object
            .rest
            .as_ref()
            .map(|rest| node(rest, &TokenStream::new())),
    );
    quote!(Object { members: &[#(#members),*], rest: #rest })
}

fn member(member: &Member) -> TokenStream {
    let (key, node, required) = (
        text(&member.key),
        node(&member.node, &TokenStream::new()),
        member.required,
    );
    quote!(Member { key: #key, node: #node, required: #required })
}

/// `path` leads to the runtime's types.
fn node(node: &Node, path: &TokenStream) -> TokenStream {
    let (place, shape) = (place(&node.place, path), number(node.shape.into()));
    quote!(#path Node { place: #path Place::#place, shape: #shape })
}

fn place(place: &Place, path: &TokenStream) -> TokenStream {
    match place {
        Place::Element(name) => {
            let name = self::name(name, path);
            quote!(Element(#name))
        }
        Place::Attribute(name) => {
            let name = self::name(name, path);
            quote!(Attribute(#name))
        }
        Place::Text => quote!(Text),
        Place::CData => quote!(CData),
        Place::Inline(name) => {
            let name = text(name);
            quote!(Inline(#name))
        }
    }
}

fn name(name: &Name, path: &TokenStream) -> TokenStream {
    if name.prefix.is_empty() && name.namespace.is_empty() {
        let local = text(&name.local);
        return quote!(#path Name::plain(#local));
    }
    let (prefix, local, namespace) = (text(&name.prefix), text(&name.local), text(&name.namespace));
    quote!(#path Name { prefix: #prefix, local: #local, namespace: #namespace })
}
