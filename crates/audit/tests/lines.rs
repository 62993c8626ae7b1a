//! Two villages with a line, written by the law with real signatures: the audit agrees page
//! by page, and finds what does not follow.

#[path = "../../ledger/tests/common/mod.rs"]
mod common;
#[path = "../../ledger/tests/common/pair.rs"]
mod pair;

use commons_credit_audit::{Audit, Id, Kind, Rates, Record, Report, Verdict, Village};
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::{Account, Event, Leg, Page};
use pair::{id, Pair, A, ALICE, B, BOB, GATEWAY};
use serde::Serialize;

const RATES: [(u16, u16); 2] = [(750, 250), (500, 500)];

/// One page of one of the two villages.
#[derive(Clone)]
struct Written {
    id: Id,
    author: u8,
    page: Page,
}

/// Payments both ways: one that arrives, one refused, one declined and taken back.
fn story() -> Pair {
    let mut terms = pair::terms_of_a();
    terms.sheet.slope_bp = 1_000;
    let mut pair = Pair::joined(&terms);
    for (from, giver, receiver) in [(A, ALICE, BOB), (B, BOB, ALICE), (A, BOB, ALICE)] {
        let to = 1 - from;
        let given = pair.give(from, giver, receiver, 3 * HOUR_S, 1, 1).unwrap();
        let pledge = pair.pledge(from, given).unwrap();
        let paid = pair.pay(to, receiver, pair.iou(pledge)).unwrap();
        let deposit = pair.deposit(to, receiver, paid).unwrap();
        let receipt = pair.receipt(deposit);
        pair.arrive(from, given, receipt).unwrap();
    }
    let refused = pair.give(A, ALICE, BOB, HOUR_S, 1, 1).unwrap();
    let pledge = pair.pledge(A, refused).unwrap();
    let iou = pair.iou(pledge);
    pair.refuse(B, iou).unwrap();
    let event = pair.returning(A, pledge, pair.refusal(B, &iou));
    let returned = pair.write(A, GATEWAY, event).unwrap();
    pair.reclaim(A, ALICE, refused, returned).unwrap();
    let declined = pair.give(A, ALICE, BOB, HOUR_S, 1, 1).unwrap();
    let pledge = pair.pledge(A, declined).unwrap();
    let iou = pair.iou(pledge);
    let paid = pair.pay(B, BOB, iou).unwrap();
    let decline = pair.decline(B, BOB, paid).unwrap();
    pair.reclaim(B, GATEWAY, paid, decline).unwrap();
    let event = pair.returning(A, pledge, pair.refusal(B, &iou));
    pair.write(A, GATEWAY, event).unwrap();
    pair
}

/// A village's pages in the order of writing: addresses count up.
fn pages(pair: &Pair, side: usize) -> Vec<Written> {
    let own = pair.pages.iter().filter(|(_, (at, ..))| *at == side);
    own.map(|(id, (_, author, page))| Written {
        id: Id(id.0),
        author: *author,
        page: page.clone(),
    })
    .collect()
}

fn encode(page: &Page) -> Vec<u8> {
    let mut serializer = rmp_serde::encode::Serializer::new(Vec::new()).with_struct_map();
    page.serialize(&mut serializer).unwrap();
    serializer.into_inner()
}

fn audit(pair: &Pair, side: usize, written: &[Written], cheques: bool) -> Report {
    let (state_bp, community_bp) = RATES[side];
    let village_id = Id(pair.sides[side].village.0);
    let mut village = Village::founded(
        village_id,
        Rates {
            state_bp,
            community_bp,
            floor_s: -10 * HOUR_S,
        },
    );
    for who in [GATEWAY, ALICE, BOB] {
        village.admit(Id(common::admission_of(who).0), Id(id(who).0));
    }
    if cheques {
        village.verify_cheques(village_id);
    }
    let mut audit = Audit::of(village);
    for (sequence, written) in written.iter().enumerate() {
        audit.read(Record {
            page: written.id,
            author: Id(id(written.author).0),
            sequence: sequence as u32,
            bytes: &encode(&written.page),
        });
    }
    audit.finish()
}

