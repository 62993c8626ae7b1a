//! The rates and limits in force: the charter's at first, then as decided.

use crate::account::{Fund, Received};
use crate::amount::{Amount, Balance, Seconds, AMOUNT_MAX_S};
use crate::id::{ActionId, AgentId};
use crate::levy::{BasisPoints, Levies, Split, WHOLE_BP};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// The rates and limits in force for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Policy {
    /// 0 is the charter; each adopted policy has a higher number.
    pub version: u32,
    /// The levies.
    pub levies: Levies,
    /// A member's floor.
    pub floor: Balance,
    /// How much a giver may sign before anybody has seen it, in seconds. Phones
    /// keep to it; no page can show it.
    pub exposure: Seconds,
    /// How a newcomer's floor comes down to `floor`; none if it starts there.
    pub probation: Option<Probation>,
    /// Whether what a fund pays is levied like every transfer.
    pub payments_levied: bool,
    /// Who holds the State fund.
    pub state: Option<Appointment>,
    /// Who holds the Community fund.
    pub community: Option<Appointment>,
}

/// How a page names its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PolicyRef {
    /// The policy's version.
    pub version: u32,
    /// The decision that adopted it; none for version 0.
    pub decision: Option<ActionId>,
}

impl PolicyRef {
    /// The charter itself.
    pub const FOUNDING: Self = Self {
        version: 0,
        decision: None,
    };
}

/// A policy as it is proposed: claims until [`Terms::check`] has judged them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Terms {
    /// The levies.
    pub levies: Levies,
    /// A member's floor, in seconds (zero or less).
    pub floor_s: Seconds,
    /// How much a giver may sign before anybody has seen it, in seconds.
    pub exposure_s: Seconds,
    /// How a newcomer's floor comes down, if not at once.
    pub probation: Option<Probation>,
    /// Whether what a fund pays is levied.
    pub payments_levied: bool,
    /// Who holds the State fund.
    pub state: Option<Appointment>,
    /// Who holds the Community fund.
    pub community: Option<Appointment>,
}

/// A floor that comes down with what a book has received. There is no clock: a
/// book's age is how often it was helped to credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Probation {
    /// The floor to begin with, in seconds (zero or less).
    pub start_s: Seconds,
    /// By how much each deposit lowers it, in seconds.
    pub per_deposit_s: Seconds,
    /// Which share of what was received lowers it, at most the whole.
    pub received_bp: BasisPoints,
}

/// Who holds a fund, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Appointment {
    /// The holder.
    pub holder: AgentId,
    /// The last moment at which the holder may pay from the fund, in microseconds
    /// since 1970. Compared with the time that the holder claims for their page.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub until_us: i64,
}

/// The last moment that JavaScript counts exactly.
pub const TIME_MAX_US: i64 = (1 << 53) - 1;

impl Terms {
    /// Judges a proposed policy (rule 31).
    pub fn check(&self) -> Result<(), Violation> {
        self.levies.check()?;
        check_floor(self.floor_s)?;
        let refuse = |what| Err(Violation::TermsMalformed { what });
        if !(0..=AMOUNT_MAX_S).contains(&self.exposure_s.0) {
            return refuse("exposure");
        }
        if let Some(probation) = &self.probation {
            let starts_above = (self.floor_s.0..=0).contains(&probation.start_s.0);
            let steps = (0..=AMOUNT_MAX_S).contains(&probation.per_deposit_s.0);
            if !starts_above || !steps || i64::from(probation.received_bp.0) > WHOLE_BP {
                return refuse("probation");
            }
        }
        let in_time = |appointed: &Appointment| (0..=TIME_MAX_US).contains(&appointed.until_us);
        if ![self.state, self.community].iter().flatten().all(in_time) {
            return refuse("term of an appointment");
        }
        Ok(())
    }

    /// These terms as the policy of a number.
    pub fn policy(&self, version: u32) -> Result<Policy, Violation> {
        Ok(Policy {
            version,
            levies: self.levies,
            floor: Balance::new(self.floor_s)?,
            exposure: self.exposure_s,
            probation: self.probation,
            payments_levied: self.payments_levied,
            state: self.state,
            community: self.community,
        })
    }
}

/// A floor is zero down to minus a million hours (rules 21, 31 and 32).
pub(crate) fn check_floor(floor_s: Seconds) -> Result<(), Violation> {
    if !(-AMOUNT_MAX_S..=0).contains(&floor_s.0) {
        return Err(Violation::FloorOutOfRange { floor_s: floor_s.0 });
    }
    Ok(())
}

impl Policy {
    /// Who holds a fund.
    pub const fn appointment(&self, fund: Fund) -> Option<&Appointment> {
        match fund {
            Fund::State => self.state.as_ref(),
            Fund::Community => self.community.as_ref(),
        }
    }

    /// The floor of a book that has received so much (rule 32).
    pub fn floor_for(&self, received: &Received) -> Seconds {
        let Some(probation) = &self.probation else {
            return self.floor.into();
        };
        let times = i64::try_from(received.times).unwrap_or(i64::MAX);
        let by_times = probation.per_deposit_s.0.saturating_mul(times);
        let share = i64::from(probation.received_bp.0);
        let by_hours = received.total_s.0.saturating_mul(share) / WHOLE_BP;
        let lowered = probation
            .start_s
            .0
            .saturating_sub(by_times)
            .saturating_sub(by_hours);
        Seconds(lowered.max(self.floor.seconds()))
    }

    /// Whether somebody may sign this amount while so much of what they signed has
    /// been seen by nobody, in seconds. Both sides keep to it; no page can show it.
    pub const fn bears(&self, unseen_s: Seconds, amount: Amount) -> bool {
        unseen_s.0.saturating_add(amount.seconds()) <= self.exposure.0
    }

    /// How a payment out of a fund is shared out (rule 36).
    pub fn payment_split(&self, amount: Amount) -> Split {
        if self.payments_levied {
            self.levies.split(amount)
        } else {
            Split::whole(amount)
        }
    }
}
