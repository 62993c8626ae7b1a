//! Examples of the functions by which cheques are handed over: Bob, cut off from the
//! village, shows Ann the cheque of his two hours.

use crate::examples::{action, agent, agent_id, example, sign, Example, Story, HOUR_S, NOON_US};
use crate::DocgenError;
use commons_credit_api as api;
use commons_credit_handover::{carrier, Packet, Payment, Slip};
use commons_credit_ledger::cheque::{receiver_tag, village_tag, Statement};
use commons_credit_ledger::{Account, Seconds, VillageId};
use std::collections::BTreeMap;

const NUMBER: u64 = 2;

impl Story {
    pub(crate) fn handing_over(&self) -> Result<BTreeMap<&'static str, Example>, DocgenError> {
        let mut told = BTreeMap::new();
        let mut tell = |name, example: Result<Example, DocgenError>| {
            example.map(|example| told.insert(name, example))
        };
        let amount_s = Seconds(2 * HOUR_S);
        let split = self.split(amount_s)?;
        let packet = self.packet()?;
        let shown = api::Cheque {
            number: NUMBER,
            amount_s,
            to: agent(&self.ann),
            to_name: Some("Ann".into()),
            qr: carrier::qr_text(&packet),
            link: carrier::link(&packet),
            message: carrier::message(&packet),
            file: carrier::file(&packet),
        };
        let cheque = shown.link.clone().into_bytes();
        let taken = api::ChequeItem {
            taken: action(0xa7),
            giver: agent(&self.bob),
            giver_name: Some("Bob".into()),
            number: NUMBER,
            amount_s,
            split,
            state: api::ChequeState::Signed,
            line: None,
            proof: None,
            time_us: NOON_US,
        };
        tell(
            "cheque",
            example(
                &api::TransferRef {
                    transfer: action(0xb2),
                },
                &shown,
            ),
        )?;
        tell(
            "read_cheque",
            example(
                &api::ChequeInput {
                    cheque: cheque.clone(),
                },
                &api::ChequeRead {
                    giver: agent(&self.bob),
                    giver_name: Some("Bob".into()),
                    number: NUMBER,
                    amount_s,
                    split,
                    advice: vec![],
                },
            ),
        )?;
        tell(
            "take_cheque",
            example(
                &api::TakeChequeInput {
                    cheque,
                    despite_advice: false,
                },
                &taken,
            ),
        )?;
        tell(
            "cheques",
            example(
                &api::ListInput {
                    cursor: None,
                    limit: 20,
                },
                &api::Cheques {
                    cheques: vec![taken],
                    signed: 1,
                    signed_s: split.receiver_s,
                    balance_s: Seconds(0),
                    expected_s: split.receiver_s,
                    next: None,
                },
            ),
        )?;
        tell(
            "settle_cheques",
            example(
                &(),
                &api::ChequesSettled {
                    deposited: Some(2),
                    signed: 0,
                },
            ),
        )?;
        Ok(told)
    }

    fn packet(&self) -> Result<Packet, DocgenError> {
        let village = VillageId([0xd1; 32]);
        let statement = Statement {
            village: village_tag(&village),
            giver: agent_id(&self.bob),
            receiver: receiver_tag(&agent_id(&self.ann), Account::Member),
            number: NUMBER,
            amount_s: 2 * HOUR_S,
            page: [0xb2; 16],
        };
        let signature = sign(&self.bob, &statement.to_bytes());
        let payment = Payment::of(&statement, signature).map_err(|refusal| DocgenError::Drift {
            what: format!("the example's cheque is refused ({refusal})"),
        })?;
        let slip = Slip::Payment(payment);
        Ok(Packet::to_receiver(slip, &village, &statement.receiver))
    }
}
