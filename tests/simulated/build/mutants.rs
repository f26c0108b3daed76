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
    ("one request more is admitted", "requests: 6", "requests: 7"),
    ("one request less is admitted", "requests: 6", "requests: 5"),
    (
        "requests are counted for longer",
        "renewal_period: 1m, counter_key: request.ip",
        "renewal_period: 61s, counter_key: request.ip",
    ),
    (
        "calls are counted in the place of requests",
        "requests: 6",
        "calls: 6",
    ),
    ("one message more is admitted", "messages: 2", "messages: 3"),
    (
        "messages of another method are counted",
        "message.method == 'tools/list'",
        "message.method == 'server/discover'",
    ),
    (
        "all messages are counted",
        "        when: message.method == 'tools/list'\n",
        "",
    ),
    (
        "other arguments are found",
        "CASE-[0-9]{4}",
        "CASE-[0-9]{5}",
    ),
    (
        "what is found in arguments is only noted",
        "action: refuse",
        "action: log",
    ),
    (
        "the desk closes in another case",
        "\"'x-closed' in request.headers\"",
        "\"!('x-closed' in request.headers)\"",
    ),
    (
        "the desk says something else when it is closed",
        "text: The desk is closed.",
        "text: The desk is open.",
    ),
    (
        "the header of the desk is dropped",
        "      - set_header: { name: X-Desk, value: front }\n",
        "",
    ),
    (
        "the header of the desk is another",
        "value: front",
        "value: back",
    ),
    (
        "the tenant is set in another case",
        "when: \"'x-tenant' in request.headers\"",
        "when: \"'x-tenants' in request.headers\"",
    ),
    (
        "the tenant is another parameter",
        "name: tenant",
        "name: owner",
    ),
    (
        "answers are only looked at",
        "result: prevent",
        "result: detect",
    ),
    ("answers are remembered for longer", "ttl: 1m", "ttl: 61s"),
    (
        "answers are too great to be remembered",
        "ttl: 1m",
        "ttl: 1m, max_entry_bytes: 1",
    ),
    (
        "nothing is forgotten",
        "        invalidates: [listPets]\n",
        "",
    ),
    (
        "nothing is masked",
        "        response: { mask: [{ at: /pets/*/owner/email, with: hidden@example.com }] }\n",
        "",
    ),
    (
        "something else is shown in its place",
        "with: hidden@example.com",
        "with: masked@example.com",
    ),
    (
        "another pet is a sample",
        "arguments.petId == 1",
        "arguments.petId == 2",
    ),
    (
        "no pet is a sample",
        "          - mock_response: {}\n            when: arguments.petId == 1\n",
        "",
    ),
    (
        "what is found in results is only noted",
        "action: mask",
        "action: log",
    ),
    (
        "support is shown no more than others",
        "            when: \"!('x-support' in request.headers)\"\n",
        "",
    ),
    (
        "every pet is the desk's",
        "            when: arguments.name == 'Rex'\n",
        "",
    ),
    (
        "the desk has another name",
        "value: The desk",
        "value: The shop",
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
