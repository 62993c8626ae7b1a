//! Accounts, and the state that every page carries.

use crate::amount::{Balance, Seconds};
use crate::digest::Hasher;
use crate::id::VillageId;
use crate::settled::Root;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Accounts one book may hold.
pub const HOLDINGS_MAX: usize = 16;

/// A common treasury.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Fund {
    /// The State fund.
    State,
    /// The Community fund.
    Community,
}

/// Which balance in a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Account {
    /// The member's own.
    Member,
    /// A treasury that the author was appointed to hold.
    Fund(Fund),
    /// A trust-line to a neighbour village, held by its gateway.
    Line(VillageId),
}

/// One account in a book with what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Holding {
    /// Which account.
    pub account: Account,
    /// Its balance, in seconds.
    pub balance_s: Seconds,
    /// The lowest balance that giving may leave, in seconds (zero or less).
    pub floor_s: Seconds,
}

/// Levies that this book's income has earned for the funds: two counters that
/// only grow, so that any stale view of a fund is a safe lower bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Earned {
    /// Earned for the State fund, in seconds.
    pub state_s: Seconds,
    /// Earned for the Community fund, in seconds.
    pub community_s: Seconds,
}

/// What a book holds after a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct State {
    /// The accounts, ascending, no account twice, at most [`HOLDINGS_MAX`].
    pub holdings: Vec<Holding>,
    /// Levies earned by deposits into this book.
    pub earned: Earned,
    /// The newest policy version that this book has used.
    pub policy: u32,
    /// Everything this book has settled.
    pub settled: Root,
}

impl State {
    /// A fresh book: one member account at zero with the given floor (rule 4).
    pub fn opened(floor: Balance, policy: u32) -> Self {
        Self {
            holdings: vec![Holding {
                account: Account::Member,
                balance_s: Seconds(0),
                floor_s: floor.into(),
            }],
            earned: Earned::default(),
            policy,
            settled: Root::EMPTY,
        }
    }

    /// The holding of one account; an account the book does not have is refused
    /// (rule 6).
    pub fn holding(&self, account: Account) -> Result<&Holding, Violation> {
        self.holdings
            .iter()
            .find(|holding| holding.account == account)
            .ok_or(Violation::AccountNotHeld { account })
    }

    /// The same, to be changed.
    pub(crate) fn holding_mut(&mut self, account: Account) -> Result<&mut Holding, Violation> {
        self.holdings
            .iter_mut()
            .find(|holding| holding.account == account)
            .ok_or(Violation::AccountNotHeld { account })
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        let hasher =
            self.holdings
                .iter()
                .fold(hasher.u64(self.holdings.len() as u64), |hasher, holding| {
                    holding
                        .account
                        .hash_into(hasher)
                        .i64(holding.balance_s.0)
                        .i64(holding.floor_s.0)
                });
        hasher
            .i64(self.earned.state_s.0)
            .i64(self.earned.community_s.0)
            .u32(self.policy)
            .fixed(&self.settled.0 .0)
    }
}

impl Account {
    pub(crate) fn hash_into(self, hasher: Hasher) -> Hasher {
        match self {
            Account::Member => hasher.u8(0),
            Account::Fund(Fund::State) => hasher.u8(1),
            Account::Fund(Fund::Community) => hasher.u8(2),
            Account::Line(village) => hasher.u8(3).fixed(&village.0),
        }
    }
}
