//! What is said of expressions that are wrong.

use super::super::functions;
use super::said;
use crate::diagnostic::CODES;

/// One snapshot for each case.
macro_rules! cases {
    ($($name:ident: $($expression:literal),+;)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!([$(said($expression)),+].join("\n"));
        })*
    };
}

cases! {
    syntax: "request.method = 'GET'", "request.method == 'GET", "(arguments.id > 1", "arguments.id >", "'\\q' == ''", "for == 1", "99999999999999999999 > 1";
    names: "request.methd == 'GET'", "argumnets.id > 1", "arguments.limits > 1", "response.status == 200", "request == 1", "arguments.owner.nam == ''", "size2('a') == 1", "arguments.since.startswith('a')", "arguments.items.all(arguments, true)";
    types: "arguments.id > '10'", "arguments.id == 'x'", "arguments.id + 0.5 > 1.0", "arguments.id", "arguments.items.contains('a')", "'a' in arguments.since", "request.ip == '10.0.0.1'", "principal.claims.level + principal.claims.more == 2", "arguments.since.matches(arguments.since)", "arguments.id.name == 1", "{1: 2} == {}";
    decided: "arguments.status == 'avialable'", "arguments.id >= 1", "arguments.id < 0", "true", "arguments.id > 5 && arguments.id < 3", "arguments.status in ['gone', 'lost']", "has(arguments.id)", "arguments.status != 'sold' && arguments.status != 'pending' && arguments.status == 'available'", "request.method == 'GET' && request.method == 'POST'", "has(arguments.owner) && has(arguments.owner.name)";
    constants: "request.headers['a'].matches('(a')", "now > timestamp('yesterday')", "duration('1d') > duration('1h')", "cidr('10.0.0.0/33').containsIP('10.0.0.1')", "arguments.id / 0 > 1", "9223372036854775807 + 1 > arguments.id", "now.getHours('Europe/Berlin') > 8";
    costs: "arguments.items.all(x, arguments.items.exists(y, x == y))";
    absent: "arguments.limit <= 50", "arguments.owner.age > 3", "has(arguments.limit) && arguments.limit <= 50", "!has(arguments.limit) || arguments.limit <= 50";
}

#[test]
fn several_faults_are_told_together() {
    insta::assert_snapshot!(said(
        "request.methd == 'GET' && arguments.id > '10' && nothing"
    ));
}

#[test]
fn bounded_loops_compile() {
    for expression in [
        "has(arguments.few) && arguments.few.all(x, arguments.few.exists(y, x < y))",
        "arguments.items.all(x, x.startsWith('a') || x.matches('^[bc]+$') && x.size() < 10)",
    ] {
        assert_eq!(said(expression), "compiles\n");
    }
}

#[test]
fn the_documentation_is_true() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/expressions.md");
    let text = std::fs::read_to_string(path).unwrap();
    let examples = text
        .split("```cel\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    assert!(examples.lines().count() >= 4);
    for example in examples.lines() {
        assert_eq!(said(example), "compiles\n", "{example}");
    }
    for name in functions::names(false).chain(functions::names(true)) {
        assert!(
            text.contains(&format!("`{name}")) || text.contains(&format!(".{name}(")),
            "{name}"
        );
    }
    for code in CODES
        .iter()
        .filter(|code| code.name.starts_with("expression-"))
    {
        assert!(text.contains(code.name), "{}", code.name);
    }
}
