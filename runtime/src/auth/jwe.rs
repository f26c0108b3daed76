//! Encrypted tokens (RFC 7516, 7518): what is between the encryption and the signed token within. Only what a
//! gateway needs: compact serialisation, keys of its own, algorithms that nobody has broken. There is no
//! `RSA1_5`, no `dir`, and no compression.
//!
//! All that goes wrong with a key looks alike from outside, in what is said and as far as possible in the time
//! it takes: a key that cannot be unwrapped is replaced by a random one, and the content fails (RFC 7516,
//! section 11.5).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::cipher::{
    AES_128, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey,
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use aws_lc_rs::key_wrap::{AesKek, KeyWrap as _};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    PrivateDecryptingKey,
};
use aws_lc_rs::{hmac, key_wrap, rand};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::jose::{is_access_token, object};
use crate::description::Jwt;
use crate::environment::{Environment, Secret};

/// The one answer for all that a key could tell about a token.
const FAILED: &str = "the token cannot be decrypted";

const MALFORMED: &str = "the token is not an encrypted JWT";

const ALGORITHM: &str = "the token's encryption algorithm is not accepted";

/// The longest of `apu` and `apv`, decoded.
const MAX_PARTY: usize = 512;

/// Whether a token is encrypted: it has five parts (RFC 7516, section 9).
pub(super) fn is_encrypted(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 4
}

/// The private keys of the gateway.
#[derive(Debug, Default)]
pub(super) struct DecryptionKeys(Vec<Key>);

#[derive(Debug)]
enum Key {
    Rsa(Box<OaepPrivateDecryptingKey>),
    /// On the curve that its algorithm names.
    Ec(PrivateKey),
}

/// How the content's key is hidden (RFC 7518, section 4.1).
#[derive(Clone, Copy)]
enum Management {
    Oaep(&'static OaepAlgorithm),
    /// Agreed on, and used as it is.
    Agreement,
    /// Agreed on, and what it wraps is used: the name of the algorithm, and the length of the agreed key.
    AgreementAndWrap(&'static str, usize),
}

impl Management {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RSA-OAEP" => Self::Oaep(&OAEP_SHA1_MGF1SHA1),
            "RSA-OAEP-256" => Self::Oaep(&OAEP_SHA256_MGF1SHA256),
            "ECDH-ES" => Self::Agreement,
            "ECDH-ES+A128KW" => Self::AgreementAndWrap("ECDH-ES+A128KW", 16),
            "ECDH-ES+A256KW" => Self::AgreementAndWrap("ECDH-ES+A256KW", 32),
            _ => return None,
        })
    }
}

/// How the content is encrypted (RFC 7518, section 5.1).
#[derive(Clone, Copy)]
enum Content {
    A128Gcm,
    A256Gcm,
    A128CbcHs256,
    A256CbcHs512,
}

impl Content {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "A128GCM" => Self::A128Gcm,
            "A256GCM" => Self::A256Gcm,
            "A128CBC-HS256" => Self::A128CbcHs256,
            "A256CBC-HS512" => Self::A256CbcHs512,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A256CbcHs512 => "A256CBC-HS512",
        }
    }

    /// The length of its key, in bytes.
    fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A256CbcHs512 => 64,
        }
    }

    /// Decrypts what is authentic together with `header`.
    fn open(self, key: &[u8], header: &str, parts: &Parts) -> Option<Vec<u8>> {
        match self {
            Self::A128Gcm => gcm(UnboundKey::new(&AES_128_GCM, key).ok()?, header, parts),
            Self::A256Gcm => gcm(UnboundKey::new(&AES_256_GCM, key).ok()?, header, parts),
            Self::A128CbcHs256 => {
                let (mac, cipher) = key.split_at_checked(16)?;
                authentic(&hmac::Key::new(hmac::HMAC_SHA256, mac), header, parts)?;
                cbc(UnboundCipherKey::new(&AES_128, cipher).ok()?, parts)
            }
            Self::A256CbcHs512 => {
                let (mac, cipher) = key.split_at_checked(32)?;
                authentic(&hmac::Key::new(hmac::HMAC_SHA512, mac), header, parts)?;
                cbc(UnboundCipherKey::new(&AES_256, cipher).ok()?, parts)
            }
        }
    }
}

