//! Who may call.

use super::certificates::CERTIFICATE_IDENTITY;
use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{NotWith, Optional, Required};
use crate::manifest::shape::{Key, Mapping, Presence, Shape};

/// A value of `identities`.
pub(super) static IDENTITY: Mapping = Mapping {
    name: "an identity",
    about: "One way for callers to say who they are, of exactly one kind.",
    keys: &[
        key(
            "jwt",
            Shape::Mapping(&JWT),
            NOTHING,
            "A signed token of an OAuth or OpenID Connect provider, in the header `Authorization`.",
        ),
        key(
            "entra",
            Shape::Mapping(&ENTRA),
            NOTHING,
            "A token of a tenant of Microsoft Entra ID.",
        ),
        key(
            "introspection",
            Shape::Mapping(&INTROSPECTION),
            NOTHING,
            "A token that only its provider can read: it is asked about it (RFC 7662).",
        ),
        key(
            "keys",
            Shape::Mapping(&KEYS),
            NOTHING,
            "A key that the operator has given out.",
        ),
        key(
            "client_certificate",
            Shape::Mapping(&CERTIFICATE_IDENTITY),
            NOTHING,
            "A certificate that the client shows in the TLS handshake.",
        ),
    ],
    one_of: &[
        "jwt",
        "entra",
        "introspection",
        "keys",
        "client_certificate",
    ],
    example: "jwt: { issuer: \"https://login.example.com/\", audiences: [acme-tools] }\n",
    ..Mapping::PLAIN
};

static TEMPLATE: Shape = Shape::Template(&formats::LINE);
static A_REQUIRED_CLAIM: Shape = Shape::Mapping(&REQUIRED_CLAIM);
const CLAIM_TYPES: &[&str] = &["string", "strings", "integer", "boolean"];
static A_CLAIM: Shape = Shape::ChoiceOr {
    words: CLAIM_TYPES,
    mapping: &CLAIM,
};

const AUDIENCES: Key = key(
    "audiences",
    Shape::List(&TEMPLATE),
    Required,
    "What tokens must have been issued for: one of these must be among `aud`.",
);

const fn jwks(presence: Presence) -> Key {
    key(
        "jwks",
        Shape::Mapping(&KEY_SET),
        presence,
        "Where the keys come from that tokens are signed with, if not from what the issuer publishes about \
         itself.",
    )
}

const MAX_AGE: Key = key(
    "max_age",
    Shape::Duration,
    Optional("until `exp`"),
    "How long after it was issued (`iat`) a token is accepted, however late its `exp` is; one without `iat` is \
     refused.",
);

const DECRYPTION_KEYS: Key = key(
    "decryption_keys",
    Shape::List(&TEMPLATE),
    Optional("tokens are signed only"),
    "Secrets, each a private key (PKCS #8 as PEM), that signed tokens may be encrypted for (RFC 7516); at most \
     four. Tokens that are only signed are accepted as well.",
);

const CLOCK_SKEW: Key = key(
    "clock_skew",
    Shape::Duration,
    Optional("none"),
    "By how much the provider's clock may differ from the gateway's; at most `5m`.",
);

const CLIENT_APPLICATIONS: Key = key(
    "client_applications",
    Shape::List(&TEMPLATE),
    Optional("any"),
    "The client applications that tokens may have been issued to: `client_id`, `azp` or `appid`.",
);

const REQUIRED_CLAIMS: Key = key(
    "required_claims",
    Shape::Map {
        names: &formats::CLAIM,
        values: &A_REQUIRED_CLAIM,
    },
    NOTHING,
    "What further claims must hold, by name; a name that starts with `/` is a JSON Pointer.",
);

const CLAIMS: Key = key(
    "claims",
    Shape::Map {
        names: &formats::CLAIM_NAME,
        values: &A_CLAIM,
    },
    NOTHING,
    "The claims that expressions and tools written in Rust can read, with their types; a token in which \
     one has another type is refused. All identities that declare a name give it one type.",
);

const SCOPES_CLAIM: Key = key(
    "scopes_claim",
    Shape::Text(&formats::CLAIM),
    Optional("`scope`, or else `scp`"),
    "The claim with the scopes: words with spaces between, or a list.",
);

