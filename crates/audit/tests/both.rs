//! Two villages with a line, written by the law with real signatures: the pages of both agree
//! after every page, whatever of them has come, and what contradicts is found.

#[path = "../../ledger/tests/common/mod.rs"]
mod common;
#[path = "common/crossing.rs"]
mod crossing;
#[path = "common/encode.rs"]
mod encode;
#[path = "../../ledger/tests/common/pair.rs"]
mod pair;
#[path = "../../ledger/tests/common/random.rs"]
mod random;

use commons_credit_audit::{EndSums, Id, Kind, LineReport, MissingIou, Report, Verdict};
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::line::receipt_statement;
use commons_credit_ledger::settled::{Key, Mark};
use commons_credit_ledger::*;
use crossing::{audit, chain, pages, story, Written};
use pair::{id, sign, Pair, A, ALICE, B, BOB, C, GATEWAY, SECOND};
use random::Random;

/// Two hours less AliceVille's levies; the same at 6 to 5.
const NET_S: i128 = 6_480;
const THERE_S: i128 = 7_776;

fn compared(pair: &Pair, here: usize, there: usize) -> LineReport {
    let report = |side| audit(pair, side, &pages(pair, side), true);
    LineReport::of(&report(here), &report(there)).expect("a line")
}

/// Whether what is on the line and what is under way is what the neighbour says.
fn adds_up(report: &LineReport) -> bool {
    let mut ends = report.ends.iter();
    ends.all(|end| end.balance_s + end.under_way_s == end.by_neighbour_s)
}

/// Balance, under way, and what the neighbour says, of both ends.
fn sums(report: &LineReport) -> [(i128, i128, i128); 2] {
    report
        .ends
        .map(|end| (end.balance_s, end.under_way_s, end.by_neighbour_s))
}

/// What is found, when the pages of A and B are these.
fn finds(pair: &Pair, written: [&[Written]; 2]) -> Vec<Kind> {
    let [one, other] = [A, B].map(|side| audit(pair, side, written[side], false));
    kinds(&LineReport::of(&one, &other).expect("a line"))
}

fn kinds(report: &LineReport) -> Vec<Kind> {
    assert_eq!(report.findings_total, report.findings.len() as u64);
    report.findings.iter().map(|found| found.kind).collect()
}

/// The stages of a payment, with what must be on either account and under way: nothing of
/// it is in doubt for a moment.
#[test]
fn the_two_ends_of_a_line_agree_at_every_step_of_a_payment() {
    let mut pair = Pair::joined(&pair::terms_of_a());
    let check = |pair: &Pair, step: &str, expected: [(i128, i128, i128); 2], under_way: u64| {
        let report = compared(pair, A, B);
        assert_eq!(report.verdict(), Verdict::Sound, "{step}: {report:?}");
        assert_eq!(sums(&report), expected, "{step}");
        assert_eq!(report.under_way, under_way, "{step}");
        // From the other side it is the same.
        let turned = compared(pair, B, A);
        assert_eq!(turned.ends, [report.ends[1], report.ends[0]], "{step}");
    };
    let nothing = [(0, 0, 0), (0, 0, 0)];
    let promised = [(0, 0, 0), (0, -THERE_S, -THERE_S)];
    let paid = [(0, NET_S, NET_S), (-THERE_S, 0, -THERE_S)];
    let over = [(NET_S, 0, NET_S), (-THERE_S, 0, -THERE_S)];
    check(&pair, "before", nothing, 0);
    let given = pair.give(A, ALICE, BOB, 2 * HOUR_S, 1, 1).unwrap();
    check(&pair, "given", nothing, 0);
    let pledge = pair.pledge(A, given).unwrap();
    check(&pair, "the IOU is out", promised, 1);
    let payment = pair.pay(B, BOB, pair.iou(pledge)).unwrap();
    check(&pair, "taken", paid, 1);
    let deposit = pair.deposit(B, BOB, payment).unwrap();
    check(&pair, "signed for", paid, 1);
    let receipt = pair.receipt(deposit);
    pair.arrive(A, given, receipt).unwrap();
    check(&pair, "arrived", over, 0);

    // One that BobTown refuses, and one that Bob sends back.
    let more = |step: [(i128, i128, i128); 2]| {
        [0, 1].map(|at| {
            let (was, is): ((i128, i128, i128), _) = (over[at], step[at]);
            (was.0 + is.0, was.1 + is.1, was.2 + is.2)
        })
    };
    for declined in [false, true] {
        let given = pair.give(A, ALICE, BOB, 2 * HOUR_S, 1, 1).unwrap();
        let pledge = pair.pledge(A, given).unwrap();
        check(&pair, "the next IOU", more(promised), 1);
        let iou = pair.iou(pledge);
        if declined {
            let payment = pair.pay(B, BOB, iou).unwrap();
            check(&pair, "taken again", more(paid), 1);
            let decline = pair.decline(B, BOB, payment).unwrap();
            check(&pair, "declined", more(paid), 1);
            pair.reclaim(B, GATEWAY, payment, decline).unwrap();
        } else {
            pair.refuse(B, iou).unwrap();
        }
        check(&pair, "refused", more(promised), 1);
        let event = pair.returning(A, pledge, pair.refusal(B, &iou));
        let returned = pair.write(A, GATEWAY, event).unwrap();
        check(&pair, "returned", over, 0);
        pair.reclaim(A, ALICE, given, returned).unwrap();
        check(&pair, "given back", over, 0);
    }
}

