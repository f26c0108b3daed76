//! What the manifest declares against what it uses: every name bound, every secret where it may be.

mod authorize;
mod certificates;
mod identities;
mod listeners;
mod products;
mod store;
mod teams;

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Sink, codes};
use crate::source::{Node, Object, Span, Spanned};
use crate::suggestion::did_you_mean;

use super::url::base_url_problem;
use super::{
    Api, Credential, CredentialKind, Included, Manifest, NO_CREDENTIAL, Template, TemplatePart,
    ToolSource, Variable, VariableKind,
};

/// Reports names that are not declared, declarations that are not used, and values that flow where they
/// must not. `root` and `included` are the trees of `manifest`: a declaration that is malformed is declared
/// all the same.
pub(super) fn check(root: &Node, included: &[Included], manifest: &Manifest, sink: &mut Sink) {
    let roots = Roots { root, included };
    let mut names = Names {
        variables: Declared::new(roots, "environment", sink),
        credentials: Declared::new(roots, "credentials", sink),
        apis: Declared::new(roots, "apis", sink),
        identities: Declared::new(roots, "identities", sink),
        kinds: &manifest.environment,
        sink,
    };
    names.shared(included);
    for variable in &manifest.environment {
        names.default(variable);
    }
    for credential in &manifest.credentials {
        names.credential(credential);
    }
    for api in &manifest.apis {
        names.api(api);
    }
    names.listeners(roots, manifest);
    names.identities(manifest);
    if let Some(store) = &manifest.store {
        names.store(store);
    }
    names.products(roots, manifest);
    names.authorizers(manifest);
    for source in manifest.servers.iter().flat_map(|server| &server.tools) {
        if let ToolSource::Operations { api, .. } = source {
            names.apis.bind(api, "API", names.sink);
        }
    }
    let overrides = manifest.servers.iter().flat_map(|server| &server.overrides);
    for credential in overrides.filter_map(|change| change.credential.as_ref()) {
        names.used_credential(credential);
    }
    names
        .apis
        .report_unused("API", "no server takes operations from it", names.sink);
    names
        .identities
        .report_unused("identity", "no server asks for it", names.sink);
    names
        .credentials
        .report_unused("credential", "no API uses it", names.sink);
    names
        .variables
        .report_unused("variable", "no value refers to it", names.sink);
}

/// The trees of all files of a manifest.
#[derive(Clone, Copy)]
struct Roots<'m> {
    root: &'m Node,
    included: &'m [Included],
}

impl<'m> Roots<'m> {
    fn all(self) -> impl Iterator<Item = &'m Node> {
        let teams = self.included.iter().map(|team| &*team.root);
        std::iter::once(self.root).chain(teams)
    }
}

struct Names<'m, 's> {
    variables: Declared<'m>,
    credentials: Declared<'m>,
    apis: Declared<'m>,
    identities: Declared<'m>,
    /// The variables again, with what they hold.
    kinds: &'m [Variable],
    sink: &'s mut Sink,
}

/// The names under one key of the manifest, in all of its files.
struct Declared<'m> {
    section: &'static str,
    names: Vec<(&'m str, Span)>,
    used: BTreeSet<String>,
    included: &'m [Included],
}

impl<'m> Declared<'m> {
    fn new(roots: Roots<'m>, section: &'static str, sink: &mut Sink) -> Self {
        let mut names: Vec<(&str, Span)> = Vec::new();
        for root in roots.all() {
            let members = root.get(section).and_then(Node::as_object);
            for member in members.into_iter().flat_map(Object::members) {
                let mut others = names.iter();
                match others.find(|(name, _)| *name == member.key) {
                    Some((_, first)) => teams::declared_twice(member, *first, section, sink),
                    None => names.push((&member.key, member.key_span)),
                }
            }
        }
        Self {
            section,
            names,
            used: BTreeSet::new(),
            included: roots.included,
        }
    }

    /// Notes a use of `name`, and reports it where nothing declares it, or another's file does.
    fn bind(&mut self, name: &Spanned<String>, what: &str, sink: &mut Sink) {
        let mut declared = self.names.iter();
        if let Some((_, place)) = declared.find(|(declared, _)| *declared == name.value) {
            self.used.insert(name.value.clone());
            if let Some(diagnostic) = self.withheld(name, *place, what) {
                sink.report(diagnostic);
            }
            return;
        }
        let usable = || {
            let names = self.names.iter();
            names.filter(|(declared, place)| self.may_use(name.span, declared, *place))
        };
        let suggestion = did_you_mean(name, usable().map(|(declared, _)| *declared));
        let nearest = crate::suggestion::nearest(name, usable().map(|(name, _)| *name));
        if let Some(nearest) = nearest.map(str::to_owned) {
            // A misspelt use is a use: one mistake, one message.
            self.used.insert(nearest);
        }
        sink.report(
            Diagnostic::new(
                &codes::UNDECLARED_NAME,
                name.span,
                format!("there is no {what} `{}`", name.value),
            )
            .help(suggestion.unwrap_or_else(|| format!("declare it under `{}`", self.section))),
        );
    }

