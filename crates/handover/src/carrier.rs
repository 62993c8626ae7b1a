//! What takes a packet from one hand to another.
//!
//! | carrier | what it looks like |
//! | --- | --- |
//! | radio | the packet's bytes, at most 231: one LoRa packet |
//! | link | `cc2:` and base64url without padding |
//! | QR | `CC3:` and base 38: all of QR's alphanumeric mode |
//! | text message | `cc4:` and base 83: all of GSM's default alphabet; a payment is one message |
//! | file | eight bytes that no other file begins with, then the packet |
//!
//! `cc1:` is an invitation.

use crate::radix::{Alphabet, BASE38, BASE83};
use crate::refusal::Refusal;
use crate::seal::{Packet, PACKET_MAX_BYTES};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use serde::Serialize;

/// Leads an invitation, which is not read here.
pub const INVITATION_PREFIX: &str = "cc1:";
/// Leads a link.
pub const LINK_PREFIX: &str = "cc2:";
/// Leads the text of a QR code.
pub const QR_PREFIX: &str = "CC3:";
/// Leads a text message.
pub const MESSAGE_PREFIX: &str = "cc4:";
/// Leads a file. The odd bytes are PNG's: a program that takes the file for text
/// spoils them.
pub const FILE_MAGIC: &[u8; 8] = b"\x89CCH\r\n\x1a\n";
/// What a file's name ends with.
pub const FILE_EXTENSION: &str = "cheque";
/// What a web server calls such a file.
pub const MEDIA_TYPE: &str = "application/x-commons-credit-cheque";

/// Septets in a text message that stands alone.
pub const MESSAGE_SEPTETS: usize = 160;
/// Septets in each part of a longer one.
pub const MESSAGE_PART_SEPTETS: usize = 153;

/// How something came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// The slip's bytes and nothing more.
    Bare,
    /// The packet's bytes.
    Radio,
    /// A link.
    Link,
    /// The text of a QR code.
    Qr,
    /// A text message.
    Message,
    /// A file's content.
    File,
}

/// A link: 4 letters and four for each three bytes, 170 for a payment.
pub fn link(packet: &Packet) -> String {
    format!("{LINK_PREFIX}{}", URL_SAFE_NO_PAD.encode(packet.to_bytes()))
}

/// The text of a QR code, alphanumeric mode: 194 letters for a payment.
pub fn qr_text(packet: &Packet) -> String {
    in_base(QR_PREFIX, &BASE38, packet)
}

/// A text message: 160 septets for a payment.
pub fn message(packet: &Packet) -> String {
    in_base(MESSAGE_PREFIX, &BASE83, packet)
}

/// The content of a file.
pub fn file(packet: &Packet) -> Vec<u8> {
    [FILE_MAGIC.as_slice(), &packet.to_bytes()].concat()
}

/// How many text messages a phone makes of this text, if every letter is one
/// septet.
pub const fn messages(text: &str) -> usize {
    if text.len() <= MESSAGE_SEPTETS {
        1
    } else {
        text.len().div_ceil(MESSAGE_PART_SEPTETS)
    }
}

fn in_base(prefix: &str, alphabet: &Alphabet, packet: &Packet) -> String {
    // A packet is never longer than what the base takes.
    let digits = alphabet.encode(&packet.to_bytes()).unwrap_or_default();
    format!("{prefix}{digits}")
}

const _: () = assert!(PACKET_MAX_BYTES <= crate::radix::RADIX_MAX_BYTES);

/// The carriers that are text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    pub(crate) carrier: Carrier,
    pub(crate) prefix: &'static str,
    pub(crate) what: &'static str,
}

pub(crate) const SCRIPTS: [Script; 3] = [
    Script {
        carrier: Carrier::Link,
        prefix: LINK_PREFIX,
        what: "link",
    },
    Script {
        carrier: Carrier::Qr,
        prefix: QR_PREFIX,
        what: "QR text",
    },
    Script {
        carrier: Carrier::Message,
        prefix: MESSAGE_PREFIX,
        what: "text message",
    },
];

impl Script {
    /// Reads what follows the prefix.
    pub(crate) fn packet(&self, digits: &str) -> Result<Packet, Refusal> {
        let bytes = match self.carrier {
            Carrier::Qr => BASE38.decode(&digits.to_ascii_uppercase()),
            Carrier::Message => BASE83.decode(digits),
            // Bits behind the last byte must be zero: base64's own rule, kept here.
            _ => URL_SAFE_NO_PAD.decode(digits).ok(),
        };
        match bytes {
            Some(bytes) if !bytes.is_empty() && bytes.len() <= PACKET_MAX_BYTES => {
                Packet::from_bytes(&bytes)
            }
            _ => Err(Refusal::Damaged {
                what: self.what,
                length: digits.len(),
            }),
        }
    }

    /// May this letter stand behind the prefix?
    pub(crate) fn has(&self, letter: char) -> bool {
        u8::try_from(letter).is_ok_and(|letter| match self.carrier {
            Carrier::Qr => BASE38.has(letter.to_ascii_uppercase()),
            Carrier::Message => BASE83.has(letter),
            _ => letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_',
        })
    }
}
