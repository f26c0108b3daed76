//! Remembered answers.

use super::{NOTHING, key};
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// `cache` of the gateway.
pub(super) static CACHE: Mapping = Mapping {
    name: "the cache",
    about: "What the remembered answers of all tools may take; see [cache.md](cache.md).",
    keys: &[key(
        "max_bytes",
        Shape::Size,
        Required,
        "How much memory they take at the most. Those that are asked for least make room for others.",
    )],
    example: "{ max_bytes: 128MiB }\n",
    ..Mapping::PLAIN
};

/// `cache` of an override.
pub(super) static CACHING: Mapping = Mapping {
    name: "caching",
    about: "How the answers of a tool are remembered; see [cache.md](cache.md). For tools that are read-only: \
            those of `GET` and `HEAD`, and those that `annotations` say it of.",
    keys: &[
        key(
            "ttl",
            Shape::Duration,
            Required,
            "How long an answer is as good as a new one. The API may say less in `Cache-Control`.",
        ),
        key(
            "shared",
            Shape::Boolean,
            Optional("`false`: each caller has answers of its own"),
            "Whether all callers share the answers, because the API answers all of them alike.",
        ),
        key(
            "stale_if_error",
            Shape::Duration,
            NOTHING,
            "How much longer an answer is told, with a note of its age, while the API fails.",
        ),
        key(
            "max_entry_bytes",
            Shape::Size,
            Optional("`1MiB`, or half of the cache where that is less"),
            "Answers that are greater are not remembered. At most half of the cache.",
        ),
    ],
    example: "{ ttl: 5m, stale_if_error: 1h }\n",
    ..Mapping::PLAIN
};
