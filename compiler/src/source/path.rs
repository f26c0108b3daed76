//! Paths between files: joined and normalised as text, so that what a document may reach is decided
//! before the file system is asked.

use super::files::OpenError;

/// The name of the file that `path` means in the file named `from`.
///
/// # Errors
/// Where it is a URL, is absolute, or leads out of the root folder.
pub(super) fn reference(from: &str, path: &str) -> Result<String, OpenError> {
    if is_url(path) {
        return Err(OpenError {
            message: format!("`{path}` is on the network, and a compilation reads only files"),
            help: Some(
                "download the document into the folder of the manifest and name that file".into(),
            ),
        });
    }
    let confined = || OpenError {
        message: format!("`{path}` leads out of the folder of the manifest"),
        help: Some(
            "copy the file into that folder and name it relative to the referring file".into(),
        ),
    };
    if path.starts_with(['/', '\\']) || has_drive(path) {
        return Err(confined());
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = if folder.is_empty() {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    };
    let name = normalise(&joined);
    if name == ".." || name.starts_with("../") {
        return Err(confined());
    }
    Ok(name)
}

/// The path without `.`, empty segments, and `..` where a segment can be taken back.
pub(super) fn normalise(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if absolute && segments.is_empty() => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let joined = segments.join("/");
    if absolute {
        format!("/{joined}")
    } else {
        joined
    }
}

/// Whether it starts with a scheme (RFC 3986, section 3.1) of more than the one letter of a drive, or
/// names a host.
fn is_url(path: &str) -> bool {
    path.starts_with("//")
        || path.split_once(':').is_some_and(|(scheme, _)| {
            scheme.len() > 1
                && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
        })
}

/// Whether it starts with a drive of Windows, which is absolute there and nowhere a sensible name.
fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}
