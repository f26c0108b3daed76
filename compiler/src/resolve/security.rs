//! Which credentials each operation is given: what the document asks for, bound by the manifest.

mod report;

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use super::binding::{self, Place};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::{self, CredentialKind, Manifest, NO_CREDENTIAL, Override};
use crate::openapi::{
    Alternative, Details, Document, Documents, Location, Operation, Scheme, Security,
};
use crate::source::{Span, Spanned};
use crate::suggestion::did_you_mean;

/// What is known of the credentials of one API while its operations are resolved.
#[derive(Debug, Default)]
pub(super) struct Credentials {
    /// Positions in the manifest's credentials of those that operations send, in order of first use.
    pub(super) sent: Vec<usize>,
    /// The schemes whose bindings counted for some operation.
    bound: BTreeSet<String>,
    /// Whether the API's `credential` counted for some operation.
    by_default: bool,
    /// Whether any operation became a tool.
    resolved: bool,
    /// The requirements that are bound to nothing, by their alternatives.
    missing: BTreeMap<Vec<Vec<String>>, Missing>,
    /// The parameters that are no arguments, by location and name.
    hidden: BTreeMap<(Location, String), Hidden>,
}

/// Operations whose requirement is bound to nothing.
#[derive(Debug)]
struct Missing {
    /// What the first of them is: `GET /pets`.
    example: String,
    operation: Span,
    /// What selected it.
    selected: Span,
    operations: usize,
    /// How each scheme can be bound.
    ways: Vec<String>,
}

/// Operations with a parameter that carries a credential.
#[derive(Debug)]
struct Hidden {
    parameter: Span,
    operations: usize,
}

/// What one operation is given; it counts once [`Resolver::give`] has taken it.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Positions in the manifest's credentials.
    credentials: Vec<usize>,
    bound: Vec<String>,
    by_default: bool,
    missing: Option<(Vec<Vec<String>>, Vec<String>)>,
    hidden: Vec<(Location, String, Span)>,
}

/// What a scheme is bound to.
#[derive(Clone, Copy)]
enum Bound {
    /// A credential of the manifest, by position; and whether by the API's `credential`.
    To(usize, bool),
    /// Something else authenticates.
    Elsewhere(bool),
    Nothing,
}

/// Checks the bindings of an API, whatever its operations ask for.
pub(super) fn check(
    api: &manifest::Api,
    document: &Document,
    documents: &Documents,
    manifest: &Manifest,
    sink: &mut Sink,
) {
    let names = document.scheme_names(documents);
    for (scheme, credential) in &api.credentials {
        if !names.iter().any(|name| name.value == scheme.value) {
            let known = names.iter().map(|name| name.value);
            let help = did_you_mean(scheme, known).unwrap_or_else(|| listed(&names));
            sink.report(
                Diagnostic::new(
                    &codes::UNDECLARED_NAME,
                    scheme.span,
                    format!(
                        "the document declares no security scheme `{}`",
                        scheme.value
                    ),
                )
                .help(help),
            );
            continue;
        }
        let name = Spanned::new(scheme.value.as_str(), scheme.span);
        let Some(declared) = document.scheme(&name, documents, sink) else {
            continue;
        };
        let Some((_, bound)) = find(manifest, credential) else {
            continue;
        };
        if !binding::fits(&bound.kind, &declared.kind) {
            sink.report(
                Diagnostic::new(
                    &codes::CREDENTIAL_MISFIT,
                    credential.span,
                    format!(
                        "the credential `{}` does not fit the scheme `{}`",
                        credential.value, scheme.value
                    ),
                )
                .also(declared.name.span, "the scheme")
                .also(bound.name.span, "the credential")
                .help(format!(
                    "the scheme takes {}",
                    binding::takes(&declared.kind)
                )),
            );
        }
    }
}

fn listed(names: &[Spanned<&str>]) -> String {
    if names.is_empty() {
        return "it declares none: write `credential: KEY`".to_owned();
    }
    let names: Vec<_> = names.iter().map(|name| name.value).collect();
    format!("it declares `{}`", names.join("`, `"))
}

/// The credential of that name, unless it is [`NO_CREDENTIAL`]; with its position.
fn find<'m>(
    manifest: &'m Manifest,
    name: &Spanned<String>,
) -> Option<(usize, &'m manifest::Credential)> {
    let mut credentials = manifest.credentials.iter().enumerate();
    credentials.find(|(_, credential)| credential.name.value == name.value)
}

