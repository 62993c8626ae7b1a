//! One book, page by page: what each event makes of the state before, compared
//! with what the page says.

use crate::clearing;
use crate::finding::{Kind, Value};
use crate::fund::split_faults;
use crate::id::{Account, Id};
use crate::line;
use crate::office::{Ledger, Rooted};
use crate::page::{Bar, Collector, Event, Holding, Page, Proof, State, Transfer};
use crate::register::{BranchAt, PageAt, Place, Register};
use crate::settle::{Settling, Way};
use crate::tree::{key_of_bar, key_of_entrusted, key_of_reclaim, key_of_transfer, key_of_vote};
use crate::village::{Proposal, Subject, Terms, Village};

const AMOUNT_MAX_S: i64 = 3_600_000_000;
const BALANCE_MAX_S: i128 = 3_600_000_000_000;
/// The two funds, in the order of the counters.
pub(crate) const FUNDS: [Account; 2] = [Account::State, Account::Community];

/// Pages that follow each other without a gap. A whole book has one branch; a fork
/// makes a second, and so does a page whose page before is not there.
pub(crate) struct Branch {
    pub author: Id,
    pub first: u64,
    pub number: u64,
    pub tip: PageAt,
    pub pages: u64,
    /// From page 1 on.
    pub whole: bool,
    /// Begun by a fork that was found.
    pub forked: bool,
    /// What the newest page says.
    pub state: State,
    /// What the events make of it: balances in the order of the accounts seen.
    pub derived: Vec<(Account, i128)>,
    pub derived_earned_s: [i128; 2],
    /// What this book's sweeps have moved into each fund.
    pub swept_s: [i128; 2],
    /// What the book held when it was carried over from the village before: balances
    /// and levies earned.
    pub carried_s: i128,
    /// The same by line.
    pub lines_began: Vec<(Account, i128)>,
    pub settled: Rooted,
    pub barred: Rooted,
    /// What the book held where a fork parts from it: all balances, and levies earned.
    pub parted_s: i128,
    /// What its fund has made good.
    pub made_good_s: i128,
    pub ledgers: Vec<Ledger>,
    floor_was_wrong: bool,
}

/// What an event does to a book.
#[derive(Default)]
pub(crate) struct Effect {
    /// The accounts that change, and by how much.
    pub moved: Vec<(Account, i128)>,
    /// By how much the two levy counters grow.
    pub earned_s: [i128; 2],
    /// What a deposit credits to the member.
    pub received_s: Option<i128>,
}

/// What a page says happened to its book: before and after, in seconds.
pub(crate) struct Claim {
    pub held: Vec<(Account, i64, i64)>,
    pub earned_s: [(i64, i64); 2],
    pub received: [(u64, i64); 2],
}

/// Where a branch and a page stand.
#[derive(Clone, Copy)]
pub(crate) struct At {
    pub place: Place,
    pub page: PageAt,
    pub branch: BranchAt,
}

impl Branch {
    /// A branch that begins with a page whose page before is not known or is no
    /// longer held: what it says is taken as it stands.
    pub(crate) fn adopted(at: At, page: &Page<'_>, forked: bool) -> Self {
        let state = page.after.clone();
        let offices = state.offices.iter();
        Self {
            first: page.number,
            number: page.number,
            pages: 1,
            forked,
            derived: state
                .holdings
                .iter()
                .map(|held| (held.account, i128::from(held.balance_s)))
                .collect(),
            derived_earned_s: state.earned_s.map(i128::from),
            settled: Rooted::lost(),
            barred: Rooted::lost(),
            ledgers: offices.map(|office| Ledger::lost(office.fund)).collect(),
            ..Self::begun(at, state)
        }
    }

