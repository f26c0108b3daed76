//! Names, members and entries.

use std::collections::BTreeMap;

use crate::diagnostic::codes;
use crate::suggestion::{did_you_mean, nearest};

use super::super::domain::Domain;
use super::super::environment::{Entry, Environment, Variable};
use super::super::syntax::{Expr, ExprKind, Extent, Literal, Name};
use super::super::typed::{Bound, Node, Typed};
use super::super::types::{Field, Form, Type};
use super::known::path;
use super::{Checker, list};

/// More names than these are not listed in a message.
const MANY: usize = 12;

/// What an expression refers to.
pub(super) enum Resolved<'e> {
    Value(Box<Typed>),
    /// Names that have members, and no value of their own; and their path.
    Names(&'e BTreeMap<String, Entry>, String),
}

impl Resolved<'_> {
    fn value(typed: Typed) -> Self {
        Self::Value(Box::new(typed))
    }
}

impl<'e> Checker<'e, '_> {
    /// What a name, a member or an entry refers to.
    pub(super) fn resolve(&mut self, expr: &Expr) -> Option<Resolved<'e>> {
        match &expr.kind {
            ExprKind::Name(name) => {
                if let Some(local) = self.locals.iter().position(|local| local.name == *name) {
                    return self.local(local, expr).map(Resolved::value);
                }
                let environment: &'e Environment<'_> = self.environment;
                self.entry(&environment.names, name, name.clone(), expr)
            }
            ExprKind::Select { operand, field } => match self.resolve(operand)? {
                Resolved::Names(names, parent) => {
                    self.entry(names, &field.text, format!("{parent}.{}", field.text), expr)
                }
                Resolved::Value(operand) => self.member(*operand, field, expr).map(Resolved::value),
            },
            ExprKind::Index { operand, index } => match (&index.kind, self.names(operand)) {
                (ExprKind::Literal(Literal::String(name)), Some((names, parent))) => {
                    self.entry(names, name, format!("{parent}.{name}"), expr)
                }
                _ => self.index(expr, operand, index).map(Resolved::value),
            },
            _ => self.value(expr).map(Resolved::value),
        }
    }

    /// The members and the path of an expression that has no value of its own.
    fn names(&self, expr: &Expr) -> Option<(&'e BTreeMap<String, Entry>, String)> {
        let environment: &'e Environment<'_> = self.environment;
        let (entry, path) = match &expr.kind {
            ExprKind::Name(name) => (environment.names.get(name)?, name.clone()),
            ExprKind::Select { operand, field } => {
                let (names, parent) = self.names(operand)?;
                (names.get(&field.text)?, format!("{parent}.{}", field.text))
            }
            _ => return None,
        };
        match entry {
            Entry::Names(names) => Some((names, path)),
            _ => None,
        }
    }

    fn local(&mut self, position: usize, expr: &Expr) -> Option<Typed> {
        let local = self.locals.get(position)?;
        let typed = Typed::new(Node::Local(position), local.kind.clone(), expr.extent);
        let typed = Typed {
            bound: local.bound,
            ..typed
        };
        Some(self.narrowed(typed, expr))
    }

    fn entry(
        &mut self,
        names: &'e BTreeMap<String, Entry>,
        name: &str,
        path: String,
        expr: &Expr,
    ) -> Option<Resolved<'e>> {
        match names.get(name) {
            Some(Entry::Names(names)) => Some(Resolved::Names(names, path)),
            Some(Entry::Variable(variable)) => {
                let typed = self.variable(variable, &path, expr);
                Some(Resolved::value(typed))
            }
            Some(Entry::Elsewhere(when)) => {
                self.report(
                    &codes::EXPRESSION_NAME,
                    expr.extent,
                    format!("`{path}` is not known here"),
                )
                .help(format!("it is known {when}"))
                .send(self);
                None
            }
            None => {
                let parent = path.strip_suffix(name).unwrap_or_default();
                let suggestion = nearest(name, names.keys().map(String::as_str))
                    .map(|name| format!("did you mean `{parent}{name}`?"));
                let choice = (names.len() <= MANY).then(|| {
                    if names.is_empty() {
                        "there are none".to_owned()
                    } else {
                        format!("known here: {}", list(names.keys().map(String::as_str)))
                    }
                });
                self.report(
                    &codes::EXPRESSION_NAME,
                    expr.extent,
                    format!("there is no `{path}`"),
                )
                .hint(suggestion.or(choice))
                .send(self);
                None
            }
        }
    }

    fn variable(&mut self, variable: &Variable, path: &str, expr: &Expr) -> Typed {
        self.used.insert(path.to_owned());
        if variable.optional {
            self.warn_absent(path, expr);
        }
        let node = Node::Variable {
            access: variable.access.clone(),
            optional: variable.optional,
        };
        let most = variable.max_bytes.unwrap_or(self.environment.max_bytes);
        let kind = if variable.untyped {
            Type::Dyn
        } else {
            variable.kind.clone()
        };
        let typed = Typed {
            bound: self.bound(variable.schema, &variable.kind, most),
            ..Typed::new(node, kind, expr.extent).fails(variable.optional)
        };
        let typed = typed.known_as(&variable.kind);
        let typed = Typed {
            domain: variable.domain.clone(),
            ..typed
        };
        self.narrowed(typed, expr)
    }

    /// How great a value is, of a schema where it has one.
    pub(super) fn bound(
        &self,
        schema: Option<gatewright_schema::SchemaId>,
        kind: &Type,
        most: u64,
    ) -> Bound {
        let environment = self.environment;
        let Some(schema) = schema else {
            let scalar = kind.form() == Form::Scalar;
            return Bound::bytes(if scalar { most.min(64) } else { most });
        };
        Bound {
            bytes: environment.schema_bytes(schema, most),
            items: environment.schema_items(schema),
            item_bytes: environment
                .schema_of_items(schema)
                .map(|items| environment.schema_bytes(items, most)),
            schema: Some(schema),
        }
    }

    /// `operand.name`
    fn member(&mut self, operand: Typed, name: &Name, expr: &Expr) -> Option<Typed> {
        let (kind, schema) = match self.field(&operand, name)? {
            Field::Required(kind, schema) => (kind, Some(schema)),
            Field::Optional(kind, schema) => {
                let path = path(expr).unwrap_or_else(|| name.text.clone());
                self.warn_absent(&path, expr);
                (kind, Some(schema))
            }
            Field::Unnamed | Field::Impossible => (element(&operand.kind), None),
        };
        let bound = self.bound(schema, &kind, operand.bound.bytes);
        let node = Node::Member(Box::new(operand), name.text.clone());
        let typed = Typed {
            bound,
            ..Typed::new(node, Type::Dyn, expr.extent).fails(true)
        };
        let domain = match schema {
            Some(schema) => {
                let schemas = self.environment.schemas;
                Domain::of_rules(&kind, &schemas.get(schemas.follow(schema)).rules)
            }
            None => Domain::of_type(&kind),
        };
        let typed = Typed {
            domain,
            ..typed.known_as(&kind)
        };
        Some(self.narrowed(typed, expr))
    }

    /// What a schema says of a member.
    fn field(&mut self, operand: &Typed, name: &Name) -> Option<Field> {
        let schemas = self.environment.schemas;
        match &operand.kind {
            Type::Dyn | Type::Map(_) => Some(Field::Unnamed),
            Type::Object(id) => match Type::field(schemas, *id, &name.text) {
                Field::Impossible => {
                    let shape = schemas.object_shape(*id);
                    let members = shape.map(|shape| shape.members).unwrap_or_default();
                    let names = members.iter().map(|member| member.name.as_str());
                    let hint = did_you_mean(&name.text, names.clone())
                        .unwrap_or_else(|| format!("it has: {}", list(names)));
                    let message = format!("this object has no member `{}`", name.text);
                    self.report(&codes::EXPRESSION_NAME, name.extent, message)
                        .help(hint)
                        .send(self);
                    None
                }
                field => Some(field),
            },
            kind => {
                let message = format!("a value of type `{kind}` has no members");
                let function =
                    super::super::functions::names(true).any(|function| function == name.text);
                let hint =
                    function.then(|| format!("to call the function, write `{}()`", name.text));
                self.report(&codes::EXPRESSION_TYPE, name.extent, message)
                    .hint(hint)
                    .send(self);
                None
            }
        }
    }

    /// `operand[index]`
    fn index(&mut self, expr: &Expr, operand: &Expr, index: &Expr) -> Option<Typed> {
        if let ExprKind::Literal(Literal::String(name)) = &index.kind {
            let operand = self.value(operand)?;
            if matches!(operand.kind, Type::List(_)) {
                return self.no_index(&operand, &Type::String, index.extent);
            }
            let name = Name {
                text: name.clone(),
                extent: index.extent,
            };
            return self.member(operand, &name, expr);
        }
        let (operand, index) = (self.value(operand), self.value(index));
        let (operand, index) = (operand?, index?);
        let fits = match &operand.kind {
            Type::List(_) => index.kind.is_number() || index.kind == Type::Dyn,
            Type::Map(_) | Type::Object(_) => matches!(index.kind, Type::String | Type::Dyn),
            Type::Dyn => index.kind.is_number() || matches!(index.kind, Type::String | Type::Dyn),
            _ => false,
        };
        if !fits {
            let extent = index.extent;
            return self.no_index(&operand, &index.kind, extent);
        }
        let kind = element(&operand.kind);
        let schema = operand
            .bound
            .schema
            .and_then(|schema| self.environment.schema_of_items(schema));
        let schema = schema.filter(|_| matches!(operand.kind, Type::List(_)));
        let bound = self.bound(schema, &kind, operand.bound.item());
        let node = Node::Entry(Box::new(operand), Box::new(index));
        let typed = Typed {
            bound,
            ..Typed::new(node, Type::Dyn, expr.extent).fails(true)
        };
        Some(typed.known_as(&kind))
    }

    fn no_index(&mut self, operand: &Typed, index: &Type, extent: Extent) -> Option<Typed> {
        let message = format!(
            "a value of type `{}` has no entries by `{index}`",
            operand.kind
        );
        self.report(&codes::EXPRESSION_TYPE, extent, message)
            .help("lists are indexed by numbers, maps and objects by text")
            .send(self);
        None
    }

    /// `has(operand.name)`
    pub(super) fn has(&mut self, arguments: &[Expr], extent: Extent) -> Option<Typed> {
        let [argument] = arguments else {
            return self.not_a_member(extent);
        };
        let ExprKind::Select { operand, field } = &argument.kind else {
            return self.not_a_member(argument.extent);
        };
        match self.resolve(operand)? {
            Resolved::Names(names, parent) => {
                let path = format!("{parent}.{}", field.text);
                match names.get(&field.text) {
                    Some(Entry::Variable(variable)) if variable.optional => {
                        self.used.insert(path);
                        let node = Node::Present(variable.access.clone());
                        let typed = Typed::new(node, Type::Bool, extent);
                        Some(self.presence(typed, argument))
                    }
                    Some(Entry::Variable(_) | Entry::Names(_)) => {
                        self.decided(extent, true, Some(format!("`{path}` is always there")));
                        None
                    }
                    _ => self.entry(names, &field.text, path, argument).and(None),
                }
            }
            Resolved::Value(operand) => {
                let required = matches!(self.field(&operand, field)?, Field::Required(..));
                let node = Node::HasMember(operand, field.text.clone());
                if required {
                    let reason = format!("the schema says that `{}` is required", field.text);
                    self.decided(extent, true, Some(reason));
                }
                let typed = Typed::new(node, Type::Bool, extent).fails(true);
                Some(self.presence(typed, argument))
            }
        }
    }

    fn not_a_member(&mut self, extent: Extent) -> Option<Typed> {
        self.report(
            &codes::EXPRESSION_TYPE,
            extent,
            "`has` takes one member, such as `has(request.ip)`",
        )
        .send(self);
        None
    }
}

/// The type of the items of a list, or of the values of a map.
pub(super) fn element(kind: &Type) -> Type {
    match kind {
        Type::List(items) => (**items).clone(),
        Type::Map(values) => (**values).clone(),
        _ => Type::Dyn,
    }
}
