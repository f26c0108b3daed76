//! The files a compilation reads, each once, and how to get at them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of a [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Where the text of files comes from: the file system for users, memory for tests. The compiler
/// reads nothing but through this.
pub trait Loader {
    /// The whole text of a file.
    ///
    /// # Errors
    /// Whatever kept it from being read; shown to the user.
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>>;
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

// INTERFACE (bodies to be written; see `Files` below):
//   pub struct Files { .. }   the root folder, the loader, the files read so far, each once by normalised path
//   impl Files {
//     pub fn new(root: PathBuf, loader: Box<dyn Loader>) -> Self
//     pub fn open(&mut self, path: &str, from: Option<FileId>) -> Result<FileId, OpenError>   relative to the folder of `from`; confined to the root folder unless the manifest itself (`from: None`)
//     pub fn file(&self, id: FileId) -> &SourceFile
//     pub fn all(&self) -> &[SourceFile]          for rerun-if-changed and the digest
//     pub fn position(&self, span: Span) -> (usize, usize)   line and column of its start, both from 1, columns in characters
//     pub fn digest(&self) -> String              SHA-256 over names and texts of all files, in order of name, hex
//   }
