//! Two or three villages with lines between them, written by the law with real signatures,
//! and what the audit says of their pages.
#![allow(dead_code)] // Each test file uses its part.

use crate::common::admission_of;
use crate::encode::encode;
use crate::pair::{self, id, Pair, A, ALICE, B, BOB, C, GATEWAY, SECOND};
use commons_credit_audit::{self as audited, Audit, Id, Rates, Record, Report, Village};
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::{Across, ActionId, Content, Event, Hop, Page, Seconds, Subject};

const RATES: [(u16, u16); 3] = [(750, 250), (500, 500), (200, 300)];

/// One page of one of the two villages.
#[derive(Clone)]
pub struct Written {
    pub id: Id,
    pub author: u8,
    pub page: Page,
}

/// Payments both ways: one that arrives, one refused, one declined and taken back.
pub fn story() -> Pair {
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

/// Alice's two hours for Bob in CarolHill, as far as BobTown has handed them on.
pub fn handed_on(pair: &mut Pair) -> [ActionId; 4] {
    let across = Across {
        receiver: id(BOB),
        sheet: 1,
        kind: 0,
        least_s: Seconds(1),
        onward: vec![Hop {
            village: pair.village(C),
            sheet: 1,
            kind: 0,
            least_s: Seconds(1),
        }],
    };
    let given = pair
        .give_over(A, ALICE, B, 2 * HOUR_S, across.clone())
        .unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    let transfer = pair.handing_on(B, A, &across, pair.iou(pledge));
    let event = Event::Transfer(Box::new(transfer));
    let through = pair.write(B, GATEWAY, event).unwrap();
    let onward = pair.pledge(B, through).unwrap();
    [given, pledge, through, onward]
}

/// Over two lines: one payment arrives, one is refused at the end and comes back.
pub fn chain(middle: u8) -> Pair {
    let mut pair = Pair::chained(&pair::terms_of_a(), middle);
    let [given, _, through, onward] = handed_on(&mut pair);
    let transfer = pair.paying_from(C, B, BOB, pair.iou(onward));
    let event = Event::Transfer(Box::new(transfer));
    let paid = pair.write(C, middle, event).unwrap();
    let deposit = pair.deposit(C, BOB, paid).unwrap();
    let receipt = pair.receipt(deposit);
    pair.arrive(B, through, receipt).unwrap();
    pair.arrive(A, given, receipt).unwrap();
    let [given, pledge, through, onward] = handed_on(&mut pair);
    let iou = pair.iou(onward);
    pair.refuse_from(C, B, iou).unwrap();
    let event = pair.returning(B, onward, pair.refusal_to(C, B, &iou));
    let returned = pair.write(B, middle, event).unwrap();
    pair.reclaim(B, GATEWAY, through, returned).unwrap();
    let iou = pair.iou(pledge);
    let event = pair.returning(A, pledge, pair.refusal_to(B, A, &iou));
    let returned = pair.write(A, GATEWAY, event).unwrap();
    pair.reclaim(A, ALICE, given, returned).unwrap();
    pair
}

/// A village's pages in the order of writing: addresses count up.
pub fn pages(pair: &Pair, side: usize) -> Vec<Written> {
    let own = pair.pages.iter().filter(|(_, (at, ..))| *at == side);
    own.map(|(id, (_, author, page))| Written {
        id: Id(id.0),
        author: *author,
        page: page.clone(),
    })
    .collect()
}

pub fn audit(pair: &Pair, side: usize, written: &[Written], cheques: bool) -> Report {
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
    for who in [GATEWAY, ALICE, BOB, SECOND] {
        village.admit(Id(admission_of(who).0), Id(id(who).0));
    }
    for (decision, closed) in &pair.sides[side].decided {
        if let (Subject::Line(to), Content::Line(terms)) =
            (closed.proposal.subject, &closed.proposal.content)
        {
            let kinds = terms.sheet.kinds.iter().map(|known| known.rate);
            let terms = audited::LineTerms {
                neighbour: Id(to.0),
                limit_s: terms.limit_s.0,
                sheet: terms.sheet.number,
                slope_bp: terms.sheet.slope_bp,
                kinds: kinds.map(|rate| (rate.num, rate.den)).collect(),
            };
            village.decide_line(Id(decision.0), terms);
        }
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
