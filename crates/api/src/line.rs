//! Trust-lines to neighbour villages, and what goes over them.

use crate::ballot::Motion;
use commons_credit_ledger::{PaymentTag, Seconds, SignatureBytes, Split};
use holo_hash::{ActionHash, AgentPubKey, DnaHash};
use serde::{Deserialize, Serialize};

/// Longest message between two villages, in bytes.
pub const LINE_MESSAGE_MAX_BYTES: usize = 1_024;

/// The trust-lines that the village has adopted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TrustLines {
    /// By neighbour.
    pub items: Vec<TrustLine>,
    /// Where the following call goes on.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// A trust-line by the newest terms, and where its gateway's book stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TrustLine {
    /// The neighbour.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// The decision that adopts the newest terms.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub decision: ActionHash,
    /// The terms, as they were moved.
    pub terms: Motion,
    /// The gateway's name on this side.
    pub gateway_name: Option<String>,
    /// Whether the caller is that gateway.
    pub mine: bool,
    /// Whether the gateway's book has taken these terms over.
    pub taken_over: bool,
    /// The line's account: above zero this village owes, below it is owed, in seconds.
    pub balance_s: Seconds,
    /// Pledged and not ended, in seconds.
    pub pledged_s: Seconds,
    /// The last IOU issued.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub issued: u64,
    /// The last IOU of the neighbour that was paid or refused.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub taken: u64,
}

/// Names a neighbour.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NeighbourRef {
    /// The neighbour village.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
}

/// A gateway's signature over the terms that its village has adopted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Agreed {
    /// The signature, 64 bytes.
    pub signature: SignatureBytes,
}

/// Opens a line in the caller's book, or takes over its newest terms.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TakeLineInput {
    /// The neighbour village.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// The other gateway's signature; none if the caller's own cell there has it.
    pub agreed: Option<SignatureBytes>,
}

/// The next line of a way, before it is quoted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HopAsked {
    /// The village at its other end.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// The kind of labour, by its place on that line's sheet.
    pub kind: u32,
}

/// Asks what a payment across comes to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct QuoteAcrossInput {
    /// The neighbour village.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// The kind of labour, by its place on the sheet.
    pub kind: u32,
    /// What the giver gives, in seconds.
    pub amount_s: Seconds,
    /// The lines after that one, at most
    /// [`HOPS_MAX`](commons_credit_ledger::way::HOPS_MAX); left out if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<HopAsked>>"))]
    pub onward: Vec<HopAsked>,
}

/// What a payment across comes to, by what this node knows of the line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct QuoteAcross {
    /// How it is shared out here; the receiver's part goes over the line.
    pub split: Split,
    /// What the neighbour's gateway gives for that, in its seconds, before its levies.
    pub gives_s: Seconds,
    /// The rate sheet.
    pub sheet: u32,
    /// What else goes over the line, in this village's seconds, before this payment.
    pub room_s: Seconds,
    /// The same on each line after it, by what the caller's own cell in that village
    /// knows; left out if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<HopQuoted>>"))]
    pub onward: Vec<HopQuoted>,
}

/// What becomes of a payment on a line after the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HopQuoted {
    /// The village at its other end.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// How the village in between shares out what comes to it; the receiver's part goes on.
    pub split: Split,
    /// What the gateway at the other end gives for that, in its seconds, before its levies.
    pub gives_s: Seconds,
    /// The rate sheet.
    pub sheet: u32,
    /// The kind of labour that was asked about.
    pub kind: u32,
    /// What else goes over that line, in seconds of the village in between.
    pub room_s: Seconds,
}

/// The next line of a way, as the giver confirms it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HopPaid {
    /// The village at its other end.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// The rate sheet of the quote.
    pub sheet: u32,
    /// The kind of labour, by its place on the sheet.
    pub kind: u32,
    /// The least that the gateway at the other end is to give: what the quote said.
    pub least_s: Seconds,
}

/// Gives to somebody in a neighbour village.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PayAcrossInput {
    /// The neighbour village.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// Who receives there, or at the end of the way onward.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub receiver: AgentPubKey,
    /// The kind of labour, by its place on the sheet.
    pub kind: u32,
    /// What the giver gives, in seconds.
    pub amount_s: Seconds,
    /// The rate sheet of the quote.
    pub sheet: u32,
    /// The least that the neighbour's gateway is to give: what the quote said.
    pub least_s: Seconds,
    /// The lines after that one, at most
    /// [`HOPS_MAX`](commons_credit_ledger::way::HOPS_MAX); left out if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<HopPaid>>"))]
    pub onward: Vec<HopPaid>,
    /// The number of the book's newest page that the caller has seen.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub seen: Option<u64>,
}

/// The other end of what goes over a trust-line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FarEnd {
    /// The village there.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// Who receives there; absent for who gave there, whom an IOU does not name.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey | null"))]
    pub member: Option<AgentPubKey>,
}

/// Ways to a village, by what the caller's own cells know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ways {
    /// The shortest first, at most [`WAYS_MAX`](commons_credit_ledger::way::WAYS_MAX).
    pub items: Vec<Way>,
    /// Villages whose lines are not known, because the caller has no book there: a way
    /// through them may exist.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash[]"))]
    pub unseen: Vec<DnaHash>,
}

/// A way from the caller's village to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Way {
    /// Its lines in order, each as the village at its beginning has it: what else goes
    /// over it is its limit less balance and pledges, and the tightest decides.
    pub lines: Vec<TrustLine>,
}

/// Bytes for somebody to carry to a neighbour village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineMessage {
    /// The village that they are for.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub to: DnaHash,
    /// The bytes: msgpack of a
    /// [`LineSlip`](commons_credit_ledger::LineSlip), at most [`LINE_MESSAGE_MAX_BYTES`].
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub bytes: Vec<u8>,
}

/// Messages that wait, or that answer another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineMessages {
    /// In the order in which they are to be taken.
    pub messages: Vec<LineMessage>,
}

/// Asks what became of a neighbour's IOUs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineAsk {
    /// The village that issued them.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// The lowest number that is asked about.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub since: u64,
}

/// What became of a neighbour's IOUs, by the book of the gateway who takes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineAnswers {
    /// The payments whose IOUs were taken, in the order of the numbers.
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array[]"))]
    pub taken: Vec<PaymentTag>,
    /// Answers to those that have ended.
    pub messages: Vec<LineMessage>,
}

/// How far the caller's lines went on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineWork {
    /// Lines that the caller's book holds.
    pub lines: u32,
    /// Pages written by this call.
    pub pages: u32,
    /// Messages that the caller's node passed from one village to another: IOUs and
    /// answers.
    pub sent: u32,
    /// IOUs issued that have no answer yet.
    pub waiting: u32,
}
