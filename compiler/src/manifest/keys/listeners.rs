//! Where the gateway listens.

use super::key;
use crate::manifest::formats;
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// A value of `listeners`.
pub(super) static LISTENER: Mapping = Mapping {
    name: "a listener",
    about: "An address where the gateway listens. A manifest with listeners says all of them: `--listen` is \
            refused then.",
    keys: &[
        key(
            "address",
            Shape::Template(&formats::LINE),
            Required,
            "The address or host name of an interface, and a port: `0.0.0.0:8443`, `[::]:8443`. Port `0` is any \
             free one.",
        ),
        key(
            "tls",
            Shape::Mapping(&LISTENER_TLS),
            Optional("HTTP without TLS"),
            "TLS, and with what.",
        ),
    ],
    instead: &[
        (
            "trusted_proxies",
            "the operator says with `--trusted-proxy` which proxies are believed",
        ),
        (
            "proxy_protocol",
            "the operator says with `--proxy-protocol on` that trusted proxies send the header",
        ),
    ],
    example: "\
address: \"${PUBLIC_ADDRESS}\"
tls: { certificate: \"${TLS_CERTIFICATE}\", key: \"${TLS_KEY}\" }
",
    ..Mapping::PLAIN
};

/// `tls` of a listener.
pub(super) static LISTENER_TLS: Mapping = Mapping {
    name: "TLS of a listener",
    about: "What the gateway proves by TLS who it is with, and what it asks of clients. All files are PEM, and \
            read again when they change.",
    keys: &[
        key(
            "certificate",
            Shape::Template(&formats::LINE),
            Required,
            "The path of the certificate, followed by those of the authorities between it and the root.",
        ),
        key(
            "key",
            Shape::Template(&formats::LINE),
            Required,
            "The path of its private key.",
        ),
        key(
            "min_version",
            Shape::Choice(&["TLSv1.2", "TLSv1.3"]),
            Optional("`TLSv1.2`"),
            "The oldest version that clients may speak.",
        ),
        key(
            "client_certificates",
            Shape::Mapping(&CLIENT_CERTIFICATES),
            Optional("clients are asked for none"),
            "Which certificates of clients are trusted.",
        ),
    ],
    example: "{ certificate: \"${TLS_CERTIFICATE}\", key: \"${TLS_KEY}\", min_version: TLSv1.3 }\n",
    ..Mapping::PLAIN
};

/// `client_certificates` of TLS.
pub(super) static CLIENT_CERTIFICATES: Mapping = Mapping {
    name: "trust in certificates of clients",
    about: "A certificate must be issued by one of the authorities, directly or through others, be for clients, \
            and be neither expired nor from the future; else there is no connection.",
    keys: &[
        key(
            "authorities",
            Shape::Template(&formats::LINE),
            Required,
            "The path of the authorities' certificates.",
        ),
        key(
            "revocation_lists",
            Shape::Template(&formats::LINE),
            Optional("nothing is known to be revoked"),
            "The path of a file with the lists of what the authorities have revoked (CRL). Each authority needs \
             one, and one that has expired refuses everybody.",
        ),
        key(
            "required",
            Shape::Boolean,
            Optional("`true`"),
            "Whether clients without a certificate are refused.",
        ),
    ],
    example: "{ authorities: \"${CLIENT_AUTHORITIES}\", required: false }\n",
    ..Mapping::PLAIN
};

static NAME: Shape = Shape::Text(&formats::LISTENER_NAME);
static A_LISTENER: Shape = Shape::Mapping(&LISTENER);

/// `listeners` of a server.
pub(super) const OF_SERVER: super::Key = key(
    "listeners",
    Shape::List(&NAME),
    Optional("all"),
    "The listeners that it is served at: keys of `listeners`. At others, nothing has its path.",
);

/// The key of the manifest.
pub(super) const OF_GATEWAY: super::Key = key(
    "listeners",
    Shape::Map {
        names: &formats::LISTENER_NAME,
        values: &A_LISTENER,
    },
    Optional("where `--listen` says"),
    "Where the gateway listens, and how.",
);
