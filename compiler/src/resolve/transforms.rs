//! Policies that change requests, answer in the API's place, look at answers, and let web pages in.

mod cors;
mod replies;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::arguments::check_constant;
use super::policies::{Placed, Policies, Scope, misplaced};
use super::request::wire_name;
use crate::diagnostic::{Diagnostic, codes};
use crate::expr::{self, Compiled, Environment, ExprSpan, Type};
use crate::manifest::{Exists, Policy, PolicyKind, SetBody, SetPair};
use crate::openapi::Location;
use crate::plan::{Action, Body, Change, NewValue, OperationTool, Target, Tool};
use crate::schema::Rest;
use crate::source::{Node, Pointer};
use crate::suggestion::did_you_mean;

pub(super) use cors::of_gateway;

impl Policies<'_> {
    /// Puts a policy of these kinds into its place.
    pub(super) fn transform(
        &mut self,
        scope: Scope<'_>,
        policy: &Policy,
        environment: &Environment<'_>,
        placed: &mut Placed,
    ) {
        match &policy.kind {
            PolicyKind::SetHeader(pair) => {
                let target = Target::Header(pair.name.to_ascii_lowercase());
                self.pair(scope, policy, (target, pair), environment, placed);
            }
            PolicyKind::SetQueryParameter(pair) => {
                let target = Target::Query {
                    wire: wire_name(&pair.name, Location::Query),
                    name: pair.name.value.clone(),
                };
                self.pair(scope, policy, (target, pair), environment, placed);
            }
            PolicyKind::SetBody(body) => self.set_body(scope, policy, body, environment, placed),
            PolicyKind::ReturnResponse(response) => {
                let kind = self.response(scope, response);
                self.reply(policy, kind, environment, placed);
            }
            PolicyKind::MockResponse(mock) => {
                if let Some(kind) = self.mock(scope, policy, mock) {
                    self.reply(policy, kind, environment, placed);
                }
            }
            PolicyKind::ValidateContent(_) => self.validated(scope, policy),
            PolicyKind::Cors(cors) => {
                self.cors(scope, policy, cors, placed);
            }
            _ => {}
        }
    }

    /// The condition of a policy; outside, `None` where it is not one.
    #[expect(clippy::option_option, reason = "a policy may have none")]
    fn when(
        &mut self,
        policy: &Policy,
        environment: &Environment<'_>,
    ) -> Option<Option<Box<Compiled>>> {
        match &policy.when {
            None => Some(None),
            Some(node) => self.condition(node, environment).map(Some),
        }
    }

    fn pair(
        &mut self,
        scope: Scope<'_>,
        policy: &Policy,
        (target, pair): (Target, &SetPair),
        environment: &Environment<'_>,
        placed: &mut Placed,
    ) {
        if !self.has_requests(scope, policy) {
            return;
        }
        let span = policy.span;
        let given = pair.value.is_some() || pair.expression.is_some();
        if given == (pair.exists == Exists::Delete) {
            let diagnostic = if given {
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    span,
                    "what is removed has no value",
                )
                .help("remove the value, or write another `exists_action`")
            } else {
                Diagnostic::new(&codes::MISSING_KEY, span, "there is nothing to set")
                    .help("add a `value`, or an `expression`; `exists_action: delete` removes it")
            };
            self.sink.report(diagnostic);
            return;
        }
        let value = match (&pair.value, &pair.expression) {
            (Some(value), _) => Some(NewValue::Constant(value.value.clone())),
            (None, Some(node)) => match self.text(node, environment) {
                Some(text) => Some(NewValue::Expression(text)),
                None => return,
            },
            (None, None) => None,
        };
        let Some(when) = self.when(policy, environment) else {
            return;
        };
        placed.transforms.changes.push(Change {
            target,
            exists: pair.exists,
            value,
            when,
            span,
            rule: None,
        });
    }

    /// Whether any tool of the scope sends a request; reports it otherwise.
    fn has_requests(&mut self, scope: Scope<'_>, policy: &Policy) -> bool {
        let found = tools(scope).any(|tool| operation(tool).is_some());
        if !found {
            self.sink.report(misplaced(
                policy.span,
                "no tool that this is about sends a request that the gateway writes",
                "tools written in Rust do all themselves: declare it where tools call operations",
            ));
        }
        found
    }

    /// An expression whose value has one text.
    pub(super) fn text(
        &mut self,
        node: &Node,
        environment: &Environment<'_>,
    ) -> Option<Box<Compiled>> {
        let text = self.strict(|policies| policies.value(node, environment))?;
        if matches!(
            text.value_type(),
            Type::String | Type::Int | Type::Uint | Type::Bool | Type::Ip
        ) {
            return Some(text);
        }
        self.sink.report(
            Diagnostic::new(
                &codes::EXPRESSION_TYPE,
                node.span,
                format!("a value of the type {} has no one text", text.value_type()),
            )
            .help(
                "take text, a whole number, a boolean or an address; `string(..)` makes text of most values",
            ),
        );
        None
    }

    pub(super) fn value(
        &mut self,
        node: &Node,
        environment: &Environment<'_>,
    ) -> Option<Box<Compiled>> {
        let place = ExprSpan::of(node, self.files);
        expr::compile(node.as_str()?, &place, environment, self.sink).map(Box::new)
    }

    fn set_body(
        &mut self,
        scope: Scope<'_>,
        policy: &Policy,
        body: &SetBody,
        environment: &Environment<'_>,
        placed: &mut Placed,
    ) {
        let Scope::Tool { tool, .. } = scope else {
            self.sink.report(misplaced(
                policy.span,
                "bodies differ from tool to tool: this belongs to one",
                "declare it under `overrides`, for each tool that it is about",
            ));
            return;
        };
        let json = operation(tool).filter(|tool| {
            matches!(
                tool.request.body,
                Body::Json { .. } | Body::JsonObject { .. }
            )
        });
        let (Some(tool), Ok(pointer)) = (json, Pointer::parse(&body.at.value)) else {
            self.sink.report(misplaced(
                policy.span,
                "this tool sends no JSON body that could be changed",
                "only bodies that are JSON have members that a policy can set",
            ));
            return;
        };
        let known = self.documented.bodies.iter();
        let root = known
            .filter(|(operation, _)| *operation == tool.operation)
            .map(|(_, schema)| *schema)
            .next_back();
        let schema = match root.map(|root| self.member(root, pointer.tokens())) {
            Some(Ok(schema)) => schema,
            None => None,
            Some(Err((problem, help))) => {
                let diagnostic = Diagnostic::new(&codes::INVALID_VALUE, body.at.span, problem)
                    .also(tool.operation, "this operation");
                self.sink.report(match help {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic,
                });
                return;
            }
        };
        let value = match (&body.value, &body.expression) {
            (Some(value), _) => {
                if let Some(schema) = schema {
                    let declared = self.schemas.get(schema).span;
                    check_constant(value, schema, declared, self.schemas, self.sink);
                }
                NewValue::Constant(value.to_json())
            }
            (None, Some(node)) => {
                let value = self.strict(|policies| policies.value(node, environment));
                match value {
                    Some(value) if self.is_json(&value, schema, node) => {
                        NewValue::Expression(value)
                    }
                    _ => return,
                }
            }
            (None, None) => {
                self.sink.report(
                    Diagnostic::new(&codes::MISSING_KEY, policy.span, "there is nothing to set")
                        .help("add a `value`, or an `expression`"),
                );
                return;
            }
        };
        let Some(when) = self.when(policy, environment) else {
            return;
        };
        placed.transforms.changes.push(Change {
            target: Target::Member(pointer.tokens().to_vec()),
            exists: Exists::Override,
            value: Some(value),
            when,
            span: policy.span,
            rule: None,
        });
    }

    /// The schema of a member of a body, where the body's says anything of it.
    fn member(
        &self,
        root: SchemaId,
        names: &[String],
    ) -> Result<Option<SchemaId>, (String, Option<String>)> {
        let mut schema = root;
        for (position, name) in names.iter().enumerate() {
            let place: Pointer = names.get(..position).unwrap_or_default().iter().collect();
            let types = self.schemas.get(self.schemas.follow(schema)).types;
            if !types.intersects(Types::OBJECT) {
                return Err((format!("`{place}` of the body is never an object"), None));
            }
            let Some(shape) = self.schemas.object_shape(schema) else {
                return Ok(None);
            };
            match shape.members.iter().find(|member| member.name == *name) {
                Some(member) => schema = member.schema,
                None if shape.rest == Rest::Closed => {
                    let known = shape.members.iter().map(|member| member.name.as_str());
                    let message = format!("the body has no member `{place}/{name}`");
                    return Err((message, did_you_mean(name, known)));
                }
                None => {
                    let rules = &self.schemas.get(self.schemas.follow(schema)).rules;
                    let rest = rules.iter().find_map(|rule| match rule {
                        Rule::AdditionalProperties(rest) => Some(*rest),
                        _ => None,
                    });
                    match rest {
                        Some(rest) => schema = rest,
                        None => return Ok(None),
                    }
                }
            }
        }
        Ok(Some(schema))
    }

    /// Whether the value of an expression can be JSON, and what the schema admits.
    pub(super) fn is_json(
        &mut self,
        value: &Compiled,
        schema: Option<SchemaId>,
        node: &Node,
    ) -> bool {
        let types = match value.value_type() {
            Type::Dyn => Types::ANY,
            Type::Null => Types::NULL,
            Type::Bool => Types::BOOLEAN,
            Type::Int | Type::Uint => Types::INTEGER,
            Type::Double => Types::NUMBER,
            Type::String | Type::Ip => Types::STRING,
            Type::List(_) => Types::ARRAY,
            Type::Map(_) | Type::Object(_) => Types::OBJECT,
            Type::Bytes | Type::Timestamp | Type::Duration | Type::Cidr => Types::NONE,
        };
        let admitted = schema.map_or(Types::ANY, |schema| {
            self.schemas.get(self.schemas.follow(schema)).types
        });
        if types.intersects(admitted) {
            return true;
        }
        let kind = value.value_type();
        let (message, help) = if types.is_empty() {
            (
                format!("JSON has no value of the type {kind}"),
                "`string(..)` makes text of it",
            )
        } else {
            (
                format!("the API does not take a value of the type {kind} here"),
                "the document says which types the member may have",
            )
        };
        let mut diagnostic =
            Diagnostic::new(&codes::EXPRESSION_TYPE, node.span, message).help(help);
        if let Some(schema) = schema {
            diagnostic = diagnostic.also(self.schemas.get(schema).span, "declared here");
        }
        self.sink.report(diagnostic);
        false
    }

    /// That there is something to check answers against. The check itself is a constant of each tool.
    fn validated(&mut self, scope: Scope<'_>, policy: &Policy) {
        if let Some(when) = &policy.when {
            self.sink.report(misplaced(
                when.span,
                "answers of all calls are checked alike: this can have no condition",
                "declare it for the server or the tool that it is about",
            ));
        }
        let unchecked = |tool: &&Tool| operation(tool).is_none_or(|tool| tool.validation.is_none());
        let mut names: Vec<&str> = tools(scope)
            .filter(unchecked)
            .map(|tool| tool.name.as_str())
            .collect();
        let all = tools(scope).all(|tool| unchecked(&tool));
        names.dedup();
        let Some(first) = names.first() else { return };
        let mut diagnostic = Diagnostic::new(
            &codes::NO_OUTPUT_SCHEMA,
            policy.span,
            match names.len() {
                1 => format!("the answers of `{first}` are not checked: nothing declares their schema"),
                more => format!(
                    "the answers of `{first}` and {} more tools are not checked: nothing declares their schema",
                    more - 1
                ),
            },
        )
        .help("declare the JSON of their successful answers in the document");
        if !all {
            diagnostic.severity = crate::diagnostic::Severity::Warning;
        }
        self.sink.report(diagnostic);
    }
}

/// The tools that a scope is about.
fn tools<'t>(scope: Scope<'t>) -> Box<dyn Iterator<Item = &'t Tool> + 't> {
    match scope {
        Scope::Gateway { servers } => Box::new(servers.iter().flat_map(|server| &server.tools)),
        Scope::Product { .. } => Box::new(std::iter::empty()),
        Scope::Server { tools, .. } => Box::new(tools.iter()),
        Scope::Tool { tool, .. } => Box::new(std::iter::once(tool)),
    }
}

fn operation(tool: &Tool) -> Option<&OperationTool> {
    match &tool.action {
        Action::Operation(operation) => Some(operation),
        Action::Rust(_) => None,
    }
}
