//! The command line of every gateway.

use std::ffi::{OsStr, OsString};
use std::str::FromStr as _;
use std::time::Duration;

use lexopt::Arg;
use tracing::Level;

use crate::server::{Settings, network};
use crate::telemetry::Format;

/// What the program is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Serve over HTTP.
    Serve,
    /// Serve one server over standard input and output.
    Stdio(Option<String>),
    /// Check configuration and APIs, and end.
    Check,
    /// Print what the gateway is, as JSON.
    Describe,
    /// Print name, version and digest.
    Version,
    /// Print the options.
    Help,
}

/// The command line, with what the environment says where it is silent.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) action: Action,
    /// An address and a port, where one was asked for.
    pub(super) listen: Option<String>,
    pub(super) settings: Settings,
    /// `--trust-caller`: over stdio, serve also what asks who calls.
    pub(super) trust_caller: bool,
    pub(super) format: Format,
    pub(super) level: Level,
}

/// An option that takes a value, and the variable that stands in for it.
struct Setting {
    option: &'static str,
    variable: &'static str,
    apply: fn(&mut Options, &str) -> Result<(), String>,
}

const SETTINGS: [Setting; 8] = [
    Setting {
        option: "listen",
        variable: "GATEWRIGHT_LISTEN",
        apply: |options, value| {
            options.listen = Some(value.to_owned());
            Ok(())
        },
    },
    Setting {
        option: "allowed-host",
        variable: "GATEWRIGHT_ALLOWED_HOST",
        apply: |options, value| list(&mut options.settings.allowed_hosts, value),
    },
    Setting {
        option: "allowed-origin",
        variable: "GATEWRIGHT_ALLOWED_ORIGIN",
        apply: |options, value| list(&mut options.settings.allowed_origins, value),
    },
    Setting {
        option: "trusted-proxy",
        variable: "GATEWRIGHT_TRUSTED_PROXY",
        apply: |options, value| {
            let mut items = Vec::new();
            list(&mut items, value)?;
            for item in items {
                options.settings.trusted_proxies.push(network(&item)?);
            }
            Ok(())
        },
    },
    Setting {
        option: "proxy-protocol",
        variable: "GATEWRIGHT_PROXY_PROTOCOL",
        apply: |options, value| {
            options.settings.proxy_protocol = match value {
                "on" => true,
                "off" => false,
                _ => return Err("it is `on` or `off`".to_owned()),
            };
            Ok(())
        },
    },
    Setting {
        option: "log-format",
        variable: "GATEWRIGHT_LOG_FORMAT",
        apply: |options, value| {
            options.format = Format::from_str(value)?;
            Ok(())
        },
    },
    Setting {
        option: "log-level",
        variable: "GATEWRIGHT_LOG_LEVEL",
        apply: |options, value| {
            options.level = Level::from_str(value)
                .map_err(|_| "it is one of error, warn, info, debug and trace")?;
            Ok(())
        },
    },
    Setting {
        option: "drain-timeout",
        variable: "GATEWRIGHT_DRAIN_TIMEOUT",
        apply: |options, value| {
            options.settings.drain_timeout = duration(value)?;
            Ok(())
        },
    },
];

/// What `--help` prints after the name of the program.
pub(super) const HELP: &str = "\
[OPTIONS]

Serves MCP over HTTP, unless one of these is given:
  --stdio                    serve over standard input and output, one message a line
  --server NAME              the server that --stdio serves, where there are several
  --trust-caller             with --stdio: serve a server that asks who calls or where requests come
                             from without asking: whoever starts the process is trusted; conditions
                             see a caller without a name
  --check                    see whether everything is configured, and every API and identity
                             provider answers, and end
  --describe                 print what this gateway is and needs, as JSON, and end
  --version                  print name, version and digest, and end
  --help                     print this, and end

Options; each can also be set in the environment, as GATEWRIGHT_LISTEN for --listen:
  --listen ADDRESS:PORT      where to listen, unless the manifest declares listeners
                             [default: 127.0.0.1:8080]
  --allowed-host NAME        a host name that requests may be addressed to, beside those of the
                             loopback interface; `*` for any; may be repeated
  --allowed-origin ORIGIN    a web origin that may call from a browser, such as
                             https://app.example.com; `*` for any; may be repeated
  --trusted-proxy NETWORK    a network such as 10.0.0.0/8, or an address, whose proxies are believed when
                             they say in X-Forwarded-For who the client is; may be repeated
  --proxy-protocol on|off    whether connections of those proxies begin with a PROXY header (version 1
                             or 2) that says who the client is; without it they are closed [default: off]
  --log-format text|json     how the log on standard error is written [default: text]
  --log-level LEVEL          error, warn, info, debug or trace [default: info]
  --drain-timeout DURATION   how long running calls may take to end after SIGTERM or SIGINT,
                             such as 25s or 2m; a second signal ends them at once [default: 25s]

Exit codes:
  0  it was asked to end, or what it was asked for is done
  1  it could not listen, or an API or identity provider did not answer --check
  2  the command line is wrong
  3  the environment lacks something or has a wrong value";

