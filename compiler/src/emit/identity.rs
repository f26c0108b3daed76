//! Who may call: tables of the runtime's own types.

use proc_macro2::TokenStream;
use quote::quote;

use super::gateway::{credential, template};
use super::literal::{duration, ident, option, position, text};
use super::products;
use crate::manifest::{CertificateField, ClaimKind};
use crate::plan::{
    Certificates, Identity, IdentityKind, Introspection, Jwt, KeySource, Plan, Provider,
    RequiredClaim, Server, Template, TokenRules,
};

/// One identity.
pub(super) fn identity(identity: &Identity) -> TokenStream {
    let name = text(&identity.name);
    let kind = match &identity.kind {
        IdentityKind::Jwt(jwt) => {
            let jwt = self::jwt(jwt);
            quote!(rt::IdentityKind::Jwt(#jwt))
        }
        IdentityKind::Introspection(asked) => {
            let asked = introspection(asked);
            quote!(rt::IdentityKind::Introspection(#asked))
        }
        IdentityKind::Keys { file, header } => {
            let (file, header) = (template(file), text(header));
            quote!(rt::IdentityKind::Keys(rt::Keys { file: #file, header: #header }))
        }
        IdentityKind::Certificate(certificates) => {
            let certificates = self::certificates(certificates);
            quote!(rt::IdentityKind::Certificate(#certificates))
        }
    };
    quote!(rt::Identity { name: #name, kind: #kind })
}

fn certificates(certificates: &Certificates) -> TokenStream {
    let callers = certificates.callers.iter().map(|caller| {
        let says = caller.says.iter().map(|(field, text)| {
            let (field, text) = (self::field(*field), template(text));
            quote!((#field, #text))
        });
        let name = option(caller.name.as_ref().map(|name| {
            let name = text(name);
            quote!(#name)
        }));
        let (scopes, roles) = (texts(&caller.scopes), texts(&caller.roles));
        quote! {
            rt::CertificateCaller {
                says: &[#(#says),*],
                name: #name,
                scopes: #scopes,
                roles: #roles,
            }
        }
    });
    let subject_from = option(certificates.subject_from.map(field));
    quote!(rt::Certificates { callers: &[#(#callers),*], subject_from: #subject_from })
}

fn field(field: CertificateField) -> TokenStream {
    let variant = ident(match field {
        CertificateField::Uri => "Uri",
        CertificateField::DnsName => "DnsName",
        CertificateField::Email => "Email",
        CertificateField::CommonName => "CommonName",
        CertificateField::Subject => "Subject",
        CertificateField::IssuerSubject => "IssuerSubject",
        CertificateField::SerialNumber => "SerialNumber",
        CertificateField::Thumbprint => "Thumbprint",
    });
    quote!(rt::CertificateField::#variant)
}

fn jwt(jwt: &Jwt) -> TokenStream {
    let rules = token_rules(&jwt.rules);
    let providers = jwt.providers.iter().map(provider);
    let decryption_keys = templates(&jwt.decryption_keys);
    let algorithms = jwt.algorithms.iter().filter_map(|name| {
        let variant = ident(algorithm(name)?);
        Some(quote!(rt::SignatureAlgorithm::#variant))
    });
    quote! {
        rt::Jwt {
            rules: #rules,
            providers: &[#(#providers),*],
            decryption_keys: #decryption_keys,
            algorithms: &[#(#algorithms),*],
        }
    }
}

fn provider(provider: &Provider) -> TokenStream {
    let issuers = templates(&provider.issuers);
    let key_source = match &provider.key_source {
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
    quote!(rt::Provider { issuers: #issuers, key_source: #key_source })
}

fn introspection(asked: &Introspection) -> TokenStream {
    let rules = token_rules(&asked.rules);
    let issuer = template(&asked.issuer);
    let (url, credential) = (template(&asked.url), credential(&asked.credential));
    let audience_optional = asked.audience_optional;
    let (cache, timeout) = (duration(asked.cache), duration(asked.timeout));
    quote! {
        rt::Introspection {
            rules: #rules,
            issuer: #issuer,
            url: #url,
            credential: #credential,
            audience_optional: #audience_optional,
            cache: #cache,
            timeout: #timeout,
        }
    }
}

fn token_rules(rules: &TokenRules) -> TokenStream {
    let audiences = templates(&rules.audiences);
    let clock_skew = duration(rules.clock_skew);
    let max_age = option(rules.max_age.map(duration));
    let client_applications = templates(&rules.client_applications);
    let required_claims = rules.required_claims.iter().map(required_claim);
    let claims = rules.claims.iter().map(|claim| {
        let (name, from) = (text(&claim.name), text(&claim.from));
        let kind = ident(match claim.kind {
            ClaimKind::String => "String",
            ClaimKind::Strings => "Strings",
            ClaimKind::Integer => "Integer",
            ClaimKind::Boolean => "Boolean",
        });
        quote!(rt::Claim { name: #name, from: #from, kind: rt::ClaimKind::#kind })
    });
    let scopes_claim = option(rules.scopes_claim.as_ref().map(|name| {
        let name = text(name);
        quote!(#name)
    }));
    let roles_claim = text(&rules.roles_claim);
    let scope_prefix = template(&rules.scope_prefix);
    quote! {
        rt::TokenRules {
            audiences: #audiences,
            clock_skew: #clock_skew,
            max_age: #max_age,
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
pub(super) fn access(plan: &Plan, server: &Server) -> TokenStream {
    if server.access.identities.is_empty() && server.products.is_empty() {
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
    let (products, offered) = products::of_server(plan, server);
    quote! {
        &rt::Access {
            identities: &[#(#identities),*],
            scopes: #scopes,
            tools: #tools,
            products: #products,
            offered: #offered,
        }
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
