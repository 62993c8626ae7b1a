//! Invitations: one line of text that lets its holder join a village.
//!
//! `cc1:` and base64url of a MessagePack record: the village, its network seed
//! and charter, signatures over a fresh invitation key, that key's secret half, and
//! hubs where the village meets. Whoever has the text can join, so it is handed over
//! like a key. A founding steward signs alone; others show that they are on the roll:
//! one steward, or as many members as the roll asks for, who pass the text on.

use crate::api::{Invitation, InviteInput, Joining, Vouching};
use crate::book::{charter, me};
use crate::refusal::{law, Refusal};
use crate::rolls::Rolls;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use commons_credit_ledger::admission::{
    admission_statement, checks, invitation_statement, Admission, Vouched, Voucher,
    INVITATION_MAX_BYTES, VOUCHED_MAX,
};
use commons_credit_ledger::roll::Standing;
use commons_credit_ledger::settled::Key;
use commons_credit_ledger::{
    ActionId, AgentId, Charter, Digest, SignatureBytes, VillageId, Violation,
};
use ed25519_dalek::{Signer, SigningKey};
use hdk::prelude::*;
use village_integrity::{agent_id, agent_key, village_id};

const PREFIX: &str = "cc1:";
const HUBS_MAX: usize = 4;
const HUB_MAX_BYTES: usize = 200;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    village: VillageId,
    network_seed: String,
    charter: Charter,
    /// The founding steward who invites; none if others vouch.
    founder: Option<Founder>,
    /// The decision about the roll that those who vouch are on.
    roll: Option<ActionId>,
    /// Who vouches.
    vouchers: Vec<Voucher>,
    /// The seed of the invitation key.
    secret: Digest,
    hubs: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Founder {
    steward: AgentId,
    signature: SignatureBytes,
}

/// A new invitation to this village: by a founding steward, a steward on the roll, or
/// a member whom others will join.
#[hdk_extern]
pub fn write_invitation(input: InviteInput) -> ExternResult<Invitation> {
    let (me, dna, charter) = (me()?, dna_info()?, charter()?);
    check_hubs(&input.hubs)?;
    let mut seed = [0; 32];
    seed.copy_from_slice(&random_bytes(32)?);
    let key = SigningKey::from_bytes(&seed);
    let village = village_id(&dna.hash);
    let statement = invitation_statement(&village, &invitation_id(&key));
    let mut content = Content {
        village,
        network_seed: dna.modifiers.network_seed,
        charter: charter.clone(),
        founder: None,
        roll: None,
        vouchers: Vec::new(),
        secret: Digest(seed),
        hubs: input.hubs,
    };
    if charter.has_steward(&agent_id(&me)) {
        content.founder = Some(Founder {
            steward: agent_id(&me),
            signature: SignatureBytes(sign_raw(me, statement)?.0),
        });
    } else {
        let rolls = Rolls::known(charter)?;
        let roll = rolls.newest();
        let standing = rolls.standings(rolls.number()).remove(&agent_id(&me));
        let may = standing == Some(Standing::Steward)
            || roll.vouchers > 0 && standing.is_some_and(Standing::votes);
        if !may {
            return Err(Refusal::NotSteward.into());
        }
        content.roll = rolls.cited().decision;
        content
            .vouchers
            .push(voucher(&rolls, rolls.number(), &content)?);
    }
    Ok(Invitation {
        text: written(&content)?,
    })
}

/// Joins those who vouch in an invitation, by one on the roll that it cites.
#[hdk_extern]
pub fn vouch(input: Invitation) -> ExternResult<Vouching> {
    let mut content = content(&input.text).ok_or(Refusal::InvitationUnreadable)?;
    let here = village_id(&dna_info()?.hash);
    let Some(decision) = content.roll.filter(|_| content.village == here) else {
        return Err(Refusal::InvitationUnreadable.into());
    };
    let rolls = Rolls::known(charter()?)?;
    let number = rolls
        .number_of(&decision)
        .ok_or(Refusal::NotFound { what: "roll" })?;
    let me = agent_id(&me()?);
    if content.vouchers.iter().all(|voucher| voucher.agent != me) {
        let own = voucher(&rolls, number, &content)?;
        content.vouchers.push(own);
    }
    let vouchers = content.vouchers.len();
    if vouchers > VOUCHED_MAX {
        return Err(law(Violation::VouchersMissing {
            vouchers: vouchers as u64,
        }));
    }
    let standings = rolls.standings(number);
    let by_a_steward = content
        .vouchers
        .iter()
        .any(|voucher| standings.get(&voucher.agent) == Some(&Standing::Steward));
    let needed = rolls.roll_of(number).map_or(0, |roll| roll.vouchers);
    let vouchers = u32::try_from(vouchers).unwrap_or(u32::MAX);
    Ok(Vouching {
        text: written(&content)?,
        vouchers,
        enough: by_a_steward || needed > 0 && vouchers >= needed,
    })
}

