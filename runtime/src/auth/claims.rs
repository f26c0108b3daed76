//! What a token says (RFC 7519, RFC 9068), checked against what an identity asks for.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use serde_json::Value;

use super::principal::{ClaimValue, Principal, PrincipalKind};
use super::products::KeyScope;
use crate::description::{Claim, ClaimKind, RequiredClaim, TokenRules};

/// How far in the future `iat` may lie, in seconds, beside the clock skew: it says when a token was
/// made, and a token from tomorrow was made by nobody. Only gross errors matter.
const MAX_FUTURE: f64 = 300.0;

/// What [`TokenRules`] leave to start-up.
#[derive(Debug)]
pub(super) struct Expected {
    /// The issuers of each provider, in the order of the manifest; the first of each is its authorization
    /// server.
    pub(super) issuers: Vec<Vec<String>>,
    pub(super) audiences: Vec<String>,
    pub(super) client_applications: Vec<String>,
}

impl Expected {
    /// The position of the provider that the token claims to be of. Issuers are compared exactly, as
    /// texts (RFC 9207, section 2.4).
    pub(super) fn provider(&self, claims: &Value) -> Option<usize> {
        let issuer = text(claims, "iss")?;
        self.issuers
            .iter()
            .position(|issuers| issuers.iter().any(|known| known == issuer))
    }

    /// Where clients get tokens from.
    pub(super) fn authorization_servers(&self) -> impl Iterator<Item = &str> {
        let first = self.issuers.iter().filter_map(|issuers| issuers.first());
        first.map(String::as_str)
    }
}

/// Which claims must be there beside those that the rules name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demands {
    /// `iss`
    pub(super) issuer: bool,
    /// `aud`
    pub(super) audience: bool,
    /// `exp`
    pub(super) expiry: bool,
}

impl Demands {
    /// All of them.
    pub(super) const ALL: Self = Self {
        issuer: true,
        audience: true,
        expiry: true,
    };
}

/// Makes the principal of a token that its provider vouches for, by its signature or otherwise. `now` is
/// in seconds since 1970.
///
/// # Errors
/// Why the token is refused, a clause for the client.
pub(super) fn principal(
    identity: &'static str,
    rules: &'static TokenRules,
    (expected, demands): (&Expected, Demands),
    claims: &Value,
    now: u64,
) -> Result<Principal, &'static str> {
    let asked = |name: &str, demanded: bool| demanded || claims.get(name).is_some();
    if asked("iss", demands.issuer) && expected.provider(claims).is_none() {
        return Err("the token's issuer is not accepted");
    }
    if asked("aud", demands.audience) && !addressed(claims, &expected.audiences) {
        return Err("the token is for another audience");
    }
    let expires_at = lifetime(claims, rules, now)?;
    if demands.expiry && expires_at.is_none() {
        return Err("the token never expires: it has no `exp`");
    }
    let client_id = ["client_id", "azp", "appid"]
        .into_iter()
        .find_map(|name| text(claims, name));
    if !expected.client_applications.is_empty()
        && !client_id.is_some_and(|id| expected.client_applications.iter().any(|app| app == id))
    {
        return Err("the token was issued to a client that is not accepted");
    }
    if !rules
        .required_claims
        .iter()
        .all(|claim| holds(claims, claim))
    {
        return Err("the token lacks a claim that is required");
    }
    let scopes = match rules.scopes_claim {
        Some(name) => lookup(claims, name),
        None => lookup(claims, "scope").or_else(|| lookup(claims, "scp")),
    };
    let bound_to = confirmation(claims)?;
    Ok(Principal {
        kind: PrincipalKind::Token,
        identity,
        issuer: text(claims, "iss").map(Into::into),
        subject: text(claims, "sub").map(Into::into),
        client_id: client_id.map(Into::into),
        consumer: None,
        scopes: words(scopes),
        roles: words(lookup(claims, rules.roles_claim)),
        expires_at,
        bound_to,
        scope: KeyScope::Unsaid,
        declared: rules.claims,
        claims: rules
            .claims
            .iter()
            .map(|claim| kept(claims, claim))
            .collect::<Result<_, _>>()?,
    })
}

/// The certificate whose owner alone may use the token (RFC 8705, section 3.1). A token for the owner of
/// another kind of key (RFC 7800) is refused: as nobody asks for that key, it would work for everybody.
fn confirmation(claims: &Value) -> Result<Option<[u8; 32]>, &'static str> {
    let Some(confirmation) = lookup(claims, "cnf") else {
        return Ok(None);
    };
    let members = confirmation
        .as_object()
        .filter(|members| members.len() == 1);
    let thumbprint = members
        .and_then(|members| members.get("x5t#S256"))
        .and_then(Value::as_str)
        .ok_or("the token is bound to a key in a way that is not supported")?;
    let hash = URL_SAFE_NO_PAD.decode(thumbprint).ok();
    hash.and_then(|hash| hash.try_into().ok())
        .map(Some)
        .ok_or("the token is bound to a certificate whose hash cannot be read")
}

