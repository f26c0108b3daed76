//! The `gatewright` command: its arguments, and what its exit status means.

mod build;
mod check;
mod dependency;
mod explain;
mod inventory;
mod key;
mod lint;
mod new;
mod output;
mod report;
mod test;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use output::Output;

/// Compiles gateway.yaml and OpenAPI documents into an MCP gateway.
#[derive(Debug, Parser)]
#[command(name = "gatewright", version, propagate_version = true, after_help = AFTER_HELP)]
struct Command {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    action: Action,
}

const AFTER_HELP: &str = "\
Exit status:
  0  all is well; there may be warnings
  1  the manifest or a document has errors, or a test failed
  2  the command line is wrong
  3  something else is in the way: a file that cannot be written, a build that fails

Examples:
  gatewright new shop --spec openapi.yaml     a project around an OpenAPI document
  gatewright check                            what is wrong with ./gateway.yaml
  gatewright build gateway.yaml -o gateway    the finished binary, without a project";

/// What all commands take.
#[derive(Clone, Copy, Debug, Args)]
struct Options {
    /// How problems are printed: for people on standard error, or for programs on standard output.
    #[arg(long, global = true, value_enum, default_value_t = OutputFormat::Full, help_heading = "Common options")]
    format: OutputFormat,
    /// When colours are used; `auto` is on terminals.
    #[arg(long, global = true, value_name = "WHEN", default_value_t = clap::ColorChoice::Auto, help_heading = "Common options")]
    color: clap::ColorChoice,
}

/// How problems are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    // Plain comments: as documentation they would make every --help a page longer.
    // The source with the places marked.
    #[value(alias = "text")]
    Full,
    // One JSON object per problem and line.
    Json,
    // Workflow commands, which GitHub Actions shows as annotations.
    Github,
    // One SARIF 2.1.0 document, for code scanning.
    Sarif,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Reports what is wrong with a manifest, without building anything.
    Check(Check),
    /// Builds the binary of a gateway, with no Rust project around it.
    Build(Build),
    /// Runs the tests of a manifest.
    Test(Test),
    /// Makes a project: a small crate with a gateway, its document and a test.
    New(New),
    /// Reports how many tokens the tools of each server take.
    Report(Report),
    /// Reports what is open to more people than it may be meant for.
    Lint(Lint),
    /// Lists what happens to calls of every tool, and what each needs.
    Inventory(Inventory),
    /// Explains a diagnostic, or what happens to a call of a tool.
    Explain(Explain),
    /// Makes a key for a consumer, and what the key file needs of it.
    Key(Key),
    /// Prints a completion script for a shell.
    Completions(Completions),
}

#[derive(Debug, Args)]
struct Check {
    /// The manifest.
    #[arg(default_value = "gateway.yaml")]
    manifest: PathBuf,
    /// Makes these errors: warnings, or what `gatewright lint` reports.
    #[arg(long, value_name = "WHAT", value_enum)]
    deny: Vec<Denied>,
}

/// What `--deny` makes an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Denied {
    Warnings,
    Lints,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Needs Cargo and a C compiler. What is built is kept in a cache, so that the next build is quick:
$GATEWRIGHT_CACHE, or `gatewright` in the user's cache folder; $CARGO_TARGET_DIR is respected.

Example:
  gatewright build gateway.yaml -o ./gateway && ./gateway --check")]
