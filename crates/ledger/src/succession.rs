//! Lost keys: guardians named beforehand, or the village, move a book to a new key.
//!
//! The new key opens its book with the state of one named page of the old one. Both
//! the guardians and the village name that page, so an heir cannot choose a better
//! one; and a guardian speaks once about a lost key, so two heirs cannot both have
//! more than half of the guardians.

use crate::account::State;
use crate::apply::Cited;
use crate::ballot::{Content, Decided, Subject};
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId, Digest};
use crate::page::Event;
use crate::policy::Policy;
use crate::settled::{Key, Mark, Proof, Root};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most guardians of one book.
pub const GUARDIANS_MAX: usize = 8;
/// Most keys that one book has been lost with.
pub const LOST_MAX: usize = 8;

/// Who may move a book to a new key, together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Guardians {
    /// Who: 1 to [`GUARDIANS_MAX`], ascending, none twice.
    pub agents: Vec<AgentId>,
    /// How many of them it takes: more than half.
    pub needed: u32,
}

/// One guardian says who goes on with a lost book, and from which page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Entrust {
    /// The lost key.
    pub lost: AgentId,
    /// The last page of its book that counts.
    pub last: ActionId,
    /// The new key.
    pub heir: AgentId,
    /// Shows that the author has not spoken about this lost key before.
    pub proof: Proof,
}

/// Who lets a new key go on with a book.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Mandate {
    /// So many of the guardians.
    Guardians {
        /// All of them, as the lost book names them.
        guardians: Guardians,
        /// The guardians' pages.
        entrusted: Vec<ActionId>,
    },
    /// The village.
    Decision {
        /// The decision.
        decision: ActionId,
    },
}

/// Goes on with the book of a lost key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Succession {
    /// The lost key.
    pub lost: AgentId,
    /// The last page of its book that counts.
    pub last: ActionId,
    /// That page's number.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// By whose word.
    pub mandate: Mandate,
}

/// A lost key whose book goes on in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LostKey {
    /// The lost key.
    pub agent: AgentId,
    /// The last page of its book that counts; 0 where none does, because the book came
    /// from another village.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
}

/// Asks the guardians of a lost key for its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Appeal {
    /// The lost key.
    pub lost: AgentId,
    /// The newest page of its book that the author knows.
    pub last: ActionId,
    /// The page of that book that names the guardians.
    pub named: ActionId,
}

impl Guardians {
    /// Judges a list of guardians for `author` (rule 64).
    pub fn check(&self, author: AgentId) -> Result<(), Violation> {
        let count = self.agents.len();
        let ascending = self.agents.windows(2).all(|pair| pair[0] < pair[1]);
        let needed = self.needed as usize;
        let quorum = needed <= count && 2 * needed > count;
        let in_range = (1..=GUARDIANS_MAX).contains(&count);
        if !in_range || !ascending || !quorum || self.agents.contains(&author) {
            return Err(Violation::GuardiansMalformed {
                guardians: count as u64,
                needed: self.needed,
            });
        }
        Ok(())
    }

    /// What a book keeps of them.
    pub fn digest(&self) -> Digest {
        self.hash_into(Hasher::new("commons-credit/guardians"))
            .finish()
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        self.agents.iter().fold(
            hasher.u32(self.needed).u64(self.agents.len() as u64),
            |hasher, agent| hasher.fixed(&agent.0),
        )
    }
}

impl Entrust {
    /// Rule 65: a guardian speaks once about a lost key; says where that is settled.
    pub(crate) fn settle(
        &self,
        state: &mut State,
        author: AgentId,
        last: Option<Cited<'_>>,
    ) -> Result<(), Violation> {
        let cites_it = last.is_some_and(|last| last.id == self.last && last.author == self.lost);
        let three = self.lost != author && self.heir != author && self.lost != self.heir;
        if !cites_it || !three {
            return Err(Violation::EntrustForeign);
        }
        let key = Key::of_entrusted(self.lost);
        if self.proof.mark(state.settled, &key)?.is_some() {
            return Err(Violation::AlreadyEntrusted);
        }
        state.settled = self.proof.root_with(&key, Mark::default())?;
        Ok(())
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        hasher
            .fixed(&self.lost.0)
            .fixed(&self.last.0)
            .fixed(&self.heir.0)
    }
}

