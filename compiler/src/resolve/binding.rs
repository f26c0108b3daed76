//! Which credentials fit which security schemes, and where in a request each goes.

use std::fmt;

use crate::manifest::{ApiKeyLocation, CredentialKind};
use crate::openapi::{KeyLocation, Location, SchemeKind};
use crate::schema::text;

/// A place in a request that holds one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    location: Location,
    /// In lower case for headers, whose names have no case (RFC 9110, section 5.1).
    name: String,
}

impl Place {
    pub(super) fn new(location: Location, name: &str) -> Self {
        Self {
            location,
            name: match location {
                Location::Header => name.to_ascii_lowercase(),
                Location::Path | Location::Query | Location::Cookie => name.to_owned(),
            },
        }
    }

    pub(super) fn header(name: &str) -> Self {
        Self::new(Location::Header, name)
    }

    /// Where a credential goes.
    pub(super) fn of(credential: &CredentialKind) -> Self {
        match credential {
            CredentialKind::ApiKey { location, name, .. } => match location {
                ApiKeyLocation::Header => Self::header(name),
                ApiKeyLocation::Query => Self::new(Location::Query, name),
                ApiKeyLocation::Cookie => Self::new(Location::Cookie, name),
            },
            CredentialKind::Basic { .. } | CredentialKind::Bearer { .. } => authorization(),
        }
    }

    pub(super) fn location(&self) -> Location {
        self.location
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.location {
            Location::Header => "the header",
            Location::Query => "the query parameter",
            Location::Cookie => "the cookie",
            Location::Path => "the path parameter",
        };
        write!(f, "{what} `{}`", self.name.escape_debug())
    }
}

fn authorization() -> Place {
    Place::header("authorization")
}

/// Where the credentials of a scheme go; `None` where that is not in the request.
pub(super) fn place(scheme: &SchemeKind<'_>) -> Option<Place> {
    Some(match *scheme {
        SchemeKind::ApiKey(KeyLocation::Header, name) => Place::header(name),
        SchemeKind::ApiKey(KeyLocation::Query, name) => Place::new(Location::Query, name),
        SchemeKind::ApiKey(KeyLocation::Cookie, name) => Place::new(Location::Cookie, name),
        SchemeKind::Basic
        | SchemeKind::Bearer
        | SchemeKind::Http(_)
        | SchemeKind::OAuth2
        | SchemeKind::OpenIdConnect => authorization(),
        SchemeKind::MutualTls => return None,
    })
}

/// Whether the credential is what the scheme takes. One goes where the other looks; beyond that, a key
/// may be anything, a user name with a password is no token, and of schemes of HTTP that are not known
/// here only the manifest's author knows how a value is written.
pub(super) fn fits(credential: &CredentialKind, scheme: &SchemeKind<'_>) -> bool {
    let kind = match (credential, scheme) {
        (CredentialKind::ApiKey { .. }, _) | (_, SchemeKind::ApiKey(..)) => true,
        (CredentialKind::Basic { .. }, scheme) => matches!(scheme, SchemeKind::Basic),
        (CredentialKind::Bearer { .. }, scheme) => matches!(
            scheme,
            SchemeKind::Bearer | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect
        ),
    };
    kind && place(scheme) == Some(Place::of(credential))
}

/// What a scheme takes, as the manifest would say it.
pub(super) fn takes(scheme: &SchemeKind<'_>) -> String {
    match scheme {
        SchemeKind::ApiKey(location, name) => {
            let key = match location {
                KeyLocation::Header => "header",
                KeyLocation::Query => "query",
                KeyLocation::Cookie => "cookie",
            };
            let name = text::clean(name);
            format!("`api_key: {{ {key}: {name}, value: .. }}`")
        }
        SchemeKind::Basic => "`basic: { username: .., password: .. }`".to_owned(),
        SchemeKind::Bearer | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => {
            "`bearer: { token: .. }`".to_owned()
        }
        SchemeKind::Http(_) => "`api_key: { header: Authorization, value: .. }`".to_owned(),
        SchemeKind::MutualTls => {
            "a certificate of the client, which the gateway does not send: only `none` fits"
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests;
