use gatewright::tool;

/// Has an attribute that is misspelt.
#[tool(readonly = true)]
pub fn looks() -> &'static str {
    ""
}

/// Has a schema that is none.
#[tool(input_schema = "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"sting\"}}}")]
pub fn takes(arguments: gatewright::Raw<'_>) -> &'static str {
    let _ = arguments;
    ""
}

/// Is a method.
#[tool]
pub fn method(&self) -> &'static str {
    ""
}

fn main() {}
