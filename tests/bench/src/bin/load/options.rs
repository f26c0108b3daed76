//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use lexopt::{Arg, ValueExt as _};

use crate::Fallible;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
load --gateway PROGRAM --variable NAME --server-path PATH --tool NAME [OPTIONS]

  --gateway PROGRAM      the gateway; its calls must end at the API
  --variable NAME        the environment variable that holds the API's URL
  --server-path PATH     the path of the MCP server, such as /pets/mcp
  --tool NAME            the tool to call
  --guarded-path PATH    the path of a second server with the same tool, to be compared
  --header NAME=VALUE    a header of the calls of that server; may be repeated
  --arguments JSON       its arguments [default: {}]
  --set NAME=VALUE       a further environment variable of the gateway; may be repeated
  --rest-path PATH       what the bare proxy is asked for [default: /pets/7]
  --items NUMBER         the objects in the API's answer, about 180 bytes each [default: 1]
  --connections LIST     the numbers of connections to measure with [default: 1,32,256]
  --seconds NUMBER       how long each measurement takes [default: 5]
  --rounds NUMBER        how often all is measured [default: 3]
";

/// The command line.
pub(crate) struct Options {
    pub(crate) gateway: PathBuf,
    pub(crate) variable: String,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) server_path: String,
    pub(crate) guarded_path: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) tool: String,
    pub(crate) arguments: String,
    pub(crate) rest_path: String,
    pub(crate) connections: Vec<usize>,
    pub(crate) duration: Duration,
    pub(crate) rounds: usize,
    items: usize,
}

impl Options {
    /// Reads the command line; `None` where it asks for help.
    pub(crate) fn parse() -> Fallible<Option<Self>> {
        let mut options = Self {
            gateway: PathBuf::new(),
            variable: String::new(),
            environment: Vec::new(),
            server_path: String::new(),
            guarded_path: None,
            headers: Vec::new(),
            tool: String::new(),
            arguments: "{}".to_owned(),
            rest_path: "/pets/7".to_owned(),
            connections: vec![1, 32, 256],
            duration: Duration::from_secs(5),
            rounds: 3,
            items: 1,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            let Arg::Long(name) = argument else {
                return Err(argument.unexpected().into());
            };
            let name = name.to_owned();
            if name == "help" {
                return Ok(None);
            }
            let value = parser.value()?;
            match name.as_str() {
                "gateway" => options.gateway = value.into(),
                "variable" => options.variable = value.string()?,
                "server-path" => options.server_path = value.string()?,
                "guarded-path" => options.guarded_path = Some(value.string()?),
                "tool" => options.tool = value.string()?,
                "arguments" => options.arguments = value.string()?,
                "rest-path" => options.rest_path = value.string()?,
                "items" => options.items = value.parse()?,
                "seconds" => options.duration = Duration::from_secs_f64(value.parse()?),
                "rounds" => options.rounds = value.parse()?,
                "connections" => {
                    let list = value.string()?;
                    let numbers: Result<_, _> = list.split(',').map(str::parse).collect();
                    options.connections = numbers?;
                }
                "set" | "header" => {
                    let pair = value.string()?;
                    let (left, right) = pair
                        .split_once('=')
                        .ok_or_else(|| format!("--{name} takes NAME=VALUE"))?;
                    let pairs = if name == "set" {
                        &mut options.environment
                    } else {
                        &mut options.headers
                    };
                    pairs.push((left.into(), right.into()));
                }
                other => return Err(format!("there is no option `--{other}`; see --help").into()),
            }
        }
        let given = [&options.variable, &options.server_path, &options.tool];
        if options.gateway.as_os_str().is_empty() || given.iter().any(|text| text.is_empty()) {
            return Err(
                "--gateway, --variable, --server-path and --tool are needed; see --help".into(),
            );
        }
        Ok(Some(options))
    }

    /// What the API answers: one object, or an array.
    pub(crate) fn payload(&self) -> Bytes {
        let item = |number: usize| {
            format!(
                r#"{{"id":{number},"name":"Rex {number}","status":"available","tags":["dog","brown","house \"trained\""],"owner":{{"id":12,"email":"owner@example.com"}},"note":"{}"}}"#,
                Self::marker()
            )
        };
        if self.items == 1 {
            return item(7).into();
        }
        let items: Vec<String> = (0..self.items).map(item).collect();
        format!("[{}]", items.join(",")).into()
    }

    /// A text that every right answer holds.
    pub(crate) fn marker() -> String {
        format!("marker {} of this run", std::process::id())
    }
}
