//! What of a tool's answer is passed on.

use super::{NOTHING, key};
use crate::manifest::formats;
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// `response` of an override.
pub(super) static RESPONSE: Mapping = Mapping {
    name: "a response",
    about: "What of the API's answers a tool passes on; see [answers.md](answers.md). Pointers are JSON \
            Pointers (RFC 6901) in which `*` stands for each item of an array or each member of an \
            object. They are checked against the schema of the answer.",
    keys: &[
        key(
            "select",
            Shape::List(&Shape::Text(&formats::ANSWER_POINTER)),
            NOTHING,
            "What is kept; all else is left out.",
        ),
        key(
            "omit",
            Shape::List(&Shape::Text(&formats::ANSWER_POINTER)),
            NOTHING,
            "What is left out, also of what is selected.",
        ),
        key(
            "mask",
            Shape::List(&Shape::Mapping(&MASK)),
            NOTHING,
            "What something else takes the place of, also in what is selected.",
        ),
        key(
            "max_items",
            Shape::Count { most: u32::MAX },
            NOTHING,
            "How many items are kept of an array that is the answer, or a member of the answer.",
        ),
        key(
            "max_bytes",
            Shape::Size,
            NOTHING,
            "How much JSON is passed on: items at the end of those arrays are left out until it fits.",
        ),
        key(
            "headers",
            Shape::List(&Shape::Text(&formats::ANSWER_HEADER)),
            NOTHING,
            "Headers of the answer that the model is told, beside `Link`, `Location` and `Retry-After`.",
        ),
    ],
    not_empty: true,
    example: "\
select: [/pets/*/id, /pets/*/name, /next]
max_items: 50
max_bytes: 32KiB
headers: [X-Total-Count]
",
    ..Mapping::PLAIN
};

/// An item of `mask` of a response.
pub(super) static MASK: Mapping = Mapping {
    name: "a mask",
    about: "What takes the place of values of an answer. Where the schema of the answers is published, it must be \
            of a type that the schema has there.",
    keys: &[
        key(
            "at",
            Shape::Text(&formats::ANSWER_POINTER),
            Required,
            "Where they are.",
        ),
        key(
            "with",
            Shape::Any,
            Optional("`\"***\"`"),
            "What takes their place: any value, the same for all of them.",
        ),
    ],
    example: "{ at: /pets/*/owner/email, with: \"***\" }\n",
    ..Mapping::PLAIN
};
