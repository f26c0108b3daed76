//! URIs and relative references (RFC 3986).

/// RFC 3986, section 3: with a scheme.
pub(super) fn is_uri(text: &str) -> bool {
    scheme(text).is_some_and(|rest| is_hierarchy(rest, false))
}

/// RFC 3986, section 4.1: with or without a scheme.
pub(super) fn is_reference(text: &str) -> bool {
    is_uri(text) || is_hierarchy(text, true)
}

/// What follows the scheme and its colon.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let legal = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    legal.then_some(rest)
}

/// Authority, path, query and fragment. In a relative reference, the first segment of a path that
/// does not begin with a slash holds no colon (section 4.2).
fn is_hierarchy(text: &str, relative: bool) -> bool {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (text, query) = text.split_once('?').unwrap_or((text, ""));
    let (authority, path) = match text.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            (Some(authority), path)
        }
        None => (None, text),
    };
    let colon_first = relative
        && authority.is_none()
        && path
            .split('/')
            .next()
            .is_some_and(|segment| segment.contains(':'));
    !colon_first
        && authority.is_none_or(is_authority)
        && consists_of(path, ":@/")
        && consists_of(query, ":@/?")
        && consists_of(fragment, ":@/?")
}

/// RFC 3986, section 3.2.
fn is_authority(text: &str) -> bool {
    let (user, place) = match text.split_once('@') {
        Some((user, place)) => (user, place),
        None => ("", text),
    };
    let (host, port) = if let Some(literal) = place.strip_prefix('[') {
        let Some((address, rest)) = literal.split_once(']') else {
            return false;
        };
        if !is_literal(address) {
            return false;
        }
        ("", rest)
    } else {
        place.split_at(place.find(':').unwrap_or(place.len()))
    };
    let digits = port.strip_prefix(':').unwrap_or_default();
    consists_of(user, ":")
        && consists_of(host, "")
        && (port.is_empty() || port.starts_with(':'))
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// RFC 3986, section 3.2.2, between the brackets of `IP-literal`.
fn is_literal(text: &str) -> bool {
    let future = || {
        let (version, address) = text.strip_prefix(['v', 'V'])?.split_once('.')?;
        let legal = !version.is_empty()
            && version.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !address.is_empty()
            && !address.contains('%')
            && consists_of(address, ":");
        legal.then_some(())
    };
    super::address::is_ipv6(text) || future().is_some()
}

/// Whether the text consists of unreserved characters, sub-delimiters, percent-encoded bytes
/// (section 2) and those of `also`.
fn consists_of(text: &str, also: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let legal = match byte {
            b'%' => {
                let mut hexadecimal =
                    || bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit());
                hexadecimal() && hexadecimal()
            }
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
            | b',' | b';' | b'=' => true,
            _ => byte.is_ascii_alphanumeric() || also.as_bytes().contains(&byte),
        };
        if !legal {
            return false;
        }
    }
    true
}
