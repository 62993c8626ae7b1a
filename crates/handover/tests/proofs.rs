//! Proofs of double spending: the guilty are named, nobody else ever.

mod common;

use common::hostile::{accuses_nobody, false_proof, malleated, Evidence};
use common::*;
use commons_credit_handover::*;
use commons_credit_ledger::cheque::Statement;
use commons_credit_ledger::{DoubleSpend, PageTag, ReceiverTag, Said, Seconds};

/// Many more in `examples/innocence.rs`.
const FALSE_PROOFS: usize = 20_000;
const SEED: u64 = 5;

#[test]
fn two_statements_for_one_page_accuse_their_giver() {
    let proof = proof();
    assert_eq!(check_proof(&proof, None, &VILLAGE), Ok(id(&anna())));
    // In whichever order they are put together.
    let [one, other] = Evidence::collect().guilty;
    let turned = Proof::of((&other.0, &other.1), (&one.0, &one.1));
    assert_eq!(turned, Ok(proof));
}

#[test]
fn cheques_that_do_not_belong_together_make_no_proof() {
    let Evidence { guilty, honest } = Evidence::collect();
    let [one, other] = &guilty;
    let made = |a: &(Statement, _), b: &(Statement, _)| {
        Proof::of((&a.0, &a.1), (&b.0, &b.1)).map_err(|refusal| refusal.code())
    };
    made(one, other).expect("a proof");
    assert_eq!(made(one, one), Err("E_HANDOVER_SAME_STATEMENT"));
    let twice_signed = (one.0, malleated(&one.1));
    assert_eq!(made(one, &twice_signed), Err("E_HANDOVER_SAME_STATEMENT"));
    for honest in &honest {
        assert_eq!(made(one, honest), Err("E_HANDOVER_NOT_ONE_PAGE"));
    }
}

#[test]
fn a_proof_counts_in_its_village_only() {
    let hints = Packet::to_village(Slip::Proof(Box::new(proof())), &VILLAGE).hints();
    assert_eq!(
        check_proof(&proof(), Some(hints), &VILLAGE),
        Ok(id(&anna()))
    );
    let code = |hints| check_proof(&proof(), hints, &NEIGHBOUR).map_err(|refusal| refusal.code());
    assert_eq!(code(Some(hints)), Err("E_HANDOVER_WRONG_VILLAGE"));
    assert_eq!(code(None), Err("E_HANDOVER_SIGNATURE"));
}

/// A proof built in memory passes no decoder: the order is checked again.
#[test]
fn two_equal_statements_accuse_nobody_even_with_good_signatures() {
    let mut same = proof();
    same.halves[1] = same.halves[0];
    assert_eq!(
        check_proof(&same, None, &VILLAGE),
        Err(Refusal::SameStatement)
    );
    let mut turned = proof();
    turned.halves.swap(0, 1);
    let verdict = check_proof(&turned, None, &VILLAGE);
    assert_eq!(
        verdict.map_err(|refusal| refusal.code()),
        Err("E_HANDOVER_NOT_CANONICAL")
    );
}

#[test]
fn false_proofs_accuse_nobody() {
    let evidence = Evidence::collect();
    let mut dice = Dice(SEED);
    for _ in 0..FALSE_PROOFS {
        let proof = false_proof(&evidence, &mut dice);
        accuses_nobody(&proof).expect("nobody is accused");
    }
}

/// The same proof as it stands on the ledger (rule 60), its signatures checked as the
/// integrity zome does.
fn accused_on_ledger(proof: &Proof) -> bool {
    let entry = DoubleSpend {
        giver: proof.giver,
        number: proof.number,
        said: proof.halves.map(|half| Said {
            receiver: ReceiverTag(half.receiver),
            amount_s: Seconds(half.amount.seconds()),
            page: PageTag(half.page),
            signature: half.signature,
        }),
    };
    let Ok(checks) = entry.checks(&VILLAGE) else {
        return false;
    };
    checks.iter().all(|check| {
        let signature = ed25519_dalek::Signature::from_bytes(&check.signature.0);
        ed25519_dalek::VerifyingKey::from_bytes(&check.signer.0)
            .is_ok_and(|key| key.verify_strict(&check.statement, &signature).is_ok())
    })
}

#[test]
fn false_proofs_on_the_ledger_accuse_nobody() {
    let evidence = Evidence::collect();
    let mut dice = Dice(SEED + 1);
    for _ in 0..FALSE_PROOFS {
        let proof = false_proof(&evidence, &mut dice);
        assert!(!accused_on_ledger(&proof), "{proof:?}");
    }
    assert!(accused_on_ledger(&common::proof()), "the true one does");
}

/// The test itself would notice: the true proof does accuse.
#[test]
fn a_true_proof_is_told_from_a_false_one() {
    accuses_nobody(&proof()).expect_err("Anna is accused");
}
