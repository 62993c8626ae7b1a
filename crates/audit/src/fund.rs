//! The two funds: who opens them, what comes in, and what goes out (rules 34 to 37).

use crate::book::{At, Branch, Claim, Effect};
use crate::finding::{Kind, Value};
use crate::id::{Account, Id};
use crate::office::{index, Ledger, Rooted};
use crate::page::{Payment, Proof, State, Swept, Transfer};
use crate::register::{Place, Register};
use crate::tree::{key_of_labour, key_of_made_good, key_of_project, key_of_sweep};
use crate::village::{Project, Terms, Village};
use std::collections::BTreeSet;

/// Most members in one sweep.
const SWEEP_MAX: usize = 100;
/// Most confirmations of one labour.
const CONFIRMATIONS_MAX: usize = 8;

/// Rule 9, and 36 and 37 for a fund: how a transfer is shared out.
pub(crate) fn split_faults(
    place: Place,
    transfer: &Transfer<'_>,
    terms: &Terms,
    register: &mut Register,
) {
    let whole = [i128::from(transfer.amount_s), 0, 0];
    let is_fund = matches!(transfer.from, Account::State | Account::Community);
    let expected = match (&transfer.payment, is_fund) {
        (Some(_), true) if !terms.payments_levied => whole,
        (Some(_), true) | (None, false) => terms.parts(transfer.amount_s),
        (Some(_), false) => {
            register.fault_of(
                place,
                transfer.from,
                Kind::PaymentMisplaced,
                Value::Word("fund"),
                Value::None,
            );
            return;
        }
        (None, true) => {
            let hands_over = transfer.to_account == transfer.from
                && terms.holder(transfer.from) == Some(transfer.to);
            if !hands_over {
                register.fault_of(
                    place,
                    transfer.from,
                    Kind::FundGivenAway,
                    terms.holder(transfer.from).map_or(Value::None, Value::Name),
                    Value::Name(transfer.to),
                );
                return;
            }
            whole
        }
    };
    let found = transfer.split_s.map(i128::from);
    if expected != found {
        register.fault(
            place,
            Kind::SplitWrong,
            Value::Parts(expected),
            Value::Parts(found),
        );
    }
}

impl Branch {
    /// Rule 34.
    pub(crate) fn hold(
        &mut self,
        place: Place,
        before: &State,
        fund: Account,
        terms: Option<&Terms>,
        register: &mut Register,
    ) {
        self.must_hold(place, fund, terms, register);
        if before.holdings.iter().any(|held| held.account == fund) {
            register.fault_of(place, fund, Kind::FundHeld, Value::None, Value::None);
            return;
        }
        self.ledgers.push(Ledger::opened(fund));
        self.ledgers.sort_unstable_by_key(|ledger| ledger.fund);
    }

    fn must_hold(
        &self,
        place: Place,
        fund: Account,
        terms: Option<&Terms>,
        register: &mut Register,
    ) {
        let Some(terms) = terms else { return };
        let holder = terms.holder(fund);
        if holder != Some(place.author) {
            register.fault_of(
                place,
                fund,
                Kind::NotTheHolder,
                holder.map_or(Value::None, Value::Name),
                Value::Name(place.author),
            );
        }
    }

    fn ledger(&mut self, fund: Account) -> Option<&mut Ledger> {
        self.ledgers.iter_mut().find(|ledger| ledger.fund == fund)
    }

