//! A newer program on an older folder: its coordinators come in, its law does not.

use crate::common::{draft, heard};
use commons_credit_api::{Draft, OpenInput, Standing};
use commons_credit_node::bundle::PackedApp;
use commons_credit_node::{Node, Options};
use holochain::prelude::{AppBundle, DnaBundle, DnaManifest, ZomeManifest};
use std::path::Path;

fn integrity(DnaManifest::V0(dna): &DnaManifest) -> &ZomeManifest {
    &dna.integrity.zomes[0]
}

fn coordinator(DnaManifest::V0(dna): &DnaManifest) -> &ZomeManifest {
    &dna.coordinator.zomes[0]
}

/// The program's own app with one zome changed.
async fn changed_app(
    zome: fn(&DnaManifest) -> &ZomeManifest,
    change: fn(Vec<u8>) -> Vec<u8>,
) -> Vec<u8> {
    let own = PackedApp::find(None).await.expect("read").expect("packed");
    let app = AppBundle::unpack(&own.bytes()[..]).expect("an app");
    let mut dnas = Vec::new();
    for (id, bytes) in app.get_all_resources() {
        let dna = DnaBundle::unpack(bytes.as_ref()).expect("a DNA");
        let changed = zome(&dna.manifest().0).resource_id();
        let resources = dna.get_all_resources().into_iter().map(|(id, bytes)| {
            let mut wasm = bytes.as_ref().to_vec();
            if *id == changed {
                wasm = change(wasm);
            }
            (id.clone(), wasm.into())
        });
        let dna = DnaBundle::new(dna.manifest().clone(), resources.collect()).expect("a DNA");
        dnas.push((id.clone(), dna));
    }
    let app = AppBundle::new(app.manifest().clone(), dnas).expect("an app");
    app.pack().expect("packed").to_vec()
}

/// A coordinator that does not know `standing` yet: the export, its length before its
/// name, gets another name of the same length.
fn forget_standing(mut wasm: Vec<u8>) -> Vec<u8> {
    let name = b"\x08standing";
    let at = wasm.windows(name.len()).position(|part| part == name);
    wasm[at.expect("the export") + 1] = b'S';
    wasm
}

/// Other integrity bytes that do the same: an empty section of one's own at the end.
fn append_a_section(mut wasm: Vec<u8>) -> Vec<u8> {
    wasm.extend(b"\x00\x04\x03law");
    wasm
}

async fn start(place: &Path, happ: Option<&Path>) -> (Node, Vec<String>) {
    let (report, steps) = heard();
    let options = Options {
        happ: happ.map(Into::into),
        report,
        ..Options::new(place)
    };
    let node = Node::start(options).await.expect("a node");
    (node, steps())
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_code_comes_into_old_villages_and_another_law_does_not() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let data = place.path().join("data");
    let write = |name: &str, bytes: Vec<u8>| {
        let path = place.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let older = write(
        "older.happ",
        changed_app(coordinator, forget_standing).await,
    );
    let other = write("other.happ", changed_app(integrity, append_a_section).await);

    // A village begun with an older program.
    let (node, _) = start(&data, Some(&older)).await;
    let (agent, law) = (node.ready().agent.clone(), node.ready().dna_hash.clone());
    let lobby = node.lobby().await.expect("a lobby");
    let drafted: Draft = node
        .call(&lobby, "draft_charter", draft())
        .await
        .expect("a draft");
    let village = node
        .create_clone("Test Valley", drafted.network_seed, &drafted.charter, None)
        .await
        .expect("a village");
    let name = "Ann".to_owned();
    let opened: Standing = node
        .call(&village, "open", OpenInput { name })
        .await
        .expect("a book");
    let unknown = node.call::<_, Standing>(&village, "standing", ()).await;
    unknown.expect_err("the older one does not know this");
    node.stop().await.expect("stopped");

    // This program: the same law, so its coordinators come in, once.
    for exchanges in [1, 0] {
        let (node, steps) = start(&data, None).await;
        assert_eq!(
            steps.iter().filter(|step| *step == "code").count(),
            exchanges
        );
        assert!(!steps.contains(&"law".to_owned()));
        assert_eq!(
            (&node.ready().agent, &node.ready().dna_hash),
            (&agent, &law)
        );
        let villages = node.villages().await.expect("villages");
        assert_eq!(villages, [(village.clone(), "Test Valley".to_owned())]);
        let standing: Standing = node
            .call(&village, "standing", ())
            .await
            .expect("known now");
        assert_eq!(standing, opened);
        node.stop().await.expect("stopped");
    }

    // A program with another law says so and leaves all as it is, also for new villages.
    let (node, steps) = start(&data, Some(&other)).await;
    assert_eq!(steps.iter().filter(|step| *step == "law").count(), 1);
    assert!(!steps.contains(&"code".to_owned()));
    assert_eq!(
        (&node.ready().agent, &node.ready().dna_hash),
        (&agent, &law)
    );
    let standing: Standing = node
        .call(&village, "standing", ())
        .await
        .expect("as before");
    assert_eq!(standing, opened);
    let drafted: Draft = node
        .call(&lobby, "draft_charter", draft())
        .await
        .expect("a draft");
    let second = node
        .create_clone(
            "Second Valley",
            drafted.network_seed,
            &drafted.charter,
            None,
        )
        .await
        .expect("a village");
    node.stop().await.expect("stopped");

    // Back with this program: both villages answer, and nothing is exchanged.
    let (node, steps) = start(&data, None).await;
    assert!(!steps.contains(&"code".to_owned()) && !steps.contains(&"law".to_owned()));
    for cell in [&village, &second] {
        let _: Standing = node.call(cell, "standing", ()).await.expect("standing");
    }
    node.stop().await.expect("stopped");
}
