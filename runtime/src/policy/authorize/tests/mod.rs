//! Calls before authorizers that are stubs.

mod answers;
mod memory;
mod questions;
mod stub;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::{Authorizer, Authorizers, Protocol};
use crate::auth::{Principal, PrincipalKind};
use crate::call::Call;
use crate::caller::Caller;
use crate::clock::Clock;
use crate::description::{Description, Part, Server, Template, Tool};
use crate::environment::Environment;
use crate::gateway::Shared;
use crate::mcp::tests::fixture;
use crate::policy::limit::{Algorithm, Rate};
use crate::policy::{Limit, LimitKind, Limits, Reason, Refusal, WithoutStore};

use stub::Stub;

const OPA: Protocol = Protocol::Opa {
    decision: "allow",
    forward_reason: false,
};

const OPENFGA: Protocol = Protocol::OpenFga {
    store: &[Part::Literal("01HVMMBCMGZNT3SED4Z17ECXCA")],
    model: None,
};

fn template(text: &str) -> Template {
    let part = Part::Literal(text.to_owned().leak());
    vec![part].leak()
}

fn authorizer(protocol: Protocol, stub: &Stub) -> Authorizer {
    Authorizer {
        protocol,
        url: template(&stub.url),
        credential: None,
        timeout: Duration::from_secs(20),
        cache: Duration::ZERO,
        allow_on_failure: false,
    }
}

/// A gateway with these authorizers and one limit, of two calls in a minute.
struct Fixture {
    shared: Arc<Shared>,
    now: Arc<AtomicU64>,
}

impl Fixture {
    fn new(authorizers: Vec<Authorizer>) -> Self {
        Self::try_new(authorizers).unwrap()
    }

    fn try_new(authorizers: Vec<Authorizer>) -> Result<Self, Vec<String>> {
        let (shared, _) = fixture::shared();
        let base = shared.description;
        let tools: &'static [Tool] = vec![Tool {
            name: "createPet",
            ..Tool::NATIVE
        }]
        .leak();
        let server: &'static Server = Box::leak(Box::new(Server {
            name: "pets",
            tools,
            ..*base.servers[0]
        }));
        let limits: &'static [Limit] = vec![Limit {
            name: "two",
            id: "two",
            unit: crate::policy::Unit::Calls,
            cost: 1,
            kind: LimitKind::Rate(Rate {
                calls: 2,
                period: Duration::from_mins(1),
                algorithm: Algorithm::SlidingWindow,
            }),
            without_store: WithoutStore::Refuse,
        }]
        .leak();
        let description: &'static Description = Box::leak(Box::new(Description {
            authorizers: authorizers.leak(),
            servers: vec![server].leak(),
            limits,
            store: None,
            ..*base
        }));
        let now = Arc::new(AtomicU64::new(0));
        let clock = Clock::Virtual(Arc::clone(&now));
        let environment = Environment::resolve(description, &|_| None, &BTreeMap::new()).unwrap();
        let mut shared = Arc::into_inner(shared).unwrap();
        shared.authorizers = Authorizers::new(description, &environment, clock.clone())?;
        shared.limits = Limits::new(limits, clock, None);
        shared.description = description;
        Ok(Self {
            shared: Arc::new(shared),
            now,
        })
    }

    fn call(&self, principal: Principal) -> Call {
        let caller = Caller {
            principal: Some(Arc::new(principal)),
            ..Caller::default()
        };
        Call::new(&self.shared, 0, 0, None, Arc::new(caller))
    }

    /// Asks the first authorizer about a call of somebody.
    async fn ask(&self, subject: &str) -> Result<(), Refusal> {
        let call = self.call(user(subject));
        call.ask(0, None, &[], || {})?;
        settle(&call).await
    }

    /// Asks the first authorizer about a relationship.
    async fn relates(&self, user: &str, object: &str) -> Result<(), Refusal> {
        let call = self.call(Principal::anonymous());
        let relation = super::Relation {
            user,
            relation: "can_call",
            object,
        };
        call.ask(0, Some(&relation), &[], || {})?;
        settle(&call).await
    }
}

fn user(subject: &str) -> Principal {
    Principal {
        kind: PrincipalKind::Token,
        identity: "staff",
        issuer: Some("https://login.example.com/".into()),
        subject: Some(subject.into()),
        ..Principal::default()
    }
}

async fn settle(call: &Call) -> Result<(), Refusal> {
    let pending = std::mem::take(&mut *call.pending());
    pending.settle(call).await
}

fn reason(outcome: Result<(), Refusal>) -> Option<Reason> {
    outcome.err().map(|refusal| refusal.reason)
}
