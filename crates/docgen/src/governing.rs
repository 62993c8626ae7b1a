//! Examples of how a village governs itself: Ann and Bob are on the roll, Ann holds
//! the State fund, Bob works on the road.

use crate::examples::{action, agent, agent_id, example, msgpack, Example, Story, HOUR_S, NOON_US};
use crate::DocgenError;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use commons_credit_api as api;
use commons_credit_ledger::carry::{carry_statement, Carried};
use commons_credit_ledger::roll::Standing as RollStanding;
use commons_credit_ledger::settled::{Key, Mark};
use commons_credit_ledger::{
    ActionId, Amount, Choice, Event, Fund, KindRate, LineSlip, LineState, Page, PaymentTag,
    PolicyRef, Rate, Seconds, Sheet, SignatureBytes, State, VillageId,
};
use ed25519_dalek::Signer;
use holo_hash::{ActionHash, DnaHash};
use std::collections::BTreeMap;

/// 2027-11-24, 12:00 UTC.
const TERM_US: i64 = 1_827_057_600_000_000;

type Told = BTreeMap<&'static str, Example>;

impl Story {
    /// One example for each function of governing.
    pub(crate) fn governing(&self) -> Result<Told, DocgenError> {
        let mut told = self.deciding()?;
        told.extend(self.funds()?);
        told.extend(self.projects()?);
        told.extend(self.disputes()?);
        told.extend(self.leaving()?);
        told.extend(self.lines()?);
        Ok(told)
    }

    pub(crate) fn page(&self, byte: u8, number: u64, balance_s: i64) -> api::Written {
        api::Written {
            page: action(byte),
            number,
            balance_s: Seconds(balance_s),
        }
    }

    fn deciding(&self) -> Result<Told, DocgenError> {
        let (ann, bob) = (agent(&self.ann), agent(&self.bob));
        let proposal = action(0xc1);
        let decision = action(0xd1);
        let motion = api::Motion::Roll {
            changes: vec![api::RollMove {
                agent: bob.clone(),
                standing: RollStanding::Member,
            }],
            voting: None,
            vouchers: None,
        };
        let item = |state, decision: Option<ActionHash>| api::BallotItem {
            decided_us: decision.as_ref().map(|_| NOON_US),
            proposal: proposal.clone(),
            kind: api::BallotKind::Roll,
            motion: motion.clone(),
            number: 1,
            roll: 0,
            reason: "Bob helped us all summer".into(),
            proposer: ann.clone(),
            proposer_name: Some("Ann".into()),
            state,
            decision,
            voices: 1,
            electorate: 1,
            needed: 1,
            may_vote: false,
            mine: Some(Choice::Yes),
            time_us: NOON_US,
        };
        Ok(BTreeMap::from([
            (
                "propose",
                example(
                    &api::ProposeInput {
                        motion: motion.clone(),
                        reason: "Bob helped us all summer".into(),
                        overtake: false,
                    },
                    &api::Proposed {
                        proposal: proposal.clone(),
                        number: 1,
                    },
                )?,
            ),
            (
                "ballots",
                example(
                    &api::BallotsInput {
                        kind: Some(api::BallotKind::Roll),
                        state: None,
                        cursor: None,
                        limit: 20,
                    },
                    &api::Ballots {
                        items: vec![item(api::BallotState::Adopted, Some(decision.clone()))],
                        next: None,
                    },
                )?,
            ),
            (
                "ballot",
                example(
                    &api::BallotRef {
                        proposal: proposal.clone(),
                    },
                    &api::BallotCount {
                        ballot: item(api::BallotState::Open, None),
                        yes: 1,
                        no: 0,
                        elsewhere: 0,
                        closable: true,
                    },
                )?,
            ),
            (
                "votes",
                example(
                    &api::VotesInput {
                        proposal: proposal.clone(),
                        cursor: None,
                        limit: 20,
                    },
                    &api::Votes {
                        items: vec![api::VoteItem {
                            voter: ann,
                            voter_name: Some("Ann".into()),
                            choice: Some(Choice::Yes),
                            rival: None,
                            page: Some(action(0xc2)),
                        }],
                        next: None,
                    },
                )?,
            ),
            (
                "vote",
                example(
                    &api::VoteInput {
                        proposal: proposal.clone(),
                        choice: Choice::Yes,
                    },
                    &self.page(0xc2, 4, 0),
                )?,
            ),
            (
                "decide",
                example(
                    &api::BallotRef { proposal },
                    &api::Closing {
                        decision,
                        adopted: true,
                    },
                )?,
            ),
            (
                "floors",
                example(
                    &api::FloorsInput {
                        agent: Some(bob.clone()),
                        cursor: None,
                        limit: 20,
                    },
                    &api::Floors {
                        items: vec![api::FloorItem {
                            agent: bob,
                            agent_name: Some("Bob".into()),
                            number: 1,
                            floor_s: Seconds(-60 * HOUR_S),
                            decision: action(0xd2),
                            taken: true,
                            time_us: NOON_US,
                        }],
                        next: None,
                    },
                )?,
            ),
            ("take_floor", example(&(), &self.page(0xc3, 5, 0))?),
        ]))
    }

