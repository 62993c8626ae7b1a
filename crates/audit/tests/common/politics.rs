//! What the village decides and owns together: policies with holders, ballots, decided
//! floors, funds, projects.

use super::{Member, Village};
use commons_credit_audit as audit;
use commons_credit_audit::{Id, Village as Known};
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::ballot::Choice;
use commons_credit_ledger::fund::Swept;
use commons_credit_ledger::policy::{Appointment, Probation};
use commons_credit_ledger::project::{CitedLabour, Labour, Payment};
use commons_credit_ledger::roll::{founding_tree, RollRef};
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;
use std::collections::BTreeMap;

const STEWARDS: usize = 5;
const LATER_US: i64 = 1 << 50;

/// What a page cites, by place in the village's lists.
#[derive(Default)]
pub struct Cites {
    pub transfer: Option<usize>,
    pub decline: Option<usize>,
    pub proposal: Option<usize>,
    pub decided: Option<usize>,
    pub labour: Option<usize>,
    pub swept: Vec<usize>,
}

/// A proposal, and the decision that adopted it.
pub struct Put {
    pub id: ActionId,
    pub decision: ActionId,
    pub proposal: Proposal,
}

impl Put {
    pub fn cited(&self) -> CitedProposal<'_> {
        CitedProposal {
            village: super::VILLAGE,
            id: self.id,
            proposal: &self.proposal,
        }
    }

    pub fn decided(&self) -> Decided<'_> {
        Decided {
            id: self.decision,
            adopted: true,
            proposal_id: self.id,
            proposal: &self.proposal,
        }
    }
}

/// Labour as it stands on its author's chain.
pub struct Worked {
    pub id: ActionId,
    pub author: AgentId,
    pub labour: Labour,
    pub paid: bool,
}

impl Worked {
    pub fn cited(&self) -> CitedLabour<'_> {
        CitedLabour {
            id: self.id,
            author: self.author,
            labour: &self.labour,
        }
    }
}

/// Everything decided, and what holders keep.
pub struct Politics {
    roll: Tree,
    stewards: Vec<AgentId>,
    pub proposals: Vec<Put>,
    pub labours: Vec<Worked>,
    /// By holder and fund: what was swept, and what was spent.
    pub swept: BTreeMap<(AgentId, Fund), Tree>,
    pub spent: BTreeMap<(AgentId, Fund), (Tree, BTreeMap<ActionId, u64>)>,
    /// How often each thing was done.
    pub done: BTreeMap<&'static str, usize>,
}

/// Three policies; with `held` funds the second and third appoint holders, the State
/// fund's changes.
pub fn policies(
    random: &mut super::Random,
    members: &[Member],
    held: bool,
) -> Vec<(PolicyRef, Policy)> {
    let appoint = |at: usize| {
        held.then(|| Appointment {
            holder: members[at % members.len()].agent,
            until_us: LATER_US,
        })
    };
    (0..3)
        .map(|version| {
            let decision = (version > 0).then(|| ActionId(random.bytes()));
            let policy = Policy {
                version,
                levies: Levies {
                    state_bp: BasisPoints(random.below(2_501) as u16),
                    community_bp: BasisPoints(random.below(2_501) as u16),
                },
                floor: Balance::new(Seconds(-40 * HOUR_S)).unwrap(),
                exposure: Seconds(0),
                probation: (held && version == 1).then_some(Probation {
                    start_s: Seconds(-10 * HOUR_S),
                    per_deposit_s: Seconds(HOUR_S),
                    received_bp: BasisPoints(2_500),
                }),
                payments_levied: version < 2,
                state: [None, appoint(0), appoint(2)][version as usize],
                community: [None, appoint(1), appoint(1)][version as usize],
            };
            (PolicyRef { version, decision }, policy)
        })
        .collect()
}

/// A policy as the auditor knows it.
pub fn terms_of(policy: &Policy) -> audit::Terms {
    let holder = |appointed: Option<Appointment>| appointed.map(|one| Id(one.holder.0));
    audit::Terms {
        rates: audit::Rates {
            state_bp: policy.levies.state_bp.0,
            community_bp: policy.levies.community_bp.0,
            floor_s: policy.floor.seconds(),
        },
        probation: policy.probation.map(|probation| audit::Probation {
            start_s: probation.start_s.0,
            per_deposit_s: probation.per_deposit_s.0,
            received_bp: probation.received_bp.0,
        }),
        payments_levied: policy.payments_levied,
        holders: [holder(policy.state), holder(policy.community)],
    }
}

