//! Villages with lines between them (two, or a chain of three), real signatures, and the
//! edge that collects facts as the integrity zome does.
#![allow(dead_code)] // Each test file uses its part.

use crate::common::{admission_of, kinds, Closed};
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::apply::{first_page, next_page};
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::line::{checks, receipt_statement};
use commons_credit_ledger::settled::{Key, Mark, Proof, Tree};
use commons_credit_ledger::way::payment_of;
use commons_credit_ledger::*;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::collections::BTreeMap;

/// AliceVille and BobTown, and CarolHill behind it.
pub const A: usize = 0;
pub const B: usize = 1;
pub const C: usize = 2;

/// Gateway in both, and members; a key per number.
pub const GATEWAY: u8 = 50;
pub const ALICE: u8 = 51;
pub const BOB: u8 = 52;
/// Holds the lines between BobTown and CarolHill where GATEWAY does not.
pub const SECOND: u8 = 53;

pub fn key(who: u8) -> SigningKey {
    SigningKey::from_bytes(&[who; 32])
}

pub fn id(who: u8) -> AgentId {
    AgentId(key(who).verifying_key().to_bytes())
}

pub fn sign(who: u8, bytes: &[u8]) -> SignatureBytes {
    SignatureBytes(key(who).sign(bytes).to_bytes())
}

pub fn holds(check: &admission::Check) -> bool {
    VerifyingKey::from_bytes(&check.signer.0).is_ok_and(|key| {
        let signature = Signature::from_bytes(&check.signature.0);
        key.verify_strict(&check.statement, &signature).is_ok()
    })
}

#[derive(Clone)]
pub struct Book {
    pub id: ActionId,
    pub page: Page,
    pub tree: Tree,
}

#[derive(Clone)]
pub struct Side {
    pub village: VillageId,
    pub policy: Policy,
    pub books: BTreeMap<u8, Book>,
    pub decided: BTreeMap<ActionId, Closed>,
}

#[derive(Clone)]
pub struct Pair {
    pub sides: Vec<Side>,
    /// Who holds the line from a village to another; GATEWAY where nothing is said.
    pub holders: BTreeMap<(usize, usize), u8>,
    pub pages: BTreeMap<ActionId, (usize, u8, Page)>,
    next: u64,
}

/// The terms of the line as A sees them; B's are these turned round.
pub fn terms_of_a() -> LineTerms {
    LineTerms {
        gateway: id(GATEWAY),
        limit_s: Seconds(50 * HOUR_S),
        neighbour_gateway: id(GATEWAY),
        neighbour_limit_s: Seconds(60 * HOUR_S),
        state: LineState::Open,
        sheet: Sheet {
            number: 1,
            window: 1,
            slope_bp: 0,
            kinds: kinds(6, 5),
        },
        issued: 0,
        taken: 0,
    }
}

pub fn turned(terms: &LineTerms) -> LineTerms {
    let mut sheet = terms.sheet.clone();
    for known in &mut sheet.kinds {
        known.rate = known.rate.back();
    }
    LineTerms {
        gateway: terms.neighbour_gateway,
        limit_s: terms.neighbour_limit_s,
        neighbour_gateway: terms.gateway,
        neighbour_limit_s: terms.limit_s,
        state: terms.state,
        sheet,
        issued: terms.taken,
        taken: terms.issued,
    }
}

impl Pair {
    /// Two villages with their members and gateways, without a line.
    pub fn apart(members: &[u8]) -> Self {
        Self::founded(2, members)
    }

