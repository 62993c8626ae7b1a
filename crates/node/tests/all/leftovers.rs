//! Clones that never began: no start is stopped by one, and no good village is lost.

use crate::common::{draft, heard, request, Program};
use commons_credit_api::{Draft, Invitation, InviteInput, Joining, OpenInput, Standing};
use commons_credit_node::data::DataFolder;
use commons_credit_node::databases::Databases;
use commons_credit_node::keystore::{judged, DATABASES_FOLDER, PASSPHRASE_FILE};
use commons_credit_node::{Node, Options, APP_ID, ROLE};
use holochain::prelude::{
    CellId, CloneCellId, DnaHash, MembraneProof, SerializedBytes, UnsafeBytes,
};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

async fn start(place: &Path) -> Node {
    Node::start(Options::new(place)).await.expect("a node")
}

/// Changes the list of clones as the conductor does, while no node runs.
async fn with_databases<T>(place: &Path, work: impl AsyncFnOnce(&Databases) -> T) -> T {
    let data = DataFolder::open(place).expect("a folder");
    let kept = data.read(PASSPHRASE_FILE).expect("read").expect("kept");
    let passphrase = judged(kept).expect("a passphrase");
    let databases = Databases::open(&data, &passphrase).await.expect("opened");
    let databases = databases.expect("there are some");
    let done = work(&databases).await;
    databases.close().await;
    done
}

/// How many clones are listed, whatever their state.
async fn count_listed(place: &Path) -> usize {
    with_databases(place, async |databases: &Databases| {
        let state = databases.list().as_read().load_state().await;
        let state = state.expect("read").expect("a list");
        let app = state.get_app(&APP_ID.to_owned()).expect("the app");
        app.clone_cells().count() + app.disabled_clone_cells().count()
    })
    .await
}

/// What a crash leaves that comes right after the conductor has listed a clone: no
/// definition, no database. `enabled` is how the conductor leaves it.
async fn list_a_clone(place: &Path, hash: u8, enabled: bool) {
    with_databases(place, async |databases: &Databases| {
        let dna_hash = DnaHash::from_raw_32(vec![hash; 32]);
        let listed: Result<(), Box<dyn std::error::Error + Send + Sync>> = databases
            .list()
            .update_state(
                |state| {
                    let mut state = state.ok_or("no list")?;
                    let app = state.get_app_mut(&APP_ID.to_owned())?;
                    app.add_clone(&ROLE.to_owned(), &dna_hash)?;
                    if !enabled {
                        let id = app.get_clone_id(&CloneCellId::DnaHash(dna_hash.clone()))?;
                        app.disable_clone_cell(&id)?;
                    }
                    Ok((state, ()))
                },
                "",
                &Default::default(),
            )
            .await;
        listed.expect("listed");
    })
    .await;
}

