//! `gatewright key`: a new key for a consumer.

use std::fmt::Write as _;

use gatewright_schema::json::string_into;
use gatewright_schema::time::Timestamp;
use sha2::{Digest as _, Sha256};

use super::output::Output;
use super::{Key, Stop};

/// What keys begin with, so that people and scanners for leaked secrets recognise them.
const PREFIX: &str = "gwk_";

/// Prints a key and the entry of the key file.
pub(super) fn run(key: &Key, output: &Output) -> Result<(), Stop> {
    if key.consumer.is_empty() || key.consumer.chars().any(char::is_control) {
        return Err(Stop::Usage(
            "the consumer needs a name, on one line".to_owned(),
        ));
    }
    if let Some(expires) = &key.expires
        && !(expires.ends_with('Z') && Timestamp::parse(expires).is_some())
    {
        return Err(Stop::Usage(format!(
            "`{expires}` is no time such as 2027-12-31T00:00:00Z"
        )));
    }
    // 256 bits: nobody can guess it, so that a hash without salt keeps it.
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| {
        Stop::Environment(format!("the system gives no random numbers: {error}"))
    })?;
    output.print(&text(key, &random));
    Ok(())
}

fn text(key: &Key, random: &[u8; 32]) -> String {
    let secret = format!("{PREFIX}{}", hexadecimal(random));
    let hash = hexadecimal(&Sha256::digest(secret.as_bytes()));
    let mut members = format!("\"sha256\": \"{hash}\"");
    if let Some(expires) = &key.expires {
        let _ = write!(members, ", \"expires\": {}", quoted(expires));
    }
    for (name, values) in [("products", &key.products), ("servers", &key.servers)] {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            let _ = write!(members, ", \"{name}\": [{}]", values.join(", "));
        }
    }
    if key.all_servers {
        members.push_str(", \"servers\": \"all\"");
    }
    format!(
        "The key, for the consumer; it is shown only now:\n  {secret}\n\n\
         The entry, for the list `consumers` of the key file:\n  \
         {{ \"name\": {}, \"keys\": [{{ {members} }}] }}\n",
        quoted(&key.consumer)
    )
}

/// A text as JSON.
fn quoted(value: &str) -> String {
    let mut text = Vec::new();
    string_into(value, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::text;
    use crate::cli::{Action, Command, Key};

    fn key(arguments: &[&str]) -> Result<Key, clap::Error> {
        let line = ["gatewright", "key"]
            .into_iter()
            .chain(arguments.iter().copied());
        Command::try_parse_from(line).map(|command| match command.action {
            Action::Key(key) => key,
            _ => unreachable!("that was `key`"),
        })
    }

    fn entry(arguments: &[&str]) -> (String, serde_json::Value) {
        let text = text(&key(arguments).unwrap(), &[7; 32]);
        let entry = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        (text, entry)
    }

    #[test]
    fn the_entry_is_json_with_the_hash_of_the_key() {
        let (text, entry) = entry(&["a \"b\""]);
        let key = text.lines().nth(1).unwrap().trim();
        assert_eq!(key, format!("gwk_{}", "07".repeat(32)));
        // By another program: printf %s KEY | sha256sum
        let hash = "0ec0a9effc4e994f28f5f0660f9be0c57735fd01d1844811ae205aa1edc15287";
        assert_eq!(
            entry,
            serde_json::json!({ "name": "a \"b\"", "keys": [{ "sha256": hash }] })
        );
    }

    #[test]
    fn the_entry_says_what_the_key_is_for() {
        let of = |arguments: &[&str]| entry(arguments).1["keys"][0].clone();
        let until = "2027-12-31T00:00:00Z";
        let gold = of(&[
            "acme",
            "--product",
            "gold",
            "--product",
            "si\"lver",
            "--expires",
            until,
        ]);
        assert_eq!(gold["products"], serde_json::json!(["gold", "si\"lver"]));
        assert_eq!(gold["expires"], until);
        assert_eq!(
            of(&["acme", "--server", "pets"])["servers"],
            serde_json::json!(["pets"])
        );
        assert_eq!(of(&["acme", "--all-servers"])["servers"], "all");
        for both in [["--server", "pets"].as_slice(), &["--all-servers"]] {
            let line = [&["acme", "--product", "gold"], both].concat();
            assert!(key(&line).is_err(), "{both:?}");
        }
    }
}
