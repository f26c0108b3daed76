//! Whom a request comes from, when proxies stand between.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

/// How many hops of a forwarding header are looked at: more than any chain has.
const MAX_HOPS: usize = 32;

/// A network whose proxies are believed, from `10.0.0.0/8` or one address.
///
/// # Errors
/// What it should look like.
pub(crate) fn network(text: &str) -> Result<IpNet, &'static str> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "it is an address such as `10.1.2.3` or a network such as `10.0.0.0/8`")
}

/// The client's address: the peer's own, or, where the peer is a trusted proxy, the last one in
/// `X-Forwarded-For` that is not a trusted proxy itself. What stands before that was written by somebody
/// else and says nothing.
///
/// `None` where a trusted proxy says something that is no address: nobody knows then who the client is.
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let is_trusted = |address| trusted.iter().any(|network| network.contains(&address));
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
    use http::HeaderMap;

    use super::{client_address, network};

    /// The client's address, or `nobody`.
    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8", "192.0.2.1"].map(|text| network(text).unwrap());
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
    fn what_is_no_network() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/-1",
            "10.0.0.0/",
        ] {
            assert!(network(text).is_err(), "{text}");
        }
    }
}