    /// A branch that begins with an opening (rule 4), of a new book or of one that is
    /// carried over (rule 43).
    pub(crate) fn opened(
        at: At,
        page: Page<'_>,
        village: &Village,
        register: &mut Register,
    ) -> Self {
        let before = match page.event {
            Event::Carry { carried, .. } => {
                if !carried.closes_for_rules {
                    register.fault(
                        at.place,
                        Kind::CarryForeign,
                        Value::None,
                        Value::Name(carried.closing),
                    );
                }
                // What was earned there for a holder is swept there, and only there.
                let mut collectors = carried.after.collectors;
                for (collector, earned_s) in collectors.iter_mut().zip(carried.after.earned_s) {
                    if collector.holder.is_some() {
                        collector.since_s = earned_s;
                    }
                }
                // Pages are counted anew, so none of a lost key's is one of this book.
                let lost = carried.after.lost.iter();
                State {
                    policy: page.policy.0,
                    barred: Id([0; 32]),
                    lost: lost.map(|(lost, _)| (*lost, 0)).collect(),
                    roll: 0,
                    floor: carried.after.floor.map(|(_, floor_s)| (0, floor_s)),
                    collectors,
                    ..carried.after
                }
            }
            // The law has compared it with the last page of the lost book; whether
            // both are here, `successions` in `audit.rs` asks.
            Event::Succeed { .. } => State {
                policy: page.policy.0,
                ..page.after.clone()
            },
            _ => State {
                holdings: vec![Holding {
                    account: Account::Member,
                    balance_s: 0,
                    floor_s: 0,
                }],
                earned_s: [0; 2],
                collectors: [Collector {
                    holder: None,
                    since_s: 0,
                }; 2],
                received: (0, 0),
                policy: page.policy.0,
                floor: None,
                roll: 0,
                offices: Vec::new(),
                lines: Vec::new(),
                settled: Id([0; 32]),
                barred: Id([0; 32]),
                guardians: None,
                lost: Vec::new(),
            },
        };
        let balances = before.holdings.iter();
        let balances_s: i128 = balances.map(|held| i128::from(held.balance_s)).sum();
        let earned_s: i128 = before.earned_s.iter().copied().map(i128::from).sum();
        let offices = before.offices.iter();
        let mut branch = Self {
            first: page.number,
            whole: true,
            derived: before
                .holdings
                .iter()
                .map(|held| (held.account, held.balance_s.into()))
                .collect(),
            derived_earned_s: before.earned_s.map(i128::from),
            carried_s: balances_s + earned_s,
            lines_began: before
                .holdings
                .iter()
                .filter(|held| matches!(held.account, Account::Line(_)))
                .map(|held| (held.account, held.balance_s.into()))
                .collect(),
            settled: Rooted::behind(before.settled),
            barred: Rooted::behind(before.barred),
            ledgers: offices.map(Ledger::behind).collect(),
            ..Self::begun(at, before)
        };
        let page = Page {
            event: Event::Begin,
            ..page
        };
        branch.follow(at, page, village, register);
        branch
    }

    fn begun(at: At, state: State) -> Self {
        Self {
            author: at.place.author,
            first: 0,
            number: 0,
            tip: at.page,
            pages: 0,
            whole: false,
            forked: false,
            state,
            derived: vec![(Account::Member, 0)],
            derived_earned_s: [0; 2],
            swept_s: [0; 2],
            carried_s: 0,
            lines_began: Vec::new(),
            settled: Rooted::empty(),
            barred: Rooted::empty(),
            parted_s: 0,
            made_good_s: 0,
            ledgers: Vec::new(),
            floor_was_wrong: false,
        }
    }

    /// What the book began with on a line.
    pub(crate) fn began_s(&self, line: Account) -> i128 {
        let mut lines = self.lines_began.iter();
        lines
            .find(|(account, _)| *account == line)
            .map_or(0, |(_, began_s)| *began_s)
    }

