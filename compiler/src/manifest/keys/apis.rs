//! Credentials and APIs.

use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{NotWith, Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

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
            "overlays",
            Shape::List(&Shape::Text(&formats::DOCUMENT_PATH)),
            NOTHING,
            "Overlays (OpenAPI Overlay Specification), relative to the manifest: changes to the document, \
             applied in order before it is read.",
        ),
        key(
            "url",
            Shape::Template(&formats::URL),
            Optional("the document's first server, which must then be absolute"),
            "Where the API is: a URL, or one variable of type `url`.",
        ),
        key(
            "server_variables",
            Shape::Map {
                names: &formats::LINE,
                values: &Shape::Text(&formats::LINE),
            },
            NotWith("url"),
            "Values for the variables in the URL of the document's first server. The others have their \
             defaults.",
        ),
        key(
            "servers",
            Shape::Map {
                names: &formats::LINE,
                values: &Shape::Template(&formats::URL),
            },
            NOTHING,
            "Operations that are elsewhere: for each URL of a server of a path or an operation, as the \
             document writes it, where that is. They get the same credentials and headers.",
        ),
        key(
            "credential",
            Shape::Text(&formats::CREDENTIAL_NAME),
            NOTHING,
            "How calls authenticate where `credentials` does not say: a key of the manifest's \
             `credentials`, for every security scheme that it fits and for operations of which the \
             document says nothing; or `none`, where something else authenticates.",
        ),
        key(
            "credentials",
            Shape::Map {
                names: &formats::LINE,
                values: &Shape::Text(&formats::CREDENTIAL_NAME),
            },
            NOTHING,
            "For each security scheme of the document, a key of the manifest's `credentials`, or `none`, \
             where something else authenticates.",
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
            "How large an answer may be, decompressed.",
        ),
        key(
            "compression",
            Shape::Boolean,
            Optional("`false`"),
            "Whether the API is asked to compress its answers. What comes compressed unasked is read too.",
        ),
        key(
            "deep_object",
            Shape::Choice(&["brackets", "indices", "repeat", "json"]),
            Optional("operations that need it are no tools"),
            "How values within the members of `deepObject` parameters are written, which OpenAPI leaves \
             open: `a[b][]=1`, `a[b][0]=1`, `a[b]=1` repeated, or `a[b]=` and JSON text.",
        ),
    ],
    not_yet: &[
        "policies",
        "retry",
        "circuit_breaker",
        "backends",
        "pool",
        "tls",
    ],
    example: "\
spec: specs/petstore.yaml
overlays: [specs/for-models.overlay.yaml]
url: \"${PETSTORE_URL}\"
credential: petstore_key
headers: { X-Region: \"${REGION}\" }
timeout: 10s
",
    ..Mapping::PLAIN
};
