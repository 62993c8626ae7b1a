//! What the manifests must say, checked on the very manifests that were packed.
//!
//! A wrong line here is found by nobody until a conductor panics or a village
//! turns out to share its network with another, so it is refused at packing.

use crate::error::PackError;
use holochain_types::prelude::{
    AppManifest, AppRoleManifest, CellProvisioning, DnaManifest, ZomeManifest,
};

/// The one role of the hApp.
pub const ROLE: &str = "village";
/// The zome that holds the law; its bytes decide the DNA hash.
pub const INTEGRITY_ZOME: &str = "village_integrity";
/// The zome that members call.
pub const COORDINATOR_ZOME: &str = "village";

const DNA_YAML: &str = "dnas/village/workdir/dna.yaml";
const HAPP_YAML: &str = "happ.yaml";
/// The DNA inside the hApp: a bundle keeps the file name of a path only.
const DNA_FILE: &str = "village.dna";

/// Refuses a DNA manifest whose base cell would not be an inert lobby.
pub fn check_dna(manifest: &DnaManifest) -> Result<(), PackError> {
    let wrong = |found: String, wanted: &'static str| PackError::WrongManifest {
        manifest: DNA_YAML,
        found,
        wanted,
    };
    let DnaManifest::V0(dna) = manifest;
    if dna.integrity.network_seed.is_some() || dna.integrity.properties.is_some() {
        return Err(wrong(
            "a network seed or properties".to_string(),
            "`~` for both, because the base cell is the lobby and every clone brings its own",
        ));
    }
    if names(&dna.integrity.zomes) != [INTEGRITY_ZOME] {
        return Err(wrong(
            format!("integrity zomes {:?}", names(&dna.integrity.zomes)),
            "exactly one, `village_integrity`",
        ));
    }
    let depends_on_the_law = dna.coordinator.zomes.iter().all(|zome| {
        zome.dependencies.as_ref().is_some_and(|dependencies| {
            dependencies
                .iter()
                .any(|dependency| dependency.name.to_string() == INTEGRITY_ZOME)
        })
    });
    if names(&dna.coordinator.zomes) != [COORDINATOR_ZOME] || !depends_on_the_law {
        return Err(wrong(
            format!("coordinator zomes {:?}", names(&dna.coordinator.zomes)),
            "exactly one, `village`, that depends on `village_integrity`",
        ));
    }
    Ok(())
}

/// Refuses an app manifest that conductor 0.7.1 cannot run as villages.
pub fn check_app(manifest: &AppManifest) -> Result<(), PackError> {
    let wrong = |found: String, wanted: &'static str| PackError::WrongManifest {
        manifest: HAPP_YAML,
        found,
        wanted,
    };
    let AppManifest::V0(app) = manifest;
    let [role] = app.roles.as_slice() else {
        return Err(wrong(
            format!("{} roles", app.roles.len()),
            "exactly one role, `village`",
        ));
    };
    if role.name != ROLE {
        return Err(wrong(
            format!("role `{}`", role.name),
            "exactly one role, `village`",
        ));
    }
    if !is_created_at_once(role) {
        return Err(wrong(
            format!("provisioning {:?}", role.provisioning),
            "`strategy: create` with `deferred: false`, because conductor 0.7.1 panics on `clone_only`",
        ));
    }
    if role.dna.path.as_deref() != Some(DNA_FILE) {
        return Err(wrong(
            format!("DNA {:?}", role.dna.path),
            "`path: workdir/village.dna`, the DNA that was packed just before",
        ));
    }
    if role.dna.clone_limit == 0 {
        return Err(wrong(
            "clone_limit 0".to_string(),
            "a clone_limit above 0, because every village is a clone",
        ));
    }
    if role.dna.modifiers.network_seed.is_some() || role.dna.modifiers.properties.is_some() {
        return Err(wrong(
            "a network seed or properties".to_string(),
            "`~` for both, because the base cell is the lobby and every clone brings its own",
        ));
    }
    Ok(())
}

fn is_created_at_once(role: &AppRoleManifest) -> bool {
    matches!(
        role.provisioning,
        Some(CellProvisioning::Create { deferred: false })
    )
}

