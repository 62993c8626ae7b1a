//! Limits on words, and the salted hash that stands for them on the ledger.

use crate::digest::Hasher;
use crate::id::Digest;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Longest name of a member or a village, in characters.
pub const NAME_MAX_CHARS: usize = 40;
/// Longest memo or reason, in characters.
pub const WORDS_MAX_CHARS: usize = 140;
/// Longest sentence about oneself, in characters.
pub const ABOUT_MAX_CHARS: usize = 280;
/// Longest sealed envelope (encrypted words) in a link tag, in bytes.
pub const ENVELOPE_MAX_BYTES: usize = 800;
/// Bytes of a memo's salt.
pub const SALT_BYTES: usize = 16;

// Four bytes a character, salt, nonce, authenticator and framing fit the envelope.
const _: () = assert!(WORDS_MAX_CHARS * 4 + SALT_BYTES + 24 + 16 + 64 <= ENVELOPE_MAX_BYTES);
// Holochain's own limit on a link tag is 1,000 bytes.
const _: () = assert!(ENVELOPE_MAX_BYTES + 128 <= 1_000);

/// Judges a name: 1 to [`NAME_MAX_CHARS`] characters, nothing that hides, no
/// blank or joiner at either end (rule 18).
pub fn check_name(name: &str) -> Result<(), Violation> {
    check(name, NAME_MAX_CHARS)?;
    // What only shapes its neighbour shows nothing alone.
    let begins = !name.starts_with(|c: char| c.is_whitespace() || is_joiner(c) || is_selector(c));
    let ends = !name.ends_with(|c: char| c.is_whitespace() || is_joiner(c));
    if name.is_empty() || !begins || !ends {
        return Err(Violation::NameMalformed {
            name: name.to_owned(),
        });
    }
    Ok(())
}

/// Judges a memo or a reason: up to [`WORDS_MAX_CHARS`] characters, nothing that
/// hides (rule 18).
pub fn check_words(words: &str) -> Result<(), Violation> {
    check(words, WORDS_MAX_CHARS)
}

/// Judges a sentence about oneself: up to [`ABOUT_MAX_CHARS`] characters, nothing that
/// hides (rule 18).
pub fn check_about(about: &str) -> Result<(), Violation> {
    check(about, ABOUT_MAX_CHARS)
}

fn check(text: &str, chars_max: usize) -> Result<(), Violation> {
    let chars = text.chars().count();
    if chars > chars_max {
        return Err(Violation::TextTooLong {
            length: chars as u64,
            length_max: chars_max as u64,
        });
    }
    if text.chars().any(hides) {
        return Err(Violation::TextControlCharacter);
    }
    Ok(())
}

/// Control characters, line separators, marks that turn the reading direction and
/// characters that cannot be seen: each can make one text look like another.
/// A fixed list, so that no newer Unicode table changes the law.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}')
}

/// Persian, Indian scripts and composed pictures need these between two others.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Chooses a form of the character before it.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Words with the salt that hides them: what travels, sealed, to the counterpart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memo {
    /// Random bytes, so that short words cannot be guessed from the hash.
    pub salt: [u8; SALT_BYTES],
    /// The words.
    pub words: String,
}

impl Memo {
    /// The hash that stands on the ledger in place of the words.
    pub fn digest(&self) -> Digest {
        Hasher::new("commons-credit/memo")
            .fixed(&self.salt)
            .text(&self.words)
            .finish()
    }
}
