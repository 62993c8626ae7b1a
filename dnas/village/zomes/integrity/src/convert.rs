//! Between Holochain's 39-byte hashes and the ledger's 32-byte names.

use commons_credit_ledger::{ActionId, AgentId, Digest, VillageId};
use hdi::prelude::*;

/// The 32-byte core that follows a hash's 3-byte type prefix.
fn core<T: holo_hash::HashType>(hash: &HoloHash<T>) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hash.get_raw_32());
    bytes
}

/// An agent's name in the ledger.
pub fn agent_id(key: &AgentPubKey) -> AgentId {
    AgentId(core(key))
}

/// An action's name in the ledger.
pub fn action_id(hash: &ActionHash) -> ActionId {
    ActionId(core(hash))
}

/// A village's name in the ledger.
pub fn village_id(hash: &DnaHash) -> VillageId {
    VillageId(core(hash))
}

/// The key behind an agent's name.
pub fn agent_key(id: &AgentId) -> AgentPubKey {
    AgentPubKey::from_raw_32(id.0.to_vec())
}

/// The hash behind an action's name.
pub fn action_hash(id: &ActionId) -> ActionHash {
    ActionHash::from_raw_32(id.0.to_vec())
}

/// A base for links that stands for a well-known name.
pub fn digest_link_base(digest: Digest) -> ExternalHash {
    ExternalHash::from_raw_32(digest.0.to_vec())
}
