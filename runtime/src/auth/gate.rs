//! What stands before a server: the request's credentials looked at, the caller's principal or a
//! refusal made of them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use quick_cache::sync::Cache;

use super::assumed::AssumedRecogniser;
use super::certificate::{CertificateRecogniser, ClientCertificate};
use super::challenge::Challenge;
use super::claims::{self, Demands, Expected};
use super::consumers::Consumers;
use super::introspection::Introspection;
use super::jose::{MAX_TOKEN, Signature, Token};
use super::jwe::{self, DecryptionKeys};
use super::key_source::KeySource;
use super::principal::Principal;
use crate::description::{Access, Jwt};
use crate::environment::Environment;
use crate::mcp::{Single, single};

/// How many verified tokens each server remembers.
const REMEMBERED: usize = 4096;

/// Why a caller is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It brought nothing that proves who it is.
    Missing,
    /// It has shown a certificate, and is none of those who are known by one.
    UnknownCertificate,
    /// It brought two tokens, or something that is none.
    Malformed,
    /// It brought a token that is not accepted, for this reason.
    InvalidToken(&'static str),
    /// It brought a key that nobody has.
    UnknownKey,
    /// The keys that its token would be checked with are not there.
    Unavailable,
}

/// A way to recognise callers, with what start-up knows of it. Servers share them.
#[derive(Debug)]
pub(super) enum Recogniser {
    Token(TokenRecogniser),
    Introspection(Box<Introspection>),
    Key(KeyRecogniser),
    Certificate(CertificateRecogniser),
    Assumed(AssumedRecogniser),
}

impl Recogniser {
    /// What stands before the scopes that clients are told, where it recognises tokens.
    pub(super) fn scope_prefix(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(&token.scope_prefix),
            Self::Introspection(asked) => Some(&asked.scope_prefix),
            Self::Assumed(assumed) if assumed.takes_tokens() => Some(&assumed.scope_prefix),
            Self::Key(_) | Self::Certificate(_) | Self::Assumed(_) => None,
        }
    }

    /// The header that it takes keys from, where it does.
    pub(super) fn key_header(&self) -> Option<&'static str> {
        match self {
            Self::Token(_) | Self::Introspection(_) | Self::Certificate(_) => None,
            Self::Key(key) => Some(key.header),
            Self::Assumed(assumed) => assumed.key_header(),
        }
    }
}

impl Recogniser {
    /// What tokens must be like, and what stands before scopes, where it takes tokens.
    pub(super) fn provider(&self) -> Option<(&Expected, &str)> {
        match self {
            Self::Token(token) => Some((&token.expected, &token.scope_prefix)),
            Self::Introspection(asked) => Some((&asked.expected, &asked.scope_prefix)),
            Self::Key(_) | Self::Certificate(_) | Self::Assumed(_) => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct TokenRecogniser {
    pub(super) name: &'static str,
    pub(super) jwt: &'static Jwt,
    pub(super) expected: Expected,
    pub(super) scope_prefix: String,
    /// What tokens may be encrypted for.
    pub(super) decryption: ArcSwap<DecryptionKeys>,
    /// Those of each provider.
    pub(super) keys: Vec<Arc<KeySource>>,
}

#[derive(Debug)]
pub(super) struct KeyRecogniser {
    pub(super) header: &'static str,
    pub(super) consumers: Arc<Consumers>,
}

/// A token that was found valid.
#[derive(Clone, Debug)]
struct Verified {
    principal: Arc<Principal>,
    /// Which of the gate's recognisers did.
    by: usize,
    /// With which version of the keys.
    generation: u64,
}

/// What stands before a server that asks who calls.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) access: &'static Access,
    /// In the order of the manifest.
    pub(super) recognisers: Vec<Arc<Recogniser>>,
    pub(super) challenge: Challenge,
    /// By the SHA-256 of the token: the memory of the process holds no tokens that could be read out
    /// of it. Divided into parts with a lock each, so that requests do not wait for each other.
    verified: Cache<[u8; 32], Verified>,
}

/// What `Authorization` holds.
enum Bearer<'h> {
    Absent,
    Token(&'h str),
    Malformed,
}

impl<'h> Bearer<'h> {
    /// RFC 6750, section 2.1. Tokens are taken from nowhere else: URLs end up in logs.
    fn of(headers: &'h HeaderMap) -> Self {
        let value = match single(headers, AUTHORIZATION.as_str()) {
            Single::Absent => return Self::Absent,
            Single::Invalid => return Self::Malformed,
            Single::Value(value) => value,
        };
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Self::Absent;
        }
        let token = token.trim_start_matches(' ');
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if token.is_empty() || !token.bytes().all(good) {
            return Self::Malformed;
        }
        Self::Token(token)
    }
}

impl Gate {
    pub(super) fn new(
        access: &'static Access,
        recognisers: Vec<Arc<Recogniser>>,
        challenge: Challenge,
    ) -> Self {
        Self {
            access,
            recognisers,
            challenge,
            verified: Cache::new(REMEMBERED),
        }
    }