    fn report_unused(&self, what: &str, reason: &str, sink: &mut Sink) {
        for (name, span) in &self.names {
            if !self.used.contains(*name) {
                sink.report(
                    Diagnostic::new(
                        &codes::UNUSED_DECLARATION,
                        *span,
                        format!("the {what} `{name}` is not used: {reason}"),
                    )
                    .help("remove it"),
                );
            }
        }
    }
}

impl Names<'_, '_> {
    fn default(&mut self, variable: &Variable) {
        let Some(default) = &variable.default else {
            return;
        };
        match variable.kind {
            VariableKind::Secret => self.refuse(
                &codes::SECRET_MISPLACED,
                default.span,
                format!("the secret `{}` has a default", variable.name.value),
                "a secret never stands in a file that is kept with the code: remove the default",
            ),
            VariableKind::Url => {
                if let Some(reason) = base_url_problem(default) {
                    self.refuse(
                        &codes::INVALID_VALUE,
                        default.span,
                        format!(
                            "the default of `{}` is not the URL of an API",
                            variable.name.value
                        ),
                        reason,
                    );
                }
            }
            VariableKind::String => {}
        }
    }

    fn credential(&mut self, credential: &Credential) {
        if credential.name.value == NO_CREDENTIAL {
            self.refuse(
                &codes::INVALID_VALUE,
                credential.name.span,
                format!("a credential cannot be called `{NO_CREDENTIAL}`"),
                "that is what stands for none: give it another name",
            );
        }
        let secret = match &credential.kind {
            CredentialKind::ApiKey { value, .. } => value,
            CredentialKind::Bearer { token } => token,
            CredentialKind::Basic { username, password } => {
                self.template(username);
                password
            }
        };
        self.template(secret);
        let known = variables(secret).all(|name| self.kind(name).is_some());
        let hidden = variables(secret).any(|name| self.kind(name) == Some(VariableKind::Secret));
        if known && !hidden {
            let message = format!(
                "the credential `{}` does not come from a secret",
                credential.name.value
            );
            self.refuse(
                &codes::PLAIN_CREDENTIAL,
                credential.name.span,
                message,
                "declare a variable of type `secret` and write `${NAME}` in its place",
            );
        }
    }

    fn api(&mut self, api: &Api) {
        let bound = api.credentials.iter().map(|(_, credential)| credential);
        for credential in api.credential.iter().chain(bound) {
            self.used_credential(credential);
        }
        for (_, url) in &api.servers {
            self.template(url);
            self.url(url, "the URL of an API");
        }
        for (_, value) in &api.headers {
            self.template(value);
        }
        if let Some(url) = &api.url {
            self.template(url);
            self.url(url, "the URL of an API");
        }
    }

    /// A place that names a credential, or says that there is none.
    fn used_credential(&mut self, name: &Spanned<String>) {
        if name.value != NO_CREDENTIAL {
            self.credentials.bind(name, "credential", self.sink);
        }
    }

    /// Binds the variables of a template that takes secrets.
    fn template(&mut self, template: &Spanned<Template>) {
        for name in variables(template) {
            self.variables.bind(name, "variable", self.sink);
        }
    }

    /// A URL is shown in logs and lists, so no secret may be in it; and a variable of type `url` is a
    /// whole URL, so nothing may be around it.
    fn url(&mut self, url: &Spanned<Template>, what: &str) {
        for name in variables(url) {
            match self.kind(name) {
                Some(VariableKind::Secret) => self.refuse(
                    &codes::SECRET_MISPLACED,
                    name.span,
                    format!("the secret `{}` flows into a URL", name.value),
                    "URLs are shown in logs: secrets flow only into credentials and header values",
                ),
                Some(VariableKind::Url) if url.parts.len() > 1 => self.refuse(
                    &codes::INVALID_VALUE,
                    name.span,
                    format!("`{}` is a whole URL, yet there is more text beside it", name.value),
                    "let the variable hold the whole URL, or make it a `string` that holds only its part",
                ),
                _ => {}
            }
        }
        let mut text = String::new();
        for part in &url.parts {
            match part {
                TemplatePart::Literal(literal) => text.push_str(literal),
                // The value is checked when the gateway starts; here a part that is right anywhere in a
                // URL, except that a variable at the beginning brings the scheme with it.
                TemplatePart::Variable(_) if text.is_empty() => text.push_str("http://0"),
                TemplatePart::Variable(_) => text.push('0'),
            }
        }
        if let Some(reason) = base_url_problem(&text) {
            self.refuse(
                &codes::INVALID_VALUE,
                url.span,
                format!("this is not {what}"),
                reason,
            );
        }
    }

    fn kind(&self, name: &str) -> Option<VariableKind> {
        let variable = self
            .kinds
            .iter()
            .find(|variable| variable.name.value == name)?;
        Some(variable.kind)
    }

    fn refuse(&mut self, code: &'static Code, span: Span, message: String, help: &str) {
        self.sink
            .report(Diagnostic::new(code, span, message).help(help));
    }
}

fn variables(template: &Template) -> impl Iterator<Item = &Spanned<String>> {
    template.parts.iter().filter_map(|part| match part {
        TemplatePart::Variable(name) => Some(name),
        TemplatePart::Literal(_) => None,
    })
}