struct Build {
    /// The manifest.
    #[arg(default_value = "gateway.yaml")]
    manifest: PathBuf,
    /// Where the binary goes.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Builds faster, for a slower binary.
    #[arg(long)]
    debug: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Needs what `gatewright build` needs, and keeps what is built in the same place. Where the manifest has tools
written in Rust, the tests are those of the crate that the manifest is in.

Examples:
  gatewright test                           all tests of ./gateway.yaml
  gatewright test limits                    those with `limits` in their names
  gatewright test --coverage                and which policies they met, and whether both ways
  gatewright test --junit results.xml       for build servers; --format json prints one document")]
struct Test {
    /// Only tests that have this in their names.
    filter: Option<String>,
    /// The manifest.
    #[arg(short, long, value_name = "FILE", default_value = "gateway.yaml")]
    manifest: PathBuf,
    /// Writes the results as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Prints how often each policy let calls through and refused them.
    #[arg(long)]
    coverage: bool,
    /// Fails where a policy never refused, or never let through; for one with a condition, also where it
    /// always applied or never did.
    #[arg(long)]
    require_coverage: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gatewright new shop                       with a small pet store as the API
  gatewright new shop --spec openapi.yaml   with a document of yours, all operations as tools")]
struct New {
    /// The folder, which must not exist or be empty; its name is the gateway's.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// An OpenAPI document to start from; it is copied, with the files that it refers to.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gatewright explain                  all codes
  gatewright explain unknown-key      one of them at length
  gatewright explain pets             the tools of the server `pets`
  gatewright explain pets listPets    what happens to a call of one, and where each step comes from")]
struct Explain {
    /// A code, as in `error[unknown-key]`, a server of the manifest, or a tool that only one server has.
    #[arg(value_name = "CODE|SERVER|TOOL")]
    subject: Option<String>,
    /// A tool of the server.
    tool: Option<String>,
    /// The manifest that the server is in.
    #[arg(short, long, value_name = "FILE", default_value = "gateway.yaml")]
    manifest: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Counted is what clients hand on to models: name, title, description, and the schemas of arguments and
answers, by an estimate that needs no model's vocabulary. With --format json the report is one document.

Examples:
  gatewright report                   of ./gateway.yaml
  gatewright report --format json     for programs")]
struct Report {
    /// The manifest.
    #[arg(default_value = "gateway.yaml")]
    manifest: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
What is meant is allowed where it is declared, with the reason: `allow: { LINT: REASON }` of a server or of
an override. `gatewright check --deny lints` makes the rest errors, for continuous integration.

Examples:
  gatewright lint                            of ./gateway.yaml
  gatewright explain anonymous-credential    one of them at length")]
struct Lint {
    /// The manifest.
    #[arg(default_value = "gateway.yaml")]
    manifest: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
With --format json the inventory is one document. The same manifest gives the same bytes: kept beside it, the
inventory shows in a review what a change means.

Examples:
  gatewright inventory                                   for people
  gatewright inventory --format json > inventory.json    for programs, and for reviews")]
struct Inventory {
    /// The manifest.
    #[arg(default_value = "gateway.yaml")]
    manifest: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The key goes to the consumer and is not kept anywhere; the entry goes into the key file of the manifest's
identity. Give a consumer two keys to replace one while the other is used.

Examples:
  gatewright key acme
  gatewright key acme --product gold --expires 2027-12-31T00:00:00Z")]
struct Key {
    /// The consumer.
    #[arg(value_name = "NAME")]
    consumer: String,
    /// A product that the key is for; several times for several.
    #[arg(long = "product", value_name = "PRODUCT", conflicts_with_all = ["servers", "all_servers"])]
    products: Vec<String>,
    /// A server that the key is for, without its products; several times for several.
    #[arg(long = "server", value_name = "SERVER", conflicts_with = "all_servers")]
    servers: Vec<String>,
    /// A key for all servers, without their products.
    #[arg(long)]
    all_servers: bool,
    /// When the key ends to be accepted: 2027-12-31T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
}

#[derive(Debug, Args)]
struct Completions {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Why a command ended without doing what it was asked.
enum Stop {
    /// Errors in the manifest or a document, which were printed.
    Diagnosed,
    /// What was asked for does not exist.
    Usage(String),
    /// Something outside of the gateway's own files is in the way.
    Environment(String),
}

impl Stop {
    /// Something that could not be done to a file.
    fn file(action: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Environment(format!("cannot {action} {}: {error}", path.display()))
    }
}

/// Runs the command with the arguments of this process.
pub fn run() -> ExitCode {
    run_with(std::env::args_os())
}

fn run_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match Command::try_parse_from(arguments) {
        Ok(command) => command,
        Err(error) => {
            // Help and version are such errors too, with the status 0.
            let status = u8::try_from(error.exit_code()).unwrap_or(2);
            let _ = error.print();
            return ExitCode::from(status);
        }
    };
    let output = Output::new(command.options);
    let done = match command.action {
        Action::Check(check) => check::run(&check, &output),
        Action::Build(build) => build::run(&build, &output),
        Action::Test(test) => test::run(&test, &output),
        Action::New(new) => new::run(&new, &output),
        Action::Report(report) => report::run(&report, &output),
        Action::Lint(lint) => lint::run(&lint, &output),
        Action::Inventory(inventory) => inventory::run(&inventory, &output),
        Action::Explain(explain) => explain::run(&explain, &output),
        Action::Key(key) => key::run(&key, &output),
        Action::Completions(completions) => {
            output.print(&completion_script(completions.shell));
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Diagnosed) => ExitCode::from(1),
        Err(Stop::Usage(message)) => {
            output.error(&message);
            ExitCode::from(2)
        }
        Err(Stop::Environment(message)) => {
            output.error(&message);
            ExitCode::from(3)
        }
    }
}

fn completion_script(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Command::command(), "gatewright", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests;
