//! Promise: a lost phone costs nobody an hour. Two of three guardians move the book to a
//! new key, and what the old key writes afterwards nobody takes.

use commons_credit_api as api;
use commons_credit_audit::Book;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::{Entrust, Event, Seconds};
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;

#[tokio::test(flavor = "multi_thread")]
async fn two_of_three_guardians_move_a_book_to_a_new_key() {
    let mut village = Village::of(5).await;
    let [ann, bob, cleo, dan, _] = &mut village.people[..] else {
        panic!("five people")
    };
    // Dan has something to lose, and is reminded.
    let earned = ann.pay(dan, 12 * HOUR_S, "harvest").await;
    dan.deposit(&earned.page).await;
    let book = dan.standing().await.book.expect("an open book");
    assert_eq!((book.guarded, book.guardians_wanted), (false, true));
    let guard = |guardians: Vec<&Person>, needed| api::GuardInput {
        guardians: guardians.iter().map(|person| person.key.clone()).collect(),
        needed,
    };
    for (guardians, needed) in [
        (vec![&*ann, &*bob], 1),
        (vec![&*ann, &*ann], 2),
        (vec![], 1),
    ] {
        let refused: Result<api::Written, String> = dan
            .try_call("name_guardians", guard(guardians, needed))
            .await;
        assert!(refused.expect_err("no quorum").contains("E_GUARDIANS"));
    }
    let _: api::Written = dan
        .call("name_guardians", guard(vec![ann, bob, cleo], 2))
        .await;
    let book = dan.standing().await.book.expect("an open book");
    assert_eq!((book.guarded, book.guardians_wanted), (true, false));
    let named: api::GuardiansNamed = dan.call("guardians", ()).await;
    assert_eq!((named.guardians.len(), named.needed), (3, 2));
    // What is given to him on the last day waits.
    let waiting = bob.pay(dan, 2 * HOUR_S, "eggs").await;
    let book = dan.standing().await.book.expect("an open book");
    let (balance_s, last) = (book.balance_s.0, book.page);
    village.agree().await;

    // The phone is gone. Dan joins with a new key, and asks.
    let mut heir = Person::arrive(&village.rendezvous).await;
    let [ann, bob, cleo, dan, eve] = &mut village.people[..] else {
        panic!("five people")
    };
    dan.sleep().await;
    let invitation = ann.invite().await;
    heir.enter(&invitation).await;
    let lost = api::LostInput {
        lost: dan.key.clone(),
    };
    let asked: api::Requested = until("the lost book at the new phone", || async {
        match heir.try_call("ask_succession", lost.clone()).await {
            Ok(asked) => Some(asked),
            Err(refusal) if refusal.contains("E_NOT_FOUND") || refusal.contains("E_NO_GUARD") => {
                None
            }
            Err(refusal) => panic!("ask: {refusal}"),
        }
    })
    .await;
    let appeal = api::AppealRef {
        appeal: asked.request.clone(),
    };
    let succeed = api::SucceedInput {
        lost: dan.key.clone(),
        name: "Dan".into(),
    };
    let progress = || async {
        let item: api::SuccessionItem = heir.call("succession", lost.clone()).await;
        item
    };
    let too_early: Result<api::Standing, String> = heir.try_call("succeed", succeed.clone()).await;
    assert!(too_early
        .expect_err("nobody has said so")
        .contains("E_GUARDIANS_MISSING"));
    // Eve, no guardian, says the same as they are about to, as rule 65 lets anybody.
    let armed = Rogue::of(eve).await;
    let (pen, mut settled) = (armed.pen().await, Tree::default());
    let key = Key::of_entrusted(agent_id(&dan.key));
    let event = Event::Entrust(Box::new(Entrust {
        lost: agent_id(&dan.key),
        last: action_id(&last),
        heir: agent_id(&heir.key),
        proof: settled.prove(&key),
    }));
    settled.insert(key, Mark::default());
    let page = pen.next(event, |state| state.settled = settled.root());
    let word = armed
        .attempt(Deed::Page(page))
        .await
        .expect("a page of her own");
    let linked = Linked {
        base: last.into(),
        target: word.into(),
        link_type: ANSWER,
        tag: Vec::new(),
    };
    armed
        .attempt(Deed::Link(linked))
        .await
        .expect("an answer to Dan's last page");
    let (eve, second) = (agent_id(&eve.key).0, 2);
    until("what Eve says, at the new phone", || async {
        let books = heir.audit().await.books;
        let is_hers = |book: &Book| book.author.0 == eve && book.number >= second;
        books.iter().any(is_hers).then_some(())
    })
    .await;
    for (nth, guardian) in [&*ann, &*bob].into_iter().enumerate() {
        let item = guardian
            .awaits(api::InboxKind::SuccessionAsked, &asked.request)
            .await;
        assert_eq!(item.counterpart, heir.key);
        assert_eq!(item.words.as_deref(), Some("Dan"));
        let _: api::Written = guardian.call("vouch_succession", appeal.clone()).await;
        let twice: Result<api::Written, String> =
            guardian.try_call("vouch_succession", appeal.clone()).await;
        assert!(twice.expect_err("once").contains("E_ALREADY_ENTRUSTED"));
        until("the guardian's word", || async {
            let item = progress().await;
            let said = item.guardians.iter().filter(|one| one.entrusted).count();
            (said == nth + 1 && item.ready == (nth == 1)).then_some(())
        })
        .await;
    }

    // The balance goes on, and so does what was on its way.
    let standing: api::Standing = heir.call("succeed", succeed).await;
    let book = standing.book.expect("an open book");
    assert_eq!(book.balance_s, Seconds(balance_s));
    assert!(book.guarded, "the same guardians");
    heir.awaits(api::InboxKind::TransferUnasked, &waiting.page)
        .await;
    let taken = heir.deposit(&waiting.page).await;
    assert_eq!(taken.balance_s, Seconds(balance_s + 108 * 60));
    heir.pay(cleo, HOUR_S, "thanks").await;

    // The others note where the old book ends.
    for person in [&*ann, &*bob, &*cleo] {
        until("the end of the old book noted", || async {
            let noted: api::Noted = person.call("note_ends", ()).await;
            (noted.barred == 1).then_some(())
        })
        .await;
    }
    for person in [&*ann, &*bob, &*cleo, &heir] {
        let report = person.audit_is_sound().await;
        assert_eq!(report.sums.total_s, 0);
    }

    // The old phone turns up, and is told as soon as it has heard.
    dan.wake().await;
    until("the old phone to know", || async {
        let book = dan.standing().await.book.expect("the old book");
        book.ended.then_some(())
    })
    .await;
    let refusal = dan.try_pay(ann, 60, "found it").await;
    let refusal = refusal.expect_err("the book goes on elsewhere");
    assert!(refusal.contains("E_BOOK_ENDED"), "{refusal}");

    // What a changed program signs all the same, nobody takes who has noted the end.
    let armed = Rogue::of(dan).await;
    let pen = armed.pen().await;
    let page = armed.sign(&pen, pen.give(&ann.key, 60)).await;
    let late = armed.attempt(Deed::Page(page)).await.expect("a valid page");
    let taken = api::TransferRef { transfer: late };
    let refusal = until("the late page at Ann's", || async {
        let done: Result<api::Written, String> = ann.try_call("deposit", taken.clone()).await;
        let refusal = done.expect_err("later than the end");
        (!refusal.contains("E_NOT_FOUND")).then_some(refusal)
    })
    .await;
    assert!(refusal.contains("E_BARRED"), "{refusal}");
    assert_eq!(ann.audit().await.sums.total_s, 0);
}