/// The pages in the order of writing: how many of each village there are after each.
fn prefixes(pair: &Pair) -> Vec<[usize; 2]> {
    let mut counts = [0, 0];
    let sides = pair.pages.values().map(|(side, ..)| *side);
    sides
        .filter(|side| *side < 2)
        .map(|side| {
            counts[side] += 1;
            counts
        })
        .collect()
}

/// The audits of one village after each of its pages.
fn growing(pair: &Pair, side: usize) -> Vec<Report> {
    let written = pages(pair, side);
    let ends = 0..=written.len();
    ends.map(|end| audit(pair, side, &written[..end], true))
        .collect()
}

/// Pages travel: whatever one village's node has of the other, nobody is accused; and where
/// all of it is there, all adds up. At a rate that floats.
#[test]
fn two_views_at_different_moments_accuse_nobody() {
    let pair = story();
    let (here, there) = (growing(&pair, A), growing(&pair, B));
    let (mut sound, mut incomplete) = (0, 0);
    for one in &here {
        for other in &there {
            let Some(report) = LineReport::of(one, other) else {
                continue;
            };
            assert_eq!(kinds(&report), []);
            match report.verdict() {
                Verdict::Sound => {
                    sound += 1;
                    assert!(adds_up(&report), "{report:?}");
                }
                _ => incomplete += 1,
            }
        }
    }
    assert!(sound > 50 && incomplete > 50, "{sound}, {incomplete}");
    for [a, b] in prefixes(&pair) {
        if let Some(report) = LineReport::of(&here[a], &there[b]) {
            assert_eq!(report.verdict(), Verdict::Sound, "{a} and {b}: {report:?}");
        }
    }
}

#[test]
fn each_line_of_a_chain_agrees_and_there_is_none_where_none_is() {
    for middle in [GATEWAY, SECOND] {
        let pair = chain(middle);
        let reports = [A, B, C].map(|side| audit(&pair, side, &pages(&pair, side), true));
        let lines = LineReport::all(&reports);
        let between: Vec<[Id; 2]> = lines
            .iter()
            .map(|line| line.ends.map(|end| end.village))
            .collect();
        let village = |side: usize| Id(pair.village(side).0);
        assert_eq!(
            between,
            [[village(A), village(B)], [village(B), village(C)]]
        );
        for line in &lines {
            assert_eq!(line.verdict(), Verdict::Sound, "{line:?}");
            assert!(adds_up(line));
            assert_eq!((line.ious, line.under_way), (2, 0));
        }
        assert!(lines[0].ends[0].balance_s > 0 && lines[1].ends[1].balance_s < 0);
    }
}

