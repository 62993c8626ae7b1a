//! Everything that a person owns, exported and read again by what docs/export.md says.

use crate::common::draft;
use commons_credit_api::{Draft, OpenInput, Standing};
use commons_credit_node::export::{export, unseal};
use commons_credit_node::keystore::PassphraseSource;
use commons_credit_node::report::Report;
use commons_credit_node::{Node, Options};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_the_book_and_no_key() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let data = place.path().join("data");
    let node = Node::start(Options::new(&data)).await.expect("a node");
    let lobby = node.lobby().await.expect("the lobby");
    let draft: Draft = node
        .call(&lobby, "draft_charter", draft())
        .await
        .expect("a draft");
    let village = node
        .create_clone("Test Valley", draft.network_seed, &draft.charter, None)
        .await
        .expect("a village");
    let name = "Ann".to_owned();
    let opened: Standing = node
        .call(&village, "open", OpenInput { name })
        .await
        .expect("an open book");
    let agent = node.ready().agent.clone();
    node.stop().await.expect("stopped");

    let (to, secret) = (place.path().join("me.ccx"), place.path().join("secret"));
    std::fs::write(&secret, "a passphrase\n").expect("a file");
    let export = || {
        export(
            &data,
            PassphraseSource::Unattended,
            &to,
            Some(&secret),
            Report::silent(),
        )
    };
    let exported = export().await.expect("an export");
    assert_eq!(exported.villages, ["Test Valley"]);
    let refused = export().await.expect_err("a file that is there");
    assert_eq!(refused.code(), "E_DATA_FOLDER");

    let sealed = std::fs::read(&to).expect("the file");
    assert_eq!(sealed.len(), exported.bytes);
    assert_eq!(unseal(&sealed, b"another"), None);
    let plain = unseal(&sealed, b"a passphrase").expect("it opens");
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut archive = tar::Archive::new(plain.as_slice());
    for entry in archive.entries().expect("an archive") {
        let mut entry = entry.expect("a file");
        let name = entry.path().expect("a name").display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        files.insert(name, bytes);
    }
    let folder = village.dna_hash().to_string();
    let json = |name: &str| -> Value { serde_json::from_slice(&files[name]).expect("JSON") };
    let lines = |name: &str| -> Vec<Value> {
        let text = std::str::from_utf8(&files[&format!("{folder}/{name}")]).expect("text");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON on every line"))
            .collect()
    };
    let about = json("export.json");
    assert_eq!(
        (&about["version"], &about["agent"]),
        (&1.into(), &agent.into())
    );
    assert_eq!(
        json(&format!("{folder}/village.json"))["name"],
        "Test Valley"
    );
    let standing: Standing =
        serde_json::from_value(json(&format!("{folder}/standing.json"))).expect("a standing");
    assert_eq!(standing, opened);
    assert_eq!(lines("activity.jsonl").len(), 1);
    assert_eq!(lines("members.jsonl").len(), 1);
    let chain = lines("chain.jsonl");
    let numbers: Vec<u64> = chain
        .iter()
        .map(|line| line["number"].as_u64().expect("a number"))
        .collect();
    assert!(numbers.len() > 4 && numbers.iter().copied().eq(0..numbers.len() as u64));
    let names: Vec<&String> = files.keys().collect();
    assert!(
        names.iter().all(|name| !name.contains("keystore")),
        "{names:?}"
    );
}
