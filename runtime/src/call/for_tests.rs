//! Calls that no request made: for unit tests of policies written in Rust.

use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};

use super::{Answer, Call, Service};
use crate::auth::{Auth, ClaimValue, Principal, PrincipalKind};
use crate::cache::Cache;
use crate::caller::Caller;
use crate::clock::Clock;
use crate::description::{Access, Claim, ClaimKind, Description, Server, Tool};
use crate::gateway::Shared;
use crate::guard::{Classifiers, Guards};
use crate::policy::Limits;
use crate::policy::authorize::Authorizers;

/// A call in the making, for unit tests of `#[policy]` functions. It has a server, a tool and a caller, and
/// no API: it is there to be looked at.
///
/// ```
/// use gatewright::{Call, Reason, Refusal, TestCall};
///
/// fn keepers_only(call: &Call) -> Result<(), Refusal> {
///     if call.principal().has_role("keeper") {
///         return Ok(());
///     }
///     Err(Refusal::new(Reason::Custom, "Only keepers may do this."))
/// }
///
/// let call = TestCall::new("pets", "deletePet").role("keeper").call();
/// assert!(keepers_only(&call).is_ok());
/// let call = TestCall::new("pets", "deletePet").call();
/// assert_eq!(keepers_only(&call).unwrap_err().reason, Reason::Custom);
/// ```
#[derive(Debug)]
pub struct TestCall {
    server: String,
    tool: String,
    caller: Caller,
    principal: Principal,
    claims: Vec<(String, ClaimValue)>,
}

impl TestCall {
    /// An anonymous call of a tool of a server, from nowhere.
    pub fn new(server: &str, tool: &str) -> Self {
        Self {
            server: server.to_owned(),
            tool: tool.to_owned(),
            caller: Caller::default(),
            principal: Principal::anonymous(),
            claims: Vec::new(),
        }
    }

    /// From this address.
    #[must_use]
    pub fn address(mut self, address: impl Into<IpAddr>) -> Self {
        self.caller.address = Some(address.into());
        self
    }

    /// At the listener of that name in the manifest, which speaks TLS or does not.
    #[must_use]
    pub fn listener(mut self, name: &'static str, tls: bool) -> Self {
        self.caller.listener = Some(name);
        self.caller.tls = tls;
        self
    }

    /// With a header; one more where it is there already.
    ///
    /// # Panics
    /// Where no request could have it.
    #[must_use]
    #[expect(clippy::expect_used, reason = "it is for tests, which fail by panics")]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a name that a header can have");
        let value = HeaderValue::from_str(value).expect("a value that a header can have");
        self.caller.headers.append(name, value);
        self
    }

    /// By whom a token is about: its `sub`.
    #[must_use]
    pub fn subject(mut self, subject: &str) -> Self {
        self.principal.kind = PrincipalKind::Token;
        self.principal.subject = Some(subject.into());
        self
    }

    /// With a token of this issuer: its `iss`.
    #[must_use]
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.principal.kind = PrincipalKind::Token;
        self.principal.issuer = Some(issuer.into());
        self
    }

    /// With a token that this client application was given.
    #[must_use]
    pub fn client_id(mut self, client_id: &str) -> Self {
        self.principal.kind = PrincipalKind::Token;
        self.principal.client_id = Some(client_id.into());
        self
    }

    /// With a key of this consumer.
    #[must_use]
    pub fn consumer(mut self, consumer: &str) -> Self {
        self.principal.kind = PrincipalKind::Key;
        self.principal.consumer = Some(consumer.into());
        self
    }

    /// With a certificate that calls its owner so.
    #[must_use]
    pub fn certificate(mut self, subject: &str) -> Self {
        self.principal.kind = PrincipalKind::Certificate;
        self.principal.subject = Some(subject.into());
        self
    }

    /// By a caller who was granted this scope, beside those said before.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.principal.scopes = one_more(&self.principal.scopes, scope);
        self
    }

    /// By a caller who has this role, beside those said before.
    #[must_use]
    pub fn role(mut self, role: &str) -> Self {
        self.principal.roles = one_more(&self.principal.roles, role);
        self
    }

    /// By a caller whose token has a claim, as if the manifest declared it.
    #[must_use]
    pub fn claim(mut self, name: &str, value: ClaimValue) -> Self {
        self.claims.push((name.to_owned(), value));
        self
    }

    /// The call. What the binary would hold as constants is never freed: a few hundred bytes for each.
    pub fn call(self) -> Call {
        let Self {
            server,
            tool,
            mut caller,
            mut principal,
            claims,
        } = self;
        let declared = claims.iter().map(|(name, value)| Claim {
            name: String::leak(name.clone()),
            from: "",
            kind: match value {
                ClaimValue::String(_) => ClaimKind::String,
                ClaimValue::Strings(_) => ClaimKind::Strings,
                ClaimValue::Integer(_) => ClaimKind::Integer,
                ClaimValue::Boolean(_) => ClaimKind::Boolean,
            },
        });
        principal.declared = Vec::leak(declared.collect());
        principal.claims = claims.into_iter().map(|(_, value)| Some(value)).collect();
        caller.principal = Some(Arc::new(principal));
        let description = description(server, tool);
        let clock = Clock::default();
        let shared = Arc::new(Shared {
            description,
            service: Arc::new(Nothing),
            clients: Vec::new(),
            authorizers: Authorizers::default(),
            classifiers: Classifiers::default(),
            limits: Limits::new(description.limits, clock.clone(), None),
            cache: Cache::new(description, clock),
            guards: Guards::default(),
            auth: Auth::default(),
        });
        Call::new(&shared, 0, 0, None, Arc::new(caller))
    }
}