impl Politics {
    /// Ballots about everything, floors for some, a project for each holder.
    pub fn founded(random: &mut super::Random, members: &[Member]) -> Self {
        let mut stewards: Vec<AgentId> = members.iter().map(|member| member.agent).collect();
        stewards.truncate(STEWARDS);
        let charter = Charter {
            format: 1,
            name: "Orchard".into(),
            levies: Levies::default(),
            floor_s: Seconds(0),
            voting: Voting::Majority {},
            stewards: stewards.clone(),
            predecessor: None,
        };
        let roll = founding_tree(&charter);
        let electorate = Roll::founding(&charter);
        let mut contents = vec![
            (Subject::Policy, 1, line(members)),
            (Subject::Line(VillageId([9; 32])), 1, line(members)),
            (Subject::Succession(members[0].agent), 1, line(members)),
            (Subject::Roll, 1, line(members)),
        ];
        for number in 1..=2 {
            for member in members.iter().take(8) {
                let floor_s = Seconds(-(20 + random.below(40) as i64) * HOUR_S);
                contents.push((
                    Subject::Floor(member.agent),
                    number,
                    Content::Floor { floor_s },
                ));
            }
        }
        for (holder, fund) in [(0, Fund::State), (1, Fund::Community), (2, Fund::State)] {
            let project = Project {
                name: "Cellar".into(),
                purpose: "For roots".into(),
                fund,
                holder: members[holder % members.len()].agent,
                budget_s: Seconds(3 * HOUR_S),
                confirmations: 0,
            };
            let name = Digest(random.bytes());
            contents.push((Subject::Project(name), 1, Content::Project(project)));
        }
        let proposals = contents
            .into_iter()
            .map(|(subject, number, content)| Put {
                id: ActionId(random.bytes()),
                decision: ActionId(random.bytes()),
                proposal: Proposal {
                    subject,
                    number,
                    follows: None,
                    roll: RollRef {
                        number: 0,
                        decision: None,
                    },
                    electorate,
                    on_roll: roll.prove(&Key::of_person(stewards[0])),
                    content,
                    reason: String::new(),
                },
            })
            .collect();
        Self {
            roll,
            stewards,
            proposals,
            labours: Vec::new(),
            swept: BTreeMap::new(),
            spent: BTreeMap::new(),
            done: BTreeMap::new(),
        }
    }

    /// Tells the auditor.
    pub fn tell(&self, known: &mut Known) {
        for put in &self.proposals {
            let Proposal {
                subject,
                number,
                roll,
                ..
            } = &put.proposal;
            known.propose(
                Id(put.id.0),
                audit::Proposal {
                    subject: subject_of(subject),
                    number: *number,
                    roll: roll.number,
                },
            );
            match (&put.proposal.content, subject) {
                (Content::Floor { floor_s }, Subject::Floor(agent)) => known.decide_floor(
                    Id(put.decision.0),
                    audit::DecidedFloor {
                        agent: Id(agent.0),
                        number: *number,
                        floor_s: floor_s.0,
                    },
                ),
                (Content::Project(project), _) => known.decide_project(
                    Id(put.decision.0),
                    audit::Project {
                        proposal: Id(put.id.0),
                        fund: match project.fund {
                            Fund::State => audit::Account::State,
                            Fund::Community => audit::Account::Community,
                        },
                        holder: Id(project.holder.0),
                        budget_s: project.budget_s.0,
                        confirmations: project.confirmations,
                    },
                ),
                _ => {}
            }
        }
        for worked in &self.labours {
            known.work(
                Id(worked.id.0),
                audit::Labour {
                    author: Id(worked.author.0),
                    project: Id(worked.labour.project.0),
                    seconds: worked.labour.seconds.0,
                },
            );
        }
    }
}

/// Content that no page rests on.
fn line(members: &[Member]) -> Content {
    let rate = KindRate {
        kind: "hour".into(),
        rate: Rate::ONE,
    };
    Content::Line(Box::new(LineTerms {
        gateway: members[0].agent,
        limit_s: Seconds(HOUR_S),
        neighbour_gateway: members[0].agent,
        neighbour_limit_s: Seconds(HOUR_S),
        state: LineState::Open,
        sheet: Sheet {
            number: 1,
            window: 0,
            slope_bp: 0,
            kinds: vec![rate],
        },
        issued: 0,
        taken: 0,
    }))
}

fn subject_of(subject: &Subject) -> audit::Subject {
    match subject {
        Subject::Roll => audit::Subject::Roll,
        Subject::Policy => audit::Subject::Policy,
        Subject::Floor(agent) => audit::Subject::Floor(Id(agent.0)),
        Subject::Project(name) => audit::Subject::Project(Id(name.0)),
        Subject::Line(village) => audit::Subject::Line(Id(village.0)),
        Subject::Dispute(transfer) => audit::Subject::Dispute(Id(transfer.0)),
        Subject::Code => audit::Subject::Code,
        Subject::Succession(agent) => audit::Subject::Succession(Id(agent.0)),
        Subject::MakeGood(agent) => audit::Subject::MakeGood(Id(agent.0)),
    }
}

