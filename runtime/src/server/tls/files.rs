//! The files that TLS at a listener needs: PEM (RFC 7468).

use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};

use crate::auth::read_file;
use crate::description::{ListenerTls, Template};
use crate::environment::Environment;

/// The greatest file that is read; lists of what was revoked can be long.
const MAX_FILE: u64 = 16 << 20;

/// SHA-256 of what all files hold.
pub(super) type Digest = [u8; 32];

/// Where the files are.
#[derive(Clone, Debug)]
pub(super) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    authorities: Option<PathBuf>,
    revocation_lists: Option<PathBuf>,
}

impl Files {
    pub(super) fn of(described: &ListenerTls, environment: &Environment) -> Self {
        let path = |template: Template| PathBuf::from(environment.render(template).expose());
        let clients = described.client_certificates.as_ref();
        Self {
            certificate: path(described.certificate),
            key: path(described.key),
            authorities: clients.map(|clients| path(clients.authorities)),
            revocation_lists: clients.and_then(|clients| clients.revocation_lists.map(path)),
        }
    }

    /// Reads them.
    ///
    /// # Errors
    /// Why one cannot be read, a clause.
    pub(super) fn read(&self) -> Result<Material, String> {
        let optional = |path: &Option<PathBuf>| path.as_deref().map(Text::read).transpose();
        Ok(Material {
            certificate: Text::read(&self.certificate)?,
            key: Text::read(&self.key)?,
            authorities: optional(&self.authorities)?,
            revocation_lists: optional(&self.revocation_lists)?,
        })
    }
}

/// A file that was read.
struct Text {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Text {
    fn read(path: &Path) -> Result<Self, String> {
        let bytes = read_file(path, MAX_FILE).map_err(|problem| in_file(path, &problem))?;
        Ok(Self {
            path: path.to_owned(),
            bytes,
        })
    }

    /// What the file holds of a kind; at least one.
    fn all<T: PemObject>(&self, what: &str) -> Result<Vec<T>, String> {
        let items: Result<Vec<T>, _> = T::pem_slice_iter(&self.bytes).collect();
        let items = items.map_err(|error| in_file(&self.path, &error.to_string()))?;
        if items.is_empty() {
            return Err(in_file(&self.path, &format!("it holds no {what}")));
        }
        Ok(items)
    }
}

fn in_file(path: &Path, problem: &str) -> String {
    format!("`{}`: {problem}", path.display())
}

/// What the files hold.
pub(super) struct Material {
    certificate: Text,
    key: Text,
    authorities: Option<Text>,
    revocation_lists: Option<Text>,
}

impl Material {
    /// What tells two states of the files apart.
    pub(super) fn digest(&self) -> Digest {
        let mut context = Context::new(&SHA256);
        let all = [Some(&self.certificate), Some(&self.key)]
            .into_iter()
            .chain([self.authorities.as_ref(), self.revocation_lists.as_ref()]);
        for text in all.flatten() {
            context.update(&(text.bytes.len() as u64).to_be_bytes());
            context.update(&text.bytes);
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(context.finish().as_ref());
        digest
    }

    /// The certificate, and those between it and the root.
    pub(super) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, String> {
        self.certificate.all("certificate")
    }

    /// The private key.
    pub(super) fn key(&self) -> Result<PrivateKeyDer<'static>, String> {
        PrivateKeyDer::from_pem_slice(&self.key.bytes)
            .map_err(|error| in_file(&self.key.path, &format!("it holds no private key: {error}")))
    }

    /// The authorities of clients.
    pub(super) fn authorities(&self) -> Result<Option<Vec<CertificateDer<'static>>>, String> {
        let text = self.authorities.as_ref();
        text.map(|text| text.all("certificate")).transpose()
    }

    /// What they have revoked.
    pub(super) fn revocation_lists(
        &self,
    ) -> Result<Option<Vec<CertificateRevocationListDer<'static>>>, String> {
        let text = self.revocation_lists.as_ref();
        text.map(|text| text.all("list")).transpose()
    }
}
