//! Policies that change requests, answer in the API's place, look at answers, and let web pages in.

use super::{boolean, duration, expression, text, texts};
use crate::manifest::{
    Cors, Exists, MockResponse, PolicyKind, ReturnResponse, SetBody, SetPair, ValidateContent,
};
use crate::source::Node;

/// The policy of an item, if it is of one of these kinds.
pub(super) fn kind(node: &Node) -> Option<PolicyKind> {
    if let Some(pair) = node.get("set_header") {
        return set_pair(pair).map(PolicyKind::SetHeader);
    }
    if let Some(pair) = node.get("set_query_parameter") {
        return set_pair(pair).map(PolicyKind::SetQueryParameter);
    }
    if let Some(body) = node.get("set_body") {
        return Some(PolicyKind::SetBody(SetBody {
            at: text(body, "at")?,
            value: body.get("value").cloned(),
            expression: expression(body, "expression"),
        }));
    }
    if let Some(response) = node.get("return_response") {
        return Some(PolicyKind::ReturnResponse(ReturnResponse {
            text: text(response, "text"),
            structured: response.get("structured").cloned(),
            error: is_true(response, "error"),
            span: response.span,
        }));
    }
    if let Some(mock) = node.get("mock_response") {
        return Some(PolicyKind::MockResponse(MockResponse {
            example: text(mock, "example"),
        }));
    }
    if let Some(content) = node.get("validate_content") {
        return Some(PolicyKind::ValidateContent(ValidateContent {
            detect: content.get("result").and_then(Node::as_str)? == "detect",
        }));
    }
    let cors = node.get("cors")?;
    Some(PolicyKind::Cors(Cors {
        allowed_origins: texts(cors, "allowed_origins"),
        allow_credentials: is_true(cors, "allow_credentials"),
        max_age: duration(cors, "max_age"),
        allowed_headers: texts(cors, "allowed_headers"),
        expose_headers: texts(cors, "expose_headers"),
    }))
}

fn set_pair(node: &Node) -> Option<SetPair> {
    Some(SetPair {
        name: text(node, "name")?,
        exists: match node.get("exists_action").and_then(Node::as_str) {
            Some("skip") => Exists::Skip,
            Some("append") => Exists::Append,
            Some("delete") => Exists::Delete,
            _ => Exists::Override,
        },
        value: text(node, "value"),
        expression: expression(node, "expression"),
    })
}

fn is_true(node: &Node, name: &str) -> bool {
    boolean(node, name).is_some_and(|value| value.value)
}
