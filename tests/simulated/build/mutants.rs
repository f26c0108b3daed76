//! A manifest whose tests are complete, and the same with one mistake each.

use gatewright_compiler::emit;

const SPEC: &str = include_str!("../../../specs/petstore.yaml");

const MANIFEST: &str = include_str!("../src/gateway.yaml");

/// What somebody might have written by mistake: the name of the mistake, what it changes, and into what.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "the address filter is dropped",
        "policies:\n  - ip_filter: { action: forbid, addresses: [192.0.2.0/24] }\n",
        "",
    ),
    (
        "the address filter is inverted",
        "action: forbid, addresses: [192.0.2.0/24]",
        "action: allow, addresses: [192.0.2.0/24]",
    ),
    (
        "the address filter has another network",
        "[192.0.2.0/24]",
        "[192.0.2.0/25]",
    ),
    (
        "the gateway's limit is one more",
        "calls: 3, renewal_period: 1m, counter_key: principal.consumer",
        "calls: 4, renewal_period: 1m, counter_key: principal.consumer",
    ),
    (
        "the gateway's limit is one less",
        "calls: 3, renewal_period: 1m, counter_key: principal.consumer",
        "calls: 2, renewal_period: 1m, counter_key: principal.consumer",
    ),
    (
        "the period is longer",
        "renewal_period: 1m, counter_key: principal.consumer",
        "renewal_period: 61s, counter_key: principal.consumer",
    ),
    (
        "the period is shorter",
        "renewal_period: 1m, counter_key: principal.consumer",
        "renewal_period: 59s, counter_key: principal.consumer",
    ),
    (
        "calls are told apart by something else",
        "counter_key: principal.consumer",
        "counter_key: tool.name",
    ),
    (
        "the condition of the limit is dropped",
        "        when: tool.name != 'getPet'\n",
        "",
    ),
    (
        "the condition of the limit is inverted",
        "when: tool.name != 'getPet'",
        "when: tool.name == 'getPet'",
    ),
    (
        "the header check is dropped",
        "      - check_header: { name: X-Environment, values: [test] }\n",
        "",
    ),
    (
        "the header check takes any value",
        "check_header: { name: X-Environment, values: [test] }",
        "check_header: { name: X-Environment }",
    ),
    (
        "the server's condition is dropped",
        "    require: \"!('x-banned' in request.headers)\"\n",
        "",
    ),
    (
        "the server's condition is inverted",
        "\"!('x-banned' in request.headers)\"",
        "\"'x-banned' in request.headers\"",
    ),
    (
        "the server's scopes are dropped",
        "    scopes: [pets.read]\n",
        "",
    ),
    (
        "the tool's scopes are dropped",
        "        scopes: [pets.write]\n",
        "",
    ),
    (
        "the tool asks for another scope",
        "[pets.write]",
        "[pets.admin]",
    ),
    (
        "the tool's condition is dropped",
        "        require: arguments.petId < 100 || 'keeper' in principal.roles\n",
        "",
    ),
    (
        "the tool's condition is off by one",
        "arguments.petId < 100",
        "arguments.petId <= 100",
    ),
    (
        "the tool's condition needs both",
        "< 100 || 'keeper'",
        "< 100 && 'keeper'",
    ),
    ("the tool's role is another", "'keeper' in", "'owner' in"),
    (
        "the API is given another header",
        "headers: { X-Gateway: pets }",
        "headers: { X-Gateway: shop }",
    ),
    (
        "an argument has another default",
        "limit: { default: 5 }",
        "limit: { default: 6 }",
    ),
    (
        "less of the answer is passed on",
        "select: [/pets/*/name]",
        "select: [/pets/*/id]",
    ),
];

/// Writes a module for the manifest and for each of its wrong versions, and a table of them.
pub(crate) fn write() {
    let mut modules = String::new();
    let mut table = String::new();
    let right = [("nothing is wrong", "", "")];
    for (position, (name, from, to)) in right.iter().chain(MISTAKES).enumerate() {
        let text = if from.is_empty() {
            MANIFEST.to_owned()
        } else {
            // What the tests say stays as it is.
            let (policies, tests) = MANIFEST.split_at(MANIFEST.find("\ntests:\n").unwrap() + 1);
            let times = policies.matches(from).count();
            assert_eq!(times, 1, "{name}: {from:?} is there {times} times");
            policies.replace(from, to) + tests
        };
        let texts = [("gateway.yaml", text), ("petstore.yaml", SPEC.to_owned())];
        let plan = crate::compiled(&texts).unwrap_or_else(|said| panic!("{name}:\n{said}"));
        // The tests as functions that can be called, and what counts for them in a library.
        let source = emit::source(&plan)
            .replace("#[cfg(test)]\n", "")
            .replace("mod gateway_tests {", "pub mod gateway_tests {")
            .replace("    #[test]\n    fn ", "    pub fn ");
        modules += &format!("pub mod version_{position} {{\n{source}\n}}\n");
        let functions: Vec<_> = plan
            .tests
            .iter()
            .map(|test| format!("version_{position}::gateway_tests::{}", test.function))
            .collect();
        table += &format!(
            "Version {{ mistake: {name:?}, tests: &[{}] }},\n",
            functions.join(", ")
        );
    }
    crate::write("mutants.rs", &modules);
    crate::write("versions.rs", &format!("&[{table}]"));
}
