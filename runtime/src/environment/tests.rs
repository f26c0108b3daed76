use std::collections::BTreeMap;
use std::ffi::OsString;

use super::{Environment, Secret};
use crate::description::{Description, Part, Variable, VariableKind};

const fn variable(
    name: &'static str,
    kind: VariableKind,
    default: Option<&'static str>,
) -> Variable {
    Variable {
        name,
        kind,
        default,
        description: "",
    }
}

static DESCRIPTION: Description = Description {
    name: "test",
    version: "1",
    digest: "",
    variables: &[
        variable("REGION", VariableKind::String, Some("eu")),
        variable("PETS_URL", VariableKind::Url, None),
        Variable {
            name: "PETS_KEY",
            kind: VariableKind::Secret,
            default: None,
            description: "the key of the pet store",
        },
    ],
    apis: &[],
    limits: &[],
    store: None,
    egress: None,
    authorizers: &[],
    guards: &[],
    cache_bytes: 0,
    public_url: None,
    listeners: &[],
    identities: &[],
    products: &[],
    servers: &[],
};

fn resolve(set: &[(&str, &str)], given: &[(&str, &str)]) -> Result<Environment, Vec<String>> {
    let set: BTreeMap<&str, &str> = set.iter().copied().collect();
    let given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let lookup = |name: &str| set.get(name).map(OsString::from);
    Environment::resolve(&DESCRIPTION, &lookup, &given)
}

fn rendered(environment: &Environment) -> String {
    let template = &[
        Part::Variable(0),
        Part::Literal("|"),
        Part::Variable(1),
        Part::Literal("|"),
        Part::Variable(2),
    ];
    environment.render(template).expose().to_owned()
}

#[test]
fn the_process_wins_over_the_program_and_both_over_defaults() {
    let environment = resolve(
        &[("PETS_URL", "http://set"), ("PETS_KEY", "k")],
        &[("PETS_URL", "http://given"), ("REGION", "us")],
    );
    assert_eq!(rendered(&environment.unwrap()), "us|http://set|k");
    let environment = resolve(&[("PETS_KEY", "k")], &[("PETS_URL", "http://given")]);
    assert_eq!(rendered(&environment.unwrap()), "eu|http://given|k");
}

#[test]
fn secrets_come_from_files() {
    let folder = std::env::temp_dir().join(format!("gatewright-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("key");
    let path = file.to_str().unwrap();
    for (content, key) in [
        ("k", "k"),
        ("k\n", "k"),
        ("k\r\n", "k"),
        ("k\n\n", "k\n"),
        (" k ", " k "),
    ] {
        std::fs::write(&file, content).unwrap();
        let environment = resolve(&[("PETS_URL", "http://h"), ("PETS_KEY_FILE", path)], &[]);
        assert_eq!(
            rendered(&environment.unwrap()),
            format!("eu|http://h|{key}")
        );
    }
    std::fs::write(&file, "x".repeat(70_000)).unwrap();
    let problems = resolve(&[("PETS_URL", "http://h"), ("PETS_KEY_FILE", path)], &[]).unwrap_err();
    assert!(
        problems[0].contains("greater than 65536 bytes"),
        "{problems:?}"
    );
    let both = [
        ("PETS_URL", "http://h"),
        ("PETS_KEY_FILE", path),
        ("PETS_KEY", "k"),
    ];
    let problems = resolve(&both, &[]).unwrap_err();
    assert_eq!(
        problems,
        ["both `PETS_KEY` and `PETS_KEY_FILE` are set: unset one of them"]
    );
    std::fs::remove_dir_all(&folder).unwrap();
    let problems = resolve(&[("PETS_URL", "http://h"), ("PETS_KEY_FILE", path)], &[]).unwrap_err();
    assert!(problems[0].starts_with("the file that `PETS_KEY_FILE` names cannot be opened"));
    // Only secrets are read from files.
    let problems = resolve(&[("PETS_URL_FILE", path), ("PETS_KEY", "k")], &[]).unwrap_err();
    assert_eq!(
        problems,
        ["`PETS_URL` is not set: set it in the environment"]
    );
}

#[test]
fn all_problems_at_once_and_no_values() {
    let problems = resolve(&[("PETS_URL", "hunter2")], &[("TYPO", "hunter2")]).unwrap_err();
    assert_eq!(
        problems,
        [
            "the program gives `TYPO` a value, but the manifest declares no such variable",
            "`PETS_URL` is not a URL that can be used: it must start with `http://` or `https://`",
            "`PETS_KEY` is not set (the key of the pet store): set it, or set `PETS_KEY_FILE` to the path \
             of a file that holds it",
        ]
    );
    let problems = resolve(&[("PETS_URL", "http://h"), ("PETS_KEY", "")], &[]).unwrap_err();
    assert!(
        problems[0].starts_with("the secret `PETS_KEY` is empty"),
        "{problems:?}"
    );
}

#[test]
fn secrets_are_not_shown() {
    let secret = Secret::from("hunter2".to_owned());
    assert_eq!(format!("{secret:?}"), "(not shown)");
    let environment = resolve(&[("PETS_URL", "http://h"), ("PETS_KEY", "hunter2")], &[]).unwrap();
    assert!(!format!("{environment:?}").contains("hunter2"));
}
