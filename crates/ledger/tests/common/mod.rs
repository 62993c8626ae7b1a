//! What the tests of the law share: names, policies, books that write themselves.
#![allow(dead_code)] // Each test file uses its part.

use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::apply::first_page;
use commons_credit_ledger::roll::founding_tree;
use commons_credit_ledger::settled::{Key, Mark, PathEnd, Proof, Root, Tree};
use commons_credit_ledger::*;

/// Any agent's key.
pub fn agent(number: u8) -> AgentId {
    AgentId([number; 32])
}

/// Any action's address.
pub fn action(number: u8) -> ActionId {
    ActionId([number; 32])
}

/// The giver in most tests.
pub const ANNA: u8 = 1;
/// The receiver in most tests.
pub const BEN: u8 = 2;
/// Neither of the two.
pub const CARL: u8 = 3;

/// 7.5 % and 2.5 %, ten hours of credit line.
pub fn policy() -> Policy {
    Policy {
        version: 0,
        levies: Levies {
            state_bp: BasisPoints(750),
            community_bp: BasisPoints(250),
        },
        floor: Balance::new(Seconds(-10 * HOUR_S)).unwrap(),
        exposure: Seconds(AMOUNT_MAX_S),
        probation: None,
        payments_levied: true,
        state: None,
        community: None,
    }
}

/// The same as policy number `version`.
pub fn policy_numbered(version: u32) -> Policy {
    Policy {
        version,
        ..policy()
    }
}

/// A proof for a book that has settled nothing.
pub fn nothing_settled() -> Proof {
    Proof {
        siblings: vec![],
        end: PathEnd::Empty,
    }
}

/// A page as it comes to the judge: the page, what lies before it, the facts.
#[derive(Clone)]
pub struct Draft {
    pub page: Page,
    pub previous: Option<(AgentId, Page)>,
    pub author: AgentId,
    pub policy: Option<Policy>,
    pub skips_a_page: bool,
    pub admission_is_own: bool,
    pub cheque_is_signed: bool,
    pub transfer: Option<(ActionId, AgentId, Page)>,
    pub decline: Option<(ActionId, AgentId, Page)>,
    pub proposal: Option<(ActionId, Proposal)>,
    pub decided: Option<Closed>,
    pub swept: Vec<(ActionId, AgentId, Page)>,
    pub labour: Option<(ActionId, AgentId, Labour)>,
    pub confirmations: Vec<(ActionId, AgentId, Confirmation)>,
    pub time_us: i64,
    pub corrected: Option<(ActionId, AgentId, Page)>,
    pub carry_is_witnessed: bool,
    pub pledge: Option<(ActionId, AgentId, Page)>,
    pub line_is_signed: bool,
    pub round: Option<(VillageId, Vec<Closed>)>,
    pub ended: Option<Ended>,
    pub last: Option<(ActionId, AgentId, Page)>,
    pub entrusted: Vec<(ActionId, AgentId, Page)>,
}

/// A decision as it is cited: its address, whether it adopts, and the proposal.
#[derive(Clone)]
pub struct Closed {
    pub id: ActionId,
    pub adopted: bool,
    pub proposal_id: ActionId,
    pub proposal: Proposal,
}

impl Closed {
    /// What the edge brings.
    pub fn decided(&self) -> Decided<'_> {
        Decided {
            id: self.id,
            adopted: self.adopted,
            proposal_id: self.proposal_id,
            proposal: &self.proposal,
        }
    }
}

impl Draft {
    /// The opening of a book, good in every way.
    pub fn opening(author: u8) -> Self {
        Self {
            page: first_page(action(200), &policy(), PolicyRef::FOUNDING),
            previous: None,
            author: agent(author),
            policy: Some(policy()),
            skips_a_page: false,
            admission_is_own: true,
            cheque_is_signed: false,
            transfer: None,
            decline: None,
            proposal: None,
            decided: None,
            swept: vec![],
            labour: None,
            confirmations: vec![],
            time_us: 0,
            corrected: None,
            carry_is_witnessed: false,
            pledge: None,
            line_is_signed: false,
            round: None,
            ended: None,
            last: None,
            entrusted: vec![],
        }
    }

