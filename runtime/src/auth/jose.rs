//! Signed tokens (RFC 7515, 7517, 7518, 8037): their parts, the keys, the signatures. Only what a
//! gateway needs: compact serialisation, asymmetric algorithms, keys that the token does not bring
//! with it.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::description::Algorithm;

/// The longest token that is looked at, in bytes.
pub(super) const MAX_TOKEN: usize = 16 * 1024;

/// From how many keys on a set is cut: real ones have a handful.
const MAX_KEYS: usize = 64;

/// How many keys a token without `kid` is tried against.
const MAX_CANDIDATES: usize = 8;

/// A token taken apart; nothing in it is verified yet.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
    /// An object.
    pub(super) claims: Value,
    /// What the signature is over: the first two parts.
    signed: &'t str,
    signature: Vec<u8>,
}

impl<'t> Token<'t> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// Why it is not one that this gateway takes, a clause for the client.
    pub(super) fn parse(text: &'t str) -> Result<Self, &'static str> {
        const MALFORMED: &str = "the token is not a signed JWT";
        let (signed, signature) = text.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, claims) = signed.split_once('.').ok_or(MALFORMED)?;
        let header = object(header).ok_or(MALFORMED)?;
        // RFC 7515, section 4.1.11: what must be understood and is not makes the token invalid, and
        // no extension is understood here. RFC 7797's `b64` would have to be among them.
        if header.get("crit").is_some() || header.get("b64").is_some() {
            return Err("the token has header extensions (`crit`) that are not understood");
        }
        if !header.get("typ").is_none_or(is_access_token) {
            return Err("the token's `typ` is not that of an access token");
        }
        let algorithm = header
            .get("alg")
            .and_then(Value::as_str)
            .and_then(algorithm)
            .ok_or("the token's algorithm is not accepted")?;
        let key_id = match header.get("kid") {
            None => None,
            Some(Value::String(id)) => Some(id.clone()),
            Some(_) => return Err(MALFORMED),
        };
        Ok(Self {
            algorithm,
            key_id,
            claims: object(claims).ok_or(MALFORMED)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| MALFORMED)?,
        })
    }
}

/// A part that is an object in base64url.
pub(super) fn object(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

/// Access tokens say `at+jwt` (RFC 9068, section 2.1), most providers still `JWT` or nothing. Tokens
/// made for another purpose, such as logout, say so and are none (RFC 8725, section 3.11).
pub(super) fn is_access_token(kind: &Value) -> bool {
    const KINDS: [&str; 3] = ["JWT", "at+jwt", "application/at+jwt"];
    kind.as_str()
        .is_some_and(|kind| KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)))
}

/// There is no `none` and no `HS256`: a caller cannot even name them.
fn algorithm(name: &str) -> Option<Algorithm> {
    Some(match name {
        "RS256" => Algorithm::Rs256,
        "RS384" => Algorithm::Rs384,
        "RS512" => Algorithm::Rs512,
        "PS256" => Algorithm::Ps256,
        "PS384" => Algorithm::Ps384,
        "PS512" => Algorithm::Ps512,
        "ES256" => Algorithm::Es256,
        "ES384" => Algorithm::Es384,
        "EdDSA" => Algorithm::EdDsa,
        _ => return None,
    })
}

/// A public key of a provider.
#[derive(Debug)]
struct Key {
    id: Option<String>,
    /// The only algorithm that it is for, where the provider says.
    algorithm: Option<Algorithm>,
    material: Material,
}

/// The mathematics of a key: what it can verify follows from it, never from the token.
#[derive(Debug)]
enum Material {
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    P256(ParsedPublicKey),
    P384(ParsedPublicKey),
    Ed25519(ParsedPublicKey),
}

