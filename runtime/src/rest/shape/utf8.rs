//! UTF-8 checked in pieces that may end within a character.

/// What is known of the last character.
#[derive(Debug, Default)]
pub(super) struct Utf8 {
    begun: [u8; 4],
    length: usize,
}

impl Utf8 {
    /// Checks the next piece; where it is wrong, how far into the piece that shows.
    pub(super) fn check(&mut self, piece: &[u8]) -> Result<(), usize> {
        let mut rest = piece;
        while self.length > 0 {
            let Some((next, after)) = rest.split_first() else {
                return Ok(());
            };
            rest = after;
            if let Some(place) = self.begun.get_mut(self.length) {
                *place = *next;
            }
            self.length += 1;
            let begun = self.begun.get(..self.length).unwrap_or_default();
            match std::str::from_utf8(begun) {
                Ok(_) => self.length = 0,
                Err(error) if error.error_len().is_none() && self.length < 4 => {}
                Err(_) => return Err(piece.len() - rest.len()),
            }
        }
        let Err(error) = std::str::from_utf8(rest) else {
            return Ok(());
        };
        let valid = piece.len() - rest.len() + error.valid_up_to();
        if error.error_len().is_some() {
            return Err(valid);
        }
        for byte in piece.get(valid..).unwrap_or_default() {
            if let Some(place) = self.begun.get_mut(self.length) {
                *place = *byte;
                self.length += 1;
            }
        }
        Ok(())
    }

    /// Whether the last character is whole.
    pub(super) fn is_whole(&self) -> bool {
        self.length == 0
    }
}
