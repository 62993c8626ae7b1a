//! Rounds of clearing: rule 78, with real signatures.

use crate::common::Draft;
use crate::expect;
use crate::pair::{id, sign};
use crate::rounds::*;
use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::clearing::ROUND_LINES_MAX;
use commons_credit_ledger::settled::{Key, Mark, PathEnd};
use commons_credit_ledger::*;

/// Three villages in a ring: 100, 120 and 200 hours, one of them at 1 to 1.2.
const RING: [Debt; 3] = [
    (0, 1, 100 * HOUR_S, 120 * HOUR_S),
    (1, 2, 120 * HOUR_S, 120 * HOUR_S),
    (2, 0, 200 * HOUR_S, 200 * HOUR_S),
];
/// What clears of it, in the seconds of each.
const CLEARS: [Debt; 3] = [
    (0, 1, 100 * HOUR_S, 120 * HOUR_S),
    (1, 2, 120 * HOUR_S, 90 * HOUR_S),
    (2, 0, 90 * HOUR_S, 100 * HOUR_S),
];

fn booking(at: usize) -> Draft {
    let net = Net::of(3, &RING);
    let round = net.round(&CLEARS);
    net.booking(at, &round, &net.signatures(&round))
}

fn cleared(draft: &mut Draft) -> &mut Cleared {
    match &mut draft.page.event {
        Event::Clear(cleared) => cleared,
        _ => panic!("a round"),
    }
}

/// Another round, signed by everybody whom it names, booked by village 0.
fn bent(change: impl FnOnce(&mut Round)) -> Draft {
    let net = Net::of(3, &RING);
    let mut round = net.round(&CLEARS);
    change(&mut round);
    net.booking(0, &round, &net.signatures(&round))
}

#[test]
fn r78_accepts_a_round_that_all_have_signed() {
    expect([
        ("the first village", booking(0), "valid"),
        ("the second", booking(1), "valid"),
        ("the third", booking(2), "valid"),
        (
            "the heir of a gateway, with the signature that the lost key gave",
            booking(0).with(|draft| {
                let heir = AgentId([77; 32]);
                draft.author = heir;
                let (author, before) = draft.previous.as_mut().unwrap();
                *author = heir;
                before.after.lost = vec![LostKey {
                    agent: id(gateway(0)),
                    number: 1,
                }];
                draft.page.after.lost = vec![LostKey {
                    agent: id(gateway(0)),
                    number: 1,
                }];
            }),
            "valid",
        ),
    ]);
    // More than two lines of one village, and a net that is no single ring.
    let debts = [
        (0, 1, 60, 60),
        (1, 2, 30, 30),
        (1, 3, 30, 30),
        (2, 0, 30, 30),
        (3, 0, 30, 30),
    ];
    let mut net = Net::of(4, &debts);
    let round = net.round(&debts);
    let signatures = net.signatures(&round);
    for at in [2, 0, 3, 1] {
        assert_eq!(net.book(at, &round, &signatures), "valid");
        assert_eq!(net.sum_s(at), 0);
        // Nothing is owed any more, and so it would cross zero: that it was booked is said first.
        assert_eq!(net.book(at, &round, &signatures), "E_ALREADY_CLEARED");
    }
    for (debtor, creditor, ..) in debts {
        let both = [
            net.balance_s(debtor, creditor),
            net.balance_s(creditor, debtor),
        ];
        assert_eq!(both, [0, 0]);
    }
}

#[test]
fn r78_refuses_a_round_that_is_none() {
    let line = |debtor: u8, creditor: u8| RoundLine {
        debtor: VillageId([debtor; 32]),
        creditor: VillageId([creditor; 32]),
        debtor_gateway: AgentId([debtor; 32]),
        creditor_gateway: AgentId([creditor; 32]),
        freed_s: Seconds(1),
        given_up_s: Seconds(1),
    };
    // A ring of so many villages, in the order of its debtors.
    let ring = |lines: usize| {
        let next = |at: usize| (at + 1) % lines;
        let lines = (0..lines).map(|at| line(at as u8, next(at) as u8));
        Round {
            lines: lines.collect(),
        }
    };
    let judged = |round: &Round| crate::code(round.check());
    assert_eq!(judged(&ring(3)), "valid");
    assert_eq!(judged(&ring(ROUND_LINES_MAX)), "valid");
    for lines in [0, 2, ROUND_LINES_MAX + 1] {
        assert_eq!(judged(&ring(lines)), "E_CLEARING", "{lines} lines");
    }
    let with = |change: fn(&mut Vec<RoundLine>)| {
        let mut round = ring(4);
        change(&mut round.lines);
        judged(&round)
    };
    assert_eq!(with(|lines| lines.swap(1, 2)), "E_CLEARING");
    assert_eq!(with(|lines| lines[1] = lines[0]), "E_CLEARING");
    assert_eq!(
        with(|lines| lines[0].creditor = lines[0].debtor),
        "E_CLEARING"
    );
    // The same line in both directions.
    assert_eq!(
        with(|lines| {
            let mut back = lines[0];
            std::mem::swap(&mut back.debtor, &mut back.creditor);
            std::mem::swap(&mut back.debtor_gateway, &mut back.creditor_gateway);
            lines.insert(1, back);
        }),
        "E_CLEARING"
    );
    // A village with two gateways.
    assert_eq!(
        with(|lines| lines[0].debtor_gateway = AgentId([9; 32])),
        "E_CLEARING"
    );
    assert_eq!(
        with(|lines| lines[0].freed_s.0 = 0),
        "E_AMOUNT_NOT_POSITIVE"
    );
    assert_eq!(
        with(|lines| lines[0].given_up_s.0 = AMOUNT_MAX_S + 1),
        "E_AMOUNT_TOO_LARGE"
    );
    assert_eq!(
        with(|lines| lines[0].freed_s.0 = 2),
        "E_CLEARING_UNBALANCED"
    );
    assert_eq!(
        with(|lines| lines[2].given_up_s.0 = 2),
        "E_CLEARING_UNBALANCED"
    );
}

