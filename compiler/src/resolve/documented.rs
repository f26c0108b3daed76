//! What policies need of the document beyond what makes the tool: examples and schemas of answers, and
//! the schema of the body.

use gatewright_schema::{SchemaId, Table};

use super::response::{self, HeldTo};
use super::{Resolver, answer, media_type};
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{Override, Policy, PolicyKind, ResponseOverride};
use crate::openapi::{Details, MediaType, Operation, SchemaAt, Version};
use crate::plan::{Mock, MockSource, OperationTool, Shape, Validation};
use crate::schema::{Direction, compact};
use crate::source::{Node, Object, Span, Spanned};

/// What was found, for when policies are put into their places.
#[derive(Debug, Default)]
pub(super) struct Documented {
    /// Mocks of examples that the manifest names, by the place where it does.
    pub(super) examples: Vec<(Span, Mock)>,
    /// The operations that have no mock, and why.
    pub(super) mockless: Vec<(Span, String)>,
    /// The schemas of JSON bodies, by operation.
    pub(super) bodies: Vec<(Span, SchemaId)>,
}

impl<'d> Resolver<'d, '_> {
    /// Notes what the policies of the tool's scopes need of its operation.
    pub(super) fn document(
        &mut self,
        operation: &Operation<'d>,
        details: &Details<'d>,
        change: Option<&Override>,
        tool: &mut OperationTool,
    ) {
        let of_tool = change.map_or(&[][..], |change| &change.policies);
        let scopes = [
            &self.manifest.policies[..],
            self.policies_of_server,
            of_tool,
        ];
        let policies: Vec<&Policy> = scopes.into_iter().flatten().collect();
        let mut wants_mock = false;
        for policy in &policies {
            match &policy.kind {
                PolicyKind::MockResponse(mock) => wants_mock |= mock.example.is_none(),
                PolicyKind::SetBody(_) => self.body(operation, details),
                _ => {}
            }
        }
        for policy in of_tool {
            if let PolicyKind::MockResponse(mock) = &policy.kind
                && let Some(name) = &mock.example
            {
                self.named_mock(operation, details, name);
            }
        }
        if wants_mock {
            match self.mock(operation, details) {
                Ok(mock) => tool.mock = Some(mock),
                Err(reason) => self.documented.mockless.push((operation.span, reason)),
            }
        }
        let response = (
            tool.response.as_ref(),
            change.and_then(|change| change.response.as_ref()),
        );
        tool.validation = self.validation(operation, details, &policies, response);
    }

    fn named_mock(
        &mut self,
        operation: &Operation<'d>,
        details: &Details<'d>,
        name: &Spanned<String>,
    ) {
        let found = self.examples(operation, details);
        let (names, mocks): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let position = names.iter().position(|known| *known == name.value);
        let problem = match position.and_then(|position| mocks.into_iter().nth(position)) {
            Some(Ok(mock)) => {
                self.documented.examples.push((name.span, mock));
                return;
            }
            Some(Err(reason)) => reason,
            None => "the successful answer has no such example".to_owned(),
        };
        let known: Vec<_> = names.iter().filter(|name| !name.is_empty()).collect();
        let help = match known.as_slice() {
            [] => "leave the name out to have the answer made from its schema".to_owned(),
            known => format!(
                "its examples are {}",
                known
                    .iter()
                    .map(|name| format!("`{}`", name.escape_debug()))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        };
        self.sink.report(
            Diagnostic::new(
                &codes::NO_MOCK,
                name.span,
                format!("there is no mock `{}`: {problem}", name.value),
            )
            .also(operation.span, "this operation")
            .help(help),
        );
    }

    /// The first example that matches the schema, else a value made from it.
    fn mock(&mut self, operation: &Operation<'d>, details: &Details<'d>) -> Result<Mock, String> {
        let Some(declared) = answered(details) else {
            return match answer::success(details) {
                Some(response) if response.media_types.is_empty() => Ok(Mock {
                    media_type: String::new(),
                    body: String::new(),
                    source: MockSource::Nothing,
                }),
                Some(_) => Err("its successful answer is neither JSON nor text".to_owned()),
                None => Err("it declares no successful answer".to_owned()),
            };
        };
        let examples = self.examples_of(operation, &declared);
        if let Some(mock) = examples.into_iter().find_map(|(_, mock)| mock.ok()) {
            return Ok(mock);
        }
        let media_type = media_type::content_type(&declared);
        let essence = media_type::essence(&media_type);
        if !media_type::is_json(&essence) {
            return Err(format!(
                "its successful answer is `{}`, without an example",
                essence.escape_debug()
            ));
        }
        let body = match declared.schema {
            None => "{}".to_owned(),
            Some(schema) => {
                let schema = self.answer_schema(schema, operation.span);
                let schemas = self.lowering.schemas();
                schemas.sample(schema).ok_or(
                    "it has no example, and no value that matches the schema of its answer was found",
                )?
            }
        };
        Ok(Mock {
            media_type,
            body,
            source: MockSource::Schema,
        })
    }

    /// The examples of the successful answer, each as a mock or why it is none.
    fn examples(
        &mut self,
        operation: &Operation<'d>,
        details: &Details<'d>,
    ) -> Vec<(String, Result<Mock, String>)> {
        answered(details).map_or_else(Vec::new, |declared| self.examples_of(operation, &declared))
    }

    fn examples_of(
        &mut self,
        operation: &Operation<'d>,
        declared: &MediaType<'d>,
    ) -> Vec<(String, Result<Mock, String>)> {
        let mut values: Vec<(String, &'d Node)> = Vec::new();
        if self.version == Version::V20 {
            // Of the response, by media type.
            let examples = declared.node.get("examples");
            let own = examples.and_then(|examples| examples.get(declared.name.value));
            values.extend(own.map(|value| (String::new(), value)));
        } else {
            let single = declared.node.get("example");
            values.extend(single.map(|value| (String::new(), value)));
            let file = declared.schema.map_or(operation.file, |schema| schema.file);
            let named = declared.node.get("examples").and_then(Node::as_object);
            for member in named.into_iter().flat_map(Object::members) {
                let Ok((_, example)) = self.documents.follow(file, &member.value) else {
                    continue;
                };
                let value = example.get("dataValue").or_else(|| example.get("value"));
                values.extend(value.map(|value| (member.key.clone(), value)));
            }
        }
        let schema = declared
            .schema
            .map(|schema| self.answer_schema(schema, operation.span));
        let media_type = media_type::content_type(declared);
        values
            .into_iter()
            .map(|(name, value)| {
                let mock = self.example(&media_type, value, schema).map(|body| Mock {
                    media_type: media_type.clone(),
                    body,
                    source: MockSource::Example(name.clone()),
                });
                (name, mock)
            })
            .collect()
    }

    /// The body that an example stands for.
    fn example(
        &self,
        media_type: &str,
        value: &Node,
        schema: Option<SchemaId>,
    ) -> Result<String, String> {
        if !media_type::is_json(&media_type::essence(media_type)) {
            return match value.as_str() {
                Some(text) => Ok(text.to_owned()),
                None => Err("it is not text".to_owned()),
            };
        }
        let written = value.to_json();
        let Some(schema) = schema else {
            return Ok(written);
        };
        let compacted = compact(self.lowering.schemas(), &[schema]);
        let root = compacted.position(schema).unwrap_or(SchemaId(0));
        let table = Table {
            schemas: compacted.schemas.into(),
        };
        let problem = match table.check_text(root, written.as_bytes()) {
            Ok(()) => return Ok(written),
            Err(violations) => violations,
        };
        // Some documents give JSON as a text.
        let inner = value.as_str().unwrap_or_default();
        if table.check_text(root, inner.as_bytes()).is_ok()
            && let Ok(compact) = gatewright_schema::json::compact(inner.as_bytes())
        {
            return Ok(String::from_utf8_lossy(&compact).into_owned());
        }
        let first = problem.iter().next();
        Err(first.map_or_else(String::new, |violation| {
            format!("it does not match the schema of the answer: {violation}")
        }))
    }

    fn answer_schema(&mut self, schema: SchemaAt<'d>, span: Span) -> SchemaId {
        self.schema(Some(schema), span, Direction::Response)
    }

    /// Notes the schema of the JSON body, for what is set in it.
    fn body(&mut self, operation: &Operation<'d>, details: &Details<'d>) {
        let declared = details.body.as_ref();
        let json = declared.and_then(|body| media_type::json(&body.media_types));
        if let Some(schema) = json.and_then(|json| json.schema) {
            let schema = self.schema(Some(schema), operation.span, Direction::Request);
            self.documented.bodies.push((operation.span, schema));
        }
    }

    /// What answers must match, where a policy asks for it; the strictest of several decides.
    fn validation(
        &mut self,
        operation: &Operation<'d>,
        details: &Details<'d>,
        policies: &[&Policy],
        (shape, response): (Option<&Shape>, Option<&ResponseOverride>),
    ) -> Option<Validation> {
        let asked = policies.iter().filter_map(|policy| match &policy.kind {
            PolicyKind::ValidateContent(content) => Some((content.detect, policy.span)),
            _ => None,
        });
        let (detect, span) = asked.min_by_key(|(detect, _)| *detect)?;
        let declared = answer::success(details)
            .and_then(|response| {
                let declared = &response.media_types;
                media_type::json(declared).or_else(|| media_type::xml(declared))
            })?
            .schema?;
        let schema = self.answer_schema(declared, operation.span);
        let schemas = self.lowering.schemas_mut();
        // How many items there are says nothing of arrays that were shortened.
        let shortened = shape.is_some_and(|shape| shape.max_items.is_some());
        let schema = if shortened {
            schemas.relaxed(schema)
        } else {
            schema
        };
        // What is masked is checked as it is passed on: no answer would match.
        if let Some(response) = response.filter(|_| !detect) {
            let checked = HeldTo {
                schema: "the schema that `validate_content` holds answers to",
                without: "let `validate_content` only `detect`",
            };
            response::fit(response, schema, checked, self);
        }
        let schemas = self.lowering.schemas_mut();
        let schema = schemas.projected(schema, shape.map_or(&[], |shape| &shape.levels));
        Some(Validation {
            schema,
            detect,
            span,
        })
    }
}

/// What the successful answer is mocked as: JSON, else text or XML, if it is declared as any of them.
fn answered<'d>(details: &Details<'d>) -> Option<MediaType<'d>> {
    let declared = &answer::success(details)?.media_types;
    let is_text = |media_type: &&MediaType<'_>| {
        let essence = media_type::essence(media_type.name.value);
        media_type::is_text(&essence) || media_type::is_xml(&essence)
    };
    media_type::json(declared)
        .or_else(|| declared.iter().find(is_text))
        .filter(|chosen| media_type::is_header_safe(&media_type::content_type(chosen)))
        .cloned()
}
