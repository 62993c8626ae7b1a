//! What a book has settled: a sparse Merkle tree behind one 32-byte root.
//!
//! A deposit must show that its transfer was not settled before. The proof is a
//! path of about log2(n) digests, and the same path gives the next root, so a
//! validator needs neither the tree nor the book's past.
//!
//! Shape (canonical, so one set of leaves has one root): a subtree without
//! leaves is [`Root::EMPTY`]; a subtree with one leaf is that leaf's digest,
//! however deep it lies; any other is the digest of its two halves, parted by
//! the key's next bit, most significant first.

use crate::ballot::Subject;
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId, Digest, VillageId};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bits in a key, and so the longest possible path.
pub const PATH_MAX: usize = 256;

/// The root of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Uint8Array"))]
pub struct Root(pub Digest);

impl Default for Root {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Root {
    /// Nothing settled yet.
    pub const EMPTY: Self = Self(Digest([0; 32]));

    /// Whether it stands for nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }
}

/// Where a leaf lies: a digest, so that nobody chooses neighbours cheaply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Uint8Array"))]
pub struct Key(pub Digest);

impl Key {
    /// The place of a transfer: deposited, declined or reclaimed.
    pub fn of_transfer(transfer: ActionId) -> Self {
        Self(
            Hasher::new("commons-credit/settled/transfer")
                .fixed(&transfer.0)
                .finish(),
        )
    }

    /// The place of a leg between two lines that was taken back.
    pub fn of_reclaim(transfer: ActionId) -> Self {
        Self(
            Hasher::new("commons-credit/settled/reclaim")
                .fixed(&transfer.0)
                .finish(),
        )
    }

    /// The place of what was swept from one member's book.
    pub fn of_sweep(member: AgentId) -> Self {
        Self(
            Hasher::new("commons-credit/settled/sweep")
                .fixed(&member.0)
                .finish(),
        )
    }

    /// The place of a vote: one for each ballot of a village, whatever it says. A
    /// book that is carried over keeps its old votes, and ballots count from 1 again.
    pub fn of_vote(village: &VillageId, subject: &Subject, number: u32) -> Self {
        let hasher = Hasher::new("commons-credit/settled/vote").fixed(&village.0);
        Self(subject.hash_into(hasher).u32(number).finish())
    }

    /// The place of what a fund has spent on a project.
    pub fn of_project(project: ActionId) -> Self {
        Self(
            Hasher::new("commons-credit/spent/project")
                .fixed(&project.0)
                .finish(),
        )
    }

    /// The place of labour that a fund has paid.
    pub fn of_labour(labour: ActionId) -> Self {
        Self(
            Hasher::new("commons-credit/spent/labour")
                .fixed(&labour.0)
                .finish(),
        )
    }

    /// The place of a book that has ended, by its author.
    pub fn of_bar(agent: AgentId) -> Self {
        Self(
            Hasher::new("commons-credit/barred/agent")
                .fixed(&agent.0)
                .finish(),
        )
    }

    /// The place of what a guardian said about a lost key.
    pub fn of_entrusted(lost: AgentId) -> Self {
        Self(
            Hasher::new("commons-credit/settled/entrusted")
                .fixed(&lost.0)
                .finish(),
        )
    }

    /// The place of a round of clearing.
    pub fn of_round(round: Digest) -> Self {
        Self(
            Hasher::new("commons-credit/settled/round")
                .fixed(&round.0)
                .finish(),
        )
    }

    /// The place of a loss that a fund has made good, by the proposal that was adopted.
    pub fn of_made_good(proposal: ActionId) -> Self {
        Self(
            Hasher::new("commons-credit/spent/made-good")
                .fixed(&proposal.0)
                .finish(),
        )
    }

    fn bit(&self, depth: usize) -> bool {
        self.0 .0[depth / 8] >> (7 - depth % 8) & 1 == 1
    }
}

/// What a leaf says, in one number: 0 for a transfer or a vote, which are only
/// there; the seconds swept from a member or spent on a project; a standing; the last
/// page of a book that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
pub struct Mark(pub u64);

/// What stands where a key's path ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PathEnd {
    /// No leaf.
    Empty,
    /// The leaf of another key.
    Other(Key, Mark),
    /// The leaf of this key.
    Present(Mark),
}

/// The path from the root to a key's place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Proof {
    /// Digests of the halves beside the path, from the root down; at most
    /// [`PATH_MAX`].
    pub siblings: Vec<Digest>,
    /// What the path ends in.
    pub end: PathEnd,
}

fn leaf(key: &Key, mark: &Mark) -> Digest {
    Hasher::new("commons-credit/settled/leaf")
        .fixed(&key.0 .0)
        .u64(mark.0)
        .finish()
}

fn branch(left: Digest, right: Digest) -> Digest {
    Hasher::new("commons-credit/settled/branch")
        .fixed(&left.0)
        .fixed(&right.0)
        .finish()
}

