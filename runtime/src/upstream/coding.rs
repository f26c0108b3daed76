//! Content codings of answers (RFC 9110, section 8.4), undone while the answer comes in.

use std::io::{self, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::header::{CONTENT_ENCODING, HeaderMap};

/// How much of decoded Brotli is handed on at a time, in bytes.
const BUFFER: usize = 8 * 1024;

/// What `Accept-Encoding` says where an API is asked to compress.
pub(super) const ACCEPTED: &str = "gzip, deflate, br";

/// How a body is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Not at all.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 1950; and RFC 1951 alone, which some servers take for it.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// In a way that is not known here, or in several.
    Unknown,
}

impl Coding {
    /// Reads `Content-Encoding`.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_ENCODING) else {
            return Self::Identity;
        };
        if headers.get_all(CONTENT_ENCODING).iter().count() > 1 {
            return Self::Unknown;
        }
        match value
            .to_str()
            .unwrap_or("?")
            .trim()
            .to_ascii_lowercase()
            .as_str()
        {
            "" | "identity" => Self::Identity,
            "gzip" | "x-gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "br" => Self::Brotli,
            _ => Self::Unknown,
        }
    }
}

/// Undoes a coding: what is written to it is decoded into its sink.
pub(super) enum Decoder<W: Write> {
    /// Nothing to undo.
    Identity(W),
    /// RFC 1952, of one member or several.
    Gzip(MultiGzDecoder<W>),
    /// RFC 1950.
    Zlib(ZlibDecoder<W>),
    /// RFC 1951.
    Deflate(DeflateDecoder<W>),
    /// RFC 7932. Boxed: it is some kilobytes.
    Brotli(Box<DecompressorWriter<W>>),
}

impl<W: Write> Decoder<W> {
    /// The decoder of a body that begins with `first`, which is not empty.
    pub(super) fn new(coding: Coding, first: u8, sink: W) -> Self {
        match coding {
            Coding::Identity | Coding::Unknown => Self::Identity(sink),
            Coding::Gzip => Self::Gzip(MultiGzDecoder::new(sink)),
            // A zlib stream begins with its method, 8, and a window of up to 32 KiB, 7. As the beginning
            // of a bare stream that would be a stored block with bits in its padding, which nobody writes.
            Coding::Deflate if first & 0x0f == 8 && first >> 4 <= 7 => {
                Self::Zlib(ZlibDecoder::new(sink))
            }
            Coding::Deflate => Self::Deflate(DeflateDecoder::new(sink)),
            Coding::Brotli => Self::Brotli(Box::new(DecompressorWriter::new(sink, BUFFER))),
        }
    }

    /// Decodes the next piece.
    ///
    /// # Errors
    /// Where the data is corrupt or the sink refuses more.
    pub(super) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        match self {
            Self::Identity(sink) => sink.write_all(piece),
            Self::Gzip(decoder) => decoder.write_all(piece),
            Self::Zlib(decoder) => decoder.write_all(piece),
            Self::Deflate(decoder) => decoder.write_all(piece),
            Self::Brotli(decoder) => decoder.write_all(piece),
        }
    }

    /// Hands on what is left.
    ///
    /// # Errors
    /// Where the data ends too early or the sink refuses more.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Identity(_) => Ok(()),
            Self::Gzip(decoder) => decoder.try_finish(),
            Self::Zlib(decoder) => decoder.try_finish(),
            Self::Deflate(decoder) => decoder.try_finish(),
            Self::Brotli(decoder) => decoder.close(),
        }
    }

    /// What was decoded into.
    pub(super) fn sink(&mut self) -> &mut W {
        match self {
            Self::Identity(sink) => sink,
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zlib(decoder) => decoder.get_mut(),
            Self::Deflate(decoder) => decoder.get_mut(),
            Self::Brotli(decoder) => decoder.get_mut(),
        }
    }
}
