//! What is done with calls that were let through: answers in the API's place, and changes of requests.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal::{duration, ident, no_lints, option, text};
use super::policies::{evaluated, ranges};
use super::policy_tests::{applied, reached};
use crate::expr::Compiled;
use crate::plan::{
    Action, Change, Cors, Egress, Exists, Mock, NewValue, Plan, Reply, ReplyKind, Server, Target,
    Tool, Transforms,
};

/// The functions of a scope: `respond` for answers, `prepare` for changes.
pub(super) fn scope(transforms: &Transforms) -> TokenStream {
    let lints = no_lints();
    let respond = (!transforms.replies.is_empty()).then(|| {
        let mock = transforms.mocks().then(|| quote!(, mock: &rt::Mock));
        let (replies, end) = replies(&transforms.replies);
        quote! {
            #lints
            fn respond<'a>(call: &'a rt::Call #mock) -> Result<Option<rt::ToolResult>, rt::Refusal> {
                #replies
                #end
            }
        }
    });
    let prepare = (!transforms.changes.is_empty()).then(|| {
        let changes = transforms.changes.iter().map(change);
        quote! {
            #lints
            fn prepare<'a>(call: &'a rt::Call) -> Result<(), rt::Refusal> {
                #(#changes)*
                Ok(())
            }
        }
    });
    quote!(#respond #prepare)
}

/// How the calls of a server's tools go on once their policies let them through.
pub(super) struct Forwarding<'p> {
    plan: &'p Plan,
    server: &'p Server,
    functions: Vec<TokenStream>,
    /// Whether the function is there that tools without transformations of their own share: of those that
    /// call operations, and of those written in Rust.
    shared: [bool; 2],
}

impl<'p> Forwarding<'p> {
    pub(super) fn new(plan: &'p Plan, server: &'p Server) -> Self {
        Self {
            plan,
            server,
            functions: Vec::new(),
            shared: [false; 2],
        }
    }

    /// The functions that the expressions of [`Self::of`] call.
    pub(super) fn into_functions(self) -> Vec<TokenStream> {
        self.functions
    }

    /// The expression that `forward` becomes for a tool: what is answered in its place, else what it is
    /// after the request is prepared. `arguments` is the type of those that it reads.
    pub(super) fn of(
        &mut self,
        (index, tool): (usize, &Tool),
        arguments: Option<&TokenStream>,
        forward: &TokenStream,
    ) -> TokenStream {
        let is_rust = matches!(tool.action, Action::Rust(_));
        let wider = [&self.plan.transforms, &self.server.transforms];
        let mocked = wider.iter().any(|transforms| transforms.mocks());
        let steps = self.steps(tool, is_rust);
        if steps.is_empty() {
            return forward.clone();
        }
        let is_shared = !mocked && tool.transforms.is_empty();
        let (name, parameter) = if is_shared {
            (ident(if is_rust { "replied" } else { "prepared" }), None)
        } else {
            let reads = reads_arguments(&tool.transforms);
            let parameter = arguments.filter(|_| reads);
            (ident(&format!("prepared_{index}")), parameter)
        };
        let argument = parameter.map(|_| quote!(, &arguments));
        let there = self.shared.get_mut(usize::from(is_rust));
        let is_there = is_shared && there.is_some_and(|there| std::mem::replace(there, true));
        if !is_there {
            let parameter = parameter.map(|kind| quote!(, arguments: &'a #kind));
            self.functions.push(quote! {
                fn #name<'a>(
                    call: &'a rt::Call #parameter
                ) -> Result<Option<rt::ToolResult>, rt::Refusal> {
                    #steps
                }
            });
        }
        quote! {
            match #name(call #argument) {
                Ok(None) => #forward,
                Ok(Some(result)) => call.reply(result),
                Err(refusal) => call.refuse(&refusal),
            }
        }
    }

