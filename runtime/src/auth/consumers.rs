//! Consumers and their keys: a file that the operator keeps, of hashes only.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value};

use super::principal::{Principal, PrincipalKind};
use super::products::{KeyScope, Products};
use super::watched_file::{self, Stamp};

/// The greatest file that is read.
const MAX_FILE: u64 = 16 << 20;

/// How many keys a consumer may have: two, so that one can be replaced while the other is used.
const MAX_KEYS: usize = 2;

/// The longest key that is looked at, in bytes.
const MAX_KEY: usize = 1024;

type Hash = [u8; 32];

/// The consumers of an identity.
pub(super) struct Consumers {
    identity: &'static str,
    /// What keys can be for.
    products: Products,
    path: PathBuf,
    /// What the file was like when it was first read.
    stamp: Option<Stamp>,
    keys: ArcSwap<Keys>,
}

/// Keys by their hashes.
type Keys = BTreeMap<Hash, Arc<Principal>>;

impl fmt::Debug for Consumers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumers")
            .field("identity", &self.identity)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Consumers {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, a sentence.
    pub(super) fn load(
        identity: &'static str,
        products: Products,
        path: PathBuf,
    ) -> Result<Self, String> {
        let stamp = Stamp::of(&path);
        let keys = read(identity, products, &path)?;
        Ok(Self {
            identity,
            products,
            path,
            stamp,
            keys: ArcSwap::from_pointee(keys),
        })
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.keys.load().len()
    }

    /// Whose key it is, at `now` in seconds since 1970. Keys are looked up by their hash, which a
    /// caller cannot steer, so how long it takes tells nothing about the keys that there are.
    pub(super) fn find(&self, key: &str, now: u64) -> Option<Arc<Principal>> {
        if key.is_empty() || key.len() > MAX_KEY {
            return None;
        }
        let presented = digest(&SHA256, key.as_bytes());
        let presented: &[u8] = presented.as_ref();
        let keys = self.keys.load();
        let (hash, principal) = keys.get_key_value(presented)?;
        verify_slices_are_equal(hash, presented).ok()?;
        principal
            .expires_at
            .is_none_or(|expires| now < expires)
            .then(|| Arc::clone(principal))
    }

    /// Reads the file whenever it changes, for as long as it is polled. One that is malformed changes
    /// nothing: the log says so.
    pub(super) async fn keep(self: Arc<Self>) {
        let (path, stamp) = (self.path.clone(), self.stamp);
        watched_file::watch(path, stamp, move || self.reload()).await;
    }

    fn reload(&self) {
        match read(self.identity, self.products, &self.path) {
            Ok(keys) => {
                tracing::info!(
                    identity = self.identity,
                    keys = keys.len(),
                    "the keys of the consumers were read again"
                );
                self.keys.store(Arc::new(keys));
            }
            Err(problem) => {
                tracing::error!(
                    identity = self.identity,
                    problem,
                    "the keys of the consumers have changed, but the last good ones stay in force"
                );
            }
        }
    }
}

fn read(
    identity: &'static str,
    products: Products,
    path: &std::path::Path,
) -> Result<Keys, String> {
    let problem = |problem: String| {
        format!("the key file of the identity `{identity}` cannot be used: {problem}")
    };
    let text = watched_file::read(path, MAX_FILE).map_err(problem)?;
    parse(identity, products, &text).map_err(problem)
}

