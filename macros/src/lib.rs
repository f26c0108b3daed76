//! `gateway!`, `#[tool]` and `#[policy]`: the Gatewright compiler as macros. Used through the `gatewright`
//! crate, which re-exports them.

mod gateway;
mod policy;
mod tool;

use proc_macro::TokenStream;

/// Compiles a gateway where it stands: `gateway!("gateway.yaml");`, the path relative to the crate.
///
/// The same items appear as with `build.rs` and `include_gateway!`. Cargo builds the crate anew when
/// the manifest or any document that it reads changes. Problems are compile errors with the text that
/// `gatewright check` prints; warnings are not shown here, so run that too.
#[proc_macro]
pub fn gateway(input: TokenStream) -> TokenStream {
    gateway::expand(input.into()).into()
}

/// Makes a function a tool, which a manifest then takes up: `tools: [{ rust: [crate::greet] }]`.
///
/// ```text
/// /// Greets somebody, several times if asked to.
/// #[tool(title = "Greet", read_only = true)]
/// pub async fn greet(
///     /// Who is greeted.
///     name: String,
///     /// How many times; once where absent.
///     times: Option<u32>,
/// ) -> String {
///     vec![format!("Hello, {name}!"); times.unwrap_or(1) as usize].join(" ")
/// }
/// ```
///
/// - The first documentation of the function and of each parameter is what models read.
/// - Parameters are `String`, `&str`, `bool`, integers, floats, `Raw<'_>` (any JSON), `Vec`s of these,
///   and `Option`s of all that for what may be left out. A parameter `&Call` is given the call itself.
/// - `input_schema = "{..}"` states the schema instead, as JSON text; the one parameter beside `&Call`
///   is then the whole of the arguments as `Raw<'_>`.
/// - The answer is anything that becomes a `ToolResult`: text, a `ToolResult`, or a `Result` of these,
///   whose error is told to the model.
/// - `title`, `description`, `read_only`, `destructive`, `idempotent` and `open_world` fill the
///   members of the listed tool of the same names.
///
/// Arguments are checked before the function is called, exactly as for tools that call an API.
#[proc_macro_attribute]
pub fn tool(attribute: TokenStream, item: TokenStream) -> TokenStream {
    tool::expand(attribute.into(), &item.into()).into()
}

/// Makes a function a policy, which a manifest then takes up: `policies: [{ rust: crate::no_weekends }]`.
///
/// ```text
/// /// Nobody changes anything at the weekend.
/// #[policy]
/// pub fn no_weekends(call: &Call) -> Result<(), Refusal> {
///     match call.caller().header("x-weekday") {
///         Some("Saturday" | "Sunday") => Err(Refusal::new(Reason::Custom, "Come back on Monday.")),
///         _ => Ok(()),
///     }
/// }
/// ```
///
/// - The function takes `&Call`, and returns `Result<(), Refusal>`. The message of the refusal is what the
///   calling model reads.
/// - A policy of one tool may take its arguments too, as the type that the gateway's module has for them:
///   `arguments: &gateway::pets::ListPets<'_>`. The manifest then says `arguments: true` beside `rust`.
/// - It is called while the call waits, in the order of the manifest: it must not block. One that panics has
///   refused the call.
#[proc_macro_attribute]
pub fn policy(attribute: TokenStream, item: TokenStream) -> TokenStream {
    policy::expand(&attribute.into(), &item.into()).into()
}
