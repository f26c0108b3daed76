//! Policies put into their phases: checks of requests, conditions and limits of calls.

mod arrivals;
mod custom;

use super::addresses::addresses;
use super::context::{self, environment};
use super::documented::Documented;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::expr::{self, Compiled, Environment, ExprSpan, Type};
use crate::manifest::{self, Manifest, Policy, PolicyKind, Unit};
use crate::plan::{
    Authorizer, Check, CheckKind, Cors, Guard, Intake, Limit, LimitKey, Server, Step, StepKind,
    Steps, Tool, Transforms,
};
use crate::schema::Schemas;
use crate::source::{Files, Node, Span};

/// The policies of a scope in the making.
pub(super) struct Policies<'a> {
    pub(super) schemas: &'a Schemas,
    /// Those that callers of the scope may have.
    pub(super) identities: &'a [&'a manifest::Identity],
    /// Those that requests of the scope come in by.
    pub(super) listeners: &'a [(&'a str, bool)],
    /// Those that calls in the scope may be made by.
    pub(super) products: &'a [&'a manifest::Product],
    pub(super) files: &'a Files,
    pub(super) documented: &'a Documented,
    /// All limits so far.
    pub(super) limits: &'a mut Vec<Limit>,
    /// All content guards so far.
    pub(super) guards: &'a mut Vec<Guard>,
    pub(super) manifest: &'a Manifest,
    /// All authorizers so far.
    pub(super) authorizers: &'a mut Vec<Authorizer>,
    /// Whether rate limits are counted in a store that several processes share.
    pub(super) shared_store: bool,
    pub(super) sink: &'a mut Sink,
}

/// Where policies stand.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    /// All of these servers.
    Gateway { servers: &'a [Server] },
    /// One product, by what is in it.
    Product {
        name: &'a str,
        servers: &'a [&'a str],
        tools: &'a [&'a str],
        open: bool,
    },
    /// One server, by its name.
    Server { name: &'a str, tools: &'a [Tool] },
    /// One tool of a server.
    Tool { server: &'a str, tool: &'a Tool },
}

/// What a scope asks of calls.
#[derive(Default)]
pub(super) struct Placed {
    pub(super) checks: Vec<Check>,
    pub(super) intake: Intake,
    pub(super) steps: Steps,
    pub(super) after_arguments: Steps,
    pub(super) transforms: Transforms,
    pub(super) cors: Option<Cors>,
}

