//! A gateway from awkward input, built with every warning denied, with a tool replaced in Rust by one
//! that is composed of two operations.
#![deny(
    warnings,
    missing_docs,
    rust_2018_idioms,
    clippy::all,
    clippy::pedantic
)]

use std::process::ExitCode;

use gatewright::{Answer, Call, ToolResult, tool};

gatewright::include_gateway!();

/// Says when the shop is open on a weekday.
#[tool(title = "Opening hours", read_only = true)]
pub async fn opening_hours(
    /// The day, in English.
    day: String,
) -> String {
    if day == "Sunday" {
        "closed".to_owned()
    } else {
        "9 to 17".to_owned()
    }
}

/// Answers `getPet` with what the API says of the pet, and of all pets.
struct Composed;

impl rt_2::Handlers for Composed {
    fn get_pet<'a>(&'a self, call: &'a Call, arguments: rt_2::GetPet) -> Answer<'a> {
        Box::pin(async move {
            let all = rt_2::ListPets {
                status: None,
                tag: None,
                limit: Some(1),
                offset: None,
            };
            let (Ok(one), Ok(all)) = (arguments.request(), all.request()) else {
                return ToolResult::error("no such request");
            };
            let one = call.send(one).await;
            let all = call.send(all).await;
            match (one, all) {
                (Ok(one), Ok(all)) => ToolResult::text(format!(
                    "pet {} asked for: {} bytes; all: {} bytes",
                    arguments.pet_id,
                    one.body().len(),
                    all.body().len()
                )),
                _ => ToolResult::error("the store does not answer"),
            }
        })
    }
}

fn main() -> ExitCode {
    gateway_with(Servers {
        rt_2: Box::new(Composed),
        ..Servers::default()
    })
    .run()
}
