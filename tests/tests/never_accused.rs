//! Promise: whoever keeps the law is never accused, whatever arrives late, in
//! another order, twice or not at all. An accusation would shut them out for ever.

use commons_credit_api as api;
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use holochain::prelude::ChainOpType;
use kitsune2_api::{DhtArc, IncomingOp, OpId, Timestamp};

/// No node charges or blocks anybody, and none has anything that it cannot judge.
async fn all_is_well(people: &[&Person]) {
    for person in people {
        until("everything judged", || async {
            person.unjudged().await.is_empty().then_some(())
        })
        .await;
        for other in people {
            assert_eq!(person.charges(&other.key).await, []);
            assert!(!person.blocks(&other.key).await);
        }
    }
}

/// Everything that honest people do, seen by one who comes late and by one whose
/// node stops and starts in the middle.
#[tokio::test(flavor = "multi_thread")]
async fn honest_people_before_a_late_joiner_and_over_a_restart() {
    let mut village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    for at in 0..3 {
        let given = ann.pay(bob, HOUR_S, "a gift").await.page;
        let back = bob.pay(ann, HOUR_S, "").await.page;
        ann.deposit(&back).await;
        bob.awaits(api::InboxKind::TransferUnasked, &given).await;
        if at == 1 {
            let input = api::DeclineInput {
                transfer: given.clone(),
                reason: "too much".into(),
            };
            let _: api::Written = bob.call("decline", input).await;
            ann.awaits(api::InboxKind::Declined, &given).await;
            let input = api::TransferRef { transfer: given };
            let _: api::Written = ann.call("reclaim", input).await;
        } else {
            bob.deposit(&given).await;
        }
        for answer in ["accept", "refuse", "withdraw"] {
            let asked: api::Requested = ann
                .call(
                    "request",
                    api::RequestInput {
                        giver: bob.key.clone(),
                        amount_s: commons_credit_ledger::Seconds(60),
                        words: answer.into(),
                    },
                )
                .await;
            let request = api::RequestRef {
                request: asked.request.clone(),
            };
            bob.awaits(api::InboxKind::RequestToMe, &asked.request)
                .await;
            match answer {
                "accept" => {
                    let given: api::Written = bob.call("accept", request).await;
                    ann.deposit(&given.page).await;
                }
                "refuse" => {
                    let input = api::RefuseInput {
                        request: asked.request.clone(),
                        reason: "I was away".into(),
                    };
                    let () = bob.call("refuse", input).await;
                    ann.awaits(api::InboxKind::Refused, &asked.request).await;
                    let () = ann.call("dismiss", request).await;
                }
                _ => {
                    let () = ann.call("withdraw", request).await;
                }
            }
        }
    }
    // Bob's node stops; Ann goes on; somebody new comes.
    village.people[1].sleep().await;
    let given = village.people[0]
        .try_pay_key(&village.people[1].key, HOUR_S)
        .await
        .expect("giving needs nobody")
        .page;
    let mut cleo = Person::arrive(&village.rendezvous).await;
    let invitation = village.people[0].invite().await;
    cleo.join("Cleo", &invitation).await;
    village.people[1].wake().await;
    village.people.push(cleo);
    village.meet().await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    bob.deposit(&given).await;
    let given = cleo.pay(bob, HOUR_S, "welcome").await.page;
    bob.deposit(&given).await;
    let given = bob.pay(cleo, HOUR_S, "").await.page;
    cleo.deposit(&given).await;
    village.agree().await;
    all_is_well(&[ann, bob, cleo]).await;
    let (state, community) = cleo.funds().await;
    let balances = ann.balance_s().await + bob.balance_s().await + cleo.balance_s().await;
    assert_eq!(balances + state + community, 0);
    village.audit().await;
}

/// A newer coordinator, or a broken one, writes what this village does not know:
/// its own node stops it before anybody sees it, so nobody is accused of it.
#[tokio::test(flavor = "multi_thread")]
async fn an_honest_node_with_a_coordinator_of_another_version() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let newer = Rogue::of(bob).await;
    for (entry_type, bytes) in [
        (0, b"\x82\xa7version\x02\xa5event\xa5sweep".to_vec()),
        (1, vec![0xc0]),
        (2, b"a type that comes later".to_vec()),
    ] {
        let deed = Deed::Raw(RawEntry {
            zome: 0,
            entry_type,
            private: false,
            bytes,
        });
        newer.attempt(deed).await.expect_err("refused at home");
    }
    let given = bob.pay(ann, HOUR_S, "and life goes on").await.page;
    ann.deposit(&given).await;
    village.agree().await;
    all_is_well(&[ann, bob]).await;
    village.audit().await;
}

/// Which operations a node shares.
async fn held(person: &Person) -> Vec<OpId> {
    let (held, _) = person
        .shared()
        .await
        .retrieve_op_hashes_in_time_slice(DhtArc::FULL, Timestamp::from_micros(0), Timestamp::now())
        .await
        .expect("the store can be read");
    held
}

/// What a node shares beyond `known`, as it would send it.
async fn news(person: &Person, known: &[OpId]) -> Vec<IncomingOp> {
    let mut new = held(person).await;
    new.retain(|op| !known.contains(op));
    let ops = person.shared().await.retrieve_ops(new).await;
    ops.expect("what is held can be sent")
        .into_iter()
        .map(|op| IncomingOp {
            op_id: op.op_id,
            op_data: op.op_data,
            metadata: None,
        })
        .collect()
}

/// A deposit overtakes the transfer that it cites: it waits, nobody is accused, and
/// the transfer makes it valid.
#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_that_arrives_before_its_transfer() {
    let mut village = Village::of(3).await;
    village.agree().await;
    // Cleo's node is off while Ann pays Bob.
    village.people[2].sleep().await;
    let [ann, bob, _] = &village.people[..] else {
        panic!("three people")
    };
    let before = held(bob).await;
    let given = ann.pay(bob, HOUR_S, "").await.page;
    bob.awaits(api::InboxKind::TransferUnasked, &given).await;
    let transfer = news(bob, &before).await;
    let with_transfer = held(bob).await;
    let deposit = bob.deposit(&given).await.page;
    let judged = || async { bob.verdict_on(&deposit, ChainOpType::CreateRecord).await };
    until("Bob's own verdict", judged).await;
    let later = news(bob, &with_transfer).await;
    // It is on again when the others are off, so all that it gets is what follows.
    village.people[0].sleep().await;
    village.people[1].sleep().await;
    village.people[2].wake().await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    for (arrives, verdict) in [(later, None), (transfer, Some(()))] {
        let count = arrives.len();
        assert!(count > 0);
        let taken = cleo.shared().await.process_incoming_ops(arrives).await;
        assert_eq!(taken.expect("whole operations").len(), count);
        until("the deposit", || async {
            let seen = cleo.has_seen(&deposit).await;
            let waits = cleo.unjudged().await.contains(&deposit);
            (seen && waits == verdict.is_none()).then_some(())
        })
        .await;
        for honest in [ann, bob, cleo] {
            assert_eq!(cleo.charges(&honest.key).await, []);
            assert!(!cleo.blocks(&honest.key).await);
        }
    }
    let verdict = cleo.verdict_on(&deposit, ChainOpType::CreateRecord).await;
    assert_eq!(verdict, Some(holochain::prelude::ValidationStatus::Valid));
    until("nothing left to be judged", || async {
        cleo.unjudged().await.is_empty().then_some(())
    })
    .await;
    let (state, community) = cleo.funds().await;
    assert_eq!(
        (state, community),
        (HOUR_S * 75 / 1_000, HOUR_S * 25 / 1_000)
    );
}
