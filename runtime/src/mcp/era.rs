//! Which era a message belongs to, where both are served at the same URL.

use super::headers::Single;
use super::message::Message;
use super::revision::Revision;

/// The two ways in which requests are told apart and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// Up to 2025-11-25: `initialize`, then requests that rely on it.
    Legacy,
    /// Since 2026-07-28: requests that describe themselves.
    Modern,
}

/// The era of a message. The body decides before the header: a body of 2026-07-28 under an older
/// header is a mismatch to report, not an older request. `Mcp-Method` decides nothing, since bridges
/// send it with older requests too.
pub(crate) fn of(message: &Message<'_>, version: Single<'_>) -> Era {
    if message.meta_version().is_some() {
        return Era::Modern;
    }
    match &*message.method {
        "initialize" => return Era::Legacy,
        "server/discover" => return Era::Modern,
        _ => {}
    }
    match version {
        Single::Absent | Single::Invalid => Era::Legacy,
        Single::Value(version) => {
            if Revision::named(version).is_some_and(|revision| !revision.is_modern()) {
                Era::Legacy
            } else {
                Era::Modern
            }
        }
    }
}
