//! What an hour of one village is worth in another.
//!
//! A *rate sheet* belongs to one line. It says for each kind of labour how many
//! seconds of the village `to` stand for how many of the village `from`, and by how
//! much the rate falls while a village uses the line up. Both villages compute the same
//! whole seconds from the same sheet and the same use of the line; every rounding goes
//! against who converts, so no way there and back ever gains.
//!
//! The floating part only takes, it never gives. At nothing owed the rate is the one
//! on the sheet; with the whole limit owed it has fallen by `slope_bp`. A payment that
//! brings the line back towards zero has the full rate, no more: a bonus would let
//! somebody swing a line up and down and take hours out at each swing. Between two
//! points the mean is taken (the area under the slope), so cutting a payment in pieces gains
//! nothing.

use crate::bytes::{sha256, Bytes};
use commons_credit_ledger::amount::{Amount, Seconds};
use commons_credit_ledger::rate::converted;
pub use commons_credit_ledger::rate::{
    KindRate, LineUse, Rate, KINDS_MAX, LINE_LIMIT_MAX_S, SLOPE_MAX_BP, WINDOW_MAX,
};
use commons_credit_ledger::text::{check_name, NAME_MAX_CHARS};
use commons_credit_ledger::{Digest, VillageId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The rates of one line, as both villages have adopted them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateSheet {
    /// The village whose seconds are the `den` of each rate.
    pub from: VillageId,
    /// The village whose seconds are the `num` of each rate.
    pub to: VillageId,
    /// 1 for the first sheet of the line, then one more each time.
    pub number: u32,
    /// How many sheets before this one may still be cited while this is the newest.
    pub window: u32,
    /// The kinds, each named once.
    pub kinds: Vec<KindRate>,
    /// By how much the rate has fallen when the whole limit is owed, in basis points.
    pub slope_bp: u16,
}

/// Refuses limits and balances out of range.
pub(crate) fn check_use(line: &LineUse) -> Result<(), RateRefusal> {
    if !(0..=LINE_LIMIT_MAX_S).contains(&line.limit_s.0) {
        return Err(RateRefusal::LimitOutOfRange {
            limit_s: line.limit_s.0,
        });
    }
    if !(-LINE_LIMIT_MAX_S..=LINE_LIMIT_MAX_S).contains(&line.owes_s.0) {
        return Err(RateRefusal::UseOutOfRange {
            owes_s: line.owes_s.0,
        });
    }
    Ok(())
}

/// Why a sheet or a conversion is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RateRefusal {
    /// A sheet without rates, with too many, or with one kind twice.
    #[error("a rate sheet with {kinds} kinds, or one named twice; name 1 to {KINDS_MAX} different kinds")]
    KindsMalformed {
        /// How many kinds there are.
        kinds: usize,
    },
    /// A kind's name that is empty, too long, or has control characters.
    #[error("\"{kind}\" cannot name a kind of labour; use 1 to {NAME_MAX_CHARS} characters")]
    KindNameMalformed {
        /// The name.
        kind: String,
    },
    /// A rate with a zero in it.
    #[error("a rate of {num}/{den} is none; both numbers are at least 1")]
    RateZero {
        /// The numerator.
        num: u32,
        /// The denominator.
        den: u32,
    },
    /// A slope over [`SLOPE_MAX_BP`].
    #[error("a slope of {slope_bp} basis points is too steep; use at most {SLOPE_MAX_BP}")]
    SlopeTooSteep {
        /// The slope.
        slope_bp: u16,
    },
    /// Sheet 0, a window over [`WINDOW_MAX`], or a line from a village to itself.
    #[error("rate sheet {number} with a window of {window}; number sheets from 1, let at most {WINDOW_MAX} older ones in, and name two villages")]
    SheetMalformed {
        /// Its number.
        number: u32,
        /// Its window.
        window: u32,
    },
    /// A sheet before the window.
    #[error("rate sheet {cited} is no longer in force; ask for a new quote on sheet {newest}")]
    SheetStale {
        /// The sheet that is cited.
        cited: u32,
        /// The newest sheet.
        newest: u32,
    },
    /// A sheet that is not there yet.
    #[error("rate sheet {cited} is not adopted here; the newest is {newest}, wait for the decision to arrive")]
    SheetUnknown {
        /// The sheet that is cited.
        cited: u32,
        /// The newest sheet.
        newest: u32,
    },
    /// A kind that is not on the sheet.
    #[error("\"{kind}\" is not on rate sheet {number}; choose a kind that is")]
    KindUnknown {
        /// The kind.
        kind: String,
        /// The sheet.
        number: u32,
    },
    /// A sheet of another line.
    #[error("rate sheet {number} is not for this line; use the sheet of the line")]
    SheetOfAnotherLine {
        /// The sheet.
        number: u32,
    },
    /// A limit below zero or too high.
    #[error("a limit of {limit_s} seconds is out of range; use 0 to {LINE_LIMIT_MAX_S}")]
    LimitOutOfRange {
        /// The limit, in seconds.
        limit_s: i64,
    },
    /// A balance beyond what a line can have.
    #[error("a line cannot be used by {owes_s} seconds; its balance stays within {LINE_LIMIT_MAX_S} either way")]
    UseOutOfRange {
        /// The balance, in seconds.
        owes_s: i64,
    },
    /// More than the line has room for.
    #[error("{amount_s} seconds do not pass, the line has room for {room_s}; give less, or settle the line first")]
    LineLimit {
        /// What should pass, in seconds.
        amount_s: i64,
        /// What would, in seconds.
        room_s: i64,
    },
    /// The result is larger than any amount.
    #[error("{amount_s} seconds at {num}/{den} are more than an amount can be; give less")]
    Overflow {
        /// What should be converted, in seconds.
        amount_s: i64,
        /// The numerator.
        num: u32,
        /// The denominator.
        den: u32,
    },
    /// The result is less than a second.
    #[error("{amount_s} seconds at {num}/{den} are less than a second; give more")]
    TooSmall {
        /// What should be converted, in seconds.
        amount_s: i64,
        /// The numerator.
        num: u32,
        /// The denominator.
        den: u32,
    },
}

