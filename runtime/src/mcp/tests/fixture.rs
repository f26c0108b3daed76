//! A gateway of one server whose tools a test can watch and hold.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gatewright_schema::search::{Builder, Document, Listing};
use tokio::sync::Semaphore;

use crate::auth::Auth;
use crate::cache::Cache;
use crate::call::{Answer, Call, Service};
use crate::clock::Clock;
use crate::description::{Catalogue, Description, Entry, Page, Server, Tool};
use crate::environment::Environment;
use crate::gateway::Shared;
use crate::policy::Limits;
use crate::rest::{Body, Operation};
use crate::result::{Content, ResourceBody, ToolResult};

const IMPLEMENTATION: &str = r#"{"name":"fixture","version":"1.0.0"}"#;

/// What every tool says of itself.
const LISTING: &str = r#""title":"A title","description":"A tool. Of the fixture.","inputSchema":{"type":"object","properties":{"a":{}}}"#;

/// How many tools are on the first page of the server that has two.
const PAGE: usize = 4;

static OPERATION: Operation = Operation {
    api: 0,
    credentials: &[],
    method: "GET",
    template: "/",
    arguments: &[],
    path: &[],
    parameters: &[],
    body: Body::None,
    accept: "application/json",
    xml: None,
};

const TOOLS: &[Tool] = &[
    Tool {
        operation: Some(&OPERATION),
        ..tool("echo")
    },
    tool("list"),
    tool("hold"),
    tool("panic"),
    tool("größe"),
    tool("test_simple_text"),
    tool("test_error_handling"),
    tool("test_tool_with_progress"),
    tool("test_multiple_content_types"),
];

const fn tool(name: &'static str) -> Tool {
    Tool {
        name,
        operation: None,
        output: None,
        timeout: Duration::from_secs(10),
        max_response_bytes: 1 << 20,
        response: None,
        ..Tool::NATIVE
    }
}

fn find(name: &str) -> Option<usize> {
    TOOLS.iter().position(|tool| tool.name == name)
}

fn leaked<T>(list: Vec<T>) -> &'static [T] {
    list.leak()
}