    fn funds(&self) -> Result<Told, DocgenError> {
        let ann = agent(&self.ann);
        let fund = Fund::State;
        let split = self.split(Seconds(2 * HOUR_S))?;
        Ok(BTreeMap::from([
            (
                "treasury",
                example(
                    &(),
                    &api::Treasury {
                        state: vec![api::FundHeld {
                            holder: ann.clone(),
                            holder_name: Some("Ann".into()),
                            appointed: true,
                            until_us: Some(TERM_US),
                            held: true,
                            balance_s: split.state_s,
                            page: Some(action(0xe2)),
                        }],
                        community: vec![],
                    },
                )?,
            ),
            (
                "hold",
                example(&api::FundRef { fund }, &self.page(0xe1, 5, 0))?,
            ),
            (
                "sweep",
                example(
                    &api::SweepInput { fund, cursor: None },
                    &api::SweepDone {
                        written: Some(self.page(0xe2, 6, 0)),
                        members: 1,
                        swept_s: split.state_s,
                        next: None,
                    },
                )?,
            ),
            (
                "hand_over",
                example(&api::HandOverInput { fund }, &self.page(0xe3, 9, 0))?,
            ),
            (
                "fund_lines",
                example(
                    &api::FundLinesInput {
                        fund,
                        holder: ann,
                        cursor: None,
                        limit: 20,
                    },
                    &api::FundLines {
                        items: vec![api::FundLine {
                            page: action(0xe2),
                            kind: api::FundLineKind::Swept,
                            amount_s: split.state_s,
                            counterpart: None,
                            counterpart_name: None,
                            members: 1,
                            balance_s: split.state_s,
                            time_us: NOON_US,
                        }],
                        next: None,
                    },
                )?,
            ),
        ]))
    }

