//! Three villages in a chain against a slow, obvious twin: a list of payments over one line
//! or two, from which every balance is added up anew after every page. `CC_SEED=<number>`
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
use pair::{id, terms_of_a, Pair, A, ALICE, B, BOB, C, GATEWAY, SECOND};
use random::{fresh_seed, Random};
use seen::{walk, Seen, Walk};
use std::collections::BTreeMap;

const STEPS: usize = 1_200;
const KNOWN_SEED: u64 = 11;
const LEVIES: [(i64, i64); 3] = [(750, 250), (500, 500), (200, 300)];
const WAYS: [&[usize]; 6] = [&[A, B], &[B, A], &[B, C], &[C, B], &[A, B, C], &[C, B, A]];

/// Where one leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// In flight to the gateway.
    Given,
    /// The IOU is out.
    Pledged,
    /// The next village has paid on it.
    Taken,
    /// The next village has said no.
    Refused,
    /// Declined or returned; this page says so.
    SentBack(ActionId),
    /// Its giver has it again.
    Back,
    Arrived,
}

struct TwinLeg {
    at: At,
    given: ActionId,
    pledge: Option<ActionId>,
    amount_s: i64,
    net_s: i64,
    gives_s: i64,
    /// IOUs the other way that had come back when this one was issued.
    returned_before: usize,
}

/// What the receiver did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Paid(ActionId),
    Declined(ActionId, ActionId),
    Deposited(ActionId),
}

struct Payment {
    way: &'static [usize],
    giver: u8,
    receiver: u8,
    legs: Vec<TwinLeg>,
    end: End,
}

struct Twin {
    pair: Pair,
    random: Random,
    payments: Vec<Payment>,
    seen: Seen,
    /// How often IOUs of one village came back from another unpaid.
    returned: BTreeMap<(usize, usize), usize>,
    slope_bp: i128,
}

/// The limit of a line on the side of `from`.
fn limit_s(from: usize, to: usize) -> i64 {
    if from < to {
        50 * HOUR_S
    } else {
        60 * HOUR_S
    }
}

fn net_s(village: usize, amount_s: i64) -> i64 {
    let (state, community) = LEVIES[village];
    amount_s - amount_s * state / 10_000 - amount_s * community / 10_000
}

