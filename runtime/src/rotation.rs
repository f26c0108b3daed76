//! Secrets in files that change while the gateway runs: whoever rotates a mounted key replaces the
//! file, and the next call bears the new value.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::environment::{Environment, Secret, SecretFile};
use crate::gateway::Shared;
use crate::upstream::Client;

/// How often the files are looked at. Their contents are compared, not their times: a mounted secret
/// of Kubernetes is a link to a folder that is exchanged, and small files are read in microseconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// Follows the secrets that `environment` has from files, for as long as the gateway runs. Returns at
/// once where there are none. One task does this for the whole gateway.
pub(crate) async fn follow(shared: Arc<Shared>, environment: Environment) {
    let mut rotation = Rotation::new(environment);
    if rotation.watched.is_empty() {
        return;
    }
    let mut ticks = tokio::time::interval(INTERVAL);
    // After a file system that hung, one look is enough.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let files = rotation.files();
        // File systems may take their time: no thread that serves calls waits for them.
        let look = tokio::task::spawn_blocking(move || look(&files));
        let Ok(found) = look.await else {
            return;
        };
        if rotation.take(found, &shared.clients) {
            shared.auth.renew(&rotation.environment);
            shared.authorizers.renew(&rotation.environment);
            shared.classifiers.renew(&rotation.environment);
        }
    }
}

/// What a file was found to hold, or why that cannot be used.
type Found = Result<Secret, String>;

fn look(files: &[SecretFile]) -> Vec<Found> {
    let read = |file: &SecretFile| {
        if file.is_regular() {
            file.read()
        } else {
            Err("the file is not there, or not a regular one".to_owned())
        }
    };
    files.iter().map(read).collect()
}

/// The values in use, and what was last found where they came from.
struct Rotation {
    environment: Environment,
    watched: Vec<Watched>,
}

struct Watched {
    file: SecretFile,
    /// Absent before the first look.
    last: Option<Found>,
    /// Whether it was said that the file cannot be used at present.
    reported: bool,
}

impl Rotation {
    fn new(environment: Environment) -> Self {
        let files = environment.files().iter();
        let watched = files
            .filter(|file| file.is_regular())
            .map(|file| Watched {
                file: file.clone(),
                last: None,
                reported: false,
            })
            .collect();
        Self {
            environment,
            watched,
        }
    }

    fn files(&self) -> Vec<SecretFile> {
        self.watched
            .iter()
            .map(|watched| watched.file.clone())
            .collect()
    }

    /// Takes note of what was found, in the order of the files. A value counts when two looks agree on
    /// it: a file may be read while it is being written. Whether any did.
    fn take(&mut self, found: Vec<Found>, clients: &[Client]) -> bool {
        let mut changed = false;
        for (watched, found) in self.watched.iter_mut().zip(found) {
            let Watched {
                file,
                last,
                reported,
            } = watched;
            if last.as_ref() != Some(&found) {
                *last = Some(found);
                continue;
            }
            match found {
                Ok(value) => {
                    *reported = false;
                    if self.environment.set(file.position, value) {
                        changed = true;
                        tracing::info!(
                            variable = file.variable.name,
                            "the file of the secret changed: its new value is taken"
                        );
                    }
                }
                Err(problem) if !*reported => {
                    *reported = true;
                    tracing::warn!(
                        variable = file.variable.name,
                        problem,
                        "the file of the secret cannot be used: the value it had stays in use"
                    );
                }
                Err(_) => {}
            }
        }
        if !changed {
            return false;
        }
        for client in clients {
            if let Err(problems) = client.renew(&self.environment) {
                for problem in problems {
                    tracing::warn!(
                        api = client.name(),
                        problem,
                        "a secret changed to what cannot be sent: the value it had stays in use"
                    );
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests;
