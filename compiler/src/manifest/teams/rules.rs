//! What a team's file must not do: loosen what the platform's asks, or take what was not given to it.

use crate::diagnostic::{Code, Diagnostic, Sink, codes};
use crate::manifest::{
    Included, Manifest, Policy, PolicyKind, Product, Server, ServerIdentity, Team, TokenBudget,
    ToolSource, Variable,
};
use crate::source::{Span, Spanned};

/// Reports it.
pub(in crate::manifest) fn check(manifest: &Manifest, included: &[Included], sink: &mut Sink) {
    let mut rules = Rules { manifest, sink };
    for variable in &manifest.environment {
        if let Some(team) = manifest.team(variable.name.span.file) {
            rules.variable(team, variable);
        }
    }
    for server in &manifest.servers {
        if let Some(team) = manifest.team(server.name.span.file) {
            rules.server(team, server);
        }
    }
    for product in &manifest.products {
        if let Some(team) = manifest.team(product.name.span.file) {
            rules.product(team, product);
        }
    }
    for Included { team, root } in included {
        let mut servers = manifest.servers.iter();
        if let Some(policies) = root.get("policies")
            && !servers.any(|server| server.name.span.file == team.file)
        {
            rules.refuse(
                &codes::INVALID_VALUE,
                policies.span,
                "nothing asks for these policies: the file has no servers".to_owned(),
                "remove them, or declare a server",
            );
        }
    }
}

struct Rules<'m, 's> {
    manifest: &'m Manifest,
    sink: &'s mut Sink,
}

impl Rules<'_, '_> {
    /// The process environment holds what is meant for others: each team has its own part of it.
    fn variable(&mut self, team: &Team, variable: &Variable) {
        let name = &variable.name;
        let prefix = team.prefix();
        if !name.starts_with(&prefix) {
            self.refuse(
                &codes::NOT_SHARED,
                name.span,
                format!("`{}` is no name for a variable of the team `{}`", name.value, team.name),
                &format!(
                    "let it begin with `{prefix}`, or declare it in the platform's file, which can share it"
                ),
            );
            return;
        }
        let nearer = self.manifest.teams.iter().find(|other| {
            let other = other.prefix();
            other.len() > prefix.len() && name.starts_with(&other)
        });
        if let Some(other) = nearer {
            let message = format!(
                "`{}` is a name for variables of the team `{}`",
                name.value, other.name
            );
            let help = format!("names that begin with `{}` are that team's", other.prefix());
            self.refuse(&codes::NOT_SHARED, name.span, message, &help);
        }
    }

    fn server(&mut self, team: &Team, server: &Server) {
        let anonymous = match &server.identity {
            ServerIdentity::Named(_) => None,
            ServerIdentity::Absent => Some(server.name.span),
            ServerIdentity::Anonymous(span) => Some(*span),
        };
        if let Some(span) = anonymous
            && !team.terms.anonymous_servers
        {
            self.loosened(
                team,
                span,
                format!("the server `{}` asks nobody who calls", server.name.value),
                "give it an `identity`; the platform's file can say `allow: [anonymous_servers]`",
            );
        }
        if let Some(listener) = self.manifest.listeners.first()
            && server.listeners.is_empty()
        {
            self.sink.report(
                Diagnostic::new(
                    &codes::LOOSENED_POLICY,
                    server.name.span,
                    format!(
                        "the server `{}` would be served at every listener",
                        server.name.value
                    ),
                )
                .also(listener.name.span, "the first of them")
                .help(
                    "name those that it is for with `listeners`; the platform's file shares them",
                ),
            );
        }
        for source in &server.tools {
            if let ToolSource::Rust { paths } = source {
                for path in paths {
                    self.rust(team, path);
                }
            }
        }
        self.policies(team, &server.policies);
        self.budget(&server.token_budget);
        for change in &server.overrides {
            self.policies(team, &change.policies);
            let most = self.manifest.token_budget.tool.as_ref();
            self.at_most(change.token_budget.as_ref(), most);
        }
    }

    fn policies(&mut self, team: &Team, policies: &[Policy]) {
        for policy in policies {
            if let PolicyKind::Rust(path) = &policy.kind {
                self.rust(team, path);
            }
            let manifest = self.manifest;
            let mut others = manifest.policies.iter();
            if let Some((name, what)) = changed(policy)
                && let Some(other) = others.find(|other| changes_same(policy, other))
            {
                self.sink.report(
                    Diagnostic::new(
                        &codes::LOOSENED_POLICY,
                        name.span,
                        format!("the platform sets the {what} `{}` already", name.value),
                    )
                    .also(other.span, "here")
                    .help("take another name, or leave it to the platform"),
                );
            }
        }
    }

