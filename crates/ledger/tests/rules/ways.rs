//! Over more than one line: rule 77, with real signatures and both cases of who holds the
//! lines in between.

use crate::code;
use crate::pair::*;
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::way::HOPS_MAX;
use commons_credit_ledger::*;

const TWO_HOURS: i64 = 2 * HOUR_S;
/// Two hours less AliceVille's levies, and what that is in BobTown.
const NET_A_S: i64 = 108 * 60;
const IN_B_S: i64 = NET_A_S * 6 / 5;
/// Less BobTown's 5 % and 5 %, and what that is in CarolHill.
const NET_B_S: i64 = IN_B_S - 2 * 388;
const IN_C_S: i64 = NET_B_S * 6 / 5;
/// Less CarolHill's 2 % and 3 %.
const ARRIVES_S: i64 = IN_C_S - 168 - 252;

/// Held by one gateway on both sides, or by two.
const MIDDLES: [u8; 2] = [GATEWAY, SECOND];

struct Chain {
    pair: Pair,
    middle: u8,
    given: ActionId,
    pledge: ActionId,
}

fn hop(village: VillageId, least_s: i64) -> Hop {
    Hop {
        village,
        sheet: 1,
        kind: 0,
        least_s: Seconds(least_s),
    }
}

fn way(pair: &Pair, least_s: i64) -> Across {
    Across {
        receiver: id(BOB),
        sheet: 1,
        kind: 0,
        least_s: Seconds(IN_B_S.min(least_s)),
        onward: vec![hop(pair.village(C), least_s)],
    }
}

impl Chain {
    /// Alice has given two hours for Bob in CarolHill, and AliceVille's gateway pledged.
    fn pledged(middle: u8) -> Self {
        Self::asking(middle, IN_C_S)
    }

    fn asking(middle: u8, least_s: i64) -> Self {
        let mut pair = Pair::chained(&terms_of_a(), middle);
        let across = way(&pair, least_s);
        let given = pair.give_over(A, ALICE, B, TWO_HOURS, across).unwrap();
        let pledge = pair.pledge(A, given).unwrap();
        Self {
            pair,
            middle,
            given,
            pledge,
        }
    }

    fn iou(&self) -> Iou {
        self.pair.iou(self.pledge)
    }

    /// The transfer by which BobTown's gateway hands it on.
    fn handing_on(&self) -> Transfer {
        let (_, given) = self.pair.transfer(self.given);
        let (_, across) = given.across().unwrap();
        self.pair.handing_on(B, A, across, self.iou())
    }

    fn write(&mut self, transfer: Transfer) -> Result<ActionId, Violation> {
        let event = Event::Transfer(Box::new(transfer));
        self.pair.write(B, GATEWAY, event)
    }

    /// Handed on, and pledged by who holds the second line.
    fn through(&mut self) -> (ActionId, ActionId) {
        let transfer = self.handing_on();
        let through = self.write(transfer).unwrap();
        let pledge = self.pair.pledge(B, through).unwrap();
        (through, pledge)
    }

    /// CarolHill pays Bob on it.
    fn pay(&mut self, pledge: ActionId) -> ActionId {
        let iou = self.pair.iou(pledge);
        let transfer = self.pair.paying_from(C, B, BOB, iou);
        let event = Event::Transfer(Box::new(transfer));
        self.pair.write(C, self.middle, event).unwrap()
    }

    /// BobTown has it back in the line and says no; Alice has it back.
    fn refused_in_the_middle(mut self, through: ActionId, ended: ActionId) {
        self.pair.reclaim(B, GATEWAY, through, ended).unwrap();
        let again = self.pair.reclaim(B, GATEWAY, through, ended);
        assert_eq!(code(again), "E_ALREADY_SETTLED");
        let word = self.pair.refusal_to(B, A, &self.iou());
        let event = self.pair.returning(A, self.pledge, word);
        let returned = self.pair.write(A, GATEWAY, event).unwrap();
        self.pair.reclaim(A, ALICE, self.given, returned).unwrap();
        assert_eq!(self.pair.balance(A, ALICE, Account::Member), 0);
        self.lines_are([0; 4]);
        for (at, to) in [(A, B), (B, A), (B, C), (C, B)] {
            let book = &self.pair.sides[at].books[&self.pair.holder(at, to)];
            let tally = book.page.after.tally(self.pair.village(to)).unwrap();
            assert_eq!((tally.pledged_s.0, tally.theirs_s.0), (0, 0));
        }
    }

    /// A to B, B to A, B to C, C to B; and every village adds up to 0.
    fn lines_are(&self, seconds: [i64; 4]) {
        let of = |at, to| self.pair.line_to_s(at, to);
        assert_eq!([of(A, B), of(B, A), of(B, C), of(C, B)], seconds);
        for at in [A, B, C] {
            assert_eq!(self.pair.sum_s(at), 0, "village {at}");
        }
    }
}

