//! Invitations: one line of text that lets its holder join a village.
//!
//! `cc1:` and base64url of a MessagePack record: the village, its network seed
//! and charter, a steward's signature over a fresh invitation key, that key's
//! secret half, and hubs where the village meets. Whoever has the text can join,
//! so it is handed over like a key.

use crate::api::{Invitation, InviteInput, Joining};
use crate::book::{charter, me};
use crate::refusal::{law, Refusal};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use commons_credit_ledger::admission::{
    admission_statement, checks, invitation_statement, Admission, INVITATION_MAX_BYTES,
};
use commons_credit_ledger::{AgentId, Charter, Digest, SignatureBytes, VillageId, Violation};
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
    steward: AgentId,
    steward_signature: SignatureBytes,
    /// The seed of the invitation key.
    secret: Digest,
    hubs: Vec<String>,
}

/// A new invitation to this village; stewards only.
#[hdk_extern]
pub fn write_invitation(input: InviteInput) -> ExternResult<Invitation> {
    let (me, dna, charter) = (me()?, dna_info()?, charter()?);
    if !charter.has_steward(&agent_id(&me)) {
        return Err(Refusal::NotSteward.into());
    }
    check_hubs(&input.hubs)?;
    let mut seed = [0; 32];
    seed.copy_from_slice(&random_bytes(32)?);
    let key = SigningKey::from_bytes(&seed);
    let village = village_id(&dna.hash);
    let invitation = AgentId(key.verifying_key().to_bytes());
    let signature = sign_raw(me.clone(), invitation_statement(&village, &invitation))?;
    let content = Content {
        village,
        network_seed: dna.modifiers.network_seed,
        charter,
        steward: agent_id(&me),
        steward_signature: SignatureBytes(signature.0),
        secret: Digest(seed),
        hubs: input.hubs,
    };
    let bytes = holochain_serialized_bytes::encode(&content).map_err(|e| wasm_error!(e))?;
    Ok(Invitation {
        text: format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)),
    })
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
    let admission = Admission {
        invitation: AgentId(key.verifying_key().to_bytes()),
        steward: content.steward,
        steward_signature: content.steward_signature,
        invitation_signature: SignatureBytes(signature.to_bytes()),
    };
    // What no peer would let in is refused before a cell is made for it: a refused
    // one stays in the way of the next attempt in conductor 0.7.1.
    for check in
        checks(&content.charter, &content.village, &agent, Some(&admission)).map_err(law)?
    {
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
        membrane_proof: holochain_serialized_bytes::encode(&admission)
            .map_err(|e| wasm_error!(e))?,
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