    /// Finds out who sends a request over a connection on which `certificate` was shown, at `now` in seconds
    /// since 1970. The identities are tried in the
    /// order of the manifest, and the first that recognises the caller decides.
    ///
    /// # Errors
    /// Where none does.
    pub(super) async fn admit(
        &self,
        headers: &HeaderMap,
        certificate: Option<&ClientCertificate>,
        now: u64,
    ) -> Result<Arc<Principal>, Refusal> {
        let bearer = Bearer::of(headers);
        let hash = match bearer {
            Bearer::Token(token) if token.len() <= MAX_TOKEN => Some(hash(token)),
            _ => None,
        };
        let remembered = hash.and_then(|hash| self.remembered(&hash, now));
        let mut refusal = Refusal::Missing;
        for (position, recogniser) in self.recognisers.iter().enumerate() {
            let outcome = match (&**recogniser, &bearer) {
                (Recogniser::Key(recogniser), _) => recogniser.recognise(headers, now),
                (Recogniser::Certificate(recogniser), _) => recogniser.recognise(certificate, now),
                (Recogniser::Assumed(recogniser), _) => recogniser.recognise(),
                (_, Bearer::Absent) => continue,
                (_, Bearer::Malformed) => Err(Refusal::Malformed),
                (Recogniser::Introspection(recogniser), Bearer::Token(token)) => match hash {
                    // Another one of the gate's knows it, which was asked before or is cheaper.
                    _ if remembered.is_some() => continue,
                    Some(hash) => Box::pin(recogniser.recognise(token, hash, now)).await,
                    None => Err(Refusal::InvalidToken(TOO_LONG)),
                },
                (Recogniser::Token(recogniser), Bearer::Token(token)) => match &remembered {
                    Some(verified) if verified.by == position => {
                        Ok(Arc::clone(&verified.principal))
                    }
                    // Another one of the gate's did, which it would not have been asked to otherwise.
                    Some(_) => continue,
                    None => {
                        // Rare: the future of the usual way stays small.
                        let verified = Box::pin(recogniser.verify(token, now)).await;
                        verified.map(|(principal, generation)| {
                            self.remember(hash, &principal, position, generation);
                            principal
                        })
                    }
                },
            };
            match outcome.and_then(|principal| bound(principal, certificate)) {
                Ok(principal) => return Ok(principal),
                Err(reason) => refusal = graver(refusal, reason),
            }
        }
        Err(refusal)
    }

    /// Removes the headers that prove who calls.
    pub(super) fn strip(&self, headers: &mut HeaderMap) {
        headers.remove(AUTHORIZATION);
        for recogniser in &self.recognisers {
            if let Some(header) = recogniser.key_header() {
                headers.remove(header);
            }
        }
    }

    fn remembered(&self, hash: &[u8; 32], now: u64) -> Option<Verified> {
        let verified = self.verified.get(hash)?;
        let Recogniser::Token(recogniser) = &**self.recognisers.get(verified.by)? else {
            return None;
        };
        let fresh = verified.generation == recogniser.generation()
            && verified
                .principal
                .expires_at
                .is_some_and(|expires| now < expires);
        fresh.then_some(verified)
    }

    fn remember(
        &self,
        hash: Option<[u8; 32]>,
        principal: &Arc<Principal>,
        by: usize,
        generation: u64,
    ) {
        if let Some(hash) = hash {
            let verified = Verified {
                principal: Arc::clone(principal),
                by,
                generation,
            };
            self.verified.insert(hash, verified);
        }
    }

