//! Honest villages: whatever they do, the audit finds nothing and adds up to 0,
//! and its balances are those that the law wrote.

#[path = "common/village.rs"]
mod village;

use commons_credit_audit::{Audit, Id, Report, Verdict};
use std::collections::BTreeMap;
use village::{audit, encode, fresh_seed, read, Random, Village, Written};

/// A known seed, and a fresh one.
fn seeds() -> [u64; 2] {
    [1, fresh_seed()]
}

fn assert_sound(report: &Report) {
    assert_eq!(report.findings, []);
    assert_eq!(report.missing, []);
    assert_eq!(report.verdict(), Verdict::Sound);
    assert_eq!(report.sums.total_s, 0);
    assert_eq!(report.stated, report.sums);
}

#[test]
fn an_honest_village_is_sound_at_every_step() {
    for seed in seeds() {
        let village = Village::lived(seed, 20, 2_000);
        assert_sound(&village.audit());
        // A village in which nothing was decided or owned would prove little.
        for did in ["vote", "floor", "hold", "sweep", "pay"] {
            let times = village.politics.done.get(did);
            assert!(
                times.is_some() || seed != 1,
                "no {did} in {:?}",
                village.politics.done
            );
        }
        for end in (0..village.written.len()).step_by(97) {
            assert_sound(&audit(village.known(), &village.written[..end]));
        }
    }
}

#[test]
fn the_cheques_that_the_law_lets_sign_are_good() {
    for seed in seeds() {
        let village = Village::lived(seed, 10, 600);
        let report = audit(village.known_with_cheques(), &village.written);
        assert_sound(&report);
        assert_eq!(report.rules, village.audit().rules + report.transfers);
    }
}

#[test]
fn the_balances_are_those_that_the_law_wrote() {
    for seed in seeds() {
        let village = Village::lived(seed, 12, 1_500);
        let report = village.audit();
        let newest: BTreeMap<_, &Written> = village
            .written
            .iter()
            .map(|written| (written.author, written))
            .collect();
        assert_eq!(report.books.len(), newest.len());
        assert!(report.transfers > 100 && report.transfers_in_flight > 0);
        assert_eq!(report.transfers, village.transfers as u64);
        assert_eq!(report.pages, village.written.len() as u64);
        for (book, written) in report.books.iter().zip(newest.values()) {
            let after = &written.page.after;
            assert_eq!(book.author, Id(written.author.0));
            assert_eq!(
                (book.newest, book.number),
                (Id(written.id.0), written.page.number)
            );
            assert!(book.whole);
            assert_eq!(book.accounts.len(), after.holdings.len());
            for (account, held) in book.accounts.iter().zip(&after.holdings) {
                assert_eq!(account.balance_s, i128::from(held.balance_s.0));
                assert_eq!(account.stated_s, held.balance_s.0);
                assert_eq!(account.floor_s, held.floor_s.0);
            }
            assert_eq!(book.earned_state_s, i128::from(after.earned.state_s.0));
            assert_eq!(
                book.earned_community_s,
                i128::from(after.earned.community_s.0)
            );
        }
    }
}

#[test]
fn the_order_of_the_pages_changes_nothing() {
    for seed in seeds() {
        let village = Village::lived(seed, 10, 800);
        let expected = village.audit();
        let mut pages = village.written.clone();
        let mut random = Random(seed);
        for _ in 0..5 {
            random.shuffle(&mut pages);
            assert_eq!(audit(village.known(), &pages), expected);
        }
        // Book by book, and every book backwards.
        pages.sort_by_key(|written| (written.author, written.sequence));
        assert_eq!(audit(village.known(), &pages), expected);
        pages.reverse();
        assert_eq!(audit(village.known(), &pages), expected);
    }
}

#[test]
fn a_page_that_comes_twice_counts_once() {
    let village = Village::lived(3, 8, 300);
    let mut audit = Audit::of(village.known());
    let mut pages: Vec<&Written> = village.written.iter().chain(&village.written).collect();
    Random(3).shuffle(&mut pages);
    for written in pages {
        read(&mut audit, written, &encode(&written.page));
    }
    let mut report = audit.finish();
    assert_eq!(report.repeated, village.written.len() as u64);
    report.repeated = 0;
    assert_eq!(report, village.audit());
}

/// Whoever holds only some of the pages must never accuse anybody.
#[test]
fn missing_pages_are_missing_and_no_finding() {
    for seed in seeds() {
        let village = Village::lived(seed, 10, 600);
        let mut random = Random(seed);
        for round in 0..40 {
            let one_in = 2 + round;
            let (kept, left): (Vec<Written>, Vec<Written>) = village
                .written
                .iter()
                .cloned()
                .partition(|_| random.below(one_in) != 0);
            let report = audit(village.known(), &kept);
            assert_eq!(report.findings, [], "round {round}");
            for missing in &report.missing {
                assert!(left.iter().any(|written| Id(written.id.0) == missing.cited));
                assert!(kept.iter().any(|written| Id(written.id.0) == missing.page));
            }
            // Whatever a page that is there cites is there, or is reported.
            let cited = |id: Id| report.missing.iter().any(|missing| missing.cited == id);
            for written in &kept {
                for (of, id) in citations(written) {
                    let there = kept.iter().any(|page| Id(page.id.0) == id);
                    assert_eq!(!there, cited(id), "{of} of page {}", written.id);
                }
            }
            let expected = if report.missing.is_empty() {
                Verdict::Sound
            } else {
                Verdict::Incomplete
            };
            assert_eq!(report.verdict(), expected);
        }
    }
}

fn citations(written: &Written) -> Vec<(&'static str, Id)> {
    use commons_credit_ledger::Event;
    let mut cited = Vec::new();
    cited.extend(written.page.previous.map(|id| ("previous", Id(id.0))));
    match &written.page.event {
        Event::Deposit { transfer, .. } | Event::Decline { transfer, .. } => {
            cited.push(("transfer", Id(transfer.0)));
        }
        Event::Reclaim {
            transfer, decline, ..
        } => {
            cited.push(("transfer", Id(transfer.0)));
            cited.push(("decline", Id(decline.0)));
        }
        Event::Sweep { items, .. } => {
            cited.extend(items.iter().map(|item| ("swept page", Id(item.page.0))));
        }
        _ => {}
    }
    cited
}

#[test]
fn unknown_admissions_and_policies_are_missing_and_no_finding() {
    use commons_credit_audit::{Rates, Village as Known};
    let village = Village::lived(5, 8, 400);
    let policy = &village.policies[0].1;
    let charter = Rates {
        state_bp: policy.levies.state_bp.0,
        community_bp: policy.levies.community_bp.0,
        floor_s: policy.floor.seconds(),
    };
    let report = audit(Known::founded(Id([5; 32]), charter), &village.written);
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict(), Verdict::Incomplete);
    assert_eq!(report.sums.total_s, 0);
    for what in ["admission", "policy"] {
        assert!(
            report.missing.iter().any(|missing| missing.what == what),
            "{what}"
        );
    }
}
