//! Where the gateway may connect to.

use super::key;
use crate::manifest::formats;
use crate::manifest::shape::Presence::Required;
use crate::manifest::shape::{Mapping, Shape};

/// `egress`.
pub(super) static EGRESS: Mapping = Mapping {
    name: "the bounds of connections",
    about: "Where the gateway may connect to: APIs and identity providers, and nothing else. A name may be connected \
            to where it is listed, or where the address that it resolves to is; that is asked of every connection, as \
            names can come to mean something else. Whether listed by name or not, addresses that are link-local \
            (where clouds keep the credentials of machines), unspecified, multicast or reserved are refused unless \
            they are listed as addresses, and so is the loopback interface where the URL does not name it.",
    keys: &[key(
        "allow",
        Shape::List(&Shape::Text(&formats::EGRESS_ENTRY)),
        Required,
        "Host names, `*.example.com` for all names below one, addresses and networks.",
    )],
    example: "{ allow: [api.example.com, \"*.internal.example\", 10.0.0.0/8] }\n",
    ..Mapping::PLAIN
};
