//! Authorizers in words.

use std::time::Duration;

use super::template;
use crate::plan::{Authorizer, AuthorizerKind, Plan, Question};

/// What is asked, and what comes of it.
pub(super) fn describe(question: &Question, plan: &Plan) -> String {
    let Some(authorizer) = plan.authorizers.get(question.authorizer) else {
        return String::new();
    };
    let kind = match &authorizer.kind {
        AuthorizerKind::Opa { .. } => "Open Policy Agent",
        AuthorizerKind::AuthZen => "the AuthZEN decision point",
        AuthorizerKind::OpenFga { .. } => "OpenFGA",
    };
    let about = match &question.relation {
        Some(relation) => format!("the relation `{}`", relation.relation),
        None => "caller and tool".to_owned(),
    };
    let context = question.context.iter();
    let context = context.map(|(name, _)| format!(", `{name}`"));
    let told = context.fold(about, |told, name| told + &name);
    let cache = match authorizer.cache {
        Duration::ZERO => String::new(),
        cache => format!(", remembered for {cache:?}"),
    };
    let failure = if authorizer.allow_on_failure {
        "allowed"
    } else {
        "refused"
    };
    let when = match question.when {
        Some(_) => ", where its condition holds",
        None => "",
    };
    format!(
        "asked and must allow it: {kind} at {}, told {}; without an answer in {:?} calls are {failure}{cache}{when}",
        address(authorizer, plan),
        told,
        authorizer.timeout
    )
}

/// Where an authorizer is, with `${NAME}` for variables.
pub(in crate::cli) fn address(authorizer: &Authorizer, plan: &Plan) -> String {
    template(&authorizer.url, plan)
}
