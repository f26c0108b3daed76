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
    assert_eq!(pattern("b+", false).search("abbc").found, Some(true));
    assert_eq!(pattern("^b+$", false).search("abbc").found, Some(false));
}

#[test]
fn looks_around() {
    let secure = pattern("^(?=.*[0-9])(?=.*[a-z]).{3,}$", true);
    assert_eq!(secure.verify(), Ok(()));
    assert_eq!(secure.search("ab1").found, Some(true));
    assert_eq!(secure.search("abc").found, Some(false));
    assert!(
        pattern("(?=a)", false).verify().is_err(),
        "the other engine has no look-around"
    );
}

#[test]
fn undecided_is_neither_found_nor_not() {
    assert_eq!(pattern("(", false).search("(").found, None);
    let slow = pattern("(?=x*)(a|a?)+b\\1?$", true);
    assert_eq!(slow.search(&"a".repeat(5000)).found, None);
}

#[test]
fn large_expressions_do_not_compile() {
    assert!(pattern("[\\p{L}\\p{N}]{0,100000}", false).verify().is_err());
    assert!(pattern(&"(".repeat(500), false).verify().is_err());
}

#[test]
fn a_hard_search_costs_more() {
    // As many ways as there are sums of ones and twos.
    let sums = pattern("^(a|aa)*(?!a)b\\1$", true);
    let easy = sums.search("aaba");
    let hard = sums.search(&"a".repeat(18));
    assert_eq!((easy.found, hard.found), (Some(true), Some(false)));
    assert!(hard.steps > 1000 * easy.steps);
}
