//! Files among the arguments: objects with the bytes in base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use gatewright_schema::json::Reader;

use super::Refusal;

/// What the schema's format `byte` admits: padded, and unused bits of the last digit may be set.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

const NOT_BASE64: Refusal = Refusal::with_help(
    "base64 with padding",
    "encode the bytes with the standard alphabet, without line breaks",
);
const NO_DATA: Refusal = Refusal::new("an object with the member `data`");
const MEDIA_TYPE: Refusal = Refusal::new("a media type such as `image/png`");

/// A file as a caller gives it.
pub(super) struct File<'a> {
    pub(super) filename: Option<Cow<'a, str>>,
    pub(super) media_type: Option<Cow<'a, str>>,
    /// In base64.
    data: Cow<'a, str>,
}

impl<'a> File<'a> {
    /// Reads the object; members that mean nothing are passed over.
    pub(super) fn read(text: &'a str) -> Result<Self, Refusal> {
        let (mut filename, mut media_type, mut data) = (None, None, None);
        let mut reader = Reader::new(text.as_bytes());
        let mut first = true;
        reader.begin_object().map_err(|_| NO_DATA)?;
        while let Some(key) = reader.next_key(&mut first)? {
            let value = reader.raw()?;
            let text = || value.reader().string().ok();
            match &*key {
                "filename" => filename = text(),
                "media_type" => media_type = text(),
                "data" => data = text(),
                _ => {}
            }
        }
        let media_type = media_type.filter(|name| !name.is_empty());
        if media_type.as_deref().is_some_and(|name| !visible(name)) {
            return Err(MEDIA_TYPE);
        }
        Ok(Self {
            filename,
            media_type,
            data: data.ok_or(NO_DATA)?,
        })
    }

    /// Appends the bytes.
    pub(super) fn decode(&self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        decode(&self.data, out)
    }
}

/// Appends the bytes that a text in base64 stands for.
pub(super) fn decode(text: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    BASE64.decode_vec(text, out).map_err(|_| NOT_BASE64)
}

/// Whether a text can be the value of a header.
fn visible(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
