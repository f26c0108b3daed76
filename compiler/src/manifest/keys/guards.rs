//! Content guards.

use super::classifier::CLASSIFIER;
use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::Required;
use crate::manifest::shape::{Mapping, Shape};

/// `content_guard`.
pub(super) static CONTENT_GUARD: Mapping = Mapping {
    name: "a content guard",
    about: "Searches the texts of arguments and results; see [content-guards.md](content-guards.md). Needs \
            `detect`, `patterns`, `classifier` or several of them.",
    keys: &[
        key(
            "scan",
            Shape::List(&Shape::Choice(&["arguments", "result"])),
            Required,
            "What is searched.",
        ),
        key(
            "detect",
            Shape::List(&Shape::Choice(&[
                "secrets",
                "personal_data",
                "prompt_injection",
            ])),
            NOTHING,
            "What is searched for, of what the gateway knows how to find.",
        ),
        key(
            "patterns",
            Shape::List(&Shape::Mapping(&GUARD_PATTERN)),
            NOTHING,
            "What else is searched for.",
        ),
        key(
            "classifier",
            Shape::Mapping(&CLASSIFIER),
            NOTHING,
            "A service that says what the texts are. Not with `action: mask`: it does not say where something is.",
        ),
        key(
            "action",
            Shape::Choice(&["refuse", "mask", "log"]),
            Required,
            "What becomes of a call that holds it: it is refused, something else takes the place of what was \
             found, or it is noted in the log.",
        ),
    ],
    example: "{ scan: [arguments, result], detect: [secrets, personal_data], action: mask }\n",
    ..Mapping::PLAIN
};

/// An item of `patterns` of a content guard.
pub(super) static GUARD_PATTERN: Mapping = Mapping {
    name: "a pattern",
    about: "Something that is searched for by a regular expression in the syntax of the crate `regex`: without \
            look-around and back-references, so that it takes linear time.",
    keys: &[
        key(
            "name",
            Shape::Text(&formats::LINE),
            Required,
            "What the caller and the log are told was found: `a case number`.",
        ),
        key(
            "regex",
            Shape::Text(&formats::LINE),
            Required,
            "What it looks like, anywhere in a text.",
        ),
    ],
    example: "{ name: a case number, regex: \"\\\\bCASE-[0-9]{6}\\\\b\" }\n",
    ..Mapping::PLAIN
};
