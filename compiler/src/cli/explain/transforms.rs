//! What is done with the calls of a tool, in words.

use super::Line;
use crate::expr::Compiled;
use crate::plan::{
    Action, Change, Exists, Mock, MockSource, NewValue, Plan, Reply, ReplyKind, Server, Target,
    Tool, Transforms,
};

fn scopes<'p>(plan: &'p Plan, server: &'p Server, tool: &'p Tool) -> [&'p Transforms; 3] {
    [&plan.transforms, &server.transforms, &tool.transforms]
}

/// Which web pages are let in.
pub(super) fn cors(server: &Server) -> Option<Line> {
    let cors = server.cors.as_ref()?;
    let what = match &cors.origins {
        None => "web pages of any origin may use the server".to_owned(),
        Some(origins) => format!(
            "web pages of these origins may use it: {}",
            origins.join(", ")
        ),
    };
    Some(("connection", what, cors.span))
}

/// What is answered in the API's place.
pub(super) fn replies(plan: &Plan, server: &Server, tool: &Tool) -> Vec<Line> {
    let default = match &tool.action {
        Action::Operation(operation) => operation.mock.as_ref(),
        Action::Rust(_) => None,
    };
    let replies = scopes(plan, server, tool)
        .into_iter()
        .flat_map(|scope| &scope.replies);
    replies
        .map(|reply| ("respond", describe_reply(reply, default), reply.span))
        .collect()
}

fn describe_reply(reply: &Reply, default: Option<&Mock>) -> String {
    let what = match &reply.kind {
        ReplyKind::Text { error: false, .. } => "a fixed text".to_owned(),
        ReplyKind::Text { error: true, .. } => "a fixed text, as an error".to_owned(),
        ReplyKind::Structured { error: false, .. } => "fixed structured content".to_owned(),
        ReplyKind::Structured { error: true, .. } => {
            "fixed structured content, as an error".to_owned()
        }
        ReplyKind::Mock(mock) => match mock.as_ref().or(default).map(|mock| &mock.source) {
            Some(MockSource::Example(name)) if name.is_empty() => {
                "the document's example".to_owned()
            }
            Some(MockSource::Example(name)) => format!("the document's example `{name}`"),
            Some(MockSource::Schema) => "a value made from the answer's schema".to_owned(),
            Some(MockSource::Nothing) | None => "nothing, as the API would".to_owned(),
        },
    };
    format!(
        "{what} is answered, and the API not asked{}",
        condition(reply.when.as_deref())
    )
}

/// What is changed of the request.
pub(super) fn changes(plan: &Plan, server: &Server, tool: &Tool) -> Vec<Line> {
    let changes = scopes(plan, server, tool)
        .into_iter()
        .flat_map(|scope| &scope.changes);
    changes
        .map(|change| ("", describe_change(change), change.span))
        .collect()
}

fn describe_change(change: &Change) -> String {
    let target = match &change.target {
        Target::Header(name) => format!("header `{name}`"),
        Target::Query { name, .. } => format!("query parameter `{name}`"),
        Target::Member(path) => format!("member `/{}` of the body", path.join("/")),
    };
    let action = match change.exists {
        Exists::Override => "set to",
        Exists::Skip => "where absent, set to",
        Exists::Append => "given beside others:",
        Exists::Delete => "removed",
    };
    let value = match &change.value {
        Some(NewValue::Constant(value)) => format!(" {value}"),
        Some(NewValue::Expression(_)) => " the value of an expression".to_owned(),
        None => String::new(),
    };
    format!(
        "{target} {action}{value}{}",
        condition(change.when.as_deref())
    )
}

fn condition(when: Option<&Compiled>) -> &'static str {
    match when {
        Some(_) => ", where its condition holds",
        None => "",
    }
}
