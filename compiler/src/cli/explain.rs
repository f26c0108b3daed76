//! `gatewright explain`: codes at length, and the pipeline of a tool.

pub(super) mod authorize;
mod caching;
mod codes;
mod guards;
mod limits;
mod listeners;
mod listing;
mod policies;
pub(super) mod products;
mod request;
mod transforms;

use std::fmt::Write as _;
use std::time::Duration;

use super::output::Output;
use super::{Explain, Stop};
use crate::diagnostic;
use crate::disk::Compilation;
use crate::manifest::{ApiKeyLocation, Mode};
use crate::plan::{
    Action, Credential, IdentityKind, OperationTool, Part, Plan, Server, Shape, Tool,
};
use crate::source::{Files, Span};
use crate::suggestion;

pub(super) fn run(explain: &Explain, output: &Output) -> Result<(), Stop> {
    let text = match (explain.subject.as_deref(), explain.tool.as_deref()) {
        (None, _) => codes::all(),
        (Some(subject), None) => match diagnostic::code(subject) {
            Some(code) => format!(
                "{} ({})\n\n{}",
                code.name,
                codes::severity(code),
                code.explanation
            ),
            None => of_manifest(explain, subject, None, output)?,
        },
        (Some(server), tool) => of_manifest(explain, server, tool, output)?,
    };
    output.print(&text);
    Ok(())
}

fn of_manifest(
    explain: &Explain,
    server: &str,
    tool: Option<&str>,
    output: &Output,
) -> Result<String, Stop> {
    if !explain.manifest.is_file() {
        return Err(Stop::Usage(format!(
            "`{server}` is no code, and there is no manifest {} that could have a server of that name; \
             `gatewright explain` lists the codes",
            explain.manifest.display()
        )));
    }
    let compilation = Compilation::of(&explain.manifest);
    let Some(plan) = &compilation.plan else {
        output.diagnostics(&compilation);
        return Err(Stop::Diagnosed);
    };
    let (server, tool) = match (named_tool(plan, server), tool) {
        (Some((of, name)), None) => (of, Some(name)),
        _ => (
            find("code, server or tool", server, &plan.servers, |server| {
                &server.name
            })?,
            tool,
        ),
    };
    match tool {
        None => Ok(tools(plan, server)),
        Some(tool) => {
            let tool = find("tool", tool, &server.tools, |tool| &tool.name)?;
            let files = &compilation.files;
            Ok(Pipeline {
                plan,
                server,
                tool,
                files,
            }
            .to_text())
        }
    }
}

/// The tool of that name, where only one server has one, and no server is called that itself.
fn named_tool<'p>(plan: &'p Plan, name: &str) -> Option<(&'p Server, &'p str)> {
    if plan.servers.iter().any(|server| server.name == name) {
        return None;
    }
    let mut found = plan.servers.iter().filter_map(|server| {
        let tool = server.tools.iter().find(|tool| tool.name == name)?;
        Some((server, tool.name.as_str()))
    });
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

fn find<'l, T>(
    what: &str,
    name: &str,
    list: &'l [T],
    name_of: fn(&T) -> &String,
) -> Result<&'l T, Stop> {
    list.iter()
        .find(|item| name_of(item) == name)
        .ok_or_else(|| {
            let near = suggestion::nearest(name, list.iter().map(|item| name_of(item).as_str()));
            let help = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            Stop::Usage(format!("there is no {what} `{name}`{help}"))
        })
}

/// The tools of a server and what each calls.
fn tools(plan: &Plan, server: &Server) -> String {
    let width = server
        .tools
        .iter()
        .map(|tool| tool.name.len())
        .max()
        .unwrap_or(0);
    let lines: Vec<String> = server
        .tools
        .iter()
        .map(|tool| {
            let calls = match &tool.action {
                Action::Rust(path) => path.clone(),
                Action::Operation(operation) => target(plan, operation),
            };
            format!("{:width$}  {calls}\n", tool.name)
        })
        .collect();
    lines.concat()
}

/// `GET /pets of petstore`
pub(super) fn target(plan: &Plan, tool: &OperationTool) -> String {
    let request = &tool.request;
    let api = plan
        .apis
        .get(request.api)
        .map_or("", |api| api.name.as_str());
    format!("{} {} of {api}", request.method, request.template)
}

