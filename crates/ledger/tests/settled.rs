//! The settled tree against a naive twin that hashes by its own hand.

use commons_credit_ledger::settled::{Key, Mark, PathEnd, Proof, Root, Tree, PATH_MAX};
use commons_credit_ledger::{ActionId, AgentId, Digest, Subject, VillageId, Violation};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// SHA-256 over a length-prefixed name and parts, written out again.
fn hash(name: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update((name.len() as u64).to_be_bytes());
    sha.update(name);
    parts.iter().for_each(|part| sha.update(part));
    sha.finalize().into()
}

fn bits(key: &Key) -> Vec<bool> {
    let byte_bits = |byte: &u8| (0..8).map(|at| byte & (128 >> at) != 0).collect::<Vec<_>>();
    key.0 .0.iter().flat_map(byte_bits).collect()
}

/// The root by definition: filter and recurse.
fn naive_root(leaves: &[(Key, Mark)], depth: usize) -> [u8; 32] {
    match leaves {
        [] => [0; 32],
        [(key, mark)] => hash(
            "commons-credit/settled/leaf",
            &[&key.0 .0, &mark.0.to_be_bytes()],
        ),
        _ => {
            let side = |right: bool| {
                let part = leaves.iter().filter(|(key, _)| bits(key)[depth] == right);
                naive_root(&part.copied().collect::<Vec<_>>(), depth + 1)
            };
            hash(
                "commons-credit/settled/branch",
                &[&side(false), &side(true)],
            )
        }
    }
}

fn tree_of(leaves: &BTreeMap<Key, Mark>) -> Tree {
    let mut tree = Tree::default();
    leaves
        .iter()
        .for_each(|(key, mark)| tree.insert(*key, *mark));
    tree
}

/// Keys, many of which share long beginnings: some bits of a few bases turned.
fn key() -> impl Strategy<Value = Key> {
    let base = prop_oneof![Just([0u8; 32]), Just([0xff; 32]), Just([0xa5; 32])];
    let turned = prop::collection::vec(0usize..PATH_MAX, 0..3);
    let near = (base, turned).prop_map(|(mut bytes, turned)| {
        turned
            .iter()
            .for_each(|at| bytes[at / 8] ^= 128 >> (at % 8));
        Key(Digest(bytes))
    });
    let last_bits = (0u8..16).prop_map(|last| {
        let mut bytes = [0xa5; 32];
        bytes[31] = last;
        Key(Digest(bytes))
    });
    let any = any::<[u8; 32]>().prop_map(|bytes| Key(Digest(bytes)));
    prop_oneof![2 => near, 2 => last_bits, 1 => any]
}

fn mark() -> impl Strategy<Value = Mark> {
    prop_oneof![Just(0), Just(u64::MAX), any::<u64>()].prop_map(Mark)
}

fn leaves() -> impl Strategy<Value = BTreeMap<Key, Mark>> {
    prop::collection::btree_map(key(), mark(), 0..24)
}

