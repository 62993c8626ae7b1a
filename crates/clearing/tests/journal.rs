//! Journals that the stock tools accept, and that cannot be broken out of.
//!
//! `hledger` and `bean-check` (Debian's hledger and beancount) judge what is written. Where
//! a tool is missing the test says so and judges nothing; with `CI=true` it fails instead.

mod common;

use commons_credit_clearing::journal::*;
use commons_credit_ledger::amount::AMOUNT_MAX_S;
use commons_credit_ledger::Seconds;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// One file for each text, also where tests run side by side.
static NEXT: AtomicU32 = AtomicU32::new(0);

fn day(year: u16, month: u8, day: u8) -> Date {
    Date { year, month, day }
}

fn entry(date: Date, number: u64, kind: EntryKind, amount_s: i64, words: &str) -> Entry {
    Entry {
        date,
        number,
        kind,
        amount_s: Seconds(amount_s),
        words: words.to_owned(),
    }
}

/// Names and words that mean something to one of the tools.
fn history() -> History {
    let words = [
        "Two hours of carpentry",
        "",
        "; not a comment | not a note",
        "\"quoted\" and \\ back",
        "* ! (7) = @ {3} [2026-01-01] #tag ^link key: value",
        "  assets:line  5 s",
        "größe, 語, 🌾",
        "include /etc/passwd",
        "~ monthly",
        "P 2026-01-01 s 3 x",
    ];
    let kinds = [
        EntryKind::Given,
        EntryKind::Received,
        EntryKind::Given,
        EntryKind::GivenUp,
        EntryKind::Freed,
    ];
    let entries = words.iter().enumerate().map(|(at, words)| {
        let date = day(2026, 2, 1 + at as u8 / 2);
        let amount_s = [7_200, 1, AMOUNT_MAX_S, 59, 3_600][at % 5];
        entry(date, at as u64 + 1, kinds[at % 5], amount_s, words.trim())
    });
    History {
        neighbour: common::village(0xb0),
        neighbour_name: "Bob: \"Town\" (; the 2nd)".to_owned(),
        entries: entries.collect(),
    }
}

/// Runs a tool on a text, if it is there. `None`: it is not.
fn judged(program: &str, arguments: &[&str], ending: &str, text: &str) -> Option<(bool, String)> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("{}-{number}{ending}", std::process::id()));
    std::fs::write(&path, text).expect("written");
    let ran = Command::new(program)
        .args(arguments)
        .arg(&path)
        .env("LC_ALL", "C.UTF-8")
        .output();
    std::fs::remove_file(&path).expect("removed");
    match ran {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            Some((output.status.success(), said))
        }
        Err(missing) => {
            assert!(
                std::env::var_os("CI").is_none_or(|ci| ci != "true"),
                "{program} is not installed ({missing}); run scripts/setup --tests"
            );
            println!("not judged: {program} is not installed; run scripts/setup --tests");
            None
        }
    }
}

fn hledger_says(text: &str) -> Option<(bool, String)> {
    let strict = ["check", "--strict", "ordereddates", "-f"];
    judged("hledger", &strict, ".journal", text)
}

fn beancount_says(text: &str) -> Option<(bool, String)> {
    judged("bean-check", &["--no-cache"], ".beancount", text)
}

#[test]
fn hledger_accepts_the_journal_and_finds_what_is_altered() {
    let text = hledger(&history()).expect("a journal");
    if let Some((good, said)) = hledger_says(&text) {
        assert!(good, "{said}\n{text}");
        // The tool really looks: a changed amount, a lost entry, an unknown account.
        for bent in [
            text.replacen("-7200 s", "-7201 s", 1),
            text.replacen("equity:members  7200", "equity:nobody  7200", 1),
            lost(&text),
        ] {
            assert_ne!(bent, text);
            let (good, _) = hledger_says(&bent).expect("it was there");
            assert!(!good, "{bent}");
        }
        let (_, stats) =
            judged("hledger", &["stats", "-f"], ".journal", &text).expect("it was there");
        let transactions = stats
            .lines()
            .find(|line| line.starts_with("Transactions  "));
        assert!(
            transactions.is_some_and(|line| line.contains(": 10 (")),
            "{stats}"
        );
    }
}

