//! The program of every gateway: from the command line to the exit code.

use std::ffi::OsString;
use std::fmt::Display;
use std::future::Future;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::command_line::{self, Action, HELP, Options};
use super::describe::describe;
use super::guide::guide;
use super::{Gateway, Shared, StartError};
use crate::caller::Caller;
use crate::environment::Environment;
use crate::server::Entrance;
use crate::store::Store;
use crate::{mcp, server, telemetry};

/// Where a gateway listens of which neither the manifest nor the command line says it.
const LISTEN: &str = "127.0.0.1:8080";

/// What went wrong, by exit code; `--help` documents them.
enum Failure {
    /// 1
    Run(String),
    /// 2
    Usage(String),
    /// 3
    Environment(StartError),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Environment(error)
    }
}

/// Runs the program. The first of `arguments` is its name.
pub(super) fn run(gateway: &Gateway, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let program = arguments
        .next()
        .and_then(|path| Some(Path::new(&path).file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_else(|| gateway.description.name.to_owned());
    let options = command_line::parse(arguments, &|name| std::env::var_os(name));
    let result = options
        .map_err(Failure::Usage)
        .and_then(|options| carry_out(gateway, &program, options));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Run(problem)) => complain(1, &problem),
        Err(Failure::Usage(problem)) => complain(
            2,
            &format!("{problem}\n`{program} --help` lists the options"),
        ),
        Err(Failure::Environment(error)) => complain(
            3,
            &format!("{error}\n`{program} --describe` lists what it takes from the environment"),
        ),
    }
}

fn complain(code: u8, problem: &str) -> ExitCode {
    // Where there is no standard error, the code has to do.
    let _ = writeln!(io::stderr().lock(), "error: {problem}");
    ExitCode::from(code)
}

fn carry_out(gateway: &Gateway, program: &str, options: Options) -> Result<(), Failure> {
    let description = gateway.description;
    match &options.action {
        Action::Help => print(&format!(
            "{} {}\n\nUsage: {program} {HELP}\n",
            description.name, description.version
        )),
        Action::Version => print(&format!(
            "{} {} ({}, gatewright {})\n",
            description.name,
            description.version,
            description.digest,
            env!("CARGO_PKG_VERSION")
        )),
        Action::Describe => print(&String::from_utf8_lossy(&describe(description))),
        Action::Check => check(gateway, &options),
        Action::Serve => serve(gateway, options),
        Action::Stdio(server) => stdio(gateway, &options, server.as_deref()),
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| failed("standard output cannot be written", &error))
}

fn failed(what: impl Display, error: &io::Error) -> Failure {
    Failure::Run(format!("{what}: {error}"))
}

fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| failed("no threads can be started", &error))
}

fn serve(gateway: &Gateway, options: Options) -> Result<(), Failure> {
    telemetry::install(options.format, options.level);
    if options.listen.is_some() && !gateway.description.listeners.is_empty() {
        return Err(Failure::Usage(
            "the manifest declares `listeners`, which say where the gateway listens: `--listen` and \
             GATEWRIGHT_LISTEN cannot say it too"
                .to_owned(),
        ));
    }
    let (shared, environment) = gateway.prepare()?;
    let runtime = runtime()?;
    let entrances = runtime.block_on(listen(gateway, options.listen.as_deref(), &environment))?;
    shared.attend(environment, &runtime);
    runtime.block_on(async {
        let no_signals = |error| failed("signals cannot be received", &error);
        let stop = told_to_stop(1).map_err(no_signals)?;
        let stop_at_once = told_to_stop(2).map_err(no_signals)?;
        let mut urls = Vec::new();
        for server in gateway.description.servers {
            for entrance in &entrances {
                let Some(url) = entrance.url(server) else {
                    continue;
                };
                tracing::info!(
                    server = server.name,
                    listener = entrance.name(),
                    tools = server.tools.len(),
                    url,
                    "serving"
                );
                urls.push((*server, url));
            }
        }
        if options.format == telemetry::Format::Text {
            // For a person who started it by hand; whoever collects logs asks for JSON. A gateway
            // that has no standard output serves all the same.
            let _ = print(&guide(&urls));
        }
        let serve = server::serve(entrances, shared, options.settings, async {
            stop.await;
            tracing::info!("stopping: running calls may end");
        });
        tokio::select! {
            () = serve => {}
            () = stop_at_once => tracing::warn!("stopped before running calls had ended"),
        }
        Ok(())
    })
}

/// Listens: where the manifest says, or else where the command line does.
async fn listen(
    gateway: &Gateway,
    listen: Option<&str>,
    environment: &Environment,
) -> Result<Vec<Entrance>, Failure> {
    let prepared = gateway.listeners(environment)?;
    if prepared.is_empty() {
        let listen = listen.unwrap_or(LISTEN);
        let listener = TcpListener::bind(listen).await.map_err(|error| {
            let what =
                format!("nothing can listen at `{listen}` (--listen chooses another address)");
            failed(what, &error)
        })?;
        return Ok(vec![listener.into()]);
    }
    let mut entrances = Vec::with_capacity(prepared.len());
    for listener in prepared {
        entrances.push(listener.bind().await.map_err(Failure::Run)?);
    }
    Ok(entrances)
}

