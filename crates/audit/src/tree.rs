//! What a book has settled, as a tree that grows by one leaf at a time.
//!
//! Written from docs/decisions/0006-settled-tree.md: no leaf is 32 zero bytes, one
//! leaf is its own digest at whatever depth, more are the digest of two halves
//! parted by the next bit of the key, most significant first. Each digest is kept,
//! so a new leaf costs one path; the law folds the path that the page brings, this
//! tree never looks at it before it has its own answer.

use crate::digest::digest;
use crate::id::Id;
use crate::page::{PathEnd, Proof};

const NOTHING: Id = Id([0; 32]);

/// Where a transfer lies in the tree.
pub(crate) fn key_of_transfer(transfer: &Id) -> Id {
    Id(digest("commons-credit/settled/transfer", &[&transfer.0]))
}

fn leaf_digest(key: &Id, [state_s, community_s]: [u64; 2]) -> Id {
    let marks = [state_s.to_be_bytes(), community_s.to_be_bytes()];
    Id(digest(
        "commons-credit/settled/leaf",
        &[&key.0, &marks[0], &marks[1]],
    ))
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
    digest: Id,
    /// The page that settled it, as a number that the caller understands.
    page: u32,
}

#[derive(Clone)]
struct Branch {
    halves: [Node; 2],
    digest: Id,
}

/// The tree of one book. All its marks are zero: a transfer's leaf says only that
/// it is there.
#[derive(Clone)]
pub(crate) struct Tree {
    root: Node,
    leaves: Vec<Leaf>,
    branches: Vec<Branch>,
}

/// What an insertion found out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inserted {
    /// The leaf is new; whether the page's path is the one right path to its place.
    New { proof_is_right: bool },
    /// The leaf was there; the page that settled it.
    Before { page: u32 },
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

    /// Adds a leaf unless it is there, and compares the page's path with this tree.
    pub(crate) fn insert(&mut self, key: Id, page: u32, proof: &Proof<'_>) -> Inserted {
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
        let end = match node {
            Node::Leaf(at) if self.leaves[at as usize].key == key => {
                return Inserted::Before {
                    page: self.leaves[at as usize].page,
                }
            }
            Node::Leaf(at) => PathEnd::Other(self.leaves[at as usize].key, [0, 0]),
            Node::Nothing | Node::Branch(_) => PathEnd::Empty,
        };
        let new = Node::Leaf(self.leaves.len() as u32);
        self.leaves.push(Leaf {
            key,
            digest: leaf_digest(&key, [0, 0]),
            page,
        });
        let mut below = match node {
            Node::Leaf(other) => self.part(new, key, other, path.len()),
            Node::Nothing | Node::Branch(_) => new,
        };
        for (depth, at) in path.into_iter().enumerate().rev() {
            self.branches[at as usize].halves[bit(&key, depth)] = below;
            self.rehash(at);
            below = Node::Branch(at);
        }
        self.root = below;
        Inserted::New {
            proof_is_right: siblings_are_right && end == proof.end,
        }
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
