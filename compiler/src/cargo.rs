//! What build scripts and macros call.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use crate::diagnostic::{Diagnostic, Format, Severity, visible};
use crate::disk::Compilation;
use crate::emit;
use crate::source::Files;

/// Compiles a gateway in a build script; `path` is relative to the crate.
///
/// ```no_run
/// // All of `main` in build.rs:
/// gatewright_compiler::build("gateway.yaml");
/// ```
///
/// The result goes where `gatewright::include_gateway!()` finds it. Cargo is told to run the script
/// again when the manifest, or any file that was read on its behalf, changes. Warnings become
/// Cargo's warnings. Where something is an error, everything found is printed and the process ends
/// with status 1: there is nothing that a build script could still do.
pub fn build(path: impl AsRef<Path>) {
    if let Err(problem) = build_script(path.as_ref()) {
        let mut stderr = std::io::stderr().lock();
        // Where even this cannot be written, the exit status is left to tell.
        let _ = writeln!(stderr, "\n{problem}");
        std::process::exit(1);
    }
}

fn build_script(path: &Path) -> Result<(), String> {
    let folder = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).ok_or_else(|| {
            format!("{name} is not set: `gatewright_compiler::build` is for build scripts")
        })
    };
    let out = folder("OUT_DIR")?.join("gateway.rs");
    let compilation = Compilation::of(&folder("CARGO_MANIFEST_DIR")?.join(path));
    tell_cargo(&directives(&compilation))?;
    match &compilation.plan {
        Some(plan) => write_if_changed(&out, &emit::source(plan))
            .map_err(|error| format!("cannot write {}: {error}", out.display())),
        None => Err(compilation.render(Format::Full { colour: false })),
    }
}

/// What Cargo is to be told, one directive a line.
fn directives(compilation: &Compilation) -> String {
    // Cargo looks at all that is in a folder.
    let inputs = compilation
        .inputs
        .iter()
        .chain(&compilation.folders)
        .map(|input| format!("rerun-if-changed={}", input.display()));
    let warnings = compilation
        .of_severity(Severity::Warning)
        .map(|warning| format!("warning={}", one_line(warning, &compilation.files)));
    let directives: Vec<String> = inputs
        .chain(warnings)
        // A line break would begin another directive.
        .map(|directive| directive.replace(char::is_control, " "))
        .map(|directive| format!("cargo::{}\n", visible(&directive)))
        .collect();
    directives.concat()
}

fn one_line(diagnostic: &Diagnostic, files: &Files) -> String {
    let place = diagnostic.primary.as_ref().map_or(String::new(), |label| {
        let (line, column) = files.position(label.span);
        format!("{}:{line}:{column}: ", files.file(label.span.file).name)
    });
    let help = diagnostic
        .help
        .as_ref()
        .map_or(String::new(), |help| format!("; {help}"));
    format!(
        "{place}{} [{}]{help}",
        diagnostic.message, diagnostic.code.name
    )
}

fn tell_cargo(directives: &str) -> Result<(), String> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(directives.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| format!("cannot write to Cargo: {error}"))
}

/// Leaves the file alone where it holds the text already, so that nothing is built anew for nothing.
pub(crate) fn write_if_changed(path: &Path, text: &str) -> std::io::Result<()> {
    if std::fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(());
    }
    std::fs::write(path, text)
}

/// A compiled gateway, for macros.
#[derive(Debug)]
pub struct Expansion {
    /// The generated items.
    pub tokens: TokenStream,
    /// Every file that was read, as it was opened: absolute where the manifest's path is.
    pub files: Vec<PathBuf>,
}

/// Compiles the manifest at `path` for a macro.
///
/// # Errors
/// Every problem, as text, where any is an error.
pub fn expand(path: &Path) -> Result<Expansion, String> {
    let compilation = Compilation::of(path);
    if let Some(folder) = compilation.folders.first() {
        return Err(format!(
            "the manifest includes files by a pattern, and `gateway!` cannot see whether there is a further one \
             in {}: name the files one by one, or compile the manifest in a build script",
            folder.display()
        ));
    }
    match &compilation.plan {
        Some(plan) => Ok(Expansion {
            tokens: emit::tokens(plan),
            files: compilation.inputs,
        }),
        None => Err(compilation.render(Format::Full { colour: false })),
    }
}

#[cfg(test)]
mod tests;
