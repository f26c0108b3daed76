//! Lists of what a caller may use: every combination of tools, in every size of page, by every revision.

use std::sync::Arc;

use gatewright_schema::search::{Builder, Document, Listing};
use serde_json::{Value, json};

use super::schema;
use crate::auth::{Auth, Principal};
use crate::caller::Caller;
use crate::description::{Catalogue, Description, Entry, Listed, Selection, Server, Tool};
use crate::mcp::dispatch::{self, Step};
use crate::mcp::message::{self, Body};
use crate::mcp::revision::Revision;
use crate::mcp::viewer::Viewer;

const NAMES: [&str; 5] = ["ants", "bees", "cats", "dogs", "eels"];

const REVISIONS: [&str; 4] = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

fn leaked<T>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}

fn text(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn find(name: &str) -> Option<usize> {
    NAMES.iter().position(|known| *known == name)
}

/// What the three tools of search mode know of them.
fn catalogue() -> &'static Catalogue {
    let listing = |name: &str| {
        format!("\"description\":\"All about {name}.\",\"inputSchema\":{{\"type\":\"object\"}}")
    };
    let mut index = Builder::default();
    for name in NAMES {
        index.add(Document::of(
            name,
            &Listing::read(&format!("{{{}}}", listing(name))),
        ));
    }
    let entries = NAMES.map(|name| Entry {
        listing: text(listing(name)),
        output: None,
    });
    &*Box::leak(Box::new(Catalogue {
        index: index.build(),
        entries: leaked(entries.into()),
    }))
}

/// A server whose callers may use the tools that they have a role of the same name for.
fn description(page_size: usize, search: bool) -> &'static Description {
    let tool = |name: &&'static str| Tool {
        name,
        ..Tool::NATIVE
    };
    let listed = |(position, name): (usize, &&str)| {
        let tool = text(json!({ "name": name, "inputSchema": { "type": "object" } }).to_string());
        Listed {
            cursor: if position == 0 {
                ""
            } else {
                text(format!("from-{position}"))
            },
            legacy: tool,
            modern: tool,
        }
    };
    let selection = Selection {
        meets: |call| call.principal().has_role(call.name()),
        tools: leaked(if search {
            Vec::new()
        } else {
            NAMES.iter().enumerate().map(listed).collect()
        }),
        page_size,
        legacy: ("{\"tools\":[", "}"),
        modern: (
            "{\"resultType\":\"complete\",\"tools\":[",
            ",\"ttlMs\":60000,\"cacheScope\":\"private\"}",
        ),
    };
    let server = Server {
        name: "animals",
        title: "",
        path: "/animals/mcp",
        listeners: &[],
        admit: |_| Ok(()),
        intake: crate::policy::Intake::NONE,
        cors: None,
        access: &crate::description::Access::ANONYMOUS,
        tools: leaked(NAMES.iter().map(tool).collect()),
        find,
        initialize: "",
        discover: "",
        pages: &[],
        selection: Some(Box::leak(Box::new(selection))),
        catalogue: search.then(catalogue),
        implementation: "{}",
    };
    Box::leak(Box::new(Description {
        name: "zoo",
        version: "1.0.0",
        digest: "",
        variables: &[],
        apis: &[],
        limits: &[],
        store: None,
        egress: None,
        authorizers: &[],
        guards: &[],
        cache_bytes: 0,
        public_url: None,
        listeners: &[],
        identities: &[],
        products: &[],
        servers: leaked(vec![&*Box::leak(Box::new(server))]),
    }))
}

/// The response to a request, or the message of the fault.
fn ask(
    description: &'static Description,
    roles: &[&str],
    auth: Option<&Auth>,
    revision: &str,
    (method, params): (&str, &Value),
) -> Result<Value, String> {
    let principal = Principal {
        roles: roles.iter().map(|role| Box::from(*role)).collect(),
        ..Principal::default()
    };
    let caller = Caller {
        principal: Some(Arc::new(principal)),
        ..Caller::default()
    };
    let viewer = Viewer {
        description,
        position: 0,
        server: description.servers[0],
        caller: &caller,
        auth,
    };
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    let Ok(Body::One(Ok(message))) = message::read(body.as_bytes()) else {
        panic!("{body}");
    };
    let revision = Revision::named(revision).unwrap();
    match dispatch::step(&viewer, &message, message.id().unwrap(), revision) {
        Ok(Step::Answer(answer) | Step::Told(_, answer, _)) => {
            Ok(serde_json::from_slice(&answer).unwrap())
        }
        Ok(_) => panic!("{body}"),
        Err(fault) => Err(fault.message.into_owned()),
    }
}

/// All pages of a list, each the names on it.
fn pages(description: &'static Description, roles: &[&str], revision: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut params = json!({});
    loop {
        let answer = ask(description, roles, None, revision, ("tools/list", &params)).unwrap();
        let result = &answer["result"];
        schema::check(revision, "ListToolsResult", result);
        let tools = result["tools"].as_array().unwrap().iter();
        pages.push(
            tools
                .map(|tool| tool["name"].as_str().unwrap().to_owned())
                .collect(),
        );
        match result.get("nextCursor") {
            Some(cursor) => params = json!({ "cursor": cursor }),
            None => return pages,
        }
    }
}

