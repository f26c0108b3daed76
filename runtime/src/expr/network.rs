//! IP addresses and networks, named as in the CEL library of Kubernetes.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Error;

/// `ip(x)` of text.
///
/// # Errors
/// Of text that is no address.
pub fn ip(text: &str) -> Result<IpAddr, Error> {
    text.parse().map_err(|_| Error::NotConvertible)
}

/// `isIP(x)`.
pub fn is_ip(text: &str) -> bool {
    ip(text).is_ok()
}

/// `cidr(x)` of text.
///
/// # Errors
/// Of text that is no network.
pub fn cidr(text: &str) -> Result<IpNet, Error> {
    text.parse().map_err(|_| Error::NotConvertible)
}

/// `isCIDR(x)`.
pub fn is_cidr(text: &str) -> bool {
    cidr(text).is_ok()
}

/// `network.containsIP(address)`. An IPv4 address that is written as IPv6 counts as what it is.
pub fn contains_ip(network: IpNet, address: IpAddr) -> bool {
    network.contains(&address.to_canonical())
}

/// `network.containsIP("address")`.
///
/// # Errors
/// Of text that is no address.
pub fn contains_ip_text(network: IpNet, address: &str) -> Result<bool, Error> {
    Ok(contains_ip(network, ip(address)?))
}

/// `network.containsCIDR(other)`.
pub fn contains_cidr(network: IpNet, other: IpNet) -> bool {
    network.contains(&other)
}

/// `address.family()`: 4 or 6.
pub fn family(address: IpAddr) -> i64 {
    if address.is_ipv4() { 4 } else { 6 }
}

/// `address.isLoopback()`.
pub fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// `network.prefixLength()`.
pub fn prefix_length(network: IpNet) -> i64 {
    network.prefix_len().into()
}
