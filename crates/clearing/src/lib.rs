//! Between villages: what a line's debts come to when rings of them are cancelled,
//! how an amount finds its way, and what an hour is worth at the other end.
//!
//! Nothing here knows of Holochain, a clock, random numbers, disks or networks, and
//! there is no floating-point number. Two nodes with the same bytes come to the same
//! seconds.
//!
//! Clearing: [`statement`] in, [`netting`] solves and certifies, [`plan`] is what
//! gateways sign, [`rounds`] what their villages book, [`command`] is `commons-credit clear` without its files.
//! Paying across: [`rate`] for one line, [`route`] for many, [`quote`] for what
//! everybody gets. Keeping books elsewhere: [`journal`].
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bytes;
pub mod command;
pub mod journal;
pub mod netting;
pub mod plan;
pub mod quote;
pub mod rate;
pub mod rounds;
pub mod route;
pub mod signature;
pub mod statement;
pub mod table;
