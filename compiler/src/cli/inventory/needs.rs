//! What a call of a tool needs to be there.

use std::collections::BTreeSet;

use super::{array, string};
use crate::cli::explain::{Pipeline, authorize, products};
use crate::emit::listing::JsonObject;
use crate::expr::Compiled;
use crate::manifest::VariableKind;
use crate::plan::{
    Action, AuthorizerKind, Credential, IdentityKind, Jwt, KeySource, LimitKey, Listener, NewValue,
    Part, Plan, Question, Step, StepKind, StoreKind, Template, TokenRules,
};

/// What a call of a tool needs.
#[derive(Default)]
pub(super) struct Needs<'p> {
    /// Any of these; none: anybody may call.
    identities: Vec<&'p str>,
    scopes: BTreeSet<&'p str>,
    variables: BTreeSet<&'p str>,
    secrets: BTreeSet<&'p str>,
    /// Where the API is.
    upstreams: Vec<String>,
    /// What its policies look at.
    reads: BTreeSet<&'p str>,
    /// Who else is asked whether it is allowed.
    authorizers: BTreeSet<String>,
    /// Who else is sent texts of it.
    classifiers: BTreeSet<String>,
    /// Functions of the crate.
    functions: BTreeSet<&'p str>,
    /// Whether something of it is counted in the store.
    store: bool,
}

impl<'p> Needs<'p> {
    pub(super) fn of(pipeline: &Pipeline<'p>) -> Self {
        let Pipeline {
            plan, server, tool, ..
        } = *pipeline;
        let mut needs = Self::default();
        for listener in plan.listeners_of(server) {
            needs.listener(plan, listener);
        }
        for identity in server
            .access
            .identities
            .iter()
            .filter_map(|position| plan.identities.get(*position))
        {
            needs.identities.push(&identity.name);
            match &identity.kind {
                IdentityKind::Jwt(jwt) => needs.jwt(plan, jwt),
                IdentityKind::Introspection(asked) => {
                    needs.token_rules(plan, &asked.rules);
                    needs.template(plan, &asked.issuer);
                    needs.template(plan, &asked.url);
                    needs.credential(plan, &asked.credential);
                }
                IdentityKind::Keys { file, .. } => needs.template(plan, file),
                IdentityKind::Certificate(certificates) => {
                    let says = certificates.callers.iter().flat_map(|caller| &caller.says);
                    for (_, text) in says {
                        needs.template(plan, text);
                    }
                }
            }
        }
        let scopes = server.access.scopes.iter().chain(&tool.scopes);
        needs.scopes.extend(scopes.map(String::as_str));
        let mut scopes = vec![&plan.steps];
        for product in products::of_tool(plan, server, tool) {
            needs.expression(product.claim.as_deref());
            scopes.push(&product.steps);
        }
        scopes.extend([&server.steps, &tool.steps, &tool.after_arguments]);
        for steps in scopes {
            for step in steps.authorize.iter().chain(&steps.limit) {
                needs.step(plan, step);
            }
        }
        needs.guards(pipeline);
        for intake in [&plan.intake, &server.intake] {
            for step in intake.steps() {
                needs.step(plan, step);
            }
        }
        needs.transforms(pipeline);
        match &tool.action {
            Action::Rust(path) => {
                needs.functions.insert(path);
            }
            Action::Operation(operation) => {
                if let Some(api) = plan.apis.get(operation.request.api) {
                    needs.template(plan, &api.url);
                    needs.upstreams.push(pipeline.template(&api.url));
                    for (_, value) in &api.headers {
                        needs.template(plan, value);
                    }
                    let asked = operation.request.credentials.iter();
                    for (credential, _) in
                        asked.filter_map(|position| api.credentials.get(*position))
                    {
                        needs.credential(plan, credential);
                    }
                }
            }
        }
        needs
    }

    fn transforms(&mut self, pipeline: &Pipeline<'p>) {
        let Pipeline {
            plan, server, tool, ..
        } = *pipeline;
        for transforms in [&plan.transforms, &server.transforms, &tool.transforms] {
            for reply in &transforms.replies {
                self.expression(reply.when.as_deref());
            }
            for change in &transforms.changes {
                self.expression(change.when.as_deref());
                if let Some(NewValue::Expression(value)) = &change.value {
                    self.expression(Some(value));
                }
            }
        }
    }

    fn guards(&mut self, pipeline: &Pipeline<'p>) {
        let Pipeline {
            plan, server, tool, ..
        } = *pipeline;
        for (_, guard) in plan.guards(server, tool) {
            self.expression(guard.when.as_deref());
            if let Some(classifier) = &guard.classifier {
                self.classifiers.insert(pipeline.template(&classifier.url));
                self.template(plan, &classifier.url);
                if let Some(credential) = &classifier.credential {
                    self.credential(plan, credential);
                }
            }
        }
    }

