//! What the expressions of each scope can refer to.

use gatewright_schema::rule::Rule;
use quote::quote;

use super::policies::Scope;
use crate::expr::{Argument, Environment, Type, Variable};
use crate::plan::{Action, OperationTool};
use crate::schema::Schemas;

/// The greatest value that no schema bounds, in bytes: the greatest body of a request.
const MAX_BYTES: u64 = 4 << 20;

/// The variables of a scope. In generated code, `call` is the call, and `arguments` the arguments.
pub(super) fn environment<'s>(scope: &Scope<'_>, schemas: &'s Schemas) -> Environment<'s> {
    let mut environment = Environment::new(schemas, MAX_BYTES);
    environment.declare(
        &["request", "ip"],
        Variable::new(Type::Ip, quote!(call.caller().address())).optional(),
    );
    environment.declare(
        &["request", "headers"],
        Variable::new(
            Type::Map(Box::new(Type::String)),
            quote!(rt::expr::Value::from(
                call.caller().headers() as &dyn rt::expr::Table
            )),
        ),
    );
    let (servers, tools) = match scope {
        Scope::Gateway { servers } => (
            servers.iter().map(|server| server.name.as_str()).collect(),
            servers
                .iter()
                .flat_map(|server| &server.tools)
                .map(|tool| tool.name.as_str())
                .collect(),
        ),
        Scope::Server { name, tools } => (
            vec![*name],
            tools.iter().map(|tool| tool.name.as_str()).collect(),
        ),
        Scope::Tool { server, tool } => (vec![*server], vec![tool.name.as_str()]),
    };
    let names = |names: Vec<&str>, access| Variable::new(Type::String, access).one_of(names);
    environment.declare(
        &["server", "name"],
        names(servers, quote!(call.server_name())),
    );
    environment.declare(&["tool", "name"], names(tools, quote!(call.name())));
    match scope {
        Scope::Tool { tool, .. } => match &tool.action {
            Action::Operation(operation) => arguments(operation, schemas, &mut environment),
            Action::Rust(_) => environment.elsewhere(
                &["arguments"],
                "in the policies of tools that call an operation: a function checks its own",
            ),
        },
        Scope::Gateway { .. } | Scope::Server { .. } => environment.elsewhere(
            &["arguments"],
            "in the policies of a tool, under `overrides`: each tool has arguments of its own",
        ),
    }
    environment
}

fn arguments(operation: &OperationTool, schemas: &Schemas, environment: &mut Environment<'_>) {
    let schema = schemas.get(operation.arguments);
    let properties = schema.rules.iter().find_map(|rule| match rule {
        Rule::Properties(properties) => Some(properties),
        _ => None,
    });
    // The properties are the fields, in their order.
    let arguments: Vec<_> = operation
        .fields
        .iter()
        .zip(
            properties
                .into_iter()
                .flat_map(|properties| properties.iter()),
        )
        .map(|(field, property)| Argument {
            field,
            schema: property.schema,
        })
        .collect();
    environment.arguments(&quote!(arguments), arguments);
}
