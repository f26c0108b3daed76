//! What a tool answers: content blocks, structured content, and whether it is an error.

use bytes::Bytes;
use gatewright_schema::tokens::estimate;

/// The result of a call, independent of the protocol's revision.
#[derive(Clone, Debug, Default)]
pub struct ToolResult {
    /// What the model reads.
    pub content: Vec<Content>,
    /// The JSON text of `structuredContent`: one value, compact (no line breaks), checked.
    pub structured: Option<Bytes>,
    /// Whether the call failed in a way that the model can act on.
    pub is_error: bool,
}

/// A content block.
#[derive(Clone, Debug)]
pub enum Content {
    /// Text.
    Text(String),
    /// The text of [`ToolResult::structured`], escaped straight from its bytes.
    Structured,
    /// An image.
    Image {
        /// Base64.
        data: String,
        /// `image/png`
        mime_type: String,
    },
    /// A sound.
    Audio {
        /// Base64.
        data: String,
        /// `audio/wav`
        mime_type: String,
    },
    /// The content of a resource.
    Resource {
        /// What identifies it.
        uri: String,
        /// Its media type, where known.
        mime_type: Option<String>,
        /// What it holds.
        body: ResourceBody,
    },
    /// A reference to a resource.
    ResourceLink {
        /// What identifies it.
        uri: String,
        /// For programs.
        name: String,
        /// Its media type, where known.
        mime_type: Option<String>,
    },
}

/// What an embedded resource holds.
#[derive(Clone, Debug)]
pub enum ResourceBody {
    /// Text.
    Text(String),
    /// Base64.
    Blob(String),
}

impl ToolResult {
    /// One text block.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            content: vec![Content::Text(text.into())],
            structured: None,
            is_error: false,
        }
    }

    /// One text block that says what went wrong and what to do about it.
    pub fn error(text: impl Into<String>) -> Self {
        Self {
            is_error: true,
            ..Self::text(text)
        }
    }

    /// About how many tokens the text of the result costs a model that reads it: structured content is
    /// counted once, and images and sounds not at all.
    pub(crate) fn estimated_tokens(&self) -> u64 {
        let structured = || {
            let text = self.structured.as_deref().unwrap_or_default();
            std::str::from_utf8(text).map_or(0, estimate)
        };
        let tokens = |content: &Content| match content {
            Content::Text(text)
            | Content::Resource {
                body: ResourceBody::Text(text),
                ..
            } => estimate(text),
            Content::Structured => structured(),
            Content::ResourceLink { uri, name, .. } => estimate(uri) + estimate(name),
            Content::Resource { .. } | Content::Image { .. } | Content::Audio { .. } => 0,
        };
        let shown: usize = self.content.iter().map(tokens).sum();
        let is_shown = |content: &Content| matches!(content, Content::Structured);
        let hidden = if self.content.iter().any(is_shown) {
            0
        } else {
            structured()
        };
        (shown + hidden) as u64
    }

    /// Content blocks.
    pub fn content(content: Vec<Content>) -> Self {
        Self {
            content,
            structured: None,
            is_error: false,
        }
    }
}

impl From<String> for ToolResult {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<&str> for ToolResult {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl<T: Into<ToolResult>, E: std::fmt::Display> From<Result<T, E>> for ToolResult {
    fn from(result: Result<T, E>) -> Self {
        match result {
            Ok(value) => value.into(),
            Err(error) => Self::error(error.to_string()),
        }
    }
}