impl Twin {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let slope_bp = [0, 1_000, 5_000][random.below(3)];
        let middle = [GATEWAY, SECOND][random.below(2)];
        let mut terms = terms_of_a();
        terms.sheet.slope_bp = slope_bp;
        Self {
            pair: Pair::chained(&terms, middle),
            random,
            payments: vec![],
            seen: Seen::default(),
            returned: BTreeMap::new(),
            slope_bp: i128::from(slope_bp),
        }
    }

    /// All legs over a line in one direction.
    fn legs(&self, from: usize, to: usize) -> impl Iterator<Item = &TwinLeg> {
        self.payments.iter().flat_map(move |payment| {
            let ends = payment.way.windows(2);
            let over = payment.legs.iter().zip(ends);
            over.filter(move |(_, ends)| *ends == [from, to])
                .map(|(leg, _)| leg)
        })
    }

    fn owes(&self, from: usize, to: usize, pledged: bool) -> i64 {
        let out = |leg: &&TwinLeg| {
            leg.at == At::Arrived
                || pledged && matches!(leg.at, At::Pledged | At::Taken | At::Refused)
        };
        let into = |leg: &&TwinLeg| leg.at == At::Taken || leg.at == At::Arrived;
        // A leg that has arrived was taken; one that is taken has not been taken back.
        let out: i64 = self.legs(from, to).filter(out).map(|leg| leg.net_s).sum();
        let into: i64 = self
            .legs(to, from)
            .filter(into)
            .map(|leg| leg.gives_s)
            .sum();
        out - into
    }

    /// The published formula, as a fraction.
    fn rate(&self, from: usize, to: usize, amount_s: i64) -> i64 {
        let (num, den) = if from < to { (6, 5) } else { (5, 6) };
        let limit = i128::from(limit_s(from, to));
        let owes_s = self.owes(from, to, true);
        let amount = i128::from(amount_s);
        let before = i128::from(owes_s.max(0));
        let after = i128::from((owes_s + amount_s).max(0));
        let scale = 20_000 * limit;
        let less = scale * amount - self.slope_bp * (after * after - before * before);
        (num * less).div_euclid(den * scale) as i64
    }

    fn give(&mut self) {
        let way = WAYS[[0, 1, 2, 3, 4, 4, 4, 5, 5, 5][self.random.below(10)]];
        let (giver, receiver) = [(ALICE, BOB), (BOB, ALICE)][self.random.below(2)];
        let amount_s = 1 + self.random.below(3 * HOUR_S as usize) as i64;
        let hop = |to: usize, pair: &Pair| Hop {
            village: pair.village(to),
            sheet: 1,
            kind: 0,
            least_s: Seconds(1),
        };
        let across = Across {
            receiver: id(receiver),
            sheet: 1,
            kind: 0,
            least_s: Seconds(1),
            onward: way[2..].iter().map(|to| hop(*to, &self.pair)).collect(),
        };
        match self.pair.give_over(way[0], giver, way[1], amount_s, across) {
            Ok(given) => {
                self.payments.push(Payment {
                    way,
                    giver,
                    receiver,
                    legs: vec![TwinLeg {
                        at: At::Given,
                        given,
                        pledge: None,
                        amount_s,
                        net_s: net_s(way[0], amount_s),
                        gives_s: 0,
                        returned_before: 0,
                    }],
                    end: End::Open,
                });
                self.seen.count("given");
            }
            Err(violation) => {
                assert_eq!(violation.code(), "E_FLOOR_CROSSED");
                self.seen.count("E_FLOOR_CROSSED");
            }
        }
    }

    fn is_over(&self, at: usize) -> bool {
        let payment = &self.payments[at];
        payment.legs[0].at == At::Back || payment.legs.iter().all(|leg| leg.at == At::Arrived)
    }

    fn go_on(&mut self, at: usize) {
        let payment = &self.payments[at];
        let last = payment.legs.len() - 1;
        match (payment.end, payment.legs[last].at) {
            (End::Deposited(deposit), _) => self.arrive(at, deposit),
            (End::Paid(paid), _) => self.deposit_or_decline(at, paid),
            (End::Declined(paid, decline), _) => {
                let to = payment.way[last + 1];
                let holder = self.pair.holder(to, payment.way[last]);
                self.pair.reclaim(to, holder, paid, decline).unwrap();
                self.payments[at].legs[last].at = At::Refused;
                self.payments[at].end = End::Open;
                self.seen.count("taken back");
            }
            (End::Open, At::Given) => self.pledge(at, last),
            (End::Open, At::Pledged) => self.take(at, last),
            (End::Open, At::Refused) => self.give_back(at, last),
            (End::Open, At::SentBack(page)) => self.reclaim(at, last, page),
            (End::Open, At::Taken | At::Back | At::Arrived) => {}
        }
    }

    fn ends(&self, at: usize, leg: usize) -> (usize, usize) {
        let way = self.payments[at].way;
        (way[leg], way[leg + 1])
    }

    fn pledge(&mut self, at: usize, leg: usize) {
        let (from, to) = self.ends(at, leg);
        let (given, net_s) = {
            let leg = &self.payments[at].legs[leg];
            (leg.given, leg.net_s)
        };
        let room_s = (limit_s(from, to) - self.owes(from, to, true)).max(0);
        let gives_s = if net_s < 1 || net_s > room_s {
            0
        } else {
            self.rate(from, to, net_s)
        };
        let result = self.pair.pledge(from, given);
        if gives_s < 1 {
            let code = if net_s > room_s {
                "E_LINE_LIMIT"
            } else {
                "E_AMOUNT_NOT_POSITIVE"
            };
            self.seen.expect(result, code);
            let holder = self.pair.holder(from, to);
            let page = self.pair.decline(from, holder, given).unwrap();
            self.payments[at].legs[leg].at = At::SentBack(page);
            return self.seen.count("declined");
        }
        let pledge = result.unwrap();
        assert_eq!(self.pair.iou(pledge).gives_s.0, gives_s, "by the formula");
        let returned = self.returned(to, from);
        let leg = &mut self.payments[at].legs[leg];
        (leg.pledge, leg.gives_s, leg.at) = (Some(pledge), gives_s, At::Pledged);
        leg.returned_before = returned;
        self.seen.count("pledged");
    }

    fn returned(&self, by: usize, to: usize) -> usize {
        self.returned.get(&(by, to)).copied().unwrap_or(0)
    }

    fn iou(&self, at: usize, leg: usize) -> Option<Iou> {
        let pledge = self.payments[at].legs.get(leg)?.pledge?;
        Some(self.pair.iou(pledge))
    }

    /// Whether every IOU of that line before this one has been taken.
    fn is_next(&self, at: usize, leg: usize) -> bool {
        let (from, to) = self.ends(at, leg);
        let number = |leg: &TwinLeg| leg.pledge.map(|pledge| self.pair.iou(pledge).number);
        let own = number(&self.payments[at].legs[leg]);
        self.legs(from, to)
            .filter(|leg| leg.at == At::Pledged)
            .all(|leg| number(leg) >= own)
    }

    /// The transfer by which the next village pays on an IOU.
    fn paying(&self, at: usize, leg: usize, iou: Iou) -> Transfer {
        let (from, to) = self.ends(at, leg);
        let payment = &self.payments[at];
        if leg + 2 == payment.way.len() {
            return self.pair.paying_from(to, from, payment.receiver, iou);
        }
        let (_, given) = self.pair.transfer(payment.legs[leg].given);
        let (_, across) = given.across().expect("a leg");
        self.pair.handing_on(to, from, across, iou)
    }

    fn write(&mut self, to: usize, from: usize, transfer: Transfer) -> Result<ActionId, Violation> {
        let holder = self.pair.holder(to, from);
        let event = Event::Transfer(Box::new(transfer));
        self.pair.write(to, holder, event)
    }

    /// The next village pays, hands on or refuses.
    fn take(&mut self, at: usize, leg: usize) {
        let (from, to) = self.ends(at, leg);
        let iou = self.iou(at, leg).expect("an IOU");
        let next = self.is_next(at, leg);
        if self.random.chance(20) {
            let result = self.pair.refuse_from(to, from, iou);
            if !next {
                return self.seen.expect(result, "E_IOU_NUMBER");
            }
            result.unwrap();
            self.payments[at].legs[leg].at = At::Refused;
            return self.seen.count("refused");
        }
        let transfer = self.paying(at, leg, iou);
        let result = self.write(to, from, transfer);
        if !next {
            return self.seen.expect(result, "E_IOU_NUMBER");
        }
        let room_s = limit_s(to, from) + self.owes(to, from, false);
        if iou.gives_s.0 > room_s {
            return self.seen.expect(result, "E_LINE_LIMIT");
        }
        // An IOU of its own came back since, so that here the other seems to owe more again
        // than it did when it issued this one. Then the hours go back.
        let since = self.returned(to, from) > self.payments[at].legs[leg].returned_before;
        if since && matches!(result, Err(Violation::LineRate { .. })) {
            self.pair.refuse_from(to, from, iou).unwrap();
            self.payments[at].legs[leg].at = At::Refused;
            return self.seen.count("refused for its rate");
        }
        let page = result.unwrap();
        let payment = &mut self.payments[at];
        payment.legs[leg].at = At::Taken;
        if leg + 2 == payment.way.len() {
            payment.end = End::Paid(page);
            return self.seen.count("paid");
        }
        payment.legs.push(TwinLeg {
            at: At::Given,
            given: page,
            pledge: None,
            amount_s: iou.gives_s.0,
            net_s: net_s(to, iou.gives_s.0),
            gives_s: 0,
            returned_before: 0,
        });
        self.seen.count("handed on");
    }

    fn deposit_or_decline(&mut self, at: usize, paid: ActionId) {
        let payment = &self.payments[at];
        let (to, receiver) = (payment.way[payment.way.len() - 1], payment.receiver);
        if self.random.chance(20) {
            let page = self.pair.decline(to, receiver, paid).unwrap();
            self.payments[at].end = End::Declined(paid, page);
            return self.seen.count("declined at the end");
        }
        let page = self.pair.deposit(to, receiver, paid).unwrap();
        self.payments[at].end = End::Deposited(page);
        self.seen.count("deposited");
    }

    /// The receipt reaches the villages in whatever order.
    fn arrive(&mut self, at: usize, deposit: ActionId) {
        let legs = &self.payments[at].legs;
        let waiting: Vec<usize> = (0..legs.len())
            .filter(|leg| legs[*leg].at != At::Arrived)
            .collect();
        let Some(leg) = self.random.pick(&waiting) else {
            return;
        };
        if waiting.len() == 2 && leg == 0 {
            self.seen.count("arrived there before in between");
        }
        let receipt = self.pair.receipt(deposit);
        let (from, _) = self.ends(at, leg);
        let given = self.payments[at].legs[leg].given;
        self.pair.arrive(from, given, receipt).unwrap();
        self.payments[at].legs[leg].at = At::Arrived;
        self.seen.count("arrived");
    }

    fn give_back(&mut self, at: usize, leg: usize) {
        let (from, to) = self.ends(at, leg);
        let iou = self.iou(at, leg).expect("an IOU");
        let word = self.pair.refusal_to(to, from, &iou);
        let pledge = self.payments[at].legs[leg].pledge.expect("a pledge");
        let event = self.pair.returning(from, pledge, word);
        let holder = self.pair.holder(from, to);
        let page = self.pair.write(from, holder, event).unwrap();
        self.payments[at].legs[leg].at = At::SentBack(page);
        *self.returned.entry((from, to)).or_default() += 1;
        self.seen.count("returned");
    }

    fn reclaim(&mut self, at: usize, leg: usize, page: ActionId) {
        let payment = &self.payments[at];
        let (from, _) = self.ends(at, leg);
        let giver = match leg {
            0 => payment.giver,
            _ => self.pair.holder(from, payment.way[leg - 1]),
        };
        let given = payment.legs[leg].given;
        self.pair.reclaim(from, giver, given, page).unwrap();
        let legs = &mut self.payments[at].legs;
        if leg == 0 {
            legs[0].at = At::Back;
            return self.seen.count("reclaimed");
        }
        legs.pop();
        legs[leg - 1].at = At::Refused;
        self.seen.count("taken back in between");
    }

    /// Something that nobody honest does; the books stay as they are.
    fn attack(&mut self, at: usize) {
        let leg = self.random.below(self.payments[at].legs.len());
        let (from, to) = self.ends(at, leg);
        let state = self.payments[at].legs[leg].at;
        let given = self.payments[at].legs[leg].given;
        let Some(iou) = self.iou(at, leg) else {
            return;
        };
        match self.random.below(5) {
            0 if matches!(state, At::Taken | At::Refused | At::Arrived) => {
                let transfer = self.paying(at, leg, iou);
                let replayed = self.write(to, from, transfer);
                self.seen.expect(replayed, "E_IOU_NUMBER");
            }
            1 if state == At::Pledged => {
                let mut transfer = self.paying(at, leg, iou);
                match &mut transfer.line {
                    Some(Leg::Through(through)) => through.across.least_s.0 -= 1,
                    _ => transfer.to = id(GATEWAY + 9),
                }
                let bent = self.write(to, from, transfer);
                self.seen.expect(bent, "E_IOU_FOREIGN");
            }
            2 if matches!(state, At::Pledged | At::Taken) => {
                let holder = self.pair.holder(from, to);
                let behind_their_back = self.pair.decline(from, holder, given);
                self.seen.expect(behind_their_back, "E_ALREADY_SETTLED");
            }
            3 if matches!(state, At::Pledged | At::Taken) => {
                // The word of another payment's receiver.
                let other = self.payments.iter().find_map(|payment| match payment.end {
                    End::Deposited(deposit) if payment.legs[0].given != given => Some(deposit),
                    _ => None,
                });
                let own = self.payments[at].end;
                if let (Some(other), false) = (other, matches!(own, End::Deposited(_))) {
                    let receipt = self.pair.receipt(other);
                    let result = self.pair.arrive(from, given, receipt);
                    self.seen.expect(result, "E_RECEIPT");
                }
            }
            4 if matches!(state, At::Pledged | At::Taken) => {
                // The refusal of another line's gateway, or of nobody.
                let word = self.pair.refusal_to(from, to, &iou);
                let pledge = self.payments[at].legs[leg].pledge.expect("a pledge");
                let event = self.pair.returning(from, pledge, word);
                let holder = self.pair.holder(from, to);
                let result = self.pair.write(from, holder, event);
                self.seen.expect(result, "E_IOU_REFUSAL");
            }
            _ => {}
        }
    }
}

