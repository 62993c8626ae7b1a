//! Settling: rules 13 to 16.

use crate::common::*;
use crate::expect;
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::settled::{Key, Mark, PathEnd};
use commons_credit_ledger::*;

/// Ben deposits, having settled the transfers named before.
fn depositing_after(settled_before: &[u8]) -> Draft {
    let tree = settled(settled_before);
    let key = Key::of_transfer(action(TRANSFER));
    let mut before = opened();
    before.after.settled = tree.root();
    depositing(&before).with(|draft| {
        let mut tree = tree;
        if let Event::Deposit { proof, .. } = &mut draft.page.event {
            *proof = tree.prove(&key);
        }
        tree.insert(key, Mark::default());
        draft.page.after.settled = tree.root();
    })
}

#[test]
fn r13_accepts_a_transfer_that_was_not_settled() {
    expect([
        ("into a fresh book", depositing_after(&[]), "valid"),
        (
            "after others",
            depositing_after(&[1, 2, 3, 4, 5, 6, 7, 8, 9]),
            "valid",
        ),
        ("declined", declining(&opened()), "valid"),
        ("reclaimed", reclaiming(&opened()), "valid"),
    ]);
}

#[test]
fn r13_refuses_a_second_settling_and_a_false_proof() {
    let mut once = opened();
    once.after.settled = only_settled(TRANSFER);
    let again = |mut draft: Draft| {
        let present = settled(&[TRANSFER]).prove(&Key::of_transfer(action(TRANSFER)));
        match &mut draft.page.event {
            Event::Deposit { proof, .. }
            | Event::Decline { proof, .. }
            | Event::Reclaim { proof, .. } => *proof = present,
            _ => unreachable!("drafts that settle"),
        }
        draft
    };
    let other_end = PathEnd::Other(Key::of_transfer(action(TRANSFER)), Mark::default());
    expect([
        (
            "deposited twice",
            again(depositing(&once)),
            "E_ALREADY_SETTLED",
        ),
        (
            "declined after",
            again(declining(&once)),
            "E_ALREADY_SETTLED",
        ),
        (
            "reclaimed twice",
            again(reclaiming(&once)),
            "E_ALREADY_SETTLED",
        ),
        ("twice by an old proof", depositing(&once), "E_PROOF_WRONG"),
        (
            "its own leaf as another's",
            again(depositing(&once)).with(|draft| {
                if let Event::Deposit { proof, .. } = &mut draft.page.event {
                    proof.end = other_end;
                }
            }),
            "E_PROOF_WRONG",
        ),
        (
            "a root not updated",
            depositing(&opened()).with(|draft| {
                draft.page.after.settled = opened().after.settled;
            }),
            "E_AFTER_WRONG",
        ),
    ]);
}

#[test]
fn r14_accepts_the_receiver() {
    expect([
        ("depositing", depositing(&opened()), "valid"),
        ("declining", declining(&opened()), "valid"),
    ]);
}

#[test]
fn r14_refuses_anybody_else_and_anything_else() {
    let by_carl = |draft: &mut Draft| {
        draft.author = agent(CARL);
        draft.previous.as_mut().unwrap().0 = agent(CARL);
    };
    let by_the_giver = |draft: &mut Draft| {
        draft.author = agent(ANNA);
        draft.previous.as_mut().unwrap().0 = agent(ANNA);
    };
    let not_a_transfer = |draft: &mut Draft| draft.transfer.as_mut().unwrap().2 = opened();
    let nothing = |draft: &mut Draft| draft.transfer = None;
    let another_id = |draft: &mut Draft| draft.transfer.as_mut().unwrap().0 = action(9);
    expect([
        (
            "another's",
            depositing(&opened()).with(by_carl),
            "E_NOT_THE_RECEIVER",
        ),
        (
            "the giver",
            depositing(&opened()).with(by_the_giver),
            "E_NOT_THE_RECEIVER",
        ),
        (
            "another's declined",
            declining(&opened()).with(by_carl),
            "E_NOT_THE_RECEIVER",
        ),
        (
            "an opening",
            depositing(&opened()).with(not_a_transfer),
            "E_NOT_A_TRANSFER",
        ),
        (
            "an opening declined",
            declining(&opened()).with(not_a_transfer),
            "E_NOT_A_TRANSFER",
        ),
        (
            "an opening reclaimed",
            reclaiming(&opened()).with(not_a_transfer),
            "E_NOT_A_TRANSFER",
        ),
        (
            "nothing",
            depositing(&opened()).with(nothing),
            "E_NOT_A_TRANSFER",
        ),
        (
            "a page not cited",
            depositing(&opened()).with(another_id),
            "E_NOT_A_TRANSFER",
        ),
        (
            "a page not cited, reclaimed",
            reclaiming(&opened()).with(another_id),
            "E_NOT_A_TRANSFER",
        ),
    ]);
}

