//! A line's history as a plain-text journal for the stock accounting tools.
//!
//! Two writers, one for hledger and one for beancount. Both write double entries in
//! whole seconds, with the balance after each entry asserted, so the tool itself
//! finds a missing or altered one. Nothing from outside can break out of its place:
//! names become account parts by a fixed rule, words lose what the format reads as its own.

mod beancount;
mod history;
mod hledger;

pub use beancount::beancount;
pub use history::{Date, Entry, EntryKind, History, JournalRefusal, ENTRIES_MAX};
pub use hledger::hledger;