    /// All that is done with a call of a tool, of every scope; empty where that is nothing.
    fn steps(&self, tool: &Tool, is_rust: bool) -> TokenStream {
        let scopes = [
            (&self.plan.transforms, quote!(super::)),
            (&self.server.transforms, quote!()),
        ];
        let constant = match &tool.action {
            Action::Operation(operation) => operation.mock.as_ref().map(mock),
            Action::Rust(_) => None,
        };
        let wider = scopes.iter().filter(|(scope, _)| !scope.replies.is_empty());
        let wider: Vec<_> = wider
            .map(|(scope, path)| {
                let argument = scope.mocks().then(|| quote!(, &#constant));
                quote! {
                    if let Some(result) = #path respond(call #argument)? {
                        return Ok(Some(result));
                    }
                }
            })
            .collect();
        let (own, end) = replies(&tool.transforms.replies);
        let ends = tool
            .transforms
            .replies
            .iter()
            .any(|reply| reply.when.is_none());
        // After what answers every call nothing is prepared; functions in Rust make their own requests.
        let changes: Vec<_> = if ends || is_rust {
            Vec::new()
        } else {
            let wider = scopes.iter().filter(|(scope, _)| !scope.changes.is_empty());
            wider
                .map(|(_, path)| quote!(#path prepare(call)?;))
                .chain(tool.transforms.changes.iter().map(change))
                .collect()
        };
        if wider.is_empty() && tool.transforms.replies.is_empty() && changes.is_empty() {
            return TokenStream::new();
        }
        quote!(#(#wider)* #own #(#changes)* #end)
    }
}

fn reads_arguments(transforms: &Transforms) -> bool {
    let of_replies = transforms.replies.iter().map(|reply| reply.when.as_deref());
    let of_changes = transforms.changes.iter().flat_map(|change| {
        let value = match &change.value {
            Some(NewValue::Expression(value)) => Some(&**value),
            _ => None,
        };
        [change.when.as_deref(), value]
    });
    let mut expressions = of_replies.chain(of_changes).flatten();
    expressions.any(|expression: &Compiled| {
        let mut variables = expression.variables();
        variables.any(|variable| variable.split('.').next() == Some("arguments"))
    })
}

/// Answers in order, and what the function ends with: one that answers every call is the end.
fn replies(replies: &[Reply]) -> (TokenStream, TokenStream) {
    let mut steps = TokenStream::new();
    for reply in replies {
        let result = result(&reply.kind);
        steps.extend(reached(reply.rule));
        match reply.when.as_deref().map(evaluated) {
            Some(when) => {
                let applied = applied(reply.rule);
                steps.extend(quote! {
                    if rt::holds(#when)? {
                        #applied
                        return Ok(Some(#result));
                    }
                });
            }
            None => return (steps, quote!(Ok(Some(#result)))),
        }
    }
    (steps, quote!(Ok(None)))
}

fn result(kind: &ReplyKind) -> TokenStream {
    match kind {
        ReplyKind::Text { text: value, error } => {
            let (value, function) = (text(value), ident(if *error { "error" } else { "text" }));
            quote!(rt::ToolResult::#function(#value))
        }
        ReplyKind::Structured { json, error } => {
            let json = text(json);
            quote!(rt::structured(#json, #error))
        }
        ReplyKind::Mock(Some(constant)) => {
            let constant = mock(constant);
            quote!(call.mock(&#constant))
        }
        ReplyKind::Mock(None) => {
            quote!(call.mock(mock))
        }
    }
}

fn mock(mock: &Mock) -> TokenStream {
    let (media_type, body) = (text(&mock.media_type), text(&mock.body));
    quote!(rt::Mock { media_type: #media_type, body: #body })
}

fn change(change: &Change) -> TokenStream {
    let exists = ident(match change.exists {
        Exists::Override | Exists::Delete => "Override",
        Exists::Skip => "Skip",
        Exists::Append => "Append",
    });
    let made = match (&change.target, &change.value) {
        (Target::Header(name), None) => {
            let name = text(name);
            quote!(rt::Change::NoHeader { name: #name })
        }
        (Target::Query { wire, .. }, None) => {
            let name = text(wire);
            quote!(rt::Change::NoQuery { name: #name })
        }
        (Target::Header(name), Some(value)) => {
            let (name, value) = (text(name), written(value));
            quote! {
                rt::Change::Header {
                    name: #name,
                    exists: rt::Exists::#exists,
                    value: rt::header_value(#value)?,
                }
            }
        }
        (Target::Query { wire, .. }, Some(value)) => {
            let (name, value) = (text(wire), written(value));
            quote! {
                rt::Change::Query {
                    name: #name,
                    exists: rt::Exists::#exists,
                    value: rt::query_value(#value),
                }
            }
        }
        (Target::Member(path), value) => {
            let path = path.iter().map(|name| text(name));
            let value = match value {
                Some(NewValue::Expression(value)) => {
                    let value = evaluated(value);
                    quote!(rt::json(#value)?)
                }
                Some(NewValue::Constant(json)) => {
                    let json = text(json);
                    quote!(rt::json_constant(#json))
                }
                None => quote!(rt::json_constant("null")),
            };
            quote!(rt::Change::Member { path: &[#(#path),*], value: #value })
        }
    };
    let reached = reached(change.rule);
    if let Some(when) = change.when.as_deref().map(evaluated) {
        let applied = applied(change.rule);
        quote! {
            #reached
            if rt::holds(#when)? {
                #applied
                call.change(#made);
            }
        }
    } else {
        quote!(#reached call.change(#made);)
    }
}

/// The text of a new value.
fn written(value: &NewValue) -> TokenStream {
    match value {
        NewValue::Constant(value) => {
            let value = text(value);
            quote!(#value)
        }
        NewValue::Expression(value) => {
            let value = evaluated(value);
            quote!(&rt::text(#value)?)
        }
    }
}

/// Where connections may go.
pub(super) fn egress(egress: &Egress) -> TokenStream {
    let hosts = egress.hosts.iter().map(|host| text(host));
    let domains = egress.domains.iter().map(|domain| text(domain));
    let ranges = ranges(&egress.ranges);
    quote! {
        &rt::Egress {
            hosts: &[#(#hosts),*],
            domains: &[#(#domains),*],
            addresses: rt::Addresses(&[#ranges]),
        }
    }
}

/// Which web pages may use a server.
pub(super) fn cors(cors: Option<&Cors>) -> TokenStream {
    option(cors.map(|cors| {
        let origins = option(cors.origins.as_ref().map(|origins| {
            let origins = origins.iter().map(|origin| text(origin));
            quote!(&[#(#origins),*])
        }));
        let (credentials, max_age) = (cors.credentials, duration(cors.max_age));
        let allowed = cors.allowed_headers.iter().map(|name| text(name));
        let exposed = cors.exposed_headers.iter().map(|name| text(name));
        quote! {
            &rt::Cors {
                origins: #origins,
                credentials: #credentials,
                max_age: #max_age,
                allowed_headers: &[#(#allowed),*],
                exposed_headers: &[#(#exposed),*],
            }
        }
    }))
}
