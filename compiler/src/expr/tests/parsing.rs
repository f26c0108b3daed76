//! Bounds of the parser, and that nothing makes it panic.

use proptest::prelude::*;

use super::super::parse::parse;
use super::said;

#[test]
fn nesting_is_bounded() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("!", ""),
        ("-", ""),
        ("{'a': ", "}"),
        ("size(", ")"),
    ] {
        let deep = |levels: usize| format!("{}b{}", open.repeat(levels), close.repeat(levels));
        assert!(parse(&deep(24)).is_ok(), "{open}");
        assert!(parse(&deep(1000)).is_err(), "{open}");
    }
    assert!(said(&"(".repeat(20_000)).contains("more than 16 KiB"));
    assert!(parse(&"(".repeat(16_000)).is_err());
    assert!(parse(&"a?b:".repeat(4_000)).is_err());
    assert!(parse(&format!("a{}", "[0]".repeat(4_000))).is_err());
}

#[test]
fn chains_are_long() {
    for operator in [" && ", " || ", " + ", " < ", " in "] {
        assert!(parse(&vec!["a"; 32].join(operator)).is_ok(), "{operator}");
    }
    assert!(parse(&vec!["a"; 2_000].join("||")).is_ok());
    assert!(parse(&vec!["a"; 2_000].join("+")).is_err());
}

proptest! {
    #[test]
    fn nothing_panics(text in "[-a-c0-9uxerb.,:?!&|<>=+*/%()\\[\\]{}'\"\\\\ \né]{0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn words_do_not_panic(words in prop::collection::vec(
        prop::sample::select(vec![
            "arguments", ".", "id", "owner", "request", "(", ")", "[", "]", "1", "'a'", "&&", "||", "==", "in",
            "has", "all", "x", ",", "?", ":", "size", "-", "!", "now", "items", "dyn", "int",
        ]),
        0..14,
    )) {
        said(&words.concat());
    }
}
