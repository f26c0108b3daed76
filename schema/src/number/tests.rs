//! Decimal arithmetic against exact arithmetic on scaled integers.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::{compare, is_integer, is_multiple, to_i64};

#[test]
fn equal_values_have_many_texts() {
    for (left, right) in [
        ("1", "1.0"),
        ("1", "10e-1"),
        ("1e2", "100"),
        ("0", "-0.0e5"),
        ("0.00012e7", "1.2E+3"),
        ("18446744073709551617", "1.8446744073709551617e19"),
        ("1e400000000", "10e399999999"),
    ] {
        assert_eq!(compare(left, right), Ordering::Equal, "{left} {right}");
    }
}

#[test]
fn order_is_exact_beyond_doubles() {
    for (less, greater) in [
        ("9007199254740992", "9007199254740993"),
        ("-9007199254740993", "-9007199254740992"),
        ("0.1", "0.10000000000000000001"),
        ("1e400000000", "1e400000001"),
        ("-1e400", "1e-400"),
        ("1e-400", "1e-399"),
        ("0", "1e-99999999999999999999999"),
        ("1", "1e99999999999999999999999"),
        ("-1e99999999999999999999999", "-1"),
    ] {
        assert_eq!(compare(less, greater), Ordering::Less, "{less} {greater}");
        assert_eq!(
            compare(greater, less),
            Ordering::Greater,
            "{less} {greater}"
        );
    }
}

#[test]
fn whole_numbers() {
    for text in [
        "0",
        "-0.0",
        "1",
        "1.0",
        "1e2",
        "1.5e1",
        "100e-2",
        "1e400000000",
        "0e-5",
    ] {
        assert!(is_integer(text), "{text}");
    }
    for text in [
        "0.5",
        "1e-1",
        "15e-1",
        "1.00000000000000000000001",
        "1e-400000000",
    ] {
        assert!(!is_integer(text), "{text}");
    }
}

#[test]
fn conversion_knows_its_range() {
    assert_eq!(to_i64("9223372036854775807"), Some(i64::MAX));
    assert_eq!(to_i64("-9223372036854775808"), Some(i64::MIN));
    assert_eq!(to_i64("-9.223372036854775808e18"), Some(i64::MIN));
    assert_eq!(to_i64("9223372036854775808"), None);
    assert_eq!(to_i64("1e19"), None);
    assert_eq!(to_i64("1e400000000"), None);
    assert_eq!(to_i64("1.5"), None);
    assert_eq!(to_i64("-0.0"), Some(0));
    assert_eq!(to_i64("1e2"), Some(100));
}

#[test]
fn multiples_are_exact() {
    for (number, divisor) in [
        ("0.3", "0.1"),
        ("19.99", "0.01"),
        ("1e308", "0.5"),
        ("1e400000000", "8e-3"),
        ("0", "3"),
        ("-4.5", "1.5"),
        ("1e37", "1e37"),
        ("123456789012345678901234567890", "10"),
    ] {
        assert!(is_multiple(number, divisor), "{number} {divisor}");
    }
    for (number, divisor) in [
        ("0.35", "0.1"),
        ("1e308", "0.123456789"),
        ("1e400000000", "3"),
        ("1e-400000000", "3"),
        ("123456789012345678901234567891", "10"),
        ("5", "1234567890123456789012345678901234567890"),
    ] {
        assert!(!is_multiple(number, divisor), "{number} {divisor}");
    }
}

/// A number as `digits × 10^-scale`, and a text for it.
fn decimal() -> impl Strategy<Value = (i128, String)> {
    let digits = prop_oneof![-30..30_i64, -100_000..100_000_i64, any::<i64>()];
    (digits, 0..9_usize, -3..4_i32, any::<bool>()).prop_map(|(digits, scale, shift, upper)| {
        let value = i128::from(digits) * 10_i128.pow(12 - u32::try_from(scale).unwrap());
        let size = format!("{:0width$}", digits.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = size.split_at(size.len() - scale);
        let sign = if digits < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        let exponent = match shift {
            0 => String::new(),
            shift => format!("{}{shift}", if upper { "E" } else { "e" }),
        };
        let value = if shift < 0 {
            value / 10_i128.pow(shift.unsigned_abs())
        } else {
            value * 10_i128.pow(shift.unsigned_abs())
        };
        (value, format!("{sign}{whole}{point}{fraction}{exponent}"))
    })
}

const SCALE: i128 = 1_000_000_000_000;

proptest! {
    #[test]
    fn agrees_with_scaled_integers((left, left_text) in decimal(), (right, right_text) in decimal()) {
        prop_assert_eq!(compare(&left_text, &right_text), left.cmp(&right));
        prop_assert_eq!(is_integer(&left_text), left % SCALE == 0);
        let whole = (left % SCALE == 0).then(|| i64::try_from(left / SCALE).ok()).flatten();
        prop_assert_eq!(to_i64(&left_text), whole);
        if right > 0 {
            prop_assert_eq!(is_multiple(&left_text, &right_text), left % right == 0, "{} {}", left_text, right_text);
        }
    }

    #[test]
    fn finds_the_multiples(factor in -1000..1000_i64, (divisor, text) in decimal()) {
        if divisor <= 0 {
            return Ok(());
        }
        let product = i128::from(factor) * divisor;
        let product = format!("{product}e-12");
        prop_assert!(is_multiple(&product, &text));
    }
}
