//! Whom a request comes from, when proxies stand between.

use std::net::IpAddr;
use std::str::FromStr;

use http::HeaderMap;

/// How many hops of a forwarding header are looked at: more than any chain has.
const MAX_HOPS: usize = 32;

/// A network whose proxies are believed: an address and how many of its bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether the address is in it. Addresses of version 4 are the same when version 6 maps them.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX
                    .checked_shl(32 - u32::from(self.prefix))
                    .unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.prefix))
                    .unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = &'static str;

    /// Reads `10.0.0.0/8`, or one address.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const PROBLEM: &str =
            "it is an address such as `10.1.2.3` or a network such as `10.0.0.0/8`";
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| PROBLEM)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| PROBLEM)?,
            None => bits,
        };
        if prefix > bits {
            return Err(PROBLEM);
        }
        Ok(Self { address, prefix })
    }
}

/// The client's address: the peer's own, or, where the peer is a trusted proxy, the last one in
/// `X-Forwarded-For` that is not a trusted proxy itself. What stands before that was written by somebody
/// else and says nothing.
///
/// `None` where a trusted proxy says something that is no address: nobody knows then who the client is.
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[Network],
) -> Option<IpAddr> {
    let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return Some(client);
    }
    let hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
    for hop in hops.take(MAX_HOPS) {
        client = address(hop.trim_ascii())?.to_canonical();
        if !is_trusted(client) {
            return Some(client);
        }
    }
    // All are proxies: the farthest of them sent it.
    Some(client)
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<std::net::SocketAddr>() {
        return Some(address.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use http::HeaderMap;

    use super::{Network, client_address};

    /// The client's address, or `nobody`.
    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<Network> = ["10.0.0.0/8", "fd00::/8", "192.0.2.1"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        client_address(peer.parse().unwrap(), &headers, &trusted)
            .map_or_else(|| "nobody".to_owned(), |address| address.to_string())
    }

    #[test]
    fn who_is_not_trusted_speaks_for_nobody_else() {
        assert_eq!(client("203.0.113.9", &[]), "203.0.113.9");
        assert_eq!(client("203.0.113.9", &["10.1.1.1"]), "203.0.113.9");
        assert_eq!(client("::ffff:203.0.113.9", &["1.1.1.1"]), "203.0.113.9");
    }

    #[test]
    fn the_last_that_is_no_proxy_is_the_client() {
        assert_eq!(client("10.1.1.1", &[]), "10.1.1.1");
        assert_eq!(client("10.1.1.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("::ffff:10.1.1.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(
            client(
                "10.1.1.1",
                &["127.0.0.1, 203.0.113.9", "192.0.2.1 ,10.2.2.2"]
            ),
            "203.0.113.9"
        );
        assert_eq!(client("fd00::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client("fd00::1", &["198.51.100.2:1234"]), "198.51.100.2");
        assert_eq!(client("10.1.1.1", &["10.3.3.3, 10.2.2.2"]), "10.3.3.3");
    }

    #[test]
    fn what_is_no_address_is_nobody() {
        for value in ["unknown", "", "203.0.113.9, ", "_hidden", "1.2.3"] {
            assert_eq!(client("10.1.1.1", &[value]), "nobody", "{value}");
        }
        // Before the client, anybody may have written anything.
        assert_eq!(
            client("10.1.1.1", &["nonsense, 203.0.113.9"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn networks() {
        let network: Network = "0.0.0.0/0".parse().unwrap();
        let outside: IpAddr = "2001:db8::1".parse().unwrap();
        assert!(network.contains("8.8.8.8".parse().unwrap()) && !network.contains(outside));
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/-1",
            "10.0.0.0/",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
