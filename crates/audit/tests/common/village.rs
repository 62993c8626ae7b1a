//! A village whose pages the law itself writes, seeded, and which can be falsified
//! afterwards: the auditor sees only bytes.
#![allow(dead_code)] // Each test file uses its part.

use commons_credit_audit::{Audit, Id, Record, Report, Village as Known};
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::apply::{first_page, next_page};
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;

#[path = "encode.rs"]
mod encode;
#[path = "politics.rs"]
mod politics;
#[path = "../../../ledger/tests/common/random.rs"]
mod random;
#[allow(unused_imports)] // As above.
pub use {
    encode::encode,
    politics::{policies, terms_of, Cites, Politics, Put},
    random::{fresh_seed, Random},
};

/// The village that cheques name.
pub const VILLAGE: VillageId = VillageId([5; 32]);

/// A page as it stands on somebody's chain.
#[derive(Clone)]
pub struct Written {
    pub id: ActionId,
    pub author: AgentId,
    pub sequence: u32,
    pub page: Page,
}

/// One member as their own node knows them.
pub struct Member {
    key: SigningKey,
    pub agent: AgentId,
    admission: ActionId,
    newest: Option<(ActionId, Page)>,
    sequence: u32,
    tree: Tree,
    /// Transfers to this member, not yet settled.
    inbox: Vec<usize>,
    /// Transfers that came back: the transfer and the page that declines it.
    returned: Vec<(usize, ActionId)>,
}

impl Member {
    fn new(random: &mut Random) -> Self {
        let key = SigningKey::from_bytes(&random.bytes());
        Self {
            agent: AgentId(key.verifying_key().to_bytes()),
            key,
            admission: ActionId(random.bytes()),
            newest: None,
            sequence: 1,
            tree: Tree::default(),
            inbox: Vec::new(),
            returned: Vec::new(),
        }
    }
}

/// How often each thing happens, in a hundred steps.
#[derive(Clone, Copy)]
pub struct Habits {
    pub transfer: usize,
    pub deposit: usize,
    pub decline: usize,
    /// Of a hundred steps, how many are about what the village owns and decides.
    pub politics: usize,
}

pub const LIVELY: Habits = Habits {
    transfer: 45,
    deposit: 35,
    decline: 12,
    politics: 20,
};

/// The same without anything that the village decided.
pub const PLAIN: Habits = Habits {
    politics: 0,
    ..LIVELY
};

/// A village that lives by the law.
pub struct Village {
    pub random: Random,
    pub policies: Vec<(PolicyRef, Policy)>,
    members: Vec<Member>,
    by_agent: BTreeMap<AgentId, usize>,
    pub written: Vec<Written>,
    pub transfers: usize,
    pub politics: Politics,
    habits: Habits,
}

impl Village {
    /// Some people and three policies, no book open yet.
    pub fn founded(seed: u64, people: usize, habits: Habits) -> Self {
        let mut random = Random(seed);
        let members: Vec<Member> = (0..people).map(|_| Member::new(&mut random)).collect();
        let politics = Politics::founded(&mut random, &members);
        let policies = policies(&mut random, &members, habits.politics > 0);
        let by_agent = members
            .iter()
            .enumerate()
            .map(|(at, member)| (member.agent, at))
            .collect();
        Self {
            random,
            policies,
            members,
            by_agent,
            written: Vec::new(),
            transfers: 0,
            politics,
            habits,
        }
    }

    /// A village that has taken some steps.
    pub fn lived(seed: u64, people: usize, steps: usize) -> Self {
        Self::lived_by(seed, people, steps, LIVELY)
    }

    /// The same with other habits.
    pub fn lived_by(seed: u64, people: usize, steps: usize, habits: Habits) -> Self {
        let mut village = Self::founded(seed, people, habits);
        (0..steps).for_each(|_| village.step());
        village
    }

    /// Somebody writes a page, or finds nothing to do.
    pub fn step(&mut self) {
        let at = self.random.below(self.members.len());
        let Some((_, before)) = &self.members[at].newest else {
            return self.open(at);
        };
        // Now and then a book goes on to a newer policy.
        let used = before.after.policy as usize;
        let newer_in = if self.habits.politics > 0 { 15 } else { 40 };
        let newer = used + usize::from(used < 2 && self.random.below(newer_in) == 0);
        let habits = self.habits;
        if self.random.below(100) < habits.politics {
            return self.politics_step(at, newer);
        }
        match self.random.below(100) {
            dice if dice < habits.transfer => self.give(at, newer),
            dice if dice < habits.transfer + habits.deposit => self.deposit(at, newer),
            dice if dice < habits.transfer + habits.deposit + habits.decline => {
                self.decline(at, newer);
            }
            _ => self.reclaim(at, newer),
        }
    }

