//! One call of one tool: what handlers are given, and the loop that takes a request to its API.

use std::future::Future;
use std::pin::Pin;

use crate::result::ToolResult;

/// What a tool eventually answers. The only kind of future that generated code names.
pub type Answer<'a> = Pin<Box<dyn Future<Output = ToolResult> + Send + 'a>>;

/// The tools of a gateway, as generated code implements them: one entry for all servers, so that the
/// rest of the runtime is compiled once and not per gateway.
pub trait Service: Send + Sync + 'static {
    /// Calls the tool that `call` is about with `arguments`, the raw JSON text of the call's
    /// `arguments` member (empty where it was absent).
    fn call<'a>(&'a self, call: &'a Call, arguments: &'a [u8]) -> Answer<'a>;
}

// INTERFACE (to be written):
//   pub struct Call { .. }   no lifetime: Arc of the shared start-up state, &'static Server, &'static Tool, positions, optional progress sender
//   impl Call {
//     pub fn server(&self) -> usize          position in Description::servers
//     pub fn tool(&self) -> usize            position in Server::tools
//     pub fn name(&self) -> &'static str     of the tool
//     pub fn forward<'a>(&'a self, request: Result<rest::Request, Violations>) -> Answer<'a>
//         the default of every generated handler: send, then map the answer to a result
//     pub async fn send(&self, request: rest::Request) -> Result<upstream::Response, upstream::Error>
//         for handlers that compose operations
//     pub fn progress(&self, progress: f64, total: Option<f64>, message: Option<&str>)
//     pub fn invalid<'a>(&self, violations: Violations) -> Answer<'a>   #[cold]
//   }