#[test]
fn r78_refuses_a_round_that_is_not_this_book_s() {
    let with = |change: fn(&mut Draft)| booking(0).with(change);
    expect([
        (
            "another round than the one signed",
            with(|draft| cleared(draft).round.lines[1].given_up_s.0 += 1),
            "E_CLEARING_UNBALANCED",
        ),
        (
            "a village that is not in it",
            with(|draft| draft.round.as_mut().unwrap().0 = village(7)),
            "E_CLEARING_FOREIGN",
        ),
        (
            "somebody who is not the gateway",
            with(|draft| {
                draft.author = id(99);
                draft.previous.as_mut().unwrap().0 = id(99);
            }),
            "E_CLEARING_FOREIGN",
        ),
        (
            "no facts",
            with(|draft| draft.round = None),
            "E_CLEARING_FOREIGN",
        ),
        (
            "a decision too few",
            with(|draft| {
                cleared(draft).decisions.pop();
            }),
            "E_LINE_NOT_DECIDED",
        ),
        (
            "what is no decision",
            with(|draft| {
                draft.round.as_mut().unwrap().1.pop();
            }),
            "E_LINE_NOT_DECIDED",
        ),
        (
            "the decisions in another order",
            with(|draft| draft.round.as_mut().unwrap().1.reverse()),
            "E_LINE_NOT_DECIDED",
        ),
        (
            "a decision that failed",
            with(|draft| draft.round.as_mut().unwrap().1[0].adopted = false),
            "E_LINE_NOT_DECIDED",
        ),
        (
            "a neighbour's gateway whom nobody decided on",
            bent(|round| {
                // Village 1 is creditor of the first line, debtor of the second.
                round.lines[0].creditor_gateway = id(99);
                round.lines[1].debtor_gateway = id(99);
            }),
            "E_LINE_NOT_DECIDED",
        ),
        (
            "more than is owed here",
            bent(|round| {
                round.lines[0].freed_s.0 += 1;
                round.lines[2].given_up_s.0 += 1;
            }),
            "E_CLEARING_CROSSES",
        ),
        (
            "a line that the book does not hold",
            with(|draft| {
                let before = &mut draft.previous.as_mut().unwrap().1.after;
                before.lines.clear();
            }),
            "E_ACCOUNT_NOT_HELD",
        ),
        (
            "a path to elsewhere",
            with(|draft| cleared(draft).once.end = PathEnd::Present(Mark(7))),
            "E_PROOF_WRONG",
        ),
        (
            "a second more is freed",
            with(|draft| draft.page.after.holdings[1].balance_s.0 -= 1),
            "E_AFTER_WRONG",
        ),
        (
            "the neighbour's side is left as it was",
            with(|draft| draft.page.after.lines[0].theirs_s.0 += 1),
            "E_AFTER_WRONG",
        ),
    ]);
    // As much is still owed; the round is not.
    let mut net = Net::of(3, &RING);
    let round = net.round(&[(0, 1, 10, 10), (1, 2, 10, 10), (2, 0, 10, 10)]);
    let signatures = net.signatures(&round);
    assert_eq!(net.book(0, &round, &signatures), "valid");
    assert_eq!(net.book(0, &round, &signatures), "E_ALREADY_CLEARED");
    assert!(net.towns[0]
        .tree
        .prove(&Key::of_round(round.digest()))
        .mark(
            net.towns[0].page.after.settled,
            &Key::of_round(round.digest())
        )
        .is_ok_and(|mark| mark.is_some()));
}

#[test]
fn r78_refuses_a_round_that_somebody_has_not_signed() {
    let net = Net::of(3, &RING);
    let round = net.round(&CLEARS);
    let good = net.signatures(&round);
    let other = net.round(&[(0, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1)]);
    for missing in 0..3 {
        let mut one_less = good.clone();
        one_less.remove(missing);
        let mut forged = good.clone();
        forged[missing] = sign(99, &round.statement(&village(missing)));
        let mut for_another = good.clone();
        for_another[missing] = net.signatures(&other)[missing];
        // Who is gateway in two villages has signed for one of them.
        let mut elsewhere = good.clone();
        let there = village((missing + 1) % 3);
        elsewhere[missing] = sign(gateway(missing), &round.statement(&there));
        let mut one_more = good.clone();
        one_more.push(good[0]);
        let mut turned = good.clone();
        turned.reverse();
        for signatures in [one_less, forged, for_another, elsewhere, one_more, turned] {
            for at in 0..3 {
                let draft = net.booking(at, &round, &signatures);
                assert_eq!(draft.verdict(), "E_CLEARING_UNSIGNED");
            }
        }
    }
}