    /// A page after `before` that changes nothing yet: set `after` and the facts.
    pub fn following(author: u8, before: &Page, event: Event) -> Self {
        Self {
            page: Page {
                number: before.number + 1,
                previous: Some(action(201)),
                policy: PolicyRef {
                    version: before.policy.version,
                    decision: before.policy.decision,
                },
                event,
                after: before.after.clone(),
            },
            previous: Some((agent(author), before.clone())),
            policy: Some(policy_numbered(before.policy.version)),
            admission_is_own: false,
            cheque_is_signed: true,
            ..Self::opening(author)
        }
    }

    /// Does something with the facts of this draft.
    pub fn with_facts<T>(&self, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
        fn cited(of: &(ActionId, AgentId, Page)) -> Cited<'_> {
            Cited {
                id: of.0,
                author: of.1,
                page: &of.2,
            }
        }
        let swept: Vec<_> = self.swept.iter().map(cited).collect();
        let entrusted: Vec<_> = self.entrusted.iter().map(cited).collect();
        let decided: Vec<_> = self
            .round
            .iter()
            .flat_map(|(_, closed)| closed.iter().map(Closed::decided))
            .collect();
        let confirmations: Vec<_> = self
            .confirmations
            .iter()
            .map(|(id, author, confirmation)| CitedConfirmation {
                id: *id,
                author: *author,
                confirmation,
            })
            .collect();
        ask(&Facts {
            skips_a_page: self.skips_a_page,
            admission_is_own: self.admission_is_own,
            cheque_is_signed: self.cheque_is_signed,
            transfer: self.transfer.as_ref().map(cited),
            decline: self.decline.as_ref().map(cited),
            proposal: self.proposal.as_ref().map(|(id, proposal)| CitedProposal {
                id: *id,
                village: VILLAGE,
                proposal,
            }),
            decided: self.decided.as_ref().map(Closed::decided),
            swept: &swept,
            labour: self
                .labour
                .as_ref()
                .map(|(id, author, labour)| CitedLabour {
                    id: *id,
                    author: *author,
                    labour,
                }),
            confirmations: &confirmations,
            time_us: self.time_us,
            corrected: self.corrected.as_ref().map(cited),
            carry_is_witnessed: self.carry_is_witnessed,
            pledge: self.pledge.as_ref().map(cited),
            line_is_signed: self.line_is_signed,
            round: self.round.as_ref().map(|(here, _)| RoundFacts {
                here: *here,
                decided: &decided,
            }),
            ended: self.ended,
            last: self.last.as_ref().map(cited),
            entrusted: &entrusted,
            ..Facts::of(self.author, self.policy)
        })
    }

    /// What the law says.
    pub fn judge(&self) -> Result<(), Violation> {
        let previous = self.previous.as_ref().map(|(author, page)| PreviousPage {
            author: *author,
            page,
        });
        self.with_facts(|facts| judge(&self.page, previous, facts))
    }

    /// The code of what the law says, `"valid"` if nothing is broken.
    pub fn verdict(&self) -> &'static str {
        match self.judge() {
            Ok(()) => "valid",
            Err(violation) => violation.code(),
        }
    }

    /// The same draft with something changed.
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// The opening page of anybody's book.
pub fn opened() -> Page {
    Draft::opening(ANNA).page
}

/// A page whose book holds `balance_s` in its member account.
pub fn holding(balance_s: i64) -> Page {
    let mut page = opened();
    page.after.holdings[0].balance_s = Seconds(balance_s);
    page
}

/// A transfer of `amount_s` from Anna to Ben under [`policy`], shared out by hand.
pub fn transfer(amount_s: i64) -> Transfer {
    let share = |rate: i128| (i128::from(amount_s) * rate).div_euclid(10_000) as i64;
    let (state, community) = (share(750), share(250));
    Transfer {
        from: Account::Member,
        to: agent(BEN),
        to_account: Account::Member,
        amount_s: Seconds(amount_s),
        split: Split {
            receiver_s: Seconds(amount_s - state - community),
            state_s: Seconds(state),
            community_s: Seconds(community),
        },
        memo: None,
        request: None,
        corrects: None,
        payment: None,
        line: None,
        cheque: SignatureBytes([7; 64]),
    }
}

