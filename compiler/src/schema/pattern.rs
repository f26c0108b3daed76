//! Patterns: ECMA-262 (as JSON Schema 2020-12, section 6.4, recommends) into the syntax of the engines
//! that evaluate them, compiled once here to be sure that they will.

use std::borrow::Cow;

use gatewright_schema::rule::Pattern;

/// A pattern, and the length that was part of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Translated {
    pub(super) pattern: Pattern,
    /// The least number of characters, where the pattern counted them.
    pub(super) min_length: Option<u64>,
    /// The greatest number of characters, where the pattern counted them.
    pub(super) max_length: Option<u64>,
}

/// Counts above this are checked as a length: the engines would unroll them.
const MAX_UNROLLED: u64 = 500;

/// Translates `source`.
///
/// # Errors
/// Why neither engine takes it.
pub(super) fn translate(source: &str) -> Result<Translated, String> {
    let counted = counted_class(source);
    if let Some((class, min, max)) = &counted
        && max.unwrap_or(*min).max(*min) > MAX_UNROLLED
        && let Ok(translated) = compile(&format!("^{class}*$"))
    {
        return Ok(with_length(translated, *min, *max));
    }
    match (compile(source), counted) {
        (Ok(pattern), _) => Ok(Translated {
            pattern,
            min_length: None,
            max_length: None,
        }),
        (Err(reason), Some((class, min, max))) => match compile(&format!("^{class}*$")) {
            Ok(pattern) => Ok(with_length(pattern, min, max)),
            Err(_) => Err(reason),
        },
        (Err(reason), None) => Err(reason),
    }
}

fn with_length(pattern: Pattern, min: u64, max: Option<u64>) -> Translated {
    Translated {
        pattern,
        min_length: (min > 0).then_some(min),
        max_length: max,
    }
}

fn compile(source: &str) -> Result<Pattern, String> {
    let pattern = |translated: String, lookaround| Pattern {
        source: source.to_owned().into(),
        translated: translated.into(),
        lookaround,
    };
    let ecma = jsonschema_regex::to_rust_regex(source).map(Cow::into_owned);
    let literal = || {
        let literal = rewrite(source, false);
        jsonschema_regex::to_rust_regex(&literal).map(Cow::into_owned)
    };
    let linear = ecma.or_else(|()| literal()).ok();
    if let Some(pattern) = linear.map(|translated| pattern(translated, false))
        && pattern.verify().is_ok()
    {
        return Ok(pattern);
    }
    let backtracking = pattern(rewrite(source, true), true);
    backtracking.verify()?;
    Ok(backtracking)
}

/// Splits `^C{min,max}$`, where `C` matches exactly one character, into its parts.
fn counted_class(source: &str) -> Option<(&str, u64, Option<u64>)> {
    let inner = source.strip_prefix('^')?.strip_suffix('$')?;
    let (class, count) = inner.split_at_checked(class_length(inner)?)?;
    let count = count.strip_prefix('{')?.strip_suffix('}')?;
    let number = |text: &str| text.parse::<u64>().ok();
    match count.split_once(',') {
        None => Some((class, number(count)?, Some(number(count)?))),
        Some((min, "")) => Some((class, number(min)?, None)),
        Some((min, max)) => Some((class, number(min)?, Some(number(max)?))),
    }
}

/// The length in bytes of the class, escape or dot at the start of `text`.
fn class_length(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    match chars.next()?.1 {
        '.' => Some(1),
        '\\' => {
            let (at, class) = chars.next()?;
            "dDwWsS".contains(class).then_some(at + 1)
        }
        '[' => {
            let mut escaped = false;
            for (at, c) in chars {
                match c {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    ']' => return Some(at + 1),
                    _ => {}
                }
            }
            None
        }
        _ => None,
    }
}

/// Rewrites what ECMA-262 reads differently: braces that count nothing (annex B) and, `fully`, the
/// classes `\d` and `\w`, which are ASCII there, and what its character classes hold literally.
fn rewrite(source: &str, fully: bool) -> String {
    let mut out = String::with_capacity(source.len());
    let mut in_class = false;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        rest = after;
        match c {
            '\\' => {
                let Some(escaped) = after.chars().next() else {
                    out.push('\\');
                    break;
                };
                rest = after.get(escaped.len_utf8()..).unwrap_or("");
                rest = escape(escaped, rest, in_class, fully, &mut out);
            }
            '[' if !in_class => {
                in_class = true;
                out.push('[');
            }
            '[' | '&' | '~' if in_class && fully => {
                out.push('\\');
                out.push(c);
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '{' if !in_class && !is_count(after) => out.push_str(r"\{"),
            _ => out.push(c),
        }
    }
    out
}

/// Writes one escape; gives back what follows it.
fn escape<'a>(
    escaped: char,
    rest: &'a str,
    in_class: bool,
    fully: bool,
    out: &mut String,
) -> &'a str {
    if fully {
        let ascii = match (escaped, in_class) {
            ('d', false) => Some("[0-9]"),
            ('d', true) => Some("0-9"),
            ('D', false) => Some("[^0-9]"),
            ('w', false) => Some("[A-Za-z0-9_]"),
            ('w', true) => Some("A-Za-z0-9_"),
            ('W', false) => Some("[^A-Za-z0-9_]"),
            _ => None,
        };
        if let Some(ascii) = ascii {
            out.push_str(ascii);
            return rest;
        }
        if escaped == 'u'
            && let Some(digits) = rest.get(..4)
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            out.push_str(r"\x{");
            out.push_str(digits);
            out.push('}');
            return rest.get(4..).unwrap_or("");
        }
    }
    if !escaped.is_ascii_punctuation() || r"\.+*?()|[]{}^$#&-~".contains(escaped) {
        out.push('\\');
    }
    out.push(escaped);
    rest
}

/// Whether what follows `{` is a count and its closing brace.
fn is_count(text: &str) -> bool {
    text.split_once('}').is_some_and(|(count, _)| {
        let (min, max) = count.split_once(',').unwrap_or((count, ""));
        !min.is_empty() && min.chars().chain(max.chars()).all(|c| c.is_ascii_digit())
    })
}
