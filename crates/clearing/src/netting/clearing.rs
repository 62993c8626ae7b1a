//! The answer to a problem.

/// How much of each debt is cancelled, and the proof that it is the most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearing {
    /// For each debt, in the order of the problem, the seconds cancelled.
    pub cancel_s: Vec<i64>,
    /// For each node its potential (see `certify.rs`).
    pub potentials: Vec<i32>,
}
