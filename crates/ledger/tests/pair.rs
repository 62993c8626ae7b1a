//! Two villages with a line against a slow, obvious twin: a list of payments, each in one
//! state, from which every balance is added up anew after every step. `CC_SEED=<number>`
//! repeats a run.

#[path = "common/mod.rs"]
mod common;
#[path = "common/pair.rs"]
mod pair;
#[path = "common/random.rs"]
mod random;
#[path = "common/seen.rs"]
mod seen;

use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::*;
use pair::{id, sign, terms_of_a, Pair, A, ALICE, B, BOB, GATEWAY};
use random::{fresh_seed, Random};
use seen::{walk, Seen, Walk};

const STEPS: usize = 1_500;
const KNOWN_SEED: u64 = 7;

/// Where a payment is; every state but the last two is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Given,
    SentBack,
    Pledged,
    Paid,
    Deposited,
    Declined,
    Refused,
    Arrived,
    Reclaimed,
}

/// What the twin knows of a payment: amounts worked out by hand.
struct Payment {
    from: usize,
    giver: u8,
    receiver: u8,
    at: At,
    amount_s: i64,
    net_s: i64,
    gives_s: i64,
    given: ActionId,
    pledge: Option<ActionId>,
    paid: Option<ActionId>,
    deposit: Option<ActionId>,
    back: Option<ActionId>,
}

struct Twin {
    pair: Pair,
    random: Random,
    payments: Vec<Payment>,
    seen: Seen,
    slope_bp: i128,
    limits_s: [i128; 2],
}

