//! How a village lets people in: the membrane proof.
//!
//! A steward signs the public half of a fresh invitation key; the secret half is
//! in the invitation. Whoever joins signs their own key with it. Both signatures
//! are the admission, and every peer checks it. A founding steward needs none.

use crate::charter::Charter;
use crate::id::{AgentId, SignatureBytes, VillageId};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Longest invitation text that is read, in bytes.
pub const INVITATION_MAX_BYTES: usize = 4_096;

/// Two signatures that admit one agent to one village.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Admission {
    /// Public half of the invitation key.
    pub invitation: AgentId,
    /// The steward who invited.
    pub steward: AgentId,
    /// The steward's signature over [`invitation_statement`].
    pub steward_signature: SignatureBytes,
    /// The invitation key's signature over [`admission_statement`].
    pub invitation_signature: SignatureBytes,
}

/// What a steward signs to invite.
pub fn invitation_statement(village: &VillageId, invitation: &AgentId) -> Vec<u8> {
    [b"cc-invitation/1".as_slice(), &village.0, &invitation.0].concat()
}

/// What the invitation key signs to admit one agent.
pub fn admission_statement(village: &VillageId, agent: &AgentId) -> Vec<u8> {
    [b"cc-admission/1".as_slice(), &village.0, &agent.0].concat()
}

/// A signature that an admission rests on, for the edge to verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Whose signature.
    pub signer: AgentId,
    /// Over which bytes.
    pub statement: Vec<u8>,
    /// The signature.
    pub signature: SignatureBytes,
}

/// Judges who may join (rule 22): a founding steward without any admission,
/// anybody else with one by a steward. Returns the signatures that must hold.
pub fn checks(
    charter: &Charter,
    village: &VillageId,
    agent: &AgentId,
    admission: Option<&Admission>,
) -> Result<Vec<Check>, Violation> {
    if charter.has_steward(agent) {
        return Ok(Vec::new());
    }
    let admission = admission.ok_or(Violation::NotInvited)?;
    if !charter.has_steward(&admission.steward) {
        return Err(Violation::InvitedByNoSteward {
            steward: admission.steward,
        });
    }
    Ok(vec![
        Check {
            signer: admission.steward,
            statement: invitation_statement(village, &admission.invitation),
            signature: admission.steward_signature,
        },
        Check {
            signer: admission.invitation,
            statement: admission_statement(village, agent),
            signature: admission.invitation_signature,
        },
    ])
}
