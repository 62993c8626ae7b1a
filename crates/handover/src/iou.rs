//! An IOU: one signed use of a trust-line, from the gateway that took hours in to
//! the village that is to give them out.
//!
//! | offset | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 4 | form 2 in the upper four bits, IOU number in the other 28 |
//! | 4 | 4 | amount that the issuing village took in, in its seconds |
//! | 8 | 4 | amount that the accepting village is to give, in its seconds |
//! | 12 | 4 | rate sheet number |
//! | 16 | 8 | village tag of the issuing village |
//! | 24 | 12 | receiver tag, in the accepting village |
//! | 36 | 16 | payment tag |
//! | 52 | 64 | the gateway's signature over the statement |
//!
//! A line has two villages and, in each, a gateway; the accepting side knows all
//! of them, so its own tag and the gateway's key do not travel. The *payment tag* is
//! the page tag of the transfer with which the payment began. It is the same on
//! every leg and on the receipt: so one receipt settles all legs.

use crate::bytes::{self, Fields};
use crate::refusal::Refusal;
use crate::signature;
use commons_credit_ledger::cheque::{
    village_tag, PAGE_TAG_BYTES, RECEIVER_TAG_BYTES, VILLAGE_TAG_BYTES,
};
use commons_credit_ledger::line::iou_statement;
use commons_credit_ledger::{AgentId, Amount, PaymentTag, ReceiverTag, SignatureBytes, VillageId};

/// The form's number.
pub const IOU_FORM: u8 = 2;
/// Length in bytes.
pub const IOU_BYTES: usize =
    4 * 4 + VILLAGE_TAG_BYTES + RECEIVER_TAG_BYTES + PAGE_TAG_BYTES + SignatureBytes::LEN;
/// Leading bytes of the statement.
pub const IOU_DOMAIN: &[u8; 7] = b"cc-iou/";
/// Version of the statement.
pub const IOU_VERSION: u8 = 1;
/// Length of the statement in bytes.
pub const IOU_STATEMENT_BYTES: usize = IOU_DOMAIN.len()
    + 1
    + 2 * VILLAGE_TAG_BYTES
    + AgentId::LEN
    + 3 * 8
    + 4
    + RECEIVER_TAG_BYTES
    + PAGE_TAG_BYTES;

const _: () = assert!(IOU_BYTES == 116 && IOU_STATEMENT_BYTES == 112);

/// An IOU as it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Iou {
    /// Counts up on each line, in each direction; `1..=268_435_455`.
    pub number: u64,
    /// What the issuing village took in, in its own seconds.
    pub amount: Amount,
    /// What the accepting village is to give, in its own seconds, before its levies.
    pub gives: Amount,
    /// The rate sheet under which one became the other.
    pub sheet: u32,
    /// The issuing village.
    pub issuer: [u8; VILLAGE_TAG_BYTES],
    /// Who is to receive it there, and in which account.
    pub receiver: [u8; RECEIVER_TAG_BYTES],
    /// The payment that this is a leg of.
    pub payment: [u8; PAGE_TAG_BYTES],
    /// The issuing gateway's, over the statement.
    pub signature: SignatureBytes,
}

impl Iou {
    /// The 116 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::joined(&[
            &bytes::head(IOU_FORM, self.number),
            &bytes::amount(self.amount),
            &bytes::amount(self.gives),
            &self.sheet.to_be_bytes(),
            &self.issuer,
            &self.receiver,
            &self.payment,
            &self.signature.0,
        ])
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::exactly(bytes, IOU_BYTES, "IOU")?;
        Ok(Self {
            number: fields.number()?,
            amount: fields.amount()?,
            gives: fields.amount()?,
            sheet: fields.u32(),
            issuer: fields.fixed(),
            receiver: fields.fixed(),
            payment: fields.fixed(),
            signature: signature::signature(fields.fixed())?,
        })
    }

    /// What the gateway signs: the domain, the version, both villages, the
    /// gateway's key, then the fields in the order in which they travel.
    pub fn statement(&self, accepting: &VillageId, gateway: &AgentId) -> Vec<u8> {
        iou_statement(
            &self.issuer,
            &village_tag(accepting),
            gateway,
            self.number,
            (self.amount.seconds(), self.gives.seconds()),
            self.sheet,
            &ReceiverTag(self.receiver),
            &PaymentTag(self.payment),
        )
    }
}