impl RateRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KindsMalformed { .. } => "E_RATE_KINDS_MALFORMED",
            Self::KindNameMalformed { .. } => "E_RATE_KIND_NAME_MALFORMED",
            Self::RateZero { .. } => "E_RATE_ZERO",
            Self::SlopeTooSteep { .. } => "E_RATE_SLOPE_TOO_STEEP",
            Self::SheetMalformed { .. } => "E_RATE_SHEET_MALFORMED",
            Self::SheetStale { .. } => "E_RATE_SHEET_STALE",
            Self::SheetUnknown { .. } => "E_RATE_SHEET_UNKNOWN",
            Self::KindUnknown { .. } => "E_RATE_KIND_UNKNOWN",
            Self::SheetOfAnotherLine { .. } => "E_RATE_SHEET_OF_ANOTHER_LINE",
            Self::LimitOutOfRange { .. } => "E_RATE_LIMIT_OUT_OF_RANGE",
            Self::UseOutOfRange { .. } => "E_RATE_USE_OUT_OF_RANGE",
            Self::LineLimit { .. } => "E_LINE_LIMIT",
            Self::Overflow { .. } => "E_RATE_OVERFLOW",
            Self::TooSmall { .. } => "E_RATE_TOO_SMALL",
        }
    }
}

impl RateSheet {
    /// Judges what stands on the sheet.
    pub fn check(&self) -> Result<(), RateRefusal> {
        if self.number == 0 || self.window > WINDOW_MAX || self.from == self.to {
            return Err(RateRefusal::SheetMalformed {
                number: self.number,
                window: self.window,
            });
        }
        check_slope(self.slope_bp)?;
        let kinds = self.kinds.len();
        if kinds == 0 || kinds > KINDS_MAX {
            return Err(RateRefusal::KindsMalformed { kinds });
        }
        for (at, KindRate { kind, rate }) in self.kinds.iter().enumerate() {
            if check_name(kind).is_err() {
                return Err(RateRefusal::KindNameMalformed { kind: cut(kind) });
            }
            check_rate(*rate)?;
            if self.kinds[..at].iter().any(|other| other.kind == *kind) {
                return Err(RateRefusal::KindsMalformed { kinds });
            }
        }
        Ok(())
    }

