//! Strict ed25519: the same verdict as every verifier of the project
//! (`crates/ledger/vectors/signatures.json`).

use crate::refusal::Refusal;
use commons_credit_ledger::{AgentId, SignatureBytes};
use ed25519_dalek::{Signature, VerifyingKey};

/// 2^255 - 19, little-endian: coordinates are below it.
const PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    prime
};

/// The order of the base point, little-endian: the second half of a signature is
/// below it.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn below(number: &[u8; 32], limit: &[u8; 32]) -> bool {
    number.iter().rev().lt(limit.iter().rev())
}

/// A key that may name somebody: its coordinate is written as the least number.
/// Whether it is a weak one is seen when its signature is checked.
pub(crate) fn key(bytes: [u8; 32], field: &'static str) -> Result<AgentId, Refusal> {
    let mut coordinate = bytes;
    coordinate[31] &= 0x7f;
    if !below(&coordinate, &PRIME) {
        return Err(Refusal::NotCanonical { field });
    }
    Ok(AgentId(bytes))
}

/// A signature whose second half is written as the least number; the other
/// writings would be good by the bare equation.
pub(crate) fn signature(bytes: [u8; 64]) -> Result<SignatureBytes, Refusal> {
    let mut s = [0; 32];
    s.copy_from_slice(&bytes[32..]);
    if !below(&s, &ORDER) {
        return Err(Refusal::NotCanonical {
            field: "the signature",
        });
    }
    Ok(SignatureBytes(bytes))
}

/// Somebody's key, read once for several checks.
pub(crate) struct Signer {
    id: AgentId,
    key: VerifyingKey,
}

impl Signer {
    /// Refuses what is no point of the curve and what has small order: with such
    /// a key signatures can be made that hold for many statements.
    pub(crate) fn new(id: &AgentId) -> Result<Self, Refusal> {
        match VerifyingKey::from_bytes(&id.0) {
            Ok(key) if !key.is_weak() => Ok(Self { id: *id, key }),
            _ => Err(Refusal::WeakKey { key: id.to_hex() }),
        }
    }

    pub(crate) fn signed(&self, statement: &[u8], signature: &SignatureBytes) -> bool {
        let signature = Signature::from_bytes(&signature.0);
        self.key.verify_strict(statement, &signature).is_ok()
    }

    pub(crate) fn check(&self, statement: &[u8], given: &SignatureBytes) -> Result<(), Refusal> {
        if self.signed(statement, given) {
            return Ok(());
        }
        Err(self.refused())
    }

    pub(crate) fn refused(&self) -> Refusal {
        Refusal::SignatureWrong {
            signer: self.id.to_hex(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn unhex(value: &Value) -> Vec<u8> {
        let text = value.as_str().expect("a text");
        (0..text.len() / 2)
            .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal"))
            .collect()
    }

    /// The verdicts that every verifier of the project must give.
    #[test]
    fn every_frozen_signature_gets_its_verdict() {
        let text = include_str!("../../ledger/vectors/signatures.json");
        let frozen: Value = serde_json::from_str(text).expect("JSON");
        let cases = frozen["cases"].as_array().expect("cases");
        assert!(cases.len() > 50);
        for case in cases {
            let verdict = || {
                let given = unhex(&case["signature"]).try_into().expect("64 bytes");
                let signer = key(unhex(&case["key"]).try_into().expect("32 bytes"), "key")?;
                let given = signature(given)?;
                Signer::new(&signer)?.check(&unhex(&case["message"]), &given)
            };
            let verdict = verdict();
            assert_eq!(
                Value::Bool(verdict.is_ok()),
                case["valid"],
                "{}: {verdict:?}",
                case["name"]
            );
        }
    }
}