const ROLES_CLAIM: Key = key(
    "roles_claim",
    Shape::Text(&formats::CLAIM),
    Optional("`roles`"),
    "The claim with the roles, likewise.",
);

const SCOPE_PREFIX: Key = key(
    "scope_prefix",
    Shape::Template(&formats::LINE),
    NOTHING,
    "What stands before each scope where clients are told which to ask for, such as `api://NAME/` for \
     Entra ID, whose tokens leave it out.",
);

/// `jwt` of an identity.
pub(super) static JWT: Mapping = Mapping {
    name: "a token",
    about: "What a signed token (RFC 9068) must be like. `exp` must always be there.",
    keys: &[
        key(
            "issuer",
            Shape::Template(&formats::URL),
            NOTHING,
            "The provider: exactly what tokens have as `iss`.",
        ),
        key(
            "issuers",
            Shape::List(&AN_ISSUER),
            NOTHING,
            "Several providers, each with its own keys: those of one are never tried on tokens of another.",
        ),
        AUDIENCES,
        jwks(NotWith("issuers")),
        key(
            "algorithms",
            Shape::List(&Shape::Choice(&[
                "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
            ])),
            Optional("`[RS256, PS256, ES256, ES384, EdDSA]`"),
            "The signature algorithms that are accepted.",
        ),
        DECRYPTION_KEYS,
        CLOCK_SKEW,
        MAX_AGE,
        CLIENT_APPLICATIONS,
        REQUIRED_CLAIMS,
        CLAIMS,
        SCOPES_CLAIM,
        ROLES_CLAIM,
        SCOPE_PREFIX,
    ],
    one_of: &["issuer", "issuers"],
    example: "\
issuer: \"https://login.example.com/\"
audiences: [acme-tools]
algorithms: [RS256]
required_claims:
  department: { any: [sales, support] }
claims: { department: string, tier: { from: /account/tier, type: string } }
roles_claim: /realm_access/roles
",
    ..Mapping::PLAIN
};

static AN_ISSUER: Shape = Shape::Mapping(&ISSUER);

/// An item of `issuers`.
pub(super) static ISSUER: Mapping = Mapping {
    name: "an issuer",
    about: "A provider, and its keys.",
    keys: &[
        key(
            "issuer",
            Shape::Template(&formats::URL),
            Required,
            "Exactly what its tokens have as `iss`.",
        ),
        jwks(NOTHING),
    ],
    example: "{ issuer: \"https://login.example.com/\" }\n",
    ..Mapping::PLAIN
};

