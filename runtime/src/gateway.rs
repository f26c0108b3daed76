//! A gateway ready to run: the compiled description, the tools, and what start-up is told.

mod command_line;
mod describe;
mod guide;
mod program;
mod running;
mod simulated;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::auth::Auth;
use crate::cache::Cache;
use crate::call::Service;
use crate::clock::Clock;
use crate::description::Description;
use crate::environment::Environment;
use crate::guard::{Classifiers, Guards};
use crate::policy::Limits;
use crate::policy::authorize::Authorizers;
use crate::rotation;
use crate::server::{self, Prepared};
use crate::store::Store;
use crate::upstream::Client;

pub use running::Running;

/// What all calls of a running gateway have in common. Nothing in it changes after start-up
/// but the secrets that files hold, and the keys that callers are recognised by.
pub(crate) struct Shared {
    pub(crate) description: &'static Description,
    pub(crate) service: Arc<dyn Service>,
    /// The clients of [`Description::apis`], by position.
    pub(crate) clients: Vec<Client>,
    /// Who else decides which calls are allowed.
    pub(crate) authorizers: Authorizers,
    /// What [`Description::limits`] have counted.
    pub(crate) limits: Limits,
    /// What tools have answered.
    pub(crate) cache: Cache,
    /// What content guards search for.
    pub(crate) guards: Guards,
    /// Who else says what texts are.
    pub(crate) classifiers: Classifiers,
    /// What stands before the servers.
    pub(crate) auth: Auth,
}

impl Shared {
    /// Starts what has to run as long as the gateway does.
    fn attend(self: &Arc<Self>, environment: Environment, runtime: &Runtime) {
        runtime.spawn(rotation::follow(Arc::clone(self), environment));
        if let Some(store) = self.limits.store() {
            runtime.spawn(store.clone().maintain());
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("gateway", &self.description.name)
            .finish_non_exhaustive()
    }
}

/// A gateway: what the compiler made of a manifest, and the tools that answer its calls.
///
/// The code that the compiler emits has a function `gateway()` that returns one; the whole program of
/// a gateway is `gateway().run()`.
pub struct Gateway {
    description: &'static Description,
    service: Arc<dyn Service>,
    environment: BTreeMap<String, String>,
}

impl Gateway {
    /// A gateway with the tools of `service`. Generated code calls this.
    pub fn new(description: &'static Description, service: impl Service) -> Self {
        Self {
            description,
            service: Arc::new(service),
            environment: BTreeMap::new(),
        }
    }

    /// Gives a declared variable a value, for where the process environment does not set it.
    #[must_use]
    pub fn environment(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    /// The whole program: reads the command line and the environment, serves until it is told to
    /// stop by `SIGTERM` or `SIGINT`, and lets running calls end. `--help` lists the options and the
    /// exit codes.
    pub fn run(self) -> ExitCode {
        program::run(&self, std::env::args_os())
    }

    /// Serves over HTTP on a thread of its own until the returned value is stopped or dropped: for
    /// tests, and for programs that a gateway is a part of. `listen` is an address and a port, such
    /// as `127.0.0.1:0`; 0 stands for any free port. Requests are answered from when this returns.
    ///
    /// # Errors
    /// Where the environment lacks something, or the address cannot be listened at; where the manifest
    /// declares listeners, which say themselves where they are.
    pub fn start(self, listen: &str) -> Result<Running, StartError> {
        running::start(&self, listen)
    }

    /// The same at the listeners that the manifest declares, each at its own address.
    ///
    /// # Errors
    /// Where the environment lacks something, an address cannot be listened at, or the files of TLS cannot
    /// be used; where the manifest declares no listeners.
    pub fn start_listeners(self) -> Result<Running, StartError> {
        running::start_listeners(&self)
    }

    /// Reads the environment, makes the clients and opens the store. What the environment held comes with
    /// them, for [`Shared::attend`].
    fn prepare(&self) -> Result<(Arc<Shared>, Environment), StartError> {
        self.assemble(true)
    }

    /// Makes the listeners of the manifest ready.
    fn listeners(&self, environment: &Environment) -> Result<Vec<Prepared>, StartError> {
        server::prepare(self.description, environment).map_err(StartError::new)
    }

    /// The same with the store or without it: for `--check`, while another process may have it open.
    fn assemble(&self, with_store: bool) -> Result<(Arc<Shared>, Environment), StartError> {
        let environment = Environment::resolve(
            self.description,
            &|name| std::env::var_os(name),
            &self.environment,
        )
        .map_err(StartError::new)?;
        let mut clients = Vec::with_capacity(self.description.apis.len());
        let mut problems = Vec::new();
        for api in self.description.apis {
            match Client::new(api, &environment) {
                Ok(client) => clients.push(client),
                Err(more) => problems.extend(more),
            }
        }
        let clock = Clock::default();
        let auth =
            Auth::new(self.description, &environment, clock.clone()).unwrap_or_else(|more| {
                problems.extend(more);
                Auth::default()
            });
        let authorizers = Authorizers::new(self.description, &environment, clock.clone())
            .unwrap_or_else(|more| {
                problems.extend(more);
                Authorizers::default()
            });
        let mut store = None;
        if let Some(declared) = self.description.store.as_ref().filter(|_| with_store) {
            match Store::open(declared, &environment, &clock) {
                Ok(opened) => store = Some(opened),
                Err(error) => problems.push(error.to_string()),
            }
        }
        let guards = Guards::new(self.description).unwrap_or_else(|problem| {
            problems.push(problem);
            Guards::default()
        });
        let classifiers =
            Classifiers::new(self.description, &environment, None).unwrap_or_else(|more| {
                problems.extend(more);
                Classifiers::default()
            });
        if !problems.is_empty() {
            return Err(StartError::new(problems));
        }
        let shared = Arc::new(Shared {
            description: self.description,
            service: Arc::clone(&self.service),
            clients,
            authorizers,
            limits: Limits::new(self.description.limits, clock.clone(), store),
            cache: Cache::new(self.description, clock),
            guards,
            classifiers,
            auth,
        });
        Ok((shared, environment))
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("name", &self.description.name)
            .finish_non_exhaustive()
    }
}

/// Why a gateway cannot start: everything that is missing or wrong, without values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartError {
    problems: Vec<String>,
}

impl StartError {
    fn new(problems: Vec<String>) -> Self {
        Self { problems }
    }

    /// What is missing or wrong, a sentence each.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the gateway cannot start:")?;
        for problem in &self.problems {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}

impl Error for StartError {}

#[cfg(test)]
mod tests;
