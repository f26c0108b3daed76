//! What telling models about tools costs, in tokens, by the rule of [`gatewright_schema::tokens`].
//!
//! Counted is what clients hand on to models: name, title, description and the two schemas. The hints
//! and the envelope of `tools/list` stay with the client.

use gatewright_schema::search::meta;
use gatewright_schema::tokens::estimate;

use crate::manifest::Mode;
use crate::plan::{Action, Server, Tool};

/// What one tool costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToolTokens {
    /// Name, title and description.
    pub description: usize,
    /// The schema of the arguments.
    pub input: usize,
    /// The schema of the answers up to 2025-11-25, where one is published.
    pub output_legacy: usize,
    /// The same for 2026-07-28.
    pub output_modern: usize,
}

impl ToolTokens {
    /// What it costs up to 2025-11-25.
    pub fn legacy(&self) -> usize {
        self.description + self.input + self.output_legacy
    }

    /// What it costs in 2026-07-28.
    pub fn modern(&self) -> usize {
        self.description + self.input + self.output_modern
    }

    /// What it costs where it costs most.
    pub fn total(&self) -> usize {
        self.legacy().max(self.modern())
    }
}

/// What `tools/list` costs, all pages together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListTokens {
    /// Up to 2025-11-25.
    pub legacy: usize,
    /// In 2026-07-28.
    pub modern: usize,
    /// Tools written in Rust, which only `rustc` knows and which are not counted here.
    pub uncounted: usize,
}

impl ListTokens {
    /// What it costs where it costs most.
    pub fn total(&self) -> usize {
        self.legacy.max(self.modern)
    }
}

/// What a tool costs; absent for one that is written in Rust.
pub fn tool(tool: &Tool) -> Option<ToolTokens> {
    let Action::Operation(operation) = &tool.action else {
        return None;
    };
    let mut tokens = ToolTokens {
        description: described(
            &tool.name,
            operation.title.as_deref().unwrap_or_default(),
            &operation.description,
        ),
        input: estimate(&operation.input_schema),
        ..ToolTokens::default()
    };
    if let Some(output) = &operation.output {
        tokens.output_legacy = estimate(&output.legacy);
        tokens.output_modern = estimate(&output.modern);
    }
    Some(tokens)
}

/// What the list of a server costs. In search mode that is the cost of its three tools.
pub fn list(server: &Server) -> ListTokens {
    if server.mode == Mode::Search {
        let total = meta::ALL
            .into_iter()
            .map(|tool| {
                described(tool.name, tool.title, tool.description) + estimate(tool.input_schema)
            })
            .sum();
        return ListTokens {
            legacy: total,
            modern: total,
            uncounted: 0,
        };
    }
    let mut list = ListTokens::default();
    for tool in &server.tools {
        match self::tool(tool) {
            Some(tokens) => {
                list.legacy += tokens.legacy();
                list.modern += tokens.modern();
            }
            None => list.uncounted += 1,
        }
    }
    list
}

/// The tools that can be counted, greatest first; those that cost alike stay in the list's order.
pub fn greatest(server: &Server) -> Vec<(&Tool, ToolTokens)> {
    let mut tools: Vec<_> = server
        .tools
        .iter()
        .filter_map(|tool| Some((tool, self::tool(tool)?)))
        .collect();
    tools.sort_by_key(|(_, tokens)| std::cmp::Reverse(tokens.total()));
    tools
}

fn described(name: &str, title: &str, description: &str) -> usize {
    estimate(name) + estimate(title) + estimate(description)
}
