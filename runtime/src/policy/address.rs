//! Sets of addresses, as `ip_filter` asks for them.

use std::net::{IpAddr, Ipv6Addr};

/// A set of addresses: ranges that neither touch nor overlap, in order. Made at build time.
///
/// Addresses of version 4 are kept as version 6 maps them (`::ffff:0:0/96`, RFC 4291, section 2.5.5.2),
/// so that a listener for both versions tells nobody apart.
#[derive(Clone, Copy, Debug)]
pub struct Addresses(pub &'static [(u128, u128)]);

impl Addresses {
    /// Whether the address is in the set.
    pub fn contains(&self, address: IpAddr) -> bool {
        let bits = bits(address);
        let after = self.0.partition_point(|(first, _)| *first <= bits);
        after
            .checked_sub(1)
            .and_then(|position| self.0.get(position))
            .is_some_and(|(_, last)| bits <= *last)
    }
}

/// The number that stands for an address.
pub fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => Ipv6Addr::to_bits(address),
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{Addresses, bits};

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn ranges_end_where_they_end() {
        let ranges = [
            (bits(at("10.0.0.0")), bits(at("10.255.255.255"))),
            (bits(at("192.0.2.7")), bits(at("192.0.2.7"))),
            (bits(at("2001:db8::")), bits(at("2001:db8::ffff"))),
        ];
        let addresses = Addresses(Box::leak(Box::new(ranges)));
        for (text, expected) in [
            ("9.255.255.255", false),
            ("10.0.0.0", true),
            ("10.255.255.255", true),
            ("11.0.0.0", false),
            ("::ffff:10.1.2.3", true),
            ("::10.1.2.3", false),
            ("192.0.2.6", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("2001:db8::", true),
            ("2001:db8::1:0", false),
            ("::", false),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
        ] {
            assert_eq!(addresses.contains(at(text)), expected, "{text}");
        }
        assert!(!Addresses(&[]).contains(at("10.0.0.1")));
    }
}
