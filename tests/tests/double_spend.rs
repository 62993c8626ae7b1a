//! Promise: whoever gives one page twice is proved to have done it, both receivers keep
//! their hours, nobody who has noted it takes anything later, and the sum is 0.

use commons_credit_api as api;
use commons_credit_audit::Verdict;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::{Bar, Cause, Event, Fund, Seconds};
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use std::path::Path;

/// Long after this test.
const TERM_US: i64 = 4_000_000_000_000_000;

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder for the copy");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy_folder(&entry.path(), &target);
        } else if entry.file_type().expect("a kind").is_file() {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// The community fund gets a holder: the founder, who decides alone.
async fn appoint(village: &Village) {
    let founder = &village.people[0];
    let terms = founder.standing().await.policy.terms;
    let motion = api::Motion::Policy {
        terms: api::PolicyTerms {
            community: Some(api::Appointed {
                holder: founder.key.clone(),
                until_us: TERM_US,
            }),
            ..terms
        },
    };
    village.adopts(0, &[0], motion).await;
    let fund = api::FundRef {
        fund: Fund::Community,
    };
    let _: api::Written = founder.call("hold", fund).await;
}

async fn proofs(person: &Person) -> Vec<api::DoubleSpendItem> {
    let found: api::DoubleSpends = person.call("double_spends", list()).await;
    found.items
}

/// What Holochain does besides: every node that sees both branches blocks the key.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_given_twice_is_proved_and_made_good_and_both_receivers_are_whole() {
    let mut village = Village::of(3).await;
    appoint(&village).await;
    village.agree().await;
    let [ann, bob, cleo] = &mut village.people[..] else {
        panic!("three people")
    };

    // Cleo keeps a copy of her node, as no program of ours would let her.
    bob.sleep().await;
    cleo.sleep().await;
    let folder = cleo.conductor.db_path().to_owned();
    let copy = tempfile::tempdir().expect("a folder for the copy");
    copy_folder(&folder, copy.path());
    cleo.wake().await;

    // While Bob is away she gives Ann all that she may.
    let to_ann = cleo.pay(ann, 40 * HOUR_S, "roof").await;
    assert_eq!(
        ann.deposit(&to_ann.page).await.balance_s,
        Seconds(36 * HOUR_S)
    );

    // While Ann is away she gives Bob the same page, and one more to Ann.
    ann.sleep().await;
    cleo.sleep().await;
    std::fs::remove_dir_all(&folder).expect("the folder is there");
    copy_folder(copy.path(), &folder);
    bob.wake().await;
    cleo.wake().await;
    let to_bob = cleo.pay(bob, HOUR_S / 2, "jam").await;
    assert_eq!(to_bob.number, to_ann.number, "one page, given twice");
    assert_eq!(bob.deposit(&to_bob.page).await.balance_s, Seconds(27 * 60));
    let later = cleo.pay(ann, 6 * 60, "").await;

    // They meet, and Bob's node finds both cheques.
    ann.wake().await;
    let report = api::ReportInput {
        giver: cleo.key.clone(),
    };
    let noted: api::Noted = until("both pages at Bob's", || async {
        match bob.try_call("report_double_spend", report.clone()).await {
            Ok(noted) => Some(noted),
            Err(refusal) if refusal.contains("E_NOT_TWICE") => None,
            Err(refusal) => panic!("report: {refusal}"),
        }
    })
    .await;
    assert_eq!((noted.deposited, noted.barred), (0, 1));
    let proof = proofs(bob).await.remove(0);
    assert_eq!((&proof.giver, proof.number), (&cleo.key, to_ann.number));
    assert!(proof.barred);
    // 40 h 36 min on both branches together, 36 min below the floor.
    assert_eq!(proof.excess_s, Seconds(36 * 60));

    // It is carried as text, checked by whoever reads it, and known then.
    let mut bent = proof.qr_text.clone();
    let other = if &bent[20..21] == "Z" { "Y" } else { "Z" };
    bent.replace_range(20..21, other);
    for text in [bent.as_str(), "cc1:nothing", ""] {
        let text = text.to_owned();
        let refused: Result<api::Noted, String> = ann
            .try_call("take_double_spend", api::ProofText { text })
            .await;
        let refusal = refused.expect_err("no proof");
        assert!(refusal.contains("E_PROOF_UNREADABLE"), "{refusal}");
    }
    let known = until("the proof at Ann's", || async {
        proofs(ann).await.into_iter().find(|known| !known.barred)
    })
    .await;
    assert_eq!(known.qr_text, proof.qr_text);

    // Ann notes the end without taking what waits: from then on the law refuses it.
    let armed = Rogue::of(ann).await;
    let pen = armed.pen().await;
    let giver = agent_id(&cleo.key);
    let bar = |number| {
        let mut bars = Tree::default();
        let key = Key::of_bar(giver);
        let event = Event::Bar(Box::new(Bar {
            agent: giver,
            number,
            cause: Cause::DoubleSpend(action_id(&known.proof)),
            proof: bars.prove(&key),
        }));
        bars.insert(key, Mark(number));
        let mut page = pen.next(event, |state| state.barred = bars.root());
        page.policy = pen.newest().page.policy;
        page
    };
    let early = armed.attempt(Deed::Page(bar(to_ann.number - 1))).await;
    assert!(early
        .expect_err("an earlier end")
        .contains("E_BAR_UNFOUNDED"));
    armed
        .attempt(Deed::Page(bar(to_ann.number)))
        .await
        .expect("the end that the proof shows");
    let taken = api::TransferRef {
        transfer: later.page.clone(),
    };
    let refusal = until("the later page at Ann's", || async {
        let done: Result<api::Written, String> = ann.try_call("deposit", taken.clone()).await;
        let refusal = done.expect_err("barred");
        (!refusal.contains("E_NOT_FOUND")).then_some(refusal)
    })
    .await;
    assert!(refusal.contains("E_BARRED"), "{refusal}");
    let text = proof.link.clone();
    let nothing: api::Noted = ann.call("take_double_spend", api::ProofText { text }).await;
    assert_eq!((nothing.deposited, nothing.barred), (0, 0), "all is noted");

    // Holochain's own answer: both nodes talk no more with her.
    ann.has_blocked(&cleo.key).await;
    bob.has_blocked(&cleo.key).await;

    // Both receivers are whole, and the village makes good what exceeds the floor.
    assert_eq!(ann.balance_s().await, 36 * HOUR_S);
    assert_eq!(bob.balance_s().await, 27 * 60);
    let sweep = api::SweepInput {
        fund: Fund::Community,
        cursor: None,
    };
    let swept: api::SweepDone = until("levies of both", || async {
        let done: api::SweepDone = ann.try_call("sweep", sweep.clone()).await.ok()?;
        (done.swept_s.0 > 0).then_some(done)
    })
    .await;
    assert!(swept.swept_s.0 >= 36 * 60, "{swept:?}");
    let motion = api::Motion::MakeGood {
        proof: known.proof.clone(),
        giver: None,
        amount_s: proof.excess_s,
        holder: None,
    };
    let proposal = ann.propose(motion).await;
    ann.says_yes(&proposal).await;
    let decision = ann.decides(&proposal).await.decision;
    bob.knows(&proposal, api::BallotState::Adopted).await;
    let input = api::MakeGoodInput { decision };
    assert_eq!(proofs(ann).await[0].made_good[0].page, None);
    let made: api::Written = ann.call("make_good", input.clone()).await;
    let again: Result<api::Written, String> = ann.try_call("make_good", input).await;
    assert!(again.expect_err("once").contains("E_ALREADY_MADE_GOOD"));
    let filled = &proofs(ann).await[0];
    assert_eq!(filled.excess_s, Seconds(0));
    assert_eq!(filled.made_good[0].holder, ann.key);
    assert_eq!(filled.made_good[0].page, Some(made.page));
    let lines: api::FundLines = ann
        .call(
            "fund_lines",
            api::FundLinesInput {
                fund: Fund::Community,
                holder: ann.key.clone(),
                cursor: None,
                limit: 10,
            },
        )
        .await;
    let newest = &lines.items[0];
    assert_eq!(newest.kind, api::FundLineKind::MadeGood);
    assert_eq!(newest.amount_s, proof.excess_s);
    assert_eq!(newest.counterpart.as_ref(), Some(&cleo.key));

    // The auditor names the forker, and all hours add up to 0.
    for person in [&*ann, &*bob] {
        let report = until("the whole village", || async {
            let report = person.audit().await;
            let whole = report.missing_total == 0 && report.sums.made_good_s == 36 * 60;
            whole.then_some(report)
        })
        .await;
        assert_eq!(report.verdict(), Verdict::Broken);
        let lines = report.lines().join("\n");
        assert_eq!(report.sums.total_s, 0, "{lines}");
        assert_eq!(report.findings.len(), 1, "{lines}");
        assert!(lines.contains("A_FORKED"), "{lines}");
    }
}