/// The text of every list and description is made when a test starts, and lives as long as it.
fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn description() -> &'static Description {
    let tools: Vec<String> = TOOLS
        .iter()
        .map(|tool| format!(r#"{{"name":"{}",{LISTING}}}"#, tool.name))
        .collect();
    let first = tools[..PAGE].join(",");
    let rest = tools[PAGE..].join(",");
    let tools = tools.join(",");
    let info = format!(r#""_meta":{{"io.modelcontextprotocol/serverInfo":{IMPLEMENTATION}}}"#);
    let cache = r#""ttlMs":3600000,"cacheScope":"public""#;
    let page = |cursor: &'static str, tools: &str, next: &str| Page {
        cursor,
        legacy: leak(format!(r#"{{"tools":[{tools}]{next}}}"#)),
        modern: leak(format!(
            r#"{{"resultType":"complete","tools":[{tools}]{next},{cache},{info}}}"#
        )),
    };
    let server = Server {
        name: "fixture",
        title: "Fixture",
        path: "/mcp",
        listeners: &[],
        admit: |_| Ok(()),
        intake: crate::policy::Intake::NONE,
        cors: None,
        access: &crate::description::Access::ANONYMOUS,
        tools: TOOLS,
        find,
        initialize: leak(format!(
            r#""capabilities":{{"tools":{{}}}},"serverInfo":{IMPLEMENTATION}"#
        )),
        discover: leak(format!(
            r#"{{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{{"tools":{{}}}},{cache},{info}}}"#
        )),
        pages: leaked(vec![page("", &tools, "")]),
        selection: None,
        catalogue: None,
        implementation: IMPLEMENTATION,
    };
    let search = Server {
        name: "search",
        path: "/search",
        pages: leaked(vec![
            page("", &first, r#","nextCursor":"second""#),
            page("second", &rest, ""),
        ]),
        catalogue: Some(Box::leak(Box::new(catalogue()))),
        ..server
    };
    Box::leak(Box::new(Description {
        name: "fixture",
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
        servers: leaked(vec![
            &*Box::leak(Box::new(server)),
            &*Box::leak(Box::new(search)),
        ]),
    }))
}

/// Both kinds of tool: those that are in the index, and one that is read when it is searched for.
fn catalogue() -> Catalogue {
    let mut index = Builder::default();
    let mut entries = Vec::new();
    for tool in TOOLS {
        if tool.operation.is_none() {
            index.add_outside();
        } else {
            let listing = format!("{{{LISTING}}}");
            index.add(Document::of(tool.name, &Listing::read(&listing)));
        }
        entries.push(Entry {
            listing: LISTING,
            output: (tool.name == "echo").then_some((r#"{"type":"object"}"#, "{}")),
        });
    }
    Catalogue {
        index: index.build(),
        entries: leaked(entries),
    }
}

/// What a test knows of the calls of `hold`.
#[derive(Debug)]
pub(crate) struct Probe {
    /// One permit for every call that has begun.
    pub(crate) begun: Semaphore,
    /// A call ends when it gets a permit.
    pub(crate) release: Semaphore,
    /// One permit for every call that is over, by its end or by being dropped.
    pub(crate) over: Semaphore,
    /// How many came to their end.
    pub(crate) ended: AtomicUsize,
}

impl Probe {
    /// Waits until one more call has begun.
    pub(crate) async fn has_begun(&self) {
        self.begun.acquire().await.unwrap().forget();
    }

    /// Waits until one more call is over.
    pub(crate) async fn is_over(&self) {
        self.over.acquire().await.unwrap().forget();
    }

    /// How many calls came to their end.
    pub(crate) fn ended(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }
}

struct Over<'a>(&'a Probe);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.over.add_permits(1);
    }
}

struct Tools(Arc<Probe>);

impl Tools {
    async fn hold(&self, call: &Call) -> ToolResult {
        let _over = Over(&self.0);
        self.0.begun.add_permits(1);
        call.progress(1.0, None, Some("held"));
        self.0.release.acquire().await.unwrap().forget();
        self.0.ended.fetch_add(1, Ordering::SeqCst);
        ToolResult::text("released")
    }
}

impl Service for Tools {
    fn call<'a>(&'a self, call: &'a Call, arguments: &'a [u8]) -> Answer<'a> {
        Box::pin(async move {
            match call.name() {
                "echo" => structured(if arguments.is_empty() {
                    b"{}"
                } else {
                    arguments
                }),
                "list" => structured(b"[1,\n2]"),
                "hold" => self.hold(call).await,
                "panic" => panic!("the secret of the handler"),
                "test_error_handling" => ToolResult::error("It went wrong: try again"),
                "test_tool_with_progress" => {
                    for progress in [0.0, 50.0, 50.0, 100.0] {
                        call.progress(progress, Some(100.0), None);
                        tokio::task::yield_now().await;
                    }
                    ToolResult::text("done")
                }
                "test_multiple_content_types" => ToolResult::content(blocks()),
                _ => ToolResult::text("This is a simple text response for testing."),
            }
        })
    }
}

fn structured(json: &[u8]) -> ToolResult {
    ToolResult {
        content: vec![Content::Structured],
        structured: Some(json.to_vec().into()),
        is_error: false,
    }
}

fn blocks() -> Vec<Content> {
    vec![
        Content::Text("Multiple content types: \"quoted\"\n".to_owned()),
        Content::Image {
            data: "AAAA".to_owned(),
            mime_type: "image/png".to_owned(),
        },
        Content::Audio {
            data: "AAAA".to_owned(),
            mime_type: "audio/wav".to_owned(),
        },
        Content::Resource {
            uri: "test://mixed-content-resource".to_owned(),
            mime_type: Some("application/json".to_owned()),
            body: ResourceBody::Text("{}".to_owned()),
        },
        Content::Resource {
            uri: "test://binary".to_owned(),
            mime_type: None,
            body: ResourceBody::Blob("AAAA".to_owned()),
        },
        Content::ResourceLink {
            uri: "test://link".to_owned(),
            name: "link".to_owned(),
            mime_type: None,
        },
    ]
}

/// A gateway in its own state.
pub(crate) fn shared() -> (Arc<Shared>, Arc<Probe>) {
    super::records::keep_log();
    let probe = Arc::new(Probe {
        begun: Semaphore::new(0),
        release: Semaphore::new(0),
        over: Semaphore::new(0),
        ended: AtomicUsize::new(0),
    });
    let description = description();
    let environment = Environment::resolve(description, &|_| None, &BTreeMap::new())
        .unwrap_or_else(|problems| panic!("{problems:?}"));
    let auth = Auth::new(description, &environment, Clock::default());
    let shared = Shared {
        auth: auth.unwrap_or_else(|problems| panic!("{problems:?}")),
        description,
        service: Arc::new(Tools(Arc::clone(&probe))),
        clients: Vec::new(),
        authorizers: crate::policy::authorize::Authorizers::default(),
        classifiers: crate::guard::Classifiers::default(),
        limits: Limits::new(&[], Clock::default(), None),
        cache: Cache::new(description, Clock::default()),
        guards: crate::guard::Guards::default(),
    };
    (Arc::new(shared), probe)
}