/// The names that the bits of a number choose.
fn chosen(bits: usize) -> Vec<&'static str> {
    let names = NAMES.iter().enumerate();
    names
        .filter(|(position, _)| bits >> position & 1 == 1)
        .map(|(_, name)| *name)
        .collect()
}

#[test]
fn a_list_has_what_the_caller_may_use_and_nothing_tells_of_the_rest() {
    for page_size in 1..=6 {
        let description = description(page_size, false);
        for bits in 0..1 << NAMES.len() {
            let usable = chosen(bits);
            let expected: Vec<Vec<&str>> = if usable.is_empty() {
                vec![Vec::new()]
            } else {
                usable.chunks(page_size).map(<[_]>::to_vec).collect()
            };
            for revision in REVISIONS {
                assert_eq!(
                    pages(description, &usable, revision),
                    expected,
                    "{revision}"
                );
            }
        }
    }
}

#[test]
fn a_cursor_leads_on_from_where_it_was_even_if_less_may_be_used_now() {
    let description = description(2, false);
    let revision = "2026-07-28";
    let names = |roles: &[&str], cursor: &str| {
        let params = json!({ "cursor": cursor });
        let answer = ask(description, roles, None, revision, ("tools/list", &params)).unwrap();
        let tools = answer["result"]["tools"].as_array().unwrap().clone();
        let tools = tools
            .iter()
            .map(|tool| tool["name"].as_str().unwrap().to_owned());
        tools.collect::<Vec<_>>()
    };
    // From `cats` on: it, or what comes after it.
    assert_eq!(names(&["bees", "cats", "eels"], "from-2"), ["cats", "eels"]);
    assert_eq!(names(&["bees", "eels"], "from-2"), ["eels"]);
    assert_eq!(names(&["ants", "bees"], "from-2"), [""; 0]);
    for cursor in [
        json!("from-9"),
        json!("from-0"),
        json!("FROM-2"),
        json!(2),
        json!(null),
    ] {
        let params = json!({ "cursor": cursor });
        let fault = ask(
            description,
            &["cats"],
            None,
            revision,
            ("tools/list", &params),
        );
        assert!(fault.unwrap_err().contains("cursor"), "{cursor}");
    }
}

/// Where no product has the tools, conditions that are met do not help.
#[test]
fn who_does_not_come_to_a_tool_is_not_shown_it() {
    let description = description(9, false);
    let nobody = Auth::default();
    let params = json!({});
    let answer = ask(
        description,
        &NAMES,
        Some(&nobody),
        "2026-07-28",
        ("tools/list", &params),
    );
    assert_eq!(answer.unwrap()["result"]["tools"], json!([]));
}

#[test]
fn search_mode_knows_only_what_the_caller_may_use() {
    let description = description(1, true);
    let told = |roles: &[&str], tool: &str, arguments: Value| {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = ask(
            description,
            roles,
            None,
            "2025-11-25",
            ("tools/call", &params),
        );
        answer.unwrap()["result"].clone()
    };
    for bits in 0..1 << NAMES.len() {
        let usable = chosen(bits);
        let hidden: Vec<&str> = NAMES
            .into_iter()
            .filter(|name| !usable.contains(name))
            .collect();
        let found = told(
            &usable,
            "search_tools",
            json!({ "query": NAMES.join(" "), "limit": 1 }),
        );
        let shown = found["structuredContent"]["tools"]
            .as_array()
            .unwrap()
            .len();
        let more = found["structuredContent"]["more"].as_u64().unwrap_or(0);
        assert_eq!(shown, usable.len().min(1), "{found}");
        assert_eq!(more, usable.len().saturating_sub(1) as u64, "{found}");
        let described = told(&usable, "describe_tool", json!({ "names": NAMES }));
        let nothing = told(&usable, "search_tools", json!({ "query": "zebra" }));
        let number = format!("None of the {} tools", usable.len());
        assert!(nothing.to_string().contains(&number), "{nothing}");
        // A name that is nearly one of theirs leads to none of them.
        let near: Vec<String> = NAMES.iter().map(|name| format!("{name}x")).collect();
        let unknown = told(&usable, "describe_tool", json!({ "names": near }));
        for name in &usable {
            assert!(described["structuredContent"].to_string().contains(*name));
            assert!(
                unknown
                    .to_string()
                    .contains(&format!("did you mean `{name}`")),
                "{unknown}"
            );
        }
        for name in hidden {
            assert!(!found.to_string().contains(name), "{found}");
            assert!(
                !described["structuredContent"].to_string().contains(name),
                "{described}"
            );
            assert!(
                !unknown.to_string().contains(&format!("`{name}`")),
                "{unknown}"
            );
        }
    }
}
