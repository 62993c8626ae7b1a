//! A real node from inside: its page, its credentials, its villages.

use crate::common::{draft, request};
use base64::prelude::{Engine, BASE64_STANDARD};
use commons_credit_api::{Draft, OpenInput, Standing};
use commons_credit_node::audit::audit;
use commons_credit_node::keystore::PassphraseSource;
use commons_credit_node::{Node, Options, ROLE, ZOME};
use ed25519_dalek::{Signer, SigningKey};
use holochain::prelude::{
    AgentPubKey, CapSecret, CellId, ExternIO, Signature, Timestamp, ZomeCallParams,
    ZomeCallResponse,
};
use holochain_conductor_api::ZomeCallParamsSigned;
use serde_json::{json, Value};
use std::collections::HashSet;

fn credentials(node: &Node, cell: &CellId) -> (u16, Value) {
    let cell = [cell.dna_hash().to_string(), cell.agent_pubkey().to_string()];
    let body = json!({ "cell_id": cell }).to_string();
    let (status, answer) = request(&node.ready().url, "POST", "/api/credentials", &body);
    (status, serde_json::from_str(&answer).expect("JSON"))
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("text");
    BASE64_STANDARD.decode(text).expect("base64")
}

/// Signs a call as `signZomeCall` of `@holochain/client` 0.21.0 does: the SHA-512 of
/// the encoded parameters, with libsodium's 64-byte private key.
fn signed_as_by_the_page(cell: &CellId, given: &Value, function: &str) -> ZomeCallParamsSigned {
    let key = bytes(&given["key_pair"]["private_key"]);
    let key = SigningKey::from_keypair_bytes(&key.try_into().expect("64 bytes")).expect("a pair");
    let secret: [u8; 64] = bytes(&given["cap_secret"]).try_into().expect("64 bytes");
    let expires_at = Timestamp::now() + std::time::Duration::from_secs(300);
    let nonce: [u8; 32] = rand::random();
    let params = ZomeCallParams {
        provenance: AgentPubKey::try_from_raw_39(bytes(&given["signing_key"])).expect("a key"),
        cell_id: cell.clone(),
        zome_name: ZOME.into(),
        fn_name: function.into(),
        cap_secret: Some(CapSecret::from(secret)),
        payload: ExternIO::encode(()).expect("a payload"),
        nonce: nonce.into(),
        expires_at: expires_at.expect("a time"),
    };
    let (bytes, hash) = params.serialize_and_hash().expect("bytes");
    let signature = Signature(key.sign(&hash).to_bytes());
    ZomeCallParamsSigned {
        bytes: ExternIO(bytes),
        signature,
    }
}