/// A payment on a walk, and what it can do next.
struct Walked {
    from: usize,
    given: ActionId,
    pledge: Option<ActionId>,
    payment: Option<ActionId>,
    deposit: Option<ActionId>,
    back: Option<ActionId>,
    over: bool,
}

/// One more page, whatever it be.
fn step(pair: &mut Pair, random: &mut Random, payments: &mut Vec<Walked>) {
    let open: Vec<usize> = (0..payments.len())
        .filter(|at| !payments[*at].over)
        .collect();
    let next = random
        .pick(&open)
        .filter(|_| open.len() > 6 || random.chance(75));
    let Some(at) = next else {
        let from = random.below(2);
        let amount_s = 1_000 + random.below(2 * HOUR_S as usize) as i64;
        if let Ok(given) = pair.give(from, ALICE, BOB, amount_s, 1, 1) {
            payments.push(Walked {
                from,
                given,
                pledge: None,
                payment: None,
                deposit: None,
                back: None,
                over: false,
            });
        }
        return;
    };
    let one = &mut payments[at];
    let (from, to) = (one.from, 1 - one.from);
    match (one.pledge, one.payment, one.deposit, one.back) {
        (None, ..) => match pair.pledge(from, one.given) {
            Ok(pledge) => one.pledge = Some(pledge),
            Err(_) => {
                let decline = pair.decline(from, GATEWAY, one.given).unwrap();
                pair.reclaim(from, ALICE, one.given, decline).unwrap();
                one.over = true;
            }
        },
        (Some(pledge), None, _, None) => {
            let iou = pair.iou(pledge);
            if random.chance(75) {
                one.payment = pair.pay(to, BOB, iou).ok();
            } else if pair.refuse(to, iou).is_ok() {
                one.back = Some(pledge);
            }
        }
        (Some(pledge), Some(payment), None, None) => {
            if random.chance(70) {
                one.deposit = pair.deposit(to, BOB, payment).ok();
            } else {
                let decline = pair.decline(to, BOB, payment).unwrap();
                pair.reclaim(to, GATEWAY, payment, decline).unwrap();
                one.back = Some(pledge);
            }
        }
        (_, _, Some(deposit), _) => {
            let receipt = pair.receipt(deposit);
            pair.arrive(from, one.given, receipt).unwrap();
            one.over = true;
        }
        (Some(pledge), _, None, Some(_)) => {
            let word = pair.refusal(to, &pair.iou(pledge));
            let event = pair.returning(from, pledge, word);
            let returned = pair.write(from, GATEWAY, event).unwrap();
            pair.reclaim(from, ALICE, one.given, returned).unwrap();
            one.over = true;
        }
    }
}

/// Payments both ways in any order at a steep rate: what is on the accounts is what the
/// law's own books hold, and both villages say the same of it, exactly.
#[test]
fn many_payments_at_a_floating_rate_agree_to_the_second() {
    for seed in [3, 4, 5] {
        let mut terms = pair::terms_of_a();
        terms.sheet.slope_bp = 5_000;
        let mut pair = Pair::joined(&terms);
        let (mut random, mut payments) = (Random(seed), Vec::new());
        let mut most = 0;
        for turn in 0..240 {
            step(&mut pair, &mut random, &mut payments);
            if turn % 6 > 0 {
                continue;
            }
            let report = compared(&pair, A, B);
            assert_eq!(report.verdict(), Verdict::Sound, "seed {seed}: {report:?}");
            assert!(adds_up(&report), "seed {seed}: {report:?}");
            for side in [A, B] {
                assert_eq!(report.ends[side].balance_s, pair.line_s(side).into());
            }
            let begun = payments.iter().filter(|one: &&Walked| one.pledge.is_some());
            assert_eq!(report.ious, begun.count() as u64);
            most = most.max(report.under_way);
        }
        assert!(most > 2, "seed {seed}: only {most} at once");
    }
}

