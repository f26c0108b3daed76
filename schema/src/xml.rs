//! What XML 1.0 lets stand in names and in text: the compiler asks it of the names of documents, the
//! runtime of what callers send.

/// Whether `name` is a name without a colon (Namespaces in XML 1.0, `NCName`).
///
/// ```
/// use gatewright_schema::xml::is_name;
///
/// assert!(is_name("größe-2"));
/// assert!(!is_name("a b") && !is_name("2nd") && !is_name("a:b") && !is_name(""));
/// ```
pub fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

/// `NameStartChar` (XML 1.0, fifth edition, section 2.3) without the colon.
fn starts_name(character: char) -> bool {
    matches!(character,
        'A'..='Z' | 'a'..='z' | '_'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` without the colon.
fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether a character can stand in a document at all, even as a reference (`Char`, section 2.2).
///
/// ```
/// use gatewright_schema::xml::is_character;
///
/// assert!(is_character('\t') && is_character('😀'));
/// assert!(!is_character('\0') && !is_character('\u{FFFF}'));
/// ```
pub const fn is_character(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
