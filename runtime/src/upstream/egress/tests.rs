//! Which addresses are connected to, by what was listed.

use std::net::{IpAddr, SocketAddr};

use super::{Denied, Egress, admits, allowed, canonical, check_host, is_denied};
use crate::policy::address::{Addresses, bits};

fn at(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn listed(hosts: &'static [&'static str], ranges: &[(&str, &str)]) -> Egress {
    let ranges: Vec<_> = ranges
        .iter()
        .map(|(first, last)| (bits(at(first)), bits(at(last))))
        .collect();
    Egress {
        hosts,
        domains: &[".internal.example"],
        addresses: Addresses(ranges.leak()),
    }
}

#[test]
fn where_nothing_is_listed() {
    for (host, address, expected) in [
        ("api.example.com", "203.0.113.7", true),
        ("api.example.com", "10.0.0.7", true),
        ("api", "fd12::7", true),
        // The machine's own services, and those that tell its credentials.
        ("rebound.example.com", "127.0.0.1", false),
        ("rebound.example.com", "::1", false),
        ("rebound.example.com", "::ffff:127.0.0.1", false),
        ("rebound.example.com", "64:ff9b::7f00:1", false),
        ("rebound.example.com", "169.254.169.254", false),
        ("rebound.example.com", "::ffff:169.254.169.254", false),
        ("rebound.example.com", "::169.254.169.254", false),
        ("rebound.example.com", "64:ff9b::a9fe:a9fe", false),
        ("rebound.example.com", "fd00:ec2::254", false),
        ("rebound.example.com", "100.100.100.200", false),
        ("rebound.example.com", "168.63.129.16", false),
        ("rebound.example.com", "fe80::1", false),
        ("rebound.example.com", "0.0.0.0", false),
        ("rebound.example.com", "0.1.2.3", false),
        ("rebound.example.com", "::", false),
        ("rebound.example.com", "224.0.0.1", false),
        ("rebound.example.com", "255.255.255.255", false),
        ("rebound.example.com", "ff02::1", false),
        // Said so by the URL.
        ("localhost", "127.0.0.1", true),
        ("pets.localhost", "::1", true),
        ("127.0.0.1", "127.0.0.1", true),
        ("::1", "::1", true),
        ("localhost", "169.254.169.254", false),
        ("169.254.169.254", "169.254.169.254", false),
        ("localhost.example.com", "127.0.0.1", false),
        ("notlocalhost", "127.0.0.1", false),
    ] {
        assert_eq!(
            admits(None, host, at(address)),
            expected,
            "{host} {address}"
        );
    }
}

#[test]
fn what_is_listed_and_nothing_else() {
    let egress = listed(
        &["api.example.com", "localhost"],
        &[
            ("10.0.0.0", "10.255.255.255"),
            ("169.254.10.1", "169.254.10.1"),
        ],
    );
    for (host, address, expected) in [
        ("api.example.com", "203.0.113.7", true),
        ("other.example.com", "203.0.113.7", false),
        ("other.example.com", "10.9.9.9", true),
        ("other.example.com", "::ffff:10.9.9.9", true),
        ("a.internal.example", "203.0.113.7", true),
        ("internal.example", "203.0.113.7", false),
        ("evilinternal.example", "203.0.113.7", false),
        // That a name is listed does not let it lead anywhere.
        ("api.example.com", "169.254.169.254", false),
        ("api.example.com", "127.0.0.1", false),
        ("localhost", "127.0.0.1", true),
        // That an address is listed does.
        ("169.254.10.1", "169.254.10.1", true),
        ("api.example.com", "169.254.10.1", true),
        ("127.0.0.1", "127.0.0.1", false),
    ] {
        let admitted = admits(Some(&egress), host, at(address));
        assert_eq!(admitted, expected, "{host} {address}");
    }
}

#[test]
fn hosts_that_can_never_be_connected_to() {
    let names = listed(&["api.example.com"], &[]);
    assert_eq!(check_host(Some(&names), "API.example.com."), Ok(()));
    assert_eq!(check_host(Some(&names), "other.example.com"), Err(Denied));
    assert_eq!(check_host(Some(&names), "203.0.113.7"), Err(Denied));
    let numbers = listed(&[], &[("203.0.113.7", "203.0.113.7")]);
    // What a name leads to is known when it is resolved.
    assert_eq!(check_host(Some(&numbers), "other.example.com"), Ok(()));
    assert_eq!(check_host(Some(&numbers), "203.0.113.7"), Ok(()));
    assert_eq!(check_host(None, "[fe80::1]"), Err(Denied));
    assert_eq!(check_host(None, "[::1]"), Ok(()));
    assert_eq!(canonical("[::1]"), "::1");
}

#[test]
fn of_several_addresses_those_are_left_that_may_be() {
    let found = |addresses: &[&str]| -> Vec<SocketAddr> {
        let addresses = addresses.iter();
        addresses.map(|text| SocketAddr::new(at(text), 0)).collect()
    };
    let left = allowed(
        None,
        "a.example",
        found(&["169.254.169.254", "203.0.113.7"]),
    )
    .unwrap();
    assert_eq!(left, found(&["203.0.113.7"]));
    let error = allowed(None, "a.example", found(&["169.254.169.254", "::1"])).unwrap_err();
    assert!(is_denied(&error));
    assert!(!error.to_string().contains("169.254"), "{error}");
    assert!(allowed(None, "a.example", Vec::new()).unwrap().is_empty());
}
