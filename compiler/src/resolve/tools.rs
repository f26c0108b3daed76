//! The tools of a server beside what they call: those written in Rust, their names, and their overrides.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Resolver, names};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::manifest::{self, Override};
use crate::plan::{Action, Allowed, Invalidates, OperationTool, Steps, Tool, Transforms};
use crate::source::{Span, Spanned};
use crate::suggestion::did_you_mean;

impl<'d> Resolver<'d, '_> {
    /// The tools of one entry that takes Rust functions.
    pub(super) fn rust(
        &mut self,
        server: &'d manifest::Server,
        paths: &'d [Spanned<String>],
        drafts: &mut Vec<Draft<'d>>,
        used: &mut [bool],
    ) {
        for path in paths {
            if syn::parse_str::<syn::Path>(&path.value).is_err() {
                self.sink.report(
                    Diagnostic::new(
                        &codes::INVALID_VALUE,
                        path.span,
                        format!("`{}` is not the path of a function", path.value),
                    )
                    .help("write it as in Rust: `crate::tools::greet`"),
                );
                continue;
            }
            let name = path
                .value
                .rsplit("::")
                .next()
                .unwrap_or_default()
                .to_owned();
            let change = find_override(server, &name, None, used);
            if let Some(change) = change {
                self.only_renames(change);
            }
            drafts.push(Draft {
                tool: named(&name, change, path.span, Action::Rust(path.value.clone())),
                change,
                name,
            });
        }
    }

    /// What a Rust tool is, its own attribute says; the manifest may call it something else.
    fn only_renames(&mut self, change: &Override) {
        let more = change.title.is_some()
            || change.description.is_some()
            || change.annotations != manifest::Annotations::default()
            || !change.arguments.is_empty()
            || change.body.media_type.is_some()
            || change.body.arguments.is_some()
            || change.output_schema.is_some()
            || change.credential.is_some()
            || change.timeout.is_some()
            || change.max_response_bytes.is_some()
            || change.response.is_some();
        if more {
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    change.tool.span,
                    format!(
                        "only the name of `{}` can be changed here",
                        change.tool.value
                    ),
                )
                .help("it is written in Rust: say the rest in its `#[tool(..)]` attribute"),
            );
        }
    }

    pub(super) fn report_rename(
        &mut self,
        name: &str,
        id: Option<&str>,
        (change, hinted): (Option<&Override>, bool),
        span: Span,
    ) {
        let renamed_by_hand = change.is_some_and(|change| change.name.is_some());
        if id != Some(name) && !renamed_by_hand && !hinted {
            let message = match id {
                Some(_) => format!("the tool for this operation is called `{name}`"),
                None => format!("the operation has no id: its tool is called `{name}`"),
            };
            self.sink
                .report(Diagnostic::new(&codes::RENAMED, span, message));
        }
    }

    pub(super) fn unused_overrides(
        &mut self,
        server: &manifest::Server,
        drafts: &[Draft<'_>],
        used: &[bool],
    ) {
        for (change, used) in server.overrides.iter().zip(used) {
            if *used {
                continue;
            }
            let diagnostic = Diagnostic::new(
                &codes::NO_SUCH_TOOL,
                change.tool.span,
                format!("the server has no tool `{}`", change.tool.value),
            );
            let known = drafts.iter().map(|draft| draft.name.as_str());
            self.sink
                .report(match did_you_mean(&change.tool.value, known) {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic
                        .help("overrides go by the operation's id, or the name made from it"),
                });
        }
    }

    /// Tool names are told apart whatever their case: some clients fold it.
    pub(super) fn collisions(&mut self, tools: &[Tool]) {
        let mut first: BTreeMap<String, &Tool> = BTreeMap::new();
        for tool in tools {
            let folded = tool.name.to_ascii_lowercase();
            let Some(other) = first.get(&folded) else {
                first.insert(folded, tool);
                continue;
            };
            let place = |tool: &Tool| match &tool.action {
                Action::Operation(operation) => operation.operation,
                Action::Rust(_) => tool.selected,
            };
            let mut diagnostic = Diagnostic::new(
                &codes::NAME_COLLISION,
                tool.selected,
                format!("two tools would be called `{}`", tool.name),
            )
            .also(place(other), "the first")
            .also(place(tool), "the second")
            .help(format!(
                "name one of them: `overrides: {{ {}: {{ name: another_name }} }}`",
                tool.name
            ));
            diagnostic.severity = Severity::Error;
            self.sink.report(diagnostic);
        }
    }
}

/// The override of a tool, by its name or by the id of its operation.
pub(super) fn find_override<'d>(
    server: &'d manifest::Server,
    name: &str,
    id: Option<&str>,
    used: &mut [bool],
) -> Option<&'d Override> {
    let position = server
        .overrides
        .iter()
        .position(|change| change.tool.value == name || Some(change.tool.value.as_str()) == id)?;
    if let Some(used) = used.get_mut(position) {
        *used = true;
    }
    server.overrides.get(position)
}

pub(super) fn named(name: &str, change: Option<&Override>, selected: Span, action: Action) -> Tool {
    Tool {
        name: change
            .and_then(|change| change.name.as_ref())
            .map_or_else(|| name.to_owned(), |name| name.value.clone()),
        selected,
        overridden: change.map(|change| change.tool.span),
        steps: Steps::default(),
        after_arguments: Steps::default(),
        transforms: Transforms::default(),
        token_budget: change.and_then(|change| change.token_budget.clone()),
        scopes: change.map_or_else(Vec::new, |change| {
            change
                .scopes
                .iter()
                .map(|scope| scope.value.clone())
                .collect()
        }),
        allowed: change.map_or_else(Vec::new, |change| Allowed::all(&change.allow)),
        cache: None,
        invalidates: Invalidates::default(),
        action,
    }
}

/// Gives every tool its type and its method: names that are unlike each other in their module, and
/// unlike what the generated code there uses.
pub(super) fn name_items(tools: &mut [Tool]) {
    const USED: [&str; 13] = [
        "Handlers", "Upstream", "Option", "Some", "None", "Result", "Ok", "Err", "Send", "Sync",
        "Box", "Self", "Default",
    ];
    let mut types: BTreeSet<String> = USED.into_iter().map(str::to_owned).collect();
    let mut methods = BTreeSet::new();
    for tool in tools {
        let name = tool.name.clone();
        if let Action::Operation(operation) = &mut tool.action {
            let operation: &mut OperationTool = operation;
            operation.type_name = names::camel(&name, &mut types);
            operation.method_name = names::snake(&name, &mut methods);
        }
    }
}