#[test]
fn beancount_accepts_the_file_and_finds_what_is_altered() {
    let text = beancount(&history()).expect("a file");
    if let Some((good, said)) = beancount_says(&text) {
        assert!(good, "{said}\n{text}");
        for bent in [
            text.replacen("b0b0  -7200 SECOND", "b0b0  -7201 SECOND", 1),
            text.replacen("Equity:Members  7200", "Equity:Nobody  7200", 1),
            lost(&text),
        ] {
            assert_ne!(bent, text);
            let (good, _) = beancount_says(&bent).expect("it was there");
            assert!(!good, "{bent}");
        }
    }
}

/// The same without the first entry.
fn lost(text: &str) -> String {
    let mut parts: Vec<&str> = text.split("\n\n").collect();
    parts.remove(1);
    parts.join("\n\n")
}

#[test]
fn the_bytes_of_a_short_journal() {
    let short = History {
        neighbour: common::village(0xb0),
        neighbour_name: "BobTown".to_owned(),
        entries: vec![
            entry(
                day(2026, 1, 31),
                1,
                EntryKind::Given,
                6_480,
                "Roof; \"all\"",
            ),
            entry(day(2026, 2, 1), 1, EntryKind::Freed, 6_480, ""),
        ],
    };
    let frozen = |name: &str, text: String| common::frozen(name, text.as_bytes());
    frozen("short.journal", hledger(&short).expect("a journal"));
    frozen("short.beancount", beancount(&short).expect("a file"));
}

#[test]
fn nothing_from_outside_gets_a_line_of_its_own() {
    let history = history();
    let entries = history.entries.len();
    let text = hledger(&history).expect("a journal");
    assert_eq!(text.lines().count(), 5 + 4 * entries);
    let text = beancount(&history).expect("a file");
    // Entries lie two a day, and a balance stands after each day.
    assert_eq!(text.lines().count(), 6 + 6 * entries + 2 * (entries / 2));
}

#[test]
fn an_impossible_history_is_refused() {
    let code = |change: &dyn Fn(&mut History)| {
        let mut bent = history();
        change(&mut bent);
        let codes =
            [hledger(&bent), beancount(&bent)].map(|text| text.map_err(|no| no.code()).err());
        assert_eq!(codes[0], codes[1]);
        codes[0]
    };
    assert_eq!(code(&|_| {}), None);
    let date = Some("E_JOURNAL_DATE_MALFORMED");
    for (year, month, of_month) in [
        (2026, 2, 29),
        (2026, 0, 1),
        (2026, 13, 1),
        (2026, 4, 31),
        (1969, 12, 31),
        (2026, 1, 0),
        (9_999, 1, 1),
        (1900, 2, 29),
    ] {
        assert_eq!(
            code(&|bent| bent.entries[0].date = day(year, month, of_month)),
            date
        );
    }
    assert_eq!(code(&|bent| bent.entries[0].date = day(2024, 2, 29)), None);
    assert_eq!(
        code(&|bent| bent.entries[0].date = day(2026, 3, 1)),
        Some("E_JOURNAL_OUT_OF_ORDER")
    );
    assert_eq!(
        code(&|bent| bent.entries[0].amount_s = Seconds(0)),
        Some("E_AMOUNT_NOT_POSITIVE")
    );
    assert_eq!(
        code(&|bent| bent.entries[0].words = "a\nb".to_owned()),
        Some("E_TEXT_CONTROL")
    );
    assert_eq!(
        code(&|bent| bent.neighbour_name = String::new()),
        Some("E_NAME")
    );
    let one = entry(day(2026, 1, 1), 1, EntryKind::Given, AMOUNT_MAX_S, "");
    assert_eq!(
        code(&|bent| bent.entries = vec![one.clone(); 1_001]),
        Some("E_JOURNAL_BALANCE_OUT_OF_RANGE")
    );
    assert_eq!(
        code(&|bent| bent.entries = vec![one.clone(); ENTRIES_MAX + 1]),
        Some("E_JOURNAL_TOO_LONG")
    );
}
