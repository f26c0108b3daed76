//! The methods of the protocol that policies and logs tell apart.

/// What every other method is called. Callers can send any text as a method: it is neither logged nor counted
/// under.
pub const OTHER: &str = "other";

/// The methods that are told apart.
pub const METHODS: [&str; 8] = [
    "tools/call",
    "tools/list",
    "initialize",
    "server/discover",
    "ping",
    "notifications/initialized",
    "notifications/cancelled",
    "notifications/progress",
];

/// The method where it is one of [`METHODS`], otherwise [`OTHER`].
pub fn known(method: &str) -> &'static str {
    METHODS
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::{METHODS, OTHER, known};

    #[test]
    fn callers_choose_among_a_few() {
        for method in METHODS {
            assert_eq!(known(method), method);
        }
        for method in ["", "tools/", "TOOLS/LIST", "tools/list\n"] {
            assert_eq!(known(method), OTHER);
        }
        assert!(!METHODS.contains(&OTHER));
    }
}
