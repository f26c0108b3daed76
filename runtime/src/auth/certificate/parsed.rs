//! A certificate read (RFC 5280).

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::der::oid::db::rfc4519::COMMON_NAME;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::{DirectoryString, GeneralName};

use super::{Facts, hex};

/// What it says.
///
/// # Errors
/// Why it cannot be read, a clause.
pub(super) fn facts(der: &[u8]) -> Result<Facts, String> {
    let unreadable = |error| format!("the certificate cannot be read: {error}");
    let certificate = Certificate::from_der(der).map_err(unreadable)?;
    let certificate = certificate.tbs_certificate();
    let mut facts = Facts {
        serial_number: hex(certificate.serial_number().as_bytes())
            .trim_start_matches('0')
            .to_owned(),
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        // The last second is within (section 4.1.2.5).
        expires_at: certificate
            .validity()
            .not_after
            .to_unix_duration()
            .saturating_add(Duration::from_secs(1))
            .as_secs(),
        ..Facts::default()
    };
    facts
        .thumbprint
        .copy_from_slice(digest(&SHA256, der).as_ref());
    for attribute in certificate.subject().iter() {
        if attribute.oid == COMMON_NAME {
            let name = DirectoryString::try_from(&attribute.value).map_err(unreadable)?;
            facts.common_names.push(name.value().into_owned());
        }
    }
    let names = certificate
        .get_extension::<SubjectAltName>()
        .map_err(unreadable)?;
    for name in names.into_iter().flat_map(|(_, names)| names.0) {
        match name {
            GeneralName::UniformResourceIdentifier(uri) => facts.uris.push(uri.to_string()),
            GeneralName::DnsName(name) => {
                facts.dns_names.push(name.to_string().to_ascii_lowercase());
            }
            GeneralName::Rfc822Name(address) => facts.emails.push(address.to_string()),
            _ => {}
        }
    }
    let names = [
        &facts.common_names,
        &facts.uris,
        &facts.dns_names,
        &facts.emails,
    ];
    let is_hidden = |name: &String| name.chars().any(char::is_control);
    // What looks like one name to who compares texts looks like another to who shows them.
    if names.into_iter().flatten().any(is_hidden) {
        return Err(
            "the certificate cannot be read: a name in it has control characters".to_owned(),
        );
    }
    Ok(facts)
}