/// A step: the phase, what happens, where it was said.
pub(super) type Line = (&'static str, String, Span);

/// A tool and what happens to a call of it.
pub(super) struct Pipeline<'p> {
    pub(super) plan: &'p Plan,
    pub(super) server: &'p Server,
    pub(super) tool: &'p Tool,
    pub(super) files: &'p Files,
}

impl Pipeline<'_> {
    /// Every step, in order. Those without a phase belong to that of the step before.
    pub(super) fn steps(&self) -> Vec<Line> {
        let mut steps = policies::checks(self.server);
        let [requests, identified, messages] =
            policies::arrivals(self.plan, self.server, self.files);
        steps.extend(requests);
        steps.push((
            "protocol",
            format!(
                "a `tools/call` for `{}` at {}{}",
                self.tool.name,
                self.server.path,
                match self.server.mode {
                    Mode::List => "",
                    Mode::Search => ", by its name or through `call_tool`",
                }
            ),
            self.server.span,
        ));
        self.access(&mut steps);
        steps.extend(identified);
        steps.extend(messages);
        steps.splice(..0, transforms::cors(self.server));
        steps.splice(..0, listeners::listeners(self));
        steps.extend(policies::before(
            self.plan,
            self.server,
            self.tool,
            self.files,
        ));
        steps.extend(guards::arguments(self.plan, self.server, self.tool));
        match &self.tool.action {
            Action::Rust(path) => {
                steps.extend(transforms::replies(self.plan, self.server, self.tool));
                steps.push((
                    "validate",
                    "the arguments, against the schema of the function".to_owned(),
                    self.tool.selected,
                ));
                steps.push((
                    "forward",
                    format!("to the function `{path}` of the crate"),
                    self.tool.selected,
                ));
            }
            Action::Operation(operation) => self.operation(operation, &mut steps),
        }
        steps.extend(caching::store(self.server, self.tool));
        steps.extend(guards::result(self.plan, self.server, self.tool));
        steps.extend(listing::hidden(self.plan, self.server, self.tool));
        steps
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{} / {}\n", self.server.name, self.tool.name);
        let mut above = String::new();
        for (phase, what, span) in self.steps() {
            let place = self.place(span);
            let shown = if phase.is_empty() && place == above {
                String::new()
            } else {
                format!("  ({place})")
            };
            let _ = writeln!(text, "  {phase:12}  {what}{shown}");
            above = place;
        }
        text
    }

    /// Who may call.
    fn access(&self, steps: &mut Vec<Line>) {
        let access = &self.server.access;
        let phase = "authenticate";
        if access.identities.is_empty() {
            steps.push((
                phase,
                "nobody: everybody may call".to_owned(),
                self.server.span,
            ));
        }
        let identities = access.identities.iter();
        for identity in identities.filter_map(|position| self.plan.identities.get(*position)) {
            let how = match &identity.kind {
                IdentityKind::Jwt(jwt) => {
                    let issuers = jwt.providers.iter().flat_map(|provider| &provider.issuers);
                    let issuers = issuers.map(|issuer| self.template(issuer));
                    let issuers: Vec<String> = issuers.collect();
                    let encrypted = if jwt.decryption_keys.is_empty() {
                        ""
                    } else {
                        ", which may be encrypted"
                    };
                    format!("a token of {}{encrypted}", issuers.join(" or "))
                }
                IdentityKind::Introspection(asked) => {
                    format!("a token that {} knows", self.template(&asked.url))
                }
                IdentityKind::Keys { header, .. } => format!("a key in the header `{header}`"),
                IdentityKind::Certificate(certificates) => {
                    listeners::certificates(self, certificates)
                }
            };
            steps.push((phase, format!("`{}`: {how}", identity.name), identity.span));
        }
        steps.extend(products::access(self.plan, self.server, self.tool));
        let of_tool = self.tool.overridden.unwrap_or(self.server.span);
        for (scopes, span) in [
            (&access.scopes, self.server.span),
            (&self.tool.scopes, of_tool),
        ] {
            if !scopes.is_empty() {
                steps.push(("authorize", format!("scopes: {}", scopes.join(", ")), span));
            }
        }
    }

    fn operation(&self, tool: &OperationTool, steps: &mut Vec<Line>) {
        let settings = self.tool.overridden.unwrap_or(self.tool.selected);
        steps.push(("validate", arguments(tool), tool.operation));
        steps.extend(policies::after(
            self.plan,
            &self.tool.after_arguments,
            self.files,
        ));
        steps.extend(transforms::replies(self.plan, self.server, self.tool));
        steps.push(("prepare", target(self.plan, tool), tool.operation));
        steps.extend(
            request::parameters(tool)
                .into_iter()
                .map(|what| ("", what, tool.operation)),
        );
        steps.extend(transforms::changes(self.plan, self.server, self.tool));
        let lookup = caching::lookup(self.tool);
        if let Some(api) = self.plan.apis.get(tool.request.api) {
            let asked = tool.request.credentials.iter();
            for (credential, span) in asked.filter_map(|position| api.credentials.get(*position)) {
                steps.push(("", self.credential(credential), *span));
            }
            for (name, value) in &api.headers {
                steps.push((
                    "",
                    format!("header `{name}`: {}", self.template(value)),
                    api.span,
                ));
            }
            steps.extend(lookup);
            steps.push((
                "forward",
                format!("to {}", self.template(&api.url)),
                api.span,
            ));
            steps.push((
                "",
                format!("connecting takes at most {}", duration(api.connect_timeout)),
                api.span,
            ));
        }
        steps.push((
            "",
            format!(
                "an answer takes at most {} and has at most {} bytes",
                duration(tool.timeout),
                tool.max_response_bytes
            ),
            settings,
        ));
        let shape = if tool.output.is_some() {
            "the answer is checked against the published schema"
        } else {
            "the answer is passed on as it is; failures become errors that the model can act on"
        };
        steps.push(("shape", shape.to_owned(), settings));
        if let Some(validation) = &tool.validation {
            let what = if validation.detect {
                "what in it breaks the declared schema is logged"
            } else {
                "an answer that breaks the declared schema is not passed on"
            };
            steps.push(("", what.to_owned(), validation.span));
        }
        if let Some(shape) = &tool.response {
            steps.push(("", reduction(shape), shape.span));
        }
    }

    /// What is sent, without the secret in it.
    pub(super) fn credential(&self, credential: &Credential) -> String {
        match credential {
            Credential::ApiKey(location, name, key) => {
                let location = match location {
                    ApiKeyLocation::Header => "header",
                    ApiKeyLocation::Query => "query parameter",
                    ApiKeyLocation::Cookie => "cookie",
                };
                format!(
                    "credential: {location} `{name}` from {}",
                    self.template(key)
                )
            }
            Credential::Basic(user, _) => format!(
                "credential: user name {} and password (RFC 7617)",
                self.template(user)
            ),
            Credential::Bearer(token) => {
                format!("credential: bearer token from {}", self.template(token))
            }
        }
    }

    pub(super) fn template(&self, template: &[Part]) -> String {
        self::template(template, self.plan)
    }

    fn place(&self, span: Span) -> String {
        let (line, column) = self.files.position(span);
        format!("{}:{line}:{column}", self.files.file(span.file).name)
    }
}