impl<'d> Resolver<'d, '_> {
    /// What an operation of the API at that position is given. The parameters that carry it are taken
    /// from `details`. `None` where an error was reported.
    pub(super) fn given(
        &mut self,
        operation: &Operation<'d>,
        details: &mut Details<'d>,
        (position, document): (usize, &'d Document),
        change: Option<&Override>,
    ) -> Option<Given> {
        let api = self.manifest.apis.get(position)?;
        let security = document.security(operation, self.documents, self.sink)?;
        let mut given = Given::default();
        let schemes = self.schemes(&security, document)?;
        let chosen = change.and_then(|change| change.credential.as_ref());
        match (chosen, &security) {
            (Some(chosen), _) => {
                given
                    .credentials
                    .extend(find(self.manifest, chosen).map(|found| found.0));
            }
            (None, Security::Open) => {}
            (None, Security::Undeclared) => {
                let default = api.credential.as_ref();
                given.credentials.extend(
                    default.and_then(|name| find(self.manifest, name).map(|found| found.0)),
                );
                given.by_default = true;
            }
            (None, Security::OneOf(alternatives)) => {
                self.choose(api, alternatives, &schemes, &mut given);
            }
        }
        self.hide(api, &schemes, details, &mut given);
        self.one_each(api, operation, &given)?;
        Some(given)
    }

    /// The schemes that a requirement names, each once.
    fn schemes(
        &mut self,
        security: &Security<'d>,
        document: &'d Document,
    ) -> Option<BTreeMap<&'d str, Scheme<'d>>> {
        let mut schemes = BTreeMap::new();
        let Security::OneOf(alternatives) = security else {
            return Some(schemes);
        };
        let mut complete = true;
        for name in alternatives.iter().flatten() {
            if !schemes.contains_key(name.value) {
                match document.scheme(name, self.documents, self.sink) {
                    Some(scheme) => {
                        schemes.insert(name.value, scheme);
                    }
                    None => complete = false,
                }
            }
        }
        complete.then_some(schemes)
    }

    /// Takes the first alternative that is bound as a whole. That credentials are optional counts only
    /// where none is.
    fn choose(
        &self,
        api: &manifest::Api,
        alternatives: &[Alternative<'d>],
        schemes: &BTreeMap<&'d str, Scheme<'d>>,
        given: &mut Given,
    ) {
        for alternative in alternatives.iter().filter(|names| !names.is_empty()) {
            let bound: Vec<_> = alternative
                .iter()
                .map(|name| self.bound(api, schemes.get(name.value)))
                .collect();
            if bound.iter().any(|bound| matches!(bound, Bound::Nothing)) {
                continue;
            }
            for (name, bound) in alternative.iter().zip(bound) {
                let by_default = match bound {
                    Bound::To(position, by_default) => {
                        if !given.credentials.contains(&position) {
                            given.credentials.push(position);
                        }
                        by_default
                    }
                    Bound::Elsewhere(by_default) => by_default,
                    Bound::Nothing => continue,
                };
                if by_default {
                    given.by_default = true;
                } else {
                    given.bound.push(name.value.to_owned());
                }
            }
            return;
        }
        if alternatives.iter().any(Vec::is_empty) {
            return;
        }
        let key = alternatives
            .iter()
            .map(|names| names.iter().map(|name| name.value.to_owned()).collect())
            .collect();
        let ways = schemes
            .values()
            .map(|scheme| {
                format!(
                    "`{}` takes {}",
                    scheme.name.value.escape_debug(),
                    binding::takes(&scheme.kind)
                )
            })
            .collect();
        given.missing = Some((key, ways));
    }

    fn bound(&self, api: &manifest::Api, scheme: Option<&Scheme<'d>>) -> Bound {
        let Some(scheme) = scheme else {
            return Bound::Nothing;
        };
        let own = api
            .credentials
            .iter()
            .find(|(name, _)| name.value == scheme.name.value);
        let (credential, by_default) = match (own, &api.credential) {
            (Some((_, credential)), _) => (credential, false),
            (None, Some(credential)) => (credential, true),
            (None, None) => return Bound::Nothing,
        };
        if credential.value == NO_CREDENTIAL {
            return Bound::Elsewhere(by_default);
        }
        match find(self.manifest, credential) {
            Some((position, found)) if binding::fits(&found.kind, &scheme.kind) => {
                Bound::To(position, by_default)
            }
            // That it does not fit was reported: one mistake, one message.
            Some(_) if !by_default => Bound::Elsewhere(false),
            _ => Bound::Nothing,
        }
    }

    /// Takes the parameters that carry credentials or fixed headers from the arguments.
    fn hide(
        &self,
        api: &manifest::Api,
        schemes: &BTreeMap<&'d str, Scheme<'d>>,
        details: &mut Details<'d>,
        given: &mut Given,
    ) {
        let mut taken: Vec<Place> = schemes
            .values()
            .filter_map(|scheme| binding::place(&scheme.kind))
            .collect();
        taken.extend(self.kinds(given).map(|(kind, _)| Place::of(kind)));
        taken.extend(api.headers.iter().map(|(name, _)| Place::header(name)));
        details.parameters.retain(|parameter| {
            let place = Place::new(parameter.location, parameter.name.value);
            let free = !taken.contains(&place);
            if !free {
                let name = parameter.name.value.to_owned();
                given
                    .hidden
                    .push((parameter.location, name, parameter.span));
            }
            free
        });
    }

    fn kinds<'g>(
        &self,
        given: &'g Given,
    ) -> impl Iterator<Item = (&'d CredentialKind, Span)> + use<'g, 'd> {
        let credentials = &self.manifest.credentials;
        let positions = given.credentials.iter();
        positions
            .filter_map(|position| credentials.get(*position))
            .map(|credential| (&credential.kind, credential.name.span))
    }

    /// No two credentials, and no credential and fixed header, can take one place of a request.
    fn one_each(
        &mut self,
        api: &manifest::Api,
        operation: &Operation<'d>,
        given: &Given,
    ) -> Option<()> {
        let fixed = api.headers.iter();
        let mut seen: Vec<(Place, Span)> = fixed
            .map(|(name, _)| (Place::header(name), name.span))
            .collect();
        for (kind, span) in self.kinds(given) {
            let place = Place::of(kind);
            // A fixed header `Cookie` would hold all cookies.
            let jar = Place::header("cookie");
            let is_same = |other: &Place| {
                *other == place || *other == jar && place.location() == Location::Cookie
            };
            if let Some((_, other)) = seen.iter().find(|(other, _)| is_same(other)) {
                self.sink.report(
                    Diagnostic::new(
                        &codes::CREDENTIAL_MISFIT,
                        span,
                        format!(
                            "`{} {}` would be sent {place} twice",
                            operation.method, operation.path.value
                        ),
                    )
                    .also(*other, "the other one")
                    .also(operation.span, "this operation")
                    .help("bind another credential, or `none` to one of the two schemes"),
                );
                return None;
            }
            seen.push((place, span));
        }
        Some(())
    }

    /// Takes note of what an operation that became a tool is given; its credentials as positions among
    /// those of its API.
    pub(super) fn give(
        &mut self,
        given: Given,
        operation: &Operation<'d>,
        api: usize,
        selected: Span,
    ) -> Vec<usize> {
        let Some(credentials) = self.credentials.get_mut(api) else {
            return Vec::new();
        };
        credentials.resolved = true;
        credentials.bound.extend(given.bound);
        credentials.by_default |= given.by_default;
        for (location, name, parameter) in given.hidden {
            let hidden = credentials.hidden.entry((location, name));
            hidden
                .or_insert(Hidden {
                    parameter,
                    operations: 0,
                })
                .operations += 1;
        }
        if let Some((key, ways)) = given.missing {
            let missing = credentials.missing.entry(key).or_insert_with(|| Missing {
                example: format!("{} {}", operation.method, operation.path.value),
                operation: operation.span,
                selected,
                operations: 0,
                ways,
            });
            missing.operations += 1;
        }
        let sent = &mut credentials.sent;
        given
            .credentials
            .into_iter()
            .map(|credential| {
                let known = sent.iter().position(|other| *other == credential);
                known.unwrap_or_else(|| {
                    sent.push(credential);
                    sent.len() - 1
                })
            })
            .collect()
    }
}