    fn projects(&self) -> Result<Told, DocgenError> {
        let (ann, bob) = (agent(&self.ann), agent(&self.bob));
        let (project, labour) = (action(0xf1), action(0xf2));
        let item = |spent_s| api::ProjectItem {
            project: project.clone(),
            decision: action(0xd3),
            name: "Road to the spring".into(),
            purpose: "so that carts can fetch water in winter".into(),
            fund: Fund::State,
            holder: ann.clone(),
            holder_name: Some("Ann".into()),
            budget_s: Seconds(40 * HOUR_S),
            spent_s: Seconds(spent_s),
            left_s: Seconds(40 * HOUR_S - spent_s),
            confirmations: 0,
            time_us: NOON_US,
        };
        Ok(BTreeMap::from([
            (
                "projects",
                example(
                    &api::ListInput {
                        cursor: None,
                        limit: 20,
                    },
                    &api::Projects {
                        items: vec![item(0)],
                        next: None,
                    },
                )?,
            ),
            (
                "project",
                example(
                    &api::ProjectInput {
                        project: project.clone(),
                        cursor: None,
                        limit: 20,
                    },
                    &api::ProjectPage {
                        item: item(3 * HOUR_S),
                        labours: 1,
                        work: vec![api::LabourItem {
                            labour: labour.clone(),
                            worker: Some(bob),
                            worker_name: Some("Bob".into()),
                            mine: true,
                            seconds: Seconds(3 * HOUR_S),
                            words: Some("gravel for the first bend".into()),
                            confirmed_by: 0,
                            confirmed_by_me: false,
                            paid: Some(action(0xf4)),
                            paid_s: Seconds(3 * HOUR_S),
                            time_us: NOON_US,
                        }],
                        next: None,
                    },
                )?,
            ),
            (
                "work",
                example(
                    &api::WorkInput {
                        project,
                        seconds: Seconds(3 * HOUR_S),
                        words: "gravel for the first bend".into(),
                        shown: true,
                    },
                    &api::Worked {
                        labour: labour.clone(),
                    },
                )?,
            ),
            (
                "confirm",
                example(
                    &api::LabourRef {
                        labour: labour.clone(),
                    },
                    &api::Confirmed {
                        confirmation: action(0xf3),
                    },
                )?,
            ),
            (
                "pay_labour",
                example(
                    &api::PayLabourInput {
                        labour,
                        amount_s: None,
                    },
                    &self.page(0xf4, 7, 0),
                )?,
            ),
        ]))
    }

    fn disputes(&self) -> Result<Told, DocgenError> {
        let (ann, bob) = (agent(&self.ann), agent(&self.bob));
        let (transfer, dispute) = (action(0xa2), action(0xb2));
        let item = api::DisputeItem {
            transfer: transfer.clone(),
            giver: bob.clone(),
            giver_name: Some("Bob".into()),
            receiver: ann,
            receiver_name: Some("Ann".into()),
            amount_s: Seconds(2 * HOUR_S),
            state: api::DisputeState::Open,
            statements: vec![api::Statement {
                dispute: dispute.clone(),
                author: bob,
                words: Some("the shelf fell down again".into()),
                time_us: NOON_US,
            }],
            nominations: vec![],
            opinions: vec![],
            proposal: None,
            decided_s: None,
            corrections: vec![],
            given_back_s: Seconds(0),
        };
        // Cleo, who is no side.
        let cleo = agent(&crate::examples::key(4));
        Ok(BTreeMap::from([
            (
                "dispute",
                example(
                    &api::DisputeInput {
                        transfer: transfer.clone(),
                        reason: "the shelf fell down again".into(),
                    },
                    &api::Disputed {
                        dispute: dispute.clone(),
                    },
                )?,
            ),
            (
                "nominate",
                example(
                    &api::NominateInput {
                        dispute: dispute.clone(),
                        mediator: cleo,
                        words: "come and look at the shelf".into(),
                    },
                    &api::Nominated {
                        nomination: action(0xb3),
                    },
                )?,
            ),
            (
                "advise",
                example(
                    &api::AdviseInput {
                        dispute,
                        give_back_s: Seconds(HOUR_S),
                        words: "half of it holds".into(),
                    },
                    &api::Advised {
                        opinion: action(0xb4),
                    },
                )?,
            ),
            (
                "give_back",
                example(
                    &api::GiveBackInput {
                        transfer: transfer.clone(),
                        amount_s: Seconds(HOUR_S),
                        words: "for the shelf".into(),
                        seen: Some(2),
                    },
                    &self.page(0xb5, 3, 2_880),
                )?,
            ),
            (
                "disputes",
                example(
                    &api::ListInput {
                        cursor: None,
                        limit: 20,
                    },
                    &api::Disputes {
                        items: vec![item.clone()],
                        next: None,
                    },
                )?,
            ),
            (
                "dispute_about",
                example(&api::TransferRef { transfer }, &item)?,
            ),
        ]))
    }