    /// A function of the crate may be there for other servers, and for what these ask of callers.
    fn rust(&mut self, team: &Team, path: &Spanned<String>) {
        let shared = team.terms.share.rust.iter().any(|shared| {
            let rest = path.strip_prefix(shared.value.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        });
        if !shared {
            self.sink.report(
                Diagnostic::new(
                    &codes::NOT_SHARED,
                    path.span,
                    format!(
                        "`{}` is not shared with the team `{}`",
                        path.value, team.name
                    ),
                )
                .also(team.terms.span, "the team's file is included here")
                .help(
                    "functions of the crate are the platform's: add the function, or its module, to the team's \
                     entry of `include`: `share: { rust: [..] }`",
                ),
            );
        }
    }

    fn budget(&mut self, budget: &TokenBudget) {
        let manifest = self.manifest;
        let most = &manifest.token_budget;
        self.at_most(budget.tool.as_ref(), most.tool.as_ref());
        self.at_most(budget.list.as_ref(), most.list.as_ref());
        let limits = most.tool.as_ref().or(most.list.as_ref());
        let fails = most.warns.as_ref().is_none_or(|warns| !warns.value);
        if let Some(limit) = limits
            && let Some(warns) = budget.warns.as_ref().filter(|warns| warns.value)
            && fails
        {
            self.sink.report(
                Diagnostic::new(
                    &codes::LOOSENED_POLICY,
                    warns.span,
                    "with `exceeded: warn`, the platform's budget would bound nothing",
                )
                .also(limit.span, "the platform's budget")
                .help("remove `exceeded`"),
            );
        }
    }

    fn at_most(&mut self, own: Option<&Spanned<u64>>, most: Option<&Spanned<u64>>) {
        if let (Some(own), Some(most)) = (own, most)
            && own.value > most.value
        {
            self.sink.report(
                Diagnostic::new(
                    &codes::LOOSENED_POLICY,
                    own.span,
                    format!(
                        "{} is more than the {} of the platform",
                        own.value, most.value
                    ),
                )
                .also(most.span, "here")
                .help("a team's budgets can only be less than the platform's"),
            );
        }
    }

    fn product(&mut self, team: &Team, product: &Product) {
        self.policies(team, &product.policies);
        if product.open && !team.terms.open_products {
            self.loosened(
                team,
                product.name.span,
                format!("the product `{}` is open to everybody", product.name.value),
                "say who has it; the platform's file can say `allow: [open_products]`",
            );
        }
        let manifest = self.manifest;
        for server in product.all_servers() {
            let platforms = manifest.products.iter().find(|other| {
                manifest.team(other.name.span.file).is_none()
                    && other.all_servers().any(|name| name.value == server.value)
            });
            if let Some(other) = platforms {
                self.sink.report(
                    Diagnostic::new(
                        &codes::LOOSENED_POLICY,
                        server.span,
                        format!(
                            "the platform says already who comes to the server `{}`",
                            server.value
                        ),
                    )
                    .also(
                        other.name.span,
                        format!("by the product `{}`", other.name.value),
                    )
                    .help(
                        "who has the team's product would come to it without the platform's: leave the server out",
                    ),
                );
            }
        }
    }

    fn loosened(&mut self, team: &Team, span: Span, message: String, help: &str) {
        self.sink.report(
            Diagnostic::new(&codes::LOOSENED_POLICY, span, message)
                .also(team.terms.span, "the team's file is included here")
                .help(help),
        );
    }

    fn refuse(&mut self, code: &'static Code, span: Span, message: String, help: &str) {
        self.sink
            .report(Diagnostic::new(code, span, message).help(help));
    }
}

/// What a policy changes of requests to APIs, and what that is.
fn changed(policy: &Policy) -> Option<(&Spanned<String>, &'static str)> {
    match &policy.kind {
        PolicyKind::SetHeader(pair) => Some((&pair.name, "header")),
        PolicyKind::SetQueryParameter(pair) => Some((&pair.name, "parameter of the query")),
        _ => None,
    }
}

/// Whether two policies change the same header or the same parameter.
fn changes_same(one: &Policy, other: &Policy) -> bool {
    match (&one.kind, &other.kind) {
        (PolicyKind::SetHeader(one), PolicyKind::SetHeader(other)) => {
            one.name.eq_ignore_ascii_case(&other.name)
        }
        (PolicyKind::SetQueryParameter(one), PolicyKind::SetQueryParameter(other)) => {
            one.name.value == other.name.value
        }
        _ => false,
    }
}
