//! A receipt: the receiver's signature that a payment has been deposited.
//!
//! | offset | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 4 | form 3 in the upper four bits, page number of the deposit in the other 28 |
//! | 4 | 4 | amount credited, in seconds of the receiver's village |
//! | 8 | 32 | receiver's key |
//! | 40 | 16 | payment tag |
//! | 56 | 64 | signature over the statement |
//!
//! The *payment tag* is the page tag of the transfer with which the payment
//! began. In one village the giver knows it as the page tag of their own cheque; between
//! villages every IOU of the payment carries it. Whoever checks a receipt knows
//! the receiver's village and tag from there.

use crate::bytes::{self, Fields};
use crate::refusal::Refusal;
use crate::signature;
use commons_credit_ledger::cheque::{PAGE_TAG_BYTES, VILLAGE_TAG_BYTES};
use commons_credit_ledger::line::receipt_statement;
use commons_credit_ledger::{AgentId, Amount, PaymentTag, SignatureBytes, VillageId};

/// The form's number.
pub const RECEIPT_FORM: u8 = 3;
/// Length in bytes.
pub const RECEIPT_BYTES: usize = 4 + 4 + AgentId::LEN + PAGE_TAG_BYTES + SignatureBytes::LEN;
/// Leading bytes of the statement.
pub const RECEIPT_DOMAIN: &[u8; 11] = b"cc-receipt/";
/// Version of the statement.
pub const RECEIPT_VERSION: u8 = 1;
/// Length of the statement in bytes.
pub const RECEIPT_STATEMENT_BYTES: usize =
    RECEIPT_DOMAIN.len() + 1 + VILLAGE_TAG_BYTES + AgentId::LEN + 8 + 8 + PAGE_TAG_BYTES;

const _: () = assert!(RECEIPT_BYTES == 120 && RECEIPT_STATEMENT_BYTES == 84);

/// A receipt as it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The page of the deposit in the receiver's book, `1..=268_435_455`.
    pub number: u64,
    /// What the receiver was credited, in seconds.
    pub amount: Amount,
    /// Who received.
    pub receiver: AgentId,
    /// The payment that arrived.
    pub payment: [u8; PAGE_TAG_BYTES],
    /// Over the statement.
    pub signature: SignatureBytes,
}

impl Receipt {
    /// The 120 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::joined(&[
            &bytes::head(RECEIPT_FORM, self.number),
            &bytes::amount(self.amount),
            &self.receiver.0,
            &self.payment,
            &self.signature.0,
        ])
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::exactly(bytes, RECEIPT_BYTES, "receipt")?;
        Ok(Self {
            number: fields.number()?,
            amount: fields.amount()?,
            receiver: signature::key(fields.fixed(), "the receiver's key")?,
            payment: fields.fixed(),
            signature: signature::signature(fields.fixed())?,
        })
    }

    /// What the receiver signs: the domain, the version, the village, then key,
    /// page number, amount and payment tag.
    pub fn statement(&self, village: &VillageId) -> Vec<u8> {
        receipt_statement(
            village,
            &self.receiver,
            self.number,
            self.amount.seconds(),
            &PaymentTag(self.payment),
        )
    }
}
