//! Products: what consumers get together.

use super::policies::POLICY;
use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{NotWith, Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

static TOOL_LIST: Shape = Shape::List(&Shape::Text(&formats::TOOL_NAME));

/// A value of `products`.
pub(super) static PRODUCT: Mapping = Mapping {
    name: "a product",
    about: "Servers and single tools that callers get together, with limits of their own. Who may use it: \
            consumers whose key is for the product, and whom `applications`, `claim` or `open` lets in. A \
            caller who has several products with the same tool uses the first of them in the order of the \
            manifest; an `open` one comes after all others.",
    keys: &[
        key(
            "title",
            Shape::Text(&formats::LINE),
            Optional("its key"),
            "Its name for people: what `--describe` and refusals call it.",
        ),
        key(
            "servers",
            Shape::List(&Shape::Text(&formats::SERVER_NAME)),
            NOTHING,
            "Keys of `servers`: all tools of each.",
        ),
        key(
            "tools",
            Shape::Map {
                names: &formats::SERVER_NAME,
                values: &TOOL_LIST,
            },
            NOTHING,
            "Single tools by their names, under the key of their server.",
        ),
        key(
            "applications",
            Shape::Mapping(&APPLICATIONS),
            NotWith("open"),
            "Applications that may use it: tokens with a role.",
        ),
        key(
            "claim",
            Shape::Text(&formats::EXPRESSION),
            NotWith("open"),
            "Who may use it: an expression about `principal`.",
        ),
        key(
            "open",
            Shape::Boolean,
            Optional("`false`"),
            "Whether everybody may use it, without saying who they are too. At most one for each server.",
        ),
        key(
            "require",
            Shape::Text(&formats::EXPRESSION),
            NOTHING,
            "A condition that every call by the product must meet: an expression.",
        ),
        key(
            "policies",
            Shape::List(&Shape::Mapping(&POLICY)),
            NOTHING,
            "What every call by the product must pass: after the gateway's, before the server's.",
        ),
    ],
    example: "\
title: Gold
servers: [pets]
tools: { shop: [listOrders] }
applications: { identity: staff, role: gold.access }
policies:
  - rate_limit_by_key: { calls: 100, renewal_period: 1m, counter_key: \"string(principal.consumer)\" }
",
    ..Mapping::PLAIN
};

/// `applications` of a product.
pub(super) static APPLICATIONS: Mapping = Mapping {
    name: "applications",
    about: "Tokens that open a product, such as those of the client credentials grant.",
    keys: &[
        key(
            "identity",
            Shape::Text(&formats::IDENTITY_NAME),
            Required,
            "The key of an identity that takes tokens.",
        ),
        key(
            "role",
            Shape::Text(&formats::LINE),
            Required,
            "The role that a token must have.",
        ),
    ],
    example: "{ identity: staff, role: gold.access }\n",
    ..Mapping::PLAIN
};
