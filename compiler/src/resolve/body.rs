//! The body of a request: from which arguments it is made.

mod choice;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Types;

use self::choice::{Chosen, chosen};
use super::arguments::Candidate;
use super::files::{self, Accepted};
use super::media_type::{self, Kind};
use super::unsupported::Unsupported;
use super::xml::Use;
use super::{Resolver, form};
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{BodyArguments, BodyOverride, Nesting};
use crate::openapi::{self, Details, MediaType, Operation};
use crate::plan::{Body, PartContent};
use crate::schema::{Direction, ObjectMember, ObjectShape, Rest, Schema, Schemas, text};
use crate::source::Spanned;

/// Adds the body's candidates, and says how they become the body: the members of a plain object each on
/// their own, any other body whole.
pub(super) fn body<'d>(
    operation: &Operation<'d>,
    details: &Details<'d>,
    change: &BodyOverride,
    nesting: Option<Nesting>,
    candidates: &mut Vec<Candidate>,
    resolver: &mut Resolver<'d, '_>,
) -> Result<Body, Unsupported> {
    let Some(body) = details
        .body
        .as_ref()
        .filter(|body| !body.media_types.is_empty())
    else {
        no_body(change, resolver);
        return Ok(Body::None);
    };
    let Some(chosen) = chosen(body, change, resolver) else {
        return Ok(Body::None);
    };
    let mut maker = Maker {
        body,
        arguments: change.arguments.as_ref(),
        nesting,
        candidates,
        resolver,
    };
    let made = maker.make(&chosen);
    match made {
        // A body that nobody needs is not worth the tool.
        Err(_) if !body.required && operation.method == "GET" => Ok(Body::None),
        made => made,
    }
}

fn no_body(change: &BodyOverride, resolver: &mut Resolver<'_, '_>) {
    let spans = [
        change.media_type.as_ref().map(|name| name.span),
        change.arguments.as_ref().map(|arguments| arguments.span),
    ];
    for span in spans.into_iter().flatten() {
        let message = "the operation has no request body";
        resolver
            .sink
            .report(Diagnostic::new(&codes::INVALID_VALUE, span, message));
    }
}

/// What making a body takes.
struct Maker<'m, 'd, 's> {
    body: &'m openapi::Body<'d>,
    arguments: Option<&'m Spanned<BodyArguments>>,
    nesting: Option<Nesting>,
    candidates: &'m mut Vec<Candidate>,
    resolver: &'m mut Resolver<'d, 's>,
}

impl<'d> Maker<'_, 'd, '_> {
    fn make(&mut self, chosen: &Chosen<'_, 'd>) -> Result<Body, Unsupported> {
        let Chosen { content, name, .. } = chosen;
        if !media_type::is_header_safe(name) {
            return Err(Unsupported::new(
                content.name.span,
                "its body's media type cannot stand in a header",
            ));
        }
        let schema = self
            .resolver
            .schema(content.schema, self.body.span, Direction::Request);
        match chosen.kind {
            Kind::Json | Kind::AnyRange => Ok(self.json(name, schema)),
            Kind::UrlEncoded => self.url_encoded(content, name, schema),
            Kind::FormData => self.form_data(content, schema),
            Kind::Text => self.text(content, name, schema),
            Kind::Binary => Ok(self.binary(name)),
            Kind::Range => Ok(self.file(name)),
            Kind::Xml => self.xml(content, name, schema),
            Kind::Multipart => {
                let names: Vec<_> = self
                    .body
                    .media_types
                    .iter()
                    .map(|content| content.name.value)
                    .collect();
                Err(Unsupported::new(
                    self.body.span,
                    format!(
                        "its body is not one that can be written but {}",
                        text::clean(&names.join(", "))
                    ),
                ))
            }
        }
    }

    /// Adds the candidate of a body that is one argument; its position.
    fn whole(&mut self, schema: SchemaId) -> usize {
        self.candidates.push(Candidate {
            wire: "body".to_owned(),
            prefix: "request_",
            schema,
            required: self.body.required,
            description: self.body.description.map(text::clean),
            span: self.body.span,
        });
        self.candidates.len() - 1
    }

