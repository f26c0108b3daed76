//! Authorizers: what each is told of a call, and when it is asked.

use std::time::Duration;

use super::api;
use super::policies::{Placed, Policies, speaks_of_arguments};
use crate::expr::Environment;
use crate::manifest::{Authorize, AuthorizeKind, Policy};
use crate::plan::{Authorizer, AuthorizerKind, Question, Relation, Step, StepKind};

/// How long a call waits for a decision.
const TIMEOUT: Duration = Duration::from_secs(1);

impl Policies<'_> {
    /// Puts the question to an authorizer where it can be put: before the arguments are read, unless it
    /// speaks of them.
    pub(super) fn authorize(
        &mut self,
        policy: &Policy,
        said: &Authorize,
        environment: &Environment<'_>,
        placed: &mut Placed,
    ) {
        let errors = self.sink.errors();
        let mut context = Vec::with_capacity(said.context.len());
        for (name, node) in &said.context {
            let value = self.strict(|policies| policies.value(node, environment));
            if let Some(value) = value
                && self.is_json(&value, None, node)
            {
                context.push((name.value.clone(), value));
            }
        }
        let relation = match &said.kind {
            AuthorizeKind::Opa { .. } | AuthorizeKind::AuthZen { .. } => None,
            AuthorizeKind::OpenFga {
                user,
                relation,
                object,
                ..
            } => {
                let user = self.text(user, environment);
                let object = self.text(object, environment);
                user.zip(object).map(|(user, object)| Relation {
                    user,
                    relation: relation.value.clone(),
                    object,
                })
            }
        };
        let when = policy.when.as_ref();
        let when = when.and_then(|when| self.condition(when, environment));
        let Some(authorizer) = self.authorizer(policy, said) else {
            return;
        };
        if self.sink.errors() > errors {
            return;
        }
        let question = Question {
            authorizer: self.authorizers.len(),
            relation,
            context,
            when,
        };
        self.authorizers.push(authorizer);
        let late = question.expressions().any(speaks_of_arguments);
        let step = Step {
            kind: StepKind::Authorize(question),
            span: policy.span,
            rule: None,
        };
        placed.authorize(step, late);
    }

    /// The service. `None` where its credential is not declared, which was reported when the manifest was
    /// read.
    fn authorizer(&self, policy: &Policy, said: &Authorize) -> Option<Authorizer> {
        let manifest = self.manifest;
        let credential = match &said.credential {
            None => None,
            Some(name) => {
                let mut declared = manifest.credentials.iter();
                let declared = declared.find(|credential| credential.name.value == name.value)?;
                Some(api::credential(&declared.kind, manifest))
            }
        };
        let kind = match &said.kind {
            AuthorizeKind::Opa {
                decision,
                forward_reason,
                ..
            } => AuthorizerKind::Opa {
                decision: decision
                    .as_ref()
                    .map_or_else(|| "allow".to_owned(), |name| name.value.clone()),
                forward_reason: *forward_reason,
            },
            AuthorizeKind::AuthZen { .. } => AuthorizerKind::AuthZen,
            AuthorizeKind::OpenFga { store, model, .. } => AuthorizerKind::OpenFga {
                store: api::template(&store.value, manifest),
                model: model
                    .as_ref()
                    .map(|model| api::template(&model.value, manifest)),
            },
        };
        Some(Authorizer {
            kind,
            url: api::template(&said.kind.url().value, manifest),
            credential,
            timeout: said
                .timeout
                .as_ref()
                .map_or(TIMEOUT, |timeout| timeout.value),
            cache: said
                .cache
                .as_ref()
                .map_or(Duration::ZERO, |cache| cache.value),
            allow_on_failure: said.allow_on_failure,
            span: policy.span,
        })
    }
}
