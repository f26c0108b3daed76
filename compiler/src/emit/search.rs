//! Search mode: the list of the three tools that stand for the others, and the catalogue of these as
//! constants.

use gatewright_schema::search::{Builder, Document, Listing, meta};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::listing::{self, JsonObject};
use super::literal::{number, option, text};
use crate::manifest::Mode;
use crate::plan::{Action, Annotations, Server};

/// The tools of the list, as JSON objects with commas between.
pub(super) fn tools(server: &Server) -> String {
    const ABOUT_THE_CATALOGUE: Annotations = Annotations {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: false,
    };
    let objects = meta::ALL.map(|tool| {
        let hints = if tool.name == meta::CALL.name {
            worst(server)
        } else {
            ABOUT_THE_CATALOGUE
        };
        let mut out = JsonObject::default();
        out.string("name", tool.name);
        out.string("title", tool.title);
        out.string("description", tool.description);
        out.raw("inputSchema", tool.input_schema);
        out.raw("annotations", &listing::annotations(hints));
        out.finish()
    });
    objects.join(",")
}

/// What can be said of a call of which it is not known what it calls: what holds for every tool. Of
/// tools written in Rust only `rustc` knows the hints.
fn worst(server: &Server) -> Annotations {
    let hints = |tool: &crate::plan::Tool| match &tool.action {
        Action::Operation(operation) => operation.annotations,
        Action::Rust(_) => Annotations {
            read_only: false,
            destructive: true,
            idempotent: false,
            open_world: true,
        },
    };
    let all = |hint: fn(Annotations) -> bool| server.tools.iter().all(|tool| hint(hints(tool)));
    Annotations {
        read_only: all(|hints| hints.read_only),
        destructive: !all(|hints| hints.read_only || !hints.destructive),
        idempotent: all(|hints| hints.read_only || hints.idempotent),
        open_world: !all(|hints| !hints.open_world),
    }
}

/// How a model gets at tools that are not listed. How many there are is left out where that depends on who asks.
pub(super) fn instructions(count: Option<usize>) -> String {
    let count = count.map_or_else(|| "tools".to_owned(), |count| format!("{count} tools"));
    format!(
        "This server has {count}, which are not listed. Find those you need with `{}`, read how they are called \
         with `{}`, and call them with `{}`.",
        meta::SEARCH.name,
        meta::DESCRIBE.name,
        meta::CALL.name
    )
}

/// The static of the catalogue, and the value of the field that refers to it.
pub(super) fn catalogue(server: &Server) -> (TokenStream, TokenStream) {
    if server.mode == Mode::List {
        return (TokenStream::new(), option(None));
    }
    let mut index = Builder::default();
    let mut entries = Vec::new();
    for tool in &server.tools {
        match &tool.action {
            Action::Operation(operation) => {
                let mut out = JsonObject::default();
                listing::operation_tool(operation, None, &mut out);
                let members = out.members();
                let listing = format!("{{{members}}}");
                index.add(Document::of(&tool.name, &Listing::read(&listing)));
                let output = option(operation.output.as_ref().map(|output| {
                    let (legacy, modern) = (text(&output.legacy), text(&output.modern));
                    quote!((#legacy, #modern))
                }));
                let listing = text(&members);
                entries.push(quote!(rt::Entry { listing: #listing, output: #output }));
            }
            Action::Rust(path) => {
                // The path was checked to be one when the manifest was resolved.
                let path: TokenStream = path.parse().unwrap_or_default();
                index.add_outside();
                entries.push(quote!(rt::Entry { listing: #path::LISTING, output: None }));
            }
        }
    }
    let index = index.build();
    let words = text(&index.words);
    let ends = index.ends.iter().map(|(words, postings)| {
        let (words, postings) = (number((*words).into()), number((*postings).into()));
        quote!((#words, #postings))
    });
    let postings = Literal::byte_string(&index.postings);
    let lengths = index.lengths.iter().map(|length| number((*length).into()));
    let tables = quote! {
        static CATALOGUE: rt::Catalogue = rt::Catalogue {
            index: rt::Index {
                words: rt::Cow::Borrowed(#words),
                ends: rt::Cow::Borrowed(&[#(#ends),*]),
                postings: rt::Cow::Borrowed(#postings),
                lengths: rt::Cow::Borrowed(&[#(#lengths),*]),
            },
            entries: &[#(#entries),*],
        };
    };
    (tables, quote!(Some(&CATALOGUE)))
}
