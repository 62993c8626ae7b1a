//! What a book has settled, swept or spent, as a tree that grows by one leaf at a
//! time.
//!
//! Written from docs/decisions/0006-settled-tree.md: no leaf is 32 zero bytes, one
//! leaf is its own digest at whatever depth, more are the digest of two halves
//! parted by the next bit of the key, most significant first. Each digest is kept,
//! so a new leaf costs one path; the law folds the path that the page brings, this
//! tree never looks at it before it has its own answer.

use crate::digest::digest;
use crate::id::Id;
use crate::page::{PathEnd, Proof};
use crate::village::Proposal;

const NOTHING: Id = Id([0; 32]);

/// Where a transfer lies in the settled tree.
pub(crate) fn key_of_transfer(transfer: &Id) -> Id {
    Id(digest("commons-credit/settled/transfer", &[&transfer.0]))
}

/// Where it lies that a leg between two lines was taken back.
pub(crate) fn key_of_reclaim(transfer: &Id) -> Id {
    Id(digest("commons-credit/settled/reclaim", &[&transfer.0]))
}

/// Where a vote lies in the settled tree.
pub(crate) fn key_of_vote(village: &Id, proposal: &Proposal) -> Id {
    let subject = proposal.subject.bytes();
    let number = proposal.number.to_be_bytes();
    Id(digest(
        "commons-credit/settled/vote",
        &[&village.0, &subject, &number],
    ))
}

/// Where a member lies in a fund's tree of what was swept.
pub(crate) fn key_of_sweep(member: &Id) -> Id {
    Id(digest("commons-credit/settled/sweep", &[&member.0]))
}

/// Where a project lies in a fund's tree of what was spent.
pub(crate) fn key_of_project(proposal: &Id) -> Id {
    Id(digest("commons-credit/spent/project", &[&proposal.0]))
}

/// Where paid labour lies in the same tree.
pub(crate) fn key_of_labour(labour: &Id) -> Id {
    Id(digest("commons-credit/spent/labour", &[&labour.0]))
}

/// Where a loss that was made good lies in the same tree.
pub(crate) fn key_of_made_good(proposal: &Id) -> Id {
    Id(digest("commons-credit/spent/made-good", &[&proposal.0]))
}

/// Where a round of clearing lies in the settled tree.
pub(crate) fn key_of_round(round: &Id) -> Id {
    Id(digest("commons-credit/settled/round", &[&round.0]))
}

/// Where a book that has ended lies in the tree of bars.
pub(crate) fn key_of_bar(agent: &Id) -> Id {
    Id(digest("commons-credit/barred/agent", &[&agent.0]))
}

/// Where a guardian's word about a lost key lies in the settled tree.
pub(crate) fn key_of_entrusted(lost: &Id) -> Id {
    Id(digest("commons-credit/settled/entrusted", &[&lost.0]))
}

fn leaf_digest(key: &Id, mark: u64) -> Id {
    let mark = mark.to_be_bytes();
    Id(digest("commons-credit/settled/leaf", &[&key.0, &mark]))
}

fn branch_digest(halves: [Id; 2]) -> Id {
    Id(digest(
        "commons-credit/settled/branch",
        &[&halves[0].0, &halves[1].0],
    ))
}

fn bit(key: &Id, depth: usize) -> usize {
    usize::from(key.0[depth / 8] >> (7 - depth % 8) & 1)
}

/// A subtree: nothing, a leaf or a branch, by its place in the tree's lists.
#[derive(Clone, Copy)]
enum Node {
    Nothing,
    Leaf(u32),
    Branch(u32),
}

#[derive(Clone)]
struct Leaf {
    key: Id,
    mark: u64,
    digest: Id,
    /// The page that set it first, as a number that the caller understands.
    page: u32,
}

#[derive(Clone)]
struct Branch {
    halves: [Node; 2],
    digest: Id,
}

/// One tree.
#[derive(Clone)]
pub(crate) struct Tree {
    root: Node,
    leaves: Vec<Leaf>,
    branches: Vec<Branch>,
}

/// What was at a key before, and whether the page's path is the one right path there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Put {
    pub before: Option<Before>,
    pub proof_is_right: bool,
}

