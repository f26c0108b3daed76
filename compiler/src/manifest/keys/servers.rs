//! Servers and what they take their tools from.

use super::budgets::TOKEN_BUDGET;
use super::lints::LINTS_ALLOWED;
use super::listeners;
use super::overrides::OVERRIDE;
use super::policies::POLICY;
use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{NotWith, Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// A value of `servers`.
pub(super) static SERVER: Mapping = Mapping {
    name: "a server",
    about: "An MCP server that the gateway offers: clients connect to it by its path.",
    keys: &[
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
            "What it offers; clients are told it beside the title.",
        ),
        key(
            "instructions",
            Shape::Text(&formats::TEXT),
            NOTHING,
            "What the model is told about using it.",
        ),
        key(
            "path",
            Shape::Text(&formats::SERVER_PATH),
            Optional("`/NAME/mcp`, NAME being its key"),
            "The path of its URL.",
        ),
        listeners::OF_SERVER,
        key(
            "policies",
            Shape::List(&Shape::Mapping(&POLICY)),
            NOTHING,
            "What every request to it and every call of its tools must pass.",
        ),
        key(
            "require",
            Shape::Text(&formats::EXPRESSION),
            NOTHING,
            "A condition that every call must meet: an expression.",
        ),
        key(
            "identity",
            Shape::OneOrList(&Shape::Text(&formats::IDENTITY_NAME)),
            Optional("`anonymous`, with a warning where tools change something"),
            "Who may call: a key of `identities`, or several, of which the first that recognises the \
             caller decides. `anonymous`: everybody.",
        ),
        key(
            "scopes",
            Shape::List(&Shape::Text(&formats::SCOPE)),
            NOTHING,
            "The scopes that callers need for every request.",
        ),
        key(
            "tools",
            Shape::List(&Shape::Mapping(&TOOLS)),
            Required,
            "Where its tools come from.",
        ),
        key(
            "overrides",
            Shape::Map {
                names: &formats::TOOL,
                values: &Shape::Mapping(&OVERRIDE),
            },
            NOTHING,
            "Changes to single tools. The key is the operation's id, or the name that the tool would have \
             without the entry.",
        ),
        key(
            "mode",
            Shape::Choice(&["list", "search"]),
            Optional("`list`"),
            "What `tools/list` shows: every tool, or three tools that find, describe and call the others.",
        ),
        key(
            "list",
            Shape::Choice(&["usable", "all"]),
            Optional("`usable`"),
            "Which tools a caller is told of: those that it may use, as far as that is known from who it is, or all.",
        ),
        key(
            "allow",
            LINTS_ALLOWED,
            NOTHING,
            "Lints that are not reported of it and its tools, each with the reason.",
        ),
        key(
            "page_size",
            Shape::Count {
                most: 1_000_000_000,
            },
            Optional("one page"),
            "How many tools a page of `tools/list` has. Not with `mode: search`.",
        ),
        key(
            "token_budget",
            Shape::Mapping(&TOKEN_BUDGET),
            Optional("the gateway's"),
            "How many tokens what models are told about its tools may take. What it leaves open is as \
             the gateway's.",
        ),
    ],
    not_yet: &["resources", "prompts"],
    example: "\
title: Pet store
path: /pets/mcp
tools:
  - { api: petstore, operations: [listPets, \"get*\", \"POST /pets\"] }
overrides:
  createPet: { name: add_pet }
",
    ..Mapping::PLAIN
};

/// An item of `tools`.
pub(super) static TOOLS: Mapping = Mapping {
    name: "an entry of `tools`",
    about: "Either operations of an API or functions written in Rust. From an API come the operations that \
            any of `operations`, `tags` and `paths` matches, less those that `exclude` matches. Each of the \
            patterns must match something.",
    keys: &[
        key(
            "api",
            Shape::Text(&formats::API_NAME),
            NOTHING,
            "A key of `apis`.",
        ),
        key(
            "operations",
            Shape::AllOr(&OPERATION_LIST),
            NotWith("rust"),
            "Operations by id, in which `*` stands for any text, or by method and path: `POST /pets`. \
             `all` takes every operation.",
        ),
        key(
            "tags",
            Shape::List(&Shape::Text(&formats::LINE)),
            NotWith("rust"),
            "Operations that have one of these tags.",
        ),
        key(
            "paths",
            PATH_LIST,
            NotWith("rust"),
            "Operations by path template; `*` stands for one segment, `**` for any number. A method may \
             come first: `GET /pets/**`.",
        ),
        key(
            "exclude",
            Shape::Mapping(&EXCLUDE),
            NotWith("rust"),
            "What is left out.",
        ),
        key(
            "deprecated",
            Shape::Boolean,
            NotWith("rust"),
            "Whether deprecated operations are taken when a pattern matches them; absent: `false`. One that \
             is named by its id is always taken.",
        ),
        key(
            "rust",
            Shape::List(&Shape::Text(&formats::RUST_PATH)),
            NOTHING,
            "Functions of the crate that are marked `#[tool]`, by path.",
        ),
    ],
    one_of: &["api", "rust"],
    not_yet: &["upstream", "tools"],
    example: "{ api: petstore, operations: all, exclude: { tags: [internal] } }\n",
    ..Mapping::PLAIN
};

static OPERATION_LIST: Shape = Shape::List(&Shape::Text(&formats::OPERATION_PATTERN));
const PATH_LIST: Shape = Shape::List(&Shape::Text(&formats::PATH_PATTERN));

/// `exclude` of an entry of `tools`.
pub(super) static EXCLUDE: Mapping = Mapping {
    name: "an exclusion",
    about: "What is left out of a selection, by the same kinds of pattern.",
    keys: &[
        key(
            "operations",
            Shape::List(&Shape::Text(&formats::OPERATION_PATTERN)),
            NOTHING,
            "Operations by id or by method and path.",
        ),
        key(
            "tags",
            Shape::List(&Shape::Text(&formats::LINE)),
            NOTHING,
            "Operations by tag.",
        ),
        key("paths", PATH_LIST, NOTHING, "Operations by path template."),
    ],
    not_empty: true,
    example: "{ tags: [internal], paths: [\"/admin/**\"] }\n",
    ..Mapping::PLAIN
};