    fn founded(villages: usize, members: &[u8]) -> Self {
        let side = |number: u8, state_bp, community_bp| Side {
            village: VillageId([number; 32]),
            policy: Policy {
                levies: Levies {
                    state_bp: BasisPoints(state_bp),
                    community_bp: BasisPoints(community_bp),
                },
                ..crate::common::policy()
            },
            books: BTreeMap::new(),
            decided: BTreeMap::new(),
        };
        let mut pair = Self {
            sides: vec![
                side(0xa0, 750, 250),
                side(0xb0, 500, 500),
                side(0xc0, 200, 300),
            ],
            holders: BTreeMap::new(),
            pages: BTreeMap::new(),
            next: 1,
        };
        pair.sides.truncate(villages);
        for at in 0..villages {
            for who in members {
                let policy = pair.sides[at].policy;
                let page = first_page(admission_of(*who), &policy, PolicyRef::FOUNDING);
                let id = pair.fresh();
                pair.pages.insert(id, (at, *who, page.clone()));
                let tree = Tree::default();
                pair.sides[at].books.insert(*who, Book { id, page, tree });
            }
        }
        pair
    }

    /// The same with the line open on both sides, on these terms of A's.
    pub fn joined(terms: &LineTerms) -> Self {
        let mut pair = Self::apart(&[GATEWAY, ALICE, BOB]);
        pair.join(A, B, terms);
        pair
    }

    /// Three villages in a chain, both lines on these terms; `middle` holds the line
    /// between BobTown and CarolHill on both sides.
    pub fn chained(terms: &LineTerms, middle: u8) -> Self {
        let mut pair = Self::founded(3, &[GATEWAY, ALICE, BOB, SECOND]);
        pair.join(A, B, terms);
        pair.holders.extend([((B, C), middle), ((C, B), middle)]);
        let terms = LineTerms {
            gateway: id(middle),
            neighbour_gateway: id(middle),
            ..terms.clone()
        };
        pair.join(B, C, &terms);
        pair
    }

    fn join(&mut self, here: usize, there: usize, terms: &LineTerms) {
        let turned = turned(terms);
        for (at, to, terms) in [(here, there, terms.clone()), (there, here, turned)] {
            let decision = self.adopt_to(at, to, 1, terms);
            self.take_line_to(at, to, decision).expect("terms that fit");
        }
    }

    pub fn holder(&self, at: usize, to: usize) -> u8 {
        self.holders.get(&(at, to)).copied().unwrap_or(GATEWAY)
    }

    pub fn village(&self, at: usize) -> VillageId {
        self.sides[at].village
    }

    fn side_of(&self, village: VillageId) -> usize {
        let is = |side: &Side| side.village == village;
        self.sides.iter().position(is).expect("a village")
    }

    pub fn fresh(&mut self) -> ActionId {
        self.next += 1;
        let mut id = [0; 32];
        id[..8].copy_from_slice(&self.next.to_be_bytes());
        ActionId(id)
    }

    pub fn other(&self, at: usize) -> VillageId {
        self.sides[1 - at].village
    }

    /// The village decides about the line.
    pub fn adopt(&mut self, at: usize, number: u32, terms: LineTerms) -> ActionId {
        self.adopt_to(at, 1 - at, number, terms)
    }

    fn adopt_to(&mut self, at: usize, to: usize, number: u32, terms: LineTerms) -> ActionId {
        let subject = Subject::Line(self.village(to));
        let mut proposal = crate::common::proposal(subject, Content::Line(Box::new(terms)));
        proposal.number = number;
        let (id, proposal_id) = (self.fresh(), self.fresh());
        let adopted = true;
        let closed = Closed {
            id,
            adopted,
            proposal_id,
            proposal,
        };
        self.sides[at].decided.insert(id, closed);
        id
    }

    pub fn terms(&self, at: usize, decision: ActionId) -> LineTerms {
        match &self.sides[at].decided[&decision].proposal.content {
            Content::Line(terms) => (**terms).clone(),
            _ => panic!("terms"),
        }
    }

    /// The decision that adopts this sheet on this side.
    pub fn sheet(&self, at: usize, sheet: u32) -> ActionId {
        self.sheet_to(at, 1 - at, sheet)
    }

    fn sheet_to(&self, at: usize, to: usize, sheet: u32) -> ActionId {
        let subject = Subject::Line(self.village(to));
        let adopts = |closed: &&Closed| match &closed.proposal.content {
            Content::Line(terms) => {
                closed.proposal.subject == subject && terms.sheet.number == sheet
            }
            _ => false,
        };
        self.sides[at]
            .decided
            .values()
            .rfind(adopts)
            .expect("a sheet")
            .id
    }

