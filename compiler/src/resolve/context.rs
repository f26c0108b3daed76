//! What the expressions of each scope can refer to.

use gatewright_schema::method::{METHODS, OTHER};
use gatewright_schema::rule::Rule;
use quote::quote;

use super::policies::{Policies, Scope};
use crate::emit::literal::text;
use crate::expr::{Argument, Environment, Type, Variable};
use crate::manifest::{self, ClaimKind, Unit};
use crate::plan::{Action, OperationTool};
use crate::schema::Schemas;

/// The greatest value that no schema bounds, in bytes: the greatest body of a request.
const MAX_BYTES: u64 = 4 << 20;

/// The greatest token, in bytes, and so the greatest part of one.
const MAX_TOKEN: u64 = 16 << 10;

/// Where `message` is known.
const OF_MESSAGES: &str = "in limits of `messages`";

/// The variables of a scope. In generated code, `call` is the call, and `arguments` the arguments.
pub(super) fn environment<'s>(
    scope: &Scope<'_>,
    listeners: &[(&str, bool)],
    (identities, products): (&[&manifest::Identity], &[&manifest::Product]),
    schemas: &'s Schemas,
) -> Environment<'s> {
    let mut environment = Environment::new(schemas, MAX_BYTES);
    listener(listeners, &mut environment);
    request(&mut environment);
    // Another server of the gateway may ask nobody, and an open product everybody has.
    let nobody = matches!(
        scope,
        Scope::Gateway { .. } | Scope::Product { open: true, .. }
    ) || products.iter().any(|product| product.open);
    product(scope, products, &mut environment);
    principal(nobody, identities, &mut environment);
    let (servers, tools) = match scope {
        Scope::Gateway { servers } => (
            servers.iter().map(|server| server.name.as_str()).collect(),
            servers
                .iter()
                .flat_map(|server| &server.tools)
                .map(|tool| tool.name.as_str())
                .collect(),
        ),
        Scope::Product { servers, tools, .. } => (servers.to_vec(), tools.to_vec()),
        Scope::Server { name, tools } => (
            vec![*name],
            tools.iter().map(|tool| tool.name.as_str()).collect(),
        ),
        Scope::Tool { server, tool } => (vec![*server], vec![tool.name.as_str()]),
    };
    server_name(servers, &mut environment);
    let name = Variable::new(Type::String, quote!(call.name()));
    environment.declare(&["tool", "name"], name.one_of(tools));
    environment.elsewhere(&["message"], OF_MESSAGES);
    match scope {
        Scope::Tool { tool, .. } => match &tool.action {
            Action::Operation(operation) => arguments(operation, schemas, &mut environment),
            Action::Rust(_) => environment.elsewhere(
                &["arguments"],
                "in the policies of tools that call an operation: a function checks its own",
            ),
        },
        Scope::Gateway { .. } | Scope::Product { .. } | Scope::Server { .. } => environment
            .elsewhere(
                &["arguments"],
                "in the policies of a tool, under `overrides`: each tool has arguments of its own",
            ),
    }
    environment
}

/// The variables of limits of requests or messages, of the gateway or a server. In generated code, `call` is
/// what arrives.
pub(super) fn of_arrivals<'s>(
    scope: &Scope<'_>,
    policies: &Policies<'s>,
    unit: Unit,
) -> Environment<'s> {
    let mut environment = Environment::new(policies.schemas, MAX_BYTES);
    let later = "in limits of `calls`, once it is known which tool is called";
    for name in ["tool", "arguments", "product"] {
        environment.elsewhere(&[name], later);
    }
    listener(policies.listeners, &mut environment);
    request(&mut environment);
    let products = policies.products;
    let nobody = matches!(scope, Scope::Gateway { .. }) || products.iter().any(|it| it.open);
    principal(nobody, policies.identities, &mut environment);
    let servers = match scope {
        Scope::Gateway { servers } => servers.iter().map(|server| server.name.as_str()).collect(),
        Scope::Server { name, .. } => vec![*name],
        Scope::Product { .. } | Scope::Tool { .. } => Vec::new(),
    };
    server_name(servers, &mut environment);
    if unit == Unit::Messages {
        let methods = METHODS.into_iter().chain([OTHER]);
        let method = Variable::new(Type::String, quote!(call.method())).one_of(methods);
        environment.declare(&["message", "method"], method);
    } else {
        environment.elsewhere(&["message"], OF_MESSAGES);
    }
    environment
}