impl Twin {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let slope_bp = [0, 1_000, 5_000][random.below(3)];
        let mut terms = terms_of_a();
        terms.sheet.slope_bp = slope_bp;
        Self {
            pair: Pair::joined(&terms),
            random,
            payments: vec![],
            seen: Seen::default(),
            slope_bp: i128::from(slope_bp),
            limits_s: [i128::from(50 * HOUR_S), i128::from(60 * HOUR_S)],
        }
    }

    /// What a village owes with what is pledged: all that has left it for good, less all
    /// that has come.
    fn owes(&self, side: usize, pledged: bool) -> i64 {
        let out = |payment: &&Payment| {
            use At::{Arrived, Declined, Deposited, Paid, Pledged, Refused};
            let kept = matches!(payment.at, Pledged | Paid | Deposited | Declined | Refused);
            payment.from == side && (payment.at == Arrived || pledged && kept)
        };
        let into = |payment: &&Payment| {
            use At::{Arrived, Declined, Deposited, Paid};
            let debited = matches!(payment.at, Paid | Deposited | Declined | Arrived);
            payment.from != side && debited
        };
        let out: i64 = self.payments.iter().filter(out).map(|p| p.net_s).sum();
        let into: i64 = self.payments.iter().filter(into).map(|p| p.gives_s).sum();
        out - into
    }

    /// The published formula, as a fraction.
    fn rate(&self, side: usize, amount_s: i64, owes_s: i64) -> i64 {
        let (num, den) = [(6, 5), (5, 6)][side];
        let limit = self.limits_s[side];
        let amount = i128::from(amount_s);
        let before = i128::from(owes_s.max(0));
        let after = i128::from((owes_s + amount_s).max(0));
        // amount - slope * (after² - before²) / (2 * limit), of which slope is in 10,000ths.
        let scale = 20_000 * limit;
        let less = scale * amount - self.slope_bp * (after * after - before * before);
        (num * less).div_euclid(den * scale) as i64
    }

    fn give(&mut self) {
        let from = self.random.below(2);
        let (giver, receiver) = if self.random.chance(50) {
            (ALICE, BOB)
        } else {
            (BOB, ALICE)
        };
        let amount_s = 1 + self.random.below(3 * HOUR_S as usize) as i64;
        let given = self.pair.give(from, giver, receiver, amount_s, 1, 1);
        match given {
            Ok(given) => {
                let levies = [(750, 250), (500, 500)][from];
                let levy = amount_s * levies.0 / 10_000 + amount_s * levies.1 / 10_000;
                self.payments.push(Payment {
                    from,
                    giver,
                    receiver,
                    at: At::Given,
                    amount_s,
                    net_s: amount_s - levy,
                    gives_s: 0,
                    given,
                    pledge: None,
                    paid: None,
                    deposit: None,
                    back: None,
                });
                self.seen.count("given");
            }
            Err(violation) => {
                assert_eq!(violation.code(), "E_FLOOR_CROSSED");
                self.seen.count("E_FLOOR_CROSSED");
            }
        }
    }

    fn pledge(&mut self, at: usize) {
        let (from, given, net_s) = {
            let payment = &self.payments[at];
            (payment.from, payment.given, payment.net_s)
        };
        let owes_s = self.owes(from, true);
        let room_s = (self.limits_s[from] as i64 - owes_s).max(0);
        let gives_s = if net_s > room_s {
            0
        } else {
            self.rate(from, net_s, owes_s)
        };
        let result = self.pair.pledge(from, given);
        if net_s > room_s || gives_s < 1 {
            let code = if net_s > room_s {
                "E_LINE_LIMIT"
            } else {
                "E_AMOUNT_NOT_POSITIVE"
            };
            self.seen.expect(result, code);
            let back = self.pair.decline(from, GATEWAY, given).unwrap();
            self.payments[at].back = Some(back);
            self.payments[at].at = At::SentBack;
            return self.seen.count("declined");
        }
        let pledge = result.unwrap();
        assert_eq!(self.pair.iou(pledge).gives_s.0, gives_s, "by the formula");
        let payment = &mut self.payments[at];
        (payment.pledge, payment.gives_s, payment.at) = (Some(pledge), gives_s, At::Pledged);
        self.seen.count("pledged");
    }

    /// Whether every IOU before this one has been taken.
    fn is_next(&self, at: usize) -> bool {
        let from = self.payments[at].from;
        let number = self.number(at);
        self.payments
            .iter()
            .enumerate()
            .filter(|(_, payment)| payment.from == from && payment.at == At::Pledged)
            .all(|(other, _)| self.number(other) >= number)
    }

    fn number(&self, at: usize) -> u64 {
        self.payments[at]
            .pledge
            .map_or(0, |pledge| self.pair.iou(pledge).number)
    }

    fn pay_or_refuse(&mut self, at: usize) {
        let (to, receiver) = (1 - self.payments[at].from, self.payments[at].receiver);
        let iou = self.pair.iou(self.payments[at].pledge.unwrap());
        let next = self.is_next(at);
        if self.random.chance(25) {
            let result = self.pair.refuse(to, iou);
            if next {
                result.unwrap();
                self.payments[at].at = At::Refused;
                return self.seen.count("refused");
            }
            return self.seen.expect(result, "E_IOU_NUMBER");
        }
        let result = self.pair.pay(to, receiver, iou);
        if !next {
            return self.seen.expect(result, "E_IOU_NUMBER");
        }
        let room_s = self.limits_s[to] as i64 + self.owes(to, false);
        if iou.gives_s.0 > room_s {
            return self.seen.expect(result, "E_LINE_LIMIT");
        }
        // Never refused for its rate: what the other side knows is never less.
        let paid = result.unwrap();
        let payment = &mut self.payments[at];
        (payment.paid, payment.at) = (Some(paid), At::Paid);
        self.seen.count("paid");
    }

    fn deposit_or_decline(&mut self, at: usize) {
        let (to, receiver) = (1 - self.payments[at].from, self.payments[at].receiver);
        let paid = self.payments[at].paid.unwrap();
        if self.random.chance(20) {
            let back = self.pair.decline(to, receiver, paid).unwrap();
            let payment = &mut self.payments[at];
            (payment.back, payment.at) = (Some(back), At::Declined);
            return self.seen.count("declined over there");
        }
        let deposit = self.pair.deposit(to, receiver, paid).unwrap();
        let payment = &mut self.payments[at];
        (payment.deposit, payment.at) = (Some(deposit), At::Deposited);
        self.seen.count("deposited");
    }

    fn arrive(&mut self, at: usize) {
        let receipt = self.pair.receipt(self.payments[at].deposit.unwrap());
        let (from, given) = (self.payments[at].from, self.payments[at].given);
        self.pair.arrive(from, given, receipt).unwrap();
        self.payments[at].at = At::Arrived;
        self.seen.count("arrived");
    }

    fn take_back(&mut self, at: usize) {
        let payment = &self.payments[at];
        let (to, paid, back) = (1 - payment.from, payment.paid, payment.back);
        self.pair
            .reclaim(to, GATEWAY, paid.unwrap(), back.unwrap())
            .unwrap();
        self.payments[at].at = At::Refused;
        self.seen.count("taken back");
    }

    fn give_back(&mut self, at: usize) {
        let payment = &self.payments[at];
        let (from, pledge) = (payment.from, payment.pledge.unwrap());
        let word = self.pair.refusal(1 - from, &self.pair.iou(pledge));
        let event = self.pair.returning(from, pledge, word);
        let back = self.pair.write(from, GATEWAY, event).unwrap();
        let payment = &mut self.payments[at];
        (payment.back, payment.at) = (Some(back), At::SentBack);
        self.seen.count("returned");
    }

    fn reclaim(&mut self, at: usize) {
        let payment = &self.payments[at];
        let (from, giver, given) = (payment.from, payment.giver, payment.given);
        self.pair
            .reclaim(from, giver, given, payment.back.unwrap())
            .unwrap();
        self.payments[at].at = At::Reclaimed;
        self.seen.count("reclaimed");
    }

    /// Something that nobody honest does; the books stay as they are.
    fn attack(&mut self, at: usize) {
        let payment = &self.payments[at];
        let (from, to, state) = (payment.from, 1 - payment.from, payment.at);
        let (given, receiver) = (payment.given, payment.receiver);
        let iou = payment.pledge.map(|pledge| self.pair.iou(pledge));
        let taken = matches!(
            state,
            At::Paid | At::Deposited | At::Declined | At::Refused | At::Arrived
        );
        match (self.random.below(5), iou) {
            (0, Some(iou)) if taken => {
                let replayed = self.pair.pay(to, receiver, iou);
                self.seen.expect(replayed, "E_IOU_NUMBER");
            }
            (1, Some(mut iou)) if state == At::Pledged && self.is_next(at) => {
                iou.signature.0[self.random.below(64)] ^= 1 << self.random.below(8);
                let room_s = self.limits_s[to] as i64 + self.owes(to, false);
                let code = if iou.gives_s.0 > room_s {
                    "E_LINE_LIMIT"
                } else {
                    "E_IOU_SIGNATURE"
                };
                let forged = self.pair.pay(to, receiver, iou);
                self.seen.expect(forged, code);
            }
            (2, Some(_)) if taken || state == At::Pledged => {
                let behind_their_back = self.pair.decline(from, GATEWAY, given);
                self.seen.expect(behind_their_back, "E_ALREADY_SETTLED");
            }
            (3, Some(_)) if matches!(state, At::Pledged | At::Paid | At::Deposited) => {
                let word = sign(GATEWAY, b"refused");
                let pledge = self.payments[at].pledge.unwrap();
                let event = self.pair.returning(from, pledge, word);
                let result = self.pair.write(from, GATEWAY, event);
                self.seen.expect(result, "E_IOU_REFUSAL");
            }
            (4, Some(_)) if matches!(state, At::Pledged | At::Paid) => {
                let receipt = ReceiptGiven {
                    number: 1,
                    amount_s: Seconds(1),
                    signature: sign(GATEWAY, &id(receiver).0),
                };
                let result = self.pair.arrive(from, given, receipt);
                self.seen.expect(result, "E_RECEIPT");
            }
            _ => {}
        }
    }
}

