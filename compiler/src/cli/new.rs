//! `gatewright new`: a project that builds as it is.

mod credentials;

use std::path::{Path, PathBuf};

use self::credentials::Credentials;
use super::dependency::Origin;
use super::output::Output;
use super::{New, Stop, check};
use crate::diagnostic::Sink;
use crate::disk::{Compilation, Disk};
use crate::openapi::Documents;
use crate::source::{Files, Node, Span, Spanned};

/// The document of a project that starts without one.
const PETSTORE: &str = include_str!("new/petstore.yaml");

/// A file of the project.
struct Piece {
    path: PathBuf,
    text: String,
}

impl Piece {
    fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }
}

/// The documents of the project, and what the manifest has to know of them.
struct Documentation {
    files: Vec<Piece>,
    /// The path of the one that describes the API.
    spec: String,
    /// What the API is called in the manifest.
    api: String,
    title: String,
    /// Where the document says the API is.
    url: Option<String>,
    credentials: Credentials,
}

pub(super) fn run(new: &New, output: &Output) -> Result<(), Stop> {
    ensure_empty(&new.folder)?;
    let name = name(&new.folder)?;
    let documentation = match &new.spec {
        Some(spec) => from_document(spec, output)?,
        None => petstore(),
    };
    let has_own_document = new.spec.is_some();
    for piece in pieces(&name, &documentation, has_own_document) {
        let path = new.folder.join(&piece.path);
        let folder = path.parent().unwrap_or(&new.folder);
        std::fs::create_dir_all(folder).map_err(|error| Stop::file("make", folder, &error))?;
        std::fs::write(&path, piece.text).map_err(|error| Stop::file("write", &path, &error))?;
    }
    if let Some(lock) = Origin::find().lock_file() {
        let to = new.folder.join("Cargo.lock");
        std::fs::copy(lock, &to).map_err(|error| Stop::file("write", &to, &error))?;
    }
    report(new, output)
}

/// Says what was made, and what is still wrong with it: not every document becomes a gateway as it is.
fn report(new: &New, output: &Output) -> Result<(), Stop> {
    let compilation = Compilation::of(&new.folder.join("gateway.yaml"));
    output.diagnostics(&compilation);
    if !output.is_for_people() {
        return compilation.plan.map(|_| ()).ok_or(Stop::Diagnosed);
    }
    let folder = new.folder.display();
    let Some(plan) = &compilation.plan else {
        output.tell(&format!(
            "Made {folder}; its gateway.yaml needs the changes above\n"
        ));
        return Err(Stop::Diagnosed);
    };
    output.tell(&format!("Made {folder}: {}", check::summary(plan)));
    output.tell(&format!("  cd {folder} && cargo test\n"));
    Ok(())
}

fn ensure_empty(folder: &Path) -> Result<(), Stop> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Stop::Usage(format!("{} is not empty", folder.display()))),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Stop::file("read", folder, &error)),
    }
}

/// The name of the gateway and of its package: the folder's, as far as it can be one.
fn name(folder: &Path) -> Result<String, Stop> {
    let absolute =
        std::path::absolute(folder).map_err(|error| Stop::file("use", folder, &error))?;
    let folder = absolute.file_name().unwrap_or_default().to_string_lossy();
    let name = label(&folder);
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Ok(format!("gateway-{name}").trim_end_matches('-').to_owned());
    }
    let is_keyword = syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_err();
    // Crates that every crate can see already.
    let is_taken = ["core", "std", "alloc", "test", "gatewright"].contains(&name.as_str());
    Ok(if is_keyword || is_taken {
        format!("{name}-gateway")
    } else {
        name
    })
}

/// Lower case letters, digits and single hyphens between them, at most 40.
fn label(text: &str) -> String {
    let mut label = String::new();
    for letter in text.chars().take(40) {
        if letter.is_ascii_alphanumeric() {
            label.push(letter.to_ascii_lowercase());
        } else if !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
    }
    label.trim_end_matches('-').to_owned()
}

fn petstore() -> Documentation {
    Documentation {
        files: vec![Piece::new("specs/petstore.yaml", PETSTORE)],
        spec: "specs/petstore.yaml".to_owned(),
        api: "pets".to_owned(),
        title: "Pet store".to_owned(),
        url: Some("http://127.0.0.1:8081".to_owned()),
        credentials: Credentials::default(),
    }
}

