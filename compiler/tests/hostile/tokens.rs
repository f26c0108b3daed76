//! What the emitters' tokens look like, whatever the texts are.

use std::collections::BTreeSet;

use gatewright_compiler::emit;
use gatewright_compiler::plan::{Action, Plan};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The kinds of a literal and of a generated name, which no token is called.
const LITERAL: &str = "<literal>";
const NAME: &str = "<name>";

/// Which words the emitters use, and which tokens stand beside each other.
#[derive(Default)]
pub(crate) struct Grammar {
    words: BTreeSet<String>,
    pairs: BTreeSet<(String, String)>,
}

impl Grammar {
    /// Adds what is emitted for `plan`.
    pub(crate) fn learn(&mut self, plan: &Plan) {
        let names = names(plan);
        let tokens = flat(emit::tokens(plan));
        for token in &tokens {
            if let Token::Word(word) = token
                && !names.contains(word)
            {
                self.words.insert(word.clone());
            }
        }
        let kinds: Vec<_> = tokens.iter().map(|token| kind(token, &names)).collect();
        for (first, second) in kinds.iter().zip(kinds.iter().skip(1)) {
            let pair = ((*first).to_owned(), (*second).to_owned());
            self.pairs.insert(pair);
        }
    }

    /// Adds what another learned.
    pub(crate) fn join(&mut self, other: Self) {
        self.words.extend(other.words);
        self.pairs.extend(other.pairs);
    }
}

/// A token of a stream without its nesting.
enum Token {
    Word(String),
    Literal(String),
    Mark(String),
}

fn flat(tokens: TokenStream) -> Vec<Token> {
    let mut flattened = Vec::new();
    flatten(tokens, &mut flattened);
    flattened
}

fn flatten(tokens: TokenStream, into: &mut Vec<Token>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => into.push(Token::Word(word.to_string())),
            TokenTree::Literal(literal) => into.push(Token::Literal(literal.to_string())),
            TokenTree::Punct(punct) => into.push(Token::Mark(punct.to_string())),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("<", ">"),
                };
                into.push(Token::Mark(open.to_owned()));
                flatten(group.stream(), into);
                into.push(Token::Mark(close.to_owned()));
            }
        }
    }
}

/// The identifiers that were made for this plan.
fn names(plan: &Plan) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for server in &plan.servers {
        names.insert(server.module.clone());
        for tool in &server.tools {
            match &tool.action {
                Action::Operation(operation) => {
                    names.insert(operation.type_name.clone());
                    names.insert(operation.method_name.clone());
                    let method = operation.method_name.trim_end_matches('_');
                    names.insert(format!("{}_OPERATION", method.to_ascii_uppercase()));
                    names.extend(operation.fields.iter().map(|field| field.ident.clone()));
                }
                Action::Rust(path) => names.extend(path.split("::").map(str::to_owned)),
            }
        }
    }
    names
}

/// What a token counts as.
fn kind<'t>(token: &'t Token, names: &BTreeSet<String>) -> &'t str {
    match token {
        Token::Word(word) if names.contains(word) => NAME,
        Token::Word(word) => word,
        Token::Literal(_) => LITERAL,
        Token::Mark(mark) => mark,
    }
}

/// What a token may count as: a generated name may be a word of the emitters, too.
fn kinds<'t>(token: &'t Token, names: &BTreeSet<String>) -> Vec<&'t str> {
    match token {
        Token::Word(word) if names.contains(word) => vec![NAME, word],
        other => vec![kind(other, names)],
    }
}

/// Nothing in what is emitted for `plan` is new to `grammar`, documentation holds no text of a document,
/// and printing it changes no literal.
pub(crate) fn examine(plan: &Plan, grammar: &Grammar, case: &str) {
    let stream = emit::tokens(plan);
    let names = names(plan);
    for name in &names {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        assert!(name.bytes().all(legal), "{case}: the name {name:?}");
    }
    let tokens = flat(stream.clone());
    for token in &tokens {
        if let Token::Word(word) = token {
            assert!(
                names.contains(word) || grammar.words.contains(word),
                "{case}: the word `{word}`"
            );
        }
    }
    let kinds: Vec<_> = tokens.iter().map(|token| kinds(token, &names)).collect();
    for (firsts, seconds) in kinds.iter().zip(kinds.iter().skip(1)) {
        let known = firsts.iter().any(|first| {
            seconds.iter().any(|second| {
                let pair = ((*first).to_owned(), (*second).to_owned());
                grammar.pairs.contains(&pair)
            })
        });
        assert!(known, "{case}: {firsts:?} before {seconds:?}");
    }
    documentation(&tokens, case);
    // Printing takes longer than all the rest: of the cases, one of some.
    if case.len().is_multiple_of(8) {
        printed(plan, &tokens, case);
    }
}

/// Comments are worded by the compiler: no fences, links, markup or characters of documents in them.
fn documentation(tokens: &[Token], case: &str) {
    for window in tokens.windows(3) {
        if let [Token::Word(doc), Token::Mark(equals), Token::Literal(text)] = window
            && doc == "doc"
            && equals == "="
        {
            let text = text.trim_start_matches('r').trim_matches('"');
            let plain = |character: char| {
                character.is_ascii_alphanumeric() || " _-.,:;/'`#".contains(character)
            };
            assert!(
                text.chars().all(plain)
                    && !text.contains("``")
                    && (!text.contains('#') || text == " # Errors"),
                "{case}: the comment {text:?}"
            );
        }
    }
}

/// The formatted source holds the same literals and words, and no comment but the two lines on top.
fn printed(plan: &Plan, tokens: &[Token], case: &str) {
    let source = emit::source(plan);
    let stream: TokenStream = source
        .parse()
        .unwrap_or_else(|error| panic!("{case}: {error}\n{source}"));
    let text = |token: &Token| match token {
        Token::Word(text) => Some(text.clone()),
        Token::Literal(text) => Some(value(text)),
        Token::Mark(_) => None,
    };
    let before: Vec<_> = tokens.iter().filter_map(text).collect();
    let after: Vec<_> = flat(stream).iter().filter_map(text).collect();
    let changed = before.iter().zip(&after).find(|(a, b)| a != b);
    assert!(
        before == after,
        "{case}: printing changes {changed:?} of {} to {} words",
        before.len(),
        after.len()
    );
}

/// A literal's value: a string has several spellings.
fn value(literal: &str) -> String {
    match syn::parse_str::<syn::LitStr>(literal) {
        Ok(string) => string.value(),
        Err(_) => literal.to_owned(),
    }
}
