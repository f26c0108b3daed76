//! A call that could be made: what conditions about who calls are asked of before there is one.

use crate::auth::Principal;
use crate::caller::Caller;
use crate::description::Description;

/// A tool, a caller, and the product that a call would be made by. Of all that a [`Call`](crate::call::Call)
/// knows, it has what is the same for every call that this caller could make of the tool.
#[derive(Clone, Copy, Debug)]
pub struct Prospect<'c> {
    pub(crate) description: &'static Description,
    pub(crate) server: usize,
    pub(crate) tool: usize,
    pub(crate) product: Option<usize>,
    pub(crate) caller: &'c Caller,
}

impl Prospect<'_> {
    /// Who would call.
    pub fn principal(&self) -> &Principal {
        self.caller.principal()
    }

    /// Who would send the call. Of it, only the listener is the same for every call.
    pub fn caller(&self) -> &Caller {
        self.caller
    }

    /// The name of the server.
    pub fn server_name(&self) -> &'static str {
        let servers = self.description.servers;
        servers.get(self.server).map_or("", |server| server.name)
    }

    /// The position of the tool among [`Server::tools`](crate::description::Server::tools).
    pub fn tool(&self) -> usize {
        self.tool
    }

    /// The name of the tool.
    pub fn name(&self) -> &'static str {
        let servers = self.description.servers;
        let tool = servers
            .get(self.server)
            .and_then(|server| server.tools.get(self.tool));
        tool.map_or("", |tool| tool.name)
    }

    /// The position of the product that the call would be made by.
    pub fn product(&self) -> Option<usize> {
        self.product
    }

    /// The name of that product; `None` where the tool needs none, or the key is for the whole server.
    pub fn product_name(&self) -> Option<&'static str> {
        let products = self.description.products;
        products.get(self.product?).map(|product| product.name)
    }
}
