//! The description of the manifest: every mapping and every key, once.

mod apis;
mod authorize;
mod budgets;
mod caching;
mod certificates;
mod classifier;
mod egress;
mod guards;
mod identities;
mod limits;
mod lints;
mod listeners;
mod overrides;
mod policies;
pub(super) mod policy_tests;
mod products;
mod response;
mod servers;
pub(super) mod teams;
mod transforms;

use self::apis::{API, API_KEY, BASIC, BEARER, CREDENTIAL};
use self::authorize::{AUTHORIZE, AUTHZEN, OPA, OPENFGA};
use self::budgets::TOKEN_BUDGET;
use self::caching::{CACHE, CACHING};
use self::certificates::{CERTIFICATE_CALLER, CERTIFICATE_IDENTITY};
use self::classifier::CLASSIFIER;
use self::egress::EGRESS;
use self::guards::{CONTENT_GUARD, GUARD_PATTERN};
use self::identities::{
    CLAIM, ENTRA, IDENTITY, INTROSPECTION, ISSUER, JWT, KEY_SET, KEYS, REQUIRED_CLAIM,
};
use self::limits::{EMBEDDED, QUOTA, QUOTA_BY_KEY, RATE_LIMIT, RATE_LIMIT_BY_KEY, REDIS, STORE};
use self::listeners::{CLIENT_CERTIFICATES, LISTENER, LISTENER_TLS};
use self::overrides::{ANNOTATIONS, ARGUMENT, BODY, OVERRIDE};
use self::policies::{CHECK_HEADER, IP_FILTER, LIMIT_CONCURRENCY, POLICY};
use self::policy_tests::{
    CALL, EXPECT, PRINCIPAL, RECORD, RESULT, STEP, TEST, UPSTREAM, UPSTREAM_REQUEST,
};
use self::products::{APPLICATIONS, PRODUCT};
use self::response::{MASK, RESPONSE};
use self::servers::{EXCLUDE, SERVER, TOOLS};
use self::teams::{INCLUDE, SHARE, TEAM_FILE};
use self::transforms::{
    CORS, MOCK_RESPONSE, RETURN_RESPONSE, SET_BODY, SET_HEADER, SET_QUERY_PARAMETER,
    VALIDATE_CONTENT,
};
use super::formats;
use super::shape::Presence::{Optional, Required};
use super::shape::{Key, Mapping, Presence, Shape};

/// All mappings, from the whole to the parts: the order of the reference.
pub(super) static ALL: &[&Mapping] = &[
    &GATEWAY,
    &VARIABLE,
    &LISTENER,
    &LISTENER_TLS,
    &CLIENT_CERTIFICATES,
    &IDENTITY,
    &JWT,
    &ISSUER,
    &ENTRA,
    &INTROSPECTION,
    &KEY_SET,
    &REQUIRED_CLAIM,
    &CLAIM,
    &KEYS,
    &CERTIFICATE_IDENTITY,
    &CERTIFICATE_CALLER,
    &CREDENTIAL,
    &API_KEY,
    &BASIC,
    &BEARER,
    &API,
    &SERVER,
    &TOOLS,
    &EXCLUDE,
    &OVERRIDE,
    &ANNOTATIONS,
    &ARGUMENT,
    &POLICY,
    &IP_FILTER,
    &CHECK_HEADER,
    &RATE_LIMIT,
    &RATE_LIMIT_BY_KEY,
    &QUOTA,
    &QUOTA_BY_KEY,
    &LIMIT_CONCURRENCY,
    &AUTHORIZE,
    &OPA,
    &AUTHZEN,
    &OPENFGA,
    &CONTENT_GUARD,
    &GUARD_PATTERN,
    &CLASSIFIER,
    &STORE,
    &EMBEDDED,
    &REDIS,
    &SET_HEADER,
    &SET_QUERY_PARAMETER,
    &SET_BODY,
    &RETURN_RESPONSE,
    &MOCK_RESPONSE,
    &VALIDATE_CONTENT,
    &CORS,
    &PRODUCT,
    &APPLICATIONS,
    &BODY,
    &TOKEN_BUDGET,
    &EGRESS,
    &RESPONSE,
    &MASK,
    &CACHING,
    &CACHE,
    &TEST,
    &STEP,
    &CALL,
    &PRINCIPAL,
    &UPSTREAM,
    &EXPECT,
    &UPSTREAM_REQUEST,
    &RESULT,
    &RECORD,
    &INCLUDE,
    &SHARE,
    &TEAM_FILE,
];

const fn key(name: &'static str, shape: Shape, presence: Presence, about: &'static str) -> Key {
    Key {
        name,
        shape,
        presence,
        about,
    }
}

const NOTHING: Presence = Optional("");

