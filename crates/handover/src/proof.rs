//! The proof that somebody wrote two pages in the place of one: two statements
//! that share giver, village and page number, and both signatures.
//!
//! | offset | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 4 | form 4 in the upper four bits, page number in the other 28 |
//! | 4 | 32 | giver's key |
//! | 36 | 96 | first half: receiver tag (12), amount (4), page tag (16), signature (64) |
//! | 132 | 96 | second half, the same |
//!
//! The half whose first 32 bytes are smaller comes first. Halves with the same 32
//! bytes are the same statement and prove nothing, whatever the signatures.

use crate::bytes::{self, Fields};
use crate::refusal::Refusal;
use crate::signature;
use commons_credit_ledger::cheque::{village_tag, Statement, PAGE_TAG_BYTES, RECEIVER_TAG_BYTES};
use commons_credit_ledger::{AgentId, Amount, Seconds, SignatureBytes, VillageId};
use std::cmp::Ordering;

/// The form's number.
pub const PROOF_FORM: u8 = 4;
/// Length of one half in bytes.
pub const HALF_BYTES: usize = RECEIVER_TAG_BYTES + 4 + PAGE_TAG_BYTES + SignatureBytes::LEN;
/// Length in bytes.
pub const PROOF_BYTES: usize = 4 + AgentId::LEN + 2 * HALF_BYTES;

const _: () = assert!(PROOF_BYTES == 228);

/// What one of the two statements says alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Half {
    /// The receiver's tag.
    pub receiver: [u8; RECEIVER_TAG_BYTES],
    /// What is given, in seconds.
    pub amount: Amount,
    /// First bytes of the page's digest.
    pub page: [u8; PAGE_TAG_BYTES],
    /// The giver's, over the whole statement.
    pub signature: SignatureBytes,
}

/// Two statements of one giver about one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Proof {
    /// The page number that was used twice.
    pub number: u64,
    /// Who used it twice.
    pub giver: AgentId,
    /// The smaller one first.
    pub halves: [Half; 2],
}

impl Half {
    fn said(&self) -> ([u8; RECEIVER_TAG_BYTES], i64, [u8; PAGE_TAG_BYTES]) {
        (self.receiver, self.amount.seconds(), self.page)
    }

    fn of(statement: &Statement, signature: &SignatureBytes) -> Result<Self, Refusal> {
        Ok(Self {
            receiver: statement.receiver,
            amount: Amount::new(Seconds(statement.amount_s))?,
            page: statement.page,
            signature: *signature,
        })
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            receiver: fields.fixed(),
            amount: fields.amount()?,
            page: fields.fixed(),
            signature: signature::signature(fields.fixed())?,
        })
    }

    fn to_bytes(self) -> Vec<u8> {
        bytes::joined(&[
            &self.receiver,
            &bytes::amount(self.amount),
            &self.page,
            &self.signature.0,
        ])
    }
}

impl Proof {
    /// Puts two signed statements together. Refuses those that prove nothing; the
    /// signatures are checked by [`crate::check_proof`].
    pub fn of(
        one: (&Statement, &SignatureBytes),
        other: (&Statement, &SignatureBytes),
    ) -> Result<Self, Refusal> {
        for (field, same) in [
            ("the village", one.0.village == other.0.village),
            ("the giver", one.0.giver == other.0.giver),
            ("the page number", one.0.number == other.0.number),
        ] {
            if !same {
                return Err(Refusal::NotOnePage { field });
            }
        }
        let mut halves = [Half::of(one.0, one.1)?, Half::of(other.0, other.1)?];
        match halves[0].said().cmp(&halves[1].said()) {
            Ordering::Equal => return Err(Refusal::SameStatement),
            Ordering::Greater => halves.swap(0, 1),
            Ordering::Less => {}
        }
        Ok(Self {
            number: bytes::number(one.0.number)?,
            giver: one.0.giver,
            halves,
        })
    }

    /// The 228 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::joined(&[
            &bytes::head(PROOF_FORM, self.number),
            &self.giver.0,
            &self.halves[0].to_bytes(),
            &self.halves[1].to_bytes(),
        ])
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::exactly(bytes, PROOF_BYTES, "proof")?;
        let proof = Self {
            number: fields.number()?,
            giver: signature::key(fields.fixed(), "the giver's key")?,
            halves: [Half::read(&mut fields)?, Half::read(&mut fields)?],
        };
        proof.check_order()?;
        Ok(proof)
    }

    /// The halves differ, and stand in their one right order.
    pub(crate) fn check_order(&self) -> Result<(), Refusal> {
        match self.halves[0].said().cmp(&self.halves[1].said()) {
            Ordering::Less => Ok(()),
            Ordering::Equal => Err(Refusal::SameStatement),
            Ordering::Greater => Err(Refusal::NotCanonical {
                field: "the order of the two halves",
            }),
        }
    }

    /// Both statements, if they were made in this village.
    pub fn statements(&self, village: &VillageId) -> [Statement; 2] {
        self.halves.map(|half| Statement {
            village: village_tag(village),
            giver: self.giver,
            receiver: half.receiver,
            number: self.number,
            amount_s: half.amount.seconds(),
            page: half.page,
        })
    }
}
