//! Promise: a payment goes over a trust-line into a village that shares no network with
//! the giver's, levied by both, at the rate that was shown; or everything comes back. Nothing
//! is lost by a stop anywhere, and no IOU works twice.

use commons_credit_api as api;
use commons_credit_ledger::{
    Account, Amount, Iou, LineSlip, LineState, PaymentTag, ReceiverTag, Seconds, Sheet,
    SignatureBytes, VillageId,
};
use commons_credit_tests::lines::*;
use commons_credit_tests::*;
use holochain::prelude::*;
use holochain::sweettest::*;

/// Stops in a payment across, at most: pledge, payment, deposit, arrival, and a few in
/// which nothing was left to do.
const STEPS_MAX: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn two_hours_from_alice_reach_bob_by_themselves() {
    let mut all = Neighbours::meet().await;
    let (there, bob) = (all.b.dna_hash().clone(), all.bob.key.clone());
    let (quote, _) = all.alice.pays_across(&there, &bob, 2 * HOUR_S).await;
    assert_eq!(quote.gives_s.0, THERE_S);
    assert_eq!(
        (quote.split.receiver_s.0, quote.split.state_s.0),
        (NET_S, 9 * MINUTE_S)
    );
    assert_eq!(all.alice.balance_s().await, -2 * HOUR_S);
    let paid = all.paid_to_bob().await;
    assert_eq!(
        all.balances_s().await,
        (0, -THERE_S),
        "nothing spent before Bob signs"
    );
    all.bob.deposit(&paid).await;
    all.ended().await;
    assert_eq!(all.balances_s().await, (NET_S, -THERE_S));
    assert_eq!(all.bob.balance_s().await, ARRIVES_S);
    assert_eq!(all.alice.balance_s().await, -2 * HOUR_S);
    let (a, b) = (all.a.clone(), all.b.clone());
    for (cell, levies) in [
        (a, (9 * MINUTE_S, 3 * MINUTE_S)),
        (b, (THERE_S / 20, THERE_S / 20)),
    ] {
        let earned = all
            .gate
            .in_village(&cell, async |gate| {
                until("the levies", || async {
                    let funds = gate.funds().await;
                    (funds != (0, 0)).then_some(funds)
                })
                .await
            })
            .await;
        assert_eq!(earned, levies);
    }
    all.audits().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_or_declined_comes_back_whole() {
    let mut all = Neighbours::meet().await;
    let (there, bob) = (all.b.dna_hash().clone(), all.bob.key.clone());
    // Nobody of this key is a member of BobTown: its gateway refuses.
    let nobody = all.alice.key.clone();
    let (_, given) = all.alice.pays_across(&there, &nobody, 2 * HOUR_S).await;
    all.ended().await;
    all.alice_reclaims(&given.page).await;
    assert_eq!(all.balances_s().await, (0, 0));
    // Bob declines.
    let (_, given) = all.alice.pays_across(&there, &bob, 2 * HOUR_S).await;
    let paid = all.paid_to_bob().await;
    let input = api::DeclineInput {
        transfer: paid,
        reason: "it was a favour".into(),
    };
    let _: api::Written = all.bob.call("decline", input).await;
    all.ended().await;
    all.alice_reclaims(&given.page).await;
    assert_eq!(all.balances_s().await, (0, 0));
    // More than the line takes is not even pledged.
    let (a, b) = (all.a.clone(), all.b.clone());
    let before = all.line(&a, &b).await.issued;
    let input = api::PayAcrossInput {
        village: there.clone(),
        receiver: bob.clone(),
        kind: 0,
        amount_s: Seconds(2 * HOUR_S),
        sheet: 1,
        least_s: Seconds(THERE_S + 1),
        onward: Vec::new(),
        seen: None,
    };
    let given: api::Written = all.alice.call("pay_across", input).await;
    let deadline = std::time::Instant::now() + PATIENCE;
    while all.alice.inbox().await.is_empty() {
        assert!(
            std::time::Instant::now() < deadline,
            "the gateway sees nothing"
        );
        all.gate_works().await;
    }
    all.alice_reclaims(&given.page).await;
    assert_eq!(all.line(&a, &b).await.issued, before);
    all.audits().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_stops_after_each_step_goes_on() {
    let mut all = Neighbours::meet().await;
    let (there, bob) = (all.b.dna_hash().clone(), all.bob.key.clone());
    let (a, b) = (all.a.clone(), all.b.clone());
    all.alice.pays_across(&there, &bob, 2 * HOUR_S).await;
    // The gateway's cells go on by themselves as well, so a stop may come after any step.
    all.gate_steps_until(|here, _| here.issued > 0).await;
    let mut stops = 0;
    while all.line(&b, &a).await.taken == 0 || stops == 0 {
        assert!(stops < STEPS_MAX, "more steps than there are");
        all.gate_stops_and_starts().await;
        all.adds_up().await;
        stops += 1;
        all.gate_steps_until(|_, over| over.taken > 0).await;
    }
    let paid = all.paid_to_bob().await;
    assert_eq!(all.adds_up().await, 1, "an IOU under way");
    all.bob.deposit(&paid).await;
    while all.line(&a, &b).await.pledged_s.0 != 0 {
        all.gate_steps_until(|here, _| here.pledged_s.0 == 0).await;
        all.adds_up().await;
    }
    all.gate_stops_and_starts().await;
    assert_eq!(all.gate_works().await, 0, "nothing is done twice");
    assert_eq!(all.balances_s().await, (NET_S, -THERE_S));
    let (here, over) = (all.line(&a, &b).await, all.line(&b, &a).await);
    assert_eq!(
        (here.issued, over.taken, here.pledged_s.0),
        (1, 1, 0),
        "one IOU, taken once"
    );
    assert_eq!(all.bob.balance_s().await, ARRIVES_S);
    all.audits().await;
}

/// Whoever is not the gateway: their nodes stop after each step, and some steps are taken
/// while they are away. What is sent back is whole again, and what is deposited is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_giver_and_a_receiver_who_stop_after_each_step_lose_nothing() {
    let mut all = Neighbours::meet().await;
    let (there, bob) = (all.b.dna_hash().clone(), all.bob.key.clone());
    // Nobody in BobTown has this key, so that its gateway refuses.
    let nobody = all.alice.key.clone();
    let payments = [
        (&nobody, Ends::Refused),
        (&bob, Ends::Declined),
        (&bob, Ends::Deposited),
    ];
    for (issued, (receiver, end)) in (1..).zip(payments) {
        let (_, given) = all.alice.pays_across(&there, receiver, 2 * HOUR_S).await;
        all.others_stop_and_start().await;
        assert_eq!(all.alice.balance_s().await, -2 * HOUR_S);
        all.gate_steps_until(|here, _| here.issued == issued).await;
        all.adds_up().await;
        // The other gateway takes it while nobody else is there, if it has not yet: its cells
        // go on by themselves as well.
        all.others_stop().await;
        all.gate_steps_until(|_, over| over.taken == issued).await;
        all.adds_up().await;
        all.others_start().await;
        if end != Ends::Refused {
            let paid = all.paid_to_bob().await;
            all.others_stop_and_start().await;
            assert_eq!(all.adds_up().await, 1, "taken");
            if end == Ends::Deposited {
                all.bob.deposit(&paid).await;
            } else {
                let (transfer, reason) = (paid, "it was a favour".into());
                let input = api::DeclineInput { transfer, reason };
                let _: api::Written = all.bob.call("decline", input).await;
            }
            all.others_stop_and_start().await;
            all.adds_up().await;
        }
        all.ended().await;
        assert_eq!(all.adds_up().await, 0, "nothing is under way");
        all.others_stop_and_start().await;
        if end == Ends::Deposited {
            assert_eq!(all.bob.balance_s().await, ARRIVES_S);
            assert_eq!(all.balances_s().await, (NET_S, -THERE_S));
        } else {
            all.alice_reclaims(&given.page).await;
            all.others_stop_and_start().await;
            assert_eq!(all.alice.balance_s().await, 0);
            assert_eq!(all.balances_s().await, (0, 0));
        }
    }
    all.audits().await;
}

/// How a payment across ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Refused,
    Declined,
    Deposited,
}

