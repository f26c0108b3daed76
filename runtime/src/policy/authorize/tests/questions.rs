//! What authorizers are told.

use serde_json::json;

use super::*;
use crate::description::{Credential, Variable, VariableKind};
use crate::expr::Error;
use crate::policy::authorize::{Relation, told};

#[tokio::test]
async fn open_policy_agent_is_told_who_calls_what_and_what_is_named() {
    let stub = Stub::start("{\"result\":true}").await;
    let fixture = Fixture::new(vec![Authorizer {
        credential: Some(Credential::Bearer(template("s3cret"))),
        ..authorizer(OPA, &stub)
    }]);
    let call = fixture.call(Principal {
        client_id: Some("desk".into()),
        scopes: ["pets.read".into(), "pets.write".into()].into(),
        roles: ["keeper \"of\" cats".into()].into(),
        ..user("ann")
    });
    let context = [
        ("amount", told(Ok::<i64, Error>(12)).unwrap()),
        (
            "note",
            told(Ok::<_, Error>(std::borrow::Cow::Borrowed("a\n\"b\""))).unwrap(),
        ),
    ];
    call.ask(0, None, &context, || {}).unwrap();
    assert_eq!(settle(&call).await, Ok(()));
    let (head, body) = stub.last();
    assert!(head.starts_with("POST /decide HTTP/1.1\r\n"), "{head}");
    assert!(
        head.contains("\r\ncontent-type: application/json"),
        "{head}"
    );
    assert!(head.contains("\r\nauthorization: Bearer s3cret"), "{head}");
    assert_eq!(
        body,
        json!({"input": {
            "subject": {"type": "user", "id": "ann", "properties": {
                "identity": "staff",
                "issuer": "https://login.example.com/",
                "client_id": "desk",
                "scopes": ["pets.read", "pets.write"],
                "roles": ["keeper \"of\" cats"],
            }},
            "action": {"name": "tools/call"},
            "resource": {"type": "tool", "id": "pets/createPet", "properties": {
                "server": "pets", "tool": "createPet",
            }},
            "context": {"amount": 12, "note": "a\n\"b\""},
        }})
    );
}

#[tokio::test]
async fn authzen_is_told_the_same_as_a_request_of_its_own() {
    let stub = Stub::start("{\"decision\":true}").await;
    let key = Credential::Basic(template("gateway"), template("pass"));
    let fixture = Fixture::new(vec![Authorizer {
        credential: Some(key),
        ..authorizer(Protocol::AuthZen, &stub)
    }]);
    let subjects = [
        (user("ann"), "user", "ann"),
        (
            Principal {
                subject: None,
                client_id: Some("batch".into()),
                ..user("")
            },
            "client",
            "batch",
        ),
        (
            Principal {
                kind: PrincipalKind::Key,
                identity: "partners",
                consumer: Some("shop".into()),
                ..Principal::default()
            },
            "consumer",
            "shop",
        ),
        (Principal::anonymous(), "anonymous", "anonymous"),
    ];
    for (principal, kind, id) in subjects {
        let call = fixture.call(principal);
        call.ask(0, None, &[], || {}).unwrap();
        assert_eq!(settle(&call).await, Ok(()));
        let (head, body) = stub.last();
        // base64 of `gateway:pass`, by another program.
        let basic = "\r\nauthorization: Basic Z2F0ZXdheTpwYXNz";
        assert!(head.contains(basic), "{head}");
        assert_eq!(body["subject"]["type"], kind);
        assert_eq!(body["subject"]["id"], id);
        assert_eq!(body["action"], json!({"name": "tools/call"}));
        assert_eq!(body["resource"]["id"], "pets/createPet");
        assert_eq!(body["context"], json!({}));
    }
}

#[tokio::test]
async fn openfga_is_asked_for_a_relationship() {
    let stub = Stub::start("{\"allowed\":true,\"resolution\":\"\"}").await;
    let plain = authorizer(OPENFGA, &stub);
    let full = Authorizer {
        protocol: Protocol::OpenFga {
            store: &[Part::Literal("01HVMMBCMGZNT3SED4Z17ECXCA")],
            model: Some(&[Part::Literal("01HVMMBD123456789ABCDEFGHJ")]),
        },
        credential: Some(Credential::Header("x-api-key", template("k3y"))),
        url: template(&format!("{}/", stub.url)),
        ..authorizer(OPENFGA, &stub)
    };
    let fixture = Fixture::new(vec![plain, full]);
    assert_eq!(fixture.relates("user:ann", "tool:createPet").await, Ok(()));
    let (head, body) = stub.last();
    let path = "POST /decide/stores/01HVMMBCMGZNT3SED4Z17ECXCA/check HTTP/1.1\r\n";
    assert!(head.starts_with(path), "{head}");
    let tuple = json!({"user": "user:ann", "relation": "can_call", "object": "tool:createPet"});
    assert_eq!(body, json!({"tuple_key": tuple}));

    let call = fixture.call(Principal::anonymous());
    let relation = Relation {
        user: "user:ann",
        relation: "can_call",
        object: "tool:createPet",
    };
    call.ask(1, Some(&relation), &[("hour", b"7".to_vec())], || {})
        .unwrap();
    assert_eq!(settle(&call).await, Ok(()));
    let (head, body) = stub.last();
    assert!(head.starts_with(path), "{head}");
    assert!(head.contains("\r\nx-api-key: k3y"), "{head}");
    assert_eq!(
        body,
        json!({
            "tuple_key": tuple,
            "authorization_model_id": "01HVMMBD123456789ABCDEFGHJ",
            "context": {"hour": 7},
        })
    );
}

