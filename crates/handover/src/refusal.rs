//! Every way in which something handed over is refused, with stable codes. The
//! sentence says what to do and keeps the offending value.

use crate::proof::Proof;
use commons_credit_ledger::Violation;
use thiserror::Error;

/// Why something that was handed over does not count.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Nothing of ours in it.
    #[error(
        "there is no cheque in this ({length} bytes); copy the whole of it, or read the code again"
    )]
    Unreadable {
        /// How much was looked at.
        length: usize,
    },
    /// More than is looked at.
    #[error(
        "{length} bytes are more than the {length_max} that are read; hand over the cheque alone"
    )]
    TooLong {
        /// How much it is.
        length: usize,
        /// The limit.
        length_max: usize,
    },
    /// An invitation is handed over in the same ways.
    #[error("this is an invitation, not a cheque; open it where one joins a village")]
    Invitation,
    /// Not what was sent.
    #[error("this {what} is damaged ({length} bytes do not add up); read it again, or have it sent again")]
    Damaged {
        /// What it seems to be.
        what: &'static str,
        /// How much of it there is.
        length: usize,
    },
    /// Made by a later program.
    #[error("form {form} is not known to this program; install a newer one")]
    VersionUnknown {
        /// The form's number.
        form: u8,
    },
    /// The right thing in another writing.
    #[error("{field} is not written in its one right way; have it made again by a commons-credit program")]
    NotCanonical {
        /// Which field.
        field: &'static str,
    },
    /// Another kind of slip was asked for.
    #[error("this is a {found}, and a {expected} is needed here; open it where it belongs")]
    OtherKind {
        /// What was asked for.
        expected: &'static str,
        /// What came.
        found: &'static str,
    },
    /// For another village.
    #[error(
        "this belongs to another village (its tag begins with {tag:02x}); open it in that village"
    )]
    WrongVillage {
        /// First byte of that village's tag.
        tag: u8,
    },
    /// For somebody else.
    #[error("this is made out to somebody else (their tag begins with {tag:02x}); give it to them, it is worth nothing to you")]
    WrongReceiver {
        /// First byte of the receiver's tag.
        tag: u8,
    },
    /// The reader's own.
    #[error("you gave this yourself; show it to the one who is to receive it")]
    Own,
    /// The key would let anybody sign.
    #[error("{key} is no key that could be one person's; do not take this, and tell a steward")]
    WeakKey {
        /// The key, in hexadecimal.
        key: String,
    },
    /// The signature is not the signer's over this.
    #[error("the signature of {signer} does not hold: this was changed, or is meant for other hands; do not take it")]
    SignatureWrong {
        /// The signer's key, in hexadecimal.
        signer: String,
    },
    /// Read before.
    #[error("you have number {number} of this giver already; it counts once")]
    Replayed {
        /// The page's or IOU's number.
        number: u64,
    },
    /// The giver wrote two pages in the place of one.
    #[error("the giver has signed page {} twice with different words; do not take this, and show the proof to your village", proof.number)]
    DoubleSpend {
        /// What proves it.
        proof: Box<Proof>,
    },
    /// The page at hand is not the one that was signed.
    #[error("the page does not say what cheque {number} says; ask the giver for the right page")]
    PageOther {
        /// The page number of the cheque.
        number: u64,
    },
    /// Made under rules that no longer hold.
    #[error("this was made under policy {version}, and {oldest} is the oldest that still holds; ask for a new one")]
    PolicyExpired {
        /// The version it cites.
        version: u32,
        /// The oldest that counts.
        oldest: u32,
    },
    /// Made under rules that have not arrived.
    #[error("this was made under policy {version}, and {newest} is the newest known here; meet others of your village first")]
    PolicyUnknown {
        /// The version it cites.
        version: u32,
        /// The newest known.
        newest: u32,
    },
    /// Made at rates that no longer hold, or do not hold yet.
    #[error("this was made at rate sheet {sheet}, and only {oldest} to {newest} hold; ask for a new one")]
    SheetExpired {
        /// The sheet it cites.
        sheet: u32,
        /// The oldest that counts.
        oldest: u32,
        /// The newest that counts.
        newest: u32,
    },
    /// There is no such line.
    #[error("there is no trust-line with the village whose tag is {tag}; the councils of both villages open one")]
    LineUnknown {
        /// The neighbour's tag, in hexadecimal.
        tag: String,
    },
    /// A receipt for another payment.
    #[error("this receipt is for another payment; ask the receiver for the right one")]
    ReceiptOther,
    /// Two statements that are the same accuse nobody.
    #[error("both cheques say the same, so they prove nothing; a giver may sign one page twice")]
    SameStatement,
    /// Two statements that do not belong together.
    #[error("these cheques differ in {field}, so they prove nothing; two cheques of one giver with one page number do")]
    NotOnePage {
        /// What differs.
        field: &'static str,
    },
    /// A number that no page may have.
    #[error(transparent)]
    Law(#[from] Violation),
    /// A frame of another parcel.
    #[error("this frame is of another parcel; begin again with the one that is shown now")]
    FrameOther,
    /// A parcel that is too large, or empty.
    #[error(
        "a parcel of {length} bytes cannot be shown; use 1 to {length_max}, or hand over a file"
    )]
    ParcelLength {
        /// Its length.
        length: usize,
        /// The limit.
        length_max: usize,
    },
    /// Frames of a size that no QR code has.
    #[error("fragments of {length} bytes cannot be shown; use {length_min} to {length_max}")]
    FragmentLength {
        /// Asked for.
        length: usize,
        /// The least.
        length_min: usize,
        /// The most.
        length_max: usize,
    },
}

