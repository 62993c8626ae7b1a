//! Giving: rules 6 to 12.

use crate::common::*;
use crate::{code, expect};
use commons_credit_ledger::amount::{AMOUNT_MAX_S, BALANCE_MAX_S, HOUR_S};
use commons_credit_ledger::*;

#[test]
fn r6_accepts_an_account_of_the_book() {
    expect([
        ("her own", giving(&opened(), 1), "valid"),
        (
            "a fund she holds, to its floor",
            paying(2 * HOUR_S),
            "valid",
        ),
    ]);
}

#[test]
fn r6_refuses_an_account_that_the_book_has_not() {
    let from = |account| {
        giving(&opened(), 1).with(|draft| {
            if let Event::Transfer(transfer) = &mut draft.page.event {
                transfer.from = account;
            }
        })
    };
    let into = |account| {
        depositing(&opened()).with(|draft| {
            let cited = &mut draft.transfer.as_mut().unwrap().2.event;
            if let Event::Transfer(transfer) = cited {
                transfer.to_account = account;
            }
        })
    };
    let line = Account::Line(VillageId([5; 32]));
    expect([
        (
            "a fund",
            from(Account::Fund(Fund::State)),
            "E_ACCOUNT_NOT_HELD",
        ),
        (
            "the other fund",
            paying(1).with(|draft| {
                if let Event::Transfer(transfer) = &mut draft.page.event {
                    transfer.from = Account::Fund(Fund::Community);
                }
            }),
            "E_ACCOUNT_NOT_HELD",
        ),
        ("a line", from(line), "E_ACCOUNT_NOT_HELD"),
        (
            "into a fund",
            into(Account::Fund(Fund::Community)),
            "E_ACCOUNT_NOT_HELD",
        ),
        ("into a line", into(line), "E_ACCOUNT_NOT_HELD"),
    ]);
}

#[test]
fn r7_accepts_from_one_second_to_a_million_hours() {
    let rich = holding(AMOUNT_MAX_S);
    expect([
        ("one second", giving(&rich, 1), "valid"),
        ("a million hours", giving(&rich, AMOUNT_MAX_S), "valid"),
    ]);
    assert_eq!(Amount::new(Seconds(1)).unwrap().seconds(), 1);
    assert_eq!(
        Amount::new(Seconds(AMOUNT_MAX_S)).unwrap().seconds(),
        AMOUNT_MAX_S
    );
}

#[test]
fn r7_refuses_nothing_less_than_nothing_and_too_much() {
    let claiming = |amount_s| {
        giving(&holding(BALANCE_MAX_S), 1).with(|draft| {
            if let Event::Transfer(transfer) = &mut draft.page.event {
                transfer.amount_s = Seconds(amount_s);
            }
        })
    };
    for (amount_s, code) in [
        (0, "E_AMOUNT_NOT_POSITIVE"),
        (-1, "E_AMOUNT_NOT_POSITIVE"),
        (i64::MIN, "E_AMOUNT_NOT_POSITIVE"),
        (AMOUNT_MAX_S + 1, "E_AMOUNT_TOO_LARGE"),
        (i64::MAX, "E_AMOUNT_TOO_LARGE"),
    ] {
        assert_eq!(claiming(amount_s).verdict(), code, "{amount_s}");
    }
}

#[test]
fn r8_accepts_somebody_else() {
    assert_eq!(giving(&opened(), 1).verdict(), "valid");
}

#[test]
fn r8_refuses_oneself_into_any_account() {
    for account in [Account::Member, Account::Fund(Fund::State)] {
        let selfish = giving(&opened(), 1).with(|draft| {
            if let Event::Transfer(transfer) = &mut draft.page.event {
                transfer.to = agent(ANNA);
                transfer.to_account = account;
            }
        });
        assert_eq!(selfish.verdict(), "E_SELF_TRANSFER");
    }
}

fn split(amount_s: i64, state_bp: u16, community_bp: u16) -> [i64; 3] {
    let levies = Levies {
        state_bp: BasisPoints(state_bp),
        community_bp: BasisPoints(community_bp),
    };
    let split = levies.split(Amount::new(Seconds(amount_s)).unwrap());
    [split.receiver_s.0, split.state_s.0, split.community_s.0]
}

#[test]
fn r9_accepts_two_hours_as_1_h_48_and_9_and_3_minutes() {
    assert_eq!(split(2 * HOUR_S, 750, 250), [108 * 60, 9 * 60, 3 * 60]);
    assert_eq!(giving(&opened(), 2 * HOUR_S).verdict(), "valid");
    for (amount_s, state_bp, community_bp, parts) in [
        // Levies are rounded down; the rest is the receiver's.
        (1, 750, 250, [1, 0, 0]),
        (13, 750, 250, [13, 0, 0]),
        (14, 750, 250, [13, 1, 0]),
        (39, 750, 250, [37, 2, 0]),
        (40, 750, 250, [36, 3, 1]),
        (59, 0, 0, [59, 0, 0]),
        (101, 5_000, 0, [51, 50, 0]),
        (101, 2_500, 2_500, [51, 25, 25]),
        (9_999, 1, 0, [9_999, 0, 0]),
        (10_000, 1, 0, [9_999, 1, 0]),
        (
            AMOUNT_MAX_S,
            2_500,
            2_500,
            [AMOUNT_MAX_S / 2, AMOUNT_MAX_S / 4, AMOUNT_MAX_S / 4],
        ),
    ] {
        assert_eq!(
            split(amount_s, state_bp, community_bp),
            parts,
            "{amount_s} s"
        );
    }
}