    fn open(&mut self, at: usize) {
        let version = self.random.below(2);
        let (policy_ref, policy) = self.policies[version];
        let page = first_page(self.members[at].admission, &policy, policy_ref);
        let facts = facts(self.members[at].agent, &policy);
        judge(&page, None, &facts).unwrap();
        self.write(at, page);
    }

    fn give(&mut self, at: usize, version: usize) {
        let to = self.random.below(self.members.len());
        if to == at {
            return;
        }
        let policy = self.policies[version].1;
        let amount = Seconds(1 + self.random.below(4 * HOUR_S as usize) as i64);
        let transfer = Transfer {
            from: Account::Member,
            to: self.members[to].agent,
            to_account: Account::Member,
            amount_s: amount,
            split: policy.levies.split(Amount::new(amount).unwrap()),
            memo: (amount.0 % 2 == 0).then(|| Digest(self.random.bytes())),
            request: (amount.0 % 3 == 0).then(|| ActionId(self.random.bytes())),
            corrects: None,
            payment: None,
            line: None,
            cheque: SignatureBytes([7; 64]),
        };
        self.give_by(at, version, transfer, &Cites::default());
    }

    fn give_by(&mut self, at: usize, version: usize, transfer: Transfer, cites: &Cites) {
        let to = self.by_agent[&transfer.to];
        if self.next(at, version, Event::Transfer(Box::new(transfer)), cites) {
            self.transfers += 1;
            self.members[to].inbox.push(self.written.len() - 1);
        }
    }

    fn deposit(&mut self, at: usize, version: usize) {
        let Some(transfer) = self.take(at) else {
            return;
        };
        let (id, proof) = self.settle(at, transfer);
        let event = Event::Deposit {
            transfer: id,
            proof,
            receipt: None,
            unbarred: None,
        };
        let cites = Cites {
            transfer: Some(transfer),
            ..Cites::default()
        };
        assert!(self.next(at, version, event, &cites));
    }

    fn decline(&mut self, at: usize, version: usize) {
        let Some(transfer) = self.take(at) else {
            return;
        };
        let reason = (version > 0).then(|| Digest(self.random.bytes()));
        let (id, proof) = self.settle(at, transfer);
        let event = Event::Decline {
            transfer: id,
            reason,
            proof,
        };
        let cites = Cites {
            transfer: Some(transfer),
            ..Cites::default()
        };
        assert!(self.next(at, version, event, &cites));
        let decline = self.written.last().unwrap().id;
        let giver = self.by_agent[&self.written[transfer].author];
        self.members[giver].returned.push((transfer, decline));
    }

    fn reclaim(&mut self, at: usize, version: usize) {
        let Some((transfer, decline)) = self.members[at].returned.pop() else {
            return;
        };
        let (id, proof) = self.settle(at, transfer);
        let event = Event::Reclaim {
            transfer: id,
            decline,
            proof,
        };
        let cites = Cites {
            transfer: Some(transfer),
            decline: Some(self.find(decline)),
            ..Cites::default()
        };
        assert!(self.next(at, version, event, &cites));
    }

    fn take(&mut self, at: usize) -> Option<usize> {
        let waiting = self.members[at].inbox.len();
        if waiting == 0 {
            return None;
        }
        let which = self.random.below(waiting);
        let transfer = self.members[at].inbox.swap_remove(which);
        let to_account = self.written[transfer].page.event.transfer()?.to_account;
        let after = &self.members[at].newest.as_ref()?.1.after;
        if after.holding(to_account).is_err() {
            // A fund that is handed over before its next holder has opened it.
            self.members[at].inbox.push(transfer);
            return None;
        }
        Some(transfer)
    }

    fn settle(&mut self, at: usize, transfer: usize) -> (ActionId, settled::Proof) {
        let id = self.written[transfer].id;
        let key = Key::of_transfer(id);
        let tree = &mut self.members[at].tree;
        let proof = tree.prove(&key);
        tree.insert(key, Mark::default());
        (id, proof)
    }

    /// Lets the law draft and judge the next page; whether it allows it.
    fn next(&mut self, at: usize, version: usize, event: Event, cites: &Cites) -> bool {
        let member = &self.members[at];
        let (policy_ref, policy) = self.policies[version];
        let cited = |at: usize| {
            let written = &self.written[at];
            Cited {
                id: written.id,
                author: written.author,
                page: &written.page,
            }
        };
        let swept: Vec<Cited<'_>> = cites.swept.iter().copied().map(cited).collect();
        let politics = &self.politics;
        let facts = Facts {
            transfer: cites.transfer.map(cited),
            decline: cites.decline.map(cited),
            proposal: cites.proposal.map(|at| politics.proposals[at].cited()),
            decided: cites.decided.map(|at| politics.proposals[at].decided()),
            swept: &swept,
            labour: cites.labour.map(|at| politics.labours[at].cited()),
            ..facts(member.agent, &policy)
        };
        let (before_id, before) = member.newest.as_ref().unwrap();
        let previous = PreviousPage {
            author: member.agent,
            page: before,
        };
        match next_page(previous, *before_id, event, &policy, policy_ref, &facts) {
            Ok(mut page) => {
                sign(&member.key, &mut page);
                judge(&page, Some(previous), &facts).unwrap();
                self.write(at, page);
                true
            }
            Err(violation) => {
                let code = violation.code();
                assert!(
                    matches!(code, "E_FLOOR_CROSSED" | "E_OVER_BUDGET"),
                    "{code}"
                );
                false
            }
        }
    }