impl Walk for Twin {
    fn step(&mut self) {
        if self.payments.is_empty() || self.random.chance(25) {
            return self.give();
        }
        let at = self.random.below(self.payments.len());
        if self.random.chance(20) {
            return self.attack(at);
        }
        match self.payments[at].at {
            At::Given => self.pledge(at),
            At::Pledged => self.pay_or_refuse(at),
            At::Paid => self.deposit_or_decline(at),
            At::Deposited => self.arrive(at),
            At::Declined => self.take_back(at),
            At::Refused => self.give_back(at),
            At::SentBack => self.reclaim(at),
            At::Arrived | At::Reclaimed => {}
        }
    }

    /// Adds everything up from the list of payments.
    fn check(&self) {
        let mut members = [[0; 2]; 2];
        for payment in &self.payments {
            let who = |person: u8| usize::from(person == BOB);
            if payment.at != At::Reclaimed {
                members[payment.from][who(payment.giver)] -= payment.amount_s;
            }
            if matches!(payment.at, At::Deposited | At::Arrived) {
                let levy = [(750, 250), (500, 500)][1 - payment.from];
                let part = |bp| payment.gives_s * bp / 10_000;
                members[1 - payment.from][who(payment.receiver)] +=
                    payment.gives_s - part(levy.0) - part(levy.1);
            }
        }
        for side in [A, B] {
            for (at, who) in [ALICE, BOB].into_iter().enumerate() {
                let held = self.pair.balance(side, who, Account::Member);
                assert_eq!(held, members[side][at], "side {side}, member {who}");
            }
            assert_eq!(self.pair.line_s(side), self.owes(side, false));
            assert_eq!(self.pair.sum_s(side), 0, "sum of side {side}");
            let limit_s = self.limits_s[side] as i64;
            assert!(self.owes(side, true) <= limit_s && self.owes(side, false) >= -limit_s);
            // What one side believes the other owes is never more than that.
            let after = &self.pair.sides[1 - side].books[&GATEWAY].page.after;
            let tally = after.tally(self.pair.sides[side].village).unwrap();
            assert!(tally.theirs_s.0 <= self.owes(side, true));
            let quiet = |payment: &Payment| {
                matches!(
                    payment.at,
                    At::Given | At::Arrived | At::Reclaimed | At::SentBack
                )
            };
            if self.payments.iter().all(quiet) {
                assert_eq!(
                    tally.theirs_s.0,
                    self.owes(side, false),
                    "when all is quiet"
                );
            }
        }
    }

