//! A village that lives: members write pages, some of them badly, and an honest
//! edge collects the facts about each.

use crate::common::{agent, Closed, Draft, VILLAGE};
use crate::obvious::{Book, Found, Rates, Twin};
use crate::politics;
use crate::random::Random;
use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::settled::{Key, Mark, PathEnd, Proof, Tree};
use commons_credit_ledger::*;
use std::collections::BTreeMap;

const GOOD_CHEQUE: SignatureBytes = SignatureBytes([7; 64]);
const POLICIES: usize = 4;
/// Phones that are lost in a run.
const LOST: usize = 20;
/// Steps between two losses, about.
const STEPS_PER_LOSS: usize = 300;
/// The end of every term.
const LONG_AGO_US: i64 = 1_000;

pub struct Village {
    pub(crate) random: Random,
    agents: u8,
    policies: Vec<Policy>,
    pub(crate) twin: Twin,
    roll_trees: Vec<Tree>,
    pages: BTreeMap<ActionId, (AgentId, Page)>,
    ids: Vec<ActionId>,
    trees: BTreeMap<AgentId, Tree>,
    in_flight: BTreeMap<ActionId, i64>,
    /// What sweeps have moved from counters into funds.
    collected_s: i64,
    credited: BTreeMap<ActionId, u32>,
    /// Whose key is lost, with the last page of their book and the heir.
    lost: BTreeMap<AgentId, (ActionId, AgentId)>,
    /// What the Community fund has made good.
    made_good_s: i64,
    seen: BTreeMap<&'static str, u32>,
}

impl Village {
    /// Fifty people and four policies, none of them opened or used yet.
    pub fn founded(mut random: Random, agents: u8) -> Self {
        let mut policies = Vec::new();
        let mut twin = Twin::default();
        for version in 0..POLICIES as u32 {
            let state_bp = random.below(5_001) as u16;
            let community_bp = random.below(5_001 - usize::from(state_bp)) as u16;
            let floor_s = -(random.below(20) as i64) * HOUR_S;
            // Nobody holds a fund at first; later mostly one of three people.
            let mut holders = [None; 2];
            for holder in &mut holders {
                let who = agent(1 + random.below(3) as u8);
                *holder = (version > 0 && !(version == 2 && random.chance(50)))
                    .then_some((who, LONG_AGO_US));
            }
            let payments_levied = random.chance(50);
            let probation = random.chance(50).then(|| Probation {
                start_s: Seconds(floor_s / (1 + random.below(4) as i64)),
                per_deposit_s: Seconds(random.below(HOUR_S as usize) as i64),
                received_bp: BasisPoints(random.below(10_001) as u16),
            });
            policies.push(Policy {
                version,
                levies: Levies {
                    state_bp: BasisPoints(state_bp),
                    community_bp: BasisPoints(community_bp),
                },
                floor: Balance::new(Seconds(floor_s)).unwrap(),
                exposure: Seconds(AMOUNT_MAX_S),
                probation,
                payments_levied,
                state: holders[0].map(appointment),
                community: holders[1].map(appointment),
            });
            twin.rates.push(Rates {
                state_bp: state_bp.into(),
                community_bp: community_bp.into(),
                floor_s: floor_s.into(),
                holders,
                payments_levied,
                probation: probation.map(|probation| {
                    [
                        probation.start_s.0.into(),
                        probation.per_deposit_s.0.into(),
                        probation.received_bp.0.into(),
                    ]
                }),
            });
        }
        let roll_trees = politics::found(&mut twin, &mut random, agents);
        Self {
            random,
            agents,
            policies,
            twin,
            roll_trees,
            pages: BTreeMap::new(),
            ids: Vec::new(),
            trees: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            collected_s: 0,
            credited: BTreeMap::new(),
            lost: BTreeMap::new(),
            made_good_s: 0,
            seen: BTreeMap::new(),
        }
    }

