//! APIs, variables and credentials of the manifest, bound to each other.

use std::time::Duration;

use super::servers;
use crate::diagnostic::Sink;
use crate::manifest::{self, CredentialKind, Manifest, TemplatePart};
use crate::openapi::Document;
use crate::plan::{Api, Credential, Part, Template, Variable};

/// Where the manifest does not say how long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The variables, in the manifest's order: a [`Part::Variable`] is a position among them.
pub(super) fn variables(manifest: &Manifest) -> Vec<Variable> {
    manifest
        .environment
        .iter()
        .map(|variable| Variable {
            name: variable.name.value.clone(),
            kind: variable.kind,
            default: variable
                .default
                .as_ref()
                .map(|default| default.value.clone()),
            description: variable
                .description
                .as_ref()
                .map(|description| description.value.clone())
                .unwrap_or_default(),
        })
        .collect()
}

/// One API, without the credentials that its operations will turn out to ask for.
pub(super) fn api(
    api: &manifest::Api,
    document: &Document,
    manifest: &Manifest,
    sink: &mut Sink,
) -> Api {
    let url = match &api.url {
        Some(url) => template(&url.value, manifest),
        None => servers::of_document(api, document, sink),
    };
    Api {
        name: api.name.value.clone(),
        span: api.name.span,
        url,
        credentials: Vec::new(),
        headers: api
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    name.value.to_ascii_lowercase(),
                    template(&value.value, manifest),
                )
            })
            .collect(),
        connect_timeout: api
            .connect_timeout
            .as_ref()
            .map_or(CONNECT_TIMEOUT, |timeout| timeout.value),
        compression: api
            .compression
            .as_ref()
            .is_some_and(|compression| compression.value),
    }
}

pub(super) fn credential(kind: &CredentialKind, manifest: &Manifest) -> Credential {
    match kind {
        CredentialKind::ApiKey {
            location,
            name,
            value,
        } => {
            let name = match location {
                manifest::ApiKeyLocation::Header => name.value.to_ascii_lowercase(),
                manifest::ApiKeyLocation::Query => {
                    super::request::wire_name(&name.value, crate::openapi::Location::Query)
                }
                manifest::ApiKeyLocation::Cookie => name.value.clone(),
            };
            Credential::ApiKey(*location, name, template(&value.value, manifest))
        }
        CredentialKind::Basic { username, password } => Credential::Basic(
            template(&username.value, manifest),
            template(&password.value, manifest),
        ),
        CredentialKind::Bearer { token } => Credential::Bearer(template(&token.value, manifest)),
    }
}

/// Binds the names in a template. That they are declared was checked when the manifest was read.
pub(super) fn template(template: &manifest::Template, manifest: &Manifest) -> Template {
    template
        .parts
        .iter()
        .filter_map(|part| match part {
            TemplatePart::Literal(text) => Some(Part::Literal(text.clone())),
            TemplatePart::Variable(name) => manifest
                .environment
                .iter()
                .position(|variable| variable.name.value == name.value)
                .map(Part::Variable),
        })
        .collect()
}
