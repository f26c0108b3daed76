//! The formats that are enforced, one function per grammar.

mod address;
mod date_time;
mod uri;

use crate::rule::Format;

impl Format {
    /// Whether a string has this format; the formats of numbers hold for every string.
    pub(crate) fn admits_text(self, text: &str) -> bool {
        match self {
            Self::DateTime => date_time::is_date_time(text),
            Self::Date => date_time::is_date(text),
            Self::Time => date_time::is_time(text),
            Self::Duration => date_time::is_duration(text),
            Self::Email => address::is_email(text),
            Self::Hostname => address::is_hostname(text),
            Self::Ipv4 => address::is_ipv4(text),
            Self::Ipv6 => address::is_ipv6(text),
            Self::Uri => uri::is_uri(text),
            Self::UriReference => uri::is_reference(text),
            Self::Uuid => is_uuid(text),
            Self::Byte => is_base64(text),
            Self::Int32 | Self::Int64 => true,
        }
    }

    /// Whether a number has this format; the formats of strings hold for every number.
    pub(crate) fn admits_number(self, text: &str) -> bool {
        match self {
            Self::Int32 => {
                crate::number::to_i64(text).is_some_and(|value| i32::try_from(value).is_ok())
            }
            Self::Int64 => crate::number::to_i64(text).is_some(),
            _ => true,
        }
    }

    /// What a value of this format is, in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::DateTime => "a date and time with an offset, such as 2026-01-31T08:30:00Z",
            Self::Date => "a date, such as 2026-01-31",
            Self::Time => "a time with an offset, such as 08:30:00Z",
            Self::Duration => "an ISO 8601 duration, such as P1DT12H",
            Self::Email => "an e-mail address",
            Self::Hostname => "a host name",
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Uri => "an absolute URI",
            Self::UriReference => "a URI or a relative reference",
            Self::Uuid => "a UUID, such as 2eb8aa08-aa98-11ea-b4aa-73b441d16380",
            Self::Int32 => "an integer of 32 bits",
            Self::Int64 => "an integer of 64 bits",
            Self::Byte => "base64 with padding",
        }
    }
}

/// RFC 4122, section 3, in either case; the version and the variant are not looked at.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// RFC 4648, section 4: the standard alphabet, padded, without line breaks. Unused bits in the last
/// digit may be set, as most decoders tolerate.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests;
