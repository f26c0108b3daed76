//! Compilations of manifests on disk. With `cargo` and `cli` the only part of the compiler that
//! touches the file system.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Format, Severity, Sink, codes, render};
use crate::plan::Plan;
use crate::source::{Files, Loader, MAX_FILE_BYTES};

/// What became of a manifest.
pub(crate) struct Compilation {
    /// What was read.
    pub(crate) files: Files,
    /// What is to be said about it.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The plan, unless something was an error.
    pub(crate) plan: Option<Plan>,
    /// Every file that was asked for, also those that are not there: what a build depends on.
    pub(crate) inputs: Vec<PathBuf>,
    /// The folders whose files were listed: a further file in one of them is an input as well.
    pub(crate) folders: Vec<PathBuf>,
}

impl Compilation {
    /// Compiles the manifest at `path`, an ordinary path of this machine.
    pub(crate) fn of(path: &Path) -> Self {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let disk = Disk::default();
        let inputs = Rc::clone(&disk.inputs);
        let folders = Rc::clone(&disk.folders);
        let mut files = Files::new(folder, Box::new(disk));
        let mut sink = Sink::default();
        let plan = crate::compile(&name, &mut files, &mut sink).ok();
        if plan.is_none() {
            sink.forget(&codes::UNUSED_DECLARATION);
        }
        let (inputs, folders) = (inputs.take(), folders.take());
        Self {
            files,
            diagnostics: sink.into_diagnostics(),
            plan,
            inputs,
            folders,
        }
    }

    /// The diagnostics as text.
    pub(crate) fn render(&self, format: Format) -> String {
        render(&self.diagnostics, &self.files, format)
    }

    /// The diagnostics of a severity.
    pub(crate) fn of_severity(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .filter(move |diagnostic| diagnostic.severity == severity)
    }
}

/// Reads files of this machine, and remembers which.
#[derive(Default)]
pub(crate) struct Disk {
    inputs: Rc<RefCell<Vec<PathBuf>>>,
    folders: Rc<RefCell<Vec<PathBuf>>>,
}

impl Loader for Disk {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.inputs.borrow_mut().push(path.to_owned());
        let mut bytes = Vec::new();
        // One byte more than is accepted, so that what is too big is seen to be, and a device that
        // never ends is not read forever.
        File::open(path)?
            .take(MAX_FILE_BYTES as u64 + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn list(&self, folder: &Path) -> std::io::Result<Vec<String>> {
        // The root of a relative path has no name.
        let here = Path::new(".");
        let folder = if folder.as_os_str().is_empty() {
            here
        } else {
            folder
        };
        self.folders.borrow_mut().push(folder.to_owned());
        std::fs::read_dir(folder)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_within(&self, path: &Path, folder: &Path) -> std::io::Result<bool> {
        let here = Path::new(".");
        let folder = if folder.as_os_str().is_empty() {
            here
        } else {
            folder
        };
        Ok(path.canonicalize()?.starts_with(folder.canonicalize()?))
    }
}
