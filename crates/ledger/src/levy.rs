//! The State and Community shares of a transfer.

use crate::amount::{Amount, Seconds};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Basis points in a whole.
pub const WHOLE_BP: i64 = 10_000;

/// The most that both levies may take together: half.
pub const LEVIES_MAX_BP: u32 = 5_000;

/// Hundredths of a per cent. A claim until [`Levies::check`] has judged it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
pub struct BasisPoints(pub u16);

/// Both levy rates of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Levies {
    /// Share of the State fund.
    pub state_bp: BasisPoints,
    /// Share of the Community fund.
    pub community_bp: BasisPoints,
}

/// How one amount is shared out; the three parts add up to it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Split {
    /// What the receiver is credited, in seconds.
    pub receiver_s: Seconds,
    /// What the State fund earns, in seconds.
    pub state_s: Seconds,
    /// What the Community fund earns, in seconds.
    pub community_s: Seconds,
}

impl Split {
    /// The whole amount to the receiver, no levy.
    pub fn whole(amount: Amount) -> Self {
        Self {
            receiver_s: amount.into(),
            state_s: Seconds(0),
            community_s: Seconds(0),
        }
    }
}

impl Levies {
    /// Judges the rates: together at most [`LEVIES_MAX_BP`] (rule 21).
    pub fn check(&self) -> Result<(), Violation> {
        let sum_bp = u32::from(self.state_bp.0) + u32::from(self.community_bp.0);
        if sum_bp > LEVIES_MAX_BP {
            return Err(Violation::LeviesTooHigh { sum_bp });
        }
        Ok(())
    }

    /// Shares out an amount (rule 9). Each levy is rounded down to whole seconds;
    /// what rounding leaves goes to the receiver.
    ///
    /// ```
    /// # use commons_credit_ledger::{levy::*, amount::*};
    /// let levies = Levies { state_bp: BasisPoints(750), community_bp: BasisPoints(250) };
    /// let split = levies.split(Amount::new(Seconds(2 * HOUR_S)).unwrap());
    /// assert_eq!(split.receiver_s, Seconds(108 * 60));
    /// assert_eq!(split.state_s, Seconds(9 * 60));
    /// assert_eq!(split.community_s, Seconds(3 * 60));
    /// ```
    pub fn split(&self, amount: Amount) -> Split {
        let share = |rate: BasisPoints| amount.seconds() * i64::from(rate.0) / WHOLE_BP;
        let state = share(self.state_bp);
        let community = share(self.community_bp);
        Split {
            receiver_s: Seconds(amount.seconds() - state - community),
            state_s: Seconds(state),
            community_s: Seconds(community),
        }
    }
}
