//! Headers as the specification writes them, and what is none.

use super::{SIGNATURE, read};

/// What is read of some bytes, and what is left of them.
async fn header(bytes: &[u8]) -> (Result<String, ()>, usize) {
    let mut rest = bytes;
    let read = read(&mut rest).await;
    let shown = read.map(|address| address.map_or("own".to_owned(), |address| address.to_string()));
    (shown.map_err(|_| ()), rest.len())
}

fn second(version: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [&SIGNATURE[..], &[version, family], &length, rest, b"GET /"].concat()
}

#[tokio::test]
async fn version_1() {
    for (line, expected) in [
        ("PROXY TCP4 192.0.2.7 10.0.0.1 56324 443", "192.0.2.7"),
        ("PROXY TCP6 2001:db8::7 ::1 56324 443", "2001:db8::7"),
        ("PROXY UNKNOWN", "own"),
        ("PROXY UNKNOWN ffff::1 ffff::2 1 2", "own"),
    ] {
        let bytes = format!("{line}\r\nGET /");
        let expected = Ok(expected.to_owned());
        assert_eq!(header(bytes.as_bytes()).await, (expected, 5), "{line}");
    }
    for line in [
        "GET / HTTP/1.1\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 56324\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 56324 443 9\r\n",
        "PROXY TCP4 2001:db8::7 ::1 56324 443\r\n",
        "PROXY TCP6 192.0.2.7 10.0.0.1 56324 443\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 70000 443\r\n",
        "PROXY TCP4 192.0.2.07 10.0.0.1 1 443\r\n",
        "PROXY  TCP4 192.0.2.7 10.0.0.1 1 443\r\n",
        "PROXY UDP4 192.0.2.7 10.0.0.1 1 443\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 1 443\n",
        "proxy TCP4 192.0.2.7 10.0.0.1 1 443\r\n",
    ] {
        assert_eq!(header(line.as_bytes()).await.0, Err(()), "{line}");
    }
    let endless = format!("PROXY TCP4 {}", "1".repeat(200));
    let (read, left) = header(endless.as_bytes()).await;
    assert_eq!((read, endless.len() - left), (Err(()), 107));
}

#[tokio::test]
async fn version_2() {
    let four = [192, 0, 2, 7, 10, 0, 0, 1, 1, 2, 3, 4];
    let mut six = [0; 36];
    six[..2].copy_from_slice(&[0x20, 0x01]);
    six[15] = 7;
    let more = [&four[..], &[0x04, 0, 3, 1, 2, 3]].concat();
    for (version, family, rest, expected) in [
        (0x21, 0x11, &four[..], "192.0.2.7"),
        (0x21, 0x11, &more, "192.0.2.7"),
        (0x21, 0x21, &six, "2001::7"),
        (0x20, 0x00, &[], "own"),
        (0x20, 0x11, &four, "own"),
    ] {
        let bytes = second(version, family, rest);
        assert_eq!(header(&bytes).await, (Ok(expected.to_owned()), 5));
    }
    for (version, family, rest) in [
        (0x21, 0x11, &four[..11]),
        (0x21, 0x21, &four),
        (0x21, 0x31, &six),
        (0x21, 0x00, &[]),
        (0x22, 0x11, &four),
        (0x11, 0x11, &four),
        (0x21, 0x11, &[0; 2049]),
    ] {
        assert_eq!(header(&second(version, family, rest)).await.0, Err(()));
    }
    assert_eq!(header(&SIGNATURE).await.0, Err(()));
}
