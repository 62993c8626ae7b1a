//! Villages with lines, written by the law with real signatures: the audit agrees page by
//! page, and finds what does not follow.

#[path = "../../ledger/tests/common/mod.rs"]
mod common;
#[path = "common/crossing.rs"]
mod crossing;
#[path = "common/encode.rs"]
mod encode;
#[path = "../../ledger/tests/common/pair.rs"]
mod pair;

use commons_credit_audit::{Kind, Verdict};
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::{Account, Across, ActionId, Event, Hop, Leg, Page, Seconds, VillageId};
use crossing::{audit, chain, pages, story};
use pair::{Pair, A, B, C, GATEWAY, SECOND};

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

#[test]
fn all_three_villages_of_a_chain_are_sound_after_every_page() {
    for middle in [GATEWAY, SECOND] {
        let pair = chain(middle);
        for side in [A, B, C] {
            let written = pages(&pair, side);
            assert!(written.len() > 7);
            for end in 4..=written.len() {
                let report = audit(&pair, side, &written[..end], true);
                assert_eq!(report.findings, [], "side {side}, page {end}");
                assert_eq!(report.verdict(), Verdict::Sound, "side {side}, page {end}");
                assert_eq!(report.sums.total_s, 0, "side {side}, page {end}");
            }
        }
    }
}

/// The last page of a side that `fits`, changed: what the audit finds in the story.
fn finds(side: usize, fits: impl Fn(&Page) -> bool, change: impl Fn(&mut Page)) -> Vec<Kind> {
    finds_in(&story(), side, fits, change)
}

