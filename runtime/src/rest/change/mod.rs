//! What policies change of a request after its arguments were written: headers, parameters of the
//! query, members of a JSON body.
//!
//! Nothing that a change brings in is parsed: values of headers were checked by their type, values of
//! the query are percent-encoded, and those of bodies are JSON text that the gateway wrote.

mod body;
mod header;
mod query;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use super::{Body, Request};

/// What happens where the request has the header or the parameter already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exists {
    /// All of that name are replaced.
    Override,
    /// It stays as it is.
    Skip,
    /// The value is added to what is there.
    Append,
}

/// A change of a request.
#[derive(Clone, Debug)]
pub enum Change {
    /// Sets a header.
    Header {
        /// In lower case.
        name: &'static str,
        /// What happens to others of the name.
        exists: Exists,
        /// The value.
        value: HeaderValue,
    },
    /// Removes a header.
    NoHeader {
        /// In lower case.
        name: &'static str,
    },
    /// Sets a parameter of the query.
    Query {
        /// Percent-encoded.
        name: &'static str,
        /// What happens to others of the name.
        exists: Exists,
        /// Percent-encoded.
        value: String,
    },
    /// Removes a parameter of the query.
    NoQuery {
        /// Percent-encoded.
        name: &'static str,
    },
    /// Sets a member of a JSON body.
    Member {
        /// The names of the members that lead to it; at least one.
        path: &'static [&'static str],
        /// JSON text.
        value: Vec<u8>,
    },
}

/// A change cannot be made to the request at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unchangeable;

/// The greatest path and query that changes may make, in bytes: as for arguments.
const MAX_TARGET: usize = 8 * 1024;

impl Request {
    /// Makes the changes, in order.
    pub(crate) fn change(&mut self, changes: &[Change]) -> Result<(), Unchangeable> {
        for change in changes {
            match change {
                Change::Header {
                    name,
                    exists,
                    value,
                } => header::set(&mut self.headers, header_name(name)?, *exists, value)?,
                Change::NoHeader { name } => {
                    self.headers.remove(*name);
                }
                Change::Query {
                    name,
                    exists,
                    value,
                } => query::set(&mut self.path_and_query, name, *exists, value),
                Change::NoQuery { name } => query::remove(&mut self.path_and_query, name),
                Change::Member { path, value } => self.set_member(path, value)?,
            }
        }
        if self.path_and_query.len() > MAX_TARGET {
            return Err(Unchangeable);
        }
        Ok(())
    }

    /// Sets a member of the body. A body that the arguments left out begins as an empty object.
    fn set_member(&mut self, path: &[&str], value: &[u8]) -> Result<(), Unchangeable> {
        let (Body::Json { media_type, .. } | Body::JsonObject { media_type, .. }) =
            self.operation.body
        else {
            return Err(Unchangeable);
        };
        let changed = body::set_member(self.body(), path, value).map_err(|_| Unchangeable)?;
        if self.body.replace(Bytes::from(changed)).is_none() {
            let media_type = HeaderValue::from_str(media_type).map_err(|_| Unchangeable)?;
            self.headers.insert(CONTENT_TYPE, media_type);
        }
        Ok(())
    }
}

fn header_name(name: &'static str) -> Result<HeaderName, Unchangeable> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| Unchangeable)
}

#[cfg(test)]
mod tests;
