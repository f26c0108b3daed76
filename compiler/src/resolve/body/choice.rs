//! Which of the media types that an operation declares its body is sent as.

use gatewright_schema::rule::Types;

use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::BodyOverride;
use crate::openapi::{self, MediaType};
use crate::resolve::files::{self, Context};
use crate::resolve::media_type::{self, Kind};
use crate::resolve::{Resolver, form};
use crate::schema::Direction;
use crate::source::Spanned;
use crate::suggestion::did_you_mean;

/// The media type that is used.
pub(super) struct Chosen<'b, 'd> {
    pub(super) content: &'b MediaType<'d>,
    pub(super) kind: Kind,
    /// What it is sent as; of a range, one type in it that the manifest named.
    pub(super) name: String,
}

/// The media type that the manifest names, or the one that says most.
pub(super) fn chosen<'b, 'd>(
    body: &'b openapi::Body<'d>,
    change: &BodyOverride,
    resolver: &mut Resolver<'d, '_>,
) -> Option<Chosen<'b, 'd>> {
    if let Some(asked) = &change.media_type {
        if let Some(chosen) = named(body, asked, resolver) {
            return Some(chosen);
        }
        let known = body.media_types.iter().map(|content| content.name.value);
        let list: Vec<_> = known.clone().map(|name| format!("`{name}`")).collect();
        let help = did_you_mean(&asked.value, known)
            .unwrap_or_else(|| format!("it declares {}", list.join(", ")));
        let message = format!(
            "the operation declares no body of the type `{}`",
            asked.value
        );
        resolver.sink.report(
            Diagnostic::new(&codes::INVALID_VALUE, asked.span, message)
                .also(body.span, "its body")
                .help(help),
        );
    }
    let mut best: Option<(u8, Chosen<'b, 'd>)> = None;
    for content in &body.media_types {
        let kind = kind(content, resolver);
        let rank = rank(content, kind, resolver);
        if best.as_ref().is_none_or(|(least, _)| rank < *least) {
            let chosen = Chosen {
                content,
                kind,
                name: media_type::content_type(content),
            };
            best = Some((rank, chosen));
        }
    }
    best.map(|(_, chosen)| chosen)
}

/// The entry that the manifest names, or whose range it names a type of.
fn named<'b, 'd>(
    body: &'b openapi::Body<'d>,
    asked: &Spanned<String>,
    resolver: &mut Resolver<'d, '_>,
) -> Option<Chosen<'b, 'd>> {
    let same = |one: &str| one.trim().eq_ignore_ascii_case(asked.value.trim());
    let essence = media_type::essence(&asked.value);
    let media_types = &body.media_types;
    if let Some(content) = media_types
        .iter()
        .find(|content| same(content.name.value))
        .or_else(|| {
            media_types
                .iter()
                .find(|content| media_type::essence(content.name.value) == essence)
        })
    {
        return Some(Chosen {
            content,
            kind: kind(content, resolver),
            name: media_type::content_type(content),
        });
    }
    let content = media_types
        .iter()
        .find(|content| media_type::is_in_range(&asked.value, content.name.value))?;
    Some(Chosen {
        content,
        kind: media_type::kind(&asked.value),
        name: asked.value.clone(),
    })
    .filter(|_| essence.contains('/') && !essence.contains('*'))
}

/// The kind of an entry. A range that any type is in stands for JSON, unless it is of bytes.
fn kind<'d>(content: &MediaType<'d>, resolver: &mut Resolver<'d, '_>) -> Kind {
    let kind = media_type::kind(content.name.value);
    if kind != Kind::AnyRange || content.schema.is_none() {
        return kind;
    }
    let schema = resolver.schema(content.schema, content.name.span, Direction::Request);
    let nothing_said = Context {
        dialect: resolver.dialect,
        content_type: None,
    };
    let schemas = resolver.lowering.schemas();
    let typed = schemas.get(schemas.follow(schema)).types != Types::ANY;
    if typed && files::is_file(schemas, schema, nothing_said) {
        Kind::Range
    } else {
        kind
    }
}

/// The order in which media types are preferred, the least first.
fn rank<'d>(content: &MediaType<'d>, kind: Kind, resolver: &mut Resolver<'d, '_>) -> u8 {
    match kind {
        Kind::Json if media_type::essence(content.name.value) == "application/json" => 0,
        Kind::Json => 1,
        Kind::FormData => {
            let schema = resolver.schema(content.schema, content.name.span, Direction::Request);
            if form::has_file(content, schema, resolver) {
                2
            } else {
                4
            }
        }
        Kind::UrlEncoded => 3,
        Kind::AnyRange => 5,
        Kind::Xml => 6,
        Kind::Text => 7,
        Kind::Binary => 8,
        Kind::Range => 9,
        Kind::Multipart => 10,
    }
}
