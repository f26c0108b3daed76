//! Who calls: the gateway as an OAuth resource server (MCP, "Authorization"; RFC 9728, RFC 6750), and
//! the keys of consumers.
//!
//! A `gate` stands before each server that asks who calls. What it needs is decided before the first
//! request: the tables by the compiler, URLs and files by start-up. Keys change while the gateway runs,
//! in tasks of their own (`key_source`, `consumers`); requests only read.

mod assumed;
mod certificate;
mod challenge;
mod claims;
mod consumers;
mod gate;
mod introspection;
mod jose;
mod jwe;
mod key_source;
mod metadata;
mod principal;
mod products;
mod provider;
mod recogniser;
mod watched_file;

use std::sync::Arc;

use bytes::Bytes;
use tokio::task::JoinSet;

use self::assumed::AssumedRecogniser;
use self::challenge::{Bearer, Challenge};
use self::gate::{Gate, Recogniser, Refusal};
use self::metadata::{Metadata, PublicUrl};
use self::products::Products;
use self::recogniser::recogniser;
use crate::caller::Caller;
use crate::clock::Clock;
use crate::description::{Description, Identity, IdentityKind, Server};
use crate::environment::Environment;
use crate::policy::Reason;
use crate::server::Reply;
use crate::upstream::Address;

pub(crate) use assumed::AssumedCaller;
pub(crate) use certificate::ClientCertificate;
pub use principal::{ClaimValue, Principal, PrincipalKind};
pub(crate) use products::{Denial, KeyScope, Way};
#[cfg(feature = "tls")]
pub(crate) use watched_file::read as read_file;

/// What stands before the servers of a gateway.
#[derive(Debug, Default)]
pub(crate) struct Auth {
    /// By the position of the server; `None` for one that everybody may call.
    gates: Vec<Option<Gate>>,
    /// By the position of the identity.
    recognisers: Vec<Arc<Recogniser>>,
    metadata: Metadata,
    products: Products,
    clock: Clock,
}

