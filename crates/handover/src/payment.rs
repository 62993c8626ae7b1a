//! A signed payment: all of a statement that its receiver cannot know.
//!
//! | offset | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 4 | form 1 in the upper four bits, page number in the other 28 |
//! | 4 | 4 | amount in seconds |
//! | 8 | 32 | giver's key |
//! | 40 | 16 | page tag |
//! | 56 | 64 | signature over the statement |
//!
//! The receiver knows the village and their own key and account, so these do not
//! travel. The giver's key travels whole: a roll may be old where there is no
//! network, and no short name of a key could be checked without one.

use crate::bytes::{self, Fields};
use crate::refusal::Refusal;
use crate::signature;
use commons_credit_ledger::cheque::{
    village_tag, Statement, PAGE_TAG_BYTES, RECEIVER_TAG_BYTES, STATEMENT_BYTES,
};
use commons_credit_ledger::{AgentId, Amount, SignatureBytes, VillageId};

/// The form's number.
pub const PAYMENT_FORM: u8 = 1;
/// Length in bytes.
pub const PAYMENT_BYTES: usize = 4 + 4 + AgentId::LEN + PAGE_TAG_BYTES + SignatureBytes::LEN;

const _: () = assert!(PAYMENT_BYTES == 120);

/// A cheque as it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Payment {
    /// The giver's page number, `1..=268_435_455`.
    pub number: u64,
    /// What is given, in seconds.
    pub amount: Amount,
    /// Who gives.
    pub giver: AgentId,
    /// First bytes of the page's digest.
    pub page: [u8; PAGE_TAG_BYTES],
    /// Over the statement.
    pub signature: SignatureBytes,
}

impl Payment {
    /// What travels of a signed statement. Refuses numbers that no page may have.
    pub fn of(statement: &Statement, signature: SignatureBytes) -> Result<Self, Refusal> {
        Ok(Self {
            number: bytes::number(statement.number)?,
            amount: Amount::new(commons_credit_ledger::Seconds(statement.amount_s))?,
            giver: statement.giver,
            page: statement.page,
            signature,
        })
    }

    /// The 120 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::joined(&[
            &bytes::head(PAYMENT_FORM, self.number),
            &bytes::amount(self.amount),
            &self.giver.0,
            &self.page,
            &self.signature.0,
        ])
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::exactly(bytes, PAYMENT_BYTES, "payment")?;
        Ok(Self {
            number: fields.number()?,
            amount: fields.amount()?,
            giver: signature::key(fields.fixed(), "the giver's key")?,
            page: fields.fixed(),
            signature: signature::signature(fields.fixed())?,
        })
    }

    /// What the giver signed, if it was for this village and receiver.
    pub fn statement(&self, village: &VillageId, receiver: [u8; RECEIVER_TAG_BYTES]) -> Statement {
        Statement {
            village: village_tag(village),
            giver: self.giver,
            receiver,
            number: self.number,
            amount_s: self.amount.seconds(),
            page: self.page,
        }
    }

    /// The bytes of that statement.
    pub fn statement_bytes(
        &self,
        village: &VillageId,
        receiver: [u8; RECEIVER_TAG_BYTES],
    ) -> [u8; STATEMENT_BYTES] {
        self.statement(village, receiver).to_bytes()
    }
}