#[test]
fn r15_accepts_the_giver_after_a_decline() {
    assert_eq!(reclaiming(&opened()).verdict(), "valid");
    let full = reclaiming(&opened()).page.after.holdings[0].balance_s;
    assert_eq!(full, Seconds(2 * HOUR_S), "the whole amount, no levy");
}

#[test]
fn r15_refuses_others_and_what_was_not_declined() {
    let decline = |change: fn(&mut (ActionId, AgentId, Page))| {
        reclaiming(&opened()).with(|draft| change(draft.decline.as_mut().unwrap()))
    };
    expect([
        (
            "the receiver",
            reclaiming(&opened()).with(|draft| {
                draft.author = agent(BEN);
                draft.previous.as_mut().unwrap().0 = agent(BEN);
            }),
            "E_NOT_THE_GIVER",
        ),
        (
            "no decline",
            reclaiming(&opened()).with(|draft| draft.decline = None),
            "E_NOT_DECLINED",
        ),
        (
            "a decline not cited",
            decline(|cited| cited.0 = action(9)),
            "E_NOT_DECLINED",
        ),
        (
            "declined by a stranger",
            decline(|cited| cited.1 = agent(CARL)),
            "E_NOT_DECLINED",
        ),
        (
            "declined by the giver",
            decline(|cited| cited.1 = agent(ANNA)),
            "E_NOT_DECLINED",
        ),
        (
            "a deposit",
            decline(|cited| cited.2 = depositing(&opened()).page),
            "E_NOT_DECLINED",
        ),
        (
            "another transfer declined",
            decline(|cited| {
                if let Event::Decline { transfer, .. } = &mut cited.2.event {
                    *transfer = action(9);
                }
            }),
            "E_NOT_DECLINED",
        ),
    ]);
}

#[test]
fn r16_accepts_levies_earned_when_deposited() {
    let deposit = depositing(&opened());
    assert_eq!(deposit.verdict(), "valid");
    let earned = deposit.page.after.earned;
    assert_eq!((earned.state_s.0, earned.community_s.0), (9 * 60, 3 * 60));
    assert_eq!(
        giving(&opened(), HOUR_S).page.after.earned,
        Earned::default()
    );
    assert_eq!(reclaiming(&opened()).page.after.earned, Earned::default());
}

#[test]
fn r16_refuses_any_other_counter() {
    let earned = |change: fn(&mut Earned)| {
        depositing(&opened()).with(|draft| change(&mut draft.page.after.earned))
    };
    expect([
        (
            "state kept back",
            earned(|earned| earned.state_s.0 -= 1),
            "E_AFTER_WRONG",
        ),
        (
            "community kept back",
            earned(|earned| earned.community_s.0 = 0),
            "E_AFTER_WRONG",
        ),
        (
            "swapped",
            earned(|earned| std::mem::swap(&mut earned.state_s, &mut earned.community_s)),
            "E_AFTER_WRONG",
        ),
        (
            "earned by giving",
            giving(&opened(), 40).with(|draft| draft.page.after.earned.state_s.0 = 3),
            "E_AFTER_WRONG",
        ),
    ]);
}