    /// The gateway takes over what was decided, the other one having signed it.
    pub fn take_line(&mut self, at: usize, decision: ActionId) -> Result<ActionId, Violation> {
        self.take_line_to(at, 1 - at, decision)
    }

    fn take_line_to(
        &mut self,
        at: usize,
        to: usize,
        decision: ActionId,
    ) -> Result<ActionId, Violation> {
        let terms = self.terms(at, decision);
        let (here, there) = (self.village(at), self.village(to));
        let seen_there = turned(&terms).statement(&there, &here);
        let event = Event::Line {
            village: there,
            decision,
            agreed: sign(self.holder(to, at), &seen_there),
        };
        self.write(at, self.holder(at, to), event)
    }

    /// Somebody gives `amount_s` across.
    pub fn give(
        &mut self,
        at: usize,
        who: u8,
        receiver: u8,
        amount_s: i64,
        sheet: u32,
        least_s: i64,
    ) -> Result<ActionId, Violation> {
        let across = Across {
            receiver: id(receiver),
            sheet,
            kind: 0,
            least_s: Seconds(least_s),
            onward: vec![],
        };
        self.give_over(at, who, 1 - at, amount_s, across)
    }

    /// The same over the line to `next`, as the leg says.
    pub fn give_over(
        &mut self,
        at: usize,
        who: u8,
        next: usize,
        amount_s: i64,
        across: Across,
    ) -> Result<ActionId, Violation> {
        let transfer = Transfer {
            from: Account::Member,
            to: id(self.holder(at, next)),
            to_account: Account::Line(self.village(next)),
            line: Some(Leg::Across(across)),
            ..self.bare(at, amount_s)
        };
        self.write(at, who, Event::Transfer(Box::new(transfer)))
    }

    pub fn bare(&self, at: usize, amount_s: i64) -> Transfer {
        let split = Amount::new(Seconds(amount_s)).map_or(
            Split {
                receiver_s: Seconds(0),
                state_s: Seconds(0),
                community_s: Seconds(0),
            },
            |amount| self.sides[at].policy.levies.split(amount),
        );
        Transfer {
            from: Account::Member,
            to: id(GATEWAY),
            to_account: Account::Member,
            amount_s: Seconds(amount_s),
            split,
            memo: None,
            request: None,
            corrects: None,
            payment: None,
            line: None,
            cheque: SignatureBytes([0; 64]),
        }
    }

    pub fn transfer(&self, id: ActionId) -> (&Page, &Transfer) {
        let page = &self.pages[&id].2;
        (page, page.event.transfer().expect("a transfer"))
    }

    pub fn proof(&self, at: usize, who: u8, transfer: ActionId) -> Proof {
        self.sides[at].books[&who]
            .tree
            .prove(&Key::of_transfer(transfer))
    }

    /// The event by which the gateway pledges a transfer, as it should be.
    pub fn pledging(&self, at: usize, transfer: ActionId) -> Result<Event, Violation> {
        let (page, given) = self.transfer(transfer);
        let (there, across) = given.across().ok_or(Violation::LegMisplaced)?;
        let to = self.side_of(there);
        let holder = self.holder(at, to);
        let state = &self.sides[at].books[&holder].page.after;
        let tally = state.tally(there)?;
        let decision = self.sheet_to(at, to, across.sheet);
        let amount = Amount::new(given.split.receiver_s)?;
        let gives = self
            .terms(at, decision)
            .quote(state, there, amount, across.kind)?;
        let iou = Iou {
            number: tally.issued + 1,
            amount_s: given.split.receiver_s,
            gives_s: gives.into(),
            sheet: across.sheet,
            receiver: across.tag(),
            payment: payment_of(page),
            signature: SignatureBytes([0; 64]),
        };
        let bytes = iou.statement(&self.sides[at].village, &there, &id(holder));
        Ok(Event::Pledge {
            transfer,
            decision,
            gives_s: gives.into(),
            proof: self.proof(at, holder, transfer),
            iou: sign(holder, &bytes),
        })
    }

