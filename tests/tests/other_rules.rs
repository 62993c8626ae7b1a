//! Promise: a village that adopts other rules goes on under them, each book as it was
//! closed, whoever comes late; and nobody begins there with more than they had here.
//!
//! The other rules are those of `scripts/build-zomes --tests`: levies may take up to 60 %
//! where the village before allows 50 %.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use commons_credit_api as api;
use commons_credit_ledger::carry::{carry_statement, Carried};
use commons_credit_ledger::roll::Standing;
use commons_credit_ledger::{
    BasisPoints, Collector, DecidedFloor, Event, Fund, Levies, Page, PolicyRef, Seconds,
    SignatureBytes,
};
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use holochain::prelude::*;

/// Long after this test.
const TERM_US: i64 = 4_000_000_000_000_000;
const OTHER: &str = "other-rules";

/// 55 % of every transfer: too much under the old rules, allowed under the new ones.
fn heavy_levies() -> Levies {
    Levies {
        state_bp: BasisPoints(4_000),
        community_bp: BasisPoints(1_500),
    }
}

/// The policy in force, with a holder of both funds.
async fn appoint(by: &Person, holder: &Person) -> api::Motion {
    let appointed = Some(api::Appointed {
        holder: holder.key.clone(),
        until_us: TERM_US,
    });
    let terms = api::PolicyTerms {
        state: appointed.clone(),
        community: appointed,
        ..by.standing().await.policy.terms
    };
    api::Motion::Policy { terms }
}

async fn sweep(holder: &Person, fund: Fund) -> i64 {
    let input = api::SweepInput { fund, cursor: None };
    let done: api::SweepDone = holder.call("sweep", input).await;
    done.swept_s.0
}

/// Calls a function until what it looks for has arrived.
async fn once_there<I, O>(person: &Person, function: &str, input: I) -> O
where
    I: serde::Serialize + std::fmt::Debug + Clone,
    O: serde::de::DeserializeOwned + std::fmt::Debug,
{
    until(function, || async {
        match person.try_call(function, input.clone()).await {
            Err(refusal) if refusal.contains("E_NOT_FOUND") => None,
            answer => Some(answer.unwrap_or_else(|refusal| panic!("{function}: {refusal}"))),
        }
    })
    .await
}

/// What the three did before: roll, floor, funds, transfers, all levies swept.
async fn old_life(village: &Village) {
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    let member = |person: &Person| api::RollMove {
        agent: person.key.clone(),
        standing: Standing::Member,
    };
    let roll = api::Motion::Roll {
        changes: vec![member(bob), member(cleo)],
        voting: None,
        vouchers: None,
    };
    village.adopts(0, &[0], roll).await;
    village.adopts(0, &[0, 1], appoint(ann, bob).await).await;
    let floor = api::Motion::Floor {
        agent: bob.key.clone(),
        floor_s: Seconds(-60 * HOUR_S),
    };
    village.adopts(1, &[1, 2], floor).await;
    let _: api::Written = bob.call("take_floor", ()).await;
    for (giver, receiver, hours) in [(ann, cleo, 2), (cleo, bob, 1), (bob, ann, 45)] {
        let given = giver.pay(receiver, hours * HOUR_S, "").await;
        receiver.deposit(&given.page).await;
    }
    village.agree().await;
    for fund in [Fund::State, Fund::Community] {
        let _: api::Written = bob.call("hold", api::FundRef { fund }).await;
        assert!(sweep(bob, fund).await > 0);
    }
    village.agree().await;
    village.audit().await;
}

/// Ann founds the village under other rules, whose charter names the one before.
async fn found_other(ann: &mut Person, old: &CellId) -> CellId {
    let draft = api::DraftInput {
        levies: heavy_levies(),
        ..example_draft()
    };
    let refusal = ann
        .try_call_lobby::<_, api::Draft>("draft_charter", draft.clone())
        .await
        .expect_err("more than half under the old rules");
    assert!(refusal.contains("E_LEVIES_TOO_HIGH"), "{refusal}");
    ann.install(&other_happ_path(), OTHER).await;
    let mut drafted: api::Draft = ann
        .try_call_lobby("draft_charter", draft)
        .await
        .expect("the new rules allow 60 %");
    drafted.charter.predecessor = Some(village_id(old.dna_hash()));
    ann.clone_village(drafted.network_seed, &drafted.charter, None)
        .await
        .expect("the founder is a steward")
}

