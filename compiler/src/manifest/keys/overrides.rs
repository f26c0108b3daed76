//! Changes to tools and their arguments.

use super::caching::CACHING;
use super::lints::LINTS_ALLOWED;
use super::policies::POLICY;
use super::response::RESPONSE;
use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{NotWith, Optional};
use crate::manifest::shape::{Mapping, Shape};

/// A value of `overrides`.
pub(super) static OVERRIDE: Mapping = Mapping {
    name: "an override",
    about: "Changes to one tool.",
    keys: &[
        key(
            "name",
            Shape::Text(&formats::TOOL_NAME),
            NOTHING,
            "What clients call it.",
        ),
        key(
            "title",
            Shape::Text(&formats::LINE),
            NOTHING,
            "Its name for people.",
        ),
        key(
            "description",
            Shape::Text(&formats::TEXT),
            NOTHING,
            "What the model is told about it, in place of the document's words.",
        ),
        key(
            "annotations",
            Shape::Mapping(&ANNOTATIONS),
            NOTHING,
            "What it does to the world.",
        ),
        key(
            "arguments",
            Shape::Map {
                names: &formats::ARGUMENT_NAME,
                values: &Shape::Mapping(&ARGUMENT),
            },
            NOTHING,
            "Changes to its arguments, by the name they would have without the entry.",
        ),
        key(
            "body",
            Shape::Mapping(&BODY),
            NOTHING,
            "How the body of its request is made.",
        ),
        key(
            "scopes",
            Shape::List(&Shape::Text(&formats::SCOPE)),
            NOTHING,
            "The scopes that callers need for it, beside those of the server.",
        ),
        key(
            "output_schema",
            Shape::Boolean,
            Optional("`false`"),
            "Whether the schema of its answers is published and answers are checked against it.",
        ),
        key(
            "credential",
            Shape::Text(&formats::CREDENTIAL_NAME),
            Optional("what the API's entry and the document say"),
            "Which credential is sent, whatever the document says: a key of `credentials`, or `none`.",
        ),
        key(
            "policies",
            Shape::List(&Shape::Mapping(&POLICY)),
            NOTHING,
            "What every call of it must pass.",
        ),
        key(
            "require",
            Shape::Text(&formats::EXPRESSION),
            NOTHING,
            "A condition that every call of it must meet: an expression, which may speak of the call's \
             `arguments`.",
        ),
        key(
            "timeout",
            Shape::Duration,
            Optional("the API's"),
            "How long a call may take.",
        ),
        key(
            "max_response_bytes",
            Shape::Size,
            Optional("the API's"),
            "How large an answer may be, before anything is left out of it.",
        ),
        key(
            "response",
            Shape::Mapping(&RESPONSE),
            Optional("all of it"),
            "What of an answer is passed on.",
        ),
        key(
            "allow",
            LINTS_ALLOWED,
            NOTHING,
            "Lints that are not reported of it, each with the reason.",
        ),
        key(
            "token_budget",
            Shape::Count {
                most: 1_000_000_000,
            },
            Optional("the server's `tool`"),
            "How many tokens what a model is told about it may take.",
        ),
        key(
            "cache",
            Shape::Mapping(&CACHING),
            Optional("nothing is remembered"),
            "How its answers are remembered.",
        ),
        key(
            "invalidates",
            Shape::List(&Shape::Text(&formats::TOOL)),
            NOTHING,
            "Tools of the server whose remembered answers are forgotten, for every caller, when a call of \
             this one has changed something.",
        ),
    ],
    not_empty: true,
    not_yet: &["retry", "hidden"],
    example: "\
name: add_pet
description: Adds a pet to the store.
annotations: { destructive: false }
arguments:
  limit: { name: max, default: 20 }
  version: { value: \"2024-01-01\" }
timeout: 10s
",
    ..Mapping::PLAIN
};

/// `annotations` of an override.
pub(super) static ANNOTATIONS: Mapping = Mapping {
    name: "annotations",
    about: "The hints of MCP's `ToolAnnotations`. Absent ones follow from the operation's method.",
    keys: &[
        key(
            "read_only",
            Shape::Boolean,
            NOTHING,
            "It changes nothing: `readOnlyHint`.",
        ),
        key(
            "destructive",
            Shape::Boolean,
            NOTHING,
            "It may overwrite or delete: `destructiveHint`.",
        ),
        key(
            "idempotent",
            Shape::Boolean,
            NOTHING,
            "Calling it again changes nothing more: `idempotentHint`.",
        ),
        key(
            "open_world",
            Shape::Boolean,
            NOTHING,
            "It deals with the outside world: `openWorldHint`.",
        ),
    ],
    not_empty: true,
    example: "{ read_only: true, open_world: false }\n",
    ..Mapping::PLAIN
};

/// `body` of an override.
pub(super) static BODY: Mapping = Mapping {
    name: "a request body",
    about: "How the body of a tool's request is made.",
    keys: &[
        key(
            "media_type",
            Shape::Text(&formats::LINE),
            Optional("JSON before forms, forms before text, text before bytes"),
            "What it is sent as: one of the media types that the operation declares.",
        ),
        key(
            "arguments",
            Shape::Choice(&["flat", "nested"]),
            Optional("`flat`, where the body can be taken apart"),
            "Whether its members are arguments of their own, or the body is one argument, `body`.",
        ),
    ],
    not_empty: true,
    example: "{ media_type: multipart/form-data, arguments: nested }\n",
    ..Mapping::PLAIN
};

/// A value of `arguments` of an override.
pub(super) static ARGUMENT: Mapping = Mapping {
    name: "an argument",
    about: "Changes to one argument of a tool. Defaults and values must fit the argument's schema.",
    keys: &[
        key(
            "name",
            Shape::Text(&formats::ARGUMENT_NAME),
            NotWith("value"),
            "What callers call it.",
        ),
        key(
            "description",
            Shape::Text(&formats::TEXT),
            NotWith("value"),
            "What the model is told about it, in place of the document's words.",
        ),
        key(
            "default",
            Shape::Any,
            NotWith("value"),
            "Sent where the caller leaves the argument out, which it then may.",
        ),
        key(
            "value",
            Shape::Any,
            NOTHING,
            "Always sent; callers do not see the argument at all.",
        ),
    ],
    not_empty: true,
    not_yet: &["from", "generate", "same_as"],
    example: "{ name: max, description: How many at most, default: 20 }\n",
    ..Mapping::PLAIN
};
