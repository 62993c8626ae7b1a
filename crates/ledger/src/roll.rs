//! Who decides, and how: the roll.
//!
//! The roll is a settled tree of its own: a leaf per person with their standing,
//! one root for all. Roll 0 is the charter's founding stewards. Every later roll
//! is a decision under the one before it, so the voting rule travels with it: who
//! may vote and how votes are counted change together or not at all.

use crate::charter::{Charter, Voting};
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId};
use crate::settled::{Key, Mark, Proof, Root, Tree};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Most changes that one proposal makes to the roll.
pub const ROLL_CHANGES_MAX: usize = 100;
/// Most members that may be asked to vouch for one new person.
pub const VOUCHERS_MAX: u32 = 8;

/// What a person on the roll is. Who is not on it is a guest: a member with a book
/// who does not vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
// The API has a `Standing` of its own: where a caller stands in all.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RollStanding"))]
pub enum Standing {
    /// Votes.
    Member,
    /// Votes, has a seat on the council, invites.
    Steward,
    /// Does not vote for now.
    Suspended,
    /// Has left.
    Left,
}

impl Standing {
    const fn mark(self) -> Mark {
        Mark(match self {
            Self::Member => 1,
            Self::Steward => 2,
            Self::Suspended => 3,
            Self::Left => 4,
        })
    }

    const fn of(mark: Mark) -> Option<Self> {
        match mark {
            Mark(1) => Some(Self::Member),
            Mark(2) => Some(Self::Steward),
            Mark(3) => Some(Self::Suspended),
            Mark(4) => Some(Self::Left),
            _ => None,
        }
    }

    /// Whether votes of this standing count in a ballot of all members.
    pub const fn votes(self) -> bool {
        matches!(self, Self::Member | Self::Steward)
    }
}

/// The roll as a ballot cites it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Roll {
    /// Standing by person.
    pub root: Root,
    /// How many vote: members and stewards.
    pub members: u32,
    /// How many of them are stewards.
    pub stewards: u32,
    /// How votes are counted.
    pub voting: Voting,
    /// How many members together may invite as one steward does; 0 for none.
    pub vouchers: u32,
}

/// How a ballot names its roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RollRef {
    /// 0 is the charter's; each closed ballot about the roll has the next number.
    pub number: u32,
    /// The decision that closed it; none for 0.
    pub decision: Option<ActionId>,
}

impl RollRef {
    /// The founding stewards.
    pub const FOUNDING: Self = Self {
        number: 0,
        decision: None,
    };
}

/// One person's new standing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RollChange {
    /// Whose.
    pub agent: AgentId,
    /// What it becomes.
    pub standing: Standing,
    /// Their standing before, under the root that the changes above left.
    pub proof: Proof,
}

/// What a proposal makes of the roll.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RollTerms {
    /// At most [`ROLL_CHANGES_MAX`], one after the other.
    pub changes: Vec<RollChange>,
    /// The new voting rule.
    pub voting: Voting,
    /// The new number of vouchers, at most [`VOUCHERS_MAX`].
    pub vouchers: u32,
    /// The roll that follows.
    pub after: Roll,
}

impl Key {
    /// The place of a person on the roll.
    pub fn of_person(agent: AgentId) -> Self {
        Self(
            Hasher::new("commons-credit/roll/person")
                .fixed(&agent.0)
                .finish(),
        )
    }
}

/// The founding stewards as a tree, for whoever proposes under roll 0.
pub fn founding_tree(charter: &Charter) -> Tree {
    let mut tree = Tree::default();
    for steward in &charter.stewards {
        set_standing(&mut tree, *steward, Standing::Steward);
    }
    tree
}

/// Writes a standing into a tree that mirrors the roll.
pub fn set_standing(tree: &mut Tree, agent: AgentId, standing: Standing) {
    tree.insert(Key::of_person(agent), standing.mark());
}

impl Roll {
    /// Roll 0 (rule 26).
    pub fn founding(charter: &Charter) -> Self {
        // A charter has at most 32 stewards (rule 21).
        let stewards = u32::try_from(charter.stewards.len()).unwrap_or(u32::MAX);
        Self {
            root: founding_tree(charter).root(),
            members: stewards,
            stewards,
            voting: charter.voting,
            vouchers: 0,
        }
    }

    /// A person's standing on this roll; none for a guest. A path that does not
    /// lead to this roll's root is refused (rule 13).
    pub fn standing(&self, agent: AgentId, proof: &Proof) -> Result<Option<Standing>, Violation> {
        Ok(proof
            .mark(self.root, &Key::of_person(agent))?
            .and_then(Standing::of))
    }

