//! What the page signs its zome calls with.
//!
//! A browser page cannot use the keystore. It gets one signing key, the same at every
//! start of this folder, and each cell grants that key once, in process. The page can
//! therefore call zome functions and nothing else; it never sees the member's own key.

use crate::conductor::App;
use crate::data::DataFolder;
use crate::NodeError;
use base64::prelude::{Engine, BASE64_STANDARD};
use ed25519_dalek::SigningKey;
use holochain::prelude::{
    AgentPubKey, CapGrant, CapSecret, CapSecretBytes, CellId, DesensitizedCapGrant, DnaHash,
    GrantConstraint, GrantZomeCallCapabilityGrant, GrantZomeCallCapabilityPayload,
    GrantedFunctions, ZomeCallGrant, CAP_SECRET_BYTES,
};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use tokio::sync::Mutex;

/// Where the key is kept.
pub const SIGNING_FILE: &str = "signing.json";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningFile {
    seed: String,
    cap_secret: String,
}

/// What `setSigningCredentials` of `@holochain/client` takes for one cell. Hashes
/// are in Holochain's text form (`u…`), bytes in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellCredentials {
    /// DNA hash and agent key.
    pub cell_id: [String; 2],
    /// 64 bytes.
    pub cap_secret: String,
    /// 39 bytes: the public key as an agent key.
    pub signing_key: String,
    /// The pair as libsodium has it.
    pub key_pair: KeyPair,
}

/// A libsodium signing pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyPair {
    /// 32 bytes.
    pub public_key: String,
    /// 64 bytes: seed and public key.
    pub private_key: String,
    /// `ed25519`.
    pub key_type: &'static str,
}

/// The folder's signing key, and the cells that are known to grant it.
pub struct Credentials {
    key: SigningKey,
    cap_secret: CapSecretBytes,
    granted: Mutex<HashSet<CellId>>,
}

impl Credentials {
    /// Reads the folder's key, or makes it at the first start.
    pub fn open(data: &DataFolder) -> Result<Self, NodeError> {
        let damaged = |what: &str| NodeError::DataDamaged {
            path: data.path(SIGNING_FILE),
            cause: format!("its {what} does not read"),
        };
        let (seed, cap_secret) = match data.read_json::<SigningFile>(SIGNING_FILE)? {
            Some(file) => (
                decoded(&file.seed).ok_or_else(|| damaged("seed"))?,
                decoded(&file.cap_secret).ok_or_else(|| damaged("cap_secret"))?,
            ),
            None => {
                let (mut seed, mut cap_secret) = ([0; 32], [0; CAP_SECRET_BYTES]);
                rand::rng().fill_bytes(&mut seed);
                rand::rng().fill_bytes(&mut cap_secret);
                let file = SigningFile {
                    seed: BASE64_STANDARD.encode(seed),
                    cap_secret: BASE64_STANDARD.encode(cap_secret),
                };
                data.write_json(SIGNING_FILE, &file)?;
                (seed, cap_secret)
            }
        };
        Ok(Self {
            key: SigningKey::from_bytes(&seed),
            cap_secret,
            granted: Mutex::default(),
        })
    }

    /// The key as the conductor names it.
    pub fn signing_key(&self) -> AgentPubKey {
        AgentPubKey::from_raw_32(self.key.verifying_key().to_bytes().to_vec())
    }

    /// Credentials for one running cell of the app; grants them if it has not yet.
    pub async fn for_cell(&self, app: &App, cell: &CellId) -> Result<CellCredentials, NodeError> {
        self.grant(app, cell).await?;
        // The page asks for these first of all, so also for each new village.
        app.hold_everything(cell).await?;
        Ok(self.described(cell))
    }

    /// Grants the key in a cell, once ever.
    pub async fn grant(&self, app: &App, cell: &CellId) -> Result<(), NodeError> {
        // Held across the grant: two asking at once must not both write one.
        let mut granted = self.granted.lock().await;
        if granted.contains(cell) {
            return Ok(());
        }
        if !app.cells().await?.iter().any(|(known, _)| known == cell) {
            return Err(NodeError::CellUnknown {
                cell: cell.to_string(),
            });
        }
        if !self.is_granted(app, cell).await? {
            let payload = GrantZomeCallCapabilityPayload {
                cell_id: cell.clone(),
                cap_grant: self.wanted_grant(),
            };
            app.handle()
                .grant_zome_call_capability(payload)
                .await
                .map_err(|error| failed("granting the page its calls", &error))?;
        }
        granted.insert(cell.clone());
        Ok(())
    }