/// A payment of Alice's as far as the IOU.
fn promised() -> (Pair, ActionId, ActionId) {
    let mut pair = Pair::joined(&pair::terms_of_a());
    let given = pair.give(A, ALICE, BOB, 2 * HOUR_S, 1, 1).unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    (pair, given, pledge)
}

fn is_last(written: &[Written], fits: impl Fn(&Event) -> bool) -> usize {
    written
        .iter()
        .rposition(|one| fits(&one.page.event))
        .unwrap()
}

#[test]
fn an_iou_that_the_two_villages_have_differently_is_found() {
    let pair = story();
    let (here, there) = (pages(&pair, A), pages(&pair, B));
    let change = |with: &dyn Fn(&mut Iou)| {
        let mut there = there.clone();
        let at = is_last(&there, |event| {
            event
                .transfer()
                .is_some_and(|given| given.honours().is_some())
        });
        if let Event::Transfer(given) = &mut there[at].page.event {
            if let Some(Leg::Honours(honours)) = &mut given.line {
                with(&mut honours.iou);
            }
        }
        finds(&pair, [&here, &there])
    };
    assert_eq!(change(&|_| ()), []);
    assert_eq!(change(&|iou| iou.amount_s.0 += 1), [Kind::IouDiffers]);
    assert_eq!(change(&|iou| iou.gives_s.0 -= 1), [Kind::IouDiffers]);
    assert_eq!(change(&|iou| iou.number += 1), [Kind::IouDiffers]);
    assert_eq!(change(&|iou| iou.sheet += 1), [Kind::IouDiffers]);
}

/// BobTown's law pays whatever AliceVille's gateway signs, up to the limit. AliceVille sees
/// by whom.
#[test]
fn an_iou_that_the_gateway_s_own_book_does_not_have_is_found() {
    let (mut pair, _, pledge) = promised();
    let signed = |pair: &Pair, number: u64| {
        let mut iou = Iou {
            number,
            payment: PaymentTag([9; 16]),
            ..pair.iou(pledge)
        };
        let bytes = iou.statement(&pair.village(A), &pair.village(B), &id(GATEWAY));
        iou.signature = sign(GATEWAY, &bytes);
        iou
    };
    let rival = signed(&pair, 1);
    let payment = pair.pay(B, BOB, rival).unwrap();
    let report = compared(&pair, A, B);
    assert_eq!(kinds(&report), [Kind::IouIssuedTwice]);
    let found = &report.findings[0];
    assert_eq!(
        (found.author, found.page),
        (Id(id(GATEWAY).0), Id(pledge.0))
    );
    assert_eq!(found.found.to_string(), Id(payment.0).to_string());
    assert_eq!(report.verdict(), Verdict::Broken);

    // A number that the book here has not come to: it may yet, as far as anybody can see.
    let (mut pair, _, pledge) = promised();
    let iou = pair.iou(pledge);
    pair.pay(B, BOB, iou).unwrap();
    let ahead = signed(&pair, 2);
    let payment = pair.pay(B, BOB, ahead).unwrap();
    let report = compared(&pair, A, B);
    assert_eq!(kinds(&report), []);
    let missing = MissingIou {
        village: Id(pair.village(A).0),
        number: 2,
        what: "pledge",
        page: Id(payment.0),
    };
    assert_eq!(report.missing, [missing]);
    assert_eq!(report.verdict(), Verdict::Incomplete);
    // BobTown is owed more than AliceVille knows.
    let [here, there] = report.ends;
    let (owed, known) = (here.by_neighbour_s, here.balance_s + here.under_way_s);
    assert_eq!(owed - known, NET_S);
    assert_eq!(there.balance_s, -2 * THERE_S);
}

