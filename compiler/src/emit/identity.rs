//! Who may call: tables of the runtime's own types.

use proc_macro2::TokenStream;
use quote::quote;

use super::gateway::template;
use super::literal::{duration, ident, option, position, text};
use crate::manifest::ClaimKind;
use crate::plan::{Identity, IdentityKind, Jwt, KeySource, RequiredClaim, Server, Template};

/// One identity.
pub(super) fn identity(identity: &Identity) -> TokenStream {
    let name = text(&identity.name);
    let kind = match &identity.kind {
        IdentityKind::Jwt(jwt) => {
            let jwt = self::jwt(jwt);
            quote!(rt::IdentityKind::Jwt(#jwt))
        }
        IdentityKind::Keys { file, header } => {
            let (file, header) = (template(file), text(header));
            quote!(rt::IdentityKind::Keys(rt::Keys { file: #file, header: #header }))
        }
    };
    quote!(rt::Identity { name: #name, kind: #kind })
}

fn jwt(jwt: &Jwt) -> TokenStream {
    let issuers = templates(&jwt.issuers);
    let audiences = templates(&jwt.audiences);
    let key_source = match &jwt.key_source {
        KeySource::Discovery => quote!(rt::KeySource::Discovery),
        KeySource::Url(url) => {
            let url = template(url);
            quote!(rt::KeySource::Url(#url))
        }
        KeySource::File(path) => {
            let path = template(path);
            quote!(rt::KeySource::File(#path))
        }
    };
    let algorithms = jwt.algorithms.iter().filter_map(|name| {
        let variant = ident(algorithm(name)?);
        Some(quote!(rt::SignatureAlgorithm::#variant))
    });
    let clock_skew = duration(jwt.clock_skew);
    let client_applications = templates(&jwt.client_applications);
    let required_claims = jwt.required_claims.iter().map(required_claim);
    let claims = jwt.claims.iter().map(|(name, kind)| {
        let name = text(name);
        let kind = ident(match kind {
            ClaimKind::String => "String",
            ClaimKind::Strings => "Strings",
            ClaimKind::Integer => "Integer",
            ClaimKind::Boolean => "Boolean",
        });
        quote!(rt::Claim { name: #name, kind: rt::ClaimKind::#kind })
    });
    let scopes_claim = option(jwt.scopes_claim.as_ref().map(|name| {
        let name = text(name);
        quote!(#name)
    }));
    let roles_claim = text(&jwt.roles_claim);
    let scope_prefix = template(&jwt.scope_prefix);
    quote! {
        rt::Jwt {
            issuers: #issuers,
            audiences: #audiences,
            key_source: #key_source,
            algorithms: &[#(#algorithms),*],
            clock_skew: #clock_skew,
            client_applications: #client_applications,
            required_claims: &[#(#required_claims),*],
            claims: &[#(#claims),*],
            scopes_claim: #scopes_claim,
            roles_claim: #roles_claim,
            scope_prefix: #scope_prefix,
        }
    }
}

/// The variant of an algorithm, by its name in RFC 7518; the manifest admits no others.
fn algorithm(name: &str) -> Option<&'static str> {
    Some(match name {
        "RS256" => "Rs256",
        "RS384" => "Rs384",
        "RS512" => "Rs512",
        "PS256" => "Ps256",
        "PS384" => "Ps384",
        "PS512" => "Ps512",
        "ES256" => "Es256",
        "ES384" => "Es384",
        "EdDSA" => "EdDsa",
        _ => return None,
    })
}

fn required_claim(claim: &RequiredClaim) -> TokenStream {
    let name = text(&claim.name);
    let values = texts(&claim.values);
    let all = claim.all;
    let separator = option(claim.separator.as_ref().map(|separator| {
        let separator = text(separator);
        quote!(#separator)
    }));
    quote! {
        rt::RequiredClaim { name: #name, values: #values, all: #all, separator: #separator }
    }
}

/// What a server asks of its callers.
pub(super) fn access(server: &Server) -> TokenStream {
    if server.access.identities.is_empty() {
        return quote!(&rt::Access::ANONYMOUS);
    }
    let identities = server.access.identities.iter().copied().map(position);
    let scopes = texts(&server.access.scopes);
    let tools = if server.tools.iter().all(|tool| tool.scopes.is_empty()) {
        quote!(&[])
    } else {
        let tools = server.tools.iter().map(|tool| texts(&tool.scopes));
        quote!(&[#(#tools),*])
    };
    quote! {
        &rt::Access { identities: &[#(#identities),*], scopes: #scopes, tools: #tools }
    }
}

fn templates(templates: &[Template]) -> TokenStream {
    let templates = templates.iter().map(template);
    quote!(&[#(#templates),*])
}

fn texts(texts: &[String]) -> TokenStream {
    let texts = texts.iter().map(|item| text(item));
    quote!(&[#(#texts),*])
}