impl Walk for Twin {
    fn step(&mut self) {
        if self.payments.is_empty() || self.random.chance(22) {
            return self.give();
        }
        let at = self.random.below(self.payments.len());
        if self.random.chance(20) {
            return self.attack(at);
        }
        self.go_on(at);
    }

    /// Adds everything up from the list of payments.
    fn check(&self) {
        let mut members: BTreeMap<(usize, u8), i64> = BTreeMap::new();
        for payment in &self.payments {
            if payment.legs[0].at != At::Back {
                *members.entry((payment.way[0], payment.giver)).or_default() -=
                    payment.legs[0].amount_s;
            }
            if matches!(payment.end, End::Deposited(_)) {
                let to = payment.way[payment.way.len() - 1];
                let last = &payment.legs[payment.legs.len() - 1];
                *members.entry((to, payment.receiver)).or_default() += net_s(to, last.gives_s);
            }
        }
        for village in [A, B, C] {
            for who in [ALICE, BOB] {
                let held = self.pair.balance(village, who, Account::Member);
                let right = members.get(&(village, who)).copied().unwrap_or(0);
                assert_eq!(held, right, "village {village}, member {who}");
            }
            assert_eq!(self.pair.sum_s(village), 0, "sum of village {village}");
        }
        for (from, to) in [(A, B), (B, A), (B, C), (C, B)] {
            assert_eq!(self.pair.line_to_s(from, to), self.owes(from, to, false));
            let limit_s = limit_s(from, to);
            assert!(self.owes(from, to, true) <= limit_s);
            assert!(self.owes(from, to, false) >= -limit_s);
            // What the other side believes that this one owes is never more than that.
            let there = &self.pair.sides[to].books[&self.pair.holder(to, from)];
            let tally = there.page.after.tally(self.pair.village(from)).unwrap();
            assert!(tally.theirs_s.0 <= self.owes(from, to, true));
        }
    }