impl Village {
    /// Something about what the village decides or owns, if there is anything to do.
    pub(super) fn politics_step(&mut self, at: usize, version: usize) {
        // Holders have more to do than others.
        let holder = self.random.below(9);
        let (at, version) = match self.members.get(holder).map(|member| &member.newest) {
            Some(Some((_, before))) if holder < 3 => (holder, before.after.policy as usize),
            _ => (at, version),
        };
        let did = match self.random.below(6) {
            0 => self.vote(at, version).then_some("vote"),
            1 => self.take_floor(at, version).then_some("floor"),
            2 => self.hold(at, version).then_some("hold"),
            3 => self.sweep(at, version).then_some("sweep"),
            4 => self.pay(at, version).then_some("pay"),
            _ => self.hand_over(at, version).then_some("hand over"),
        };
        if let Some(did) = did {
            *self.politics.done.entry(did).or_default() += 1;
        }
    }

    fn after(&self, at: usize) -> &State {
        &self.members[at].newest.as_ref().unwrap().1.after
    }

    fn vote(&mut self, at: usize, version: usize) -> bool {
        let agent = self.members[at].agent;
        let which = self.random.below(self.politics.proposals.len());
        let proposal = &self.politics.proposals[which].proposal;
        let key = Key::of_vote(&super::VILLAGE, &proposal.subject, proposal.number);
        let tree = &self.members[at].tree;
        let entitled = self.politics.stewards.contains(&agent);
        if !entitled || tree.contains(&key) || self.after(at).roll > proposal.roll.number {
            return false;
        }
        let choice = if self.random.below(3) > 0 {
            Choice::Yes
        } else {
            let reason = "not before winter, and not without a word about who keeps the keys"
                .chars()
                .take(self.random.below(70))
                .collect();
            Choice::No { reason }
        };
        let vote = Vote {
            proposal: self.politics.proposals[which].id,
            choice,
            on_roll: self.politics.roll.prove(&Key::of_person(agent)),
            proof: tree.prove(&key),
        };
        self.members[at].tree.insert(key, Mark::default());
        let cites = Cites {
            proposal: Some(which),
            ..Cites::default()
        };
        assert!(self.next(at, version, Event::Vote(Box::new(vote)), &cites));
        true
    }

    fn take_floor(&mut self, at: usize, version: usize) -> bool {
        let agent = self.members[at].agent;
        let used = self.after(at).floor.map_or(0, |floor| floor.number);
        let fits =
            |put: &Put| put.proposal.subject == Subject::Floor(agent) && put.proposal.number > used;
        let Some(which) = self.politics.proposals.iter().position(fits) else {
            return false;
        };
        let decision = self.politics.proposals[which].decision;
        let cites = Cites {
            decided: Some(which),
            ..Cites::default()
        };
        assert!(self.next(at, version, Event::Floor { decision }, &cites));
        true
    }

    /// A fund that a policy gives to somebody.
    fn fund_of(&self, at: usize, version: usize) -> Option<Fund> {
        let policy = &self.policies[version].1;
        [Fund::State, Fund::Community].into_iter().find(|fund| {
            let appointed = policy.appointment(*fund);
            appointed.is_some_and(|one| one.holder == self.members[at].agent)
        })
    }

    fn hold(&mut self, at: usize, version: usize) -> bool {
        let Some(fund) = self.fund_of(at, version) else {
            return false;
        };
        if self.after(at).holding(Account::Fund(fund)).is_ok() {
            return false;
        }
        assert!(self.next(at, version, Event::Hold { fund }, &Cites::default()));
        true
    }

