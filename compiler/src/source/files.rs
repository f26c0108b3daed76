//! The files a compilation reads, each once, and how to get at them.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use super::{Node, Span, json, path, yaml};
use crate::diagnostic::{Diagnostic, Sink, codes};

/// A file of a [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// The greatest file that is read, in bytes. Spans count bytes in 32 bits, and a document beyond
/// this is a mistake.
pub const MAX_FILE_BYTES: usize = 64 << 20;

/// Where the text of files comes from: the file system for users, memory for tests. The compiler
/// reads nothing but through this.
pub trait Loader {
    /// The whole text of a file.
    ///
    /// # Errors
    /// Whatever kept it from being read; shown to the user.
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>>;

    /// The names of what is in a folder, in any order. Only for manifests that include files by a pattern.
    ///
    /// # Errors
    /// Whatever kept it from being read; shown to the user.
    fn list(&self, folder: &Path) -> std::io::Result<Vec<String>> {
        let _ = folder;
        Err(std::io::ErrorKind::Unsupported.into())
    }

    /// Whether there is a file. Asked of files in folders that were listed.
    fn is_file(&self, path: &Path) -> bool {
        let _ = path;
        false
    }

    /// Whether a file is in a folder once links are followed.
    ///
    /// # Errors
    /// Whatever kept that from being found out; shown to the user.
    fn is_within(&self, path: &Path, folder: &Path) -> std::io::Result<bool> {
        let _ = (path, folder);
        Ok(true)
    }
}

/// Files that exist only in memory, for tests and for documents that a program made.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemoryLoader {
    /// These files, by path.
    pub fn new<P: Into<PathBuf>, T: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        Self {
            files: files
                .into_iter()
                .map(|(path, text)| (path.into(), text.into()))
                .collect(),
        }
    }
}

impl<P: Into<PathBuf>, T: Into<Vec<u8>>, const N: usize> From<[(P, T); N]> for MemoryLoader {
    fn from(files: [(P, T); N]) -> Self {
        Self::new(files)
    }
}

impl Loader for MemoryLoader {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.files
            .get(path)
            .cloned()
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> std::io::Result<Vec<String>> {
        let mut names: Vec<String> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix(folder).ok()?.components().next())
            .map(|name| name.as_os_str().to_string_lossy().into_owned())
            .collect();
        names.dedup();
        if names.is_empty() {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        Ok(names)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }
}

