//! A village that books a round of clearing, written by the law with real signatures: the
//! audit agrees, and names what is wrong with a round that is not so.

#[path = "../../ledger/tests/common/mod.rs"]
mod common;
#[path = "common/encode.rs"]
mod encode;
#[path = "../../ledger/tests/common/pair.rs"]
mod pair;
#[path = "../../ledger/tests/common/rounds.rs"]
mod rounds;

use common::{carrying, closing};
use commons_credit_audit::{Audit, Id, Kind, LineReport, Rates, Record, Report, Verdict, Village};
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::{Cleared, Event, Page, Round, SignatureBytes};
use encode::encode;
use pair::{id, sign};
use rounds::{gateway, village, Debt, Net};

const RING: [Debt; 3] = [(0, 1, 500, 600), (1, 2, 600, 600), (2, 0, 600, 500)];

/// The net, each book opened with what it held before.
fn net() -> Net {
    let mut net = Net::of(3, &RING);
    for town in &mut net.towns {
        let carried = carrying(&closing(&town.page).page);
        town.page = carried.page;
    }
    net
}

/// The book of a village.
fn audit(at: usize, pages: &[Page]) -> Report {
    let here = Id(village(at).0);
    let author = Id(id(gateway(at)).0);
    let rates = Rates {
        state_bp: 750,
        community_bp: 250,
        floor_s: -10 * HOUR_S,
    };
    let mut known = Village::founded(here, rates);
    let admission = pages[0].event.opening().expect("an opening");
    known.admit(Id(admission.0), author);
    known.verify_cheques(here);
    let mut audit = Audit::of(known);
    for (sequence, page) in pages.iter().enumerate() {
        audit.read(Record {
            page: Id([100 + sequence as u8; 32]),
            author,
            sequence: sequence as u32,
            bytes: &encode(page),
        });
    }
    audit.finish()
}

/// The page by which a village books a round, after so many pages.
fn booking(
    net: &Net,
    at: usize,
    round: &Round,
    signatures: &[SignatureBytes],
    pages: usize,
) -> Page {
    let mut page = net.booking(at, round, signatures).page;
    page.previous = Some(commons_credit_ledger::ActionId([99 + pages as u8; 32]));
    page
}

/// What the audit says when village 0 books this, `times` times.
fn booked(
    debts: &[Debt],
    times: usize,
    sign_all: impl Fn(&Net, &Round) -> Vec<SignatureBytes>,
    change: impl Fn(&mut Page),
) -> Vec<Kind> {
    let mut net = net();
    let round = net.round(debts);
    let signatures = sign_all(&net, &round);
    let mut pages = vec![net.towns[0].page.clone()];
    for _ in 0..times {
        let mut page = booking(&net, 0, &round, &signatures, pages.len());
        change(&mut page);
        net.towns[0].page = page.clone();
        let key = commons_credit_ledger::settled::Key::of_round(round.digest());
        net.towns[0].tree.insert(key, Default::default());
        pages.push(page);
    }
    let report = audit(0, &pages);
    report.findings.iter().map(|found| found.kind).collect()
}

fn all_sign(net: &Net, round: &Round) -> Vec<SignatureBytes> {
    net.signatures(round)
}

fn of(page: &mut Page) -> &mut Cleared {
    match &mut page.event {
        Event::Clear(cleared) => cleared,
        _ => panic!("a round"),
    }
}

#[test]
fn a_round_that_all_have_signed_is_sound() {
    assert_eq!(booked(&RING, 1, all_sign, |_| ()), []);
    let part = [(0, 1, 5, 7), (1, 2, 7, 3), (2, 0, 3, 5)];
    assert_eq!(booked(&part, 1, all_sign, |_| ()), []);
}

#[test]
fn a_round_booked_twice_is_found() {
    let part = [(0, 1, 5, 7), (1, 2, 7, 3), (2, 0, 3, 5)];
    assert_eq!(booked(&part, 2, all_sign, |_| ()), [Kind::ClearedTwice]);
}

