//! The packed app that this program carries, or that was named instead.

use crate::coordinators::Zomes;
use crate::NodeError;
use holochain::prelude::{AppBundle, DnaHash};
use std::io::Cursor;
use std::path::{Path, PathBuf};

static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/commons-credit.happ"));

/// A packed app and the hash that makes its villages one network.
#[derive(Clone)]
pub struct PackedApp {
    bytes: Vec<u8>,
    dna_hash: DnaHash,
    zomes: Zomes,
}

impl PackedApp {
    /// The app in `file`, or the one that this program carries; none when it was
    /// built without.
    pub async fn find(file: Option<&Path>) -> Result<Option<Self>, NodeError> {
        match file {
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|error| NodeError::AppUnreadable {
                    path: path.into(),
                    cause: error.to_string(),
                })?;
                Self::read(bytes, path).await.map(Some)
            }
            None if EMBEDDED.is_empty() => Ok(None),
            None => {
                let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("app"));
                Self::read(EMBEDDED.to_vec(), &program).await.map(Some)
            }
        }
    }

    /// The packed bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// The hash of its DNA as packed (`make happ` prints the same).
    pub fn dna_hash(&self) -> &DnaHash {
        &self.dna_hash
    }

    /// What its DNA is made of.
    pub fn zomes(&self) -> &Zomes {
        &self.zomes
    }

    async fn read(bytes: Vec<u8>, path: &Path) -> Result<Self, NodeError> {
        let refuse = |cause: String| NodeError::AppUnreadable {
            path: path.into(),
            cause,
        };
        let bundle =
            AppBundle::unpack(Cursor::new(&bytes)).map_err(|error| refuse(error.to_string()))?;
        let cells = bundle
            .resolve_cells(Default::default(), Default::default())
            .await
            .map_err(|error| refuse(error.to_string()))?;
        let [(dna, _)] = cells.dnas_to_register.as_slice() else {
            return Err(refuse("it does not hold exactly one DNA".into()));
        };
        Ok(Self {
            dna_hash: dna.dna_hash().clone(),
            zomes: Zomes::of(dna),
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_no_app_is_refused() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let file = place.path().join("broken.happ");
        let find = || async { PackedApp::find(Some(&file)).await.err().map(|e| e.code()) };
        assert_eq!(find().await, Some("E_APP_UNREADABLE"));
        std::fs::write(&file, b"no app").expect("a file");
        assert_eq!(find().await, Some("E_APP_UNREADABLE"));
    }
}
