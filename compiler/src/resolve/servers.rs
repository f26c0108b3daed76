//! Where APIs are: the manifest's word, the document's first server, and the servers of operations that
//! are elsewhere.

use super::Resolver;
use super::api::{credential, template};
use super::unsupported::Unsupported;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::{self, Manifest, base_url_problem};
use crate::openapi::{Document, Operation, ServerUrl};
use crate::plan::{Api, Part, Template};
use crate::schema::text;
use crate::suggestion::did_you_mean;

/// An address beside those of the APIs themselves: a position in the manifest's APIs, and one in that
/// API's `servers`.
pub(super) type Elsewhere = (usize, usize);

/// The first server of the document, where the manifest names no URL.
pub(super) fn of_document(api: &manifest::Api, document: &Document, sink: &mut Sink) -> Template {
    let server = document.servers.first();
    let errors = sink.errors();
    variables(api, server, sink);
    let Some(server) = server else {
        sink.report(no_url(api));
        return Vec::new();
    };
    if sink.errors() > errors {
        return Vec::new();
    }
    let chosen = |name: &str| {
        let mut given = api.server_variables.iter();
        let (_, value) = given.find(|(given, _)| given.value == name)?;
        Some(value.value.as_str())
    };
    let url = match server.with(chosen) {
        Ok(url) => url,
        Err(name) => {
            let name = name.escape_debug();
            let message = format!("the variable `{name}` of the document's server has no value");
            sink.report(
                Diagnostic::new(&codes::SERVER_VARIABLE, api.name.span, message)
                    .also(server.span, "the server")
                    .help(format!(
                        "add `server_variables: {{ {name}: VALUE }}`, or the whole address as `url`"
                    )),
            );
            return Vec::new();
        }
    };
    if !url.starts_with("https://") && !url.starts_with("http://") {
        sink.report(no_url(api).also(server.span, "the document's first server is not absolute"));
        return Vec::new();
    }
    if let Some(problem) = base_url_problem(&url) {
        let problem = format!("the document's first server cannot be used: {problem}");
        sink.report(no_url(api).also(server.span, problem));
    }
    vec![Part::Literal(url)]
}

fn no_url(api: &manifest::Api) -> Diagnostic {
    Diagnostic::new(
        &codes::NO_URL,
        api.name.span,
        format!("nothing says where the API `{}` is", api.name.value),
    )
    .help("add `url`, such as `url: \"${API_URL}\"` with a variable of `type: url`")
}

/// Checks the values that the manifest gives to variables of the server.
fn variables(api: &manifest::Api, server: Option<&ServerUrl>, sink: &mut Sink) {
    let known = server.map_or(&[][..], |server| &server.variables);
    for (name, value) in &api.server_variables {
        let Some(variable) = known.iter().find(|known| known.name == name.value) else {
            let names = known.iter().map(|known| known.name.as_str());
            let message = format!(
                "the document's first server has no variable `{}`",
                name.value
            );
            let mut diagnostic = Diagnostic::new(&codes::SERVER_VARIABLE, name.span, message)
                .help(did_you_mean(name, names).unwrap_or_else(|| "remove it".to_owned()));
            if let Some(server) = server {
                diagnostic = diagnostic.also(server.span, "the server");
            }
            sink.report(diagnostic);
            continue;
        };
        if !variable.choices.is_empty() && !variable.choices.contains(&value.value) {
            let choices = variable.choices.iter().map(String::as_str);
            let help = did_you_mean(value, choices).unwrap_or_else(|| {
                let choices: Vec<_> = variable
                    .choices
                    .iter()
                    .map(|text| text::clean(text))
                    .collect();
                format!("the document has `{}`", choices.join("`, `"))
            });
            let message = format!(
                "`{}` is no value of the variable `{}`",
                value.value, name.value
            );
            sink.report(Diagnostic::new(&codes::SERVER_VARIABLE, value.span, message).help(help));
        }
    }
}

