//! TLS at a listener (RFC 8446, RFC 5246): what the gateway proves who it is by, and which certificates of
//! clients it trusts. The files are looked at every second; what cannot be used changes nothing.

mod files;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig, version};
use tokio::time::MissedTickBehavior;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use self::files::{Digest, Files, Material};
use super::stall::StallGuard;
use crate::auth::ClientCertificate;
use crate::description::{ListenerTls, TlsVersion};
use crate::environment::Environment;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// Speaks TLS for a listener.
pub(crate) struct Tls {
    listener: &'static str,
    described: &'static ListenerTls,
    files: Files,
    /// What the files held at the start.
    digest: Digest,
    config: ArcSwap<ServerConfig>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls")
            .field("listener", &self.listener)
            .finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// What is missing or wrong, a sentence.
    pub(super) fn load(
        listener: &'static str,
        described: &'static ListenerTls,
        environment: &Environment,
    ) -> Result<Self, String> {
        let files = Files::of(described, environment);
        let material = files.read();
        let loaded = material.and_then(|material| {
            let config = config(described, &material)?;
            Ok((material.digest(), config))
        });
        let (digest, config) = loaded
            .map_err(|problem| format!("the listener `{listener}` cannot speak TLS: {problem}"))?;
        Ok(Self {
            listener,
            described,
            files,
            digest,
            config: ArcSwap::from_pointee(config),
        })
    }

    /// Shakes hands on a connection to a gateway with so many identities, and reads the certificate that the
    /// client has shown.
    ///
    /// # Errors
    /// Where that fails: the client speaks something else, goes away, or is not trusted.
    pub(super) async fn accept(
        &self,
        stream: StallGuard,
        identities: usize,
    ) -> io::Result<(TlsStream<StallGuard>, Option<ClientCertificate>)> {
        let config = self.config.load_full();
        let stream = TlsAcceptor::from(config).accept(stream).await?;
        let (_, connection) = stream.get_ref();
        let certificate = connection.peer_certificates().and_then(<[_]>::first);
        let certificate = certificate
            .map(|certificate| ClientCertificate::read(certificate, identities))
            .transpose()
            .map_err(io::Error::other)?;
        Ok((stream, certificate))
    }

    /// Reads the files again whenever they change, for as long as it is polled. Connections that are open
    /// keep what they were opened with.
    pub(super) async fn keep(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last: Option<Result<Digest, String>> = None;
        let mut tried = Ok(self.digest);
        loop {
            ticks.tick().await;
            let files = self.files.clone();
            let Ok(found) = tokio::task::spawn_blocking(move || files.read()).await else {
                return;
            };
            let now = found.as_ref().map(Material::digest).map_err(String::clone);
            // Two looks must agree: a certificate and its key are seldom written at once.
            let settled = last.as_ref() == Some(&now);
            last = Some(now.clone());
            if !settled || tried == now {
                continue;
            }
            tried = now;
            match found.and_then(|material| config(self.described, &material)) {
                Ok(config) => {
                    self.config.store(Arc::new(config));
                    tracing::info!(
                        listener = self.listener,
                        "the files of the listener's TLS were read again"
                    );
                }
                Err(problem) => tracing::error!(
                    listener = self.listener,
                    problem,
                    "the files of the listener's TLS have changed, but the last good ones stay in use"
                ),
            }
        }
    }
}

/// What a handshake goes by.
///
/// # Errors
/// What of the files cannot be used, a clause.
fn config(described: &ListenerTls, material: &Material) -> Result<ServerConfig, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions: &[&rustls::SupportedProtocolVersion] = match described.min_version {
        TlsVersion::V1_2 => &[&version::TLS13, &version::TLS12],
        TlsVersion::V1_3 => &[&version::TLS13],
    };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .map_err(|error| error.to_string())?;
    let trust = described.client_certificates.as_ref();
    let trust = trust.zip(material.authorities()?);
    let builder = match trust {
        None => builder.with_no_client_auth(),
        Some((described, authorities)) => {
            let mut roots = RootCertStore::empty();
            for authority in authorities {
                roots.add(authority).map_err(|error| {
                    format!("one of the authorities of clients cannot be used: {error}")
                })?;
            }
            let mut verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            if let Some(lists) = material.revocation_lists()? {
                verifier = verifier.with_crls(lists).enforce_revocation_expiration();
            }
            if !described.required {
                verifier = verifier.allow_unauthenticated();
            }
            let verifier = verifier
                .build()
                .map_err(|error| format!("certificates of clients cannot be checked: {error}"))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let (chain, key) = (material.certificates()?, material.key()?);
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(|error| format!("the certificate and the key cannot be used: {error}"))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if described.client_certificates.is_some() {
        // A session that is taken up again is not checked again.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(config)
}

#[cfg(test)]
pub(crate) mod for_tests;
