//! Policies.

use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// An item of `policies`.
pub(super) static POLICY: Mapping = Mapping {
    name: "a policy",
    about: "One thing that is asked of every request or call in its scope, of exactly one kind. Those of the \
            gateway come first, then those of the server, then those of the tool; a call must pass all of \
            them. `ip_filter` and `check_header` are asked of a whole request, before it is read, and so \
            belong to the gateway or to a server.",
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
            "rate_limit_by_key",
            Shape::Mapping(&RATE_LIMIT_BY_KEY),
            NOTHING,
            "Refuses calls that come too often.",
        ),
        key(
            "limit_concurrency",
            Shape::Mapping(&LIMIT_CONCURRENCY),
            NOTHING,
            "Refuses calls while too many are running.",
        ),
        key(
            "when",
            Shape::Text(&formats::EXPRESSION),
            NOTHING,
            "A condition: the policy applies only to calls for which it is true. Not for `ip_filter` and \
             `check_header`.",
        ),
    ],
    one_of: &[
        "ip_filter",
        "check_header",
        "rate_limit_by_key",
        "limit_concurrency",
    ],
    not_yet: &[
        "rate_limit",
        "quota",
        "quota_by_key",
        "set_header",
        "set_query_parameter",
        "set_body",
        "cors",
        "validate_content",
        "mock_response",
        "return_response",
        "cache",
        "choose",
        "authorize",
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

/// `rate_limit_by_key`.
pub(super) static RATE_LIMIT_BY_KEY: Mapping = Mapping {
    name: "a rate limit",
    about: "Counts the calls of tools in its scope that have the same key. What is too much is answered with \
            a result that tells the model how long to wait, and is not counted.",
    keys: &[
        key(
            "calls",
            Shape::Count { most: 10_000 },
            Required,
            "How many calls are admitted in a period.",
        ),
        key(
            "renewal_period",
            Shape::Duration,
            Required,
            "The period; at most `1d`.",
        ),
        key(
            "counter_key",
            Shape::Text(&formats::EXPRESSION),
            Required,
            "What calls are told apart by: an expression that gives text.",
        ),
        key(
            "algorithm",
            Shape::Choice(&["sliding_window", "token_bucket"]),
            Optional("`sliding_window`"),
            "How calls are counted: exactly, so that no span of the period's length ever has more; or as a \
             bucket of tokens that fills evenly, in constant memory.",
        ),
    ],
    example: "{ calls: 5, renewal_period: 30s, counter_key: request.ip }\n",
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
