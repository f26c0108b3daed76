//! Which tools of a server a caller is shown: those that it may call, by the rules that calls are refused by.

use crate::auth::{Auth, Denial, Way};
use crate::caller::Caller;
use crate::description::{Description, Selection, Server};
use crate::policy::Prospect;

/// Who asks for the tools of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer<'v> {
    pub(crate) description: &'static Description,
    /// The position of the server.
    pub(crate) position: usize,
    pub(crate) server: &'static Server,
    pub(crate) caller: &'v Caller,
    /// What says who comes to which tool; `None` over stdio, where whoever started the process comes to all.
    pub(crate) auth: Option<&'v Auth>,
}

impl Viewer<'_> {
    /// Whether the caller is shown the tool at a position. A tool is left out where a call of it would be refused
    /// whatever its arguments are and whenever it comes. One stays whose call would be answered with a challenge:
    /// clients can get credentials and further scopes and call again, but only if they know of the tool.
    pub(crate) fn sees(&self, tool: usize) -> bool {
        let Some(selection) = self.server.selection else {
            return true;
        };
        match self.way(tool) {
            Ok(way) => self.meets(selection, tool, way),
            Err(Denial::Credentials | Denial::Scopes(_)) => true,
            Err(Denial::Product) => false,
        }
    }

    /// How many tools the caller is shown.
    pub(crate) fn count(&self) -> usize {
        let tools = 0..self.server.tools.len();
        tools.filter(|tool| self.sees(*tool)).count()
    }

    fn way(&self, tool: usize) -> Result<Way, Denial> {
        match self.auth {
            Some(auth) => auth.permit(self.position, tool, self.caller),
            None => Ok(Way::Direct),
        }
    }

    fn meets(&self, selection: &Selection, tool: usize, way: Way) -> bool {
        (selection.meets)(&Prospect {
            description: self.description,
            server: self.position,
            tool,
            product: way.product(),
            caller: self.caller,
        })
    }
}
