//! Who signs alone is stopped at the village's limit, and freed by the first neighbour who
//! shows up: what was signed in the dark is passed on at once, not after minutes.

use crate::common::{draft, DEADLINE};
use commons_credit_api as api;
use commons_credit_ledger::{Choice, Seconds};
use commons_credit_node::hub::{own_address, Hub};
use commons_credit_node::{Node, Options};
use holochain::prelude::{AgentPubKey, CellId, SerializedBytes, UnsafeBytes};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const HOUR_S: i64 = 3_600;
/// Far less than the five minutes after which Holochain itself would pass it on.
const SOON: Duration = Duration::from_secs(120);

async fn start(place: &Path, hub: &Hub) -> Node {
    let options = Options {
        hubs: vec![hub.url()],
        ..Options::new(place)
    };
    Node::start(options).await.expect("a node")
}

async fn found(node: &Node) -> CellId {
    let lobby = node.lobby().await.expect("a lobby");
    let drafted: api::Draft = node
        .call(&lobby, "draft_charter", draft())
        .await
        .expect("a charter");
    let name = drafted.charter.name.clone();
    let village = node
        .create_clone(&name, drafted.network_seed, &drafted.charter, None)
        .await
        .expect("a village");
    open(node, &village, "Ann").await.expect("an open book");
    village
}

async fn join(node: &Node, host: &Node, village: &CellId) -> CellId {
    let input = api::InviteInput { hubs: vec![] };
    let invitation: api::Invitation = host
        .call(village, "write_invitation", input)
        .await
        .expect("an invitation");
    let lobby = node.lobby().await.expect("a lobby");
    let joining: api::Joining = node
        .call(&lobby, "read_invitation", invitation)
        .await
        .expect("a good one");
    let proof = Arc::new(SerializedBytes::from(UnsafeBytes::from(
        joining.membrane_proof,
    )));
    let name = joining.charter.name.clone();
    let village = node
        .create_clone(&name, joining.network_seed, &joining.charter, Some(proof))
        .await
        .expect("the same village");
    until(DEADLINE, "an open book", async || {
        open(node, &village, "Bob").await.ok()
    })
    .await;
    village
}

async fn open(node: &Node, village: &CellId, name: &str) -> Result<api::Standing, String> {
    let input = api::OpenInput { name: name.into() };
    let opened = node.call(village, "open", input).await;
    opened.map_err(|error| error.line())
}

/// The village bounds what anybody signs unseen.
async fn bounds_exposure(node: &Node, village: &CellId, exposure_s: i64) {
    let standing: api::Standing = node.call(village, "standing", ()).await.expect("a book");
    let motion = api::Motion::Policy {
        terms: api::PolicyTerms {
            exposure_s: Seconds(exposure_s),
            ..standing.policy.terms
        },
    };
    let input = api::ProposeInput {
        motion,
        reason: "phones get lost".into(),
        overtake: false,
    };
    let proposed: api::Proposed = node
        .call(village, "propose", input)
        .await
        .expect("a proposal");
    let input = api::VoteInput {
        proposal: proposed.proposal.clone(),
        choice: Choice::Yes,
    };
    let _: api::Written = node.call(village, "vote", input).await.expect("a vote");
    let input = api::BallotRef {
        proposal: proposed.proposal,
    };
    let closing: api::Closing = node
        .call(village, "decide", input)
        .await
        .expect("a decision");
    assert!(closing.adopted);
}

async fn pay(
    node: &Node,
    village: &CellId,
    to: &AgentPubKey,
    amount_s: i64,
) -> Result<api::Written, String> {
    let input = api::PayInput {
        to: to.clone(),
        amount_s: Seconds(amount_s),
        words: String::new(),
        seen: None,
    };
    let paid = node.call(village, "pay", input).await;
    paid.map_err(|error| error.line())
}

async fn until<T>(longest: Duration, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < longest, "no {what} after {longest:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_alone_up_to_the_limit_may_give_again_when_a_neighbour_shows_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let hub = Hub::start(own_address()).await.expect("a hub");
    let ann = start(&folder.path().join("ann"), &hub).await;
    let village = found(&ann).await;
    bounds_exposure(&ann, &village, 2 * HOUR_S).await;
    let place = folder.path().join("bob");
    let bob = start(&place, &hub).await;
    let bobs = join(&bob, &ann, &village).await;
    let key = bobs.agent_pubkey().clone();
    until(DEADLINE, "payment that Bob has seen", async || {
        let paid = pay(&ann, &village, &key, HOUR_S).await;
        paid.ok()
    })
    .await;
    until(DEADLINE, "witness", async || {
        let input = api::ListInput {
            cursor: None,
            limit: 1,
        };
        let lines: api::Activity = ann.call(&village, "activity", input).await.ok()?;
        (lines.items[0].witnesses > 0).then_some(())
    })
    .await;

    bob.stop().await.expect("a clean stop");
    let first = pay(&ann, &village, &key, HOUR_S).await;
    first.expect("within the limit");
    let second = pay(&ann, &village, &key, HOUR_S).await;
    second.expect("up to the limit");
    let refusal = pay(&ann, &village, &key, HOUR_S)
        .await
        .expect_err("beyond it");
    assert!(refusal.contains("E_EXPOSURE"), "{refusal}");

    let bob = start(&place, &hub).await;
    let begun = Instant::now();
    until(SOON, "payment after the two have met", async || {
        pay(&ann, &village, &key, HOUR_S).await.ok()
    })
    .await;
    println!("free to give {:?} after Bob's start", begun.elapsed());
    for node in [ann, bob] {
        node.stop().await.expect("a clean stop");
    }
    hub.stop().await;
}
