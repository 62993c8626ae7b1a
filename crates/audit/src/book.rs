//! One book, page by page: what each event makes of the state before, compared
//! with what the page says.

use crate::finding::{Kind, Value};
use crate::id::{Account, Id};
use crate::page::{Event, Page, Proof, State, Transfer};
use crate::register::{BranchAt, PageAt, Place, Register};
use crate::settle::{Settling, Way};
use crate::tree::{key_of_transfer, Inserted, Tree};
use crate::village::{Rates, Village};

const AMOUNT_MAX_S: i64 = 3_600_000_000;
const BALANCE_MAX_S: i128 = 3_600_000_000_000;
const NOTHING_SETTLED: Id = Id([0; 32]);

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
    /// What the book has settled; none when its beginning was not seen.
    pub tree: Option<Tree>,
    root_was_wrong: bool,
}

/// What an event does to a book.
pub(crate) struct Effect {
    /// The account that changes, and by how much.
    pub moved: Option<(Account, i128)>,
    /// By how much the two levy counters grow.
    pub earned_s: [i128; 2],
}

/// What a page says happened to its book: before and after, in seconds.
pub(crate) struct Claim {
    pub held: Vec<(Account, i64, i64)>,
    pub earned_s: [(i64, i64); 2],
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
        let derived = state
            .holdings
            .iter()
            .map(|held| (held.account, i128::from(held.balance_s)))
            .collect();
        Self {
            author: at.place.author,
            first: page.number,
            number: page.number,
            tip: at.page,
            pages: 1,
            whole: false,
            forked,
            derived,
            derived_earned_s: state.earned_s.map(i128::from),
            state,
            tree: None,
            root_was_wrong: false,
        }
    }

    /// A branch that begins with an opening (rule 4).
    pub(crate) fn opened(
        at: At,
        page: &Page<'_>,
        rates: Option<&Rates>,
        register: &mut Register,
    ) -> Self {
        let state = &page.after;
        let place = at.place;
        let accounts = state.holdings.iter().map(|held| held.account);
        if !accounts.eq([Account::Member]) {
            register.fault(
                place,
                Kind::HoldingsWrong,
                Value::Number(1),
                Value::Number(state.holdings.len() as u64),
            );
        }
        for held in state
            .holdings
            .iter()
            .filter(|held| held.account == Account::Member)
        {
            if held.balance_s != 0 {
                register.fault_of(
                    place,
                    held.account,
                    Kind::BalanceWrong,
                    Value::Seconds(0),
                    Value::Seconds(held.balance_s.into()),
                );
            }
            if let Some(rates) = rates.filter(|rates| rates.floor_s != held.floor_s) {
                register.fault_of(
                    place,
                    held.account,
                    Kind::FloorWrong,
                    Value::Seconds(rates.floor_s.into()),
                    Value::Seconds(held.floor_s.into()),
                );
            }
        }
        earned_faults(
            place,
            state.earned_s.map(|stated| (0, stated)),
            [0; 2],
            register,
        );
        let mut branch = Self {
            derived: vec![(Account::Member, 0)],
            derived_earned_s: [0; 2],
            tree: Some(Tree::new()),
            whole: true,
            ..Self::adopted(at, page, false)
        };
        branch.root(at.place, NOTHING_SETTLED, register);
        branch
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
        let before = std::mem::replace(&mut self.state, page.after);
        let claim = self.claim(place, &before, register);
        self.number = page.number;
        self.tip = at.page;
        self.pages += 1;
        let rates = village.policy(page.policy.0, page.policy.1);
        match &page.event {
            Event::Transfer(transfer) => {
                transfer_faults(place, transfer, rates, register);
                self.give(place, &before, &claim, transfer, register);
            }
            Event::Deposit { transfer, proof }
            | Event::Decline { transfer, proof }
            | Event::Reclaim {
                transfer, proof, ..
            } => self.settle(at, *transfer, proof, register),
            Event::Open { .. } | Event::Later => {
                self.adopt(&claim);
                // What a later law settles is not known here.
                self.tree = None;
            }
        }
        self.root(place, before.settled, register);
        Way::of(&page.event).map(|(transfer, way)| Settling {
            at,
            transfer,
            way,
            claim: Some(claim),
        })
    }

    /// Compares the accounts, which no event of today adds or takes away, and pairs
    /// their balances.
    fn claim(&mut self, place: Place, before: &State, register: &mut Register) -> Claim {
        let after = &self.state;
        let accounts = |state: &State| state.holdings.iter().map(|held| held.account).collect();
        let (had, has): (Vec<_>, Vec<_>) = (accounts(before), accounts(after));
        if had != has {
            register.fault(
                place,
                Kind::HoldingsWrong,
                Value::Number(had.len() as u64),
                Value::Number(has.len() as u64),
            );
        }
        let mut held = Vec::with_capacity(before.holdings.len());
        for was in &before.holdings {
            let Some(is) = after.holdings.iter().find(|is| is.account == was.account) else {
                self.derived.retain(|(account, _)| *account != was.account);
                continue;
            };
            if is.floor_s != was.floor_s {
                register.fault_of(
                    place,
                    is.account,
                    Kind::FloorWrong,
                    Value::Seconds(was.floor_s.into()),
                    Value::Seconds(is.floor_s.into()),
                );
            }
            held.push((was.account, was.balance_s, is.balance_s));
        }
        for is in &after.holdings {
            if !self
                .derived
                .iter()
                .any(|(account, _)| *account == is.account)
            {
                self.derived.push((is.account, is.balance_s.into()));
            }
        }
        let [state, community] = [0, 1].map(|fund| (before.earned_s[fund], after.earned_s[fund]));
        Claim {
            held,
            earned_s: [state, community],
        }
    }

    /// Rules 6, 10 and 17 of a transfer.
    fn give(
        &mut self,
        place: Place,
        before: &State,
        claim: &Claim,
        transfer: &Transfer,
        register: &mut Register,
    ) {
        let amount_s = i128::from(transfer.amount_s);
        let from = before
            .holdings
            .iter()
            .find(|held| held.account == transfer.from);
        if let Some(from) = from {
            let left_s = i128::from(from.balance_s) - amount_s;
            if left_s < from.floor_s.into() {
                register.fault_of(
                    place,
                    from.account,
                    Kind::FloorCrossed,
                    Value::Seconds(from.floor_s.into()),
                    Value::Seconds(left_s),
                );
            }
        }
        let effect = Effect {
            moved: Some((transfer.from, -amount_s)),
            earned_s: [0; 2],
        };
        self.weigh(place, claim, &effect, register);
    }

    /// Rule 13: once in this book, and by the right path.
    fn settle(&mut self, at: At, transfer: Id, proof: &Proof<'_>, register: &mut Register) {
        let Some(tree) = &mut self.tree else { return };
        match tree.insert(key_of_transfer(&transfer), at.page, proof) {
            Inserted::New {
                proof_is_right: true,
            } => {}
            Inserted::New {
                proof_is_right: false,
            } => {
                register.fault(at.place, Kind::ProofWrong, Value::None, Value::None);
            }
            Inserted::Before { page } => {
                let first = register.id(page).map_or(Value::None, Value::Name);
                register.fault(
                    at.place,
                    Kind::SettledTwice,
                    first,
                    Value::Name(at.place.page),
                );
            }
        }
    }

    /// Rule 17 of the settled root. A wrong root that later pages merely carry on is
    /// one finding.
    fn root(&mut self, place: Place, before: Id, register: &mut Register) {
        let Some(tree) = &self.tree else { return };
        let (expected, found) = (tree.root(), self.state.settled);
        let wrong = found != expected;
        if wrong && !(self.root_was_wrong && found == before) {
            register.fault(
                place,
                Kind::RootWrong,
                Value::Name(expected),
                Value::Name(found),
            );
        }
        self.root_was_wrong = wrong;
    }

    /// Compares a claim with what the event does, and goes on from the latter.
    pub(crate) fn weigh(
        &mut self,
        place: Place,
        claim: &Claim,
        effect: &Effect,
        register: &mut Register,
    ) {
        if let Some((account, _)) = effect.moved {
            if !claim.held.iter().any(|(held, ..)| *held == account) {
                register.fault_of(
                    place,
                    account,
                    Kind::AccountNotHeld,
                    Value::None,
                    Value::None,
                );
                self.adopt(claim);
                return;
            }
        }
        for (account, before_s, after_s) in &claim.held {
            let by_s = match effect.moved {
                Some((moved, by_s)) if moved == *account => by_s,
                _ => 0,
            };
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
        earned_faults(place, claim.earned_s, effect.earned_s, register);
        for (derived_s, by_s) in self.derived_earned_s.iter_mut().zip(effect.earned_s) {
            *derived_s += by_s;
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

/// Rules 7 to 9: what a transfer says by itself.
pub(crate) fn transfer_faults(
    place: Place,
    transfer: &Transfer,
    rates: Option<&Rates>,
    register: &mut Register,
) {
    if transfer.to == place.author {
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
    } else if let Some(rates) = rates {
        let (expected, found) = (
            rates.parts(transfer.amount_s),
            transfer.split_s.map(i128::from),
        );
        if expected != found {
            register.fault(
                place,
                Kind::SplitWrong,
                Value::Parts(expected),
                Value::Parts(found),
            );
        }
    }
}

fn earned_faults(place: Place, claimed: [(i64, i64); 2], by_s: [i128; 2], register: &mut Register) {
    let funds = [Account::State, Account::Community];
    for ((fund, (before_s, after_s)), by_s) in funds.into_iter().zip(claimed).zip(by_s) {
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
    }
}

/// Rule 11.
fn range_fault(place: Place, account: Account, balance_s: i128, register: &mut Register) {
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
