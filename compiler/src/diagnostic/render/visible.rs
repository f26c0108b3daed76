//! Text of documents, made safe to print on a terminal.

use std::borrow::Cow;

/// `text` with every character replaced that steers a terminal instead of being shown: control
/// characters but the line feed, C1 ones too (ECMA-48, section 5.3: U+009B begins an escape sequence as
/// well), and those that change the direction of the text around them. The renderer does so for titles
/// and lines of source only, and not with C1.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let shown = |character| {
        if steers(character) {
            '\u{FFFD}'
        } else {
            character
        }
    };
    Cow::Owned(text.chars().map(shown).collect())
}

fn steers(character: char) -> bool {
    matches!(
        character,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    ) || character.is_control() && character != '\n'
}