    /// The next page of this branch. What it settles is returned, to be judged when
    /// the page that it cites is there.
    pub(crate) fn follow(
        &mut self,
        at: At,
        page: Page<'_>,
        village: &Village,
        register: &mut Register,
    ) -> Option<Settling> {
        let place = at.place;
        if page.policy.0 < self.state.policy {
            register.fault(
                place,
                Kind::PolicyOlder,
                Value::Number(self.state.policy.into()),
                Value::Number(page.policy.0.into()),
            );
        }
        let terms = village.policy(page.policy.0, page.policy.1);
        let before = std::mem::replace(&mut self.state, page.after);
        let claim = self.claim(place, &before, &page.event, register);
        self.collectors(place, &before, terms, register);
        self.decided_floor(place, &before, &page.event, village, register);
        self.floors(place, &before, &page.event, terms, register);
        match &page.event {
            Event::Clear(cleared) => {
                clearing::tallies(place, &before, &self.state, cleared, &village.id, register);
            }
            event => line::tallies(place, &before, &self.state, event, register),
        }
        self.number = page.number;
        self.tip = at.page;
        self.pages += 1;
        let mut votes_under = Some(before.roll);
        match &page.event {
            Event::Begin => {
                self.weigh(place, &claim, &Effect::default(), register);
                if self.settled.tree.is_none() && self.state.settled != before.settled {
                    register.fault(
                        place,
                        Kind::RootWrong,
                        Value::Name(before.settled),
                        Value::Name(self.state.settled),
                    );
                }
            }
            Event::Close { decision } => {
                self.weigh(place, &claim, &Effect::default(), register);
                self.close(place, *decision, village, register);
            }
            Event::Transfer(transfer) => {
                let held = before
                    .holdings
                    .iter()
                    .any(|held| held.account == transfer.from);
                transfer_faults(place, transfer, terms.filter(|_| held), register);
                line::legs(place, transfer, register);
                self.pay(at, transfer, terms, village, register);
                self.give(place, &before, &claim, transfer, register);
            }
            Event::Deposit {
                transfer,
                proof,
                unbarred,
            } => {
                // The path itself leads to a place that the transfer's page names.
                if unbarred.is_some() != (before.barred != Id([0; 32])) {
                    register.fault(place, Kind::ProofWrong, Value::None, Value::None);
                }
                let key = key_of_transfer(transfer);
                self.settle(at, key, proof, Kind::SettledTwice, register);
            }
            Event::Decline { transfer, proof } => self.settle(
                at,
                key_of_transfer(transfer),
                proof,
                Kind::SettledTwice,
                register,
            ),
            Event::Reclaim {
                transfer, proof, ..
            } => {
                let key = if register.is_between_lines(transfer) {
                    key_of_reclaim(transfer)
                } else {
                    key_of_transfer(transfer)
                };
                self.settle(at, key, proof, Kind::SettledTwice, register);
            }
            Event::Pledge {
                transfer, proof, ..
            } => {
                self.weigh(place, &claim, &Effect::default(), register);
                // The tally that has grown names the IOU.
                let grown = self.state.lines.iter().zip(&before.lines);
                let number = grown
                    .filter(|(is, was)| is.issued != was.issued)
                    .map(|(is, _)| is.issued)
                    .sum();
                let key = key_of_transfer(transfer);
                self.put(
                    at,
                    key,
                    (number, false),
                    proof,
                    Kind::SettledTwice,
                    register,
                );
            }
            Event::Arrive { transfer, proof } | Event::Return { transfer, proof } => {
                let key = key_of_transfer(transfer);
                self.put(at, key, (0, true), proof, Kind::SettledTwice, register);
            }
            Event::Line { .. } | Event::Refuse { .. } => {
                self.weigh(place, &claim, &Effect::default(), register);
            }
            Event::Clear(cleared) => self.clear(at, &claim, cleared, village, register),
            Event::Vote {
                proposal,
                yes,
                proof,
            } => {
                self.weigh(place, &claim, &Effect::default(), register);
                votes_under = match village.proposal(proposal) {
                    Some(known) => {
                        let key = key_of_vote(&village.id, known);
                        self.settle(at, key, proof, Kind::VotedTwice, register);
                        Some(roll_after(place, before.roll, known, *yes, register))
                    }
                    None => {
                        register.miss(*proposal, "proposal", place.page);
                        self.settled = Rooted::lost();
                        None
                    }
                };
            }
            Event::Bar(bar) => {
                self.weigh(place, &claim, &Effect::default(), register);
                self.bar(at, bar, register);
            }
            Event::MakeGood { decision, once } => {
                self.make_good(at, &claim, decision, once, terms, village, register);
            }
            Event::Guard { .. } => self.weigh(place, &claim, &Effect::default(), register),
            Event::Entrust { lost, proof } => {
                self.weigh(place, &claim, &Effect::default(), register);
                let key = key_of_entrusted(lost);
                self.settle(at, key, proof, Kind::EntrustedTwice, register);
            }
            Event::Floor { .. } => self.weigh(place, &claim, &Effect::default(), register),
            Event::Hold { fund } => {
                self.hold(place, &before, *fund, terms, register);
                self.weigh(place, &claim, &Effect::default(), register);
            }
            Event::Sweep { fund, items } => self.sweep(at, &claim, *fund, items, register),
            Event::Open { .. } | Event::Carry { .. } | Event::Succeed { .. } | Event::Later => {
                self.adopt(&claim);
                // What a later law settles is not known here.
                self.settled = Rooted::lost();
                self.barred = Rooted::lost();
                self.ledgers = self
                    .state
                    .offices
                    .iter()
                    .map(|office| Ledger::lost(office.fund))
                    .collect();
                votes_under = None;
            }
        }
        if let Some(expected) = votes_under.filter(|expected| *expected != self.state.roll) {
            register.fault(
                place,
                Kind::RollWrong,
                Value::Number(expected.into()),
                Value::Number(self.state.roll.into()),
            );
        }
        self.guards(place, &before, &page.event, register);
        self.roots(place, &before, register);
        Way::of(&page.event).map(|(transfer, way)| Settling {
            at,
            transfer,
            way,
            claim: Some(claim),
        })
    }

