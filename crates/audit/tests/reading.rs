//! The auditor's own reader of pages, held against the ledger's frozen bytes and
//! against what a later law may bring; and the limits of a report.

#[path = "common/village.rs"]
mod village;

use commons_credit_audit::report::{FINDINGS_MAX, MISSING_MAX};
use commons_credit_audit::{Audit, Id, Kind, Rates, Record, Report, Verdict, Village as Known};
use village::{encode, Random, Village};

const CHARTER: Rates = Rates {
    state_bp: 750,
    community_bp: 250,
    floor_s: -36_000,
};

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

fn one(bytes: &[u8]) -> Report {
    let record = Record {
        page: Id([1; 32]),
        author: Id([2; 32]),
        sequence: 5,
        bytes,
    };
    Audit::run(Known::founded(Id([5; 32]), CHARTER), [record])
}

fn is_readable(bytes: &[u8]) -> bool {
    let report = one(bytes);
    let unreadable = report
        .findings
        .iter()
        .any(|found| found.kind == Kind::Unreadable);
    assert_eq!(report.pages, u64::from(!unreadable));
    !unreadable
}

#[test]
fn the_frozen_pages_of_the_law_are_read_and_nothing_beside_them() {
    let frozen = include_str!("../../ledger/vectors/pages.json");
    let frozen: serde_json::Value = serde_json::from_str(frozen).unwrap();
    let cases = frozen["cases"].as_array().unwrap();
    assert!(cases.len() >= 8);
    for case in cases {
        let bytes = unhex(case["msgpack"].as_str().unwrap());
        assert!(is_readable(&bytes), "{}", case["name"]);
        for end in 0..bytes.len() {
            assert!(!is_readable(&bytes[..end]), "{} cut at {end}", case["name"]);
        }
        assert!(
            !is_readable(&[&bytes[..], &[0]].concat()),
            "{}",
            case["name"]
        );
    }
}

/// The ledger's reader, followed by the demand for the one encoding (rule 0), and
/// this reader say the same about bent bytes.
#[test]
fn both_readers_agree_on_what_is_a_page() {
    let village = Village::lived(31, 6, 300);
    let mut random = Random(31);
    let (mut good, mut bad) = (0, 0);
    for _ in 0..20_000 {
        let written = &village.written[random.below(village.written.len())];
        let mut bytes = encode(&written.page);
        let at = random.below(bytes.len());
        match random.below(3) {
            0 => bytes[at] = random.number() as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            _ => drop(bytes.splice(at..at, [random.number() as u8])),
        }
        let page = rmp_serde::from_slice::<commons_credit_ledger::Page>(&bytes).ok();
        let is_page = page.is_some_and(|page| {
            // What this reader alone bounds: rule 4 allows no other account, and a
            // path has at most 256 digests.
            encode(&page) == bytes && page.after.holdings.len() <= 16
        });
        let report = one(&bytes);
        // An event that is not known may be one of a later law.
        if report.later == 0 {
            assert_eq!(is_readable(&bytes), is_page, "{bytes:x?}");
        }
        *(if is_page { &mut good } else { &mut bad }) += 1;
    }
    assert!(good > 1_000 && bad > 1_000, "{good} good, {bad} bad");
}