    /// How often each verdict was met.
    pub fn seen(&self) -> &BTreeMap<&'static str, u32> {
        &self.seen
    }

    /// Balances, transfers in flight and levies not yet swept, read off the real
    /// pages.
    pub fn sum_s(&self) -> i64 {
        let mut earned = BTreeMap::new();
        for (who, id) in &self.twin.newest {
            let counters = &self.pages[id].1.after.earned;
            earned.insert((Fund::State, *who), i128::from(counters.state_s.0));
            earned.insert((Fund::Community, *who), i128::from(counters.community_s.0));
        }
        // A book that goes on is counted where it goes on; only what it earned before
        // stays behind.
        let gone: BTreeMap<AgentId, &Succession> = self
            .twin
            .newest
            .keys()
            .filter_map(|who| Some((*who, self.succession_of(*who)?)))
            .collect();
        let over = |who: &AgentId| gone.values().any(|said| said.lost == *who);
        for (of, parts) in &self.twin.swept {
            let within = |part: &(i128, i128)| part.1 <= earned[of];
            assert!(parts.iter().all(within), "more was swept than earned");
        }
        let books = self.twin.newest.iter().map(|(who, id)| {
            let after = &self.pages[id].1.after;
            let balances: i64 = after.holdings.iter().map(|held| held.balance_s.0).sum();
            let before = gone.get(who).map_or(0, |said| {
                let earned = &self.pages[&said.last].1.after.earned;
                earned.state_s.0 + earned.community_s.0
            });
            let balances = if over(who) { 0 } else { balances };
            balances + after.earned.state_s.0 + after.earned.community_s.0 - before
        });
        let in_flight = self.in_flight.values().sum::<i64>();
        // Nobody gives twice here, so what is made good is a gift to nobody.
        books.sum::<i64>() + in_flight - self.collected_s + self.made_good_s
    }

    /// The lost book with which an agent's book began, if it did.
    fn succession_of(&self, who: AgentId) -> Option<&Succession> {
        let first = self.ids.iter().find(|id| {
            let (author, page) = &self.pages[*id];
            *author == who && page.number == 1
        })?;
        self.pages[first].1.event.succession()
    }

    /// Whose books go on in an agent's.
    fn own_keys(&self, author: AgentId, book: &Book) -> Vec<AgentId> {
        [author]
            .into_iter()
            .chain(book.lost.iter().map(|(lost, _)| *lost))
            .collect()
    }

    /// Somebody writes a page; the law and its twin judge it.
    pub fn step(&mut self) {
        if self.lost.len() < LOST && self.random.below(STEPS_PER_LOSS) == 0 {
            self.lose();
        }
        // Three of them hold the funds in turn and have more to do.
        let author = if self.random.chance(30) {
            agent(1 + self.random.below(3) as u8)
        } else {
            self.somebody()
        };
        // Who has lost their key writes no more; their heir goes on.
        let author = match self.lost.get(&author) {
            Some((last, heir)) => self.heir_or_guardian(*last, *heir),
            None => author,
        };
        let mut page = self.intend(author);
        let bends = if self.random.chance(50) {
            1 + self.random.below(2)
        } else {
            0
        };
        for _ in 0..bends {
            self.bend(&mut page, author);
        }
        let time_us = if self.random.chance(95) {
            LONG_AGO_US
        } else {
            LONG_AGO_US + 1
        };
        let found = self.found(&page, author, time_us);
        let follows = self.twin.next(&page, &found);
        if let Ok(book) = &follows {
            page.after = written(book);
            if bends > 0 && self.random.chance(20) {
                self.lie(&mut page.after);
            }
        }
        let expected = follows.and_then(|book| {
            if page.after == written(&book) {
                Ok(book)
            } else {
                Err("E_AFTER_WRONG")
            }
        });
        let draft = self.collect(page, author, &found);
        let code = expected.as_ref().err().copied().unwrap_or("valid");
        assert_eq!(draft.verdict(), code, "{:#?}", draft.page);
        match expected {
            Ok(book) => self.write(draft.page, author, book),
            Err(code) => self.count(code),
        }
    }

    fn count(&mut self, verdict: &'static str) {
        *self.seen.entry(verdict).or_default() += 1;
    }

    fn somebody(&mut self) -> AgentId {
        agent(1 + self.random.below(self.agents.into()) as u8)
    }

    /// What an honest member would do next.
    fn intend(&mut self, author: AgentId) -> Page {
        let previous = self.twin.newest.get(&author).copied();
        let book = previous
            .map(|id| self.twin.books[&id].1.clone())
            .unwrap_or_default();
        let newest_policy = book.policy as usize;
        let version = match previous {
            Some(_) if self.random.chance(97) => newest_policy,
            Some(_) => newest_policy + self.random.below(POLICIES - newest_policy),
            None => match self.lost.values().find(|(_, heir)| *heir == author) {
                Some((last, _)) => self.twin.books[last].1.policy as usize,
                None => self.random.below(3),
            },
        };
        let rates = self.twin.rates[version.min(POLICIES - 1)];
        let event = match (previous, self.random.below(100)) {
            (None, _) if author.0[0] > self.agents => self.succeed(author),
            (None, _) => Event::Open {
                admission: admission_of(author),
            },
            (_, 0..8) => self.guard(author, &book, version),
            (_, _) if self.random.chance(60) && book_has_office(&book, &rates, author) => {
                self.in_office(author, &book, version)
            }
            (_, 0..40) => self.transfer(&book, version),
            (_, 40..70) => {
                let transfer = self.received(author, &book);
                Event::Deposit {
                    transfer,
                    proof: self.prove(author, transfer),
                    receipt: None,
                    unbarred: self.unbarred(&book, transfer),
                }
            }
            (_, 70..77) => {
                let transfer = self.received(author, &book);
                let reason = self.random.chance(50).then_some(Digest([3; 32]));
                Event::Decline {
                    transfer,
                    reason,
                    proof: self.prove(author, transfer),
                }
            }
            (_, 77..84) => {
                let (decline, transfer) = self.declined(author, &book);
                Event::Reclaim {
                    transfer,
                    decline,
                    proof: self.prove(author, transfer),
                }
            }
            (_, 84..98) => self.vote(author),
            // Few leave, or nobody would be left.
            (_, 98) if self.random.chance(30) => Event::Close {
                decision: self.random.chance(50).then(|| self.any_page()),
            },
            _ => Event::Floor {
                decision: self.some_decision(author),
            },
        };
        Page {
            number: book.number as u64 + 1,
            previous,
            policy: PolicyRef {
                version: version as u32,
                decision: None,
            },
            event,
            after: written(&book),
        }
    }

    /// While a new key waits, its guardians have more to do.
    fn heir_or_guardian(&mut self, last: ActionId, heir: AgentId) -> AgentId {
        let guards = self.twin.books[&last].1.guardians.as_ref();
        let asked: Vec<AgentId> = guards.map_or_else(Vec::new, |guards| {
            let agents = guards.agents.iter();
            let can = |who: &&AgentId| {
                self.twin.newest.contains_key(*who) && !self.lost.contains_key(*who)
            };
            agents.filter(can).copied().collect()
        });
        let waits = !self.twin.newest.contains_key(&heir) && self.random.chance(70);
        self.random.pick(&asked).filter(|_| waits).unwrap_or(heir)
    }

    /// An heir goes on, if enough guardians have spoken.
    fn succeed(&mut self, heir: AgentId) -> Event {
        let (lost, (last, _)) = self
            .lost
            .iter()
            .find(|(_, (_, to))| *to == heir)
            .map(|(lost, about)| (*lost, *about))
            .expect("an heir writes for somebody");
        let book = self.twin.books[&last].1.clone();
        let guardians = book.guardians.clone().unwrap_or(Guardians {
            agents: vec![],
            needed: 0,
        });
        let words = self.twin.words.iter();
        let entrusted = words
            .filter(|(_, (_, about, page))| *about == [lost, heir] && *page == last)
            .map(|(id, _)| *id)
            .collect();
        let by_decision = book.guardians.is_none() || self.random.chance(10);
        let about = Subject::Succession(lost);
        let decided = self.twin.decisions.iter();
        let decided = decided.filter(|(_, closing)| closing.proposal.subject == about);
        let decided = decided.map(|(id, _)| *id).next();
        let decision = decided.unwrap_or_else(|| self.any_page());
        Event::Succeed {
            admission: admission_of(heir),
            succession: Box::new(Succession {
                lost,
                last,
                number: book.number as u64,
                mandate: if by_decision {
                    Mandate::Decision { decision }
                } else {
                    Mandate::Guardians {
                        guardians,
                        entrusted,
                    }
                },
            }),
        }
    }

    /// Names guardians, speaks as one, notes the end of a book, makes something good.
    fn guard(&mut self, author: AgentId, book: &Book, version: usize) -> Event {
        let holds = self.twin.rates[version].holders[Fund::Community as usize]
            .is_some_and(|(holder, _)| holder == author);
        let tree = &self.trees[&author];
        let mut waiting: Vec<_> = Vec::new();
        for (lost, (last, heir)) in &self.lost {
            let guards = self.twin.books[last].1.guardians.as_ref();
            if guards.is_some_and(|guards| guards.agents.contains(&author))
                && !book.spoken.contains(lost)
            {
                waiting.push((*lost, *last, *heir));
            }
        }
        let spoken = (!waiting.is_empty())
            .then(|| self.random.pick(&waiting))
            .flatten();
        let any_lost: Vec<_> = self
            .lost
            .iter()
            .map(|(lost, (last, heir))| (*lost, *last, *heir))
            .collect();
        let about = spoken.or_else(|| self.random.pick(&any_lost));
        match (self.random.below(10), about) {
            (0..5, Some((lost, last, heir))) => Event::Entrust(Box::new(Entrust {
                lost,
                last,
                heir,
                proof: tree.prove(&Key::of_entrusted(lost)),
            })),
            (0..7, _) if holds => {
                let decisions: Vec<ActionId> = self.twin.decisions.keys().copied().collect();
                let any_holder = self.random.chance(20);
                let made: Vec<ActionId> = self
                    .twin
                    .decisions
                    .iter()
                    .filter(|(_, closing)| match closing.proposal.content {
                        Content::MakeGood { holder, .. } => any_holder || holder == author,
                        _ => false,
                    })
                    .map(|(id, _)| *id)
                    .collect();
                let of = if self.random.chance(90) {
                    &made
                } else {
                    &decisions
                };
                let decision = self.random.pick(of).expect("politics has some");
                Event::MakeGood {
                    decision,
                    once: office_trees(Some(book), Fund::Community)
                        .1
                        .prove(&Key::of_made_good(decision)),
                }
            }
            (0..8, _) => {
                let causes: Vec<(Cause, (AgentId, u64))> = self
                    .twin
                    .double_spends
                    .iter()
                    .map(|(id, ended)| (Cause::DoubleSpend(*id), *ended))
                    .chain(
                        self.twin
                            .heirs
                            .iter()
                            .map(|(id, ended)| (Cause::Succession(*id), *ended)),
                    )
                    .collect();
                let (cause, (agent, number)) = self.random.pick(&causes).expect("some");
                Event::Bar(Box::new(Bar {
                    agent,
                    number,
                    cause,
                    proof: bars_of(book).prove(&Key::of_bar(agent)),
                }))
            }
            _ => {
                let mut agents: Vec<AgentId> = (0..1 + self.random.below(4))
                    .map(|_| self.somebody())
                    .collect();
                if self.random.chance(90) {
                    agents.retain(|who| *who != author);
                    agents.sort_unstable();
                    agents.dedup();
                }
                let needed = 1 + agents.len() as u32 / 2;
                Event::Guard(Guardians { agents, needed })
            }
        }
    }

    /// Somebody's phone is gone: their newest page becomes the last, and a fresh key
    /// waits for the guardians.
    fn lose(&mut self) {
        let next = self.agents + 1 + self.lost.len() as u8;
        let guarded: Vec<AgentId> = self
            .twin
            .newest
            .iter()
            .filter(|(who, id)| {
                let book = &self.twin.books[*id].1;
                let guarded = book.guardians.is_some() || next.is_multiple_of(5);
                guarded && !book.closed && !self.lost.contains_key(*who) && who.0[0] > 3
            })
            .map(|(who, _)| *who)
            .collect();
        if let Some(who) = self.random.pick(&guarded) {
            let last = self.twin.newest[&who];
            self.lost.insert(who, (last, agent(next)));
            if self.twin.books[&last].1.guardians.is_none() {
                let closing = politics::succession(&self.twin, who, last, agent(next));
                self.twin.decisions.insert(ActionId([next; 32]), closing);
            }
        }
    }

    fn transfer(&mut self, book: &Book, version: usize) -> Event {
        let available_s = (book.balance_s - book.floor_s) as i64;
        let amount_s = match self.random.below(10) {
            0 => available_s + 1,
            1 => available_s,
            2 => 1 + self.random.below(50) as i64,
            _ => 1 + self.random.below(2 * HOUR_S as usize) as i64,
        };
        let mut transfer = Transfer {
            from: Account::Member,
            to: self.somebody(),
            to_account: Account::Member,
            amount_s: Seconds(amount_s),
            split: Split {
                receiver_s: Seconds(0),
                state_s: Seconds(0),
                community_s: Seconds(0),
            },
            memo: self.random.chance(50).then_some(Digest([4; 32])),
            request: None,
            corrects: None,
            payment: None,
            line: None,
            cheque: GOOD_CHEQUE,
        };
        self.share_out(&mut transfer, version);
        Event::Transfer(Box::new(transfer))
    }

    fn share_out(&self, transfer: &mut Transfer, version: usize) {
        let Some(rates) = self.twin.rates.get(version) else {
            return;
        };
        let amount = i128::from(transfer.amount_s.0);
        let (state, community) = (
            amount * rates.state_bp / 10_000,
            amount * rates.community_bp / 10_000,
        );
        transfer.split = Split {
            receiver_s: Seconds((amount - state - community) as i64),
            state_s: Seconds(state as i64),
            community_s: Seconds(community as i64),
        };
    }

    /// A transfer to the author, mostly one that is not settled; else any page.
    fn received(&mut self, author: AgentId, book: &Book) -> ActionId {
        let again = self.random.chance(5);
        let keys = self.own_keys(author, book);
        let open: Vec<ActionId> = self
            .in_flight
            .keys()
            .chain(self.credited.keys().filter(|_| again))
            .filter(|id| keys.contains(&self.twin.transfers[id].1.to))
            .filter(|id| again || !book.settled.contains(id))
            .copied()
            .collect();
        self.random.pick(&open).unwrap_or_else(|| self.any_page())
    }

    /// A decline of one of the author's transfers, mostly not yet reclaimed.
    fn declined(&mut self, author: AgentId, book: &Book) -> (ActionId, ActionId) {
        let again = self.random.chance(10);
        let keys = self.own_keys(author, book);
        let open: Vec<(ActionId, ActionId)> = self
            .twin
            .declines
            .iter()
            .map(|(decline, (_, transfer))| (*decline, *transfer))
            .filter(|(_, transfer)| keys.contains(&self.twin.transfers[transfer].0))
            .filter(|(_, transfer)| again || !book.settled.contains(transfer))
            .collect();
        self.random
            .pick(&open)
            .unwrap_or_else(|| (self.any_page(), self.any_page()))
    }

    /// What a holder does: opens the fund, sweeps, pays, hands over.
    fn in_office(&mut self, author: AgentId, book: &Book, version: usize) -> Event {
        let rates = self.twin.rates[version];
        let fund = match self.random.below(2) {
            0 => Fund::State,
            _ => Fund::Community,
        };
        let holder = rates.holders[fund as usize].map(|(holder, _)| holder);
        match (book.funds.get(&fund), self.random.below(10)) {
            (None, _) => Event::Hold { fund },
            (Some(held), 0..2) if held.balance_s > 0 && holder != Some(author) => {
                let mut event = self.transfer(book, version);
                if let Event::Transfer(transfer) = &mut event {
                    transfer.from = Account::Fund(fund);
                    transfer.to_account = Account::Fund(fund);
                    transfer.to = holder.unwrap_or(transfer.to);
                    transfer.amount_s = Seconds(held.balance_s as i64);
                    transfer.split = Split {
                        receiver_s: transfer.amount_s,
                        state_s: Seconds(0),
                        community_s: Seconds(0),
                    };
                }
                event
            }
            (Some(_), 2..6) => self.payment(book, fund, version),
            _ => {
                let mut cited = vec![];
                for _ in 0..1 + self.random.below(6) {
                    let who = self.somebody();
                    let newest = self.twin.newest.get(&who).copied();
                    cited.extend(newest.filter(|_| self.random.chance(80)));
                    if self.random.chance(10) {
                        cited.push(self.any_page());
                    }
                }
                // An honest holder leaves out what has nothing to give.
                if self.random.chance(80) {
                    cited.sort_unstable();
                    cited.dedup();
                    cited.retain(|id| {
                        let runs = &self.twin.books[id].1.earned[fund as usize];
                        runs.last()
                            .is_some_and(|(earner, earned)| *earner == Some(author) && *earned > 0)
                    });
                }
                let items = self.sweep_items(author, fund, &cited);
                Event::Sweep { fund, items }
            }
        }
    }

    /// Items with the proofs that a sweep of these pages needs.
    fn sweep_items(&self, author: AgentId, fund: Fund, cited: &[ActionId]) -> Vec<Swept> {
        let newest = self.twin.newest.get(&author);
        let book = newest.map(|id| &self.twin.books[id].1);
        let mut tree = office_trees(book, fund).0;
        let of = |page: &ActionId| {
            let Some((member, stated)) = self.twin.books.get(page) else {
                return Swept {
                    page: *page,
                    proof: Tree::default().prove(&Key::of_sweep(author)),
                };
            };
            let key = Key::of_sweep(*member);
            let proof = tree.prove(&key);
            let runs = &stated.earned[fund as usize];
            let up_to: i128 = runs.iter().map(|(_, earned)| earned).sum();
            tree.insert(key, Mark(up_to as u64));
            Swept { page: *page, proof }
        };
        cited.iter().map(of).collect()
    }

    fn payment(&mut self, book: &Book, fund: Fund, version: usize) -> Event {
        let decision = self.some_project(fund);
        let again = self.random.chance(30);
        let labours: Vec<ActionId> = self
            .twin
            .labours
            .iter()
            .filter(|(id, (_, labour))| {
                labour.project == decision && (again || !book.funds[&fund].paid.contains(id))
            })
            .map(|(id, _)| *id)
            .collect();
        let any: Vec<ActionId> = self.twin.labours.keys().copied().collect();
        let labour = self
            .random
            .pick(&labours)
            .or_else(|| self.random.pick(&any));
        let labour = labour.expect("politics has some");
        let (worker, worked) = self.twin.labours[&labour].clone();
        let mut event = self.transfer(book, version);
        if let Event::Transfer(transfer) = &mut event {
            transfer.from = Account::Fund(fund);
            transfer.to = worker;
            transfer.amount_s = Seconds(1 + self.random.below(worked.seconds.0 as usize) as i64);
            self.share_out(transfer, version);
            if !self.twin.rates[version].payments_levied {
                transfer.split = Split {
                    receiver_s: transfer.amount_s,
                    state_s: Seconds(0),
                    community_s: Seconds(0),
                };
            }
            let skip = self.random.below(3).saturating_sub(1);
            let (budget, once) = payment_proofs(Some(book), fund, decision, labour, transfer);
            transfer.payment = Some(Box::new(Payment {
                decision,
                labour,
                confirmations: self
                    .twin
                    .confirmations
                    .iter()
                    .filter(|(_, (_, confirmation))| confirmation.labour == labour)
                    .map(|(id, _)| *id)
                    .skip(skip)
                    .collect(),
                budget,
                once,
            }));
        }
        event
    }

    fn some_project(&mut self, fund: Fund) -> ActionId {
        let any = self.random.chance(10);
        let all: Vec<ActionId> = self
            .twin
            .decisions
            .iter()
            .filter(|(_, closing)| match &closing.proposal.content {
                Content::Project(project) => any || project.fund == fund,
                _ => any,
            })
            .map(|(id, _)| *id)
            .collect();
        self.random.pick(&all).expect("politics has some")
    }

    fn vote(&mut self, author: AgentId) -> Event {
        let book = &self.twin.books[&self.twin.newest[&author]].1;
        let honest = self.random.chance(75);
        let again = self.random.chance(50);
        let roll = self.random.below(4) as u32;
        let all: Vec<ActionId> = self
            .twin
            .proposals
            .iter()
            .filter(|(id, ballot)| {
                let fresh = !book.voted.contains(&(ballot.subject, ballot.number));
                let open = fresh && ballot.roll.number >= book.roll;
                // The first of two that contradict each other is the one liked.
                let liked = id.0[0] % 2 == 0 && ballot.roll.number <= roll;
                let may = self.twin.may_vote(ballot, author);
                if honest {
                    open && liked && may
                } else {
                    !again || !fresh && may && ballot.roll.number >= book.roll
                }
            })
            .map(|(id, _)| *id)
            .collect();
        let any: Vec<ActionId> = self.twin.proposals.keys().copied().collect();
        let proposal = self
            .random
            .pick(&all)
            .or_else(|| self.random.pick(&any))
            .expect("politics has some");
        let choice = match self.random.below(12) {
            0 => Choice::No {
                reason: String::new(),
            },
            1 => Choice::No {
                reason: "not now".into(),
            },
            _ => Choice::Yes,
        };
        Event::Vote(Box::new(self.vote_on(author, proposal, choice)))
    }

    fn vote_on(&self, author: AgentId, proposal: ActionId, choice: Choice) -> Vote {
        let ballot = &self.twin.proposals[&proposal];
        let key = Key::of_vote(&VILLAGE, &ballot.subject, ballot.number);
        let roll = &self.roll_trees[ballot.roll.number as usize];
        Vote {
            proposal,
            choice,
            on_roll: roll.prove(&Key::of_person(author)),
            proof: self
                .trees
                .get(&author)
                .unwrap_or(&Tree::default())
                .prove(&key),
        }
    }

    /// A decision about the author's floor, or any.
    fn some_decision(&mut self, author: AgentId) -> ActionId {
        let own = Subject::Floor(author);
        let any = self.random.chance(15);
        let all: Vec<ActionId> = self
            .twin
            .decisions
            .iter()
            .filter(|(_, closing)| any || closing.proposal.subject == own)
            .map(|(id, _)| *id)
            .collect();
        self.random.pick(&all).unwrap_or_else(|| self.any_page())
    }

    fn any_page(&mut self) -> ActionId {
        self.random
            .pick(&self.ids)
            .expect("somebody has opened a book")
    }

    /// What a deposit shows of the giver, where anybody is barred.
    fn unbarred(&self, book: &Book, transfer: ActionId) -> Option<Box<Proof>> {
        let giver = self.pages.get(&transfer).map(|(giver, _)| *giver);
        let key = Key::of_bar(giver.unwrap_or(agent(0)));
        (!book.barred.is_empty()).then(|| Box::new(bars_of(book).prove(&key)))
    }

    fn prove(&self, author: AgentId, transfer: ActionId) -> Proof {
        self.trees[&author].prove(&Key::of_transfer(transfer))
    }

    /// Makes a page worse, usually.
    fn bend(&mut self, page: &mut Page, author: AgentId) {
        let line = Account::Line(VillageId([6; 32]));
        let accounts = [
            Account::Fund(Fund::State),
            Account::Fund(Fund::Community),
            line,
        ];
        match self.random.below(8) {
            0 => {
                page.number = self
                    .random
                    .pick(&[
                        0,
                        1,
                        page.number.wrapping_sub(1),
                        page.number.wrapping_add(1),
                        u64::MAX,
                    ])
                    .unwrap()
            }
            1 if !self.ids.is_empty() => {
                page.previous = Some(self.any_page());
                // Half the time with the number that would then be right.
                if self.random.chance(50) {
                    page.number = page.previous.map_or(1, |id| self.pages[&id].1.number + 1);
                }
            }
            2 => page.policy.version = self.random.below(POLICIES + 2) as u32,
            // An heir who opened a fresh book would go on with nothing.
            3 if author.0[0] <= self.agents => {
                let admission = if self.random.chance(50) {
                    admission_of(author)
                } else {
                    ActionId([0; 32])
                };
                page.event = Event::Open { admission };
                if self.random.chance(80) {
                    (page.number, page.previous) = (1, None);
                }
            }
            _ => {
                let version = page.policy.version as usize;
                let (any, other) = (self.somebody(), self.random.pick(&self.ids));
                let account = self.random.pick(&accounts).unwrap();
                match &mut page.event {
                    Event::Open { admission } => admission.0[31] ^= 1,
                    Event::Vote(vote) => match self.random.below(5) {
                        0 => vote.proposal = other.unwrap_or(vote.proposal),
                        1 => vote.proof.siblings.push(Digest([1; 32])),
                        2 => vote.on_roll.end = PathEnd::Empty,
                        3 if self.twin.proposals.contains_key(&vote.proposal) => {
                            **vote = self.vote_on(any, vote.proposal, Choice::Yes)
                        }
                        _ => vote.on_roll.siblings.clear(),
                    },
                    Event::Floor { decision } => *decision = self.some_decision(any),
                    Event::Hold { fund } => *fund = Fund::State,
                    Event::Close { decision } => *decision = other,
                    Event::Carry { .. }
                    | Event::Line { .. }
                    | Event::Pledge { .. }
                    | Event::Arrive { .. }
                    | Event::Return { .. }
                    | Event::Refuse { .. }
                    | Event::Clear(_) => {}
                    Event::Bar(bar) => match self.random.below(4) {
                        0 => bar.number += 1,
                        1 => bar.agent = any,
                        2 => bar.cause = Cause::Succession(other.unwrap_or(ActionId([0; 32]))),
                        _ => bar.proof.end = PathEnd::Present(Mark(7)),
                    },
                    Event::MakeGood { decision, once } => match self.random.below(3) {
                        0 => *decision = self.some_decision(any),
                        1 => once.siblings.clear(),
                        _ => once.end = PathEnd::Present(Mark(7)),
                    },
                    Event::Guard(guardians) => match self.random.below(4) {
                        0 => guardians.needed = 0,
                        1 => guardians.needed += 9,
                        2 => guardians.agents.push(any),
                        _ => guardians.agents.reverse(),
                    },
                    Event::Entrust(entrust) => match self.random.below(4) {
                        0 => entrust.last = other.unwrap_or(entrust.last),
                        1 => entrust.lost = any,
                        2 => entrust.heir = entrust.lost,
                        _ => entrust.proof.end = PathEnd::Present(Mark(7)),
                    },
                    Event::Succeed { succession, .. } => match self.random.below(5) {
                        0 => succession.number += 1,
                        1 => succession.last = other.unwrap_or(succession.last),
                        2 => succession.lost = any,
                        _ => match &mut succession.mandate {
                            Mandate::Guardians {
                                guardians,
                                entrusted,
                            } => match self.random.below(3) {
                                0 => guardians.needed = 1,
                                1 => entrusted.truncate(1),
                                _ => entrusted.extend(other),
                            },
                            Mandate::Decision { decision } => decision.0[3] ^= 1,
                        },
                    },
                    Event::Sweep { fund, items } => match self.random.below(6) {
                        0 => items.clear(),
                        1 => items.extend(items.clone()),
                        2 => *fund = Fund::State,
                        3 => items.iter_mut().for_each(|item| {
                            item.page = other.unwrap_or(item.page);
                        }),
                        4 => items.iter_mut().for_each(|item| item.page.0[5] ^= 1),
                        _ => items
                            .iter_mut()
                            .for_each(|item| item.proof.siblings.clear()),
                    },
                    Event::Transfer(transfer) => {
                        self.bend_transfer(transfer, version, author, account);
                    }
                    Event::Deposit { unbarred, .. } if self.random.chance(20) => {
                        *unbarred = match unbarred {
                            None => Some(Box::new(Tree::default().prove(&Key::of_bar(author)))),
                            Some(_) => None,
                        };
                    }
                    Event::Deposit {
                        transfer, proof, ..
                    }
                    | Event::Decline {
                        transfer, proof, ..
                    } => {
                        self.bend_settling(transfer, proof, author, other);
                    }
                    Event::Reclaim {
                        transfer,
                        decline,
                        proof,
                    } => match self.random.below(3) {
                        0 => *decline = other.unwrap_or(*decline),
                        1 => *decline = self.declined(any, &Book::default()).0,
                        _ => self.bend_settling(transfer, proof, author, other),
                    },
                }
            }
        }
    }

    fn bend_transfer(
        &mut self,
        transfer: &mut Transfer,
        version: usize,
        author: AgentId,
        account: Account,
    ) {
        let any_labour: Vec<ActionId> = self.twin.labours.keys().copied().collect();
        if let (Some(payment), true) = (&mut transfer.payment, self.random.chance(60)) {
            match self.random.below(7) {
                0 => payment.confirmations.clear(),
                1 => payment.confirmations.extend(payment.confirmations.clone()),
                2 => payment.decision = self.random.pick(&any_labour).unwrap_or(payment.decision),
                3 => payment.labour = self.random.pick(&any_labour).unwrap_or(payment.labour),
                4 => payment.budget.siblings.push(Digest([1; 32])),
                5 => payment.once.end = PathEnd::Present(Mark(7)),
                _ => transfer.payment = None,
            }
            return;
        }
        match self.random.below(8) {
            0 => {
                let absurd = [0, -1, -HOUR_S, i64::MIN, i64::MAX, AMOUNT_MAX_S + 1];
                transfer.amount_s = Seconds(self.random.pick(&absurd).unwrap());
            }
            1 => {
                let large = [AMOUNT_MAX_S, 100 * HOUR_S, AMOUNT_MAX_S + 1];
                transfer.amount_s = Seconds(self.random.pick(&large).unwrap());
                self.share_out(transfer, version);
            }
            2 => transfer.to = author,
            3 => transfer.from = account,
            4 => transfer.to_account = account,
            5 => transfer.split.receiver_s.0 += 1,
            6 => {
                transfer.split.receiver_s.0 += transfer.split.state_s.0;
                transfer.split.state_s.0 = 0;
            }
            _ => transfer.cheque.0[self.random.below(64)] ^= 1,
        }
    }

    /// Cites something else, or proves it wrongly.
    fn bend_settling(
        &mut self,
        cited: &mut ActionId,
        proof: &mut Proof,
        author: AgentId,
        other: Option<ActionId>,
    ) {
        match self.random.below(5) {
            0 => *cited = other.unwrap_or(*cited),
            1 => {
                *cited = other.unwrap_or(*cited);
                *proof = self.prove(author, *cited);
            }
            // A transfer of the author's own, or to somebody else.
            2 => {
                let all: Vec<ActionId> = self.twin.transfers.keys().copied().collect();
                *cited = self.random.pick(&all).unwrap_or(*cited);
                *proof = self.prove(author, *cited);
            }
            3 => proof.end = PathEnd::Other(Key::of_transfer(*cited), Mark::default()),
            _ => match proof.siblings.last_mut() {
                Some(sibling) => sibling.0[0] ^= 1,
                None => proof.end = PathEnd::Present(Mark(1)),
            },
        }
    }

    /// Claims a state that does not follow.
    fn lie(&mut self, after: &mut State) {
        match self.random.below(16) {
            13 => after.barred.0 .0[0] ^= 1,
            14 => after.guardians = Some(Digest([8; 32])),
            15 => match after.lost.last_mut() {
                Some(lost) => lost.number += 1,
                None => after.lost.push(LostKey {
                    agent: agent(77),
                    number: 1,
                }),
            },
            0 => after.holdings[0].balance_s.0 += 1,
            1 => after.holdings[0].floor_s.0 -= HOUR_S,
            2 => after.earned.community_s.0 += 1,
            3 => after.policy ^= 1,
            4 => after.received.total_s.0 += 1,
            5 => after.received.times += 1,
            6 => after.roll += 1,
            7 => {
                after.floor = Some(DecidedFloor {
                    number: 9,
                    floor_s: Seconds(-HOUR_S),
                })
            }
            8 => after.settled.0 .0[0] ^= 1,
            9 => after.collectors.state.since_s.0 += 1,
            10 => after.collectors.community.holder = Some(agent(77)),
            11 => after.offices.reverse(),
            _ => after.holdings.push(after.holdings[0]),
        }
    }

    /// What an honest edge finds out.
    fn found(&self, page: &Page, author: AgentId, time_us: i64) -> Found {
        let tree = self.trees.get(&author);
        let proven = |key: &Key, proof: &Proof| tree.is_some_and(|tree| tree.prove(key) == *proof);
        let newest = self.twin.newest.get(&author);
        let book = newest.map(|id| &self.twin.books[id].1);
        let mut on_roll_is_right = false;
        // `tests/settled.rs` shows that one proof, and no other, is accepted.
        let proof_is_right = match &page.event {
            Event::Deposit {
                transfer, proof, ..
            }
            | Event::Decline {
                transfer, proof, ..
            }
            | Event::Reclaim {
                transfer, proof, ..
            } => proven(&Key::of_transfer(*transfer), proof),
            Event::Vote(vote) => self
                .twin
                .proposals
                .get(&vote.proposal)
                .is_some_and(|proposal| {
                    let roll = &self.roll_trees[proposal.roll.number as usize];
                    on_roll_is_right = roll.prove(&Key::of_person(author)) == vote.on_roll;
                    proven(
                        &Key::of_vote(&VILLAGE, &proposal.subject, proposal.number),
                        &vote.proof,
                    )
                }),
            Event::Bar(bar) => {
                book.is_some_and(|book| bars_of(book).prove(&Key::of_bar(bar.agent)) == bar.proof)
            }
            Event::MakeGood { decision, once } => {
                let spent = office_trees(book, Fund::Community).1;
                spent.prove(&Key::of_made_good(*decision)) == *once
            }
            Event::Entrust(entrust) => proven(&Key::of_entrusted(entrust.lost), &entrust.proof),
            _ => false,
        };
        let unbarred_is_right = match &page.event {
            Event::Deposit {
                transfer, unbarred, ..
            } => book.is_some_and(|book| self.unbarred(book, *transfer) == *unbarred),
            _ => true,
        };
        let proofs_are_right = match &page.event {
            Event::Sweep { fund, items } => {
                let cited: Vec<ActionId> = items.iter().map(|item| item.page).collect();
                let right = self.sweep_items(author, *fund, &cited);
                items
                    .iter()
                    .zip(right)
                    .map(|(item, right)| item.proof == right.proof)
                    .collect()
            }
            Event::Transfer(transfer) => match (&transfer.payment, transfer.from) {
                (Some(payment), Account::Fund(fund)) => {
                    let (budget, once) =
                        payment_proofs(book, fund, payment.decision, payment.labour, transfer);
                    vec![budget == payment.budget, once == payment.once]
                }
                _ => vec![],
            },
            _ => vec![],
        };
        Found {
            author,
            admission_is_own: page.event.opening() == Some(admission_of(author)),
            cheque_is_signed: page
                .event
                .transfer()
                .is_some_and(|transfer| transfer.cheque == GOOD_CHEQUE),
            proof_is_right,
            on_roll_is_right,
            proofs_are_right,
            unbarred_is_right,
            time_us,
        }
    }

    /// The page with the facts, as the integrity zome would collect them.
    fn collect(&self, page: Page, author: AgentId, found: &Found) -> Draft {
        let cited = |id: ActionId| {
            self.pages
                .get(&id)
                .map(|(who, page)| (id, *who, page.clone()))
        };
        let (transfer, decline) = match page.event {
            Event::Deposit { transfer, .. } | Event::Decline { transfer, .. } => {
                (cited(transfer), None)
            }
            Event::Reclaim {
                transfer, decline, ..
            } => (cited(transfer), cited(decline)),
            _ => (None, None),
        };
        let proposal = page.event.vote().and_then(|vote| {
            let proposal = self.twin.proposals.get(&vote.proposal)?;
            Some((vote.proposal, proposal.clone()))
        });
        let payment = page
            .event
            .transfer()
            .and_then(|transfer| transfer.payment.as_deref());
        let decision = match (&page.event, payment) {
            (Event::Floor { decision }, _) => Some(*decision),
            (Event::Close { decision }, _) => *decision,
            (Event::MakeGood { decision, .. }, _) => Some(*decision),
            (Event::Succeed { succession, .. }, _) => match &succession.mandate {
                Mandate::Decision { decision } => Some(*decision),
                Mandate::Guardians { .. } => None,
            },
            (_, Some(payment)) => Some(payment.decision),
            _ => None,
        };
        let decided = decision.and_then(|id| {
            let closing = self.twin.decisions.get(&id)?;
            Some(Closed {
                id,
                adopted: closing.adopted,
                proposal_id: id,
                proposal: closing.proposal.clone(),
            })
        });
        let labour = payment.and_then(|payment| {
            let (who, labour) = self.twin.labours.get(&payment.labour)?;
            Some((payment.labour, *who, labour.clone()))
        });
        let confirmations = payment.map_or_else(Vec::new, |payment| {
            let found = payment.confirmations.iter().filter_map(|id| {
                let (who, confirmation) = self.twin.confirmations.get(id)?;
                Some((*id, *who, confirmation.clone()))
            });
            found.collect()
        });
        let swept = match &page.event {
            Event::Sweep { items, .. } => {
                items.iter().filter_map(|item| cited(item.page)).collect()
            }
            _ => vec![],
        };
        let ended = match &page.event {
            Event::Bar(bar) => match bar.cause {
                Cause::DoubleSpend(id) => self.twin.double_spends.get(&id),
                Cause::Succession(id) => self.twin.heirs.get(&id),
            }
            .map(|(agent, number)| Ended {
                cause: bar.cause,
                agent: *agent,
                number: *number,
            }),
            _ => None,
        };
        let last = match &page.event {
            Event::Entrust(entrust) => cited(entrust.last),
            Event::Succeed { succession, .. } => cited(succession.last),
            _ => None,
        };
        let entrusted = match page.event.succession().map(|said| &said.mandate) {
            Some(Mandate::Guardians { entrusted, .. }) => {
                entrusted.iter().filter_map(|id| cited(*id)).collect()
            }
            _ => vec![],
        };
        let previous = page.previous.map(|id| self.pages[&id].clone());
        let newest = self.twin.newest.get(&author).copied();
        let skips_a_page = match &previous {
            Some((who, _)) => *who == author && newest != page.previous,
            None => found.admission_is_own && newest.is_some(),
        };
        Draft {
            policy: self.policies.get(page.policy.version as usize).copied(),
            page,
            previous,
            author,
            skips_a_page,
            admission_is_own: found.admission_is_own,
            cheque_is_signed: found.cheque_is_signed,
            transfer,
            decline,
            proposal,
            decided,
            swept,
            labour,
            confirmations,
            time_us: found.time_us,
            corrected: None,
            carry_is_witnessed: false,
            pledge: None,
            line_is_signed: false,
            round: None,
            ended,
            last,
            entrusted,
        }
    }

    fn write(&mut self, page: Page, author: AgentId, book: Book) {
        let mut id = ActionId([9; 32]);
        id.0[..8].copy_from_slice(&self.random.number().to_be_bytes());
        let event = match &page.event {
            Event::Open { .. } => {
                self.trees.insert(author, Tree::default());
                "opened"
            }
            Event::Transfer(transfer) => {
                self.in_flight.insert(id, transfer.amount_s.0);
                match (&transfer.payment, transfer.from) {
                    (Some(_), _) => "paid for labour",
                    (None, Account::Fund(_)) => "handed over",
                    _ => "transferred",
                }
            }
            Event::Deposit { transfer, .. } => {
                self.credit(*transfer);
                "deposited"
            }
            Event::Decline { .. } => "declined",
            Event::Reclaim { transfer, .. } => {
                self.credit(*transfer);
                "reclaimed"
            }
            Event::Vote(_) => "voted",
            Event::Floor { .. } => "took a floor",
            Event::Hold { .. } => "opened a fund",
            Event::Close { .. } => "closed",
            Event::Carry { .. } => unreachable!("no village here goes on with another"),
            Event::Line { .. }
            | Event::Pledge { .. }
            | Event::Arrive { .. }
            | Event::Return { .. }
            | Event::Refuse { .. }
            | Event::Clear(_) => unreachable!("lines have a twin of their own: pair.rs"),
            Event::Bar(_) => "barred",
            Event::MakeGood { decision, .. } => {
                let content = &self.twin.decisions[decision].proposal.content;
                if let Content::MakeGood { amount_s, .. } = content {
                    self.made_good_s += amount_s.0;
                }
                "made good"
            }
            Event::Guard(_) => "named guardians",
            Event::Entrust(_) => "entrusted",
            Event::Succeed { succession, .. } => {
                self.trees
                    .insert(author, self.trees[&succession.lost].clone());
                "succeeded"
            }
            Event::Sweep { fund, .. } => {
                let before = self.twin.newest.get(&author);
                let before = before.map(|id| self.twin.books[id].1.funds[fund].balance_s);
                let swept = book.funds[fund].balance_s - before.unwrap_or(0);
                self.collected_s += swept as i64;
                "swept"
            }
        };
        let tree = self.trees.get_mut(&author).expect("opened before");
        fill(tree, &book);
        self.count(event);
        self.twin.write(id, author, &page, book);
        self.pages.insert(id, (author, page));
        self.ids.push(id);
    }

    /// A transfer leaves the air once: into one book, or back.
    fn credit(&mut self, transfer: ActionId) {
        assert!(self.in_flight.remove(&transfer).is_some(), "in flight");
        let times = self.credited.entry(transfer).or_default();
        *times += 1;
        assert_eq!(*times, 1, "credited once");
    }
}