    fn lines(&self) -> Result<Told, DocgenError> {
        let (ann, bob) = (agent(&self.ann), agent(&self.bob));
        let village = DnaHash::from_raw_32(vec![0xd3; 32]);
        let terms = api::Motion::Line {
            village: village.clone(),
            gateway: ann.clone(),
            limit_s: Seconds(500 * HOUR_S),
            neighbour_gateway: ann.clone(),
            neighbour_limit_s: Seconds(600 * HOUR_S),
            state: LineState::Open,
            sheet: Sheet {
                number: 1,
                window: 1,
                slope_bp: 500,
                kinds: vec![KindRate {
                    kind: "carpentry".into(),
                    rate: Rate { num: 6, den: 5 },
                }],
            },
            issued: 0,
            taken: 0,
        };
        let amount_of = |amount_s| {
            Amount::new(Seconds(amount_s)).map_err(|violation| DocgenError::Drift {
                what: format!("the example's amount is refused ({violation})"),
            })
        };
        let amount = amount_of(2 * HOUR_S)?;
        let behind = DnaHash::from_raw_32(vec![0xd4; 32]);
        let neighbour = api::NeighbourRef {
            village: village.clone(),
        };
        let refusal = LineSlip::Refusal {
            from: VillageId([0xd3; 32]),
            payment: PaymentTag([0xe1; 16]),
            gateway: agent_id(&self.ann),
            signature: SignatureBytes([0xe2; 64]),
        };
        let message = api::LineMessage {
            to: village.clone(),
            bytes: msgpack(&refusal)?,
        };
        let nothing = api::LineMessages { messages: vec![] };
        let line = api::TrustLine {
            village: village.clone(),
            decision: action(0xd5),
            terms,
            gateway_name: Some("Ann".into()),
            mine: true,
            taken_over: true,
            balance_s: Seconds(6_480),
            pledged_s: Seconds(0),
            issued: 1,
            taken: 0,
        };
        Ok(BTreeMap::from([
            (
                "lines",
                example(
                    &api::ListInput {
                        cursor: None,
                        limit: 20,
                    },
                    &api::TrustLines {
                        items: vec![line.clone()],
                        next: None,
                    },
                )?,
            ),
            (
                "agree_line",
                example(
                    &neighbour,
                    &api::Agreed {
                        signature: SignatureBytes([0xe3; 64]),
                    },
                )?,
            ),
            (
                "take_line",
                example(
                    &api::TakeLineInput {
                        village: village.clone(),
                        agreed: None,
                    },
                    &self.page(0xb8, 4, 0),
                )?,
            ),
            (
                "quote_across",
                example(
                    &api::QuoteAcrossInput {
                        village: village.clone(),
                        kind: 0,
                        amount_s: Seconds(2 * HOUR_S),
                        onward: vec![api::HopAsked {
                            village: behind.clone(),
                            kind: 0,
                        }],
                    },
                    &api::QuoteAcross {
                        split: self.charter.levies.split(amount),
                        gives_s: Seconds(7_775),
                        sheet: 1,
                        room_s: Seconds(500 * HOUR_S),
                        onward: vec![api::HopQuoted {
                            village: behind.clone(),
                            split: self.charter.levies.split(amount_of(7_775)?),
                            gives_s: Seconds(8_397),
                            sheet: 1,
                            kind: 0,
                            room_s: Seconds(500 * HOUR_S),
                        }],
                    },
                )?,
            ),
            (
                "ways",
                example(
                    &api::NeighbourRef {
                        village: village.clone(),
                    },
                    &api::Ways {
                        items: vec![api::Way { lines: vec![line] }],
                        unseen: vec![behind.clone()],
                    },
                )?,
            ),
            (
                "pay_across",
                example(
                    &api::PayAcrossInput {
                        village: village.clone(),
                        receiver: bob,
                        kind: 0,
                        amount_s: Seconds(2 * HOUR_S),
                        sheet: 1,
                        least_s: Seconds(7_775),
                        onward: vec![api::HopPaid {
                            village: behind,
                            sheet: 1,
                            kind: 0,
                            least_s: Seconds(8_397),
                        }],
                        seen: Some(4),
                    },
                    &self.page(0xb9, 5, -2 * HOUR_S),
                )?,
            ),
            (
                "line_work",
                example(
                    &(),
                    &api::LineWork {
                        lines: 1,
                        pages: 0,
                        sent: 1,
                        waiting: 1,
                    },
                )?,
            ),
            (
                "carry_messages",
                example(
                    &(),
                    &api::LineWork {
                        lines: 1,
                        pages: 0,
                        sent: 2,
                        waiting: 1,
                    },
                )?,
            ),
            ("pass_on", example(&message, &nothing)?),
            (
                "line_answers",
                example(
                    &api::LineAsk { village, since: 1 },
                    &api::LineAnswers {
                        taken: vec![PaymentTag([0xe5; 16])],
                        messages: vec![],
                    },
                )?,
            ),
            (
                "outbox",
                example(
                    &(),
                    &api::LineMessages {
                        messages: vec![message.clone()],
                    },
                )?,
            ),
            ("take_message", example(&message, &nothing)?),
        ]))
    }

