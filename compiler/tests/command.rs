//! The `gatewright` command as its users run it.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own for a test, empty at first.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("command")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn gatewright(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .env("GATEWRIGHT_CACHE", folder.join("cache"))
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// A new project in the folder, with `change` made to its manifest.
fn project(name: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let folder = folder(name);
    let made = gatewright(&folder, &["new", "shop"]);
    assert!(made.status.success(), "{}", stderr(&made));
    let manifest = folder.join("shop/gateway.yaml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, change(&text)).unwrap();
    folder.join("shop")
}

fn misspelt(manifest: &str) -> String {
    manifest.replace("timeout: 10s", "timeuot: 10s")
}

#[test]
fn a_new_project_has_no_problems() {
    let shop = project("new", str::to_owned);
    for file in [
        "Cargo.toml",
        "build.rs",
        "src/lib.rs",
        "src/main.rs",
        "gateway.yaml",
        "specs/petstore.yaml",
        "tests/gateway.rs",
        ".gitignore",
        "README.md",
    ] {
        let text = std::fs::read_to_string(shop.join(file)).unwrap();
        let placeholder = text
            .split("{{")
            .skip(1)
            .find(|rest| rest.starts_with(char::is_alphabetic));
        assert_eq!(placeholder, None, "{file}");
    }
    let check = gatewright(&shop, &["check"]);
    assert_eq!(check.status.code(), Some(0));
    assert_eq!(stdout(&check), "shop: 1 server, 3 tools\n");
    assert_eq!(stderr(&check), "");
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = folder("occupied");
    std::fs::write(folder.join("mine.txt"), "mine").unwrap();
    let made = gatewright(&folder, &["new", "."]);
    assert_eq!(made.status.code(), Some(2));
    assert!(stderr(&made).contains("is not empty"), "{}", stderr(&made));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_project_around_a_document_takes_its_files_and_all_operations() {
    let folder = folder("document");
    let api = folder.join("their api");
    std::fs::create_dir_all(api.join("schemas")).unwrap();
    std::fs::write(folder.join("outside.yaml"), "Secret: {}").unwrap();
    std::fs::write(
        api.join("schemas/pet.json"),
        r#"{ "type": "object", "properties": { "name": { "type": "string" } } }"#,
    )
    .unwrap();
    std::fs::write(
        api.join("Pets & More.yaml"),
        "openapi: 3.1.0\n\
         info: { title: 'Pets: \"all\"', version: '1' }\n\
         servers: [ { url: 'https://pets.example/v1' } ]\n\
         security: [ { '7 keys': [], login: [] }, { tls: [] } ]\n\
         components: { securitySchemes: { '7 keys': { type: apiKey, in: query, name: 'the key' }, login: { type: http, scheme: basic }, tls: { type: mutualTLS } } }\n\
         paths:\n  /pets:\n    post:\n      operationId: addPet\n      requestBody:\n        content:\n          application/json:\n            schema: { $ref: 'schemas/pet.json' }\n      responses: { '204': { description: Done. } }\n",
    )
    .unwrap();
    let made = gatewright(
        &folder,
        &["new", "Größe 7", "--spec", "their api/Pets & More.yaml"],
    );
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let project = folder.join("Größe 7");
    assert!(project.join("specs/schemas/pet.json").is_file());
    let manifest = std::fs::read_to_string(project.join("gateway.yaml")).unwrap();
    for line in [
        "gateway: gr-e-7",
        "    default: \"https://pets.example/v1\"",
        "    title: \"Pets: \\\"all\\\"\"",
        "    spec: \"specs/Pets & More.yaml\"",
        "  CREDENTIAL_7_KEYS_KEY: { type: secret }",
        "  LOGIN_USER: { type: string }",
        "  LOGIN_PASSWORD: { type: secret }",
        "  credential-7-keys: { api_key: { query: \"the key\", value: \"${CREDENTIAL_7_KEYS_KEY}\" } }",
        "  login: { basic: { username: \"${LOGIN_USER}\", password: \"${LOGIN_PASSWORD}\" } }",
        "    credentials: { \"7 keys\": credential-7-keys, \"login\": login }",
    ] {
        assert!(
            manifest.lines().any(|there| there == line),
            "{line} in\n{manifest}"
        );
    }
    let tests = std::fs::read_to_string(project.join("tests/gateway.rs")).unwrap();
    assert!(
        tests.contains(".environment(\"LOGIN_PASSWORD\", \"test\")"),
        "{tests}"
    );
    let explained = gatewright(&project, &["explain", "pets-more"]);
    assert_eq!(
        stdout(&explained),
        "addPet  POST /pets of pets-more\n",
        "{}",
        stderr(&explained)
    );
}

#[test]
fn what_is_unused_is_told_once_all_is_right() {
    let unused = project("unused", |manifest| {
        manifest.replace("environment:", "environment:\n  SPARE: { type: string }")
    });
    let checked = gatewright(&unused, &["check"]);
    let told = stderr(&checked);
    assert!(told.contains("the variable `SPARE` is not used"), "{told}");
    // The use may be in what could not be read.
    let wrong = project("unused-and-wrong", |manifest| {
        manifest
            .replace("environment:", "environment:\n  SPARE: { type: string }")
            .replace("servers:", "servres:")
    });
    let checked = gatewright(&wrong, &["check"]);
    let told = stderr(&checked);
    assert!(told.contains("did you mean `servers`?"), "{told}");
    assert!(!told.contains("unused-declaration"), "{told}");
}

#[test]
fn a_document_that_is_none_makes_no_project() {
    let folder = folder("no-document");
    std::fs::write(folder.join("api.json"), "{").unwrap();
    for (spec, message) in [
        ("api.json", "expected a key"),
        ("none.json", "there is no file `none.json`"),
    ] {
        let made = gatewright(&folder, &["new", "shop", "--spec", spec]);
        assert_eq!(made.status.code(), Some(1));
        assert!(stderr(&made).contains(message), "{}", stderr(&made));
        assert!(!folder.join("shop").exists());
    }
}

#[test]
fn errors_are_reported_in_every_format() {
    let shop = project("formats", misspelt);
    let full = gatewright(&shop, &["check"]);
    assert_eq!(full.status.code(), Some(1));
    assert_eq!(stdout(&full), "");
    assert!(
        stderr(&full).starts_with("error[unknown-key]: "),
        "{}",
        stderr(&full)
    );
    assert!(stderr(&full).ends_with("\n1 error\n"), "{}", stderr(&full));

    let json = gatewright(&shop, &["check", "--format", "json"]);
    assert_eq!(json.status.code(), Some(1));
    assert_eq!(stderr(&json), "");
    let value: serde_json::Value = serde_json::from_str(stdout(&json)).unwrap();
    assert_eq!(value["code"], "unknown-key");
    assert_eq!(value["file"], "gateway.yaml");

    let github = gatewright(&shop, &["--format=github", "check"]);
    assert!(
        stdout(&github).starts_with("::error file=gateway.yaml,line="),
        "{}",
        stdout(&github)
    );
    let sarif = gatewright(&shop, &["check", "--format", "sarif"]);
    let value: serde_json::Value = serde_json::from_str(stdout(&sarif)).unwrap();
    assert_eq!(value["runs"][0]["results"][0]["ruleId"], "unknown-key");
}

#[test]
fn colours_are_for_terminals_and_for_those_who_insist() {
    let shop = project("colours", misspelt);
    let coloured = |arguments: &[&str]| stderr(&gatewright(&shop, arguments)).contains('\u{1B}');
    assert!(!coloured(&["check"]));
    assert!(!coloured(&["check", "--color", "never"]));
    assert!(coloured(&["check", "--color", "always"]));
    assert!(coloured(&[
        "explain",
        "nobody",
        "--color",
        "always",
        "--manifest",
        "none.yaml"
    ]));
}

#[test]
fn the_exit_status_tells_what_went_wrong() {
    let shop = project("status", str::to_owned);
    let status = |arguments: &[&str]| gatewright(&shop, arguments).status.code();
    assert_eq!(status(&["--help"]), Some(0));
    assert_eq!(status(&["--version"]), Some(0));
    assert_eq!(status(&[]), Some(2));
    assert_eq!(status(&["chekc"]), Some(2));
    assert_eq!(status(&["check", "none.yaml"]), Some(1));
    assert_eq!(
        status(&["explain", "no-such-code", "-m", "none.yaml"]),
        Some(2)
    );
    assert_eq!(status(&["explain", "pets", "nothing"]), Some(2));
    let no_cargo = Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .args(["build", "-o", "gateway"])
        .current_dir(&shop)
        .env("GATEWRIGHT_CACHE", shop.join("cache"))
        .env("CARGO", "no-such-cargo")
        .output()
        .unwrap();
    assert_eq!(no_cargo.status.code(), Some(3));
    assert!(
        stderr(&no_cargo).contains("cannot run no-such-cargo"),
        "{}",
        stderr(&no_cargo)
    );
}

/// The runtime's features that a project of `gatewright build` asks for.
fn features(name: &str, change: impl Fn(&str) -> String) -> String {
    let shop = project(name, change);
    let build = Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .args(["build", "-o", "gateway"])
        .current_dir(&shop)
        .env("GATEWRIGHT_CACHE", shop.join("cache"))
        .env("CARGO", "no-such-cargo")
        .output()
        .unwrap();
    assert_eq!(build.status.code(), Some(3), "{}", stderr(&build));
    let mut projects = std::fs::read_dir(shop.join("cache/projects")).unwrap();
    let cargo_toml = projects.next().unwrap().unwrap().path().join("Cargo.toml");
    let text = std::fs::read_to_string(cargo_toml).unwrap();
    let features = text.split("features = [").nth(1).unwrap();
    features.split(']').next().unwrap().to_owned()
}

#[test]
fn projects_have_the_features_that_the_manifest_needs() {
    assert_eq!(features("plain", str::to_owned), "\"tls\"");
    let shared = features("shared-store", |manifest| {
        format!(
            "{manifest}store: {{ redis: {{ url: \"${{REDIS_URL}}\" }} }}\n\
             policies: [{{ rate_limit_by_key: {{ calls: 1, renewal_period: 1s, counter_key: request.ip }} }}]\n"
        )
        .replace("environment:\n", "environment:\n  REDIS_URL: { type: secret }\n")
    });
    assert_eq!(shared, "\"tls\", \"redis\"");
}

#[test]
fn tools_in_rust_need_a_project() {
    let shop = project("rust", |manifest| {
        format!("{manifest}      - {{ rust: [crate::greet] }}\n")
    });
    let build = gatewright(&shop, &["build", "-o", "gateway"]);
    assert_eq!(build.status.code(), Some(1), "{}", stderr(&build));
    assert!(
        stderr(&build).contains("has no crate that `crate::greet` could be in"),
        "{}",
        stderr(&build)
    );
    assert!(!shop.join("cache").exists());
}

#[test]
fn explanations() {
    let shop = project("explain", |manifest| {
        manifest
            .replace("    timeout: 10s", "    timeout: 10s\n    credential: key\n    headers: { X-Client: acme }")
            .replace("apis:", "  KEY: { type: secret }\ncredentials:\n  key: { api_key: { header: X-Api-Key, value: \"${KEY}\" } }\napis:")
    });
    let explain = |arguments: &[&str]| {
        let output = gatewright(&shop, &[&["explain"], arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    let all = explain(&[]);
    assert_eq!(
        all.lines().count(),
        gatewright_compiler::diagnostic::CODES.len()
    );
    assert!(explain(&["unknown-key"]).starts_with("unknown-key (error)\n\nA mapping has a key"));
    insta::assert_snapshot!(explain(&["pets"]));
    let pipelines = ["createPet", "getPet"].map(|tool| explain(&["pets", tool]));
    insta::assert_snapshot!(pipelines.join("\n"));
    assert_eq!(explain(&["getPet"]), pipelines[1], "only one server has it");
    let misspelt = gatewright(&shop, &["explain", "pets", "getPett"]);
    assert!(
        stderr(&misspelt).contains("did you mean `getPet`?"),
        "{}",
        stderr(&misspelt)
    );
}

#[test]
fn explanations_of_what_is_changed_and_answered() {
    let shop = folder("explain-transforms").join("shop");
    std::fs::create_dir(&shop).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/transforms.md")).unwrap();
    let manifest = page.split("```yaml\n# gateway.yaml\n").nth(1).unwrap();
    let manifest = manifest.split("```").next().unwrap();
    std::fs::write(shop.join("gateway.yaml"), manifest).unwrap();
    std::fs::create_dir(shop.join("specs")).unwrap();
    std::fs::copy(
        root.join("specs/petstore.yaml"),
        shop.join("specs/petstore.yaml"),
    )
    .unwrap();
    let explained = ["createPet", "getPet"].map(|tool| {
        let output = gatewright(&shop, &["explain", "pets", tool]);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output).to_owned()
    });
    insta::assert_snapshot!(explained.join("\n"));
}

#[test]
fn reports_say_what_tools_cost() {
    let shop = project("report", |manifest| {
        format!(
            "{manifest}  all:\n    mode: search\n    tools: [{{ api: pets, operations: all }}, {{ rust: [crate::greet] }}]\n"
        )
    });
    let text = gatewright(&shop, &["report"]);
    assert!(text.status.success(), "{}", stderr(&text));
    insta::assert_snapshot!(stdout(&text));
    assert_eq!(
        stdout(&gatewright(&shop, &["report", "--format", "text"])),
        stdout(&text)
    );
    let json = gatewright(&shop, &["report", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(stdout(&json)).unwrap();
    let servers = report["servers"].as_array().unwrap();
    assert_eq!(servers.len(), 2);
    for server in servers {
        let tools = server["tools"].as_array().unwrap();
        let totals: Vec<_> = tools
            .iter()
            .map(|tool| tool["total"].as_u64().unwrap())
            .collect();
        assert!(totals.is_sorted_by(|one, next| one >= next), "{totals:?}");
        let list = server["list"]["max"].as_u64().unwrap();
        if server["mode"] == "list" {
            assert_eq!(list, totals.iter().sum::<u64>());
            assert_eq!(server["uncounted"], 0);
        } else {
            assert_eq!(server["uncounted"], 1);
        }
    }
    let broken = project("report-broken", misspelt);
    let broken = gatewright(&broken, &["report", "--format", "json"]);
    assert_eq!(broken.status.code(), Some(1));
    assert_eq!(stdout(&broken), "");
}

#[test]
fn help() {
    let folder = folder("help");
    let texts = [
        &["--help"][..],
        &["check", "--help"],
        &["build", "--help"],
        &["new", "--help"],
        &["explain", "--help"],
        &["report", "--help"],
        &["key", "--help"],
    ]
    .map(|arguments| stdout(&gatewright(&folder, arguments)).to_owned());
    insta::assert_snapshot!(texts.join("\n----\n"));
}

#[test]
fn every_shell_gets_its_completions() {
    let folder = folder("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = gatewright(&folder, &["completions", shell]);
        assert!(script.status.success());
        assert!(stdout(&script).contains("explain"), "{shell}");
    }
}
