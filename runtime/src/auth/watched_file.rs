//! Files that are read again when they change: keys are rotated and revoked without a restart.

use std::fs::Metadata;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often a file is looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// Why it cannot be read, a clause.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let file =
        std::fs::File::open(path).map_err(|error| format!("it cannot be opened: {error}"))?;
    let mut text = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut text)
        .map_err(|error| format!("it cannot be read: {error}"))?;
    if text.len() as u64 > limit {
        return Err(format!("it is greater than {limit} bytes"));
    }
    Ok(text)
}

/// What tells two states of a file apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Files are replaced by others as often as they are written to.
    identity: u64,
}

impl Stamp {
    /// Of the file at `path`; `None` where there is none.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            identity: identity(&metadata),
        })
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn identity(_metadata: &Metadata) -> u64 {
    0
}

/// Calls `changed` each time the file has become another than at `seen`, for as long as it is polled.
/// The file system is asked on a thread where waiting is no harm.
pub(super) async fn watch(
    path: PathBuf,
    mut seen: Option<Stamp>,
    changed: impl Fn() + Clone + Send + 'static,
) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let (path, changed) = (path.clone(), changed.clone());
        let look = tokio::task::spawn_blocking(move || {
            let now = Stamp::of(&path);
            if now != seen {
                changed();
            }
            now
        });
        if let Ok(now) = look.await {
            seen = now;
        }
    }
}
