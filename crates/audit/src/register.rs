//! What is kept of the pages that were read: who follows whom, what others may
//! cite, and what was found. A page itself is not kept.

use crate::crossing::Crossings;
use crate::finding::{Finding, Kind, Value};
use crate::id::{Account, Id};
use crate::page::{Collector, Transfer};
use crate::report::{Missing, FINDINGS_MAX, MISSING_MAX};
use indexmap::{IndexMap, IndexSet};

/// A page by its place in the register.
pub(crate) type PageAt = u32;
/// A branch by its place in the audit's list.
pub(crate) type BranchAt = u32;

/// Stands for no page.
pub(crate) const NO_PAGE: PageAt = PageAt::MAX;

/// What others may ask about a page.
pub(crate) struct Known {
    pub number: u64,
    pub sequence: u32,
    pub branch: BranchAt,
    pub author: u32,
    /// The two levy counters, and who collects them, as the page states it: for those
    /// who sweep.
    pub earned_s: [i64; 2],
    pub collectors: u32,
    /// All balances together, as the page states them.
    pub balances_s: i64,
    /// Whether it closes its book.
    pub closes: bool,
    /// The first page that was seen to follow it.
    pub follower: PageAt,
    pub role: Role,
}

/// What a page is to pages that cite it.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    Transfer(u32),
    Decline(u32),
    Other,
}

/// A transfer as those who cite it need it.
pub(crate) struct Given {
    pub giver: Id,
    pub to: Id,
    /// Debited and credited account; none for the two members' own.
    pub accounts: Option<Box<(Account, Account)>>,
    pub amount_s: i64,
    pub split_s: [i64; 3],
    /// Deposited or taken back.
    pub is_settled: bool,
}

impl Given {
    pub(crate) fn of(giver: Id, transfer: &Transfer<'_>) -> Self {
        let accounts = (transfer.from, transfer.to_account);
        let ordinary = accounts == (Account::Member, Account::Member);
        Self {
            giver,
            to: transfer.to,
            accounts: (!ordinary).then(|| Box::new(accounts)),
            amount_s: transfer.amount_s,
            split_s: transfer.split_s,
            is_settled: false,
        }
    }

    pub(crate) fn debited(&self) -> Account {
        self.accounts
            .as_ref()
            .map_or(Account::Member, |both| both.0)
    }

    /// Whether it goes onto a line or comes from one.
    pub(crate) fn is_over_line(&self) -> bool {
        let line = |account: Account| matches!(account, Account::Line(_));
        line(self.debited()) || line(self.credited())
    }

    /// Whether it goes on from one line to another.
    fn is_between_lines(&self) -> bool {
        matches!(
            self.accounts.as_deref(),
            Some((Account::Line(_), Account::Line(_)))
        )
    }

    pub(crate) fn credited(&self) -> Account {
        self.accounts
            .as_ref()
            .map_or(Account::Member, |both| both.1)
    }
}

/// A page that sends a transfer back.
pub(crate) struct Declined {
    pub transfer: Id,
    pub author: Id,
}

/// Everything kept.
#[derive(Default)]
pub(crate) struct Register {
    pub pages: IndexMap<Id, Known>,
    pub given: Vec<Given>,
    pub declined: Vec<Declined>,
    pub authors: IndexSet<Id>,
    pub collectors: IndexSet<[Collector; 2]>,
    /// What goes over lines.
    pub crossings: Crossings,
    pub later: u64,
    /// Lost keys by the author whose book goes on with theirs.
    pub lost: std::collections::HashMap<Id, Vec<(Id, u64)>>,
    findings: Vec<Finding>,
    findings_total: u64,
    missing: Vec<Missing>,
    missing_total: u64,
}

/// Where a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub page: Id,
    pub author: Id,
    pub number: u64,
}

impl Place {
    pub(crate) fn finding(self, kind: Kind, expected: Value, found: Value) -> Finding {
        Finding {
            author: self.author,
            number: Some(self.number),
            page: self.page,
            kind,
            account: None,
            expected,
            found,
        }
    }
}

impl Register {
    /// The address of a page in the register.
    pub(crate) fn id(&self, at: PageAt) -> Option<Id> {
        self.pages.get_index(at as usize).map(|(id, _)| *id)
    }

    /// What a page says its author has earned for a fund, and who collects it.
    pub(crate) fn earnings(&self, page: &Id, fund: usize) -> Option<(Id, i64, Collector)> {
        let known = self.pages.get(page)?;
        let author = self.authors.get_index(known.author as usize)?;
        let collectors = self.collectors.get_index(known.collectors as usize)?;
        Some((*author, known.earned_s[fund], collectors[fund]))
    }

    /// Whether a transfer that was read goes on from one line to another; its giver has
    /// written it before whatever page takes it back.
    pub(crate) fn is_between_lines(&self, transfer: &Id) -> bool {
        match self.pages.get(transfer).map(|known| known.role) {
            Some(Role::Transfer(at)) => self.given[at as usize].is_between_lines(),
            _ => false,
        }
    }

    /// Whether an author's book is that agent's own, or goes on with theirs (rule 67).
    pub(crate) fn stands_for(&self, author: &Id, agent: &Id) -> bool {
        author == agent
            || self
                .lost
                .get(author)
                .is_some_and(|lost| lost.iter().any(|(lost, _)| lost == agent))
    }

    /// The last page of that agent's book that counts in an author's book: none where it
    /// is the author's own, so that all do.
    pub(crate) fn end_for(&self, author: &Id, agent: &Id) -> Option<u64> {
        let mut lost = self.lost.get(author)?.iter();
        let (_, number) = lost.find(|(lost, _)| lost == agent)?;
        (author != agent).then_some(*number)
    }

    pub(crate) fn find(&mut self, finding: Finding) {
        self.findings_total += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    /// A finding about a page.
    pub(crate) fn fault(&mut self, place: Place, kind: Kind, expected: Value, found: Value) {
        self.find(place.finding(kind, expected, found));
    }

    /// A finding about an account.
    pub(crate) fn fault_of(
        &mut self,
        place: Place,
        account: Account,
        kind: Kind,
        expected: Value,
        found: Value,
    ) {
        let mut finding = place.finding(kind, expected, found);
        finding.account = Some(account);
        self.find(finding);
    }

    pub(crate) fn miss(&mut self, cited: Id, what: &'static str, page: Id) {
        self.missing_total += 1;
        if self.missing.len() < MISSING_MAX {
            self.missing.push(Missing { cited, what, page });
        }
    }

    /// Findings and missing citations in order, with their full numbers.
    pub(crate) fn into_parts(mut self) -> (Vec<Finding>, u64, Vec<Missing>, u64) {
        self.findings.sort_unstable();
        self.missing.sort_unstable();
        (
            self.findings,
            self.findings_total,
            self.missing,
            self.missing_total,
        )
    }
}