    fn authorizer(&mut self, plan: &'p Plan, question: &'p Question) {
        for expression in question.expressions() {
            self.expression(Some(expression));
        }
        let Some(asked) = plan.authorizers.get(question.authorizer) else {
            return;
        };
        self.authorizers.insert(authorize::address(asked, plan));
        self.template(plan, &asked.url);
        if let AuthorizerKind::OpenFga { store, model } = &asked.kind {
            self.template(plan, store);
            if let Some(model) = model {
                self.template(plan, model);
            }
        }
        if let Some(credential) = &asked.credential {
            self.credential(plan, credential);
        }
    }

    fn step(&mut self, plan: &'p Plan, step: &'p Step) {
        match &step.kind {
            StepKind::Require(condition) => self.expression(Some(condition)),
            StepKind::Limit {
                stored, key, when, ..
            } => {
                if let LimitKey::Expression(key) = key {
                    self.expression(Some(key));
                }
                self.expression(when.as_deref());
                self.store |= *stored;
                if let (true, Some(store)) = (*stored, &plan.store) {
                    match &store.kind {
                        StoreKind::Embedded { path } => self.template(plan, path),
                        StoreKind::Redis {
                            url, authorities, ..
                        } => {
                            self.template(plan, url);
                            if let Some(path) = authorities {
                                self.template(plan, path);
                            }
                        }
                    }
                }
            }
            StepKind::Authorize(question) => self.authorizer(plan, question),
            StepKind::Rust { path, when, .. } => {
                self.functions.insert(path);
                self.expression(when.as_deref());
            }
        }
    }

    fn expression(&mut self, expression: Option<&'p Compiled>) {
        self.reads
            .extend(expression.into_iter().flat_map(Compiled::variables));
    }

    fn listener(&mut self, plan: &'p Plan, listener: &'p Listener) {
        self.template(plan, &listener.address);
        let Some(tls) = &listener.tls else {
            return;
        };
        self.template(plan, &tls.certificate);
        self.template(plan, &tls.key);
        if let Some(clients) = &tls.client_certificates {
            self.template(plan, &clients.authorities);
            if let Some(lists) = &clients.revocation_lists {
                self.template(plan, lists);
            }
        }
    }

    fn jwt(&mut self, plan: &'p Plan, jwt: &Jwt) {
        self.token_rules(plan, &jwt.rules);
        for key in &jwt.decryption_keys {
            self.template(plan, key);
        }
        for provider in &jwt.providers {
            let of_keys = match &provider.key_source {
                KeySource::Discovery => None,
                KeySource::Url(template) | KeySource::File(template) => Some(template),
            };
            for template in provider.issuers.iter().chain(of_keys) {
                self.template(plan, template);
            }
        }
    }

    fn token_rules(&mut self, plan: &'p Plan, rules: &TokenRules) {
        for template in rules.audiences.iter().chain(&rules.client_applications) {
            self.template(plan, template);
        }
    }

    fn credential(&mut self, plan: &'p Plan, credential: &Credential) {
        match credential {
            Credential::ApiKey(_, _, value) | Credential::Bearer(value) => {
                self.template(plan, value);
            }
            Credential::Basic(user, password) => {
                self.template(plan, user);
                self.template(plan, password);
            }
        }
    }

    fn template(&mut self, plan: &'p Plan, template: &Template) {
        for part in template {
            let Part::Variable(position) = part else {
                continue;
            };
            let Some(variable) = plan.variables.get(*position) else {
                continue;
            };
            let names = match variable.kind {
                VariableKind::Secret => &mut self.secrets,
                VariableKind::String | VariableKind::Url => &mut self.variables,
            };
            names.insert(&variable.name);
        }
    }

    fn lists(&self) -> [(&'static str, Vec<&str>); 9] {
        let sorted = |names: &BTreeSet<&'p str>| names.iter().copied().collect();
        [
            ("identities", self.identities.clone()),
            ("scopes", sorted(&self.scopes)),
            ("variables", sorted(&self.variables)),
            ("secrets", sorted(&self.secrets)),
            (
                "upstreams",
                self.upstreams.iter().map(String::as_str).collect(),
            ),
            ("reads", sorted(&self.reads)),
            (
                "authorizers",
                self.authorizers.iter().map(String::as_str).collect(),
            ),
            (
                "classifiers",
                self.classifiers.iter().map(String::as_str).collect(),
            ),
            ("functions", sorted(&self.functions)),
        ]
    }

    pub(super) fn to_json(&self) -> String {
        let mut out = JsonObject::default();
        for (name, list) in self.lists() {
            out.raw(name, &array(list.into_iter().map(string)));
        }
        out.raw("store", if self.store { "true" } else { "false" });
        out.finish()
    }

    /// What is there, a line each.
    pub(super) fn to_text(&self) -> String {
        let store = self.store.then_some(("store", vec!["of the gateway"]));
        let lines: Vec<_> = self
            .lists()
            .into_iter()
            .chain(store)
            .filter(|(_, list)| !list.is_empty())
            .map(|(name, list)| format!("  needs         {name}: {}\n", list.join(", ")))
            .collect();
        lines.concat()
    }
}
