//! What a village was founded on.

use crate::amount::{Seconds, AMOUNT_MAX_S};
use crate::id::{AgentId, VillageId};
use crate::levy::Levies;
use crate::policy::{check_floor, Policy, Terms};
use crate::text::check_name;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// The charter format that this law reads.
pub const CHARTER_FORMAT: u32 = 1;
/// Most founding stewards.
pub const STEWARDS_MAX: usize = 32;

/// How a village decides; the rule that counts votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "template", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Voting {
    /// `needed` of the stewards, and more than half of them.
    Council {
        /// Stewards who must agree.
        needed: u32,
    },
    /// More than half of the roll.
    // With braces: serde does not deny unknown fields on a tagged unit variant.
    Majority {},
    /// At least two thirds of the roll.
    Supermajority {},
    /// Adopted once so many stewards consent that `objections` of them can no longer
    /// object, each with a reason; more than half in any case.
    Consent {
        /// Objections that stop a proposal.
        objections: u32,
    },
}

/// The founding parameters: the `properties` of a village's DNA. They are part
/// of the DNA hash, so every member has the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Charter {
    /// [`CHARTER_FORMAT`].
    pub format: u32,
    /// The village's name.
    pub name: String,
    /// Levies of policy version 0.
    pub levies: Levies,
    /// How far below zero a new member's balance may go, in seconds (zero or less).
    pub floor_s: Seconds,
    /// How the village decides.
    pub voting: Voting,
    /// Founding stewards, at least one, none twice. Hexadecimal keys.
    #[serde(with = "hex_list")]
    #[cfg_attr(feature = "typescript", ts(type = "Array<string>"))]
    pub stewards: Vec<AgentId>,
    /// The village whose books go on here, if other rules were adopted there. Left
    /// out where there is none, so that the bytes of other charters stay.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex_option")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "string"))]
    pub predecessor: Option<VillageId>,
}

impl Voting {
    /// Judges a voting rule (rule 21).
    pub fn check(&self) -> Result<(), Violation> {
        let votes = match self {
            Voting::Council { needed } => *needed,
            Voting::Consent { objections } => *objections,
            Voting::Majority {} | Voting::Supermajority {} => 1,
        };
        // A village founded by one person grows its council later, so only the
        // lower edge and the largest founding council bound the number.
        if votes < 1 || votes as usize > STEWARDS_MAX {
            return Err(Violation::VotingMalformed { needed: votes });
        }
        Ok(())
    }
}

impl Charter {
    /// Judges a charter (rule 21).
    pub fn check(&self) -> Result<(), Violation> {
        if self.format != CHARTER_FORMAT {
            return Err(Violation::CharterFormatUnknown {
                format: self.format,
            });
        }
        check_name(&self.name)?;
        self.levies.check()?;
        check_floor(self.floor_s)?;
        let mut stewards = self.stewards.clone();
        stewards.sort_unstable();
        stewards.dedup();
        let distinct = stewards.len() == self.stewards.len();
        if !distinct || !(1..=STEWARDS_MAX).contains(&self.stewards.len()) {
            return Err(Violation::StewardsMalformed {
                stewards: self.stewards.len() as u64,
            });
        }
        self.voting.check()
    }

    /// Policy version 0.
    pub fn policy(&self) -> Result<Policy, Violation> {
        self.terms().policy(0)
    }

    /// What the charter says as terms: what the first proposal for a policy starts
    /// from. No probation, nobody appointed, payments levied.
    pub fn terms(&self) -> Terms {
        Terms {
            levies: self.levies,
            floor_s: self.floor_s,
            exposure_s: Seconds(AMOUNT_MAX_S),
            probation: None,
            payments_levied: true,
            state: None,
            community: None,
        }
    }

    /// Whether the agent is a founding steward.
    pub fn has_steward(&self, agent: &AgentId) -> bool {
        self.stewards.contains(agent)
    }
}

/// DNA properties pass through YAML, which has no byte strings: keys are
/// hexadecimal text in every format.
mod hex_list {
    use crate::id::AgentId;
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(agents: &[AgentId], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(agents.iter().map(AgentId::to_hex))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<AgentId>, D::Error> {
        Vec::<String>::deserialize(d)?
            .iter()
            .map(|text| {
                AgentId::from_hex(text)
                    .ok_or_else(|| D::Error::custom("a steward is 64 hexadecimal digits"))
            })
            .collect()
    }
}

/// The same for one village.
mod hex_option {
    use crate::id::VillageId;
    use serde::{de::Error, Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(
        village: &Option<VillageId>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        village
            .as_ref()
            .map(VillageId::to_hex)
            .serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<VillageId>, D::Error> {
        Option::<String>::deserialize(d)?
            .map(|text| {
                VillageId::from_hex(&text)
                    .ok_or_else(|| D::Error::custom("a village is 64 hexadecimal digits"))
            })
            .transpose()
    }
}
