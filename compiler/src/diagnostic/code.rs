//! The catalogue of diagnostics: a stable name and a long explanation for each.

use super::Severity;

/// What kind of problem a diagnostic is about.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable, in kebab case; what `gatewright explain` takes.
    pub name: &'static str,
    /// How bad it is unless something says otherwise.
    pub severity: Severity,
    /// What it means, why it is refused, an example, how to mend it. Markdown without a title.
    pub explanation: &'static str,
}

impl Code {
    /// What it means in one paragraph, without line breaks: the first of the explanation.
    pub fn summary(&self) -> String {
        let lines = self.explanation.lines();
        let paragraph: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
        paragraph.join(" ")
    }
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
    // manifest
    Error UNDECLARED_NAME "undeclared-name"
    Error CONFLICTING_KEYS "conflicting-keys"
    Error SCOPES_WITHOUT_IDENTITY "scopes-without-identity"
    Error CLAIM_TYPES "claim-types"
    Error NO_CLIENT_CERTIFICATES "no-client-certificates"
    Error DUPLICATE_ENTRY "duplicate-entry"
    Error EMPTY_SELECTION "empty-selection"
    Error SECRET_MISPLACED "secret-misplaced"
    Warning PLAIN_CREDENTIAL "plain-credential"
    Warning UNUSED_DECLARATION "unused-declaration"
    // teams
    Error NOT_SHARED "not-shared"
    Error LOOSENED_POLICY "loosened-policy"
    // openapi
    Error NOT_OPENAPI "not-openapi"
    Error UNSUPPORTED_VERSION "unsupported-version"
    Error MALFORMED_DOCUMENT "malformed-document"
    Error PATH_TEMPLATE "path-template"
    Warning UNUSED_PATH_PARAMETER "unused-path-parameter"
    Warning UNKNOWN_HINT "unknown-hint"
    Error UNRESOLVED_REFERENCE "unresolved-reference"
    Error INVALID_OVERLAY "invalid-overlay"
    Error OVERLAY_TARGET "overlay-target"
    Error OVERLAY_MATCHES_NOTHING "overlay-matches-nothing"
    // resolve and check
    Error SELECTS_NOTHING "selects-nothing"
    Error AMBIGUOUS_OPERATION "ambiguous-operation"
    Error UNSUPPORTED_OPERATION "unsupported-operation"
    Note DEPRECATED_LEFT_OUT "deprecated-left-out"
    Note HINT_LEFT_OUT "hint-left-out"
    Note RENAMED "renamed"
    Error NAME_COLLISION "name-collision"
    Error NO_SUCH_TOOL "no-such-tool"
    Error NO_SUCH_ARGUMENT "no-such-argument"
    Error INVALID_CONSTANT "invalid-constant"
    Error NO_URL "no-url"
    Error SERVER_VARIABLE "server-variable"
    Error CREDENTIAL_MISSING "credential-missing"
    Error CREDENTIAL_MISFIT "credential-misfit"
    Note CREDENTIAL_PARAMETER "credential-parameter"
    Error NO_OUTPUT_SCHEMA "no-output-schema"
    Error RESPONSE_POINTER "response-pointer"
    Error RESPONSE_MASK "response-mask"
    Error RESPONSE_UNUSED "response-unused"
    Warning UNDECLARED_HEADER "undeclared-header"
    Warning NO_DESCRIPTION "no-description"
    Warning ANONYMOUS_WRITE_TOOLS "anonymous-write-tools"
    Warning MANY_TOOLS "many-tools"
    Error NO_TOOLS "no-tools"
    // policies
    Error MISPLACED_POLICY "misplaced-policy"
    Error UNREACHABLE_POLICY "unreachable-policy"
    Error PROTECTED_NAME "protected-name"
    Error NO_MOCK "no-mock"
    Error EGRESS_DENIED "egress-denied"
    Error IMPOSSIBLE_TEST "impossible-test"
    // lint
    Warning ANONYMOUS_CREDENTIAL "anonymous-credential"
    Warning CHOSEN_LIMIT_KEY "chosen-limit-key"
    Warning FAIL_OPEN_AUTHORIZER "fail-open-authorizer"
    Warning SHARED_LIMIT "shared-limit"
    Warning UNLIMITED_SERVER "unlimited-server"
    Warning UNUSED_ALLOW "unused-allow"
    Error OPEN_PRODUCT "open-product"
    Error PRODUCT_UNREACHABLE "product-unreachable"
    Error NOT_IN_PRODUCT "not-in-product"
    Error NOT_CACHEABLE "not-cacheable"
    Error INVALIDATES_NOTHING "invalidates-nothing"
    // expr
    Error EXPRESSION_SYNTAX "expression-syntax"
    Error EXPRESSION_NAME "expression-name"
    Error EXPRESSION_TYPE "expression-type"
    Error EXPRESSION_DECIDED "expression-decided"
    Error EXPRESSION_CONSTANT "expression-constant"
    Error EXPRESSION_COST "expression-cost"
    Warning EXPRESSION_ABSENT "expression-absent"
    Error TOKEN_BUDGET "token-budget"
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
    Warning XML_ANSWER "xml-answer"
}
