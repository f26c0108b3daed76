//! `gatewright key`: a new key for a consumer.

use std::fmt::Write as _;

use gatewright_schema::json::string_into;
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
    // 256 bits: nobody can guess it, so that a hash without salt keeps it.
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| {
        Stop::Environment(format!("the system gives no random numbers: {error}"))
    })?;
    output.print(&text(&key.consumer, &random));
    Ok(())
}

fn text(consumer: &str, random: &[u8; 32]) -> String {
    let secret = format!("{PREFIX}{}", hexadecimal(random));
    let hash = hexadecimal(&Sha256::digest(secret.as_bytes()));
    let mut name = Vec::new();
    string_into(consumer, &mut name);
    let name = String::from_utf8_lossy(&name);
    format!(
        "The key, for the consumer; it is shown only now:\n  {secret}\n\n\
         The entry, for the list `consumers` of the key file:\n  \
         {{ \"name\": {name}, \"keys\": [{{ \"sha256\": \"{hash}\" }}] }}\n"
    )
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
    use super::text;

    #[test]
    fn the_entry_is_json_with_the_hash_of_the_key() {
        let text = text("a \"b\"", &[7; 32]);
        let key = text.lines().nth(1).unwrap().trim();
        assert_eq!(key, format!("gwk_{}", "07".repeat(32)));
        let entry: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!(entry["name"], "a \"b\"");
        // By another program: printf %s KEY | sha256sum
        assert_eq!(
            entry["keys"][0]["sha256"],
            "0ec0a9effc4e994f28f5f0660f9be0c57735fd01d1844811ae205aa1edc15287"
        );
    }
}