/// Terms that follow the first ones: another sheet, perhaps another gateway.
fn later(motion: api::Motion, passed: (u64, u64)) -> api::Motion {
    let api::Motion::Line {
        village,
        gateway,
        limit_s,
        neighbour_gateway,
        neighbour_limit_s,
        state,
        sheet,
        ..
    } = motion
    else {
        panic!("a line");
    };
    api::Motion::Line {
        village,
        gateway,
        limit_s,
        neighbour_gateway,
        neighbour_limit_s,
        state,
        sheet: Sheet {
            number: 2,
            window: 0,
            ..sheet
        },
        issued: passed.0,
        taken: passed.1,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_by_a_sheet_that_has_run_out_comes_back() {
    let mut all = Neighbours::meet().await;
    let (a, b) = (all.a.clone(), all.b.clone());
    let (there, bob, key) = (
        b.dna_hash().clone(),
        all.bob.key.clone(),
        all.gate.key.clone(),
    );
    let stale = all.alice.quotes(&there, 2 * HOUR_S).await;
    for (cell, other, limits, rates) in [
        (&a, &b, (LIMIT_A_S, LIMIT_B_S), sheet(6, 5)),
        (&b, &a, (LIMIT_B_S, LIMIT_A_S), sheet(5, 6)),
    ] {
        let open = LineState::Open;
        let motion = line_motion(other.dna_hash(), &key, &key, limits, rates, open);
        all.gate
            .in_village(cell, async |gate| {
                gate.adopts_line(later(motion, (0, 0))).await
            })
            .await;
    }
    for (cell, other) in [(&a, &b), (&b, &a)] {
        all.gate
            .in_village(cell, async |gate| {
                gate.takes_line(other.dna_hash(), None).await
            })
            .await;
    }
    let given = all
        .alice
        .pays_quoted(&there, &bob, 2 * HOUR_S, &stale)
        .await;
    let deadline = std::time::Instant::now() + PATIENCE;
    while all.alice.inbox().await.is_empty() {
        assert!(
            std::time::Instant::now() < deadline,
            "it does not come back"
        );
        all.gate_works().await;
    }
    let item = all
        .alice
        .awaits(api::InboxKind::Declined, &given.page)
        .await;
    assert_eq!(item.words.as_deref(), Some("E_LINE_SHEET"));
    all.alice_reclaims(&given.page).await;
    assert_eq!(all.line(&a, &b).await.issued, 0);
    all.audits().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_who_is_replaced_in_mid_payment_ends_what_it_began() {
    let mut all = Neighbours::meet().await;
    let (a, b) = (all.a.clone(), all.b.clone());
    let (there, bob) = (b.dna_hash().clone(), all.bob.key.clone());
    let (gate, alice) = (all.gate.key.clone(), all.alice.key.clone());
    let invitation = all
        .gate
        .in_village(&a, async |gate| gate.invite().await)
        .await;
    let mut dan = Person::arrive(&all.rendezvous).await;
    dan.join("Dan", &invitation).await;

    // Alice's payment is pledged and paid on over there, and Bob has not taken it yet.
    all.alice.pays_across(&there, &bob, 2 * HOUR_S).await;
    let paid = all.paid_to_bob().await;

    // AliceVille names Alice for the line; the numbers of the IOUs go on.
    let open = LineState::Open;
    let limits = (LIMIT_A_S, LIMIT_B_S);
    let here = line_motion(&there, &alice, &gate, limits, sheet(6, 5), open);
    all.gate
        .in_village(&a, async |gate| gate.adopts_line(later(here, (1, 0))).await)
        .await;
    let limits = (LIMIT_B_S, LIMIT_A_S);
    let over = line_motion(a.dna_hash(), &gate, &alice, limits, sheet(5, 6), open);
    all.gate
        .in_village(&b, async |gate| gate.adopts_line(later(over, (0, 1))).await)
        .await;
    let neighbour = |cell: &CellId| api::NeighbourRef {
        village: cell.dna_hash().clone(),
    };
    let by_gate: api::Agreed = all
        .gate
        .in_village(&b, async |gate| {
            gate.call("agree_line", neighbour(&a)).await
        })
        .await;
    let by_alice: api::Agreed = until("the decision at Alice's", || async {
        all.alice.try_call("agree_line", neighbour(&b)).await.ok()
    })
    .await;
    all.alice.takes_line(&there, Some(by_gate)).await;
    all.gate
        .in_village(&b, async |gate| {
            gate.takes_line(a.dna_hash(), Some(by_alice)).await
        })
        .await;

    // What began with the one ends with the one …
    all.bob.deposit(&paid).await;
    until("the first payment to end", || async {
        let waits = all.gate_waits(&a).await;
        (waits == Some(0)).then_some(())
    })
    .await;
    // … and what begins now goes over the other, carried by who has a book in both.
    let _at_work = (
        AtWork::begin(&all.alice, vec![a_of(&a, &alice)]),
        AtWork::begin(&all.gate, vec![b.clone()]),
    );
    until("the new gateway at Dan's", || async {
        let line = dan.line_to(&there).await?;
        let api::Motion::Line { gateway, .. } = &line.terms else {
            return None;
        };
        (line.taken_over && *gateway == alice).then_some(())
    })
    .await;
    let (_, given) = dan.pays_across(&there, &bob, 2 * HOUR_S).await;
    let item = until("a payment over the new gateway", || async {
        all.gate_carries(&a).await;
        let inbox = all.bob.inbox().await;
        inbox.into_iter().find(|item| item.action != paid)
    })
    .await;
    all.bob.deposit(&item.action).await;
    until("the second payment to arrive", || async {
        all.gate_carries(&a).await;
        let line = dan.line_to(&there).await?;
        (line.balance_s.0 == NET_S && line.pledged_s.0 == 0).then_some(())
    })
    .await;
    assert!(given.number > 0);
    assert_eq!(all.bob.balance_s().await, 2 * ARRIVES_S);
    let over = all.line(&b, &a).await;
    assert_eq!((over.taken, over.balance_s.0), (2, -2 * THERE_S));
    all.audits().await;
    assert_eq!(dan.audit_is_sound().await.sums.total_s, 0);
}

/// A village as somebody else holds it.
fn a_of(village: &CellId, key: &AgentPubKey) -> CellId {
    CellId::new(village.dna_hash().clone(), key.clone())
}

fn id(cell: &CellId) -> VillageId {
    let mut core = [0; 32];
    core.copy_from_slice(cell.dna_hash().get_raw_32());
    VillageId(core)
}

fn agent(key: &AgentPubKey) -> commons_credit_ledger::AgentId {
    let mut core = [0; 32];
    core.copy_from_slice(key.get_raw_32());
    commons_credit_ledger::AgentId(core)
}

fn slip(message: &api::LineMessage) -> LineSlip {
    holochain_serialized_bytes::decode(&message.bytes).expect("a slip")
}

fn message(to: &CellId, slip: &LineSlip) -> api::LineMessage {
    api::LineMessage {
        to: to.dna_hash().clone(),
        bytes: holochain_serialized_bytes::encode(slip).expect("plain data"),
    }
}

async fn takes(
    person: &Person,
    message: &api::LineMessage,
) -> Result<Vec<api::LineMessage>, String> {
    let taken: Result<api::LineMessages, String> =
        person.try_call("take_message", message.clone()).await;
    taken.map(|taken| taken.messages)
}

/// Two gateways who share no village, and a traveller with a book in both.
struct Apart {
    gate_a: Person,
    gate_b: Person,
    ann: Person,
    a: CellId,
    b: CellId,
}

impl Apart {
    async fn meet() -> Self {
        let rendezvous = SweetLocalRendezvous::new().await;
        let mut gate_a = Person::arrive(&rendezvous).await;
        let mut gate_b = Person::arrive(&rendezvous).await;
        // One traveller with a book in both villages.
        let mut ann = Person::arrive(&rendezvous).await;
        gate_a.found("Gate", draft("AliceVille", 750, 250)).await;
        let invitation = gate_a.invite().await;
        ann.join("Ann", &invitation).await;
        let a = gate_a.village.clone().expect("AliceVille");
        gate_b.found("Gate", draft("BobTown", 500, 500)).await;
        let invitation = gate_b.invite().await;
        ann.join("Ann", &invitation).await;
        let b = gate_b.village.clone().expect("BobTown");
        gate_b.lists_members(2).await;
        let (key_a, key_b) = (gate_a.key.clone(), gate_b.key.clone());
        let limits = (LIMIT_A_S, LIMIT_B_S);
        let open = LineState::Open;
        gate_a
            .adopts_line(line_motion(
                b.dna_hash(),
                &key_a,
                &key_b,
                limits,
                sheet(6, 5),
                open,
            ))
            .await;
        let limits = (LIMIT_B_S, LIMIT_A_S);
        gate_b
            .adopts_line(line_motion(
                a.dna_hash(),
                &key_b,
                &key_a,
                limits,
                sheet(5, 6),
                open,
            ))
            .await;
        let neighbour = |cell: &CellId| api::NeighbourRef {
            village: cell.dna_hash().clone(),
        };
        let by_a: api::Agreed = gate_a.call("agree_line", neighbour(&b)).await;
        let by_b: api::Agreed = gate_b.call("agree_line", neighbour(&a)).await;
        // Another's signature opens nothing.
        let wrong = api::TakeLineInput {
            village: b.dna_hash().clone(),
            agreed: Some(by_a.signature),
        };
        let refusal = gate_a
            .try_call::<_, api::Written>("take_line", wrong)
            .await
            .expect_err("one's own signature");
        assert!(refusal.contains("E_LINE_UNSIGNED"), "{refusal}");
        gate_a.takes_line(b.dna_hash(), Some(by_b)).await;
        gate_b.takes_line(a.dna_hash(), Some(by_a)).await;
        Self {
            gate_a,
            gate_b,
            ann,
            a,
            b,
        }
    }
}

/// The gateways never meet, and nobody types or scans anything: the node of a traveller who
/// has a book in both villages takes the bytes along. What she gives herself from the one in the
/// other is how she carries hours home.
#[tokio::test(flavor = "multi_thread")]
async fn a_traveller_carries_for_gateways_who_share_no_village() {
    let Apart {
        gate_a,
        gate_b,
        mut ann,
        a,
        b,
    } = Apart::meet().await;
    let (_works_a, _works_b) = (
        AtWork::begin(&gate_a, vec![a.clone()]),
        AtWork::begin(&gate_b, vec![b.clone()]),
    );
    let receiver = ann.key.clone();
    let at_home = CellId::new(a.dna_hash().clone(), receiver.clone());
    let over_there = CellId::new(b.dna_hash().clone(), receiver.clone());
    ann.in_village(&at_home, async |ann| {
        ann.pays_across(b.dna_hash(), &receiver, 2 * HOUR_S).await
    })
    .await;
    let mut carried = 0;
    let deadline = std::time::Instant::now() + PATIENCE;
    let item = loop {
        carried += carries(&mut ann, &at_home).await;
        if let Some(item) = ann.inbox().await.into_iter().next() {
            break item;
        }
        assert!(std::time::Instant::now() < deadline, "nothing was carried");
    };
    let there = carried;
    assert!(there > 0, "somebody carried the IOU");
    ann.deposit(&item.action).await;
    let deadline = std::time::Instant::now() + PATIENCE;
    let here = loop {
        carried += carries(&mut ann, &at_home).await;
        let here = gate_a.line_to(b.dna_hash()).await.expect("a line");
        if here.pledged_s.0 == 0 {
            break here;
        }
        assert!(
            std::time::Instant::now() < deadline,
            "no receipt was carried"
        );
    };
    assert!(carried > there, "and the receipt");
    assert_eq!(here.balance_s.0, NET_S);
    let over = gate_b.line_to(a.dna_hash()).await.expect("a line");
    assert_eq!((over.taken, over.balance_s.0), (1, -THERE_S));
    assert_eq!(ann.balance_s().await, ARRIVES_S);
    for person in [&gate_a, &gate_b] {
        let report = person.audit_is_sound().await;
        assert_eq!(report.sums.total_s, 0);
    }
    // Who has a book in both sees both ends of the line.
    assert_eq!(ann.lines_are_sound(&[at_home, over_there]).await.len(), 1);
}

/// One look of a traveller's node; how many messages it passed.
async fn carries(ann: &mut Person, at_home: &CellId) -> u32 {
    ann.in_village(at_home, async |ann| {
        let work: api::LineWork = ann.call("carry_messages", ()).await;
        assert_eq!(work.lines, 1);
        work.sent
    })
    .await
}

/// Two gateways who share no village: somebody carries the bytes. What is forged, replayed,
/// reordered or foreign is refused by its code, and a gateway who signs whatever it likes
/// costs the neighbour no more than the limit.
#[tokio::test(flavor = "multi_thread")]
async fn carried_bytes_work_once_and_forged_ones_never() {
    let Apart {
        gate_a,
        gate_b,
        mut ann,
        a,
        b,
    } = Apart::meet().await;
    let (key_a, limit_b_s) = (gate_a.key.clone(), LIMIT_B_S);

    // Two payments are pledged; the bytes wait.
    let receiver = ann.key.clone();
    let at_home = CellId::new(a.dna_hash().clone(), ann.key.clone());
    for _ in 0..2 {
        ann.in_village(&at_home, async |ann| {
            ann.pays_across(b.dna_hash(), &receiver, 2 * HOUR_S).await
        })
        .await;
    }
    let waiting = until("two IOUs in the outbox", || async {
        gate_a.works().await;
        let outbox: api::LineMessages = gate_a.call("outbox", ()).await;
        (outbox.messages.len() == 2).then_some(outbox.messages)
    })
    .await;
    let refused = |taken: Result<Vec<api::LineMessage>, String>, code: &str| {
        let refusal = taken.expect_err(code);
        assert!(refusal.contains(code), "{code}: {refusal}");
    };
    let LineSlip::Iou {
        from,
        receiver: to,
        kind,
        iou,
        onward: _,
    } = slip(&waiting[0])
    else {
        panic!("an IOU");
    };
    let with = |iou: Iou| {
        message(
            &b,
            &LineSlip::Iou {
                from,
                receiver: to,
                kind,
                iou,
                onward: vec![],
            },
        )
    };
    // Reordered, altered, forged, cut, foreign.
    refused(takes(&gate_b, &waiting[1]).await, "E_IOU_NUMBER");
    let more = Iou {
        gives_s: Seconds(iou.gives_s.0 + 1),
        ..iou
    };
    refused(takes(&gate_b, &with(more)).await, "E_IOU_SIGNATURE");
    let mut forged = iou;
    forged.signature.0[7] ^= 1;
    refused(takes(&gate_b, &with(forged)).await, "E_IOU_SIGNATURE");
    let mut cut = waiting[0].clone();
    cut.bytes.pop();
    refused(takes(&gate_b, &cut).await, "E_LINE_MESSAGE");
    let longer = api::LineMessage {
        bytes: [&waiting[0].bytes[..], &[0xc0]].concat(),
        ..waiting[0].clone()
    };
    refused(takes(&gate_b, &longer).await, "E_LINE_MESSAGE");
    refused(takes(&gate_a, &waiting[0]).await, "E_LINE_MESSAGE");
    refused(takes(&ann, &waiting[0]).await, "E_ACCOUNT_NOT_HELD");
    let elsewhere = message(
        &b,
        &LineSlip::Iou {
            from,
            receiver: agent(&key_a),
            kind,
            iou,
            onward: vec![],
        },
    );
    refused(takes(&gate_b, &elsewhere).await, "E_IOU_FOREIGN");
    // The right bytes, twice and once more after the second: one payment.
    for _ in 0..2 {
        assert_eq!(takes(&gate_b, &waiting[0]).await.expect("good bytes"), []);
    }
    refused(takes(&gate_b, &with(more)).await, "E_IOU_NUMBER");
    assert_eq!(takes(&gate_b, &waiting[1]).await.expect("good bytes"), []);
    assert_eq!(takes(&gate_b, &waiting[0]).await.expect("good bytes"), []);
    let over = gate_b.line_to(a.dna_hash()).await.expect("a line");
    assert_eq!((over.taken, over.balance_s.0), (2, -2 * THERE_S));

    // The traveller deposits both; receipts go back, twice.
    for _ in 0..2 {
        let item = until("a payment on an IOU", || async {
            ann.inbox().await.into_iter().next()
        })
        .await;
        ann.deposit(&item.action).await;
    }
    let answers = until("two receipts", || async {
        let mut answers = Vec::new();
        for message in &waiting {
            answers.extend(takes(&gate_b, message).await.expect("good bytes"));
        }
        (answers.len() == 2).then_some(answers)
    })
    .await;
    // A receipt that says more than was signed.
    let LineSlip::Receipt {
        from: over_there,
        payment,
        receipt,
    } = slip(&answers[0])
    else {
        panic!("a receipt");
    };
    let mut more = receipt;
    more.amount_s.0 += 1;
    let more = LineSlip::Receipt {
        from: over_there,
        payment,
        receipt: more,
    };
    refused(takes(&gate_a, &message(&a, &more)).await, "E_RECEIPT");
    for answer in answers.iter().chain(&answers) {
        takes(&gate_a, answer).await.expect("a receipt, again");
    }
    let here = gate_a.line_to(b.dna_hash()).await.expect("a line");
    assert_eq!((here.balance_s.0, here.pledged_s.0), (2 * NET_S, 0));

    // AliceVille's gateway signs IOUs that its own book knows nothing of. All that it
    // gets is the limit.
    let keystore = gate_a.conductor.raw_handle().keystore().clone();
    let room_s = limit_b_s - 2 * THERE_S;
    let large_s = 20 * HOUR_S;
    let mut given_s = 0;
    let signed = async |number: u64| {
        let mut iou = Iou {
            number,
            amount_s: Seconds(large_s),
            gives_s: Seconds(large_s),
            sheet: 1,
            receiver: ReceiverTag(commons_credit_ledger::cheque::receiver_tag(
                &to,
                Account::Member,
            )),
            payment: PaymentTag([number as u8; 16]),
            signature: SignatureBytes([0; 64]),
        };
        let statement = iou.statement(&id(&a), &id(&b), &agent(&key_a));
        let signature = keystore
            .sign(key_a.clone(), statement.into())
            .await
            .expect("the gateway's key");
        iou.signature = SignatureBytes(signature.0);
        iou
    };
    // A number that was taken, for another payment, as when a gateway who was replaced and
    // the one who came after both used it: never paid, and so the hours can go back.
    let rival = signed(2).await;
    let answers = takes(&gate_b, &with(rival))
        .await
        .expect("a good signature");
    assert!(
        matches!(slip(&answers[0]), LineSlip::Refusal { payment, .. } if payment == rival.payment)
    );
    for number in 3..12 {
        let iou = signed(number).await;
        let answers = takes(&gate_b, &with(iou)).await.expect("a good signature");
        if answers.is_empty() {
            given_s += large_s;
        } else {
            assert!(matches!(slip(&answers[0]), LineSlip::Refusal { .. }));
        }
    }
    assert!(given_s > 0 && given_s <= room_s, "{given_s} of {room_s}");
    let over = gate_b.line_to(a.dna_hash()).await.expect("a line");
    assert!(over.balance_s.0 >= -LIMIT_B_S);
    assert!(Amount::new(Seconds(-over.balance_s.0)).is_ok());
    for person in [&gate_a, &gate_b, &ann] {
        let report = person.audit_is_sound().await;
        assert_eq!(report.sums.total_s, 0);
    }
    // Who has a book in both sees which of them no page of AliceVille's issues; it may only
    // not have come yet, so that nobody is accused.
    let over_there = CellId::new(b.dna_hash().clone(), receiver);
    let cells = [at_home, over_there];
    let line = until("what BobTown's gateway took", || async {
        let (_, mut lines) = ann.audit_lines(&cells).await;
        assert_eq!(lines[0].findings, []);
        (lines[0].missing_total == 9).then(|| lines.remove(0))
    })
    .await;
    let mut forged = line.missing.iter();
    assert!(forged.all(|iou| iou.what == "pledge" && (3..12).contains(&iou.number)));
}