#[tokio::test]
async fn nobody_is_everybody_and_no_id_is_another_relationship() {
    let stub = Stub::start("{\"allowed\":true}").await;
    let fixture = Fixture::new(vec![Authorizer {
        allow_on_failure: true,
        ..authorizer(OPENFGA, &stub)
    }]);
    let long = format!("user:{}", "a".repeat(600));
    for (user, object) in [
        ("user:*", "tool:a"),
        ("user:", "tool:a"),
        ("ann", "tool:a"),
        ("user:ann smith", "tool:a"),
        ("user:ann\u{0}", "tool:a"),
        ("user:ann#", "tool:a"),
        ("user:ann#member#x", "tool:a"),
        (&long, "tool:a"),
        ("user:ann", "tool:*"),
        ("user:ann", "tool:a#can_call"),
        ("user:ann", "tool:a:b"),
        ("user:ann", "tool"),
        ("user:ann", "tool:a\n"),
    ] {
        let outcome = reason(fixture.relates(user, object).await);
        assert_eq!(outcome, Some(Reason::Undecided), "{user} {object}");
    }
    assert_eq!(stub.asked(), 0);
    for (user, object) in [
        ("group:eng#member", "tool:a"),
        ("user:ann@example.com", "tool:größe"),
    ] {
        assert_eq!(
            fixture.relates(user, object).await,
            Ok(()),
            "{user} {object}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_also_where_authorizers_may_fail() {
    let stub = Stub::start("{\"result\":true}").await;
    let fixture = Fixture::new(vec![Authorizer {
        allow_on_failure: true,
        ..authorizer(OPA, &stub)
    }]);
    let call = fixture.call(user("ann"));
    let long = format!("\"{}\"", "x".repeat(64 * 1024)).into_bytes();
    let outcome = call.ask(0, None, &[("note", long)], || {});
    assert_eq!(reason(outcome), Some(Reason::Undecided));
    let outcome = told(Err::<i64, _>(Error::Absent)).map(drop);
    assert_eq!(reason(outcome), Some(Reason::Undecided));
    let outcome = told(Ok::<_, Error>(f64::NAN)).map(drop);
    assert_eq!(reason(outcome), Some(Reason::Undecided));
    assert_eq!(stub.asked(), 0);
}

#[tokio::test]
async fn authorizers_that_cannot_be_asked_keep_the_gateway_from_starting() {
    let stub = Stub::start("").await;
    let odd = |url: &str| Authorizer {
        url: template(url),
        ..authorizer(OPA, &stub)
    };
    let problems = Fixture::try_new(vec![
        odd("http://opa.example.com/v1/data/a"),
        odd("https://user@opa.example.com/v1/data/a"),
        odd("nowhere"),
        Authorizer {
            protocol: Protocol::OpenFga {
                store: &[Part::Literal("a/../b")],
                model: None,
            },
            ..authorizer(OPA, &stub)
        },
        Authorizer {
            credential: Some(Credential::Bearer(template("a\nb"))),
            ..authorizer(OPA, &stub)
        },
        Authorizer {
            credential: Some(Credential::Basic(template("a:b"), template("c"))),
            ..authorizer(OPA, &stub)
        },
    ]);
    let Err(problems) = problems else {
        panic!("it starts");
    };
    assert_eq!(problems.len(), 6, "{problems:?}");
    assert!(
        problems[0].contains("must start with `https://`"),
        "{problems:?}"
    );
    assert!(problems[3].contains("the id of its store"), "{problems:?}");
    assert!(!problems.concat().contains("a\nb"), "{problems:?}");
}

#[tokio::test]
async fn a_secret_that_changes_is_sent_with_its_new_value() {
    let stub = Stub::start("{\"result\":true}").await;
    let fixture = Fixture::new(vec![Authorizer {
        credential: Some(Credential::Bearer(&[Part::Variable(0)])),
        ..authorizer(OPA, &stub)
    }]);
    let description: &'static Description = Box::leak(Box::new(Description {
        variables: &[Variable {
            name: "TOKEN",
            kind: VariableKind::Secret,
            default: None,
            description: "",
        }],
        store: None,
        ..*fixture.shared.description
    }));
    let sent = async |value: &str| {
        let given = BTreeMap::from([("TOKEN".to_owned(), value.to_owned())]);
        let environment = Environment::resolve(description, &|_| None, &given).unwrap();
        fixture.shared.authorizers.renew(&environment);
        assert_eq!(fixture.ask("ann").await, Ok(()));
        let (head, _) = stub.last();
        let mut lines = head.lines();
        let line = lines.find_map(|line| line.strip_prefix("authorization: "));
        line.unwrap_or_default().to_owned()
    };
    assert_eq!(sent("one").await, "Bearer one");
    assert_eq!(sent("two").await, "Bearer two");
    // What cannot be sent leaves the value that was there.
    assert_eq!(sent("a\nb").await, "Bearer two");
}
