//! The random policies as a manifest, and the document of the API.

use crate::tree::{Condition, Gateway, Key, Policy, TOOLS, Tool};

/// `api.yaml`
pub(crate) fn document() -> String {
    let mut out =
        String::from("openapi: 3.1.0\ninfo: { title: Operations, version: \"1\" }\npaths:\n");
    for number in 0..TOOLS {
        out += &format!(
            "  /op{number}:\n    get:\n      operationId: op{number}\n      summary: Operation {number}\n      \
             parameters:\n        \
             - {{ name: n, in: query, schema: {{ type: integer, minimum: 0, maximum: 9 }} }}\n        \
             - {{ name: s, in: query, required: true, schema: {{ type: string, enum: [a, b, c] }} }}\n      \
             responses: {{ \"204\": {{ description: ok }} }}\n"
        );
    }
    out
}

/// `gateway.yaml`
pub(crate) fn manifest(gateway: &Gateway) -> String {
    let mut out = String::from(
        "gateway: tree\nenvironment:\n  KEYS: { type: string }\nidentities:\n  members: { keys: { file: \"${KEYS}\" } }\n\
         apis:\n  api: { spec: api.yaml, url: \"http://api.test/v1\" }\n",
    );
    out += &policies(&gateway.policies, "");
    out += "servers:\n";
    for (position, server) in gateway.servers.iter().enumerate() {
        let identity = if server.keyed { "members" } else { "anonymous" };
        out += &format!("  s{position}:\n    identity: {identity}\n");
        out += &scopes(&server.scopes, "    ");
        out += &require(server.require.as_ref(), "    ");
        out += &policies(&server.policies, "    ");
        out += "    tools: [{ api: api, operations: all }]\n    overrides:\n";
        for (number, tool) in server.tools.iter().enumerate() {
            out += &self::tool(number, tool);
        }
    }
    out
}

fn tool(number: usize, tool: &Tool) -> String {
    // The title is what keeps an override of nothing else from being empty.
    let mut out = format!("      op{number}:\n        title: Operation {number}\n");
    out += &scopes(&tool.scopes, "        ");
    out += &require(tool.require.as_ref(), "        ");
    out += &policies(&tool.policies, "        ");
    out
}

fn scopes(scopes: &[&str], indent: &str) -> String {
    if scopes.is_empty() {
        return String::new();
    }
    format!("{indent}scopes: [{}]\n", scopes.join(", "))
}

fn require(condition: Option<&Condition>, indent: &str) -> String {
    condition.map_or_else(String::new, |condition| {
        format!("{indent}require: \"{}\"\n", written(condition))
    })
}

fn policies(policies: &[Policy], indent: &str) -> String {
    if policies.is_empty() {
        return String::new();
    }
    let items: Vec<_> = policies
        .iter()
        .map(|policy| format!("{indent}  - {}\n", self::policy(policy, indent)))
        .collect();
    format!("{indent}policies:\n{}", items.concat())
}

fn policy(policy: &Policy, indent: &str) -> String {
    match policy {
        Policy::Address { allow, network } => {
            let action = if *allow { "allow" } else { "forbid" };
            format!("ip_filter: {{ action: {action}, addresses: [{network}] }}")
        }
        Policy::Header { name, values } if values.is_empty() => {
            format!("check_header: {{ name: {name} }}")
        }
        Policy::Header { name, values } => {
            let values: Vec<_> = values.iter().map(|value| format!("\"{value}\"")).collect();
            format!(
                "check_header: {{ name: {name}, values: [{}] }}",
                values.join(", ")
            )
        }
        Policy::Concurrency(most) => format!("limit_concurrency: {{ max_count: {most} }}"),
        Policy::Rate {
            calls,
            seconds,
            bucket,
            key,
            when,
        } => {
            let algorithm = if *bucket {
                "token_bucket"
            } else {
                "sliding_window"
            };
            let key = match key {
                Key::Header(name) => format!("request.headers['{name}']"),
                Key::Address => "request.ip".to_owned(),
                Key::Consumer => "principal.consumer".to_owned(),
                Key::Tool => "tool.name".to_owned(),
                Key::Number => "arguments.n".to_owned(),
                Key::Text => "arguments.s".to_owned(),
            };
            let when = when.as_ref().map_or_else(String::new, |when| {
                format!("\n{indent}    when: \"{}\"", written(when))
            });
            format!(
                "rate_limit_by_key: {{ calls: {calls}, renewal_period: {seconds}s, counter_key: \"{key}\", algorithm: {algorithm} }}{when}"
            )
        }
    }
}

fn written(condition: &Condition) -> String {
    match condition {
        Condition::HasHeader(name) => format!("'{name}' in request.headers"),
        Condition::HeaderIs(name, value) => format!("request.headers['{name}'] == '{value}'"),
        Condition::From(network) => format!("cidr('{network}').containsIP(request.ip)"),
        Condition::HasScope(scope) => format!("'{scope}' in principal.scopes"),
        Condition::ConsumerIs(name) => format!("principal.consumer == '{name}'"),
        Condition::ToolIs(number) => format!("tool.name == 'op{number}'"),
        Condition::HasNumber => "has(arguments.n)".to_owned(),
        Condition::NumberBelow(number) => format!("arguments.n < {number}"),
        Condition::TextIs(text) => format!("arguments.s == '{text}'"),
        Condition::Not(condition) => format!("!({})", written(condition)),
        Condition::And(left, right) => format!("({} && {})", written(left), written(right)),
        Condition::Or(left, right) => format!("({} || {})", written(left), written(right)),
    }
}
