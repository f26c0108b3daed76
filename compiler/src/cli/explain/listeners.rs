//! Where a server is served, in words.

use super::{Line, Pipeline};
use crate::manifest::TlsVersion;
use crate::plan::{CertificateCaller, Certificates, Listener, ListenerTls};

/// The listeners of a tool's server; none where the command line says where the gateway listens.
pub(super) fn listeners(pipeline: &Pipeline<'_>) -> Vec<Line> {
    let listeners = pipeline.plan.listeners_of(pipeline.server);
    listeners
        .map(|listener| ("connection", describe(pipeline, listener), listener.span))
        .collect()
}

fn describe(pipeline: &Pipeline<'_>, listener: &Listener) -> String {
    let address = pipeline.template(&listener.address);
    let tls = listener.tls.as_ref().map_or("without TLS", tls);
    format!(
        "by the listener `{}` at {address}, {tls}{}",
        listener.name,
        listener.tls.as_ref().map_or("", clients)
    )
}

fn tls(tls: &ListenerTls) -> &'static str {
    match tls.min_version {
        TlsVersion::V1_2 => "TLS 1.2 or later",
        TlsVersion::V1_3 => "TLS 1.3 or later",
    }
}

fn clients(tls: &ListenerTls) -> &'static str {
    match &tls.client_certificates {
        None => "",
        Some(clients) if clients.required => ", with a certificate of the client",
        Some(_) => ", with or without a certificate of the client",
    }
}

/// Whose certificates are known.
pub(super) fn certificates(pipeline: &Pipeline<'_>, certificates: &Certificates) -> String {
    if certificates.callers.is_empty() {
        return "any certificate that the listener trusts".to_owned();
    }
    let callers = certificates.callers.iter();
    let callers: Vec<String> = callers.map(|known| caller(pipeline, known)).collect();
    format!("a certificate with {}", callers.join(", or with "))
}

fn caller(pipeline: &Pipeline<'_>, caller: &CertificateCaller) -> String {
    let says = caller.says.iter();
    let says: Vec<String> = says
        .map(|(field, text)| format!("{} `{}`", field.name(), pipeline.template(text)))
        .collect();
    says.join(" and ")
}
