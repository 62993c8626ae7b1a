//! Takes the pages in, whatever their order, and puts the books together.

use crate::book::{transfer_faults, At, Branch};
use crate::cheque::is_signed;
use crate::crossing::RateFault;
use crate::finding::{Finding, Kind, Value};
use crate::id::{Account, Id};
use crate::page::{Event, Page, State};
use crate::register::{Declined, Given, Known, Place, Register, Role, NO_PAGE};
use crate::report::{AccountReport, Book, Report, Sums};
use crate::settle::{Settling, Way};
use crate::village::Village;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Longest page that is read, in bytes.
pub const PAGE_MAX_BYTES: usize = 1 << 20;
const PAGE_NUMBER_MAX: u64 = (1 << 28) - 1;

/// One page as it is stored. The caller vouches that the address and the author
/// are those of the signed action that carries the bytes.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The action's 32-byte name.
    pub page: Id,
    /// Who signed it.
    pub author: Id,
    /// Its place on the author's chain.
    pub sequence: u32,
    /// The entry: a page in MessagePack.
    pub bytes: &'a [u8],
}

/// A page that waits for the page before it.
struct Waiting {
    page: Id,
    author: Id,
    sequence: u32,
    bytes: Box<[u8]>,
}

impl Waiting {
    fn record(&self) -> Record<'_> {
        Record {
            page: self.page,
            author: self.author,
            sequence: self.sequence,
            bytes: &self.bytes,
        }
    }
}

/// An audit under way.
pub struct Audit {
    village: Village,
    register: Register,
    branches: Vec<Branch>,
    openings: HashMap<Id, Id>,
    /// Heirs by the last page of the lost book: where, that page's number, the lost key,
    /// and what the heir's book began with.
    successions: BTreeMap<Id, Vec<(Place, u64, Id, State)>>,
    /// Pages in one place of one book, by author and number.
    forks: BTreeMap<(Id, u64), BTreeSet<Id>>,
    /// By the page that they wait for.
    waiting: HashMap<Id, Vec<Waiting>>,
    /// Pages that are not waited for any longer.
    absent: HashSet<Id>,
    /// Whose cited page has not come yet.
    settlings: Vec<Settling>,
    unreadable: HashSet<Id>,
    repeated: u64,
    rules: u64,
}

impl Audit {
    /// Begins an audit of a village.
    pub fn of(village: Village) -> Self {
        Self {
            village,
            register: Register::default(),
            branches: Vec::new(),
            openings: HashMap::new(),
            successions: BTreeMap::new(),
            forks: BTreeMap::new(),
            waiting: HashMap::new(),
            absent: HashSet::new(),
            settlings: Vec::new(),
            unreadable: HashSet::new(),
            repeated: 0,
            rules: 0,
        }
    }

