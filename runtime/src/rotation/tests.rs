#![cfg(unix)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Rotation, look};
use crate::description::{Api, Credential, Description, Part, Template, Variable, VariableKind};
use crate::environment::Environment;
use crate::rest::{Body, Operation, encode};
use crate::upstream::Client;
use crate::upstream::tests::stub::Stub;

const USER: Template = &[Part::Variable(0)];
const KEY: Template = &[Part::Variable(1)];

static DESCRIPTION: Description = Description {
    name: "test",
    version: "1",
    digest: "",
    variables: &[secret("USER"), secret("KEY")],
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

const fn secret(name: &'static str) -> Variable {
    Variable {
        name,
        kind: VariableKind::Secret,
        default: None,
        description: "",
    }
}

static READ: Operation = Operation {
    api: 0,
    credentials: &[0],
    method: "GET",
    template: "/",
    arguments: &[],
    path: &[&[]],
    parameters: &[],
    body: Body::None,
    accept: "*/*",
    xml: None,
};

/// A folder of secrets as Kubernetes mounts one: a link to a folder that is exchanged as a whole, and
/// links into it. It goes when this does.
struct Mount {
    folder: PathBuf,
    generation: usize,
}

impl Mount {
    fn new(name: &str) -> Self {
        let folder = format!("gatewright-rotation-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for file in ["user", "key"] {
            std::os::unix::fs::symlink(Path::new("..data").join(file), folder.join(file)).unwrap();
        }
        Self {
            folder,
            generation: 0,
        }
    }

    fn put(&mut self, user: &str, key: &str) {
        self.generation += 1;
        let folder = self.folder.join(format!("..{}", self.generation));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("user"), user).unwrap();
        std::fs::write(folder.join("key"), key).unwrap();
        let link = self.folder.join("..data_tmp");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        std::fs::rename(&link, self.folder.join("..data")).unwrap();
    }

    fn environment(&self) -> Environment {
        let lookup = |name: &str| -> Option<OsString> {
            let file = name.strip_suffix("_FILE")?.to_ascii_lowercase();
            Some(self.folder.join(file).into())
        };
        Environment::resolve(&DESCRIPTION, &lookup, &BTreeMap::new()).unwrap()
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An API that answers with the whole request. The stub closes each connection, and says so: the next
/// request would race with that otherwise.
fn echo() -> Stub {
    Stub::new(|_, request| {
        let length = request.len();
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{request}")
            .into_bytes()
    })
}

fn client(stub: &Stub, environment: &Environment, credential: Credential) -> Client {
    let url: Template = Vec::leak(vec![Part::Literal(stub.url("").leak())]);
    let api = Box::leak(Box::new(Api {
        name: "pets",
        url,
        credentials: Vec::leak(vec![credential]),
        headers: &[],
        compression: false,
        connect_timeout: Duration::from_secs(5),
    }));
    Client::new(api, environment).unwrap()
}

/// What the API gets, and what is passed on of its answer, which is the same but for secrets.
async fn exchange(client: &Client, stub: &Stub) -> (String, String) {
    let request = encode(&READ, &[]).unwrap();
    let response = client
        .send(request, Duration::from_secs(5), 10_000, None)
        .await;
    let answer = String::from_utf8(response.unwrap().body().to_vec()).unwrap();
    let lines = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("authorization") || line.starts_with("x-key"))
            .unwrap()
            .to_owned()
    };
    let got = stub.requests().pop().unwrap();
    (lines(&got), lines(&answer))
}

fn turn(rotation: &mut Rotation, clients: &[Client]) {
    rotation.take(look(&rotation.files()), clients);
}

