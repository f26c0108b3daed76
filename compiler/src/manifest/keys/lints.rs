//! What lints may find.

use crate::manifest::formats;
use crate::manifest::shape::Shape;

/// A value of `allow`: reasons by the names of lints.
pub(super) const LINTS_ALLOWED: Shape = Shape::Map {
    names: &formats::LINT,
    values: &Shape::Text(&formats::TEXT),
};