fn admission_of(author: AgentId) -> ActionId {
    ActionId(author.0)
}

fn appointment((holder, until_us): (AgentId, i64)) -> Appointment {
    Appointment { holder, until_us }
}

/// Whether this author has something to do as a holder.
fn book_has_office(book: &Book, rates: &Rates, author: AgentId) -> bool {
    let named = rates
        .holders
        .iter()
        .flatten()
        .any(|(holder, _)| *holder == author);
    named || book.funds.values().any(|held| held.balance_s > 0)
}

/// What a fund has swept, and what it has spent.
fn office_trees(book: Option<&Book>, fund: Fund) -> (Tree, Tree) {
    let (mut swept, mut spent) = (Tree::default(), Tree::default());
    if let Some(held) = book.and_then(|book| book.funds.get(&fund)) {
        for (member, up_to) in &held.swept {
            swept.insert(Key::of_sweep(*member), Mark(*up_to as u64));
        }
        for (project, amount) in &held.spent {
            spent.insert(Key::of_project(*project), Mark(*amount as u64));
        }
        for labour in &held.paid {
            spent.insert(Key::of_labour(*labour), Mark::default());
        }
        for loss in &held.made_good {
            spent.insert(Key::of_made_good(*loss), Mark::default());
        }
    }
    (swept, spent)
}

