//! Where the gateway may connect to, asked of the address that a name resolved to: what a name means can
//! change between the question and the connection, and who owns a name decides what it means.

use std::error::Error;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use crate::policy::address::Addresses;

/// What connections may be made to.
#[derive(Debug)]
pub struct Egress {
    /// Host names, in lower case.
    pub hosts: &'static [&'static str],
    /// Domains, below which every name is meant; each with its dot before it.
    pub domains: &'static [&'static str],
    /// Addresses.
    pub addresses: Addresses,
}

/// A host that the gateway does not connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Denied;

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the gateway may not connect to any address of this host")
    }
}

impl Error for Denied {}

/// Whether connections to a host can be admitted at all, before its name is resolved.
///
/// # Errors
/// Where none can.
pub(crate) fn check_host(egress: Option<&Egress>, host: &str) -> Result<(), Denied> {
    let host = canonical(host);
    if let Ok(address) = host.parse::<IpAddr>() {
        return if admits(egress, &host, address) {
            Ok(())
        } else {
            Err(Denied)
        };
    }
    match egress {
        Some(egress) if !egress.names(&host) && egress.addresses.0.is_empty() => Err(Denied),
        _ => Ok(()),
    }
}

/// Whether a connection to an address may be made for a host, which is [`canonical`].
fn admits(egress: Option<&Egress>, host: &str, address: IpAddr) -> bool {
    if egress.is_some_and(|egress| egress.addresses.contains(address)) {
        return true;
    }
    // What an address stands for counts, not how it is written.
    let address = embedded(address).map_or(address, IpAddr::V4);
    if is_special(address) || (address.is_loopback() && !is_loopback(host)) {
        return false;
    }
    egress.is_none_or(|egress| egress.names(host))
}

/// A host as names are listed: in lower case, without brackets and without the dot of the root.
fn canonical(host: &str) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a host is the loopback interface by its name (RFC 6761, section 6.3) or its address.
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| embedded(address).map_or(address, IpAddr::V4).is_loopback())
}

impl Egress {
    fn names(&self, host: &str) -> bool {
        let below = |domain: &&str| host.len() > domain.len() && host.ends_with(domain);
        self.hosts.contains(&host) || self.domains.iter().any(below)
    }
}

/// The address of version 4 that one of version 6 stands for: mapped, compatible (RFC 4291, section
/// 2.5.5), or translated on the way (RFC 6052, the well-known prefix).
fn embedded(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else {
        return None;
    };
    let holds = match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => true,
        [0, 0, 0, 0, 0, 0, ..] => address != Ipv6Addr::LOCALHOST && !address.is_unspecified(),
        _ => false,
    };
    let [.., w, x, y, z] = address.octets();
    holds.then(|| Ipv4Addr::new(w, x, y, z))
}

/// Addresses that no API has: link-local, unspecified, multicast, reserved, and those under which clouds
/// tell machines their credentials.
fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, ..] = address.octets();
            first == 0
                || first >= 224
                || address.is_link_local()
                // Alibaba Cloud, Azure, Oracle Cloud.
                || [[100, 100, 100, 200], [168, 63, 129, 16], [192, 0, 0, 192]]
                    .contains(&address.octets())
        }
        IpAddr::V6(address) => {
            address.is_unspecified()
                || address.is_multicast()
                || address.is_unicast_link_local()
                // Amazon Web Services.
                || address.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
        }
    }
}

/// Resolves names, to the addresses that may be connected to.
#[derive(Clone, Debug)]
pub(crate) struct Resolver {
    egress: Option<&'static Egress>,
    system: GaiResolver,
}

impl Resolver {
    pub(crate) fn new(egress: Option<&'static Egress>) -> Self {
        Self {
            egress,
            system: GaiResolver::new(),
        }
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.system.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let egress = self.egress;
        let host = canonical(name.as_str());
        let resolving = self.system.call(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = resolving.await?.collect();
            allowed(egress, &host, found).map(Vec::into_iter)
        })
    }
}

/// The addresses that may be connected to; an error where there are some and none of them may.
fn allowed(
    egress: Option<&Egress>,
    host: &str,
    mut found: Vec<SocketAddr>,
) -> Result<Vec<SocketAddr>, io::Error> {
    let before = found.len();
    found.retain(|address| admits(egress, host, address.ip()));
    if found.is_empty() && before > 0 {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, Denied));
    }
    Ok(found)
}

/// Whether a connection was not made because it may not be.
pub(crate) fn is_denied(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<Denied>() {
            return true;
        }
        // What an `io::Error` holds is not its source, but the source of its source.
        cause = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

#[cfg(test)]
mod tests;
