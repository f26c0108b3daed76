//! Policies that count, and where counts are kept.

use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Key, Mapping, Shape};

/// The greatest number of calls in a quota.
const MOST: u32 = 4_000_000_000;

/// What a rate limit counts: one of these.
const UNITS: &[&str] = &["calls", "requests", "messages"];

const CALLS: Key = key(
    "calls",
    Shape::Count { most: 10_000 },
    NOTHING,
    "How many calls of tools are admitted in a period.",
);

const REQUESTS: Key = key(
    "requests",
    Shape::Count { most: 10_000 },
    NOTHING,
    "How many HTTP requests are admitted in a period, whatever is in them. Only in the policies of the gateway \
     and of servers.",
);

const MESSAGES: Key = key(
    "messages",
    Shape::Count { most: 10_000 },
    NOTHING,
    "How many JSON-RPC messages are admitted in a period, whatever their method. Only in the policies of the \
     gateway and of servers.",
);

const PERIOD: Key = key(
    "renewal_period",
    Shape::Duration,
    Required,
    "The period; at most `1d`. What is to last longer is a quota.",
);

const ALGORITHM: Key = key(
    "algorithm",
    Shape::Choice(&["sliding_window", "token_bucket"]),
    Optional("`sliding_window`"),
    "How calls are counted: exactly, so that no span of the period's length ever has more; or as a bucket of \
     tokens that fills evenly, in constant memory.",
);

const COUNTER_KEY: Key = key(
    "counter_key",
    Shape::Text(&formats::EXPRESSION),
    Required,
    "What calls are told apart by: an expression that gives text.",
);

const INCREMENT: Key = key(
    "increment_count",
    Shape::Count { most: 10_000 },
    Optional("1"),
    "How many one call, request or message counts as.",
);

const RATE_ON_FAILURE: Key = key(
    "on_store_failure",
    Shape::Choice(&["refuse", "local", "allow"]),
    Optional("`local`"),
    "What holds while the Redis that rate limits are counted in cannot be asked: calls are refused, or each \
     replica counts for itself, or they are not counted. Only with `store: { redis: .. }`.",
);

/// `rate_limit_by_key`.
pub(super) static RATE_LIMIT_BY_KEY: Mapping = Mapping {
    name: "a rate limit",
    about: "Counts the calls of tools in its scope that have the same key, or all requests or messages. What is \
            too much is told how long to wait, and is not counted: a call by a result that the model reads, a \
            request by the status 429, a message by an error.",
    keys: &[
        CALLS,
        REQUESTS,
        MESSAGES,
        PERIOD,
        COUNTER_KEY,
        ALGORITHM,
        INCREMENT,
        RATE_ON_FAILURE,
    ],
    one_of: UNITS,
    example: "{ calls: 5, renewal_period: 30s, counter_key: request.ip }\n",
    ..Mapping::PLAIN
};

/// `rate_limit`.
pub(super) static RATE_LIMIT: Mapping = Mapping {
    name: "a rate limit of each caller",
    about: "Counts the calls of tools in its scope for each caller, or its requests or messages: the consumer of \
            a key; otherwise the client application of a token; otherwise its subject. Every server in its scope \
            must have an identity.",
    keys: &[
        CALLS,
        REQUESTS,
        MESSAGES,
        PERIOD,
        ALGORITHM,
        INCREMENT,
        RATE_ON_FAILURE,
    ],
    one_of: UNITS,
    example: "{ calls: 60, renewal_period: 1m }\n",
    ..Mapping::PLAIN
};

const QUOTA_CALLS: Key = key(
    "calls",
    Shape::Count { most: MOST },
    NOTHING,
    "How many calls of tools are admitted in a period.",
);

const QUOTA_REQUESTS: Key = key(
    "requests",
    Shape::Count { most: MOST },
    NOTHING,
    "How many HTTP requests, whatever is in them; nothing else is counted then. Only in the policies of the \
     gateway and of servers.",
);

const QUOTA_MESSAGES: Key = key(
    "messages",
    Shape::Count { most: MOST },
    NOTHING,
    "How many JSON-RPC messages, whatever their method; nothing else is counted then. Only in the policies of \
     the gateway and of servers.",
);

const QUOTA_BYTES: Key = key(
    "result_bytes",
    Shape::Size,
    NOTHING,
    "How many bytes of responses: once there were as many, the next call is refused.",
);

const QUOTA_TOKENS: Key = key(
    "result_tokens",
    Shape::Count { most: MOST },
    NOTHING,
    "How many tokens the text of results may cost a model, as the gateway estimates them: once there were as \
     many, the next call is refused.",
);

