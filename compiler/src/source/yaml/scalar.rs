//! The core schema (YAML 1.2.2, section 10.3): which plain scalars are null, booleans and numbers.
//! `yes`, `off`, dates and `1_000` are text.

use crate::source::Value;

/// What is wrong with a scalar.
pub(super) struct Fault {
    pub(super) what: &'static str,
    pub(super) help: &'static str,
}

pub(super) const FOREIGN_TAG: Fault = Fault {
    what: "a tag that is not one of YAML's core schema",
    help: "remove the tag; `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!seq` and `!!map` are known",
};

pub(super) const WRONG_TAG: Fault = Fault {
    what: "a tag that does not fit the value",
    help: "remove the tag, or write a value of its type",
};

const NOT_FINITE: Fault = Fault {
    what: "a number that JSON cannot hold",
    help: "quote it where it is meant as text",
};

const TOO_GREAT: Fault = Fault {
    what: "a hexadecimal or octal number of more than 128 bits",
    help: "quote it where it is meant as text, or write it in decimal",
};

/// What a scalar without quotes and tag means.
pub(super) fn plain(text: &str) -> Result<Value, Fault> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Boolean(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Boolean(false)),
        _ => {}
    }
    // Most scalars are text: one look at the first character tells.
    if text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && let Some(number) = number(text)
    {
        return number.map(Value::Number);
    }
    Ok(Value::String(text.to_owned()))
}

/// What a scalar with a tag of the core schema means.
pub(super) fn tagged(suffix: &str, text: &str) -> Result<Value, Fault> {
    if suffix == "str" {
        return Ok(Value::String(text.to_owned()));
    }
    let value = plain(text)?;
    let fits = match suffix {
        "null" => matches!(value, Value::Null),
        "bool" => matches!(value, Value::Boolean(_)),
        "float" => matches!(value, Value::Number(_)),
        "int" => matches!(&value, Value::Number(text) if !text.contains(['.', 'e', 'E'])),
        _ => false,
    };
    if fits { Ok(value) } else { Err(WRONG_TAG) }
}

/// The number in JSON's syntax, if the text is one.
fn number(text: &str) -> Option<Result<String, Fault>> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            let value = u128::from_str_radix(digits, radix);
            return Some(value.map(|value| value.to_string()).map_err(|_| TOO_GREAT));
        }
    }
    let (sign, unsigned) = match text.as_bytes().first() {
        Some(b'-') => ("-", text.get(1..)?),
        Some(b'+') => ("", text.get(1..)?),
        _ => ("", text),
    };
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Err(NOT_FINITE));
    }
    decimal(sign, unsigned).map(Ok)
}

/// `[0-9]+ ( . [0-9]* )?` or `. [0-9]+`, and then possibly an exponent.
fn decimal(sign: &str, unsigned: &str) -> Option<String> {
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => unsigned.split_at(at),
        None => (unsigned, ""),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_digits = exponent.strip_prefix(['e', 'E']).unwrap_or_default();
    let exponent_digits = exponent_digits
        .strip_prefix(['+', '-'])
        .unwrap_or(exponent_digits);
    let some_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !some_digits
        || !digits(whole)
        || !digits(fraction.unwrap_or_default())
        || !digits(exponent_digits)
        || (exponent_digits.is_empty() && !exponent.is_empty())
    {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let fraction = match fraction {
        None => String::new(),
        Some("") => ".0".to_owned(),
        Some(fraction) => format!(".{fraction}"),
    };
    Some(format!("{sign}{whole}{fraction}{exponent}"))
}
