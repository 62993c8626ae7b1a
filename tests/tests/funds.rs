//! Promise: levies come into a fund once, and go out for work on an adopted project,
//! within its budget, by the holder whom the policy names.

use commons_credit_api as api;
use commons_credit_ledger::{Fund, Seconds};
use commons_credit_tests::*;
use holochain::prelude::*;

/// Long after this test.
const TERM_US: i64 = 4_000_000_000_000_000;
const FUND: Fund = Fund::State;

/// The policy in force, with another holder of the State fund.
async fn appoint(by: &Person, holder: &Person) -> api::Motion {
    let terms = by.standing().await.policy.terms;
    api::Motion::Policy {
        terms: api::PolicyTerms {
            state: Some(api::Appointed {
                holder: holder.key.clone(),
                until_us: TERM_US,
            }),
            ..terms
        },
    }
}

async fn sweep(holder: &Person) -> api::SweepDone {
    let input = api::SweepInput {
        fund: FUND,
        cursor: None,
    };
    holder.call("sweep", input).await
}

async fn hold(holder: &Person) -> Result<api::Written, String> {
    holder.try_call("hold", api::FundRef { fund: FUND }).await
}

async fn pay_labour(
    holder: &Person,
    labour: &ActionHash,
    amount_s: Option<i64>,
) -> Result<api::Written, String> {
    let input = api::PayLabourInput {
        labour: labour.clone(),
        amount_s: amount_s.map(Seconds),
    };
    until("the labour", || async {
        match holder.try_call("pay_labour", input.clone()).await {
            Err(refusal) if refusal.contains("E_NOT_FOUND") => None,
            answer => Some(answer),
        }
    })
    .await
}

async fn work(worker: &Person, project: &ActionHash, seconds: i64) -> ActionHash {
    let input = api::WorkInput {
        project: project.clone(),
        seconds: Seconds(seconds),
        words: "gravel".into(),
        shown: false,
    };
    let worked: api::Worked = worker.call("work", input).await;
    worked.labour
}

async fn page_of(person: &Person, project: &ActionHash) -> api::ProjectPage {
    let input = api::ProjectInput {
        project: project.clone(),
        cursor: None,
        limit: api::LIST_MAX,
    };
    person.call("project", input).await
}

/// The State fund in a book, as `person` sees it.
async fn held_by(person: &Person, holder: &Person) -> i64 {
    let treasury: api::Treasury = person.call("treasury", ()).await;
    treasury
        .state
        .iter()
        .find(|book| book.holder == holder.key)
        .map_or(0, |book| book.balance_s.0)
}

