//! The law once more, slow and obvious: wide integers, plain sets, no trees, and
//! nothing of `apply`. It reads pages but computes with its own tables.

use commons_credit_ledger::{
    Account, ActionId, AgentId, Cause, Choice, Confirmation, Content, Event, Fund, Guardians,
    Labour, Mandate, Page, Payment, Proposal, Standing, Subject, Succession, Swept, Transfer, Vote,
    Voting,
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
    /// Who holds the State and the Community fund, and until when.
    pub holders: [Option<(AgentId, i64)>; 2],
    pub payments_levied: bool,
}

/// A fund in its holder's book.
#[derive(Clone, Default)]
pub struct Treasury {
    pub balance_s: i128,
    pub swept: BTreeMap<AgentId, i128>,
    pub spent: BTreeMap<ActionId, i128>,
    pub paid: BTreeSet<ActionId>,
    pub made_good: BTreeSet<ActionId>,
}

/// A decision that closes a ballot about something.
#[derive(Clone)]
pub struct Closing {
    pub adopted: bool,
    pub proposal: Proposal,
}

/// A book after one of its pages.
#[derive(Clone, Default)]
pub struct Book {
    pub number: i128,
    pub balance_s: i128,
    pub floor_s: i128,
    /// Levies earned for the State and the Community fund: every run of pages under
    /// one holder, with what it earned.
    pub earned: [Vec<(Option<AgentId>, i128)>; 2],
    pub funds: BTreeMap<Fund, Treasury>,
    pub policy: u32,
    pub settled: BTreeSet<ActionId>,
    pub received: Vec<i128>,
    pub decided_floor: Option<(u32, i128)>,
    pub roll: u32,
    pub voted: BTreeSet<(Subject, u32)>,
    pub closed: bool,
    /// Books that have ended, as far as this one has noted it.
    pub barred: BTreeMap<AgentId, u64>,
    pub guardians: Option<Guardians>,
    /// Lost keys, with the last page of each that counts.
    pub lost: Vec<(AgentId, u64)>,
    /// Lost keys about which this guardian has spoken.
    pub spoken: BTreeSet<AgentId>,
}

/// What the edge found out about a page and cannot be read off it.
#[derive(Clone)]
pub struct Found {
    pub author: AgentId,
    pub admission_is_own: bool,
    pub cheque_is_signed: bool,
    pub proof_is_right: bool,
    pub on_roll_is_right: bool,
    /// Of each item of a sweep; of the budget and the labour of a payment.
    pub proofs_are_right: Vec<bool>,
    /// Whether a deposit shows rightly what the book has noted about the giver.
    pub unbarred_is_right: bool,
    pub time_us: i64,
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
    pub labours: BTreeMap<ActionId, (AgentId, Labour)>,
    pub confirmations: BTreeMap<ActionId, (AgentId, Confirmation)>,
    /// Proofs of double spending: who gave which page twice.
    pub double_spends: BTreeMap<ActionId, (AgentId, u64)>,
    /// Decisions to make good that were carried out, by whomever.
    pub made_good: BTreeSet<ActionId>,
    /// Guardians' words by page: who, and the lost key, its last page and the heir.
    pub words: BTreeMap<ActionId, (AgentId, [AgentId; 2], ActionId)>,
    /// First pages of heirs: the lost key and the number of its last page.
    pub heirs: BTreeMap<ActionId, (AgentId, u64)>,
    /// Which parts of each member's counters were ever swept, by whomever.
    pub swept: BTreeMap<(Fund, AgentId), Vec<(i128, i128)>>,
}