/// Closes the book in the village before, for good. Gives the closing page.
async fn close(person: &Person, decision: &ActionHash) -> ActionHash {
    let input = api::CloseInput {
        decision: Some(decision.clone()),
    };
    let closed: api::Written = person.call("close", input.clone()).await;
    assert!(person.standing().await.book.expect("a book").closed);
    let refusal = person
        .try_call::<_, api::Written>("close", input)
        .await
        .expect_err("closed twice");
    assert!(refusal.contains("E_BOOK_CLOSED"), "{refusal}");
    closed.page
}

/// A founding steward's word for a closed book.
async fn witnessed(steward: &Person, author: &Person, closing: &ActionHash) -> String {
    let input = api::WitnessInput {
        author: author.key.clone(),
        closing: closing.clone(),
    };
    let witnessed: api::Witnessed = once_there(steward, "witness", input).await;
    witnessed.text
}

async fn carry(person: &Person, name: &str, text: &str) -> Result<api::Standing, String> {
    let input = api::CarryInput {
        name: name.into(),
        witnessed: text.into(),
    };
    person.try_call("carry", input).await
}

/// The newest page of somebody's book in one of their villages.
async fn newest(person: &Person, cell: &CellId) -> Page {
    let pen = Rogue::arm(&person.conductor, cell).await.pen().await;
    pen.newest().page.clone()
}

/// The first page in the new village says what the last one in the old village said, but
/// for what counts ballots and for who collects levies.
fn goes_on(closing: &Page, opening: &Page) {
    let mut expected = closing.after.clone();
    (expected.policy, expected.roll) = (0, 0);
    expected.floor = expected
        .floor
        .map(|floor| DecidedFloor { number: 0, ..floor });
    for (collector, earned_s) in [
        (&mut expected.collectors.state, expected.earned.state_s),
        (
            &mut expected.collectors.community,
            expected.earned.community_s,
        ),
    ] {
        // The new charter appoints nobody; what was earned stays with the old holder.
        *collector = Collector {
            holder: None,
            since_s: earned_s,
        };
    }
    assert_eq!(opening.after, expected);
}

/// The sum of all balances that this person's node sees, soundly.
async fn balances_s(person: &Person) -> i128 {
    person.audit_is_sound().await.sums.balances_s
}