/// A leaf that was there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Before {
    pub mark: u64,
    pub page: u32,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self {
            root: Node::Nothing,
            leaves: Vec::new(),
            branches: Vec::new(),
        }
    }

    /// The digest over everything.
    pub(crate) fn root(&self) -> Id {
        self.digest_of(self.root)
    }

    fn digest_of(&self, node: Node) -> Id {
        match node {
            Node::Nothing => NOTHING,
            Node::Leaf(at) => self.leaves[at as usize].digest,
            Node::Branch(at) => self.branches[at as usize].digest,
        }
    }

    /// The mark of a key, if it has one.
    pub(crate) fn mark(&self, key: &Id) -> Option<u64> {
        let (mut node, mut depth) = (self.root, 0);
        while let Node::Branch(at) = node {
            node = self.branches[at as usize].halves[bit(key, depth)];
            depth += 1;
        }
        match node {
            Node::Leaf(at) if self.leaves[at as usize].key == *key => {
                Some(self.leaves[at as usize].mark)
            }
            _ => None,
        }
    }

    /// Sets the mark of a key, and compares the page's path with this tree before.
    pub(crate) fn put(&mut self, key: Id, mark: u64, page: u32, proof: &Proof<'_>) -> Put {
        let mut path = Vec::new();
        let mut siblings = proof.siblings();
        let mut siblings_are_right = true;
        let mut node = self.root;
        while let Node::Branch(at) = node {
            let side = bit(&key, path.len());
            let halves = self.branches[at as usize].halves;
            let beside = self.digest_of(halves[1 - side]);
            siblings_are_right &= siblings.next() == Some(beside);
            path.push(at);
            node = halves[side];
        }
        siblings_are_right &= proof.len() == path.len();
        let digest = leaf_digest(&key, mark);
        let (end, before, below) = match node {
            Node::Leaf(at) if self.leaves[at as usize].key == key => {
                let leaf = &mut self.leaves[at as usize];
                let before = Before {
                    mark: std::mem::replace(&mut leaf.mark, mark),
                    page: leaf.page,
                };
                leaf.digest = digest;
                (PathEnd::Present(before.mark), Some(before), node)
            }
            Node::Leaf(other) => {
                let (other_key, other_mark) = {
                    let leaf = &self.leaves[other as usize];
                    (leaf.key, leaf.mark)
                };
                let new = self.leaf(key, mark, digest, page);
                let below = self.part(new, key, other, path.len());
                (PathEnd::Other(other_key, other_mark), None, below)
            }
            Node::Nothing | Node::Branch(_) => {
                (PathEnd::Empty, None, self.leaf(key, mark, digest, page))
            }
        };
        let mut below = below;
        for (depth, at) in path.into_iter().enumerate().rev() {
            self.branches[at as usize].halves[bit(&key, depth)] = below;
            self.rehash(at);
            below = Node::Branch(at);
        }
        self.root = below;
        Put {
            before,
            proof_is_right: siblings_are_right && end == proof.end,
        }
    }

    fn leaf(&mut self, key: Id, mark: u64, digest: Id, page: u32) -> Node {
        self.leaves.push(Leaf {
            key,
            mark,
            digest,
            page,
        });
        Node::Leaf(self.leaves.len() as u32 - 1)
    }

    /// Two leaves move down until their keys part.
    fn part(&mut self, new: Node, key: Id, other: u32, depth: usize) -> Node {
        let other_key = self.leaves[other as usize].key;
        // Two different keys part somewhere.
        let parting = (depth..256)
            .find(|at| bit(&key, *at) != bit(&other_key, *at))
            .unwrap_or(255);
        let mut halves = [Node::Leaf(other); 2];
        halves[bit(&key, parting)] = new;
        let mut below = self.branch(halves);
        for at in (depth..parting).rev() {
            let mut halves = [Node::Nothing; 2];
            halves[bit(&key, at)] = below;
            below = self.branch(halves);
        }
        below
    }

    fn branch(&mut self, halves: [Node; 2]) -> Node {
        let at = self.branches.len() as u32;
        self.branches.push(Branch {
            halves,
            digest: NOTHING,
        });
        self.rehash(at);
        Node::Branch(at)
    }

    fn rehash(&mut self, at: u32) {
        let halves = self.branches[at as usize].halves;
        self.branches[at as usize].digest = branch_digest(halves.map(|half| self.digest_of(half)));
    }
}