    /// The whole report on some records.
    pub fn run<'a>(village: Village, records: impl IntoIterator<Item = Record<'a>>) -> Report {
        let mut audit = Self::of(village);
        records.into_iter().for_each(|record| audit.read(record));
        audit.finish()
    }

    /// Takes one page in. The same page again changes nothing.
    pub fn read(&mut self, record: Record<'_>) {
        let mut next = self.place(record);
        while let Some(waiting) = next.pop() {
            next.extend(self.place(waiting.record()));
        }
    }

    /// Puts a page where it belongs; returns those that waited for it.
    fn place(&mut self, record: Record<'_>) -> Vec<Waiting> {
        if self.register.pages.contains_key(&record.page) || self.unreadable.contains(&record.page)
        {
            self.repeated += 1;
            return Vec::new();
        }
        let page = match Page::read(record.bytes) {
            Ok(page) if record.bytes.len() <= PAGE_MAX_BYTES => page,
            _ => {
                self.unreadable(record);
                return Vec::new();
            }
        };
        if let Some(id) = self.not_yet(&page) {
            let beside = self.waiting.entry(id).or_default();
            if beside.iter().any(|other| other.page == record.page) {
                self.repeated += 1;
            } else {
                beside.push(Waiting {
                    page: record.page,
                    author: record.author,
                    sequence: record.sequence,
                    bytes: record.bytes.into(),
                });
            }
            return Vec::new();
        }
        self.enter(record, page);
        self.waiting.remove(&record.page).unwrap_or_default()
    }

    /// What a page cannot be weighed without and may still come: the page before, and
    /// what a sweep cites.
    fn not_yet(&self, page: &Page<'_>) -> Option<Id> {
        let swept = match &page.event {
            Event::Sweep { items, .. } => items.as_slice(),
            _ => &[],
        };
        let mut needed = page
            .previous
            .into_iter()
            .chain(swept.iter().map(|item| item.page));
        needed.find(|id| !self.register.pages.contains_key(id) && !self.absent.contains(id))
    }

    fn unreadable(&mut self, record: Record<'_>) {
        self.unreadable.insert(record.page);
        self.register.find(Finding {
            author: record.author,
            number: None,
            page: record.page,
            kind: Kind::Unreadable,
            account: None,
            expected: Value::None,
            found: Value::Number(record.bytes.len() as u64),
        });
    }

    /// Enters a page: all that it needs is there or will never come.
    fn enter(&mut self, record: Record<'_>, page: Page<'_>) {
        let place = Place {
            page: record.page,
            author: record.author,
            number: page.number,
        };
        let previous = page
            .previous
            .and_then(|id| self.register.pages.get_index_of(&id));
        if let (Some(id), None) = (page.previous, previous) {
            if !self.unreadable.contains(&id) {
                self.register.miss(id, "page before", record.page);
            }
        }
        let page_at = self.register.pages.len() as u32;
        let (branch, forks) = self.branch_for(place, record.sequence, &page, previous);
        let role = self.role(place, &page);
        let at = At {
            place,
            page: page_at,
            branch: branch.unwrap_or(self.branches.len() as u32),
        };
        let (author, _) = self.register.authors.insert_full(record.author);
        let (collectors, _) = self.register.collectors.insert_full(page.after.collectors);
        self.register.pages.insert(
            record.page,
            Known {
                author: author as u32,
                earned_s: page.after.earned_s,
                collectors: collectors as u32,
                number: page.number,
                sequence: record.sequence,
                branch: at.branch,
                balances_s: page
                    .after
                    .holdings
                    .iter()
                    .fold(0i64, |sum_s, held| sum_s.saturating_add(held.balance_s)),
                closes: matches!(page.event, Event::Close { .. }),
                follower: NO_PAGE,
                role,
            },
        );
        if opening(&page.event).is_some() && !page.after.lost.is_empty() {
            let lost = page.after.lost.clone();
            self.register.lost.insert(record.author, lost);
        }
        if let Event::Succeed { succession, .. } = &page.event {
            let at = (place, succession.number);
            let heirs = self.successions.entry(succession.last).or_default();
            heirs.push((at.0, at.1, succession.lost, page.after.clone()));
        }
        self.rules += rules_of(&page.event);
        self.common_faults(place, &page);
        match branch {
            Some(branch) => {
                let branch = &mut self.branches[branch as usize];
                let settling = branch.follow(at, page, &self.village, &mut self.register);
                self.settle(settling);
            }
            None if opening(&page.event).is_some() && page.previous.is_none() => {
                let branch = Branch::opened(at, page, &self.village, &mut self.register);
                self.branches.push(branch);
                self.opened(place);
            }
            None => {
                if let Event::Transfer(transfer) = &page.event {
                    let terms = self.village.policy(page.policy.0, page.policy.1);
                    transfer_faults(place, transfer, terms, &mut self.register);
                }
                let mut branch = Branch::adopted(at, &page, forks);
                if let (true, Some(before)) = (forks, previous) {
                    // Both branches count, this one with what it adds.
                    let known = &self.register.pages[before];
                    let earned_s: i128 = known.earned_s.iter().copied().map(i128::from).sum();
                    branch.parted_s = i128::from(known.balances_s) + earned_s;
                    let parted_from = self.register.pages[before].branch as usize;
                    branch.whole = self.branches[parted_from].whole;
                }
                self.branches.push(branch);
                if let Event::Sweep { items, .. } = &page.event {
                    for item in items {
                        if !self.register.pages.contains_key(&item.page) {
                            self.register.miss(item.page, "swept page", place.page);
                        }
                    }
                }
                let settling = Way::of(&page.event).map(|(transfer, way)| Settling {
                    at,
                    transfer,
                    way,
                    claim: None,
                });
                self.settle(settling);
            }
        }
    }

    /// Weighs what a page settles, now or when the transfer has come.
    fn settle(&mut self, settling: Option<Settling>) {
        match settling {
            Some(settling) if settling.is_ready(&self.register) => {
                let branch = &mut self.branches[settling.at.branch as usize];
                settling.weigh(branch, &mut self.register);
            }
            Some(settling) => self.settlings.push(settling),
            None => {}
        }
    }

    /// The branch that a page goes on with, and whether it forks its book instead.
    fn branch_for(
        &mut self,
        place: Place,
        sequence: u32,
        page: &Page<'_>,
        previous: Option<usize>,
    ) -> (Option<u32>, bool) {
        let next_at = self.register.pages.len() as u32;
        let Some((_, before)) = previous.and_then(|at| self.register.pages.get_index_mut(at))
        else {
            return (None, false);
        };
        let (number, before_sequence, on) = (before.number, before.sequence, before.branch);
        let author = self.branches[on as usize].author;
        if author != place.author {
            self.register.fault(
                place,
                Kind::PreviousForeign,
                Value::Name(place.author),
                Value::Name(author),
            );
            return (None, false);
        }
        let (closes, follower) = (before.closes, before.follower);
        if follower == NO_PAGE {
            before.follower = next_at;
        }
        if closes {
            self.register.fault(
                place,
                Kind::BookClosed,
                Value::None,
                Value::Number(page.number),
            );
        }
        if sequence <= before_sequence {
            self.register.fault(
                place,
                Kind::PreviousForeign,
                Value::Number(u64::from(before_sequence) + 1),
                Value::Number(sequence.into()),
            );
        }
        if page.number != number.saturating_add(1) {
            self.register.fault(
                place,
                Kind::NumberSkipped,
                Value::Number(number.saturating_add(1)),
                Value::Number(page.number),
            );
        }
        if follower == NO_PAGE {
            return (Some(on), false);
        }
        let other = self.register.id(follower).unwrap_or(place.page);
        self.forked(place, other);
        (None, true)
    }

    /// Two pages in the place of one.
    fn forked(&mut self, place: Place, other: Id) {
        let pages = self.forks.entry((place.author, place.number)).or_default();
        pages.extend([place.page, other]);
    }

    fn opened(&mut self, place: Place) {
        match self.openings.get(&place.author) {
            None => {
                self.openings.insert(place.author, place.page);
            }
            Some(first) => {
                let first = *first;
                self.forked(place, first);
                if let Some(branch) = self.branches.last_mut() {
                    branch.forked = true;
                }
            }
        }
    }

    /// What a page is to those that cite it.
    fn role(&mut self, place: Place, page: &Page<'_>) -> Role {
        self.register.crossings.note(place, page, &self.village.id);
        match &page.event {
            Event::Transfer(transfer) => {
                self.register.given.push(Given::of(place.author, transfer));
                Role::Transfer(self.register.given.len() as u32 - 1)
            }
            Event::Decline { transfer, .. } | Event::Return { transfer, .. } => {
                self.register.declined.push(Declined {
                    transfer: *transfer,
                    author: place.author,
                });
                Role::Decline(self.register.declined.len() as u32 - 1)
            }
            Event::Later => {
                self.register.later += 1;
                Role::Other
            }
            _ => Role::Other,
        }
    }

    /// Rules 4, 5, 12, 19 and the policy's part of 17: what every page must meet.
    fn common_faults(&mut self, place: Place, page: &Page<'_>) {
        let register = &mut self.register;
        let opens = opening(&page.event).is_some();
        if opens != page.previous.is_none() || (opens && page.number != 1) {
            register.fault(
                place,
                Kind::OpenedWrongly,
                Value::Number(1),
                Value::Number(page.number),
            );
        }
        if page.number > PAGE_NUMBER_MAX {
            register.fault(
                place,
                Kind::BookFull,
                Value::Number(PAGE_NUMBER_MAX),
                Value::Number(page.number),
            );
        }
        let (version, decision) = page.policy;
        match (self.village.policy(version, decision), decision) {
            (Some(_), _) => {}
            (None, Some(decision)) if version > 0 => register.miss(decision, "policy", place.page),
            (None, _) => register.fault(
                place,
                Kind::PolicyUnknown,
                Value::None,
                Value::Number(version.into()),
            ),
        }
        if page.after.policy != version {
            register.fault(
                place,
                Kind::PolicyWrong,
                Value::Number(version.into()),
                Value::Number(page.after.policy.into()),
            );
        }
        if let (Some(village), Event::Transfer(transfer)) = (self.village.cheques_of(), &page.event)
        {
            self.rules += 1;
            if !is_signed(village, &place.author, page, transfer) {
                register.fault(place, Kind::ChequeWrong, Value::None, Value::None);
            }
        }
        if let Some(admission) = opening(&page.event) {
            match self.village.admitted(&admission) {
                Some(agent) if *agent == place.author => {}
                Some(agent) => register.fault(
                    place,
                    Kind::AdmissionForeign,
                    Value::Name(place.author),
                    Value::Name(*agent),
                ),
                None => register.miss(admission, "admission", place.page),
            }
        }
    }

    /// Ends the audit: what has not come by now is missing.
    pub fn finish(mut self) -> Report {
        self.place_orphans();
        for settling in std::mem::take(&mut self.settlings) {
            let branch = &mut self.branches[settling.at.branch as usize];
            settling.weigh(branch, &mut self.register);
        }
        let books = self.books();
        self.successions(&books);
        self.overlaps(&books);
        self.fork_findings();
        self.report(&books)
    }

    /// Pages whose page before never came begin a branch of their own.
    fn place_orphans(&mut self) {
        while !self.waiting.is_empty() {
            let ids: HashSet<Id> = self
                .waiting
                .values()
                .flatten()
                .map(|page| page.page)
                .collect();
            let mut absent: Vec<Id> = self
                .waiting
                .keys()
                .filter(|id| !ids.contains(*id))
                .copied()
                .collect();
            if absent.is_empty() {
                // Pages that wait for each other in a ring: no hash allows it, so
                // the caller did not check the names. Any beginning will do.
                absent.extend(self.waiting.keys().min());
            }
            absent.sort_unstable();
            self.absent.extend(&absent);
            for id in absent {
                let mut next = self.waiting.remove(&id).unwrap_or_default();
                next.sort_unstable_by_key(|waiting| waiting.page);
                for waiting in next {
                    self.read(waiting.record());
                }
            }
        }
    }

    /// Each author's branches, the one to go by last: the longest, and of two that
    /// are equally long the one whose tip has the smaller name.
    fn books(&self) -> BTreeMap<Id, Vec<usize>> {
        let mut books: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
        for (at, branch) in self.branches.iter().enumerate() {
            books.entry(branch.author).or_default().push(at);
        }
        for branches in books.values_mut().filter(|branches| branches.len() > 1) {
            branches.sort_by_key(|at| {
                let branch = &self.branches[*at];
                (
                    branch.number,
                    std::cmp::Reverse(self.register.id(branch.tip)),
                )
            });
        }
        books
    }

    /// Rule 66: an heir's book begins with what the lost one ended with, and nobody writes
    /// on in that.
    fn successions(&mut self, books: &BTreeMap<Id, Vec<usize>>) {
        for (last, heirs) in std::mem::take(&mut self.successions) {
            let known = self.register.pages.get(&last);
            let known = known.map(|known| (known.number, known.branch as usize, known.balances_s));
            for (nth, (place, number, lost, began)) in heirs.iter().enumerate() {
                if nth > 0 {
                    let first = Value::Name(heirs[0].0.author);
                    let second = Value::Name(place.author);
                    self.register
                        .fault(*place, Kind::SucceededTwice, first, second);
                }
                let Some((last_number, branch, balances_s)) = known else {
                    self.register.miss(last, "last page", place.page);
                    continue;
                };
                let sum_s = |state: &State| {
                    let held = state.holdings.iter().map(|held| i128::from(held.balance_s));
                    held.sum::<i128>()
                };
                let on = &self.branches[branch];
                let same = on.author == *lost
                    && last_number == *number
                    && i128::from(balances_s) == sum_s(began);
                if !same {
                    self.register.fault(
                        *place,
                        Kind::SuccessionWrong,
                        Value::Seconds(balances_s.into()),
                        Value::Seconds(sum_s(began)),
                    );
                }
                // A book's lost keys never change, so any page of it says them.
                let expected = [on.state.lost.as_slice(), &[(*lost, *number)]].concat();
                if on.author == *lost && last_number == *number && began.lost != expected {
                    let (_, found) = began.lost.last().copied().unwrap_or((*lost, 0));
                    self.register.fault(
                        *place,
                        Kind::LostKeysWrong,
                        Value::Number(*number),
                        Value::Number(found),
                    );
                }
                let ends = books.get(lost).into_iter().flatten();
                let further = ends.map(|at| &self.branches[*at]);
                let further = further.filter(|branch| branch.number > *number);
                let tips: Vec<(Id, u64)> = further
                    .filter_map(|branch| Some((self.register.id(branch.tip)?, branch.number)))
                    .collect();
                for (page, found) in tips {
                    let place = Place {
                        page,
                        author: *lost,
                        number: found,
                    };
                    self.register.fault(
                        place,
                        Kind::WrittenAfterEnd,
                        Value::Number(*number),
                        Value::Number(found),
                    );
                }
            }
        }
    }

    /// Two branches with one number are a fork even when the page where they part
    /// is not there.
    fn overlaps(&mut self, books: &BTreeMap<Id, Vec<usize>>) {
        for (author, branches) in books.iter().filter(|(_, branches)| branches.len() > 1) {
            for (nth, at) in branches.iter().enumerate() {
                let later = &self.branches[*at];
                let overlapping = branches.iter().enumerate().find(|(other_nth, other)| {
                    let other = &self.branches[**other];
                    let begins_within = (other.first..=other.number).contains(&later.first);
                    // Of two that begin with one number, one is the finding.
                    *other_nth != nth
                        && begins_within
                        && (other.first < later.first || *other_nth < nth)
                });
                let (false, Some((_, other))) = (later.forked, overlapping) else {
                    continue;
                };
                let (number, other) = (later.first, *other);
                let page_of = |branch: usize| {
                    let on =
                        |known: &Known| known.branch as usize == branch && known.number == number;
                    let mut pages = self.register.pages.iter();
                    pages.find(|(_, known)| on(known)).map(|(id, _)| *id)
                };
                if let (Some(page), Some(other)) = (page_of(*at), page_of(other)) {
                    let place = Place {
                        page,
                        author: *author,
                        number,
                    };
                    self.forked(place, other);
                }
            }
        }
    }

    /// Which of the pages came first here says nothing about them: the one with the
    /// smallest name stands for what was expected.
    fn fork_findings(&mut self) {
        for ((author, number), pages) in std::mem::take(&mut self.forks) {
            let mut pages = pages.into_iter();
            let Some(first) = pages.next() else { continue };
            for page in pages {
                let place = Place {
                    page,
                    author,
                    number,
                };
                self.register
                    .fault(place, Kind::Forked, Value::Name(first), Value::Name(page));
            }
        }
    }

    fn report(mut self, books: &BTreeMap<Id, Vec<usize>>) -> Report {
        let (mut sums, mut stated) = (Sums::default(), Sums::default());
        // Whoever gave one page twice owes on every branch.
        for branch in self.branches.iter() {
            sums.made_good_s += branch.made_good_s;
        }
        stated.made_good_s = sums.made_good_s;
        let longest = books.values().filter_map(|branches| branches.last());
        let crossings = std::mem::take(&mut self.register.crossings);
        for fault in crossings.rate_faults(&self.village) {
            let register = &mut self.register;
            match fault {
                RateFault::Wrong(place, kind, account, expected, found) => {
                    register.fault_of(place, account, kind, expected, found);
                }
                RateFault::Missing(id, place) => register.miss(id, "line terms", place.page),
            }
        }
        let line_ends = crossings.line_ends(longest.map(|at| &self.branches[*at]));
        let books: Vec<Book> = books
            .iter()
            .filter_map(|(author, branches)| {
                let main = &self.branches[*branches.last()?];
                // What each fork adds, to the branch from which all of them part.
                let all = branches.iter().map(|at| &self.branches[*at]);
                let (forks, plain): (Vec<&Branch>, Vec<&Branch>) =
                    all.partition(|branch| branch.forked);
                let branch = plain.last().copied().unwrap_or(main);
                for fork in forks
                    .into_iter()
                    .filter(|fork| !std::ptr::eq(*fork, branch))
                {
                    let balances = fork.derived.iter().map(|(_, derived_s)| derived_s);
                    let added_s = balances.sum::<i128>()
                        + fork.derived_earned_s.iter().sum::<i128>()
                        - fork.swept_s.iter().sum::<i128>()
                        - fork.parted_s;
                    sums.balances_s += added_s;
                    stated.balances_s += added_s;
                }

                stated.balances_s += branch
                    .state
                    .holdings
                    .iter()
                    .map(|held| i128::from(held.balance_s))
                    .sum::<i128>();
                // No page states what was swept in all, only the root over it.
                stated.unswept_state_s += i128::from(branch.state.earned_s[0]) - branch.swept_s[0];
                stated.unswept_community_s +=
                    i128::from(branch.state.earned_s[1]) - branch.swept_s[1];
                sums.balances_s += branch
                    .derived
                    .iter()
                    .map(|(_, derived_s)| derived_s)
                    .sum::<i128>();
                sums.unswept_state_s += branch.derived_earned_s[0] - branch.swept_s[0];
                sums.unswept_community_s += branch.derived_earned_s[1] - branch.swept_s[1];
                sums.carried_s += branch.carried_s;
                stated.carried_s += branch.carried_s;
                let pages = branches.iter().map(|at| self.branches[*at].pages).sum();
                Some(self.book(*author, main, pages))
            })
            .collect();
        let in_flight = self.register.given.iter().filter(|given| !given.is_settled);
        let (transfers_in_flight, in_flight_s) = in_flight.fold((0, 0), |(count, sum_s), given| {
            (count + 1, sum_s + i128::from(given.amount_s))
        });
        sums.in_flight_s = in_flight_s;
        stated.in_flight_s = in_flight_s;
        let (sums, stated) = (sums.add_up(), stated.add_up());
        let pages = self.register.pages.len() as u64;
        let (later, transfers) = (self.register.later, self.register.given.len() as u64);
        let (findings, findings_total, missing, missing_total) = self.register.into_parts();
        Report {
            village: self.village.id,
            pages,
            repeated: self.repeated,
            rules: self.rules,
            later,
            transfers,
            transfers_in_flight,
            sums,
            stated,
            books,
            line_ends,
            findings,
            findings_total,
            missing,
            missing_total,
        }
    }

    fn book(&self, author: Id, branch: &Branch, pages: u64) -> Book {
        let accounts = branch.state.holdings.iter().map(|held| AccountReport {
            account: held.account,
            balance_s: branch
                .derived
                .iter()
                .find(|(account, _)| *account == held.account)
                .map_or(0, |(_, derived_s)| *derived_s),
            stated_s: held.balance_s,
            floor_s: held.floor_s,
        });
        Book {
            author,
            pages,
            number: branch.number,
            newest: self.register.id(branch.tip).unwrap_or(author),
            whole: branch.whole,
            accounts: accounts.collect(),
            earned_state_s: branch.derived_earned_s[0],
            earned_community_s: branch.derived_earned_s[1],
        }
    }
}

