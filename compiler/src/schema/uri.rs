//! Just enough of RFC 3986 to follow references between schemas.

/// Whether `text` starts with a scheme (RFC 3986, section 3.1).
pub(crate) fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// Resolves a reference without fragment against a base (RFC 3986, section 5.2).
pub(crate) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if base.is_empty() || has_scheme(reference) {
        return reference.to_owned();
    }
    let (scheme, rest) = base.split_once(':').unwrap_or(("", base));
    let prefix = if scheme.is_empty() {
        String::new()
    } else {
        format!("{scheme}:")
    };
    if reference.starts_with("//") {
        return format!("{prefix}{reference}");
    }
    let (authority, path) = match rest.strip_prefix("//") {
        Some(after) => {
            let end = after.find('/').map_or(rest.len(), |at| at + 2);
            rest.split_at_checked(end).unwrap_or((rest, ""))
        }
        None => ("", rest),
    };
    let path = path.split('?').next().unwrap_or(path);
    if reference.starts_with('?') {
        return format!("{prefix}{authority}{path}{reference}");
    }
    let merged = if reference.starts_with('/') {
        reference.to_owned()
    } else {
        let folder = path
            .rfind('/')
            .map_or("", |end| path.get(..=end).unwrap_or(""));
        let folder = if folder.is_empty() && !authority.is_empty() {
            "/"
        } else {
            folder
        };
        format!("{folder}{reference}")
    };
    format!("{prefix}{authority}{}", without_dots(&merged))
}

/// Removes dot segments (RFC 3986, section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').collect();
    for (position, segment) in segments.iter().enumerate() {
        let last = position + 1 == segments.len();
        match *segment {
            "." if last => kept.push(""),
            "." => {}
            ".." => {
                if kept.len() > 1 || kept.first().is_some_and(|first| !first.is_empty()) {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}
