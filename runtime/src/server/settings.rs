//! What a deployment decides about the listener.

use std::time::Duration;

use ipnet::IpNet;

/// Bounds and admissions of the HTTP server. The defaults suit a gateway behind a reverse proxy or on
/// a developer's machine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Host names that requests may be addressed to, without port, beside those of the loopback
    /// interface; `*` for any. What keeps web pages from reaching a local gateway by rebinding a name
    /// of theirs to its address.
    pub allowed_hosts: Vec<String>,
    /// Web origins that may use the gateway from a browser, such as `https://app.example.com`,
    /// beside those of the loopback interface where the request is addressed to it; `*` for any.
    pub allowed_origins: Vec<String>,
    /// Proxies that are believed when they say in `X-Forwarded-For` whom a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether connections of those proxies begin with a header of the PROXY protocol, and are closed
    /// where they do not.
    pub proxy_protocol: bool,
    /// The greatest body of a request, and the longest line over stdio, in bytes.
    pub max_body_bytes: usize,
    /// The greatest head of a request, in bytes; at least 8192.
    pub max_header_bytes: usize,
    /// How many connections are served at once; further ones wait in the system's backlog.
    pub max_connections: usize,
    /// How many calls of tools run at once; further ones are refused.
    pub max_calls: usize,
    /// For the head of a request to arrive. A connection may be idle as long between two requests.
    pub header_timeout: Duration,
    /// For the body of a request to arrive.
    pub body_timeout: Duration,
    /// How long a client may take nothing of an answer before its connection is closed.
    pub write_timeout: Duration,
    /// How often a stream without events is written to, so that nothing in between closes it.
    pub keep_alive: Duration,
    /// How long `/readyz` says "not ready" before the listener closes, for load balancers to notice.
    pub unready_period: Duration,
    /// For running requests to end after the listener has closed.
    pub drain_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            proxy_protocol: false,
            max_body_bytes: 4 << 20,
            max_header_bytes: 64 << 10,
            max_connections: 8192,
            max_calls: 4096,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
            unready_period: Duration::ZERO,
            drain_timeout: Duration::from_secs(25),
        }
    }
}