    /// Rule 63: the Community fund fills what was given twice.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn make_good(
        &mut self,
        at: At,
        claim: &Claim,
        decision: &Id,
        once: &Proof<'_>,
        terms: Option<&Terms>,
        village: &Village,
        register: &mut Register,
    ) {
        let (place, fund) = (at.place, Account::Community);
        self.must_hold(place, fund, terms, register);
        let Some(decided) = village.made_good(decision) else {
            register.miss(*decision, "decision to make good", place.page);
            if let Some(ledger) = self.ledger(fund) {
                ledger.spent = Rooted::lost();
            }
            self.adopt(claim);
            return;
        };
        let named = decided.holder;
        let mut lost = self.state.lost.iter();
        if place.author != named && !lost.any(|(lost, _)| *lost == named) {
            register.fault_of(
                place,
                fund,
                Kind::MadeGoodByAnother,
                Value::Name(named),
                Value::Name(place.author),
            );
        }
        if let Some(tree) = self
            .ledger(fund)
            .and_then(|ledger| ledger.spent.tree.as_mut())
        {
            let put = tree.put(key_of_made_good(&decided.proposal), 0, at.page, once);
            if put.before.is_some() {
                register.fault_of(place, fund, Kind::MadeGoodTwice, Value::None, Value::None);
            } else if !put.proof_is_right {
                register.fault(place, Kind::ProofWrong, Value::None, Value::None);
            }
        }
        let amount_s = i128::from(decided.amount_s);
        let held = claim.held.iter().find(|(account, ..)| *account == fund);
        if let Some((_, before_s, _)) = held {
            let left_s = i128::from(*before_s) - amount_s;
            if left_s < 0 {
                register.fault_of(
                    place,
                    fund,
                    Kind::FloorCrossed,
                    Value::Seconds(0),
                    Value::Seconds(left_s),
                );
            }
        }
        self.made_good_s += amount_s;
        let effect = Effect {
            moved: vec![(fund, -amount_s)],
            ..Effect::default()
        };
        self.weigh(place, claim, &effect, register);
    }

    /// Rule 35: adds up what is due by members' pages. When one of them is not there,
    /// what the sweep says it moved is taken as it stands.
    pub(crate) fn sweep(
        &mut self,
        at: At,
        claim: &Claim,
        fund: Account,
        items: &[Swept<'_>],
        register: &mut Register,
    ) {
        let place = at.place;
        if !(1..=SWEEP_MAX).contains(&items.len()) {
            register.fault_of(
                place,
                fund,
                Kind::SweepMalformed,
                Value::Number(SWEEP_MAX as u64),
                Value::Number(items.len() as u64),
            );
        }
        let absent = items
            .iter()
            .filter(|item| !register.pages.contains_key(&item.page));
        let absent: Vec<Id> = absent.map(|item| item.page).collect();
        for page in &absent {
            register.miss(*page, "swept page", place.page);
        }
        let mut due_s = absent.is_empty().then_some(0);
        for item in items.iter().filter(|_| absent.is_empty()) {
            let due_of_item = self.due(at, fund, item, register);
            due_s = due_s.zip(due_of_item).map(|(sum_s, due_s)| sum_s + due_s);
        }
        let Some(due_s) = due_s else {
            if let Some(ledger) = self.ledger(fund) {
                ledger.swept = Rooted::lost();
            }
            let held = claim.held.iter().find(|(account, ..)| *account == fund);
            let stated_s = held.map_or(0, |(_, before_s, after_s)| {
                i128::from(*after_s) - i128::from(*before_s)
            });
            self.swept_s[index(fund)] += stated_s;
            self.adopt(claim);
            return;
        };
        let effect = Effect {
            moved: vec![(fund, due_s)],
            ..Effect::default()
        };
        if claim.held.iter().any(|(account, ..)| *account == fund) {
            self.swept_s[index(fund)] += due_s;
        }
        self.weigh(place, claim, &effect, register);
    }

    /// What one member's page makes due; none when that cannot be known.
    fn due(
        &mut self,
        at: At,
        fund: Account,
        item: &Swept<'_>,
        register: &mut Register,
    ) -> Option<i128> {
        let place = at.place;
        let (member, earned_s, collector) = register.earnings(&item.page, index(fund))?;
        if collector.holder != Some(place.author) {
            register.fault_of(
                place,
                fund,
                Kind::SweepForeign,
                Value::Name(place.author),
                collector.holder.map_or(Value::None, Value::Name),
            );
        }
        let tree = self.ledger(fund)?.swept.tree.as_mut()?;
        let mark = u64::try_from(earned_s).unwrap_or(0);
        let put = tree.put(key_of_sweep(&member), mark, at.page, &item.proof);
        if !put.proof_is_right {
            register.fault_of(place, fund, Kind::ProofWrong, Value::None, Value::None);
        }
        let swept_s = put.before.map_or(0, |before| i128::from(before.mark));
        let from_s = swept_s.max(collector.since_s.into());
        let due_s = i128::from(earned_s) - from_s;
        if due_s <= 0 {
            register.fault_of(
                place,
                fund,
                Kind::NothingToSweep,
                Value::Seconds(from_s),
                Value::Seconds(earned_s.into()),
            );
        }
        Some(due_s.max(0))
    }

    /// Rule 36: what a fund pays for.
    pub(crate) fn pay(
        &mut self,
        at: At,
        transfer: &Transfer<'_>,
        terms: Option<&Terms>,
        village: &Village,
        register: &mut Register,
    ) {
        let Some(payment) = &transfer.payment else {
            return;
        };
        let (place, fund) = (at.place, transfer.from);
        if self.ledger(fund).is_none() {
            // That the book does not hold the account is found where it is debited.
            return;
        }
        self.must_hold(place, fund, terms, register);
        let Some(project) = village.project(&payment.decision) else {
            register.miss(payment.decision, "project", place.page);
            if let Some(ledger) = self.ledger(fund) {
                ledger.spent = Rooted::lost();
            }
            return;
        };
        if project.fund != fund || project.holder != place.author {
            register.fault_of(
                place,
                project.fund,
                Kind::ProjectForeign,
                Value::Name(project.holder),
                Value::Name(place.author),
            );
        }
        labour_faults(place, transfer, payment, project, village, register);
        self.spend(at, transfer, payment, project, register);
    }

    fn spend(
        &mut self,
        at: At,
        transfer: &Transfer<'_>,
        payment: &Payment<'_>,
        project: &Project,
        register: &mut Register,
    ) {
        let (place, fund) = (at.place, transfer.from);
        let Some(tree) = self
            .ledger(fund)
            .and_then(|ledger| ledger.spent.tree.as_mut())
        else {
            return;
        };
        let key = key_of_project(&project.proposal);
        let spent = tree.mark(&key).unwrap_or(0);
        let spends = spent.saturating_add(u64::try_from(transfer.amount_s).unwrap_or(0));
        let for_project = tree.put(key, spends, at.page, &payment.budget);
        let for_labour = tree.put(key_of_labour(&payment.labour), 0, at.page, &payment.once);
        if !for_project.proof_is_right
            || (for_labour.before.is_none() && !for_labour.proof_is_right)
        {
            register.fault_of(place, fund, Kind::ProofWrong, Value::None, Value::None);
        }
        if i128::from(spends) > i128::from(project.budget_s) {
            register.fault_of(
                place,
                fund,
                Kind::OverBudget,
                Value::Seconds(project.budget_s.into()),
                Value::Seconds(spends.into()),
            );
        }
        if let Some(before) = for_labour.before {
            let first: Option<Id> = register.id(before.page);
            register.fault_of(
                place,
                fund,
                Kind::LabourPaid,
                first.map_or(Value::None, Value::Name),
                Value::Name(place.page),
            );
        }
    }
}

fn labour_faults(
    place: Place,
    transfer: &Transfer<'_>,
    payment: &Payment<'_>,
    project: &Project,
    village: &Village,
    register: &mut Register,
) {
    match village.labour(&payment.labour) {
        None => register.miss(payment.labour, "labour", place.page),
        Some(labour) => {
            let pays = labour.author == transfer.to
                && labour.project == project.proposal
                && transfer.amount_s <= labour.seconds
                && transfer.to_account == Account::Member;
            if !pays {
                register.fault(
                    place,
                    Kind::LabourForeign,
                    Value::Name(labour.author),
                    Value::Name(transfer.to),
                );
            }
        }
    }
    // Who confirmed, and whether they worked too, every node has judged on the
    // confirmations themselves.
    let distinct = payment.confirmations.iter().collect::<BTreeSet<_>>().len();
    let all = payment.confirmations.len();
    if distinct != all || all > CONFIRMATIONS_MAX || distinct < project.confirmations as usize {
        register.fault(
            place,
            Kind::LabourUnconfirmed,
            Value::Number(project.confirmations.into()),
            Value::Number(distinct as u64),
        );
    }
}
