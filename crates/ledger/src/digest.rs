//! Canonical hashing: one domain name, then fields of fixed or stated length.

use crate::id::Digest;
use sha2::{Digest as _, Sha256};

/// Feeds fields to SHA-256 so that no two different field lists give the same
/// bytes: numbers are big-endian and of fixed width, texts carry their length.
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn new(domain: &str) -> Self {
        Self(Sha256::new()).text(domain)
    }
    pub(crate) fn fixed(mut self, bytes: &[u8]) -> Self {
        self.0.update(bytes);
        self
    }
    pub(crate) fn u8(self, number: u8) -> Self {
        self.fixed(&[number])
    }
    pub(crate) fn u32(self, number: u32) -> Self {
        self.fixed(&number.to_be_bytes())
    }
    pub(crate) fn u64(self, number: u64) -> Self {
        self.fixed(&number.to_be_bytes())
    }
    pub(crate) fn i64(self, number: i64) -> Self {
        self.fixed(&number.to_be_bytes())
    }
    pub(crate) fn text(self, text: &str) -> Self {
        self.u64(text.len() as u64).fixed(text.as_bytes())
    }
    pub(crate) fn optional(self, bytes: Option<&[u8; 32]>) -> Self {
        match bytes {
            None => self.u8(0),
            Some(bytes) => self.u8(1).fixed(bytes),
        }
    }
    pub(crate) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}
