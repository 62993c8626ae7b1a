//! Compiled zomes, kept from one test to the next.
//!
//! A conductor compiles each zome before its first use, which takes both cores for
//! seconds, and the tests start some two hundred conductors. So what the first has compiled
//! is laid, under the hash of its source, where each later one looks before it compiles. Nothing else
//! is shared, and another build of the zomes has other hashes.

use crate::zomes_folder;
use holochain::prelude::*;
use holochain::sweettest::SweetConductor;
use holochain_state::data::{open_db, DbKey, HolochainDataConfig, Wasm};
use holochain_state::wasm::WasmStore;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What sweettest locks its databases with.
pub const PASSPHRASE: &[u8] = b"passphrase";
/// Compiled zomes that nobody used for so long are swept away.
const KEPT: Duration = Duration::from_secs(2 * 24 * 3_600);

/// The compiled zomes of one packed app.
pub struct Compiled {
    folder: PathBuf,
    store: WasmStore,
}

impl Compiled {
    /// For a conductor that is going to install this app.
    pub async fn beside(conductor: &SweetConductor, happ: &[u8]) -> Self {
        let databases = conductor.db_path().join("databases");
        let locked = std::fs::read_to_string(databases.join("db.key")).expect("a database key");
        let passphrase = Arc::new(Mutex::new(sodoken::LockedArray::from(PASSPHRASE.to_vec())));
        let key = DbKey::load(locked, passphrase).await.expect("its key");
        let config = HolochainDataConfig::new().with_key(key);
        let database = open_db(&databases, Wasm, config).await;
        let mut hasher = DefaultHasher::new();
        happ.hash(&mut hasher);
        let kept = zomes_folder().with_file_name("compiled-zomes");
        Self {
            folder: kept.join(format!("{:016x}", hasher.finish())),
            store: WasmStore::new(database.expect("the conductor's own database")),
        }
    }

    /// Gives the conductor what another has compiled; whether there was anything.
    pub async fn give(&self) -> bool {
        let mut given = false;
        for file in std::fs::read_dir(&self.folder).into_iter().flatten() {
            let path = file.expect("a readable folder").path();
            let Some(hash) = hash_of(&path) else { continue };
            let read = |path: &Path| std::fs::read(path).expect("a kept zome");
            let source = DnaWasm::from(read(&source_of(&path)));
            let source = DnaWasmHashed::with_pre_hashed(source, hash.clone());
            self.store.put(source).await.expect("room for it");
            let compiled = self.store.put_compiled(hash, read(&path).into());
            compiled.await.expect("room for it");
            given = true;
        }
        given
    }

    /// Keeps for others what this conductor has compiled.
    pub async fn keep(&self, conductor: &SweetConductor, cell: &CellId) {
        let handle = conductor.raw_handle();
        let definition = handle.get_dna_definition(cell).await;
        let definition = definition.expect("a list").expect("its own cell");
        std::fs::create_dir_all(&self.folder).expect("a folder");
        for (_, zome) in definition.all_zomes() {
            let ZomeDef::Wasm(zome) = zome else { continue };
            let (hash, store) = (&zome.wasm_hash, self.store.as_read());
            let source = store.get(hash).await.expect("a readable database");
            let compiled = store.get_compiled(hash).await;
            if let (Some(source), Some(compiled)) = (source, compiled.expect("the same")) {
                let path = self.folder.join(hash.to_string());
                let code = source.into_content().code();
                put_in_place(&source_of(&path), &code);
                put_in_place(&path, &compiled);
            }
        }
        self.sweep();
    }

    fn sweep(&self) {
        let kept = self.folder.parent().expect("a folder of folders");
        for folder in std::fs::read_dir(kept).into_iter().flatten().flatten() {
            let made = folder.metadata().and_then(|facts| facts.modified());
            let old = made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > KEPT));
            if old && folder.path() != self.folder {
                let _ = std::fs::remove_dir_all(folder.path());
            }
        }
    }
}

/// Beside, then in place: several tests may be at it.
fn put_in_place(path: &Path, bytes: &[u8]) {
    let half = path.with_extension(std::process::id().to_string());
    std::fs::write(&half, bytes).expect("room for it");
    std::fs::rename(&half, path).expect("the same folder");
}

/// Where the source of a kept zome lies: the ledger takes nothing compiled without it.
fn source_of(compiled: &Path) -> PathBuf {
    compiled.with_extension("source")
}

/// The hash that a kept file is named by; none for its source, and for what is half written.
fn hash_of(path: &Path) -> Option<WasmHash> {
    WasmHash::try_from(path.file_name()?.to_str()?).ok()
}