/// What the probe of an identity came to: its name, and how many keys it has, if its callers are recognised
/// by keys that the gateway has; or what is wrong.
pub(crate) type Probed = (&'static str, Result<Option<usize>, String>);

impl Auth {
    /// Puts together what the manifest says and what the environment holds, and reads the files with
    /// keys. Connects to nothing: a provider that is away does not keep the gateway from starting.
    ///
    /// # Errors
    /// What is missing or wrong, a sentence each.
    pub(crate) fn new(
        description: &'static Description,
        environment: &Environment,
        clock: Clock,
    ) -> Result<Self, Vec<String>> {
        Self::with(description, environment, clock, |position, identity| {
            recogniser((position, identity), Products::of(description), environment)
        })
    }

    /// The same with callers that a test says are there.
    ///
    /// # Errors
    /// As [`Auth::new`].
    pub(crate) fn assuming(
        caller: &AssumedCaller,
        description: &'static Description,
        environment: &Environment,
        clock: Clock,
    ) -> Result<Self, Vec<String>> {
        Self::with(description, environment, clock, |_, identity| {
            let scope_prefix = match &identity.kind {
                IdentityKind::Jwt(jwt) => environment
                    .render(jwt.rules.scope_prefix)
                    .expose()
                    .to_owned(),
                IdentityKind::Introspection(asked) => environment
                    .render(asked.rules.scope_prefix)
                    .expose()
                    .to_owned(),
                IdentityKind::Keys(_) | IdentityKind::Certificate(_) => String::new(),
            };
            Ok(Recogniser::Assumed(AssumedRecogniser {
                identity,
                scope_prefix,
                caller: caller.clone(),
            }))
        })
    }

    fn with(
        description: &'static Description,
        environment: &Environment,
        clock: Clock,
        recogniser: impl Fn(usize, &'static Identity) -> Result<Recogniser, Vec<String>>,
    ) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let products = Products::of(description);
        let recognisers: Vec<_> = description
            .identities
            .iter()
            .enumerate()
            .filter_map(
                |(position, identity)| match recogniser(position, identity) {
                    Ok(recogniser) => Some(Arc::new(recogniser)),
                    Err(more) => {
                        problems.extend(more);
                        None
                    }
                },
            )
            .collect();
        let url = description.public_url.map(|url| environment.render(url));
        if let Some(url) = &url
            && let Err(problem) = Address::parse(url.expose())
        {
            problems.push(format!("`public_url` cannot be used: {problem}"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let url = PublicUrl::parse(url.as_ref().map_or("", |url| url.expose()));
        let mut auth = Self {
            gates: Vec::with_capacity(description.servers.len()),
            recognisers,
            metadata: Metadata::default(),
            products,
            clock,
        };
        for (position, server) in description.servers.iter().enumerate() {
            let gate = auth.gate_of(server, &url);
            if let Some(gate) = &gate
                && gate.challenge.bearer.is_some()
            {
                let recognisers = gate.recognisers.iter().map(|recogniser| &**recogniser);
                let document = metadata::document(server, gate.access, &url, recognisers);
                let only = description.servers.len() == 1;
                auth.metadata.add((position, server), &url, &document, only);
            }
            auth.gates.push(gate);
        }
        Ok(auth)
    }

    /// The gate of a server that asks who calls.
    fn gate_of(&self, server: &'static Server, url: &PublicUrl) -> Option<Gate> {
        let access = server.access;
        if access.identities.is_empty() {
            return None;
        }
        let recognisers: Vec<_> = access
            .identities
            .iter()
            .filter_map(|position| self.recognisers.get(*position).map(Arc::clone))
            .collect();
        let bearer = recognisers.iter().find_map(|recogniser| {
            Some(Bearer {
                metadata: url.metadata(server),
                scope_prefix: recogniser.scope_prefix()?.to_owned(),
            })
        });
        let key_header = recognisers
            .iter()
            .find_map(|recogniser| recogniser.key_header());
        let challenge = Challenge {
            bearer,
            key_header,
            scopes: access.scopes,
        };
        Some(Gate::new(access, recognisers, challenge))
    }

    fn gate(&self, server: usize) -> Option<&Gate> {
        self.gates.get(server)?.as_ref()
    }

    /// Finds out who sends a request to the server at a position, where it asks. What proves it is taken
    /// out of the headers: nothing that comes later has any use for it that is good.
    ///
    /// # Errors
    /// The reply to a caller that is not recognised, or may not call the server at all.
    pub(crate) async fn admit(&self, server: usize, caller: &mut Caller) -> Result<(), Reply> {
        let Some(gate) = self.gate(server) else {
            return Ok(());
        };
        let admitted = gate
            .admit(
                &caller.headers,
                caller.certificate.as_deref(),
                self.clock.since_epoch().as_secs(),
            )
            .await;
        gate.strip(&mut caller.headers);
        let refusal = match admitted {
            Ok(principal) => {
                if gate.lacks(&principal, None) {
                    Reason::Scope.log("");
                    return Err(gate.challenge.forbid());
                }
                let by_key = principal.scope != KeyScope::Unsaid;
                caller.principal = Some(principal);
                if self.products.reaches(server, caller) {
                    return Ok(());
                }
                if !by_key {
                    Reason::Product.log("");
                    return Err(Challenge::exclude());
                }
                // To this server, a key for others is none.
                Refusal::UnknownKey
            }
            Err(Refusal::Missing) if self.products.opens(gate.access) => return Ok(()),
            Err(refusal) => refusal,
        };
        tracing::debug!(?refusal, "a caller was not recognised");
        Reason::Identity.log("");
        Err(gate.challenge.refuse(refusal))
    }

    /// Whether a caller may call the tool at a position, and by which product.
    pub(crate) fn permit(
        &self,
        server: usize,
        tool: usize,
        caller: &Caller,
    ) -> Result<Way, Denial> {
        let way = self.products.way(server, tool, caller);
        let Some(gate) = self.gate(server) else {
            return way.ok_or(Denial::Product);
        };
        let lacks = gate.lacks(caller.principal(), Some(tool));
        match way {
            Some(way) if !lacks => Ok(way),
            _ if caller.principal.is_none() => Err(Denial::Credentials),
            Some(_) => Err(Denial::Scopes(
                gate.access.tools.get(tool).copied().unwrap_or_default(),
            )),
            None => Err(Denial::Product),
        }
    }

    /// The reply to a caller that has not said who it is, where that would help.
    pub(crate) fn challenge(&self, server: usize) -> Option<Reply> {
        let gate = self.gate(server)?;
        Some(gate.challenge.refuse(Refusal::Missing))
    }

    /// Adds to the reply to a call what tells the client which scopes it needs.
    pub(crate) fn insufficient_scope(&self, server: usize, reply: Reply, scopes: &[&str]) -> Reply {
        match self.gate(server) {
            Some(gate) => gate.challenge.insufficient(reply, scopes),
            None => reply,
        }
    }

    /// The headers that the server at a position takes keys from.
    pub(crate) fn key_headers(&self, server: usize) -> impl Iterator<Item = &'static str> {
        let recognisers = self
            .gate(server)
            .into_iter()
            .flat_map(|gate| &gate.recognisers);
        recognisers.filter_map(|recogniser| recogniser.key_header())
    }

    /// The metadata at a path, where there is some, and the position of the server that it is about.
    pub(crate) fn metadata(&self, path: &str) -> Option<(usize, &Bytes)> {
        self.metadata.find(path)
    }

    /// Starts the tasks that keep keys fresh. They end when what is returned is dropped.
    pub(crate) fn keep(&self) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for recogniser in &self.recognisers {
            match &**recogniser {
                Recogniser::Token(token) => {
                    for keys in &token.keys {
                        tasks.spawn(Arc::clone(keys).keep());
                    }
                }
                Recogniser::Introspection(_)
                | Recogniser::Certificate(_)
                | Recogniser::Assumed(_) => {}
                Recogniser::Key(key) => {
                    tasks.spawn(Arc::clone(&key.consumers).keep());
                }
            }
        }
        tasks
    }

    /// Takes the values that secrets have now. What cannot be sent changes nothing: the log says so.
    pub(crate) fn renew(&self, environment: &Environment) {
        for recogniser in &self.recognisers {
            match &**recogniser {
                Recogniser::Introspection(asked) => asked.renew(environment),
                Recogniser::Token(token) => token.renew(environment),
                Recogniser::Key(_) | Recogniser::Certificate(_) | Recogniser::Assumed(_) => {}
            }
        }
    }

    /// Asks every identity for its keys, one after the other.
    pub(crate) async fn probe(&self, description: &'static Description) -> Vec<Probed> {
        let mut probed = Vec::with_capacity(self.recognisers.len());
        for (identity, recogniser) in description.identities.iter().zip(&self.recognisers) {
            let outcome = match &**recogniser {
                Recogniser::Token(token) => token.probe().await.map(Some),
                Recogniser::Introspection(asked) => asked.probe().await.map(|()| None),
                Recogniser::Key(key) => Ok(Some(key.consumers.len())),
                // Its listeners have been asked for what they trust.
                Recogniser::Certificate(_) => continue,
                Recogniser::Assumed(_) => Ok(None),
            };
            probed.push((identity.name, outcome));
        }
        probed
    }
}

#[cfg(test)]
mod tests;
