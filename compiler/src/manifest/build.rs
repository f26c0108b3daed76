//! The tree as the manifest's types. What the check of the form has reported is left out here, so that
//! the check of names can still look at the rest.

mod authorize;
mod caching;
mod guards;
mod identities;
mod limits;
mod listeners;
pub(super) mod policy_tests;
mod products;
pub(super) mod teams;
mod transforms;

use std::str::FromStr;
use std::time::Duration;

use crate::source::{Member, Node, Object, Spanned, Value};

use super::{
    Annotations, Api, ApiKeyLocation, ArgumentOverride, BodyArguments, BodyOverride, CheckHeader,
    Credential, CredentialKind, Egress, IpFilter, LimitConcurrency, Manifest, Mask, Mode, Nesting,
    Override, Policy, PolicyKind, ResponseOverride, Selection, Server, Template, TokenBudget,
    ToolSource, Variable, VariableKind, quantity, template,
};

/// The manifest, without the parts that are malformed.
pub(super) fn manifest(root: &Node) -> Manifest {
    Manifest {
        name: text(root, "gateway").unwrap_or_else(|| Spanned::new(String::new(), root.span)),
        version: text(root, "version"),
        public_url: root.get("public_url").and_then(templated),
        environment: members(root, "environment").map(variable).collect(),
        listeners: members(root, "listeners")
            .filter_map(listeners::listener)
            .collect(),
        identities: members(root, "identities")
            .filter_map(identities::identity)
            .collect(),
        credentials: members(root, "credentials")
            .filter_map(credential)
            .collect(),
        apis: members(root, "apis").filter_map(api).collect(),
        policies: policies(root),
        store: limits::store(root),
        servers: members(root, "servers").map(server).collect(),
        products: members(root, "products").map(products::product).collect(),
        token_budget: token_budget(root),
        egress: root.get("egress").map(|node| Egress {
            allow: texts(node, "allow"),
            span: node.span,
        }),
        tests: policy_tests::tests(root),
        test_files: texts(root, "test_files"),
        cache_bytes: root.get("cache").and_then(|cache| size(cache, "max_bytes")),
        teams: Vec::new(),
    }
}

fn variable(member: &Member) -> Variable {
    let node = &member.value;
    Variable {
        name: key(member),
        kind: match node.get("type").and_then(Node::as_str) {
            Some("url") => VariableKind::Url,
            Some("secret") => VariableKind::Secret,
            _ => VariableKind::String,
        },
        default: text(node, "default"),
        description: text(node, "description"),
    }
}

fn credential(member: &Member) -> Option<Credential> {
    let node = &member.value;
    let kind = if let Some(node) = node.get("api_key") {
        let (location, name) = [
            (ApiKeyLocation::Header, "header"),
            (ApiKeyLocation::Query, "query"),
            (ApiKeyLocation::Cookie, "cookie"),
        ]
        .into_iter()
        .find_map(|(location, key)| Some((location, text(node, key)?)))?;
        CredentialKind::ApiKey {
            location,
            name,
            value: templated(node.get("value")?)?,
        }
    } else if let Some(node) = node.get("basic") {
        CredentialKind::Basic {
            username: templated(node.get("username")?)?,
            password: templated(node.get("password")?)?,
        }
    } else {
        CredentialKind::Bearer {
            token: templated(node.get("bearer")?.get("token")?)?,
        }
    };
    Some(Credential {
        name: key(member),
        kind,
    })
}

fn api(member: &Member) -> Option<Api> {
    let node = &member.value;
    Some(Api {
        name: key(member),
        spec: text(node, "spec")?,
        overlays: texts(node, "overlays"),
        url: node.get("url").and_then(templated),
        server_variables: pairs(node, "server_variables", spanned_text),
        servers: pairs(node, "servers", templated),
        credential: text(node, "credential"),
        credentials: pairs(node, "credentials", spanned_text),
        headers: pairs(node, "headers", templated),
        timeout: duration(node, "timeout"),
        connect_timeout: duration(node, "connect_timeout"),
        max_response_bytes: size(node, "max_response_bytes"),
        deep_object: match node.get("deep_object").and_then(Node::as_str) {
            Some("brackets") => Some(Nesting::Brackets),
            Some("indices") => Some(Nesting::Indices),
            Some("repeat") => Some(Nesting::Repeat),
            Some("json") => Some(Nesting::Json),
            _ => None,
        },
        compression: boolean(node, "compression"),
    })
}

