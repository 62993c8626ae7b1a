//! The two funds: who collects levies, and what a holder may do with them.
//!
//! Levies are earned in the members' books, as counters that only grow. Each book
//! says who collects what it earns, by the policy that its pages cite; so every
//! second earned belongs to one holder, though nobody agrees on anything, and no
//! second can be swept twice, not even by two holders who both think they are in
//! office.

use crate::account::{Account, Fund, Holding, State, HOLDINGS_MAX};
use crate::amount::{Balance, Seconds};
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId};
use crate::policy::Policy;
use crate::settled::{Key, Mark, Proof, Root};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Most members' pages that one sweep cites.
pub const SWEEP_MAX: usize = 100;

/// Both funds.
pub const FUNDS: [Fund; 2] = [Fund::State, Fund::Community];

/// Who collects the levies that a book earns for one fund, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Collector {
    /// Who; none while nobody holds the fund.
    pub holder: Option<AgentId>,
    /// Where their part of the counter begins, in seconds.
    pub since_s: Seconds,
}

/// Who collects for both funds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Collectors {
    /// For the State fund.
    pub state: Collector,
    /// For the Community fund.
    pub community: Collector,
}

/// What a holder's book knows about a fund beside its balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Office {
    /// Which fund.
    pub fund: Fund,
    /// Up to where each member's counter was swept.
    pub swept: Root,
    /// What was spent on each project, and which labour was paid.
    pub spent: Root,
}

/// One member's levies in a sweep.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Swept {
    /// A page of the member's book, the newest that is known.
    pub page: ActionId,
    /// Shows up to where that member was swept, under the root that the items
    /// above left.
    pub proof: Proof,
}

impl Collectors {
    /// Who collects for one fund.
    pub const fn of(&self, fund: Fund) -> &Collector {
        match fund {
            Fund::State => &self.state,
            Fund::Community => &self.community,
        }
    }

    pub(crate) fn of_mut(&mut self, fund: Fund) -> &mut Collector {
        match fund {
            Fund::State => &mut self.state,
            Fund::Community => &mut self.community,
        }
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        [&self.state, &self.community]
            .into_iter()
            .fold(hasher, |hasher, collector| {
                hasher
                    .optional(collector.holder.as_ref().map(|holder| &holder.0))
                    .i64(collector.since_s.0)
            })
    }
}

impl Office {
    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        Account::Fund(self.fund)
            .hash_into(hasher)
            .fixed(&self.swept.0 .0)
            .fixed(&self.spent.0 .0)
    }
}

impl State {
    /// What the book knows about a fund that it holds; another fund is refused
    /// (rule 6).
    pub fn office(&self, fund: Fund) -> Result<&Office, Violation> {
        self.offices
            .iter()
            .find(|office| office.fund == fund)
            .ok_or(Violation::AccountNotHeld {
                account: Account::Fund(fund),
            })
    }

    pub(crate) fn office_mut(&mut self, fund: Fund) -> Result<&mut Office, Violation> {
        self.offices
            .iter_mut()
            .find(|office| office.fund == fund)
            .ok_or(Violation::AccountNotHeld {
                account: Account::Fund(fund),
            })
    }

    /// Rule 33: from now on levies are earned for the holders whom the policy names.
    pub(crate) fn set_collectors(&mut self, policy: &Policy) {
        for fund in FUNDS {
            let earned_s = self.earned.of(fund);
            let collector = self.collectors.of_mut(fund);
            let holder = policy.appointment(fund).map(|appointed| appointed.holder);
            if collector.holder == holder {
                continue;
            }
            // What was earned while nobody held the fund waits for the next holder.
            if collector.holder.is_some() {
                collector.since_s = earned_s;
            }
            collector.holder = holder;
        }
    }

    /// Rules 43 and 66: what was earned for somebody is swept from the book that went
    /// before, so a book that goes on begins to earn where that one ends. What nobody
    /// could sweep so far still waits for a holder.
    pub(crate) fn leave_levies(&mut self) {
        for fund in FUNDS {
            let earned_s = self.earned.of(fund);
            let collector = self.collectors.of_mut(fund);
            if collector.holder.is_some() {
                collector.since_s = earned_s;
            }
        }
    }

    /// Rule 34: opens a fund in the book of the holder whom the policy names.
    pub(crate) fn hold(
        &mut self,
        fund: Fund,
        author: AgentId,
        policy: &Policy,
    ) -> Result<(), Violation> {
        let appointed = policy.appointment(fund);
        if appointed.is_none_or(|appointed| appointed.holder != author) {
            return Err(Violation::NotTheHolder);
        }
        let account = Account::Fund(fund);
        if self.holding(account).is_ok() || self.holdings.len() >= HOLDINGS_MAX {
            return Err(Violation::FundHeld);
        }
        self.holdings.push(Holding {
            account,
            balance_s: Seconds(0),
            floor_s: Seconds(0),
        });
        self.holdings
            .sort_unstable_by_key(|holding| holding.account);
        self.offices.push(Office {
            fund,
            swept: Root::EMPTY,
            spent: Root::EMPTY,
        });
        self.offices.sort_unstable_by_key(|office| office.fund);
        Ok(())
    }

    /// Rule 35: one member's levies, from what the holder swept before or from where
    /// the holder's part begins, up to what the page cited has earned.
    pub(crate) fn sweep(
        &mut self,
        fund: Fund,
        holder: AgentId,
        member: AgentId,
        stated: &State,
        proof: &Proof,
    ) -> Result<(), Violation> {
        let collector = stated.collectors.of(fund);
        if collector.holder != Some(holder) {
            return Err(Violation::SweepForeign { member });
        }
        let key = Key::of_sweep(member);
        let office = self.office_mut(fund)?;
        let before = proof.mark(office.swept, &key)?.unwrap_or_default();
        let before = i64::try_from(before.0).unwrap_or(i64::MAX);
        let earned_s = stated.earned.of(fund).0;
        let due_s = earned_s.saturating_sub(before.max(collector.since_s.0));
        if due_s <= 0 {
            return Err(Violation::NothingToSweep { member });
        }
        let mark = Mark(u64::try_from(earned_s).unwrap_or_default());
        office.swept = proof.root_with(&key, mark)?;
        let holding = self.holding_mut(Account::Fund(fund))?;
        holding.balance_s = Balance::new(holding.balance_s)?.plus(due_s)?.into();
        Ok(())
    }
}
