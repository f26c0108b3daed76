//! Where the gateway listens: tables of the runtime's own types.

use proc_macro2::TokenStream;
use quote::quote;

use super::gateway::template;
use super::literal::{ident, option, position, text};
use crate::manifest::TlsVersion;
use crate::plan::{ClientCertificates, Listener, ListenerTls, Server};

/// One listener.
pub(super) fn listener(listener: &Listener) -> TokenStream {
    let (name, address) = (text(&listener.name), template(&listener.address));
    let tls = option(listener.tls.as_ref().map(tls));
    quote!(rt::Listener { name: #name, address: #address, tls: #tls })
}

fn tls(tls: &ListenerTls) -> TokenStream {
    let (certificate, key) = (template(&tls.certificate), template(&tls.key));
    let min_version = ident(match tls.min_version {
        TlsVersion::V1_2 => "V1_2",
        TlsVersion::V1_3 => "V1_3",
    });
    let clients = option(tls.client_certificates.as_ref().map(client_certificates));
    quote! {
        rt::ListenerTls {
            certificate: #certificate,
            key: #key,
            min_version: rt::TlsVersion::#min_version,
            client_certificates: #clients,
        }
    }
}

fn client_certificates(clients: &ClientCertificates) -> TokenStream {
    let authorities = template(&clients.authorities);
    let lists = option(clients.revocation_lists.as_ref().map(template));
    let required = clients.required;
    quote! {
        rt::ClientCertificates {
            authorities: #authorities,
            revocation_lists: #lists,
            required: #required,
        }
    }
}

/// The positions of the listeners that a server is served at.
pub(super) fn of_server(server: &Server) -> TokenStream {
    let positions = server.listeners.iter().copied().map(position);
    quote!(&[#(#positions),*])
}

/// What `rustc` checks of the listeners: that the runtime was built with what they need.
pub(super) fn assertion(listeners: &[Listener]) -> TokenStream {
    if listeners.iter().all(|listener| listener.tls.is_none()) {
        return TokenStream::new();
    }
    quote! {
        const _: () = ::core::assert!(
            rt::HAS_TLS,
            "the manifest has a listener with TLS: turn on the feature `tls` of the crate `gatewright` in \
             Cargo.toml"
        );
    }
}
