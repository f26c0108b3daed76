//! The forms of text in a manifest.

use std::sync::OnceLock;

use gatewright_schema::time::Timestamp;

use super::shape::Format;
use super::url;

/// Declares formats; each has a name, a rule, a pattern and, where that is not enough, a function.
macro_rules! formats {
    ($($(#[$doc:meta])* $ident:ident { $name:literal, $rule:literal, $pattern:literal $(, $refuse:expr)? })*) => {
        $(
            $(#[$doc])*
            pub(super) static $ident: Format = Format {
                name: $name,
                rule: $rule,
                pattern: $pattern,
                refuse: formats!(@refuse $($refuse)?),
                compiled: OnceLock::new(),
            };
        )*

        /// All of them.
        pub(super) static ALL: &[&Format] = &[$(&$ident),*];
    };
    (@refuse) => { |_| None };
    (@refuse $refuse:expr) => { $refuse };
}

formats! {
    /// A DNS label (RFC 1123), lower case.
    GATEWAY_NAME { "a gateway name", "lower-case letters, digits and inner `-`, first a letter, at most 63 characters",
        r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$" }
    VERSION { "a version", "letters, digits, `.`, `+` and `-`, at most 64 characters",
        r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$" }
    VARIABLE_NAME { "a variable name", "upper-case letters, digits and `_`, first a letter",
        r"^[A-Z][A-Z0-9_]*$" }
    CREDENTIAL_NAME { "a credential name", "lower-case letters, digits, `_` and `-`, first a letter",
        r"^[a-z][a-z0-9_-]*$" }
    IDENTITY_NAME { "an identity name", "lower-case letters, digits, `_` and `-`, first a letter",
        r"^[a-z][a-z0-9_-]*$" }
    /// A scope-token (RFC 6749, section 3.3).
    SCOPE { "a scope", "visible ASCII characters without `\"` and `\\`", r"^[!#-\[\]-~]+$" }
    CLAIM { "a claim", "its name, or a JSON Pointer (RFC 6901) that starts with `/`", r"^[^\x00-\x1f\x7f]+$" }
    CLAIM_NAME { "the name of a claim", "what expressions call it: letters, digits and `_`, first a letter or `_`",
        r"^[A-Za-z_][A-Za-z0-9_]*$" }
    KEY_HEADER { "the name of a header for keys", "letters, digits and ``!#$%&'*+-.^_`|~``",
        r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", key_header }
    API_NAME { "an API name", "lower-case letters, digits and `-`, first a letter, at most 40 characters",
        r"^[a-z][a-z0-9-]{0,39}$" }
    SERVER_NAME { "a server name", "lower-case letters, digits and `-`, first a letter, at most 40 characters",
        r"^[a-z][a-z0-9-]{0,39}$" }
    LISTENER_NAME { "a listener name", "lower-case letters, digits and `-`, first a letter, at most 40 characters",
        r"^[a-z][a-z0-9-]{0,39}$" }
    TEAM_NAME { "a team's name", "lower-case letters, digits and `-`, first a letter, at most 40 characters",
        r"^[a-z][a-z0-9-]{0,39}$" }
    /// Paths of documents may hold anything; these are also patterns.
    TEAM_FILES { "the path of a team's file such as `teams/*/gateway.yaml`",
        "relative to the manifest: letters, digits, spaces, `.`, `_` and `-` between `/`, and at most one `*`; no part is `..`",
        r"^([A-Za-z0-9 ._-]([A-Za-z0-9 ._/-]*[A-Za-z0-9 ._-])?|([A-Za-z0-9 ._-][A-Za-z0-9 ._/-]*)?\*([A-Za-z0-9 ._/-]*[A-Za-z0-9 ._-])?)$",
        team_files }
    PRODUCT_NAME { "a product name", "lower-case letters, digits and `-`, first a letter, at most 40 characters",
        r"^[a-z][a-z0-9-]{0,39}$" }
    /// What the strictest clients take as a tool's name.
    TOOL_NAME { "a tool name", "letters, digits, `_` and `-`, first a letter, at most 64 characters",
        r"^[a-zA-Z][a-zA-Z0-9_-]{0,63}$" }
    /// What the strictest clients take as a property of a tool's input schema.
    ARGUMENT_NAME { "an argument name", "letters, digits, `_`, `.` and `-`, at most 64 characters",
        r"^[A-Za-z0-9_.-]{1,64}$" }
    /// A token (RFC 9110, section 5.6.2) that the gateway does not set itself.
    HEADER_NAME { "a header name", "letters, digits and ``!#$%&'*+-.^_`|~``",
        r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", managed_header }
    /// A token (RFC 9110, section 5.6.2), of a header that callers send.
    ANY_HEADER_NAME { "the name of a request's header", "letters, digits and ``!#$%&'*+-.^_`|~``",
        r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" }
    /// A token (RFC 9110, section 5.6.2), of a header that a policy may change.
    CHANGED_HEADER { "the name of a header to change", "letters, digits and ``!#$%&'*+-.^_`|~``",
        r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", unchangeable_header }
    /// What every receiver of a header reads alike (RFC 9110, section 5.5).
    CONSTANT_HEADER_VALUE { "a header's value", "visible ASCII characters, with spaces between only",
        r"^[!-~]([ -~]*[!-~])?$", no_variables }
    CONSTANT_VALUE { "a text without variables", "at least one character, on one line", r"^[^\x00-\x1f\x7f]+$", no_variables }
    /// Addresses and networks are read when the plan is made.
    EGRESS_ENTRY { "a host name, `*.` and a domain, an address or a network",
        "a name in lower case such as `api.example.com`, without scheme and port; `*.example.com`; `10.1.2.3`; `10.0.0.0/8`",
        r"^((\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?|[0-9a-f:.]+(/[0-9]{1,3})?)$" }
    ARGUMENT_CHECK { "`prevent`",
        "arguments are always checked: what breaks the tool's schema cannot become a request, so there is no `detect`",
        r"^prevent$" }
    /// RFC 6901, of members of objects.
    BODY_POINTER { "a pointer to a member such as `/owner/name`",
        "a JSON Pointer that is not empty, of at most 16 names", r"^(/([^/~\x00-\x1f\x7f]|~[01])*){1,16}$" }
    /// The serialisation of an origin (RFC 6454, section 6.2), as browsers send it.
    ORIGIN { "a web origin such as `https://app.example.com`, or `*`",
        "a scheme, `://`, a host in lower case and a port where it is not the scheme's own; no path",
        r"^(\*|https?://(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[1-9][0-9]{0,4})?)$", default_port }
    /// What the addresses are is checked when they are read.
    ADDRESSES { "an address, a network or a range", "digits, letters `a` to `f`, `.`, `:`, `/` and `-`",
        r"^[0-9A-Fa-f.:/-]+$" }
    CONTEXT_NAME { "a name such as `tenant`", "letters, digits and `_`, first a letter or `_`, at most 64 characters",
        r"^[A-Za-z_][A-Za-z0-9_]{0,63}$" }
    /// What `OpenFGA` takes as the name of a relation.
    RELATION { "a relation such as `viewer`", "1 to 50 characters, without white space, `:`, `#` and `@`",
        r"^[^:#@\s\x00-\x1f\x7f]{1,50}$" }
    EXPRESSION { "an expression", "at least one character", r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$" }
    PERIOD { "a duration such as `1h` or `30d`, or `never`",
        "`never`, or a whole number and one of the units `ms`, `s`, `m`, `h` and `d`, at least `1s`",
        r"^(never|[0-9]+(ms|s|m|h|d))$", short_period }
    TIMESTAMP { "a time such as `2026-01-01T00:00:00Z`", "a date and a time with its zone (RFC 3339)",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$", no_timestamp }
    /// What Redis takes is anything; this is what people can read.
    STORE_PREFIX { "a prefix", "letters, digits, `.`, `_`, `:` and `-`, at most 64 characters",
        r"^[A-Za-z0-9._:-]{1,64}$" }
    COOKIE_NAME { "a cookie name", "letters, digits and ``!#$%&'*+-.^_`|~``",
        r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" }
    /// The runtime writes it into header values and logs, where control characters would split lines.
    LINE { "text", "at least one character, on one line", r"^[^\x00-\x1f\x7f]+$" }
    TEXT { "text", "at least one character, no control characters", r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$" }
    /// What `allow` takes: `crate::lint::LINTS`.
    LINT { "the name of a lint", "`anonymous-credential`, `anonymous-write-tools`, `chosen-limit-key`, `fail-open-authorizer`, `shared-limit` or `unlimited-server`",
        r"^(anonymous-credential|anonymous-write-tools|chosen-limit-key|fail-open-authorizer|shared-limit|unlimited-server)$" }
    /// A header's value (RFC 9110, section 5.5).
    HEADER_VALUE { "text", "no line breaks, no control characters", r"^[^\x00-\x08\x0a-\x1f\x7f]+$" }
    /// RFC 7617, section 2: the first colon ends it.
    USERNAME { "text", "no colon, no control characters", r"^[^\x00-\x1f\x7f:]+$" }
    URL { "a URL", "no spaces, no control characters", r"^[^\x00-\x20\x7f]+$" }
    SERVER_PATH { "a path such as `/pets/mcp`",
        "it starts with `/`, does not end with it, and has letters, digits, `.`, `_`, `~` and `-` between; no part starts with `.`",
        r"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$", url::taken_path }
    DOCUMENT_PATH { "a file path", "at least one character, on one line", r"^[^\x00-\x1f\x7f]+$", remote_document }
    PATH_PATTERN { "a pattern of paths such as `/pets/**` or `GET /pets/*`",
        "an optional method in upper case and a space, then a path that starts with `/`",
        r"^((GET|HEAD|QUERY|POST|PUT|PATCH|DELETE|OPTIONS) )?/[^\x00-\x20\x7f]*$" }
    OPERATION_PATTERN { "an operation's id, in which `*` stands for any text, or `METHOD /path`",
        "at least one character, on one line", r"^[^\x00-\x1f\x7f]+$", url::untaken_method }
    TOOL { "a tool", "an operation's id, or the name that the tool would have",
        r"^[^\x00-\x1f\x7f]+$" }
    /// RFC 6901, in which a token `*` stands for every member or item.
    ANSWER_POINTER { "a pointer into answers such as `/pets/*/id`",
        "a JSON Pointer that is not empty, in which `*` stands for each item or member",
        r"^(/([^/~\x00-\x1f\x7f]|~[01])*)+$" }
    ANSWER_HEADER { "a header name", "letters, digits and ``!#$%&'*+-.^_`|~``",
        r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", untold_header }
    DATE_TIME { "a point in time such as `2026-01-31T09:00:00Z`", "RFC 3339: a date, `T`, a time and a zone, from 1970 on",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$", no_time }
    IP_ADDRESS { "an address", "of version 4 or 6, such as `192.0.2.7` or `2001:db8::7`", r"^[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+$", no_address }
    TEST_HEADER { "the name of a request's header", "letters, digits and ``!#$%&'*+-.^_`|~``",
        r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", header_of_tests }
    REQUEST_PATH { "a path", "it starts with `/`, without a query", r"^/[^\x00-\x20\x7f?#]*$" }
    REQUEST_QUERY { "a query", "percent-encoded, without `?`", r"^[^\x00-\x20\x7f#]*$" }
    RUST_PATH { "the path of a function such as `crate::tools::greet`",
        "identifiers joined by `::`", r"^[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*)+$", rust_path }
}

/// Headers that the gateway or its HTTP implementation sets (RFC 9110, sections 7.2, 7.6.1, 8 and 12).
const MANAGED_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

fn managed_header(name: &str) -> Option<String> {
    MANAGED_HEADERS
        .contains(&name.to_ascii_lowercase().as_str())
        .then(|| "the gateway sets this header itself".into())
}

/// Headers of requests to APIs that policies do not change: they are the gateway's, or bear credentials.
fn unchangeable_header(name: &str) -> Option<String> {
    match name.to_ascii_lowercase().as_str() {
        "authorization" => Some(
            "credentials are declared: under `credentials`, and taken by the API's `credential`"
                .into(),
        ),
        "cookie" => {
            Some("cookies are parameters of the operation, or a credential of the API".into())
        }
        "user-agent" => Some("the gateway sets this header itself".into()),
        folded => managed_header(folded),
    }
}

fn no_variables(text: &str) -> Option<String> {
    text.contains("${").then(|| {
        "`${..}` stands for nothing here: what comes from the environment belongs to the `headers` of the API"
            .into()
    })
}

fn default_port(origin: &str) -> Option<String> {
    let own = (origin.starts_with("https:") && origin.ends_with(":443"))
        || (origin.starts_with("http:") && origin.ends_with(":80"));
    own.then(|| "browsers leave out the port that the scheme implies: leave it out too".into())
}

/// Headers of answers that are for the gateway, or told anyway.
fn untold_header(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "set-cookie"
        | "set-cookie2"
        | "www-authenticate"
        | "proxy-authenticate"
        | "authentication-info" => {
            Some("it is between the gateway and the API, and models are not told it".into())
        }
        "link" | "location" | "retry-after" => {
            Some("models are told it without being asked".into())
        }
        _ => managed_header(&name),
    }
}

/// Headers that mean something else to the gateway.
fn key_header(name: &str) -> Option<String> {
    let folded = name.to_ascii_lowercase();
    let taken = ["authorization", "cookie", "origin"].contains(&folded.as_str())
        || folded.starts_with("mcp-")
        || folded == "last-event-id";
    if taken {
        return Some("it means something else: choose one such as `api-key`".into());
    }
    managed_header(name)
}

fn short_period(text: &str) -> Option<String> {
    match super::quantity::duration(text) {
        _ if text == "never" => None,
        Ok(period) if period >= std::time::Duration::from_secs(1) => None,
        Ok(_) => Some("it must be at least `1s`".into()),
        Err(problem) => Some(problem.into()),
    }
}

fn no_timestamp(text: &str) -> Option<String> {
    Timestamp::parse(text)
        .is_none()
        .then(|| "there is no such time".into())
}

fn no_time(text: &str) -> Option<String> {
    let time = gatewright_schema::time::Timestamp::parse(text);
    let known = time.is_some_and(|time| time.nanos() >= 0);
    (!known).then(|| "there is no such day or time, or it is before 1970".into())
}

fn no_address(text: &str) -> Option<String> {
    let address = text.parse::<std::net::IpAddr>();
    address.is_err().then(|| "it is no whole address".into())
}

/// Headers that a test's client sends by itself.
fn header_of_tests(name: &str) -> Option<String> {
    let folded = name.to_ascii_lowercase();
    folded
        .starts_with("mcp-")
        .then(|| "the test sends this header itself".into())
        .or_else(|| managed_header(name).map(|_| "the test sends this header itself".into()))
}

fn team_files(path: &str) -> Option<String> {
    let leads_out = path.split('/').any(|part| part == "..");
    leads_out.then(|| "it names a file in the folder of the manifest, or below".into())
}

fn remote_document(path: &str) -> Option<String> {
    path.contains("://").then(|| {
        "the compiler never uses the network: save the document and give the path of the copy"
            .into()
    })
}

fn rust_path(path: &str) -> Option<String> {
    syn::parse_str::<syn::Path>(path)
        .is_err()
        .then(|| "a part of it is a keyword of Rust".into())
}
