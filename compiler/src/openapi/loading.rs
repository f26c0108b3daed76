//! The filling of the store: files read, overlays applied, everything that is referred to read as well.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Files, Node, Spanned};

use super::documents::{Tree, own_uri};
use super::outward::Found;
use super::{Documents, ReferenceError, form, overlay};

impl Documents {
    /// Reads the document at `path`, relative to the file that `path` is written in, and every file it
    /// refers to. Flaws of the other files are kept back until a reference leads there.
    pub fn load(
        &mut self,
        path: &Spanned<String>,
        files: &mut Files,
        sink: &mut Sink,
    ) -> Option<FileId> {
        self.load_overlaid(path, &[], files, sink)
    }

    /// The same, with overlays applied to the document, in order, before anything of it is read. The
    /// files that it refers to are as they are.
    pub fn load_overlaid(
        &mut self,
        path: &Spanned<String>,
        overlays: &[Spanned<String>],
        files: &mut Files,
        sink: &mut Sink,
    ) -> Option<FileId> {
        let file = opened(path, files, sink)?;
        let changes: Vec<_> = overlays
            .iter()
            .map(|overlay| opened(overlay, files, sink))
            .collect();
        let changes: Vec<_> = changes.into_iter().collect::<Option<_>>()?;
        match self.trees.get(&file) {
            Some(tree) if tree.overlays != changes => {
                let place = overlays.first().unwrap_or(path).span;
                sink.report(
                    Diagnostic::new(
                        &codes::INVALID_OVERLAY,
                        place,
                        format!("`{}` is read with other overlays, too", tree.name),
                    )
                    .help(
                        "give every API that uses the document the same overlays, or a copy of it",
                    ),
                );
                return None;
            }
            Some(_) => {}
            None if changes.is_empty() => {}
            None => self.overlay(file, changes, files, sink)?,
        }
        self.read(file, files);
        let tree = self.trees.get(&file)?;
        if tree.root.is_ok() {
            let forms = form::forms(file, self);
            self.forms.extend(forms);
            return Some(file);
        }
        for flaw in &tree.flaws {
            sink.report(flaw.clone());
        }
        None
    }

    /// Keeps the tree of a file with overlays applied.
    fn overlay(
        &mut self,
        file: FileId,
        overlays: Vec<FileId>,
        files: &mut Files,
        sink: &mut Sink,
    ) -> Option<()> {
        let mut problems = Sink::default();
        let Some(document) = files.parse(file, &mut problems) else {
            for problem in problems.into_diagnostics() {
                sink.report(problem);
            }
            return None;
        };
        let mut document = Arc::unwrap_or_clone(document);
        for overlay in &overlays {
            let overlay = files.parse(*overlay, sink)?;
            if !overlay::apply(&mut document, &overlay, sink) {
                return None;
            }
        }
        let found = (Some(Arc::new(document)), problems, overlays);
        let neighbours = self.keep(file, found, files);
        for neighbour in neighbours {
            self.read(neighbour, files);
        }
        Some(())
    }

    /// Keeps the tree of a file, and those of all files that are reached from it.
    fn read(&mut self, file: FileId, files: &mut Files) {
        let mut pending = vec![file];
        while let Some(file) = pending.pop() {
            if self.trees.contains_key(&file) {
                continue;
            }
            let mut problems = Sink::default();
            let root = files.parse(file, &mut problems);
            pending.extend(self.keep(file, (root, problems, Vec::new()), files));
        }
    }

    /// Keeps a tree, what was said about it and the overlays that were applied; the files that it
    /// refers to.
    fn keep(
        &mut self,
        file: FileId,
        (root, problems, overlays): (Option<Arc<Node>>, Sink, Vec<FileId>),
        files: &mut Files,
    ) -> Vec<FileId> {
        let found = root.as_deref().map(Found::in_tree).unwrap_or_default();
        let neighbours: BTreeMap<_, _> = found
            .paths
            .into_iter()
            .map(|path| {
                let neighbour = open_neighbour(&path, file, files);
                (path, neighbour)
            })
            .collect();
        let reached = neighbours.values().flatten().copied().collect();
        if let Some(uri) = root.as_deref().and_then(own_uri) {
            self.by_uri.entry(uri.to_owned()).or_insert(file);
        }
        let root = root.ok_or_else(|| unreadable(file, &problems, files));
        self.trees.insert(
            file,
            Tree {
                name: files.file(file).name.clone(),
                overlays,
                root,
                neighbours,
                anchors: found.anchors,
                flaws: problems.into_diagnostics(),
            },
        );
        reached
    }
}

/// A file that the manifest names.
fn opened(path: &Spanned<String>, files: &mut Files, sink: &mut Sink) -> Option<FileId> {
    files
        .open(path, Some(path.span.file))
        .map_err(|error| sink.report(error.into_diagnostic(Some(path.span))))
        .ok()
}

fn open_neighbour(path: &str, from: FileId, files: &mut Files) -> Result<FileId, ReferenceError> {
    let decoded = percent_decoded(path)
        .ok_or_else(|| ReferenceError::new(format!("`{path}` is not a path")))?;
    files
        .open(&decoded, Some(from))
        .map_err(|error| ReferenceError::new(error.message).help(error.help))
}

/// Why nothing in a file can be referred to: the first thing that is wrong with it.
fn unreadable(file: FileId, problems: &Sink, files: &Files) -> ReferenceError {
    let name = &files.file(file).name;
    let first = problems.diagnostics().first();
    let reason = first.map_or("it is empty", |problem| &problem.message);
    let label = first.and_then(|problem| problem.primary.as_ref());
    ReferenceError::new(match label {
        Some(label) => {
            let (line, column) = files.position(label.span);
            format!("cannot read `{name}`: {line}:{column}: {reason}")
        }
        None => format!("cannot read `{name}`: {reason}"),
    })
}

/// The text with `%xx` decoded, if that is UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}
