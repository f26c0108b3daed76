//! What is put into the places.

use serde_json::Value;

/// Characters that change the direction of the text around them.
pub(crate) const BIDI: &[char] = &[
    '\u{61C}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// Stands for half of a surrogate pair, which no Rust string can hold.
const SURROGATE: char = '\u{F8F0}';

/// Texts that a document may well have, so that every branch of the emitters is seen.
pub(crate) fn harmless() -> Vec<String> {
    [
        "word",
        "two words",
        "a-b_c.d",
        "12",
        "-1",
        "{name}",
        "/a/{name}",
        "^a+$",
        "",
        "text/plain",
        "application/json",
        "application/xml",
        "multipart/form-data",
        "https://example.org/x",
        "string",
        "object",
        "array",
        "query",
        "#/components/schemas/Name",
        "$ref",
        "int32",
        "password",
        "name",
        "crate::tools::other",
        "${SHOP_URL}",
        "é",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Texts that try to end their literal, to be a comment, a doctest, an attribute, a format string, a
/// path, another line of a header, a log or a workflow, or to be seen as what they are not.
pub(crate) fn hostile() -> Vec<String> {
    [
        "zqevil\"); } pub mod zqevil { pub fn f() { panic!() } } //",
        "*/ fn zqevil() {} /* // zqevil\r\nfn zqevil2() {}\n/*! zqevil */ /// zqevil",
        "\n\n```rust\npanic!(\"zqevil\");\n```\n#![doc = \"zqevil\"]\n    indented!();",
        "\"#zqevil\"## r#\"zqevil\"# '\\'' b'z' c\"zqevil\" r#fn {{}} {} {0:?} ${ZQEVIL} %s \\u{202E} \\x00 \\",
        "zq\0evil\u{202E}live\u{2066}\u{200B}\u{FEFF}\u{2028}\u{85}\u{1B}[31m\u{1B}]0;zqevil\u{7}\u{7F}\u{8}",
        "\u{F8F0}zqevil\\ud800 gen self Self crate _ \u{1F600}\u{0301} İ ﬁ ａ",
        "zqevil::<{ ::std::process::abort() }> #[path = \"/etc/passwd\"] #![no_std] <'a>",
        "::error::zqevil\n::set-output name=zqevil::1%0A::error::zqevil\r\nX-Zqevil: 1",
        "../../../../zqevil/%2e%2e/etc/passwd#/zqevil",
        "file:////zqevil.example/\\zqevil?zqevil=1#/zqevil/~1~0~",
        "((((a+)+)+)+)+$(?=zqevil)[[[\\p{zqevil}",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("zqevil{}", "é\"\\".repeat(3_000))])
    .collect()
}

/// The document as text.
pub(crate) fn written(document: &Value) -> String {
    document.to_string().replace(SURROGATE, "\\ud800")
}
