//! Text as the words that it is found by.

/// Words that say nothing about a tool; what a query has of them is ignored as well. Sorted.
const STOP_WORDS: [&str; 34] = [
    "a", "also", "an", "and", "any", "are", "as", "at", "be", "been", "by", "can", "for", "from",
    "has", "have", "if", "in", "into", "is", "it", "its", "of", "on", "or", "that", "the", "their",
    "this", "to", "was", "which", "with", "you",
];

/// The longest word, in bytes; longer ones are cut.
const MAX_WORD: usize = 40;

/// Calls `each` with every word of `text`: in lower case, split where identifiers are (`listPets`,
/// `list_pets` and `list pets` are alike), without the plural's ending, without words that say
/// nothing. Scripts that do not separate words give a word for each character.
pub fn words(text: &str, each: &mut dyn FnMut(&str)) {
    let mut word = String::new();
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        if is_ideographic(character) {
            flush(&mut word, each);
            each(character.encode_utf8(&mut [0; 4]));
        } else if character.is_alphanumeric() {
            let next_is_lower = characters.peek().is_some_and(|next| next.is_lowercase());
            // `listPets`, and the last letter of an abbreviation as in `HTTPServer`.
            let begins = character.is_uppercase()
                && (before.is_lowercase() || before.is_uppercase() && next_is_lower);
            if begins {
                flush(&mut word, each);
            }
            if word.len() < MAX_WORD {
                word.extend(character.to_lowercase());
            }
        } else if !matches!(character, '\'' | '\u{2019}') {
            flush(&mut word, each);
        }
        before = character;
    }
    flush(&mut word, each);
}

fn flush(word: &mut String, each: &mut dyn FnMut(&str)) {
    if !word.is_empty() && STOP_WORDS.binary_search(&word.as_str()).is_err() {
        singular(word);
        each(word);
    }
    word.clear();
}

/// Takes the ending of an English plural off: whether right or not matters little, as the words of
/// tools and those of queries lose it alike.
fn singular(word: &mut String) {
    let has = |ending: &str| word.len() > ending.len() + 1 && word.ends_with(ending);
    if has("ies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if has("sses") || has("xes") || has("ches") || has("shes") {
        word.truncate(word.len() - 2);
    } else if has("s") && !has("ss") && !has("us") && !has("is") {
        word.truncate(word.len() - 1);
    }
}

/// Han, kana and Hangul: written without spaces, or with spaces between more than words.
fn is_ideographic(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