/// The action by which somebody joined, in tests of many people.
pub fn admission_of(who: u8) -> ActionId {
    ActionId([who; 32])
}

/// Carpentry at this rate, grain at one to one.
pub fn kinds(num: u32, den: u32) -> Vec<KindRate> {
    let kind = |kind: &str, rate| KindRate {
        kind: kind.into(),
        rate,
    };
    vec![
        kind("carpentry", Rate { num, den }),
        kind("grain", Rate::ONE),
    ]
}

/// Ben's line of 500 hours to a village where 1 h of carpentry is 1.2 h of grain.
pub fn line_terms() -> LineTerms {
    LineTerms {
        gateway: agent(BEN),
        limit_s: Seconds(500 * HOUR_S),
        neighbour_gateway: agent(CARL),
        neighbour_limit_s: Seconds(600 * HOUR_S),
        state: LineState::Open,
        sheet: Sheet {
            number: 1,
            window: 1,
            slope_bp: 1_000,
            kinds: kinds(6, 5),
        },
        issued: 0,
        taken: 0,
    }
}

/// The address of the transfer in the drafts below.
pub const TRANSFER: u8 = 100;
/// The address of the decline in [`reclaiming`].
pub const DECLINE: u8 = 101;

/// Anna gives Ben `amount_s` from `before`.
pub fn giving(before: &Page, amount_s: i64) -> Draft {
    let mut draft = Draft::following(ANNA, before, Event::Transfer(Box::new(transfer(amount_s))));
    draft.page.after.holdings[0].balance_s.0 -= amount_s;
    draft
}

/// The page by which Anna gave Ben `amount_s`, found valid.
pub fn given(amount_s: i64) -> Page {
    giving(&holding(amount_s), amount_s).page
}

/// Ben deposits two hours from Anna into the book that stands at `before`, which
/// has settled nothing.
pub fn depositing(before: &Page) -> Draft {
    let event = Event::Deposit {
        transfer: action(TRANSFER),
        proof: nothing_settled(),
        receipt: None,
        unbarred: None,
    };
    let mut draft = Draft::following(BEN, before, event);
    let after = &mut draft.page.after;
    after.holdings[0].balance_s.0 += 108 * 60;
    after.received.times += 1;
    after.received.total_s.0 += 108 * 60;
    after.earned.state_s.0 += 9 * 60;
    after.earned.community_s.0 += 3 * 60;
    after.settled = only_settled(TRANSFER);
    draft.transfer = Some((action(TRANSFER), agent(ANNA), given(2 * HOUR_S)));
    draft
}

/// Ben declines two hours from Anna.
pub fn declining(before: &Page) -> Draft {
    let event = Event::Decline {
        transfer: action(TRANSFER),
        reason: None,
        proof: nothing_settled(),
    };
    let mut draft = Draft::following(BEN, before, event);
    draft.page.after.settled = only_settled(TRANSFER);
    draft.transfer = Some((action(TRANSFER), agent(ANNA), given(2 * HOUR_S)));
    draft
}

/// Anna takes back the two hours that Ben declined.
pub fn reclaiming(before: &Page) -> Draft {
    let event = Event::Reclaim {
        transfer: action(TRANSFER),
        decline: action(DECLINE),
        proof: nothing_settled(),
    };
    let mut draft = Draft::following(ANNA, before, event);
    draft.page.after.holdings[0].balance_s.0 += 2 * HOUR_S;
    draft.page.after.settled = only_settled(TRANSFER);
    draft.transfer = Some((action(TRANSFER), agent(ANNA), given(2 * HOUR_S)));
    draft.decline = Some((action(DECLINE), agent(BEN), declining(&opened()).page));
    draft
}

/// Three stewards, of whom two decide.
pub fn charter() -> Charter {
    Charter {
        format: 1,
        name: "Orchard".into(),
        levies: policy().levies,
        floor_s: Seconds(-10 * HOUR_S),
        voting: Voting::Council { needed: 2 },
        stewards: vec![agent(ANNA), agent(BEN), agent(CARL)],
        predecessor: None,
    }
}

