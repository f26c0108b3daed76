//! An identity provider in memory: keys, key sets, and tokens made by another implementation.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

pub(super) const ISSUER: &str = "https://login.example.com/";

/// When the tests take place.
pub(super) const NOW: u64 = 1_800_000_000;

/// A key pair of a provider.
pub(super) struct Signer {
    pub(super) key: EncodingKey,
    pub(super) algorithm: Algorithm,
    pub(super) jwk: Value,
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    pub(super) fn ed25519(id: &str) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let der = pair.to_pkcs8().unwrap();
        Self {
            key: EncodingKey::from_ed_der(der.as_ref()),
            algorithm: Algorithm::EdDSA,
            jwk: json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": base64url(pair.public_key().as_ref()) }),
        }
    }

    pub(super) fn p256(id: &str) -> Self {
        Self::ec(
            id,
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            "P-256",
            Algorithm::ES256,
        )
    }

    pub(super) fn p384(id: &str) -> Self {
        Self::ec(
            id,
            &ECDSA_P384_SHA384_FIXED_SIGNING,
            "P-384",
            Algorithm::ES384,
        )
    }

    fn ec(
        id: &str,
        curve: &'static EcdsaSigningAlgorithm,
        name: &str,
        algorithm: Algorithm,
    ) -> Self {
        let pair = EcdsaKeyPair::generate(curve).unwrap();
        let der = pair.to_pkcs8v1().unwrap();
        let point = &pair.public_key().as_ref()[1..];
        let (x, y) = point.split_at(point.len() / 2);
        Self {
            key: EncodingKey::from_ec_der(der.as_ref()),
            algorithm,
            jwk: json!({ "kty": "EC", "crv": name, "kid": id, "x": base64url(x), "y": base64url(y), "use": "sig" }),
        }
    }

    pub(super) fn rsa(id: &str, algorithm: Algorithm) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = pair.as_der().unwrap();
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        // RFC 5208: the PKCS #1 key is the last octet string of the PKCS #8 one, after its headers.
        let inner = &der.as_ref()[26..];
        Self {
            key: EncodingKey::from_rsa_der(inner),
            algorithm,
            jwk: json!({ "kty": "RSA", "kid": id, "n": base64url(&public.n), "e": base64url(&public.e) }),
        }
    }

    /// A token with these claims.
    pub(super) fn token(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = self.jwk["kid"].as_str().map(str::to_owned);
        self.token_with(&header, claims)
    }

    pub(super) fn token_with(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.key).unwrap()
    }
}

/// The key set of signers.
pub(super) fn key_set(signers: &[&Signer]) -> Vec<u8> {
    let keys: Vec<_> = signers.iter().map(|signer| &signer.jwk).collect();
    json!({ "keys": keys }).to_string().into_bytes()
}

/// The claims of a good token, with changes: `null` takes a claim away.
pub(super) fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER,
        "aud": ["acme-tools", "other"],
        "sub": "user-7",
        "client_id": "desk",
        "scope": "pets.read pets.list",
        "roles": ["clerk"],
        "iat": NOW - 10,
        "exp": NOW + 600,
        "department": "sales",
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}
