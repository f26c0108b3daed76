//! Why there is no answer.

use std::error::Error as StdError;
use std::fmt;

use hyper_util::client::legacy;

use super::connector::is_tls;
use super::egress::is_denied;
use super::{ErrorKind, reading};

/// What went wrong, with what only the log is told.
pub(super) enum Failure {
    Client(legacy::Error),
    Body(hyper::Error),
    Corrupt(std::io::Error),
    Timeout,
    TooLarge(usize),
    Request,
    /// What an API within the process fails with.
    InProcess(ErrorKind),
}

impl Failure {
    /// What the caller is told.
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::Client(error) if is_denied(error) => ErrorKind::Egress,
            Self::Client(error) if is_tls(error) => ErrorKind::Tls,
            Self::Client(error) if error.is_connect() => ErrorKind::Connect,
            Self::Client(_) | Self::Body(_) => ErrorKind::Broken,
            Self::Timeout => ErrorKind::Timeout,
            Self::Corrupt(_) => ErrorKind::Corrupt,
            Self::TooLarge(limit) => ErrorKind::TooLarge(*limit),
            Self::Request => ErrorKind::Request,
            Self::InProcess(kind) => *kind,
        }
    }

    /// What the log is told beside.
    pub(super) fn cause(&self) -> Causes<'_> {
        Causes(match self {
            Self::Client(error) => Some(error),
            Self::Body(error) => Some(error),
            Self::Corrupt(error) => Some(error),
            Self::Timeout | Self::TooLarge(_) | Self::Request | Self::InProcess(_) => None,
        })
    }
}

impl From<legacy::Error> for Failure {
    fn from(error: legacy::Error) -> Self {
        Self::Client(error)
    }
}

impl From<reading::Failure> for Failure {
    fn from(failure: reading::Failure) -> Self {
        match failure {
            reading::Failure::Body(error) => Self::Body(error),
            reading::Failure::TooLarge(limit) => Self::TooLarge(limit),
            reading::Failure::Corrupt(error) => Self::Corrupt(error),
        }
    }
}

/// An error with everything that caused it; nothing where there is none.
pub(super) struct Causes<'a>(Option<&'a (dyn StdError + 'static)>);

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cause = self.0;
        let mut separator = "";
        while let Some(error) = cause {
            write!(f, "{separator}{error}")?;
            cause = error.source();
            separator = ": ";
        }
        Ok(())
    }
}
