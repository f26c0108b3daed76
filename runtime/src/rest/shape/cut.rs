//! Arrays that may be shortened: which of their items are kept, and where those stand in the output.

use std::collections::BinaryHeap;
use std::ops::Range;

/// How many arrays can be shortened to make an answer fit, and are told of by name.
const MAX_ARRAYS: usize = 256;

/// The longest name that is told, in bytes.
const MAX_NAME: usize = 100;

/// An array of which items were left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// JSON Pointer; empty for an array that is the whole answer.
    pub pointer: String,
    /// How many items are shown.
    pub kept: usize,
    /// How many there are.
    pub total: usize,
}

/// An array.
#[derive(Debug)]
struct Array {
    pointer: String,
    /// Where each kept item begins in the output, its comma included.
    begins: Vec<usize>,
    /// Where the last of them ends; `None` while the array is read.
    end: Option<usize>,
    total: usize,
    /// Whether an item was left out, after which all are.
    full: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Arrays {
    list: Vec<Array>,
    open: Option<usize>,
}

impl Arrays {
    /// Begins an array; `name` is that of the member that it is. Nothing is kept about those that are
    /// too many.
    pub(super) fn begin(&mut self, name: Option<&str>) {
        self.open = None;
        if self.list.len() >= MAX_ARRAYS {
            return;
        }
        let mut pointer = String::new();
        if let Some(name) = name {
            pointer.push('/');
            let end = name.floor_char_boundary(MAX_NAME);
            let shown = name.get(..end).unwrap_or_default();
            pointer.push_str(&shown.replace('~', "~0").replace('/', "~1"));
        }
        self.open = Some(self.list.len());
        self.list.push(Array {
            pointer,
            begins: Vec::new(),
            end: None,
            total: 0,
            full: false,
        });
    }

    /// Begins an item of the open array at `at` of the output: whether it is kept. `position` is its
    /// position in the array, `most` how many are kept.
    pub(super) fn item(&mut self, at: usize, position: usize, most: Option<usize>) -> bool {
        let admitted = most.is_none_or(|most| position < most);
        let Some(array) = self.open() else {
            return admitted;
        };
        array.total = position + 1;
        array.full |= !admitted;
        if !array.full {
            array.begins.push(at);
        }
        !array.full
    }

    /// Ends the open array, whose closing bracket comes to stand at `at`.
    pub(super) fn end(&mut self, at: usize) {
        if let Some(array) = self.open() {
            array.end = Some(at);
            if array.total == 0 {
                self.list.pop();
            }
        }
        self.open = None;
    }

    fn open(&mut self) -> Option<&mut Array> {
        self.list.get_mut(self.open?)
    }

    /// Takes items off the ends of the arrays, always off the one that takes the most room, until `out`
    /// has at most `limit` bytes: whether the item that is being written was among them. `None` where
    /// that is not enough.
    pub(super) fn shrink(&mut self, out: &mut Vec<u8>, limit: usize) -> Option<bool> {
        let mut removed: Vec<Range<usize>> = self
            .list
            .iter()
            .map(|array| {
                let end = array.end.unwrap_or(out.len());
                end..end
            })
            .collect();
        let mut by_size: BinaryHeap<(usize, usize)> = self
            .list
            .iter()
            .enumerate()
            .filter_map(|(position, array)| {
                Some((
                    array.end.unwrap_or(out.len()) - array.begins.first()?,
                    position,
                ))
            })
            .collect();
        let mut length = out.len();
        while length > limit {
            let (size, position) = by_size.pop()?;
            let (array, range) = (self.list.get_mut(position)?, removed.get_mut(position)?);
            let begin = array.begins.pop()?;
            let freed = range.start - begin;
            array.full = true;
            range.start = begin;
            length -= freed;
            if !array.begins.is_empty() {
                by_size.push((size - freed, position));
            }
        }
        let is_open = self.open.and_then(|open| removed.get(open));
        let lost = is_open.is_some_and(|range| !range.is_empty());
        self.close_up(out, &removed);
        Some(lost)
    }

    /// Takes the ranges, one for each array and in order, out of the output.
    fn close_up(&mut self, out: &mut Vec<u8>, removed: &[Range<usize>]) {
        let (mut to, mut from) = (0, 0);
        for (array, range) in self.list.iter_mut().zip(removed) {
            let shift = from - to;
            for begin in &mut array.begins {
                *begin -= shift;
            }
            if array.end.is_some() {
                array.end = Some(range.start - shift);
            }
            out.copy_within(from..range.start, to);
            to += range.start - from;
            from = range.end;
        }
        out.copy_within(from.., to);
        out.truncate(to + out.len() - from);
    }

    /// What was left out.
    pub(super) fn left_out(self) -> Vec<LeftOut> {
        self.list
            .into_iter()
            .filter(|array| array.full)
            .map(|array| LeftOut {
                pointer: array.pointer,
                kept: array.begins.len(),
                total: array.total,
            })
            .collect()
    }
}
