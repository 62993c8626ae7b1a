//! How a village lets people in: the membrane proof.
//!
//! A steward signs the public half of a fresh invitation key; the secret half is
//! in the invitation. Whoever joins signs their own key with it. Both signatures
//! are the admission, and every peer checks it. A founding steward needs none.
//!
//! Where the roll says so, some members together invite as a steward does. Nobody
//! can look at a roll before joining, so their signatures are checked at once and
//! their standing when the newcomer's book opens: before that, nothing is valid.

use crate::ballot::Decided;
use crate::charter::Charter;
use crate::id::{ActionId, AgentId, SignatureBytes, VillageId};
use crate::roll::{Standing, VOUCHERS_MAX};
use crate::settled::Proof;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest invitation text that is read, in bytes: a long charter and as many
/// vouchers as there may be, each with a path through a large roll.
pub const INVITATION_MAX_BYTES: usize = 16_384;

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

/// Most who vouch in one admission.
pub const VOUCHED_MAX: usize = VOUCHERS_MAX as usize;

/// One who vouches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Voucher {
    /// Who.
    pub agent: AgentId,
    /// Shows them on the roll that the admission cites.
    pub on_roll: Proof,
    /// Their signature over [`invitation_statement`].
    pub signature: SignatureBytes,
}

/// An admission by members on a roll, or by a steward who was not a founder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Vouched {
    /// Public half of the invitation key.
    pub invitation: AgentId,
    /// The decision about the roll that the vouchers are on.
    pub roll: ActionId,
    /// Who vouches, none twice, at most [`VOUCHED_MAX`].
    pub vouchers: Vec<Voucher>,
    /// The invitation key's signature over [`admission_statement`].
    pub invitation_signature: SignatureBytes,
}

impl Vouched {
    /// The signatures that must hold (rules 22 and 44). A list that is empty, too
    /// long or names somebody twice is refused.
    pub fn checks(&self, village: &VillageId, agent: &AgentId) -> Result<Vec<Check>, Violation> {
        let distinct: BTreeSet<AgentId> =
            self.vouchers.iter().map(|voucher| voucher.agent).collect();
        let count = self.vouchers.len();
        if !(1..=VOUCHED_MAX).contains(&count) || distinct.len() != count {
            return Err(Violation::VouchersMissing {
                vouchers: count as u64,
            });
        }
        let statement = invitation_statement(village, &self.invitation);
        let by_vouchers = self.vouchers.iter().map(|voucher| Check {
            signer: voucher.agent,
            statement: statement.clone(),
            signature: voucher.signature,
        });
        let by_invitation = Check {
            signer: self.invitation,
            statement: admission_statement(village, agent),
            signature: self.invitation_signature,
        };
        Ok(by_vouchers.chain([by_invitation]).collect())
    }

    /// Judges the standing of those who vouch (rule 44): one steward, or as many
    /// members as the roll asks for.
    pub fn check(&self, decided: Option<Decided<'_>>) -> Result<(), Violation> {
        let roll = decided
            .filter(|decided| decided.id == self.roll)
            .and_then(|decided| decided.roll())
            .ok_or(Violation::RollUnknown { number: 0 })?;
        let mut voices = 0u32;
        let mut by_a_steward = false;
        for voucher in &self.vouchers {
            let standing = roll.standing(voucher.agent, &voucher.on_roll)?;
            if !standing.is_some_and(Standing::votes) {
                return Err(Violation::NotOnRoll);
            }
            by_a_steward |= standing == Some(Standing::Steward);
            voices = voices.saturating_add(1);
        }
        let enough = roll.vouchers > 0 && voices >= roll.vouchers;
        if !by_a_steward && !enough {
            return Err(Violation::VouchersMissing {
                vouchers: voices.into(),
            });
        }
        Ok(())
    }
}