/// The caller's own word for an invitation.
fn voucher(rolls: &Rolls, number: u32, content: &Content) -> ExternResult<Voucher> {
    let me = me()?;
    let agent = agent_id(&me);
    if !rolls
        .standings(number)
        .get(&agent)
        .is_some_and(|standing| standing.votes())
    {
        return Err(law(Violation::NotOnRoll));
    }
    let key = SigningKey::from_bytes(&content.secret.0);
    let statement = invitation_statement(&content.village, &invitation_id(&key));
    Ok(Voucher {
        agent,
        on_roll: rolls.tree(number).prove(&Key::of_person(agent)),
        signature: SignatureBytes(sign_raw(me, statement)?.0),
    })
}

fn invitation_id(key: &SigningKey) -> AgentId {
    AgentId(key.verifying_key().to_bytes())
}

fn written(content: &Content) -> ExternResult<String> {
    let bytes = holochain_serialized_bytes::encode(content).map_err(|e| wasm_error!(e))?;
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// Reads an invitation and admits the caller with it. Works in every cell, so
/// also in the lobby.
#[hdk_extern]
pub fn read_invitation(input: Invitation) -> ExternResult<Joining> {
    let content = content(&input.text).ok_or(Refusal::InvitationUnreadable)?;
    content.charter.check().map_err(law)?;
    check_hubs(&content.hubs)?;
    let key = SigningKey::from_bytes(&content.secret.0);
    let agent = agent_id(&me()?);
    let signature = key.sign(&admission_statement(&content.village, &agent));
    let invitation = invitation_id(&key);
    let invitation_signature = SignatureBytes(signature.to_bytes());
    let village = &content.village;
    let (checks, membrane_proof) = match (content.founder, content.roll) {
        (Some(founder), _) => {
            let admission = Admission {
                invitation,
                steward: founder.steward,
                steward_signature: founder.signature,
                invitation_signature,
            };
            let checks =
                checks(&content.charter, village, &agent, Some(&admission)).map_err(law)?;
            (checks, holochain_serialized_bytes::encode(&admission))
        }
        (None, Some(roll)) => {
            let vouched = Vouched {
                invitation,
                roll,
                vouchers: content.vouchers,
                invitation_signature,
            };
            let checks = vouched.checks(village, &agent).map_err(law)?;
            (checks, holochain_serialized_bytes::encode(&vouched))
        }
        (None, None) => return Err(Refusal::InvitationUnreadable.into()),
    };
    // What no peer would let in is refused before a cell is made for it: a refused
    // one stays in the way of the next attempt in conductor 0.7.1.
    for check in checks {
        let holds = verify_signature_raw(
            agent_key(&check.signer),
            Signature(check.signature.0),
            check.statement,
        )?;
        if !holds {
            return Err(law(Violation::InvitationForged));
        }
    }
    Ok(Joining {
        village: DnaHash::from_raw_32(content.village.0.to_vec()),
        network_seed: content.network_seed,
        charter: content.charter,
        membrane_proof: membrane_proof.map_err(|e| wasm_error!(e))?,
        hubs: content.hubs,
    })
}

fn content(text: &str) -> Option<Content> {
    let text = text.trim();
    if text.len() > INVITATION_MAX_BYTES {
        return None;
    }
    // Mail and messengers break long lines: blanks inside are not letters.
    let letters: String = text.split_whitespace().collect();
    let bytes = URL_SAFE_NO_PAD.decode(letters.strip_prefix(PREFIX)?).ok()?;
    holochain_serialized_bytes::decode(&bytes).ok()
}

fn check_hubs(hubs: &[String]) -> ExternResult<()> {
    let good = |hub: &String| {
        (hub.starts_with("http://") || hub.starts_with("https://"))
            && hub.len() <= HUB_MAX_BYTES
            && !hub.chars().any(|c| c.is_control() || c.is_whitespace())
    };
    if hubs.len() > HUBS_MAX {
        return Err(Refusal::HubUrl {
            hub: format!("{} hubs", hubs.len()),
        }
        .into());
    }
    match hubs.iter().find(|hub| !good(hub)) {
        None => Ok(()),
        Some(hub) => Err(Refusal::HubUrl {
            hub: hub.chars().take(HUB_MAX_BYTES).collect(),
        }
        .into()),
    }
}