    pub fn pledge(&mut self, at: usize, transfer: ActionId) -> Result<ActionId, Violation> {
        let event = self.pledging(at, transfer)?;
        self.write(at, self.holder_of(at, transfer), event)
    }

    /// Who holds the line that a transfer goes over.
    fn holder_of(&self, at: usize, transfer: ActionId) -> u8 {
        match self.transfer(transfer).1.across() {
            Some((there, _)) => self.holder(at, self.side_of(there)),
            None => GATEWAY,
        }
    }

    /// The IOU on a pledge.
    pub fn iou(&self, pledge: ActionId) -> Iou {
        let page = &self.pages[&pledge].2;
        let Event::Pledge { transfer, .. } = page.event else {
            panic!("a pledge");
        };
        Iou::pledged(page, self.transfer(transfer).0).expect("an IOU")
    }

    /// The transfer by which the other gateway pays `receiver` on an IOU.
    pub fn paying(&self, at: usize, receiver: u8, iou: Iou) -> Transfer {
        self.paying_from(at, 1 - at, receiver, iou)
    }

    fn honouring(&self, at: usize, before: usize, iou: Iou) -> Honours {
        Honours {
            decision: self.sheet_to(at, before, iou.sheet),
            kind: 0,
            iou,
        }
    }

    pub fn paying_from(&self, at: usize, before: usize, receiver: u8, iou: Iou) -> Transfer {
        Transfer {
            from: Account::Line(self.village(before)),
            to: id(receiver),
            line: Some(Leg::Honours(self.honouring(at, before, iou))),
            ..self.bare(at, iou.gives_s.0)
        }
    }

    /// The transfer by which a gateway in between hands on what `across` says, which is
    /// the leg of the village before.
    pub fn handing_on(&self, at: usize, before: usize, across: &Across, iou: Iou) -> Transfer {
        let (next, across) = Through::leg_over(across).expect("a way onward");
        let through = Through {
            honours: self.honouring(at, before, iou),
            across,
        };
        Transfer {
            from: Account::Line(self.village(before)),
            to: id(self.holder(at, self.side_of(next))),
            to_account: Account::Line(next),
            line: Some(Leg::Through(Box::new(through))),
            ..self.bare(at, iou.gives_s.0)
        }
    }

    pub fn pay(&mut self, at: usize, receiver: u8, iou: Iou) -> Result<ActionId, Violation> {
        let transfer = self.paying(at, receiver, iou);
        self.write(at, GATEWAY, Event::Transfer(Box::new(transfer)))
    }

    /// A receiver signs for what a gateway paid and deposits it.
    pub fn deposit(
        &mut self,
        at: usize,
        who: u8,
        transfer: ActionId,
    ) -> Result<ActionId, Violation> {
        let proof = self.proof(at, who, transfer);
        let given = self.transfer(transfer).1;
        let receipt = given.honours().map(|(_, honours)| {
            let number = self.sides[at].books[&who].page.number + 1;
            let amount_s = given.split.receiver_s.0;
            let bytes = receipt_statement(
                &self.sides[at].village,
                &id(who),
                number,
                amount_s,
                &honours.iou.payment,
            );
            sign(who, &bytes)
        });
        let event = Event::Deposit {
            transfer,
            proof,
            receipt,
            unbarred: None,
        };
        self.write(at, who, event)
    }

    /// The receipt on a deposit.
    pub fn receipt(&self, deposit: ActionId) -> ReceiptGiven {
        let page = &self.pages[&deposit].2;
        match page.event {
            Event::Deposit {
                transfer,
                receipt: Some(signature),
                ..
            } => ReceiptGiven {
                number: page.number,
                amount_s: self.transfer(transfer).1.split.receiver_s,
                signature,
            },
            _ => panic!("a receipt"),
        }
    }