/// Reads `{"consumers": [..]}`. Members that mean nothing are errors: a misspelt `state` would leave a
/// key in force.
///
/// # Errors
/// What is wrong with it, a clause.
pub(super) fn parse(
    identity: &'static str,
    products: Products,
    text: &[u8],
) -> Result<Keys, String> {
    let root: Value = serde_json::from_slice(text).map_err(|error| format!("not JSON: {error}"))?;
    let root = object(&root, &["consumers"], "the file")?;
    let mut keys = Keys::new();
    let (mut names, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for consumer in list(root, "consumers", "the file")? {
        let members = object(
            consumer,
            &[
                "name", "keys", "state", "expires", "products", "servers", "scopes", "roles",
            ],
            "a consumer",
        )?;
        let name = text_of(members, "name", "a consumer")?;
        let place = format!("the consumer `{name}`");
        if !names.insert(name) {
            return Err(format!("{place} is there twice"));
        }
        let suspended = match members.get("state").map(Value::as_str) {
            None | Some(Some("active")) => false,
            Some(Some("suspended")) => true,
            Some(_) => {
                return Err(format!(
                    "{place}: `state` must be \"active\" or \"suspended\""
                ));
            }
        };
        let until = expires(members, &place)?;
        let scope = scope(members, products, &place)?;
        let own = list(members, "keys", &place)?;
        if own.is_empty() || own.len() > MAX_KEYS {
            return Err(format!("{place} must have one or two keys"));
        }
        for key in own {
            let members_of_key = object(
                key,
                &["sha256", "expires", "products", "servers"],
                &format!("a key of {place}"),
            )?;
            let hash = hash_of(members_of_key, &place)?;
            let expires_at = expires(members_of_key, &place)?;
            // What a key says of itself holds instead of what its consumer says of both.
            let of_key = self::scope(members_of_key, products, &place)?;
            let principal = Principal {
                kind: PrincipalKind::Key,
                identity,
                consumer: Some(name.into()),
                scopes: words(members, "scopes", &place)?,
                roles: words(members, "roles", &place)?,
                expires_at: until.into_iter().chain(expires_at).min(),
                scope: if of_key == KeyScope::Unsaid {
                    scope.clone()
                } else {
                    of_key
                },
                ..Principal::default()
            };
            if !seen.insert(hash) {
                return Err(format!("{place} has a key that is there already"));
            }
            if !suspended {
                keys.insert(hash, Arc::new(principal));
            }
        }
    }
    Ok(keys)
}

fn hash_of(members: &Map<String, Value>, place: &str) -> Result<Hash, String> {
    hexadecimal(text_of(members, "sha256", place)?).ok_or_else(|| {
        format!("{place}: `sha256` must be 64 hexadecimal digits, as `gatewright key` prints")
    })
}

fn expires(members: &Map<String, Value>, place: &str) -> Result<Option<u64>, String> {
    let Some(value) = members.get("expires") else {
        return Ok(None);
    };
    let time = value
        .as_str()
        .and_then(|text| humantime::parse_rfc3339(text).ok())
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .ok_or_else(|| format!("{place}: `expires` must be a time such as 2027-01-31T00:00:00Z"))?;
    Ok(Some(time.as_secs()))
}

/// What keys are for: `products`, or `servers`, which may be `"all"`.
fn scope(
    members: &Map<String, Value>,
    products: Products,
    place: &str,
) -> Result<KeyScope, String> {
    let positions = |name: &str, what: &str, find: &dyn Fn(&str) -> Option<usize>| {
        let names = words(members, name, place)?;
        if names.is_empty() {
            return Err(format!("{place}: `{name}` is empty"));
        }
        names
            .iter()
            .map(|name| {
                find(name).ok_or_else(|| {
                    let name = name.escape_debug();
                    format!("{place}: the gateway has no {what} `{name}`")
                })
            })
            .collect::<Result<Box<[usize]>, String>>()
    };
    match (members.get("products"), members.get("servers")) {
        (None, None) => Ok(KeyScope::Unsaid),
        (Some(_), Some(_)) => Err(format!(
            "{place}: a key is for `products` or for `servers`, not for both"
        )),
        (Some(_), None) => {
            positions("products", "product", &|name| products.product(name)).map(KeyScope::Products)
        }
        (None, Some(Value::String(all))) if all == "all" => Ok(KeyScope::Everything),
        (None, Some(_)) => {
            positions("servers", "server", &|name| products.server(name)).map(KeyScope::Servers)
        }
    }
}

fn object<'v>(
    value: &'v Value,
    known: &[&str],
    place: &str,
) -> Result<&'v Map<String, Value>, String> {
    let members = value
        .as_object()
        .ok_or_else(|| format!("{place} must be an object"))?;
    match members.keys().find(|key| !known.contains(&key.as_str())) {
        Some(unknown) => Err(format!(
            "{place} has the unknown member `{}`",
            unknown.escape_debug()
        )),
        None => Ok(members),
    }
}

fn list<'v>(
    members: &'v Map<String, Value>,
    name: &str,
    place: &str,
) -> Result<&'v Vec<Value>, String> {
    members
        .get(name)
        .and_then(Value::as_array)
        .ok_or_else(|| format!("{place} must have a list `{name}`"))
}

fn text_of<'v>(
    members: &'v Map<String, Value>,
    name: &str,
    place: &str,
) -> Result<&'v str, String> {
    members
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty() && !text.chars().any(char::is_control))
        .ok_or_else(|| format!("{place} must have a text `{name}`"))
}

fn words(members: &Map<String, Value>, name: &str, place: &str) -> Result<Box<[Box<str>]>, String> {
    if !members.contains_key(name) {
        return Ok(Box::default());
    }
    list(members, name, place)?
        .iter()
        .map(|item| item.as_str().map(Into::into))
        .collect::<Option<_>>()
        .ok_or_else(|| format!("{place}: `{name}` must be a list of texts"))
}

fn hexadecimal(text: &str) -> Option<Hash> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        if pair.starts_with('+') {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(hash)
}