/// What is known of a request by its connection and its headers.
fn request(environment: &mut Environment<'_>) {
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
}

fn server_name(servers: Vec<&str>, environment: &mut Environment<'_>) {
    let name = Variable::new(Type::String, quote!(call.server_name()));
    environment.declare(&["server", "name"], name.one_of(servers));
}

/// The variables of a condition about who may use a product: in generated code, `call` is the caller.
pub(super) fn about_callers<'s>(
    identities: &[&manifest::Identity],
    schemas: &'s Schemas,
) -> Environment<'s> {
    let mut environment = Environment::new(schemas, MAX_BYTES);
    let later = "later, in `require` and `policies`";
    for name in ["request", "listener", "server", "tool", "arguments"] {
        environment.elsewhere(&[name], later);
    }
    environment.elsewhere(&["message"], OF_MESSAGES);
    principal(false, identities, &mut environment);
    environment
}

/// The listener that a request came in by. Over stdio there is none: its name is empty then.
fn listener(listeners: &[(&str, bool)], environment: &mut Environment<'_>) {
    if listeners.is_empty() {
        let place = "where the manifest says where the gateway listens: declare `listeners`";
        environment.elsewhere(&["listener"], place);
        return;
    }
    let name = quote!(call.caller().listener().unwrap_or_default());
    let names = listeners.iter().map(|(name, _)| *name);
    environment.declare(
        &["listener", "name"],
        Variable::new(Type::String, name).one_of(names.chain([""])),
    );
    environment.declare(
        &["listener", "tls"],
        Variable::new(Type::Bool, quote!(call.caller().is_tls())),
    );
}

/// The product that a call is made by.
fn product(scope: &Scope<'_>, products: &[&manifest::Product], environment: &mut Environment<'_>) {
    let path = ["product", "name"];
    if products.is_empty() {
        let place = match scope {
            Scope::Product { .. } => "outside of a product: here it is always this one",
            _ => "where a product has the tool: see `products`",
        };
        environment.elsewhere(&path, place);
        return;
    }
    let name = Variable::new(Type::String, quote!(call.product_name()));
    let names = products.iter().map(|product| product.name.value.as_str());
    environment.declare(&path, name.optional().one_of(names));
}

/// Who calls, where callers are asked.
fn principal(nobody: bool, identities: &[&manifest::Identity], environment: &mut Environment<'_>) {
    if identities.is_empty() {
        environment.elsewhere(
            &["principal"],
            "where callers are asked who they are: give the server an `identity`",
        );
        return;
    }
    let nobody = nobody.then_some("");
    let names = identities
        .iter()
        .map(|identity| identity.name.value.as_str())
        .chain(nobody);
    let name = Variable::new(Type::String, quote!(call.principal().identity())).one_of(names);
    environment.declare(&["principal", "identity"], name);
    for (name, access) in [
        ("subject", quote!(call.principal().subject())),
        ("issuer", quote!(call.principal().issuer())),
        ("client_id", quote!(call.principal().client_id())),
        ("consumer", quote!(call.principal().consumer())),
    ] {
        let variable = Variable::new(Type::String, access).optional();
        environment.declare(&["principal", name], variable.at_most(MAX_TOKEN));
    }
    for (name, access) in [
        ("scopes", quote!(call.principal().scopes())),
        ("roles", quote!(call.principal().roles())),
    ] {
        let list = Type::List(Box::new(Type::String));
        let variable = Variable::new(list, quote!(rt::texts(#access)));
        environment.declare(&["principal", name], variable.at_most(MAX_TOKEN));
    }
    for identity in identities {
        for declared in identity.kind.claims() {
            let name = declared.name.value.as_str();
            let claim = text(name);
            let (kind, access) = match declared.kind {
                ClaimKind::String => (Type::String, quote!(claim_text)),
                ClaimKind::Strings => (Type::List(Box::new(Type::String)), quote!(claim_texts)),
                ClaimKind::Integer => (Type::Int, quote!(claim_integer)),
                ClaimKind::Boolean => (Type::Bool, quote!(claim_boolean)),
            };
            let access = quote!(rt::#access(call.principal(), #claim));
            let variable = Variable::new(kind, access).optional().at_most(MAX_TOKEN);
            // Others declare it with the same type.
            environment.declare(&["principal", "claims", name], variable);
        }
    }
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
