//! The processes that are measured.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Fallible;
use crate::options::Options;

/// Clock ticks a second in `/proc` (`USER_HZ`, the same on every Linux that Rust runs on).
const TICKS: u64 = 100;

/// A process that is stopped when this is dropped.
pub(crate) struct Measured {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Measured {
    /// The bare proxy, which was built beside this program.
    pub(crate) fn bare_proxy(api: &str) -> Fallible<Self> {
        let program = std::env::current_exe()?.with_file_name("bare_proxy");
        let mut child = Command::new(&program)
            .arg(api)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}; build the whole package", program.display()))?;
        let mut address = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut address)?;
        }
        Ok(Self {
            child,
            address: address.trim().to_owned(),
        })
    }

    /// The gateway, at a port that was free just now.
    pub(crate) fn gateway(options: &Options, api: &str) -> Fallible<Self> {
        let address = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .to_string();
        let child = Command::new(&options.gateway)
            .args(["--listen", &address, "--log-level", "warn"])
            .env(&options.variable, format!("http://{api}"))
            .envs(options.environment.iter().cloned())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", options.gateway.display()))?;
        let mut measured = Self { child, address };
        let begun = Instant::now();
        while TcpStream::connect(&measured.address).is_err() {
            if measured.child.try_wait()?.is_some() {
                return Err("the gateway ended; what it needs may be missing (--set)".into());
            }
            if begun.elapsed() > Duration::from_secs(10) {
                return Err("the gateway does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(measured)
    }

    /// The time that its threads have run so far, in user and kernel mode.
    pub(crate) fn cpu_time(&self) -> Fallible<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // proc(5): the fields after the name, which is in parentheses and may hold anything.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Ok(Duration::from_millis(ticks * 1_000 / TICKS))
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
