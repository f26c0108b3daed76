//! One MCP server's module: its tools, the trait of their handlers, lookup and dispatch.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::literal::{doc, duration, ident, no_lints, number, option, position, text};
use super::{
    arguments, budget, caching, guards, identity, intake, listeners, listing, operation, policies,
    response, rules, search, selection, transforms,
};
use crate::plan::{Action, OperationTool, Plan, Server, Steps, Tool};

/// `pub mod <server>`.
pub(super) fn server(plan: &Plan, server: &Server) -> TokenStream {
    let module = ident(&server.module);
    let summary = doc(&format!("The MCP server `{}`.", server.name));
    let tools = server.tools.iter().filter_map(|tool| {
        let operation = as_operation(tool)?;
        let name = operation_static(operation);
        let arguments = arguments::arguments(&tool.name, operation, &name);
        let request = operation::operation(&name, &operation.request);
        let response = operation
            .response
            .as_ref()
            .map(|shape| response::response(&response_static(operation), shape));
        Some(quote!(#arguments #request #response))
    });
    let handlers = handlers(server);
    let policies = policies::scope(&server.steps);
    let intake = intake::of_server(plan, server);
    let transforms = transforms::scope(&server.transforms);
    let call = call(plan, server);
    let find = find(server);
    let description = description(plan, server);
    let lints = no_lints();
    quote! {
        #summary
        #lints
        pub mod #module {
            use super::rt;

            #(#tools)*
            #handlers
            #intake
            #policies
            #transforms
            #call
            #find
            #description
        }
    }
}

fn as_operation(tool: &Tool) -> Option<&OperationTool> {
    match &tool.action {
        Action::Operation(operation) => Some(operation),
        Action::Rust(_) => None,
    }
}

fn operation_static(tool: &OperationTool) -> Ident {
    static_of(tool, "OPERATION")
}

fn response_static(tool: &OperationTool) -> Ident {
    static_of(tool, "RESPONSE")
}

fn static_of(tool: &OperationTool, what: &str) -> Ident {
    let name = tool.method_name.trim_end_matches('_').to_ascii_uppercase();
    ident(&format!("{name}_{what}"))
}

/// The trait with one method per tool, and the type whose tools all forward to their APIs.
fn handlers(server: &Server) -> TokenStream {
    let methods = server.tools.iter().filter_map(|tool| {
        let operation = as_operation(tool)?;
        let summary = doc(&format!(
            "`{}`, declared at {}.",
            tool.name, operation.source
        ));
        let (method, arguments) = (ident(&operation.method_name), ident(&operation.type_name));
        let lifetime = arguments::lifetime(operation);
        Some(quote! {
            #summary
            fn #method<'a>(
                &'a self,
                call: &'a rt::Call,
                arguments: #arguments #lifetime,
            ) -> rt::Answer<'a> {
                call.forward(arguments.request())
            }
        })
    });
    let trait_summary =
        doc("What calls of the tools do. Each method's default forwards to the API.");
    let type_summary = doc("Forwards every call to its API.");
    quote! {
        #trait_summary
        pub trait Handlers: Send + Sync {
            #(#methods)*
        }

        #type_summary
        #[derive(Clone, Copy, Debug, Default)]
        pub struct Upstream;

        impl Handlers for Upstream {}
    }
}