fn finds_in(
    pair: &Pair,
    side: usize,
    fits: impl Fn(&Page) -> bool,
    change: impl Fn(&mut Page),
) -> Vec<Kind> {
    let mut written = pages(pair, side);
    let at = written.iter().rposition(|one| fits(&one.page)).unwrap();
    let author = written[at].author;
    change(&mut written[at].page);
    // The rest of that book would only repeat it.
    let number = written[at].page.number;
    written.retain(|one| one.author != author || one.page.number <= number);
    let report = audit(pair, side, &written, false);
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

/// At a rate that floats: one second more or less than the formula gives.
#[test]
fn an_iou_that_is_not_worth_what_the_sheet_says_is_found() {
    let gives = |by_s: i64| {
        finds(A, pledges, |page| {
            if let Event::Pledge { gives_s, .. } = &mut page.event {
                gives_s.0 += by_s;
            }
            page.after.lines[0].theirs_s.0 -= by_s;
        })
    };
    assert_eq!(gives(0), []);
    assert_eq!(gives(1), [Kind::RateWrong]);
    assert_eq!(gives(-1), [Kind::RateWrong]);
    // By another sheet than the giver saw, or for less than they asked.
    let given = |change: &dyn Fn(&mut Across)| {
        let across = |page: &Page| {
            let transfer = page.event.transfer();
            transfer.is_some_and(|given| given.across().is_some())
        };
        let pair = story();
        let mut written = pages(&pair, A);
        let at = written.iter().rposition(|one| across(&one.page)).unwrap();
        if let Event::Transfer(given) = &mut written[at].page.event {
            if let Some(Leg::Across(leg)) = &mut given.line {
                change(leg);
            }
        }
        let report = audit(&pair, A, &written, false);
        let found: Vec<Kind> = report.findings.iter().map(|found| found.kind).collect();
        found
    };
    assert_eq!(given(&|_| ()), []);
    assert_eq!(given(&|leg| leg.sheet += 1), [Kind::RateWrong]);
    assert_eq!(given(&|leg| leg.kind += 1), [Kind::RateWrong]);
    assert_eq!(
        given(&|leg| leg.least_s.0 = 100 * HOUR_S),
        [Kind::RateWrong]
    );
}

#[test]
fn more_than_the_line_takes_is_found() {
    let found = finds(A, pledges, |page| {
        let line = &mut page.after.holdings[1];
        assert!(matches!(line.account, Account::Line(_)));
        line.floor_s.0 = -1;
    });
    assert!(found.contains(&Kind::LimitCrossed), "{found:?}");
}

/// Terms that are not here accuse nobody.
#[test]
fn an_iou_under_terms_that_are_not_here_is_incomplete() {
    let mut pair = story();
    pair.sides[A].decided.clear();
    let written = pages(&pair, A);
    let report = audit(&pair, A, &written, true);
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict(), Verdict::Incomplete);
    let pledged = written.iter().filter(|one| pledges(&one.page)).count();
    assert_eq!(report.missing_total, pledged as u64);
    assert!(report.missing.iter().all(|one| one.what == "line terms"));
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

fn goes_through(page: &Page) -> bool {
    let transfer = page.event.transfer();
    transfer.is_some_and(|given| given.through().is_some())
}

/// The leg in between, changed.
fn bent(change: impl Fn(&mut Across)) -> Vec<Kind> {
    finds_in(&chain(SECOND), B, goes_through, |page| {
        if let Event::Transfer(given) = &mut page.event {
            if let Some(Leg::Through(through)) = &mut given.line {
                change(&mut through.across);
            }
        }
    })
}

#[test]
fn a_way_that_is_long_or_turns_back_is_found() {
    let hop = |number: u8| Hop {
        village: VillageId([number; 32]),
        sheet: 1,
        kind: 0,
        least_s: Seconds(1),
    };
    let long = bent(|leg| leg.onward = (1..=6).map(hop).collect());
    assert_eq!(long, [Kind::WayWrong]);
    // Where it comes from.
    let back = bent(|leg| leg.onward = vec![hop(0xa0)]);
    assert_eq!(back, [Kind::WayWrong]);
    // Five more are allowed.
    assert_eq!(bent(|leg| leg.onward = (1..=5).map(hop).collect()), []);
}

#[test]
fn a_leg_in_between_that_ends_at_a_member_or_counts_wrong_is_found() {
    let pair = chain(SECOND);
    let found = finds_in(&pair, B, goes_through, |page| {
        if let Event::Transfer(given) = &mut page.event {
            given.to_account = Account::Member;
        }
    });
    assert_eq!(found, [Kind::LegMisplaced]);
    let found = finds_in(&pair, B, goes_through, |page| {
        page.after.lines[0].theirs_s.0 += 1;
    });
    assert_eq!(found, [Kind::TallyWrong]);
}

/// Who holds both lines hands on to themselves, and to themselves in no other way.
#[test]
fn a_transfer_to_oneself_that_is_no_leg_in_between_is_found() {
    let pair = chain(GATEWAY);
    let found = finds_in(&pair, B, goes_through, |page| {
        if let Event::Transfer(given) = &mut page.event {
            given.line = given.through().map(|leg| Leg::Honours(leg.honours));
            given.to_account = Account::Member;
        }
    });
    assert_eq!(found, [Kind::SelfTransfer]);
}

/// What was taken back in between is taken back once.
#[test]
fn a_leg_in_between_taken_back_twice_is_found() {
    let pair = chain(GATEWAY);
    let mut written = pages(&pair, B);
    let at = written
        .iter()
        .position(|one| matches!(one.page.event, Event::Reclaim { .. }))
        .unwrap();
    let mut again = written[at].clone();
    again.id.0[31] ^= 1;
    again.page.previous = Some(ActionId(written[at].id.0));
    again.page.number += 1;
    let author = again.author;
    let number = again.page.number;
    written.retain(|one| one.author != author || one.page.number < number);
    written.push(again);
    let report = audit(&pair, B, &written, false);
    let found: Vec<Kind> = report.findings.iter().map(|found| found.kind).collect();
    assert!(found.contains(&Kind::SettledTwice), "{found:?}");
}
