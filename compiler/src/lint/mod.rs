//! Lints: what compiles, does what it says, and may be open to more people than it is meant for.
//!
//! They are apart from the warnings of every build, since only people can say whether something is meant;
//! what is, is allowed where it is declared, with a reason.

mod authorizers;
mod limits;

use crate::diagnostic::{Code, Diagnostic, codes};
use crate::plan::{Action, Allowed, OperationTool, Plan, Server, Tool};

/// Every lint that can be allowed.
pub static LINTS: &[&Code] = &[
    &codes::ANONYMOUS_CREDENTIAL,
    &codes::ANONYMOUS_WRITE_TOOLS,
    &codes::CHOSEN_LIMIT_KEY,
    &codes::FAIL_OPEN_AUTHORIZER,
    &codes::SHARED_LIMIT,
    &codes::UNLIMITED_SERVER,
];

/// What lints find of a plan, in the order of its servers; what is allowed for nothing, at last.
pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for server in &plan.servers {
        let mut findings = Findings {
            server,
            open: open(plan, server),
            used: Vec::new(),
            found: Vec::new(),
        };
        // Who is known can be told to stop: what follows is about those who are not.
        if !findings.open.is_empty() {
            write_tools(&mut findings);
            credentials(plan, &mut findings);
            limits::lint(plan, &mut findings);
        }
        authorizers::lint(plan, &mut findings);
        let unused = findings.unused();
        found.extend(findings.found);
        found.extend(unused);
    }
    // What is said of the gateway's policies is the same for several servers.
    let mut once: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for diagnostic in found {
        if !once.contains(&diagnostic) {
            once.push(diagnostic);
        }
    }
    once
}

/// What is found of a server.
struct Findings<'p> {
    server: &'p Server,
    /// Its tools that can be called without saying who calls.
    open: Vec<&'p Tool>,
    /// What was allowed and would have been found.
    used: Vec<&'p Allowed>,
    found: Vec<Diagnostic>,
}

impl<'p> Findings<'p> {
    /// Whether the server, or the one tool that it is about, may have what the lint finds.
    fn is_allowed(&mut self, code: &Code, tool: Option<&'p Tool>) -> bool {
        let of_tool = tool.into_iter().flat_map(|tool| &tool.allowed);
        let mut allowed = of_tool.chain(&self.server.allowed);
        match allowed.find(|allowed| allowed.lint == code.name) {
            Some(allowed) => {
                self.used.push(allowed);
                true
            }
            None => false,
        }
    }

    /// What is allowed where nothing is found.
    fn unused(&self) -> Vec<Diagnostic> {
        let tools = self.server.tools.iter().flat_map(|tool| &tool.allowed);
        let all = self.server.allowed.iter().chain(tools);
        all.filter(|allowed| !self.used.iter().any(|used| used.span == allowed.span))
            .map(|allowed| {
                Diagnostic::new(
                    &codes::UNUSED_ALLOW,
                    allowed.span,
                    format!("the lint `{}` finds nothing here", allowed.lint),
                )
                .help("remove the entry")
            })
            .collect()
    }
}

/// The tools of a server that everybody may call: where nobody is asked all of them, else those of an open
/// product.
fn open<'p>(plan: &'p Plan, server: &'p Server) -> Vec<&'p Tool> {
    if server.access.identities.is_empty() {
        return server.tools.iter().collect();
    }
    let is_open = |position: &usize| {
        let product = plan.products.get(*position);
        product.is_some_and(|product| product.open)
    };
    let tools = server.tools.iter().zip(&server.products);
    tools
        .filter(|(_, products)| products.iter().any(is_open))
        .map(|(tool, _)| tool)
        .collect()
}

/// Tools that change something, where the manifest says that everybody may call. Where it says nothing, every
/// build warns.
fn write_tools(findings: &mut Findings<'_>) {
    let server = findings.server;
    for (tool, operation) in operations(&findings.open) {
        if operation.annotations.read_only
            || findings.is_allowed(&codes::ANONYMOUS_WRITE_TOOLS, Some(tool))
            || !server.access.said
        {
            continue;
        }
        findings.found.push(
            Diagnostic::new(
                &codes::ANONYMOUS_WRITE_TOOLS,
                tool.overridden.unwrap_or(tool.selected),
                format!(
                    "everybody who reaches the gateway can change something by `{}` of `{}`",
                    tool.name, server.name
                ),
            )
            .also(server.span, "nobody has to say who calls")
            .help(
                "say who may call with `identity`, take it out of the open product, or say why it is meant: \
                 `allow: { anonymous-write-tools: REASON }`",
            ),
        );
    }
}

/// Credentials that everybody uses.
fn credentials(plan: &Plan, findings: &mut Findings<'_>) {
    let server = findings.server;
    for (tool, operation) in operations(&findings.open) {
        let Some(api) = plan.apis.get(operation.request.api) else {
            continue;
        };
        let asked = operation.request.credentials.first();
        let Some((_, span)) = asked.and_then(|position| api.credentials.get(*position)) else {
            continue;
        };
        if findings.is_allowed(&codes::ANONYMOUS_CREDENTIAL, Some(tool)) {
            continue;
        }
        findings.found.push(
            Diagnostic::new(
                &codes::ANONYMOUS_CREDENTIAL,
                server.span,
                format!(
                    "everybody who reaches the gateway uses a credential for `{}` by the server `{}`",
                    api.name, server.name
                ),
            )
            .label("nobody has to say who calls")
            .also(*span, "the credential")
            .help(
                "say who may call with `identity`, take the tool out of the open product, or say why it is \
                 meant: `allow: { anonymous-credential: REASON }`",
            ),
        );
    }
}

fn operations<'p>(tools: &[&'p Tool]) -> Vec<(&'p Tool, &'p OperationTool)> {
    let tools = tools.iter().filter_map(|tool| match &tool.action {
        Action::Operation(operation) => Some((*tool, &**operation)),
        Action::Rust(_) => None,
    });
    tools.collect()
}

#[cfg(test)]
mod tests;
