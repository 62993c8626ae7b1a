//! Promise: two neighbours pay each other in hours, and the hours add up.

use commons_credit_api::{
    ActivityKind, ActivityState, InboxKind, RequestInput, RequestRef, Requested, Written,
};
use commons_credit_ledger::Seconds;
use commons_credit_tests::*;

#[tokio::test(flavor = "multi_thread")]
async fn two_hours_of_carpentry_end_as_1_48_and_9_and_3_minutes() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };

    // "I helped Bob two hours": Ann asks, Bob confirms with one tap.
    let asked: Requested = ann
        .call(
            "request",
            RequestInput {
                giver: bob.key.clone(),
                amount_s: Seconds(2 * HOUR_S),
                words: "2 h carpentry".into(),
            },
        )
        .await;
    let seen = bob.awaits(InboxKind::RequestToMe, &asked.request).await;
    assert_eq!(seen.words.as_deref(), Some("2 h carpentry"));
    assert_eq!(seen.counterpart_name.as_deref(), Some("Ann"));

    let given: Written = bob
        .call(
            "accept",
            RequestRef {
                request: asked.request.clone(),
            },
        )
        .await;
    assert_eq!(given.balance_s, Seconds(-2 * HOUR_S));
    let arrived = ann.awaits(InboxKind::TransferAsked, &given.page).await;
    assert_eq!(arrived.split.receiver_s, Seconds(108 * 60));
    assert_eq!(arrived.words.as_deref(), Some("2 h carpentry"));
    let taken = ann.deposit(&given.page).await;
    assert_eq!(taken.balance_s, Seconds(108 * 60));

    village.agree().await;
    for person in &village.people {
        assert_eq!(person.funds().await, (9 * 60, 3 * 60));
    }
    let sum = ann.balance_s().await + bob.balance_s().await + 9 * 60 + 3 * 60;
    assert_eq!(sum, 0);

    // Both inboxes are empty and both books tell what happened.
    assert_eq!(ann.inbox().await, []);
    assert_eq!(bob.inbox().await, []);
    let line = &ann.activity().await[0];
    assert_eq!(line.kind, ActivityKind::Received);
    assert_eq!(line.words.as_deref(), Some("2 h carpentry"));
    let gave = until("both pages witnessed", || async {
        let line = bob.activity().await.remove(0);
        (line.state == ActivityState::Witnessed).then_some(line)
    })
    .await;
    assert_eq!(gave.kind, ActivityKind::Gave);
    assert_eq!(gave.words.as_deref(), Some("2 h carpentry"));

    // The auditor, who shares nothing with the law, comes to the same on both nodes.
    village.audit().await;
    let report = bob.audit().await;
    assert_eq!((report.transfers, report.transfers_in_flight), (1, 0));
    assert_eq!(report.sums.balances_s, i128::from(-12 * 60));
    assert_eq!(report.sums.unswept_state_s, 9 * 60);
    assert_eq!(report.sums.unswept_community_s, 3 * 60);
}
