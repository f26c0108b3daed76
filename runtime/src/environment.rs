//! What start-up takes from the environment: the declared variables, and the texts made of them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::Read as _;

use crate::description::{Description, Part, Template, Variable, VariableKind};
use crate::upstream::Address;
use crate::upstream::egress::Egress;

/// The greatest file that a secret is read from, in bytes.
const MAX_SECRET_FILE: u64 = 64 * 1024;

/// A text that may hold a secret: it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// The text, for where it is used.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

/// The values of all declared variables, by position.
#[derive(Debug)]
pub(crate) struct Environment {
    values: Vec<Secret>,
    /// The positions of those of the kind [`VariableKind::Secret`].
    secrets: Vec<usize>,
    /// Where those secrets came from that files hold.
    files: Vec<SecretFile>,
    /// What the manifest says of connections; beside the variables, as URLs are made of them.
    egress: Option<&'static Egress>,
}

/// A file that holds the value of a secret.
#[derive(Clone, Debug)]
pub(crate) struct SecretFile {
    /// The position of the variable.
    pub(crate) position: usize,
    pub(crate) variable: &'static Variable,
    path: OsString,
}

impl SecretFile {
    /// Whether it can be read again: the ends of pipes can be read once, and then would be waited for.
    pub(crate) fn is_regular(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|data| data.is_file())
    }

    /// The value that the file holds now.
    ///
    /// # Errors
    /// Why it cannot be one: a sentence, without values.
    pub(crate) fn read(&self) -> Result<Secret, String> {
        let name = format!("{}_FILE", self.variable.name);
        let value = read(&name, &self.path)?;
        check(self.variable, value).map(Secret)
    }
}

impl Environment {
    /// Finds every declared variable: in the process environment that `lookup` reads; for a secret in
    /// the file that `NAME_FILE` names; among the values `given` by the program; its default.
    ///
    /// # Errors
    /// All that is missing or wrong, a sentence each. None holds a value.
    pub(crate) fn resolve(
        description: &Description,
        lookup: &dyn Fn(&str) -> Option<OsString>,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<String>> {
        let mut values = Vec::with_capacity(description.variables.len());
        let mut secrets = Vec::new();
        let mut files = Vec::new();
        let mut problems = Vec::new();
        for name in given.keys() {
            if !description
                .variables
                .iter()
                .any(|variable| variable.name == name)
            {
                problems.push(format!(
                    "the program gives `{name}` a value, but the manifest declares no such variable"
                ));
            }
        }
        for (position, variable) in description.variables.iter().enumerate() {
            let found = find(variable, lookup, given);
            match found.and_then(|(value, path)| Ok((check(variable, value)?, path))) {
                Ok((value, path)) => {
                    if variable.kind == VariableKind::Secret {
                        secrets.push(position);
                    }
                    files.extend(path.map(|path| SecretFile {
                        position,
                        variable,
                        path,
                    }));
                    values.push(Secret(value));
                }
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() {
            Ok(Self {
                values,
                secrets,
                files,
                egress: description.egress,
            })
        } else {
            Err(problems)
        }
    }

    /// The secrets among the values.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secrets
            .iter()
            .filter_map(|position| self.values.get(*position))
    }

    /// Where connections may go, where the manifest says so.
    pub(crate) fn egress(&self) -> Option<&'static Egress> {
        self.egress
    }

    /// The files that secrets were read from.
    pub(crate) fn files(&self) -> &[SecretFile] {
        &self.files
    }

    /// Gives a variable another value; whether that is a change.
    pub(crate) fn set(&mut self, position: usize, value: Secret) -> bool {
        match self.values.get_mut(position) {
            Some(held) if *held != value => {
                *held = value;
                true
            }
            _ => false,
        }
    }

    /// Puts a template together.
    pub(crate) fn render(&self, template: Template) -> Secret {
        let mut text = String::new();
        for part in template {
            match *part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable(position) => {
                    text.push_str(self.values.get(position).map_or("", Secret::expose));
                }
            }
        }
        Secret(text)
    }
}

/// The value of a variable, and the file that it came from if it did.
fn find(
    variable: &Variable,
    lookup: &dyn Fn(&str) -> Option<OsString>,
    given: &BTreeMap<String, String>,
) -> Result<(String, Option<OsString>), String> {
    let name = variable.name;
    let file_name = format!("{name}_FILE");
    let secret = variable.kind == VariableKind::Secret;
    let file = if secret { lookup(&file_name) } else { None };
    match (lookup(name), file) {
        (Some(_), Some(_)) => Err(format!(
            "both `{name}` and `{file_name}` are set: unset one of them"
        )),
        (Some(value), None) => value
            .into_string()
            .map(|value| (value, None))
            .map_err(|_| format!("`{name}` is not valid UTF-8")),
        (None, Some(path)) => Ok((read(&file_name, &path)?, Some(path))),
        (None, None) => match given.get(name).map(String::as_str).or(variable.default) {
            Some(value) => Ok((value.to_owned(), None)),
            None => Err(missing(variable)),
        },
    }
}

fn missing(variable: &Variable) -> String {
    let Variable {
        name, description, ..
    } = *variable;
    let about = if description.is_empty() {
        String::new()
    } else {
        format!(" ({description})")
    };
    let way = if variable.kind == VariableKind::Secret {
        format!("set it, or set `{name}_FILE` to the path of a file that holds it")
    } else {
        "set it in the environment".to_owned()
    };
    format!("`{name}` is not set{about}: {way}")
}

/// Reads the file that `NAME_FILE` names, less one line end.
fn read(name: &str, path: &OsString) -> Result<String, String> {
    let file = std::fs::File::open(path)
        .map_err(|error| format!("the file that `{name}` names cannot be opened: {error}"))?;
    let mut text = String::new();
    file.take(MAX_SECRET_FILE + 1)
        .read_to_string(&mut text)
        .map_err(|error| format!("the file that `{name}` names cannot be read: {error}"))?;
    if text.len() as u64 > MAX_SECRET_FILE {
        return Err(format!(
            "the file that `{name}` names is greater than {MAX_SECRET_FILE} bytes: is it the right one?"
        ));
    }
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

fn check(variable: &Variable, value: String) -> Result<String, String> {
    let name = variable.name;
    match variable.kind {
        VariableKind::Secret if value.is_empty() => Err(format!(
            "the secret `{name}` is empty: set it to its value, or leave the credential out of the manifest"
        )),
        VariableKind::Secret | VariableKind::String => Ok(value),
        VariableKind::Url => match Address::parse(&value) {
            Ok(_) => Ok(value),
            Err(problem) => Err(format!("`{name}` is not a URL that can be used: {problem}")),
        },
    }
}

#[cfg(test)]
mod tests;
