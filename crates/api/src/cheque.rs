//! Cheques: what passes from hand to hand where there is no network.

use commons_credit_ledger::{Seconds, Split};
use holo_hash::{ActionHash, AgentPubKey};
use serde::{Deserialize, Serialize};

/// The cheque of one's own transfer, in every form in which it is handed over
/// (`docs/cheque-format.md`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Cheque {
    /// The giver's page number.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// What is given, levies included.
    pub amount_s: Seconds,
    /// Who may deposit it.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub to: AgentPubKey,
    /// Their name, if known.
    pub to_name: Option<String>,
    /// The text of a QR code: alphanumeric mode, 194 letters.
    pub qr: String,
    /// For messengers and mail: 170 letters.
    pub link: String,
    /// One text message: 160 letters of GSM's default alphabet.
    pub message: String,
    /// The content of a file; its name ends in `.cheque`.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub file: Vec<u8>,
}

/// What was handed over: a file's content, or any text with a cheque in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChequeInput {
    /// Its bytes; text as UTF-8.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub cheque: Vec<u8>,
}

/// Takes what was handed over.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TakeChequeInput {
    /// Its bytes; text as UTF-8.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub cheque: Vec<u8>,
    /// Whether to take it although [`ChequeRead::advice`] is against it.
    pub despite_advice: bool,
}

/// A cheque that holds, before it is taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChequeRead {
    /// Who signed it.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub giver: AgentPubKey,
    /// Their name, if known here.
    pub giver_name: Option<String>,
    /// Their page.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// What is given, levies included.
    pub amount_s: Seconds,
    /// How it will be shared out: as the giver's page says if that is here, else as
    /// the policy in force would.
    pub split: Split,
    /// Why it would be wise not to take it; empty if nothing speaks against it.
    pub advice: Vec<ChequeAdvice>,
}

/// What speaks against a cheque that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ChequeAdvice {
    /// The giver is not known as a member here (`E_NOT_A_MEMBER`).
    UnknownGiver,
    /// With this one, cheques of this giver are above what the village lets a giver
    /// sign unseen (`E_CHEQUE_EXPOSURE`).
    Exposure,
    /// The giver's page is here and cites an older policy than the one in force
    /// (`E_HANDOVER_POLICY_EXPIRED`).
    PolicyExpired,
}

/// A cheque that the caller has taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChequeItem {
    /// The private entry in which it is kept.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub taken: ActionHash,
    /// Who signed it.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub giver: AgentPubKey,
    /// Their name, if known here.
    pub giver_name: Option<String>,
    /// Their page.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// What is given, levies included.
    pub amount_s: Seconds,
    /// How it is shared out, or would be: see [`ChequeRead::split`].
    pub split: Split,
    /// How far it has come, by what this node has seen.
    pub state: ChequeState,
    /// The caller's page that deposited it or sent it back.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub line: Option<u64>,
    /// In [`ChequeState::Doubled`], if the other page was signed: the proof, as a link
    /// to be handed on.
    pub proof: Option<String>,
    /// When it was taken, by this node's clock.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
}

/// How far a cheque has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ChequeState {
    /// The giver has signed; nothing is credited.
    Signed,
    /// Deposited.
    Received,
    /// Deposited, and enough peers hold the page.
    Witnessed,
    /// Sent back by the caller.
    SentBack,
    /// The giver's book has another page in its place: nothing will come of it.
    Doubled,
}

/// Cheques taken, newest first, and what they come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Cheques {
    /// One page of them.
    pub cheques: Vec<ChequeItem>,
    /// How many in all are signed and not yet settled.
    pub signed: u32,
    /// What those will credit, as far as can be said. Not in any balance.
    pub signed_s: Seconds,
    /// The balance of the book: what is settled.
    pub balance_s: Seconds,
    /// Balance and cheques together: what is expected.
    pub expected_s: Seconds,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// What one round of settling did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChequesSettled {
    /// The number of the page that deposited a cheque; null if none could be.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub deposited: Option<u64>,
    /// How many cheques are still signed only.
    pub signed: u32,
}
