//! The law once more, slow and obvious: wide integers, plain sets, no trees, and
//! nothing of `apply`. It reads pages but computes with its own tables.

use commons_credit_ledger::{Account, ActionId, AgentId, Event, Page, Transfer};
use std::collections::{BTreeMap, BTreeSet};

/// A policy as plain numbers.
#[derive(Clone, Copy)]
pub struct Rates {
    pub state_bp: i128,
    pub community_bp: i128,
    pub floor_s: i128,
}

/// A book after one of its pages. Every book here has only a member account.
#[derive(Clone, Default)]
pub struct Book {
    pub number: i128,
    pub balance_s: i128,
    pub floor_s: i128,
    pub state_s: i128,
    pub community_s: i128,
    pub policy: u32,
    pub settled: BTreeSet<ActionId>,
}

/// What the edge found out about a page and cannot be read off it.
#[derive(Clone, Copy)]
pub struct Found {
    pub author: AgentId,
    pub admission_is_own: bool,
    pub cheque_is_signed: bool,
    pub proof_is_right: bool,
}

/// Everything that ever happened in the village.
#[derive(Default)]
pub struct Twin {
    pub rates: Vec<Rates>,
    pub books: BTreeMap<ActionId, (AgentId, Book)>,
    pub newest: BTreeMap<AgentId, ActionId>,
    pub transfers: BTreeMap<ActionId, (AgentId, Transfer)>,
    pub declines: BTreeMap<ActionId, (AgentId, ActionId)>,
}

fn unless(broken: bool, code: &'static str) -> Result<(), &'static str> {
    if broken {
        return Err(code);
    }
    Ok(())
}

impl Twin {
    /// The book after a page, or the code of the first rule that it breaks.
    pub fn next(&self, page: &Page, found: Found) -> Result<Book, &'static str> {
        let opens = matches!(page.event, Event::Open { .. });
        let before = page.previous.map(|id| &self.books[&id]);
        unless(opens == before.is_some(), "E_OPENED_WRONGLY")?;
        unless(opens != (page.number == 1), "E_OPENED_WRONGLY")?;
        let number = before.map_or(0, |(_, book)| book.number) + 1;
        unless(i128::from(page.number) != number, "E_PAGE_NUMBER")?;
        unless(number >= 1 << 28, "E_BOOK_FULL")?;
        unless(
            before.is_some_and(|(who, _)| *who != found.author),
            "E_PREVIOUS_FOREIGN",
        )?;
        let newest = self.newest.get(&found.author).copied();
        let gap_is_known = !opens || found.admission_is_own;
        unless(gap_is_known && newest != page.previous, "E_PAGE_SKIPPED")?;
        let version = page.policy.version;
        let rates = *self.rates.get(version as usize).ok_or("E_POLICY_UNKNOWN")?;
        let mut book = before.map_or_else(Book::default, |(_, book)| book.clone());
        unless(version < book.policy, "E_POLICY_OLDER")?;
        book.policy = version;
        book.number = number;
        match &page.event {
            Event::Open { .. } => {
                unless(!found.admission_is_own, "E_ADMISSION_FOREIGN")?;
                book.floor_s = rates.floor_s;
            }
            Event::Transfer(transfer) => give(&mut book, transfer, rates, found)?,
            Event::Deposit { transfer, .. } => {
                let given = self.received(transfer, found)?;
                unless(given.to_account != Account::Member, "E_ACCOUNT_NOT_HELD")?;
                book.balance_s += i128::from(given.split.receiver_s.0);
                book.state_s += i128::from(given.split.state_s.0);
                book.community_s += i128::from(given.split.community_s.0);
                settle(&mut book, *transfer, found)?;
            }
            Event::Decline { transfer, .. } => {
                self.received(transfer, found)?;
                settle(&mut book, *transfer, found)?;
            }
            Event::Reclaim {
                transfer, decline, ..
            } => {
                let (giver, given) = self.transfers.get(transfer).ok_or("E_NOT_A_TRANSFER")?;
                unless(*giver != found.author, "E_NOT_THE_GIVER")?;
                let declined = self.declines.get(decline) == Some(&(given.to, *transfer));
                unless(!declined, "E_NOT_DECLINED")?;
                book.balance_s += i128::from(given.amount_s.0);
                settle(&mut book, *transfer, found)?;
            }
        }
        Ok(book)
    }

    /// Remembers a valid page.
    pub fn write(&mut self, id: ActionId, author: AgentId, page: &Page, book: Book) {
        self.books.insert(id, (author, book));
        self.newest.insert(author, id);
        match &page.event {
            Event::Transfer(transfer) => {
                self.transfers.insert(id, (author, (**transfer).clone()));
            }
            Event::Decline { transfer, .. } => {
                self.declines.insert(id, (author, *transfer));
            }
            Event::Open { .. } | Event::Deposit { .. } | Event::Reclaim { .. } => {}
        }
    }

    fn received(&self, id: &ActionId, found: Found) -> Result<&Transfer, &'static str> {
        let (_, given) = self.transfers.get(id).ok_or("E_NOT_A_TRANSFER")?;
        unless(given.to != found.author, "E_NOT_THE_RECEIVER")?;
        Ok(given)
    }
}

fn give(book: &mut Book, given: &Transfer, rates: Rates, found: Found) -> Result<(), &'static str> {
    unless(given.from != Account::Member, "E_ACCOUNT_NOT_HELD")?;
    let amount = i128::from(given.amount_s.0);
    unless(amount <= 0, "E_AMOUNT_NOT_POSITIVE")?;
    unless(amount > 3_600_000_000, "E_AMOUNT_TOO_LARGE")?;
    unless(given.to == found.author, "E_SELF_TRANSFER")?;
    let (state, community) = (
        amount * rates.state_bp / 10_000,
        amount * rates.community_bp / 10_000,
    );
    let right = [amount - state - community, state, community];
    let split = &given.split;
    let claimed = [split.receiver_s, split.state_s, split.community_s];
    unless(
        claimed.map(|part| i128::from(part.0)) != right,
        "E_SPLIT_WRONG",
    )?;
    book.balance_s -= amount;
    unless(book.balance_s < book.floor_s, "E_FLOOR_CROSSED")?;
    unless(!found.cheque_is_signed, "E_CHEQUE_SIGNATURE")
}

fn settle(book: &mut Book, transfer: ActionId, found: Found) -> Result<(), &'static str> {
    unless(!found.proof_is_right, "E_PROOF_WRONG")?;
    unless(!book.settled.insert(transfer), "E_ALREADY_SETTLED")
}