/// `entra` of an identity.
pub(super) static ENTRA: Mapping = Mapping {
    name: "an Entra token",
    about: "What a token of Microsoft Entra ID must be like, of version 1.0 or 2.0.",
    keys: &[
        key(
            "tenant",
            Shape::Template(&formats::LINE),
            NOTHING,
            "The id of the tenant, a GUID.",
        ),
        key(
            "tenants",
            Shape::List(&TEMPLATE),
            NOTHING,
            "The ids of several tenants. There is no word for all of them.",
        ),
        AUDIENCES,
        jwks(NotWith("tenants")),
        DECRYPTION_KEYS,
        CLOCK_SKEW,
        MAX_AGE,
        CLIENT_APPLICATIONS,
        REQUIRED_CLAIMS,
        CLAIMS,
        SCOPE_PREFIX,
    ],
    one_of: &["tenant", "tenants"],
    example: "\
tenant: \"${TENANT}\"
audiences: [\"api://pets\"]
required_claims: { roles: { any: [Pets.Read] } }
scope_prefix: \"api://pets/\"
",
    ..Mapping::PLAIN
};

/// `introspection` of an identity.
pub(super) static INTROSPECTION: Mapping = Mapping {
    name: "a token that is asked about",
    about: "Tokens of which only their provider knows what they say: each is sent to its introspection \
            endpoint (RFC 7662), and the answer is remembered for a while. While there is no answer, callers \
            get 503.",
    keys: &[
        key(
            "url",
            Shape::Template(&formats::URL),
            Required,
            "Where the provider is asked: `https`, or `http` on the loopback interface.",
        ),
        key(
            "credential",
            Shape::Text(&formats::CREDENTIAL_NAME),
            Required,
            "How the gateway says there who it is: a key of `credentials`, `basic` with the client's id and \
             secret, or `bearer`.",
        ),
        key(
            "issuer",
            Shape::Template(&formats::URL),
            Required,
            "The provider: what clients are told to get tokens from, and what an answer's `iss` is where it \
             has one.",
        ),
        AUDIENCES,
        key(
            "audience_optional",
            Shape::Boolean,
            Optional("`false`"),
            "Whether an answer without `aud` is about a token for this gateway: only where the provider tells \
             the gateway of no others.",
        ),
        key(
            "cache",
            Shape::Duration,
            Optional("`30s`"),
            "How long an answer counts, and so how long a token works that was revoked; at most `5m`.",
        ),
        key(
            "timeout",
            Shape::Duration,
            Optional("`5s`"),
            "How long a request waits for an answer; at most `30s`.",
        ),
        CLOCK_SKEW,
        MAX_AGE,
        CLIENT_APPLICATIONS,
        REQUIRED_CLAIMS,
        CLAIMS,
        SCOPES_CLAIM,
        ROLES_CLAIM,
        SCOPE_PREFIX,
    ],
    example: "\
url: \"https://login.example.com/introspect\"
credential: introspection_client
issuer: \"https://login.example.com/\"
audiences: [acme-tools]
cache: 10s
",
    ..Mapping::PLAIN
};

/// A value of `claims` that is not only a type.
pub(super) static CLAIM: Mapping = Mapping {
    name: "a claim",
    about: "A claim that is called something else in tokens, or is within another.",
    keys: &[
        key(
            "from",
            Shape::Text(&formats::CLAIM),
            Required,
            "Its name in tokens; one that starts with `/` is a JSON Pointer.",
        ),
        key("type", Shape::Choice(CLAIM_TYPES), Required, "Its type."),
    ],
    example: "{ from: /realm_access/tier, type: string }\n",
    ..Mapping::PLAIN
};

/// `jwks` of a token.
pub(super) static KEY_SET: Mapping = Mapping {
    name: "a key set",
    about: "Where a JSON Web Key Set (RFC 7517) is, if the issuer does not say.",
    keys: &[
        key(
            "url",
            Shape::Template(&formats::URL),
            NOTHING,
            "Its URL: `https`, or `http` on the loopback interface.",
        ),
        key(
            "file",
            Shape::Template(&formats::LINE),
            NOTHING,
            "The path of a file, read again when it changes.",
        ),
    ],
    one_of: &["url", "file"],
    example: "{ url: \"https://login.example.com/keys\" }\n",
    ..Mapping::PLAIN
};

/// A value of `required_claims`.
pub(super) static REQUIRED_CLAIM: Mapping = Mapping {
    name: "a required claim",
    about: "What a claim must hold. Values are compared exactly; a claim that is a list holds its items.",
    keys: &[
        key(
            "any",
            Shape::List(&Shape::Text(&formats::LINE)),
            NOTHING,
            "One of these.",
        ),
        key(
            "all",
            Shape::List(&Shape::Text(&formats::LINE)),
            NOTHING,
            "All of these.",
        ),
        key(
            "separator",
            Shape::Text(&formats::LINE),
            NOTHING,
            "What separates the items of a claim that is one text, such as `\" \"`.",
        ),
    ],
    one_of: &["any", "all"],
    example: "{ any: [sales, support] }\n",
    ..Mapping::PLAIN
};

/// `keys` of an identity.
pub(super) static KEYS: Mapping = Mapping {
    name: "keys of consumers",
    about: "Keys that the operator has given out, known to the gateway by their hashes only. The file \
            that lists them is read again when it changes. `gatewright key` makes a key.",
    keys: &[
        key(
            "file",
            Shape::Template(&formats::LINE),
            Required,
            "The path of the file, JSON.",
        ),
        key(
            "header",
            Shape::Text(&formats::KEY_HEADER),
            Optional("`Ocp-Apim-Subscription-Key`"),
            "The header that carries a key.",
        ),
    ],
    example: "{ file: \"${KEYS_PATH}\", header: api-key }\n",
    ..Mapping::PLAIN
};
