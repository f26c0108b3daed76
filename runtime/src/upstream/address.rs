//! The address of an API.

use http::uri::{Authority, Scheme};
use http::{HeaderValue, Uri};

/// An absolute `http` or `https` URL, in the parts that requests are built from.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) scheme: Scheme,
    pub(crate) authority: Authority,
    /// The path without a slash at its end; empty for the root.
    pub(crate) path: String,
    /// What requests over HTTP/1.1 name as `Host`. `None` for `https`, where HTTP/2 may be spoken, which
    /// has no such header.
    pub(crate) host: Option<HeaderValue>,
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it, without the URL itself.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.contains(['?', '#']) {
            return Err("it must have neither a query (`?`) nor a fragment (`#`)");
        }
        let uri: Uri = text
            .parse()
            .map_err(|_| "it must look like `https://host:port/path`")?;
        let parts = uri.into_parts();
        let scheme = parts
            .scheme
            .filter(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS)
            .ok_or("it must start with `http://` or `https://`")?;
        let authority = parts
            .authority
            .filter(|authority| !authority.host().is_empty())
            .ok_or("it must name a host")?;
        if authority.as_str().contains('@') {
            return Err("it must hold no user name or password: declare a credential for the API");
        }
        let after_host = authority.as_str().get(authority.host().len()..);
        if after_host != Some("") && authority.port_u16().is_none() {
            return Err("its port must be a number of at most 65535");
        }
        let path = parts
            .path_and_query
            .map(|path| path.as_str().trim_end_matches('/').to_owned())
            .unwrap_or_default();
        if path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err("its path must have no `.` or `..` segments");
        }
        // RFC 9110, section 7.2; without the port that the scheme implies.
        let host = match authority.port_u16() {
            None | Some(80) => authority.host(),
            Some(_) => authority.as_str(),
        };
        let host = HeaderValue::from_str(host).map_err(|_| "its host cannot stand in a header")?;
        Ok(Self {
            host: (scheme == Scheme::HTTP).then_some(host),
            scheme,
            authority,
            path,
        })
    }
}
