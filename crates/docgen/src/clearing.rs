//! Examples of clearing: Ann is gateway in three villages that owe in a ring.

use crate::examples::{agent_id, example, Example, Story, HOUR_S};
use crate::DocgenError;
use commons_credit_api as api;
use commons_credit_ledger::clearing::owed_statement;
use commons_credit_ledger::{Round, RoundLine, Seconds, SignatureBytes, VillageId};
use ed25519_dalek::Signer;
use holo_hash::DnaHash;
use std::collections::BTreeMap;

impl Story {
    /// One example for each function of clearing.
    pub(crate) fn clearing(&self) -> Result<BTreeMap<&'static str, Example>, DocgenError> {
        let gateway = agent_id(&self.ann);
        let villages = [0xd1, 0xd2, 0xd3].map(|byte| VillageId([byte; 32]));
        let sign = |bytes: &[u8]| SignatureBytes(self.ann.sign(bytes).to_bytes());
        let amount_s = Seconds(2 * HOUR_S);
        let (owes, owed) = ((&villages[0], &gateway), (&villages[1], &gateway));
        let signature = sign(&owed_statement(owes, owed, 5, amount_s));
        let statement = api::LineStatement {
            debtor: villages[0],
            creditor: villages[1],
            debtor_gateway: gateway,
            creditor_gateway: gateway,
            number: 5,
            amount_s,
            debtor_signature: signature,
            creditor_signature: Some(signature),
        };
        let line = |at: usize| RoundLine {
            debtor: villages[at],
            creditor: villages[(at + 1) % 3],
            debtor_gateway: gateway,
            creditor_gateway: gateway,
            freed_s: Seconds(HOUR_S),
            given_up_s: Seconds(HOUR_S),
        };
        let round = Round {
            lines: (0..3).map(line).collect(),
        };
        let signed = |village: &VillageId| api::RoundSigned {
            village: *village,
            signature: sign(&round.statement(village)),
        };
        Ok(BTreeMap::from([
            (
                "line_statement",
                example(
                    &api::LineStatementInput {
                        village: DnaHash::from_raw_32(villages[1].0.to_vec()),
                        statement: None,
                    },
                    &statement,
                )?,
            ),
            (
                "sign_clearing",
                example(
                    &api::RoundInput {
                        round: round.clone(),
                    },
                    &signed(&villages[0]),
                )?,
            ),
            (
                "book_clearing",
                example(
                    &api::BookRoundInput {
                        signatures: villages.iter().map(signed).collect(),
                        round: round.clone(),
                    },
                    &self.page(0xba, 6, 0),
                )?,
            ),
        ]))
    }
}
