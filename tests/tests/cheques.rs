//! Promise: who is cut off from everybody is paid all the same. A cheque passes from
//! hand to hand, survives a restart unseen by others, and becomes a deposit by itself
//! when the giver's page has come; what does not hold is refused with its code.

use commons_credit_api::{self as api, ChequeAdvice, ChequeState};
use commons_credit_handover::{carrier, read_bytes, Packet, Payment, Read, Slip};
use commons_credit_ledger::cheque::receiver_tag;
use commons_credit_ledger::{
    Account, AgentId, Amount, ChequeBytes, Seconds, TakenCheque, VillageId,
};
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use holochain::prelude::*;

/// Index of the entry type of cheques that were taken.
const TAKEN_CHEQUE: u8 = 10;

async fn cheque(giver: &Person, transfer: &ActionHash) -> api::Cheque {
    let transfer = transfer.clone();
    giver.call("cheque", api::TransferRef { transfer }).await
}

async fn read(reader: &Person, cheque: &[u8]) -> Result<api::ChequeRead, String> {
    let cheque = cheque.to_vec();
    reader
        .try_call("read_cheque", api::ChequeInput { cheque })
        .await
}

async fn take(taker: &Person, cheque: &[u8]) -> Result<api::ChequeItem, String> {
    let input = api::TakeChequeInput {
        cheque: cheque.to_vec(),
        despite_advice: false,
    };
    taker.try_call("take_cheque", input).await
}

async fn cheques(taker: &Person) -> api::Cheques {
    taker.call("cheques", list()).await
}

/// Lets cheques settle until none that was taken is signed only.
async fn settles(taker: &Person) {
    until("the cheques to be deposited", || async {
        let round: api::ChequesSettled = taker.call("settle_cheques", ()).await;
        (round.signed == 0 && round.deposited.is_none()).then_some(())
    })
    .await;
}

fn payment(cheque: &[u8]) -> Payment {
    match read_bytes(cheque) {
        Ok(Read::Slip {
            slip: Slip::Payment(payment),
            ..
        }) => payment,
        other => panic!("no payment: {other:?}"),
    }
}

/// A payment as a file, sealed for a village and a receiver.
fn sealed(payment: Payment, village: &VillageId, receiver: &Person) -> Vec<u8> {
    let tag = receiver_tag(&agent_id(&receiver.key), Account::Member);
    carrier::file(&Packet::to_receiver(Slip::Payment(payment), village, &tag))
}

/// Ends all conductors but one: whoever is left is cut off from everybody.
async fn alone(village: &mut Village, who: usize) {
    for (at, person) in village.people.iter_mut().enumerate() {
        runs(person, at == who).await;
    }
}

async fn together(village: &mut Village) {
    for person in &mut village.people {
        runs(person, true).await;
    }
}

