//! A Redis or Valkey, run locally.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A server that keeps what it holds in a folder of its own; killed when dropped.
pub struct Redis {
    folder: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
}

impl Redis {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut redis = Self {
            folder: tempfile::tempdir().unwrap(),
            port: listener.local_addr().unwrap().port(),
            child: None,
        };
        drop(listener);
        redis.start_again();
        redis
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/1", self.port)
    }

    /// Stops it without warning.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it again, with what it held.
    pub fn start_again(&mut self) {
        let start = |program: &str| {
            Command::new(program)
                .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
                .args([
                    "--appendonly",
                    "yes",
                    "--appendfsync",
                    "always",
                    "--save",
                    "",
                ])
                .arg("--dir")
                .arg(self.folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
        };
        let child = start("redis-server")
            .or_else(|_| start("valkey-server"))
            .expect("the tests need Redis: `bash tests/tools/install.sh FOLDER` installs it");
        self.child = Some(child);
        for _ in 0..800 {
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            sleep(Duration::from_millis(25));
        }
        panic!("Redis does not listen");
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}
