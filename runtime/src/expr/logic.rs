//! `&&`, `||` and the macros over lists, where one side that decides absorbs an error of the other.

use super::{Error, Value, items};

/// What one operand of `&&` or `||` has to say.
pub type Operand<'f> = &'f mut dyn FnMut() -> Result<bool, Error>;

/// `&&` where `decisive` is false, `||` where it is true: the first operand of that value decides,
/// whatever errors came before it; without one, the first error is the outcome.
///
/// # Errors
/// Of an operand, where no other decides.
pub fn combine(decisive: bool, operands: &mut [Operand<'_>]) -> Result<bool, Error> {
    settle(decisive, operands.iter_mut().map(|operand| operand()))
}

/// `all` where `decisive` is false, `exists` where it is true.
///
/// # Errors
/// Of a value that has no items, and of `holds`, where no other item decides.
pub fn quantify<'a>(
    decisive: bool,
    value: &Value<'a>,
    mut holds: impl FnMut(Value<'a>) -> Result<bool, Error>,
) -> Result<bool, Error> {
    settle(decisive, items(value)?.map(&mut holds))
}

fn settle(
    decisive: bool,
    outcomes: impl Iterator<Item = Result<bool, Error>>,
) -> Result<bool, Error> {
    let mut undecided = Ok(!decisive);
    for outcome in outcomes {
        match outcome {
            Ok(value) if value == decisive => return Ok(decisive),
            Ok(_) => {}
            Err(error) => undecided = undecided.and(Err(error)),
        }
    }
    undecided
}

/// `exists_one`: every item is looked at, and no error is absorbed.
///
/// # Errors
/// Of a value that has no items, and of `holds`.
pub fn exists_one<'a>(
    value: &Value<'a>,
    mut holds: impl FnMut(Value<'a>) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let mut count = 0_usize;
    for item in items(value)? {
        count += usize::from(holds(item)?);
    }
    Ok(count == 1)
}

/// `filter` and `map`: what `keep` makes of the items, without those that it makes nothing of.
///
/// # Errors
/// Of a value that has no items, and of `keep`.
pub fn collect<'a>(
    value: &Value<'a>,
    mut keep: impl FnMut(Value<'a>) -> Result<Option<Value<'a>>, Error>,
) -> Result<Value<'a>, Error> {
    let mut kept = Vec::new();
    for item in items(value)? {
        kept.extend(keep(item)?);
    }
    Ok(Value::List(kept))
}
