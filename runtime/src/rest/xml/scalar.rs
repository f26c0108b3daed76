//! Text of an answer as a JSON scalar of the type that the schema admits.

use gatewright_schema::json::string_into;
use gatewright_schema::rule::Types;

/// Appends text as a value of the first of these types that it can be: `null` where it is empty,
/// a boolean, a number, and a string where it is none of them. Where strings are admitted, or
/// nothing but arrays and objects, it is one.
pub(super) fn push(text: &str, types: Types, out: &mut Vec<u8>) {
    let is_text = !types.intersects(Types::NUMBER.union(Types::BOOLEAN).union(Types::NULL));
    if types.contains(Types::STRING) || is_text {
        return string_into(text, out);
    }
    let word = text.trim_matches([' ', '\t', '\n', '\r']);
    let numeric = types.intersects(Types::NUMBER);
    match word {
        "" if types.contains(Types::NULL) => out.extend_from_slice(b"null"),
        "true" | "false" if types.contains(Types::BOOLEAN) => {
            out.extend_from_slice(word.as_bytes());
        }
        // XML Schema, part 2, section 3.2.2.
        "1" if types.contains(Types::BOOLEAN) && !numeric => out.extend_from_slice(b"true"),
        "0" if types.contains(Types::BOOLEAN) && !numeric => out.extend_from_slice(b"false"),
        _ => {
            if !numeric || !push_number(word, out) {
                string_into(text, out);
            }
        }
    }
}

/// Appends a number of XML Schema as one of JSON; whether it can be one. JSON has no `+` before a
/// number, no needless zeros, and digits on both sides of the point.
fn push_number(word: &str, out: &mut Vec<u8>) -> bool {
    let (sign, rest) = match word.as_bytes().first() {
        Some(b'-') => ("-", word.get(1..).unwrap_or_default()),
        Some(b'+') => ("", word.get(1..).unwrap_or_default()),
        _ => ("", word),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let power = exponent.map(|text| text.strip_prefix(['-', '+']).unwrap_or(text));
    let some = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !some
        || !digits(whole)
        || !fraction.is_none_or(digits)
        || !power.is_none_or(|power| !power.is_empty() && digits(power))
    {
        return false;
    }
    let whole = whole.trim_start_matches('0');
    out.extend_from_slice(sign.as_bytes());
    out.extend_from_slice(if whole.is_empty() {
        b"0"
    } else {
        whole.as_bytes()
    });
    if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
    }
    if let Some(exponent) = exponent {
        out.push(b'e');
        out.extend_from_slice(exponent.as_bytes());
    }
    true
}
