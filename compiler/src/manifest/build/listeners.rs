//! Listeners as the manifest's types.

use crate::manifest::{ClientCertificates, Listener, ListenerTls, TlsVersion};
use crate::source::{Member, Node};

use super::{boolean, key, templated, text};

/// A value of `listeners`.
pub(super) fn listener(member: &Member) -> Option<Listener> {
    let node = &member.value;
    Some(Listener {
        name: key(member),
        address: node.get("address").and_then(templated)?,
        tls: node.get("tls").and_then(tls),
    })
}

fn tls(node: &Node) -> Option<ListenerTls> {
    let clients = node.get("client_certificates");
    Some(ListenerTls {
        certificate: node.get("certificate").and_then(templated)?,
        key: node.get("key").and_then(templated)?,
        min_version: match text(node, "min_version") {
            Some(version) if version.value == "TLSv1.3" => TlsVersion::V1_3,
            _ => TlsVersion::V1_2,
        },
        client_certificates: clients.and_then(client_certificates),
    })
}

fn client_certificates(node: &Node) -> Option<ClientCertificates> {
    Some(ClientCertificates {
        authorities: node.get("authorities").and_then(templated)?,
        revocation_lists: node.get("revocation_lists").and_then(templated),
        required: boolean(node, "required").is_none_or(|required| required.value),
    })
}
