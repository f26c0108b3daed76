use super::*;

/// A folder with a gateway in it, `change` made to its manifest.
fn gateway(name: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gatewright-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("api.yaml"),
        "openapi: 3.1.0\n\
         info: { title: Pets, version: '1' }\n\
         paths: { /pets: { get: { operationId: listPets, responses: { '200': { description: Them. } } } } }\n",
    )
    .unwrap();
    let manifest = "gateway: acme\n\
        apis: { pets: { spec: api.yaml, url: \"https://pets.example\" } }\n\
        servers: { pets: { tools: [ { api: pets, operations: all } ] } }\n";
    std::fs::write(folder.join("gateway.yaml"), change(manifest)).unwrap();
    folder
}

#[test]
fn what_was_read_is_tracked() {
    let folder = gateway("tracked", str::to_owned);
    let expansion = expand(&folder.join("gateway.yaml")).unwrap();
    assert!(expansion.tokens.to_string().contains("listPets"));
    assert_eq!(
        expansion.files,
        [folder.join("gateway.yaml"), folder.join("api.yaml")]
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_missing_is_tracked_too() {
    let folder = gateway("missing", |manifest| {
        manifest.replace("api.yaml", "none.yaml")
    });
    let compilation = Compilation::of(&folder.join("gateway.yaml"));
    assert!(compilation.plan.is_none());
    let told = directives(&compilation);
    assert!(
        told.contains(&format!(
            "cargo::rerun-if-changed={}\n",
            folder.join("none.yaml").display()
        )),
        "{told}"
    );
    let problems = expand(&folder.join("gateway.yaml")).unwrap_err();
    assert!(
        problems.contains("there is no file `none.yaml`"),
        "{problems}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_document_cannot_give_cargo_directives() {
    let folder = gateway("directives", |manifest| {
        manifest
            .replace("api.yaml", "\"api.yaml\\ncargo::rustc-env=A=b\"")
            .replace("acme", "\"a\\ncargo::warning=x\"")
    });
    let compilation = Compilation::of(&folder.join("gateway.yaml"));
    for line in directives(&compilation).lines() {
        assert!(line.starts_with("cargo::rerun-if-changed="), "{line}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_warning_is_one_line() {
    use crate::diagnostic::codes;
    use crate::source::{MemoryLoader, Span};

    let mut files = Files::new(
        PathBuf::new(),
        Box::new(MemoryLoader::from([("a.yaml", "x\ny: 1")])),
    );
    let file = files.open("a.yaml", None).unwrap();
    let span = Span::new(file, 2, 3);
    let mut diagnostic = Diagnostic::new(&codes::INVALID_VALUE, span, "a\nb").help("do\r\nc");
    diagnostic.severity = Severity::Warning;
    let compilation = Compilation {
        files,
        diagnostics: vec![diagnostic],
        plan: None,
        inputs: Vec::new(),
    };
    assert_eq!(
        directives(&compilation),
        "cargo::warning=a.yaml:2:1: a b [invalid-value]; do  c\n"
    );
}

#[test]
fn a_file_that_holds_the_text_is_not_written() {
    let folder = gateway("unchanged", str::to_owned);
    let path = folder.join("gateway.rs");
    write_if_changed(&path, "one").unwrap();
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let written = std::fs::metadata(&path).unwrap().modified().unwrap();
    write_if_changed(&path, "one").unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().modified().unwrap(),
        written
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_document_cannot_steer_the_terminal() {
    let folder = gateway("steering", str::to_owned);
    let document = "openapi: 3.1.0\n\
         info: { title: Pets, version: '1' }\n\
         paths: { \"/pets\\u202e#\": { get: { operationId: listPets, responses: { '200': { description: Them. } } } },\n\
         \"/dogs\": { get: { operationId: listDogs, responses: { '200': { description: Them. } } } } }\n";
    std::fs::write(folder.join("api.yaml"), document).unwrap();
    let told = directives(&Compilation::of(&folder.join("gateway.yaml")));
    assert!(
        told.contains("cargo::warning=") && told.contains("/pets\u{FFFD}#"),
        "{told}"
    );
    assert!(!told.contains('\u{202e}'), "{told}");
    std::fs::remove_dir_all(folder).unwrap();
}