/// Ways to bend a proof a little, at up to nine places along its path.
fn bent(proof: &Proof, key: &Key, stranger: &Key, mark: Mark) -> Vec<Proof> {
    let mut all = Vec::new();
    let mut push = |change: &dyn Fn(&mut Proof)| {
        let mut changed = proof.clone();
        change(&mut changed);
        all.push(changed);
    };
    let length = proof.siblings.len();
    let places = || {
        (0..length)
            .step_by(length / 8 + 1)
            .chain(length.checked_sub(1))
    };
    for at in places() {
        push(&|proof| proof.siblings[at].0[at % 32] ^= 1);
        push(&|proof| proof.siblings[at] = Root::EMPTY.0);
        push(&|proof| {
            proof.siblings.remove(at);
        });
        push(&|proof| proof.siblings.truncate(at));
        push(&|proof| proof.siblings.swap(at, 0));
    }
    for at in places().chain([length]) {
        push(&|proof| proof.siblings.insert(at, Root::EMPTY.0));
    }
    push(&|proof| proof.siblings.resize(PATH_MAX, Root::EMPTY.0));
    push(&|proof| proof.siblings.resize(PATH_MAX + 1, Root::EMPTY.0));
    let mut ends = vec![
        PathEnd::Empty,
        PathEnd::Present(mark),
        PathEnd::Present(Mark::default()),
    ];
    for other in [*key, *stranger] {
        ends.extend([
            PathEnd::Other(other, mark),
            PathEnd::Other(other, Mark::default()),
        ]);
    }
    match proof.end {
        PathEnd::Present(mark) => ends.push(PathEnd::Other(*key, mark)),
        PathEnd::Other(other, mark) => {
            ends.push(PathEnd::Present(mark));
            ends.push(PathEnd::Other(other, Mark(!mark.0)));
        }
        PathEnd::Empty => {}
    }
    for end in ends {
        push(&|proof| proof.end = end);
        // The end moved up or down, with the node it would need beside it.
        push(&|proof| {
            proof.siblings.pop();
            proof.end = end;
        });
        push(&|proof| {
            proof.siblings.push(Root::EMPTY.0);
            proof.end = end;
        });
    }
    all.retain(|changed| changed != proof);
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn root_is_the_twins(leaves in leaves()) {
        let list: Vec<_> = leaves.iter().map(|(key, mark)| (*key, *mark)).collect();
        prop_assert_eq!(tree_of(&leaves).root().0 .0, naive_root(&list, 0));
    }

    #[test]
    fn proof_tells_present_from_absent(leaves in leaves(), strangers in prop::collection::vec(key(), 8)) {
        let tree = tree_of(&leaves);
        for key in leaves.keys().chain(&strangers) {
            let told = tree.prove(key).mark(tree.root(), key);
            prop_assert_eq!(told, Ok(leaves.get(key).copied()));
            prop_assert_eq!(tree.contains(key), leaves.contains_key(key));
        }
    }

    /// Inserting by proofs alone, in any order, ends in the rebuilt tree's root.
    #[test]
    fn root_with_is_the_rebuilt_root_in_any_order(
        order in prop::collection::vec((key(), mark()), 0..24),
        swaps in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 24),
    ) {
        let mut ends = Vec::new();
        // A key may come twice: the last mark stands, so its order is kept.
        let last: BTreeMap<Key, Mark> = order.iter().copied().collect();
        let mut shuffled: Vec<_> = last.iter().map(|(key, mark)| (*key, *mark)).collect();
        if !shuffled.is_empty() {
            swaps.iter().for_each(|(one, two)| shuffled.swap(one.index(last.len()), two.index(last.len())));
        }
        for steps in [&order, &shuffled] {
            let mut tree = Tree::default();
            let mut root = Root::EMPTY;
            for (key, mark) in steps {
                let proof = tree.prove(key);
                prop_assert!(proof.mark(root, key).is_ok());
                root = proof.root_with(key, *mark).unwrap();
                tree.insert(*key, *mark);
                prop_assert_eq!(root, tree.root());
            }
            ends.push(root);
        }
        prop_assert_eq!(ends[0], ends[1]);
        prop_assert_eq!(ends[0], tree_of(&last).root());
    }

    /// For one root and one key exactly one proof is accepted: nothing bent is.
    #[test]
    fn bent_proofs_are_refused(leaves in leaves(), stranger in key(), other in key(), mark in mark()) {
        let tree = tree_of(&leaves);
        for key in leaves.keys().take(4).chain([&stranger]) {
            let proof = tree.prove(key);
            for changed in bent(&proof, key, &other, mark) {
                let told = changed.mark(tree.root(), key);
                prop_assert_eq!(told, Err(Violation::ProofWrong), "{:?} for {:?}", changed, key);
            }
        }
    }

    /// One more leaf, or another mark, is another root; an old proof fails there.
    #[test]
    fn roots_differ_when_sets_differ(leaves in leaves(), key in key(), mark in mark()) {
        prop_assume!(leaves.get(&key) != Some(&mark));
        let before = tree_of(&leaves);
        let mut after = before.clone();
        after.insert(key, mark);
        prop_assert_ne!(before.root(), after.root());
        prop_assert_eq!(before.prove(&key).mark(after.root(), &key), Err(Violation::ProofWrong));
    }
}

fn key_ending_in(last: u8) -> Key {
    let mut bytes = [7; 32];
    bytes[31] = last;
    Key(Digest(bytes))
}

/// Two keys that part at their very last bit have the longest path there is.
#[test]
fn the_longest_path_works() {
    let (one, two) = (key_ending_in(0), key_ending_in(1));
    let mut tree = Tree::default();
    tree.insert(one, Mark::default());
    let proof = tree.prove(&two);
    assert_eq!(proof.end, PathEnd::Other(one, Mark::default()));
    let root = proof.root_with(&two, Mark::default()).unwrap();
    tree.insert(two, Mark::default());
    assert_eq!(root, tree.root());
    let proof = tree.prove(&two);
    assert_eq!(proof.siblings.len(), PATH_MAX);
    assert_eq!(proof.mark(root, &two), Ok(Some(Mark::default())));
}

