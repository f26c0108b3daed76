//! Authorizers: services that are asked whether a call is allowed.

use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Key;
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

static AN_EXPRESSION: Shape = Shape::Text(&formats::EXPRESSION);

/// `authorize`.
pub(super) static AUTHORIZE: Mapping = Mapping {
    name: "an authorizer",
    about: "A service outside of the gateway, of exactly one kind, that is asked whether a call is allowed; see \
            [external-decisions.md](external-decisions.md). It is told who calls which tool, and what `context` \
            names: never a token or a key of the caller, and no arguments that are not named.",
    keys: &[
        key(
            "opa",
            Shape::Mapping(&OPA),
            NOTHING,
            "Open Policy Agent, by its data API.",
        ),
        key(
            "authzen",
            Shape::Mapping(&AUTHZEN),
            NOTHING,
            "A decision point that speaks the OpenID Authorization API 1.0 (AuthZEN).",
        ),
        key(
            "openfga",
            Shape::Mapping(&OPENFGA),
            NOTHING,
            "OpenFGA, by its check of a relationship.",
        ),
        key(
            "credential",
            Shape::Text(&formats::CREDENTIAL_NAME),
            Optional("none"),
            "How the gateway says there who it is: a key of `credentials`, `bearer`, `basic`, or an API key in a \
             header.",
        ),
        key(
            "timeout",
            Shape::Duration,
            Optional("`1s`"),
            "How long a call waits for the decision; at most `10s`.",
        ),
        key(
            "cache",
            Shape::Duration,
            Optional("not at all"),
            "How long a decision counts for calls of which the same would be asked, to the letter; at most `5m`.",
        ),
        key(
            "on_failure",
            Shape::Choice(&["deny", "allow"]),
            Required,
            "What holds for calls while there is no answer: no connection, not in time, a status of 500 and above, \
             or none that can be read. Other statuses are always a refusal.",
        ),
        key(
            "context",
            Shape::Map {
                names: &formats::CONTEXT_NAME,
                values: &AN_EXPRESSION,
            },
            NOTHING,
            "What else it is told: names, and expressions for their values. A call of which one has no value is \
             refused.",
        ),
    ],
    one_of: &["opa", "authzen", "openfga"],
    example: "\
opa: { url: \"${OPA_URL}/v1/data/tools/allow\" }
on_failure: deny
cache: 10s
context: { tenant: principal.claims.tenant }
",
    ..Mapping::PLAIN
};

const URL: Key = key(
    "url",
    Shape::Template(&formats::URL),
    Required,
    "Where it is asked: `https`, or `http` on the loopback interface.",
);

/// `opa` of an authorizer.
pub(super) static OPA: Mapping = Mapping {
    name: "an Open Policy Agent",
    about: "`POST` with `{\"input\": ...}` to the URL of a rule. The call is allowed where its value is `true`, or an \
            object in which `decision` is. One that has no value allows nothing.",
    keys: &[
        key(
            "url",
            Shape::Template(&formats::URL),
            Required,
            "The rule: `https`, or `http` on the loopback interface, with the path `/v1/data/PACKAGE/RULE`.",
        ),
        key(
            "decision",
            Shape::Text(&formats::CONTEXT_NAME),
            Optional("`allow`"),
            "The member of an object that is the decision.",
        ),
        key(
            "forward_reason",
            Shape::Boolean,
            Optional("`false`"),
            "Whether the caller is told the member `reason` of an object that does not allow the call.",
        ),
    ],
    example: "{ url: \"http://127.0.0.1:8181/v1/data/tools/decision\", forward_reason: true }\n",
    ..Mapping::PLAIN
};

/// `authzen` of an authorizer.
pub(super) static AUTHZEN: Mapping = Mapping {
    name: "an AuthZEN decision point",
    about: "`POST` with subject, action, resource and context to its access evaluation endpoint. The call is allowed \
            where the answer's `decision` is `true`.",
    keys: &[URL],
    example: "{ url: \"https://pdp.example.com/access/v1/evaluation\" }\n",
    ..Mapping::PLAIN
};

/// `openfga` of an authorizer.
pub(super) static OPENFGA: Mapping = Mapping {
    name: "an OpenFGA",
    about: "`POST` to `/stores/STORE/check` with a relationship. The call is allowed where the answer's `allowed` is \
            `true`.",
    keys: &[
        key(
            "url",
            Shape::Template(&formats::URL),
            Required,
            "Its API, without `/stores`: `https`, or `http` on the loopback interface.",
        ),
        key(
            "store",
            Shape::Template(&formats::LINE),
            Required,
            "The id of the store.",
        ),
        key(
            "model",
            Shape::Template(&formats::LINE),
            Optional("the newest"),
            "The id of the authorization model.",
        ),
        key(
            "user",
            Shape::Text(&formats::EXPRESSION),
            Required,
            "Who must have the relation: an expression that gives `TYPE:ID`.",
        ),
        key(
            "relation",
            Shape::Text(&formats::RELATION),
            Required,
            "The relation, as the authorization model names it.",
        ),
        key(
            "object",
            Shape::Text(&formats::EXPRESSION),
            Required,
            "To what: an expression that gives `TYPE:ID`.",
        ),
    ],
    example: "\
url: \"${OPENFGA_URL}\"
store: \"${OPENFGA_STORE}\"
user: \"'user:' + principal.subject\"
relation: can_call
object: \"'tool:' + tool.name\"
",
    ..Mapping::PLAIN
};
