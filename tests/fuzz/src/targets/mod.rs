//! The targets, each with its seeds.

mod answer;
mod arguments;
mod document;
mod json;
mod judge;
mod parameters;

/// One target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// As libFuzzer's binary is called.
    pub name: &'static str,
    /// Panics where something is wrong.
    pub run: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub static TARGETS: &[Target] = &[
    Target {
        name: "document",
        run: document::document,
        seeds: document::documents,
    },
    Target {
        name: "manifest",
        run: document::manifest,
        seeds: document::manifests,
    },
    Target {
        name: "overlay",
        run: document::overlay,
        seeds: document::overlays,
    },
    Target {
        name: "arguments",
        run: arguments::run,
        seeds: arguments::seeds,
    },
    Target {
        name: "parameters",
        run: parameters::run,
        seeds: parameters::seeds,
    },
    Target {
        name: "answer",
        run: answer::run,
        seeds: answer::seeds,
    },
    Target {
        name: "json",
        run: json::run,
        seeds: json::seeds,
    },
];
