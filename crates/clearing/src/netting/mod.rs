//! Clearing: the most debt that can be cancelled at once without changing what
//! anybody is worth.
//!
//! Villages are nodes, debts are arcs from debtor to creditor. A clearing takes
//! from each debt between nothing and all of it, so that at every node what is
//! taken from its debts equals what is taken from its claims: a circulation. The
//! best one takes the most in total. That is a min-cost flow, solved exactly in
//! integers by [`clear`] and proved by [`certify`], which share no code.

mod certify;
mod clearing;
mod flow;
mod problem;
mod solve;
mod strong;

pub use certify::{certify, Certified, NotProved};
pub use clearing::Clearing;
pub use problem::{Debt, Problem, ProblemRefusal, DEBTS_MAX, DEBT_MAX_S, NODES_MAX};
pub use solve::clear;