fn call(plan: &Plan, server: &Server) -> TokenStream {
    // Most tools have no steps of their own: those of the gateway and the server are one function then.
    let shared = policies::before(plan, server, &Steps::default());
    let shared_function = policies::function(&ident("before"), None, &shared);
    let mut functions = Vec::new();
    let mut forwarding = transforms::Forwarding::new(plan, server);
    let arms: Vec<_> = server
        .tools
        .iter()
        .enumerate()
        .map(|(index, tool)| {
            let before = if tool.steps.is_empty() {
                shared_function.as_ref().map(|_| ident("before"))
            } else {
                let steps = policies::before(plan, server, &tool.steps);
                let name = ident(&format!("before_{index}"));
                functions.extend(policies::function(&name, None, &steps));
                Some(name)
            };
            let before = before.map(|before| refusing(&quote!(#before(call))));
            let place = (index, tool);
            let index = position(index);
            let waits = waits(plan, server, tool);
            let defer = deferred(tool);
            // Nor does it matter to a count what is found in them.
            let refused = settled(waits, quote!(call.refuse(&refusal)));
            let screen = guards::screen(plan, server, tool, &refused);
            match &tool.action {
                Action::Operation(operation) => {
                    let (method, arguments) =
                        (ident(&operation.method_name), ident(&operation.type_name));
                    let after = policies::after(&tool.after_arguments);
                    let name = ident(&format!("after_{index}"));
                    let kind = arguments::used(operation);
                    let function = policies::function(&name, Some(&kind), &after);
                    let after = function
                        .is_some()
                        .then(|| refusing(&quote!(#name(call, &arguments))));
                    functions.extend(function);
                    let forward = quote!(handlers.#method(call, arguments));
                    let run = settled(waits, forwarding.of(place, Some(&kind), &forward));
                    // A call counts whatever its arguments are.
                    let invalid = settled(waits, quote!(call.invalid(violations)));
                    quote! {
                        #index => {
                            #defer
                            #before
                            #screen
                            match #arguments::decode(arguments) {
                                Ok(arguments) => {
                                    #after
                                    #run
                                }
                                Err(violations) => #invalid,
                            }
                        }
                    }
                }
                Action::Rust(path) => {
                    let path: TokenStream = path.parse().unwrap_or_default();
                    let forward = quote!(#path::call(call, arguments));
                    let run = settled(waits, forwarding.of(place, None, &forward));
                    quote!(#index => { #before #screen #run })
                }
            }
        })
        .collect();
    let prepared = forwarding.into_functions();
    let handlers = handlers_parameter(server);
    quote! {
        #shared_function
        #(#functions)*
        #(#prepared)*

        pub(super) fn call<'a>(
            #handlers: &'a dyn Handlers,
            call: &'a rt::Call,
            arguments: &'a [u8],
        ) -> rt::Answer<'a> {
            match call.tool() {
                #(#arms)*
                _ => call.unknown(),
            }
        }
    }
}

/// The name of the parameter that the handlers are: a server may consist of Rust tools alone, or of tools
/// that take nothing.
fn handlers_parameter(server: &Server) -> Ident {
    let is_used = server.tools.iter().any(|tool| as_operation(tool).is_some());
    ident(if is_used { "handlers" } else { "_handlers" })
}

/// What ends a call, after what the call waits for.
fn settled(waits: bool, end: TokenStream) -> TokenStream {
    if waits {
        quote!(call.settle(rt::Box::new(move || #end)))
    } else {
        end
    }
}

/// Who is asked about arguments is asked later, and before that nothing may be counted.
fn deferred(tool: &Tool) -> Option<TokenStream> {
    let mut late = tool.after_arguments.authorize.iter();
    late.any(|step| step.kind.waits())
        .then(|| quote!(call.defer();))
}

/// Whether a step of the tool leaves something to be settled before it runs.
fn waits(plan: &Plan, server: &Server, tool: &Tool) -> bool {
    let products = plan.products_of(server).map(|product| &product.steps);
    let own = [&tool.steps, &tool.after_arguments];
    let scopes = [&plan.steps, &server.steps].into_iter().chain(own);
    let mut guards = plan.guards(server, tool);
    let classified = guards.any(|(_, guard)| guard.arguments && guard.classifier.is_some());
    classified || scopes.chain(products).any(Steps::wait)
}

/// Ends the call where a step refuses.
fn refusing(step: &TokenStream) -> TokenStream {
    quote! {
        if let Err(refusal) = #step {
            return call.refuse(&refusal);
        }
    }
}

fn find(server: &Server) -> TokenStream {
    let arms = server.tools.iter().enumerate().map(|(index, tool)| {
        let (name, index) = (text(&tool.name), position(index));
        quote!(#name => Some(#index),)
    });
    quote! {
        fn find(name: &str) -> Option<usize> {
            match name {
                #(#arms)*
                _ => None,
            }
        }
    }
}

fn description(plan: &Plan, server: &Server) -> TokenStream {
    let (name, title, path) = (text(&server.name), text(&server.title), text(&server.path));
    let admit = policies::checks(server.checks.iter());
    let tools = server
        .tools
        .iter()
        .map(|described| tool(plan, server, described));
    let listeners = listeners::of_server(server);
    let intake = intake::member(plan, server);
    let cors = transforms::cors(server.cors.as_ref());
    let access = identity::access(plan, server);
    let implementation = listing::implementation(plan, server);
    let initialize = text(&listing::initialize(plan, server, &implementation));
    let discover = text(&listing::discover(plan, server, &implementation));
    let pages = listing::pages(plan, server, &implementation);
    let (search, catalogue) = search::catalogue(server);
    let (selected, selection) = selection::of_server(plan, server, &implementation);
    let budget = budget::assertions(server);
    let implementation = text(&implementation);
    quote! {
        #budget
        #search
        #selected

        pub(super) static DESCRIPTION: rt::Server = rt::Server {
            name: #name,
            title: #title,
            path: #path,
            listeners: #listeners,
            admit: #admit,
            intake: #intake,
            cors: #cors,
            access: #access,
            tools: &[#(#tools),*],
            find,
            initialize: #initialize,
            discover: #discover,
            pages: #pages,
            selection: #selection,
            catalogue: #catalogue,
            implementation: #implementation,
        };
    }
}

fn tool(plan: &Plan, server: &Server, tool: &Tool) -> TokenStream {
    let name = text(&tool.name);
    let caching = caching::members(tool);
    let guards = guards::member(plan, server, tool);
    match &tool.action {
        Action::Operation(operation) => {
            let operation_static = operation_static(operation);
            let output = option(operation.output.as_ref().map(|output| {
                let schema = rules::id(output.schema);
                quote!((&super::SCHEMAS, #schema))
            }));
            let timeout = duration(operation.timeout);
            let max_response_bytes = number(operation.max_response_bytes);
            let response = option(operation.response.as_ref().map(|_| {
                let response = response_static(operation);
                quote!(&#response)
            }));
            let validation = option(operation.validation.as_ref().map(|validation| {
                let (schema, detect) = (rules::id(validation.schema), validation.detect);
                quote!(rt::Validation { schema: (&super::SCHEMAS, #schema), detect: #detect })
            }));
            quote! {
                rt::Tool {
                    name: #name,
                    operation: Some(&#operation_static),
                    output: #output,
                    timeout: #timeout,
                    max_response_bytes: #max_response_bytes,
                    response: #response,
                    validation: #validation,
                    #caching
                    #guards
                    ..rt::Tool::NATIVE
                }
            }
        }
        Action::Rust(path) => {
            let path: TokenStream = path.parse().unwrap_or_default();
            quote!(rt::Tool { name: #name, #caching #guards ..#path::TOOL })
        }
    }
}
