//! What a gateway costs to compile as the number of its tools grows, in CPU seconds and bytes.
//!
//! ```sh
//! cargo run -p gatewright-tests --example compile_cost -- DOCUMENT 125 250 500 1000
//! cargo run -p gatewright-tests --example compile_cost -- DOCUMENT --release 125 1000
//! ```
//!
//! The first measures the compiler (in the profile that this program is built in) and `cargo check` of
//! the generated crate; the second adds a release build. CPU time is read from `/proc`: Linux only.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::plan::{Action, Plan};
use gatewright_compiler::source::{Files, Loader};
use gatewright_compiler::{compile, emit};
use gatewright_tests::{root, sharing_builds};

/// Clock ticks of `/proc/self/stat` in a second; 100 on every Linux of today.
const TICKS: f64 = 100.0;

struct WithManifest(String);

impl Loader for WithManifest {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path.ends_with("gateway.yaml") {
            return Ok(self.0.clone().into_bytes());
        }
        std::fs::read(path)
    }
}

/// CPU seconds of this process and of the processes that it waited for.
fn cpu() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks = |field: usize| fields[field].parse::<f64>().unwrap() / TICKS;
    (ticks(11) + ticks(12), ticks(13) + ticks(14))
}

fn plan(folder: &Path, document: &str, operations: &str) -> (Plan, String) {
    let manifest = format!(
        "gateway: cost\nenvironment: {{ URL: {{ type: url }} }}\napis: {{ a: {{ spec: {document:?}, url: \"${{URL}}\" }} }}\n\
         servers: {{ s: {{ tools: [{{ api: a, operations: {operations}, deprecated: true }}] }} }}\n"
    );
    let mut files = Files::new(folder.to_owned(), Box::new(WithManifest(manifest)));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink).unwrap_or_else(|_| {
        let full = Format::Full { colour: false };
        panic!("{}", render(sink.diagnostics(), &files, full))
    });
    let source = emit::source(&plan);
    (plan, source)
}

fn project(folder: &Path, source: &str) {
    let runtime = root().join("runtime");
    std::fs::create_dir_all(folder.join("src")).unwrap();
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    std::fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"compile-cost\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\ngatewright = {{ path = \"{}\" }}\n\
             [profile.release]\nstrip = \"debuginfo\"\noverflow-checks = true\n",
            runtime.display()
        ),
    )
    .unwrap();
    let main = "fn main() -> std::process::ExitCode { gateway().run() }\n";
    std::fs::write(folder.join("src/main.rs"), format!("{source}\n{main}")).unwrap();
}

/// CPU and wall seconds of a command of Cargo.
fn cargo(folder: &Path, arguments: &[&str]) -> (f64, f64) {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let started = (Instant::now(), cpu().1);
    let status = sharing_builds(&mut command)
        .current_dir(folder)
        .env("CARGO_INCREMENTAL", "0")
        .args(arguments)
        .arg("--quiet")
        .status()
        .unwrap();
    assert!(status.success());
    (cpu().1 - started.1, started.0.elapsed().as_secs_f64())
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let release = arguments.iter().any(|argument| argument == "--release");
    arguments.retain(|argument| argument != "--release");
    let document = PathBuf::from(arguments.remove(0)).canonicalize().unwrap();
    let folder = document.parent().unwrap();
    let name = document.file_name().unwrap().to_str().unwrap();
    let (all, _) = plan(folder, name, "all");
    let operations: Vec<String> = all.servers[0]
        .tools
        .iter()
        .filter_map(|tool| match &tool.action {
            Action::Operation(operation) => Some(format!(
                "\"{} {}\"",
                operation.request.method, operation.request.template
            )),
            Action::Rust(_) => None,
        })
        .collect();
    let target = std::env::current_exe()
        .unwrap()
        .ancestors()
        .nth(3)
        .unwrap()
        .to_owned();
    let project_folder = tempfile::tempdir().unwrap();
    project(
        project_folder.path(),
        &plan(folder, name, &format!("[{}]", operations[0])).1,
    );
    // What does not depend on the number of tools is compiled before.
    cargo(project_folder.path(), &["check"]);
    if release {
        cargo(project_folder.path(), &["build", "--release"]);
    }
    println!(
        "| tools | compiler, CPU s | module, bytes | `cargo check`, CPU s | release build, CPU s | binary, bytes |"
    );
    println!("|--:|--:|--:|--:|--:|--:|");
    for count in &arguments {
        let count = count.parse::<usize>().unwrap().min(operations.len());
        let before = cpu().0;
        let source = plan(
            folder,
            name,
            &format!("[{}]", operations[..count].join(", ")),
        )
        .1;
        let compiler = cpu().0 - before;
        project(project_folder.path(), &source);
        let check = cargo(project_folder.path(), &["check"]).0;
        let built = if release {
            let (cpu, wall) = cargo(project_folder.path(), &["build", "--release"]);
            let binary = std::fs::metadata(target.join("release/compile-cost")).unwrap();
            format!("{cpu:.1} ({wall:.0} s on the clock) | {}", binary.len())
        } else {
            "| ".to_owned()
        };
        println!(
            "| {count} | {compiler:.1} | {} | {check:.1} | {built} |",
            source.len()
        );
    }
}
