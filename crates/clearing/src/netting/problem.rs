//! What there is to clear: who owes whom how much.

use commons_credit_ledger::amount::BALANCE_MAX_S;
use thiserror::Error;

/// The most nodes of one problem. The solver's worst case grows with its square: some
/// seconds at this limit.
pub const NODES_MAX: usize = 10_000;
/// The most debts of one problem.
pub const DEBTS_MAX: usize = 500_000;
/// The largest debt, in seconds: what a balance can hold.
pub const DEBT_MAX_S: i64 = BALANCE_MAX_S;

// The sum of all debts stays far inside i64, so no sum over debts can overflow.
const _: () = assert!(DEBT_MAX_S < i64::MAX / 2 / DEBTS_MAX as i64);
// Nodes and both directions of every debt are numbered with u32, potentials with i32.
const _: () = assert!(2 * DEBTS_MAX < u32::MAX as usize);
const _: () = assert!(NODES_MAX < DEBTS_MAX);

/// One debt; nodes are numbered from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Debt {
    /// Who owes.
    pub debtor: u32,
    /// Who is owed.
    pub creditor: u32,
    /// How much, in seconds: `1..=DEBT_MAX_S`.
    pub amount_s: i64,
}

/// Debts that were checked. Two nodes may have several debts, in both directions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    nodes: usize,
    debts: Vec<Debt>,
}

/// Why something is not a problem to clear.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProblemRefusal {
    /// More nodes than [`NODES_MAX`].
    #[error("{nodes} villages are too many to clear at once; clear at most {NODES_MAX}")]
    TooManyNodes {
        /// How many.
        nodes: usize,
    },
    /// More debts than [`DEBTS_MAX`].
    #[error("{debts} debts are too many to clear at once; clear at most {DEBTS_MAX}")]
    TooManyDebts {
        /// How many.
        debts: usize,
    },
    /// A debt names a node that is not there.
    #[error("debt {debt} names node {node}, but there are {nodes}; number them from 0")]
    NodeUnknown {
        /// Which debt, from 0.
        debt: usize,
        /// The node it names.
        node: u32,
        /// How many nodes there are.
        nodes: usize,
    },
    /// A debt to oneself.
    #[error("debt {debt}: node {node} owes itself; leave the debt out")]
    OwesItself {
        /// Which debt, from 0.
        debt: usize,
        /// The node.
        node: u32,
    },
    /// A debt that is not `1..=DEBT_MAX_S`.
    #[error("debt {debt} is {amount_s} seconds; a debt is 1 to {DEBT_MAX_S} seconds")]
    AmountOutOfRange {
        /// Which debt, from 0.
        debt: usize,
        /// Its amount, in seconds.
        amount_s: i64,
    },
}

impl ProblemRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooManyNodes { .. } => "E_CLEAR_TOO_MANY_VILLAGES",
            Self::TooManyDebts { .. } => "E_CLEAR_TOO_MANY_DEBTS",
            Self::NodeUnknown { .. } => "E_CLEAR_NODE_UNKNOWN",
            Self::OwesItself { .. } => "E_CLEAR_OWES_ITSELF",
            Self::AmountOutOfRange { .. } => "E_CLEAR_AMOUNT_OUT_OF_RANGE",
        }
    }
}

impl Problem {
    /// Checks debts among `nodes` nodes.
    pub fn new(nodes: usize, debts: Vec<Debt>) -> Result<Self, ProblemRefusal> {
        if nodes > NODES_MAX {
            return Err(ProblemRefusal::TooManyNodes { nodes });
        }
        if debts.len() > DEBTS_MAX {
            return Err(ProblemRefusal::TooManyDebts { debts: debts.len() });
        }
        for (at, debt) in debts.iter().enumerate() {
            for node in [debt.debtor, debt.creditor] {
                if node as usize >= nodes {
                    return Err(ProblemRefusal::NodeUnknown {
                        debt: at,
                        node,
                        nodes,
                    });
                }
            }
            if debt.debtor == debt.creditor {
                return Err(ProblemRefusal::OwesItself {
                    debt: at,
                    node: debt.debtor,
                });
            }
            if !(1..=DEBT_MAX_S).contains(&debt.amount_s) {
                return Err(ProblemRefusal::AmountOutOfRange {
                    debt: at,
                    amount_s: debt.amount_s,
                });
            }
        }
        Ok(Self { nodes, debts })
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// The debts, in the order given.
    pub fn debts(&self) -> &[Debt] {
        &self.debts
    }
}
