//! What authorizers are told of a call: who calls which tool, and what the manifest adds to that. Never how
//! the caller proved who it is.

use gatewright_schema::json::string_into;

use super::Protocol;
use crate::auth::{Principal, PrincipalKind};
use crate::call::Call;
use crate::expr::Error;
use crate::policy::condition::undecided;
use crate::policy::transform::Json;
use crate::policy::{Reason, Refusal};

/// The greatest question, in bytes.
const MAX_QUESTION: usize = 64 * 1024;

/// The greatest text for a user, and for an object, of `OpenFGA`, in bytes.
const MAX_USER: usize = 512;
const MAX_OBJECT: usize = 256;

/// A relationship that `OpenFGA` is to confirm.
#[derive(Clone, Copy, Debug)]
pub struct Relation<'a> {
    /// `user:ann`
    pub user: &'a str,
    /// `viewer`
    pub relation: &'static str,
    /// `document:7`
    pub object: &'a str,
}

/// A value that an authorizer is told, as JSON text.
///
/// # Errors
/// Where the expression has no value, or one that JSON cannot hold: the call is refused.
pub fn told<V: Json>(value: Result<V, Error>) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    value
        .and_then(|value| value.write(&mut out))
        .map_err(undecided)?;
    Ok(out)
}

/// The body of the request to an authorizer.
///
/// # Errors
/// Where it cannot be put: callers who could make it so must not get around an authorizer that may fail.
pub(super) fn question(
    call: &Call,
    (protocol, model): (Protocol, Option<&str>),
    relation: Option<&Relation<'_>>,
    context: &[(&'static str, Vec<u8>)],
) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::with_capacity(512);
    match (protocol, relation) {
        (Protocol::Opa { .. }, _) => {
            out.extend_from_slice(b"{\"input\":");
            evaluation(call, context, &mut out);
            out.push(b'}');
        }
        (Protocol::AuthZen, _) => evaluation(call, context, &mut out),
        (Protocol::OpenFga { .. }, Some(relation)) => {
            check(relation, model, context, &mut out)?;
        }
        (Protocol::OpenFga { .. }, None) => return Err(super::missing()),
    }
    if out.len() > MAX_QUESTION {
        return Err(Refusal::new(
            Reason::Undecided,
            "This call is not allowed: its arguments are too large for it to be decided.",
        ));
    }
    Ok(out)
}

/// `{"subject":...,"action":...,"resource":...,"context":...}` (`AuthZEN` 1.0, section 6.1), which is what
/// Open Policy Agent is told too.
fn evaluation(call: &Call, context: &[(&'static str, Vec<u8>)], out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"subject\":");
    subject(call, out);
    out.extend_from_slice(
        b",\"action\":{\"name\":\"tools/call\"},\"resource\":{\"type\":\"tool\",\"id\":",
    );
    let (server, tool) = (call.server_name(), call.name());
    string_into(&format!("{server}/{tool}"), out);
    out.extend_from_slice(b",\"properties\":{\"server\":");
    string_into(server, out);
    out.extend_from_slice(b",\"tool\":");
    string_into(tool, out);
    out.extend_from_slice(b"}},\"context\":");
    object(context, out);
    out.push(b'}');
}

/// Who calls. Ids are those of the token or key; the issuer is there as ids are unique within it only.
fn subject(call: &Call, out: &mut Vec<u8>) {
    let principal = call.principal();
    let (kind, id) = who(principal);
    out.extend_from_slice(b"{\"type\":");
    string_into(kind, out);
    out.extend_from_slice(b",\"id\":");
    string_into(id, out);
    out.extend_from_slice(b",\"properties\":{\"identity\":");
    string_into(principal.identity(), out);
    for (name, value) in [
        (&b",\"issuer\":"[..], principal.issuer()),
        (b",\"client_id\":", principal.client_id()),
        (b",\"consumer\":", principal.consumer()),
        (b",\"product\":", call.product_name()),
    ] {
        if let Some(value) = value {
            out.extend_from_slice(name);
            string_into(value, out);
        }
    }
    for (name, values) in [
        (&b",\"scopes\":["[..], principal.scopes()),
        (b",\"roles\":[", principal.roles()),
    ] {
        out.extend_from_slice(name);
        for (position, value) in values.iter().enumerate() {
            if position > 0 {
                out.push(b',');
            }
            string_into(value, out);
        }
        out.push(b']');
    }
    out.extend_from_slice(b"}}");
}

/// The type and the id of a subject.
fn who(principal: &Principal) -> (&'static str, &str) {
    match (
        principal.kind(),
        principal.subject(),
        principal.client_id(),
        principal.consumer(),
    ) {
        (PrincipalKind::Token, Some(subject), _, _) => ("user", subject),
        (PrincipalKind::Token, None, Some(client), _) => ("client", client),
        (PrincipalKind::Key, _, _, Some(consumer)) => ("consumer", consumer),
        _ => ("anonymous", "anonymous"),
    }
}

/// The body of `POST /stores/{store}/check`.
fn check(
    relation: &Relation<'_>,
    model: Option<&str>,
    context: &[(&'static str, Vec<u8>)],
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    let Relation {
        user,
        relation,
        object: on,
    } = *relation;
    if !is_user(user) || !is_object(on) {
        return Err(Refusal::new(
            Reason::Undecided,
            "This call is not allowed: who calls, or what the call is about, has an id of which it cannot \
             be decided.",
        ));
    }
    out.extend_from_slice(b"{\"tuple_key\":{\"user\":");
    string_into(user, out);
    out.extend_from_slice(b",\"relation\":");
    string_into(relation, out);
    out.extend_from_slice(b",\"object\":");
    string_into(on, out);
    out.push(b'}');
    if let Some(model) = model {
        out.extend_from_slice(b",\"authorization_model_id\":");
        string_into(model, out);
    }
    if !context.is_empty() {
        out.extend_from_slice(b",\"context\":");
        object(context, out);
    }
    out.push(b'}');
    Ok(())
}

/// `type:id` or `type:id#relation`, and not `type:*`: nobody is everybody.
fn is_user(user: &str) -> bool {
    let (object, relation) = match user.split_once('#') {
        Some((object, relation)) => (object, Some(relation)),
        None => (user, None),
    };
    user.len() <= MAX_USER
        && is_typed(object)
        && relation
            .is_none_or(|relation| !relation.is_empty() && !relation.contains(['#', ':', '@']))
}

/// `type:id`
fn is_object(object: &str) -> bool {
    object.len() <= MAX_OBJECT && !object.contains('#') && is_typed(object)
}

fn is_typed(object: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty()
            && !text.contains(|character: char| character.is_whitespace() || character.is_control())
    };
    object
        .split_once(':')
        .is_some_and(|(kind, id)| plain(kind) && plain(id) && !id.contains(':') && id != "*")
}

/// An object of values that are JSON text.
fn object(members: &[(&'static str, Vec<u8>)], out: &mut Vec<u8>) {
    out.push(b'{');
    for (position, (name, value)) in members.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        string_into(name, out);
        out.push(b':');
        out.extend_from_slice(value);
    }
    out.push(b'}');
}
