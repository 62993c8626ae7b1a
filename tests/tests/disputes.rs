//! Promise: who disputes a transfer is heard by the other side and by a mediator whom
//! both name; nothing moves but by somebody's own page.

use commons_credit_api as api;
use commons_credit_ledger::Seconds;
use commons_credit_tests::*;
use holochain::prelude::*;

async fn about(person: &Person, transfer: &ActionHash) -> api::DisputeItem {
    let input = api::TransferRef {
        transfer: transfer.clone(),
    };
    person.call("dispute_about", input).await
}

/// Tries until what is cited has arrived.
async fn once_there<I, O>(person: &Person, function: &str, input: I) -> Result<O, String>
where
    I: serde::Serialize + std::fmt::Debug + Clone,
    O: serde::de::DeserializeOwned + std::fmt::Debug,
{
    until(function, || async {
        match person.try_call(function, input.clone()).await {
            Err(refusal) if refusal.contains("E_NOT_FOUND") => None,
            answer => Some(answer),
        }
    })
    .await
}

async fn dispute(
    person: &Person,
    transfer: &ActionHash,
    reason: &str,
) -> Result<ActionHash, String> {
    let input = api::DisputeInput {
        transfer: transfer.clone(),
        reason: reason.into(),
    };
    let disputed: Result<api::Disputed, String> = once_there(person, "dispute", input).await;
    disputed.map(|disputed| disputed.dispute)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_heard_mediated_decided_and_made_good() {
    let village = Village::of(3).await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    let given = ann.pay(bob, 2 * HOUR_S, "a shelf").await;
    bob.deposit(&given.page).await;

    let refusal = dispute(cleo, &given.page, "")
        .await
        .expect_err("Cleo is no side");
    assert!(refusal.contains("E_NOT_A_SIDE"), "{refusal}");
    let opened = dispute(ann, &given.page, "the shelf fell down")
        .await
        .expect("Ann is a side");
    let heard = bob.awaits(api::InboxKind::Disputed, &given.page).await;
    assert_eq!(heard.words.as_deref(), Some("the shelf fell down"));
    dispute(bob, &given.page, "not by my hand")
        .await
        .expect("Bob is one, too");

    // Cleo advises nobody before both have named her.
    let advice = api::AdviseInput {
        dispute: opened.clone(),
        give_back_s: Seconds(HOUR_S),
        words: "half of it holds".into(),
    };
    let nominate = |mediator: &Person| api::NominateInput {
        dispute: opened.clone(),
        mediator: mediator.key.clone(),
        words: "look at it".into(),
    };
    let refusal = once_there::<_, api::Nominated>(ann, "nominate", nominate(bob))
        .await
        .expect_err("a side does not mediate");
    assert!(refusal.contains("E_MEDIATOR"), "{refusal}");
    let _: api::Nominated = once_there(ann, "nominate", nominate(cleo))
        .await
        .expect("Ann names Cleo");
    let refusal = once_there::<_, api::Advised>(cleo, "advise", advice.clone())
        .await
        .expect_err("named by one side only");
    assert!(refusal.contains("E_MEDIATOR"), "{refusal}");
    let _: api::Nominated = once_there(bob, "nominate", nominate(cleo))
        .await
        .expect("Bob names Cleo");
    cleo.awaits(api::InboxKind::Nominated, &given.page).await;
    village.agree().await;
    let seen = about(cleo, &given.page).await;
    assert_eq!(seen.state, api::DisputeState::Mediated);
    // The sides' words are for the sides; what they wrote to the mediator is for her.
    assert!(seen.statements.iter().all(|said| said.words.is_none()));
    assert!(seen
        .nominations
        .iter()
        .all(|named| named.words.as_deref() == Some("look at it")));
    let _: api::Advised = cleo.call("advise", advice).await;
    village.agree().await;
    for side in [ann, bob] {
        let seen = about(side, &given.page).await;
        assert_eq!(seen.state, api::DisputeState::Advised);
        assert_eq!(seen.opinions.len(), 1);
        assert_eq!(seen.opinions[0].words.as_deref(), Some("half of it holds"));
        let words: Vec<_> = seen
            .statements
            .iter()
            .filter_map(|said| said.words.as_deref())
            .collect();
        assert_eq!(words, ["the shelf fell down", "not by my hand"]);
    }

    // The village decides, and moves nothing.
    let decided = api::Motion::Dispute {
        transfer: given.page.clone(),
        give_back_s: Seconds(HOUR_S),
    };
    village.adopts(0, &[0], decided).await;
    let seen = about(bob, &given.page).await;
    assert_eq!(
        (seen.state, seen.decided_s),
        (api::DisputeState::Decided, Some(Seconds(HOUR_S)))
    );
    let kept_s = bob.balance_s().await;
    assert_eq!(kept_s, 108 * MINUTE_S);

    // Bob is willing: once, however often the button is pressed.
    let back = api::GiveBackInput {
        transfer: given.page.clone(),
        amount_s: Seconds(HOUR_S),
        words: "for the shelf".into(),
        seen: bob.standing().await.book.map(|book| book.number),
    };
    let returned: api::Written = bob.call("give_back", back.clone()).await;
    assert_eq!(returned.balance_s, Seconds(kept_s - HOUR_S));
    let refusal = bob
        .try_call::<_, api::Written>("give_back", back)
        .await
        .expect_err("pressed twice");
    assert!(refusal.contains("E_BOOK_MOVED"), "{refusal}");
    ann.deposit(&returned.page).await;
    village.agree().await;
    for person in &village.people {
        let seen = about(person, &given.page).await;
        assert_eq!(seen.state, api::DisputeState::Settled);
        assert_eq!(seen.corrections, std::slice::from_ref(&returned.page));
        assert_eq!(seen.given_back_s, Seconds(HOUR_S));
    }
    let line = ann
        .activity()
        .await
        .into_iter()
        .find(|line| line.page == given.page)
        .expect("Ann's gift");
    assert_eq!(line.dispute, Some(api::DisputeState::Settled));
    let list: api::Disputes = cleo.call("disputes", list()).await;
    assert_eq!(list.items.len(), 1, "the mediator finds it, too");
    village.audit().await;
}
