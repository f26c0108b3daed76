//! Headers of an answer that a model can use: where the next page is, where a new thing is, how long
//! to wait, and what the manifest asks for.

use std::fmt::Write as _;

use http::header::{HeaderMap, HeaderValue, LINK, LOCATION, RETRY_AFTER};
use http::{StatusCode, Uri};

use super::Address;
use super::target::resolve;

/// The relations of `Link` (RFC 8288) that page through a list.
const RELATIONS: [&str; 5] = ["next", "prev", "previous", "first", "last"];

/// How many links are told.
const MAX_LINKS: usize = 8;

/// The longest value that is told, in bytes.
const MAX_VALUE: usize = 512;

/// The lines about a success: empty where there is nothing to tell. `path` is that of the request, `strip` takes
/// the credential out of a target.
pub(super) fn mentions(
    status: StatusCode,
    headers: &HeaderMap,
    asked: &[&str],
    address: &Address,
    path: &str,
    strip: &dyn Fn(&str) -> String,
) -> String {
    let mut lines = String::new();
    if !status.is_success() {
        return lines;
    }
    if headers.contains_key(LINK) {
        links(headers, address, path, strip, &mut lines);
    }
    if let Some(location) = headers.get(LOCATION).and_then(path_of) {
        line("Location", &location, &mut lines);
    }
    if status == StatusCode::ACCEPTED
        && let Some(wait) = retry_after(headers)
    {
        line("Retry-After", wait, &mut lines);
    }
    for name in asked {
        for value in headers.get_all(*name).iter().take(MAX_LINKS) {
            if let Ok(value) = value.to_str() {
                line(name, shortened(value.trim()), &mut lines);
            }
        }
    }
    lines
}

fn line(name: &str, value: &str, lines: &mut String) {
    if !lines.is_empty() {
        lines.push('\n');
    }
    let _ = write!(lines, "{name}: {value}"); // Infallible: writing to a string.
}

fn shortened(value: &str) -> &str {
    value
        .get(..value.floor_char_boundary(MAX_VALUE))
        .unwrap_or(value)
}

/// The path of a `Location`. Hosts and queries are left out: they may be internal addresses and
/// credentials.
pub(crate) fn path_of(location: &HeaderValue) -> Option<String> {
    let uri: Uri = location.to_str().ok()?.parse().ok()?;
    let path = uri.path();
    (path.len() <= MAX_VALUE && path.len() > 1).then(|| path.to_owned())
}

/// RFC 9110, section 10.2.3: seconds or a date.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" ,:".contains(&byte);
    (!value.is_empty() && value.len() <= 40 && value.bytes().all(allowed)).then_some(value)
}

/// Adds the links to other pages, without the host; those to other hosts are left out.
fn links(
    headers: &HeaderMap,
    address: &Address,
    path: &str,
    strip: &dyn Fn(&str) -> String,
    lines: &mut String,
) {
    let mut count = 0;
    for value in headers.get_all(LINK) {
        let Ok(mut rest) = value.to_str() else {
            continue;
        };
        while let Some((reference, parameters, after)) = link(rest) {
            rest = after;
            let Some(relation) = relation(parameters) else {
                continue;
            };
            let target = resolve(address, path, reference).map(|target| strip(&target));
            if let Some(target) = target.filter(|target| target.len() <= MAX_VALUE)
                && count < MAX_LINKS
            {
                count += 1;
                line(&format!("Link ({relation})"), &target, lines);
            }
        }
    }
}

/// The first link of a list: its reference, its parameters, and what follows.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (_, rest) = text.split_once('<')?;
    let (reference, rest) = rest.split_once('>')?;
    let mut quoted = false;
    let mut escaped = false;
    let end = rest.find(|character| {
        let plain = !std::mem::take(&mut escaped);
        match character {
            '\\' if plain && quoted => escaped = true,
            '"' if plain => quoted = !quoted,
            ',' => return !quoted,
            _ => {}
        }
        false
    });
    let (parameters, after) = rest.split_at(end.unwrap_or(rest.len()));
    Some((reference.trim(), parameters, after))
}

/// The relation that is told, of the first `rel` (RFC 8288, section 3.3), which may list several.
fn relation(parameters: &str) -> Option<&'static str> {
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("rel")
            .then(|| value.trim().trim_matches('"'))
    })?;
    value.split_ascii_whitespace().find_map(|relation| {
        RELATIONS
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(relation))
    })
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderMap, HeaderName, HeaderValue};
    use http::{StatusCode, header};

    use super::mentions;
    use crate::upstream::Address;

    fn told(status: StatusCode, given: &[(HeaderName, &str)], asked: &[&str]) -> String {
        let address = Address::parse("https://api.example/v1").unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        mentions(
            status,
            &headers,
            asked,
            &address,
            "/v1/pets",
            &str::to_owned,
        )
    }

    #[test]
    fn links() {
        let given = [
            (
                header::LINK,
                "<https://api.example/v1/pets?page=3&q=a,b>; title=\"a, \\\" ; b\"; rel=\"next last\", \
                 <?page=1>;REL=prev, </style.css>; rel=preload, <https://intern/x>; rel=first",
            ),
            (header::LINK, "</v1/pets>; rel=first,<broken"),
        ];
        assert_eq!(
            told(StatusCode::OK, &given, &[]),
            "Link (next): /v1/pets?page=3&q=a,b\nLink (prev): /v1/pets?page=1\nLink (first): /v1/pets"
        );
        assert_eq!(told(StatusCode::NOT_FOUND, &given, &[]), "");
        let many = "<?page=1>; rel=next,".repeat(40);
        let many = told(StatusCode::OK, &[(header::LINK, &many)], &[]);
        assert_eq!(many.lines().count(), 8);
    }

    #[test]
    fn others() {
        let given = [
            (header::LOCATION, "http://10.0.0.1/v1/pets/7?key=k"),
            (header::RETRY_AFTER, "5"),
            (HeaderName::from_static("x-total-count"), " 120 "),
            (header::SET_COOKIE, "session=s"),
        ];
        assert_eq!(
            told(StatusCode::ACCEPTED, &given, &["X-Total-Count", "X-None"]),
            "Location: /v1/pets/7\nRetry-After: 5\nX-Total-Count: 120"
        );
        assert_eq!(told(StatusCode::OK, &given, &[]), "Location: /v1/pets/7");
    }
}