/// The parts of a token after its header, decoded.
struct Parts {
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

fn gcm(key: UnboundKey, header: &str, parts: &Parts) -> Option<Vec<u8>> {
    let nonce = Nonce::try_assume_unique_for_key(&parts.iv).ok()?;
    // A shorter tag would leave some of the content to be taken for one.
    if parts.tag.len() != 16 {
        return None;
    }
    let mut text = [&*parts.ciphertext, &parts.tag].concat();
    let opened = LessSafeKey::new(key).open_in_place(nonce, Aad::from(header), &mut text);
    let length = opened.ok()?.len();
    text.truncate(length);
    Some(text)
}

/// RFC 7518, section 5.2.2.2: the tag is the first half of the code.
fn authentic(key: &hmac::Key, header: &str, parts: &Parts) -> Option<()> {
    let bits = u64::try_from(header.len()).ok()?.checked_mul(8)?;
    let mut context = hmac::Context::with_key(key);
    for part in [
        header.as_bytes(),
        &parts.iv,
        &parts.ciphertext,
        &bits.to_be_bytes(),
    ] {
        context.update(part);
    }
    let code = context.sign();
    let (tag, _) = code.as_ref().split_at_checked(code.as_ref().len() / 2)?;
    verify_slices_are_equal(tag, &parts.tag).ok()
}

/// Only after [`authentic`]: what is wrong with the padding then, only who has the key could have made so.
fn cbc(key: UnboundCipherKey, parts: &Parts) -> Option<Vec<u8>> {
    let iv: [u8; 16] = parts.iv.as_slice().try_into().ok()?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
    let mut text = parts.ciphertext.clone();
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let length = key.decrypt(&mut text, context).ok()?.len();
    text.truncate(length);
    Some(text)
}

impl DecryptionKeys {
    /// Those of an identity, with the values that secrets have.
    ///
    /// # Errors
    /// As [`DecryptionKeys::read`].
    pub(super) fn of(jwt: &Jwt, environment: &Environment) -> Result<Self, &'static str> {
        let keys = jwt.decryption_keys.iter();
        let keys: Vec<Secret> = keys.map(|key| environment.render(key)).collect();
        Self::read(keys.iter().map(Secret::expose))
    }

    /// Reads private keys: PKCS #8 in PEM.
    ///
    /// # Errors
    /// What they must be, without values.
    pub(super) fn read<'p>(pems: impl Iterator<Item = &'p str>) -> Result<Self, &'static str> {
        let keys = pems.map(|pem| key(pem).ok_or(
            "it must be a private key as PEM (PKCS #8, `BEGIN PRIVATE KEY`): RSA of at least 2048 bits, or an \
             elliptic curve, P-256 or P-384",
        ));
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// Takes the signed token out of an encrypted one. Nothing of what it says is verified yet.
    ///
    /// # Errors
    /// Why there is none, a clause for the client.
    pub(super) fn decrypt(&self, token: &str) -> Result<String, &'static str> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, rest @ ..] = parts.as_slice() else {
            return Err(MALFORMED);
        };
        let decoded: Option<Vec<Vec<u8>>> = rest
            .iter()
            .map(|part| URL_SAFE_NO_PAD.decode(part).ok())
            .collect();
        let decoded: [Vec<u8>; 4] = decoded
            .and_then(|parts| parts.try_into().ok())
            .ok_or(MALFORMED)?;
        let [encrypted_key, iv, ciphertext, tag] = decoded;
        let parts = Parts {
            encrypted_key,
            iv,
            ciphertext,
            tag,
        };
        let said = object(header).ok_or(MALFORMED)?;
        let text = |name: &str| said.get(name).and_then(Value::as_str);
        if said.get("crit").is_some() {
            return Err("the token has header extensions (`crit`) that are not understood");
        }
        // A few bytes could become any number of them.
        if said.get("zip").is_some() {
            return Err("the token is compressed, which is not accepted");
        }
        // RFC 7519, section 5.2; what is not signed within says nothing about who made it.
        if !said.get("cty").is_some_and(is_access_token) {
            return Err("the token has no signed JWT within (`cty`)");
        }
        let management = text("alg").and_then(Management::named).ok_or(ALGORITHM)?;
        let content = text("enc").and_then(Content::named).ok_or(ALGORITHM)?;
        let opened = self
            .0
            .iter()
            .filter_map(|key| key.unwrap(management, content, &said, &parts.encrypted_key))
            .find_map(|key| content.open(&key, header, &parts));
        opened
            .and_then(|text| String::from_utf8(text).ok())
            .ok_or(FAILED)
    }
}

