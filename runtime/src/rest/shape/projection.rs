//! The machine that reads JSON in pieces and writes what of it is kept, without white space.

use gatewright_schema::json::{Error, MAX_DEPTH};

use super::cut::{Arrays, LeftOut};
use super::token::{Number, Text, plain};
use super::utf8::Utf8;
use super::{Fate, Level, Refusal, Shape, key};

/// The byte order mark, which RFC 8259, section 8.1, lets readers ignore.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What of a JSON text is kept. Give it the pieces of the text as they come, then [`finish`].
///
/// It checks the syntax of everything, also of what it leaves out, and keeps no more than the output
/// and, for a moment, the name of a member. Where [`Shape::max_bytes`] bounds the output, it holds at
/// most twice as much. The result does not depend on where the text was cut into pieces.
///
/// [`finish`]: Projection::finish
#[derive(Debug)]
pub struct Projection {
    shape: &'static Shape,
    out: Vec<u8>,
    stack: Vec<Frame>,
    state: State,
    /// What is done with the value or the member's name that is being read.
    fate: Fate,
    /// The name that is being read, as JSON text, where it matters.
    name: Option<Vec<u8>>,
    arrays: Arrays,
    /// Where the output is shortened; at most `usize::MAX`, which it never reaches.
    bound: usize,
    utf8: Utf8,
    /// How many bytes came before this piece.
    offset: usize,
}

/// A container that is open.
#[derive(Debug)]
struct Frame {
    object: bool,
    fate: Fate,
    /// Whether nothing was written into it yet.
    empty: bool,
    /// How many items it had; counted where it can be shortened.
    items: usize,
    can_be_cut: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A byte order mark, of which so many bytes were seen, or a value.
    Start(usize),
    Value,
    /// An item or the end of the array.
    FirstItem,
    /// A name or the end of the object.
    FirstName,
    Name,
    Colon,
    /// A comma, the end of the container, or nothing at all.
    After,
    String(Text),
    NameString(Text),
    Number(Number),
    /// The rest of a word.
    Word(&'static [u8]),
}

fn error(what: &'static str, offset: usize) -> Refusal {
    Refusal::Syntax(Error { what, offset })
}

impl Projection {
    /// The machine at the start of a text.
    pub fn new(shape: &'static Shape) -> Self {
        Self {
            shape,
            out: Vec::new(),
            stack: Vec::new(),
            state: State::Start(0),
            fate: if shape.levels.is_empty() {
                Fate::Keep
            } else {
                Fate::Into(0)
            },
            name: None,
            arrays: Arrays::default(),
            bound: shape
                .max_bytes
                .map_or(usize::MAX, |limit| limit.saturating_mul(2).max(2)),
            utf8: Utf8::default(),
            offset: 0,
        }
    }

    /// Reads the next piece.
    ///
    /// # Errors
    /// Where it is not JSON, or cannot be made to fit. Nothing may be pushed after that.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        self.utf8
            .check(piece)
            .map_err(|at| error("text that is not UTF-8", self.offset + at))?;
        let mut at = 0;
        while at < piece.len() {
            at = self.step(piece, at)?;
        }
        self.offset += piece.len();
        Ok(())
    }

    /// The kept text, and the arrays that were shortened.
    ///
    /// # Errors
    /// Where the text does not end here, or cannot be made to fit.
    pub fn finish(mut self) -> Result<(Vec<u8>, Vec<LeftOut>), Refusal> {
        if let State::Number(number) = self.state
            && number.is_whole()
        {
            self.state = State::After;
        }
        if self.state != State::After || !self.stack.is_empty() || !self.utf8.is_whole() {
            return Err(error("an end before the value's", self.offset));
        }
        if let Some(limit) = self.shape.max_bytes
            && self.out.len() > limit
        {
            self.arrays
                .shrink(&mut self.out, limit)
                .ok_or(Refusal::TooLarge(limit))?;
        }
        Ok((self.out, self.arrays.left_out()))
    }

    /// Reads what is at `at`, and returns where it ends.
    fn step(&mut self, piece: &[u8], at: usize) -> Result<usize, Refusal> {
        let Some(&byte) = piece.get(at) else {
            return Ok(at + 1);
        };
        let here = self.offset + at;
        match self.state {
            State::String(Text::Plain) | State::NameString(Text::Plain) => {
                return self.text(piece, at);
            }
            State::String(text) => {
                let next = text.next(byte).map_err(|what| error(what, here))?;
                self.copy(&[byte])?;
                self.state = State::String(next);
            }
            State::NameString(text) => {
                let next = text.next(byte).map_err(|what| error(what, here))?;
                self.copy(&[byte])?;
                self.state = State::NameString(next);
            }
            State::Number(number) => match number.next(byte) {
                Some(next) => {
                    self.copy(&[byte])?;
                    self.state = State::Number(next);
                }
                None if number.is_whole() => {
                    self.state = State::After;
                    return Ok(at);
                }
                None => return Err(error("a number that is none", here)),
            },
            State::Word(rest) => match rest.split_first() {
                Some((expected, rest)) if byte == *expected => {
                    self.copy(&[byte])?;
                    self.state = if rest.is_empty() {
                        State::After
                    } else {
                        State::Word(rest)
                    };
                }
                _ => return Err(error("a word other than a literal", here)),
            },
            State::Start(seen) if MARK.get(seen) == Some(&byte) => {
                self.state = State::Start(seen + 1);
            }
            State::Start(0 | 3) => {
                self.state = State::Value;
                return Ok(at);
            }
            State::Start(_) => return Err(error("a byte that starts no value", here)),
            _ if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') => {}
            _ => self.structure(byte, here)?,
        }
        Ok(at + 1)
    }

