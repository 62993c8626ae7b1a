//! Closing a book, and going on with it in the village that takes over.
//!
//! Other code is another DNA, and so another village. A book moves there by two
//! pages: the last in the old village, the first in the new one. A validator of the
//! new village cannot read the old one; a steward who can says that the closing page
//! is valid there, and whoever holds both villages checks every step.

use crate::account::{Account, DecidedFloor, State};
use crate::ballot::{Content, Decided};
use crate::charter::Charter;
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId, Digest, SignatureBytes, VillageId};
use crate::page::{Event, Page};
use crate::policy::Policy;
use crate::settled::Root;
use crate::text::check_words;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Another program for the village.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Code {
    /// Which.
    pub program: Program,
    /// What is different, in up to 140 characters.
    pub note: String,
}

/// The program by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Program {
    /// Other rules: a new village, by its DNA hash. Books close and are carried over.
    Dna(VillageId),
    /// The same rules, another coordinator, by its SHA-256. Nobody has to close
    /// anything.
    Coordinator(Digest),
}

/// A book's last page in the old village, for its first page in the new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Carried {
    /// The old village.
    pub village: VillageId,
    /// The closing page's address there.
    pub closing: ActionId,
    /// The closing page.
    pub page: Page,
    /// The founding steward of the new village who has seen it valid in the old one.
    pub witness: AgentId,
    /// The steward's signature over [`carry_statement`].
    pub signature: SignatureBytes,
}

/// What a steward signs for a book that is carried from `carried.village` to
/// `village`.
pub fn carry_statement(village: &VillageId, author: &AgentId, carried: &Carried) -> Vec<u8> {
    [
        b"cc-carry/1".as_slice(),
        &village.0,
        &carried.village.0,
        &author.0,
        &carried.closing.0,
        &carried.page.digest().0,
    ]
    .concat()
}

impl Code {
    /// Judges what is proposed (rule 42).
    pub fn check(&self) -> Result<(), Violation> {
        check_words(&self.note)
    }
}

impl Carried {
    /// Rule 43: whether this charter takes books from the old village, and whether the
    /// witness may speak for this author: a founding steward, and another than the
    /// author unless there is only one.
    pub fn may_be_witnessed(&self, author: &AgentId, charter: &Charter) -> bool {
        charter.predecessor == Some(self.village)
            && charter.has_steward(&self.witness)
            && (self.witness != *author || charter.stewards.len() == 1)
    }

    /// Rule 43: the book as it goes on under the new village's policy. What counts
    /// ballots begins anew there; what counts hours goes on.
    pub(crate) fn opened(&self, policy: &Policy) -> Result<State, Violation> {
        if !matches!(self.page.event, Event::Close { decision: Some(_) }) {
            return Err(Violation::CarryForeign);
        }
        let mut state = self.page.after.clone();
        state.policy = policy.version;
        state.roll = 0;
        for tally in &mut state.lines {
            tally.terms = 0;
        }
        // Pages are counted from 1 again, and no proof counts in another village.
        state.barred = Root::EMPTY;
        for lost in &mut state.lost {
            lost.number = 0;
        }
        state.floor = state.floor.map(|floor| DecidedFloor { number: 0, ..floor });
        // A holder may come with an empty root, by opening afresh: no root of the new
        // village can say what was swept in the old one.
        state.leave_levies();
        state.set_collectors(policy);
        state.set_floor(policy)?;
        Ok(state)
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        hasher
            .fixed(&self.village.0)
            .fixed(&self.closing.0)
            .fixed(&self.page.digest().0)
            .fixed(&self.witness.0)
    }
}

/// Rule 41: whether a book may close: for new code that the village adopted, or to
/// leave with nothing owed and nothing kept for others.
pub(crate) fn check_close(
    state: &State,
    decision: Option<ActionId>,
    decided: Option<Decided<'_>>,
) -> Result<(), Violation> {
    if let Some(under_way) = state.lines.iter().find(|tally| tally.pledged_s.0 != 0) {
        return Err(Violation::LeavesOwing {
            account: Account::Line(under_way.village),
            balance_s: under_way.pledged_s.0,
        });
    }
    if let Some(id) = decision {
        let content = decided
            .and_then(|decided| decided.adopting(id))
            .map(|proposal| &proposal.content);
        return match content {
            Some(Content::Code(Code {
                program: Program::Dna(_),
                ..
            })) => Ok(()),
            _ => Err(Violation::CodeNotAdopted),
        };
    }
    let owes = state.holdings.iter().find(|holding| {
        let own = holding.account == Account::Member;
        holding.balance_s.0 < 0 || !own && holding.balance_s.0 != 0
    });
    match owes {
        None => Ok(()),
        Some(holding) => Err(Violation::LeavesOwing {
            account: holding.account,
            balance_s: holding.balance_s.0,
        }),
    }
}