    /// How many votes there are: the council's seats, or all members.
    pub const fn electorate(&self) -> u32 {
        match self.voting {
            Voting::Council { .. } | Voting::Consent { .. } => self.stewards,
            Voting::Majority {} | Voting::Supermajority {} => self.members,
        }
    }

    /// Whether this standing has a vote here.
    pub const fn entitles(&self, standing: Standing) -> bool {
        match self.voting {
            Voting::Council { .. } | Voting::Consent { .. } => {
                matches!(standing, Standing::Steward)
            }
            Voting::Majority {} | Voting::Supermajority {} => standing.votes(),
        }
    }

    /// How many must say yes (rule 30). Always more than half of the electorate, so
    /// that any two quorums share a voter and one number has one outcome; never
    /// more than all of it, so that a young council can act.
    pub fn needed(&self) -> u32 {
        let all = u64::from(self.electorate());
        let wanted = match self.voting {
            Voting::Council { needed } => u64::from(needed),
            Voting::Majority {} => 0,
            Voting::Supermajority {} => (2 * all).div_ceil(3),
            // Once this many consent, `objections` of them can no longer object.
            Voting::Consent { objections } => (all + 1).saturating_sub(u64::from(objections)),
        };
        u32::try_from(wanted.min(all).max(all / 2 + 1)).unwrap_or(u32::MAX)
    }

    /// The roll after `terms` (rule 26).
    pub fn changed(&self, terms: &RollTerms) -> Result<Self, Violation> {
        if terms.changes.len() > ROLL_CHANGES_MAX || terms.vouchers > VOUCHERS_MAX {
            return Err(Violation::RollTermsMalformed {
                changes: terms.changes.len() as u64,
                vouchers: terms.vouchers,
            });
        }
        terms.voting.check()?;
        let mut roll = Self {
            voting: terms.voting,
            vouchers: terms.vouchers,
            ..*self
        };
        for change in &terms.changes {
            let before = roll.standing(change.agent, &change.proof)?;
            if before == Some(change.standing) {
                return Err(Violation::RollUnchanged {
                    agent: change.agent,
                });
            }
            let key = Key::of_person(change.agent);
            roll.root = change.proof.root_with(&key, change.standing.mark())?;
            if let Some(before) = before {
                roll.members = roll.members.saturating_sub(u32::from(before.votes()));
                roll.stewards = roll
                    .stewards
                    .saturating_sub(u32::from(before == Standing::Steward));
            }
            roll.members = roll
                .members
                .saturating_add(u32::from(change.standing.votes()));
            roll.stewards = roll
                .stewards
                .saturating_add(u32::from(change.standing == Standing::Steward));
        }
        // Whoever chooses the rule later, somebody can invite and somebody decide.
        if roll.stewards == 0 {
            return Err(Violation::RollWithoutSteward);
        }
        if roll != terms.after {
            return Err(Violation::RollWrong);
        }
        Ok(roll)
    }
}

impl RollTerms {
    /// Terms that follow from `roll` and `tree`, which is changed with them: for
    /// whoever drafts a proposal.
    pub fn draft(
        roll: &Roll,
        tree: &mut Tree,
        changes: &[(AgentId, Standing)],
        voting: Voting,
        vouchers: u32,
    ) -> Result<Self, Violation> {
        let mut counted = [i64::from(roll.members), i64::from(roll.stewards)];
        let mut drafted = Vec::new();
        for (agent, standing) in changes.iter().copied() {
            let proof = tree.prove(&Key::of_person(agent));
            let before = proof
                .mark(tree.root(), &Key::of_person(agent))?
                .and_then(Standing::of);
            for (standing, sign) in [(before, -1), (Some(standing), 1)] {
                counted[0] += sign * i64::from(standing.is_some_and(Standing::votes));
                counted[1] += sign * i64::from(standing == Some(Standing::Steward));
            }
            set_standing(tree, agent, standing);
            drafted.push(RollChange {
                agent,
                standing,
                proof,
            });
        }
        let [members, stewards] = counted.map(|count| u32::try_from(count).unwrap_or(0));
        let terms = Self {
            changes: drafted,
            voting,
            vouchers,
            after: Roll {
                root: tree.root(),
                members,
                stewards,
                voting,
                vouchers,
            },
        };
        roll.changed(&terms)?;
        Ok(terms)
    }
}
