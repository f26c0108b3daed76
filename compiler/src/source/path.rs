//! Paths between files: joined and normalised as text, so that what a document may reach is decided
//! before the file system is asked.

use super::files::OpenError;

/// The name of the file that `path` means in the file named `from`.
///
/// # Errors
/// Where it is a URL, is absolute, or leads out of the folder `within`.
pub(super) fn reference(from: &str, path: &str, within: Option<&str>) -> Result<String, OpenError> {
    let refuse = |message: String, help: &str| {
        Err(OpenError {
            message,
            help: Some(help.to_owned()),
        })
    };
    if path.contains(char::is_control) {
        return refuse(
            format!(
                "the path `{}` has a control character in it",
                path.escape_debug()
            ),
            "rename the file",
        );
    }
    if is_url(path) {
        return refuse(
            format!("`{path}` is on the network, and a compilation reads only files"),
            "download the document into the folder of the manifest and name that file",
        );
    }
    if path.starts_with(['/', '\\']) || has_drive(path) {
        return refuse(
            format!("`{path}` is an absolute path, which is another file on another machine"),
            "name the file relative to the file that refers to it",
        );
    }
    let name = match folder(from) {
        "" => normalise(path),
        folder => normalise(&format!("{folder}/{path}")),
    };
    if within.is_some_and(|within| !is_within(&name, within)) {
        return refuse(
            format!("`{path}` leads out of the folder that its document may refer to"),
            "copy the file into the folder of the manifest, beside the document",
        );
    }
    Ok(name)
}

/// The folder that the references of a file named by the manifest stay in: the manifest's, or the
/// file's own where it is elsewhere.
pub(super) fn natural_confines(name: &str) -> &str {
    if is_within(name, "") {
        ""
    } else {
        folder(name)
    }
}

/// The folder that a file is in; empty for the root.
pub(super) fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a normalised path is in a normalised folder; the empty folder is the root.
fn is_within(name: &str, folder: &str) -> bool {
    let rest = if folder.is_empty() {
        Some(name)
    } else {
        name.strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/'))
    };
    rest.is_some_and(|rest| rest != ".." && !rest.starts_with("../"))
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
