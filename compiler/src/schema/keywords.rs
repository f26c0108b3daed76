//! The keywords of one schema, read into rules in a fixed order.

mod annotations;
mod composition;
mod containers;
mod scalars;
mod xml;

use gatewright_schema::rule::{Rule, Types};

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{Node, Value};

use super::Schema;
use super::lower::{Lowering, Scope};

/// One schema being read.
struct Reader<'a, 'r, 'd> {
    lowering: &'a mut Lowering<'r, 'd>,
    node: &'d Node,
    scope: Scope,
    schema: &'a mut Schema,
    sink: &'a mut Sink,
}

/// Reads the keywords of `node` into `schema`, which holds the rules of its references already.
pub(super) fn read<'d>(
    lowering: &mut Lowering<'_, 'd>,
    node: &'d Node,
    scope: Scope,
    schema: &mut Schema,
    sink: &mut Sink,
) {
    match &node.value {
        Value::Boolean(true) => {}
        Value::Boolean(false) => schema.types = Types::NONE,
        Value::Object(_) => Reader {
            lowering,
            node,
            scope,
            schema,
            sink,
        }
        .read(),
        _ => {
            let message = format!("expected a schema, found {}", node.kind());
            let help = "a schema is a mapping of keywords, `true` or `false`";
            sink.report(Diagnostic::new(&codes::SCHEMA_INVALID, node.span, message).help(help));
        }
    }
}

/// Reads what counts beside a `$ref` in the dialects where it stands for the whole schema.
pub(super) fn beside_reference(node: &Node, scope: Scope, schema: &mut Schema, sink: &mut Sink) {
    if !scope.dialect.is_openapi() {
        return;
    }
    let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    schema.annotations.description = text("description").or_else(|| text("summary"));
    let ignored = node.as_object().and_then(|object| {
        object
            .members()
            .iter()
            .find(|member| STRUCTURAL.contains(&member.key.as_str()))
    });
    if let Some(member) = ignored {
        let message = format!("`{}` beside `$ref` is ignored", member.key);
        let help = "put the reference into `allOf: [{ $ref: … }]` and the keyword beside that";
        sink.report(
            Diagnostic::new(&codes::SCHEMA_REFERENCE_SIBLING, member.key_span, message).help(help),
        );
    }
}

/// Keywords that change what a schema admits and that OpenAPI 3.0 ignores beside `$ref`.
const STRUCTURAL: [&str; 15] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "items",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
];

impl<'d> Reader<'_, '_, 'd> {
    fn read(mut self) {
        self.types();
        self.enumeration();
        self.numbers();
        self.strings();
        self.arrays();
        self.objects();
        self.composition();
        self.annotations();
        self.xml();
        self.infer_type();
        self.nullable();
    }

    /// A keyword's value; absent where it is `null`, which documents write for "nothing".
    fn get(&self, key: &str) -> Option<&'d Node> {
        self.node
            .get(key)
            .filter(|value| !matches!(value.value, Value::Null))
    }

    fn push(&mut self, rule: Rule) {
        self.schema.rules.push(rule);
    }

    /// Reports a keyword whose value is of the wrong type; it is then not read.
    fn wrong(&mut self, key: &str, value: &Node, expected: &str) {
        let message = format!("`{key}` must be {expected}, found {}", value.kind());
        self.sink.report(
            Diagnostic::new(&codes::SCHEMA_KEYWORD, value.span, message)
                .help("the keyword is ignored: values are not checked against it"),
        );
    }

    fn list(&mut self, key: &str) -> Option<&'d [Node]> {
        let value = self.get(key)?;
        let list = value.as_array();
        if list.is_none() {
            self.wrong(key, value, "a list");
        }
        list
    }

    fn boolean(&mut self, key: &str) -> bool {
        let Some(value) = self.get(key) else {
            return false;
        };
        match &value.value {
            Value::Boolean(value) => *value,
            Value::String(text) if text == "true" || text == "false" => text == "true",
            _ => {
                self.wrong(key, value, "`true` or `false`");
                false
            }
        }
    }

    /// A count: whole and not negative; `2.0` counts as 2.
    fn count(&mut self, key: &str) -> Option<u64> {
        let value = self.get(key)?;
        let count = match &value.value {
            Value::Number(text) => whole(text),
            _ => None,
        };
        if count.is_none() {
            self.wrong(key, value, "a whole number of at least 0");
        }
        count
    }

    /// A number, as JSON text.
    fn number(&mut self, key: &str) -> Option<&'d str> {
        let value = self.get(key)?;
        if let Value::Number(text) = &value.value {
            return Some(text);
        }
        self.wrong(key, value, "a number");
        None
    }

    /// The types, where `properties` or `items` show what the author left unsaid. Only in OpenAPI,
    /// whose authors mean it so.
    fn infer_type(&mut self) {
        if self.schema.types != Types::ANY
            || self.get("type").is_some()
            || !self.scope.dialect.is_openapi()
        {
            return;
        }
        let object = self.get("properties").is_some() || self.get("additionalProperties").is_some();
        if object {
            self.schema.types = Types::OBJECT;
        } else if self.get("items").is_some() {
            self.schema.types = Types::ARRAY;
        }
    }

    /// `nullable` of OpenAPI 3.0 and `x-nullable` of 2.0: `null` is admitted whatever the rest says.
    fn nullable(&mut self) {
        let key = if self.get("nullable").is_some() {
            "nullable"
        } else {
            "x-nullable"
        };
        if !self.scope.dialect.is_openapi() || !self.boolean(key) {
            return;
        }
        let composed = self.schema.rules.iter().any(|rule| {
            matches!(
                rule,
                Rule::Reference(_)
                    | Rule::DynamicReference { .. }
                    | Rule::AllOf(_)
                    | Rule::AnyOf(_)
                    | Rule::OneOf { .. }
                    | Rule::Not(_)
                    | Rule::If { .. }
            )
        });
        if !composed {
            self.schema.types = self.schema.types.union(Types::NULL);
            for rule in &mut self.schema.rules {
                if let Rule::Enumeration(values) = rule
                    && !values.iter().any(|value| value == "null")
                {
                    values.to_mut().push("null".into());
                }
            }
            return;
        }
        let mut inner = Schema::new(self.schema.span, self.schema.types);
        inner.rules = std::mem::take(&mut self.schema.rules);
        inner.hidden.clone_from(&self.schema.hidden);
        let inner = self.lowering.schemas_mut().add(inner);
        let null = self.null();
        self.schema.types = Types::ANY;
        self.push(Rule::AnyOf(vec![inner, null].into()));
    }
}

/// The value of a JSON number that is whole and not negative; huge ones are the greatest count.
fn whole(text: &str) -> Option<u64> {
    if let Ok(count) = text.parse() {
        return Some(count);
    }
    let value: f64 = text.parse().ok()?;
    if value < 0.0 || value.fract() != 0.0 {
        return None;
    }
    format!("{value:.0}").parse().ok().or(Some(u64::MAX))
}