#[tokio::test(flavor = "multi_thread")]
async fn three_go_on_under_other_rules_and_one_of_them_late() {
    let mut village = Village::of(3).await;
    old_life(&village).await;
    let old: Vec<CellId> = village
        .people
        .iter()
        .map(|it| it.cell().cell_id().clone())
        .collect();
    let mut cleo = village.people.pop().expect("Cleo");
    cleo.sleep().await;

    // Ann founds, two of three adopt what she has founded, by its hash.
    let ann = &mut village.people[0];
    let new = found_other(ann, &old[0]).await;
    ann.village = Some(old[0].clone());
    let code = api::Motion::Dna {
        dna: new.dna_hash().clone(),
        note: "levies up to 60 %".into(),
    };
    let (adopted, decision) = village.adopts(0, &[0, 1], code.clone()).await;

    // Bob's node tells which; he installs it, and it is the one that was adopted.
    let [ann, bob] = &mut village.people[..] else {
        panic!("two people")
    };
    assert_eq!(bob.ballot(&adopted).await.ballot.motion, code);
    let closed = [close(ann, &decision).await, close(bob, &decision).await];
    let refusal = bob.try_pay(ann, 1, "").await.expect_err("closed for good");
    assert!(refusal.contains("E_BOOK_CLOSED"), "{refusal}");
    ann.village = Some(new.clone());
    bob.install(&other_happ_path(), OTHER).await;
    bob.enter(&ann.invite().await).await;
    assert_eq!(bob.cell().dna_hash(), new.dna_hash(), "as adopted");
    for (at, name) in [(0, NAMES[0]), (1, NAMES[1])] {
        let person = &village.people[at];
        let text = witnessed(&village.people[0], person, &closed[at]).await;
        let standing = carry(person, name, &text).await.expect("closed and seen");
        let closing = newest(person, &old[at]).await;
        goes_on(
            &closing,
            &newest(person, &person.cell().cell_id().clone()).await,
        );
        assert_eq!(
            standing.book.expect("an open book").balance_s,
            closing.after.holdings[0].balance_s
        );
    }

    // Cleo's hours are missing in the new village until she comes.
    village.meet().await;
    village.agree().await;
    let mut cleos_s = 0;
    for person in &village.people {
        let missing_s = -balances_s(person).await;
        assert!(cleos_s == 0 || cleos_s == missing_s, "all see the same");
        cleos_s = missing_s;
    }
    assert_eq!(cleos_s, 2 * 3_240 - HOUR_S as i128);
    cleo.wake().await;
    cleo.knows(&adopted, api::BallotState::Adopted).await;
    let closing = close(&cleo, &decision).await;
    cleo.install(&other_happ_path(), OTHER).await;
    let ann = &village.people[0];
    cleo.enter(&ann.invite().await).await;
    let text = witnessed(ann, &cleo, &closing).await;
    hostile_openings(ann, &village.people[1], &cleo, (&old[2], &closed[1]), &text).await;
    carry(&cleo, NAMES[2], &text)
        .await
        .expect("late, but whole");
    goes_on(
        &newest(&cleo, &old[2]).await,
        &newest(&cleo, cleo.cell().cell_id()).await,
    );
    second_openings(&cleo, &text).await;
    village.people.push(cleo);
    village.meet().await;
    village.agree().await;

    // Old sum, new sum: both 0, on every node.
    village.audit().await;
    for (person, old) in village.people.iter_mut().zip(&old) {
        assert_eq!(balances_s(person).await, 0, "all that was carried");
        let new = person.village.replace(old.clone());
        let report = person.audit_is_sound().await;
        assert_eq!((report.sums.balances_s, report.sums.total_s), (0, 0));
        assert_eq!((report.sums.in_flight_s, report.sums.carried_s), (0, 0));
        person.village = new;
    }
    new_life(&village).await;
}

/// What nobody may open a book with, each refused by its code.
async fn hostile_openings(
    ann: &Person,
    bob: &Person,
    cleo: &Person,
    (old, bobs): (&CellId, &ActionHash),
    text: &str,
) {
    // A founding steward does not witness what does not close a book, or is another's.
    let given = Rogue::arm(&cleo.conductor, old).await.pen().await;
    let before = &given.pages[given.pages.len() - 2];
    for (author, closing) in [(cleo, &before.hash), (cleo, bobs)] {
        let input = api::WitnessInput {
            author: author.key.clone(),
            closing: closing.clone(),
        };
        let refusal = ann
            .try_call::<_, api::Witnessed>("witness", input)
            .await
            .expect_err("nothing of Cleo's is closed by it");
        assert!(refusal.contains("E_CARRY_FOREIGN"), "{refusal}");
    }
    let bobs = witnessed(ann, bob, bobs).await;
    let refusal = carry(cleo, NAMES[2], &bobs).await.expect_err("Bob's book");
    assert!(refusal.contains("E_CARRY_FOREIGN"), "{refusal}");

    // Without manners, but on an honest node.
    let rogue = Rogue::of(cleo).await;
    let honest = carried_in(text);
    let mut richer = honest.clone();
    richer.page.after.holdings[0].balance_s.0 += HOUR_S;
    let mut open_still = honest.clone();
    open_still.page = before.page.clone();
    open_still.closing = action_id(&before.hash);
    // Even a steward who lies cannot make a closing page of another.
    let statement = carry_statement(
        &village_id(rogue.cell.dna_hash()),
        &agent_id(&cleo.key),
        &open_still,
    );
    let signature: Signature = Rogue::of(ann)
        .await
        .rude("sign_bytes", statement)
        .await
        .expect("a key");
    open_still.signature = SignatureBytes(signature.0);
    let mut unseen = honest.clone();
    unseen.signature = SignatureBytes([7; 64]);
    let attacks = [
        ("an hour more", "E_AFTER_WRONG", &honest, HOUR_S),
        (
            "an hour more than the witness saw",
            "E_CARRY_FOREIGN",
            &richer,
            HOUR_S,
        ),
        (
            "a book that is not closed",
            "E_CARRY_FOREIGN",
            &open_still,
            0,
        ),
        ("a book that nobody has seen", "E_CARRY_FOREIGN", &unseen, 0),
    ];
    for (what, code, carried, more_s) in attacks {
        let page = opening(&rogue, carried, more_s).await;
        let refusal = rogue.attempt(Deed::Page(page)).await.expect_err(what);
        assert!(refusal.contains(&format!("{code}:")), "{what}: {refusal}");
    }
}

