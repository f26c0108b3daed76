//! Every name that the compiler makes, in one place: tools, arguments, Rust identifiers.
//!
//! Names are functions of the document alone, so that they do not change when operations are added
//! around them: nothing is numbered across tools, and what is cut gets a hash of the whole name.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

/// The longest tool name that is made. Clients put a prefix of their own before it and cut, hide or
/// refuse what goes beyond 60 to 64 characters.
pub(super) const MAX_TOOL_NAME: usize = 40;

/// The longest argument name that the tool APIs of model providers take.
pub(super) const MAX_ARGUMENT_NAME: usize = 64;

/// How many characters of the hash stand in for what was cut off.
const HASH: usize = 8;

/// The name of a tool for an operation: its id where it has one, otherwise method and path; always
/// `^[a-zA-Z][a-zA-Z0-9_-]{0,39}$`.
pub(super) fn tool(id: Option<&str>, method: &str, path: &str) -> String {
    let wished = id.map_or_else(
        || format!("{} {path}", method.to_ascii_lowercase()),
        str::to_owned,
    );
    let mut name = replaced(&wished, |character| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
    });
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name = format!("{}_{name}", method.to_ascii_lowercase());
    }
    let letters = || wished.chars().filter(|letter| letter.is_alphanumeric());
    if letters().filter(char::is_ascii).count() * 2 < letters().count() {
        // Most of it is in another script: what is left tells nothing apart.
        return hashed(&name, &wished, MAX_TOOL_NAME);
    }
    shortened(&name, &wished, MAX_TOOL_NAME)
}

/// The name that callers know an argument by: the wire name where it is one that every client takes,
/// `^[a-zA-Z0-9_.-]{1,64}$`; otherwise made from it. `taken` are the names given so far.
pub(super) fn argument(wire: &str, taken: &BTreeSet<String>) -> String {
    let name = replaced(wire, |character| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
    });
    let name = if name.is_empty() {
        "argument".to_owned()
    } else {
        name
    };
    let name = shortened(&name, wire, MAX_ARGUMENT_NAME);
    if taken.contains(&name) {
        // The hash of the wire name, not a number: the order of the document decides nothing.
        hashed(&name, wire, MAX_ARGUMENT_NAME)
    } else {
        name
    }
}

/// A Rust identifier in snake case, unlike those in `taken`, to which it is added.
pub(super) fn snake(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut out = String::new();
    let mut previous = ' ';
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
        } else if character.is_ascii_uppercase() {
            if previous.is_ascii_lowercase() || previous.is_ascii_digit() {
                out.push('_');
            }
            out.push(character.to_ascii_lowercase());
        } else {
            out.push(character);
        }
        previous = character;
    }
    identifier(out.trim_end_matches('_'), "value", '_', taken)
}

/// A Rust identifier in upper camel case, unlike those in `taken`, to which it is added.
pub(super) fn camel(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut out = String::new();
    let mut start = true;
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            start = true;
        } else if start {
            out.push(character.to_ascii_uppercase());
            start = false;
        } else {
            out.push(character);
        }
    }
    identifier(&out, "Tool", 'N', taken)
}

/// Makes `text`, which is ASCII letters, digits and `_`, an identifier that is none of `taken`.
fn identifier(text: &str, empty: &str, before_digit: char, taken: &mut BTreeSet<String>) -> String {
    let mut name = if text.is_empty() {
        empty.to_owned()
    } else {
        text.to_owned()
    };
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, before_digit);
    }
    // `gen` is a keyword since edition 2024, which the parser does not know of.
    if syn::parse_str::<syn::Ident>(&name).is_err() || name == "gen" {
        name.push('_');
    }
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        let separator = if before_digit == '_' { "_" } else { "" };
        candidate = format!("{}{separator}{number}", name.trim_end_matches('_'));
        number += 1;
    }
    candidate
}

/// `text` with every run of characters that are not `allowed` made one `_`, and none at either end.
fn replaced(text: &str, allowed: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    let mut pending = false;
    for character in text.chars() {
        if allowed(character) {
            if pending && !out.is_empty() {
                out.push('_');
            }
            pending = false;
            out.push(character);
        } else {
            pending = true;
        }
    }
    out
}

/// `name`, cut to `limit` where it is longer, with a hash of `whole` in place of what was cut.
fn shortened(name: &str, whole: &str, limit: usize) -> String {
    if name.len() <= limit {
        name.to_owned()
    } else {
        hashed(name, whole, limit)
    }
}

/// The start of `name` and a hash of `whole`, together at most `limit` characters.
fn hashed(name: &str, whole: &str, limit: usize) -> String {
    let digest = Sha256::digest(whole.as_bytes());
    let head: String = name.chars().take(limit - HASH - 1).collect();
    let head = head.trim_end_matches(['_', '-', '.']);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let hash: String = digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .take(HASH)
        .collect();
    format!("{head}_{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tool_names_come_from_the_id_or_from_method_and_path() {
        assert_eq!(tool(Some("listPets"), "GET", "/pets"), "listPets");
        assert_eq!(tool(Some("repos/get"), "GET", "/repos"), "repos_get");
        assert_eq!(
            tool(None, "GET", "/pets/{petId}/toys"),
            "get_pets_petId_toys"
        );
        assert_eq!(tool(Some("2fa enable"), "POST", "/2fa"), "post_2fa_enable");
        assert_eq!(tool(Some("héllo wörld"), "GET", "/"), "h_llo_w_rld");
        let names = ["名前", "年齢", "日K线"].map(|id| tool(Some(id), "GET", "/"));
        assert!(names.iter().all(|name| name.len() <= MAX_TOOL_NAME));
        assert!(names[0].starts_with("get_") && names[2].starts_with("K_"));
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn long_tool_names_are_cut_with_a_hash_of_the_whole() {
        let first = tool(
            Some("actions/list-selected-repositories-enabled-for-organization"),
            "GET",
            "/",
        );
        let second = tool(
            Some("actions/list-selected-repositories-enabled-for-enterprise"),
            "GET",
            "/",
        );
        assert_eq!(first.len(), MAX_TOOL_NAME);
        assert_ne!(first, second);
        assert!(first.starts_with("actions_list-selected-repositor_"));
    }

    #[test]
    fn argument_names_keep_what_clients_take() {
        let taken = BTreeSet::from(["filter_x".to_owned()]);
        assert_eq!(argument("per_page", &taken), "per_page");
        assert_eq!(argument("$filter", &taken), "filter");
        assert_eq!(argument("created[gte]", &taken), "created_gte");
        assert_eq!(argument("", &taken), "argument");
        assert!(argument("filter[x]", &taken).starts_with("filter_x_"));
    }

    #[test]
    fn identifiers_are_rust() {
        let mut taken = BTreeSet::new();
        for (name, expected) in [
            ("petId", "pet_id"),
            ("type", "type_"),
            ("self", "self_"),
            ("Self", "self_2"),
            ("X-Request-ID", "x_request_id"),
            ("HTTPServer", "httpserver"),
            ("+1", "_1"),
            ("-1", "_1_2"),
            ("", "value"),
            ("_", "value_2"),
            ("gen", "gen_"),
        ] {
            assert_eq!(snake(name, &mut taken), expected);
        }
        let mut taken = BTreeSet::new();
        for (name, expected) in [
            ("listPets", "ListPets"),
            ("list_pets", "ListPets2"),
            ("repos_get-content", "ReposGetContent"),
            ("2fa", "N2fa"),
            ("self", "Self_"),
        ] {
            assert_eq!(camel(name, &mut taken), expected);
        }
    }
}
