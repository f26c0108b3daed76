//! A gateway as tests of policies have it: on a clock that they move, with callers that they name, before
//! APIs that are within the process.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Gateway, Shared, StartError};
use crate::auth::{AssumedCaller, Auth};
use crate::cache::Cache;
use crate::clock::Clock;
use crate::description::{Variable, VariableKind};
use crate::environment::Environment;
use crate::guard::{Classifiers, Guards};
use crate::policy::Limits;
use crate::policy::authorize::Authorizers;
use crate::policy::authorize::assumed::Assumed;
use crate::store::Store;
use crate::upstream::{Client, InProcess};

impl Gateway {
    /// What its calls have in common, without anything of the machine: neither its environment, nor its
    /// clock, nor its network.
    ///
    /// # Errors
    /// What of the manifest cannot be used, a sentence each.
    pub(crate) fn simulated(
        &self,
        clock: Clock,
        (caller, authorizer, classifier): (&AssumedCaller, &Assumed, &Assumed),
        apis: &Arc<dyn InProcess>,
    ) -> Result<Arc<Shared>, StartError> {
        let variables = self.description.variables.iter();
        let given: BTreeMap<String, String> = variables
            .map(|variable| (variable.name.to_owned(), value(variable)))
            .collect();
        let environment =
            Environment::resolve(self.description, &|_| None, &given).map_err(StartError::new)?;
        let mut problems = Vec::new();
        let mut clients = Vec::with_capacity(self.description.apis.len());
        for api in self.description.apis {
            match Client::in_process(api, &environment, Arc::clone(apis)) {
                Ok(client) => clients.push(client),
                Err(more) => problems.extend(more),
            }
        }
        let auth = Auth::assuming(caller, self.description, &environment, clock.clone())
            .unwrap_or_else(|more| {
                problems.extend(more);
                Auth::default()
            });
        let authorizers =
            Authorizers::assuming(self.description, &environment, clock.clone(), authorizer)
                .unwrap_or_else(|more| {
                    problems.extend(more);
                    Authorizers::default()
                });
        let store = self.description.store.as_ref();
        let store = store.map(|_| Store::simulated(clock.clone())).transpose();
        let store = store.unwrap_or_else(|error| {
            problems.push(error.to_string());
            None
        });
        let guards = Guards::new(self.description).unwrap_or_else(|problem| {
            problems.push(problem);
            Guards::default()
        });
        let classifiers = Classifiers::new(self.description, &environment, Some(classifier))
            .unwrap_or_else(|more| {
                problems.extend(more);
                Classifiers::default()
            });
        if !problems.is_empty() {
            return Err(StartError::new(problems));
        }
        Ok(Arc::new(Shared {
            description: self.description,
            service: Arc::clone(&self.service),
            clients,
            authorizers,
            limits: Limits::new(self.description.limits, clock.clone(), store),
            cache: Cache::new(self.description, clock),
            guards,
            classifiers,
            auth,
        }))
    }
}

/// A value that can be read in an expectation: the default, or else the variable's own name; for a URL a
/// host of that name (RFC 6761, section 6.2: nothing on the network has it).
fn value(variable: &Variable) -> String {
    match (variable.default, variable.kind) {
        (Some(default), _) => default.to_owned(),
        (None, VariableKind::Url) => {
            let host = variable.name.to_ascii_lowercase().replace('_', "-");
            format!("http://{host}.test")
        }
        (None, VariableKind::String | VariableKind::Secret) => variable.name.to_owned(),
    }
}
