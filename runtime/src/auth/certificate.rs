//! Callers that are known by the certificate that they have shown in the TLS handshake. That it is valid, by
//! whom it was issued and that its owner has the key, `rustls` has found before a request is read. Headers in
//! which proxies tell of certificates are not looked at: anybody can send them.

#[cfg(feature = "tls")]
mod parsed;

use std::sync::{Arc, OnceLock};

use super::gate::Refusal;
use super::principal::{Principal, PrincipalKind};
use crate::description::{CertificateCaller, CertificateField, Certificates};
use crate::environment::Environment;

/// What a certificate says.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// SHA-256 of its DER.
    pub(super) thumbprint: [u8; 32],
    /// In hex without leading zeros.
    pub(super) serial_number: String,
    /// RFC 4514.
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) common_names: Vec<String>,
    pub(super) uris: Vec<String>,
    /// In lower case.
    pub(super) dns_names: Vec<String>,
    pub(super) emails: Vec<String>,
    /// The first second since 1970 at which it is not valid.
    pub(super) expires_at: u64,
}

impl Facts {
    /// What it says of a kind that names its owner; nothing for the others.
    fn names(&self, field: CertificateField) -> &[String] {
        match field {
            CertificateField::Uri => &self.uris,
            CertificateField::DnsName => &self.dns_names,
            CertificateField::Email => &self.emails,
            CertificateField::CommonName => &self.common_names,
            CertificateField::Subject => std::slice::from_ref(&self.subject),
            CertificateField::IssuerSubject => std::slice::from_ref(&self.issuer),
            CertificateField::SerialNumber => std::slice::from_ref(&self.serial_number),
            CertificateField::Thumbprint => &[],
        }
    }
}

/// The certificate that a client has shown: read once for all requests of its connection.
#[derive(Debug)]
pub(crate) struct ClientCertificate {
    facts: Facts,
    /// Whose it is to each of the identities, by position, once that was asked.
    recognised: Box<[OnceLock<Option<Arc<Principal>>>]>,
}

impl ClientCertificate {
    /// Reads a certificate, DER, for a gateway with so many identities.
    ///
    /// # Errors
    /// Why it cannot be read, a clause.
    #[cfg(feature = "tls")]
    pub(crate) fn read(der: &[u8], identities: usize) -> Result<Self, String> {
        Ok(Self::of(parsed::facts(der)?, identities))
    }

    #[cfg(any(feature = "tls", test))]
    pub(super) fn of(facts: Facts, identities: usize) -> Self {
        Self {
            facts,
            recognised: (0..identities).map(|_| OnceLock::new()).collect(),
        }
    }

    /// SHA-256 of it.
    pub(super) fn thumbprint(&self) -> &[u8; 32] {
        &self.facts.thumbprint
    }
}

/// Recognises callers by their certificates.
#[derive(Debug)]
pub(super) struct CertificateRecogniser {
    name: &'static str,
    /// The position of the identity.
    position: usize,
    subject_from: Option<CertificateField>,
    callers: Vec<Expected>,
}

/// A caller, with the values that variables have.
#[derive(Debug)]
struct Expected {
    described: &'static CertificateCaller,
    says: Vec<(CertificateField, String)>,
    /// Of `says`; it is compared as it is.
    thumbprint: Option<[u8; 32]>,
}

/// The fields by which callers are called, of those that an entry has.
const NAMES: [CertificateField; 4] = [
    CertificateField::Uri,
    CertificateField::DnsName,
    CertificateField::Email,
    CertificateField::CommonName,
];