impl Proof {
    /// The mark that `key` has under `root`, or none; a path that does not lead
    /// to this root is refused (rule 13).
    pub fn mark(&self, root: Root, key: &Key) -> Result<Option<Mark>, Violation> {
        let end = match &self.end {
            PathEnd::Empty => Root::EMPTY.0,
            PathEnd::Present(mark) => leaf(key, mark),
            PathEnd::Other(other, mark) => {
                let depth = self.siblings.len();
                let same_place = depth <= PATH_MAX
                    && other != key
                    && (0..depth).all(|at| other.bit(at) == key.bit(at));
                if !same_place {
                    return Err(Violation::ProofWrong);
                }
                leaf(other, mark)
            }
        };
        if Root(self.fold(key, end)?) != root {
            return Err(Violation::ProofWrong);
        }
        Ok(match self.end {
            PathEnd::Present(mark) => Some(mark),
            PathEnd::Empty | PathEnd::Other(..) => None,
        })
    }

    /// The root once `key` carries `mark`. Call it only on a path that
    /// [`Proof::mark`] has accepted.
    pub fn root_with(&self, key: &Key, mark: Mark) -> Result<Root, Violation> {
        let end = match &self.end {
            PathEnd::Empty | PathEnd::Present(_) => leaf(key, &mark),
            PathEnd::Other(other, others_mark) => {
                // The other leaf moves down until the two keys part.
                let depth = self.siblings.len();
                let parting = (depth..PATH_MAX)
                    .find(|at| other.bit(*at) != key.bit(*at))
                    .ok_or(Violation::ProofWrong)?;
                let (mine, theirs) = (leaf(key, &mark), leaf(other, others_mark));
                let lowest = if key.bit(parting) {
                    branch(theirs, mine)
                } else {
                    branch(mine, theirs)
                };
                (depth..parting).rev().fold(lowest, |below, at| {
                    if key.bit(at) {
                        branch(Root::EMPTY.0, below)
                    } else {
                        branch(below, Root::EMPTY.0)
                    }
                })
            }
        };
        self.fold(key, end).map(Root)
    }

    fn fold(&self, key: &Key, end: Digest) -> Result<Digest, Violation> {
        if self.siblings.len() > PATH_MAX {
            return Err(Violation::ProofWrong);
        }
        Ok(self
            .siblings
            .iter()
            .enumerate()
            .rev()
            .fold(end, |below, (depth, sibling)| {
                if key.bit(depth) {
                    branch(*sibling, below)
                } else {
                    branch(below, *sibling)
                }
            }))
    }
}

/// The whole tree, for the one who writes the book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<Key, Mark>);

impl Tree {
    /// Sets the mark of a key.
    pub fn insert(&mut self, key: Key, mark: Mark) {
        self.0.insert(key, mark);
    }

    /// Whether the key has a mark.
    pub fn contains(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    /// All marks, by key.
    pub fn marks(&self) -> impl Iterator<Item = (&Key, &Mark)> {
        self.0.iter()
    }

    /// The root over all marks.
    pub fn root(&self) -> Root {
        Root(subtree(&self.leaves(), 0))
    }

    /// The path to a key's place. Costs one pass over the tree.
    pub fn prove(&self, key: &Key) -> Proof {
        let leaves = self.leaves();
        let mut part = leaves.as_slice();
        let mut siblings = Vec::new();
        loop {
            match part {
                [] => {
                    return Proof {
                        siblings,
                        end: PathEnd::Empty,
                    }
                }
                [(only, mark)] => {
                    let end = if only == key {
                        PathEnd::Present(*mark)
                    } else {
                        PathEnd::Other(*only, *mark)
                    };
                    return Proof { siblings, end };
                }
                _ => {
                    let depth = siblings.len();
                    let (left, right) = halves(part, depth);
                    let (mine, beside) = if key.bit(depth) {
                        (right, left)
                    } else {
                        (left, right)
                    };
                    siblings.push(subtree(beside, depth + 1));
                    part = mine;
                }
            }
        }
    }

    fn leaves(&self) -> Vec<Leaf> {
        self.0.iter().map(|(key, mark)| (*key, *mark)).collect()
    }
}

type Leaf = (Key, Mark);

/// Parts ascending leaves that agree on the first `depth` bits by the next bit.
fn halves(leaves: &[Leaf], depth: usize) -> (&[Leaf], &[Leaf]) {
    leaves.split_at(leaves.partition_point(|(key, _)| !key.bit(depth)))
}

fn subtree(leaves: &[Leaf], depth: usize) -> Digest {
    match leaves {
        [] => Root::EMPTY.0,
        [(key, mark)] => leaf(key, mark),
        _ => {
            let (left, right) = halves(leaves, depth);
            branch(subtree(left, depth + 1), subtree(right, depth + 1))
        }
    }
}
