//! Guards around calls.

use std::sync::Arc;

use crate::call::Call;
use crate::caller::Caller;
use crate::description::{Description, Server, Tool};
use crate::guard::{Action, Detect, Guard, Guards};
use crate::mcp::tests::fixture;
use crate::policy::Reason;
use crate::result::{Content, ToolResult};

const CARD: &str = "4111 1111 1111 1111";

fn guard(action: Action, when: Option<fn(&Call) -> bool>) -> Guard {
    Guard {
        arguments: true,
        result: true,
        detect: &[Detect::PersonalData],
        patterns: &[("a case number", r"\bCASE-[0-9]+\b")],
        classifier: None,
        action,
        when,
    }
}

/// A call of a tool with these guards.
fn call(guards: Vec<Guard>, headers: &[(&'static str, &'static str)]) -> Call {
    let (shared, _) = fixture::shared();
    let base = shared.description;
    let positions: &'static [usize] = (0..guards.len()).collect::<Vec<_>>().leak();
    let tools: &'static [Tool] = vec![Tool {
        name: "guarded",
        guards: positions,
        ..Tool::NATIVE
    }]
    .leak();
    let server: &'static Server = Box::leak(Box::new(Server {
        tools,
        ..*base.servers[0]
    }));
    let description: &'static Description = Box::leak(Box::new(Description {
        guards: guards.leak(),
        servers: vec![server].leak(),
        store: None,
        ..*base
    }));
    let mut shared = Arc::into_inner(shared).unwrap();
    shared.guards = Guards::new(description).unwrap();
    shared.description = description;
    let mut caller = Caller::default();
    for (name, value) in headers {
        caller.headers.insert(*name, value.parse().unwrap());
    }
    Call::new(&Arc::new(shared), 0, 0, None, Arc::new(caller))
}

fn structured(json: &str) -> ToolResult {
    ToolResult {
        content: vec![
            Content::Structured,
            Content::Text(format!("Seen with {CARD}")),
        ],
        structured: Some(json.to_owned().into()),
        is_error: false,
    }
}

fn text(result: &ToolResult) -> &str {
    match result.content.last() {
        Some(Content::Text(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn refusals_name_the_kind_and_the_place_and_not_the_value() {
    let call = call(vec![guard(Action::Refuse, None)], &[]).at("/arguments");
    let refusal = call
        .screen(br#"{"a": {"note": "for CASE-12 by \u0034111 1111 1111 1111"}}"#)
        .unwrap_err();
    assert_eq!(refusal.reason, Reason::Content);
    assert!(
        refusal
            .message
            .contains("a case number at /arguments/a/note, a card number at /arguments/a/note")
    );
    assert!(!refusal.message.contains("4111") && !refusal.message.contains("CASE-12"));
    let arguments = br#"{"a": 1}"#;
    assert!(std::ptr::eq(
        call.screen(arguments).unwrap(),
        arguments.as_slice()
    ));
    assert_eq!(call.screen(b"").unwrap(), b"");

    let result = call.screen_result(structured(&format!(r#"{{"x":"{CARD}"}}"#)));
    assert!(result.is_error && result.structured.is_none());
    let said = text(&result);
    assert!(
        said.starts_with("The call succeeded, but")
            && said.contains("a card number at /x, a card number in the text"),
        "{said}"
    );
    assert!(!said.contains("4111"));
    let failed = call.screen_result(ToolResult::error(format!("no such card: {CARD}")));
    assert!(text(&failed).starts_with("The call failed") && !text(&failed).contains("4111"));
    let good = call.screen_result(ToolResult::text("fine"));
    assert_eq!((text(&good), good.is_error), ("fine", false));
}

#[test]
fn masks_are_the_same_in_the_structure_and_the_text() {
    let call = call(vec![guard(Action::Mask, None)], &[]);
    let left = call
        .screen(br#"{"note":"CASE-1","n":4111111111111111}"#)
        .unwrap();
    let expected = br#"{"note":"[case number not shown]","n":"[card number not shown]"}"#;
    assert_eq!(left, expected);
    let result = call.screen_result(structured(&format!(r#"{{"x":"{CARD}"}}"#)));
    assert!(!result.is_error);
    // The first text is that of the structure.
    assert!(matches!(result.content[0], Content::Structured));
    assert_eq!(
        result.structured.as_deref(),
        Some(br#"{"x":"[card number not shown]"}"#.as_slice())
    );
    assert_eq!(text(&result), "Seen with [card number not shown]");
}

#[test]
fn what_is_only_logged_is_left_as_it_is() {
    let call = call(vec![guard(Action::Log, None)], &[]);
    let arguments = br#"{"note": "CASE-1"}"#;
    assert_eq!(call.screen(arguments).unwrap(), arguments);
    let result = call.screen_result(structured(&format!(r#"{{"x":"{CARD}"}}"#)));
    assert!(text(&result).contains(CARD) && result.structured.unwrap().ends_with(b"1111\"}"));
}

#[test]
fn guards_follow_each_other_where_their_conditions_hold() {
    let asked: fn(&Call) -> bool = |call| call.caller().header("x-strict").is_some();
    let guards = || {
        vec![
            guard(Action::Refuse, Some(asked)),
            guard(Action::Mask, None),
        ]
    };
    let arguments = br#"{"note":"CASE-1"}"#;
    let strict = call(guards(), &[("x-strict", "1")]);
    assert!(strict.screen(arguments).is_err());
    let mild = call(guards(), &[]);
    assert_eq!(
        mild.screen(arguments).unwrap(),
        br#"{"note":"[case number not shown]"}"#
    );
    // What one masks, the next does not find.
    let after = call(
        vec![guard(Action::Mask, None), guard(Action::Refuse, None)],
        &[],
    );
    assert!(after.screen(arguments).is_ok());
}

#[test]
fn a_mask_that_breaks_the_published_schema_is_not_passed_on() {
    use gatewright_schema::rule::{Schema, Types};
    use gatewright_schema::{SchemaId, Table};
    static NUMBER: Table = Table::new(&[Schema {
        types: Types::NUMBER,
        rules: std::borrow::Cow::Borrowed(&[]),
    }]);
    let (shared, _) = fixture::shared();
    let tool: &'static [Tool] = vec![Tool {
        output: Some((&NUMBER, SchemaId(0))),
        guards: &[0],
        ..Tool::NATIVE
    }]
    .leak();
    let server: &'static Server = Box::leak(Box::new(Server {
        tools: tool,
        ..*shared.description.servers[0]
    }));
    let description: &'static Description = Box::leak(Box::new(Description {
        guards: vec![guard(Action::Mask, None)].leak(),
        servers: vec![server].leak(),
        store: None,
        ..*shared.description
    }));
    let mut shared = Arc::into_inner(shared).unwrap();
    shared.guards = Guards::new(description).unwrap();
    shared.description = description;
    let call = Call::new(&Arc::new(shared), 0, 0, None, Arc::default());
    let result = call.screen_result(structured("4111111111111111"));
    assert!(result.is_error && result.structured.is_none());
}