#[test]
fn r77_accepts_that_one_receipt_opens_every_leg() {
    for middle in MIDDLES {
        let mut chain = Chain::pledged(middle);
        let (through, pledge) = chain.through();
        // The middle's levies are as on every transaction, and the tag goes on.
        let iou = chain.pair.iou(pledge);
        assert_eq!((iou.amount_s.0, iou.gives_s.0), (NET_B_S, IN_C_S));
        assert_eq!(iou.payment, chain.iou().payment);
        chain.lines_are([0, -IN_B_S, 0, 0]);
        let paid = chain.pay(pledge);
        let deposit = chain.pair.deposit(C, BOB, paid).unwrap();
        let receipt = chain.pair.receipt(deposit);
        // In whatever order it reaches them.
        chain.pair.arrive(A, chain.given, receipt).unwrap();
        chain.pair.arrive(B, through, receipt).unwrap();
        chain.lines_are([NET_A_S, -IN_B_S, NET_B_S, -IN_C_S]);
        let bob = chain.pair.balance(C, BOB, Account::Member);
        assert_eq!(bob, ARRIVES_S);
        let earned = chain.pair.sides[B].books[&middle].page.after.earned;
        assert_eq!((earned.state_s.0, earned.community_s.0), (388, 388));
    }
}

#[test]
fn r77_accepts_that_a_refusal_goes_back_to_the_giver() {
    for middle in MIDDLES {
        // At the end.
        let mut chain = Chain::pledged(middle);
        let (through, pledge) = chain.through();
        let iou = chain.pair.iou(pledge);
        chain.pair.refuse_from(C, B, iou).unwrap();
        let word = chain.pair.refusal_to(C, B, &iou);
        let event = chain.pair.returning(B, pledge, word);
        let returned = chain.pair.write(B, middle, event).unwrap();
        chain.refused_in_the_middle(through, returned);
        // By the receiver.
        let mut chain = Chain::pledged(middle);
        let (through, pledge) = chain.through();
        let iou = chain.pair.iou(pledge);
        let paid = chain.pay(pledge);
        let declined = chain.pair.decline(C, BOB, paid).unwrap();
        chain.pair.reclaim(C, middle, paid, declined).unwrap();
        let word = chain.pair.refusal_to(C, B, &iou);
        let event = chain.pair.returning(B, pledge, word);
        let returned = chain.pair.write(B, middle, event).unwrap();
        chain.refused_in_the_middle(through, returned);
        // By who holds the second line.
        let mut chain = Chain::pledged(middle);
        let transfer = chain.handing_on();
        let through = chain.write(transfer).unwrap();
        let declined = chain.pair.decline(B, middle, through).unwrap();
        chain.refused_in_the_middle(through, declined);
    }
}

#[test]
fn r77_refuses_another_leg_than_the_giver_named() {
    for middle in MIDDLES {
        let mut chain = Chain::pledged(middle);
        let right = chain.handing_on();
        let changes: [fn(&mut Across); 5] = [
            |leg| leg.receiver = id(ALICE),
            |leg| leg.sheet += 1,
            |leg| leg.kind += 1,
            |leg| leg.least_s.0 -= 1,
            |leg| leg.onward.push(hop(VillageId([0xd0; 32]), 1)),
        ];
        for change in changes {
            let mut transfer = right.clone();
            if let Some(Leg::Through(through)) = &mut transfer.line {
                change(&mut through.across);
            }
            assert_eq!(code(chain.write(transfer)), "E_IOU_FOREIGN");
        }
        let elsewhere = Transfer {
            to_account: Account::Line(VillageId([0xd0; 32])),
            ..right.clone()
        };
        assert_eq!(code(chain.write(elsewhere)), "E_IOU_FOREIGN");
        // Nobody in between is paid on it.
        let iou = chain.iou();
        for receiver in [BOB, ALICE] {
            let transfer = chain.pair.paying_from(B, A, receiver, iou);
            assert_eq!(code(chain.write(transfer)), "E_IOU_FOREIGN");
        }
        let to_oneself = chain.pair.paying_from(B, A, GATEWAY, iou);
        assert_eq!(code(chain.write(to_oneself)), "E_SELF_TRANSFER");
        // Less than the whole, or twice.
        let mut less = right.clone();
        less.amount_s.0 -= 1;
        less.split = chain.pair.bare(B, less.amount_s.0).split;
        assert_eq!(code(chain.write(less)), "E_IOU_FOREIGN");
        chain.write(right.clone()).unwrap();
        assert_eq!(code(chain.write(right)), "E_IOU_NUMBER");
    }
    // What was to end in BobTown goes nowhere else.
    let mut pair = Pair::chained(&terms_of_a(), GATEWAY);
    let given = pair.give(A, ALICE, BOB, TWO_HOURS, 1, 1).unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    let across = way(&pair, 1);
    let transfer = pair.handing_on(B, A, &across, pair.iou(pledge));
    let event = Event::Transfer(Box::new(transfer));
    assert_eq!(code(pair.write(B, GATEWAY, event)), "E_IOU_FOREIGN");
}