impl Key {
    /// Reads a JWK; `None` for one that is for something else.
    fn read(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        if let Some(operations) = jwk.get("key_ops").and_then(Value::as_array)
            && !operations.iter().any(|operation| operation == "verify")
        {
            return None;
        }
        let algorithm = match text("alg") {
            Some(name) => Some(algorithm(name)?),
            None => None,
        };
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let parsed = |algorithm: &'static dyn VerificationAlgorithm, bytes: &[u8]| {
            ParsedPublicKey::new(algorithm, bytes).ok()
        };
        let point = |length: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            // RFC 7518, section 6.2.1.2: the full size of a coordinate, zeros and all.
            (x.len() == length && y.len() == length).then(|| [&[4][..], &x, &y].concat())
        };
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => Material::Rsa(RsaPublicKeyComponents {
                n: without_zeros(bytes("n")?),
                e: without_zeros(bytes("e")?),
            }),
            ("EC", Some("P-256")) => Material::P256(parsed(&ECDSA_P256_SHA256_FIXED, &point(32)?)?),
            ("EC", Some("P-384")) => Material::P384(parsed(&ECDSA_P384_SHA384_FIXED, &point(48)?)?),
            ("OKP", Some("Ed25519")) => Material::Ed25519(parsed(&ED25519, &bytes("x")?)?),
            _ => return None,
        };
        Some(Self {
            id: text("kid").map(str::to_owned),
            algorithm,
            material,
        })
    }

    fn is_for(&self, algorithm: Algorithm) -> bool {
        let fits = matches!(
            (&self.material, algorithm),
            (
                Material::Rsa(_),
                Algorithm::Rs256
                    | Algorithm::Rs384
                    | Algorithm::Rs512
                    | Algorithm::Ps256
                    | Algorithm::Ps384
                    | Algorithm::Ps512
            ) | (Material::P256(_), Algorithm::Es256)
                | (Material::P384(_), Algorithm::Es384)
                | (Material::Ed25519(_), Algorithm::EdDsa)
        );
        fits && self.algorithm.is_none_or(|only| only == algorithm)
    }

    fn verifies(&self, token: &Token<'_>) -> bool {
        let message = token.signed.as_bytes();
        match &self.material {
            Material::Rsa(key) => rsa(token.algorithm).is_some_and(|parameters| {
                key.verify(parameters, message, &token.signature).is_ok()
            }),
            Material::P256(key) | Material::P384(key) | Material::Ed25519(key) => {
                key.verify_sig(message, &token.signature).is_ok()
            }
        }
    }
}

fn rsa(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &RSA_PSS_2048_8192_SHA512,
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::EdDsa => return None,
    })
}

/// Some providers pad the modulus as ASN.1 would.
fn without_zeros(mut bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    bytes
}

/// The keys of a provider (RFC 7517, section 5).
#[derive(Debug)]
pub(super) struct KeySet {
    keys: Vec<Key>,
}

/// Whether a token is signed by a key of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    Valid,
    Invalid,
    /// No key of the set could have made it: the provider may have a new one.
    UnknownKey,
}

impl KeySet {
    /// Reads a set. Keys that are for something else, or of kinds that are not known, are left out
    /// (RFC 7517, section 5).
    ///
    /// # Errors
    /// Where it is none, or has no key that could be used: a clause for the log.
    pub(super) fn read(text: &[u8]) -> Result<Self, &'static str> {
        let set: Value = serde_json::from_slice(text).map_err(|_| "the key set is not JSON")?;
        let keys: Vec<Key> = set
            .get("keys")
            .and_then(Value::as_array)
            .ok_or("the key set has no list `keys`")?
            .iter()
            .take(MAX_KEYS)
            .filter_map(Key::read)
            .collect();
        if keys.is_empty() {
            return Err("the key set has no key that signatures could be checked with");
        }
        Ok(Self { keys })
    }

    /// How many keys it has.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Checks a token's signature. A token that names its key is checked against that one; keys
    /// without a name could be the one.
    pub(super) fn check(&self, token: &Token<'_>) -> Signature {
        let named = |key: &&Key| match (&token.key_id, &key.id) {
            (Some(wanted), Some(id)) => wanted == id,
            (None, _) | (_, None) => true,
        };
        let mut candidates = self.keys.iter().filter(named).peekable();
        if candidates.peek().is_none() {
            return Signature::UnknownKey;
        }
        let valid = candidates
            .filter(|key| key.is_for(token.algorithm))
            .take(MAX_CANDIDATES)
            .any(|key| key.verifies(token));
        if valid {
            Signature::Valid
        } else if token.key_id.is_none() {
            // The key may be one that is not in the set yet: without a name nobody can tell.
            Signature::UnknownKey
        } else {
            Signature::Invalid
        }
    }
}
