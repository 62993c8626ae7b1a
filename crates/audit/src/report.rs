//! The answer of an audit.

use crate::crossing::LineEnd;
use crate::finding::Finding;
use crate::id::{Account, Id};
use serde::Serialize;

/// Most findings that a report keeps; the rest is only counted.
pub const FINDINGS_MAX: usize = 10_000;
/// Most missing citations that a report keeps; the rest is only counted.
pub const MISSING_MAX: usize = 10_000;

/// Everything that the pages say when they are put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whose.
    pub village: Id,
    /// Pages read, each once.
    pub pages: u64,
    /// Records that were read more than once, the further times.
    pub repeated: u64,
    /// Rules held against pages, each rule of each page once.
    pub rules: u64,
    /// Pages whose event is of a law that this program does not know.
    pub later: u64,
    /// Transfers among the pages.
    pub transfers: u64,
    /// Of these, neither deposited nor taken back.
    pub transfers_in_flight: u64,
    /// The sums, re-derived from the events.
    pub sums: Sums,
    /// The same sums as the newest pages state them.
    pub stated: Sums,
    /// Every book, ascending by author.
    pub books: Vec<Book>,
    /// This village's end of each of its lines, ascending by neighbour.
    pub line_ends: Vec<LineEnd>,
    /// Contradictions, ascending by author and page number; at most
    /// [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// How many there are.
    pub findings_total: u64,
    /// What is cited and not there, ascending; at most [`MISSING_MAX`].
    pub missing: Vec<Missing>,
    /// How many there are.
    pub missing_total: u64,
}

/// Where all hours are, in seconds. They were given by somebody, so the total of
/// a whole village is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Sums {
    /// All balances of all books.
    pub balances_s: i128,
    /// Given, and neither deposited nor taken back.
    pub in_flight_s: i128,
    /// State levies earned and not yet swept.
    pub unswept_state_s: i128,
    /// Community levies earned and not yet swept.
    pub unswept_community_s: i128,
    /// What books began with: carried over from the village before, or gone on with from
    /// a lost key; balances, and levies earned.
    pub carried_s: i128,
    /// What the Community fund made good of what was given twice.
    pub made_good_s: i128,
    /// All of it, less what was carried over.
    pub total_s: i128,
}

/// One book as its newest page and all pages before it have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Book {
    /// Whose.
    pub author: Id,
    /// Pages of this book that were read, those on a fork included.
    pub pages: u64,
    /// The newest page's number.
    pub number: u64,
    /// The newest page.
    pub newest: Id,
    /// Whether all pages from the first to the newest were there.
    pub whole: bool,
    /// The accounts, ascending.
    pub accounts: Vec<AccountReport>,
    /// State levies earned by this book's deposits, re-derived, in seconds.
    pub earned_state_s: i128,
    /// The same for the Community fund.
    pub earned_community_s: i128,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountReport {
    /// Which.
    pub account: Account,
    /// Its balance, re-derived from the events, in seconds.
    pub balance_s: i128,
    /// What the newest page says, in seconds.
    pub stated_s: i64,
    /// Its floor, in seconds.
    pub floor_s: i64,
}

/// Something that a page cites and that is not there: the view is incomplete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Missing {
    /// What is cited.
    pub cited: Id,
    /// As what, such as `page before`, `transfer`, `policy` or `line terms`.
    pub what: &'static str,
    /// The page that cites it.
    pub page: Id,
}

/// The answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything is there, follows and adds up to 0.
    Sound,
    /// Nothing contradicts, but something is missing: ask again later.
    Incomplete,
    /// Something contradicts.
    Broken,
}

impl Report {
    /// The answer in a word.
    pub fn verdict(&self) -> Verdict {
        if self.findings_total > 0 {
            Verdict::Broken
        } else if self.missing_total > 0 || self.later > 0 {
            Verdict::Incomplete
        } else if self.sums.total_s != 0 || self.stated != self.sums {
            // Every page follows and yet hours came from nowhere: a fault of the
            // rules, or of this crate.
            Verdict::Broken
        } else {
            Verdict::Sound
        }
    }
}

impl Sums {
    pub(crate) fn add_up(self) -> Self {
        Self {
            total_s: self.balances_s
                + self.in_flight_s
                + self.unswept_state_s
                + self.unswept_community_s
                + self.made_good_s
                - self.carried_s,
            ..self
        }
    }
}