fn stdio(gateway: &Gateway, options: &Options, server: Option<&str>) -> Result<(), Failure> {
    telemetry::install(options.format, options.level);
    let servers = gateway.description.servers;
    let position = match server {
        Some(name) => servers.iter().position(|server| server.name == name),
        None => (servers.len() == 1).then_some(0),
    };
    let position = position.ok_or_else(|| {
        let names: Vec<&str> = servers.iter().map(|server| server.name).collect();
        Failure::Usage(format!(
            "`--stdio` serves one server: choose it with `--server`, from: {}",
            names.join(", ")
        ))
    })?;
    // What the server asks of requests, nobody can answer here: neither a token nor an address comes with
    // a line of standard input, and no listener.
    let asks = servers.get(position).is_some_and(|server| {
        !server.access.identities.is_empty()
            || !server.listeners.is_empty()
            || (server.admit)(&Caller::default()).is_err()
    });
    if asks && !options.trust_caller {
        return Err(Failure::Usage(
            "the server asks who calls or where requests come from, and over stdio nobody can say: \
             `--trust-caller` serves it to whoever starts this process"
                .to_owned(),
        ));
    }
    let (shared, environment) = gateway.prepare()?;
    let runtime = runtime()?;
    shared.attend(environment, &runtime);
    let result = runtime.block_on(async {
        let stop = told_to_stop(1)?;
        let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
        mcp::stdio::serve(input, output, shared, position, &options.settings, stop).await
    });
    // A thread may still wait for standard input, which may never end.
    runtime.shutdown_background();
    result.map_err(|error| failed("standard input and output failed", &error))
}

/// Ready when the process was told to stop that many times.
fn told_to_stop(times: usize) -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            for _ in 0..times {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async move {
        for _ in 0..times {
            // Without signals there is nothing to stop it but the end of the process.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    })
}

fn check(gateway: &Gateway, options: &Options) -> Result<(), Failure> {
    telemetry::install(options.format, options.level);
    let (shared, environment) = gateway.assemble(false)?;
    let listeners = gateway.listeners(&environment)?;
    let (lines, identities, authorizers, store) = runtime()?.block_on(async {
        let description = gateway.description;
        tokio::join!(
            probe(&shared),
            shared.auth.probe(description),
            shared.authorizers.probe(),
            Store::check(description.store.as_ref(), &environment)
        )
    });
    let (mut silent, mut keyless, mut undecided) = (0, 0, 0);
    let mut text = String::from("The environment has all that is needed.\n");
    for listener in &listeners {
        text.extend(["Listener ", listener.name(), ": ", listener.address(), "\n"]);
    }
    for (name, result) in lines {
        let outcome = match result {
            Ok(()) => "answers".to_owned(),
            Err(error) => {
                silent += 1;
                error.to_string()
            }
        };
        text.extend(["API ", name, ": ", &outcome, "\n"]);
    }
    for (name, result) in identities {
        let outcome = match result {
            Ok(Some(1)) => "1 key".to_owned(),
            Ok(Some(keys)) => format!("{keys} keys"),
            Ok(None) => "answers".to_owned(),
            Err(problem) => {
                keyless += 1;
                format!("nothing to recognise callers by: {problem}")
            }
        };
        text.extend(["Identity ", name, ": ", &outcome, "\n"]);
    }
    for (url, result) in authorizers {
        let outcome = match result {
            Ok(()) => "answers".to_owned(),
            Err(problem) => {
                undecided += 1;
                problem
            }
        };
        text.extend(["Authorizer ", &url, ": ", &outcome, "\n"]);
    }
    if let Some(store) = &store {
        let outcome = match store {
            Ok(words) => words,
            Err(problem) => problem.as_str(),
        };
        text.extend(["Store: ", outcome, "\n"]);
    }
    print(&text)?;
    if let Some(Err(_)) = store {
        return Err(Failure::Run("the store cannot be used".to_owned()));
    }
    if keyless > 0 {
        return Err(Failure::Run(format!(
            "{keyless} of the identities have nothing to recognise callers by"
        )));
    }
    if undecided > 0 {
        return Err(Failure::Run(format!(
            "{undecided} of the authorizers did not answer"
        )));
    }
    if silent > 0 {
        return Err(Failure::Run(format!(
            "{silent} of the APIs did not answer; the log says why"
        )));
    }
    Ok(())
}

type Probed = (&'static str, Result<(), crate::upstream::Error>);

/// Asks all APIs at once.
async fn probe(shared: &Arc<Shared>) -> Vec<Probed> {
    let tasks: Vec<_> = (0..shared.clients.len())
        .map(|position| {
            let shared = Arc::clone(shared);
            tokio::spawn(async move {
                let client = shared.clients.get(position)?;
                Some((client.name(), client.probe().await))
            })
        })
        .collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        if let Ok(Some(result)) = task.await {
            results.push(result);
        }
    }
    results
}
