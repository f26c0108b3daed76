//! A real browser: Chromium, without a window.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::{Received, Stub};

/// How long a page may take to report.
const PATIENCE: Duration = Duration::from_mins(1);

/// By the names that it has on different systems.
const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Opens a page that `site` serves as that of `http://host`, and gives back what the page reports: the body of
/// its request to `/report`. `query` is that of its URL.
pub fn report(site: &Stub, host: &str, query: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let before = site.received().len();
    let url = format!("http://{host}/?{query}");
    let address = site.url.trim_start_matches("http://");
    let mut browser = Browser(start(folder.path(), host, address, &url));
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let received = site.received();
        let is_report = |request: &&Received| request.target == "/report";
        if let Some(report) = received[before..].iter().find(is_report) {
            return report.body.clone();
        }
        if let Some(status) = browser.0.try_wait().unwrap() {
            panic!("Chromium ended before the page had reported: {status}");
        }
        sleep(Duration::from_millis(20));
    }
    panic!(
        "the page did not report; it asked for {:?}",
        &site.received()[before..]
    );
}

/// Killed when dropped.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(folder: &Path, host: &str, address: &str, url: &str) -> Child {
    for program in PROGRAMS {
        let child = Command::new(program)
            .args([
                "--headless",
                // Root has no sandbox, and it only sees the pages of these tests.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-proxy-server",
            ])
            .arg(format!("--user-data-dir={}", folder.display()))
            .arg(format!("--host-resolver-rules=MAP {host}:80 {address}"))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match child {
            Ok(child) => return child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => panic!("{program}: {error}"),
        }
    }
    panic!("the tests need Chromium: `bash tests/tools/install.sh FOLDER` installs it");
}
