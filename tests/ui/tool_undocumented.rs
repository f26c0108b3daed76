use gatewright::tool;

#[tool]
pub fn silent() -> &'static str {
    ""
}

fn main() {}
