//! The files of teams, and what the platform's file shares with them.

use super::apis::{API, CREDENTIAL};
use super::policies::POLICY;
use super::policy_tests::TEST;
use super::products::PRODUCT;
use super::servers::SERVER;
use super::{NOTHING, VARIABLE, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// What an entry of `include` may allow, as it is written.
pub(in crate::manifest) const ANONYMOUS_SERVERS: &str = "anonymous_servers";
pub(in crate::manifest) const OPEN_PRODUCTS: &str = "open_products";

/// An item of `include`.
pub(super) static INCLUDE: Mapping = Mapping {
    name: "an entry of `include`",
    about: "Files of teams, what they may use of this file, and what they may do that is refused otherwise. What \
            a team's file says, it says of the team's own servers only.",
    keys: &[
        key(
            "files",
            Shape::Text(&formats::TEAM_FILES),
            Required,
            "The path of a team's file, relative to the manifest and within its folder. With one `*` it names a \
             file for each team: `*` stands for the team's name.",
        ),
        key(
            "team",
            Shape::Text(&formats::TEAM_NAME),
            Optional("what `*` stands for"),
            "The team's name, where `files` names one file.",
        ),
        key(
            "share",
            Shape::Mapping(&SHARE),
            Optional("nothing is shared"),
            "What of this file the teams may use.",
        ),
        key(
            "allow",
            Shape::List(&Shape::Choice(&[ANONYMOUS_SERVERS, OPEN_PRODUCTS])),
            Optional("neither"),
            "What the teams may do beside: offer servers that ask nobody who calls, and products that are open to \
             everybody.",
        ),
    ],
    example: "\
files: teams/*/gateway.yaml
share: { identities: [staff], apis: [petstore] }
",
    ..Mapping::PLAIN
};

/// `share`.
pub(super) static SHARE: Mapping = Mapping {
    name: "what is shared",
    about: "What teams may use although they do not declare it.",
    keys: &[
        key(
            "identities",
            Shape::List(&Shape::Text(&formats::IDENTITY_NAME)),
            NOTHING,
            "Keys of `identities`: the teams' servers may ask for them.",
        ),
        key(
            "apis",
            Shape::List(&Shape::Text(&formats::API_NAME)),
            NOTHING,
            "Keys of `apis`: any operation of them may become a tool, with the credentials that the API has here.",
        ),
        key(
            "credentials",
            Shape::List(&Shape::Text(&formats::CREDENTIAL_NAME)),
            NOTHING,
            "Keys of `credentials`: the teams may send them to APIs of their own.",
        ),
        key(
            "environment",
            Shape::List(&Shape::Text(&formats::VARIABLE_NAME)),
            NOTHING,
            "Keys of `environment`.",
        ),
        key(
            "listeners",
            Shape::List(&Shape::Text(&formats::LISTENER_NAME)),
            NOTHING,
            "Keys of `listeners`: the teams' servers may be served there, and have to name where.",
        ),
        key(
            "rust",
            Shape::List(&Shape::Text(&formats::RUST_PATH)),
            NOTHING,
            "Functions of the crate, by path, or modules with all that is in them.",
        ),
    ],
    not_empty: true,
    example: "{ identities: [staff], apis: [petstore], rust: [crate::orders] }\n",
    ..Mapping::PLAIN
};

/// A file that `include` names.
pub(in crate::manifest) static TEAM_FILE: Mapping = Mapping {
    name: "a team's file",
    about: "A file that `include` names. Its names are unique in the whole gateway; its paths are relative to it, \
            and stay in its folder.",
    keys: &[
        key(
            "environment",
            Shape::Map {
                names: &formats::VARIABLE_NAME,
                values: &Shape::Mapping(&VARIABLE),
            },
            NOTHING,
            "Variables of the team. Their names begin with the team's: `ORDERS_` for the team `orders`.",
        ),
        key(
            "credentials",
            Shape::Map {
                names: &formats::CREDENTIAL_NAME,
                values: &Shape::Mapping(&CREDENTIAL),
            },
            NOTHING,
            "How calls to APIs authenticate.",
        ),
        key(
            "apis",
            Shape::Map {
                names: &formats::API_NAME,
                values: &Shape::Mapping(&API),
            },
            NOTHING,
            "The REST APIs that tools call.",
        ),
        key(
            "policies",
            Shape::List(&Shape::Mapping(&POLICY)),
            NOTHING,
            "What each of the team's servers asks first, as if it stood at the beginning of its own `policies`.",
        ),
        key(
            "servers",
            Shape::Map {
                names: &formats::SERVER_NAME,
                values: &Shape::Mapping(&SERVER),
            },
            NOTHING,
            "The team's MCP servers.",
        ),
        key(
            "products",
            Shape::Map {
                names: &formats::PRODUCT_NAME,
                values: &Shape::Mapping(&PRODUCT),
            },
            NOTHING,
            "Products of the team's servers.",
        ),
        key(
            "tests",
            Shape::List(&Shape::Mapping(&TEST)),
            NOTHING,
            "Tests of the policies. They run with those of the other files.",
        ),
        key(
            "test_files",
            Shape::List(&Shape::Text(&formats::DOCUMENT_PATH)),
            NOTHING,
            "Files with further tests.",
        ),
    ],
    not_empty: true,
    instead: &[
        ("gateway", WHOLE),
        ("version", WHOLE),
        ("public_url", WHOLE),
        ("store", WHOLE),
        ("listeners", WHOLE),
        ("egress", WHOLE),
        ("cache", WHOLE),
        (
            "token_budget",
            "declare it under a server: it may be less than the gateway's",
        ),
        ("include", "only the platform's file includes others"),
        (
            "identities",
            "who is recognised is for the platform's file to say: it shares identities with the team",
        ),
    ],
    example: "\
environment:
  ORDERS_URL: { type: url }
apis:
  orders: { spec: orders.yaml, url: \"${ORDERS_URL}\" }
servers:
  orders:
    identity: staff
    tools:
      - { api: orders, operations: all }
",
    ..Mapping::PLAIN
};

const WHOLE: &str = "it is about the whole gateway: only the platform's file has it";
