//! A pet store behind a gateway: `cargo run -p quickstart`.
//!
//! The gateway is compiled by `build.rs` from `gateway.yaml`. So that there is something to call, the
//! pet store is part of the program: it is started on a port of its own unless `PETSTORE_URL` says
//! where one is.

mod store;

use std::process::ExitCode;

use gatewright::tool;

gatewright::include_gateway!();

/// Tells when the shop is open.
#[tool(
    title = "Opening hours",
    read_only = true,
    destructive = false,
    open_world = false
)]
pub(crate) fn opening_hours(
    /// The day of the week, in English.
    day: &str,
) -> Result<String, String> {
    match day.to_lowercase().as_str() {
        "sunday" => Ok("The shop is closed on Sundays.".to_owned()),
        "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" => {
            Ok("The shop is open from 9:00 to 18:00.".to_owned())
        }
        _ => Err(format!("`{day}` is not a day of the week; try `Monday`")),
    }
}

fn main() -> ExitCode {
    let gateway = gateway();
    if std::env::var_os("PETSTORE_URL").is_some() {
        return gateway.run();
    }
    match store::start() {
        Ok(url) => gateway.environment("PETSTORE_URL", url).run(),
        Err(error) => {
            // The one thing that can go wrong before the gateway has its own words for it.
            let mut stderr = std::io::stderr();
            let _ = std::io::Write::write_fmt(
                &mut stderr,
                format_args!("cannot start the embedded pet store: {error}\n"),
            );
            ExitCode::FAILURE
        }
    }
}