fn server(member: &Member) -> Server {
    let node = &member.value;
    Server {
        name: key(member),
        title: text(node, "title"),
        description: text(node, "description"),
        instructions: text(node, "instructions"),
        path: text(node, "path"),
        listeners: texts(node, "listeners"),
        policies: policies(node),
        require: expression(node, "require"),
        identity: identities::server_identity(node),
        scopes: texts(node, "scopes"),
        tools: items(node, "tools")
            .iter()
            .filter_map(tool_source)
            .collect(),
        overrides: members(node, "overrides").map(override_of).collect(),
        mode: text(node, "mode").map(|mode| {
            let chosen = match mode.value.as_str() {
                "search" => Mode::Search,
                _ => Mode::List,
            };
            Spanned::new(chosen, mode.span)
        }),
        lists_all: node.get("list").and_then(Node::as_str) == Some("all"),
        allow: pairs(node, "allow", spanned_text),
        page_size: count(node, "page_size"),
        token_budget: token_budget(node),
    }
}

fn token_budget(node: &Node) -> TokenBudget {
    let Some(node) = node.get("token_budget") else {
        return TokenBudget::default();
    };
    TokenBudget {
        tool: count(node, "tool"),
        list: count(node, "list"),
        warns: text(node, "exceeded")
            .map(|exceeded| Spanned::new(exceeded.value == "warn", exceeded.span)),
    }
}

fn tool_source(node: &Node) -> Option<ToolSource> {
    if node.get("rust").is_some() {
        return Some(ToolSource::Rust {
            paths: texts(node, "rust"),
        });
    }
    Some(ToolSource::Operations {
        api: text(node, "api")?,
        select: selection(node),
        exclude: node.get("exclude").map(selection).unwrap_or_default(),
        deprecated: boolean(node, "deprecated").is_some_and(|value| value.value),
        span: node.span,
    })
}

fn selection(node: &Node) -> Selection {
    Selection {
        all: node.get("operations").and_then(Node::as_str) == Some("all"),
        operations: texts(node, "operations"),
        tags: texts(node, "tags"),
        paths: texts(node, "paths"),
    }
}

fn override_of(member: &Member) -> Override {
    let node = &member.value;
    Override {
        tool: key(member),
        name: text(node, "name"),
        title: text(node, "title"),
        description: text(node, "description"),
        annotations: node.get("annotations").map(annotations).unwrap_or_default(),
        arguments: members(node, "arguments").map(argument).collect(),
        body: node.get("body").map(body).unwrap_or_default(),
        scopes: texts(node, "scopes"),
        allow: pairs(node, "allow", spanned_text),
        output_schema: boolean(node, "output_schema"),
        policies: policies(node),
        require: expression(node, "require"),
        credential: text(node, "credential"),
        timeout: duration(node, "timeout"),
        max_response_bytes: size(node, "max_response_bytes"),
        token_budget: count(node, "token_budget"),
        response: node.get("response").map(response),
        cache: node.get("cache").and_then(caching::caching),
        invalidates: texts(node, "invalidates"),
    }
}

fn response(node: &Node) -> ResponseOverride {
    ResponseOverride {
        select: texts(node, "select"),
        omit: texts(node, "omit"),
        mask: items(node, "mask").iter().filter_map(mask).collect(),
        max_items: count(node, "max_items"),
        max_bytes: size(node, "max_bytes"),
        headers: texts(node, "headers"),
        span: node.span,
    }
}

fn mask(node: &Node) -> Option<Mask> {
    Some(Mask {
        at: text(node, "at")?,
        with: node.get("with").cloned(),
    })
}

fn body(node: &Node) -> BodyOverride {
    let arguments = text(node, "arguments").and_then(|word| {
        let arguments = match word.value.as_str() {
            "flat" => BodyArguments::Flat,
            "nested" => BodyArguments::Nested,
            _ => return None,
        };
        Some(Spanned::new(arguments, word.span))
    });
    BodyOverride {
        media_type: text(node, "media_type"),
        arguments,
    }
}

fn annotations(node: &Node) -> Annotations {
    let hint = |name| boolean(node, name).map(|value| value.value);
    Annotations {
        read_only: hint("read_only"),
        destructive: hint("destructive"),
        idempotent: hint("idempotent"),
        open_world: hint("open_world"),
    }
}