impl Succession {
    /// Rule 66: the book as it goes on under the new key, if the guardians or the
    /// village say so.
    pub(crate) fn opened(
        &self,
        heir: AgentId,
        policy: &Policy,
        last: Option<Cited<'_>>,
        entrusted: &[Cited<'_>],
        decided: Option<Decided<'_>>,
    ) -> Result<State, Violation> {
        let last = last
            .filter(|last| last.id == self.last && last.author == self.lost)
            .filter(|last| last.page.number == self.number && self.lost != heir)
            .ok_or(Violation::SuccessionForeign)?;
        let before = &last.page.after;
        if matches!(last.page.event, Event::Close { .. }) {
            return Err(Violation::BookClosed);
        }
        if policy.version < before.policy {
            return Err(Violation::PolicyOlder {
                version: policy.version,
                used: before.policy,
            });
        }
        self.check_mandate(heir, before.guardians, entrusted, decided)?;
        self.go_on(before, policy)
    }

    fn check_mandate(
        &self,
        heir: AgentId,
        named: Option<Digest>,
        cited: &[Cited<'_>],
        decided: Option<Decided<'_>>,
    ) -> Result<(), Violation> {
        let (guardians, pages) = match &self.mandate {
            Mandate::Decision { decision } => {
                let proposal = decided.and_then(|decided| decided.adopting(*decision));
                let says = proposal.is_some_and(|proposal| {
                    proposal.subject == Subject::Succession(self.lost)
                        && proposal.content
                            == Content::Succession {
                                heir,
                                last: self.last,
                            }
                });
                return says.then_some(()).ok_or(Violation::SuccessionForeign);
            }
            Mandate::Guardians {
                guardians,
                entrusted,
            } => (guardians, entrusted),
        };
        if named != Some(guardians.digest())
            || !cited.iter().map(|page| page.id).eq(pages.iter().copied())
        {
            return Err(Violation::SuccessionForeign);
        }
        let says = |cited: &Cited<'_>| match &cited.page.event {
            Event::Entrust(entrust) => {
                guardians.agents.contains(&cited.author)
                    && (entrust.lost, entrust.last, entrust.heir) == (self.lost, self.last, heir)
            }
            _ => false,
        };
        let by: BTreeSet<AgentId> = cited
            .iter()
            .filter(|cited| says(cited))
            .map(|cited| cited.author)
            .collect();
        if by.len() != cited.len() || by.len() < guardians.needed as usize {
            return Err(Violation::GuardiansMissing {
                entrusted: by.len() as u64,
                needed: guardians.needed,
            });
        }
        Ok(())
    }

    /// What counts hours goes on. Levies that the old book has earned are swept from
    /// its last page, so the new one begins to earn where that ends.
    fn go_on(&self, before: &State, policy: &Policy) -> Result<State, Violation> {
        let mut state = before.clone();
        if state.lost.len() >= LOST_MAX {
            return Err(Violation::SuccessionForeign);
        }
        state.lost.push(LostKey {
            agent: self.lost,
            number: self.number,
        });
        state.leave_levies();
        state.policy = policy.version;
        state.set_collectors(policy);
        state.set_floor(policy)?;
        Ok(state)
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        let hasher = hasher
            .fixed(&self.lost.0)
            .fixed(&self.last.0)
            .u64(self.number);
        match &self.mandate {
            Mandate::Decision { decision } => hasher.u8(0).fixed(&decision.0),
            Mandate::Guardians {
                guardians,
                entrusted,
            } => entrusted.iter().fold(
                guardians
                    .hash_into(hasher.u8(1))
                    .u64(entrusted.len() as u64),
                |hasher, id| hasher.fixed(&id.0),
            ),
        }
    }
}

impl LostKey {
    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        hasher.fixed(&self.agent.0).u64(self.number)
    }
}

impl Appeal {
    /// Judges an appeal by `author` (rule 67).
    pub fn check(
        &self,
        author: AgentId,
        last: Option<Cited<'_>>,
        named: Option<Cited<'_>>,
    ) -> Result<(), Violation> {
        let of_the_lost = |cited: &Cited<'_>, id| cited.id == id && cited.author == self.lost;
        let last = last.filter(|last| of_the_lost(last, self.last));
        let named = named.filter(|named| of_the_lost(named, self.named));
        let (Some(last), Some(named)) = (last, named) else {
            return Err(Violation::AppealForeign);
        };
        let names = match &named.page.event {
            Event::Guard(guardians) => Some(guardians.digest()),
            _ => None,
        };
        if names.is_none() || names != last.page.after.guardians || author == self.lost {
            return Err(Violation::AppealForeign);
        }
        Ok(())
    }
}

impl State {
    /// Whether this book is that agent's own, or goes on with theirs (rules 14, 15, 63
    /// and 67).
    pub fn stands_for(&self, author: AgentId, agent: AgentId) -> bool {
        author == agent || self.lost.iter().any(|lost| lost.agent == agent)
    }

    /// Whether what `writer` did on page `number` is in this book: its own page, or one
    /// up to the end of a lost key's (rules 15, 67 and 76). What a lost key wrote after
    /// that moved nothing here, so nothing of it comes back here.
    pub fn holds_page(&self, author: AgentId, writer: AgentId, number: u64) -> bool {
        let ended = |lost: &LostKey| lost.agent == writer && number <= lost.number;
        author == writer || self.lost.iter().any(ended)
    }

    /// Whether anybody is barred.
    pub fn bars_anybody(&self) -> bool {
        self.barred != Root::EMPTY
    }
}
