//! The credentials of a new project: what its document asks for, as secrets of the environment.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{label, yaml_string};
use crate::diagnostic::Sink;
use crate::openapi::{Document, Documents, KeyLocation, Scheme, SchemeKind, Security};
use crate::source::{FileId, Spanned};

/// What the manifest says about credentials, in lines of YAML, and the tests in Rust.
#[derive(Default)]
pub(super) struct Credentials {
    /// Members of `environment`.
    pub(super) environment: String,
    /// The whole section `credentials`.
    pub(super) section: String,
    /// A member of the API's entry.
    pub(super) api: String,
    /// The values of the variables in tests.
    pub(super) tests: String,
}

/// The credentials that the document in `file` asks for: of each operation the first alternative,
/// unless what others ask for will do.
pub(super) fn of(file: FileId, documents: &Documents) -> Credentials {
    let mut made = Credentials::default();
    // What is wrong with the document is told once the project is there.
    let mut sink = Sink::default();
    let Some(document) = Document::open(file, documents, &mut sink) else {
        return made;
    };
    let names = asked(&document, documents, &mut sink);
    let mut bindings = Vec::new();
    let mut taken = BTreeSet::from(["none".to_owned()]);
    for name in &names {
        let Some(scheme) = document.scheme(name, documents, &mut sink) else {
            continue;
        };
        let credential = made.credential(&scheme, &mut taken);
        bindings.push(format!("{}: {credential}", yaml_string(name.value)));
    }
    if !made.section.is_empty() {
        made.section = format!("credentials:\n{}\n", made.section);
    }
    if !bindings.is_empty() {
        made.api = format!("\n    credentials: {{ {} }}", bindings.join(", "));
    }
    made
}

/// The schemes that will be bound, in the order of the document.
fn asked<'d>(
    document: &Document,
    documents: &'d Documents,
    sink: &mut Sink,
) -> Vec<Spanned<&'d str>> {
    let mut chosen: Vec<Spanned<&'d str>> = Vec::new();
    let operations = document.operations(documents);
    let taken = |operation: &&_| is_taken(operation);
    for operation in operations.iter().filter(taken) {
        let Some(Security::OneOf(alternatives)) = document.security(operation, documents, sink)
        else {
            continue;
        };
        let is_chosen = |name: &Spanned<&str>| chosen.iter().any(|other| other.value == name.value);
        // One that asks for nothing is among these.
        if alternatives.iter().any(|names| names.iter().all(is_chosen)) {
            continue;
        }
        let first = alternatives.into_iter().next().unwrap_or_default();
        let new: Vec<_> = first.into_iter().filter(|name| !is_chosen(name)).collect();
        chosen.extend(new);
    }
    chosen
}

/// Whether `operations: all` takes it.
fn is_taken(operation: &crate::openapi::Operation<'_>) -> bool {
    operation.offered && !operation.deprecated
}

impl Credentials {
    /// Adds the credential for a scheme, and gives its name.
    fn credential(&mut self, scheme: &Scheme<'_>, taken: &mut BTreeSet<String>) -> String {
        if scheme.kind == SchemeKind::MutualTls {
            return "none".to_owned();
        }
        let name = unique(scheme.name.value, taken);
        let variable = name.to_ascii_uppercase().replace('-', "_");
        let secret = |suffix: &str| {
            if variable.ends_with(suffix) {
                variable.clone()
            } else {
                format!("{variable}{suffix}")
            }
        };
        let what = match scheme.kind {
            SchemeKind::ApiKey(location, key) => {
                let variable = self.variable(&secret("_KEY"), "secret");
                let place = match location {
                    KeyLocation::Header => "header",
                    KeyLocation::Query => "query",
                    KeyLocation::Cookie => "cookie",
                };
                let key = yaml_string(key);
                format!("api_key: {{ {place}: {key}, value: \"{variable}\" }}")
            }
            SchemeKind::Basic => {
                let user = self.variable(&secret("_USER"), "string");
                let password = self.variable(&secret("_PASSWORD"), "secret");
                format!("basic: {{ username: \"{user}\", password: \"{password}\" }}")
            }
            SchemeKind::Http(_) => {
                let variable = self.variable(&secret("_CREDENTIALS"), "secret");
                format!("api_key: {{ header: Authorization, value: \"{variable}\" }}")
            }
            SchemeKind::Bearer
            | SchemeKind::OAuth2
            | SchemeKind::OpenIdConnect
            | SchemeKind::MutualTls => {
                let variable = self.variable(&secret("_TOKEN"), "secret");
                format!("bearer: {{ token: \"{variable}\" }}")
            }
        };
        let _ = writeln!(self.section, "  {name}: {{ {what} }}");
        name
    }

    /// Declares a variable, and gives the reference to it.
    fn variable(&mut self, name: &str, kind: &str) -> String {
        let _ = write!(self.environment, "\n  {name}: {{ type: {kind} }}");
        let _ = write!(self.tests, "\n        .environment(\"{name}\", \"test\")");
        format!("${{{name}}}")
    }
}

/// A name for a credential that no other has.
fn unique(scheme: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = label(scheme);
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name.insert_str(0, "credential-");
        name.truncate(name.trim_end_matches('-').len());
    }
    let plain = name.clone();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{plain}-{number}");
        number += 1;
    }
    name
}
