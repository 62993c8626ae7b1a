//! What a client sends to the village zome and what it gets back.
//!
//! Shapes only. Hashes are Holochain's 39 bytes; times are microseconds since
//! 1970 as claimed by the author (never evidence); `…_s` is whole seconds of
//! labour. Lists are paged: `limit` is 1 to [`LIST_MAX`], `next` is the cursor
//! for the following call and absent at the end. Every refusal is an error whose
//! text begins with `E_CODE: sentence`.
//!
//! A crate of its own, because the zomes must never be linked natively: their
//! externs have names such as `open` and `accept`, which would shadow the C
//! library's.

mod ballot;
mod cheque;
mod clearing;
mod dispute;
mod guard;
mod leaving;
mod line;
mod profile;
mod project;
mod treasury;

pub use ballot::*;
pub use cheque::*;
pub use clearing::*;
pub use dispute::*;
pub use guard::*;
pub use leaving::*;
pub use line::*;
pub use profile::*;
pub use project::*;
pub use treasury::*;

use commons_credit_ledger::roll::Standing as RollStanding;
use commons_credit_ledger::{Charter, Levies, Seconds, Split, Voting};
use holo_hash::{ActionHash, AgentPubKey, DnaHash};
use serde::{Deserialize, Serialize};

/// Most items in one list.
pub const LIST_MAX: u32 = 100;

/// Name and answers of a village to be founded; the caller becomes its steward.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DraftInput {
    /// The village's name.
    pub name: String,
    /// Levy rates, in basis points.
    pub levies: Levies,
    /// How far below zero a new member may go, in seconds (zero or less).
    pub floor_s: Seconds,
    /// How the village decides.
    pub voting: Voting,
}

/// What to clone the village DNA with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Draft {
    /// The clone's network seed, random.
    pub network_seed: String,
    /// The clone's properties.
    pub charter: Charter,
}

/// An invitation as text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Invitation {
    /// One line: `cc1:` and base64url characters.
    pub text: String,
}

/// An invitation that the caller has vouched for, to be passed on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Vouching {
    /// One line: `cc1:` and base64url characters.
    pub text: String,
    /// How many vouch in it.
    pub vouchers: u32,
    /// Whether they suffice: one steward, or as many members as the roll asks for.
    pub enough: bool,
}

/// Asks for an invitation that names these hubs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct InviteInput {
    /// Addresses where the village's nodes meet, at most 4, each an http(s) URL.
    pub hubs: Vec<String>,
}

/// What to clone the village DNA with in order to join.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Joining {
    /// The village that the clone must turn out to be.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// The clone's network seed.
    pub network_seed: String,
    /// The clone's properties.
    pub charter: Charter,
    /// The clone's membrane proof.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub membrane_proof: Vec<u8>,
    /// Hubs named in the invitation.
    pub hubs: Vec<String>,
}

/// Opens the caller's book under a name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OpenInput {
    /// The member's name.
    pub name: String,
}

/// Where the caller stands in this village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Standing {
    /// The caller.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub me: AgentPubKey,
    /// The village.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// The charter; its name is the village's.
    pub charter: Charter,
    /// Whether the caller may invite alone: a founding steward.
    pub steward: bool,
    /// The policy in force, as far as this node knows.
    pub policy: PolicyInForce,
    /// The roll in force, as far as this node knows.
    pub roll: RollInForce,
    /// The caller's book; absent until it is opened.
    pub book: Option<Book>,
}

/// An open book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Book {
    /// The member's name.
    pub name: String,
    /// The newest page's number.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// The newest page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub page: ActionHash,
    /// The member account's balance.
    pub balance_s: Seconds,
    /// The lowest balance that giving may leave.
    pub floor_s: Seconds,
    /// What may still be given: balance less floor, never below zero.
    pub can_give_s: Seconds,
    /// Levies that this book's income earned for the State fund.
    pub earned_state_s: Seconds,
    /// Levies that this book's income earned for the Community fund.
    pub earned_community_s: Seconds,
    /// Whether the book is closed: nothing more can be written in it.
    pub closed: bool,
    /// Whether guardians are named.
    pub guarded: bool,
    /// Whether it is time to name guardians: none are named, and there is something to
    /// lose.
    pub guardians_wanted: bool,
    /// Whether this node knows that the book has ended at an earlier page: another key
    /// goes on with it, or a page was given twice.
    pub ended: bool,
    /// Books of others whose end is known here and not yet noted in this one: call
    /// `note_ends`.
    pub ends_to_note: u32,
}

