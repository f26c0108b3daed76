//! The PROXY protocol, versions 1 and 2: whom a connection comes from, as a proxy that passes on bytes says
//! before them.
//!
//! Only proxies that were named as trusted are asked, and those must say it: who could leave it out, or put
//! it in from elsewhere, could be anybody.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What a header of version 2 begins with.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";

/// The longest header of version 1, with its line end.
const LONGEST_LINE: usize = 107;

/// The longest rest of a header of version 2 that is read: addresses, and what proxies usually add to them.
const LONGEST_REST: u16 = 2048;

/// Reads a header to its end, and no byte more.
///
/// `None`: the connection is the proxy's own, such as a check of health.
///
/// # Errors
/// Where there is none, or one that says no address.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let mut start = [0; 12];
    stream.read_exact(&mut start).await?;
    if start == SIGNATURE {
        return version_2(stream).await;
    }
    if !start.starts_with(b"PROXY ") {
        return Err(malformed("a trusted proxy sends no PROXY header"));
    }
    let mut line = start.to_vec();
    while !line.ends_with(b"\r\n") {
        if line.len() >= LONGEST_LINE {
            return Err(malformed("a PROXY header of version 1 has no end"));
        }
        line.push(stream.read_u8().await?);
    }
    version_1(&line).ok_or_else(|| malformed("a PROXY header of version 1 says no address"))
}

/// `PROXY TCP4 192.0.2.7 192.0.2.1 56324 443`
#[expect(
    clippy::option_option,
    reason = "not to be read is something else than to tell no address"
)]
fn version_1(line: &[u8]) -> Option<Option<IpAddr>> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix("\r\n")?;
    let mut words = line.split(' ');
    let (_, family) = (words.next()?, words.next()?);
    let source = match family {
        // Whatever follows is to be ignored.
        "UNKNOWN" => return Some(None),
        "TCP4" => IpAddr::V4(words.next()?.parse().ok()?),
        "TCP6" => IpAddr::V6(words.next()?.parse().ok()?),
        _ => return None,
    };
    let _destination: IpAddr = words.next()?.parse().ok()?;
    for _ in 0..2 {
        let _port: u16 = words.next()?.parse().ok()?;
    }
    words.next().is_none().then_some(Some(source))
}

async fn version_2(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let version = stream.read_u8().await?;
    let family = stream.read_u8().await?;
    let length = stream.read_u16().await?;
    if length > LONGEST_REST {
        return Err(malformed("a PROXY header of version 2 is too long"));
    }
    let mut rest = vec![0; usize::from(length)];
    stream.read_exact(&mut rest).await?;
    match (version, family) {
        // LOCAL: the proxy's own.
        (0x20, _) => Ok(None),
        // PROXY, over TCP or UDP of version 4 and 6.
        (0x21, 0x11 | 0x12) if rest.len() >= 12 => {
            let source: Option<[u8; 4]> = rest.first_chunk().copied();
            Ok(source.map(|source| IpAddr::V4(Ipv4Addr::from(source))))
        }
        (0x21, 0x21 | 0x22) if rest.len() >= 36 => {
            let source: Option<[u8; 16]> = rest.first_chunk().copied();
            Ok(source.map(|source| IpAddr::V6(Ipv6Addr::from(source))))
        }
        _ => Err(malformed("a PROXY header of version 2 says no address")),
    }
}

fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests;
