//! What everybody gets when an amount is given along a way of lines.
//!
//! At each village the amount is levied by that village's own policy; what its receiver's
//! part is goes over the line as an IOU, and the next village converts it at the line's
//! rate. Every rounding goes against who converts. A member sees a [`Quote`] before
//! confirming; both sides of each line compute the same one.

use crate::rate::{convert, LineUse, Rate, RateRefusal};
use commons_credit_ledger::amount::Amount;
use commons_credit_ledger::{Levies, Seconds, Split, VillageId, Violation};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One direction of a line, as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hop {
    /// The village that gives.
    pub from: VillageId,
    /// The village that receives.
    pub to: VillageId,
    /// `to` seconds for `from` seconds, by the rate sheet.
    pub rate: Rate,
    /// The slope of the sheet, in basis points.
    pub slope_bp: u16,
    /// How far `from` uses the line.
    pub line: LineUse,
}

/// What happens in one village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// The village.
    pub village: VillageId,
    /// What is given there, in its seconds.
    pub amount_s: Seconds,
    /// How its policy shares that out: the receiver's part goes on.
    pub split: Split,
    /// The line over which it goes on; none in the last village.
    pub over: Option<Hop>,
}

/// An amount on its way, leg by leg.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// What the giver gives, in seconds of the first village.
    pub given_s: Seconds,
    /// What the receiver gets, in seconds of the last village.
    pub received_s: Seconds,
    /// The villages, in order: one more than there are lines.
    pub legs: Vec<Leg>,
}

/// Why there is no quote.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QuoteRefusal {
    /// An amount that is none.
    #[error(transparent)]
    Amount(#[from] Violation),
    /// No line at all.
    #[error("a quote over no line; a payment inside a village needs none")]
    NoHops,
    /// Another number of policies than villages.
    #[error("{levies} policies for {villages} villages; give one for each")]
    LeviesMissing {
        /// How many policies there are.
        levies: usize,
        /// How many villages.
        villages: usize,
    },
    /// A line that does not begin where the one before ended.
    #[error("a line from {from} follows one to {to}; give the lines in order")]
    NotConnected {
        /// Where the line before ends.
        to: VillageId,
        /// Where this one begins.
        from: VillageId,
    },
    /// A line or its rate refuses.
    #[error("from {from} to {to}: {refusal}")]
    Line {
        /// The village that gives.
        from: VillageId,
        /// The village that receives.
        to: VillageId,
        /// Why.
        refusal: RateRefusal,
    },
}

impl QuoteRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Amount(violation) => violation.code(),
            Self::NoHops => "E_QUOTE_NO_LINE",
            Self::LeviesMissing { .. } => "E_QUOTE_LEVIES_MISSING",
            Self::NotConnected { .. } => "E_QUOTE_NOT_CONNECTED",
            Self::Line { refusal, .. } => refusal.code(),
        }
    }
}

/// What goes over a line and what arrives, when `amount` is given in the village `from`.
pub(crate) fn pass(
    levies: Levies,
    hop: &Hop,
    amount: Amount,
) -> Result<(Split, Amount), RateRefusal> {
    let split = levies.split(amount);
    // At most half is levied, so at least a second goes on; a claim of it is an amount.
    let iou = Amount::new(split.receiver_s).map_err(|_| RateRefusal::TooSmall {
        amount_s: amount.seconds(),
        num: hop.rate.num,
        den: hop.rate.den,
    })?;
    let arrived = convert(iou, hop.rate, hop.slope_bp, hop.line)?;
    Ok((split, arrived))
}

/// What everybody gets when `given_s` is given along `hops`. `levies` are the
/// policies of the villages in order, one more than there are hops.
///
/// ```
/// # use commons_credit_clearing::{quote::*, rate::*};
/// # use commons_credit_ledger::{amount::HOUR_S, levy::BasisPoints, *};
/// let [alice, bob] = [VillageId([1; 32]), VillageId([2; 32])];
/// let levies = Levies { state_bp: BasisPoints(750), community_bp: BasisPoints(250) };
/// let hop = Hop {
///     from: alice,
///     to: bob,
///     rate: Rate::ONE,
///     slope_bp: 0,
///     line: LineUse { owes_s: Seconds(0), limit_s: Seconds(500 * HOUR_S) },
/// };
/// let quote = quote(Seconds(2 * HOUR_S), &[hop], &[levies, levies]).unwrap();
/// // 2 h are 1 h 48 after the first levy and 1 h 37 min 12 s after the second.
/// assert_eq!(quote.received_s, Seconds(97 * 60 + 12));
/// ```
pub fn quote(given_s: Seconds, hops: &[Hop], levies: &[Levies]) -> Result<Quote, QuoteRefusal> {
    if hops.is_empty() {
        return Err(QuoteRefusal::NoHops);
    }
    if levies.len() != hops.len() + 1 {
        return Err(QuoteRefusal::LeviesMissing {
            levies: levies.len(),
            villages: hops.len() + 1,
        });
    }
    for two in hops.windows(2) {
        if two[0].to != two[1].from {
            return Err(QuoteRefusal::NotConnected {
                to: two[0].to,
                from: two[1].from,
            });
        }
    }
    for levies in levies {
        levies.check()?;
    }
    let mut amount = Amount::new(given_s)?;
    let mut legs = Vec::with_capacity(levies.len());
    for (hop, &levies) in hops.iter().zip(levies) {
        let (split, arrived) = pass(levies, hop, amount).map_err(|refusal| QuoteRefusal::Line {
            from: hop.from,
            to: hop.to,
            refusal,
        })?;
        legs.push(Leg {
            village: hop.from,
            amount_s: amount.into(),
            split,
            over: Some(*hop),
        });
        amount = arrived;
    }
    let split = levies[hops.len()].split(amount);
    legs.push(Leg {
        village: hops[hops.len() - 1].to,
        amount_s: amount.into(),
        split,
        over: None,
    });
    Ok(Quote {
        given_s,
        received_s: split.receiver_s,
        legs,
    })
}
