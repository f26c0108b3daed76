//! How a project that the command makes depends on Gatewright: on the checkout that the command was
//! built from, as long as that is there, and otherwise on the published version.

use std::path::{Path, PathBuf};

/// Where the packages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A checkout of Gatewright.
    Checkout(PathBuf),
    /// The registry, at the version of the command.
    Registry,
}

impl Origin {
    pub(super) fn find() -> Self {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        match checkout {
            // An installed command was built in a folder that was deleted, or in Cargo's own copy of
            // the one package.
            Some(checkout) if is_checkout(checkout) => Self::Checkout(checkout.to_owned()),
            _ => Self::Registry,
        }
    }

    /// The value of a dependency on the package in `folder` of the checkout.
    pub(super) fn dependency(&self, folder: &str, more: &str) -> String {
        let version = env!("CARGO_PKG_VERSION");
        match self {
            Self::Checkout(checkout) => {
                let path = checkout.join(folder);
                format!(
                    "{{ path = {}{more} }}",
                    toml_string(&path.to_string_lossy())
                )
            }
            Self::Registry => format!("{{ version = \"={version}\"{more} }}"),
        }
    }

    /// The lock file to start from, so that the versions are those that the checkout is tested with.
    pub(super) fn lock_file(&self) -> Option<PathBuf> {
        match self {
            Self::Checkout(checkout) => {
                Some(checkout.join("Cargo.lock")).filter(|lock| lock.is_file())
            }
            Self::Registry => None,
        }
    }
}

fn is_checkout(folder: &Path) -> bool {
    ["runtime", "compiler", "macros", "schema"]
        .iter()
        .all(|package| folder.join(package).join("Cargo.toml").is_file())
}

/// A basic string of TOML 1.0.
pub(super) fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => {
                out.extend(format!("\\U{:08X}", u32::from(letter)).chars());
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
