//! Equality of JSON values (JSON Schema 2020-12, core, section 4.2.2) on their texts: numbers by
//! value, objects without order, strings without regard to escapes.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher, RandomState};

use crate::json::{Error, Kind, Raw, Reader};
use crate::number;

/// Whether two values are equal.
pub fn equal(left: Raw<'_>, right: Raw<'_>) -> bool {
    if left == right {
        return true;
    }
    let (left, right) = (left.as_str(), right.as_str());
    // The usual members of an `enum` are strings without escapes: different texts, different values.
    if left.starts_with('"')
        && right.starts_with('"')
        && !left.contains('\\')
        && !right.contains('\\')
    {
        return false;
    }
    same(&mut Reader::over(left), &mut Reader::over(right)).unwrap_or(false)
}

/// Compares the next values of two readers; recurses as deep as they allow containers to nest.
fn same(left: &mut Reader<'_>, right: &mut Reader<'_>) -> Result<bool, Error> {
    let kind = left.peek()?;
    if kind != right.peek()? {
        return Ok(false);
    }
    Ok(match kind {
        Kind::Null => {
            left.null()?;
            right.null()?;
            true
        }
        Kind::Boolean => left.boolean()? == right.boolean()?,
        Kind::Number => number::compare(left.number()?.as_str(), right.number()?.as_str()).is_eq(),
        Kind::String => left.string()? == right.string()?,
        Kind::Array => {
            left.begin_array()?;
            right.begin_array()?;
            let (mut first_left, mut first_right) = (true, true);
            loop {
                let more = left.next_item(&mut first_left)?;
                if more != right.next_item(&mut first_right)? {
                    return Ok(false);
                }
                if !more {
                    return Ok(true);
                }
                if !same(left, right)? {
                    return Ok(false);
                }
            }
        }
        Kind::Object => {
            let (left, right) = (members(left)?, members(right)?);
            left.len() == right.len()
                && left
                    .iter()
                    .zip(&right)
                    .all(|((name, value), (other, against))| {
                        name == other && equal(*value, *against)
                    })
        }
    })
}

/// The members of an object, sorted by name.
fn members<'a>(reader: &mut Reader<'a>) -> Result<Vec<(Cow<'a, str>, Raw<'a>)>, Error> {
    let mut members = Vec::new();
    reader.begin_object()?;
    let mut first = true;
    while let Some(name) = reader.next_key(&mut first)? {
        members.push((name, reader.raw()?));
    }
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(members)
}

/// The indices of two equal values in a list, if there are any.
///
/// Values are hashed with a key that is not known outside, so that nobody can prepare values that
/// make this quadratic.
pub(crate) fn find_equal(values: &[Raw<'_>]) -> Option<(usize, usize)> {
    let state = RandomState::new();
    let mut hashes: Vec<(u64, usize)> = values
        .iter()
        .enumerate()
        .map(|(index, value)| (hash(&mut value.reader(), &state).unwrap_or_default(), index))
        .collect();
    hashes.sort_unstable();
    for group in hashes.chunk_by(|(left, _), (right, _)| left == right) {
        for (at, (_, left)) in group.iter().enumerate() {
            for (_, right) in group.iter().skip(at + 1) {
                if let (Some(one), Some(other)) = (values.get(*left), values.get(*right))
                    && equal(*one, *other)
                {
                    return Some((*left, *right));
                }
            }
        }
    }
    None
}

/// A hash that is the same for equal values.
fn hash(reader: &mut Reader<'_>, state: &RandomState) -> Result<u64, Error> {
    let mut hasher = state.build_hasher();
    let kind = reader.peek()?;
    hasher.write_u8(kind as u8);
    match kind {
        Kind::Null => reader.null()?,
        Kind::Boolean => hasher.write_u8(u8::from(reader.boolean()?)),
        Kind::Number => number::hash(reader.number()?.as_str(), &mut hasher),
        Kind::String => hasher.write(reader.string()?.as_bytes()),
        Kind::Array => {
            reader.begin_array()?;
            let mut first = true;
            while reader.next_item(&mut first)? {
                hasher.write_u64(hash(reader, state)?);
            }
        }
        Kind::Object => {
            reader.begin_object()?;
            let mut first = true;
            let mut sum = 0_u64;
            while let Some(name) = reader.next_key(&mut first)? {
                // Addition forgets the order.
                sum = sum.wrapping_add(state.hash_one((name, hash(reader, state)?)));
            }
            hasher.write_u64(sum);
        }
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests;