    /// Rules 64 and 67 of rule 17: guardians change where they are named, lost keys never.
    fn guards(&self, place: Place, before: &State, event: &Event<'_>, register: &mut Register) {
        let name = |guardians: Option<Id>| guardians.map_or(Value::None, Value::Name);
        let expected = match event {
            Event::Guard { digest } => Some(*digest),
            Event::Later => self.state.guardians,
            _ => before.guardians,
        };
        if self.state.guardians != expected {
            register.fault(
                place,
                Kind::GuardiansWrong,
                name(expected),
                name(self.state.guardians),
            );
        }
        if self.state.lost != before.lost && !matches!(event, Event::Later) {
            register.fault(
                place,
                Kind::LostKeysWrong,
                Value::Number(before.lost.len() as u64),
                Value::Number(self.state.lost.len() as u64),
            );
        }
    }

    /// Rule 61, as far as the book's own tree shows it.
    fn bar(&mut self, at: At, bar: &Bar<'_>, register: &mut Register) {
        let Some(tree) = &mut self.barred.tree else {
            return;
        };
        let put = tree.put(key_of_bar(&bar.agent), bar.number, at.page, &bar.proof);
        match put.before {
            Some(before) if before.mark <= bar.number => register.fault(
                at.place,
                Kind::BarredTwice,
                Value::Number(before.mark),
                Value::Number(bar.number),
            ),
            _ if !put.proof_is_right => {
                register.fault(at.place, Kind::ProofWrong, Value::None, Value::None);
            }
            _ => {}
        }
    }

    /// The last page of somebody that this book takes, if it has noted one.
    pub(crate) fn takes_up_to(&self, giver: &Id) -> Option<u64> {
        self.barred.tree.as_ref()?.mark(&key_of_bar(giver))
    }

    /// Compares the accounts, to which only a hold adds, and pairs their balances.
    fn claim(
        &mut self,
        place: Place,
        before: &State,
        event: &Event<'_>,
        register: &mut Register,
    ) -> Claim {
        let after = &self.state;
        let mut expected: Vec<Account> = before.holdings.iter().map(|held| held.account).collect();
        let opened = match event {
            Event::Hold { fund } => Some(*fund),
            Event::Line { village } => Some(Account::Line(*village)),
            _ => None,
        };
        if let Some(account) = opened {
            expected.push(account);
            expected.sort_unstable();
            expected.dedup();
        }
        let later = matches!(event, Event::Later);
        let stated = after.holdings.iter().map(|held| held.account);
        if !later && !stated.eq(expected.iter().copied()) {
            register.fault(
                place,
                Kind::HoldingsWrong,
                Value::Number(expected.len() as u64),
                Value::Number(after.holdings.len() as u64),
            );
        }
        let mut held = Vec::with_capacity(after.holdings.len());
        for is in &after.holdings {
            let was = before.holdings.iter().find(|was| was.account == is.account);
            let was_s = match was {
                Some(was) => was.balance_s,
                // A fund opens at zero; what comes from nowhere is taken as stated.
                None if expected.contains(&is.account) => 0,
                None => is.balance_s,
            };
            if !self
                .derived
                .iter()
                .any(|(account, _)| *account == is.account)
            {
                self.derived.push((is.account, was_s.into()));
            }
            held.push((is.account, was_s, is.balance_s));
        }
        let holdings = &after.holdings;
        self.derived
            .retain(|(account, _)| holdings.iter().any(|held| held.account == *account));
        Claim {
            held,
            earned_s: [0, 1].map(|fund| (before.earned_s[fund], after.earned_s[fund])),
            received: [before.received, after.received],
        }
    }

