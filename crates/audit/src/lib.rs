//! A second opinion on the books of a village.
//!
//! The law (`crates/ledger`) judges one page at a time, each with the page before
//! it. An auditor holds all pages and asks another question: do the books, taken
//! together, add up? This crate reads the stored bytes with a decoder of its own,
//! re-derives every balance from the events alone, rebuilds every settled tree
//! from its leaves, and compares with what the pages say. It shares no code with
//! the law, so a fault in one of the two shows.
//!
//! ```
//! use commons_credit_audit::{Audit, Rates, Verdict, Village};
//!
//! let village = Village::founded(commons_credit_audit::Id([5; 32]), Rates { state_bp: 750, community_bp: 250, floor_s: -36_000 });
//! let report = Audit::of(village).finish();
//! assert_eq!(report.verdict(), Verdict::Sound);
//! assert_eq!(report.sums.total_s, 0);
//! ```
//!
//! In what order the pages come does not change the report. It costs the least
//! memory when each author's pages come in the order of their chain: then no page
//! is kept, only what others may cite. (Of a book that is forked, the branch that
//! came second is taken as stated where it begins; that it is a fork is found in
//! any order.)
//!
//! Three answers (decision 0010): *sound*; *incomplete*, when a page is cited that
//! is not there, which accuses nobody; *broken*, when a page contradicts the rules
//! or another page by the same author.
//!
//! Read in this order: [`report`], `audit`, `book`, `settle`, `page`, `tree`; `crossing` and `both`
//! for the lines between villages.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod audit;
mod book;
mod both;
mod bytes;
mod cheque;
mod clearing;
mod crossing;
mod digest;
pub mod finding;
mod fund;
mod id;
mod line;
mod office;
mod page;
mod rate;
mod register;
pub mod report;
mod settle;
mod text;
mod tree;
mod village;

pub use audit::{Audit, Record, PAGE_MAX_BYTES};
pub use both::{EndSums, LineReport, MissingIou};
pub use crossing::LineEnd;
pub use finding::{Finding, Kind, Value};
pub use id::{Account, Id};
pub use rate::LineTerms;
pub use report::{AccountReport, Book, Missing, Report, Sums, Verdict};
pub use village::{
    DecidedFloor, Labour, MadeGood, Probation, Project, Proposal, Rates, Subject, Terms, Village,
};