const QUOTA_PERIOD: Key = key(
    "renewal_period",
    Shape::Text(&formats::PERIOD),
    Required,
    "How long a period is; `never`: what is used up is used up for good.",
);

const FIRST: Key = key(
    "first_period_start",
    Shape::Text(&formats::TIMESTAMP),
    Optional("`0001-01-01T00:00:00Z`"),
    "When a period begins: the others follow before and after it without gaps.",
);

const QUOTA_ON_FAILURE: Key = key(
    "on_store_failure",
    Shape::Choice(&["refuse", "allow"]),
    Optional("`refuse`"),
    "What holds while the store cannot be asked: calls are refused, or they are not counted.",
);

/// `quota_by_key`.
pub(super) static QUOTA_BY_KEY: Mapping = Mapping {
    name: "a quota",
    about: "Counts what calls of tools in its scope use that have the same key, in a row of fixed periods. \
            Counts outlive the process: they are kept in the `store`. There must be at least one of `calls`, \
            `result_bytes` and `result_tokens`, or else `requests` or `messages`.",
    keys: &[
        QUOTA_CALLS,
        QUOTA_BYTES,
        QUOTA_TOKENS,
        QUOTA_REQUESTS,
        QUOTA_MESSAGES,
        QUOTA_PERIOD,
        COUNTER_KEY,
        FIRST,
        INCREMENT,
        QUOTA_ON_FAILURE,
    ],
    example: "{ calls: 1000, renewal_period: 1d, counter_key: principal.client_id }\n",
    ..Mapping::PLAIN
};

/// `quota`.
pub(super) static QUOTA: Mapping = Mapping {
    name: "a quota of each caller",
    about: "A quota for each caller, as `rate_limit` tells callers apart.",
    keys: &[
        QUOTA_CALLS,
        QUOTA_BYTES,
        QUOTA_TOKENS,
        QUOTA_REQUESTS,
        QUOTA_MESSAGES,
        QUOTA_PERIOD,
        FIRST,
        INCREMENT,
        QUOTA_ON_FAILURE,
    ],
    example: "{ result_tokens: 500000, renewal_period: 1d }\n",
    ..Mapping::PLAIN
};

/// `store`.
pub(super) static STORE: Mapping = Mapping {
    name: "a store",
    about: "Where counts are kept that outlive the process. With `redis`, all replicas of the gateway count \
            together, quotas and rate limits.",
    keys: &[
        key(
            "embedded",
            Shape::Mapping(&EMBEDDED),
            NOTHING,
            "A file: for a gateway of one process.",
        ),
        key(
            "redis",
            Shape::Mapping(&REDIS),
            NOTHING,
            "A Redis or Valkey: for a gateway of many replicas.",
        ),
        key(
            "timeout",
            Shape::Duration,
            Optional("`1s`"),
            "How long a call waits for its counts, at most `10s`.",
        ),
    ],
    one_of: &["embedded", "redis"],
    example: "{ redis: { url: \"${REDIS_URL}\" }, timeout: 500ms }\n",
    ..Mapping::PLAIN
};

/// `store.embedded`.
pub(super) static EMBEDDED: Mapping = Mapping {
    name: "a store on disk",
    about: "One file, which one process at a time can open. It is made where it is not there.",
    keys: &[key(
        "path",
        Shape::Template(&formats::LINE),
        Required,
        "The file; its folder must be there.",
    )],
    example: "{ path: /var/lib/acme/counts.redb }\n",
    ..Mapping::PLAIN
};

/// `store.redis`.
pub(super) static REDIS: Mapping = Mapping {
    name: "a store in Redis",
    about: "The crate `gatewright` needs its feature `redis`. Counts are only as durable as that Redis is, and \
            it must not evict them (`maxmemory-policy noeviction`).",
    keys: &[
        key(
            "url",
            Shape::Template(&formats::LINE),
            Required,
            "Where it is: `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS.",
        ),
        key(
            "authorities",
            Shape::Template(&formats::LINE),
            Optional("those of the public web"),
            "The path of a file (PEM) with the certificates of the authorities that vouch for it, with \
             `rediss://`; no others count then.",
        ),
        key(
            "prefix",
            Shape::Text(&formats::STORE_PREFIX),
            Optional("the gateway's name"),
            "What the names of all counts begin with. Gateways with the same prefix count together.",
        ),
    ],
    example: "{ url: \"${REDIS_URL}\", prefix: acme }\n",
    ..Mapping::PLAIN
};