fn unless(broken: bool, code: &'static str) -> Result<(), &'static str> {
    if broken {
        return Err(code);
    }
    Ok(())
}

impl Twin {
    /// The book after a page, or the code of the first rule that it breaks.
    pub fn next(&self, page: &Page, found: &Found) -> Result<Book, &'static str> {
        let opens = matches!(page.event, Event::Open { .. } | Event::Succeed { .. });
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
        unless(before.is_some_and(|(_, book)| book.closed), "E_BOOK_CLOSED")?;
        let newest = self.newest.get(&found.author).copied();
        let gap_is_known = !opens || found.admission_is_own;
        unless(gap_is_known && newest != page.previous, "E_PAGE_SKIPPED")?;
        let version = page.policy.version;
        let rates = *self.rates.get(version as usize).ok_or("E_POLICY_UNKNOWN")?;
        let mut book = before.map_or_else(Book::default, |(_, book)| book.clone());
        unless(version < book.policy, "E_POLICY_OLDER")?;
        book.policy = version;
        book.number = number;
        for (runs, holder) in book.earned.iter_mut().zip(rates.holders) {
            turn(runs, holder.map(|(holder, _)| holder));
        }
        book.floor_s = floor(&book, rates);
        match &page.event {
            Event::Open { .. } => {
                unless(!found.admission_is_own, "E_ADMISSION_FOREIGN")?;
            }
            Event::Succeed { succession, .. } => {
                unless(!found.admission_is_own, "E_ADMISSION_FOREIGN")?;
                self.succeed(&mut book, succession, rates, found)?;
            }
            Event::Bar(bar) => {
                let shown = match bar.cause {
                    Cause::DoubleSpend(id) => self.double_spends.get(&id),
                    Cause::Succession(id) => self.heirs.get(&id),
                };
                let right = shown == Some(&(bar.agent, bar.number)) && bar.agent != found.author;
                unless(!right, "E_BAR_UNFOUNDED")?;
                unless(!found.proof_is_right, "E_PROOF_WRONG")?;
                let noted = book.barred.insert(bar.agent, bar.number);
                unless(
                    noted.is_some_and(|noted| noted <= bar.number),
                    "E_ALREADY_BARRED",
                )?;
            }
            Event::Guard(guardians) => {
                let agents = &guardians.agents;
                let others: BTreeSet<_> =
                    agents.iter().filter(|who| **who != found.author).collect();
                let sorted: Vec<_> = others.iter().map(|who| **who).collect();
                let count = agents.len();
                let needed = guardians.needed as usize;
                let good = sorted == *agents && (1..=8).contains(&count);
                let quorum = needed > count - needed.min(count) && needed <= count;
                unless(!good || !quorum, "E_GUARDIANS")?;
                book.guardians = Some(guardians.clone());
            }
            Event::Entrust(entrust) => {
                let three: BTreeSet<_> = [entrust.lost, entrust.heir, found.author].into();
                let last = self.books.get(&entrust.last);
                let theirs = last.is_some_and(|(who, _)| *who == entrust.lost);
                unless(three.len() != 3 || !theirs, "E_ENTRUST")?;
                unless(!found.proof_is_right, "E_PROOF_WRONG")?;
                unless(!book.spoken.insert(entrust.lost), "E_ALREADY_ENTRUSTED")?;
            }
            Event::MakeGood { decision, .. } => {
                let holder = rates.holders[Fund::Community as usize].map(|(holder, _)| holder);
                unless(holder != Some(found.author), "E_NOT_THE_HOLDER")?;
                let closing = self.decisions.get(decision);
                let closing = closing.filter(|closing| closing.adopted);
                let Some(Content::MakeGood {
                    amount_s, holder, ..
                }) = closing.map(|closing| &closing.proposal.content)
                else {
                    return Err("E_NOT_MADE_GOOD");
                };
                let named = stands_for(&book, found.author, *holder);
                unless(!named, "E_MAKE_GOOD_HOLDER")?;
                let held = book
                    .funds
                    .get_mut(&Fund::Community)
                    .ok_or("E_ACCOUNT_NOT_HELD")?;
                unless(!found.proof_is_right, "E_PROOF_WRONG")?;
                unless(!held.made_good.insert(*decision), "E_ALREADY_MADE_GOOD")?;
                held.balance_s -= i128::from(amount_s.0);
                unless(held.balance_s < 0, "E_FLOOR_CROSSED")?;
            }
            Event::Transfer(transfer) => self.give(&mut book, transfer, rates, found)?,
            Event::Hold { fund } => {
                let holder = rates.holders[*fund as usize];
                unless(
                    holder.map(|(holder, _)| holder) != Some(found.author),
                    "E_NOT_THE_HOLDER",
                )?;
                let held = book.funds.insert(*fund, Treasury::default());
                unless(held.is_some(), "E_FUND_HELD")?;
            }
            Event::Sweep { fund, items } => self.sweep(&mut book, *fund, items, found)?,
            Event::Close { decision } => {
                unless(decision.is_some(), "E_CODE_NOT_ADOPTED")?;
                let keeps = book.funds.values().any(|held| held.balance_s != 0);
                unless(book.balance_s < 0 || keeps, "E_LEAVES_OWING")?;
                book.closed = true;
            }
            Event::Carry { .. } => unreachable!("no village here goes on with another"),
            Event::Line { .. }
            | Event::Pledge { .. }
            | Event::Arrive { .. }
            | Event::Return { .. }
            | Event::Refuse { .. }
            | Event::Clear(_) => unreachable!("lines have a twin of their own: pair.rs"),
            Event::Deposit { transfer, .. } => {
                let given = self.received(&book, transfer, found)?;
                unless(!found.unbarred_is_right, "E_PROOF_WRONG")?;
                let (giver, given_on) = &self.books[transfer];
                let ended = book.barred.get(giver);
                unless(
                    ended.is_some_and(|last| given_on.number > i128::from(*last)),
                    "E_BARRED",
                )?;
                let part = i128::from(given.split.receiver_s.0);
                *balance(&mut book, given.to_account)? += part;
                let levies = [given.split.state_s, given.split.community_s];
                for (runs, levy) in book.earned.iter_mut().zip(levies) {
                    runs.last_mut().expect("a run since the opening").1 += i128::from(levy.0);
                }
                if given.to_account == Account::Member {
                    book.received.push(part);
                }
                settle(&mut book, *transfer, found)?;
            }
            Event::Decline { transfer, .. } => {
                self.received(&book, transfer, found)?;
                settle(&mut book, *transfer, found)?;
            }
            Event::Reclaim {
                transfer, decline, ..
            } => {
                let (giver, given) = self.transfers.get(transfer).ok_or("E_NOT_A_TRANSFER")?;
                let given_on = self.books[transfer].1.number;
                let before_the_end =
                    |lost: &(AgentId, u64)| lost.0 == *giver && given_on <= i128::from(lost.1);
                let gave = *giver == found.author || book.lost.iter().any(before_the_end);
                unless(!gave, "E_NOT_THE_GIVER")?;
                let declined = self.declines.get(decline).is_some_and(|(who, what)| {
                    let decliner = &self.books[decline].1;
                    what == transfer && stands_for(decliner, *who, given.to)
                });
                unless(!declined, "E_NOT_DECLINED")?;
                *balance(&mut book, given.from)? += i128::from(given.amount_s.0);
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
            Event::Sweep { fund, items } => {
                let before = &self.books[&page.previous.expect("a page before")].1;
                let mut held = before.funds[fund].swept.clone();
                for item in items {
                    let (member, stated) = &self.books[&item.page];
                    let runs = &stated.earned[*fund as usize];
                    let up_to: i128 = runs.iter().map(|(_, earned)| earned).sum();
                    let begins = up_to - runs.last().map_or(0, |(_, earned)| *earned);
                    let from = held.insert(*member, up_to).unwrap_or(0).max(begins);
                    let parts = self.swept.entry((*fund, *member)).or_default();
                    // Whoever sweeps, and when: no second is swept twice.
                    let apart = |part: &(i128, i128)| up_to <= part.0 || part.1 <= from;
                    assert!(parts.iter().all(apart), "a second swept twice");
                    parts.push((from, up_to));
                }
            }
            Event::MakeGood { decision, .. } => {
                // Whoever holds the fund, and when: no decision is carried out twice.
                assert!(self.made_good.insert(*decision), "made good twice");
            }
            Event::Entrust(entrust) => {
                let about = [entrust.lost, entrust.heir];
                self.words.insert(id, (author, about, entrust.last));
            }
            Event::Succeed { succession, .. } => {
                let ended = (succession.lost, succession.number);
                self.heirs.insert(id, ended);
            }
            Event::Open { .. }
            | Event::Bar(_)
            | Event::Guard(_)
            | Event::Deposit { .. }
            | Event::Reclaim { .. }
            | Event::Hold { .. }
            | Event::Close { .. }
            | Event::Carry { .. }
            | Event::Line { .. }
            | Event::Pledge { .. }
            | Event::Arrive { .. }
            | Event::Return { .. }
            | Event::Refuse { .. }
            | Event::Clear(_)
            | Event::Floor { .. } => {}
        }
    }

    fn sweep(
        &self,
        book: &mut Book,
        fund: Fund,
        items: &[Swept],
        found: &Found,
    ) -> Result<(), &'static str> {
        let treasury = book.funds.get_mut(&fund).ok_or("E_ACCOUNT_NOT_HELD")?;
        unless(items.is_empty() || items.len() > 100, "E_SWEEP")?;
        let all_pages = items.iter().all(|item| self.books.contains_key(&item.page));
        unless(!all_pages, "E_SWEEP_OF_NO_PAGE")?;
        for (item, proof_is_right) in items.iter().zip(&found.proofs_are_right) {
            let (member, stated) = &self.books[&item.page];
            let runs = &stated.earned[fund as usize];
            let (holder, own) = runs.last().expect("a run since the opening");
            unless(*holder != Some(found.author), "E_SWEEP_FOREIGN")?;
            unless(!proof_is_right, "E_PROOF_WRONG")?;
            let up_to: i128 = runs.iter().map(|(_, earned)| earned).sum();
            let before = treasury.swept.get(member).copied().unwrap_or(0);
            let due = up_to - before.max(up_to - own);
            unless(due <= 0, "E_NOTHING_TO_SWEEP")?;
            treasury.balance_s += due;
            treasury.swept.insert(*member, up_to);
        }
        Ok(())
    }

    fn give(
        &self,
        book: &mut Book,
        given: &Transfer,
        rates: Rates,
        found: &Found,
    ) -> Result<(), &'static str> {
        balance(book, given.from)?;
        let amount = i128::from(given.amount_s.0);
        unless(amount <= 0, "E_AMOUNT_NOT_POSITIVE")?;
        unless(amount > 3_600_000_000, "E_AMOUNT_TOO_LARGE")?;
        unless(given.to == found.author, "E_SELF_TRANSFER")?;
        let into_a_line = matches!(given.to_account, Account::Line(_));
        unless(into_a_line, "E_LINE_LEG")?;
        let mut levied = true;
        if let Some(payment) = &given.payment {
            self.pay(book, given, payment, rates, found)?;
            levied = rates.payments_levied;
        } else if let Account::Fund(fund) = given.from {
            let next = rates.holders[fund as usize].map(|(holder, _)| holder);
            let handed_over = given.to_account == given.from && next == Some(given.to);
            unless(!handed_over, "E_PROJECT_UNKNOWN")?;
            levied = false;
        }
        let [state, community] = [rates.state_bp, rates.community_bp].map(|rate| {
            if levied {
                amount * rate / 10_000
            } else {
                0
            }
        });
        let right = [amount - state - community, state, community];
        let split = &given.split;
        let claimed = [split.receiver_s, split.state_s, split.community_s];
        unless(
            claimed.map(|part| i128::from(part.0)) != right,
            "E_SPLIT_WRONG",
        )?;
        let floor_s = match given.from {
            Account::Member => book.floor_s,
            _ => 0,
        };
        let balance = balance(book, given.from)?;
        *balance -= amount;
        unless(*balance < floor_s, "E_FLOOR_CROSSED")?;
        unless(!found.cheque_is_signed, "E_CHEQUE_SIGNATURE")
    }

    fn pay(
        &self,
        book: &mut Book,
        given: &Transfer,
        payment: &Payment,
        rates: Rates,
        found: &Found,
    ) -> Result<(), &'static str> {
        let Account::Fund(fund) = given.from else {
            return Err("E_PAYMENT_MISPLACED");
        };
        let (holder, until_us) = rates.holders[fund as usize].ok_or("E_NOT_THE_HOLDER")?;
        unless(holder != found.author, "E_NOT_THE_HOLDER")?;
        unless(found.time_us > until_us, "E_TERM_OVER")?;
        let closing = self.decisions.get(&payment.decision);
        let closing = closing.filter(|closing| closing.adopted);
        let Some(Content::Project(project)) = closing.map(|closing| &closing.proposal.content)
        else {
            return Err("E_PROJECT_UNKNOWN");
        };
        let for_this = project.fund == fund && project.holder == found.author;
        unless(!for_this, "E_PROJECT_FOREIGN")?;
        // In this village a decision and its proposal have one address.
        let pays = self
            .labours
            .get(&payment.labour)
            .is_some_and(|(who, labour)| {
                *who == given.to
                    && labour.project == payment.decision
                    && labour.seconds >= given.amount_s
            });
        unless(
            !pays || given.to_account != Account::Member,
            "E_LABOUR_FOREIGN",
        )?;
        let mut by = BTreeSet::new();
        for id in &payment.confirmations {
            let (who, _) = self
                .confirmations
                .get(id)
                .filter(|(_, confirmation)| confirmation.labour == payment.labour)
                .ok_or("E_LABOUR_UNCONFIRMED")?;
            unless(!by.insert(*who), "E_LABOUR_UNCONFIRMED")?;
        }
        unless(
            by.len() < project.confirmations as usize,
            "E_LABOUR_UNCONFIRMED",
        )?;
        let treasury = book.funds.get_mut(&fund).ok_or("E_ACCOUNT_NOT_HELD")?;
        unless(!found.proofs_are_right[0], "E_PROOF_WRONG")?;
        let spent = treasury.spent.entry(payment.decision).or_default();
        *spent += i128::from(given.amount_s.0);
        unless(*spent > i128::from(project.budget_s.0), "E_OVER_BUDGET")?;
        unless(!found.proofs_are_right[1], "E_PROOF_WRONG")?;
        unless(!treasury.paid.insert(payment.labour), "E_LABOUR_PAID")
    }

    /// The book of the lost key goes on in this one.
    fn succeed(
        &self,
        book: &mut Book,
        said: &Succession,
        rates: Rates,
        found: &Found,
    ) -> Result<(), &'static str> {
        let (who, last) = self.books.get(&said.last).ok_or("E_SUCCESSION")?;
        let theirs = *who == said.lost && last.number == i128::from(said.number);
        unless(!theirs || said.lost == found.author, "E_SUCCESSION")?;
        unless(last.closed, "E_BOOK_CLOSED")?;
        unless(book.policy < last.policy, "E_POLICY_OLDER")?;
        match &said.mandate {
            Mandate::Decision { decision } => {
                let closing = self.decisions.get(decision);
                let closing = closing
                    .filter(|closing| closing.adopted)
                    .ok_or("E_SUCCESSION")?;
                let (subject, content) = (closing.proposal.subject, &closing.proposal.content);
                let right = Content::Succession {
                    heir: found.author,
                    last: said.last,
                };
                let about = subject == Subject::Succession(said.lost);
                unless(!about || *content != right, "E_SUCCESSION")?;
            }
            Mandate::Guardians {
                guardians,
                entrusted,
            } => {
                unless(last.guardians.as_ref() != Some(guardians), "E_SUCCESSION")?;
                let all_pages = entrusted.iter().all(|id| self.books.contains_key(id));
                unless(!all_pages, "E_SUCCESSION")?;
                let mut by = BTreeSet::new();
                for id in entrusted {
                    let (guardian, [lost, heir], page) =
                        self.words.get(id).ok_or("E_GUARDIANS_MISSING")?;
                    let this = [*lost, *heir] == [said.lost, found.author] && *page == said.last;
                    let counts =
                        this && guardians.agents.contains(guardian) && by.insert(*guardian);
                    unless(!counts, "E_GUARDIANS_MISSING")?;
                }
                unless(by.len() < guardians.needed as usize, "E_GUARDIANS_MISSING")?;
            }
        }
        unless(last.lost.len() >= 8, "E_SUCCESSION")?;
        let number = book.number;
        let policy = book.policy;
        *book = last.clone();
        book.number = number;
        book.policy = policy;
        book.lost.push((said.lost, said.number));
        for (runs, holder) in book.earned.iter_mut().zip(rates.holders) {
            // What the old book earned for somebody is swept there.
            if let Some((Some(earner), _)) = runs.last().copied() {
                runs.push((Some(earner), 0));
            }
            turn(runs, holder.map(|(holder, _)| holder));
        }
        Ok(())
    }

    fn vote(&self, book: &mut Book, vote: &Vote, found: &Found) -> Result<(), &'static str> {
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

    fn received(
        &self,
        book: &Book,
        id: &ActionId,
        found: &Found,
    ) -> Result<&Transfer, &'static str> {
        let (_, given) = self.transfers.get(id).ok_or("E_NOT_A_TRANSFER")?;
        unless(
            !stands_for(book, found.author, given.to),
            "E_NOT_THE_RECEIVER",
        )?;
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

fn stands_for(book: &Book, author: AgentId, agent: AgentId) -> bool {
    author == agent || book.lost.iter().any(|(lost, _)| *lost == agent)
}

/// From now on this holder earns; what nobody earned becomes theirs.
fn turn(runs: &mut Vec<(Option<AgentId>, i128)>, holder: Option<AgentId>) {
    match runs.last_mut() {
        Some((earner, _)) if *earner == holder || earner.is_none() => *earner = holder,
        _ => runs.push((holder, 0)),
    }
}

fn balance(book: &mut Book, account: Account) -> Result<&mut i128, &'static str> {
    match account {
        Account::Member => Some(&mut book.balance_s),
        Account::Fund(fund) => book.funds.get_mut(&fund).map(|held| &mut held.balance_s),
        Account::Line(_) => None,
    }
    .ok_or("E_ACCOUNT_NOT_HELD")
}

fn settle(book: &mut Book, transfer: ActionId, found: &Found) -> Result<(), &'static str> {
    unless(!found.proof_is_right, "E_PROOF_WRONG")?;
    unless(!book.settled.insert(transfer), "E_ALREADY_SETTLED")
}
