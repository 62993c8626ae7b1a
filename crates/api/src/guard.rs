//! Payloads about pages given twice and about lost keys.

use commons_credit_ledger::Seconds;
use holo_hash::{ActionHash, AgentPubKey};
use serde::{Deserialize, Serialize};

/// Looks for a page that somebody gave twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReportInput {
    /// Who is suspected.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub giver: AgentPubKey,
}

/// A proof of double spending as it is carried: a link, a QR code's text or a text
/// message.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProofText {
    /// The text, with anything around it.
    pub text: String,
}

/// A proof that stands on the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DoubleSpendItem {
    /// The proof.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub proof: ActionHash,
    /// Who gave twice.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub giver: AgentPubKey,
    /// Their name, if known.
    pub giver_name: Option<String>,
    /// The page that was given twice.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// Both amounts, in the order of the proof.
    pub amounts_s: [Seconds; 2],
    /// Whether the caller's book has noted the end of that book.
    pub barred: bool,
    /// What the giver's branches together are below the floor, less what was decided to
    /// be made good and is or still can be, as far as this node knows; zero if nothing is
    /// to be decided.
    pub excess_s: Seconds,
    /// What the village decided to make good of what the giver gave twice.
    pub made_good: Vec<MadeGood>,
    /// The same proof for another hand: the text of a QR code.
    pub qr_text: String,
    /// And as a link.
    pub link: String,
}

/// A decision to make good, and whether it was carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MadeGood {
    /// The proposal that was adopted.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub proposal: ActionHash,
    /// How much.
    pub amount_s: Seconds,
    /// The holder whom it names.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub holder: AgentPubKey,
    /// Their name, if known.
    pub holder_name: Option<String>,
    /// The page that carried it out; absent while none is known here.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub page: Option<ActionHash>,
}

/// Proofs, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DoubleSpends {
    /// One page of them.
    pub items: Vec<DoubleSpendItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// What noting the ends of others' books has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Noted {
    /// Transfers that were deposited first, because they had come before.
    pub deposited: u32,
    /// Books whose end is noted now.
    pub barred: u32,
}

/// Makes good what the village decided to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MakeGoodInput {
    /// The decision.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub decision: ActionHash,
}

/// Names the guardians of the caller's book.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GuardInput {
    /// Who, 1 to 8; in any order.
    #[cfg_attr(feature = "typescript", ts(type = "Array<AgentPubKey>"))]
    pub guardians: Vec<AgentPubKey>,
    /// How many of them it takes: more than half.
    pub needed: u32,
}

/// A guardian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Guardian {
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub agent: AgentPubKey,
    /// Their name, if known.
    pub name: Option<String>,
    /// In a succession: whether they have entrusted the book.
    pub entrusted: bool,
}

/// The guardians of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GuardiansNamed {
    /// Who; nobody if none are named.
    pub guardians: Vec<Guardian>,
    /// How many of them it takes.
    pub needed: u32,
}

/// Names a lost key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LostInput {
    /// The lost key.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub lost: AgentPubKey,
}

/// Goes on with the book of a lost key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SucceedInput {
    /// The lost key.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub lost: AgentPubKey,
    /// The member's name.
    pub name: String,
}

/// Names an appeal to the guardians.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AppealRef {
    /// The appeal.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub appeal: ActionHash,
}

/// How far a succession by the caller has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SuccessionItem {
    /// The lost key.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub lost: AgentPubKey,
    /// Its name, if known.
    pub lost_name: Option<String>,
    /// The balance that would go on.
    pub balance_s: Seconds,
    /// All guardians.
    pub guardians: Vec<Guardian>,
    /// How many of them it takes.
    pub needed: u32,
    /// Whether the guardians, or a decision, are enough: then call `succeed`.
    pub ready: bool,
}