    fn write(&mut self, at: usize, page: Page) {
        let id = ActionId(self.random.bytes());
        let member = &mut self.members[at];
        // Links and requests lie between pages.
        member.sequence += 1 + self.random.below(3) as u32;
        member.newest = Some((id, page.clone()));
        self.written.push(Written {
            id,
            author: member.agent,
            sequence: member.sequence,
            page,
        });
    }

    /// What an auditor knows beside the pages.
    pub fn known(&self) -> Known {
        let mut known = Known::founded(Id(VILLAGE.0), terms_of(&self.policies[0].1));
        for (policy_ref, policy) in &self.policies[1..] {
            let decision = policy_ref.decision.unwrap();
            known.adopt(policy_ref.version, Id(decision.0), terms_of(policy));
        }
        self.politics.tell(&mut known);
        for member in &self.members {
            known.admit(Id(member.admission.0), Id(member.agent.0));
        }
        known
    }

    /// The same, and that cheques are to be verified.
    pub fn known_with_cheques(&self) -> Known {
        let mut known = self.known();
        known.verify_cheques(Id(VILLAGE.0));
        known
    }

    /// Everybody's admission.
    pub fn admissions(&self) -> impl Iterator<Item = (ActionId, AgentId)> + '_ {
        self.members
            .iter()
            .map(|member| (member.admission, member.agent))
    }

    /// The report on all pages.
    pub fn audit(&self) -> Report {
        audit(self.known(), &self.written)
    }

    /// Where a page stands in the list.
    pub fn find(&self, id: ActionId) -> usize {
        self.written.iter().position(|page| page.id == id).unwrap()
    }

    /// Somebody other than the two.
    pub fn stranger(&self, not: [AgentId; 2]) -> AgentId {
        let mut agents = self.members.iter().map(|member| member.agent);
        agents.find(|agent| !not.contains(agent)).unwrap()
    }

    /// Changes the state on a page and on all later pages of its book: a lie that its
    /// author goes on from.
    pub fn carry_on(&mut self, from: usize, change: impl Fn(&mut State)) {
        let (author, number) = (self.written[from].author, self.written[from].page.number);
        for written in &mut self.written {
            if written.author == author && written.page.number >= number {
                change(&mut written.page.after);
            }
        }
    }

    /// Takes the pages away that follow a page in its book.
    pub fn cut_after(&mut self, at: usize) {
        let (author, number) = (self.written[at].author, self.written[at].page.number);
        self.written
            .retain(|written| written.author != author || written.page.number <= number);
    }

    /// The places of pages that `fits`, in the order of writing.
    pub fn places(&self, fits: impl Fn(&Written) -> bool) -> Vec<usize> {
        let all = self.written.iter().enumerate();
        all.filter(|(_, page)| fits(page))
            .map(|(at, _)| at)
            .collect()
    }
}

/// Puts its author's signature on a transfer.
fn sign(key: &SigningKey, page: &mut Page) {
    let giver = AgentId(key.verifying_key().to_bytes());
    let Some(transfer) = page.event.transfer() else {
        return;
    };
    let cheque = key.sign(&statement(&VILLAGE, &giver, page, transfer));
    if let Event::Transfer(transfer) = &mut page.event {
        transfer.cheque = SignatureBytes(cheque.to_bytes());
    }
}

/// The report on some pages.
pub fn audit(known: Known, written: &[Written]) -> Report {
    let mut audit = Audit::of(known);
    for page in written {
        read(&mut audit, page, &encode(&page.page));
    }
    audit.finish()
}

/// Takes one page in.
pub fn read(audit: &mut Audit, written: &Written, bytes: &[u8]) {
    audit.read(Record {
        page: Id(written.id.0),
        author: Id(written.author.0),
        sequence: written.sequence,
        bytes,
    });
}

fn facts(author: AgentId, policy: &Policy) -> Facts<'static> {
    Facts {
        admission_is_own: true,
        cheque_is_signed: true,
        ..Facts::of(author, Some(*policy))
    }
}
