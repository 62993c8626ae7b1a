//! What an IOU must be worth (rule 73), by the terms of the line that the village decided.

use crate::id::Id;

/// The terms of a line as this village decided them, as far as they set the worth of an IOU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineTerms {
    /// The neighbour village.
    pub neighbour: Id,
    /// How much this village may owe over the line, in seconds.
    pub limit_s: i64,
    /// The number of the rate sheet.
    pub sheet: u32,
    /// By how much the rate has fallen when the whole limit is owed, in basis points.
    pub slope_bp: u16,
    /// By kind of labour: so many seconds there for so many here.
    pub kinds: Vec<(u32, u32)>,
}

impl LineTerms {
    /// What `amount_s` is worth over there when `owes_s` are owed afterwards, pledges
    /// included; none for a kind that is not on the sheet. Rounded down, against who converts.
    pub(crate) fn worth_s(&self, kind: u32, amount_s: i64, owes_s: i128) -> Option<i128> {
        let (num, den) = *self.kinds.get(usize::try_from(kind).ok()?)?;
        let (num, den) = (i128::from(num), i128::from(den));
        let amount_s = i128::from(amount_s);
        // Where the village is owed there is no slope.
        let before_s = owes_s.checked_sub(amount_s)?.max(0);
        let after_s = owes_s.max(0);
        let whole = i128::from(self.limit_s) * 20_000;
        let worth = if whole == 0 {
            (num.checked_mul(amount_s)?, den)
        } else {
            let area = after_s.checked_mul(after_s)? - before_s.checked_mul(before_s)?;
            let fallen = i128::from(self.slope_bp).checked_mul(area)?;
            let left = whole.checked_mul(amount_s)?.checked_sub(fallen)?;
            (num.checked_mul(left)?, den.checked_mul(whole)?)
        };
        (worth.1 > 0).then(|| worth.0.div_euclid(worth.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(slope_bp: u16, limit_s: i64) -> LineTerms {
        LineTerms {
            neighbour: Id([1; 32]),
            limit_s,
            sheet: 1,
            slope_bp,
            kinds: vec![(6, 5), (1, 3)],
        }
    }

    /// By hand: of 100 h the first half costs nothing near zero, the last half a quarter more.
    #[test]
    fn the_rate_falls_with_what_is_owed() {
        const HOUR_S: i64 = 3_600;
        let hours = |hours: i64| i128::from(hours * HOUR_S);
        let fixed = terms(0, 100 * HOUR_S);
        assert_eq!(fixed.worth_s(0, 6_480, 6_480), Some(7_776));
        assert_eq!(fixed.worth_s(1, 10, 10), Some(3), "rounded down");
        assert_eq!(fixed.worth_s(2, 10, 10), None);
        let steep = terms(5_000, 100 * HOUR_S);
        // The whole limit at once: the mean between the whole rate and half of it.
        assert_eq!(steep.worth_s(0, 100 * HOUR_S, hours(100)), Some(hours(90)));
        assert_eq!(
            steep.worth_s(0, 50 * HOUR_S, hours(50)),
            Some(hours(60) * 7 / 8)
        );
        assert_eq!(
            steep.worth_s(0, 50 * HOUR_S, hours(100)),
            Some(hours(60) * 5 / 8)
        );
        // Towards zero it is the whole rate.
        assert_eq!(steep.worth_s(0, 50 * HOUR_S, 0), Some(hours(60)));
    }

    #[test]
    fn numbers_without_sense_end_nothing() {
        let odd = terms(u16::MAX, i64::MAX);
        assert_eq!(odd.worth_s(0, i64::MIN, i128::MIN), None);
        let none = LineTerms {
            kinds: vec![(1, 0)],
            ..terms(0, 0)
        };
        assert_eq!(none.worth_s(0, 1, 1), None);
    }
}