impl<'d> Resolver<'d, '_> {
    /// The APIs with the credentials that their operations ask for, and after them the further addresses
    /// at which operations are.
    pub(super) fn complete(&mut self, mut apis: Vec<Api>) -> Vec<Api> {
        self.report_credentials();
        self.unused_servers();
        for (api, credentials) in apis.iter_mut().zip(&self.credentials) {
            let sent = credentials.sent.iter();
            api.credentials = sent
                .filter_map(|position| self.manifest.credentials.get(*position))
                .map(|declared| {
                    let credential = credential(&declared.kind, self.manifest);
                    (credential, declared.name.span)
                })
                .collect();
        }
        let elsewhere: Vec<_> = self
            .elsewhere
            .iter()
            .filter_map(|elsewhere| at(*elsewhere, &apis, self.manifest))
            .collect();
        apis.extend(elsewhere);
        apis
    }

    /// Where an operation is: `None` where its API is. A document cannot send calls, and the
    /// credentials they bear, to another place than the manifest says.
    pub(super) fn elsewhere(
        &self,
        operation: &Operation<'d>,
        (position, document): (usize, &'d Document),
    ) -> Result<Option<Elsewhere>, Unsupported> {
        let Some(api) = self.manifest.apis.get(position) else {
            return Ok(None);
        };
        let own = document.own_servers(operation, self.documents);
        let Some(first) = own.first() else {
            return Ok(None);
        };
        let main = document.servers.first();
        if own
            .iter()
            .any(|server| Some(&server.written) == main.map(|main| &main.written))
        {
            return Ok(None);
        }
        let allowed = |server: &ServerUrl| {
            let mut allowed = api.servers.iter();
            allowed.position(|(written, _)| written.value == server.written)
        };
        if let Some(found) = own.iter().find_map(allowed) {
            return Ok(Some((position, found)));
        }
        let written = text::clean(&first.written);
        Err(Unsupported::new(
            first.span,
            format!(
                "it is at a server of its own; to allow that, say where it is: `servers: {{ \"{written}\": URL }}` \
                 under `apis.{}`",
                api.name.value
            ),
        ))
    }

    /// The position in the plan's APIs of an address beside theirs.
    pub(super) fn address(&mut self, elsewhere: Elsewhere) -> usize {
        let known = self.elsewhere.iter().position(|known| *known == elsewhere);
        let position = known.unwrap_or_else(|| {
            self.elsewhere.push(elsewhere);
            self.elsewhere.len() - 1
        });
        self.manifest.apis.len() + position
    }

    /// Reports the servers of the manifest that no operation is at.
    pub(super) fn unused_servers(&mut self) {
        let apis = self.manifest.apis.iter().zip(self.apis);
        for (position, (api, document)) in apis.enumerate() {
            for (key, (written, _)) in api.servers.iter().enumerate() {
                if self.elsewhere.contains(&(position, key)) {
                    continue;
                }
                let servers: Vec<_> = document
                    .operations(self.documents)
                    .iter()
                    .flat_map(|operation| document.own_servers(operation, self.documents))
                    .map(|server| server.written)
                    .collect();
                self.sink.report(if servers.contains(&written.value) {
                    Diagnostic::new(
                        &codes::UNUSED_DECLARATION,
                        written.span,
                        "no selected operation is at this server",
                    )
                    .help("remove it")
                } else {
                    let help = did_you_mean(written, servers.iter().map(String::as_str));
                    Diagnostic::new(
                        &codes::UNDECLARED_NAME,
                        written.span,
                        "the document has no path and no operation with this server",
                    )
                    .help(help.unwrap_or_else(|| {
                        "write the URL as the document does, with its variables in braces"
                            .to_owned()
                    }))
                });
            }
        }
    }
}

/// The API as it is at another address.
pub(super) fn at(elsewhere: Elsewhere, apis: &[Api], manifest: &Manifest) -> Option<Api> {
    let (position, key) = elsewhere;
    let (_, url) = manifest.apis.get(position)?.servers.get(key)?;
    Some(Api {
        url: template(&url.value, manifest),
        ..apis.get(position)?.clone()
    })
}