/// Reads the command line, `arguments` without the program's name.
///
/// # Errors
/// What is wrong with it, a sentence.
pub(super) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Options, String> {
    let mut options = Options {
        action: Action::Serve,
        listen: None,
        settings: Settings::default(),
        trust_caller: false,
        format: Format::default(),
        level: Level::INFO,
    };
    for setting in &SETTINGS {
        if let Some(value) = environment(setting.variable) {
            set(&mut options, setting, setting.variable, &value)?;
        }
    }
    let mut server = None;
    let mut actions = Vec::new();
    let mut repeated = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        let name = match argument {
            Arg::Long(name) => name.to_owned(),
            Arg::Short('h') => "help".to_owned(),
            Arg::Short('V') => "version".to_owned(),
            other => return Err(other.unexpected().to_string()),
        };
        match name.as_str() {
            "stdio" => actions.push(Action::Stdio(None)),
            "check" => actions.push(Action::Check),
            "describe" => actions.push(Action::Describe),
            "version" => actions.push(Action::Version),
            "help" => actions.push(Action::Help),
            "trust-caller" => options.trust_caller = true,
            "server" => server = Some(text("--server", &value(&mut parser, "server")?)?),
            name => {
                let setting = SETTINGS
                    .iter()
                    .find(|setting| setting.option == name)
                    .ok_or_else(|| format!("there is no option `--{name}`"))?;
                if !repeated.contains(&setting.option) {
                    // The command line replaces the environment's lists, and adds to its own.
                    repeated.push(setting.option);
                    clear(&mut options, setting.option);
                }
                let value = value(&mut parser, setting.option)?;
                set(
                    &mut options,
                    setting,
                    &format!("--{}", setting.option),
                    &value,
                )?;
            }
        }
    }
    if options.settings.proxy_protocol && options.settings.trusted_proxies.is_empty() {
        return Err(
            "`--proxy-protocol` is for the proxies that `--trusted-proxy` names, and there are none"
                .to_owned(),
        );
    }
    options.action = decide(&actions, server)?;
    let harmless = matches!(options.action, Action::Help | Action::Version);
    if options.trust_caller && !harmless && !matches!(options.action, Action::Stdio(_)) {
        return Err("`--trust-caller` goes with `--stdio` only".to_owned());
    }
    Ok(options)
}

fn decide(actions: &[Action], server: Option<String>) -> Result<Action, String> {
    let harmless = [Action::Help, Action::Version];
    if let Some(action) = harmless.into_iter().find(|action| actions.contains(action)) {
        return Ok(action);
    }
    match (actions, server) {
        ([], None) => Ok(Action::Serve),
        ([Action::Stdio(_)], server) => Ok(Action::Stdio(server)),
        (_, Some(_)) => Err("`--server` goes with `--stdio` only".to_owned()),
        ([action], None) => Ok(action.clone()),
        (_, None) => {
            Err("only one of `--stdio`, `--check` and `--describe` can be given".to_owned())
        }
    }
}

fn clear(options: &mut Options, option: &str) {
    match option {
        "allowed-host" => options.settings.allowed_hosts.clear(),
        "allowed-origin" => options.settings.allowed_origins.clear(),
        "trusted-proxy" => options.settings.trusted_proxies.clear(),
        _ => {}
    }
}

fn value(parser: &mut lexopt::Parser, option: &str) -> Result<OsString, String> {
    parser
        .value()
        .map_err(|_| format!("`--{option}` needs a value"))
}

fn set(options: &mut Options, setting: &Setting, name: &str, value: &OsStr) -> Result<(), String> {
    let value = text(name, value)?;
    (setting.apply)(options, &value)
        .map_err(|problem| format!("`{name}` cannot be `{value}`: {problem}"))
}

fn text(name: &str, value: &OsStr) -> Result<String, String> {
    value
        .to_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("the value of `{name}` is not valid UTF-8"))
}

/// Adds the items of a list with commas.
#[expect(
    clippy::unnecessary_wraps,
    reason = "one of the functions of `Setting`"
)]
fn list(items: &mut Vec<String>, value: &str) -> Result<(), String> {
    items.extend(
        value
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::to_owned),
    );
    Ok(())
}

/// `500ms`, `25s`, `2m`.
fn duration(text: &str) -> Result<Duration, String> {
    const MAX_SECONDS: u64 = 24 * 60 * 60;
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let number: u64 = digits.parse().unwrap_or(u64::MAX);
    let milliseconds = match text.get(digits.len()..) {
        Some("ms") => Some(number),
        Some("s") => number.checked_mul(1_000),
        Some("m") => number.checked_mul(60_000),
        _ => None,
    };
    milliseconds
        .filter(|milliseconds| *milliseconds <= MAX_SECONDS * 1_000)
        .map(Duration::from_millis)
        .ok_or_else(|| "it is a number with `ms`, `s` or `m`, at most a day".to_owned())
}