/// The path of a person on a roll that is this tree.
pub fn on_roll(tree: &Tree, who: u8) -> Proof {
    tree.prove(&Key::of_person(agent(who)))
}

/// Anna's first proposal about something, under roll 0 of [`charter`].
pub fn proposal(subject: Subject, content: Content) -> Proposal {
    Proposal {
        subject,
        number: 1,
        follows: None,
        roll: RollRef::FOUNDING,
        electorate: Roll::founding(&charter()),
        on_roll: on_roll(&founding_tree(&charter()), ANNA),
        content,
        reason: "as talked over in the barn".into(),
    }
}

/// The address of the proposals below.
pub const PROPOSAL: u8 = 110;
/// The address of the decisions below.
pub const DECISION: u8 = 111;

/// The decision that adopts a proposal.
pub fn adopted(proposal: Proposal) -> Closed {
    Closed {
        id: action(DECISION),
        adopted: true,
        proposal_id: action(PROPOSAL),
        proposal,
    }
}

/// A floor of 30 hours for Anna.
pub fn floor_for_anna() -> Proposal {
    let floor_s = Seconds(-30 * HOUR_S);
    proposal(Subject::Floor(agent(ANNA)), Content::Floor { floor_s })
}

/// Anna votes on a proposal, in a book that has settled nothing.
pub fn voting(before: &Page, proposal: Proposal, choice: Choice) -> Draft {
    let key = Key::of_vote(&VILLAGE, &proposal.subject, proposal.number);
    let mut tree = Tree::default();
    let vote = Vote {
        proposal: action(PROPOSAL),
        choice,
        on_roll: on_roll(&founding_tree(&charter()), ANNA),
        proof: tree.prove(&key),
    };
    tree.insert(key, Mark::default());
    let mut draft = Draft::following(ANNA, before, Event::Vote(Box::new(vote)));
    draft.page.after.settled = tree.root();
    draft.page.after.roll = proposal.roll.number;
    draft.proposal = Some((action(PROPOSAL), proposal));
    draft
}

/// Anna takes over the floor of 30 hours.
pub fn taking_floor(before: &Page) -> Draft {
    let event = Event::Floor {
        decision: action(DECISION),
    };
    let mut draft = Draft::following(ANNA, before, event);
    draft.page.after.floor = Some(DecidedFloor {
        number: 1,
        floor_s: Seconds(-30 * HOUR_S),
    });
    draft.page.after.holdings[0].floor_s = Seconds(-30 * HOUR_S);
    draft.decided = Some(adopted(floor_for_anna()));
    draft
}

/// The end of Anna's term as holder of the State fund.
pub const TERM_END_US: i64 = 1_900_000_000_000_000;

/// [`policy`] with Anna as holder of the State fund.
pub fn policy_of_anna() -> Policy {
    Policy {
        state: Some(Appointment {
            holder: agent(ANNA),
            until_us: TERM_END_US,
        }),
        ..policy()
    }
}

/// Anna's book with a State fund of `balance_s` beside her own account, nothing
/// swept and nothing spent yet.
pub fn with_fund(balance_s: i64) -> Page {
    let mut page = opened();
    page.after.holdings.push(Holding {
        account: Account::Fund(Fund::State),
        balance_s: Seconds(balance_s),
        floor_s: Seconds(0),
    });
    page.after.offices.push(Office {
        fund: Fund::State,
        swept: Root::EMPTY,
        spent: Root::EMPTY,
    });
    page.after.collectors.state.holder = Some(agent(ANNA));
    page
}

/// The root cellar: three hours, paid by Anna from the State fund.
pub fn cellar() -> Project {
    Project {
        name: "Root cellar".into(),
        purpose: "keeps the apples until May".into(),
        fund: Fund::State,
        holder: agent(ANNA),
        budget_s: Seconds(3 * HOUR_S),
        confirmations: 0,
    }
}

/// The proposal for the root cellar.
pub fn cellar_proposal() -> Proposal {
    let subject = Subject::Project(Digest([0xce; 32]));
    proposal(subject, Content::Project(cellar()))
}

/// The address of Ben's labour on the root cellar.
pub const LABOUR: u8 = 120;

