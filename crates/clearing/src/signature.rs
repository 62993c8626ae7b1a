//! The one way in which a signature is checked here: ed25519, strictly.

use commons_credit_ledger::admission::Check;
use ed25519_dalek::{Signature, VerifyingKey};

/// Whether a signature holds. Strict: weak keys and second forms of a signature
/// are refused, as by the law (`crates/ledger/vectors/README.md`).
pub fn holds(check: &Check) -> bool {
    let signature = Signature::from_bytes(&check.signature.0);
    VerifyingKey::from_bytes(&check.signer.0)
        .is_ok_and(|key| key.verify_strict(&check.statement, &signature).is_ok())
}