impl Policies<'_> {
    /// Puts the policies of a scope into their phases.
    pub(super) fn place(
        &mut self,
        scope: Scope<'_>,
        policies: &[Policy],
        require: Option<&Node>,
    ) -> Placed {
        let mut placed = Placed::default();
        let environment = environment(
            &scope,
            self.listeners,
            (self.identities, self.products),
            self.schemas,
        );
        if let Some(node) = require
            && let Some(condition) = self.strict(|policies| policies.condition(node, &environment))
        {
            let late = speaks_of_arguments(&condition);
            let step = Step {
                kind: StepKind::Require(condition),
                span: node.span,
                rule: None,
            };
            placed.authorize(step, late);
        }
        for policy in policies {
            custom::only_functions_take_arguments(policy, self.sink);
            match &policy.kind {
                PolicyKind::IpFilter(_) | PolicyKind::CheckHeader(_) => {
                    placed.checks.extend(self.check(scope, policy));
                }
                PolicyKind::RateLimit(_)
                | PolicyKind::Quota(_)
                | PolicyKind::LimitConcurrency(_) => {
                    self.limit(scope, policy, &environment, &mut placed);
                }
                PolicyKind::Rust(path) => {
                    self.custom(scope, policy, path, &environment, &mut placed);
                }
                PolicyKind::Authorize(authorize) => {
                    self.authorize(policy, authorize, &environment, &mut placed);
                }
                _ if self.is_of_product(scope, policy) => {}
                PolicyKind::ContentGuard(guard) => {
                    let guard = self.guard(policy, guard, &environment);
                    placed.steps.guards.extend(guard);
                }
                _ => self.transform(scope, policy, &environment, &mut placed),
            }
        }
        placed
    }

    /// Whether a policy that looks into calls or changes them stands in a product; reports that.
    fn is_of_product(&mut self, scope: Scope<'_>, policy: &Policy) -> bool {
        let Scope::Product { name, .. } = scope else {
            return false;
        };
        self.sink.report(misplaced(
            policy.span,
            "products say who may call and how often, and nothing else about calls",
            &format!("declare it for a server or a tool, with `when: product.name == '{name}'`"),
        ));
        true
    }

    /// Whether a policy that is asked of whole requests stands where it can be; reports it otherwise.
    pub(super) fn of_requests(&mut self, scope: Scope<'_>, policy: &Policy) -> bool {
        if let Some(when) = &policy.when {
            self.sink.report(misplaced(
                when.span,
                "this policy is asked of every request: it can have no condition",
                "say with `require` what only some calls must meet",
            ));
        }
        if let Scope::Tool { .. } | Scope::Product { .. } = scope {
            self.sink.report(misplaced(
                policy.span,
                "this policy is asked of whole requests, before it is known which tool they call",
                "declare it for the server or the gateway, or say with `require` what this tool asks",
            ));
            return false;
        }
        true
    }

    fn check(&mut self, scope: Scope<'_>, policy: &Policy) -> Option<Check> {
        if !self.of_requests(scope, policy) {
            return None;
        }
        let kind = match &policy.kind {
            PolicyKind::IpFilter(filter) => CheckKind::Address {
                inside: filter.allow,
                ranges: addresses(&filter.addresses, self.sink),
            },
            PolicyKind::CheckHeader(check) => CheckKind::Header {
                name: check.name.to_ascii_lowercase(),
                values: check
                    .values
                    .iter()
                    .map(|value| value.value.clone())
                    .collect(),
                ignore_case: check.ignore_case,
            },
            _ => return None,
        };
        Some(Check {
            kind,
            span: policy.span,
            rule: None,
        })
    }

    fn limit(
        &mut self,
        scope: Scope<'_>,
        policy: &Policy,
        environment: &Environment<'_>,
        placed: &mut Placed,
    ) {
        let errors = self.sink.errors();
        let Some((limit, stored)) = self.limit_of(scope, policy) else {
            return;
        };
        let unit = limit.unit;
        if unit != Unit::Calls && !self.of_arrivals(scope, policy, unit) {
            return;
        }
        let of_arrivals;
        let environment = if unit == Unit::Calls {
            environment
        } else {
            of_arrivals = context::of_arrivals(&scope, self, unit);
            &of_arrivals
        };
        let position = self.limits.len();
        self.limits.push(limit);
        let key = self.limit_key(scope, policy, environment);
        let when = policy.when.as_ref();
        let when = when.and_then(|when| self.condition(when, environment));
        if self.sink.errors() > errors {
            return;
        }
        let Some(key) = key else {
            return;
        };
        let expressions = match &key {
            LimitKey::Expression(key) => Some(key),
            LimitKey::All | LimitKey::Caller => None,
        };
        let late = expressions
            .into_iter()
            .chain(&when)
            .any(|expression| speaks_of_arguments(expression));
        let step = Step {
            kind: StepKind::Limit {
                limit: position,
                stored,
                key,
                when,
            },
            span: policy.span,
            rule: None,
        };
        let steps = match unit {
            Unit::Calls if late => &mut placed.after_arguments.limit,
            Unit::Calls => &mut placed.steps.limit,
            Unit::Requests | Unit::Messages => placed.intake.phase(unit, &step),
        };
        steps.push(step);
    }

    /// What a limit tells calls apart by; `None` where that was reported.
    fn limit_key(
        &mut self,
        scope: Scope<'_>,
        policy: &Policy,
        environment: &Environment<'_>,
    ) -> Option<LimitKey> {
        let by_key = match &policy.kind {
            PolicyKind::RateLimit(limit) => limit.counter_key.as_ref(),
            PolicyKind::Quota(quota) => quota.counter_key.as_ref(),
            PolicyKind::LimitConcurrency(limit) => match &limit.key {
                None => return Some(LimitKey::All),
                key => key.as_ref(),
            },
            _ => return None,
        };
        if let Some(key) = by_key {
            return self
                .strict(|policies| policies.key(key, environment))
                .map(LimitKey::Expression);
        }
        let server = match scope {
            Scope::Gateway { servers } => servers
                .iter()
                .find(|server| server.access.identities.is_empty())
                .map(|server| server.name.as_str()),
            Scope::Product { .. } => None,
            Scope::Server { name, .. } | Scope::Tool { server: name, .. } => {
                self.identities.is_empty().then_some(name)
            }
        };
        let open = if let Scope::Product { name, open, .. } = scope {
            open.then_some(name)
        } else {
            let mut products = self.products.iter();
            let open = products.find(|product| product.open);
            open.map(|product| product.name.value.as_str())
        };
        let nobody = match (server, open) {
            (Some(server), _) => Some(format!("the server `{server}` asks nobody who calls")),
            (None, Some(product)) => Some(format!("the product `{product}` is open to everybody")),
            (None, None) => None,
        };
        if let Some(nobody) = nobody {
            self.sink.report(
                Diagnostic::new(
                    &codes::MISPLACED_POLICY,
                    policy.span,
                    format!("this limit is one of each caller, and {nobody}"),
                )
                .help("give the server an `identity`, or count by another key, such as `counter_key: request.ip`"),
            );
            return None;
        }
        Some(LimitKey::Caller)
    }

    /// Compiles what refuses the call where it has no value: that something may be absent is no surprise
    /// then.
    pub(super) fn strict<T>(&mut self, compile: impl FnOnce(&mut Policies<'_>) -> T) -> T {
        let mut sink = Sink::default();
        let compiled = compile(&mut Policies {
            schemas: self.schemas,
            identities: self.identities,
            listeners: self.listeners,
            products: self.products,
            files: self.files,
            documented: self.documented,
            limits: &mut *self.limits,
            guards: &mut *self.guards,
            manifest: self.manifest,
            authorizers: &mut *self.authorizers,
            shared_store: self.shared_store,
            sink: &mut sink,
        });
        for diagnostic in sink.into_diagnostics() {
            if diagnostic.code != &codes::EXPRESSION_ABSENT {
                self.sink.report(diagnostic);
            }
        }
        compiled
    }

    pub(super) fn condition(
        &mut self,
        node: &Node,
        environment: &Environment<'_>,
    ) -> Option<Box<Compiled>> {
        let place = ExprSpan::of(node, self.files);
        expr::condition(node.as_str()?, &place, environment, self.sink).map(Box::new)
    }

    /// What calls are told apart by: anything that has one text.
    fn key(&mut self, node: &Node, environment: &Environment<'_>) -> Option<Box<Compiled>> {
        let place = ExprSpan::of(node, self.files);
        let key = expr::compile(node.as_str()?, &place, environment, self.sink)?;
        if !matches!(
            key.value_type(),
            Type::String | Type::Int | Type::Uint | Type::Bool | Type::Ip
        ) {
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    node.span,
                    format!("calls cannot be told apart by a value of the type {}", key.value_type()),
                )
                .help("take text, a whole number, a boolean or an address; `string(..)` makes text of most values"),
            );
            return None;
        }
        if key.variables().next().is_none() {
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    node.span,
                    "this key is the same for every call",
                )
                .help("leave it out to count all calls together, or name what tells them apart: `request.ip`"),
            );
            return None;
        }
        Some(Box::new(key))
    }
}

/// A policy that cannot be where it is.
pub(super) fn misplaced(span: Span, message: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&codes::MISPLACED_POLICY, span, message).help(help)
}

pub(super) fn speaks_of_arguments(expression: &Compiled) -> bool {
    expression
        .variables()
        .any(|variable| variable.split('.').next() == Some("arguments"))
}

impl Placed {
    pub(super) fn authorize(&mut self, step: Step, late: bool) {
        if late {
            self.after_arguments.authorize.push(step);
        } else {
            self.steps.authorize.push(step);
        }
    }
}