async fn count_grants(node: &Node, cell: &CellId) -> usize {
    let grants = node
        .conductor()
        .capability_grant_info(&HashSet::from([cell.clone()]), true)
        .await
        .expect("grants");
    // The zomes have grants of their own.
    let of_the_page = |tag: &str| tag.starts_with("commons-credit page ");
    let grants = grants.0.iter().flat_map(|(_, grants)| grants);
    grants
        .filter(|grant| of_the_page(&grant.cap_grant.tag))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_village_lives_through_a_restart_and_its_page_can_call_it() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let node = Node::start(Options::new(place.path()))
        .await
        .expect("a node");
    let (agent, url) = (node.ready().agent.clone(), node.ready().url.clone());

    // Facts.
    let (status, facts) = request(&url, "GET", "/api/node", "");
    assert_eq!(status, 200);
    let facts: Value = serde_json::from_str(&facts).expect("facts");
    assert_eq!(facts["agent"], agent.as_str());
    assert_eq!(facts["role"], ROLE);
    // Its own hub is of no use to anybody else, so no invitation is given it.
    assert_eq!(facts["own_hub"], true);
    assert_eq!(facts["hubs"], json!([]));
    assert_eq!(facts["villages"], 0);
    let basename = place.path().file_name().and_then(|name| name.to_str());
    assert_eq!(facts["data"].as_str(), basename);

    // No admin interface, and only the page's own app interface.
    assert_eq!(node.conductor().get_arbitrary_admin_websocket_port(), None);
    let interfaces = node
        .conductor()
        .list_app_interfaces()
        .await
        .expect("a list");
    assert_eq!(interfaces.len(), 1);
    let port = node.ready().port;
    for (origin, allowed) in [
        (format!("http://127.0.0.1:{port}"), true),
        (format!("http://localhost:{port}"), true),
        ("http://evil.example".into(), false),
        ("null".into(), false),
    ] {
        assert_eq!(interfaces[0].allowed_origins.is_allowed(&origin), allowed);
    }

    // A village, opened.
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
        .expect("a book");
    assert!(opened.steward);

    // The page calls it with what it was given, and with nothing less.
    let (status, given) = credentials(&node, &village);
    assert_eq!(status, 200, "{given}");
    let call = signed_as_by_the_page(&village, &given, "standing");
    let answered = node.conductor().handle_external_zome_call(call).await;
    let Ok(Ok(ZomeCallResponse::Ok(answer))) = answered else {
        panic!("the page's call was refused: {answered:?}");
    };
    let standing: Standing = answer.decode().expect("a standing");
    assert_eq!(standing, opened);
    let mut forged = given.clone();
    forged["cap_secret"] = BASE64_STANDARD.encode([7; 64]).into();
    let call = signed_as_by_the_page(&village, &forged, "standing");
    let answered = node.conductor().handle_external_zome_call(call).await;
    assert!(
        matches!(answered, Ok(Ok(ZomeCallResponse::Unauthorized(..)))),
        "{answered:?}"
    );

    // A stranger's cell gets none.
    let stranger = CellId::new(
        village.dna_hash().clone(),
        AgentPubKey::from_raw_32(vec![1; 32]),
    );
    let (status, refused) = credentials(&node, &stranger);
    assert_eq!(status, 404);
    assert_eq!(refused["error"]["code"], "E_CELL_UNKNOWN");

    // An audit of the running node.
    let audited = |asked: Option<String>| {
        let data = place.path().to_owned();
        async move { audit(&data, PassphraseSource::Unattended, asked.as_deref()).await }
    };
    let reports = audited(None).await.expect("an audit");
    assert_eq!(reports.lines, [], "no line between one village");
    let [report] = reports.villages.as_slice() else {
        panic!("one village: {reports:?}");
    };
    assert_eq!(
        (report.name.as_str(), report.verdict.as_str()),
        ("Test Valley", "sound")
    );
    assert_eq!(report.village, village.dna_hash().to_string());
    assert_eq!(report.report["pages"], 1);
    assert_eq!(report.report["sums"]["total_s"], 0);
    for asked in [&report.name, &report.village] {
        let same = audited(Some(asked.clone())).await.expect("an audit");
        assert_eq!(same, reports);
    }
    let unknown = audited(Some("Nowhere & else".into())).await;
    assert_eq!(
        unknown.expect_err("no such village").code(),
        "E_VILLAGE_UNKNOWN"
    );

    // A hub for later.
    let body = json!({ "url": "http://127.0.0.1:1" }).to_string();
    let (status, added) = request(&url, "POST", "/api/hub", &body);
    assert_eq!((status, added.contains("\"added\":true")), (200, true));
    let (_, facts) = request(&url, "GET", "/api/node", "");
    let facts: Value = serde_json::from_str(&facts).expect("facts");
    assert_eq!(facts["own_hub"], true);
    assert_eq!(facts["hubs"], json!(["http://127.0.0.1:1"]));
    assert_eq!(count_grants(&node, &village).await, 1);
    node.stop().await.expect("stopped");

    // The same audit of the folder alone.
    assert_eq!(audited(None).await.expect("an audit"), reports);

    // All of it again: same key, same village, no second grant; the hub is tried and
    // waited for, though nothing answers there.
    let node = Node::start(Options::new(place.path()))
        .await
        .expect("a node");
    assert_eq!(node.ready().agent, agent);
    assert_ne!(node.ready().url, url);
    assert_eq!(node.ready().hub, "http://127.0.0.1:1");
    let (_, facts) = request(&node.ready().url, "GET", "/api/node", "");
    let facts: Value = serde_json::from_str(&facts).expect("facts");
    assert_eq!(facts["own_hub"], false);
    assert_eq!(facts["hubs"], json!(["http://127.0.0.1:1"]));
    assert_eq!(
        node.villages().await.expect("villages"),
        [(village.clone(), "Test Valley".to_owned())]
    );
    let standing: Standing = node
        .call(&village, "standing", ())
        .await
        .expect("a standing");
    assert_eq!(standing, opened);
    let (status, again) = credentials(&node, &village);
    assert_eq!((status, &again), (200, &given));
    assert_eq!(count_grants(&node, &village).await, 1);
    assert_eq!(count_grants(&node, &lobby).await, 1);
    node.stop().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_zome_keeps_its_code() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let node = Node::start(Options::new(place.path()))
        .await
        .expect("a node");
    let lobby = node.lobby().await.expect("the lobby");
    let mut wrong = draft();
    wrong.name = String::new();
    let refused = node.call::<_, Draft>(&lobby, "draft_charter", wrong).await;
    let error = refused.expect_err("a village without a name");
    assert_eq!(error.code(), "E_ZOME_CALL");
    let words = error.to_string();
    let (_, words) = words.split_once("was refused: ").expect("the zome's words");
    let (code, sentence) = words.split_once(": ").expect("a code and a sentence");
    assert!(code.starts_with("E_") && sentence.len() > 10, "{words}");
    node.stop().await.expect("stopped");
}