#[tokio::test(flavor = "multi_thread")]
async fn levies_come_in_once_and_go_out_for_work() {
    let village = Village::of(3).await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    let refusal = hold(bob).await.expect_err("nobody is appointed");
    assert!(refusal.contains("E_NOT_THE_HOLDER"), "{refusal}");
    village.adopts(0, &[0], appoint(ann, bob).await).await;
    hold(bob).await.expect("the policy names Bob");
    let refusal = hold(bob).await.expect_err("held already");
    assert!(refusal.contains("E_FUND_HELD"), "{refusal}");

    // Two hours: nine minutes for the State fund.
    let given = ann.pay(cleo, 2 * HOUR_S, "").await;
    cleo.deposit(&given.page).await;
    village.agree().await;
    let done = sweep(bob).await;
    assert_eq!((done.members, done.swept_s), (1, Seconds(9 * MINUTE_S)));
    let again = sweep(bob).await;
    assert_eq!((again.written, again.swept_s), (None, Seconds(0)));
    let refusal = ann
        .try_call::<_, api::SweepDone>(
            "sweep",
            api::SweepInput {
                fund: FUND,
                cursor: None,
            },
        )
        .await
        .expect_err("Ann holds nothing");
    assert!(refusal.contains("E_ACCOUNT_NOT_HELD"), "{refusal}");

    // A road of six minutes, for five of which Cleo works at once.
    let (road, _) = village
        .adopts(
            0,
            &[0],
            api::Motion::Project {
                name: "Road to the spring".into(),
                purpose: "water in winter".into(),
                fund: FUND,
                budget_s: Seconds(6 * MINUTE_S),
                confirmations: 0,
            },
        )
        .await;
    let labour = work(cleo, &road, 5 * MINUTE_S).await;
    let more = work(cleo, &road, 2 * MINUTE_S).await;
    let refusal = pay_labour(ann, &labour, None)
        .await
        .expect_err("Ann holds nothing");
    assert!(refusal.contains("E_ACCOUNT_NOT_HELD"), "{refusal}");
    let refusal = pay_labour(bob, &labour, Some(6 * MINUTE_S))
        .await
        .expect_err("longer than was worked");
    assert!(refusal.contains("E_LABOUR_FOREIGN"), "{refusal}");
    let paid = pay_labour(bob, &labour, None).await.expect("worked");
    for (labour, amount_s, code) in [
        (&labour, MINUTE_S, "E_LABOUR_PAID"),
        (&more, 2 * MINUTE_S, "E_OVER_BUDGET"),
    ] {
        let refusal = pay_labour(bob, labour, Some(amount_s))
            .await
            .expect_err(code);
        assert!(refusal.contains(code), "{refusal}");
    }
    // What a fund pays is levied like every transfer: 22 and 7 seconds of 300.
    let before_s = cleo.balance_s().await;
    let taken = cleo.deposit(&paid.page).await;
    assert_eq!(taken.balance_s, Seconds(before_s + 5 * MINUTE_S - 22 - 7));
    village.agree().await;
    let page = page_of(ann, &road).await;
    assert_eq!(page.item.spent_s, Seconds(5 * MINUTE_S));
    assert_eq!(page.item.left_s, Seconds(MINUTE_S));
    assert_eq!(page.labours, 2);
    // Cleo did not agree to be shown, but the holder sees who worked, and what.
    assert!(page.work.iter().all(|item| item.worker.is_none()));
    for item in page_of(bob, &road).await.work {
        assert_eq!(item.worker.as_ref(), Some(&cleo.key));
        assert_eq!(item.words.as_deref(), Some("gravel"));
    }

    // Cleo follows Bob: the fund goes over whole, and the old counters stay swept.
    village.adopts(0, &[0], appoint(ann, cleo).await).await;
    let refusal = pay_labour(bob, &more, Some(MINUTE_S))
        .await
        .expect_err("Bob is out of office");
    assert!(refusal.contains("E_NOT_THE_HOLDER"), "{refusal}");
    let input = api::HandOverInput { fund: FUND };
    let handed: api::Written = bob.call("hand_over", input).await;
    let waiting = cleo
        .awaits(api::InboxKind::FundHandedOver, &handed.page)
        .await;
    assert_eq!(waiting.amount_s, Seconds(4 * MINUTE_S));
    let input = api::TransferRef {
        transfer: handed.page.clone(),
    };
    let refusal = cleo
        .try_call::<_, api::Written>("deposit", input)
        .await
        .expect_err("Cleo does not hold it yet");
    assert!(refusal.contains("E_ACCOUNT_NOT_HELD"), "{refusal}");
    hold(cleo).await.expect("the policy names Cleo");
    cleo.deposit(&handed.page).await;
    village.agree().await;
    for person in &village.people {
        assert_eq!(held_by(person, cleo).await, 4 * MINUTE_S);
        assert_eq!(held_by(person, bob).await, 0);
    }
    let lines: api::FundLines = ann
        .call(
            "fund_lines",
            api::FundLinesInput {
                fund: FUND,
                holder: bob.key.clone(),
                cursor: None,
                limit: 10,
            },
        )
        .await;
    let kinds: Vec<_> = lines.items.iter().map(|line| line.kind).collect();
    assert_eq!(
        kinds,
        [
            api::FundLineKind::HandedOver,
            api::FundLineKind::Paid,
            api::FundLineKind::Swept,
            api::FundLineKind::Opened,
        ]
    );
    // What Cleo earned while Bob was in office stays his to sweep.
    let swept = sweep(cleo).await;
    assert_eq!(swept.swept_s, Seconds(0));

    // The hours add up: members, the fund, and what is not swept yet.
    let mut sum = held_by(ann, cleo).await;
    for person in &village.people {
        sum += person.balance_s().await;
    }
    let (state_s, community_s) = ann.funds().await;
    assert_eq!(sum + (state_s - 9 * MINUTE_S) + community_s, 0);
    village.audit().await;
}