    /// Everything under way comes to its end, in whatever order.
    fn finish(&mut self) {
        for _ in 0..10_000 {
            let open: Vec<usize> = (0..self.payments.len())
                .filter(|at| !matches!(self.payments[*at].at, At::Arrived | At::Reclaimed))
                .collect();
            let Some(at) = self.random.pick(&open) else {
                return;
            };
            match self.payments[at].at {
                At::Given => self.pledge(at),
                At::Pledged => self.pay_or_refuse(at),
                At::Paid => self.deposit_or_decline(at),
                At::Deposited => self.arrive(at),
                At::Declined => self.take_back(at),
                At::Refused => self.give_back(at),
                _ => self.reclaim(at),
            }
            self.check();
        }
        panic!("a payment is stuck");
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

/// What the known seed meets.
const NEEDED: [&str; 15] = [
    "given",
    "pledged",
    "paid",
    "deposited",
    "arrived",
    "refused",
    "declined over there",
    "taken back",
    "returned",
    "reclaimed",
    "E_IOU_NUMBER",
    "E_IOU_SIGNATURE",
    "E_IOU_REFUSAL",
    "E_RECEIPT",
    "E_ALREADY_SETTLED",
];

#[test]
fn two_villages_agree_with_their_twin_on_a_known_seed() {
    let mut twin = Twin::new(KNOWN_SEED);
    walk(&mut twin, STEPS, &NEEDED, true);
}

#[test]
fn two_villages_agree_with_their_twin_on_a_fresh_seed() {
    let mut twin = Twin::new(fresh_seed());
    walk(&mut twin, STEPS, &NEEDED, false);
}