fn read_all(folder: &Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let read = |path: std::path::PathBuf| (path.clone(), fs::read(path).expect("a file"));
    files.filter(|path| path.is_file()).map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_began_stops_nobody_and_what_began_is_kept() {
    let (home, away) = (tempfile::tempdir(), tempfile::tempdir());
    let (home, away) = (home.expect("a folder"), away.expect("a folder"));
    let ann = start(home.path()).await;
    let drafted: Draft = ann
        .call(
            &ann.lobby().await.expect("a lobby"),
            "draft_charter",
            draft(),
        )
        .await
        .expect("a draft");
    let seed = drafted.network_seed.clone();
    let village = ann
        .create_clone("Test Valley", seed.clone(), &drafted.charter, None)
        .await
        .expect("a village");
    let name = "Ann".to_owned();
    let _: Standing = ann
        .call(&village, "open", OpenInput { name })
        .await
        .expect("a book");
    let invitation: Invitation = ann
        .call(&village, "write_invitation", InviteInput { hubs: vec![] })
        .await
        .expect("an invitation");
    ann.stop().await.expect("stopped");

    // Bob comes uninvited: the conductor refuses him and goes on listing the clone.
    let bob = start(away.path()).await;
    let refused = bob
        .create_clone("Test Valley", seed.clone(), &drafted.charter, None)
        .await
        .expect_err("uninvited");
    assert_eq!(refused.code(), "E_CLONE");
    assert!(refused.to_string().contains("E_NOT_INVITED"), "{refused}");
    // The page goes on: it counts peers and villages without that one.
    let url = bob.ready().url.clone();
    let (status, facts) = request(&url, "GET", "/api/node", "");
    assert_eq!(status, 200, "{facts}");
    let facts: Value = serde_json::from_str(&facts).expect("facts");
    assert_eq!(
        (&facts["villages"], &facts["peers"]),
        (&json!(0), &json!(0))
    );
    let me = bob.ready().agent.clone();
    let dead = json!({ "cell_id": [village.dna_hash().to_string(), me] }).to_string();
    let (status, refused) = request(&url, "POST", "/api/credentials", &dead);
    assert_eq!(status, 404, "{refused}");
    bob.stop().await.expect("stopped");
    assert_eq!(
        count_listed(away.path()).await,
        1,
        "the state to recover from"
    );

    // Bob's node starts, says so, and the same village can be joined with a proof.
    let (report, steps) = heard();
    let options = Options {
        report,
        ..Options::new(away.path())
    };
    let bob = Node::start(options).await.expect("a node");
    assert_eq!(steps().iter().filter(|step| *step == "village").count(), 1);
    assert_eq!(bob.villages().await.expect("villages"), []);
    let joining: Joining = bob
        .call(
            &bob.lobby().await.expect("a lobby"),
            "read_invitation",
            invitation,
        )
        .await
        .expect("whole");
    assert_eq!(joining.hubs, Vec::<String>::new());
    let proof = SerializedBytes::from(UnsafeBytes::from(joining.membrane_proof));
    let proof: MembraneProof = Arc::new(proof);
    let joined = bob
        .create_clone("Test Valley", seed, &joining.charter, Some(proof))
        .await
        .expect("joined");
    assert_eq!(joined.dna_hash(), village.dna_hash());
    let name = "Bob".to_owned();
    let standing: Standing = bob
        .call(&joined, "open", OpenInput { name })
        .await
        .expect("a book");
    bob.stop().await.expect("stopped");

    // Two more that were listed and no more than that. The good one stays.
    list_a_clone(away.path(), 7, true).await;
    list_a_clone(away.path(), 8, false).await;
    assert_eq!(count_listed(away.path()).await, 3);
    let kept = |node: Node, joined: CellId, standing: Standing| async move {
        let villages = node.villages().await.expect("villages");
        assert_eq!(villages, [(joined.clone(), "Test Valley".to_owned())]);
        let found: Standing = node.call(&joined, "standing", ()).await.expect("standing");
        assert_eq!(found, standing);
        node.stop().await.expect("stopped");
    };
    kept(start(away.path()).await, joined.clone(), standing.clone()).await;
    assert_eq!(count_listed(away.path()).await, 1);

    // A good one whose ledger does not read stays listed, too: it is damaged, it is not
    // a leftover. With the right file back, all is as it was.
    let folder = away.path().join(DATABASES_FOLDER);
    let whole = read_all(&folder);
    let ledger = format!("dht-{}.db", joined.dna_hash());
    let mut hit = 0;
    for (path, bytes) in &whole {
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.starts_with(&ledger)) {
            fs::write(path, vec![b'x'; bytes.len()]).expect("overwritten");
            hit += 1;
        }
    }
    assert!(hit > 0, "{ledger} is where it is looked for");
    let (code, exit, sentence) = Program::start(away.path(), &[]).wait_for_refusal();
    assert_eq!((code.as_str(), exit), ("E_DATA_DAMAGED", 3));
    assert!(sentence.contains(&ledger), "{sentence}");
    assert_eq!(count_listed(away.path()).await, 1);
    for path in read_all(&folder).keys() {
        fs::remove_file(path).expect("removed");
    }
    for (path, bytes) in &whole {
        fs::write(path, bytes).expect("put back");
    }
    kept(start(away.path()).await, joined, standing).await;
}
