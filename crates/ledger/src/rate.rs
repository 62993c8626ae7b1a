//! What an hour of one village is worth in another.
//!
//! The floating part only takes, it never gives. At nothing owed the rate is the one
//! on the sheet; with the whole limit owed it has fallen by the slope. A payment that
//! brings the line back towards zero has the full rate, no more: a bonus would let
//! somebody swing a line up and down and take hours out at each swing. Between two
//! points the mean is taken (the area under the slope), so cutting a payment in pieces
//! gains nothing.

use crate::amount::{Amount, Seconds, AMOUNT_MAX_S};
use crate::digest::Hasher;
use crate::levy::WHOLE_BP;
use crate::text::check_name;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most kinds of labour on one sheet.
pub const KINDS_MAX: usize = 32;
/// The steepest slope: at the limit the rate has halved.
pub const SLOPE_MAX_BP: u16 = 5_000;
/// The most older sheets that may stay in force.
pub const WINDOW_MAX: u32 = 64;
/// The highest limit of a line, in seconds.
pub const LINE_LIMIT_MAX_S: i64 = AMOUNT_MAX_S;

// The largest numerator: num * 2 * 10_000 * limit * amount < 2^32 * 2^15 * 2^32 * 2^32.
const _: () = assert!(AMOUNT_MAX_S < 1 << 32 && 2 * WHOLE_BP < 1 << 15);
// With half of the rate left, more in is never less out.
const _: () = assert!((SLOPE_MAX_BP as i64) < WHOLE_BP);

/// `num` seconds there for `den` seconds here; neither is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Rate {
    /// Seconds in the village that receives.
    pub num: u32,
    /// Seconds in the village that gives.
    pub den: u32,
}

/// The rate for one kind of labour.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct KindRate {
    /// The kind, 1 to 40 characters.
    pub kind: String,
    /// Seconds there for seconds here.
    pub rate: Rate,
}

/// The rates of a line, seen from one of its villages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Sheet {
    /// 1 for the first sheet of the line, then more each time.
    pub number: u32,
    /// How many numbers before this one may still be cited while it is the newest.
    pub window: u32,
    /// By how much the rate has fallen when the whole limit is owed, in basis points.
    pub slope_bp: u16,
    /// 1 to 32 kinds, each named once.
    pub kinds: Vec<KindRate>,
}

/// How far the village that gives uses the line, before a payment, in its own seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineUse {
    /// What it owes over the line; below zero it is owed.
    pub owes_s: Seconds,
    /// The most that it may owe.
    pub limit_s: Seconds,
}

impl Rate {
    /// An hour for an hour.
    pub const ONE: Self = Self { num: 1, den: 1 };

    /// The same rate for the way back.
    pub const fn back(self) -> Self {
        Self {
            num: self.den,
            den: self.num,
        }
    }
}

impl LineUse {
    /// How much more the village may give over the line, in its seconds.
    pub fn room_s(&self) -> i64 {
        self.limit_s.0.saturating_sub(self.owes_s.0).max(0)
    }
}

impl Sheet {
    /// Judges what stands on the sheet (rule 70).
    pub fn check(&self) -> Result<(), Violation> {
        let malformed = |what| Err(Violation::LineTermsMalformed { what });
        if self.number == 0 || self.window > WINDOW_MAX {
            return malformed("sheet number or window");
        }
        if self.slope_bp > SLOPE_MAX_BP {
            return malformed("slope");
        }
        let names: BTreeSet<&str> = self.kinds.iter().map(|known| known.kind.as_str()).collect();
        if !(1..=KINDS_MAX).contains(&self.kinds.len()) || names.len() != self.kinds.len() {
            return malformed("list of kinds");
        }
        for known in &self.kinds {
            check_name(&known.kind)?;
            if known.rate.num == 0 || known.rate.den == 0 {
                return malformed("rate");
            }
        }
        Ok(())
    }

    /// The rate of a kind, by its place on the sheet.
    pub fn rate(&self, kind: u32) -> Result<Rate, Violation> {
        usize::try_from(kind)
            .ok()
            .and_then(|at| self.kinds.get(at))
            .map(|known| known.rate)
            .ok_or(Violation::KindUnknown { kind })
    }
}

/// What `amount` of the giving village is in the receiving one, rounded down: against
/// who converts (rule 73).
///
/// ```
/// # use commons_credit_ledger::{rate::*, amount::*};
/// let hour = Amount::new(Seconds(HOUR_S)).unwrap();
/// let fresh = LineUse { owes_s: Seconds(0), limit_s: Seconds(500 * HOUR_S) };
/// // 1 h of grain = 1.2 h of carpentry, on a fixed rate.
/// let there = convert(hour, Rate { num: 6, den: 5 }, 0, fresh).unwrap();
/// assert_eq!(there.seconds(), HOUR_S * 6 / 5);
/// ```
pub fn convert(
    amount: Amount,
    rate: Rate,
    slope_bp: u16,
    line: LineUse,
) -> Result<Amount, Violation> {
    let room_s = line.room_s();
    if amount.seconds() > room_s {
        return Err(Violation::LineLimit {
            amount_s: amount.seconds(),
            room_s,
        });
    }
    let there = converted(amount, rate, slope_bp, line);
    Amount::new(Seconds(i64::try_from(there).unwrap_or(i64::MAX)))
}

/// The formula, for a rate without zeros, a slope of at most [`SLOPE_MAX_BP`], a limit
/// of 0 to [`LINE_LIMIT_MAX_S`] and an amount for which there is room.
///
/// With `b` and `a` what the giving village owes before and after (zero where it is
/// owed), `L` the limit and `s` the slope in basis points:
/// `floor(num * (20_000 * L * amount - s * (a^2 - b^2)) / (den * 20_000 * L))`.
pub fn converted(amount: Amount, rate: Rate, slope_bp: u16, line: LineUse) -> u128 {
    let amount_s = amount.seconds();
    // All of these are at least zero and below 2^32.
    let wide = |seconds: i64| seconds.max(0) as u128;
    let (num, den) = (u128::from(rate.num), u128::from(rate.den));
    let after_s = line.owes_s.0.saturating_add(amount_s);
    let (before, after) = (wide(line.owes_s.0), wide(after_s));
    if slope_bp == 0 || after == 0 {
        // The same number, in one short division.
        return u128::from(wide(amount_s) as u64 * u64::from(rate.num) / u64::from(rate.den));
    }
    let scale = 2 * WHOLE_BP as u128 * wide(line.limit_s.0);
    let fall = u128::from(slope_bp) * (after * after - before * before);
    num * (scale * wide(amount_s) - fall) / (den * scale)
}

impl Sheet {
    /// The sheet in the bytes that both gateways sign; `turned` as the other village
    /// sees it.
    pub(crate) fn hash_into(&self, hasher: Hasher, turned: bool) -> Hasher {
        let hasher = hasher
            .u32(self.number)
            .u32(self.window)
            .u32(u32::from(self.slope_bp))
            .u64(self.kinds.len() as u64);
        self.kinds.iter().fold(hasher, |hasher, known| {
            let rate = if turned {
                known.rate.back()
            } else {
                known.rate
            };
            hasher.text(&known.kind).u32(rate.num).u32(rate.den)
        })
    }
}