#[test]
fn r9_refuses_any_other_split() {
    for wrong in [
        [6_481, 539, 180],
        [6_479, 541, 180],
        [6_480, 541, 179],
        [7_200, 0, 0],
        [0, 7_200, 0],
    ] {
        let draft = giving(&opened(), 2 * HOUR_S).with(|draft| {
            if let Event::Transfer(transfer) = &mut draft.page.event {
                transfer.split = Split {
                    receiver_s: Seconds(wrong[0]),
                    state_s: Seconds(wrong[1]),
                    community_s: Seconds(wrong[2]),
                };
            }
        });
        assert_eq!(draft.verdict(), "E_SPLIT_WRONG", "{wrong:?}");
    }
}

#[test]
fn r10_accepts_giving_down_to_the_floor() {
    expect([
        (
            "all of the credit line",
            giving(&opened(), 10 * HOUR_S),
            "valid",
        ),
        (
            "what was earned too",
            giving(&holding(HOUR_S), 11 * HOUR_S),
            "valid",
        ),
    ]);
}

#[test]
fn r10_refuses_one_second_below_the_floor() {
    expect([
        (
            "one second",
            giving(&opened(), 10 * HOUR_S + 1),
            "E_FLOOR_CROSSED",
        ),
        ("a fund has none", paying(2 * HOUR_S + 1), "E_FLOOR_CROSSED"),
        (
            "at the floor",
            giving(&holding(-10 * HOUR_S), 1),
            "E_FLOOR_CROSSED",
        ),
    ]);
}

#[test]
fn r11_accepts_a_balance_up_to_the_limit() {
    assert_eq!(
        depositing(&holding(BALANCE_MAX_S - 108 * 60)).verdict(),
        "valid"
    );
    assert!(Balance::new(Seconds(BALANCE_MAX_S)).is_ok());
    assert!(Balance::new(Seconds(-BALANCE_MAX_S)).is_ok());
}

#[test]
fn r11_refuses_a_balance_or_counter_past_the_limit() {
    let earned = |change: fn(&mut Earned)| {
        let mut before = opened();
        change(&mut before.after.earned);
        depositing(&before)
    };
    expect([
        (
            "one second",
            depositing(&holding(BALANCE_MAX_S - 108 * 60 + 1)),
            "E_BALANCE_OUT_OF_RANGE",
        ),
        (
            "state",
            earned(|earned| earned.state_s.0 = BALANCE_MAX_S - 539),
            "E_BALANCE_OUT_OF_RANGE",
        ),
        (
            "community",
            earned(|earned| earned.community_s.0 = BALANCE_MAX_S - 179),
            "E_BALANCE_OUT_OF_RANGE",
        ),
        (
            "reclaimed",
            reclaiming(&holding(BALANCE_MAX_S - 7_199)),
            "E_BALANCE_OUT_OF_RANGE",
        ),
    ]);
    for outside in [BALANCE_MAX_S + 1, -BALANCE_MAX_S - 1, i64::MAX, i64::MIN] {
        assert_eq!(
            code(Balance::new(Seconds(outside))),
            "E_BALANCE_OUT_OF_RANGE"
        );
    }
    let top = Balance::new(Seconds(BALANCE_MAX_S)).unwrap();
    assert_eq!(code(top.plus(i64::MAX)), "E_BALANCE_OUT_OF_RANGE");
}

#[test]
fn r12_accepts_the_givers_signature() {
    assert_eq!(giving(&opened(), 1).verdict(), "valid");
}

#[test]
fn r12_refuses_any_other_signature() {
    let unsigned = giving(&opened(), 1).with(|draft| draft.cheque_is_signed = false);
    assert_eq!(unsigned.verdict(), "E_CHEQUE_SIGNATURE");
}

/// No rule of the law: what nodes hold themselves to, on both sides of a cheque.
#[test]
fn what_nobody_has_seen_is_borne_up_to_the_exposure_and_no_further() {
    let bounded = Policy {
        exposure: Seconds(3 * HOUR_S),
        ..policy()
    };
    let amount = |amount_s| Amount::new(Seconds(amount_s)).unwrap();
    for (unseen_s, amount_s, borne) in [
        (0, 3 * HOUR_S, true),
        (0, 3 * HOUR_S + 1, false),
        (2 * HOUR_S, HOUR_S, true),
        (2 * HOUR_S, HOUR_S + 1, false),
        (3 * HOUR_S, 1, false),
        (i64::MAX, 1, false),
    ] {
        assert_eq!(
            bounded.bears(Seconds(unseen_s), amount(amount_s)),
            borne,
            "{unseen_s} and {amount_s}"
        );
    }
    assert!(policy().bears(Seconds(0), amount(AMOUNT_MAX_S)));
    let nothing = Policy {
        exposure: Seconds(0),
        ..policy()
    };
    assert!(!nothing.bears(Seconds(0), amount(1)));
}