    /// Rule 33: who collects what this book earns from here on.
    fn collectors(
        &self,
        place: Place,
        before: &State,
        terms: Option<&Terms>,
        register: &mut Register,
    ) {
        let Some(terms) = terms else { return };
        for (at, fund) in FUNDS.into_iter().enumerate() {
            let (was, is) = (before.collectors[at], self.state.collectors[at]);
            let holder = terms.holders[at];
            let since_s = match was.holder {
                Some(_) if was.holder != holder => before.earned_s[at],
                _ => was.since_s,
            };
            if is.holder != holder {
                let name = |holder: Option<Id>| holder.map_or(Value::None, Value::Name);
                register.fault_of(
                    place,
                    fund,
                    Kind::CollectorWrong,
                    name(holder),
                    name(is.holder),
                );
            } else if is.since_s != since_s {
                register.fault_of(
                    place,
                    fund,
                    Kind::CollectorWrong,
                    Value::Seconds(since_s.into()),
                    Value::Seconds(is.since_s.into()),
                );
            }
        }
    }

    /// Rule 32: a decided floor is taken over by a floor page and by no other.
    fn decided_floor(
        &self,
        place: Place,
        before: &State,
        event: &Event<'_>,
        village: &Village,
        register: &mut Register,
    ) {
        let mut expected = before.floor;
        if let Event::Floor { decision } = event {
            let Some(decided) = village.floor(decision) else {
                register.miss(*decision, "floor", place.page);
                return;
            };
            if decided.agent != place.author {
                register.fault(
                    place,
                    Kind::FloorNotDecided,
                    Value::Name(place.author),
                    Value::Name(decided.agent),
                );
                return;
            }
            if let Some((used, _)) = before.floor.filter(|(used, _)| decided.number <= *used) {
                register.fault(
                    place,
                    Kind::FloorOlder,
                    Value::Number(u64::from(used) + 1),
                    Value::Number(decided.number.into()),
                );
            }
            expected = Some((decided.number, decided.floor_s));
        }
        if matches!(event, Event::Later) {
            return;
        }
        if self.state.floor != expected {
            let seconds = |floor: Option<(u32, i64)>| {
                floor.map_or(Value::None, |(_, floor_s)| Value::Seconds(floor_s.into()))
            };
            register.fault(
                place,
                Kind::DecidedFloorWrong,
                seconds(expected),
                seconds(self.state.floor),
            );
        }
    }

    /// Rule 32: the member's floor follows from what was decided, else from the policy
    /// and what was received; no other floor changes.
    fn floors(
        &mut self,
        place: Place,
        before: &State,
        event: &Event<'_>,
        terms: Option<&Terms>,
        register: &mut Register,
    ) {
        let after = &self.state;
        for is in &after.holdings {
            let was = before.holdings.iter().find(|was| was.account == is.account);
            let expected_s = match (is.account, after.floor, terms) {
                (Account::Member, Some((_, floor_s)), _) => i128::from(floor_s),
                (Account::Member, None, Some(terms)) => {
                    terms.floor_s(after.received.0, after.received.1)
                }
                (Account::Member, None, None) => continue,
                // The limit that was decided is below zero.
                (Account::Line(line), ..)
                    if matches!(event, Event::Line { village } if *village == line)
                        && is.floor_s <= 0 =>
                {
                    continue
                }
                _ => was.map_or(0, |was| was.floor_s.into()),
            };
            let wrong = expected_s != i128::from(is.floor_s);
            let carried_on =
                self.floor_was_wrong && was.is_some_and(|was| was.floor_s == is.floor_s);
            if is.account == Account::Member {
                self.floor_was_wrong = wrong;
            }
            if wrong && !carried_on {
                register.fault_of(
                    place,
                    is.account,
                    Kind::FloorWrong,
                    Value::Seconds(expected_s),
                    Value::Seconds(is.floor_s.into()),
                );
            }
        }
    }

    /// Rule 41: for other rules that were adopted, or to leave without owing.
    fn close(
        &self,
        place: Place,
        decision: Option<Id>,
        village: &Village,
        register: &mut Register,
    ) {
        if let Some(decision) = decision {
            if !village.has_code(&decision) {
                register.miss(decision, "code", place.page);
            }
            return;
        }
        for held in &self.state.holdings {
            let own = held.account == Account::Member;
            if held.balance_s < 0 || !own && held.balance_s != 0 {
                register.fault_of(
                    place,
                    held.account,
                    Kind::LeavesOwing,
                    Value::Seconds(0),
                    Value::Seconds(held.balance_s.into()),
                );
            }
        }
    }

