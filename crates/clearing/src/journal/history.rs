//! What happened on a line, as one village's book has it.

use commons_credit_ledger::amount::BALANCE_MAX_S;
use commons_credit_ledger::text::{check_name, check_words};
use commons_credit_ledger::{Amount, Seconds, VillageId, Violation};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// The most entries of one journal.
pub const ENTRIES_MAX: usize = 100_000;

/// The last year: the day after its last is still written with four digits.
const YEAR_MAX: u16 = 9_998;

/// A day of the common calendar. Claimed, like every time: no amount rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Date {
    /// 1970 to 9998.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to the last of the month.
    pub day: u8,
}

impl Date {
    fn is_real(self) -> bool {
        let leap = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let last = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return false,
        };
        (1970..=YEAR_MAX).contains(&self.year) && (1..=last).contains(&self.day)
    }
}

impl Date {
    /// The day after a real one.
    pub(super) fn next(self) -> Self {
        let Self { year, month, day } = self;
        [
            Self {
                day: day + 1,
                ..self
            },
            Self {
                month: month + 1,
                day: 1,
                year,
            },
        ]
        .into_iter()
        .find(|date| date.is_real())
        .unwrap_or(Self {
            year: year + 1,
            month: 1,
            day: 1,
        })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What an entry does to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// An IOU of ours: a member here paid somebody there. We owe more.
    Given,
    /// An IOU of theirs: somebody there paid a member here. We owe less.
    Received,
    /// A clearing cancelled a debt of ours. We owe less.
    Freed,
    /// A clearing cancelled a claim of ours. We owe more, or are owed less.
    GivenUp,
}

impl EntryKind {
    /// What is added to what the neighbour owes us.
    pub(super) const fn sign(self) -> i64 {
        match self {
            Self::Given | Self::GivenUp => -1,
            Self::Received | Self::Freed => 1,
        }
    }

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Given => "IOU given",
            Self::Received => "IOU received",
            Self::Freed => "Debt cleared",
            Self::GivenUp => "Claim cleared",
        }
    }

    pub(super) const fn by_clearing(self) -> bool {
        matches!(self, Self::Freed | Self::GivenUp)
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The day it is claimed for; never before the entry before.
    pub date: Date,
    /// The number of the IOU or of the statement that was cleared.
    pub number: u64,
    /// What it was.
    pub kind: EntryKind,
    /// How much, in seconds.
    pub amount_s: Seconds,
    /// Words about it, up to 140 characters, may be empty.
    pub words: String,
}

/// The history of one line in one village's book.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The neighbour.
    pub neighbour: VillageId,
    /// Its name, as shown.
    pub neighbour_name: String,
    /// What happened, in order.
    pub entries: Vec<Entry>,
}

/// Why a history is not written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JournalRefusal {
    /// More than [`ENTRIES_MAX`] entries.
    #[error("{entries} entries are too many for one journal; write at most {ENTRIES_MAX}")]
    TooLong {
        /// How many.
        entries: usize,
    },
    /// A name, words or an amount that break the law.
    #[error(transparent)]
    Law(#[from] Violation),
    /// A day that is none.
    #[error("entry {entry} is of {date}, which is no day from 1970 to 9998; give the day again")]
    DateMalformed {
        /// Which entry, from 0.
        entry: usize,
        /// The date.
        date: Date,
    },
    /// An entry that is older than the one before.
    #[error("entry {entry} is of {date}, before the entry that it follows; put entries in order")]
    OutOfOrder {
        /// Which entry, from 0.
        entry: usize,
        /// The date.
        date: Date,
    },
    /// A balance out of range.
    #[error("after entry {entry} the line would stand at {balance_s} seconds; no balance can be that large")]
    BalanceOutOfRange {
        /// Which entry, from 0.
        entry: usize,
        /// The balance, in seconds.
        balance_s: i64,
    },
}

impl JournalRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "E_JOURNAL_TOO_LONG",
            Self::Law(violation) => violation.code(),
            Self::DateMalformed { .. } => "E_JOURNAL_DATE_MALFORMED",
            Self::OutOfOrder { .. } => "E_JOURNAL_OUT_OF_ORDER",
            Self::BalanceOutOfRange { .. } => "E_JOURNAL_BALANCE_OUT_OF_RANGE",
        }
    }
}

/// An entry with what it does and what follows, in seconds the neighbour owes us.
pub(super) struct Posting<'a> {
    pub(super) entry: &'a Entry,
    pub(super) change_s: i64,
    pub(super) balance_s: i64,
}

impl History {
    /// Judges the history and adds it up.
    pub(super) fn postings(&self) -> Result<Vec<Posting<'_>>, JournalRefusal> {
        if self.entries.len() > ENTRIES_MAX {
            return Err(JournalRefusal::TooLong {
                entries: self.entries.len(),
            });
        }
        check_name(&self.neighbour_name)?;
        let mut balance_s = 0i64;
        let mut before: Option<Date> = None;
        let mut postings = Vec::with_capacity(self.entries.len());
        for (at, entry) in self.entries.iter().enumerate() {
            check_words(&entry.words)?;
            let date = entry.date;
            if !date.is_real() {
                return Err(JournalRefusal::DateMalformed { entry: at, date });
            }
            if before.is_some_and(|before| date < before) {
                return Err(JournalRefusal::OutOfOrder { entry: at, date });
            }
            before = Some(date);
            let change_s = entry.kind.sign() * Amount::new(entry.amount_s)?.seconds();
            balance_s += change_s;
            if !(-BALANCE_MAX_S..=BALANCE_MAX_S).contains(&balance_s) {
                return Err(JournalRefusal::BalanceOutOfRange {
                    entry: at,
                    balance_s,
                });
            }
            postings.push(Posting {
                entry,
                change_s,
                balance_s,
            });
        }
        Ok(postings)
    }

    /// The neighbour's part of an account's name: letters and digits of its name, then the first
    /// bytes of its identifier, because two villages may have one name. Begins
    /// with a capital letter and holds nothing but `A-Z a-z 0-9 -`.
    pub(super) fn account_part(&self) -> String {
        let mut part = String::from("V-");
        for letter in self.neighbour_name.chars() {
            match letter {
                'A'..='Z' | 'a'..='z' | '0'..='9' => part.push(letter),
                _ if part.ends_with('-') => {}
                _ => part.push('-'),
            }
        }
        if !part.ends_with('-') {
            part.push('-');
        }
        part.push_str(&self.neighbour.to_hex()[..8]);
        part
    }
}