/// Starts or ends a conductor, unless it is so already.
async fn runs(person: &mut Person, wanted: bool) {
    match (person.conductor.is_running(), wanted) {
        (false, true) => person.wake().await,
        (true, false) => person.sleep().await,
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r50_accepts_a_cheque_kept_for_oneself_until_the_village_is_met_again() {
    let mut village = Village::of(3).await;
    village.agree().await;

    // Ann pays with nobody else in the world.
    alone(&mut village, 0).await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    let given = ann.pay(bob, 2 * HOUR_S, "2 h carpentry").await;
    let shown = cheque(ann, &given.page).await;
    assert_eq!((shown.number, shown.amount_s.0), (given.number, 2 * HOUR_S));
    assert_eq!(
        (&shown.to, shown.to_name.as_deref()),
        (&bob.key, Some("Bob"))
    );
    let lengths = (shown.qr.len(), shown.link.len(), shown.message.len());
    assert_eq!(lengths, (194, 170, 160));
    let other = ann.pay(cleo, HOUR_S, "").await;
    let other = cheque(ann, &other.page).await;
    let own = read(ann, shown.link.as_bytes()).await.expect_err("her own");
    // One tag in 256 begins alike: then it is known as her own.
    let codes = ["E_HANDOVER_WRONG_RECEIVER", "E_HANDOVER_OWN"];
    assert!(codes.iter().any(|code| own.contains(code)), "{own}");

    // Bob, as alone, is shown the code.
    alone(&mut village, 1).await;
    let [_, bob, _] = &village.people[..] else {
        panic!("three people")
    };
    let seen = read(bob, shown.qr.as_bytes()).await.expect("it holds");
    assert_eq!(seen.giver_name.as_deref(), Some("Ann"));
    assert_eq!(seen.split.receiver_s, Seconds(108 * MINUTE_S));
    assert_eq!(seen.advice, []);
    assert_eq!(cheques(bob).await.cheques, [], "reading takes nothing");
    refused_with_codes(bob, &shown, &other).await;

    let taken = take(bob, &shown.file).await.expect("it holds");
    assert_eq!((taken.state, taken.line), (ChequeState::Signed, None));
    for again in [shown.qr.as_bytes(), shown.message.as_bytes()] {
        let refusal = take(bob, again).await.expect_err("it counts once");
        assert!(refusal.contains("E_HANDOVER_REPLAYED"), "{refusal}");
    }
    assert_signed(bob).await;
    let round: api::ChequesSettled = bob.call("settle_cheques", ()).await;
    assert_eq!((round.deposited, round.signed), (None, 1));

    // Nothing is lost by a restart.
    village.people[1].sleep().await;
    village.people[1].wake().await;
    assert_signed(&village.people[1]).await;

    // They meet: it is deposited without anybody's hand, once.
    together(&mut village).await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    settles(bob).await;
    assert_eq!(bob.balance_s().await, 108 * MINUTE_S);
    let settled = cheques(bob).await;
    assert_eq!((settled.signed, settled.signed_s), (0, Seconds(0)));
    assert_eq!(settled.expected_s, settled.balance_s);
    let refusal = take(bob, &shown.file).await.expect_err("it was deposited");
    assert!(refusal.contains("E_HANDOVER_REPLAYED"), "{refusal}");
    until("enough peers to hold the deposit", || async {
        let cheque = cheques(bob).await.cheques.remove(0);
        (cheque.state == ChequeState::Witnessed).then_some(())
    })
    .await;
    until(
        "the words, which come by another way than the page",
        || async {
            let words = bob.activity().await.remove(0).words;
            (words.as_deref() == Some("2 h carpentry")).then_some(())
        },
    )
    .await;

    // Cleo, who never saw the cheque, takes hers as ever.
    let waiting = until("her transfer", || async { cleo.inbox().await.pop() }).await;
    cleo.deposit(&waiting.action).await;

    // Nobody but Bob holds what he kept.
    village.agree().await;
    let kept: Option<Record> = Rogue::of(ann)
        .await
        .rude("read_record", taken.taken.clone())
        .await
        .expect("anybody may look");
    if let Some(record) = kept {
        assert_eq!(record.entry().as_option(), None, "the entry stays with Bob");
    }
    village.audit().await;
}

/// What is taken stands apart from what is settled.
async fn assert_signed(bob: &Person) {
    let kept = cheques(bob).await;
    assert_eq!(kept.cheques.len(), 1);
    assert_eq!(kept.cheques[0].state, ChequeState::Signed);
    assert_eq!((kept.signed, kept.signed_s), (1, Seconds(108 * MINUTE_S)));
    assert_eq!(kept.balance_s, Seconds(0));
    assert_eq!(kept.expected_s, Seconds(108 * MINUTE_S));
    assert_eq!(bob.balance_s().await, 0);
}

/// Everything that is wrong with a cheque has its own code, and takes nothing.
async fn refused_with_codes(bob: &Person, good: &api::Cheque, others: &api::Cheque) {
    let cell = bob.village.clone().expect("has joined a village");
    let here = village_id(cell.dna_hash());
    let payment = payment(&good.file);
    let mut forged = payment;
    forged.amount = Amount::new(Seconds(3 * HOUR_S)).expect("an amount");
    let mut weak = payment;
    weak.giver = AgentId([0; 32]);
    let mut damaged = good.link.clone().into_bytes();
    damaged[40] = if damaged[40] == b'A' { b'B' } else { b'A' };
    // Seals have one byte for each name: this village's differs, the receiver's may not.
    let mut elsewhere = here;
    elsewhere.0[0] ^= 0xff;
    let tag = |key: &AgentPubKey| receiver_tag(&agent_id(key), Account::Member)[0];
    let others_code = if tag(&others.to) == tag(&bob.key) {
        "E_HANDOVER_SIGNATURE"
    } else {
        "E_HANDOVER_WRONG_RECEIVER"
    };
    let cases: [(&str, Vec<u8>); 9] = [
        (others_code, others.file.clone()),
        ("E_HANDOVER_WRONG_VILLAGE", sealed(payment, &elsewhere, bob)),
        ("E_HANDOVER_SIGNATURE", sealed(forged, &here, bob)),
        ("E_HANDOVER_WEAK_KEY", sealed(weak, &here, bob)),
        ("E_HANDOVER_DAMAGED", damaged),
        ("E_HANDOVER_INVITATION", b"cc1:AAAA".to_vec()),
        ("E_HANDOVER_UNREADABLE", b"two hours, I promise".to_vec()),
        ("E_HANDOVER_TOO_LONG", vec![b'x'; 30_000]),
        ("E_HANDOVER_UNREADABLE", Vec::new()),
    ];
    for (code, bytes) in cases {
        let refusal = read(bob, &bytes).await.expect_err(code);
        assert!(refusal.contains(code), "{code}: {refusal}");
        let refusal = take(bob, &bytes).await.expect_err(code);
        assert!(refusal.contains(code), "{code}: {refusal}");
    }
    let refusal = bob
        .try_call::<_, api::Cheque>(
            "cheque",
            api::TransferRef {
                transfer: ActionHash::from_raw_32(vec![9; 32]),
            },
        )
        .await
        .expect_err("no transfer of his");
    assert!(refusal.contains("E_NOT_FOUND"), "{refusal}");
    assert_eq!(cheques(bob).await.cheques, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_seen_is_bounded_where_it_is_taken() {
    let mut village = Village::of(2).await;
    village.agree().await;

    // Ann, alone in the council, bounds what may be signed unseen; Bob does not know.
    alone(&mut village, 0).await;
    let [ann, _] = &village.people[..] else {
        panic!("two people")
    };
    let terms = ann.standing().await.policy.terms;
    let bounded = ann
        .propose(api::Motion::Policy {
            terms: api::PolicyTerms {
                exposure_s: Seconds(3 * HOUR_S),
                ..terms
            },
        })
        .await;
    ann.says_yes(&bounded).await;
    assert!(ann.decides(&bounded).await.adopted);

    alone(&mut village, 1).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let mut given = Vec::new();
    for _ in 0..3 {
        let page = bob.pay(ann, 2 * HOUR_S, "").await.page;
        given.push(cheque(bob, &page).await.file);
    }

    alone(&mut village, 0).await;
    let [ann, _] = &village.people[..] else {
        panic!("two people")
    };
    take(ann, &given[0]).await.expect("within the limit");
    let advised = read(ann, &given[1]).await.expect("it holds");
    assert_eq!(advised.advice, [ChequeAdvice::Exposure]);
    let refusal = take(ann, &given[1]).await.expect_err("4 h of 3");
    assert!(refusal.contains("E_CHEQUE_EXPOSURE"), "{refusal}");
    let despite = api::TakeChequeInput {
        cheque: given[1].clone(),
        despite_advice: true,
    };
    let _: api::ChequeItem = ann.call("take_cheque", despite).await;
    assert_eq!(cheques(ann).await.signed, 2);

    // The page of the third is here before its cheque: made under the older policy.
    together(&mut village).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let expired = until("the page", || async {
        let seen = read(ann, &given[2]).await.expect("it holds");
        (seen.advice == [ChequeAdvice::PolicyExpired]).then_some(seen)
    })
    .await;
    assert_eq!(expired.split.receiver_s, Seconds(108 * MINUTE_S));
    let refusal = take(ann, &given[2]).await.expect_err("an older policy");
    assert!(refusal.contains("E_HANDOVER_POLICY_EXPIRED"), "{refusal}");
    settles(ann).await;
    assert_eq!(ann.balance_s().await, 2 * 108 * MINUTE_S);
    bob.knows(&bounded, api::BallotState::Adopted).await;
    village.agree().await;
    village.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r50_refuses_what_is_kept_in_public_and_what_is_public_in_private() {
    let village = Village::of(2).await;
    let rogue = Rogue::of(&village.people[1]).await;
    let taken = TakenCheque {
        cheque: ChequeBytes([1; 120]),
    };
    let entry = |entry_type, private| {
        Deed::Raw(RawEntry {
            zome: 0,
            entry_type,
            private,
            bytes: holochain_serialized_bytes::encode(&taken).expect("plain data"),
        })
    };
    rogue
        .attempt(entry(TAKEN_CHEQUE, false))
        .await
        .expect_err("a cheque is kept in private");
    rogue
        .attempt(entry(PAGE, true))
        .await
        .expect_err("a page is public");
    rogue
        .attempt(entry(TAKEN_CHEQUE, true))
        .await
        .expect("the same in private is nobody else's affair");
    village.agree().await;
    assert!(!village.people[0].blocks(&village.people[1].key).await);
    village.audit().await;
}