    pub fn arrive(
        &mut self,
        at: usize,
        transfer: ActionId,
        receipt: ReceiptGiven,
    ) -> Result<ActionId, Violation> {
        let holder = self.holder_of(at, transfer);
        let proof = self.proof(at, holder, transfer);
        let event = Event::Arrive {
            transfer,
            receipt,
            proof,
        };
        self.write(at, holder, event)
    }

    pub fn decline(
        &mut self,
        at: usize,
        who: u8,
        transfer: ActionId,
    ) -> Result<ActionId, Violation> {
        let event = Event::Decline {
            transfer,
            reason: None,
            proof: self.proof(at, who, transfer),
        };
        self.write(at, who, event)
    }

    pub fn reclaim(
        &mut self,
        at: usize,
        who: u8,
        transfer: ActionId,
        decline: ActionId,
    ) -> Result<ActionId, Violation> {
        let event = Event::Reclaim {
            transfer,
            decline,
            proof: self.sides[at].books[&who]
                .tree
                .prove(&self.transfer(transfer).1.reclaim_key(transfer)),
        };
        self.write(at, who, event)
    }

    /// The gateway's word at `at` that it refuses an IOU of the other village.
    pub fn refusal(&self, at: usize, iou: &Iou) -> SignatureBytes {
        self.refusal_to(at, 1 - at, iou)
    }

    pub fn refusal_to(&self, at: usize, before: usize, iou: &Iou) -> SignatureBytes {
        let (here, there) = (self.village(at), self.village(before));
        let (issued_by, refused_by) = (self.holder(before, at), self.holder(at, before));
        let bytes = iou.refusal_statement(&there, &here, &id(issued_by), &id(refused_by));
        sign(refused_by, &bytes)
    }

    pub fn refuse(&mut self, at: usize, iou: Iou) -> Result<ActionId, Violation> {
        self.refuse_from(at, 1 - at, iou)
    }

    pub fn refuse_from(
        &mut self,
        at: usize,
        before: usize,
        iou: Iou,
    ) -> Result<ActionId, Violation> {
        let event = Event::Refuse {
            village: self.village(before),
            decision: self.sheet_to(at, before, iou.sheet),
            iou,
            signature: self.refusal_to(at, before, &iou),
        };
        self.write(at, self.holder(at, before), event)
    }

    /// The event by which the gateway returns what the other one refused.
    pub fn returning(&self, at: usize, pledge: ActionId, refusal: SignatureBytes) -> Event {
        let Event::Pledge {
            transfer, decision, ..
        } = self.pages[&pledge].2.event
        else {
            panic!("a pledge");
        };
        Event::Return {
            transfer,
            pledge,
            decision,
            refusal,
            proof: self.proof(at, self.holder_of(at, transfer), transfer),
        }
    }

    /// Writes a page, if the law allows it: drafted and then judged, with the facts that
    /// an edge would collect.
    pub fn write(&mut self, at: usize, who: u8, event: Event) -> Result<ActionId, Violation> {
        let side = &self.sides[at];
        let book = &side.books[&who];
        let previous = PreviousPage {
            author: id(who),
            page: &book.page,
        };
        let drafting = Facts {
            cheque_is_signed: true,
            line_is_signed: true,
            ..self.facts(at, who, &event)
        };
        let (policy, cited) = (&side.policy, PolicyRef::FOUNDING);
        let mut page = next_page(previous, book.id, event, policy, cited, &drafting)?;
        if let Event::Transfer(given) = &page.event {
            let bytes = statement(&side.village, &id(who), &page, given);
            let cheque = sign(who, &bytes);
            if let Event::Transfer(given) = &mut page.event {
                given.cheque = cheque;
            }
        }
        let facts = Facts {
            cheque_is_signed: true,
            ..self.facts(at, who, &page.event)
        };
        let signatures = checks(&page, &side.village, &facts);
        let facts = Facts {
            line_is_signed: !signatures.is_empty() && signatures.iter().all(holds),
            ..facts
        };
        judge(&page, Some(previous), &facts)?;
        let mut tree = book.tree.clone();
        match &page.event {
            Event::Deposit { transfer, .. }
            | Event::Decline { transfer, .. }
            | Event::Arrive { transfer, .. }
            | Event::Return { transfer, .. } => {
                tree.insert(Key::of_transfer(*transfer), Mark::default());
            }
            Event::Reclaim { transfer, .. } => {
                let key = self.transfer(*transfer).1.reclaim_key(*transfer);
                tree.insert(key, Mark::default());
            }
            Event::Pledge { transfer, .. } => {
                let (there, _) = self.transfer(*transfer).1.across().expect("a line");
                let issued = page.after.tally(there).expect("a tally").issued;
                tree.insert(Key::of_transfer(*transfer), Mark(issued));
            }
            _ => {}
        }
        assert_eq!(tree.root(), page.after.settled, "the tree of the book");
        let id = self.fresh();
        self.pages.insert(id, (at, who, page.clone()));
        self.sides[at].books.insert(who, Book { id, page, tree });
        Ok(id)
    }