#[test]
fn more_than_is_on_the_line_is_found() {
    let more = [(0, 1, 501, 600), (1, 2, 600, 600), (2, 0, 600, 501)];
    let found = booked(&more, 1, all_sign, |_| ());
    assert_eq!(found, [Kind::RoundCrosses, Kind::RoundCrosses]);
}

#[test]
fn a_round_that_somebody_has_not_signed_is_found() {
    for at in 0..3 {
        let by_another = |net: &Net, round: &Round| {
            let mut signatures = net.signatures(round);
            signatures[at] = sign(99, &round.statement(&village(at)));
            signatures
        };
        assert_eq!(booked(&RING, 1, by_another, |_| ()), [Kind::RoundUnsigned]);
        let missing = |net: &Net, round: &Round| {
            let mut signatures = net.signatures(round);
            signatures.remove(at);
            signatures
        };
        assert_eq!(booked(&RING, 1, missing, |_| ()), [Kind::RoundUnsigned]);
    }
}

#[test]
fn a_round_that_is_none_or_another_s_is_found() {
    let unbalanced = [(0, 1, 500, 600), (1, 2, 599, 600), (2, 0, 600, 500)];
    assert_eq!(booked(&unbalanced, 1, all_sign, |_| ()), [Kind::RoundWrong]);
    let fewer = |page: &mut Page| {
        of(page).decisions.pop();
    };
    assert_eq!(booked(&RING, 1, all_sign, fewer), [Kind::RoundForeign]);
    let turned = |page: &mut Page| of(page).round.lines.reverse();
    let found = booked(&RING, 1, all_sign, turned);
    assert!(found.contains(&Kind::RoundWrong), "{found:?}");
}

#[test]
fn what_does_not_follow_from_a_round_is_found() {
    let balance = |page: &mut Page| page.after.holdings[1].balance_s.0 += 1;
    assert_eq!(booked(&RING, 1, all_sign, balance), [Kind::BalanceWrong]);
    let theirs = |page: &mut Page| page.after.lines[0].theirs_s.0 += 1;
    assert_eq!(booked(&RING, 1, all_sign, theirs), [Kind::TallyWrong]);
    let issued = |page: &mut Page| page.after.lines[0].issued += 1;
    assert_eq!(booked(&RING, 1, all_sign, issued), [Kind::TallyWrong]);
}

/// A round that some have booked and others not yet is under way at both ends of each line;
/// what the books began with is not.
#[test]
fn both_ends_of_a_line_agree_on_a_round_whoever_has_booked_it() {
    let net = net();
    let round = net.round(&[(0, 1, 5, 7), (1, 2, 7, 3), (2, 0, 3, 5)]);
    let signatures = net.signatures(&round);
    for booked_by in 0..8 {
        let has_booked = |at: usize| booked_by >> at & 1 == 1;
        let reports: Vec<Report> = (0..3)
            .map(|at| {
                let mut pages = vec![net.towns[at].page.clone()];
                if has_booked(at) {
                    pages.push(booking(&net, at, &round, &signatures, 1));
                }
                audit(at, &pages)
            })
            .collect();
        let lines = LineReport::all(&reports);
        assert_eq!(lines.len(), 3);
        for (line, (one, other)) in lines.iter().zip([(0, 1), (0, 2), (1, 2)]) {
            assert_eq!(line.verdict(), Verdict::Sound, "{booked_by}: {line:?}");
            for (end, (at, to)) in line.ends.iter().zip([(one, other), (other, one)]) {
                let whole_s = match (at, to) {
                    (0, 1) => -5,
                    (0, 2) => 5,
                    (1, 0) => 7,
                    (1, 2) => -7,
                    (2, 1) => 3,
                    _ => -3,
                };
                let booked = |at| if has_booked(at) { whole_s } else { 0 };
                assert_eq!(
                    (end.balance_s, end.by_neighbour_s),
                    (booked(at), booked(to))
                );
                assert_eq!(end.under_way_s, booked(to) - booked(at));
            }
        }
    }
}
