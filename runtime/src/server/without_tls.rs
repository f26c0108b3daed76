//! In the place of TLS, in a runtime that was built without it: generated code for a listener with TLS does
//! not compile then.

use std::io;
use std::sync::Arc;

use super::stall::StallGuard;
use crate::auth::ClientCertificate;
use crate::description::ListenerTls;
use crate::environment::Environment;

/// What speaks TLS: nothing.
#[derive(Debug)]
pub(crate) enum Tls {}

impl Tls {
    pub(super) fn load(
        listener: &'static str,
        _tls: &'static ListenerTls,
        _environment: &Environment,
    ) -> Result<Self, String> {
        Err(format!(
            "the listener `{listener}` needs TLS, but this binary was built without it: enable the feature \
             `tls` of the crate `gatewright`"
        ))
    }

    #[expect(clippy::unused_async, reason = "as that of a runtime with TLS")]
    pub(super) async fn accept(
        &self,
        _stream: StallGuard,
        _identities: usize,
    ) -> io::Result<(StallGuard, Option<ClientCertificate>)> {
        match *self {}
    }

    #[expect(clippy::unused_async, reason = "as that of a runtime with TLS")]
    pub(super) async fn keep(self: Arc<Self>) {
        match *self {}
    }
}