/// The proofs that a payment needs.
fn payment_proofs(
    book: Option<&Book>,
    fund: Fund,
    project: ActionId,
    labour: ActionId,
    transfer: &Transfer,
) -> (Proof, Proof) {
    let mut spent = office_trees(book, fund).1;
    let budget = spent.prove(&Key::of_project(project));
    let before = match budget.end {
        PathEnd::Present(Mark(before)) => before,
        _ => 0,
    };
    let spends = before.saturating_add(transfer.amount_s.0.unsigned_abs());
    spent.insert(Key::of_project(project), Mark(spends));
    (budget, spent.prove(&Key::of_labour(labour)))
}

/// Everything that a book has settled.
fn fill(tree: &mut Tree, book: &Book) {
    for transfer in &book.settled {
        tree.insert(Key::of_transfer(*transfer), Mark::default());
    }
    for (subject, number) in &book.voted {
        tree.insert(Key::of_vote(&VILLAGE, subject, *number), Mark::default());
    }
    for lost in &book.spoken {
        tree.insert(Key::of_entrusted(*lost), Mark::default());
    }
}

/// What a book has noted about others.
fn bars_of(book: &Book) -> Tree {
    let mut tree = Tree::default();
    for (who, number) in &book.barred {
        tree.insert(Key::of_bar(*who), Mark(*number));
    }
    tree
}

