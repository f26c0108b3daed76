//! Text from documents made fit for models: nothing invisible, no markup, no more than is useful.

/// The names of HTML elements that occur in descriptions; other words in angle brackets are
/// placeholders and stay.
const ELEMENTS: [&str; 44] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];

/// Entities that occur in descriptions.
const ENTITIES: [(&str, char); 7] = [
    ("&amp;", '&'),
    ("&apos;", '\''),
    ("&#39;", '\''),
    ("&gt;", '>'),
    ("&lt;", '<'),
    ("&nbsp;", ' '),
    ("&quot;", '"'),
];

/// Removes characters that readers do not see and could be made to obey (controls, bidirectional
/// overrides, zero-width and tag characters) and HTML tags, and makes one space of each run of white
/// space.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut gap = false;
    while let Some(c) = rest.chars().next() {
        if c == '<'
            && let Some(length) = tag_length(rest)
        {
            gap = true;
            rest = rest.get(length..).unwrap_or("");
            continue;
        }
        let (c, length) = entity(rest).unwrap_or((c, c.len_utf8()));
        rest = rest.get(length..).unwrap_or("");
        if c.is_whitespace() {
            gap = true;
        } else if !is_invisible(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

/// The first `limit` characters at most, cut between words where that loses little, with `…` in place
/// of the rest.
pub fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    let cut = match kept.rfind(' ') {
        Some(space) if space * 4 >= kept.len() * 3 => kept.get(..space).unwrap_or(&kept),
        _ => &kept,
    };
    format!("{}…", cut.trim_end_matches([' ', ',', ';', ':', '.']))
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}')
}

/// The length in bytes of the HTML tag or comment at the start of `text`.
fn tag_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    if inner.starts_with("!--") {
        return text.find("-->").map(|end| end + 3);
    }
    let end = text.find('>')?;
    let name: String = inner
        .trim_start_matches('/')
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    ELEMENTS.contains(&name.as_str()).then_some(end + 1)
}

/// The character that an entity at the start of `text` stands for, and the entity's length in bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    let (name, c) = ENTITIES.iter().find(|(name, _)| text.starts_with(name))?;
    Some((*c, name.len()))
}
