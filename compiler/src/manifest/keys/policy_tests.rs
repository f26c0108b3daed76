//! Tests of policies.

use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{NotWith, Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// Why a call can be refused: the names in the gateway's log.
pub(in crate::manifest) const REASONS: &[&str] = &[
    "address_refused",
    "header_refused",
    "not_in_product",
    "condition_not_met",
    "condition_failed",
    "authorizer_denied",
    "authorizer_unavailable",
    "rate_limit_exceeded",
    "concurrency_limit_exceeded",
    "quota_exceeded",
    "store_unavailable",
    "transform_failed",
    "content_refused",
    "classifier_unavailable",
    "identity_required",
    "insufficient_scope",
    "custom_policy",
];

/// What an authorizer may do in a test: allow the call, deny it, or not answer.
const VERDICTS: &[&str] = &["allow", "deny", "fail"];

/// What a classifier may do in a test: find nothing, find something, or not answer.
const FINDINGS: &[&str] = &["pass", "flag", "fail"];

/// What clients of 2026-07-28 ask beside calls.
const METHODS: &[&str] = &["tools/list", "server/discover"];

/// A file of `test_files`.
pub(in crate::manifest) static TEST_FILE: Mapping = Mapping {
    name: "a test file",
    about: "A file of tests that `test_files` names.",
    keys: &[key(
        "tests",
        Shape::List(&Shape::Mapping(&TEST)),
        Required,
        "The tests.",
    )],
    example: "tests: [{ name: anybody lists, call: { server: pets, tool: listPets }, expect: { allowed: true } }]\n",
    ..Mapping::PLAIN
};

/// An item of `tests`.
pub(super) static TEST: Mapping = Mapping {
    name: "a test",
    about: "What is to come of a call, or of several, one after the other. Tests are compiled with the gateway and \
            run by `cargo test` and `gatewright test`, on the code that ships, with a clock of their own and \
            without a network.",
    keys: &[
        key(
            "name",
            Shape::Text(&formats::LINE),
            Required,
            "What it is called; each test has another name.",
        ),
        key(
            "at",
            Shape::Text(&formats::DATE_TIME),
            Optional("`2026-01-01T00:00:00Z`"),
            "When it begins.",
        ),
        key("call", Shape::Mapping(&CALL), NOTHING, "Its one call."),
        key(
            "steps",
            Shape::List(&Shape::Mapping(&STEP)),
            NOTHING,
            "Its calls, where there are several.",
        ),
        key(
            "upstream",
            Shape::Mapping(&UPSTREAM),
            NotWith("steps"),
            "What the API answers: 204 without a body where this is absent.",
        ),
        key(
            "authorizer",
            Shape::OneOrList(&Shape::Choice(VERDICTS)),
            NotWith("steps"),
            "What authorizers answer that are asked about the call: one word for all of them, or one for each in the \
             order of asking. Each call that asks one has to say it.",
        ),
        key(
            "classifier",
            Shape::OneOrList(&Shape::Choice(FINDINGS)),
            NotWith("steps"),
            "What classifiers answer that are sent texts of the call, as for `authorizer`: first those of its \
             arguments.",
        ),
        key(
            "expect",
            Shape::Mapping(&EXPECT),
            NotWith("steps"),
            "What is to come of the call.",
        ),
    ],
    one_of: &["call", "steps"],
    example: "\
name: readers do not write
call: { server: pets, tool: createPet, principal: { subject: ann }, arguments: { name: Rex } }
expect: { denied: insufficient_scope }
",
    ..Mapping::PLAIN
};

/// An item of `steps`.
pub(super) static STEP: Mapping = Mapping {
    name: "a step",
    about: "One of the calls of a test. What the gateway remembers of one, such as what its limits have counted, \
            is there for the next.",
    keys: &[
        key(
            "after",
            Shape::Duration,
            Optional("at once"),
            "How much time passes before it.",
        ),
        key(
            "times",
            Shape::Count { most: 10_000 },
            Optional("1"),
            "How often the call is made. Each is to come out as expected.",
        ),
        key("call", Shape::Mapping(&CALL), Required, "The call."),
        key(
            "upstream",
            Shape::Mapping(&UPSTREAM),
            NOTHING,
            "What the API answers: 204 without a body where this is absent.",
        ),
        key(
            "authorizer",
            Shape::OneOrList(&Shape::Choice(VERDICTS)),
            NOTHING,
            "What authorizers answer that are asked about the call: one word for all of them, or one for each in the \
             order of asking. Each call that asks one has to say it.",
        ),
        key(
            "classifier",
            Shape::OneOrList(&Shape::Choice(FINDINGS)),
            NOTHING,
            "What classifiers answer that are sent texts of the call, as for `authorizer`: first those of its \
             arguments.",
        ),
        key(
            "expect",
            Shape::Mapping(&EXPECT),
            Required,
            "What is to come of it.",
        ),
    ],
    example: "{ after: 30s, call: { server: pets, tool: listPets }, expect: { allowed: true } }\n",
    ..Mapping::PLAIN
};

/// `call`.
pub(super) static CALL: Mapping = Mapping {
    name: "a call",
    about: "A call of a tool, or another request of the protocol, and who sends it.",
    keys: &[
        key(
            "server",
            Shape::Text(&formats::SERVER_NAME),
            Required,
            "The server.",
        ),
        key(
            "tool",
            Shape::Text(&formats::TOOL_NAME),
            NOTHING,
            "The tool, by the name that callers know.",
        ),
        key(
            "method",
            Shape::Choice(METHODS),
            NOTHING,
            "What else is asked, for limits of requests and messages.",
        ),
        key(
            "principal",
            Shape::Mapping(&PRINCIPAL),
            Optional("a caller that does not prove who it is"),
            "Who calls, as if it had been proved.",
        ),
        key(
            "headers",
            Shape::Map {
                names: &formats::TEST_HEADER,
                values: &Shape::Text(&formats::HEADER_VALUE),
            },
            NOTHING,
            "Headers of the request, beside those that MCP asks for.",
        ),
        key(
            "listener",
            Shape::Text(&formats::LISTENER_NAME),
            Optional("the first that the server is served at"),
            "The listener that the request comes in by, where the manifest declares any.",
        ),
        key(
            "ip",
            Shape::Text(&formats::IP_ADDRESS),
            Optional("`127.0.0.1`"),
            "The client's address.",
        ),
        key(
            "arguments",
            Shape::Any,
            NotWith("method"),
            "The arguments, by name.",
        ),
    ],
    one_of: &["tool", "method"],
    example: "{ server: pets, tool: getPet, ip: 192.0.2.7, arguments: { petId: 1 } }\n",
    ..Mapping::PLAIN
};

/// `principal`.
pub(super) static PRINCIPAL: Mapping = Mapping {
    name: "a principal",
    about: "Who calls: what a token or a key says of its bearer. Tokens have an issuer, a subject, a client and \
            claims; keys have a consumer.",
    keys: &[
        key(
            "identity",
            Shape::Text(&formats::IDENTITY_NAME),
            Optional("the one identity of the server"),
            "Which of the server's identities recognises it.",
        ),
        key("issuer", Shape::Text(&formats::LINE), NOTHING, "`iss`"),
        key("subject", Shape::Text(&formats::LINE), NOTHING, "`sub`"),
        key(
            "client_id",
            Shape::Text(&formats::LINE),
            NOTHING,
            "The client application.",
        ),
        key(
            "consumer",
            Shape::Text(&formats::LINE),
            NOTHING,
            "The consumer whose key it is.",
        ),
        key(
            "scopes",
            Shape::List(&Shape::Text(&formats::SCOPE)),
            NOTHING,
            "What was granted.",
        ),
        key(
            "roles",
            Shape::List(&Shape::Text(&formats::LINE)),
            NOTHING,
            "Its roles.",
        ),
        key(
            "products",
            Shape::List(&Shape::Text(&formats::PRODUCT_NAME)),
            NOTHING,
            "The products that its key is for.",
        ),
        key(
            "claims",
            Shape::Map {
                names: &formats::CLAIM,
                values: &Shape::Any,
            },
            NOTHING,
            "Further claims that the identity declares.",
        ),
    ],
    not_empty: true,
    example: "{ identity: staff, subject: ann, scopes: [pets.read], claims: { department: toys } }\n",
    ..Mapping::PLAIN
};

/// `upstream`.
pub(super) static UPSTREAM: Mapping = Mapping {
    name: "an API's answer",
    about: "What the API does when it is asked: it answers, or fails to.",
    keys: &[
        key(
            "status",
            Shape::Count { most: 599 },
            NOTHING,
            "The status of the answer, from 200 on.",
        ),
        key(
            "headers",
            Shape::Map {
                names: &formats::ANY_HEADER_NAME,
                values: &Shape::Text(&formats::HEADER_VALUE),
            },
            NotWith("failure"),
            "Its headers. `content-type` is `application/json` where there is a body and nothing else is said.",
        ),
        key(
            "body",
            Shape::Any,
            NotWith("failure"),
            "Its body: a text as it stands, anything else as JSON.",
        ),
        key(
            "failure",
            Shape::Choice(&["connect", "timeout", "broken"]),
            NOTHING,
            "Why there is no answer: no connection, no answer in time, or a connection that ends before the \
             answer does.",
        ),
    ],
    one_of: &["status", "failure"],
    example: "{ status: 200, body: { id: 1, name: Rex } }\n",
    ..Mapping::PLAIN
};

/// `expect`.
pub(super) static EXPECT: Mapping = Mapping {
    name: "an expectation",
    about: "What is to come of a call: whether it is let through, and what is asked of the API and told to the \
            caller. The API is never asked where a call is not let through; that is always checked.",
    keys: &[
        key(
            "allowed",
            Shape::Boolean,
            NOTHING,
            "The call passes all policies and its arguments are valid, whatever the API makes of it.",
        ),
        key(
            "denied",
            Shape::Choice(REASONS),
            NOTHING,
            "A policy refuses the call, for this reason: the name in the gateway's log.",
        ),
        key(
            "invalid",
            Shape::Boolean,
            NOTHING,
            "The arguments break the tool's schema.",
        ),
        key(
            "upstream_asked",
            Shape::Boolean,
            NOTHING,
            "Whether the API is asked.",
        ),
        key(
            "upstream_request",
            Shape::Mapping(&UPSTREAM_REQUEST),
            NOTHING,
            "What the API is asked.",
        ),
        key(
            "result",
            Shape::Mapping(&RESULT),
            NOTHING,
            "What the caller is told.",
        ),
        key(
            "status",
            Shape::Count { most: 599 },
            NOTHING,
            "The status of the HTTP response.",
        ),
        key(
            "headers",
            Shape::Map {
                names: &formats::ANY_HEADER_NAME,
                values: &Shape::Text(&formats::HEADER_VALUE),
            },
            NOTHING,
            "Headers of the HTTP response; it may have others.",
        ),
        key(
            "record",
            Shape::Mapping(&RECORD),
            NOTHING,
            "What operators are told: fields of the request's access record.",
        ),
    ],
    one_of: &["allowed", "denied", "invalid"],
    example: "{ allowed: true, upstream_request: { method: GET, path: /pets }, result: { is_error: false } }\n",
    ..Mapping::PLAIN
};

/// `upstream_request`.
pub(super) static UPSTREAM_REQUEST: Mapping = Mapping {
    name: "a request to an API",
    about: "What an API is to be asked, as it comes over the wire. A variable without a default has its own name \
            as its value in tests; one of the type `url` is `http://` and that name in lower case, with `-` \
            for `_`, and `.test`.",
    keys: &[
        key(
            "method",
            Shape::Choice(&[
                "GET", "HEAD", "QUERY", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
            ]),
            NOTHING,
            "The method.",
        ),
        key(
            "path",
            Shape::Text(&formats::REQUEST_PATH),
            NOTHING,
            "The path, percent-encoded, with that of the API's URL before it.",
        ),
        key(
            "query",
            Shape::Text(&formats::REQUEST_QUERY),
            NOTHING,
            "The query after `?`, percent-encoded; an empty text where there is none.",
        ),
        key(
            "headers",
            Shape::Map {
                names: &formats::ANY_HEADER_NAME,
                values: &Shape::Text(&formats::HEADER_VALUE),
            },
            NOTHING,
            "Headers; there may be others.",
        ),
        key(
            "without_headers",
            Shape::List(&Shape::Text(&formats::ANY_HEADER_NAME)),
            NOTHING,
            "Headers that are not there.",
        ),
        key(
            "body",
            Shape::Any,
            NOTHING,
            "The body: a text as it stands, anything else as JSON that is equal.",
        ),
    ],
    not_empty: true,
    example: "{ method: POST, path: /pets, body: { name: Rex }, without_headers: [authorization] }\n",
    ..Mapping::PLAIN
};

/// `result`.
pub(super) static RESULT: Mapping = Mapping {
    name: "a result",
    about: "What the caller is to be told.",
    keys: &[
        key(
            "is_error",
            Shape::Boolean,
            NOTHING,
            "Whether it is an error for the model to mend.",
        ),
        key(
            "text",
            Shape::Text(&formats::TEXT),
            NOTHING,
            "Its text: all text blocks, joined by line breaks.",
        ),
        key(
            "contains",
            Shape::List(&Shape::Text(&formats::TEXT)),
            NOTHING,
            "What its text has among other things.",
        ),
        key(
            "structured",
            Shape::Any,
            NOTHING,
            "Its `structuredContent`, which is equal as JSON.",
        ),
    ],
    not_empty: true,
    example: "{ is_error: true, contains: [Try again in 30 seconds] }\n",
    ..Mapping::PLAIN
};

/// `record`.
pub(super) static RECORD: Mapping = Mapping {
    name: "an access record",
    about: "Fields of the line that the request leaves in the gateway's log, which operators count calls by. What \
            is not named here may be anything.",
    keys: &[
        key(
            "outcome",
            Shape::Choice(&["success", "tool_error", "fault", "refused"]),
            NOTHING,
            "What the request came to: a result, a result with `isError`, an error of the protocol, or no answer \
             of the protocol at all.",
        ),
        key(
            "cache",
            Shape::Choice(&["hit", "miss", "stale"]),
            NOTHING,
            "Where the answer came from, of a tool whose answers are remembered.",
        ),
        key(
            "product",
            Shape::Text(&formats::PRODUCT_NAME),
            NOTHING,
            "The product that the call was made by.",
        ),
        key(
            "identity",
            Shape::Text(&formats::IDENTITY_NAME),
            NOTHING,
            "The identity that the caller was recognised by.",
        ),
        key(
            "subject",
            Shape::Text(&formats::LINE),
            NOTHING,
            "Who called: the subject, or the consumer of a key.",
        ),
        key(
            "client",
            Shape::Text(&formats::LINE),
            NOTHING,
            "The client application.",
        ),
    ],
    not_empty: true,
    example: "{ outcome: success, product: gold, cache: hit }\n",
    ..Mapping::PLAIN
};