#[test]
fn both_villages_are_sound_after_every_page() {
    let pair = story();
    for side in [A, B] {
        let written = pages(&pair, side);
        assert!(written.len() > 12);
        for end in 3..=written.len() {
            let report = audit(&pair, side, &written[..end], true);
            assert_eq!(report.findings, [], "side {side}, page {end}");
            assert_eq!(report.verdict(), Verdict::Sound, "side {side}, page {end}");
            assert_eq!(report.sums.total_s, 0, "side {side}, page {end}");
        }
    }
}

/// The last page of a side that `fits`, changed: what the audit finds in the story.
fn finds(side: usize, fits: impl Fn(&Page) -> bool, change: impl Fn(&mut Page)) -> Vec<Kind> {
    let pair = story();
    let mut written = pages(&pair, side);
    let at = written.iter().rposition(|one| fits(&one.page)).unwrap();
    let author = written[at].author;
    change(&mut written[at].page);
    // The rest of that book would only repeat it.
    let number = written[at].page.number;
    written.retain(|one| one.author != author || one.page.number <= number);
    let report = audit(&pair, side, &written, false);
    report.findings.iter().map(|found| found.kind).collect()
}

fn pledges(page: &Page) -> bool {
    matches!(page.event, Event::Pledge { .. })
}

fn arrives(page: &Page) -> bool {
    matches!(page.event, Event::Arrive { .. })
}

fn honours(page: &Page) -> bool {
    let transfer = page.event.transfer();
    transfer.is_some_and(|given| given.honours().is_some())
}

#[test]
fn a_tally_that_does_not_follow_is_found() {
    let tally_wrong = [Kind::TallyWrong];
    for found in [
        finds(A, arrives, |page| page.after.lines[0].issued += 1),
        finds(A, arrives, |page| page.after.lines[0].taken += 1),
        finds(A, arrives, |page| page.after.lines[0].theirs_s.0 += 1),
        finds(A, arrives, |page| page.after.lines[0].window += 1),
        finds(A, arrives, |page| {
            page.after.lines[0].pledged_s.0 += HOUR_S * 9
        }),
        finds(A, pledges, |page| page.after.lines[0].theirs_s.0 -= 1),
        finds(B, honours, |page| page.after.lines[0].theirs_s.0 += 1),
        finds(B, honours, |page| page.after.lines[0].taken += 1),
    ] {
        assert_eq!(found, tally_wrong);
    }
}

#[test]
fn a_line_used_in_another_way_is_found() {
    let found = finds(B, honours, |page| {
        if let Event::Transfer(given) = &mut page.event {
            given.to_account = given.from;
        }
    });
    assert_eq!(found, [Kind::LegMisplaced]);
    let across = |page: &Page| {
        page.event
            .transfer()
            .is_some_and(|given| given.across().is_some())
    };
    let found = finds(A, across, |page| {
        if let Event::Transfer(given) = &mut page.event {
            given.to_account = Account::Member;
        }
    });
    assert_eq!(found, [Kind::LegMisplaced]);
}

#[test]
fn an_iou_out_of_its_turn_is_found() {
    let found = finds(B, honours, |page| {
        if let Event::Transfer(given) = &mut page.event {
            if let Some(Leg::Honours(honours)) = &mut given.line {
                honours.iou.number += 1;
            }
        }
    });
    assert_eq!(found, [Kind::IouNumberWrong]);
}

#[test]
fn hours_that_were_not_pledged_are_found() {
    let found = finds(A, arrives, |page| {
        if let Event::Arrive { transfer, .. } = &mut page.event {
            transfer.0[31] ^= 1;
        }
    });
    assert!(found.contains(&Kind::NotPledged), "{found:?}");
}