/// The whole manifest.
pub(super) static GATEWAY: Mapping = Mapping {
    name: "the manifest",
    about: "The file `gateway.yaml`: what a gateway takes from its environment, which APIs it calls, \
            and which MCP servers it offers.",
    keys: &[
        key(
            "gateway",
            Shape::Text(&formats::GATEWAY_NAME),
            Required,
            "The gateway's name, as logs and metrics show it.",
        ),
        key(
            "version",
            Shape::Text(&formats::VERSION),
            Optional("`0.0.0`"),
            "The version that the gateway tells clients.",
        ),
        key(
            "environment",
            Shape::Map {
                names: &formats::VARIABLE_NAME,
                values: &Shape::Mapping(&VARIABLE),
            },
            NOTHING,
            "The variables that the gateway takes from its process environment when it starts. \
             `${NAME}` stands for their values, and for nothing else.",
        ),
        key(
            "public_url",
            Shape::Template(&formats::URL),
            Optional("an error where a server takes tokens"),
            "Where clients find the gateway: the URL before the paths of its servers. Clients are told it, \
             and tokens are issued for it.",
        ),
        listeners::OF_GATEWAY,
        key(
            "identities",
            Shape::Map {
                names: &formats::IDENTITY_NAME,
                values: &Shape::Mapping(&IDENTITY),
            },
            NOTHING,
            "How callers say who they are.",
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
            "What every request and every call must pass.",
        ),
        key(
            "store",
            Shape::Mapping(&STORE),
            Optional(
                "the file `<gateway>.redb` where the gateway is started, where there are quotas",
            ),
            "Where counts are kept that outlive the process.",
        ),
        key(
            "servers",
            Shape::Map {
                names: &formats::SERVER_NAME,
                values: &Shape::Mapping(&SERVER),
            },
            Optional("those of the files in `include`"),
            "The MCP servers that the gateway offers; at least one, here or in a team's file.",
        ),
        key(
            "products",
            Shape::Map {
                names: &formats::PRODUCT_NAME,
                values: &Shape::Mapping(&PRODUCT),
            },
            NOTHING,
            "What callers get together. A server of which a product has a tool is open only to callers with \
             a product, or with a key for the whole server.",
        ),
        key(
            "token_budget",
            Shape::Mapping(&TOKEN_BUDGET),
            NOTHING,
            "What holds for each server that says nothing else.",
        ),
        key(
            "egress",
            Shape::Mapping(&EGRESS),
            Optional("anywhere, less what is refused unless it is listed"),
            "Where the gateway may connect to.",
        ),
        key(
            "tests",
            Shape::List(&Shape::Mapping(&TEST)),
            NOTHING,
            "Tests of the policies.",
        ),
        key(
            "test_files",
            Shape::List(&Shape::Text(&formats::DOCUMENT_PATH)),
            NOTHING,
            "Files with further tests: their paths, relative to the manifest. Each has one key, `tests`, as the \
             manifest has it.",
        ),
        key(
            "cache",
            Shape::Mapping(&CACHE),
            Optional("`{ max_bytes: 64MiB }`"),
            "How much memory the remembered answers of tools may take.",
        ),
        key(
            "include",
            Shape::List(&Shape::Mapping(&INCLUDE)),
            NOTHING,
            "Files of teams: their servers are part of the gateway, and what they may use is said here.",
        ),
    ],
    not_yet: &["mcp_upstreams"],
    example: "\
gateway: acme
environment:
  PETSTORE_URL: { type: url, default: \"http://127.0.0.1:8081\" }
apis:
  petstore: { spec: specs/petstore.yaml, url: \"${PETSTORE_URL}\" }
servers:
  pets:
    tools:
      - { api: petstore, operations: [listPets, getPetById] }
",
    ..Mapping::PLAIN
};

/// A value of `environment`.
pub(super) static VARIABLE: Mapping = Mapping {
    name: "a variable",
    about: "A variable without a default must be set, or the gateway does not start. A `secret` is never \
            shown and flows only into credentials and header values; it can also be read from the file \
            that `NAME_FILE` names.",
    keys: &[
        key(
            "type",
            Shape::Choice(&["string", "url", "secret"]),
            Required,
            "What it holds: any text, an absolute `http` or `https` URL without query and fragment, or a \
             text that must stay secret.",
        ),
        key(
            "default",
            Shape::Text(&formats::LINE),
            NOTHING,
            "The value where the environment has none. Not for a `secret`.",
        ),
        key(
            "description",
            Shape::Text(&formats::TEXT),
            NOTHING,
            "What it is for; told when it is missing.",
        ),
    ],
    example: "{ type: url, default: \"http://127.0.0.1:8081\", description: Where the store is }\n",
    ..Mapping::PLAIN
};
