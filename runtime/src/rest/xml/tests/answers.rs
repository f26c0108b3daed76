//! Answers: without a schema, in other encodings, and what is refused.

use serde_json::json;

use super::*;

#[test]
fn without_a_schema() {
    let cases = [
        ("<a/>", json!({ "a": "" })),
        ("<a> x </a>", json!({ "a": " x " })),
        ("<a>1</a>", json!({ "a": "1" })),
        (
            "<a><b>1</b><b>2</b><c/></a>",
            json!({ "a": { "b": ["1", "2"], "c": "" } }),
        ),
        (
            r#"<x:a xmlns:x="u" xmlns="d" x:id="1" xml:lang="en"> t <b/> </x:a>"#,
            json!({ "a": { "@id": "1", "@lang": "en", "b": "", "#text": "t" } }),
        ),
        (
            "<?xml version='1.0'?><!-- c --><?p i?><a>&lt;&#65;&#x42;&amp;<![CDATA[<&]]></a>\n",
            json!({ "a": "<AB&<&" }),
        ),
        (
            r#"<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><b xsi:nil="true"/></a>"#,
            json!({ "a": { "b": null } }),
        ),
        ("<a>x\r\ny\rz</a>", json!({ "a": "x\ny\nz" })),
    ];
    for (xml, expected) in cases {
        assert_eq!(parsed(None, xml), expected, "{xml}");
    }
}

#[test]
fn values_have_the_types_of_the_schema() {
    let cases = [
        (Types::INTEGER, " 007 ", json!(7)),
        (Types::NUMBER, "+1.5E+3", json!(1500.0)),
        (Types::NUMBER, ".5", json!(0.5)),
        (Types::NUMBER, "-0", json!(-0.0)),
        (Types::NUMBER, "NaN", json!("NaN")),
        (Types::NUMBER, "1,5", json!("1,5")),
        (Types::NUMBER, "1e", json!("1e")),
        (Types::NUMBER, "", json!("")),
        (Types::NUMBER.union(Types::NULL), "", Json::Null),
        (Types::BOOLEAN, "1", json!(true)),
        (Types::BOOLEAN, "false", json!(false)),
        (Types::BOOLEAN, "yes", json!("yes")),
        (Types::STRING, " 1 ", json!(" 1 ")),
        (Types::STRING.union(Types::NUMBER), "1", json!("1")),
        (Types::ANY, "1", json!("1")),
    ];
    for (types, text, expected) in cases {
        let document = document("r", vec![scalar(types)]);
        assert_eq!(
            parsed(Some(&document), &format!("<r>{text}</r>")),
            expected,
            "{text}"
        );
    }
}

#[test]
fn what_the_schema_does_not_say_is_kept() {
    let members = vec![
        member("id", attribute("id", 1)),
        member("name", element("title", 2)),
    ];
    let shapes = vec![
        object(members),
        scalar(Types::NUMBER),
        scalar(Types::STRING),
    ];
    let document = document("root", shapes);
    assert_eq!(
        parsed(
            Some(&document),
            "<other id='1' x='2'>t<title>a</title><title>b</title><id>3</id><new><b/></new></other>"
        ),
        json!({ "id": [1, 3], "name": ["a", "b"], "@x": "2", "new": { "b": "" }, "#text": "t" })
    );
    // A scalar that turns out to have parts.
    assert_eq!(
        parsed(Some(&document), "<root><title><b>1</b></title></root>"),
        json!({ "name": { "b": "1" } })
    );
}

#[test]
fn encodings() {
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    };
    let text = "<a>ä€😀</a>";
    let marked: Vec<u8> = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for (body, charset) in [
        (text.as_bytes().to_vec(), None),
        (text.as_bytes().to_vec(), Some("utf-8")),
        (marked.clone(), None),
        (marked, Some("iso-8859-1")),
        (utf16(&format!("\u{FEFF}{text}"), u16::to_be_bytes), None),
        (
            utf16(&format!("\u{FEFF}{text}"), u16::to_le_bytes),
            Some("utf-16"),
        ),
        (utf16(text, u16::to_le_bytes), None),
        (utf16(text, u16::to_be_bytes), Some("utf-16be")),
    ] {
        let json = read(None, &body, charset).unwrap();
        assert_eq!(String::from_utf8(json).unwrap(), r#"{"a":"ä€😀"}"#);
    }
    let latin: &[u8] = b"<?xml version='1.0' encoding = \"ISO-8859-1\"?><a>\xe4</a>";
    assert_eq!(read(None, latin, None).unwrap(), "{\"a\":\"ä\"}".as_bytes());
    assert_eq!(
        read(None, b"<a>\xe4</a>", Some("latin1")).unwrap(),
        "{\"a\":\"ä\"}".as_bytes()
    );
    for (body, charset) in [
        (b"<a>\xe4</a>".as_slice(), None),
        (b"\xff\xfe<\0a", None),
        (b"<?xml version='1.0' encoding='EBCDIC'?><a/>", None),
        (b"<a/>", Some("koi8-r")),
    ] {
        assert!(read(None, body, charset).is_err());
    }
}

#[test]
fn what_is_no_document_is_refused() {
    let bomb = "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><a>&c;</a>";
    let external = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>";
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    let long = format!("<{}/>", "a".repeat(2000));
    let attributes = " a=''".repeat(300);
    let many = format!("<a{attributes}/>");
    for text in [
        "",
        " ",
        "text",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>text",
        "text<a/>",
        "<a>&b;</a>",
        "<a b='&c;'/>",
        "<a>&#0;</a>",
        "<a>&#xFFFF;</a>",
        "<a b='&#1;'/>",
        "<a b/>",
        "<a b=c/>",
        "<a>&</a>",
        "<a><!DOCTYPE b></a>",
        "<>",
        "<a",
        "<!DOCTYPE a><a/>",
        "{\"a\":1}",
        bomb,
        external,
        &deep,
        &long,
        &many,
    ] {
        let refused = read(None, text.as_bytes(), None);
        assert!(refused.is_err(), "{text:?}");
        assert!(refused.unwrap_err().to_string().len() < 300);
    }
}

#[test]
fn many_names_take_no_longer_than_one() {
    use std::fmt::Write as _;
    let mut text = String::from("<a>");
    for number in 0..200_000 {
        write!(text, "<b{number}/>").unwrap();
    }
    text.push_str("</a>");
    assert_eq!(parsed(None, &text)["a"].as_object().unwrap().len(), 200_000);
}
