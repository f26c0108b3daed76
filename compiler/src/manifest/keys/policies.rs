//! Policies.

use super::authorize::AUTHORIZE;
use super::guards::CONTENT_GUARD;
use super::limits::{QUOTA, QUOTA_BY_KEY, RATE_LIMIT, RATE_LIMIT_BY_KEY};
use super::transforms::{
    CORS, MOCK_RESPONSE, RETURN_RESPONSE, SET_BODY, SET_HEADER, SET_QUERY_PARAMETER,
    VALIDATE_CONTENT,
};
use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// An item of `policies`.
pub(super) static POLICY: Mapping = Mapping {
    name: "a policy",
    about: "One thing that is asked of every request or call in its scope, of exactly one kind. Those of the \
            gateway come first, then those of the server, then those of the tool; a call must pass all of \
            them. `ip_filter`, `check_header` and `cors` are asked of a whole request, before it is read, and \
            so belong to the gateway or to a server. There is no `choose`: each policy has its own `when`.",
    keys: &[
        key(
            "ip_filter",
            Shape::Mapping(&IP_FILTER),
            NOTHING,
            "Lets requests in by the client's address.",
        ),
        key(
            "check_header",
            Shape::Mapping(&CHECK_HEADER),
            NOTHING,
            "Lets requests in that have a header.",
        ),
        key(
            "rate_limit",
            Shape::Mapping(&RATE_LIMIT),
            NOTHING,
            "Refuses calls of a caller that come too often.",
        ),
        key(
            "rate_limit_by_key",
            Shape::Mapping(&RATE_LIMIT_BY_KEY),
            NOTHING,
            "Refuses calls that come too often.",
        ),
        key(
            "quota",
            Shape::Mapping(&QUOTA),
            NOTHING,
            "Refuses calls of a caller that has used up what it may use in a period.",
        ),
        key(
            "quota_by_key",
            Shape::Mapping(&QUOTA_BY_KEY),
            NOTHING,
            "Refuses calls once what may be used in a period is used up.",
        ),
        key(
            "limit_concurrency",
            Shape::Mapping(&LIMIT_CONCURRENCY),
            NOTHING,
            "Refuses calls while too many are running.",
        ),
        key(
            "set_header",
            Shape::Mapping(&SET_HEADER),
            NOTHING,
            "Sets or removes a header of requests to APIs.",
        ),
        key(
            "set_query_parameter",
            Shape::Mapping(&SET_QUERY_PARAMETER),
            NOTHING,
            "Sets or removes a parameter of the query of requests to APIs.",
        ),
        key(
            "set_body",
            Shape::Mapping(&SET_BODY),
            NOTHING,
            "Sets a member of the JSON body of requests to an API.",
        ),
        key(
            "return_response",
            Shape::Mapping(&RETURN_RESPONSE),
            NOTHING,
            "Answers calls without asking the API.",
        ),
        key(
            "mock_response",
            Shape::Mapping(&MOCK_RESPONSE),
            NOTHING,
            "Answers calls with an example of the document, or a value made from its schema.",
        ),
        key(
            "validate_content",
            Shape::Mapping(&VALIDATE_CONTENT),
            NOTHING,
            "Checks answers of APIs against their schema.",
        ),
        key(
            "cors",
            Shape::Mapping(&CORS),
            NOTHING,
            "Lets web pages use a server.",
        ),
        key(
            "rust",
            Shape::Text(&formats::RUST_PATH),
            NOTHING,
            "Asks a function of the crate that is marked `#[policy]`, by its path.",
        ),
        key(
            "arguments",
            Shape::Boolean,
            Optional("`false`"),
            "Whether the function of `rust` is given the arguments of the call too. Only for a tool that calls \
             an operation.",
        ),
        key(
            "authorize",
            Shape::Mapping(&AUTHORIZE),
            NOTHING,
            "Asks a service outside of the gateway whether the call is allowed.",
        ),
        key(
            "content_guard",
            Shape::Mapping(&CONTENT_GUARD),
            NOTHING,
            "Searches arguments and results for what they must not hold.",
        ),
        key(
            "when",
            Shape::Text(&formats::EXPRESSION),
            NOTHING,
            "A condition: the policy applies only to calls for which it is true. Not for `ip_filter`, \
             `check_header`, `cors` and `validate_content`, which are decided for all requests or calls alike.",
        ),
    ],
    one_of: &[
        "ip_filter",
        "check_header",
        "rate_limit",
        "rate_limit_by_key",
        "quota",
        "quota_by_key",
        "limit_concurrency",
        "authorize",
        "content_guard",
        "rust",
        "set_header",
        "set_query_parameter",
        "set_body",
        "return_response",
        "mock_response",
        "validate_content",
        "cors",
    ],
    instead: &[
        (
            "cache",
            "say `cache` in the override of a tool: its answers are remembered",
        ),
        (
            "choose",
            "give each policy a `when`: it applies only where that condition holds",
        ),
        (
            "forward_request",
            "every call that its policies let through is forwarded: there is nothing to declare",
        ),
    ],
    example: "rate_limit_by_key: { calls: 5, renewal_period: 30s, counter_key: request.ip }\n",
    ..Mapping::PLAIN
};

/// `ip_filter`.
pub(super) static IP_FILTER: Mapping = Mapping {
    name: "an address filter",
    about: "Refuses requests with 403 by the address they come from. Behind a proxy that is the address that \
            a trusted proxy tells (`--trusted-proxy`); an address that is not known is refused.",
    keys: &[
        key(
            "action",
            Shape::Choice(&["allow", "forbid"]),
            Required,
            "Whether only these addresses are let in, or all but these.",
        ),
        key(
            "addresses",
            Shape::List(&Shape::Text(&formats::ADDRESSES)),
            Required,
            "Addresses of either version, networks and ranges.",
        ),
    ],
    example: "{ action: allow, addresses: [10.0.0.0/8, \"2001:db8::1\", 192.0.2.10-192.0.2.19] }\n",
    ..Mapping::PLAIN
};

/// `check_header`.
pub(super) static CHECK_HEADER: Mapping = Mapping {
    name: "a header check",
    about: "Refuses requests with 403 that lack a header, have it twice, or have another value.",
    keys: &[
        key(
            "name",
            Shape::Text(&formats::ANY_HEADER_NAME),
            Required,
            "The header.",
        ),
        key(
            "values",
            Shape::List(&Shape::Text(&formats::HEADER_VALUE)),
            Optional("any value will do"),
            "The values that are admitted.",
        ),
        key(
            "ignore_case",
            Shape::Boolean,
            Optional("`false`"),
            "Whether letters of either case are the same.",
        ),
    ],
    example: "{ name: X-Environment, values: [production] }\n",
    ..Mapping::PLAIN
};

/// `limit_concurrency`.
pub(super) static LIMIT_CONCURRENCY: Mapping = Mapping {
    name: "a limit of calls at once",
    about: "Counts the calls of tools in its scope that are running and have the same key.",
    keys: &[
        key(
            "max_count",
            Shape::Count { most: 10_000 },
            Required,
            "How many may run at once.",
        ),
        key(
            "key",
            Shape::Text(&formats::EXPRESSION),
            Optional("all calls count together"),
            "What calls are told apart by: an expression that gives text.",
        ),
    ],
    example: "{ max_count: 4, key: request.ip }\n",
    ..Mapping::PLAIN
};
