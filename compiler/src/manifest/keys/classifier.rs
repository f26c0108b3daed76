//! Classifiers of content guards.

use super::key;
use crate::manifest::formats;
use crate::manifest::shape::Presence::{Optional, Required};
use crate::manifest::shape::{Mapping, Shape};

/// `classifier` of a content guard.
pub(super) static CLASSIFIER: Mapping = Mapping {
    name: "a classifier",
    about: "A service that is sent the texts of arguments or results, and says what they are: `POST` with \
            `{\"input\": TEXT}`, answered with `{\"results\": [{\"flagged\": .., \"categories\": {NAME: ..}}]}`, as \
            moderation endpoints do. What patterns of the same call refuse is not sent.",
    keys: &[
        key(
            "url",
            Shape::Template(&formats::URL),
            Required,
            "Where it is asked: `https`, or `http` on the loopback interface.",
        ),
        key(
            "model",
            Shape::Text(&formats::CONSTANT_VALUE),
            Optional("none is named"),
            "The `model` of the request.",
        ),
        key(
            "credential",
            Shape::Text(&formats::CREDENTIAL_NAME),
            Optional("none"),
            "How the gateway says there who it is: a key of `credentials`, `bearer`, `basic`, or an API key in a \
             header.",
        ),
        key(
            "timeout",
            Shape::Duration,
            Optional("`2s`"),
            "How long a call waits for the answer; at most `10s`.",
        ),
        key(
            "on_failure",
            Shape::Choice(&["refuse", "allow"]),
            Required,
            "What becomes of what could not be classified: no connection, not in time, a status of 500 and above, or \
             no answer that can be read. Other statuses are always a refusal. Where the guard only logs, it is \
             `allow`.",
        ),
        key(
            "categories",
            Shape::List(&Shape::Text(&formats::CONSTANT_VALUE)),
            Optional("what the service flags"),
            "The categories that count, by their names in `categories` of the answer.",
        ),
    ],
    example: "{ url: \"https://guard.example.com/v1/moderations\", credential: guard, on_failure: refuse }\n",
    ..Mapping::PLAIN
};
