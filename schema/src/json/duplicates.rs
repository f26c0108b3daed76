//! The walk that finds members with the same name, at any depth.
//!
//! RFC 8259 leaves open what such an object means, and readers differ: the first member counts, or
//! the last. A caller who knows which reader stands where can smuggle a value past a check, so an
//! object with such members is refused.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Error, Kind, Reader};

/// Up to this many names are compared one by one; more go to a hash set.
const FEW: usize = 16;

/// What is wrong with a text before any schema is looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is not JSON.
    Syntax(Error),
    /// A member's name occurs twice: the pointer to it, the name.
    Duplicate { pointer: String, name: String },
}

impl From<Error> for Flaw {
    fn from(error: Error) -> Self {
        Self::Syntax(error)
    }
}

/// Checks that `text` is one JSON value in which no object has two members of one name; the same as
/// UTF-8.
pub(crate) fn check(text: &[u8]) -> Result<&str, Flaw> {
    let text = std::str::from_utf8(text).map_err(|error| Error {
        what: "text that is not UTF-8",
        offset: error.valid_up_to(),
    })?;
    let mut reader = Reader::over(text);
    value(&mut reader)?;
    reader.end()?;
    Ok(text)
}

/// Recurses as deep as the reader allows containers to nest.
fn value(reader: &mut Reader<'_>) -> Result<(), Flaw> {
    match reader.peek()? {
        Kind::Object => object(reader),
        Kind::Array => array(reader),
        _ => {
            reader.raw()?;
            Ok(())
        }
    }
}

fn array(reader: &mut Reader<'_>) -> Result<(), Flaw> {
    reader.begin_array()?;
    let mut first = true;
    let mut index = 0_usize;
    while reader.next_item(&mut first)? {
        value(reader).map_err(|flaw| inside(flaw, &index.to_string()))?;
        index += 1;
    }
    Ok(())
}

fn object(reader: &mut Reader<'_>) -> Result<(), Flaw> {
    reader.begin_object()?;
    let mut first = true;
    let mut names = Names::default();
    while let Some(name) = reader.next_key(&mut first)? {
        if matches!(reader.peek()?, Kind::Object | Kind::Array) {
            value(reader).map_err(|flaw| inside(flaw, &name))?;
        } else {
            value(reader)?;
        }
        if let Some(name) = names.insert(name) {
            let flaw = Flaw::Duplicate {
                pointer: String::new(),
                name: name.to_string(),
            };
            return Err(inside(flaw, &name));
        }
    }
    Ok(())
}

/// The flaw as seen from one container further out.
#[cold]
fn inside(flaw: Flaw, segment: &str) -> Flaw {
    match flaw {
        Flaw::Syntax(_) => flaw,
        Flaw::Duplicate { pointer, name } => {
            let mut outer = String::new();
            crate::violation::push_segment(&mut outer, segment);
            Flaw::Duplicate {
                pointer: outer + &pointer,
                name,
            }
        }
    }
}

/// The names an object has had so far.
#[derive(Default)]
struct Names<'a> {
    /// The first names without escapes.
    few: [&'a str; FEW],
    count: usize,
    /// The others.
    many: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> Names<'a> {
    /// Adds a name, or gives it back where it is there already.
    fn insert(&mut self, name: Cow<'a, str>) -> Option<Cow<'a, str>> {
        let in_few = self.few.iter().take(self.count).any(|known| *known == name);
        if in_few || self.many.as_ref().is_some_and(|many| many.contains(&name)) {
            return Some(name);
        }
        match (&name, self.few.get_mut(self.count)) {
            (Cow::Borrowed(name), Some(free)) => {
                *free = name;
                self.count += 1;
            }
            _ => {
                self.many.get_or_insert_default().insert(name);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Flaw, check};

    fn duplicate(text: &str) -> Option<String> {
        match check(text.as_bytes()) {
            Ok(_) => None,
            Err(Flaw::Duplicate { pointer, .. }) => Some(pointer),
            Err(Flaw::Syntax(error)) => panic!("{error}: {text}"),
        }
    }

    #[test]
    fn finds_a_name_that_occurs_twice() {
        assert_eq!(duplicate(r#"{"a":1,"b":1}"#), None);
        assert_eq!(duplicate(r#"{"a":1,"b":{"a":1}}"#), None);
        assert_eq!(duplicate(r#"{"a":1,"a":1}"#).as_deref(), Some("/a"));
    }

    #[test]
    fn sees_through_escapes_and_escapes_the_pointer() {
        let text = r#"{"x":[1,{"a/b":{"c":1,"\u0063":2}}]}"#;
        assert_eq!(duplicate(text).as_deref(), Some("/x/1/a~1b/c"));
        assert_eq!(duplicate(r#"{"\u0061":1,"a":1}"#).as_deref(), Some("/a"));
        assert_eq!(
            duplicate(r#"{"\u0061":1,"\u0061":1}"#).as_deref(),
            Some("/a")
        );
    }

    #[test]
    fn finds_it_among_many() {
        let mut members: Vec<String> = (0..100).map(|n| format!(r#""m{n}":0"#)).collect();
        assert_eq!(duplicate(&format!("{{{}}}", members.join(","))), None);
        members.push(r#""m77":0"#.to_owned());
        assert_eq!(
            duplicate(&format!("{{{}}}", members.join(","))).as_deref(),
            Some("/m77")
        );
    }
}