/// Ben's four hours on the root cellar.
pub fn labour() -> Labour {
    Labour {
        book: action(1),
        project: action(PROPOSAL),
        decision: action(DECISION),
        seconds: Seconds(4 * HOUR_S),
        words: None,
        shown: true,
    }
}

/// Anna pays Ben `amount_s` for his labour out of a State fund of two hours from
/// which nothing was spent.
pub fn paying(amount_s: i64) -> Draft {
    let mut spent = Tree::default();
    let project = Key::of_project(action(PROPOSAL));
    let budget = spent.prove(&project);
    spent.insert(project, Mark(amount_s.unsigned_abs()));
    let once = spent.prove(&Key::of_labour(action(LABOUR)));
    spent.insert(Key::of_labour(action(LABOUR)), Mark::default());
    let mut draft = giving(&with_fund(2 * HOUR_S), amount_s);
    if let Event::Transfer(transfer) = &mut draft.page.event {
        transfer.from = Account::Fund(Fund::State);
        transfer.payment = Some(Box::new(Payment {
            decision: action(DECISION),
            labour: action(LABOUR),
            confirmations: vec![],
            budget,
            once,
        }));
    }
    draft.page.after = with_fund(2 * HOUR_S - amount_s).after;
    draft.page.after.offices[0].spent = spent.root();
    draft.policy = Some(policy_of_anna());
    draft.decided = Some(adopted(cellar_proposal()));
    draft.labour = Some((action(LABOUR), agent(BEN), labour()));
    draft.time_us = TERM_END_US;
    draft
}

/// A page of somebody's book that has earned so much for Anna's State fund.
pub fn earning(earned_s: i64, since_s: i64) -> Page {
    let mut page = opened();
    page.after.earned.state_s = Seconds(earned_s);
    page.after.collectors.state = Collector {
        holder: Some(agent(ANNA)),
        since_s: Seconds(since_s),
    };
    page
}

/// Anna sweeps these members' pages into her State fund, which has swept up to
/// `before`.
pub fn sweeping(before: &Tree, members: &[(u8, Page)]) -> Draft {
    let mut swept = before.clone();
    let mut fund = with_fund(0);
    fund.after.offices[0].swept = before.root();
    let mut items = vec![];
    let mut total_s = 0;
    let mut cited = vec![];
    for (at, (who, page)) in members.iter().enumerate() {
        let key = Key::of_sweep(agent(*who));
        let proof = swept.prove(&key);
        let old_s = match proof.end {
            PathEnd::Present(mark) => mark.0 as i64,
            _ => 0,
        };
        let earned_s = page.after.earned.state_s.0;
        total_s += earned_s - old_s.max(page.after.collectors.state.since_s.0);
        swept.insert(key, Mark(earned_s as u64));
        let id = action(130u8.wrapping_add(at as u8));
        items.push(Swept { page: id, proof });
        cited.push((id, agent(*who), page.clone()));
    }
    let event = Event::Sweep {
        fund: Fund::State,
        items,
    };
    let mut draft = Draft::following(ANNA, &fund, event);
    draft.page.after.holdings[1].balance_s = Seconds(total_s);
    draft.page.after.offices[0].swept = swept.root();
    draft.policy = Some(policy_of_anna());
    draft.swept = cited;
    draft
}

/// Anna opens the State fund in her book.
pub fn opening_fund() -> Draft {
    let event = Event::Hold { fund: Fund::State };
    let mut draft = Draft::following(ANNA, &opened(), event);
    draft.page.after = with_fund(0).after;
    draft.policy = Some(policy_of_anna());
    draft
}

/// The village whose law is tested.
pub const VILLAGE: VillageId = VillageId([0x0e; 32]);

/// The village before this one.
pub const OLD_VILLAGE: VillageId = VillageId([0x0d; 32]);

/// The proposal for other rules.
pub fn code_proposal() -> Proposal {
    let code = Code {
        program: Program::Dna(VillageId([0xd4; 32])),
        note: "the levy may take 60 %".into(),
    };
    proposal(Subject::Code, Content::Code(code))
}

