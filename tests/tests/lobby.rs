//! Promise: the base cell is a lobby. Anybody may stand in it; nothing happens there.

use commons_credit_api as api;
use commons_credit_ledger::apply::first_page;
use commons_credit_ledger::*;
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use holochain::prelude::*;
use holochain::sweettest::SweetLocalRendezvous;

#[tokio::test(flavor = "multi_thread")]
async fn r25_accepts_anybody_into_the_lobby() {
    let rendezvous = SweetLocalRendezvous::new().await;
    // No invitation, no proof: the app's base cell starts, and a village can be
    // drafted in it.
    let ann = Person::arrive(&rendezvous).await;
    let draft: api::Draft = ann
        .try_call_lobby("draft_charter", example_draft())
        .await
        .expect("a draft");
    assert_eq!(draft.charter.stewards, [agent_id(&ann.key)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r25_refuses_everything_that_is_written_in_the_lobby() {
    let rendezvous = SweetLocalRendezvous::new().await;
    let ann = Person::arrive(&rendezvous).await;
    let refused = |refusal: String| assert!(refusal.contains("E_NO_VILLAGE: "), "{refusal}");
    // By the honest coordinator already …
    let open = api::OpenInput { name: "Ann".into() };
    let opened: Result<api::Standing, _> = ann.try_call_lobby("open", open).await;
    refused(opened.expect_err("no book in the lobby"));

    // … and by the validator, whatever the coordinator is.
    let rogue = Rogue::arm(&ann.conductor, &ann.lobby).await;
    let chain = rogue.chain().await;
    let admission = chain
        .iter()
        .find(|record| record.action().action_type() == ActionType::AgentValidationPkg)
        .expect("every chain has one");
    let draft: api::Draft = ann
        .try_call_lobby("draft_charter", example_draft())
        .await
        .expect("a good charter");
    let policy = draft.charter.policy().expect("a good charter");
    let page = first_page(
        action_id(admission.action_address()),
        &policy,
        PolicyRef::FOUNDING,
    );
    let request = Request {
        book: action_id(admission.action_address()),
        giver: AgentId([1; 32]),
        amount_s: Seconds(HOUR_S),
        memo: None,
    };
    let request = holochain_serialized_bytes::encode(&request).expect("plain data");
    for deed in [
        Deed::Page(page),
        Deed::Raw(RawEntry {
            zome: 0,
            entry_type: 1,
            private: false,
            bytes: request,
        }),
        Deed::Link(Linked {
            base: members_base().into(),
            target: ann.key.clone().into(),
            link_type: MEMBER,
            tag: [&[1; 32][..], b"Ann"].concat(),
        }),
        Deed::Link(Linked {
            base: ann.key.clone().into(),
            target: admission.action_address().clone().into(),
            link_type: INBOX,
            tag: vec![],
        }),
    ] {
        refused(rogue.attempt(deed).await.expect_err("nothing is valid"));
    }
    assert_eq!(rogue.chain().await.len(), chain.len());
}
