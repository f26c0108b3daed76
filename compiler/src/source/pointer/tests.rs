use super::*;
use crate::source::FileId;

fn document() -> Node {
    let mut sink = crate::diagnostic::Sink::default();
    // RFC 6901, section 5.
    let text = r#"{ "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4,
        "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8 }"#;
    crate::source::json::read(FileId(0), text, &mut sink).unwrap()
}

#[test]
fn the_examples_of_the_rfc() {
    let document = document();
    for (pointer, fragment, expected) in [
        ("/foo", "/foo", r#"["bar","baz"]"#),
        ("/foo/0", "/foo/0", r#""bar""#),
        ("/", "/", "0"),
        ("/a~1b", "/a~1b", "1"),
        ("/c%d", "/c%25d", "2"),
        ("/e^f", "/e%5Ef", "3"),
        ("/g|h", "/g%7Ch", "4"),
        ("/i\\j", "/i%5Cj", "5"),
        ("/k\"l", "/k%22l", "6"),
        ("/ ", "/%20", "7"),
        ("/m~0n", "/m~0n", "8"),
    ] {
        let parsed = Pointer::parse(pointer).unwrap();
        assert_eq!(parsed, Pointer::parse_fragment(fragment).unwrap());
        assert_eq!(parsed.resolve(&document).unwrap().to_json(), expected);
        assert_eq!(parsed.to_string(), pointer);
    }
    let whole = Pointer::parse("").unwrap();
    assert_eq!(whole.resolve(&document).unwrap().span, document.span);
}

#[test]
fn what_leads_nowhere_says_how_far_it_led() {
    let document = document();
    for (pointer, led) in [
        ("/foo/2", 1),
        ("/foo/00", 1),
        ("/foo/+1", 1),
        ("/foo/-", 1),
        ("/foo/", 1),
        ("/bar/x", 0),
        ("/foo/0/x", 2),
    ] {
        let pointer = Pointer::parse(pointer).unwrap();
        assert!(pointer.resolve(&document).is_none(), "{pointer}");
        assert_eq!(pointer.resolve_prefix(&document).1, led, "{pointer}");
    }
}

#[test]
fn what_is_not_a_pointer() {
    for (text, error) in [
        ("anchor", PointerError::Start),
        ("/a~", PointerError::Tilde),
        ("/a~2", PointerError::Tilde),
        ("/%4", PointerError::Percent),
        ("/%zz", PointerError::Percent),
        ("/%+1", PointerError::Percent),
        ("/%E9", PointerError::Encoding),
    ] {
        assert_eq!(Pointer::parse_fragment(text), Err(error), "{text}");
    }
}

#[test]
fn pointers_are_put_together_from_keys() {
    let pointer = Pointer::default().join("paths").join("/pets/{id}").join(0);
    assert_eq!(pointer.to_string(), "/paths/~1pets~1{id}/0");
    let same: Pointer = ["paths", "/pets/{id}", "0"].into_iter().collect();
    assert_eq!(pointer, same);
}

proptest::proptest! {
    #[test]
    fn text_and_tokens_round_trip(tokens: Vec<String>) {
        let pointer: Pointer = tokens.iter().collect();
        proptest::prop_assert_eq!(Pointer::parse(&pointer.to_string()), Ok(pointer));
    }
}
