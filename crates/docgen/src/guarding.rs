//! Examples about pages given twice and about lost keys: Carl gave one page twice, and Bob
//! goes on with the book of a key that was lost.

use crate::examples::{action, agent, agent_id, example, sign, Example, Story, HOUR_S};
use crate::DocgenError;
use commons_credit_api as api;
use commons_credit_handover::{carrier, Packet, Proof, Slip};
use commons_credit_ledger::cheque::{village_tag, Statement};
use commons_credit_ledger::{Seconds, VillageId};
use std::collections::BTreeMap;

type Told = BTreeMap<&'static str, Example>;

impl Story {
    /// One example for each function of guarding.
    pub(crate) fn guarding(&self) -> Result<Told, DocgenError> {
        let mut told = self.giving_twice()?;
        told.extend(self.succession()?);
        Ok(told)
    }

    fn proof(&self) -> Result<Packet, DocgenError> {
        let village = VillageId([0xd1; 32]);
        let statement = |receiver: u8| Statement {
            village: village_tag(&village),
            giver: agent_id(&self.bob),
            receiver: [receiver; 12],
            number: 2,
            amount_s: 2 * HOUR_S,
            page: [receiver; 16],
        };
        let [one, other] = [1, 2].map(statement);
        let signed = [&one, &other].map(|said| sign(&self.bob, &said.to_bytes()));
        let proof = Proof::of((&one, &signed[0]), (&other, &signed[1]));
        let proof = proof.map_err(|refusal| DocgenError::Drift {
            what: format!("the proof in the examples: {refusal}"),
        })?;
        Ok(Packet::to_village(Slip::Proof(Box::new(proof)), &village))
    }

    fn giving_twice(&self) -> Result<Told, DocgenError> {
        let bob = agent(&self.bob);
        let packet = self.proof()?;
        let noted = api::Noted {
            deposited: 0,
            barred: 1,
        };
        let text = carrier::qr_text(&packet);
        Ok(BTreeMap::from([
            (
                "report_double_spend",
                example(&api::ReportInput { giver: bob.clone() }, &noted)?,
            ),
            (
                "take_double_spend",
                example(&api::ProofText { text: text.clone() }, &noted)?,
            ),
            ("note_ends", example(&(), &noted)?),
            (
                "double_spends",
                example(
                    &api::ListInput {
                        cursor: None,
                        limit: 20,
                    },
                    &api::DoubleSpends {
                        items: vec![api::DoubleSpendItem {
                            proof: action(0xe1),
                            giver: bob,
                            giver_name: Some("Bob".into()),
                            number: 2,
                            amounts_s: [Seconds(2 * HOUR_S), Seconds(2 * HOUR_S)],
                            barred: true,
                            excess_s: Seconds(0),
                            made_good: vec![api::MadeGood {
                                proposal: action(0xd1),
                                amount_s: Seconds(HOUR_S),
                                holder: agent(&self.ann),
                                holder_name: Some("Ann".into()),
                                page: Some(action(0xb8)),
                            }],
                            qr_text: text,
                            link: carrier::link(&packet),
                        }],
                        next: None,
                    },
                )?,
            ),
            (
                "make_good",
                example(
                    &api::MakeGoodInput {
                        decision: action(0xd2),
                    },
                    &self.page(0xb8, 9, 0),
                )?,
            ),
        ]))
    }

    fn succession(&self) -> Result<Told, DocgenError> {
        let (ann, bob) = (agent(&self.ann), agent(&self.bob));
        let guardian = |entrusted| api::Guardian {
            agent: ann.clone(),
            name: Some("Ann".into()),
            entrusted,
        };
        let lost = api::LostInput { lost: bob.clone() };
        Ok(BTreeMap::from([
            (
                "name_guardians",
                example(
                    &api::GuardInput {
                        guardians: vec![ann.clone()],
                        needed: 1,
                    },
                    &self.page(0xb9, 3, -2 * HOUR_S),
                )?,
            ),
            (
                "guardians",
                example(
                    &(),
                    &api::GuardiansNamed {
                        guardians: vec![guardian(false)],
                        needed: 1,
                    },
                )?,
            ),
            (
                "ask_succession",
                example(
                    &lost,
                    &api::Requested {
                        request: action(0xe2),
                    },
                )?,
            ),
            (
                "vouch_succession",
                example(
                    &api::AppealRef {
                        appeal: action(0xe2),
                    },
                    &self.page(0xba, 4, 108 * 60),
                )?,
            ),
            (
                "succession",
                example(
                    &lost,
                    &api::SuccessionItem {
                        lost: bob.clone(),
                        lost_name: Some("Bob".into()),
                        balance_s: Seconds(-2 * HOUR_S),
                        guardians: vec![guardian(true)],
                        needed: 1,
                        ready: true,
                    },
                )?,
            ),
            (
                "succeed",
                example(
                    &api::SucceedInput {
                        lost: bob.clone(),
                        name: "Bob".into(),
                    },
                    &self.standing(&bob, "Bob", 1, action(0xbb), -2 * HOUR_S),
                )?,
            ),
        ]))
    }
}