    /// Whether the cell's chain holds the grant, asked of the chain itself.
    pub async fn is_granted(&self, app: &App, cell: &CellId) -> Result<bool, NodeError> {
        let grants = app
            .handle()
            .capability_grant_info(&HashSet::from([cell.clone()]), false)
            .await
            .map_err(|error| failed("reading grants", &error))?;
        let mine = DesensitizedCapGrant::from(CapGrant::from(self.wanted_grant()));
        let mut grants = grants.0.iter().flat_map(|(_, grants)| grants);
        Ok(grants.any(|info| info.cap_grant == mine))
    }

    fn wanted_grant(&self) -> GrantZomeCallCapabilityGrant {
        GrantZomeCallCapabilityGrant {
            tag: format!("commons-credit page {}", self.signing_key()),
            constraint: GrantConstraint::Assigned {
                secret: CapSecret::from(self.cap_secret),
                assignees: BTreeSet::from([self.signing_key()]),
            },
            grant: ZomeCallGrant {
                functions: GrantedFunctions::All,
            },
        }
    }

    fn described(&self, cell: &CellId) -> CellCredentials {
        CellCredentials {
            cell_id: [cell.dna_hash().to_string(), cell.agent_pubkey().to_string()],
            cap_secret: BASE64_STANDARD.encode(self.cap_secret),
            signing_key: BASE64_STANDARD.encode(self.signing_key().get_raw_39()),
            key_pair: KeyPair {
                public_key: BASE64_STANDARD.encode(self.key.verifying_key().as_bytes()),
                private_key: BASE64_STANDARD.encode(self.key.to_keypair_bytes()),
                key_type: "ed25519",
            },
        }
    }
}

fn failed(doing: &'static str, error: &dyn std::fmt::Display) -> NodeError {
    NodeError::Conductor {
        doing,
        cause: error.to_string(),
    }
}

fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

/// Reads a cell's name as the page writes it: DNA hash and agent key in text form.
pub fn cell_from_text([dna, agent]: &[String; 2]) -> Result<CellId, NodeError> {
    let unknown = || NodeError::CellUnknown {
        cell: format!("[{dna}, {agent}]").chars().take(120).collect(),
    };
    let dna = DnaHash::try_from(dna.as_str()).map_err(|_| unknown())?;
    let agent = AgentPubKey::try_from(agent.as_str()).map_err(|_| unknown())?;
    Ok(CellId::new(dna, agent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::Signer;

    fn cell() -> CellId {
        CellId::new(
            DnaHash::from_raw_32(vec![7; 32]),
            AgentPubKey::from_raw_32(vec![9; 32]),
        )
    }

    #[test]
    fn the_key_is_made_once_and_kept() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        let first = Credentials::open(&data).expect("made").described(&cell());
        let again = Credentials::open(&data).expect("kept").described(&cell());
        assert_eq!(first, again);
    }

    #[test]
    fn the_pair_is_one_that_libsodium_would_have_made() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        let described = Credentials::open(&data).expect("made").described(&cell());
        let private: [u8; 64] = decoded(&described.key_pair.private_key).expect("64 bytes");
        let public: [u8; 32] = decoded(&described.key_pair.public_key).expect("32 bytes");
        let agent: [u8; 39] = decoded(&described.signing_key).expect("39 bytes");
        let secret: [u8; 64] = decoded(&described.cap_secret).expect("64 bytes");
        assert_ne!(secret, [0; 64]);
        assert_eq!(private[32..], public);
        assert_eq!(agent[..3], [132, 32, 36]);
        assert_eq!(agent[3..35], public);
        let pair = SigningKey::from_keypair_bytes(&private).expect("a pair");
        let signature = pair.sign(b"call");
        pair.verifying_key()
            .verify_strict(b"call", &signature)
            .expect("its own signature");
        assert_eq!(cell_from_text(&described.cell_id).expect("a cell"), cell());
    }

    #[test]
    fn a_damaged_key_file_is_named_and_left_alone() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        for text in ["{", r#"{"seed": "AAAA", "cap_secret": "AAAA"}"#] {
            data.write(SIGNING_FILE, text.as_bytes()).expect("a file");
            let Err(error) = Credentials::open(&data) else {
                panic!("a damaged key was read");
            };
            assert_eq!(error.code(), "E_DATA_DAMAGED");
            let left = data.read(SIGNING_FILE).expect("read");
            assert_eq!(left.as_deref(), Some(text.as_bytes()));
        }
    }

    #[test]
    fn what_names_no_cell_is_refused() {
        let good = cell();
        let (dna, agent) = (good.dna_hash().to_string(), good.agent_pubkey().to_string());
        cell_from_text(&[dna.clone(), agent.clone()]).expect("a cell");
        for bad in [
            [agent.clone(), dna.clone()],
            [dna.clone(), String::new()],
            [dna.to_uppercase(), agent.clone()],
            ["é".into(), agent],
        ] {
            let error = cell_from_text(&bad).expect_err("no cell");
            assert_eq!(error.code(), "E_CELL_UNKNOWN");
        }
    }
}