/// An end and a path that are too long, or equal keys, never panic.
#[test]
fn absurd_paths_are_refused_without_a_panic() {
    let key = key_ending_in(0);
    for length in [PATH_MAX + 1, PATH_MAX * 40] {
        for end in [
            PathEnd::Empty,
            PathEnd::Present(Mark::default()),
            PathEnd::Other(key, Mark::default()),
            PathEnd::Other(key_ending_in(1), Mark::default()),
        ] {
            let proof = Proof {
                siblings: vec![Root::EMPTY.0; length],
                end,
            };
            assert_eq!(proof.mark(Root::EMPTY, &key), Err(Violation::ProofWrong));
            assert_eq!(
                proof.root_with(&key, Mark::default()),
                Err(Violation::ProofWrong)
            );
        }
    }
    let itself = Proof {
        siblings: vec![],
        end: PathEnd::Other(key, Mark::default()),
    };
    assert_eq!(
        itself.root_with(&key, Mark::default()),
        Err(Violation::ProofWrong)
    );
}

/// Things with the same bytes have different places.
#[test]
fn places_of_different_things_differ() {
    let hashed = |name| hash(name, &[&[9; 32]]);
    let (action, agent) = (ActionId([9; 32]), AgentId([9; 32]));
    let (here, there) = (VillageId([8; 32]), VillageId([7; 32]));
    let ballot = |kind: u8, bytes: &[u8], number: u32| {
        hash(
            "commons-credit/settled/vote",
            &[&[8; 32], &[kind], bytes, &number.to_be_bytes()],
        )
    };
    let elsewhere = hash(
        "commons-credit/settled/vote",
        &[&[7; 32], &[0], &1u32.to_be_bytes()],
    );
    let places = [
        (
            Key::of_transfer(action),
            hashed("commons-credit/settled/transfer"),
        ),
        (Key::of_sweep(agent), hashed("commons-credit/settled/sweep")),
        (Key::of_person(agent), hashed("commons-credit/roll/person")),
        (
            Key::of_project(action),
            hashed("commons-credit/spent/project"),
        ),
        (
            Key::of_labour(action),
            hashed("commons-credit/spent/labour"),
        ),
        (Key::of_vote(&here, &Subject::Roll, 1), ballot(0, &[], 1)),
        (Key::of_vote(&there, &Subject::Roll, 1), elsewhere),
        (Key::of_vote(&here, &Subject::Roll, 2), ballot(0, &[], 2)),
        (Key::of_vote(&here, &Subject::Policy, 1), ballot(1, &[], 1)),
        (
            Key::of_vote(&here, &Subject::Floor(agent), 1),
            ballot(2, &[9; 32], 1),
        ),
        (
            Key::of_vote(&here, &Subject::Project(Digest([9; 32])), 1),
            ballot(3, &[9; 32], 1),
        ),
        (
            Key::of_vote(&here, &Subject::Line(VillageId([9; 32])), 1),
            ballot(4, &[9; 32], 1),
        ),
        (
            Key::of_vote(&here, &Subject::Dispute(action), 1),
            ballot(5, &[9; 32], 1),
        ),
        (Key::of_vote(&here, &Subject::Code, 1), ballot(6, &[], 1)),
        (
            Key::of_vote(&here, &Subject::Succession(agent), 1),
            ballot(7, &[9; 32], 1),
        ),
        (
            Key::of_vote(&here, &Subject::MakeGood(agent), 1),
            ballot(20, &[9; 32], 1),
        ),
    ];
    for (at, (key, expected)) in places.iter().enumerate() {
        assert_eq!(key.0 .0, *expected, "place {at}");
        assert!(places[..at].iter().all(|(other, _)| other != key), "{at}");
    }
}

/// No book has such a root, but a root is only bytes: a leaf on the side where its
/// key does not belong shows nothing absent.
#[test]
fn a_leaf_in_a_wrong_place_is_refused() {
    let (left, right) = (Key(Digest([0x11; 32])), Key(Digest([0x88; 32])));
    let beside = Digest([9; 32]);
    let displaced = naive_root(&[(right, Mark::default())], 0);
    let root = hash("commons-credit/settled/branch", &[&displaced, &beside.0]);
    let proof = Proof {
        siblings: vec![beside],
        end: PathEnd::Other(right, Mark::default()),
    };
    let told = proof.mark(Root(Digest(root)), &left);
    assert_eq!(told, Err(Violation::ProofWrong));
}
