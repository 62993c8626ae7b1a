//! The law once more, slow and obvious: wide integers, plain sets, no trees, and
//! nothing of `apply`. It reads pages but computes with its own tables.

use commons_credit_ledger::{
    Account, ActionId, AgentId, Choice, Content, Event, Page, Proposal, Standing, Subject,
    Transfer, Vote, Voting,
};
use std::collections::{BTreeMap, BTreeSet};

/// A policy as plain numbers.
#[derive(Clone, Copy)]
pub struct Rates {
    pub state_bp: i128,
    pub community_bp: i128,
    pub floor_s: i128,
    /// The floor to begin with, what a deposit lowers it by, and the share in basis
    /// points of what was received.
    pub probation: Option<[i128; 3]>,
}

/// A decision that closes a ballot about something.
#[derive(Clone)]
pub struct Closing {
    pub adopted: bool,
    pub proposal: Proposal,
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
    pub received: Vec<i128>,
    pub decided_floor: Option<(u32, i128)>,
    pub roll: u32,
    pub voted: BTreeSet<(Subject, u32)>,
}

/// What the edge found out about a page and cannot be read off it.
#[derive(Clone, Copy)]
pub struct Found {
    pub author: AgentId,
    pub admission_is_own: bool,
    pub cheque_is_signed: bool,
    pub proof_is_right: bool,
    pub on_roll_is_right: bool,
}

/// Everything that ever happened in the village.
#[derive(Default)]
pub struct Twin {
    pub rates: Vec<Rates>,
    pub books: BTreeMap<ActionId, (AgentId, Book)>,
    pub newest: BTreeMap<AgentId, ActionId>,
    pub transfers: BTreeMap<ActionId, (AgentId, Transfer)>,
    pub declines: BTreeMap<ActionId, (AgentId, ActionId)>,
    /// Everybody's standing, by the roll's number.
    pub rolls: Vec<BTreeMap<AgentId, Standing>>,
    pub proposals: BTreeMap<ActionId, Proposal>,
    pub decisions: BTreeMap<ActionId, Closing>,
    /// Valid votes by page: who, on which proposal, and whether it is a yes.
    pub votes: BTreeMap<ActionId, (AgentId, ActionId, bool)>,
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
        book.floor_s = floor(&book, rates);
        match &page.event {
            Event::Open { .. } => {
                unless(!found.admission_is_own, "E_ADMISSION_FOREIGN")?;
            }
            Event::Transfer(transfer) => give(&mut book, transfer, rates, found)?,
            Event::Deposit { transfer, .. } => {
                let given = self.received(transfer, found)?;
                unless(given.to_account != Account::Member, "E_ACCOUNT_NOT_HELD")?;
                book.balance_s += i128::from(given.split.receiver_s.0);
                book.state_s += i128::from(given.split.state_s.0);
                book.community_s += i128::from(given.split.community_s.0);
                book.received.push(i128::from(given.split.receiver_s.0));
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
            Event::Vote(vote) => self.vote(&mut book, vote, found)?,
            Event::Floor { decision } => {
                let closing = self.decisions.get(decision);
                let floor = closing.and_then(|closing| match closing.proposal.content {
                    Content::Floor { floor_s } if closing.adopted => (closing.proposal.subject
                        == Subject::Floor(found.author))
                    .then_some((closing.proposal.number, i128::from(floor_s.0))),
                    _ => None,
                });
                let floor = floor.ok_or("E_FLOOR_NOT_DECIDED")?;
                let older = book.decided_floor.is_some_and(|used| used.0 >= floor.0);
                unless(older, "E_FLOOR_OLDER")?;
                book.decided_floor = Some(floor);
            }
        }
        book.floor_s = floor(&book, rates);
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
            Event::Vote(vote) => {
                let yes = vote.choice == Choice::Yes;
                self.votes.insert(id, (author, vote.proposal, yes));
            }
            Event::Open { .. }
            | Event::Deposit { .. }
            | Event::Reclaim { .. }
            | Event::Floor { .. } => {}
        }
    }

    fn vote(&self, book: &mut Book, vote: &Vote, found: Found) -> Result<(), &'static str> {
        let proposal = self
            .proposals
            .get(&vote.proposal)
            .ok_or("E_NOT_A_PROPOSAL")?;
        unless(!found.on_roll_is_right, "E_PROOF_WRONG")?;
        let roll = proposal.roll.number;
        unless(!self.may_vote(proposal, found.author), "E_NOT_ENTITLED")?;
        if let Choice::No { reason } = &vote.choice {
            let consent = matches!(proposal.electorate.voting, Voting::Consent { .. });
            unless(consent && reason.is_empty(), "E_OBJECTION_REASON")?;
        }
        unless(roll < book.roll, "E_ROLL_OLDER")?;
        unless(!found.proof_is_right, "E_PROOF_WRONG")?;
        let ballot = (proposal.subject, proposal.number);
        unless(!book.voted.insert(ballot), "E_ALREADY_VOTED")?;
        book.roll = roll;
        if vote.choice == Choice::Yes && proposal.subject == Subject::Roll {
            book.roll = proposal.number;
        }
        Ok(())
    }

    pub fn may_vote(&self, proposal: &Proposal, who: AgentId) -> bool {
        let roll = &self.rolls[proposal.roll.number as usize];
        let council = matches!(
            proposal.electorate.voting,
            Voting::Council { .. } | Voting::Consent { .. }
        );
        match roll.get(&who) {
            Some(Standing::Steward) => true,
            Some(Standing::Member) => !council,
            _ => false,
        }
    }

    /// Whether these votes adopt a proposal: counted with the quorum found by trying
    /// every number.
    pub fn adopts(&self, proposal: &Proposal, yes: usize) -> bool {
        let (all, wanted) = self.quorum(proposal);
        yes * 2 > all && yes >= wanted.min(all)
    }

    /// Whether nothing in a ballot can be adopted, whatever the silent say.
    pub fn fails(&self, proposal: &Proposal, most_yes: usize, voted: usize) -> bool {
        let (all, _) = self.quorum(proposal);
        !self.adopts(proposal, most_yes + all - voted)
    }

    /// How many have a vote, and how many the rule asks for by itself.
    fn quorum(&self, proposal: &Proposal) -> (usize, usize) {
        let roll = &self.rolls[proposal.roll.number as usize];
        let who = roll.keys().copied();
        let all = who.filter(|who| self.may_vote(proposal, *who)).count();
        let wanted = match proposal.electorate.voting {
            Voting::Council { needed } => needed as usize,
            Voting::Majority {} => 0,
            Voting::Supermajority {} => (0..=all).find(|some| 3 * some >= 2 * all).unwrap(),
            Voting::Consent { objections } => (0..=all)
                .find(|some| all - some < objections as usize)
                .unwrap(),
        };
        (all, wanted)
    }

    fn received(&self, id: &ActionId, found: Found) -> Result<&Transfer, &'static str> {
        let (_, given) = self.transfers.get(id).ok_or("E_NOT_A_TRANSFER")?;
        unless(given.to != found.author, "E_NOT_THE_RECEIVER")?;
        Ok(given)
    }
}

fn floor(book: &Book, rates: Rates) -> i128 {
    let lowered = rates.probation.map(|[start, per_deposit, share]| {
        let received: i128 = book.received.iter().sum();
        start - per_deposit * book.received.len() as i128 - received * share / 10_000
    });
    let by_policy = lowered.map_or(rates.floor_s, |floor| floor.max(rates.floor_s));
    book.decided_floor.map_or(by_policy, |(_, floor)| floor)
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
