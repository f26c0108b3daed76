//! What an answer is remembered under.

use aws_lc_rs::digest::{Context, SHA256};

use super::canonical::canonical;
use crate::auth::{Principal, PrincipalKind};
use crate::rest::{Body, Request};

/// SHA-256 over everything that the answer can depend on. The memory of the process holds no arguments
/// that could be read out of it, and a caller cannot make one key look like another's.
pub(super) type Key = [u8; 32];

/// Whose answers a caller gets: those of all callers, or its own. `None` where nobody can say who it is:
/// nothing is remembered then.
pub(super) fn partition(principal: &Principal, shared: bool) -> Option<Partition<'_>> {
    if shared {
        return Some(Partition::All);
    }
    match principal.kind() {
        // The server asks nobody, or is that of one person's process.
        PrincipalKind::Anonymous => Some(Partition::All),
        PrincipalKind::Token => Some(Partition::Token {
            identity: principal.identity(),
            issuer: principal.issuer()?,
            subject: principal.subject()?,
            client_id: principal.client_id(),
        }),
        PrincipalKind::Certificate => Some(Partition::Token {
            identity: principal.identity(),
            issuer: principal.issuer()?,
            subject: principal.subject()?,
            client_id: principal.consumer(),
        }),
        PrincipalKind::Key => Some(Partition::Consumer {
            identity: principal.identity(),
            consumer: principal.consumer()?,
        }),
    }
}

/// Whose answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Partition<'p> {
    /// Everybody's.
    All,
    /// Those of whom a token is about, through one client application; or whose certificate it is.
    Token {
        identity: &'p str,
        issuer: &'p str,
        subject: &'p str,
        client_id: Option<&'p str>,
    },
    /// Those of a consumer.
    Consumer {
        identity: &'p str,
        consumer: &'p str,
    },
}

/// The key of a request. `tool` is the position of the server, the position of the tool in it, and how often
/// its answers were invalidated.
pub(super) fn key(tool: (usize, usize, u64), partition: Partition<'_>, request: &Request) -> Key {
    let mut parts = Parts(Context::new(&SHA256));
    parts.number(tool.0 as u64);
    parts.number(tool.1 as u64);
    parts.number(tool.2);
    match partition {
        Partition::All => parts.number(0),
        Partition::Token {
            identity,
            issuer,
            subject,
            client_id,
        } => {
            parts.number(1);
            parts.text(identity.as_bytes());
            parts.text(issuer.as_bytes());
            parts.text(subject.as_bytes());
            parts.number(u64::from(client_id.is_some()));
            parts.text(client_id.unwrap_or_default().as_bytes());
        }
        Partition::Consumer { identity, consumer } => {
            parts.number(2);
            parts.text(identity.as_bytes());
            parts.text(consumer.as_bytes());
        }
    }
    parts.number(request.operation.api as u64);
    parts.text(request.operation.method.as_bytes());
    parts.text(request.path_and_query.as_bytes());
    let mut headers: Vec<_> = request.headers.iter().collect();
    // Stable: the values of one name stay in their order.
    headers.sort_by_key(|(name, _)| name.as_str());
    parts.number(headers.len() as u64);
    for (name, value) in headers {
        parts.text(name.as_str().as_bytes());
        parts.text(value.as_bytes());
    }
    let body = request.body();
    let is_json = matches!(
        request.operation.body,
        Body::Json { .. } | Body::JsonObject { .. }
    );
    match is_json.then(|| canonical(body)).flatten() {
        Some(body) => parts.text(&body),
        None => parts.text(body),
    }
    parts.finish()
}

/// Parts of which each says where it ends, so that no two lists of them are the same bytes.
struct Parts(Context);

impl Parts {
    fn number(&mut self, number: u64) {
        self.0.update(&number.to_be_bytes());
    }

    fn text(&mut self, text: &[u8]) {
        self.number(text.len() as u64);
        self.0.update(text);
    }

    fn finish(self) -> Key {
        let mut key = Key::default();
        let digest = self.0.finish();
        for (to, from) in key.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        key
    }
}
