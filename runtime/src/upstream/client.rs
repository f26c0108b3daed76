//! The client of one API.

use std::time::Duration;

use super::{Error, ErrorKind, Response};
use crate::rest::Request;

/// The client of one API.
#[derive(Debug)]
pub(crate) struct Client {
    name: &'static str,
}

impl Client {
    /// Sends a request.
    #[expect(clippy::unused_async, reason = "the definition comes before the body")]
    pub(crate) async fn send(
        &self,
        request: Request,
        timeout: Duration,
        limit: usize,
    ) -> Result<Response, Error> {
        let _ = (request, timeout, limit);
        Err(Error::new(ErrorKind::Request, self.name))
    }
}