#[tokio::test]
async fn a_new_value_is_sent_once_two_looks_agree_and_the_old_one_stays_unseen() {
    let mut mount = Mount::new("agree");
    mount.put("first-user", "first-password");
    let environment = mount.environment();
    let stub = echo();
    let clients = [client(
        &stub,
        &environment,
        Credential::Header("x-key", KEY),
    )];
    let mut rotation = Rotation::new(environment);
    turn(&mut rotation, &clients);
    turn(&mut rotation, &clients);
    let shown = "x-key: (not shown)".to_owned();
    let first = ("x-key: first-password".to_owned(), shown.clone());
    assert_eq!(exchange(&clients[0], &stub).await, first);

    mount.put("second-user", "second-password");
    turn(&mut rotation, &clients);
    assert_eq!(exchange(&clients[0], &stub).await, first);
    turn(&mut rotation, &clients);
    let second = ("x-key: second-password".to_owned(), shown);
    assert_eq!(exchange(&clients[0], &stub).await, second);

    // The API quotes the first value still.
    let quoting = Stub::new(|_, _| {
        b"HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 25\r\n\r\nfirst-password is expired".to_vec()
    });
    let environment = mount.environment();
    let other = client(&quoting, &environment, Credential::Header("x-key", KEY));
    let mut rotation = Rotation::new(environment);
    mount.put("third-user", "first-password");
    let clients = [other];
    turn(&mut rotation, &clients);
    turn(&mut rotation, &clients);
    mount.put("third-user", "third-password");
    turn(&mut rotation, &clients);
    turn(&mut rotation, &clients);
    let request = encode(&READ, &[]).unwrap();
    let response = clients[0]
        .send(request, Duration::from_secs(5), 100, None)
        .await;
    assert_eq!(response.unwrap().body().as_ref(), b"(not shown) is expired");
}

#[tokio::test]
async fn what_cannot_be_used_leaves_the_value_as_it_was() {
    let mut mount = Mount::new("unusable");
    mount.put("good-user", "good-password");
    let environment = mount.environment();
    let stub = echo();
    let clients = [client(&stub, &environment, Credential::Basic(USER, KEY))];
    let mut rotation = Rotation::new(environment);
    let good = "authorization: Basic Z29vZC11c2VyOmdvb2QtcGFzc3dvcmQ=";
    let colon = ("a:b", "good-password");
    let empty = ("", "good-password");
    let great = ("good-user", "x".repeat(70_000));
    for (user, key) in [colon, empty, (great.0, &great.1)] {
        mount.put(user, key);
        turn(&mut rotation, &clients);
        turn(&mut rotation, &clients);
        assert_eq!(exchange(&clients[0], &stub).await.0, good, "{user}");
    }
    std::fs::remove_file(mount.folder.join("..data")).unwrap();
    turn(&mut rotation, &clients);
    turn(&mut rotation, &clients);
    assert_eq!(exchange(&clients[0], &stub).await.0, good);
    // All is well again, and the new value is taken.
    mount.put("good-user", "new-password");
    turn(&mut rotation, &clients);
    turn(&mut rotation, &clients);
    let new = "authorization: Basic Z29vZC11c2VyOm5ldy1wYXNzd29yZA==";
    assert_eq!(exchange(&clients[0], &stub).await.0, new);
}

#[test]
fn what_is_no_regular_file_is_not_followed() {
    let lookup = |name: &str| name.ends_with("_FILE").then(|| OsString::from("/dev/null"));
    let given = BTreeMap::new();
    // There is no value in it, which is an error at the start; as a default it is not asked for.
    assert!(Environment::resolve(&DESCRIPTION, &lookup, &given).is_err());
    let mut mount = Mount::new("regular");
    mount.put("user", "key");
    let environment = mount.environment();
    std::fs::remove_file(mount.folder.join("key")).unwrap();
    std::os::unix::fs::symlink("/dev/null", mount.folder.join("key")).unwrap();
    let rotation = Rotation::new(environment);
    let names: Vec<_> = rotation
        .watched
        .iter()
        .map(|watched| watched.file.variable.name)
        .collect();
    assert_eq!(names, ["USER"]);
}
