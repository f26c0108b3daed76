//! What expressions become.

use super::compiled;

/// The Rust of expressions, formatted.
fn rust(expressions: &[&str]) -> String {
    let functions = expressions
        .iter()
        .enumerate()
        .map(|(position, expression)| {
            let (compiled, said) = compiled(&format!("rule: |\n  {expression}\n# value\n"));
            let compiled = compiled.unwrap_or_else(|| panic!("{said}"));
            let (name, kind, body) = (
                quote::format_ident!("rule_{position}"),
                compiled.rust_type(),
                compiled.emit(),
            );
            quote::quote!(fn #name<'a>() -> Result<#kind, rt::expr::Error> { #body })
        });
    let file = syn::parse2(quote::quote!(#(#functions)*)).unwrap();
    prettyplease::unparse(&file)
}

#[test]
fn known_types_are_native() {
    insta::assert_snapshot!(rust(&[
        "request.method == 'GET' && arguments.id > 10",
        "arguments.status in ['sold', 'pending']",
        "!has(arguments.limit) || arguments.limit < 50",
        "arguments.id * 2 + 1",
        "request.method + '!'",
        "now - duration('1h') > timestamp('2024-01-01T00:00:00Z')",
        "has(request.ip) && cidr('10.0.0.0/8').containsIP(request.ip)",
        "request.headers['x-team'].matches('^[a-z]+$')",
        "now.getHours('+02:00')",
    ]));
}

#[test]
fn other_values_are_read_from_the_text() {
    insta::assert_snapshot!(rust(&[
        "arguments.items.all(item, item.size() < 5)",
        "arguments.items.filter(item, item != '').map(item, item + '!')",
        "principal.claims.level > 3 && 'admin' in principal.claims.roles",
        "has(arguments.owner) && arguments.owner.name.lowerAscii() == 'ann'",
        "has(arguments.ratio) ? arguments.ratio : 0.5",
        "request.method == 'GET' ? [1, 'a'] : {'k': [null]}.k",
    ]));
}

#[test]
fn the_variables_that_are_used_are_known() {
    let (compiled, _) = compiled("rule: request.method == 'GET' || has(arguments.limit)");
    let compiled = compiled.unwrap();
    assert_eq!(
        compiled.variables().collect::<Vec<_>>(),
        ["arguments.limit", "request.method"]
    );
    assert!(!compiled.is_fallible());
    assert!(compiled.steps() < 100);
}