/// Anna closes the book that stands at `before` for other rules.
pub fn closing(before: &Page) -> Draft {
    let decision = Some(action(DECISION));
    let mut draft = Draft::following(ANNA, before, Event::Close { decision });
    draft.decided = Some(adopted(code_proposal()));
    draft
}

/// Anna's book goes on in a new village with what the closing page says.
pub fn carrying(closing: &Page) -> Draft {
    let carried = Carried {
        village: OLD_VILLAGE,
        closing: action(150),
        page: closing.clone(),
        witness: agent(BEN),
        signature: SignatureBytes([9; 64]),
    };
    let mut draft = Draft::opening(ANNA);
    draft.page.event = Event::Carry {
        admission: action(200),
        carried: Box::new(carried),
    };
    draft.page.after = closing.after.clone();
    draft.carry_is_witnessed = true;
    draft
}

/// A tree of these transfers.
pub fn settled(transfers: &[u8]) -> Tree {
    let mut tree = Tree::default();
    for transfer in transfers {
        tree.insert(Key::of_transfer(action(*transfer)), Mark::default());
    }
    tree
}

/// The root when just one transfer is settled.
pub fn only_settled(transfer: u8) -> Root {
    settled(&[transfer]).root()
}

/// The address of the proof against Anna, who gave page 2 twice.
pub const DOUBLE_SPEND: u8 = 170;
/// The address of the first page of [`succeeding`].
pub const SUCCESSION: u8 = 171;
/// The address of the last page of Anna's lost book.
pub const LAST: u8 = 172;
/// Anna's new key.
pub const HEIR: u8 = 61;

/// Two cheques of Anna for page 2; their signatures are the edge's to check.
pub fn double_spend() -> DoubleSpend {
    let said = |receiver| Said {
        receiver: ReceiverTag([receiver; 12]),
        amount_s: Seconds(7_200),
        page: PageTag([receiver; 16]),
        signature: SignatureBytes([receiver; 64]),
    };
    DoubleSpend {
        giver: agent(ANNA),
        number: 2,
        said: [said(BEN), said(CARL)],
    }
}

/// A tree that says whose book has ended where.
pub fn bars(ended: &[(u8, u64)]) -> Tree {
    let mut tree = Tree::default();
    for (who, number) in ended {
        tree.insert(Key::of_bar(agent(*who)), Mark(*number));
    }
    tree
}

/// Ben notes that Anna's book has ended at page 2; `before` bars what `tree` says.
pub fn barring(before: &Page, tree: &Tree) -> Draft {
    let key = Key::of_bar(agent(ANNA));
    let cause = Cause::DoubleSpend(action(DOUBLE_SPEND));
    let event = Event::Bar(Box::new(Bar {
        agent: agent(ANNA),
        number: 2,
        cause,
        proof: tree.prove(&key),
    }));
    let mut before = before.clone();
    before.after.barred = tree.root();
    let mut tree = tree.clone();
    tree.insert(key, Mark(2));
    let mut draft = Draft::following(BEN, &before, event);
    draft.page.after.barred = tree.root();
    draft.ended = Some(Ended {
        cause,
        agent: agent(ANNA),
        number: 2,
    });
    draft
}

/// Ben, who bars what `tree` says, deposits Anna's transfer on page `number`.
pub fn depositing_barred(tree: &Tree, number: u64) -> Draft {
    let mut before = opened();
    before.after.barred = tree.root();
    depositing(&before).with(|draft| {
        draft.transfer.as_mut().unwrap().2.number = number;
        if let Event::Deposit { unbarred, .. } = &mut draft.page.event {
            *unbarred = Some(Box::new(tree.prove(&Key::of_bar(agent(ANNA)))));
        }
    })
}

/// Ben, Carl and agent 4 guard Anna's book; two of them are needed.
pub fn guardians() -> Guardians {
    Guardians {
        agents: vec![agent(BEN), agent(CARL), agent(4)],
        needed: 2,
    }
}

/// Anna names her guardians.
pub fn naming(before: &Page) -> Draft {
    let mut draft = Draft::following(ANNA, before, Event::Guard(guardians()));
    draft.page.after.guardians = Some(guardians().digest());
    draft
}

