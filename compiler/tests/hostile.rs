//! Text that tries to become something else, in the place of every string of documents and manifests:
//! it is refused with diagnostics, or what is emitted has the tokens that harmless text has.
//!
//! Two runs over the same places. Harmless texts teach which tokens may stand beside each other
//! (`tokens::Grammar`), literals and generated names each counting as one; hostile texts must not add to that.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails says so by a panic, and its figures are for people"
)]

#[path = "hostile/places.rs"]
mod places;
#[path = "hostile/texts.rs"]
mod texts;
#[path = "hostile/tokens.rs"]
mod tokens;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use gatewright_compiler::compile;
use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::plan::Plan;
use gatewright_compiler::source::{Files, Loader, MemoryLoader};
use serde_json::Value;

use tokens::Grammar;

const OPENAPI: &str = include_str!("hostile/openapi.json");
const SWAGGER: &str = include_str!("hostile/swagger.json");
const MANIFEST: &str = include_str!("hostile/manifest.json");
const OVERLAY: &str = r#"{ "overlay": "1.0.0", "info": { "title": "For models", "version": "1" }, "extends": "old.json",
  "actions": [
    { "target": "$.paths['/things/{id}'].get", "description": "Says more", "update": { "description": "Gets a thing of the shop", "tags": ["more"] } },
    { "target": "$.paths.*[?@.operationId == 'getThing'].summary", "remove": true },
    { "target": "$.definitions.Thing.properties", "update": { "colour": { "type": "string", "enum": ["red"] } } }
  ] }"#;

/// Takes all of one document.
const ALL: &str = "gateway: x\napis: { a: { spec: API, url: \"http://127.0.0.1\", credential: none } }\n\
                   servers: { s: { tools: [{ api: a, operations: all, deprecated: true }] } }\n";

/// The files of a case, and which were asked for.
struct Watched {
    files: MemoryLoader,
    asked: Rc<RefCell<Vec<PathBuf>>>,
}

impl Loader for Watched {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.asked.borrow_mut().push(path.to_owned());
        self.files.load(path)
    }
}

/// Which text of which file is changed.
#[derive(Clone, Copy, Debug)]
enum Subject {
    OpenApi,
    Swagger,
    Overlay,
    Manifest,
}

impl Subject {
    fn is_by_others(self) -> bool {
        !matches!(self, Self::Manifest)
    }

    fn text(self) -> &'static str {
        match self {
            Self::OpenApi => OPENAPI,
            Self::Swagger => SWAGGER,
            Self::Overlay => OVERLAY,
            Self::Manifest => MANIFEST,
        }
    }

    /// The files of a case in which this one has the text `changed`.
    fn files(self, changed: &str, yaml: bool) -> Vec<(String, String)> {
        let file = |name: &str, text: &str| (format!("root/{name}"), text.to_owned());
        match self {
            Self::OpenApi | Self::Swagger => {
                // JSON is YAML, and two readers are to be convinced.
                let name = if yaml { "api.yaml" } else { "api.json" };
                vec![
                    file("gateway.yaml", &ALL.replace("API", name)),
                    file(name, changed),
                ]
            }
            Self::Overlay | Self::Manifest => {
                let (manifest, overlay) = match self {
                    Self::Overlay => (MANIFEST, changed),
                    _ => (changed, OVERLAY),
                };
                vec![
                    file("gateway.yaml", manifest),
                    file("overlay.yaml", overlay),
                    file("api.json", OPENAPI),
                    file("old.json", SWAGGER),
                    file("older.json", SWAGGER),
                ]
            }
        }
    }
}

/// What the compiler made of a case.
struct Made {
    plan: Option<Plan>,
    files: Files,
    sink: Sink,
}

/// `confined`: whether what is changed comes from others, who may not name files outside of the root.
fn made(files: Vec<(String, String)>, confined: bool) -> Made {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let loader = Watched {
        files: MemoryLoader::new(files),
        asked: Rc::clone(&asked),
    };
    let mut files = Files::new(PathBuf::from("root"), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink).ok();
    for path in asked.borrow().iter().filter(|_| confined) {
        let mut parts = path.components();
        assert!(
            parts.next().is_some_and(|part| part.as_os_str() == "root")
                && parts.all(|part| matches!(part, std::path::Component::Normal(_))),
            "{} was asked for",
            path.display()
        );
    }
    Made { plan, files, sink }
}

/// What is said can be shown: nothing of it steers a terminal, ends a line early or breaks a format.
fn shown_safely(made: &Made, case: &str) {
    let diagnostics = made.sink.diagnostics();
    let text = |format| render(diagnostics, &made.files, format);
    let full = text(Format::Full { colour: false });
    let steering = |character: &char| {
        character.is_control() && *character != '\n' || texts::BIDI.contains(character)
    };
    let found = full.chars().find(steering);
    assert!(found.is_none(), "{case}: {found:?} in\n{full}");
    for line in text(Format::Json).lines() {
        assert!(
            serde_json::from_str::<Value>(line).is_ok(),
            "{case}: {line}"
        );
    }
    for line in text(Format::Github).lines() {
        let command = [
            "::error ",
            "::warning ",
            "::notice ",
            "::error::",
            "::warning::",
            "::notice::",
        ];
        assert!(
            command.iter().any(|command| line.starts_with(command)),
            "{case}: {line}"
        );
    }
    let sarif = text(Format::Sarif);
    assert!(
        serde_json::from_str::<Value>(&sarif).is_ok(),
        "{case}: {sarif}"
    );
}