    /// Rules 6, 10 and 17 of a transfer.
    fn give(
        &mut self,
        place: Place,
        before: &State,
        claim: &Claim,
        transfer: &Transfer<'_>,
        register: &mut Register,
    ) {
        let amount_s = i128::from(transfer.amount_s);
        let from = before
            .holdings
            .iter()
            .find(|held| held.account == transfer.from);
        // The floor that this page has: the policy may have moved it.
        let floor = self
            .state
            .holdings
            .iter()
            .find(|held| held.account == transfer.from);
        if let (Some(from), Some(floor)) = (from, floor) {
            let left_s = i128::from(from.balance_s) - amount_s;
            if left_s < floor.floor_s.into() {
                register.fault_of(
                    place,
                    from.account,
                    Kind::FloorCrossed,
                    Value::Seconds(floor.floor_s.into()),
                    Value::Seconds(left_s),
                );
            }
        }
        let effect = Effect {
            moved: vec![(transfer.from, -amount_s)],
            ..Effect::default()
        };
        self.weigh(place, claim, &effect, register);
    }

    /// Rules 13 and 28: once in this book, and by the right path.
    pub(crate) fn settle(
        &mut self,
        at: At,
        key: Id,
        proof: &Proof<'_>,
        twice: Kind,
        register: &mut Register,
    ) {
        self.put(at, key, (0, false), proof, twice, register);
    }

    /// Sets a leaf; with `ends` it must carry an IOU's number before (rule 75).
    fn put(
        &mut self,
        at: At,
        key: Id,
        (mark, ends): (u64, bool),
        proof: &Proof<'_>,
        twice: Kind,
        register: &mut Register,
    ) {
        let Some(tree) = &mut self.settled.tree else {
            return;
        };
        let put = tree.put(key, mark, at.page, proof);
        match put.before {
            None if ends => register.fault(at.place, Kind::NotPledged, Value::None, Value::None),
            Some(before) if !ends || before.mark == 0 => {
                let first = register.id(before.page).map_or(Value::None, Value::Name);
                register.fault(at.place, twice, first, Value::Name(at.place.page));
            }
            _ if !put.proof_is_right => {
                register.fault(at.place, Kind::ProofWrong, Value::None, Value::None);
            }
            _ => {}
        }
    }

    /// Rule 17 of all roots.
    fn roots(&mut self, place: Place, before: &State, register: &mut Register) {
        self.settled
            .compare(place, None, before.settled, self.state.settled, register);
        self.barred
            .compare(place, None, before.barred, self.state.barred, register);
        let known = self.ledgers.iter().map(|ledger| ledger.fund);
        let stated = self.state.offices.iter().map(|office| office.fund);
        if !known.eq(stated) {
            register.fault(
                place,
                Kind::OfficesWrong,
                Value::Number(self.ledgers.len() as u64),
                Value::Number(self.state.offices.len() as u64),
            );
            let funds = self.state.offices.iter().map(|office| office.fund);
            self.ledgers = funds.map(Ledger::lost).collect();
        }
        for (ledger, stated) in self.ledgers.iter_mut().zip(&self.state.offices) {
            let was = before.offices.iter().find(|was| was.fund == stated.fund);
            ledger.compare(place, was, stated, register);
        }
    }

