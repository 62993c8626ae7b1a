//! Bars: a book takes note that another has ended at a page, and takes nothing that
//! was given later.
//!
//! No page can become invalid because of what arrives afterwards: what is valid for
//! one peer is valid for all. So the bar stands where it can be seen by everybody: in
//! the receiver's own book, on a page of its own, behind a root that every later page
//! carries. Who has noted it can never deposit what came after; who deposited before
//! keeps it.

use crate::account::State;
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId};
use crate::settled::{Key, Mark, Proof, Root};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Why a book has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Cause {
    /// Its author gave one page twice: the proof.
    DoubleSpend(ActionId),
    /// Another key goes on with it: that key's first page.
    Succession(ActionId),
}

/// Takes note that a book has ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Bar {
    /// Whose book.
    pub agent: AgentId,
    /// Its last page that counts.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// Why.
    pub cause: Cause,
    /// Shows what was noted about this agent before.
    pub proof: Proof,
}

/// What the cause says, read off what is cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// What is cited.
    pub cause: Cause,
    /// Whose book has ended.
    pub agent: AgentId,
    /// Its last page that counts.
    pub number: u64,
}

impl Bar {
    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        let hasher = hasher.fixed(&self.agent.0).u64(self.number);
        match &self.cause {
            Cause::DoubleSpend(id) => hasher.u8(0).fixed(&id.0),
            Cause::Succession(id) => hasher.u8(1).fixed(&id.0),
        }
    }
}

impl State {
    /// Rule 61: notes that a book has ended, where that is new.
    pub(crate) fn bar(
        &mut self,
        bar: &Bar,
        author: AgentId,
        ended: Option<Ended>,
    ) -> Result<(), Violation> {
        let claimed = Ended {
            cause: bar.cause,
            agent: bar.agent,
            number: bar.number,
        };
        if ended != Some(claimed) || bar.agent == author {
            return Err(Violation::BarUnfounded);
        }
        let key = Key::of_bar(bar.agent);
        let noted = bar.proof.mark(self.barred, &key)?;
        if noted.is_some_and(|noted| noted.0 <= bar.number) {
            return Err(Violation::AlreadyBarred { agent: bar.agent });
        }
        self.barred = bar.proof.root_with(&key, Mark(bar.number))?;
        Ok(())
    }

    /// Rule 62: whether this book may still take what `giver` gave on page `number`.
    /// The path is there exactly when anybody is barred.
    pub(crate) fn check_not_barred(
        &self,
        giver: AgentId,
        number: u64,
        unbarred: Option<&Proof>,
    ) -> Result<(), Violation> {
        let noted = match unbarred {
            None if self.barred == Root::EMPTY => return Ok(()),
            Some(proof) if self.barred != Root::EMPTY => {
                proof.mark(self.barred, &Key::of_bar(giver))?
            }
            _ => return Err(Violation::ProofWrong),
        };
        match noted {
            Some(last) if number > last.0 => Err(Violation::GiverBarred {
                giver,
                number: last.0,
            }),
            _ => Ok(()),
        }
    }
}