#[test]
fn r77_refuses_a_way_that_is_long_or_turns_back() {
    let mut pair = Pair::chained(&terms_of_a(), GATEWAY);
    let far = |number: u8| hop(VillageId([number; 32]), 1);
    let (here, next) = (pair.village(A), pair.village(B));
    let mut give = |onward: Vec<Hop>| {
        let across = Across {
            onward,
            ..way(&pair, 1)
        };
        code(pair.give_over(A, ALICE, B, HOUR_S, across))
    };
    assert_eq!(give((1..=HOPS_MAX as u8).map(far).collect()), "valid");
    assert_eq!(
        give((1..=HOPS_MAX as u8 + 1).map(far).collect()),
        "E_LINE_WAY"
    );
    assert_eq!(give(vec![far(1), far(1)]), "E_LINE_WAY");
    assert_eq!(give(vec![hop(next, 1)]), "E_LINE_WAY");
    // Where it begins only the next village can see.
    let back = Across {
        onward: vec![hop(here, 1)],
        ..way(&pair, 1)
    };
    let given = pair.give_over(A, ALICE, B, HOUR_S, back.clone()).unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    let transfer = pair.handing_on(B, A, &back, pair.iou(pledge));
    let event = Event::Transfer(Box::new(transfer));
    assert_eq!(code(pair.write(B, GATEWAY, event)), "E_LINE_WAY");
}

#[test]
fn r77_refuses_a_leg_in_between_without_a_line_on_both_sides() {
    let mut chain = Chain::pledged(GATEWAY);
    let right = chain.handing_on();
    for (from, to_account, to) in [
        (right.from, Account::Member, SECOND),
        (Account::Member, right.to_account, SECOND),
    ] {
        let transfer = Transfer {
            from,
            to_account,
            to: id(to),
            ..right.clone()
        };
        assert_eq!(code(chain.write(transfer)), "E_LINE_LEG");
    }
    for line in [None, right.through().map(|leg| Leg::Honours(leg.honours))] {
        let transfer = Transfer {
            line,
            to: id(SECOND),
            ..right.clone()
        };
        assert_eq!(code(chain.write(transfer)), "E_LINE_LEG");
    }
    let corrects = Transfer {
        corrects: Some(chain.given),
        ..right
    };
    // A correction is of what the same two gave each other (rule 40).
    assert_ne!(code(chain.write(corrects)), "valid");
}

#[test]
fn r77_refuses_worse_terms_than_the_giver_saw() {
    for middle in MIDDLES {
        let mut chain = Chain::asking(middle, IN_C_S + 1);
        let transfer = chain.handing_on();
        let through = chain.write(transfer).unwrap();
        assert_eq!(code(chain.pair.pledge(B, through)), "E_LINE_RATE");
        let declined = chain.pair.decline(B, middle, through).unwrap();
        chain.refused_in_the_middle(through, declined);
    }
}

#[test]
fn r77_refuses_hours_without_the_last_receivers_word() {
    for middle in MIDDLES {
        let mut chain = Chain::pledged(middle);
        let (through, pledge) = chain.through();
        let deposited = chain.pair.deposit(B, middle, through);
        assert_eq!(code(deposited), "E_NOT_PLEDGED");
        let declined = chain.pair.decline(B, middle, through);
        assert_eq!(code(declined), "E_ALREADY_SETTLED");
        let reclaimed = chain.pair.reclaim(B, GATEWAY, through, pledge);
        assert_eq!(code(reclaimed), "E_NOT_DECLINED");
        // A receipt of Bob's, of another village, amount, page or payment.
        let paid = chain.pay(pledge);
        let deposit = chain.pair.deposit(C, BOB, paid).unwrap();
        let right = chain.pair.receipt(deposit);
        let payment = chain.iou().payment;
        let signed = |village: usize, who: u8, number, payment: &PaymentTag| ReceiptGiven {
            signature: sign(
                who,
                &line::receipt_statement(
                    &chain.pair.village(village),
                    &id(who),
                    number,
                    right.amount_s.0,
                    payment,
                ),
            ),
            ..right
        };
        let number = right.number;
        let wrong = [
            signed(B, BOB, number, &payment),
            signed(A, BOB, number, &payment),
            signed(C, middle, number, &payment),
            signed(C, BOB, number + 1, &payment),
            signed(C, BOB, number, &PaymentTag([7; 16])),
            ReceiptGiven {
                amount_s: Seconds(right.amount_s.0 + 1),
                ..right
            },
        ];
        for receipt in wrong {
            let arrived = chain.pair.arrive(B, through, receipt);
            assert_eq!(code(arrived), "E_RECEIPT");
            let arrived = chain.pair.arrive(A, chain.given, receipt);
            assert_eq!(code(arrived), "E_RECEIPT");
        }
        chain.pair.arrive(B, through, right).unwrap();
        let again = chain.pair.arrive(B, through, right);
        assert_eq!(code(again), "E_ALREADY_SETTLED");
        // Who has the receipt does not give the hours back.
        let word = chain.pair.refusal_to(C, B, &chain.pair.iou(pledge));
        let event = chain.pair.returning(B, pledge, word);
        assert_eq!(
            code(chain.pair.write(B, middle, event)),
            "E_ALREADY_SETTLED"
        );
    }
}