    /// Adds the candidate of a member; its position.
    fn member(&mut self, member: &ObjectMember, schema: SchemaId) -> usize {
        let span = self.resolver.lowering.schemas().get(schema).span;
        self.candidates.push(Candidate {
            wire: member.name.clone(),
            prefix: "body_",
            schema,
            required: member.required,
            description: None,
            span,
        });
        self.candidates.len() - 1
    }

    /// The members of a body that is taken apart; none where it stays whole. Reports where that is not
    /// as the manifest asks.
    fn apart(&mut self, schema: SchemaId) -> Option<ObjectShape> {
        let asked = self.arguments;
        if asked.is_some_and(|asked| asked.value == BodyArguments::Nested) {
            return None;
        }
        match apart(self.resolver.lowering.schemas(), schema, self.body.required) {
            Ok(shape) => Some(shape),
            Err(reason) => {
                self.not_flat(reason);
                None
            }
        }
    }

    /// Reports that a body cannot be taken apart, where the manifest asks for it.
    fn not_flat(&mut self, reason: &str) {
        if let Some(asked) = self.arguments
            && asked.value == BodyArguments::Flat
        {
            let message = format!("the body cannot be taken apart into arguments: {reason}");
            self.resolver.sink.report(
                Diagnostic::new(&codes::INVALID_VALUE, asked.span, message)
                    .also(self.body.span, "the body")
                    .help("leave it one argument: take the entry out, or write `nested`"),
            );
        }
    }

    fn json(&mut self, name: &str, schema: SchemaId) -> Body {
        let Some(shape) = self.apart(schema) else {
            return Body::Json {
                media_type: name.to_owned(),
                value: self.whole(schema),
            };
        };
        let members = shape
            .members
            .iter()
            .map(|member| (member.name.clone(), self.member(member, member.schema)))
            .collect();
        Body::JsonObject {
            media_type: name.to_owned(),
            members,
            required: self.body.required,
        }
    }

    /// The same arguments as those of JSON, written as XML.
    fn xml(
        &mut self,
        content: &MediaType<'d>,
        name: &str,
        schema: SchemaId,
    ) -> Result<Body, Unsupported> {
        let document = self
            .resolver
            .xml_document(schema, Use::Request)
            .map_err(|reason| {
                let reason = format!("its body cannot be written as XML: {reason}");
                Unsupported::new(content.name.span, reason)
            })?;
        Ok(match self.json(name, schema) {
            Body::Json { media_type, value } => Body::Xml {
                media_type,
                document,
                value,
            },
            Body::JsonObject {
                media_type,
                members,
                required,
            } => Body::XmlObject {
                media_type,
                document,
                members,
                required,
            },
            other => other,
        })
    }

    /// Refuses a form that can never be an object.
    fn object(&self, schema: SchemaId) -> Result<(), Unsupported> {
        let schemas = self.resolver.lowering.schemas();
        if schemas
            .get(schemas.follow(schema))
            .types
            .intersects(Types::OBJECT)
        {
            return Ok(());
        }
        Err(Unsupported::new(
            self.body.span,
            "its body is a form, and its schema describes no object",
        ))
    }

    fn url_encoded(
        &mut self,
        content: &MediaType<'d>,
        name: &str,
        schema: SchemaId,
    ) -> Result<Body, Unsupported> {
        self.object(schema)?;
        let mut fields = Vec::new();
        let whole = if let Some(shape) = self.apart(schema) {
            for member in &shape.members {
                let value = self.member(member, member.schema);
                let named = (member.name.as_str(), member.schema);
                fields.push(form::field(
                    content,
                    named,
                    value,
                    self.nesting,
                    self.resolver,
                )?);
            }
            None
        } else {
            let members = form::members(self.resolver.lowering.schemas(), schema);
            let object = form::whole(self.resolver.lowering.schemas_mut(), schema, &[]);
            let value = self.whole(object);
            for (name, schema) in &members {
                let named = (name.as_str(), *schema);
                fields.push(form::field(
                    content,
                    named,
                    value,
                    self.nesting,
                    self.resolver,
                )?);
            }
            Some(value)
        };
        Ok(Body::UrlEncoded {
            media_type: name.to_owned(),
            whole,
            fields,
            required: self.body.required,
        })
    }