/// One closed book opens one.
async fn second_openings(cleo: &Person, text: &str) {
    let refusal = carry(cleo, NAMES[2], text).await.expect_err("open already");
    assert!(refusal.contains("E_ALREADY_OPENED"), "{refusal}");
    let rogue = Rogue::of(cleo).await;
    let page = opening(&rogue, &carried_in(text), 0).await;
    let refusal = rogue
        .attempt(Deed::Page(page))
        .await
        .expect_err("the same book once more");
    assert!(refusal.contains("E_PAGE_SKIPPED:"), "{refusal}");
}

fn carried_in(text: &str) -> Carried {
    let letters = text.strip_prefix("cw1:").expect("a witness's text");
    let bytes = URL_SAFE_NO_PAD.decode(letters).expect("base64url");
    holochain_serialized_bytes::decode(&bytes).expect("a carried book")
}

/// A first page that carries a book, with seconds on top.
async fn opening(rogue: &Rogue, carried: &Carried, more_s: i64) -> Page {
    let chain = rogue.chain().await;
    let mut after = carried.page.after.clone();
    (after.policy, after.roll) = (0, 0);
    for (collector, earned_s) in [
        (&mut after.collectors.state, after.earned.state_s),
        (&mut after.collectors.community, after.earned.community_s),
    ] {
        *collector = Collector {
            holder: None,
            since_s: earned_s,
        };
    }
    after.holdings[0].balance_s.0 += more_s;
    Page {
        number: 1,
        previous: None,
        policy: PolicyRef::FOUNDING,
        event: Event::Carry {
            // Genesis: the DNA, then what admitted the author.
            admission: action_id(chain[1].action_address()),
            carried: Box::new(carried.clone()),
        },
        after,
    }
}

/// Everything works under the new rules: floors, levies, votes, sweeping.
async fn new_life(village: &Village) {
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    // Bob's decided floor came with him: 40 hours would be everybody else's.
    let before_s = bob.balance_s().await;
    assert!(before_s < -40 * HOUR_S);
    let given = bob.pay(cleo, HOUR_S, "").await;
    let taken_s = cleo.balance_s().await;
    let taken = cleo.deposit(&given.page).await;
    assert_eq!(taken.balance_s, Seconds(taken_s + 1_620), "45 % of an hour");
    let declined = api::TransferRef {
        transfer: given.page.clone(),
    };
    let refusal = cleo
        .try_call::<_, api::Written>("deposit", declined)
        .await
        .expect_err("settled once");
    assert!(refusal.contains("E_ALREADY_SETTLED"), "{refusal}");

    // The first ballot about the policy is not the first one there was about it, and Bob
    // sweeps from where he had swept in the village before.
    village.adopts(0, &[0], appoint(ann, bob).await).await;
    let given = ann.pay(cleo, HOUR_S, "").await;
    cleo.deposit(&given.page).await;
    village.agree().await;
    assert_eq!(sweep(bob, Fund::State).await, 2 * 1_440);
    assert_eq!(sweep(bob, Fund::State).await, 0);
    village.agree().await;
    village.audit().await;
}