    /// Reads a piece of a string.
    fn text(&mut self, piece: &[u8], at: usize) -> Result<usize, Refusal> {
        let rest = piece.get(at..).unwrap_or_default();
        let run = plain(rest);
        if run > 0 {
            self.copy(rest.get(..run).unwrap_or_default())?;
            return Ok(at + run);
        }
        let is_name = matches!(self.state, State::NameString(_));
        match rest.first() {
            Some(b'"') => {
                self.copy(b"\"")?;
                if is_name {
                    self.end_name()?;
                }
                self.state = if is_name { State::Colon } else { State::After };
            }
            Some(b'\\') => {
                self.copy(b"\\")?;
                self.state = if is_name {
                    State::NameString(Text::Backslash)
                } else {
                    State::String(Text::Backslash)
                };
            }
            _ => return Err(error("a control character in a string", self.offset + at)),
        }
        Ok(at + 1)
    }

    /// Reads a byte between the tokens, or the first of one.
    fn structure(&mut self, byte: u8, at: usize) -> Result<(), Refusal> {
        let in_object = self.stack.last().map(|frame| frame.object);
        match (self.state, byte) {
            (State::FirstItem, b']') | (State::FirstName, b'}') => self.end_container(),
            (State::After, b']') if in_object == Some(false) => self.end_container(),
            (State::After, b'}') if in_object == Some(true) => self.end_container(),
            (State::FirstItem | State::Value, _) => self.begin_value(byte, at),
            (State::FirstName | State::Name, b'"') => self.begin_name(),
            (State::FirstName | State::Name, _) => {
                Err(error("a member whose name is no string", at))
            }
            (State::Colon, b':') => {
                self.state = State::Value;
                if self.fate == Fate::Drop {
                    return Ok(());
                }
                self.write(b":")
            }
            (State::Colon, _) => Err(error("a member without `:`", at)),
            (_, b',') if in_object.is_some() => {
                self.state = if in_object == Some(true) {
                    State::Name
                } else {
                    State::Value
                };
                Ok(())
            }
            _ => Err(error(
                match in_object {
                    Some(true) => "a member followed by neither `,` nor `}`",
                    Some(false) => "an item followed by neither `,` nor `]`",
                    None => "text after the value",
                },
                at,
            )),
        }
    }

    fn begin_name(&mut self) -> Result<(), Refusal> {
        self.state = State::NameString(Text::Plain);
        self.name = None;
        let depth = self.stack.len();
        let Some(frame) = self.stack.last() else {
            return Ok(());
        };
        self.fate = frame.fate;
        // A name is kept where it decides, or is told of an array that was shortened.
        match frame.fate {
            Fate::Into(_) => self.name = Some(Vec::new()),
            Fate::Keep if depth == 1 && self.cuts() => self.name = Some(Vec::new()),
            Fate::Keep => self.separate()?,
            Fate::Drop | Fate::Mask(_) => {}
        }
        self.copy(b"\"")
    }

    /// Decides what is done with the member whose name was kept.
    fn end_name(&mut self) -> Result<(), Refusal> {
        let Some(name) = self.name.take() else {
            return Ok(());
        };
        if let Fate::Into(level) = self.fate {
            self.fate = self
                .level(level)
                .map_or(Fate::Drop, |level| key::fate(level, &name));
        }
        if self.fate != Fate::Drop {
            self.separate()?;
        }
        // The comma may have been what was too much for the item that this is in.
        if self.fate != Fate::Drop {
            self.write(&name)?;
        }
        self.name = Some(name);
        Ok(())
    }