    fn sweep(&mut self, at: usize, version: usize) -> bool {
        let agent = self.members[at].agent;
        let held = |fund: &Fund| self.after(at).holding(Account::Fund(*fund)).is_ok();
        let Some(fund) = [Fund::State, Fund::Community].into_iter().find(held) else {
            return false;
        };
        // Any page of a member that has earned something, not only the newest.
        let mut tree = self
            .politics
            .swept
            .get(&(agent, fund))
            .cloned()
            .unwrap_or_default();
        let mut marks: BTreeMap<AgentId, i64> = BTreeMap::new();
        let (mut items, mut swept) = (Vec::new(), Vec::new());
        for _ in 0..1 + self.random.below(40) {
            let which = self.random.below(self.written.len());
            let written = &self.written[which];
            let after = &written.page.after;
            let collector = after.collectors.of(fund);
            let key = Key::of_sweep(written.author);
            let before = tree.prove(&key).mark(tree.root(), &key).unwrap();
            let before = before.map_or(0, |mark| mark.0 as i64);
            let earned_s = after.earned.of(fund).0;
            let due_s = earned_s - before.max(collector.since_s.0);
            if collector.holder != Some(agent) || due_s <= 0 {
                continue;
            }
            marks.insert(written.author, earned_s);
            items.push(Swept {
                page: written.id,
                proof: tree.prove(&key),
            });
            tree.insert(key, Mark(earned_s as u64));
            swept.push(which);
        }
        if items.is_empty() {
            return false;
        }
        self.politics.swept.insert((agent, fund), tree);
        let cites = Cites {
            swept,
            ..Cites::default()
        };
        assert!(self.next(at, version, Event::Sweep { fund, items }, &cites));
        true
    }

    fn pay(&mut self, at: usize, version: usize) -> bool {
        let agent = self.members[at].agent;
        let Some(fund) = self.fund_of(at, version) else {
            return false;
        };
        let Ok(holding) = self.after(at).holding(Account::Fund(fund)) else {
            return false;
        };
        let available_s = holding.balance_s.0;
        let fits = |put: &Put| {
            matches!(&put.proposal.content, Content::Project(project)
                if project.holder == agent && project.fund == fund)
        };
        let Some(which) = self.politics.proposals.iter().position(fits) else {
            return false;
        };
        let to = self.random.below(self.members.len());
        if to == at || available_s < 2 {
            return false;
        }
        let (project, decision) = {
            let put = &self.politics.proposals[which];
            (put.id, put.decision)
        };
        let seconds = Seconds(1 + self.random.below(available_s.min(HOUR_S) as usize) as i64);
        let labour = Worked {
            id: ActionId(self.random.bytes()),
            author: self.members[to].agent,
            labour: Labour {
                book: ActionId([0; 32]),
                project,
                decision,
                seconds,
                words: None,
                shown: true,
            },
            paid: false,
        };
        let labour_id = labour.id;
        self.politics.labours.push(labour);
        let (tree, spent) = self.politics.spent.entry((agent, fund)).or_default();
        let (mut tree_after, mut spent_after) = (tree.clone(), spent.clone());
        let key = Key::of_project(project);
        let budget = tree_after.prove(&key);
        let so_far = spent_after.entry(project).or_default();
        *so_far += seconds.0 as u64;
        tree_after.insert(key, Mark(*so_far));
        let key = Key::of_labour(labour_id);
        let once = tree_after.prove(&key);
        tree_after.insert(key, Mark::default());
        let policy = self.policies[version].1;
        let amount = Amount::new(seconds).unwrap();
        let transfer = Transfer {
            from: Account::Fund(fund),
            to: self.members[to].agent,
            to_account: Account::Member,
            amount_s: seconds,
            split: policy.payment_split(amount),
            memo: None,
            request: None,
            corrects: None,
            payment: Some(Box::new(Payment {
                decision,
                labour: labour_id,
                confirmations: vec![],
                budget,
                once,
            })),
            line: None,
            cheque: SignatureBytes([7; 64]),
        };
        let cites = Cites {
            decided: Some(which),
            labour: Some(self.politics.labours.len() - 1),
            ..Cites::default()
        };
        let before = self.written.len();
        self.give_by(at, version, transfer, &cites);
        let paid = self.written.len() > before;
        if paid {
            self.politics
                .spent
                .insert((agent, fund), (tree_after, spent_after));
        }
        paid
    }

    /// The State fund's first holder hands over what is left.
    fn hand_over(&mut self, at: usize, version: usize) -> bool {
        let policy = self.policies[version].1;
        let fund = Fund::State;
        let Ok(holding) = self.after(at).holding(Account::Fund(fund)) else {
            return false;
        };
        let (left, Some(next)) = (holding.balance_s, policy.appointment(fund)) else {
            return false;
        };
        if next.holder == self.members[at].agent || left.0 <= 0 {
            return false;
        }
        let transfer = Transfer {
            from: Account::Fund(fund),
            to: next.holder,
            to_account: Account::Fund(fund),
            amount_s: left,
            split: Split::whole(Amount::new(left).unwrap()),
            memo: None,
            request: None,
            corrects: None,
            payment: None,
            line: None,
            cheque: SignatureBytes([7; 64]),
        };
        self.give_by(at, version, transfer, &Cites::default());
        true
    }
}
