//! Tools replaced and written in Rust, in a gateway compiled by a macro.

use gatewright::{Answer, Call, ToolResult, tool};

gatewright::gateway!("gateway.yaml");

struct Cautious;

impl pets::Handlers for Cautious {
    fn order_pet<'a>(&'a self, call: &'a Call, arguments: pets::OrderPet<'a>) -> Answer<'a> {
        Box::pin(async move {
            if arguments.customer.ends_with("@example.com") {
                return ToolResult::error("this customer cannot order; ask for another address");
            }
            call.forward(arguments.request()).await
        })
    }
}

/// Tells when the shop is open.
#[tool(title = "Opening hours", read_only = true)]
pub(crate) fn opening_hours(
    /// The day of the week, in English.
    day: &str,
) -> Result<String, String> {
    match day {
        "Sunday" => Ok("closed".to_owned()),
        "" => Err("say which day".to_owned()),
        _ => Ok("9:00 to 18:00".to_owned()),
    }
}

fn main() -> std::process::ExitCode {
    gateway_with(Servers {
        pets: Box::new(Cautious),
    })
    .run()
}