    fn leaving(&self) -> Result<Told, DocgenError> {
        let bob = agent(&self.bob);
        let closing = action(0xb6);
        let policy = self
            .charter
            .policy()
            .map_err(|violation| DocgenError::Drift {
                what: format!("the example's charter is refused ({violation})"),
            })?;
        let page = Page {
            number: 6,
            previous: Some(ActionId([0xb5; 32])),
            policy: PolicyRef::FOUNDING,
            event: Event::Close {
                decision: Some(ActionId([0xd4; 32])),
            },
            after: State::opened(&policy),
        };
        let mut carried = Carried {
            village: VillageId([0xd1; 32]),
            closing: ActionId([0xb6; 32]),
            page: page.clone(),
            witness: agent_id(&self.ann),
            signature: SignatureBytes([0; 64]),
        };
        let new_village = VillageId([0xd2; 32]);
        let statement = carry_statement(&new_village, &agent_id(&self.bob), &carried);
        carried.signature = SignatureBytes(self.ann.sign(&statement).to_bytes());
        let text = format!("cw1:{}", URL_SAFE_NO_PAD.encode(msgpack(&carried)?));
        Ok(BTreeMap::from([
            (
                "close",
                example(
                    &api::CloseInput {
                        decision: Some(action(0xd4)),
                    },
                    &self.page(0xb6, 6, 0),
                )?,
            ),
            (
                "closed_book",
                example(
                    &api::ClosedInput {
                        closing: closing.clone(),
                    },
                    &api::ClosedBook {
                        author: bob.clone(),
                        dna: DnaHash::from_raw_32(new_village.0.to_vec()),
                        page,
                    },
                )?,
            ),
            (
                "witness",
                example(
                    &api::WitnessInput {
                        author: bob.clone(),
                        closing,
                    },
                    &api::Witnessed { text: text.clone() },
                )?,
            ),
            (
                "carry",
                example(
                    &api::CarryInput {
                        name: "Bob".into(),
                        witnessed: text,
                    },
                    &self.standing(&bob, "Bob", 1, action(0xb7), 0),
                )?,
            ),
            (
                "book_leaves",
                example(
                    &(),
                    &api::BookLeaves {
                        settled: vec![api::Leaf {
                            key: Key::of_transfer(ActionId([0xa2; 32])),
                            mark: Mark(0),
                        }],
                        funds: vec![],
                    },
                )?,
            ),
        ]))
    }
}