    /// Whether a payment may cite sheet `cited` while this one is the newest.
    pub fn admits(&self, cited: u32) -> Result<(), RateRefusal> {
        let newest = self.number;
        if cited > newest {
            return Err(RateRefusal::SheetUnknown { cited, newest });
        }
        if cited == 0 || newest - cited > self.window {
            return Err(RateRefusal::SheetStale { cited, newest });
        }
        Ok(())
    }

    /// The rate for a kind when `giver` gives to `receiver`.
    pub fn rate(
        &self,
        giver: &VillageId,
        receiver: &VillageId,
        kind: &str,
    ) -> Result<Rate, RateRefusal> {
        let Some(found) = self.kinds.iter().find(|known| known.kind == kind) else {
            return Err(RateRefusal::KindUnknown {
                kind: cut(kind),
                number: self.number,
            });
        };
        if (giver, receiver) == (&self.from, &self.to) {
            Ok(found.rate)
        } else if (giver, receiver) == (&self.to, &self.from) {
            Ok(found.rate.back())
        } else {
            Err(RateRefusal::SheetOfAnotherLine {
                number: self.number,
            })
        }
    }

    /// The bytes that both gateways sign.
    pub fn statement(&self) -> Vec<u8> {
        let mut bytes = Bytes::of("cc-rate-sheet/", 1)
            .fixed(&self.from.0)
            .fixed(&self.to.0)
            .u32(self.number)
            .u32(self.window)
            .u16(self.slope_bp)
            .u64(self.kinds.len() as u64);
        for KindRate { kind, rate } in &self.kinds {
            bytes = bytes.text(kind).u32(rate.num).u32(rate.den);
        }
        bytes.done()
    }

    /// What names the sheet.
    pub fn digest(&self) -> Digest {
        sha256(&self.statement())
    }
}

/// A refusal never grows with what it refuses.
fn cut(kind: &str) -> String {
    kind.chars().take(NAME_MAX_CHARS).collect()
}

pub(crate) fn check_rate(rate: Rate) -> Result<(), RateRefusal> {
    if rate.num == 0 || rate.den == 0 {
        return Err(RateRefusal::RateZero {
            num: rate.num,
            den: rate.den,
        });
    }
    Ok(())
}

pub(crate) fn check_slope(slope_bp: u16) -> Result<(), RateRefusal> {
    if slope_bp > SLOPE_MAX_BP {
        return Err(RateRefusal::SlopeTooSteep { slope_bp });
    }
    Ok(())
}

/// What `amount` of the giving village is in the receiving one.
///
/// With `b` and `a` what the giving village owes before and after (zero where it is owed), `L` the
/// limit and `s` the slope in basis points:
/// `floor(num * (20_000 * L * amount - s * (a^2 - b^2)) / (den * 20_000 * L))`.
///
/// ```
/// # use commons_credit_clearing::rate::*;
/// # use commons_credit_ledger::amount::*;
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
) -> Result<Amount, RateRefusal> {
    check_rate(rate)?;
    check_slope(slope_bp)?;
    check_use(&line)?;
    let amount_s = amount.seconds();
    if amount_s > line.room_s() {
        return Err(RateRefusal::LineLimit {
            amount_s,
            room_s: line.room_s(),
        });
    }
    let there = converted(amount, rate, slope_bp, line);
    let (num, den) = (rate.num, rate.den);
    match i64::try_from(there) {
        Ok(0) => Err(RateRefusal::TooSmall { amount_s, num, den }),
        Ok(there_s) => {
            Amount::new(Seconds(there_s)).map_err(|_| RateRefusal::Overflow { amount_s, num, den })
        }
        Err(_) => Err(RateRefusal::Overflow { amount_s, num, den }),
    }
}