    /// Compares a claim with what the event does, and goes on from the latter.
    pub(crate) fn weigh(
        &mut self,
        place: Place,
        claim: &Claim,
        effect: &Effect,
        register: &mut Register,
    ) {
        for (account, _) in &effect.moved {
            if !claim.held.iter().any(|(held, ..)| held == account) {
                register.fault_of(
                    place,
                    *account,
                    Kind::AccountNotHeld,
                    Value::None,
                    Value::None,
                );
                self.adopt(claim);
                return;
            }
        }
        for (account, before_s, after_s) in &claim.held {
            let moved = effect.moved.iter().filter(|(moved, _)| moved == account);
            let by_s: i128 = moved.map(|(_, by_s)| by_s).sum();
            let expected_s = i128::from(*before_s) + by_s;
            if expected_s != i128::from(*after_s) {
                register.fault_of(
                    place,
                    *account,
                    Kind::BalanceWrong,
                    Value::Seconds(expected_s),
                    Value::Seconds((*after_s).into()),
                );
            }
            if by_s != 0 {
                range_fault(place, *account, expected_s, register);
            }
            self.derive(*account, by_s);
        }
        for (at, fund) in FUNDS.into_iter().enumerate() {
            let (before_s, after_s) = claim.earned_s[at];
            let by_s = effect.earned_s[at];
            let expected_s = i128::from(before_s) + by_s;
            if expected_s != i128::from(after_s) {
                register.fault_of(
                    place,
                    fund,
                    Kind::EarnedWrong,
                    Value::Seconds(expected_s),
                    Value::Seconds(after_s.into()),
                );
            }
            if by_s != 0 {
                range_fault(place, fund, expected_s, register);
            }
            self.derived_earned_s[at] += by_s;
        }
        self.received(place, claim, effect, register);
    }

    /// Rule 17 of what the member has received.
    fn received(&self, place: Place, claim: &Claim, effect: &Effect, register: &mut Register) {
        let [(times, total_s), (stated_times, stated_s)] = claim.received;
        let more = u64::from(effect.received_s.is_some());
        let expected_s = i128::from(total_s) + effect.received_s.unwrap_or(0);
        if times.saturating_add(more) != stated_times {
            register.fault(
                place,
                Kind::ReceivedWrong,
                Value::Number(times.saturating_add(more)),
                Value::Number(stated_times),
            );
        } else if expected_s != i128::from(stated_s) {
            register.fault(
                place,
                Kind::ReceivedWrong,
                Value::Seconds(expected_s),
                Value::Seconds(stated_s.into()),
            );
        }
    }

    /// Takes a claim as it stands: what the event does cannot be known.
    pub(crate) fn adopt(&mut self, claim: &Claim) {
        for (account, before_s, after_s) in &claim.held {
            self.derive(*account, i128::from(*after_s) - i128::from(*before_s));
        }
        for (derived_s, (before_s, after_s)) in self.derived_earned_s.iter_mut().zip(claim.earned_s)
        {
            *derived_s += i128::from(after_s) - i128::from(before_s);
        }
    }

    fn derive(&mut self, account: Account, by_s: i128) {
        let derived = self.derived.iter_mut().find(|(held, _)| *held == account);
        if let Some((_, derived_s)) = derived {
            *derived_s += by_s;
        }
    }
}

/// Rule 29: under which roll a book votes after a vote.
fn roll_after(
    place: Place,
    before: u32,
    proposal: &Proposal,
    yes: bool,
    register: &mut Register,
) -> u32 {
    if proposal.roll < before {
        register.fault(
            place,
            Kind::RollOlder,
            Value::Number(before.into()),
            Value::Number(proposal.roll.into()),
        );
    }
    if yes && proposal.subject == Subject::Roll {
        proposal.number
    } else {
        proposal.roll
    }
}

/// Rules 7 to 9: what a transfer says by itself.
pub(crate) fn transfer_faults(
    place: Place,
    transfer: &Transfer<'_>,
    terms: Option<&Terms>,
    register: &mut Register,
) {
    // Who holds both lines hands on to themselves.
    if transfer.to == place.author && !transfer.is_between_lines() {
        register.fault(
            place,
            Kind::SelfTransfer,
            Value::None,
            Value::Name(transfer.to),
        );
    }
    if !(1..=AMOUNT_MAX_S).contains(&transfer.amount_s) {
        register.fault(
            place,
            Kind::AmountOutOfRange,
            Value::Seconds(transfer.amount_s.clamp(1, AMOUNT_MAX_S).into()),
            Value::Seconds(transfer.amount_s.into()),
        );
    } else if let Some(terms) = terms {
        split_faults(place, transfer, terms, register);
    }
}

/// Rule 11.
pub(crate) fn range_fault(
    place: Place,
    account: Account,
    balance_s: i128,
    register: &mut Register,
) {
    if !(-BALANCE_MAX_S..=BALANCE_MAX_S).contains(&balance_s) {
        register.fault_of(
            place,
            account,
            Kind::BalanceOutOfRange,
            Value::Seconds(balance_s.clamp(-BALANCE_MAX_S, BALANCE_MAX_S)),
            Value::Seconds(balance_s),
        );
    }
}
