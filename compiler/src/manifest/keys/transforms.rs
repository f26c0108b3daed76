//! Policies that change requests, answer in the API's place, look at answers, and let web pages in.

use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{NotWith, Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

const EXISTS: Shape = Shape::Choice(&["override", "skip", "append", "delete"]);
const EXISTS_ABOUT: &str = "What happens where the request has it already: the value takes its place, it stays as it \
                            is, or the value is added to it. `delete` removes it, and takes no value.";
const EXPRESSION_ABOUT: &str = "An expression: text, a whole number, a boolean or an address. A call for which it \
                                has no value is refused.";

/// `set_header`.
pub(super) static SET_HEADER: Mapping = Mapping {
    name: "a header to set",
    about: "A header that requests to APIs are given, or lose. Headers of the connection, of the body, \
            `Authorization`, `Cookie`, and what the API's own `headers` and credentials set cannot be named. Tools \
            written in Rust send no request that it could change, unless they call an API through the gateway.",
    keys: &[
        key(
            "name",
            Shape::Text(&formats::CHANGED_HEADER),
            Required,
            "The header.",
        ),
        key(
            "exists_action",
            EXISTS,
            Optional("`override`"),
            EXISTS_ABOUT,
        ),
        key(
            "value",
            Shape::Text(&formats::CONSTANT_HEADER_VALUE),
            NotWith("expression"),
            "A text as it stands. What comes from the environment belongs to the `headers` of the API.",
        ),
        key(
            "expression",
            Shape::Text(&formats::EXPRESSION),
            NOTHING,
            EXPRESSION_ABOUT,
        ),
    ],
    example: "{ name: X-Caller, expression: principal.consumer }\n",
    ..Mapping::PLAIN
};

/// `set_query_parameter`.
pub(super) static SET_QUERY_PARAMETER: Mapping = Mapping {
    name: "a query parameter to set",
    about: "A parameter of the query that requests to APIs are given, or lose. Its value is percent-encoded. What \
            a credential of the API sets cannot be named.",
    keys: &[
        key(
            "name",
            Shape::Text(&formats::LINE),
            Required,
            "The parameter, as servers read it: not percent-encoded.",
        ),
        key(
            "exists_action",
            EXISTS,
            Optional("`override`"),
            EXISTS_ABOUT,
        ),
        key(
            "value",
            Shape::Text(&formats::CONSTANT_VALUE),
            NotWith("expression"),
            "A text as it stands.",
        ),
        key(
            "expression",
            Shape::Text(&formats::EXPRESSION),
            NOTHING,
            EXPRESSION_ABOUT,
        ),
    ],
    example: "{ name: tenant, value: acme, exists_action: skip }\n",
    ..Mapping::PLAIN
};

/// `set_body`.
pub(super) static SET_BODY: Mapping = Mapping {
    name: "a member of a body to set",
    about: "A member of the JSON body that requests of one tool are given, in place of what the arguments say. It is \
            checked against the schema of the body when the gateway is compiled: a `value` wholly, an `expression` \
            by its type.",
    keys: &[
        key(
            "at",
            Shape::Text(&formats::BODY_POINTER),
            Required,
            "Where it is: a JSON Pointer of names of members. Objects that are missing on the way are added.",
        ),
        key("value", Shape::Any, NotWith("expression"), "Any value."),
        key(
            "expression",
            Shape::Text(&formats::EXPRESSION),
            NOTHING,
            "An expression. A call for which it has no value is refused.",
        ),
    ],
    example: "{ at: /audit/by, expression: principal.subject }\n",
    ..Mapping::PLAIN
};

/// `return_response`.
pub(super) static RETURN_RESPONSE: Mapping = Mapping {
    name: "a response to return",
    about: "What a call is answered with. The API is not asked.",
    keys: &[
        key(
            "text",
            Shape::Text(&formats::TEXT),
            NOTHING,
            "A text for the model.",
        ),
        key(
            "structured",
            Shape::Any,
            NOTHING,
            "Any value: structured content, and its JSON as text. Where the tool publishes a schema of its \
             answers, it must match.",
        ),
        key(
            "error",
            Shape::Boolean,
            Optional("`false`"),
            "Whether the result says that the call failed.",
        ),
    ],
    one_of: &["text", "structured"],
    example: "{ text: \"Orders are closed until Monday.\", error: true }\n",
    ..Mapping::PLAIN
};

/// `mock_response`.
pub(super) static MOCK_RESPONSE: Mapping = Mapping {
    name: "a mock",
    about: "Answers a call as the API might, without asking it: with an example that the document gives of the \
            successful answer, else with a value made from its schema. `{}` takes the first that there is. It is made \
            when the gateway is compiled, matches the schema, and goes the way of every answer.",
    keys: &[key(
        "example",
        Shape::Text(&formats::LINE),
        Optional("the first that matches the schema"),
        "The example's name in the document. For a single tool only.",
    )],
    example: "{ example: two_pets }\n",
    ..Mapping::PLAIN
};

/// `validate_content`.
pub(super) static VALIDATE_CONTENT: Mapping = Mapping {
    name: "a check of contents",
    about: "Checks successful answers of APIs against the schema that the document declares, every rule of it. \
            (`output_schema` publishes the schema and checks the structure only.) Arguments are always checked, and \
            what breaks their schema never reaches an API. Sizes are bounded by `max_response_bytes`.",
    keys: &[
        key(
            "arguments",
            Shape::Text(&formats::ARGUMENT_CHECK),
            Optional("`prevent`"),
            "Calls whose arguments break the tool's schema are refused; there is no other way.",
        ),
        key(
            "result",
            Shape::Choice(&["prevent", "detect"]),
            Required,
            "`prevent`: an answer that breaks its schema is not passed on; the model is told where it does. \
             `detect`: that is logged, and the answer passed on.",
        ),
    ],
    instead: &[(
        "max_bytes",
        "answers are bounded by `max_response_bytes` of the API or the tool, and what is passed on of them by \
         `response: { max_bytes }`",
    )],
    example: "{ result: prevent }\n",
    ..Mapping::PLAIN
};

/// `cors`.
pub(super) static CORS: Mapping = Mapping {
    name: "web pages to let in",
    about: "Which web pages may use a server from a browser (Fetch standard, \"CORS protocol\"). Requests of other \
            pages are refused with 403. The headers of MCP are always admitted. Once for the gateway, or for single \
            servers. `--allowed-origin` adds origins to it; without either, only pages of the loopback interface \
            may use a gateway at the loopback interface.",
    keys: &[
        key(
            "allowed_origins",
            Shape::List(&Shape::Text(&formats::ORIGIN)),
            Required,
            "Their origins; `*` alone for any.",
        ),
        key(
            "allow_credentials",
            Shape::Boolean,
            Optional("`false`"),
            "Whether browsers may send cookies and client certificates. Not with `*`.",
        ),
        key(
            "max_age",
            Shape::Duration,
            Optional("`10m`"),
            "How long browsers may remember the answer; at most `1d`.",
        ),
        key(
            "allowed_headers",
            Shape::List(&Shape::Text(&formats::ANY_HEADER_NAME)),
            NOTHING,
            "Headers that pages may send beside those of MCP.",
        ),
        key(
            "expose_headers",
            Shape::List(&Shape::Text(&formats::ANY_HEADER_NAME)),
            NOTHING,
            "Headers that pages may read beside those that the gateway sets for MCP, identities and limits.",
        ),
    ],
    example: "{ allowed_origins: [\"https://app.example.com\"], max_age: 1h }\n",
    ..Mapping::PLAIN
};
