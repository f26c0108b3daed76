//! The description of the manifest: every mapping and every key, once.

use super::formats;
use super::shape::Presence::{NotWith, Optional, Required};
use super::shape::{Key, Mapping, Presence, Shape};

/// All mappings, from the whole to the parts: the order of the reference.
pub(super) static ALL: &[&Mapping] = &[
    &GATEWAY,
    &VARIABLE,
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
            "servers",
            Shape::Map {
                names: &formats::SERVER_NAME,
                values: &Shape::Mapping(&SERVER),
            },
            Required,
            "The MCP servers that the gateway offers; at least one.",
        ),
    ],
    not_yet: &[
        "identities",
        "mcp_upstreams",
        "include",
        "tests",
        "policies",
        "products",
        "listeners",
    ],
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

/// A value of `credentials`.
pub(super) static CREDENTIAL: Mapping = Mapping {
    name: "a credential",
    about: "One way to authenticate, of exactly one kind.",
    keys: &[
        key(
            "api_key",
            Shape::Mapping(&API_KEY),
            NOTHING,
            "A key in a header, a query parameter or a cookie.",
        ),
        key(
            "basic",
            Shape::Mapping(&BASIC),
            NOTHING,
            "A user name and a password (RFC 7617).",
        ),
        key(
            "bearer",
            Shape::Mapping(&BEARER),
            NOTHING,
            "A token in the header `Authorization` (RFC 6750).",
        ),
    ],
    one_of: &["api_key", "basic", "bearer"],
    not_yet: &[
        "oauth2",
        "token_exchange",
        "client_certificate",
        "pass_through",
    ],
    example: "api_key: { header: X-Api-Key, value: \"${PETSTORE_KEY}\" }\n",
    ..Mapping::PLAIN
};

/// `api_key` of a credential.
pub(super) static API_KEY: Mapping = Mapping {
    name: "an API key",
    about: "Where a key goes, and the key.",
    keys: &[
        key(
            "header",
            Shape::Text(&formats::HEADER_NAME),
            NOTHING,
            "The header that carries it.",
        ),
        key(
            "query",
            Shape::Text(&formats::LINE),
            NOTHING,
            "The query parameter that carries it.",
        ),
        key(
            "cookie",
            Shape::Text(&formats::COOKIE_NAME),
            NOTHING,
            "The cookie that carries it.",
        ),
        key(
            "value",
            Shape::Template(&formats::HEADER_VALUE),
            Required,
            "The key.",
        ),
    ],
    one_of: &["header", "query", "cookie"],
    example: "{ header: X-Api-Key, value: \"${PETSTORE_KEY}\" }\n",
    ..Mapping::PLAIN
};

/// `basic` of a credential.
pub(super) static BASIC: Mapping = Mapping {
    name: "a user name and password",
    about: "HTTP's Basic scheme (RFC 7617).",
    keys: &[
        key(
            "username",
            Shape::Template(&formats::USERNAME),
            Required,
            "The user name, without a colon.",
        ),
        key(
            "password",
            Shape::Template(&formats::LINE),
            Required,
            "The password.",
        ),
    ],
    example: "{ username: gateway, password: \"${PASSWORD}\" }\n",
    ..Mapping::PLAIN
};

/// `bearer` of a credential.
pub(super) static BEARER: Mapping = Mapping {
    name: "a bearer token",
    about: "HTTP's Bearer scheme (RFC 6750).",
    keys: &[key(
        "token",
        Shape::Template(&formats::HEADER_VALUE),
        Required,
        "The token.",
    )],
    example: "{ token: \"${TOKEN}\" }\n",
    ..Mapping::PLAIN
};

/// A value of `apis`.
pub(super) static API: Mapping = Mapping {
    name: "an API",
    about: "A REST API: the document that describes it, and how it is called.",
    keys: &[
        key(
            "spec",
            Shape::Text(&formats::DOCUMENT_PATH),
            Required,
            "The OpenAPI document, JSON or YAML, relative to the manifest.",
        ),
        key(
            "url",
            Shape::Template(&formats::URL),
            Optional("the document's first server, which must then be absolute"),
            "Where the API is: a URL, or one variable of type `url`.",
        ),
        key(
            "credential",
            Shape::Text(&formats::CREDENTIAL_NAME),
            NOTHING,
            "How calls authenticate: a key of `credentials`.",
        ),
        key(
            "headers",
            Shape::Map {
                names: &formats::HEADER_NAME,
                values: &Shape::Template(&formats::HEADER_VALUE),
            },
            NOTHING,
            "Headers that are sent with every request.",
        ),
        key(
            "timeout",
            Shape::Duration,
            Optional("`30s`"),
            "How long a call may take, up to the last byte of the answer.",
        ),
        key(
            "connect_timeout",
            Shape::Duration,
            Optional("`5s`"),
            "How long connecting may take.",
        ),
        key(
            "max_response_bytes",
            Shape::Size,
            Optional("`4MiB`"),
            "How large an answer may be.",
        ),
    ],
    not_yet: &[
        "policies",
        "retry",
        "circuit_breaker",
        "backends",
        "pool",
        "tls",
        "overlays",
    ],
    example: "\
spec: specs/petstore.yaml
url: \"${PETSTORE_URL}\"
credential: petstore_key
headers: { X-Region: \"${REGION}\" }
timeout: 10s
",
    ..Mapping::PLAIN
};

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
            "What it offers, for registries.",
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
        key(
            "tools",
            Shape::List(&Shape::Mapping(&TOOLS)),
            Required,
            "Where its tools come from.",
        ),
        key(
            "overrides",
            Shape::Map {
                names: &formats::OPERATION_PATTERN,
                values: &Shape::Mapping(&OVERRIDE),
            },
            NOTHING,
            "Changes to single tools. The key is the operation's id, or the name that the tool would have \
             without the entry.",
        ),
    ],
    not_yet: &["identity", "policies", "require", "resources", "prompts"],
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
            "output_schema",
            Shape::Boolean,
            Optional("`false`"),
            "Whether the schema of its answers is published and answers are checked against it.",
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
            "How large an answer may be.",
        ),
    ],
    not_empty: true,
    not_yet: &[
        "require", "policies", "response", "cache", "retry", "hidden",
    ],
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
