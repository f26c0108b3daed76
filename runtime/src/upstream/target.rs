//! References in answers (`Location`, `Link`), resolved within the API that gave them.

use http::uri::Authority;

use super::Address;

/// The longest reference that is looked at, in bytes.
const MAX_LENGTH: usize = 4096;

/// The path and query that a reference means (RFC 3986, section 5.2), seen from the path `current`;
/// `None` where it leads to another origin or is malformed.
pub(super) fn resolve(address: &Address, current: &str, reference: &str) -> Option<String> {
    let printable = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if reference.len() > MAX_LENGTH || !reference.bytes().all(printable) {
        return None;
    }
    let reference = reference.split('#').next()?;
    let local = match scheme(reference) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(address.scheme.as_str()) => {
            after_authority(address, rest)?
        }
        Some(_) => return None,
        None if reference.starts_with("//") => after_authority(address, reference)?,
        None => reference,
    };
    let is_absolute = local.len() < reference.len();
    let (path, query) = match local.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (local, None),
    };
    let mut target = match path {
        "" if is_absolute => "/".to_owned(),
        "" => current.to_owned(),
        _ if path.starts_with('/') => without_dots(path),
        _ => {
            let folder = current.rfind('/').map_or("/", |at| &current[..=at]);
            without_dots(&format!("{folder}{path}"))
        }
    };
    if let Some(query) = query {
        target.push('?');
        target.push_str(query);
    }
    Some(target)
}

/// Whether a resolved target stays beneath the path of the API's URL, for every server on the way:
/// also for one that decodes `%2e` before it looks for `..`.
pub(super) fn is_beneath(address: &Address, target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let Some(rest) = path.strip_prefix(address.path.as_str()) else {
        return false;
    };
    if !rest.is_empty() && !rest.starts_with('/') {
        return false;
    }
    let decoded = path
        .to_ascii_lowercase()
        .replace("%2e", ".")
        .replace("%2f", "/")
        .replace("%5c", "/");
    !decoded
        .split('/')
        .any(|segment| matches!(segment, "." | ".."))
}

/// The scheme of a reference that has one, and what follows its colon.
fn scheme(reference: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = reference.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then_some((scheme, rest))
}

/// What follows `//authority`, if that is the API's.
fn after_authority<'r>(address: &Address, reference: &'r str) -> Option<&'r str> {
    let rest = reference.strip_prefix("//")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, local) = rest.split_at(end);
    let authority: Authority = authority.parse().ok()?;
    if authority.as_str().contains('@') {
        return None;
    }
    let default = if address.scheme == http::uri::Scheme::HTTPS {
        443
    } else {
        80
    };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(default);
    let same = authority
        .host()
        .eq_ignore_ascii_case(address.authority.host())
        && port(&authority) == port(&address.authority);
    same.then_some(local)
}

/// A path without `.` and `..` segments (RFC 3986, section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => {
                kept.push(segment);
                continue;
            }
        }
        if last {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{is_beneath, resolve};
    use crate::upstream::Address;

    fn api() -> Address {
        Address::parse("https://api.example:443/v1/").unwrap()
    }

    fn resolved(reference: &str) -> Option<String> {
        resolve(&api(), "/v1/pets/7", reference)
    }

    #[test]
    fn references_within_the_api() {
        for (reference, target) in [
            ("https://api.example/v1/pets?page=2#top", "/v1/pets?page=2"),
            ("HTTPS://API.example:443", "/"),
            ("https://api.example?x=1", "/?x=1"),
            ("//api.example/a", "/a"),
            ("/v1/a:b?c=/../d", "/v1/a:b?c=/../d"),
            ("?page=2", "/v1/pets/7?page=2"),
            ("8", "/v1/pets/8"),
            ("./8/../9", "/v1/pets/9"),
            ("..", "/v1/"),
            ("../../../../etc", "/etc"),
            ("/a/./b/../../../c/", "/c/"),
            ("", "/v1/pets/7"),
        ] {
            assert_eq!(resolved(reference).as_deref(), Some(target), "{reference}");
        }
    }

    #[test]
    fn references_to_elsewhere() {
        let long = format!("/{}", "a".repeat(5000));
        for reference in [
            "http://api.example/v1/",
            "https://api.example:444/v1/",
            "https://api.example.evil/v1/",
            "https://api.example@evil/v1/",
            "https://user@api.example/v1/",
            "https:/v1/",
            "https:v1",
            "//evil/v1/",
            "javascript:alert(1)",
            "/\\evil/",
            "/a b",
            "/é",
            &long,
        ] {
            assert_eq!(resolved(reference), None, "{reference}");
        }
    }

    #[test]
    fn what_is_beneath_the_apis_path() {
        for target in ["/v1", "/v1/", "/v1/pets?x=/../..", "/v1?x", "/v1/a..b/..c"] {
            assert!(is_beneath(&api(), target), "{target}");
        }
        for target in [
            "/",
            "/v2/pets",
            "/v10/pets",
            "/v1/../v2",
            "/v1/%2e%2E/v2",
            "/v1/.%2e/v2",
            "/v1/a%2f..%2Fv2",
            "/v1/..%5cv2",
            "/V1/pets",
        ] {
            assert!(!is_beneath(&api(), target), "{target}");
        }
        let root = Address::parse("http://api.example").unwrap();
        assert!(is_beneath(&root, "/anything") && !is_beneath(&root, "/a/%2e%2e/b"));
    }
}
