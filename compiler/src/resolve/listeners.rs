//! Listeners with their templates bound, and which of them serve a server.

use super::api::template;
use super::policies::Scope;
use crate::manifest::{self, Manifest};
use crate::plan::{ClientCertificates, Listener, ListenerTls};

/// All listeners, in the order of the manifest.
pub(super) fn listeners(manifest: &Manifest) -> Vec<Listener> {
    let listener = |listener: &manifest::Listener| Listener {
        name: listener.name.value.clone(),
        span: listener.name.span,
        address: template(&listener.address.value, manifest),
        tls: listener.tls.as_ref().map(|tls| self::tls(tls, manifest)),
    };
    manifest.listeners.iter().map(listener).collect()
}

fn tls(tls: &manifest::ListenerTls, manifest: &Manifest) -> ListenerTls {
    let trust = |clients: &manifest::ClientCertificates| {
        let lists = clients.revocation_lists.as_ref();
        ClientCertificates {
            authorities: template(&clients.authorities.value, manifest),
            revocation_lists: lists.map(|lists| template(&lists.value, manifest)),
            required: clients.required,
        }
    };
    ListenerTls {
        certificate: template(&tls.certificate.value, manifest),
        key: template(&tls.key.value, manifest),
        min_version: tls.min_version,
        client_certificates: tls.client_certificates.as_ref().map(trust),
    }
}

/// The positions of those that a server names. That they are declared was checked when the manifest was
/// read.
pub(super) fn of_server(server: &manifest::Server, manifest: &Manifest) -> Vec<usize> {
    let position = |name: &crate::source::Spanned<String>| {
        let mut declared = manifest.listeners.iter();
        declared.position(|listener| listener.name.value == name.value)
    };
    server.listeners.iter().filter_map(position).collect()
}

/// The listeners that requests of a scope come in by, each with whether it speaks TLS; none where the
/// manifest declares none.
pub(super) fn of_scope<'m>(scope: &Scope<'_>, manifest: &'m Manifest) -> Vec<(&'m str, bool)> {
    let in_scope = |server: &&manifest::Server| match scope {
        Scope::Gateway { .. } => true,
        Scope::Product { servers, .. } => servers.contains(&server.name.value.as_str()),
        Scope::Server { name, .. } | Scope::Tool { server: name, .. } => server.name.value == *name,
    };
    let servers: Vec<&manifest::Server> = manifest.servers.iter().filter(in_scope).collect();
    let in_use = |listener: &&manifest::Listener| {
        servers.iter().any(|server| {
            let mut named = server.listeners.iter();
            server.listeners.is_empty() || named.any(|name| name.value == listener.name.value)
        })
    };
    let listeners = manifest.listeners.iter().filter(in_use);
    listeners
        .map(|listener| (listener.name.value.as_str(), listener.tls.is_some()))
        .collect()
}
