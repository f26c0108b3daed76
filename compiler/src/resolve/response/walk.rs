//! Where a pointer leads to in the schema of an answer.

use std::collections::BTreeSet;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::EACH;
use crate::diagnostic::{Diagnostic, codes};
use crate::schema::Schemas;
use crate::source::{Pointer, Span};
use crate::suggestion::did_you_mean;

/// From how many members on a message does not list them all.
const LISTED_AT_MOST: usize = 12;

/// What a value at some place can be: any of these schemas, or anything.
#[derive(Default)]
pub(super) struct Places {
    schemas: BTreeSet<SchemaId>,
    anything: bool,
}

/// Why a pointer leads nowhere.
pub(super) enum Problem {
    /// The value has no parts.
    Scalar,
    /// The value is an array, and the token is not `*`.
    Item,
    /// The value is an object without that member, and has these.
    Member(Vec<String>),
}

/// One of the schemas that judge a value, after references and alternatives.
struct Judge {
    schema: SchemaId,
    /// What all schemas on the way to it admit.
    types: Types,
    /// Whether it judges together with others, so that what it does not say another may.
    shared: bool,
    /// Whether others say what the value can be: those that it refers to.
    leads_on: bool,
}

impl Places {
    pub(super) fn of(schema: SchemaId) -> Self {
        Self {
            schemas: BTreeSet::from([schema]),
            anything: false,
        }
    }

    /// Whether the value can be of one of the types.
    pub(super) fn admits(&self, schemas: &Schemas, types: Types) -> bool {
        self.anything
            || self
                .judges(schemas)
                .iter()
                .any(|judge| !judge.leads_on && judge.types.intersects(types))
    }

    /// The schemas that a value can be of; `None` where it can be anything.
    pub(super) fn schemas(&self) -> Option<&BTreeSet<SchemaId>> {
        (!self.anything).then_some(&self.schemas)
    }

    /// Whether one of the schemas has such a rule.
    pub(super) fn has_rule(&self, schemas: &Schemas, wanted: impl Fn(&Rule) -> bool) -> bool {
        self.judges(schemas)
            .iter()
            .any(|judge| schemas.get(judge.schema).rules.iter().any(&wanted))
    }

    /// The parts of the value that a token leads to.
    pub(super) fn step(&self, schemas: &Schemas, token: &str) -> Result<Self, Problem> {
        let each = token == EACH;
        let mut next = Self {
            schemas: BTreeSet::new(),
            anything: self.anything,
        };
        let mut known = Vec::new();
        let mut types = Types::NONE;
        for judge in self.judges(schemas) {
            if !judge.leads_on {
                types = types.union(judge.types);
            }
            let (mut lists_members, mut lists_items) = (false, false);
            let object = judge.types.intersects(Types::OBJECT);
            let array = judge.types.intersects(Types::ARRAY) && each;
            for rule in &schemas.get(judge.schema).rules {
                match rule {
                    Rule::Properties(list) if object => {
                        lists_members = true;
                        for property in list.iter() {
                            known.push(property.name.to_string());
                            if each || property.name == token {
                                next.schemas.insert(property.schema);
                            }
                        }
                    }
                    Rule::PatternProperties(list) if object => {
                        lists_members = true;
                        next.schemas.extend(list.iter().map(|entry| entry.schema));
                    }
                    Rule::AdditionalProperties(rest) if object => {
                        lists_members = true;
                        if schemas.get(schemas.follow(*rest)).types != Types::NONE {
                            next.schemas.insert(*rest);
                        }
                    }
                    Rule::Items(items) if array => {
                        lists_items = true;
                        next.schemas.insert(*items);
                    }
                    Rule::PrefixItems(list) if array => {
                        lists_items = true;
                        next.schemas.extend(list.iter().copied());
                    }
                    _ => {}
                }
            }
            next.anything |= !judge.shared && (object && !lists_members || array && !lists_items);
        }
        if next.anything || !next.schemas.is_empty() {
            return Ok(next);
        }
        Err(if types.intersects(Types::OBJECT) {
            known.sort_unstable();
            known.dedup();
            Problem::Member(known)
        } else if types.intersects(Types::ARRAY) {
            Problem::Item
        } else {
            Problem::Scalar
        })
    }

    /// The schemas that judge the value, with all that they refer to about the same value.
    fn judges(&self, schemas: &Schemas) -> Vec<Judge> {
        let mut judges = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<_> = self
            .schemas
            .iter()
            .map(|schema| (*schema, Types::ANY, false))
            .collect();
        while let Some((schema, types, shared)) = waiting.pop() {
            if !seen.insert(schema) {
                continue;
            }
            let node = schemas.get(schema);
            let types = types.intersection(node.types);
            let mut leads_on = false;
            let lists = node
                .rules
                .iter()
                .any(|rule| matches!(rule, Rule::Properties(_) | Rule::Items(_)));
            for rule in &node.rules {
                let (targets, shares): (&[SchemaId], _) = match rule {
                    Rule::Reference(target) => (std::slice::from_ref(target), false),
                    Rule::DynamicReference { initial, .. } => {
                        (std::slice::from_ref(initial), false)
                    }
                    Rule::AllOf(list) => (list, true),
                    Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => (list, false),
                    _ => continue,
                };
                leads_on = true;
                waiting.extend(targets.iter().map(|target| {
                    (
                        *target,
                        types,
                        shared || lists || shares && targets.len() > 1,
                    )
                }));
            }
            judges.push(Judge {
                schema,
                types,
                shared: shared || leads_on,
                leads_on,
            });
        }
        judges
    }
}

impl Problem {
    /// The diagnostic about the pointer `text`, whose `token` after `before` leads nowhere.
    pub(super) fn diagnostic(
        self,
        text: &str,
        before: &Pointer,
        token: &str,
        span: Span,
    ) -> Diagnostic {
        let place = match before.to_string() {
            whole if whole.is_empty() => "the answer".to_owned(),
            part => format!("`{part}`"),
        };
        let (message, help) = match self {
            Self::Scalar => (
                format!("`{text}` leads nowhere: {place} is neither an object nor an array"),
                "end the pointer before that, or correct it".to_owned(),
            ),
            Self::Item => (
                format!("`{text}` leads nowhere: {place} is an array"),
                format!("write `*` for each of its items: `{before}/*`"),
            ),
            Self::Member(known) => {
                let listed = || {
                    let names: Vec<_> = known
                        .iter()
                        .take(LISTED_AT_MOST)
                        .map(|name| format!("`{name}`"))
                        .collect();
                    match (known.len(), names.join(", ")) {
                        (0, _) => "it has no members at all".to_owned(),
                        (count, names) if count > LISTED_AT_MOST => {
                            format!("some of its members are {names}")
                        }
                        (_, names) => format!("its members are {names}"),
                    }
                };
                let help = did_you_mean(token, known.iter().map(String::as_str));
                (
                    format!("`{text}` leads nowhere: {place} has no member `{token}`"),
                    help.unwrap_or_else(listed),
                )
            }
        };
        Diagnostic::new(&codes::RESPONSE_POINTER, span, message).help(help)
    }
}
