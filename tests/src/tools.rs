//! Tools from npm, installed into the target folder by `tests/tools/install.sh`.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::{root, target};

fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = target().join("test-tools");
        // Test programs may run side by side; the installation must not.
        std::fs::create_dir_all(&folder).unwrap();
        let lock = std::fs::File::create(folder.join(".lock")).unwrap();
        lock.lock().unwrap();
        let status = Command::new("bash")
            .arg(root().join("tests/tools/install.sh"))
            .arg(&folder)
            .status()
            .unwrap();
        assert!(status.success(), "the tools from npm cannot be installed");
        folder
    })
}

/// Node.js.
pub fn node() -> PathBuf {
    folder().join("node_modules/node/bin/node")
}

/// A command of a package, with the right Node.js in front of the path.
pub fn node_tool(name: &str) -> Command {
    let mut command = Command::new(folder().join("node_modules/.bin").join(name));
    let node = node();
    let mut path = vec![node.parent().unwrap().to_owned()];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    command.env("PATH", std::env::join_paths(path).unwrap());
    command
}

/// Python, with the packages that `tests/tools/requirements.txt` names.
pub fn python() -> Command {
    Command::new(folder().join("python/bin/python"))
}