/// A claim by its name, or by a JSON Pointer where the name is one: names of claims that begin with a
/// slash do not occur (RFC 7519, section 4.2 asks for names that do not collide: URIs).
fn lookup<'c>(claims: &'c Value, name: &str) -> Option<&'c Value> {
    let value = if name.starts_with('/') {
        claims.pointer(name)
    } else {
        claims.get(name)
    };
    value.filter(|value| !value.is_null())
}

fn text<'c>(claims: &'c Value, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

/// RFC 7519, section 4.1.3: a string or a list of strings.
fn addressed(claims: &Value, audiences: &[String]) -> bool {
    let accepted = |value: &Value| {
        value
            .as_str()
            .is_some_and(|audience| audiences.iter().any(|known| known == audience))
    };
    match claims.get("aud") {
        Some(Value::Array(items)) => items.iter().any(accepted),
        Some(value) => accepted(value),
        None => false,
    }
}

/// Checks `exp`, `nbf` and `iat`, and gives back the first second at which the token is not accepted, where
/// there is one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds of this age have an exact f64, and what has none is far away or refused"
)]
fn lifetime(claims: &Value, rules: &TokenRules, now: u64) -> Result<Option<u64>, &'static str> {
    // RFC 7519, section 2: a NumericDate may have a fraction.
    let date = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => match value.as_f64().filter(|date| *date >= 0.0) {
            Some(date) => Ok(Some(date)),
            None => Err("a date of the token is not a number"),
        },
    };
    let (now, skew) = (now as f64, rules.clock_skew.as_secs() as f64);
    let expires = date("exp")?;
    if expires.is_some_and(|expires| now >= expires + skew) {
        return Err("the token has expired");
    }
    if date("nbf")?.is_some_and(|begins| now + skew < begins) {
        return Err("the token is not valid yet");
    }
    let issued = date("iat")?;
    if issued.is_some_and(|issued| now + skew + MAX_FUTURE < issued) {
        return Err("the token was issued in the future");
    }
    let expires = expires.map(|expires| (expires + skew).ceil() as u64);
    let Some(max_age) = rules.max_age else {
        return Ok(expires);
    };
    let issued = issued.ok_or("the token does not say when it was issued: it has no `iat`")?;
    let last = issued + max_age.as_secs_f64() + skew;
    if now > last {
        return Err("the token was issued too long ago");
    }
    let too_old = last.floor() as u64 + 1;
    Ok(Some(
        expires.map_or(too_old, |expires| expires.min(too_old)),
    ))
}

fn holds(claims: &Value, required: &RequiredClaim) -> bool {
    let Some(value) = lookup(claims, required.name) else {
        return false;
    };
    let has = |wanted: &str| match (value, required.separator) {
        (Value::String(text), Some(separator)) => text.split(separator).any(|item| item == wanted),
        (Value::String(text), None) => text == wanted,
        (Value::Array(items), _) => items.iter().any(|item| item == wanted),
        (Value::Bool(value), _) => wanted == if *value { "true" } else { "false" },
        (Value::Number(number), _) => wanted
            .parse()
            .is_ok_and(|wanted: i64| number.as_i64() == Some(wanted)),
        (Value::Null | Value::Object(_), _) => false,
    };
    if required.all {
        required.values.iter().all(|wanted| has(wanted))
    } else {
        required.values.iter().any(|wanted| has(wanted))
    }
}

/// A list of words: a string with spaces (RFC 8693, section 4.2), or a list as many providers write.
fn words(value: Option<&Value>) -> Box<[Box<str>]> {
    match value {
        Some(Value::String(text)) => text.split_ascii_whitespace().map(Into::into).collect(),
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(Into::into)
            .collect(),
        _ => Box::default(),
    }
}

fn kept(claims: &Value, claim: &Claim) -> Result<Option<ClaimValue>, &'static str> {
    let Some(value) = lookup(claims, claim.from) else {
        return Ok(None);
    };
    let kept = match claim.kind {
        ClaimKind::String => value.as_str().map(|text| ClaimValue::String(text.into())),
        ClaimKind::Strings => value.as_array().and_then(|items| {
            let texts = items.iter().map(|item| item.as_str().map(Into::into));
            texts.collect::<Option<_>>().map(ClaimValue::Strings)
        }),
        ClaimKind::Integer => value.as_i64().map(ClaimValue::Integer),
        ClaimKind::Boolean => value.as_bool().map(ClaimValue::Boolean),
    };
    kept.map(Some)
        .ok_or("a claim of the token is of another type than the gateway expects")
}
