use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Builder, Document, Listing, MAX_QUERY_WORDS, one_line, rank, words};

fn of(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    words(text, &mut |word| all.push(word.to_owned()));
    all
}

#[test]
fn identifiers_and_sentences_have_the_same_words() {
    for text in [
        "listPets",
        "list_pets",
        "list-pet",
        "List the pets!",
        "LIST PETS",
    ] {
        assert_eq!(of(text), ["list", "pet"], "{text}");
    }
    assert_eq!(
        of("HTTPServer's OAuth2 v2.1"),
        ["http", "server", "o", "auth2", "v2", "1"]
    );
    assert_eq!(
        of("companies boxes classes status analysis address"),
        ["company", "box", "class", "status", "analysis", "address"]
    );
    assert_eq!(
        of("\u{5ba0}\u{7269} Größe"),
        ["\u{5ba0}", "\u{7269}", "größe"]
    );
    assert_eq!(of("a the of"), [""; 0]);
}

#[test]
fn listings_are_read_as_far_as_they_can_be() {
    let listing = Listing::read(
        r#"{"name":"a","title":"A \"pet\"","description":"B","inputSchema":{"type":"object","properties":{"c":{"type":"string"},"d":{}},"required":["c"]}}"#,
    );
    assert_eq!(listing.title.as_deref(), Some("A \"pet\""));
    assert_eq!(listing.description.as_deref(), Some("B"));
    assert_eq!(listing.arguments, ["c", "d"]);
    assert_eq!(Listing::read("[]"), Listing::default());
    assert_eq!(Listing::read("{\"title\":"), Listing::default());
}

#[test]
fn lines_are_first_sentences() {
    assert_eq!(one_line(" Lists pets. All of them."), "Lists pets.");
    assert_eq!(one_line("Version 1.2 of it\nMore"), "Version 1.2 of it");
    let long = one_line(&"word ".repeat(100));
    assert!(
        long.chars().count() <= 160 && long.ends_with("word…"),
        "{long}"
    );
    assert_eq!(one_line(&"x".repeat(300)).chars().count(), 160);
}

/// BM25 straight from its definition, over lists of words and nothing prepared.
fn naive(catalogue: &[BTreeMap<String, u32>], query: &str) -> Vec<usize> {
    let mut terms: Vec<String> = Vec::new();
    for term in of(query) {
        if !terms.contains(&term) && terms.len() < MAX_QUERY_WORDS {
            terms.push(term);
        }
    }
    let length =
        |tool: &BTreeMap<String, u32>| tool.values().map(|count| f64::from(*count)).sum::<f64>();
    let float = |count: usize| f64::from(u32::try_from(count).unwrap());
    let count = float(catalogue.len());
    let average = catalogue.iter().map(length).sum::<f64>().max(1.0) / count.max(1.0);
    let score = |tool: &BTreeMap<String, u32>| -> f64 {
        terms
            .iter()
            .map(|term| {
                let having = float(
                    catalogue
                        .iter()
                        .filter(|tool| tool.contains_key(term))
                        .count(),
                );
                let rarity = (1.0 + (count - having + 0.5) / (having + 0.5)).ln();
                let times = tool.get(term).copied().map_or(0.0, f64::from);
                rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length(tool) / average))
            })
            .sum()
    };
    let mut ranked: Vec<usize> = (0..catalogue.len())
        .filter(|tool| score(&catalogue[*tool]) > 0.0)
        .collect();
    ranked.sort_by(|left, right| {
        let (left_score, right_score) = (score(&catalogue[*left]), score(&catalogue[*right]));
        // What differs by rounding alone ranks alike.
        if (left_score - right_score).abs() < 1e-9 {
            left.cmp(right)
        } else {
            right_score.total_cmp(&left_score)
        }
    });
    ranked
}

fn some_text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "pet", "pets", "order", "user", "list", "create", "delete", "invoice", "the", "Größe",
        "listPets", "v2",
    ]);
    prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn the_index_ranks_as_the_definition_does(
        tools in prop::collection::vec((some_text(), some_text(), any::<bool>()), 0..30),
        query in some_text(),
    ) {
        let documents: Vec<(Document, bool)> = tools
            .into_iter()
            .map(|(name, description, outside)| {
                let listing = Listing { description: Some(description.into()), ..Listing::default() };
                (Document::of(&name, &listing), outside)
            })
            .collect();
        let mut builder = Builder::default();
        let mut outside = Vec::new();
        for (tool, (document, is_outside)) in documents.iter().enumerate() {
            if *is_outside {
                builder.add_outside();
                outside.push((tool, document.clone()));
            } else {
                builder.add(document.clone());
            }
        }
        let index = builder.build();
        let catalogue: Vec<_> = documents.iter().map(|(document, _)| document.words.clone()).collect();
        prop_assert_eq!(rank(&index, &outside, &query), naive(&catalogue, &query));
    }

    #[test]
    fn every_word_is_found_where_it_is(texts in prop::collection::vec("\\PC{0,60}", 0..40)) {
        let mut builder = Builder::default();
        let mut all: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (tool, text) in texts.iter().enumerate() {
            builder.add(Document::of(text, &Listing::default()));
            for word in of(text) {
                all.entry(word).or_default().insert(tool);
            }
        }
        let index = builder.build();
        prop_assert_eq!(index.ends.len(), all.len());
        for (word, tools) in &all {
            let found: BTreeSet<usize> = index.tools(word).map(|(tool, _)| tool).collect();
            prop_assert_eq!(&found, tools, "{}", word);
        }
        prop_assert_eq!(index.tools("").count(), 0);
        prop_assert_eq!(index.tools("\u{10ffff}").count(), 0);
    }

    #[test]
    fn broken_tables_are_no_reason_to_fail(
        words in "[a-d]{0,8}", ends in prop::collection::vec((0_u32..12, 0_u32..12), 0..6),
        postings in prop::collection::vec(any::<u8>(), 0..12), lengths in prop::collection::vec(any::<u32>(), 0..4),
    ) {
        let index = super::Index { words: words.into(), ends: ends.into(), postings: postings.into(), lengths: lengths.into() };
        let _ = rank(&index, &[], "a b c d ab bc cd abc");
    }
}