/// A gateway who is replaced may have signed an IOU with the number at which the next one
/// goes on. One of the two is paid, the other one never: nobody has done wrong.
#[test]
fn an_iou_whose_number_another_gateway_s_had_is_nobody_s_fault() {
    let mut pair = Pair::chained(&pair::terms_of_a(), GATEWAY);
    let given = pair.give(A, ALICE, BOB, 2 * HOUR_S, 1, 1).unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    let mut terms = pair::terms_of_a();
    terms.gateway = id(SECOND);
    terms.sheet.number = 2;
    let decision = pair.adopt(A, 2, terms.clone());
    pair.holders.insert((A, B), SECOND);
    pair.take_line(A, decision).unwrap();
    let decision = pair.adopt(B, 2, pair::turned(&terms));
    pair.take_line(B, decision).unwrap();
    let by_second = pair.give(A, ALICE, BOB, HOUR_S, 2, 1).unwrap();
    let second_pledge = pair.pledge(A, by_second).unwrap();
    assert_eq!(pair.iou(second_pledge).number, pair.iou(pledge).number);
    let payment = pair.pay(B, BOB, pair.iou(second_pledge)).unwrap();
    let report = compared(&pair, A, B);
    assert_eq!(report.verdict(), Verdict::Sound, "{report:?}");
    assert_eq!((report.ious, report.under_way), (2, 2));

    let deposit = pair.deposit(B, BOB, payment).unwrap();
    let receipt = pair.receipt(deposit);
    pair.arrive(A, by_second, receipt).unwrap();
    // What the first one signed was for nobody but that gateway.
    pair.holders.remove(&(A, B));
    let refusal = pair.refusal(B, &pair.iou(pledge));
    let event = pair.returning(A, pledge, refusal);
    let returned = pair.write(A, GATEWAY, event).unwrap();
    pair.reclaim(A, ALICE, given, returned).unwrap();
    let report = compared(&pair, A, B);
    assert_eq!(report.verdict(), Verdict::Sound, "{report:?}");
    assert_eq!(report.under_way, 0);
    assert!(adds_up(&report));
    assert_eq!(report.ends[0].balance_s, 3_240);
}

#[test]
fn an_iou_that_is_paid_twice_is_found() {
    let (mut pair, _, pledge) = promised();
    let iou = pair.iou(pledge);
    pair.pay(B, BOB, iou).unwrap();
    let (here, mut there) = (pages(&pair, A), pages(&pair, B));
    let at = is_last(&there, |event| event.transfer().is_some());
    let mut again = there[at].clone();
    again.id.0[31] ^= 1;
    again.page.previous = Some(ActionId(there[at].id.0));
    again.page.number += 1;
    there.push(again);
    assert_eq!(finds(&pair, [&here, &there]), [Kind::IouTakenTwice]);
}

/// Bob signs for what he has not been paid, and AliceVille owes it: its law has Bob's word.
#[test]
fn what_arrived_though_it_was_refused_is_found() {
    for declined in [false, true] {
        let (mut pair, given, pledge) = promised();
        let iou = pair.iou(pledge);
        let unpaid = if declined {
            let payment = pair.pay(B, BOB, iou).unwrap();
            let decline = pair.decline(B, BOB, payment).unwrap();
            pair.reclaim(B, GATEWAY, payment, decline).unwrap()
        } else {
            pair.refuse(B, iou).unwrap()
        };
        let (number, amount_s) = (9, Seconds(1));
        let bytes = receipt_statement(&pair.village(B), &id(BOB), number, amount_s.0, &iou.payment);
        let receipt = ReceiptGiven {
            number,
            amount_s,
            signature: sign(BOB, &bytes),
        };
        pair.arrive(A, given, receipt).unwrap();
        let report = compared(&pair, A, B);
        assert_eq!(kinds(&report), [Kind::ArrivedUnpaid]);
        let found = report.findings[0].found.to_string();
        assert_eq!(found, Id(unpaid.0).to_string());
        assert!(!adds_up(&report));
    }
}

