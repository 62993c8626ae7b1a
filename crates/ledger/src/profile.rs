//! What a member says about themselves: a picture, skills, languages, a sentence.
//!
//! Everybody reads it, nobody else writes it, and it moves nothing. The name stands
//! on the link by which members are found, with the address of the newest profile.

use crate::id::ActionId;
use crate::text::{check_about, check_name, NAME_MAX_CHARS};
use crate::violation::Violation;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Largest picture, in bytes.
pub const PICTURE_MAX_BYTES: usize = 8_192;
/// Most skills of one member.
pub const SKILLS_MAX: usize = 12;
/// Longest skill, in characters. A skill is written like a name.
pub const SKILL_MAX_CHARS: usize = NAME_MAX_CHARS;
/// Most languages of one member.
pub const LANGUAGES_MAX: usize = 8;
/// Longest language tag, in characters (BCP 47, RFC 5646 section 4.4.1).
pub const LANGUAGE_MAX_CHARS: usize = 35;

/// A picture as a file's bytes: WebP, JPEG or PNG. Bytes on the wire.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Picture(pub Vec<u8>);

/// What a member says about themselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Profile {
    /// The first page of the author's book: shows that they are a member.
    pub book: ActionId,
    /// A small picture, at most [`PICTURE_MAX_BYTES`].
    pub picture: Option<Picture>,
    /// What they can do, at most [`SKILLS_MAX`], each once.
    pub skills: Vec<String>,
    /// What they speak: BCP 47 tags such as `de` or `pt-BR`, at most [`LANGUAGES_MAX`],
    /// each once.
    pub languages: Vec<String>,
    /// A sentence about themselves; may be empty.
    pub about: String,
}

impl Profile {
    /// Judges a profile (rules 18 and 45). Whose book it cites the edge has to know.
    pub fn check(&self) -> Result<(), Violation> {
        check_about(&self.about)?;
        for skill in &self.skills {
            check_name(skill)?;
        }
        if let Some(picture) = &self.picture {
            picture.check()?;
        }
        if self.skills.len() > SKILLS_MAX || repeats(&self.skills) {
            return Err(Violation::SkillsMalformed {
                skills: self.skills.len() as u64,
            });
        }
        let wrong = self.languages.iter().find(|tag| !is_language(tag));
        if let Some(tag) = wrong {
            return Err(Violation::LanguageMalformed {
                // Bytes from outside: no refusal is longer than it has to be.
                language: tag.chars().take(LANGUAGE_MAX_CHARS).collect(),
            });
        }
        if self.languages.len() > LANGUAGES_MAX || repeats(&self.languages) {
            return Err(Violation::LanguagesMalformed {
                languages: self.languages.len() as u64,
            });
        }
        Ok(())
    }
}

impl Picture {
    fn check(&self) -> Result<(), Violation> {
        let bytes = self.0.len();
        if bytes > PICTURE_MAX_BYTES {
            return Err(Violation::PictureTooLarge {
                bytes: bytes as u64,
            });
        }
        self.media_type().map(|_| ()).ok_or(Violation::PictureKind)
    }

    /// The media type that the first bytes tell. Formats that can carry a program or
    /// name other files (SVG) are none of these.
    pub fn media_type(&self) -> Option<&'static str> {
        match self.0.as_slice() {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
            [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
            _ => None,
        }
    }
}

/// Only the same characters are the same: what more is alike, a table of Unicode
/// would have to say, and tables change.
fn repeats(texts: &[String]) -> bool {
    let found = |(at, text)| texts.iter().take(at).any(|before| before == text);
    texts.iter().enumerate().any(found)
}

/// Whether a text is a language tag in its one usual spelling: a language of 2 or 3
/// small letters, a script of 4 letters with a capital, a region of 2 capitals or 3
/// digits, variants of 5 to 8 small letters or digits, or of 4 that begin with a digit.
/// A part of BCP 47: whatever a browser calls a language, and nothing private.
pub fn is_language(tag: &str) -> bool {
    if tag.len() > LANGUAGE_MAX_CHARS {
        return false;
    }
    let small = |part: &str| part.bytes().all(|c| c.is_ascii_lowercase());
    let mut parts = tag.split('-').peekable();
    let language = parts.next().unwrap_or_default();
    if !(2..=3).contains(&language.len()) || !small(language) {
        return false;
    }
    parts.next_if(|part| {
        part.len() == 4
            && part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.get(1..).is_some_and(small)
    });
    parts.next_if(|part| {
        part.len() == 2 && part.bytes().all(|c| c.is_ascii_uppercase())
            || part.len() == 3 && part.bytes().all(|c| c.is_ascii_digit())
    });
    parts.all(|part| {
        let plain = part
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let dated = part.len() == 4 && part.starts_with(|c: char| c.is_ascii_digit());
        plain && (dated || (5..=8).contains(&part.len()))
    })
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} bytes)", self.0.len())
    }
}

impl Serialize for Picture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Picture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Picture;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the bytes of a picture")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Picture, E> {
                Ok(Picture(bytes.to_vec()))
            }
            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Picture, E> {
                Ok(Picture(bytes))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Picture, A::Error> {
                // Not reserved by what the sender says: it may say anything.
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                Ok(Picture(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}

#[cfg(feature = "typescript")]
impl ts_rs::TS for Picture {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;
    fn name(_: &ts_rs::Config) -> String {
        "Uint8Array".into()
    }
    fn inline(_: &ts_rs::Config) -> String {
        "Uint8Array".into()
    }
}