    fn form_data(
        &mut self,
        content: &MediaType<'d>,
        schema: SchemaId,
    ) -> Result<Body, Unsupported> {
        let streamed = ["itemSchema", "prefixEncoding", "itemEncoding"];
        if streamed.iter().any(|key| content.node.get(key).is_some()) {
            return Err(Unsupported::new(
                content.name.span,
                "its body is a sequence of parts, not a form",
            ));
        }
        self.object(schema)?;
        let mut parts = Vec::new();
        let whole = if let Some(shape) = self.apart(schema) {
            for member in &shape.members {
                let value = self.candidates.len();
                let named = (member.name.as_str(), member.schema);
                let (part, published) = form::part(content, named, value, self.resolver)?;
                parts.push(part);
                self.member(member, published);
            }
            None
        } else {
            let members = form::members(self.resolver.lowering.schemas(), schema);
            let value = self.candidates.len();
            let mut files = Vec::new();
            for (name, schema) in &members {
                let named = (name.as_str(), *schema);
                let (part, _) = form::part(content, named, value, self.resolver)?;
                if part.content == PartContent::File {
                    files.push((name.as_str(), form::context(content, name, self.resolver)?));
                }
                parts.push(part);
            }
            let object = form::whole(self.resolver.lowering.schemas_mut(), schema, &files);
            Some(self.whole(object))
        };
        Ok(Body::Multipart {
            whole,
            parts,
            required: self.body.required,
        })
    }

    fn text(
        &mut self,
        content: &MediaType<'d>,
        name: &str,
        schema: SchemaId,
    ) -> Result<Body, Unsupported> {
        self.not_flat("it is text");
        let charset = media_type::charset(name);
        if charset
            .as_deref()
            .is_some_and(|name| name != "utf-8" && name != "us-ascii")
        {
            return Err(Unsupported::new(
                content.name.span,
                "its body is text in another encoding than UTF-8",
            ));
        }
        let essence = media_type::essence(name);
        let media_type = match essence.as_str() {
            "text/*" => "text/plain; charset=utf-8".to_owned(),
            // Without it, servers take it for one of several old encodings.
            _ if charset.is_none() && essence.starts_with("text/") => {
                format!("{name}; charset=utf-8")
            }
            _ => name.to_owned(),
        };
        let schema = scalar(schema, self.resolver.lowering.schemas_mut());
        Ok(Body::Text {
            media_type,
            value: self.whole(schema),
        })
    }

    fn binary(&mut self, name: &str) -> Body {
        self.not_flat("it is bytes");
        let schemas = self.resolver.lowering.schemas_mut();
        let schema = files::data(self.body.span, schemas);
        let annotations = &mut schemas.get_mut(schema).annotations;
        annotations.content_media_type = Some(media_type::essence(name));
        Body::Binary {
            media_type: name.to_owned(),
            value: self.whole(schema),
        }
    }

    fn file(&mut self, range: &str) -> Body {
        self.not_flat("it is bytes");
        let accepted = Accepted::range(range);
        let schemas = self.resolver.lowering.schemas_mut();
        let schema = files::object(&accepted, false, self.body.span, schemas);
        Body::File {
            value: self.whole(schema),
        }
    }
}

/// The members of an object that can be arguments of their own, or why it stays whole.
pub(super) fn apart(
    schemas: &Schemas,
    schema: SchemaId,
    required: bool,
) -> Result<ObjectShape, &'static str> {
    let shape = schemas
        .object_shape(schema)
        .ok_or("it is not always an object, or is one of several alternatives")?;
    if shape.rest == Rest::Rules {
        return Err("its schema has rules for the object as a whole");
    }
    if shape.members.is_empty() {
        return Err("its schema names no members");
    }
    // As separate arguments, neither could be said.
    if !required && shape.members.iter().any(|member| member.required) {
        return Err("it may be left out, but has members that it must have where it is there");
    }
    Ok(shape)
}

/// The schema of a text: the declared one where that is of scalars, else any string.
pub(super) fn scalar(schema: SchemaId, schemas: &mut Schemas) -> SchemaId {
    let declared = schemas.get(schemas.follow(schema));
    let scalars = Types::STRING.union(Types::NUMBER).union(Types::BOOLEAN);
    let binary = files::says(schemas, schema).format.as_deref() == Some("binary");
    if scalars.contains(declared.types) && !declared.types.is_empty() && !binary {
        return schema;
    }
    let mut text = Schema::new(declared.span, Types::STRING);
    text.annotations.description = files::says(schemas, schema).description;
    schemas.add(text)
}