    fn begin_value(&mut self, byte: u8, at: usize) -> Result<(), Refusal> {
        if self.stack.last().is_some_and(|frame| !frame.object) {
            self.begin_item()?;
        }
        if let Fate::Mask(position) = self.fate {
            tracing::trace!(target: "gatewright::policy", mask = position, "masked");
            // What is masked is read like what is left out.
            let mask = self.shape.masks.get(position).copied();
            self.write(mask.unwrap_or("null").as_bytes())?;
            self.fate = Fate::Drop;
        }
        match byte {
            b'{' | b'[' => return self.begin_container(byte, at),
            b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {}
            _ => return Err(error("a byte that starts no value", at)),
        }
        if let Fate::Into(level) = self.fate {
            if self.level(level).is_some_and(|level| level.scalars) {
                self.fate = Fate::Keep;
            } else {
                self.write(b"null")?;
                self.fate = Fate::Drop;
            }
        }
        self.state = match byte {
            b'"' => State::String(Text::Plain),
            b't' => State::Word(b"rue"),
            b'f' => State::Word(b"alse"),
            b'n' => State::Word(b"ull"),
            _ => State::Number(Number::begin(byte)),
        };
        self.copy(&[byte])
    }

    fn begin_item(&mut self) -> Result<(), Refusal> {
        let levels = self.shape.levels;
        let Some(frame) = self.stack.last_mut() else {
            return Ok(());
        };
        let position = frame.items;
        frame.items += 1;
        self.fate = match frame.fate {
            Fate::Into(level) => levels.get(level).map_or(Fate::Drop, |level| level.others),
            fate => fate,
        };
        let kept = !frame.can_be_cut
            || self
                .arrays
                .item(self.out.len(), position, self.shape.max_items);
        if !kept {
            self.fate = Fate::Drop;
        }
        if self.fate == Fate::Drop {
            return Ok(());
        }
        self.separate()
    }

    fn begin_container(&mut self, byte: u8, at: usize) -> Result<(), Refusal> {
        let depth = self.stack.len();
        if depth >= MAX_DEPTH {
            return Err(error("a value nested too deeply", at));
        }
        let object = byte == b'{';
        if self.fate != Fate::Drop {
            self.write(&[byte])?;
        }
        let outer = depth == 0 || depth == 1 && self.stack.iter().all(|frame| frame.object);
        let can_be_cut = !object && outer && self.cuts() && !self.leaves_out_items();
        if can_be_cut {
            let name = self.name.as_deref().filter(|_| depth == 1).map(key::name);
            self.arrays.begin(name.as_deref());
        }
        self.stack.push(Frame {
            object,
            fate: self.fate,
            empty: true,
            items: 0,
            can_be_cut,
        });
        self.state = if object {
            State::FirstName
        } else {
            State::FirstItem
        };
        Ok(())
    }

    /// Whether no item of the array that begins is kept, however many there are.
    fn leaves_out_items(&self) -> bool {
        match self.fate {
            Fate::Keep => false,
            Fate::Drop | Fate::Mask(_) => true,
            Fate::Into(level) => self
                .level(level)
                .is_none_or(|level| level.others == Fate::Drop),
        }
    }

    fn end_container(&mut self) -> Result<(), Refusal> {
        self.state = State::After;
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        if frame.can_be_cut {
            self.arrays.end(self.out.len());
        }
        if frame.fate == Fate::Drop {
            return Ok(());
        }
        self.write(if frame.object { b"}" } else { b"]" })
    }

    fn level(&self, level: usize) -> Option<&'static Level> {
        self.shape.levels.get(level)
    }

    /// Whether arrays are shortened.
    fn cuts(&self) -> bool {
        self.shape.max_items.is_some() || self.shape.max_bytes.is_some()
    }

    /// Writes the comma before a member or an item that is not the first.
    fn separate(&mut self) -> Result<(), Refusal> {
        let first = self
            .stack
            .last_mut()
            .is_none_or(|frame| std::mem::take(&mut frame.empty));
        if first {
            return Ok(());
        }
        self.write(b",")
    }

    /// Writes bytes of a token, if it is kept, or keeps them as the name that they are of.
    fn copy(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        if let State::NameString(_) = self.state
            && let Some(name) = &mut self.name
        {
            name.extend_from_slice(bytes);
            return Ok(());
        }
        if self.fate == Fate::Drop {
            return Ok(());
        }
        self.write(bytes)
    }

    /// Writes bytes. Always shortens at the same length of the output, wherever the pieces ended.
    fn write(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        loop {
            let room = self.bound - self.out.len();
            if bytes.len() < room {
                self.out.extend_from_slice(bytes);
                return Ok(());
            }
            let (fitting, rest) = bytes.split_at(room);
            self.out.extend_from_slice(fitting);
            bytes = rest;
            let limit = self.shape.max_bytes.unwrap_or(usize::MAX);
            let lost = self
                .arrays
                .shrink(&mut self.out, limit)
                .ok_or(Refusal::TooLarge(limit))?;
            if lost {
                self.lose_item();
                return Ok(());
            }
        }
    }

    /// Leaves out the rest of the item that is being read.
    #[cold]
    fn lose_item(&mut self) {
        self.fate = Fate::Drop;
        let array = self.stack.iter().position(|frame| frame.can_be_cut);
        for frame in self.stack.iter_mut().skip(array.map_or(0, |at| at + 1)) {
            frame.fate = Fate::Drop;
        }
    }
}