    /// The scopes of a request, or of a call of the tool at a position, that the caller lacks; whether
    /// there are any.
    pub(super) fn lacks(&self, principal: &Principal, tool: Option<usize>) -> bool {
        let needed = match tool {
            None => self.access.scopes,
            Some(tool) => self.access.tools.get(tool).copied().unwrap_or_default(),
        };
        !needed.iter().all(|scope| principal.has_scope(scope))
    }
}

/// Of two refusals the one that tells the caller more about what to do.
fn graver(one: Refusal, other: Refusal) -> Refusal {
    fn weight(refusal: Refusal) -> u8 {
        match refusal {
            Refusal::Missing => 0,
            Refusal::UnknownCertificate => 1,
            Refusal::UnknownKey => 2,
            Refusal::Malformed => 3,
            Refusal::InvalidToken(ISSUER) => 4,
            Refusal::InvalidToken(_) => 5,
            Refusal::Unavailable => 6,
        }
    }
    if weight(other) > weight(one) {
        other
    } else {
        one
    }
}

/// Lets a principal through unless its token is for the owner of a certificate that was not shown
/// (RFC 8705, section 3). Remembered tokens too: what is remembered of one knows no connection.
fn bound(
    principal: Arc<Principal>,
    certificate: Option<&ClientCertificate>,
) -> Result<Arc<Principal>, Refusal> {
    match &principal.bound_to {
        Some(thumbprint) if certificate.map(ClientCertificate::thumbprint) != Some(thumbprint) => {
            Err(Refusal::InvalidToken(
                "the token is bound to a certificate that this connection has not shown",
            ))
        }
        _ => Ok(principal),
    }
}

/// The reason that says least where there are several identities.
const ISSUER: &str = "the token's issuer is not accepted";

const TOO_LONG: &str = "the token is too long";

fn hash(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    for (to, from) in hash
        .iter_mut()
        .zip(digest(&SHA256, token.as_bytes()).as_ref())
    {
        *to = *from;
    }
    hash
}

impl TokenRecogniser {
    /// Checks a token: its form, its issuer, its signature, its claims. The second of the result is
    /// the version of the keys that it was checked with.
    async fn verify(&self, token: &str, now: u64) -> Result<(Arc<Principal>, u64), Refusal> {
        if token.len() > MAX_TOKEN {
            return Err(Refusal::InvalidToken(TOO_LONG));
        }
        let within;
        let token = if jwe::is_encrypted(token) && !self.jwt.decryption_keys.is_empty() {
            let decrypted = self.decryption.load().decrypt(token);
            within = decrypted.map_err(Refusal::InvalidToken)?;
            within.as_str()
        } else {
            token
        };
        let token = Token::parse(token).map_err(Refusal::InvalidToken)?;
        // Whose token it is decides whose keys are tried: no provider can speak for another.
        let provider = self.expected.provider(&token.claims);
        let keys = provider
            .and_then(|position| self.keys.get(position))
            .ok_or(Refusal::InvalidToken(ISSUER))?;
        if !self.jwt.algorithms.contains(&token.algorithm) {
            return Err(Refusal::InvalidToken(
                "the token's algorithm is not accepted",
            ));
        }
        let generation = self.check_signature(&token, keys).await?;
        let principal = claims::principal(
            self.name,
            &self.jwt.rules,
            (&self.expected, Demands::ALL),
            &token.claims,
            now,
        )
        .map_err(Refusal::InvalidToken)?;
        Ok((Arc::new(principal), generation))
    }

    /// Takes the values that secrets have now.
    pub(super) fn renew(&self, environment: &Environment) {
        match DecryptionKeys::of(self.jwt, environment) {
            Ok(keys) => self.decryption.store(Arc::new(keys)),
            Err(problem) => tracing::warn!(
                identity = self.name,
                problem,
                "a secret changed to what is no decryption key: the keys there were stay in use"
            ),
        }
    }

    /// Fetches the keys of each provider once, for `--check`; how many they are.
    ///
    /// # Errors
    /// Which provider has none, and why.
    pub(super) async fn probe(&self) -> Result<usize, String> {
        let mut count = 0;
        for (keys, issuer) in self.keys.iter().zip(self.expected.authorization_servers()) {
            count += match keys.probe().await {
                Err(problem) if self.keys.len() > 1 => return Err(format!("{issuer}: {problem}")),
                outcome => outcome?,
            };
        }
        Ok(count)
    }

    /// What the keys of all providers are a version of: each of the numbers only ever grows.
    fn generation(&self) -> u64 {
        self.keys.iter().map(|keys| keys.generation()).sum()
    }

    async fn check_signature(&self, token: &Token<'_>, keys: &KeySource) -> Result<u64, Refusal> {
        let mut waited = false;
        loop {
            // Before the keys: an old number with new keys only has the token verified once more.
            let generation = self.generation();
            let signature = keys.current().map(|keys| keys.check(token));
            let refusal = match signature {
                Some(Signature::Valid) => return Ok(generation),
                Some(Signature::Invalid) => {
                    return Err(Refusal::InvalidToken("the token's signature is wrong"));
                }
                Some(Signature::UnknownKey) => Refusal::InvalidToken(
                    "the token is signed by a key that its issuer does not have",
                ),
                None => Refusal::Unavailable,
            };
            if waited || !keys.refreshed().await {
                return Err(refusal);
            }
            waited = true;
        }
    }
}

impl KeyRecogniser {
    fn recognise(&self, headers: &HeaderMap, now: u64) -> Result<Arc<Principal>, Refusal> {
        match single(headers, self.header) {
            Single::Absent => Err(Refusal::Missing),
            Single::Invalid => Err(Refusal::UnknownKey),
            Single::Value(key) => self.consumers.find(key, now).ok_or(Refusal::UnknownKey),
        }
    }
}
