//! Pages: the only thing that changes a book.

use crate::account::{Account, Fund, State};
use crate::amount::Seconds;
use crate::ballot::Vote;
use crate::bar::Bar;
use crate::carry::Carried;
use crate::clearing::Cleared;
use crate::digest::Hasher;
use crate::fund::Swept;
use crate::id::{ActionId, AgentId, Digest, SignatureBytes, VillageId};
use crate::levy::Split;
use crate::line::{Iou, Leg, ReceiptGiven};
use crate::policy::PolicyRef;
use crate::project::Payment;
use crate::settled::Proof;
use crate::succession::{Entrust, Guardians, Succession};
use serde::{Deserialize, Serialize};

/// The number of a book's first page.
pub const FIRST_PAGE: u64 = 1;
/// Page numbers stay where JavaScript and four varint bytes can follow.
pub const PAGE_NUMBER_MAX: u64 = (1 << 28) - 1;

/// One entry in an agent's book.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Page {
    /// 1, 2, 3 … without a gap.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// The page before; none on page 1 only.
    pub previous: Option<ActionId>,
    /// The policy in force.
    pub policy: PolicyRef,
    /// What happened.
    pub event: Event,
    /// What the book holds now.
    pub after: State,
}

/// What a page does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Event {
    /// Opens the book; cites the action that admitted the author to the village.
    Open {
        /// The author's admission (the agent validation package).
        admission: ActionId,
    },
    /// Debits the author: credit on its way to a receiver.
    Transfer(Box<Transfer>),
    /// Credits the author with a transfer made to them.
    Deposit {
        /// The giver's page.
        transfer: ActionId,
        /// Shows that it was not settled before.
        proof: Proof,
        /// The author's signature over [`receipt_statement`](crate::line::receipt_statement)
        /// if a gateway pays on an IOU; else none, and left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        receipt: Option<SignatureBytes>,
        /// Shows what this book has noted about the giver; none while it bars nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        unbarred: Option<Box<Proof>>,
    },
    /// Sends a transfer back undeposited.
    Decline {
        /// The giver's page.
        transfer: ActionId,
        /// Salted hash of the reason, if one was given.
        reason: Option<Digest>,
        /// Shows that it was not settled before.
        proof: Proof,
    },
    /// Takes back a transfer that its receiver declined.
    Reclaim {
        /// The author's own page.
        transfer: ActionId,
        /// The receiver's page that declined it.
        decline: ActionId,
        /// Shows that it was not reclaimed before.
        proof: Proof,
    },
    /// Votes in a ballot.
    Vote(Box<Vote>),
    /// Takes over the floor that the village decided for this book.
    Floor {
        /// The decision.
        decision: ActionId,
    },
    /// Opens a fund in the book of its holder.
    Hold {
        /// The fund.
        fund: Fund,
    },
    /// Moves levies that members' books have earned into a fund.
    Sweep {
        /// The fund.
        fund: Fund,
        /// 1 to [`SWEEP_MAX`](crate::fund::SWEEP_MAX) members, one after the other.
        items: Vec<Swept>,
    },
    /// The last page of a book.
    Close {
        /// The decision that adopts other rules; none to leave the village.
        decision: Option<ActionId>,
    },
    /// Opens the book with what a closed one in the village before held.
    Carry {
        /// The author's admission (the agent validation package).
        admission: ActionId,
        /// The closing page.
        carried: Box<Carried>,
    },
    /// Opens a trust-line in the book of its gateway, or takes over newer terms.
    Line {
        /// The neighbour.
        village: VillageId,
        /// The decision that adopts the terms.
        decision: ActionId,
        /// The neighbour's gateway signs the same terms
        /// ([`LineTerms::statement`](crate::line::LineTerms::statement)).
        agreed: SignatureBytes,
    },
    /// Keeps room on a line for a transfer across, and issues the next IOU.
    Pledge {
        /// The giver's page.
        transfer: ActionId,
        /// The decision that adopts the sheet.
        decision: ActionId,
        /// What the neighbour is to give, in its seconds, before levies.
        gives_s: Seconds,
        /// Shows that the transfer was not settled or pledged before.
        proof: Proof,
        /// The author's signature over the IOU ([`Iou::statement`]).
        iou: SignatureBytes,
    },
    /// Credits a line with a transfer whose receiver has signed in the other village.
    Arrive {
        /// The giver's page.
        transfer: ActionId,
        /// The receiver's word.
        receipt: ReceiptGiven,
        /// Shows that it was pledged and not ended before.
        proof: Proof,
    },
    /// Sends a transfer back that was pledged and refused in the other village.
    Return {
        /// The giver's page.
        transfer: ActionId,
        /// The author's page that pledged it.
        pledge: ActionId,
        /// The decision that names the gateway who refused.
        decision: ActionId,
        /// That gateway's signature ([`Iou::refusal_statement`]).
        refusal: SignatureBytes,
        /// Shows that it was pledged and not ended before.
        proof: Proof,
    },
    /// Takes an IOU of the neighbour without paying it.
    Refuse {
        /// The neighbour.
        village: VillageId,
        /// The decision that names the gateway who issued it.
        decision: ActionId,
        /// The IOU.
        iou: Iou,
        /// The author's signature ([`Iou::refusal_statement`]).
        signature: SignatureBytes,
    },
    /// Books this village's part of a round of clearing that all its gateways have signed.
    Clear(Box<Cleared>),
    /// Takes note that another book has ended.
    Bar(Box<Bar>),
    /// The Community fund makes good what somebody gave twice.
    MakeGood {
        /// The decision.
        decision: ActionId,
        /// Shows that it was not made good before.
        once: Proof,
    },
    /// Names the guardians of this book.
    Guard(Guardians),
    /// A guardian says who goes on with a lost book.
    Entrust(Box<Entrust>),
    /// Opens the book with what the book of a lost key held.
    Succeed {
        /// The author's admission (the agent validation package).
        admission: ActionId,
        /// The lost book.
        succession: Box<Succession>,
    },
}

