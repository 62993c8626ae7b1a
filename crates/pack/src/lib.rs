//! Packs the village DNA, the hApp and the web hApp.
//!
//! The same zomes, manifests and UI give the same bytes, and a bundle whose
//! bytes did not change is not written again: its time stays, so that nothing
//! that embeds it is compiled again.
//!
//! Packed are `dnas/village/workdir/dna.yaml`, the top-level `happ.yaml` and
//! `workdir/web-happ.yaml`, all into `workdir/`
//! (docs/decisions/0004-packing.md).

mod error;
mod manifest;
mod ui_zip;

pub use error::PackError;
pub use manifest::{COORDINATOR_ZOME, INTEGRITY_ZOME, ROLE};

use holochain_types::app::AppBundle;
use holochain_types::prelude::{AppManifest, DnaBundle, DnaManifest, ValidatedDnaManifest};
use holochain_types::web_app::WebAppManifest;
use serde::Serialize;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where everything is, from the top of a checkout.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The folder that holds `happ.yaml`.
    pub root: PathBuf,
    /// The built UI; `None` packs no web hApp.
    pub ui: Option<PathBuf>,
}

/// What was packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Packed {
    /// The hash of the base DNA, the lobby, as Holochain prints it. Who has the
    /// same hash has the same law.
    pub dna_hash: String,
    /// The zomes in the DNA, the integrity zome first.
    pub zomes: Vec<PackedZome>,
    /// The files in `workdir/`, in the order in which they were packed.
    pub files: Vec<PackedFile>,
}

/// One zome in the DNA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackedZome {
    /// Its name in the manifest.
    pub name: String,
    /// The size of its wasm in bytes.
    pub bytes: u64,
}

/// One bundle in `workdir/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackedFile {
    /// Its path from the top of the checkout.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// False when the file there was already the same, byte by byte.
    pub changed: bool,
}

/// Packs all bundles of a checkout.
pub async fn pack(checkout: &Checkout) -> Result<Packed, PackError> {
    let root = &checkout.root;
    if !root.join("happ.yaml").is_file() {
        return Err(PackError::NotACheckout { root: root.clone() });
    }
    let workdir = root.join("workdir");
    // In workdir, so that the move into place stays on one file system.
    let staging = tempfile::Builder::new()
        .prefix(".packing-")
        .tempdir_in(&workdir)
        .map_err(not_written(&workdir))?;
    let staged = staging.path().join("bundle");
    let mut files = Vec::new();

    bundle::<ValidatedDnaManifest>(
        &root.join("dnas/village/workdir"),
        &staged,
        "dnas/village/workdir/dna.yaml",
    )
    .await?;
    let (dna_hash, zomes) = read_dna(&staged).await?;
    files.push(place(&staged, root, "workdir/village.dna")?);

    bundle::<AppManifest>(root, &staged, "happ.yaml").await?;
    let app = AppBundle::unpack(open(&staged)?).map_err(|error| not_read_back(&staged, &error))?;
    manifest::check_app(app.manifest())?;
    files.push(place(&staged, root, "workdir/commons-credit.happ")?);

    if let Some(ui) = &checkout.ui {
        fs::write(&staged, ui_zip::ui_zip(ui)?).map_err(not_written(&staged))?;
        files.push(place(&staged, root, "workdir/ui.zip")?);
        bundle::<WebAppManifest>(&workdir, &staged, "workdir/web-happ.yaml").await?;
        files.push(place(&staged, root, "workdir/commons-credit.webhapp")?);
    }
    Ok(Packed {
        dna_hash,
        zomes,
        files,
    })
}

/// Bundles the manifest in `folder` into the file `target`.
async fn bundle<M: mr_bundle::Manifest>(
    folder: &Path,
    target: &Path,
    manifest: &'static str,
) -> Result<(), PackError> {
    holochain_cli_bundle::pack::<M>(folder, Some(target.to_path_buf()), String::new())
        .await
        .map(drop)
        .map_err(|error| PackError::NotBundled {
            manifest,
            reason: error.to_string(),
        })
}

/// The hash and the zomes of a DNA bundle whose manifest is as it must be.
async fn read_dna(path: &Path) -> Result<(String, Vec<PackedZome>), PackError> {
    let bundle = DnaBundle::unpack(open(path)?).map_err(|error| not_read_back(path, &error))?;
    manifest::check_dna(&bundle.manifest().0)?;
    let DnaManifest::V0(dna) = &bundle.manifest().0;
    let zomes = dna
        .integrity
        .zomes
        .iter()
        .chain(&dna.coordinator.zomes)
        .map(|zome| PackedZome {
            name: zome.name.to_string(),
            bytes: bundle
                .get_resource(&zome.resource_id())
                .map_or(0, |wasm| wasm.as_ref().len() as u64),
        })
        .collect();
    let (dna, _) = bundle
        .to_dna_file()
        .await
        .map_err(|error| not_read_back(path, &error))?;
    Ok((dna.dna_hash().to_string(), zomes))
}

/// Moves a staged file to where it belongs, unless the same bytes are there.
fn place(staged: &Path, root: &Path, path: &str) -> Result<PackedFile, PackError> {
    let target = root.join(path);
    let new = fs::read(staged).map_err(not_read(staged))?;
    let changed = match fs::read(&target) {
        Ok(old) => old != new,
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(not_read(&target)(error)),
    };
    if changed {
        fs::rename(staged, &target).map_err(not_written(&target))?;
    }
    Ok(PackedFile {
        path: path.to_string(),
        bytes: new.len() as u64,
        changed,
    })
}

fn open(path: &Path) -> Result<fs::File, PackError> {
    fs::File::open(path).map_err(not_read(path))
}

fn not_read(path: &Path) -> impl Fn(io::Error) -> PackError + '_ {
    move |reason| PackError::NotRead {
        path: path.to_path_buf(),
        reason,
    }
}

fn not_written(path: &Path) -> impl Fn(io::Error) -> PackError + '_ {
    move |reason| PackError::NotWritten {
        path: path.to_path_buf(),
        reason,
    }
}

fn not_read_back(path: &Path, reason: &dyn std::fmt::Display) -> PackError {
    PackError::NotReadBack {
        path: path.to_path_buf(),
        reason: reason.to_string(),
    }
}