fn one_more(list: &[Box<str>], item: &str) -> Box<[Box<str>]> {
    list.iter().cloned().chain([item.into()]).collect()
}

/// A gateway of one server with one tool.
fn description(server: String, tool: String) -> &'static Description {
    let tools = Vec::leak(vec![Tool {
        name: String::leak(tool),
        ..Tool::NATIVE
    }]);
    let name: &'static str = String::leak(server);
    let server: &'static Server = Box::leak(Box::new(Server {
        name,
        title: name,
        path: "",
        listeners: &[],
        admit: |_| Ok(()),
        intake: crate::policy::Intake::NONE,
        cors: None,
        access: &Access::ANONYMOUS,
        tools,
        find: |_| None,
        initialize: "",
        discover: "",
        pages: &[],
        selection: None,
        catalogue: None,
        implementation: "{}",
    }));
    Box::leak(Box::new(Description {
        name: "test",
        version: "0.0.0",
        digest: "",
        variables: &[],
        apis: &[],
        limits: &[],
        store: None,
        egress: None,
        authorizers: &[],
        guards: &[],
        cache_bytes: 0,
        public_url: None,
        listeners: &[],
        identities: &[],
        products: &[],
        servers: Vec::leak(vec![server]),
    }))
}

/// Answers nothing: the call is only looked at.
struct Nothing;

impl Service for Nothing {
    fn call<'a>(&'a self, call: &'a Call, _: &'a [u8]) -> Answer<'a> {
        call.unknown()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::TestCall;
    use crate::auth::{ClaimValue, PrincipalKind};

    #[test]
    fn a_call_is_what_was_said_of_it() {
        let call = TestCall::new("pets", "listPets")
            .address(Ipv4Addr::LOCALHOST)
            .header("X-Role", "keeper")
            .subject("ann")
            .issuer("https://login.example.com/")
            .client_id("app")
            .scope("pets.read")
            .scope("pets.write")
            .role("admin")
            .claim("age", ClaimValue::Integer(7))
            .call();
        assert_eq!((call.server_name(), call.name()), ("pets", "listPets"));
        let caller = call.caller();
        assert_eq!(caller.address(), Some(Ipv4Addr::LOCALHOST.into()));
        assert_eq!(caller.header("x-role"), Some("keeper"));
        let principal = call.principal();
        assert_eq!(principal.kind(), PrincipalKind::Token);
        assert_eq!(principal.subject(), Some("ann"));
        assert_eq!(principal.issuer(), Some("https://login.example.com/"));
        assert_eq!(principal.client_id(), Some("app"));
        assert!(principal.has_scope("pets.read") && principal.has_scope("pets.write"));
        assert!(principal.has_role("admin") && !principal.has_role("pets.read"));
        assert_eq!(principal.claim("age"), Some(&ClaimValue::Integer(7)));
        assert_eq!(principal.claim("name"), None);
    }

    #[test]
    fn a_call_of_which_nothing_is_said_is_anonymous() {
        let call = TestCall::new("pets", "listPets").call();
        assert_eq!(call.principal().kind(), PrincipalKind::Anonymous);
        assert_eq!(call.caller().address(), None);
        let call = TestCall::new("pets", "listPets").consumer("acme").call();
        assert_eq!(call.principal().kind(), PrincipalKind::Key);
        assert_eq!(call.principal().consumer(), Some("acme"));
    }
}
