//! What flows into the store.

use super::{Names, variables};
use crate::diagnostic::codes;
use crate::manifest::{Store, StoreKind, Template, TemplatePart, VariableKind};
use crate::source::Spanned;

impl Names<'_, '_> {
    /// The URL of a Redis may hold a password, and is shown nowhere; a path is shown.
    pub(super) fn store(&mut self, store: &Store) {
        let (StoreKind::Embedded { path: place } | StoreKind::Redis { url: place, .. }) =
            &store.kind;
        self.template(place);
        match &store.kind {
            StoreKind::Embedded { path } => self.shown_path(path),
            StoreKind::Redis {
                url, authorities, ..
            } => {
                if let Some(path) = authorities {
                    self.template(path);
                    self.shown_path(path);
                    if let Some(TemplatePart::Literal(scheme)) = url.parts.first()
                        && scheme.starts_with("redis://")
                    {
                        self.refuse(
                            &codes::INVALID_VALUE,
                            path.span,
                            "authorities vouch for nobody where there is no TLS".to_owned(),
                            "begin the URL with `rediss://`, or remove `authorities`",
                        );
                    }
                }
                for name in variables(url) {
                    if self.kind(name) == Some(VariableKind::Url) {
                        self.refuse(
                            &codes::INVALID_VALUE,
                            name.span,
                            format!("`{}` holds the URL of an API, not of a Redis", name.value),
                            "make the variable a `string`, or a `secret` where the URL holds a password",
                        );
                    }
                }
                if let Some(TemplatePart::Literal(scheme)) = url.parts.first()
                    && !scheme.starts_with("redis://")
                    && !scheme.starts_with("rediss://")
                {
                    self.refuse(
                        &codes::INVALID_VALUE,
                        url.span,
                        "this is not the URL of a Redis".to_owned(),
                        "it begins with `redis://`, or with `rediss://` for TLS",
                    );
                }
            }
        }
    }

    fn shown_path(&mut self, path: &Spanned<Template>) {
        for name in variables(path) {
            if self.kind(name) == Some(VariableKind::Secret) {
                self.refuse(
                    &codes::SECRET_MISPLACED,
                    name.span,
                    format!("the secret `{}` flows into a path", name.value),
                    "paths are shown in logs: make the variable a `string`",
                );
            }
        }
    }
}
