//! The catalogue of diagnostics: a stable name and a long explanation for each.

use super::Severity;

/// What kind of problem a diagnostic is about.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable, in kebab case; what `gatewright explain` takes.
    pub name: &'static str,
    /// How bad it is unless something says otherwise.
    pub severity: Severity,
    /// What it means, why it is refused, an example, how to mend it. Markdown.
    pub explanation: &'static str,
}

/// The code of that name.
pub fn code(name: &str) -> Option<&'static Code> {
    CODES.iter().copied().find(|code| code.name == name)
}

/// Declares the codes and their list; the explanation of each is the file `codes/<name>.md`.
macro_rules! codes {
    ($($severity:ident $ident:ident $name:literal)*) => {
        $(
            #[doc = include_str!(concat!("codes/", $name, ".md"))]
            pub static $ident: Code = Code {
                name: $name,
                severity: Severity::$severity,
                explanation: include_str!(concat!("codes/", $name, ".md")),
            };
        )*

        /// Every code, by area.
        pub static CODES: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    Error FILE_UNREADABLE "file-unreadable"
    Error SYNTAX "syntax"
    Error DUPLICATE_KEY "duplicate-key"
    Error UNKNOWN_KEY "unknown-key"
    Error MISSING_KEY "missing-key"
    Error WRONG_TYPE "wrong-type"
    Error INVALID_VALUE "invalid-value"
    // schema
    Warning SCHEMA_DEFAULT "schema-default"
    Error SCHEMA_ENDLESS "schema-endless"
    Error SCHEMA_INVALID "schema-invalid"
    Warning SCHEMA_KEYWORD "schema-keyword"
    Error SCHEMA_LIMIT "schema-limit"
    Warning SCHEMA_PATTERN "schema-pattern"
    Error SCHEMA_REFERENCE "schema-reference"
    Warning SCHEMA_REFERENCE_SIBLING "schema-reference-sibling"
    Warning SCHEMA_TYPE "schema-type"
    Warning SCHEMA_VALUE "schema-value"
}
