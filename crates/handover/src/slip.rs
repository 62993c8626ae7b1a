//! The five kinds of slip. Each has one encoding: what decodes encodes to the
//! same bytes, and everything else is refused.

use crate::bytes::form_of;
use crate::iou::{Iou, IOU_BYTES, IOU_FORM};
use crate::payment::{Payment, PAYMENT_BYTES, PAYMENT_FORM};
use crate::proof::{Proof, PROOF_BYTES, PROOF_FORM};
use crate::receipt::{Receipt, RECEIPT_BYTES, RECEIPT_FORM};
use crate::refusal::Refusal;
use crate::request::{Request, REQUEST_BYTES, REQUEST_CITING_BYTES, REQUEST_FORM};

/// The longest slip, in bytes.
pub const SLIP_MAX_BYTES: usize = PROOF_BYTES;

/// Something that is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Slip {
    /// A cheque.
    Payment(Payment),
    /// One use of a trust-line.
    Iou(Iou),
    /// A deposit, signed for.
    Receipt(Receipt),
    /// Two pages in the place of one.
    Proof(Box<Proof>),
    /// Asks for a payment.
    Request(Request),
}

impl Slip {
    /// The canonical bytes: 48 to 228.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Payment(payment) => payment.to_bytes(),
            Self::Iou(iou) => iou.to_bytes(),
            Self::Receipt(receipt) => receipt.to_bytes(),
            Self::Proof(proof) => proof.to_bytes(),
            Self::Request(request) => request.to_bytes(),
        }
    }

    /// Reads canonical bytes. No signature is checked: see [`crate::check`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let Some(first) = bytes.first() else {
            return Err(Refusal::Unreadable { length: 0 });
        };
        match form_of(*first) {
            PAYMENT_FORM => Payment::from_bytes(bytes).map(Self::Payment),
            IOU_FORM => Iou::from_bytes(bytes).map(Self::Iou),
            RECEIPT_FORM => Receipt::from_bytes(bytes).map(Self::Receipt),
            PROOF_FORM => Proof::from_bytes(bytes).map(|proof| Self::Proof(Box::new(proof))),
            REQUEST_FORM => Request::from_bytes(bytes).map(Self::Request),
            form => Err(Refusal::VersionUnknown { form }),
        }
    }

    /// What it is, in one word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Payment(_) => "payment",
            Self::Iou(_) => "IOU",
            Self::Receipt(_) => "receipt",
            Self::Proof(_) => "proof",
            Self::Request(_) => "request",
        }
    }
}

/// Name and possible lengths of a form; nothing for a form that is not known.
pub(crate) const fn lengths(form: u8) -> Option<(&'static str, &'static [usize])> {
    match form {
        PAYMENT_FORM => Some(("payment", &[PAYMENT_BYTES])),
        IOU_FORM => Some(("IOU", &[IOU_BYTES])),
        RECEIPT_FORM => Some(("receipt", &[RECEIPT_BYTES])),
        PROOF_FORM => Some(("proof", &[PROOF_BYTES])),
        REQUEST_FORM => Some(("request", &[REQUEST_BYTES, REQUEST_CITING_BYTES])),
        _ => None,
    }
}