fn argument(member: &Member) -> ArgumentOverride {
    let node = &member.value;
    ArgumentOverride {
        argument: key(member),
        name: text(node, "name"),
        description: text(node, "description"),
        default: node.get("default").cloned(),
        value: node.get("value").cloned(),
    }
}

fn policies(node: &Node) -> Vec<Policy> {
    items(node, "policies").iter().filter_map(policy).collect()
}

fn policy(node: &Node) -> Option<Policy> {
    let kind = if let Some(kind) = transforms::kind(node) {
        kind
    } else if let Some(path) = text(node, "rust") {
        PolicyKind::Rust(path)
    } else if let Some(filter) = node.get("ip_filter") {
        PolicyKind::IpFilter(IpFilter {
            allow: filter.get("action")?.as_str()? == "allow",
            addresses: texts(filter, "addresses"),
        })
    } else if let Some(check) = node.get("check_header") {
        PolicyKind::CheckHeader(CheckHeader {
            name: text(check, "name")?,
            values: texts(check, "values"),
            ignore_case: boolean(check, "ignore_case").is_some_and(|value| value.value),
        })
    } else if let Some(limit) = limits::limit(node) {
        limit
    } else if let Some(asked) = node.get("authorize") {
        PolicyKind::Authorize(Box::new(authorize::authorize(asked)?))
    } else if let Some(guard) = node.get("content_guard") {
        PolicyKind::ContentGuard(guards::content_guard(guard)?)
    } else {
        let limit = node.get("limit_concurrency")?;
        PolicyKind::LimitConcurrency(LimitConcurrency {
            max_count: count(limit, "max_count")?,
            key: expression(limit, "key"),
        })
    };
    Some(Policy {
        kind,
        when: expression(node, "when"),
        arguments: boolean(node, "arguments"),
        span: node.span,
    })
}

/// The text of an expression with its node, which knows where each part of it was written.
fn expression(node: &Node, name: &str) -> Option<Node> {
    let node = node.get(name)?;
    node.as_str().is_some().then(|| node.clone())
}

fn key(member: &Member) -> Spanned<String> {
    Spanned::new(member.key.clone(), member.key_span)
}

fn members<'n>(node: &'n Node, name: &str) -> impl Iterator<Item = &'n Member> {
    node.get(name)
        .and_then(Node::as_object)
        .into_iter()
        .flat_map(Object::members)
}

/// The members of a mapping, each with what `value` makes of its value.
fn pairs<T>(
    node: &Node,
    name: &str,
    value: impl Fn(&Node) -> Option<T>,
) -> Vec<(Spanned<String>, T)> {
    members(node, name)
        .filter_map(|member| Some((key(member), value(&member.value)?)))
        .collect()
}

fn items<'n>(node: &'n Node, name: &str) -> &'n [Node] {
    node.get(name).and_then(Node::as_array).unwrap_or_default()
}

fn text(node: &Node, name: &str) -> Option<Spanned<String>> {
    spanned_text(node.get(name)?)
}

fn texts(node: &Node, name: &str) -> Vec<Spanned<String>> {
    items(node, name).iter().filter_map(spanned_text).collect()
}

fn spanned_text(node: &Node) -> Option<Spanned<String>> {
    Some(Spanned::new(node.as_str()?.to_owned(), node.span))
}

fn templated(node: &Node) -> Option<Spanned<Template>> {
    let template = template::parse(node.as_str()?, node.span).ok()?;
    Some(Spanned::new(template, node.span))
}

fn boolean(node: &Node, name: &str) -> Option<Spanned<bool>> {
    let node = node.get(name)?;
    Some(Spanned::new(node.as_bool()?, node.span))
}

fn duration(node: &Node, name: &str) -> Option<Spanned<Duration>> {
    let node = node.get(name)?;
    Some(Spanned::new(
        quantity::duration(node.as_str()?).ok()?,
        node.span,
    ))
}

/// A number whose range was checked with the form.
fn count<N: FromStr>(node: &Node, name: &str) -> Option<Spanned<N>> {
    let node = node.get(name)?;
    let Value::Number(text) = &node.value else {
        return None;
    };
    Some(Spanned::new(text.parse().ok()?, node.span))
}

fn size(node: &Node, name: &str) -> Option<Spanned<u64>> {
    let node = node.get(name)?;
    let (Value::String(text) | Value::Number(text)) = &node.value else {
        return None;
    };
    Some(Spanned::new(quantity::size(text).ok()?, node.span))
}