/// Asks how an amount would be shared out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct QuoteInput {
    /// The amount.
    pub amount_s: Seconds,
}

/// How an amount would be shared out, and what giving it would leave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Quote {
    /// The parts.
    pub split: Split,
    /// The giver's balance after it.
    pub balance_after_s: Seconds,
    /// Whether the floor allows it.
    pub allowed: bool,
}

/// Gives credit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PayInput {
    /// The receiver.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub to: AgentPubKey,
    /// The amount to give, levies included.
    pub amount_s: Seconds,
    /// What it is for; only the receiver reads it. May be empty.
    pub words: String,
    /// The newest page number of the own book that the caller has seen. If the book
    /// has moved on the call is refused, so that asking twice never pays twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub seen: Option<u64>,
}

/// Asks for credit: "I helped Bob two hours".
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RequestInput {
    /// Who is asked to give.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub giver: AgentPubKey,
    /// The amount to be given, levies included.
    pub amount_s: Seconds,
    /// What it was for; only the giver reads it. May be empty.
    pub words: String,
}

/// Names a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RequestRef {
    /// The request.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub request: ActionHash,
}

/// Refuses a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RefuseInput {
    /// The request.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub request: ActionHash,
    /// Why; only the asker reads it. May be empty.
    pub reason: String,
}

/// Names a transfer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TransferRef {
    /// The giver's page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub transfer: ActionHash,
}

/// Sends a transfer back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DeclineInput {
    /// The giver's page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub transfer: ActionHash,
    /// Why; only the giver reads it. May be empty.
    pub reason: String,
}

/// A page that the caller has just written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Written {
    /// The page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub page: ActionHash,
    /// Its number.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// The member account's balance after it.
    pub balance_s: Seconds,
}

/// A request that the caller has just made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Requested {
    /// The request.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub request: ActionHash,
}

/// Asks for one page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ListInput {
    /// Where to go on: the `next` of the call before; absent for the start.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub cursor: Option<u64>,
    /// How many at most, 1 to [`LIST_MAX`].
    pub limit: u32,
}

/// A member of the village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Member {
    /// The member.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub agent: AgentPubKey,
    /// Their name.
    pub name: String,
    /// Whether this is the caller.
    pub me: bool,
    /// Whether they are a founding steward.
    pub steward: bool,
    /// Their standing on the roll in force; absent for a guest.
    pub standing: Option<RollStanding>,
    /// Their profile; absent if they have made none.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub profile: Option<ActionHash>,
    /// Whether the profile has a picture: `profile` gives it.
    pub pictured: bool,
    /// What they can do.
    pub skills: Vec<String>,
    /// What they speak, as BCP 47 tags.
    pub languages: Vec<String>,
}

/// Members by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Members {
    /// One page of them.
    pub members: Vec<Member>,
    /// How many members are known in all.
    pub total: u32,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// Something that waits for the caller, or that the caller waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct InboxItem {
    /// What it is.
    pub kind: InboxKind,
    /// The request, the transfer or, for [`InboxKind::Refused`], the refused request.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub action: ActionHash,
    /// The other side.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub counterpart: AgentPubKey,
    /// The other side's name, if known yet.
    pub counterpart_name: Option<String>,
    /// The other end of what came over a trust-line; the counterpart is its gateway then.
    pub far: Option<FarEnd>,
    /// The amount to be given or given.
    pub amount_s: Seconds,
    /// How it would be, or is, shared out.
    pub split: Split,
    /// The words, when they could be opened.
    pub words: Option<String>,
    /// When the author says that it was written.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
}

/// Kinds of inbox items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum InboxKind {
    /// The counterpart asks the caller to give: accept or refuse.
    RequestToMe,
    /// The caller asked the counterpart, who has not answered: withdraw or wait.
    RequestByMe,
    /// A transfer to the caller that answers the caller's own request: deposit.
    TransferAsked,
    /// A transfer to the caller that was not asked for: deposit or decline.
    TransferUnasked,
    /// A transfer by the caller that its receiver declined: reclaim.
    Declined,
    /// The counterpart refused the caller's request; words are the reason.
    Refused,
    /// A transfer from a fund to the caller, the new holder of it: hold the fund, then
    /// deposit.
    FundHandedOver,
    /// The counterpart disputes a transfer between the two; the action is the transfer.
    Disputed,
    /// The counterpart names the caller as mediator; the action is the transfer.
    Nominated,
    /// A new key, the counterpart, asks the caller as guardian for the book of a lost
    /// one; words are the lost key's name, the action is the appeal.
    SuccessionAsked,
}

