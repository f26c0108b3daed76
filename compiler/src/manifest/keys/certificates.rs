//! Callers that are known by their certificates.

use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::Optional;
use crate::manifest::shape::{Key, Mapping, Shape};

/// `client_certificate` of an identity.
pub(super) static CERTIFICATE_IDENTITY: Mapping = Mapping {
    name: "an identity by certificate",
    about: "The certificates that clients show in the TLS handshake. Which are valid at all, `client_certificates` \
            of the [listeners](#trust-in-certificates-of-clients) says.",
    keys: &[
        key(
            "callers",
            Shape::List(&Shape::Mapping(&CERTIFICATE_CALLER)),
            Optional("everybody with a valid certificate"),
            "Who calls, and by what of a certificate each is known. The first that it fits counts.",
        ),
        key(
            "subject_from",
            Shape::Choice(SUBJECTS),
            Optional(
                "the first of `uri`, `dns_name`, `email` and `common_name` by which the caller is known, or \
                      else the whole subject",
            ),
            "What of the certificate is `principal.subject`. Who has none of that kind, or several, is nobody.",
        ),
    ],
    not_empty: true,
    example: "\
callers:
  - { uri: \"spiffe://acme.example/ns/orders\", name: orders, roles: [writer] }
  - { dns_name: billing.acme.example }
",
    ..Mapping::PLAIN
};

const SUBJECTS: &[&str] = &[
    "uri",
    "dns_name",
    "email",
    "common_name",
    "subject",
    "thumbprint",
];

const fn field(name: &'static str, about: &'static str) -> Key {
    key(name, Shape::Template(&formats::LINE), NOTHING, about)
}

/// An item of `callers`.
pub(super) static CERTIFICATE_CALLER: Mapping = Mapping {
    name: "a caller with a certificate",
    about: "What a certificate must say for it to be this caller's: at least one thing, and all that are there. \
            Values are compared exactly, without patterns.",
    keys: &[
        field(
            "uri",
            "A URI among the subject's alternative names, such as a SPIFFE ID.",
        ),
        field(
            "dns_name",
            "A DNS name among them, in letters of either case.",
        ),
        field("email", "An e-mail address among them."),
        field("common_name", "A common name of the subject."),
        field(
            "subject",
            "The whole subject, as RFC 4514 writes it: `CN=orders,O=Acme`.",
        ),
        field(
            "issuer_subject",
            "The whole subject of the issuer, likewise.",
        ),
        field(
            "serial_number",
            "The serial number, in hexadecimal digits, with colons between or without. It is unique within its \
             issuer.",
        ),
        field(
            "thumbprint",
            "The SHA-256 of the certificate, likewise; a new certificate has another.",
        ),
        key(
            "name",
            Shape::Text(&formats::LINE),
            NOTHING,
            "What the caller is called: `principal.consumer`.",
        ),
        key(
            "scopes",
            Shape::List(&Shape::Text(&formats::SCOPE)),
            NOTHING,
            "What it is granted.",
        ),
        key(
            "roles",
            Shape::List(&Shape::Text(&formats::LINE)),
            NOTHING,
            "Its roles.",
        ),
    ],
    example: "{ uri: \"spiffe://acme.example/ns/orders\", name: orders, scopes: [pets.read], roles: [writer] }\n",
    ..Mapping::PLAIN
};