/// Anna's guarded book with `balance_s`, as it stood when she lost her key.
pub fn lost_book(balance_s: i64) -> Page {
    naming(&holding(balance_s)).page
}

/// A lost key, with the last page of its book that counts.
pub fn lost(who: u8, number: u64) -> LostKey {
    LostKey {
        agent: agent(who),
        number,
    }
}

/// A guardian entrusts Anna's lost book to her new key.
pub fn entrusting(guardian: u8) -> Draft {
    let key = Key::of_entrusted(agent(ANNA));
    let mut tree = Tree::default();
    let event = Event::Entrust(Box::new(Entrust {
        lost: agent(ANNA),
        last: action(LAST),
        heir: agent(HEIR),
        proof: tree.prove(&key),
    }));
    tree.insert(key, Mark::default());
    let mut draft = Draft::following(guardian, &opened(), event);
    draft.page.after.settled = tree.root();
    draft.last = Some((action(LAST), agent(ANNA), lost_book(HOUR_S)));
    draft
}

/// Anna's new key goes on with the book that ended with `last`, entrusted by these
/// guardians.
pub fn succeeding(last: &Page, by: &[u8]) -> Draft {
    let event = Event::Succeed {
        admission: action(200),
        succession: Box::new(Succession {
            lost: agent(ANNA),
            last: action(LAST),
            number: last.number,
            mandate: Mandate::Guardians {
                guardians: guardians(),
                entrusted: by.iter().map(|who| action(180 + who)).collect(),
            },
        }),
    };
    let mut draft = Draft::opening(HEIR);
    draft.page.event = event;
    draft.page.after = last.after.clone();
    draft.page.after.lost.push(LostKey {
        agent: agent(ANNA),
        number: last.number,
    });
    draft.last = Some((action(LAST), agent(ANNA), last.clone()));
    draft.entrusted = by
        .iter()
        .map(|who| (action(180 + who), agent(*who), entrusting(*who).page))
        .collect();
    draft
}

/// The same by a decision.
pub fn succeeding_by_decision(last: &Page) -> Draft {
    succeeding(last, &[]).with(|draft| {
        if let Event::Succeed { succession, .. } = &mut draft.page.event {
            succession.mandate = Mandate::Decision {
                decision: action(DECISION),
            };
        }
        draft.decided = Some(adopted(succession_proposal()));
    })
}

/// The proposal that Anna's new key goes on with her book.
pub fn succession_proposal() -> Proposal {
    proposal(
        Subject::Succession(agent(ANNA)),
        Content::Succession {
            heir: agent(HEIR),
            last: action(LAST),
        },
    )
}

/// The proposal that Ben makes good an hour that Anna gave twice.
pub fn make_good_proposal() -> Proposal {
    proposal(
        Subject::MakeGood(agent(ANNA)),
        Content::MakeGood {
            proof: action(DOUBLE_SPEND),
            amount_s: Seconds(HOUR_S),
            holder: agent(BEN),
        },
    )
}

/// Ben, who holds a Community fund of `balance_s`, makes good what was decided.
pub fn making_good(balance_s: i64) -> Draft {
    let mut before = opened();
    before.after.holdings.push(Holding {
        account: Account::Fund(Fund::Community),
        balance_s: Seconds(balance_s),
        floor_s: Seconds(0),
    });
    before.after.offices.push(Office {
        fund: Fund::Community,
        swept: Root::EMPTY,
        spent: Root::EMPTY,
    });
    before.after.collectors.community.holder = Some(agent(BEN));
    let key = Key::of_made_good(action(PROPOSAL));
    let mut spent = Tree::default();
    let event = Event::MakeGood {
        decision: action(DECISION),
        once: spent.prove(&key),
    };
    spent.insert(key, Mark::default());
    let mut draft = Draft::following(BEN, &before, event);
    draft.page.after.holdings[1].balance_s.0 -= HOUR_S;
    draft.page.after.offices[0].spent = spent.root();
    draft.policy = Some(Policy {
        community: Some(Appointment {
            holder: agent(BEN),
            until_us: 0,
        }),
        ..policy()
    });
    draft.decided = Some(adopted(make_good_proposal()));
    draft
}