#[test]
fn an_event_of_a_later_law_makes_the_view_incomplete_and_accuses_nobody() {
    let mut village = Village::lived(32, 8, 300);
    let known = village.known();
    // Two books go on with an event that is not known here.
    let mut records: Vec<(Id, Id, u32, Vec<u8>)> = village
        .written
        .iter()
        .map(|written| {
            let ids = (Id(written.id.0), Id(written.author.0));
            (ids.0, ids.1, written.sequence, encode(&written.page))
        })
        .collect();
    let places = village.places(|written| written.page.number == 1);
    for opening in &places[..2] {
        let author = village.written[*opening].author;
        let newest = village
            .places(|written| written.author == author)
            .pop()
            .unwrap();
        let before = &village.written[newest];
        let mut page = before.page.clone();
        page.number += 1;
        page.previous = Some(before.id);
        page.after.holdings[0].balance_s.0 += 60;
        page.after.settled.0 .0[0] ^= 1;
        page.event = commons_credit_ledger::Event::Open {
            admission: before.id,
        };
        let sequence = before.sequence + 1;
        let bytes = encode(&page);
        let of = [&[0x81, 0xa4][..], b"open", &[0x81, 0xa9], b"admission"].concat();
        let at = bytes
            .windows(of.len())
            .position(|window| window == of)
            .unwrap();
        let mut later = bytes[..at].to_vec();
        later.extend([&[0x81, 0xa4][..], b"poll", &[0x92, 0xa9], b"admission"].concat());
        later.extend(&bytes[at + of.len()..]);
        records.push((Id(village.random.bytes()), Id(author.0), sequence, later));
    }
    let report = Audit::run(
        known,
        records
            .iter()
            .map(|(page, author, sequence, bytes)| Record {
                page: *page,
                author: *author,
                sequence: *sequence,
                bytes,
            }),
    );
    assert_eq!(report.findings, []);
    assert_eq!(report.later, 2);
    assert_eq!(report.verdict(), Verdict::Incomplete);
    assert_eq!(report.sums.total_s, 120, "taken as stated");
}

#[test]
fn a_report_has_limits_and_counts_on() {
    let name = |number: usize| {
        let mut name = [7; 32];
        name[..8].copy_from_slice(&number.to_be_bytes());
        Id(name)
    };
    let count = FINDINGS_MAX + 5;
    let records = (0..count).map(|number| Record {
        page: name(number),
        author: Id([2; 32]),
        sequence: number as u32,
        bytes: &[],
    });
    let report = Audit::run(Known::founded(Id([5; 32]), CHARTER), records);
    assert_eq!(report.findings.len(), FINDINGS_MAX);
    assert_eq!(report.findings_total, count as u64);

    let village = Village::lived(33, 4, 100);
    let written = village
        .written
        .iter()
        .find(|written| written.page.number > 1)
        .unwrap();
    let pages: Vec<_> = (0..MISSING_MAX + 5)
        .map(|number| {
            let mut page = written.page.clone();
            page.previous = Some(commons_credit_ledger::ActionId(name(2 * number).0));
            page.event = commons_credit_ledger::Event::Open {
                admission: written.id,
            };
            (name(2 * number + 1), encode(&page))
        })
        .collect();
    let records = pages.iter().map(|(page, bytes)| Record {
        page: *page,
        author: Id([2; 32]),
        sequence: 9,
        bytes,
    });
    let report = Audit::run(village.known(), records);
    assert_eq!(report.missing.len(), MISSING_MAX);
    assert!(report.missing_total >= MISSING_MAX as u64 + 5);
}

#[test]
fn hours_from_nowhere_are_never_sound() {
    let sound = Village::lived(34, 6, 200).audit();
    assert_eq!(sound.verdict(), Verdict::Sound);
    let mut nowhere = sound.clone();
    nowhere.sums.total_s = 1;
    assert_eq!(nowhere.verdict(), Verdict::Broken);
    let mut differing = sound;
    differing.stated.balances_s += 1;
    assert_eq!(differing.verdict(), Verdict::Broken);
}

#[test]
fn the_document_lists_every_finding_as_it_is() {
    let document = include_str!("../../../docs/audit.md");
    let rows: Vec<&str> = document
        .lines()
        .filter(|line| line.starts_with("| `A_"))
        .collect();
    let kinds = Kind::ALL.iter().map(|kind| {
        let (code, rule, text) = (kind.code(), kind.rule(), kind.text());
        format!("| `{code}` | {rule} | {text} |")
    });
    assert_eq!(rows, kinds.collect::<Vec<_>>());
}
