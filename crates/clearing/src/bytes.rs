//! Canonical bytes to sign or to hash: a name, a version, then fields of fixed or
//! stated length, numbers big-endian. No two field lists give the same bytes.

use commons_credit_ledger::Digest;
use sha2::{Digest as _, Sha256};

pub(crate) struct Bytes(Vec<u8>);

impl Bytes {
    /// `name` ends with `/`, so that no name is the beginning of another.
    pub(crate) fn of(name: &str, version: u8) -> Self {
        let mut bytes = name.as_bytes().to_vec();
        bytes.push(version);
        Self(bytes)
    }
    pub(crate) fn fixed(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
    pub(crate) fn u16(self, number: u16) -> Self {
        self.fixed(&number.to_be_bytes())
    }
    pub(crate) fn u32(self, number: u32) -> Self {
        self.fixed(&number.to_be_bytes())
    }
    pub(crate) fn i32(self, number: i32) -> Self {
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
    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}
