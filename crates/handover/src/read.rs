//! Reads whatever was handed over and finds out by itself what it is.
//!
//! Carriers are read leniently (a text may stand among other words, lines may be
//! broken); the packet in them strictly.

use crate::bytes::form_of;
use crate::carrier::{Carrier, Script, FILE_MAGIC, INVITATION_PREFIX, SCRIPTS};
use crate::refusal::Refusal;
use crate::seal::{Hints, Packet};
use crate::slip::{lengths, Slip};

/// Longer input is not even searched, in bytes.
pub const INPUT_MAX_BYTES: usize = 20_000;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A slip.
    Slip {
        /// The slip.
        slip: Slip,
        /// Whom its seal says it is for; nothing on a bare slip.
        hints: Option<Hints>,
        /// How it came.
        carrier: Carrier,
    },
    /// One frame of a parcel, for [`crate::stream`].
    Frame(String),
}

impl Read {
    fn packet(packet: Packet, carrier: Carrier) -> Self {
        let (slip, hints) = packet.into_parts();
        Self::Slip {
            slip,
            hints: Some(hints),
            carrier,
        }
    }
}

/// Reads a file's content, a radio packet, a bare slip, or any text as bytes.
pub fn read_bytes(bytes: &[u8]) -> Result<Read, Refusal> {
    let length = bytes.len();
    limit(length)?;
    if let Some(packet) = bytes.strip_prefix(FILE_MAGIC.as_slice()) {
        return Ok(Read::packet(Packet::from_bytes(packet)?, Carrier::File));
    }
    // Packets and texts cannot be told apart by their first bytes alone, but nobody
    // meets a key or a signature of nothing but printable letters.
    if let Some(text) = printable(bytes) {
        return read_text(text);
    }
    let first = bytes.first().copied().unwrap_or_default();
    match lengths(form_of(first)) {
        Some((_, slips)) if slips.contains(&length) => Ok(Read::Slip {
            slip: Slip::from_bytes(bytes)?,
            hints: None,
            carrier: Carrier::Bare,
        }),
        known => match Packet::from_bytes(bytes) {
            Err(Refusal::Damaged { .. }) if known.is_none() => Err(Refusal::Unreadable { length }),
            packet => Ok(Read::packet(packet?, Carrier::Radio)),
        },
    }
}

/// Reads a link, a text message, the text of a QR code or a frame, also among
/// other words.
pub fn read_text(text: &str) -> Result<Read, Refusal> {
    limit(text.len())?;
    let text = text.trim();
    if text
        .get(..3)
        .is_some_and(|head| head.eq_ignore_ascii_case("ur:"))
    {
        return Ok(Read::Frame(text.to_owned()));
    }
    // Keyboards begin a message with a capital letter.
    let small = text.to_ascii_lowercase();
    let found = SCRIPTS.iter().filter_map(|script| find(&small, script));
    match found.min_by_key(|found| found.at) {
        Some(Found {
            digits_at, script, ..
        }) => {
            packet_in(&text[digits_at..], script).map(|packet| Read::packet(packet, script.carrier))
        }
        None if small.contains(INVITATION_PREFIX) => Err(Refusal::Invitation),
        None => Err(Refusal::Unreadable { length: text.len() }),
    }
}

/// Where a script begins; the first in a text counts.
struct Found {
    at: usize,
    digits_at: usize,
    script: &'static Script,
}

fn find(small: &str, script: &'static Script) -> Option<Found> {
    let name = script.prefix.trim_end_matches(':').to_ascii_lowercase();
    // Addresses write the colon as %3A.
    let found = [":", "%3a"].iter().filter_map(|colon| {
        let at = small.find(&format!("{name}{colon}"))?;
        let digits_at = at + name.len() + colon.len();
        Some(Found {
            at,
            digits_at,
            script,
        })
    });
    found.min_by_key(|found| found.at)
}

/// Letters that may stand right behind a packet, such as a full stop: at most so
/// many.
const BEHIND_MAX: usize = 3;

/// People write around what they paste, and mail and messengers break lines: first
/// the letters up to the first blank, then all of them without blanks.
fn packet_in(text: &str, script: &Script) -> Result<Packet, Refusal> {
    let of_script = |letter: &char| script.has(*letter);
    let word: String = text.chars().take_while(of_script).collect();
    let unbroken = text.chars().filter(|letter| !letter.is_whitespace());
    let whole: String = unbroken.take_while(of_script).collect();
    let mut candidates = vec![word.as_str()];
    let less = (1..=BEHIND_MAX).filter_map(|behind| word.len().checked_sub(behind));
    candidates.extend(less.map(|length| &word[..length]));
    candidates.push(&whole);
    let mut refusals = Vec::new();
    for digits in candidates {
        match script.packet(digits) {
            Ok(packet) => return Ok(packet),
            Err(refusal) => refusals.push(refusal),
        }
    }
    // What arrived whole and is refused all the same says more than "damaged".
    let telling = |refusal: &Refusal| !matches!(refusal, Refusal::Damaged { .. });
    let at = refusals.iter().position(telling).unwrap_or_default();
    Err(refusals.swap_remove(at))
}

fn printable(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let shown = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
    text.chars().all(shown).then_some(text)
}

fn limit(length: usize) -> Result<(), Refusal> {
    match length {
        0 => Err(Refusal::Unreadable { length }),
        1..=INPUT_MAX_BYTES => Ok(()),
        _ => Err(Refusal::TooLong {
            length,
            length_max: INPUT_MAX_BYTES,
        }),
    }
}
