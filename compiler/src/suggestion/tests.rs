use super::*;

#[test]
fn misspellings_are_recognised() {
    let known = ["title", "tools", "path", "x"];
    for (word, meant) in [
        ("titel", Some("title")),
        ("Title", Some("title")),
        ("tool", Some("tools")),
        ("pth", Some("path")),
        ("y", None),
        ("X", Some("x")),
        ("description", None),
        ("", None),
    ] {
        assert_eq!(nearest(word, known), meant, "{word}");
    }
    assert_eq!(
        did_you_mean("titel", known).as_deref(),
        Some("did you mean `title`?")
    );
}

#[test]
fn of_equally_near_names_the_choice_does_not_depend_on_their_order() {
    assert_eq!(
        nearest("bat", ["cat", "bar"]),
        nearest("bat", ["bar", "cat"])
    );
}

#[test]
fn long_words_are_not_compared() {
    let long = "a".repeat(1 << 20);
    assert_eq!(nearest(&long, [long.as_str()]), None);
}
