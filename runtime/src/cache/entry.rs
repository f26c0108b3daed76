//! One answer in memory, and what it weighs.

use std::time::Duration;

use bytes::Bytes;
use quick_cache::Weighter;

use super::key::Key;
use crate::result::{Content, ResourceBody, ToolResult};

/// What an entry weighs beside its texts: the key, the entry itself, and what the table keeps of it.
const BESIDE: usize = 256;

/// What a content block weighs beside its texts.
const BLOCK: usize = size_of::<Content>();

/// An answer, and how long it may be told. Times are those of the gateway's monotonic clock.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) result: ToolResult,
    pub(super) stored: Duration,
    pub(super) fresh_until: Duration,
    /// Where the API fails.
    pub(super) stale_until: Duration,
}

impl Entry {
    pub(super) fn is_fresh(&self, now: Duration) -> bool {
        now < self.fresh_until
    }

    pub(super) fn is_of_use(&self, now: Duration) -> bool {
        now < self.fresh_until.max(self.stale_until)
    }

    /// The answer, with a note of its age: what the model is told where the API fails.
    pub(super) fn stale(&self, now: Duration) -> ToolResult {
        let mut result = self.result.clone();
        let seconds = now.saturating_sub(self.stored).as_secs();
        result.content.push(Content::Text(format!(
            "The API fails at present. This is what it answered {seconds} seconds ago, and may be out of \
             date."
        )));
        result
    }
}

/// A copy of an answer that holds no more memory than it shows: the text of an answer may be a part of
/// the buffer that it was read into.
pub(super) fn copied(result: &ToolResult) -> ToolResult {
    let mut copy = result.clone();
    copy.structured = copy.structured.map(|text| Bytes::copy_from_slice(&text));
    copy
}

/// What the texts of an answer weigh, in bytes.
pub(super) fn weight(result: &ToolResult) -> usize {
    let structured = result.structured.as_ref().map_or(0, Bytes::len);
    let blocks = result.content.iter().map(|block| BLOCK + texts(block));
    structured + blocks.sum::<usize>()
}

fn texts(content: &Content) -> usize {
    match content {
        Content::Text(text) => text.len(),
        Content::Structured => 0,
        Content::Image { data, mime_type } | Content::Audio { data, mime_type } => {
            data.len() + mime_type.len()
        }
        Content::Resource {
            uri,
            mime_type,
            body: ResourceBody::Text(body) | ResourceBody::Blob(body),
        } => uri.len() + body.len() + mime_type.as_ref().map_or(0, String::len),
        Content::ResourceLink {
            uri,
            name,
            mime_type,
        } => uri.len() + name.len() + mime_type.as_ref().map_or(0, String::len),
    }
}

/// Weighs entries for the bound of memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weigher;

impl Weighter<Key, std::sync::Arc<Entry>> for Weigher {
    fn weight(&self, _key: &Key, entry: &std::sync::Arc<Entry>) -> u64 {
        (BESIDE + weight(&entry.result)) as u64
    }
}