/// The admission that an opening cites.
fn opening(event: &Event<'_>) -> Option<Id> {
    match event {
        Event::Open { admission }
        | Event::Carry { admission, .. }
        | Event::Succeed { admission, .. } => Some(*admission),
        _ => None,
    }
}

/// How many rules of docs/rules.md are held against a page with this event.
fn rules_of(event: &Event<'_>) -> u64 {
    // 0, 1, 2, 3, 4, 5, 17, 19, 32 and 33 against every page.
    let own = match event {
        Event::Open { .. } | Event::Begin | Event::Later => 0,
        // 6, 7, 8, 9, 10, 11; 36 or 37 from a fund, 74 from a line.
        Event::Transfer(transfer) => 6 + u64::from(transfer.from != Account::Member),
        // 6, 11, 13, 14, 16; 13, 14; 6, 11, 13, 15.
        Event::Deposit { .. } => 5,
        Event::Decline { .. } => 2,
        Event::Reclaim { .. } => 4,
        // 13, 28, 29; 6, 11, 13, 35.
        Event::Vote { .. } => 3,
        // 34; 43; 41.
        Event::Hold { .. } | Event::Carry { .. } | Event::Close { .. } => 1,
        Event::Sweep { .. } => 4,
        // 71; 13, 14, 73; 11, 13, 14, 16, 75; 13, 14, 76; 74, 76.
        Event::Line { .. } => 1,
        Event::Pledge { .. } | Event::Return { .. } => 3,
        Event::Arrive { .. } => 5,
        Event::Refuse { .. } => 2,
        // 78, 13, 11.
        Event::Clear(_) => 3,
        Event::Floor { .. } => 0,
        // 61 and 13; 34, 63 and 10; 64; 65 and 13; 66.
        Event::Bar(_) | Event::Entrust { .. } => 2,
        Event::MakeGood { .. } => 3,
        Event::Guard { .. } | Event::Succeed { .. } => 1,
    };
    10 + own
}
