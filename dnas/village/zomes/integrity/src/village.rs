//! The charter in the DNA's properties, and who may join.

use crate::convert::{agent_id, agent_key, village_id};
use crate::{broken, Verdict, MET};
use commons_credit_ledger::admission::{checks, Admission};
use commons_credit_ledger::{Charter, Violation};
use hdi::prelude::*;

/// The charter of this village, judged (rule 21). A cell without properties is
/// the lobby (rule 25).
pub fn charter_of(dna: &DnaInfo) -> Result<Charter, Violation> {
    let properties: Option<Charter> =
        holochain_serialized_bytes::decode(dna.modifiers.properties.bytes())
            .map_err(|_| Violation::Malformed { what: "charter" })?;
    let charter = properties.ok_or(Violation::NoVillage)?;
    charter.check()?;
    Ok(charter)
}

/// Rule 22: who may join. Into the lobby anybody may, for nothing happens there.
pub(crate) fn admission(agent: &AgentPubKey, proof: Option<&MembraneProof>) -> Verdict {
    let dna = dna_info()?;
    let charter = match charter_of(&dna) {
        Ok(charter) => charter,
        Err(Violation::NoVillage) => return MET,
        Err(violation) => return broken(violation),
    };
    let admission: Option<Admission> = match proof {
        None => None,
        Some(proof) => match holochain_serialized_bytes::decode(proof.bytes()) {
            Ok(admission) => Some(admission),
            Err(_) => return broken(Violation::Malformed { what: "invitation" }),
        },
    };
    let checks = match checks(
        &charter,
        &village_id(&dna.hash),
        &agent_id(agent),
        admission.as_ref(),
    ) {
        Ok(checks) => checks,
        Err(violation) => return broken(violation),
    };
    for check in checks {
        let holds = verify_signature_raw(
            agent_key(&check.signer),
            Signature(check.signature.0),
            check.statement,
        )?;
        if !holds {
            return broken(Violation::InvitationForged);
        }
    }
    MET
}