/// A debit with everything its receiver needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Transfer {
    /// The giver's account that is debited.
    pub from: Account,
    /// The receiver.
    pub to: AgentId,
    /// The receiver's account that may be credited.
    pub to_account: Account,
    /// What the giver gives, in seconds.
    pub amount_s: Seconds,
    /// How it is shared out under the page's policy.
    pub split: Split,
    /// Salted hash of the words, if any.
    pub memo: Option<Digest>,
    /// The request that this transfer answers.
    pub request: Option<ActionId>,
    /// The transfer between the same two that this one corrects.
    pub corrects: Option<ActionId>,
    /// What a fund pays for; none from any other account.
    pub payment: Option<Box<Payment>>,
    /// Where the transfer goes over a line; else none, and left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub line: Option<Leg>,
    /// The giver's signature over the cheque of this page
    /// ([`crate::cheque::statement`]).
    pub cheque: SignatureBytes,
}

impl Event {
    /// The transfer on this page, if it is one.
    pub fn transfer(&self) -> Option<&Transfer> {
        match self {
            Event::Transfer(transfer) => Some(transfer),
            _ => None,
        }
    }

    /// The admission that an opening cites, if this opens a book.
    pub const fn opening(&self) -> Option<ActionId> {
        match self {
            Event::Open { admission }
            | Event::Carry { admission, .. }
            | Event::Succeed { admission, .. } => Some(*admission),
            _ => None,
        }
    }

    /// The lost book that this page goes on with, if it does.
    pub fn succession(&self) -> Option<&Succession> {
        match self {
            Event::Succeed { succession, .. } => Some(succession),
            _ => None,
        }
    }

    /// The vote on this page, if it is one.
    pub fn vote(&self) -> Option<&Vote> {
        match self {
            Event::Vote(vote) => Some(vote),
            _ => None,
        }
    }
}