/// A case: a text in a place of a file.
struct Case {
    place: usize,
    text: usize,
    /// Behind what stands there, instead of in its stead.
    appended: bool,
}

/// In every place `each` of the texts, by turns, now in the stead of what is there and now behind it. All
/// of them, both ways, where the environment has `HOSTILE_ALL`: that takes minutes.
fn cases(places: usize, texts: usize, each: usize) -> Vec<Case> {
    let all = std::env::var_os("HOSTILE_ALL").is_some();
    let each = if all { texts } else { each };
    let mut cases = Vec::new();
    for place in 0..places {
        for turn in 0..each {
            let text = (place * each + turn) % texts;
            let ways = if all {
                &[false, true][..]
            } else {
                &[(place + turn) % 2 == 1]
            };
            cases.extend(ways.iter().map(|appended| Case {
                place,
                text,
                appended: *appended,
            }));
        }
    }
    cases
}

/// Runs `visit` over all cases, as many at a time as there are processors; what it gives back, joined.
fn run_all<T: Default + Send>(
    subject: Subject,
    texts: &[String],
    each: usize,
    visit: impl Fn(&str, Made, &mut T) + Sync,
) -> Vec<T> {
    let root: Value = serde_json::from_str(subject.text()).unwrap();
    let places = places::places(&root);
    let cases = cases(places.len(), texts.len(), each);
    let next = AtomicUsize::new(0);
    let (sender, results) = channel();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let (root, places, cases, next) = (&root, &places, &cases, &next);
            let (visit, sender) = (&visit, sender.clone());
            scope.spawn(move || {
                let mut result = T::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(number) else { break };
                    let text = &texts[case.text];
                    let changed = places::changed(root, case.place, text, case.appended);
                    let changed = texts::written(&changed);
                    let what = format!(
                        "{subject:?} {} {} {text:?}",
                        places[case.place],
                        if case.appended { "+" } else { "=" }
                    );
                    let yaml = number % 4 == 3;
                    let files = subject.files(&changed, yaml);
                    visit(&what, made(files, subject.is_by_others()), &mut result);
                }
                sender.send(result).unwrap();
            });
        }
    });
    drop(sender);
    results.into_iter().collect()
}

/// What harmless text in every place teaches of the emitters.
fn learned() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| {
        let mut grammar = Grammar::default();
        for subject in [
            Subject::OpenApi,
            Subject::Swagger,
            Subject::Overlay,
            Subject::Manifest,
        ] {
            let base = made(subject.files(subject.text(), false), true);
            let full = Format::Full { colour: false };
            let said = render(base.sink.diagnostics(), &base.files, full);
            let plan = base.plan.unwrap_or_else(|| panic!("{said}"));
            let tools: usize = plan.servers.iter().map(|server| server.tools.len()).sum();
            assert!(tools >= 2, "{subject:?} has {tools} tools\n{said}");
            grammar.learn(&plan);
            let texts = texts::harmless();
            let grammars = run_all(subject, &texts, 2, |_, made, grammar: &mut Grammar| {
                if let Some(plan) = &made.plan {
                    grammar.learn(plan);
                }
            });
            for other in grammars {
                grammar.join(other);
            }
        }
        grammar
    })
}

#[derive(Default)]
struct Counts {
    compiled: usize,
    refused: usize,
}

fn stays_text(subject: Subject) {
    let grammar = learned();
    let texts = texts::hostile();
    let counts = run_all(subject, &texts, 3, |case, made, counts: &mut Counts| {
        // Showing takes longer than all the rest: what could steer a terminal always, of the others some.
        if case.contains("u{1b}") || case.contains("::error") || case.len() % 8 == 0 {
            shown_safely(&made, case);
        }
        if let Some(plan) = &made.plan {
            counts.compiled += 1;
            tokens::examine(plan, grammar, case);
        } else {
            counts.refused += 1;
            assert!(made.sink.errors() > 0, "{case}: refused without a word");
        }
    });
    let compiled: usize = counts.iter().map(|counts| counts.compiled).sum();
    let refused: usize = counts.iter().map(|counts| counts.refused).sum();
    println!("{subject:?}: {compiled} compile, {refused} are refused");
    assert!(compiled > 0 && refused > 0);
}

#[test]
fn text_of_documents_stays_text() {
    stays_text(Subject::OpenApi);
}

#[test]
fn text_of_older_documents_stays_text() {
    stays_text(Subject::Swagger);
}

#[test]
fn text_of_manifests_stays_text() {
    stays_text(Subject::Manifest);
}

#[test]
fn text_of_overlays_stays_text() {
    stays_text(Subject::Overlay);
}
