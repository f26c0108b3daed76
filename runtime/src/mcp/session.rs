//! Session ids of the revisions up to 2025-11-25.
//!
//! An id is unguessable and names nothing that is stored: any replica accepts the ids of any other.
//! It authenticates nobody. Its one use is to tell apart the equal request ids of different clients
//! when one of them cancels a request.

use std::fmt;

/// A session id: 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SessionId([u8; 16]);

impl SessionId {
    /// A new id; none where the operating system has no randomness to give, since a guessable id
    /// would let others cancel.
    pub(crate) fn generate() -> Option<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// Reads what [`fmt::Display`] writes: 32 lower-case hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let hexadecimal = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.as_bytes().iter().all(hexadecimal) {
            return None;
        }
        let number = u128::from_str_radix(text, 16).ok()?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::SessionId;

    #[test]
    fn what_is_written_can_be_read() {
        let id = SessionId::generate().unwrap();
        assert_eq!(SessionId::parse(&id.to_string()), Some(id));
        assert_ne!(SessionId::generate(), Some(id));
    }

    #[test]
    fn foreign_ids_are_told_apart() {
        for foreign in ["", "1", "+0000000000000000000000000000001", "session-id"] {
            assert_eq!(SessionId::parse(foreign), None, "{foreign}");
        }
        assert_eq!(SessionId::parse(&"A".repeat(32)), None);
        assert_eq!(SessionId::parse(&"0".repeat(33)), None);
    }
}