impl Page {
    /// The digest that a cheque binds: the whole page but the cheque's own
    /// signature and the proofs (which the resulting `settled` root covers).
    pub fn digest(&self) -> Digest {
        let hasher = Hasher::new("commons-credit/page")
            .u64(self.number)
            .optional(self.previous.as_ref().map(|id| &id.0))
            .u32(self.policy.version)
            .optional(self.policy.decision.as_ref().map(|id| &id.0));
        let hasher = match &self.event {
            Event::Open { admission } => hasher.u8(0).fixed(&admission.0),
            Event::Transfer(transfer) => transfer.hash_into(hasher.u8(1)),
            Event::Deposit {
                transfer,
                receipt: None,
                ..
            } => hasher.u8(2).fixed(&transfer.0),
            Event::Deposit {
                transfer,
                receipt: Some(receipt),
                ..
            } => hasher.u8(32).fixed(&transfer.0).fixed(&receipt.0),
            Event::Decline {
                transfer, reason, ..
            } => hasher
                .u8(3)
                .fixed(&transfer.0)
                .optional(reason.as_ref().map(|digest| &digest.0)),
            Event::Reclaim {
                transfer, decline, ..
            } => hasher.u8(4).fixed(&transfer.0).fixed(&decline.0),
            Event::Vote(vote) => vote.hash_into(hasher.u8(5)),
            Event::Floor { decision } => hasher.u8(6).fixed(&decision.0),
            Event::Hold { fund } => Account::Fund(*fund).hash_into(hasher.u8(7)),
            Event::Sweep { fund, items } => items.iter().fold(
                Account::Fund(*fund)
                    .hash_into(hasher.u8(8))
                    .u64(items.len() as u64),
                |hasher, item| hasher.fixed(&item.page.0),
            ),
            Event::Close { decision } => hasher.u8(9).optional(decision.as_ref().map(|id| &id.0)),
            Event::Carry { admission, carried } => {
                carried.hash_into(hasher.u8(10).fixed(&admission.0))
            }
            Event::Line {
                village,
                decision,
                agreed,
            } => hasher
                .u8(33)
                .fixed(&village.0)
                .fixed(&decision.0)
                .fixed(&agreed.0),
            Event::Pledge {
                transfer,
                decision,
                gives_s,
                iou,
                ..
            } => hasher
                .u8(34)
                .fixed(&transfer.0)
                .fixed(&decision.0)
                .i64(gives_s.0)
                .fixed(&iou.0),
            Event::Arrive {
                transfer, receipt, ..
            } => hasher
                .u8(35)
                .fixed(&transfer.0)
                .u64(receipt.number)
                .i64(receipt.amount_s.0)
                .fixed(&receipt.signature.0),
            Event::Return {
                transfer,
                pledge,
                decision,
                refusal,
                ..
            } => hasher
                .u8(36)
                .fixed(&transfer.0)
                .fixed(&pledge.0)
                .fixed(&decision.0)
                .fixed(&refusal.0),
            Event::Refuse {
                village,
                decision,
                iou,
                signature,
            } => iou
                .hash_into(hasher.u8(37).fixed(&village.0).fixed(&decision.0))
                .fixed(&signature.0),
            Event::Clear(cleared) => cleared.hash_into(hasher.u8(38)),
            Event::Bar(bar) => bar.hash_into(hasher.u8(20)),
            Event::MakeGood { decision, .. } => hasher.u8(21).fixed(&decision.0),
            Event::Guard(guardians) => guardians.hash_into(hasher.u8(22)),
            Event::Entrust(entrust) => entrust.hash_into(hasher.u8(23)),
            Event::Succeed {
                admission,
                succession,
            } => succession.hash_into(hasher.u8(24).fixed(&admission.0)),
        };
        self.after.hash_into(hasher).finish()
    }
}

impl Transfer {
    fn hash_into(&self, hasher: Hasher) -> Hasher {
        let hasher = self.from.hash_into(hasher).fixed(&self.to.0);
        let hasher = self
            .to_account
            .hash_into(hasher)
            .i64(self.amount_s.0)
            .i64(self.split.receiver_s.0)
            .i64(self.split.state_s.0)
            .i64(self.split.community_s.0)
            .optional(self.memo.as_ref().map(|digest| &digest.0))
            .optional(self.request.as_ref().map(|id| &id.0))
            .optional(self.corrects.as_ref().map(|id| &id.0));
        // The law refuses both at once (rule 72).
        match (&self.payment, &self.line) {
            (None, None) => hasher.u8(0),
            (Some(payment), None) => payment.hash_into(hasher.u8(1)),
            (None, Some(leg)) => leg.hash_into(hasher),
            (Some(payment), Some(leg)) => leg.hash_into(payment.hash_into(hasher.u8(4))),
        }
    }
}