impl Key {
    /// The content's key, or one that looks like it; `None` where this key is of another kind than the
    /// token's header says.
    fn unwrap(
        &self,
        management: Management,
        content: Content,
        header: &Value,
        encrypted: &[u8],
    ) -> Option<Vec<u8>> {
        let unwrapped = match (self, management) {
            (Self::Rsa(key), Management::Oaep(algorithm)) => {
                let mut room = vec![0; key.min_output_size()];
                let decrypted = key.decrypt(algorithm, encrypted, &mut room, None);
                decrypted.ok().map(|key| key.to_vec())
            }
            (Self::Ec(key), Management::Agreement) => {
                let agreed = agreed(key, header, content.name(), content.key_length());
                agreed.filter(|_| encrypted.is_empty())
            }
            (Self::Ec(key), Management::AgreementAndWrap(name, length)) => {
                let agreed = agreed(key, header, name, length);
                agreed.and_then(|key| unwrapped(&key, encrypted))
            }
            (Self::Rsa(_), Management::Agreement | Management::AgreementAndWrap(..))
            | (Self::Ec(_), Management::Oaep(_)) => return None,
        };
        let length = content.key_length();
        let mut random = vec![0; length];
        rand::fill(&mut random).ok()?;
        Some(
            unwrapped
                .filter(|key| key.len() == length)
                .unwrap_or(random),
        )
    }
}

/// RFC 3394.
fn unwrapped(key: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
    let mut room = vec![0; encrypted.len()];
    let unwrapped = match key.len() {
        16 => AesKek::new(&key_wrap::AES_128, key)
            .ok()?
            .unwrap(encrypted, &mut room),
        _ => AesKek::new(&key_wrap::AES_256, key)
            .ok()?
            .unwrap(encrypted, &mut room),
    };
    unwrapped.ok().map(|key| key.to_vec())
}

/// The key that both sides agree on, for the algorithm `name` (RFC 7518, section 4.6). That the other's public
/// key is a point of the curve is checked when it is parsed.
pub(super) fn agreed(
    key: &PrivateKey,
    header: &Value,
    name: &str,
    length: usize,
) -> Option<Vec<u8>> {
    let (curve, size) = if *key.algorithm() == ECDH_P256 {
        ("P-256", 32)
    } else {
        ("P-384", 48)
    };
    let other = header.get("epk")?;
    let text = |name: &str| other.get(name).and_then(Value::as_str);
    if text("kty") != Some("EC") || text("crv") != Some(curve) {
        return None;
    }
    let coordinate = |name: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text(name)?).ok()?;
        (bytes.len() == size).then_some(bytes)
    };
    let point = [&[4][..], &coordinate("x")?, &coordinate("y")?].concat();
    let party = |name: &str| match header.get(name) {
        None => Some(Vec::new()),
        Some(Value::String(text)) => {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            (bytes.len() <= MAX_PARTY).then_some(bytes)
        }
        Some(_) => None,
    };
    let mut info = Vec::new();
    for part in [name.as_bytes(), &party("apu")?, &party("apv")?] {
        info.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
        info.extend(part);
    }
    info.extend(u32::try_from(length * 8).ok()?.to_be_bytes());
    let algorithm = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?;
    let other = UnparsedPublicKey::new(key.algorithm(), point);
    agreement::agree(key, other, (), |secret| {
        let mut derived = vec![0; length];
        sskdf_digest(algorithm, secret, &info, &mut derived).map_err(drop)?;
        Ok(derived)
    })
    .ok()
}

/// Reads a private key; `None` where it is none that is of use.
fn key(pem: &str) -> Option<Key> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let body: String = body.split_ascii_whitespace().collect();
    let der = STANDARD.decode(body).ok()?;
    if let Ok(key) = PrivateDecryptingKey::from_pkcs8(&der) {
        return Some(Key::Rsa(Box::new(OaepPrivateDecryptingKey::new(key).ok()?)));
    }
    [&ECDH_P256, &ECDH_P384]
        .into_iter()
        .find_map(|curve| PrivateKey::from_private_key_der(curve, &der).ok())
        .map(Key::Ec)
}
