//! What the gateway knows how to find. `docs/content-guards.md` lists it for users.

use std::ops::Range;

use super::finder::whole;

/// A kind of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    /// With its article, for messages.
    pub(super) kind: &'static str,
    /// What it looks like.
    pub(super) regex: &'static str,
    /// Where in what looks like it it is, if it is there.
    pub(super) locate: fn(&str) -> Option<Range<usize>>,
}

const fn plain(kind: &'static str, regex: &'static str) -> Pattern {
    Pattern {
        kind,
        regex,
        locate: whole,
    }
}

const fn checked(
    kind: &'static str,
    regex: &'static str,
    locate: fn(&str) -> Option<Range<usize>>,
) -> Pattern {
    Pattern {
        kind,
        regex,
        locate,
    }
}

/// Keys, tokens and passwords by the prefixes and lengths that their issuers give them.
pub(super) static SECRETS: &[Pattern] = &[
    plain("an AWS access key id", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    plain(
        "a GitHub token",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
    ),
    plain("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    plain("a Slack token", r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}"),
    plain("a Stripe key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b"),
    plain("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}"),
    plain(
        "an OpenAI key",
        r"\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})",
    ),
    plain("an Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    plain("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    plain("a PyPI token", r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}"),
    plain(
        "a SendGrid key",
        r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    ),
    plain("a Hugging Face token", r"\bhf_[A-Za-z0-9]{34}\b"),
    plain("a DigitalOcean token", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    plain("an Azure storage key", r"\bAccountKey=[A-Za-z0-9+/]{86}=="),
    plain(
        "a JSON Web Token",
        r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    ),
    plain(
        "a private key",
        r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)",
    ),
    plain(
        "a password in a URL",
        r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@?#]{0,100}:[^\s/@?#]{1,200}@",
    ),
];

/// What identifies people and their accounts. What has check digits is checked.
pub(super) static PERSONAL_DATA: &[Pattern] = &[
    checked("a card number", r"\b[0-9](?:[ -]?[0-9]){12,40}", card),
    checked("an IBAN", r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,40}", iban),
    plain(
        "an email address",
        r"(?i)\b[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}\b",
    ),
    checked(
        "a US social security number",
        r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
        ssn,
    ),
    checked(
        "a phone number",
        r"\+[1-9](?:[ ().-]{0,2}[0-9]){6,16}\b",
        phone,
    ),
];

/// Text that speaks to the model. There is no complete list of such texts: these are the usual ones.
pub(super) static INJECTIONS: &[Pattern] = &[
    plain(
        "an instruction to ignore instructions",
        r"(?i)\b(?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,3}(?:previous|prior|preceding|above|earlier|your|system)\s+(?:\w+\s+){0,2}(?:instructions?|prompts?|rules|guidelines|directives|context)\b",
    ),
    plain(
        "a question for the system prompt",
        r"(?i)\b(?:reveal|print|show|repeat|output|tell\s+me|display)\s+(?:\w+\s+){0,3}(?:system|initial|hidden)\s+(?:prompt|instructions|message)\b",
    ),
    plain(
        "an instruction to hide something from the user",
        r"(?i)\b(?:do\s+not|don't|never|without)\s+(?:tell|telling|inform|informing|mention(?:ing)?\s+(?:this|it)\s+to|show(?:ing)?|alert(?:ing)?|notify(?:ing)?)\s+(?:this\s+to\s+)?the\s+user\b",
    ),
    plain(
        "an attempt to change the model's role",
        r"(?i)\b(?:you\s+are\s+now\s+(?:in\s+)?(?:dan\b|developer\s+mode|jailbroken|unrestricted|an?\s+unrestricted)|enter\s+developer\s+mode|new\s+system\s+prompt\s*:)",
    ),
    plain(
        "a delimiter of a model's own format",
        r"(?i)<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|end_header_id|eot_id)\|>|\[/?INST\]|<</?SYS>>",
    ),
    // Letters of the Tags block look like nothing and are read by models; flags of three regions have some.
    plain("text that cannot be seen", r"[\x{E0000}-\x{E007F}]{8,}"),
];

/// A payment card: known first digits, the digits in one piece or as they are printed, and a right check
/// digit (ISO/IEC 7812-1, annex B).
fn card(candidate: &str) -> Option<Range<usize>> {
    const PRINTED: [&[usize]; 4] = [&[4, 4, 4, 4], &[4, 4, 4, 4, 3], &[4, 6, 5], &[4, 6, 4]];
    let groups = groups(candidate);
    for first in 0..groups.len() {
        let from = groups.get(first..)?;
        let whole = from
            .first()
            .filter(|group| (13..=19).contains(&group.len()))
            .map(|_| 1);
        let printed = PRINTED.iter().filter_map(|lengths| {
            let these = from.get(..lengths.len())?;
            these
                .iter()
                .map(Range::len)
                .eq(lengths.iter().copied())
                .then_some(lengths.len())
        });
        for count in whole.into_iter().chain(printed) {
            let range = from.first()?.start..from.get(count - 1)?.end;
            let digits = digits(candidate.get(range.clone())?);
            if is_issued(&digits) && luhn(&digits) {
                return Some(range);
            }
        }
    }
    None
}

/// Runs of digits.
fn groups(text: &str) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, _) in text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_digit())
    {
        match groups.last_mut() {
            Some(group) if group.end == at => group.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

fn digits(text: &str) -> Vec<u8> {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    digits.map(|digit| digit - b'0').collect()
}

/// Whether the first digits and the length are those of a network of payment cards.
fn is_issued(digits: &[u8]) -> bool {
    let first = |count: usize| {
        let first = digits.iter().take(count);
        first.fold(0_u32, |value, digit| value * 10 + u32::from(*digit))
    };
    match digits.len() {
        13 => first(1) == 4,
        14 => matches!(first(3), 300..=305 | 309) || matches!(first(2), 36 | 38 | 39),
        15 => matches!(first(2), 34 | 37),
        16 => {
            first(1) == 4
                || matches!(first(2), 51..=55 | 62 | 65)
                || matches!(first(3), 644..=649)
                || matches!(first(4), 2221..=2720 | 3528..=3589 | 6011)
        }
        17 | 18 => first(2) == 62,
        19 => first(1) == 4 || matches!(first(2), 62 | 65),
        _ => false,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(position, digit)| match position % 2 {
            0 => u32::from(*digit),
            _ => doubled(u32::from(*digit)),
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The lengths of IBANs by country (ISO 13616, the registry of SWIFT).
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 \
                       DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 \
                       IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 \
                       MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 \
                       SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// An account number of the length of its country, with right check digits (ISO 13616-1, annex A).
fn iban(candidate: &str) -> Option<Range<usize>> {
    let country = candidate.get(..2)?;
    let length: usize = LENGTHS
        .split_ascii_whitespace()
        .find_map(|entry| entry.strip_prefix(country))?
        .parse()
        .ok()?;
    let mut letters = candidate
        .bytes()
        .enumerate()
        .filter(|(_, byte)| *byte != b' ');
    let number: Vec<(usize, u8)> = letters.by_ref().take(length).collect();
    let (last, _) = *number.last().filter(|_| number.len() == length)?;
    // What goes on without a space is something else.
    if candidate
        .as_bytes()
        .get(last + 1)
        .is_some_and(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let (head, rest) = number.split_at_checked(4)?;
    let remainder = rest
        .iter()
        .chain(head)
        .fold(0_u32, |value, (_, byte)| match byte {
            b'0'..=b'9' => (value * 10 + u32::from(byte - b'0')) % 97,
            letter => (value * 100 + u32::from(letter.wrapping_sub(b'A')) + 10) % 97,
        });
    (remainder == 1).then_some(0..last + 1)
}

/// One that can have been assigned.
fn ssn(candidate: &str) -> Option<Range<usize>> {
    let mut parts = candidate.split('-');
    let (area, group, serial) = (parts.next()?, parts.next()?, parts.next()?);
    let assigned = area != "000"
        && area != "666"
        && !area.starts_with('9')
        && group != "00"
        && serial != "0000";
    assigned.then_some(0..candidate.len())
}

/// One in the international form of ITU-T E.123, with as many digits as E.164 admits.
fn phone(candidate: &str) -> Option<Range<usize>> {
    (8..=15)
        .contains(&digits(candidate).len())
        .then_some(0..candidate.len())
}
