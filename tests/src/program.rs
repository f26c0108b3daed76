//! Programs of the workspace: built once, started, stopped.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to say that it serves.
const START: Duration = Duration::from_secs(20);

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// `cargo` in the workspace, with the settings of the tests' own build.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The target folder that the tests were built in.
pub fn target() -> PathBuf {
    // Tests run from <target>/debug/deps.
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(3).unwrap().to_owned()
}

/// `command`, told to build into the tests' own target folder and in the same way, so that what a
/// project outside of the workspace depends on is there already.
pub fn sharing_builds(command: &mut Command) -> &mut Command {
    command
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
}

/// Builds a binary of the workspace, as the tests themselves were built, and tells where it is.
pub fn binary(package: &str, name: &str) -> PathBuf {
    let status = cargo()
        .args(["build", "--quiet", "--package", package, "--bin", name])
        .status()
        .unwrap();
    assert!(status.success(), "{name} does not build");
    target().join("debug").join(name)
}

/// A running program; killed when dropped.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Program {
    /// Starts a gateway on a free port.
    pub fn gateway(binary: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(binary);
        command.args(["--listen", "127.0.0.1:0"]).args(arguments);
        for (name, value) in environment {
            command.env(name, value);
        }
        Self::start(&mut command)
    }

    /// Starts a program whose output is read line by line.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let (sender, lines) = channel();
        let streams: [Box<dyn std::io::Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for stream in streams {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line that holds `text`, and gives it back.
    pub fn line(&mut self, text: &str) -> String {
        if let Some(line) = self.seen.iter().find(|line| line.contains(text)) {
            return line.clone();
        }
        let deadline = Instant::now() + START;
        while let Ok(line) = self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            self.seen.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
        panic!(
            "the program never said {text:?}; it said\n{}",
            self.seen.join("\n")
        );
    }

    /// The URL of the MCP server whose path is `path`, as the program tells it.
    pub fn url(&mut self, path: &str) -> String {
        let line = self.line(path);
        let start = line
            .find("http://")
            .unwrap_or_else(|| panic!("no URL in {line:?}"));
        let end = line[start..].find(path).unwrap() + start + path.len();
        line[start..end].to_owned()
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, and waits until it has; tells whether it ended well.
    pub fn terminate(&mut self) -> bool {
        let killed = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(killed.success());
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
