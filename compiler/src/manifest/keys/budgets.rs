//! Budgets.

use super::{NOTHING, key};
use crate::manifest::shape::Presence::Optional;
use crate::manifest::shape::{Mapping, Shape};

/// `token_budget` of the manifest or of a server.
pub(super) static TOKEN_BUDGET: Mapping = Mapping {
    name: "a token budget",
    about: "How many tokens may be spent on telling models about tools, by the estimate of \
            `gatewright report`: name, title, description and schemas. Checked when the gateway is built.",
    keys: &[
        key(
            "tool",
            Shape::Count {
                most: 1_000_000_000,
            },
            NOTHING,
            "On each tool.",
        ),
        key(
            "list",
            Shape::Count {
                most: 1_000_000_000,
            },
            NOTHING,
            "On the whole of `tools/list`, all pages of it.",
        ),
        key(
            "exceeded",
            Shape::Choice(&["warn", "fail"]),
            Optional("`fail`"),
            "Whether exceeding it is a warning or an error.",
        ),
    ],
    not_empty: true,
    example: "{ tool: 2000, list: 20000, exceeded: warn }\n",
    ..Mapping::PLAIN
};
