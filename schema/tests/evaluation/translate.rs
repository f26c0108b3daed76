//! A small compiler from JSON Schema documents to tables: enough to state test cases in JSON.

use std::collections::HashMap;

use gatewright_schema::rule::{
    Format, Pattern, PatternProperty, Property, Rule, Schema, Text, Types,
};
use gatewright_schema::{SchemaId, Table};
use serde_json::{Map, Value};

/// Compiles a document whose references are pointers into itself; `None` where it uses more.
pub(crate) fn table(document: &Value) -> Option<Table> {
    let mut translation = Translation {
        document,
        known: HashMap::new(),
        schemas: Vec::new(),
    };
    translation.place("")?;
    Some(Table {
        schemas: translation.schemas.into(),
    })
}

struct Translation<'d> {
    document: &'d Value,
    known: HashMap<String, SchemaId>,
    schemas: Vec<Schema>,
}

impl Translation<'_> {
    /// The schema at a pointer, compiled once.
    fn place(&mut self, pointer: &str) -> Option<SchemaId> {
        if let Some(id) = self.known.get(pointer) {
            return Some(*id);
        }
        let id = SchemaId(u32::try_from(self.schemas.len()).ok()?);
        self.known.insert(pointer.to_owned(), id);
        self.schemas.push(Schema::NONE);
        let schema = match self.document.pointer(pointer)?.clone() {
            Value::Bool(true) => Schema::ANY,
            Value::Bool(false) => Schema::NONE,
            Value::Object(keywords) => self.object(pointer, &keywords)?,
            _ => return None,
        };
        self.schemas[id.0 as usize] = schema;
        Some(id)
    }

    fn object(&mut self, pointer: &str, keywords: &Map<String, Value>) -> Option<Schema> {
        let mut schema = Schema {
            types: Types::ANY,
            rules: Vec::new().into(),
        };
        for (name, value) in keywords {
            let at = format!("{pointer}/{name}");
            if name == "type" {
                schema.types = types(value)?;
            } else if let Some(rule) = self.rule(name, value, &at, keywords)? {
                schema.rules.to_mut().push(rule);
            }
        }
        Some(schema)
    }

    /// The rule of a keyword; `Some(None)` for one that demands nothing by itself.
    #[allow(
        clippy::option_option,
        clippy::too_many_lines,
        reason = "one line for each keyword"
    )]
    fn rule(
        &mut self,
        name: &str,
        value: &Value,
        at: &str,
        keywords: &Map<String, Value>,
    ) -> Option<Option<Rule>> {
        let number = || value.is_number().then(|| Text::from(value.to_string()));
        // Limits may be written as `2.0`.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small and whole"
        )]
        let count = |value: &Value| value.as_f64().map(|count| count as u64);
        Some(Some(match name {
            "enum" => Rule::Enumeration(
                value
                    .as_array()?
                    .iter()
                    .map(|v| v.to_string().into())
                    .collect(),
            ),
            "const" => Rule::Enumeration(vec![value.to_string().into()].into()),
            "minLength" => Rule::MinLength(count(value)?),
            "maxLength" => Rule::MaxLength(count(value)?),
            "pattern" => Rule::Pattern(pattern(value.as_str()?)),
            "format" => match Format::named(value.as_str()?) {
                Some(format) => Rule::Format(format),
                None => return Some(None),
            },
            "minimum" => Rule::Minimum(number()?),
            "maximum" => Rule::Maximum(number()?),
            "exclusiveMinimum" => Rule::ExclusiveMinimum(number()?),
            "exclusiveMaximum" => Rule::ExclusiveMaximum(number()?),
            "multipleOf" => Rule::MultipleOf(number()?),
            "prefixItems" => Rule::PrefixItems(self.list(value, at)?.into()),
            "items" => Rule::Items(self.place(at)?),
            "minItems" => Rule::MinItems(count(value)?),
            "maxItems" => Rule::MaxItems(count(value)?),
            "uniqueItems" => {
                if *value != Value::Bool(true) {
                    return Some(None);
                }
                Rule::UniqueItems
            }
            "contains" => Rule::Contains {
                schema: self.place(at)?,
                min: keywords.get("minContains").map_or(Some(1), count)?,
                max: match keywords.get("maxContains") {
                    Some(most) => Some(count(most)?),
                    None => None,
                },
            },
            "unevaluatedItems" => Rule::UnevaluatedItems(self.place(at)?),
            "properties" => {
                let properties = self.named(value, at)?.into_iter();
                Rule::Properties(
                    properties
                        .map(|(name, schema)| Property { name, schema })
                        .collect(),
                )
            }
            "required" => Rule::Required(texts(value)?),
            "patternProperties" => {
                let entries = self.named(value, at)?.into_iter();
                Rule::PatternProperties(
                    entries
                        .map(|(name, schema)| PatternProperty {
                            pattern: pattern(&name),
                            schema,
                        })
                        .collect(),
                )
            }
            "additionalProperties" => Rule::AdditionalProperties(self.place(at)?),
            "propertyNames" => Rule::PropertyNames(self.place(at)?),
            "minProperties" => Rule::MinProperties(count(value)?),
            "maxProperties" => Rule::MaxProperties(count(value)?),
            "dependentRequired" => Rule::DependentRequired(
                value
                    .as_object()?
                    .iter()
                    .map(|(name, others)| Some((name.clone().into(), texts(others)?)))
                    .collect::<Option<_>>()?,
            ),
            "dependentSchemas" => Rule::DependentSchemas(self.named(value, at)?.into()),
            "unevaluatedProperties" => Rule::UnevaluatedProperties(self.place(at)?),
            "$ref" => {
                let target = value.as_str()?.strip_prefix('#')?;
                if !target.is_empty() && !target.starts_with('/') {
                    return None;
                }
                let target = target.replace("%25", "%").replace("%22", "\"");
                Rule::Reference(self.place(&target)?)
            }
            "allOf" => Rule::AllOf(self.list(value, at)?.into()),
            "anyOf" => Rule::AnyOf(self.list(value, at)?.into()),
            "oneOf" => Rule::OneOf {
                schemas: self.list(value, at)?.into(),
                discriminator: None,
            },
            "not" => Rule::Not(self.place(at)?),
            "if" => {
                let parent = at.strip_suffix("/if")?;
                let mut branch = |name: &str| match keywords.get(name) {
                    Some(_) => self.place(&format!("{parent}/{name}")).map(Some),
                    None => Some(None),
                };
                let (then, otherwise) = (branch("then")?, branch("else")?);
                Rule::If {
                    condition: self.place(at)?,
                    then,
                    otherwise,
                }
            }
            // Resources are the business of the real compiler.
            "$id" | "$anchor" | "$dynamicAnchor" | "$dynamicRef" => return None,
            _ => return Some(None),
        }))
    }

    fn list(&mut self, value: &Value, at: &str) -> Option<Vec<SchemaId>> {
        (0..value.as_array()?.len())
            .map(|index| self.place(&format!("{at}/{index}")))
            .collect()
    }

    fn named(&mut self, value: &Value, at: &str) -> Option<Vec<(Text, SchemaId)>> {
        value
            .as_object()?
            .keys()
            .map(|name| {
                let segment = name.replace('~', "~0").replace('/', "~1");
                Some((name.clone().into(), self.place(&format!("{at}/{segment}"))?))
            })
            .collect()
    }
}

fn texts(value: &Value) -> Option<gatewright_schema::rule::List<Text>> {
    value
        .as_array()?
        .iter()
        .map(|text| Some(text.as_str()?.to_owned().into()))
        .collect()
}

fn pattern(source: &str) -> Pattern {
    let lookaround = source.contains("(?");
    Pattern {
        source: source.to_owned().into(),
        translated: source.to_owned().into(),
        lookaround,
    }
}

fn types(value: &Value) -> Option<Types> {
    match value {
        Value::Array(names) => names
            .iter()
            .map(types)
            .try_fold(Types::NONE, |all, one| Some(all.union(one?))),
        _ => Some(match value.as_str()? {
            "null" => Types::NULL,
            "boolean" => Types::BOOLEAN,
            "integer" => Types::INTEGER,
            "number" => Types::NUMBER,
            "string" => Types::STRING,
            "array" => Types::ARRAY,
            "object" => Types::OBJECT,
            _ => return None,
        }),
    }
}
