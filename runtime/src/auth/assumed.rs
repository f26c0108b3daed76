//! Callers that tests of policies say are there. Nothing is proved: what stands before a server asks the
//! test who calls, and goes on as it does with a caller that it has recognised itself.

use std::sync::{Arc, Mutex, PoisonError};

use super::gate::Refusal;
use super::principal::Principal;
use crate::description::{Identity, IdentityKind};

/// Who calls next; shared by the test and all that stands before its servers.
#[derive(Clone, Debug, Default)]
pub(crate) struct AssumedCaller(Arc<Mutex<Option<Arc<Principal>>>>);

impl AssumedCaller {
    /// Says who calls; `None`: somebody who brings nothing that proves it.
    pub(crate) fn set(&self, principal: Option<Principal>) {
        let mut caller = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *caller = principal.map(Arc::new);
    }
}

/// Recognises the callers of an identity that a test names.
#[derive(Debug)]
pub(super) struct AssumedRecogniser {
    pub(super) identity: &'static Identity,
    pub(super) scope_prefix: String,
    pub(super) caller: AssumedCaller,
}

impl AssumedRecogniser {
    pub(super) fn recognise(&self) -> Result<Arc<Principal>, Refusal> {
        let caller = self.caller.0.lock();
        let caller = caller.unwrap_or_else(PoisonError::into_inner);
        caller
            .as_ref()
            .filter(|principal| principal.identity == self.identity.name)
            .map(Arc::clone)
            .ok_or(Refusal::Missing)
    }

    /// The header that real callers would bring a key in.
    pub(super) fn key_header(&self) -> Option<&'static str> {
        match &self.identity.kind {
            IdentityKind::Keys(keys) => Some(keys.header),
            IdentityKind::Jwt(_)
            | IdentityKind::Introspection(_)
            | IdentityKind::Certificate(_) => None,
        }
    }

    /// Whether real callers would bring a token.
    pub(super) fn takes_tokens(&self) -> bool {
        matches!(
            &self.identity.kind,
            IdentityKind::Jwt(_) | IdentityKind::Introspection(_)
        )
    }
}