    /// Everything under way comes to its end, in whatever order.
    fn finish(&mut self) {
        for _ in 0..20_000 {
            let open: Vec<usize> = (0..self.payments.len())
                .filter(|at| !self.is_over(*at))
                .collect();
            let Some(at) = self.random.pick(&open) else {
                return;
            };
            self.go_on(at);
            self.check();
        }
        panic!("a payment is stuck");
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

/// What the known seed meets.
const NEEDED: [&str; 18] = [
    "given",
    "pledged",
    "handed on",
    "paid",
    "deposited",
    "arrived",
    "arrived there before in between",
    "refused",
    "declined at the end",
    "taken back",
    "taken back in between",
    "returned",
    "reclaimed",
    "E_IOU_NUMBER",
    "E_IOU_FOREIGN",
    "E_IOU_REFUSAL",
    "E_RECEIPT",
    "E_ALREADY_SETTLED",
];

#[test]
fn three_villages_agree_with_their_twin_on_a_known_seed() {
    let mut twin = Twin::new(KNOWN_SEED);
    walk(&mut twin, STEPS, &NEEDED, true);
}

#[test]
fn three_villages_agree_with_their_twin_on_a_fresh_seed() {
    let mut twin = Twin::new(fresh_seed());
    walk(&mut twin, STEPS, &NEEDED, false);
}