/// One file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as diagnostics show it: relative to the folder of the manifest, with `/`.
    pub name: String,
    /// The path that was opened.
    pub path: PathBuf,
    /// Its text, without a byte order mark.
    pub text: Arc<str>,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// What is wrong, as a diagnostic's message.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl OpenError {
    fn new(message: String, help: &str) -> Self {
        Self {
            message,
            help: Some(help.to_owned()),
        }
    }

    /// The diagnostic at the place that named the file; `None` where the user named it on the
    /// command line.
    pub fn into_diagnostic(self, at: Option<Span>) -> Diagnostic {
        let diagnostic = match at {
            Some(span) => Diagnostic::new(&codes::FILE_UNREADABLE, span, self.message),
            None => Diagnostic::nowhere(&codes::FILE_UNREADABLE, self.message),
        };
        Diagnostic {
            help: self.help,
            ..diagnostic
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for OpenError {}

/// The files read so far, each once, confined to the folders that the user named.
pub struct Files {
    root: PathBuf,
    loader: Box<dyn Loader>,
    opened: Vec<SourceFile>,
    derived: Vec<Derived>,
    by_name: HashMap<String, FileId>,
}

/// What is worked out of a file when it is first asked for.
#[derive(Default)]
struct Derived {
    /// The folder that references in the file stay in; `None` for the manifest, which is the user's.
    confined_to: Option<String>,
    /// Whether that holds for where links lead, too: whoever wrote it is trusted with that folder only.
    follows_links: bool,
    /// The offset of the first byte of every line.
    lines: OnceLock<Vec<u32>>,
    tree: Tree,
}

/// The document in a file.
#[derive(Default)]
enum Tree {
    #[default]
    Unread,
    Read(Arc<Node>),
    /// What is wrong was reported.
    Broken,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files")
            .field("root", &self.root)
            .field(
                "files",
                &self
                    .opened
                    .iter()
                    .map(|file| &file.name)
                    .collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

impl Files {
    /// No files yet; names are relative to the folder `root`, that of the manifest.
    pub fn new(root: PathBuf, loader: Box<dyn Loader>) -> Self {
        Self {
            root,
            loader,
            opened: Vec::new(),
            derived: Vec::new(),
            by_name: HashMap::new(),
        }
    }

    /// Reads a file, or finds it where it was read before. `path` uses `/` and is relative to the
    /// folder of `from`, or to the root folder where there is none.
    ///
    /// With `from: None` the user names a file, which may be anywhere. That file is the user's own,
    /// and may name files above its folder too (a document that several gateways share). Documents
    /// may come from others: what they refer to has to be in the root folder, or, for a document
    /// outside of it, in the folder of the document that the user's file named.
    ///
    /// # Errors
    /// Where the path is a URL, is absolute or leads out of the folder that it has to stay in, and
    /// where the file cannot be read, is too big, or is not UTF-8.
    pub fn open(&mut self, path: &str, from: Option<FileId>) -> Result<FileId, OpenError> {
        match from {
            Some(from) => {
                let derived = &self.derived[from.0 as usize];
                let within = derived.confined_to.as_deref();
                let follows_links = derived.follows_links;
                let name = path::reference(&self.file(from).name, path, within)?;
                let within = within
                    .unwrap_or_else(|| path::natural_confines(&name))
                    .to_owned();
                self.read(name, Some(within), follows_links)
            }
            None => self.read(path::normalise(path), None, false),
        }
    }

    /// The same for a file in the root folder, of somebody who is trusted with the folder it is in and
    /// nothing else: what it refers to has to be there, also where links lead.
    ///
    /// # Errors
    /// As [`Files::open`], and where a link leads out of the folder.
    pub fn open_confined(&mut self, path: &str, from: FileId) -> Result<FileId, OpenError> {
        let name = path::reference(&self.file(from).name, path, Some(""))?;
        let folder = path::folder(&name).to_owned();
        self.read(name, Some(folder), true)
    }

    /// The files that a path with one `*` means, which stands for a part of a name: what it stands for, and
    /// the file's name, in the order of the former. Names that begin with `.` are left out. `pattern` is
    /// relative to the root folder.
    ///
    /// # Errors
    /// Where the folder that the pattern leads to cannot be read.
    pub fn matching(&self, pattern: &str) -> Result<Vec<(String, String)>, OpenError> {
        let pattern = path::normalise(pattern);
        let (before, after) = pattern.split_once('*').unwrap_or((&pattern, ""));
        let (folder, prefix) = before.rsplit_once('/').unwrap_or(("", before));
        let (suffix, rest) = match after.split_once('/') {
            Some((suffix, rest)) => (suffix, format!("/{rest}")),
            None => (after, String::new()),
        };
        let names = self
            .loader
            .list(&self.root.join(folder))
            .map_err(|error| OpenError {
                message: format!("cannot list the folder `{folder}`: {error}"),
                help: None,
            })?;
        let mut found: Vec<_> = names
            .iter()
            .filter(|name| !name.starts_with('.'))
            .filter_map(|name| {
                let stands_for = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
                let file = path::normalise(&format!("{folder}/{name}{rest}"));
                // The root folder has no name.
                let file = file.trim_start_matches('/').to_owned();
                (!stands_for.is_empty() && self.loader.is_file(&self.root.join(&file)))
                    .then(|| (stands_for.to_owned(), file))
            })
            .collect();
        found.sort();
        Ok(found)
    }

    fn read(
        &mut self,
        name: String,
        confined_to: Option<String>,
        follows_links: bool,
    ) -> Result<FileId, OpenError> {
        if let Some(id) = self.by_name.get(&name) {
            return Ok(*id);
        }
        let opened = self.root.join(&name);
        let failed = |error: std::io::Error| unreadable(&name, &error);
        let folder = confined_to.as_deref().filter(|_| follows_links);
        if let Some(folder) = folder.map(|folder| self.root.join(folder))
            && !self.loader.is_within(&opened, &folder).map_err(failed)?
        {
            return Err(OpenError::new(
                format!("`{name}` is a link out of the folder that it may refer to"),
                "put the file itself there",
            ));
        }
        let bytes = self.loader.load(&opened).map_err(failed)?;
        let text = text(&name, bytes)?;
        let id = FileId(u32::try_from(self.opened.len()).unwrap_or(u32::MAX));
        self.opened.push(SourceFile {
            name: name.clone(),
            path: opened,
            text: text.into(),
        });
        self.derived.push(Derived {
            confined_to,
            follows_links,
            ..Derived::default()
        });
        self.by_name.insert(name, id);
        Ok(id)
    }

    /// The document in a file: JSON where the name ends in `.json`, YAML otherwise. It is read
    /// once, and what is wrong with it is reported once.
    pub fn parse(&mut self, id: FileId, sink: &mut Sink) -> Option<Arc<Node>> {
        match &self.derived[id.0 as usize].tree {
            Tree::Unread => {}
            Tree::Read(tree) => return Some(Arc::clone(tree)),
            Tree::Broken => return None,
        }
        let file = self.file(id);
        let is_json = Path::new(&file.name)
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let tree = if is_json {
            json::read(id, &file.text, sink)
        } else {
            yaml::read(id, &file.text, sink)
        };
        let tree = tree.map(Arc::new);
        self.derived[id.0 as usize].tree = tree.clone().map_or(Tree::Broken, Tree::Read);
        tree
    }

    /// A file that was opened here.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.opened[id.0 as usize]
    }

    /// Every file that was opened, in that order.
    pub fn all(&self) -> &[SourceFile] {
        &self.opened
    }

    /// The text of a span; empty where the span is not of this file's text.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file)
            .text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// The line and the column of the start of a span: both from 1, columns in characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        self.position_of(span.file, span.start)
    }

    /// The line and the column just after a span: both from 1, columns in characters.
    pub fn end_position(&self, span: Span) -> (usize, usize) {
        self.position_of(span.file, span.end.max(span.start))
    }

    /// The bytes of a line (from 1) without its end; `None` beyond the last line.
    pub fn line(&self, file: FileId, line: usize) -> Option<(u32, &str)> {
        let lines = self.lines(file);
        let start = *lines.get(line.checked_sub(1)?)?;
        let rest = self.file(file).text.get(start as usize..)?;
        let end = lines
            .get(line)
            .map_or(rest.len(), |next| (next - start) as usize);
        Some((start, rest.get(..end)?.trim_end_matches(['\n', '\r'])))
    }

    fn position_of(&self, file: FileId, offset: u32) -> (usize, usize) {
        let lines = self.lines(file);
        let line = lines.partition_point(|start| *start <= offset).max(1);
        let start = lines.get(line - 1).copied().unwrap_or(0) as usize;
        let before = self.file(file).text.as_bytes();
        let end = (offset as usize).min(before.len());
        let column = before
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .filter(|byte| (**byte & 0xC0) != 0x80)
            .count();
        (line, column + 1)
    }

    fn lines(&self, file: FileId) -> &[u32] {
        self.derived[file.0 as usize].lines.get_or_init(|| {
            let text = &self.file(file).text;
            // A file is at most 64 MiB, so that every offset fits.
            std::iter::once(0)
                .chain(
                    (1_u32..)
                        .zip(text.bytes())
                        .filter_map(|(next, byte)| (byte == b'\n').then_some(next)),
                )
                .collect()
        })
    }

    /// SHA-256 over the names and texts of all files, in the order of their names, in hex. It
    /// depends on nothing but them, so that equal inputs make equal binaries.
    pub fn digest(&self) -> String {
        let mut files: Vec<&SourceFile> = self.opened.iter().collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let mut hash = Sha256::new();
        for file in files {
            for part in [file.name.as_bytes(), file.text.as_bytes()] {
                // The length first, so that no two lists of files run into the same bytes.
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        hash.finalize()
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(u32::from(digit), 16))
            .collect()
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> OpenError {
    match error.kind() {
        std::io::ErrorKind::NotFound => OpenError {
            message: format!("there is no file `{name}`"),
            help: None,
        },
        _ => OpenError {
            message: format!("cannot read `{name}`: {error}"),
            help: None,
        },
    }
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, OpenError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(OpenError::new(
            format!("`{name}` is greater than {} MiB", MAX_FILE_BYTES >> 20),
            "split it into several files",
        ));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        OpenError::new(
            format!(
                "`{name}` is not UTF-8: the byte at offset {} is not part of a character",
                error.utf8_error().valid_up_to()
            ),
            "save the file in the encoding UTF-8",
        )
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
