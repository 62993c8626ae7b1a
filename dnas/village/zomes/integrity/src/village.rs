//! The charter in the DNA's properties, and who may join.

use crate::convert::{agent_id, agent_key, village_id};
use crate::decisions::{decided_by, DecidedRecord};
use crate::{broken, Verdict, MET};
use commons_credit_ledger::admission::{checks, Admission, Vouched};
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
    let (village, agent) = (village_id(&dna.hash), agent_id(agent));
    let found = match proof {
        None => checks(&charter, &village, &agent, None),
        Some(proof) => match admission_in(proof) {
            Some(Admitted::Founders(admission)) => {
                checks(&charter, &village, &agent, Some(&admission))
            }
            // Who vouches is looked up when the book opens (rule 44).
            Some(Admitted::Vouched(vouched)) => vouched.checks(&village, &agent),
            None => return broken(Violation::Malformed { what: "invitation" }),
        },
    };
    let checks = match found {
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

/// Both kinds of admission.
enum Admitted {
    Founders(Admission),
    Vouched(Vouched),
}

fn admission_in(proof: &MembraneProof) -> Option<Admitted> {
    // Neither has the fields of the other, and unknown ones are refused.
    let founders = holochain_serialized_bytes::decode(proof.bytes());
    if let Ok(admission) = founders {
        return Some(Admitted::Founders(admission));
    }
    let vouched: Option<Vouched> = holochain_serialized_bytes::decode(proof.bytes()).ok();
    vouched.map(Admitted::Vouched)
}

/// Rule 44: the standing of those who vouched in the author's admission, if anybody
/// had to.
pub(crate) fn vouched_for(
    author: &AgentPubKey,
    package: &AgentValidationPkgData,
    charter: &Charter,
) -> Verdict {
    let admitted = package.membrane_proof.as_ref().and_then(admission_in);
    match admitted {
        Some(Admitted::Vouched(vouched)) if !charter.has_steward(&agent_id(author)) => {
            let decided = decided_by(vouched.roll)?;
            Ok(vouched.check(decided.as_ref().map(DecidedRecord::borrow)))
        }
        _ => MET,
    }
}