    fn facts(&self, at: usize, who: u8, event: &Event) -> Facts<'_> {
        let cited = |of: ActionId| {
            self.pages
                .get(&of)
                .filter(|(side, ..)| *side == at)
                .map(|(_, author, page)| Cited {
                    id: of,
                    author: id(*author),
                    page,
                })
        };
        let decided = |of: ActionId| self.sides[at].decided.get(&of).map(Closed::decided);
        let mut facts = Facts::of(id(who), Some(self.sides[at].policy));
        match event {
            Event::Deposit { transfer, .. }
            | Event::Decline { transfer, .. }
            | Event::Arrive { transfer, .. } => facts.transfer = cited(*transfer),
            Event::Reclaim {
                transfer, decline, ..
            } => {
                facts.transfer = cited(*transfer);
                facts.decline = cited(*decline);
            }
            Event::Line { decision, .. } | Event::Refuse { decision, .. } => {
                facts.decided = decided(*decision);
            }
            Event::Pledge {
                transfer, decision, ..
            } => {
                facts.transfer = cited(*transfer);
                facts.decided = decided(*decision);
            }
            Event::Return {
                transfer,
                pledge,
                decision,
                ..
            } => {
                facts.transfer = cited(*transfer);
                facts.pledge = cited(*pledge);
                facts.decided = decided(*decision);
            }
            Event::Transfer(given) => {
                facts.decided = given
                    .honours()
                    .and_then(|(_, honours)| decided(honours.decision));
            }
            _ => {}
        }
        facts
    }

    pub fn balance(&self, at: usize, who: u8, account: Account) -> i64 {
        let after = &self.sides[at].books[&who].page.after;
        after
            .holding(account)
            .map_or(0, |holding| holding.balance_s.0)
    }

    pub fn line_s(&self, at: usize) -> i64 {
        self.line_to_s(at, 1 - at)
    }

    pub fn line_to_s(&self, at: usize, to: usize) -> i64 {
        let account = Account::Line(self.village(to));
        self.balance(at, self.holder(at, to), account)
    }

    /// Balances, what is in flight, and levies earned in a village: always 0.
    pub fn sum_s(&self, at: usize) -> i64 {
        let books: i64 = self.sides[at]
            .books
            .values()
            .map(|book| {
                let after = &book.page.after;
                let held: i64 = after.holdings.iter().map(|held| held.balance_s.0).sum();
                held + after.earned.state_s.0 + after.earned.community_s.0
            })
            .sum();
        let mut in_flight: BTreeMap<ActionId, i64> = BTreeMap::new();
        for (id, (side, _, page)) in &self.pages {
            if let (true, Some(given)) = (*side == at, page.event.transfer()) {
                in_flight.insert(*id, given.amount_s.0);
            }
        }
        for (side, _, page) in self.pages.values() {
            if let (
                true,
                Event::Deposit { transfer, .. }
                | Event::Reclaim { transfer, .. }
                | Event::Arrive { transfer, .. },
            ) = (*side == at, &page.event)
            {
                in_flight.remove(transfer);
            }
        }
        books + in_flight.values().sum::<i64>()
    }
}
