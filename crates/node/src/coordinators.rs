//! The program's coordinators, put into villages that were begun with older ones.
//!
//! Coordinators are no part of a DNA's hash, so they may be exchanged in a village that
//! exists; the integrity zomes are its law and never are. For each cell:
//!
//! | its integrity zomes | its coordinators | what is done |
//! |---|---|---|
//! | the program's | the program's | nothing |
//! | the program's | others | exchanged |
//! | others | any | nothing: another law, with coordinators that fit it |
//!
//! The conductor writes the new code first and then, at once, what the cell is made of.
//! A stop in between leaves the old coordinators, and the next start begins again.

use crate::bundle::PackedApp;
use crate::conductor::App;
use crate::NodeError;
use holochain::prelude::{
    CellId, CoordinatorZomes, DnaDef, DnaFile, DnaHash, DnaModifiers, DnaWasmHashed, IntegrityZomes,
};

/// What a packed DNA is made of, for comparing it with a cell.
#[derive(Clone)]
pub struct Zomes {
    integrity: IntegrityZomes,
    coordinators: CoordinatorZomes,
    code: Vec<DnaWasmHashed>,
    modifiers: DnaModifiers,
}

impl Zomes {
    /// Those of a DNA.
    pub fn of(dna: &DnaFile) -> Self {
        let def = dna.dna_def();
        let code = dna
            .code()
            .iter()
            .map(|(hash, wasm)| DnaWasmHashed::with_pre_hashed(wasm.clone(), hash.clone()));
        Self {
            integrity: def.integrity_zomes.clone(),
            coordinators: def.coordinator_zomes.clone(),
            code: code.collect(),
            modifiers: def.modifiers.clone(),
        }
    }

    /// The hash that a DNA with the law of `def` would have if it were packed as this
    /// one is: villages differ in seed and charter, the packed DNA has neither.
    pub fn law_of(&self, def: &DnaDef) -> DnaHash {
        let mut packed = def.clone();
        packed.modifiers = self.modifiers.clone();
        DnaHash::with_data_sync(&packed)
    }

    fn are_newer_than(&self, def: &DnaDef) -> bool {
        def.integrity_zomes == self.integrity && def.coordinator_zomes != self.coordinators
    }
}

/// Exchanges the coordinators of every open cell with the same law. Tells which.
pub async fn exchange(app: &App, packed: &PackedApp) -> Result<Vec<CellId>, NodeError> {
    let zomes = packed.zomes();
    let mut exchanged = Vec::new();
    for (cell, _) in app.cells().await? {
        let def = app.handle().get_dna_def(&cell);
        if !def.is_some_and(|def| zomes.are_newer_than(&def)) {
            continue;
        }
        let (coordinators, code) = (zomes.coordinators.clone(), zomes.code.clone());
        app.handle()
            .update_coordinators(cell.clone(), coordinators, code)
            .await
            .map_err(|error| app.failed("exchanging the coordinators", error))?;
        exchanged.push(cell);
    }
    Ok(exchanged)
}
