//! Arguments of compiled tools: text to struct to request.

use gatewright::rest::Request;

use super::judge;

type Call = fn(&[u8]) -> Option<Request>;

#[allow(missing_docs, dead_code, unreachable_pub, clippy::pedantic)]
mod generated {
    use super::Call;
    include!(concat!(env!("OUT_DIR"), "/gateway.rs"));
}

/// The first byte says which tool, the rest is the text of its arguments.
pub(super) fn run(bytes: &[u8]) {
    let Some((tool, text)) = bytes.split_first() else {
        return;
    };
    let (template, call) = generated::CALLS[usize::from(*tool) % generated::CALLS.len()];
    let Some(request) = call(text) else { return };
    let is_object = match judge::read(text) {
        Ok(Some(value)) => value.is_object(),
        Ok(None) => true,
        Err(_) => text.is_empty(),
    };
    assert!(is_object, "accepted: {:?}", String::from_utf8_lossy(text));
    super::parameters::examine(&request, template);
}

/// Arguments with every kind of value, for every tool.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    const TEXTS: &[&str] = &[
        r#"{"status":"available","tag":["a b","c&d"],"limit":10,"offset":0}"#,
        r#"{"petId":7,"name":"Rex","status":"sold","tags":["a"],"id":1}"#,
        r#"{"self":"a b","Self":7,"fn":"f","async":true,"gen":["x","y&z"],"match":"m","_":"u","marker":1,"petId":"p"}"#,
        r#"{"id":"p","body_id":3,"we_ird_key":"w","query_id":"q","header_id":"h","body":"b"}"#,
        r#"{"a":"1","b":"2","c":"3"}"#,
        r#"{"choice":"*/","pattern":"\"\\x"}"#,
        r#"{"body":{"any":[1,2.5e3,null,"\u00e9\ud83d\ude00"]}}"#,
        r#"{"thing-id":"abc","format":"json","filter_name":["red"],"colour":"blue","where":{"a b":"123e4567-e89b-12d3-a456-426614174000"},"q":{"kind":"cat"},"X-Trace":"t","session":"s"}"#,
        r#"{"we_ird_key":"x","thing":{"kind":"cat","name":"Tom","parent":{"kind":"dog","bark":"2020-01-01T00:00:00Z"}},"count":1}"#,
        r#"{"id":"abc","page":1,"ids":["a","b"],"X-Trace":"123e4567-e89b-12d3-a456-426614174000"}"#,
        r#"{"id":"abc","kind":"x","name":"y","parts":[{"kind":"x","name":"y"}]}"#,
        "{}",
        "",
    ];
    let tools = u8::try_from(generated::CALLS.len()).unwrap_or(u8::MAX);
    (0..tools)
        .flat_map(|tool| {
            TEXTS.iter().map(move |text| {
                let mut seed = vec![tool];
                seed.extend_from_slice(text.as_bytes());
                seed
            })
        })
        .collect()
}
