//! The gateway around the servers: its description, the handlers of each server, the entry points.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal::{doc, duration, ident, no_lints, number, option, position, text};
use super::{authorize, guards, identity, limits, listeners, products, transforms};
use crate::manifest::{ApiKeyLocation, VariableKind};
use crate::plan::{Api, Credential, Part, Plan, Template, Variable};

/// `Servers`, `gateway()`, `gateway_with()` and the description.
pub(super) fn gateway(plan: &Plan) -> TokenStream {
    let servers = servers(plan);
    let description = description(plan);
    let by_default = doc("The gateway, with every tool forwarding to its API.");
    let by_handlers = doc("The gateway, with the given handlers.");
    let reason = "a program uses one of the two";
    quote! {
        #servers
        #description

        #by_default
        #[must_use]
        #[allow(dead_code, reason = #reason)]
        pub fn gateway() -> ::gatewright::Gateway {
            gateway_with(Servers::default())
        }

        #by_handlers
        #[must_use]
        #[allow(dead_code, reason = #reason)]
        pub fn gateway_with(servers: Servers) -> ::gatewright::Gateway {
            ::gatewright::Gateway::new(&DESCRIPTION, servers)
        }
    }
}

fn servers(plan: &Plan) -> TokenStream {
    let modules: Vec<_> = plan
        .servers
        .iter()
        .map(|server| ident(&server.module))
        .collect();
    let fields = plan.servers.iter().zip(&modules).map(|(server, module)| {
        let summary = doc(&format!("Of the server `{}`.", server.name));
        quote!(#summary pub #module: ::std::boxed::Box<dyn #module::Handlers>,)
    });
    let arms = modules.iter().enumerate().map(|(index, module)| {
        let index = position(index);
        quote!(#index => #module::call(&*self.#module, call, arguments),)
    });
    let summary = doc("The handlers of every server. By default all calls are forwarded.");
    quote! {
        #summary
        #[allow(missing_debug_implementations, reason = "handlers need not be printable")]
        pub struct Servers {
            #(#fields)*
        }

        impl ::core::default::Default for Servers {
            fn default() -> Self {
                Self {
                    #(#modules: ::std::boxed::Box::new(#modules::Upstream),)*
                }
            }
        }

        impl rt::Service for Servers {
            fn call<'a>(&'a self, call: &'a rt::Call, arguments: &'a [u8]) -> rt::Answer<'a> {
                match call.server() {
                    #(#arms)*
                    _ => call.unknown(),
                }
            }
        }
    }
}

fn description(plan: &Plan) -> TokenStream {
    let (name, version, digest) = (text(&plan.name), text(&plan.version), text(&plan.digest));
    let variables = plan.variables.iter().map(variable);
    let apis = plan.apis.iter().map(api);
    let public_url = option(plan.public_url.as_ref().map(template));
    let listener_table = plan.listeners.iter().map(listeners::listener);
    let listener_assertion = listeners::assertion(&plan.listeners);
    let identities = plan.identities.iter().map(identity::identity);
    let servers = plan.servers.iter().map(|server| {
        let module = ident(&server.module);
        quote!(&#module::DESCRIPTION)
    });
    let limits = limits::limits(&plan.limits);
    let store = limits::store(plan.store.as_ref());
    let assertion = limits::assertion(plan.store.as_ref());
    let egress = option(plan.egress.as_ref().map(transforms::egress));
    let products = products::table(&plan.products);
    let authorizers = authorize::authorizers(&plan.authorizers);
    let guards = guards::guards(&plan.guards);
    let cache_bytes = number(plan.cache_bytes);
    let lints = no_lints();
    quote! {
        #assertion
        #listener_assertion

        #lints
        static DESCRIPTION: rt::Description = rt::Description {
            name: #name,
            version: #version,
            digest: #digest,
            variables: &[#(#variables),*],
            apis: &[#(#apis),*],
            limits: #limits,
            store: #store,
            egress: #egress,
            authorizers: #authorizers,
            guards: #guards,
            cache_bytes: #cache_bytes,
            public_url: #public_url,
            listeners: &[#(#listener_table),*],
            identities: &[#(#identities),*],
            products: #products,
            servers: &[#(#servers),*],
        };
    }
}

fn variable(variable: &Variable) -> TokenStream {
    let (name, description) = (text(&variable.name), text(&variable.description));
    let kind = ident(match variable.kind {
        VariableKind::String => "String",
        VariableKind::Url => "Url",
        VariableKind::Secret => "Secret",
    });
    let default = option(variable.default.as_ref().map(|default| {
        let default = text(default);
        quote!(#default)
    }));
    quote! {
        rt::Variable {
            name: #name,
            kind: rt::VariableKind::#kind,
            default: #default,
            description: #description,
        }
    }
}

fn api(api: &Api) -> TokenStream {
    let name = text(&api.name);
    let url = template(&api.url);
    let credentials = api
        .credentials
        .iter()
        .map(|(credential, _)| self::credential(credential));
    let headers = api.headers.iter().map(|(name, value)| {
        let (name, value) = (text(name), template(value));
        quote!((#name, #value))
    });
    let connect_timeout = duration(api.connect_timeout);
    let compression = api.compression;
    quote! {
        rt::Api {
            name: #name,
            url: #url,
            credentials: &[#(#credentials),*],
            headers: &[#(#headers),*],
            connect_timeout: #connect_timeout,
            compression: #compression,
        }
    }
}

pub(super) fn credential(credential: &Credential) -> TokenStream {
    match credential {
        Credential::ApiKey(location, name, value) => {
            let kind = ident(match location {
                ApiKeyLocation::Header => "Header",
                ApiKeyLocation::Query => "Query",
                ApiKeyLocation::Cookie => "Cookie",
            });
            let (name, value) = (text(name), template(value));
            quote!(rt::Credential::#kind(#name, #value))
        }
        Credential::Basic(username, password) => {
            let (username, password) = (template(username), template(password));
            quote!(rt::Credential::Basic(#username, #password))
        }
        Credential::Bearer(token) => {
            let token = template(token);
            quote!(rt::Credential::Bearer(#token))
        }
    }
}

pub(super) fn template(template: &Template) -> TokenStream {
    let parts = template.iter().map(|part| match part {
        Part::Literal(literal) => {
            let literal = text(literal);
            quote!(rt::Part::Literal(#literal))
        }
        Part::Variable(variable) => {
            let variable = position(*variable);
            quote!(rt::Part::Variable(#variable))
        }
    });
    quote!(&[#(#parts),*])
}
