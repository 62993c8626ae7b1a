//! Errors as they leave the zome: `E_CODE: sentence`.

use commons_credit_handover::Refusal as Handed;
use commons_credit_ledger::Violation;
use hdk::prelude::*;

/// Why a call was refused, beside the law's own [`Violation`]s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    Law(Violation),
    Cheque(Handed),
    ListLimit {
        limit: u32,
    },
    NotFound {
        what: &'static str,
    },
    NotOpened,
    AlreadyOpened,
    NotSteward,
    NotAMember,
    InvitationUnreadable,
    HubUrl {
        hub: String,
    },
    RequestAnswered,
    NotAsked,
    WordsUnreadable,
    BookMoved {
        seen: u64,
        newest: u64,
    },
    NobodyAppointed,
    CodeHash {
        text: String,
    },
    WitnessUnreadable,
    ExposureOwn {
        unseen_s: i64,
        amount_s: i64,
        exposure_s: i64,
    },
    ExposureOther {
        unseen_s: i64,
        amount_s: i64,
        exposure_s: i64,
    },
    MessageUnreadable,
    BookEnded {
        number: u64,
    },
    ProofUnreadable {
        why: String,
    },
    NotTwice,
    NoGuardians,
    NotAGuardian,
}

impl Refusal {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Law(violation) => violation.code(),
            Self::Cheque(refusal) => refusal.code(),
            Self::ListLimit { .. } => "E_LIST_LIMIT",
            Self::NotFound { .. } => "E_NOT_FOUND",
            Self::NotOpened => "E_NOT_OPENED",
            Self::AlreadyOpened => "E_ALREADY_OPENED",
            Self::NotSteward => "E_NOT_STEWARD",
            Self::NotAMember => "E_NOT_A_MEMBER",
            Self::InvitationUnreadable => "E_INVITATION_UNREADABLE",
            Self::HubUrl { .. } => "E_HUB_URL",
            Self::RequestAnswered => "E_REQUEST_ANSWERED",
            Self::NotAsked => "E_NOT_ASKED",
            Self::WordsUnreadable => "E_WORDS_UNREADABLE",
            Self::BookMoved { .. } => "E_BOOK_MOVED",
            Self::NobodyAppointed => "E_NOBODY_APPOINTED",
            Self::CodeHash { .. } => "E_CODE_HASH",
            Self::WitnessUnreadable => "E_WITNESS_UNREADABLE",
            Self::ExposureOwn { .. } => "E_EXPOSURE",
            Self::ExposureOther { .. } => "E_CHEQUE_EXPOSURE",
            Self::MessageUnreadable => "E_LINE_MESSAGE",
            Self::BookEnded { .. } => "E_BOOK_ENDED",
            Self::ProofUnreadable { .. } => "E_PROOF_UNREADABLE",
            Self::NotTwice => "E_NOT_TWICE",
            Self::NoGuardians => "E_NO_GUARDIANS",
            Self::NotAGuardian => "E_NOT_A_GUARDIAN",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Law(violation) => violation.fmt(f),
            Self::Cheque(refusal) => refusal.fmt(f),
            Self::ListLimit { limit } => write!(
                f,
                "a list of {limit} cannot be made; ask for 1 to {}",
                crate::api::LIST_MAX
            ),
            Self::NotFound { what } => write!(
                f,
                "this {what} has not arrived here yet; wait a moment and try again"
            ),
            Self::NotOpened => f.write_str("your book is not open yet; open it with your name"),
            Self::AlreadyOpened => f.write_str("your book is open already; just go on"),
            Self::NotSteward => {
                f.write_str("only a steward of the village does this; ask one of them")
            }
            Self::NotAMember => {
                f.write_str("this person is not known as a member here; choose one from the list")
            }
            Self::InvitationUnreadable => f.write_str(
                "this is not a whole invitation; copy all of it, from cc1: to the last letter",
            ),
            Self::HubUrl { hub } => write!(
                f,
                "\"{hub}\" is not an address of a hub; use up to 4 that begin with http:// or https://"
            ),
            Self::RequestAnswered => {
                f.write_str("this request was answered or withdrawn; look at the activity list")
            }
            Self::NotAsked => f.write_str("this request was made to somebody else"),
            Self::WordsUnreadable => {
                f.write_str("the words could not be sealed for this person; leave them out")
            }
            Self::BookMoved { seen, newest } => write!(
                f,
                "your book has moved on from page {seen} to {newest}; look at the activity list before you do it again"
            ),
            Self::NobodyAppointed => f.write_str(
                "the policy in force names nobody to hold this fund; propose a policy that does",
            ),
            Self::CodeHash { text } => write!(
                f,
                "\"{text}\" is not a SHA-256; write its 64 hexadecimal digits, small letters"
            ),
            Self::WitnessUnreadable => f.write_str(
                "this is not a whole witness; copy all of it, from cw1: to the last letter",
            ),
            Self::ExposureOwn {
                unseen_s,
                amount_s,
                exposure_s,
            } => write!(
                f,
                "{unseen_s} s that you signed have been seen by nobody yet; with {amount_s} s more that is above the village's {exposure_s} s; meet another node first"
            ),
            Self::ExposureOther {
                unseen_s,
                amount_s,
                exposure_s,
            } => write!(
                f,
                "you hold cheques over {unseen_s} s of this giver whose pages are not here; with {amount_s} s more that is above the village's {exposure_s} s; wait until you have met others of your village"
            ),
            Self::MessageUnreadable => f.write_str(
                "these bytes are not a message for this village; carry them to where they belong, unchanged",
            ),
            Self::BookEnded { number } => write!(
                f,
                "this book ended at page {number} and nobody takes what comes later; go on with the new key"
            ),
            Self::ProofUnreadable { why } => write!(f, "this is no proof of double spending here: {why}"),
            Self::NotTwice => f.write_str(
                "this node holds no two cheques of this person for one page; bring both, or the proof",
            ),
            Self::NoGuardians => f.write_str(
                "nobody guards this book; ask the village to decide who goes on with it",
            ),
            Self::NotAGuardian => {
                f.write_str("this appeal is made to others; only a guardian answers it")
            }
        }
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self::Law(violation)
    }
}

impl From<Refusal> for WasmError {
    fn from(refusal: Refusal) -> Self {
        wasm_error!(WasmErrorInner::Guest(format!(
            "{}: {refusal}",
            refusal.code()
        )))
    }
}

/// What is wrong with a cheque as an error.
pub(crate) fn handed(refusal: Handed) -> WasmError {
    Refusal::Cheque(refusal).into()
}

/// A broken law as an error.
pub(crate) fn law(violation: Violation) -> WasmError {
    Refusal::Law(violation).into()
}

/// Judges a list's limit.
pub(crate) fn check_limit(limit: u32) -> ExternResult<usize> {
    if (1..=crate::api::LIST_MAX).contains(&limit) {
        Ok(limit as usize)
    } else {
        Err(Refusal::ListLimit { limit }.into())
    }
}
