//! SHA-256 over a named list of fields, written from docs/cheque-format.md: the
//! name with its length, then fields of fixed width, numbers big-endian.

use sha2::{Digest, Sha256};

pub(crate) fn digest(name: &str, fields: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((name.len() as u64).to_be_bytes());
    hash.update(name);
    for field in fields {
        hash.update(field);
    }
    hash.finalize().into()
}
