//! Whether a caller may call a tool, and what one is told that may not.

use super::encode;
use super::exchange::Exchange;
use super::fault::Fault;
use super::http::fault_reply;
use super::message::Id;
use super::revision::Revision;
use crate::auth::{Denial, Way};
use crate::policy::Reason;
use crate::result::ToolResult;
use crate::server::Reply;
use crate::telemetry::Outcome;

impl Exchange<'_> {
    /// Whether the caller may call a tool, and by which product.
    pub(super) fn permit(&self, tool: usize) -> Result<Way, Denial> {
        let auth = &self.endpoint.shared.auth;
        auth.permit(self.position, tool, self.caller)
    }

    /// The reply to a call that the caller may not make. Clients can get credentials and further scopes
    /// and call again, which is why the tool stays in the list.
    #[cold]
    pub(super) fn denied(&self, denial: &Denial, id: Id<'_>, revision: Revision) -> Reply {
        let auth = &self.endpoint.shared.auth;
        match denial {
            Denial::Scopes(scopes) => {
                Reason::Scope.log("");
                let reply = fault_reply(Some(id), &Fault::insufficient_scope(scopes));
                auth.insufficient_scope(self.position, reply, scopes)
            }
            Denial::Credentials => {
                Reason::Identity.log("");
                auth.challenge(self.position)
                    .unwrap_or_else(|| fault_reply(Some(id), &Fault::credentials_needed()))
            }
            Denial::Product => {
                self.message(self.no_product(id, revision).into(), Outcome::ToolError)
            }
        }
    }

    /// The response to a call of a tool that is in no product of the caller.
    #[cold]
    pub(super) fn no_product(&self, id: Id<'_>, revision: Revision) -> Vec<u8> {
        let refusal = Denial::no_product();
        refusal.reason.log("");
        let result = ToolResult::error(refusal.to_string());
        encode::tool_response(id.as_str(), &result, self.server.implementation, revision)
    }

    pub(super) fn product_name(&self, way: Way) -> &'static str {
        let products = self.endpoint.shared.description.products;
        way.product()
            .and_then(|position| products.get(position))
            .map_or("", |product| product.name)
    }
}