impl Refusal {
    /// The stable code: it never changes its meaning.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "E_HANDOVER_UNREADABLE",
            Self::TooLong { .. } => "E_HANDOVER_TOO_LONG",
            Self::Invitation => "E_HANDOVER_INVITATION",
            Self::Damaged { .. } => "E_HANDOVER_DAMAGED",
            Self::VersionUnknown { .. } => "E_HANDOVER_VERSION",
            Self::NotCanonical { .. } => "E_HANDOVER_NOT_CANONICAL",
            Self::OtherKind { .. } => "E_HANDOVER_OTHER_KIND",
            Self::WrongVillage { .. } => "E_HANDOVER_WRONG_VILLAGE",
            Self::WrongReceiver { .. } => "E_HANDOVER_WRONG_RECEIVER",
            Self::Own => "E_HANDOVER_OWN",
            Self::WeakKey { .. } => "E_HANDOVER_WEAK_KEY",
            Self::SignatureWrong { .. } => "E_HANDOVER_SIGNATURE",
            Self::Replayed { .. } => "E_HANDOVER_REPLAYED",
            Self::DoubleSpend { .. } => "E_HANDOVER_DOUBLE_SPEND",
            Self::PageOther { .. } => "E_HANDOVER_PAGE_OTHER",
            Self::PolicyExpired { .. } => "E_HANDOVER_POLICY_EXPIRED",
            Self::PolicyUnknown { .. } => "E_HANDOVER_POLICY_UNKNOWN",
            Self::SheetExpired { .. } => "E_HANDOVER_SHEET_EXPIRED",
            Self::LineUnknown { .. } => "E_HANDOVER_LINE_UNKNOWN",
            Self::ReceiptOther => "E_HANDOVER_RECEIPT_OTHER",
            Self::SameStatement => "E_HANDOVER_SAME_STATEMENT",
            Self::NotOnePage { .. } => "E_HANDOVER_NOT_ONE_PAGE",
            Self::Law(violation) => violation.code(),
            Self::FrameOther => "E_HANDOVER_FRAME_OTHER",
            Self::ParcelLength { .. } => "E_HANDOVER_PARCEL_LENGTH",
            Self::FragmentLength { .. } => "E_HANDOVER_FRAGMENT_LENGTH",
        }
    }

    /// `CODE: sentence`, the form in which refusals travel.
    pub fn refusal(&self) -> String {
        format!("{}: {self}", self.code())
    }
}