impl CertificateRecogniser {
    /// Takes the values that variables have.
    ///
    /// # Errors
    /// What of them can be in no certificate, a sentence each.
    pub(super) fn new(
        (position, name): (usize, &'static str),
        described: &'static Certificates,
        environment: &Environment,
    ) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut callers = Vec::with_capacity(described.callers.len());
        for caller in described.callers {
            let mut expected = Expected {
                described: caller,
                says: Vec::new(),
                thumbprint: None,
            };
            for (field, template) in caller.says {
                let text = environment.render(template);
                match normal(*field, text.expose()) {
                    Ok(Normal::Text(text)) => expected.says.push((*field, text)),
                    Ok(Normal::Thumbprint(hash)) => expected.thumbprint = Some(hash),
                    Err(problem) => problems.push(format!(
                        "`{}` of a caller of the identity `{name}` {problem}",
                        field.name()
                    )),
                }
            }
            callers.push(expected);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            name,
            position,
            subject_from: described.subject_from,
            callers,
        })
    }

    /// Whose certificate it is, at `now` in seconds since 1970. What that comes to is remembered for the
    /// connection; that the certificate has not expired meanwhile is looked at again.
    pub(super) fn recognise(
        &self,
        certificate: Option<&ClientCertificate>,
        now: u64,
    ) -> Result<Arc<Principal>, Refusal> {
        let certificate = certificate.ok_or(Refusal::Missing)?;
        let remembered = certificate.recognised.get(self.position);
        let principal = remembered
            .and_then(|place| {
                let principal = place.get_or_init(|| self.principal(&certificate.facts));
                principal.as_ref()
            })
            .ok_or(Refusal::UnknownCertificate)?;
        if now >= certificate.facts.expires_at {
            return Err(Refusal::UnknownCertificate);
        }
        Ok(Arc::clone(principal))
    }

    fn principal(&self, facts: &Facts) -> Option<Arc<Principal>> {
        let caller = if self.callers.is_empty() {
            None
        } else {
            Some(self.callers.iter().find(|caller| caller.is(facts))?)
        };
        let subject = match (self.subject_from, caller) {
            (Some(CertificateField::Thumbprint), _) => Some(hex(&facts.thumbprint)),
            (Some(field), _) => match facts.names(field) {
                [only] => Some(only.clone()),
                // Of several names nobody knows which one is meant.
                _ => None,
            },
            (None, caller) => caller
                .and_then(Expected::subject)
                .or_else(|| Some(facts.subject.clone()).filter(|subject| !subject.is_empty()))
                // Identity documents of SPIFFE have no subject but their URI.
                .or_else(|| Some(hex(&facts.thumbprint))),
        };
        let subject = subject.filter(|subject| !subject.is_empty())?;
        let described = caller.map(|caller| caller.described);
        let words = |words: &[&str]| words.iter().map(|word| (*word).into()).collect();
        Some(Arc::new(Principal {
            kind: PrincipalKind::Certificate,
            identity: self.name,
            issuer: Some(facts.issuer.as_str().into()),
            subject: Some(subject.into()),
            consumer: described.and_then(|caller| caller.name).map(Into::into),
            scopes: described.map_or_else(Box::default, |caller| words(caller.scopes)),
            roles: described.map_or_else(Box::default, |caller| words(caller.roles)),
            expires_at: Some(facts.expires_at),
            ..Principal::default()
        }))
    }
}

impl Expected {
    fn is(&self, facts: &Facts) -> bool {
        self.thumbprint
            .is_none_or(|thumbprint| thumbprint == facts.thumbprint)
            && self
                .says
                .iter()
                .all(|(field, expected)| facts.names(*field).contains(expected))
    }

    /// The most telling name that the entry has.
    fn subject(&self) -> Option<String> {
        let named = |name: &CertificateField| {
            let mut says = self.says.iter();
            says.find(|(field, _)| field == name)
        };
        let (_, name) = NAMES.iter().find_map(named)?;
        Some(name.clone())
    }
}

/// A value in the form in which it is compared.
enum Normal {
    Text(String),
    Thumbprint([u8; 32]),
}

/// Brings what the manifest says of a field into the form in which it is compared.
///
/// # Errors
/// Why no certificate says that: a clause.
fn normal(field: CertificateField, text: &str) -> Result<Normal, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    Ok(match field {
        CertificateField::DnsName => Normal::Text(text.to_ascii_lowercase()),
        CertificateField::SerialNumber => Normal::Text(
            digits(text)
                .map(|digits| digits.trim_start_matches('0').to_owned())
                .filter(|digits| !digits.is_empty())
                .ok_or("is no serial number: hexadecimal digits, with colons between or without")?,
        ),
        CertificateField::Thumbprint => Normal::Thumbprint(
            digits(text)
                .and_then(|digits| bytes(&digits))
                .ok_or("is no SHA-256: 64 hexadecimal digits, with colons between or without")?,
        ),
        _ => Normal::Text(text.to_owned()),
    })
}

/// Hexadecimal digits in lower case, without colons between them.
fn digits(text: &str) -> Option<String> {
    let digits: String = text.split(':').collect();
    let good = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    good.then(|| digits.to_ascii_lowercase())
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}
