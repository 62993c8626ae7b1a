//! Labour time in whole seconds, bounded so that no sum can overflow unseen.
//!
//! [`Seconds`] is what stands on a page: a claim, any `i64`. [`Amount`] and
//! [`Balance`] are what the law computes with: a claim becomes one only through
//! a check, and their numbers are private.

use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Seconds in an hour.
pub const HOUR_S: i64 = 3_600;

/// The largest single amount: a million hours, in seconds.
pub const AMOUNT_MAX_S: i64 = 1_000_000 * HOUR_S;

/// The largest balance either side of zero: a thousand million hours, in seconds.
pub const BALANCE_MAX_S: i64 = 1_000 * AMOUNT_MAX_S;

// A balance can take any amount without leaving i64, and every number fits a
// JavaScript number exactly.
const _: () = assert!(BALANCE_MAX_S < i64::MAX / 4);
const _: () = assert!(BALANCE_MAX_S < 1 << 53);
const _: () = assert!(AMOUNT_MAX_S < BALANCE_MAX_S);

/// A number of seconds as written on a page or sent by a client: not yet judged.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
pub struct Seconds(pub i64);

/// A positive amount of labour: `1..=AMOUNT_MAX_S` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    /// Judges a claim. Zero, negative and too large amounts are refused (rule 7).
    pub fn new(claim: Seconds) -> Result<Self, Violation> {
        match claim.0 {
            ..=0 => Err(Violation::AmountNotPositive { amount_s: claim.0 }),
            1..=AMOUNT_MAX_S => Ok(Self(claim.0)),
            _ => Err(Violation::AmountTooLarge { amount_s: claim.0 }),
        }
    }

    /// The number of seconds, `1..=AMOUNT_MAX_S`.
    pub const fn seconds(self) -> i64 {
        self.0
    }
}

/// A signed balance: `-BALANCE_MAX_S..=BALANCE_MAX_S` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Balance(i64);

impl Balance {
    /// An account that has neither given nor received.
    pub const ZERO: Self = Self(0);

    /// Judges a claim; a number outside the range is refused (rule 11).
    pub fn new(claim: Seconds) -> Result<Self, Violation> {
        if (-BALANCE_MAX_S..=BALANCE_MAX_S).contains(&claim.0) {
            Ok(Self(claim.0))
        } else {
            Err(Violation::BalanceOutOfRange { balance_s: claim.0 })
        }
    }

    /// The number of seconds.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// This balance plus a non-negative number of seconds (rule 11).
    pub fn plus(self, seconds: i64) -> Result<Self, Violation> {
        Self::new(Seconds(self.0.saturating_add(seconds)))
    }

    /// This balance less an amount (rule 11).
    pub fn minus(self, amount: Amount) -> Result<Self, Violation> {
        Self::new(Seconds(self.0.saturating_sub(amount.0)))
    }
}

impl From<Amount> for Seconds {
    fn from(amount: Amount) -> Self {
        Self(amount.0)
    }
}

impl From<Balance> for Seconds {
    fn from(balance: Balance) -> Self {
        Self(balance.0)
    }
}