/// The twin's book as a page would state it, its tree built anew.
fn written(book: &Book) -> State {
    let mut tree = Tree::default();
    fill(&mut tree, book);
    let mut holdings = vec![Holding {
        account: Account::Member,
        balance_s: Seconds(book.balance_s as i64),
        floor_s: Seconds(book.floor_s as i64),
    }];
    let mut offices = vec![];
    for (fund, held) in &book.funds {
        holdings.push(Holding {
            account: Account::Fund(*fund),
            balance_s: Seconds(held.balance_s as i64),
            floor_s: Seconds(0),
        });
        let (swept, spent) = office_trees(Some(book), *fund);
        offices.push(Office {
            fund: *fund,
            swept: swept.root(),
            spent: spent.root(),
        });
    }
    let earned = |fund: usize| {
        book.earned[fund]
            .iter()
            .map(|(_, earned)| earned)
            .sum::<i128>()
    };
    let collector = |fund: usize| {
        let (holder, own) = book.earned[fund].last().copied().unwrap_or_default();
        Collector {
            holder,
            since_s: Seconds((earned(fund) - own) as i64),
        }
    };
    State {
        holdings,
        earned: Earned {
            state_s: Seconds(earned(0) as i64),
            community_s: Seconds(earned(1) as i64),
        },
        collectors: Collectors {
            state: collector(0),
            community: collector(1),
        },
        offices,
        received: Received {
            times: book.received.len() as u64,
            total_s: Seconds(book.received.iter().sum::<i128>() as i64),
        },
        policy: book.policy,
        floor: book.decided_floor.map(|(number, floor_s)| DecidedFloor {
            number,
            floor_s: Seconds(floor_s as i64),
        }),
        roll: book.roll,
        lines: vec![],
        settled: tree.root(),
        barred: bars_of(book).root(),
        guardians: book.guardians.as_ref().map(Guardians::digest),
        lost: book
            .lost
            .iter()
            .map(|(agent, number)| LostKey {
                agent: *agent,
                number: *number,
            })
            .collect(),
    }
}
