//! Whatever text comes, it stays where it belongs; judged by another parser.

use gatewright_schema::xml::is_character;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn places() -> Document {
    let place = |place| Node { place, shape: 1 };
    let members = vec![
        member("attribute", attribute("attribute", 1)),
        member("element", element("element", 1)),
        member("text", place(Place::Text)),
        member("section", element("section", 2)),
    ];
    let shapes = vec![
        object(members),
        scalar(Types::STRING),
        object(vec![member("cdata", place(Place::CData))]),
    ];
    document("root", shapes)
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("]]>".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("</element>".to_owned()),
        Just("\" x=\"".to_owned()),
        Just("<!--".to_owned()),
        Just("&#0;".to_owned()),
        Just("&amp;".to_owned()),
        Just("\r\n".to_owned()),
        "[\\]>\r\n\t ]{0,3}",
        any::<char>().prop_map(String::from),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_leaves_its_place(text in text()) {
        let document = places();
        let value = json!({
            "attribute": text, "element": text, "text": text, "section": { "cdata": text },
        });
        let written = written(&document, &value);
        if !text.chars().all(is_character) {
            prop_assert!(written.is_err());
            return Ok(());
        }
        let written = written.unwrap();
        let oracle = roxmltree::Document::parse(&written).unwrap();
        let root = oracle.root_element();
        let elements = oracle.descendants().filter(roxmltree::Node::is_element).count();
        prop_assert_eq!(elements, 3);
        prop_assert_eq!(root.attributes().len(), 1);
        prop_assert_eq!(root.attribute("attribute"), Some(&*text));
        for child in root.children().filter(roxmltree::Node::is_element) {
            let found: String = child.children().filter_map(|node| node.text()).collect();
            prop_assert_eq!(&found, &text);
        }
        let own: String = root
            .children()
            .filter(roxmltree::Node::is_text)
            .filter_map(|node| node.text())
            .collect();
        prop_assert_eq!(&own, &text);
    }

    #[test]
    fn no_name_is_anything_else(keys in prop::collection::vec(
        prop_oneof![text(), "@?[a-z:]{1,6}", Just("@xmlns".to_owned()), "\\PC{1,4}"], 1..4,
    )) {
        let document = document("root", vec![Shape::ANY]);
        let members = keys.iter().map(|key| (key.clone(), json!("v")));
        let value = Json::Object(members.collect());
        let Ok(written) = written(&document, &value) else {
            return Ok(());
        };
        let oracle = roxmltree::Document::parse(&written).unwrap();
        let root = oracle.root_element();
        prop_assert_eq!(root.tag_name().namespace(), None);
        for key in value.as_object().unwrap().keys() {
            if key == "#text" {
                continue;
            }
            let found = match key.strip_prefix('@') {
                Some(local) => root.attribute(local),
                None => root
                    .children()
                    .find(|child| child.has_tag_name(key.as_str()))
                    .and_then(|child| child.text()),
            };
            prop_assert_eq!(found, Some("v"));
        }
    }

    #[test]
    fn what_is_read_is_json(text in "(<|>|/|a|b|=|\"|&|;|x|#|1| |!|\\[|\\]|CDATA|<a>|</a>|<b/>|-|\\?|:){0,40}") {
        let members = vec![member("b", element("b", 0)), member("x", attribute("x", 1))];
        let document = document("a", vec![object(members), scalar(Types::NUMBER)]);
        for document in [None, Some(&document)] {
            if let Ok(json) = read(document, text.as_bytes(), None) {
                prop_assert!(serde_json::from_slice::<Json>(&json).is_ok());
            }
        }
    }

    #[test]
    fn bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(json) = read(None, &bytes, None) {
            prop_assert!(serde_json::from_slice::<Json>(&json).is_ok());
        }
    }

    #[test]
    fn what_another_parser_reads_is_read(
        text in "<a( x=\"[a-z&;lt]{0,4}\")?>([ a-z]|&lt;|&#6[0-9];|<b/>|<b>|</b>|<!--[a-z]*-->|<\\?p x\\?>|<!\\[CDATA\\[[<&a-z]*\\]\\]>){0,12}</a>"
    ) {
        if roxmltree::Document::parse(&text).is_ok() {
            let found = parsed(None, &text);
            prop_assert!(found.get("a").is_some());
        }
    }
}
