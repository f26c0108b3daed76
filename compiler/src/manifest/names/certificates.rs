//! Callers with certificates: something to know each by, and no two by the same.

use super::Names;
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{CertificateCaller, CertificateField, Certificates, Template, TemplatePart};

/// The digits of a SHA-256.
const THUMBPRINT: usize = 64;

impl Names<'_, '_> {
    pub(super) fn certificates(&mut self, certificates: &Certificates) {
        for (position, caller) in certificates.callers.iter().enumerate() {
            self.caller(caller);
            let mut earlier = certificates.callers.iter().take(position);
            if let Some(first) = earlier.find(|other| shadows(other, caller)) {
                self.sink.report(
                    Diagnostic::new(
                        &codes::DUPLICATE_ENTRY,
                        caller.span,
                        "no certificate is this caller's: all that it fits are an earlier one's",
                    )
                    .also(first.span, "the earlier one")
                    .help("put the one first that says more, or remove it"),
                );
            }
        }
    }

    fn caller(&mut self, caller: &CertificateCaller) {
        if !caller.is_known {
            self.refuse(
                &codes::MISSING_KEY,
                caller.span,
                "nothing says by what of a certificate this caller is known".to_owned(),
                "add `uri`, `dns_name`, `email`, `common_name`, `subject` or `thumbprint`",
            );
        }
        for (field, text) in &caller.says {
            self.public(text);
            let [TemplatePart::Literal(literal)] = text.parts.as_slice() else {
                continue;
            };
            let digits: String = literal.split(':').collect();
            let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let problem = match field {
                CertificateField::Thumbprint if !hexadecimal || digits.len() != THUMBPRINT => {
                    Some("it is a SHA-256: 64 hexadecimal digits, with colons between or without")
                }
                CertificateField::SerialNumber
                    if !hexadecimal || digits.bytes().all(|digit| digit == b'0') =>
                {
                    Some("it is a number in hexadecimal digits, with colons between or without")
                }
                CertificateField::Uri if !literal.contains(':') => {
                    Some("it is a whole URI, such as `spiffe://acme.example/ns/orders`")
                }
                CertificateField::DnsName if literal.contains([':', '/', ' ']) => {
                    Some("it is a host name, such as `orders.acme.example`")
                }
                CertificateField::Subject | CertificateField::IssuerSubject
                    if !literal.contains('=') =>
                {
                    Some(
                        "it is written as in `CN=orders,O=Acme`: the last part of the name comes first",
                    )
                }
                _ => None,
            };
            if let Some(problem) = problem {
                let name = field.name();
                self.refuse(
                    &codes::INVALID_VALUE,
                    text.span,
                    format!("no certificate has this as `{name}`"),
                    problem,
                );
            }
        }
    }
}

/// Whether every certificate that fits `caller` fits `other`.
fn shadows(other: &CertificateCaller, caller: &CertificateCaller) -> bool {
    !other.says.is_empty()
        && other.says.iter().all(|(field, text)| {
            let mut says = caller.says.iter();
            says.any(|(known, same)| known == field && is_same(text, same))
        })
}

fn is_same(text: &Template, other: &Template) -> bool {
    let key = |part: &TemplatePart| match part {
        TemplatePart::Literal(text) => (false, text.clone()),
        TemplatePart::Variable(name) => (true, name.value.clone()),
    };
    text.parts.iter().map(key).eq(other.parts.iter().map(key))
}
