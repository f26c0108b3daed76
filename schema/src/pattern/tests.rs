//! Search, the two engines, and their limits.

use crate::rule::Pattern;

fn pattern(text: &str, lookaround: bool) -> Pattern {
    Pattern {
        source: text.to_owned().into(),
        translated: text.to_owned().into(),
        lookaround,
    }
}

#[test]
fn searches_anywhere() {
    assert_eq!(pattern("b+", false).is_found_in("abbc"), Some(true));
    assert_eq!(pattern("^b+$", false).is_found_in("abbc"), Some(false));
}

#[test]
fn looks_around() {
    let secure = pattern("^(?=.*[0-9])(?=.*[a-z]).{3,}$", true);
    assert_eq!(secure.verify(), Ok(()));
    assert_eq!(secure.is_found_in("ab1"), Some(true));
    assert_eq!(secure.is_found_in("abc"), Some(false));
    assert!(
        pattern("(?=a)", false).verify().is_err(),
        "the other engine has no look-around"
    );
}

#[test]
fn undecided_is_neither_found_nor_not() {
    assert_eq!(pattern("(", false).is_found_in("("), None);
    let slow = pattern("(?=x*)(a|a?)+b\\1?$", true);
    assert_eq!(slow.is_found_in(&"a".repeat(5000)), None);
}

#[test]
fn large_expressions_do_not_compile() {
    assert!(pattern("[\\p{L}\\p{N}]{0,100000}", false).verify().is_err());
    assert!(pattern(&"(".repeat(500), false).verify().is_err());
}
