//! Authorizers: every name bound, nobody on the way, and an end to every wait.

use std::time::Duration;

use crate::diagnostic::codes;
use crate::manifest::{
    ApiKeyLocation, Authorize, AuthorizeKind, CredentialKind, Manifest, Policy, PolicyKind,
    Template, VariableKind,
};
use crate::source::Spanned;

use super::{Names, variables};

/// How long a call may wait for a decision.
const MAX_PATIENCE: Duration = Duration::from_secs(10);

/// Beyond this, taking a permission away would mean little.
const MAX_CACHE: Duration = Duration::from_mins(5);

/// All policies of a manifest.
fn policies(manifest: &Manifest) -> impl Iterator<Item = &Policy> {
    let of_servers = manifest.servers.iter().flat_map(|server| {
        let of_tools = server.overrides.iter().flat_map(|change| &change.policies);
        server.policies.iter().chain(of_tools)
    });
    let of_products = manifest
        .products
        .iter()
        .flat_map(|product| &product.policies);
    manifest
        .policies
        .iter()
        .chain(of_products)
        .chain(of_servers)
}

impl Names<'_, '_> {
    /// Checks what authorizers name.
    pub(super) fn authorizers(&mut self, manifest: &Manifest) {
        for policy in policies(manifest) {
            if let PolicyKind::Authorize(authorize) = &policy.kind {
                self.authorizer(authorize, manifest);
            }
        }
    }

    fn authorizer(&mut self, authorize: &Authorize, manifest: &Manifest) {
        let url = authorize.kind.url();
        self.shown(url, "a URL");
        self.trusted_url(url, "URL of an authorizer");
        if let AuthorizeKind::OpenFga { store, model, .. } = &authorize.kind {
            self.shown(store, "the id of a store");
            if let Some(model) = model {
                self.shown(model, "the id of a model");
            }
        }
        if let Some(name) = &authorize.credential {
            self.credentials.bind(name, "credential", self.sink);
            let declared = manifest.credentials.iter();
            let elsewhere = declared.clone().any(|credential| {
                credential.name.value == name.value
                    && matches!(
                        credential.kind,
                        CredentialKind::ApiKey {
                            location: ApiKeyLocation::Query | ApiKeyLocation::Cookie,
                            ..
                        }
                    )
            });
            if elsewhere {
                self.refuse(
                    &codes::INVALID_VALUE,
                    name.span,
                    format!("`{}` is no header, and authorizers take nothing else", name.value),
                    "declare a credential of the kind `bearer` or `basic`, or an `api_key` with `header`",
                );
            }
        }
        for (value, most, what, why) in [
            (
                &authorize.cache,
                MAX_CACHE,
                "a decision counts longer than `5m`",
                "so long a caller would keep what was taken away: take a shorter time",
            ),
            (
                &authorize.timeout,
                MAX_PATIENCE,
                "calls wait longer than `10s` for a decision",
                "it is added to what every call takes: take a shorter time",
            ),
        ] {
            if let Some(value) = value.as_ref().filter(|value| value.value > most) {
                self.refuse(&codes::INVALID_VALUE, value.span, what.into(), why);
            }
        }
    }

    /// Binds the variables of a text that the log may show.
    fn shown(&mut self, template: &Spanned<Template>, what: &str) {
        for name in variables(template) {
            self.variables.bind(name, "variable", self.sink);
            if self.kind(name) == Some(VariableKind::Secret) {
                self.refuse(
                    &codes::SECRET_MISPLACED,
                    name.span,
                    format!("the secret `{}` flows into {what}", name.value),
                    "URLs are shown in logs: secrets flow only into credentials and header values",
                );
            }
        }
    }
}
