//! The proof that a clearing is right and that none is better.
//!
//! A clearing comes with one number for each node, its *potential* `p`. Whatever
//! is cancelled along a ring of debts, the differences of `p` along the ring add
//! up to zero. So any clearing `x` whatsoever satisfies
//! `sum x = sum x * (1 + p(debtor) - p(creditor)) <= sum amount * max(0, 1 + p(debtor) - p(creditor))`.
//! The right side does not depend on `x`: it is a ceiling for all clearings. A
//! clearing that reaches it is a best one. So the check is a few lines of
//! addition, and whoever signs can do it without trusting who solved.

use super::clearing::Clearing;
use super::problem::Problem;
use thiserror::Error;

/// What is proved about a clearing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certified {
    /// The sum of all debts, in seconds.
    pub owed_s: i128,
    /// How much of it is cancelled, in seconds: the most possible.
    pub cleared_s: i128,
}

/// Why a clearing is not proved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotProved {
    /// Another number of amounts than there are debts, or of potentials than nodes.
    #[error("{found} {what} for {expected}; give one for each")]
    LengthWrong {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// Less than nothing or more than the debt would be cancelled.
    #[error("debt {debt} of {owed_s} seconds would lose {cancel_s}; take between nothing and all")]
    CancelOutOfRange {
        /// Which debt, from 0.
        debt: usize,
        /// The debt, in seconds.
        owed_s: i64,
        /// What would be cancelled, in seconds.
        cancel_s: i64,
    },
    /// A node would end up richer or poorer.
    #[error("node {node} would gain {gain_s} seconds by the clearing; it must not change")]
    NotBalanced {
        /// Which node, from 0.
        node: usize,
        /// What it would gain, in seconds; below zero it would lose.
        gain_s: i128,
    },
    /// The ceiling that the potentials prove is not reached.
    #[error(
        "{cleared_s} seconds are cleared, but only a ceiling of {ceiling_s} is proved; solve again"
    )]
    NotOptimal {
        /// What is cleared, in seconds.
        cleared_s: i128,
        /// The ceiling that is proved, in seconds.
        ceiling_s: i128,
    },
}

impl NotProved {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LengthWrong { .. } => "E_CERTIFICATE_LENGTH",
            Self::CancelOutOfRange { .. } => "E_CERTIFICATE_CANCEL_OUT_OF_RANGE",
            Self::NotBalanced { .. } => "E_CERTIFICATE_NOT_BALANCED",
            Self::NotOptimal { .. } => "E_CERTIFICATE_NOT_OPTIMAL",
        }
    }
}

/// Checks a clearing and its proof. Trusts nothing but the problem.
pub fn certify(problem: &Problem, clearing: &Clearing) -> Result<Certified, NotProved> {
    let lengths = [
        ("amounts", clearing.cancel_s.len(), problem.debts().len()),
        ("potentials", clearing.potentials.len(), problem.nodes()),
    ];
    for (what, found, expected) in lengths {
        if found != expected {
            return Err(NotProved::LengthWrong {
                what,
                found,
                expected,
            });
        }
    }

    let mut gain_s = vec![0i128; problem.nodes()];
    let (mut owed_s, mut cleared_s, mut ceiling_s) = (0i128, 0i128, 0i128);
    for (at, debt) in problem.debts().iter().enumerate() {
        let cancel_s = clearing.cancel_s[at];
        if cancel_s < 0 || cancel_s > debt.amount_s {
            return Err(NotProved::CancelOutOfRange {
                debt: at,
                owed_s: debt.amount_s,
                cancel_s,
            });
        }
        let (debtor, creditor) = (debt.debtor as usize, debt.creditor as usize);
        // Who owed is freed of a debt, who was owed loses a claim.
        gain_s[debtor] += i128::from(cancel_s);
        gain_s[creditor] -= i128::from(cancel_s);
        owed_s += i128::from(debt.amount_s);
        cleared_s += i128::from(cancel_s);
        // At most 2^42 * 2^33 for each of 2^19 debts: far inside i128.
        let worth =
            1 + i128::from(clearing.potentials[debtor]) - i128::from(clearing.potentials[creditor]);
        ceiling_s += i128::from(debt.amount_s) * worth.max(0);
    }

    if let Some(node) = gain_s.iter().position(|&gain_s| gain_s != 0) {
        return Err(NotProved::NotBalanced {
            node,
            gain_s: gain_s[node],
        });
    }
    if cleared_s != ceiling_s {
        return Err(NotProved::NotOptimal {
            cleared_s,
            ceiling_s,
        });
    }
    Ok(Certified { owed_s, cleared_s })
}
