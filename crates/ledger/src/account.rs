//! Accounts, and the state that every page carries.

use crate::amount::Seconds;
use crate::digest::Hasher;
use crate::fund::{Collectors, Office};
use crate::id::{Digest, VillageId};
use crate::line::Tally;
use crate::policy::Policy;
use crate::settled::Root;
use crate::succession::LostKey;
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

impl Earned {
    /// The counter of one fund.
    pub const fn of(&self, fund: Fund) -> Seconds {
        match fund {
            Fund::State => self.state_s,
            Fund::Community => self.community_s,
        }
    }
}

/// What deposits have credited to this book's member account, levies taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Received {
    /// How many deposits.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub times: u64,
    /// All of them together, in seconds.
    pub total_s: Seconds,
}

/// A floor that the village decided for this book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DecidedFloor {
    /// The number of the ballot.
    pub number: u32,
    /// The floor, in seconds (zero or less).
    pub floor_s: Seconds,
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
    /// Who collects those levies.
    pub collectors: Collectors,
    /// What deposits have credited to the member.
    pub received: Received,
    /// The newest policy version that this book has used.
    pub policy: u32,
    /// The floor that the village decided for this book, if it took one over.
    pub floor: Option<DecidedFloor>,
    /// The oldest roll that this book still votes under.
    pub roll: u32,
    /// What the book knows about the funds that it holds, ascending, none twice.
    pub offices: Vec<Office>,
    /// What the book knows about the lines that it holds, ascending, none twice; left
    /// out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Tally>>"))]
    pub lines: Vec<Tally>,
    /// Everything this book has settled.
    pub settled: Root,
    /// Books that have ended, as far as this one has noted it. Left out while empty,
    /// as the two fields below, so that the bytes of other pages stay.
    #[serde(default, skip_serializing_if = "Root::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Root>"))]
    pub barred: Root,
    /// The digest of this book's guardians, if any are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub guardians: Option<Digest>,
    /// Lost keys whose book goes on in this one, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<LostKey>>"))]
    pub lost: Vec<LostKey>,
}

impl State {
    /// A fresh book: one member account at zero with the policy's floor (rules 4
    /// and 32).
    pub fn opened(policy: &Policy) -> Self {
        let received = Received::default();
        let mut state = Self {
            holdings: vec![Holding {
                account: Account::Member,
                balance_s: Seconds(0),
                floor_s: policy.floor_for(&received),
            }],
            earned: Earned::default(),
            collectors: Collectors::default(),
            received,
            policy: policy.version,
            floor: None,
            roll: 0,
            offices: vec![],
            lines: vec![],
            settled: Root::EMPTY,
            barred: Root::EMPTY,
            guardians: None,
            lost: vec![],
        };
        state.set_collectors(policy);
        state
    }

    /// Puts the member account's floor where it belongs (rule 32).
    pub(crate) fn set_floor(&mut self, policy: &Policy) -> Result<(), Violation> {
        let decided = self.floor.map(|floor| floor.floor_s);
        let floor_s = decided.unwrap_or_else(|| policy.floor_for(&self.received));
        self.holding_mut(Account::Member)?.floor_s = floor_s;
        Ok(())
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
        let hasher = hasher
            .i64(self.earned.state_s.0)
            .i64(self.earned.community_s.0);
        let hasher = self
            .collectors
            .hash_into(hasher)
            .u64(self.received.times)
            .i64(self.received.total_s.0)
            .u32(self.policy);
        let hasher = match &self.floor {
            None => hasher.u8(0),
            Some(floor) => hasher.u8(1).u32(floor.number).i64(floor.floor_s.0),
        };
        let hasher = self
            .offices
            .iter()
            .fold(
                hasher.u32(self.roll).u64(self.offices.len() as u64),
                |hasher, office| office.hash_into(hasher),
            )
            .fixed(&self.settled.0 .0);
        // What is left out of the bytes is left out here, too. Each part has its own
        // number in front, so nothing can be taken for something else.
        let hasher = match self.barred {
            Root::EMPTY => hasher,
            Root(barred) => hasher.u8(1).fixed(&barred.0),
        };
        let hasher = match &self.guardians {
            None => hasher,
            Some(guardians) => hasher.u8(2).fixed(&guardians.0),
        };
        let hasher = self
            .lost
            .iter()
            .fold(hasher, |hasher, lost| lost.hash_into(hasher.u8(3)));
        self.lines
            .iter()
            .fold(hasher, |hasher, tally| tally.hash_into(hasher.u8(4)))
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