/// What waits, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Inbox {
    /// One page of it.
    pub items: Vec<InboxItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// One line of the caller's own book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ActivityItem {
    /// The page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub page: ActionHash,
    /// The transfer that it is about: the page itself for a gift.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub transfer: Option<ActionHash>,
    /// Its number.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// What it did.
    pub kind: ActivityKind,
    /// How far it has come.
    pub state: ActivityState,
    /// The other side; absent for an opening.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey | null"))]
    pub counterpart: Option<AgentPubKey>,
    /// The other side's name, if known yet.
    pub counterpart_name: Option<String>,
    /// The other end of what went over a trust-line; the counterpart is its gateway then.
    pub far: Option<FarEnd>,
    /// The giver's amount; zero for an opening.
    pub amount_s: Seconds,
    /// How it was shared out; absent for an opening.
    pub split: Option<Split>,
    /// The words, when they could be opened.
    pub words: Option<String>,
    /// The transfer that this one corrects.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub corrects: Option<ActionHash>,
    /// How far a dispute about it has come; absent if nobody disputes it.
    pub dispute: Option<DisputeState>,
    /// The member account's balance after the page.
    pub balance_s: Seconds,
    /// Peers that hold the page and found it valid, as far as is known.
    pub witnesses: u32,
    /// When the page says that it was written.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
}

/// Kinds of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ActivityKind {
    /// The book was opened.
    Opened,
    /// The caller gave.
    Gave,
    /// The caller received.
    Received,
    /// The caller sent a transfer back.
    Declined,
    /// The caller took a declined transfer back.
    Reclaimed,
    /// The caller voted.
    Voted,
    /// The caller took over a floor that the village decided.
    FloorTaken,
    /// The caller opened a fund as its holder.
    FundOpened,
    /// The caller swept levies into a fund.
    Swept,
    /// The caller paid labour out of a fund.
    PaidLabour,
    /// The caller handed a fund over.
    HandedOver,
    /// The caller took a fund over.
    TakenOver,
    /// The book was closed.
    Closed,
    /// The book was opened with what a closed one held.
    Carried,
    /// The caller opened a trust-line as its gateway, or took over its terms.
    LineTaken,
    /// The caller pledged a transfer across a line.
    Pledged,
    /// A pledged transfer arrived: the line was credited.
    Arrived,
    /// A pledged transfer was refused over there and sent back.
    Returned,
    /// The caller paid on an IOU of the neighbour.
    PaidOnIou,
    /// The caller refused an IOU of the neighbour.
    IouRefused,
    /// The caller booked a round of clearing as gateway.
    Cleared,
    /// The caller noted that another's book has ended.
    Barred,
    /// The Community fund made good what somebody gave twice.
    MadeGood,
    /// The caller named guardians.
    GuardiansNamed,
    /// The caller, a guardian, entrusted a lost book to a new key.
    Entrusted,
    /// The book was opened with what the book of a lost key held.
    Succeeded,
}

/// How far a page has come. Each is a fact that this node has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ActivityState {
    /// Committed and signed here; nobody else is known to hold it.
    Signed,
    /// The receiver has deposited it (for the giver's page).
    Received,
    /// Enough peers hold it: for a gift, deposited as well.
    Witnessed,
    /// The receiver sent it back; it can be reclaimed.
    SentBack,
    /// Sent back and reclaimed.
    Returned,
}

/// The caller's lines, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Activity {
    /// One page of them.
    pub items: Vec<ActivityItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// Levies earned by the members' newest known pages: a safe lower bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Funds {
    /// Earned for the State fund by the members of this list page.
    pub state_s: Seconds,
    /// Earned for the Community fund by the members of this list page.
    pub community_s: Seconds,
    /// How many books were read.
    pub books: u32,
    /// Cursor of the next page; add its sums to these.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// Pushed to the UI, and from peer to peer: a hint to look, never evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Signal {
    /// The caller's own book has a new page.
    BookChanged,
    /// Something arrived for the caller.
    InboxChanged {
        /// Who caused it.
        #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
        from: AgentPubKey,
    },
}
