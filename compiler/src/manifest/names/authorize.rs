//! Authorizers and classifiers: every name bound, nobody on the way, and an end to every wait.

use std::time::Duration;

use crate::diagnostic::codes;
use crate::manifest::{
    ApiKeyLocation, Authorize, AuthorizeKind, CredentialKind, Manifest, Policy, PolicyKind,
    Template, VariableKind,
};
use crate::source::Spanned;

use super::{Names, variables};

/// How long a call may wait for an answer.
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
    /// Checks what authorizers and classifiers name.
    pub(super) fn authorizers(&mut self, manifest: &Manifest) {
        for policy in policies(manifest) {
            match &policy.kind {
                PolicyKind::Authorize(authorize) => self.authorizer(authorize, manifest),
                PolicyKind::ContentGuard(guard) => {
                    if let Some(classifier) = &guard.classifier {
                        self.shown(&classifier.url, "a URL");
                        self.trusted_url(&classifier.url, "URL of a classifier");
                        self.header(classifier.credential.as_ref(), manifest);
                        self.patience(classifier.timeout.as_ref());
                    }
                }
                _ => {}
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
        self.header(authorize.credential.as_ref(), manifest);
        self.patience(authorize.timeout.as_ref());
        if let Some(cache) = authorize
            .cache
            .as_ref()
            .filter(|cache| cache.value > MAX_CACHE)
        {
            self.refuse(
                &codes::INVALID_VALUE,
                cache.span,
                "a decision counts longer than `5m`".into(),
                "so long a caller would keep what was taken away: take a shorter time",
            );
        }
    }

    /// A credential for a service that is asked: one that goes into a header.
    fn header(&mut self, name: Option<&Spanned<String>>, manifest: &Manifest) {
        let Some(name) = name else { return };
        self.credentials.bind(name, "credential", self.sink);
        let elsewhere = manifest.credentials.iter().any(|credential| {
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
                format!("`{}` is no header, and here nothing else is sent", name.value),
                "declare a credential of the kind `bearer` or `basic`, or an `api_key` with `header`",
            );
        }
    }

    fn patience(&mut self, timeout: Option<&Spanned<Duration>>) {
        if let Some(timeout) = timeout.filter(|timeout| timeout.value > MAX_PATIENCE) {
            self.refuse(
                &codes::INVALID_VALUE,
                timeout.span,
                "calls wait longer than `10s` for an answer".into(),
                "it is added to what every call takes: take a shorter time",
            );
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
