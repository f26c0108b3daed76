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

/// A gateway with the file of a team, which this entry includes.
fn gateway_of_a_team(name: &str, include: &str) -> PathBuf {
    let folder = gateway(name, |manifest| {
        format!("{manifest}include: [{{ {include}, allow: [anonymous_servers] }}]\n")
    });
    let team = folder.join("teams/birds");
    std::fs::create_dir_all(&team).unwrap();
    std::fs::copy(folder.join("api.yaml"), team.join("api.yaml")).unwrap();
    std::fs::write(
        team.join("team.yaml"),
        "apis: { birds: { spec: api.yaml, url: \"https://birds.example\" } }\n\
         servers: { birds: { tools: [ { api: birds, operations: all } ] } }\n",
    )
    .unwrap();
    folder
}

#[test]
fn files_of_teams_are_tracked() {
    let folder = gateway_of_a_team("team", "files: teams/birds/team.yaml, team: birds");
    let expansion = expand(&folder.join("gateway.yaml")).unwrap();
    let mut files = expansion.files;
    files.sort();
    assert_eq!(
        files,
        [
            "api.yaml",
            "gateway.yaml",
            "teams/birds/api.yaml",
            "teams/birds/team.yaml"
        ]
        .map(|file| folder.join(file))
    );
    std::fs::remove_dir_all(folder).unwrap();
}

/// A build script is run again when a further team has a file; a macro could not see that.
#[test]
fn folders_that_a_pattern_leads_to_are_tracked() {
    let folder = gateway_of_a_team("pattern", "files: teams/*/team.yaml");
    let told = directives(&Compilation::of(&folder.join("gateway.yaml")));
    let teams = folder.join("teams");
    for path in [&teams, &teams.join("birds/team.yaml")] {
        let line = format!("cargo::rerun-if-changed={}\n", path.display());
        assert!(told.contains(&line), "{line}{told}");
    }
    let problem = expand(&folder.join("gateway.yaml")).unwrap_err();
    assert!(problem.contains("by a pattern"), "{problem}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// Whoever may write into a team's folder can put links there.
#[cfg(unix)]
#[test]
fn links_lead_out_of_no_teams_folder() {
    for link in ["api.yaml", "team.yaml"] {
        let folder = gateway_of_a_team("links", "files: teams/*/team.yaml");
        let (secret, link) = (folder.join("secret"), folder.join("teams/birds").join(link));
        std::fs::rename(&link, &secret).unwrap();
        std::os::unix::fs::symlink(&secret, &link).unwrap();
        let compilation = Compilation::of(&folder.join("gateway.yaml"));
        assert!(compilation.plan.is_none());
        let said = compilation.render(Format::Full { colour: false });
        assert!(said.contains("is a link out of the folder"), "{said}");
        assert!(
            !compilation.inputs.contains(&link),
            "{:?}",
            compilation.inputs
        );
        // Within the folder they may lead where they like.
        std::fs::rename(&secret, folder.join("teams/birds/other.yaml")).unwrap();
        std::fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink("other.yaml", &link).unwrap();
        assert!(Compilation::of(&folder.join("gateway.yaml")).plan.is_some());
        std::fs::remove_dir_all(folder).unwrap();
    }
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
        folders: Vec::new(),
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
