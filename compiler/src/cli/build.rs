//! `gatewright build`: a crate in the user's cache, which Cargo builds.

pub(super) mod without_crate;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest as _, Sha256};

use super::dependency::Origin;
use super::output::Output;
use super::{Build, Stop, check};
use crate::cargo::write_if_changed;
use crate::diagnostic::Sink;
use crate::disk::Compilation;
use crate::emit;
use crate::plan::{Plan, StoreKind};
use crate::source::{Files, MemoryLoader};

/// The program around the generated module.
const MAIN: &str = "\
#[allow(dead_code, reason = \"a gateway without handlers of its own uses few of the items\")]
mod gateway;

fn main() -> std::process::ExitCode {
    gateway::gateway().run()
}
";

pub(super) fn run(build: &Build, output: &Output) -> Result<(), Stop> {
    let mut compilation = Compilation::of(&build.manifest);
    let rust = compilation
        .plan
        .as_ref()
        .map_or(Vec::new(), without_crate::problems);
    compilation.diagnostics.extend(rust.iter().cloned());
    output.diagnostics(&compilation);
    let plan = compilation.plan.as_ref().ok_or(Stop::Diagnosed)?;
    if !rust.is_empty() {
        return Err(Stop::Diagnosed);
    }
    if output.is_for_people() {
        output.tell(&format!("Building {}", check::summary(plan)));
    }
    let (project, target) = project(&build.manifest, plan)?;
    let binary = cargo_build(&project, &target, build.debug)?;
    install(&binary, &build.output).map_err(|error| Stop::file("write", &build.output, &error))?;
    if output.is_for_people() {
        output.tell(&format!("Wrote {}\n", build.output.display()));
    }
    Ok(())
}

/// Writes the crate of a manifest to the user's cache: its folder, and where it is built.
pub(super) fn project(manifest: &Path, plan: &Plan) -> Result<(PathBuf, PathBuf), Stop> {
    let cache = cache_folder()?;
    let package = package_name(manifest)?;
    let project = cache.join("projects").join(&package);
    write_project(&project, &package, plan)
        .map_err(|error| Stop::file("write to", &project, &error))?;
    Ok((project, cache.join("target")))
}

fn cache_folder() -> Result<PathBuf, Stop> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let user = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Caches"))
    } else {
        folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")))
    };
    let cache = folder("GATEWRIGHT_CACHE")
        .or_else(|| user.map(|user| user.join("gatewright")))
        .ok_or_else(|| {
            Stop::Environment("there is no cache folder: set GATEWRIGHT_CACHE".to_owned())
        })?;
    std::path::absolute(&cache).map_err(|error| Stop::file("use", &cache, &error))
}

/// A name of its own for every manifest of this machine: the builds share the folder of results, in
/// which dependencies are built once for all.
fn package_name(manifest: &Path) -> Result<String, Stop> {
    let manifest =
        std::fs::canonicalize(manifest).map_err(|error| Stop::file("read", manifest, &error))?;
    let hash = Sha256::digest(manifest.as_os_str().as_encoded_bytes());
    let digits: Vec<String> = hash
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(format!("gateway-{}", digits.concat()))
}

/// The features of the runtime that the gateway needs.
fn features(plan: &Plan) -> &'static str {
    match plan.store.as_ref().map(|store| &store.kind) {
        Some(StoreKind::Redis { .. }) => "\"tls\", \"redis\"",
        Some(StoreKind::Embedded { .. }) | None => "\"tls\"",
    }
}

fn write_project(project: &Path, package: &str, plan: &Plan) -> std::io::Result<()> {
    let origin = Origin::find();
    let cargo_toml = format!(
        "[workspace]\n\n\
         [package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\ngatewright = {}\n\n\
         [profile.release]\nstrip = \"debuginfo\"\noverflow-checks = true\n",
        // Without the macros, and so without the compiler: the module is generated already.
        origin.dependency(
            "runtime",
            &format!(
                ", default-features = false, features = [{}]",
                features(plan)
            )
        )
    );
    std::fs::create_dir_all(project.join("src"))?;
    write_if_changed(&project.join("Cargo.toml"), &cargo_toml)?;
    write_if_changed(&project.join("src/main.rs"), MAIN)?;
    write_if_changed(&project.join("src/gateway.rs"), &emit::source(plan))?;
    let lock = project.join("Cargo.lock");
    match origin.lock_file() {
        Some(from) if !lock.exists() => std::fs::copy(from, lock).map(|_| ()),
        _ => Ok(()),
    }
}

/// Builds the project with Cargo, which reports its progress itself. The path of the binary.
fn cargo_build(project: &Path, target: &Path, debug: bool) -> Result<PathBuf, Stop> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command
        .args(["build", "--message-format=json-render-diagnostics"])
        .args((!debug).then_some("--release"))
        .current_dir(project)
        .env(
            "CARGO_TARGET_DIR",
            std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| target.into()),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let cannot = |error: std::io::Error| {
        let cargo = Path::new(&cargo).display();
        Stop::Environment(format!(
            "cannot run {cargo}: {error}; is Rust installed? See https://rustup.rs"
        ))
    };
    let mut running = command.spawn().map_err(cannot)?;
    let mut binary = None;
    if let Some(messages) = running.stdout.take() {
        for message in BufReader::new(messages).lines().map_while(Result::ok) {
            binary = executable(message).or(binary);
        }
    }
    let status = running.wait().map_err(cannot)?;
    match binary {
        Some(binary) if status.success() => Ok(binary),
        _ => Err(Stop::Environment(format!(
            "the build of the gateway failed ({status})"
        ))),
    }
}

/// The binary that a message of Cargo is about, if it is about one.
fn executable(message: String) -> Option<PathBuf> {
    let mut files = Files::new(
        PathBuf::new(),
        Box::new(MemoryLoader::from([("message.json", message)])),
    );
    let file = files.open("message.json", None).ok()?;
    let message = files.parse(file, &mut Sink::default())?;
    message.get("executable")?.as_str().map(PathBuf::from)
}

/// Copies beside the goal and renames, so that a gateway that is running from there is not in the way.
fn install(binary: &Path, output: &Path) -> std::io::Result<()> {
    if let Some(folder) = output.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut beside = output.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    std::fs::copy(binary, &beside)?;
    std::fs::rename(&beside, output)
}