/// Takes over the user's document, with the files that it refers to.
fn from_document(path: &Path, output: &Output) -> Result<Documentation, Stop> {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut files = Files::new(folder, Box::new(Disk::default()));
    let mut sink = Sink::default();
    let root = match files.open(&name, None) {
        Ok(file) => {
            let whole = Spanned::new(name.clone(), Span::new(file, 0, 0));
            let mut documents = Documents::new();
            let loaded = documents.load(&whole, &mut files, &mut sink);
            let credentials = loaded.map(|file| credentials::of(file, &documents));
            files
                .parse(file, &mut sink)
                .map(|root| (root, credentials.unwrap_or_default()))
        }
        Err(error) => {
            sink.report(error.into_diagnostic(None));
            None
        }
    };
    let Some((root, credentials)) = root else {
        output.problems(&sink.into_diagnostics(), &files);
        return Err(Stop::Diagnosed);
    };
    let title = root
        .get("info")
        .and_then(|info| info.get("title"))
        .and_then(Node::as_str);
    let stem = Path::new(&name)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let api = match label(&stem) {
        label if label.is_empty() => "api".to_owned(),
        label => label,
    };
    Ok(Documentation {
        spec: format!("specs/{name}"),
        title: title.unwrap_or(&api).to_owned(),
        api,
        url: first_server(&root),
        credentials,
        files: files
            .all()
            .iter()
            // What is above the document's folder would land outside of the project's.
            .filter(|file| !file.name.starts_with("../"))
            .map(|file| Piece::new(format!("specs/{}", file.name), &*file.text))
            .collect(),
    })
}

/// The first server of the document, where it is a whole URL.
fn first_server(root: &Node) -> Option<String> {
    let url = root
        .get("servers")?
        .as_array()?
        .first()?
        .get("url")?
        .as_str()?;
    let is_whole = url.starts_with("https://") || url.starts_with("http://");
    (is_whole && !url.contains(['{', '?', '#'])).then(|| url.to_owned())
}

fn pieces(name: &str, documentation: &Documentation, has_own_document: bool) -> Vec<Piece> {
    let origin = Origin::find();
    let compiler = origin.dependency("compiler", ", default-features = false");
    let default = documentation.url.as_ref().map_or(String::new(), |url| {
        format!("\n    default: {}", yaml_string(url))
    });
    let values = [
        (
            "tests",
            if has_own_document {
                include_str!("new/test_document.rs.template")
            } else {
                include_str!("new/test_petstore.rs.template")
            },
        ),
        ("name", name),
        ("crate", &name.replace('-', "_")),
        ("runtime", &origin.dependency("runtime", "")),
        ("compiler", &compiler),
        ("api", &documentation.api),
        ("title", &yaml_string(&documentation.title)),
        ("default", &default),
        ("variables", &documentation.credentials.environment),
        ("credentials", &documentation.credentials.section),
        ("bindings", &documentation.credentials.api),
        ("secrets", &documentation.credentials.tests),
        ("spec", &yaml_string(&documentation.spec)),
    ];
    let fill = |template: &str| {
        values
            .iter()
            .fold(template.to_owned(), |text, (key, value)| {
                text.replace(&format!("{{{{{key}}}}}"), value)
            })
    };
    let mut pieces = vec![
        Piece::new("Cargo.toml", fill(include_str!("new/Cargo.toml.template"))),
        Piece::new("build.rs", fill(include_str!("new/build.rs.template"))),
        Piece::new("src/lib.rs", fill(include_str!("new/lib.rs.template"))),
        Piece::new("src/main.rs", fill(include_str!("new/main.rs.template"))),
        Piece::new(
            "gateway.yaml",
            fill(include_str!("new/gateway.yaml.template")),
        ),
        Piece::new(
            "tests/gateway.rs",
            fill(include_str!("new/test.rs.template")),
        ),
        Piece::new(".gitignore", fill(include_str!("new/gitignore.template"))),
        Piece::new("README.md", fill(include_str!("new/README.md.template"))),
    ];
    pieces.extend(
        documentation
            .files
            .iter()
            .map(|file| Piece::new(file.path.clone(), file.text.clone())),
    );
    pieces
}

/// A double-quoted scalar: JSON's strings are such.
fn yaml_string(text: &str) -> String {
    let mut out = Vec::new();
    gatewright_schema::json::string_into(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests;
