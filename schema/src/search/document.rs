//! What a tool is found by: the words of its listing, weighted by where they stand.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::words;
use crate::json::{Error, Kind, Raw, Reader};

/// How much a word of the name counts.
const NAME: u32 = 4;
/// How much a word of the title counts.
const TITLE: u32 = 2;
/// How much a word of the description, or of an argument's name, counts.
const REST: u32 = 1;

/// The longest line that [`one_line`] gives, in characters.
const MAX_LINE: usize = 160;

/// What a tool says of itself in `tools/list`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing<'a> {
    /// `title`
    pub title: Option<Cow<'a, str>>,
    /// `description`
    pub description: Option<Cow<'a, str>>,
    /// The names under `properties` of `inputSchema`.
    pub arguments: Vec<Cow<'a, str>>,
}

impl<'a> Listing<'a> {
    /// Reads the object of a tool in `tools/list`; what is not there, or is no JSON, is left out.
    pub fn read(tool: &'a str) -> Self {
        let mut listing = Self::default();
        // What the compiler wrote is an object; of anything else, as much as could be read stays.
        if let Ok(raw) = Raw::parse(tool.as_bytes()) {
            let _ = listing.members(&mut raw.reader());
        }
        listing
    }

    fn members(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
        let mut first = true;
        reader.begin_object()?;
        while let Some(key) = reader.next_key(&mut first)? {
            match &*key {
                "title" => self.title = Some(reader.string()?),
                "description" => self.description = Some(reader.string()?),
                "inputSchema" if reader.peek()? == Kind::Object => self.schema(reader)?,
                _ => {
                    reader.raw()?;
                }
            }
        }
        Ok(())
    }

    fn schema(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
        let mut first = true;
        reader.begin_object()?;
        while let Some(key) = reader.next_key(&mut first)? {
            if key != "properties" || reader.peek()? != Kind::Object {
                reader.raw()?;
                continue;
            }
            let mut first = true;
            reader.begin_object()?;
            while let Some(name) = reader.next_key(&mut first)? {
                self.arguments.push(name);
                reader.raw()?;
            }
        }
        Ok(())
    }
}

/// The words of one tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// How much each word counts.
    pub words: BTreeMap<String, u32>,
    /// How much they count together.
    pub length: u32,
}

impl Document {
    /// The words of the tool of that name and listing.
    pub fn of(name: &str, listing: &Listing<'_>) -> Self {
        let mut document = Self::default();
        document.add(name, NAME);
        document.add(listing.title.as_deref().unwrap_or_default(), TITLE);
        document.add(listing.description.as_deref().unwrap_or_default(), REST);
        for argument in &listing.arguments {
            document.add(argument, REST);
        }
        document
    }

    fn add(&mut self, text: &str, weight: u32) {
        words(text, &mut |word| {
            self.length = self.length.saturating_add(weight);
            match self.words.get_mut(word) {
                Some(count) => *count = count.saturating_add(weight),
                None => {
                    self.words.insert(word.to_owned(), weight);
                }
            }
        });
    }
}

/// The first sentence of a description, on one line and not too long.
pub fn one_line(description: &str) -> String {
    let line = description.trim().lines().next().unwrap_or_default().trim();
    let sentence = match line.find(". ") {
        Some(end) => line.get(..=end).unwrap_or(line),
        None => line,
    };
    if sentence.chars().count() <= MAX_LINE {
        return sentence.to_owned();
    }
    let kept: String = sentence.chars().take(MAX_LINE - 1).collect();
    let kept = kept
        .rsplit_once(' ')
        .map_or(kept.as_str(), |(kept, _)| kept);
    format!("{kept}…")
}