/// BobTown's gateway pays Bob and signs a refusal: BobTown is short by it.
#[test]
fn what_was_returned_though_it_was_paid_is_found() {
    let (mut pair, given, pledge) = promised();
    let iou = pair.iou(pledge);
    let payment = pair.pay(B, BOB, iou).unwrap();
    let event = pair.returning(A, pledge, pair.refusal(B, &iou));
    let returned = pair.write(A, GATEWAY, event).unwrap();
    // As long as Bob has not signed, the gateway may still take it back.
    let report = compared(&pair, A, B);
    assert_eq!(kinds(&report), []);
    assert_eq!(report.missing[0].what, "taking back");
    pair.deposit(B, BOB, payment).unwrap();
    pair.reclaim(A, ALICE, given, returned).unwrap();
    let report = compared(&pair, A, B);
    assert_eq!(kinds(&report), [Kind::ReturnedPaid]);
    let [_, bobtown] = report.ends;
    assert_eq!(
        bobtown,
        EndSums {
            village: Id(pair.village(B).0),
            balance_s: -THERE_S,
            under_way_s: 0,
            by_neighbour_s: 0,
        }
    );
}

/// Hours on the line's account that came over it by no IOU: every page of either village
/// seems to follow, and only both together show it.
#[test]
fn a_line_that_moved_by_no_iou_is_found() {
    let mut pair = Pair::joined(&pair::terms_of_a());
    let given = pair.give(A, ALICE, BOB, 2 * HOUR_S, 1, 1).unwrap();
    let book = pair.sides[A].books[&GATEWAY].clone();
    let mut tree = book.tree.clone();
    let mut page = book.page.clone();
    page.event = Event::Deposit {
        transfer: given,
        proof: pair.proof(A, GATEWAY, given),
        receipt: None,
        unbarred: None,
    };
    tree.insert(Key::of_transfer(given), Mark::default());
    (page.number, page.previous) = (page.number + 1, Some(book.id));
    let after = &mut page.after;
    after.settled = tree.root();
    let line = Account::Line(pair.village(B));
    let split = pair.transfer(given).1.split;
    for held in after
        .holdings
        .iter_mut()
        .filter(|held| held.account == line)
    {
        held.balance_s.0 += split.receiver_s.0;
    }
    after.earned.state_s.0 += split.state_s.0;
    after.earned.community_s.0 += split.community_s.0;
    let id = pair.fresh();
    pair.pages.insert(id, (A, GATEWAY, page));
    let here = audit(&pair, A, &pages(&pair, A), true);
    assert_eq!(here.verdict(), Verdict::Sound, "{:?}", here.findings);
    let report = compared(&pair, A, B);
    assert_eq!(kinds(&report), [Kind::LineUneven]);
    let found = &report.findings[0];
    assert_eq!(found.page, Id(id.0));
    assert_eq!(found.expected.to_string(), "0 s");
    assert_eq!(found.found.to_string(), format!("{NET_S} s"));
}

#[test]
fn the_text_names_the_villages_and_what_is_wrong() {
    let (mut pair, _, pledge) = promised();
    let iou = pair.iou(pledge);
    pair.pay(B, BOB, iou).unwrap();
    let report = compared(&pair, A, B);
    assert_eq!(
        report.lines(["AliceVille", "BobTown"]),
        [
            "sound: 1 IOU, 1 of them under way",
            "  AliceVille  0 h on the line, 1 h 48 min under way, 1 h 48 min by the other's books",
            "  BobTown  -2 h 9 min 36 s on the line, 0 h under way, -2 h 9 min 36 s by the other's books",
        ]
    );
    let refusal = pair.refusal(B, &iou);
    let event = pair.returning(A, pledge, refusal);
    pair.write(A, GATEWAY, event).unwrap();
    let lines = compared(&pair, A, B).lines(["AliceVille", "BobTown"]);
    assert!(lines[0].starts_with("incomplete: "));
    assert!(lines.contains(&"1 thing shown by one village and not yet by the other:".into()));
    assert!(lines
        .iter()
        .any(|line| line.contains("BobTown: the taking back of IOU 1")));
}