/// A template as the manifest writes it: `${NAME}` for a variable.
fn template(template: &[Part], plan: &Plan) -> String {
    template
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.clone(),
            Part::Variable(position) => {
                let name = plan
                    .variables
                    .get(*position)
                    .map_or("", |variable| variable.name.as_str());
                format!("${{{name}}}")
            }
        })
        .collect()
}

/// `2 arguments: petId, status (optional)`
fn arguments(tool: &OperationTool) -> String {
    if tool.fields.is_empty() {
        return "that there are no arguments".to_owned();
    }
    let names: Vec<String> = tool
        .fields
        .iter()
        .map(|field| {
            let note = if field.required { "" } else { " (optional)" };
            format!("`{}`{note}", field.name)
        })
        .collect();
    format!("the arguments {}", names.join(", "))
}

fn duration(duration: Duration) -> String {
    format!("{duration:?}")
}

/// What of the answer is passed on, in words.
fn reduction(shape: &Shape) -> String {
    let mut parts = Vec::new();
    if !shape.levels.is_empty() {
        parts.push("only the selected members are passed on".to_owned());
    }
    if !shape.masks.is_empty() {
        parts.push(format!("values are masked at {} places", shape.masks.len()));
    }
    if let Some(items) = shape.max_items {
        parts.push(format!("at most {items} items of its arrays"));
    }
    if let Some(bytes) = shape.max_bytes {
        parts.push(format!("at most {bytes} bytes of JSON"));
    }
    if !shape.headers.is_empty() {
        parts.push(format!("headers: {}", shape.headers.join(", ")));
    }
    parts.join("; ")
}
