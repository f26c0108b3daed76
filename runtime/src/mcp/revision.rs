//! The protocol's revisions, and the two eras they fall into.

/// A revision of the Model Context Protocol that this server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Revision {
    /// 2024-11-05
    November2024,
    /// 2025-03-26: the only one with batches.
    March2025,
    /// 2025-06-18
    June2025,
    /// 2025-11-25: the last that begins with `initialize`.
    November2025,
    /// 2026-07-28: every request describes itself.
    July2026,
}

impl Revision {
    /// Answered to `initialize` where the client asks for one that is not spoken here.
    pub(crate) const LATEST_LEGACY: Self = Self::November2025;
    /// Assumed where an HTTP request carries no version (2025-06-18, "Protocol Version Header").
    pub(crate) const ASSUMED: Self = Self::March2025;
    /// The versions that a request of 2026-07-28 may name, as a JSON array. The older ones are
    /// reached by `initialize`, not by naming them in `_meta`.
    pub(crate) const MODERN_SUPPORTED: &'static str = r#"["2026-07-28"]"#;

    /// The revision of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        const ALL: [Revision; 5] = [
            Revision::November2024,
            Revision::March2025,
            Revision::June2025,
            Revision::November2025,
            Revision::July2026,
        ];
        ALL.into_iter().find(|revision| revision.name() == name)
    }

    /// Its name on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::November2024 => "2024-11-05",
            Self::March2025 => "2025-03-26",
            Self::June2025 => "2025-06-18",
            Self::November2025 => "2025-11-25",
            Self::July2026 => "2026-07-28",
        }
    }

    /// Whether requests describe themselves in `_meta`, without `initialize` and sessions.
    pub(crate) fn is_modern(self) -> bool {
        self >= Self::July2026
    }
}