fn names(zomes: &[ZomeManifest]) -> Vec<String> {
    zomes.iter().map(|zome| zome.name.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holochain_types::prelude::{
        AppManifestCurrentBuilder, DnaManifestCurrent, YamlProperties, ZomeDependency,
    };

    fn dna() -> DnaManifest {
        let zome = |name: &str, dependencies| ZomeManifest {
            name: name.into(),
            hash: None,
            path: format!("{name}.wasm"),
            dependencies,
        };
        DnaManifest::current(
            "village".to_string(),
            None,
            None,
            vec![zome(INTEGRITY_ZOME, None)],
            vec![zome(
                COORDINATOR_ZOME,
                Some(vec![ZomeDependency {
                    name: INTEGRITY_ZOME.into(),
                }]),
            )],
        )
    }

    fn app() -> AppManifest {
        let mut role = AppRoleManifest::sample(ROLE.to_string());
        role.dna.path = Some(DNA_FILE.to_string());
        role.dna.clone_limit = 64;
        AppManifest::V0(
            AppManifestCurrentBuilder::default()
                .name("commons-credit".to_string())
                .description(None)
                .roles(vec![role])
                .build()
                .expect("all fields are set"),
        )
    }

    /// What is refused when `change` is made to an app manifest that is right.
    fn app_refusal(change: impl FnOnce(&mut AppRoleManifest)) -> String {
        let AppManifest::V0(mut changed) = app();
        change(&mut changed.roles[0]);
        check_app(&AppManifest::V0(changed))
            .expect_err("the changed manifest must be refused")
            .to_string()
    }

    /// What is refused when `change` is made to a DNA manifest that is right.
    fn dna_refusal(change: impl FnOnce(&mut DnaManifestCurrent)) -> String {
        let DnaManifest::V0(mut changed) = dna();
        change(&mut changed);
        check_dna(&DnaManifest::V0(changed))
            .expect_err("the changed manifest must be refused")
            .to_string()
    }

    #[test]
    fn accepts_the_manifests_as_they_must_be() {
        check_dna(&dna()).expect("a right DNA manifest");
        check_app(&app()).expect("a right app manifest");
    }

    #[test]
    fn refuses_clone_only_because_the_conductor_panics_on_it() {
        let refusal = app_refusal(|role| role.provisioning = Some(CellProvisioning::CloneOnly));
        assert!(refusal.contains("strategy: create"), "{refusal}");
    }

    #[test]
    fn refuses_a_deferred_lobby() {
        let refusal = app_refusal(|role| {
            role.provisioning = Some(CellProvisioning::Create { deferred: true });
        });
        assert!(refusal.contains("deferred: false"), "{refusal}");
    }

    #[test]
    fn refuses_a_role_without_clones_or_with_another_name_or_dna() {
        let refusal = app_refusal(|role| role.dna.clone_limit = 0);
        assert!(refusal.contains("clone_limit above 0"), "{refusal}");
        let refusal = app_refusal(|role| role.name = "town".to_string());
        assert!(refusal.contains("`town`"), "{refusal}");
        let refusal = app_refusal(|role| role.dna.path = Some("town.dna".to_string()));
        assert!(refusal.contains("workdir/village.dna"), "{refusal}");
    }

    #[test]
    fn refuses_a_lobby_that_is_a_village() {
        let refusal = app_refusal(|role| role.dna.modifiers.network_seed = Some("one".to_string()));
        assert!(refusal.contains("lobby"), "{refusal}");
        let refusal = dna_refusal(|dna| dna.integrity.network_seed = Some("one".to_string()));
        assert!(refusal.contains("lobby"), "{refusal}");
        let refusal = dna_refusal(|dna| {
            dna.integrity.properties = Some(YamlProperties::new("a charter".into()));
        });
        assert!(refusal.contains("lobby"), "{refusal}");
    }

    #[test]
    fn refuses_zomes_other_than_the_two() {
        let refusal = dna_refusal(|dna| dna.integrity.zomes[0].name = "law".into());
        assert!(refusal.contains("`village_integrity`"), "{refusal}");
        let refusal = dna_refusal(|dna| dna.coordinator.zomes[0].dependencies = None);
        assert!(refusal.contains("depends on"), "{refusal}");
        let refusal = dna_refusal(|dna| dna.coordinator.zomes.clear());
        assert!(refusal.contains("`village`"), "{refusal}");
    }
}
