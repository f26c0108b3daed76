//! `type`, `enum`, `const` and the keywords of numbers and strings.

use gatewright_schema::rule::{Format, Rule, Text, Types};

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{Node, Value};

use super::super::lower::Dialect;
use super::super::pattern::{self, Translated};
use super::Reader;

impl Reader<'_, '_, '_> {
    /// `type`
    pub(super) fn types(&mut self) {
        let Some(value) = self.get("type") else {
            return;
        };
        let names = match &value.value {
            Value::String(_) => std::slice::from_ref(value),
            Value::Array(names) => names,
            _ => return self.wrong("type", value, "the name of a type or a list of them"),
        };
        let mut types = Types::NONE;
        for name in names {
            let known = match &name.value {
                Value::String(name) => type_named(name),
                Value::Null => Some(Types::NULL),
                _ => None,
            };
            if let Some(known) = known {
                types = types.union(known);
            } else {
                types = Types::ANY;
                self.unknown_type(name);
            }
        }
        self.schema.types = if names.is_empty() { Types::ANY } else { types };
    }

    fn unknown_type(&mut self, name: &Node) {
        let message = match name.as_str() {
            Some(name) => format!("there is no type `{name}`"),
            None => format!("expected the name of a type, found {}", name.kind()),
        };
        let help = "the types are null, boolean, integer, number, string, array and object; values of \
                    every type are admitted here";
        self.sink
            .report(Diagnostic::new(&codes::SCHEMA_TYPE, name.span, message).help(help));
    }

    /// `enum` and `const`
    pub(super) fn enumeration(&mut self) {
        if let Some(values) = self.list("enum") {
            let listed = self.values(values);
            self.push(Rule::Enumeration(listed.into()));
        }
        // Draft 4 has no `const`. `null` is a value here, so absence is asked of the node itself.
        if self.scope.dialect != Dialect::Draft4
            && let Some(value) = self.node.get("const")
        {
            let listed = self.values(std::slice::from_ref(value));
            self.push(Rule::Enumeration(listed.into()));
        }
    }

    /// The values as JSON texts. Where only strings are admitted, what YAML read as something else
    /// (`enum: [1.0, yes]`) is the string it was written as.
    fn values(&mut self, values: &[Node]) -> Vec<Text> {
        let strings = self.scope.dialect.is_openapi()
            && self.schema.types.without(Types::NULL) == Types::STRING;
        let mut listed: Vec<Text> = Vec::with_capacity(values.len());
        for value in values {
            let mut text = value.to_json();
            if strings && matches!(value.value, Value::Number(_) | Value::Boolean(_)) {
                let message = format!("the value `{text}` of a string is not a string");
                let help = format!("it is read as the string; write it in quotes: \"{text}\"");
                self.sink
                    .report(Diagnostic::new(&codes::SCHEMA_VALUE, value.span, message).help(help));
                text = format!("\"{text}\"");
            }
            if !listed.iter().any(|known| *known == text) {
                listed.push(text.into());
            }
        }
        listed
    }

    /// The keywords of numbers.
    pub(super) fn numbers(&mut self) {
        let minimum = self.bound("minimum", "exclusiveMinimum");
        match minimum {
            (Some(bound), true) => self.push(Rule::ExclusiveMinimum(bound)),
            (Some(bound), false) => self.push(Rule::Minimum(bound)),
            (None, _) => {}
        }
        let maximum = self.bound("maximum", "exclusiveMaximum");
        match maximum {
            (Some(bound), true) => self.push(Rule::ExclusiveMaximum(bound)),
            (Some(bound), false) => self.push(Rule::Maximum(bound)),
            (None, _) => {}
        }
        for key in ["exclusiveMinimum", "exclusiveMaximum"] {
            if self.get(key).is_some_and(|value| value.as_bool().is_none())
                && let Some(bound) = self.number(key)
            {
                let bound = bound.to_owned().into();
                self.push(if key == "exclusiveMinimum" {
                    Rule::ExclusiveMinimum(bound)
                } else {
                    Rule::ExclusiveMaximum(bound)
                });
            }
        }
        if let Some(divisor) = self.number("multipleOf") {
            if divisor.parse::<f64>().is_ok_and(|value| value > 0.0) {
                self.push(Rule::MultipleOf(divisor.to_owned().into()));
            } else if let Some(value) = self.get("multipleOf") {
                self.wrong("multipleOf", value, "a number greater than 0");
            }
        }
    }

    /// A bound, and whether the older, boolean form of the exclusive keyword makes it exclusive.
    fn bound(&mut self, key: &str, exclusive: &str) -> (Option<Text>, bool) {
        let bound = self.number(key).map(|bound| bound.to_owned().into());
        let exclusive = self.get(exclusive).and_then(Node::as_bool) == Some(true);
        (bound, exclusive)
    }

    /// The keywords of strings.
    pub(super) fn strings(&mut self) {
        let mut least = self.count("minLength").unwrap_or(0);
        let mut most = self.count("maxLength");
        if let Some(translated) = self.pattern() {
            self.push(Rule::Pattern(translated.pattern));
            least = least.max(translated.min_length.unwrap_or(0));
            most = most.into_iter().chain(translated.max_length).min();
        }
        if least > 0 {
            self.push(Rule::MinLength(least));
        }
        if let Some(most) = most {
            self.push(Rule::MaxLength(most));
        }
        self.format();
    }

    fn pattern(&mut self) -> Option<Translated> {
        let value = self.get("pattern")?;
        let Some(source) = value.as_str() else {
            self.wrong("pattern", value, "a string");
            return None;
        };
        pattern::translate(source)
            .map_err(|reason| self.unsupported_pattern(value, source, &reason))
            .ok()
    }

    /// Reports a pattern that cannot be evaluated; it is then neither checked nor published.
    pub(super) fn unsupported_pattern(&mut self, value: &Node, source: &str, reason: &str) {
        let message = format!("the pattern `{source}` cannot be checked");
        let help = "values are not checked against it here, the API may still refuse them";
        self.sink.report(
            Diagnostic::new(&codes::SCHEMA_PATTERN, value.span, message)
                .label(reason)
                .help(help),
        );
    }

    /// `format`, and `contentEncoding: base64`, which takes the place of `format: byte` in 3.1.
    fn format(&mut self) {
        let encoding = self.get("contentEncoding").and_then(Node::as_str);
        let value = self.get("format");
        if let Some(value) = value
            && value.as_str().is_none()
        {
            return self.wrong("format", value, "a string");
        }
        let name = value.and_then(Node::as_str);
        let enforced = match (name, encoding) {
            _ if !self.scope.dialect.is_openapi() => None,
            (Some(name), _) => Format::named(name),
            (None, Some("base64")) => Some(Format::Byte),
            (None, _) => None,
        };
        let enforced = enforced.filter(|format| {
            let of = match format {
                Format::Int32 | Format::Int64 => Types::INTEGER,
                _ => Types::STRING,
            };
            self.get("type").is_some() && self.schema.types.contains(of)
        });
        match enforced {
            Some(format) => self.push(Rule::Format(format)),
            None => self.schema.annotations.format = name.map(str::to_owned),
        }
        self.schema.annotations.content_encoding = encoding.map(str::to_owned);
    }
}

fn type_named(name: &str) -> Option<Types> {
    Some(match name {
        "null" => Types::NULL,
        "boolean" => Types::BOOLEAN,
        "integer" => Types::INTEGER,
        "number" => Types::NUMBER,
        // `file` is how OpenAPI 2.0 says that a part is binary.
        "string" | "file" => Types::STRING,
        "array" => Types::ARRAY,
        "object" => Types::OBJECT,
        _ => return None,
    })
}
