//! A page follows its book: rules 1 to 5, 17 and 19.

use crate::common::*;
use crate::expect;
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::page::PAGE_NUMBER_MAX;
use commons_credit_ledger::*;

#[test]
fn r1_accepts_the_next_number() {
    expect([
        ("the first page", Draft::opening(ANNA), "valid"),
        ("page 2", giving(&opened(), 1), "valid"),
        ("page 3", giving(&giving(&opened(), 1).page, 1), "valid"),
    ]);
}

#[test]
fn r1_refuses_any_other_number() {
    let numbered = |number| giving(&opened(), 1).with(|draft| draft.page.number = number);
    expect([
        ("zero", numbered(0), "E_PAGE_NUMBER"),
        ("one too many", numbered(3), "E_PAGE_NUMBER"),
        ("the largest", numbered(u64::MAX), "E_PAGE_NUMBER"),
        (
            "the number before",
            giving(&giving(&opened(), 1).page, 1).with(|draft| draft.page.number = 2),
            "E_PAGE_NUMBER",
        ),
    ]);
}

#[test]
fn r2_accepts_the_authors_own_page() {
    assert_eq!(giving(&opened(), 1).verdict(), "valid");
}

#[test]
fn r2_refuses_a_page_of_another_book() {
    let foreign =
        giving(&opened(), 1).with(|draft| draft.previous.as_mut().unwrap().0 = agent(CARL));
    assert_eq!(foreign.verdict(), "E_PREVIOUS_FOREIGN");
}

#[test]
fn r3_accepts_a_page_right_after_its_own() {
    assert_eq!(giving(&opened(), 1).verdict(), "valid");
}

#[test]
fn r3_refuses_a_skipped_page() {
    let skips = |draft: &mut Draft| draft.skips_a_page = true;
    expect([
        ("a page", giving(&opened(), 1).with(skips), "E_PAGE_SKIPPED"),
        (
            "a second opening",
            Draft::opening(ANNA).with(skips),
            "E_PAGE_SKIPPED",
        ),
    ]);
}

#[test]
fn r4_accepts_one_opening_on_page_1() {
    let opening = Draft::opening(ANNA);
    assert_eq!(opening.verdict(), "valid");
    let holdings = &opening.page.after.holdings;
    assert_eq!(holdings.len(), 1);
    assert_eq!(holdings[0].account, Account::Member);
    assert_eq!(holdings[0].balance_s, Seconds(0));
    assert_eq!(holdings[0].floor_s, Seconds(-10 * HOUR_S));
}

#[test]
fn r4_refuses_any_other_opening() {
    let open = Event::Open {
        admission: action(200),
    };
    let mut late = Draft::following(ANNA, &opened(), open);
    late.admission_is_own = true;
    let with_past = Draft::opening(ANNA).with(|draft| {
        draft.previous = Some((agent(ANNA), opened()));
        draft.page.previous = Some(action(201));
    });
    let orphan = |draft: &mut Draft| draft.previous = None;
    expect([
        ("on page 2", late, "E_OPENED_WRONGLY"),
        ("on page 1 with a past", with_past, "E_OPENED_WRONGLY"),
        (
            "a page cited that nobody brought",
            Draft::opening(ANNA).with(|draft| draft.page.previous = Some(action(201))),
            "E_OPENED_WRONGLY",
        ),
        (
            "a page brought that is not cited",
            giving(&opened(), 1).with(|draft| draft.page.previous = None),
            "E_OPENED_WRONGLY",
        ),
        (
            "opened with page 2",
            Draft::opening(ANNA).with(|draft| draft.page.number = 2),
            "E_OPENED_WRONGLY",
        ),
        (
            "no opening at all",
            giving(&opened(), 1).with(orphan),
            "E_OPENED_WRONGLY",
        ),
        (
            "page 1 that gives",
            giving(&opened(), 1)
                .with(orphan)
                .with(|draft| draft.page.number = 1),
            "E_OPENED_WRONGLY",
        ),
        (
            "another's admission",
            Draft::opening(ANNA).with(|draft| draft.admission_is_own = false),
            "E_ADMISSION_FOREIGN",
        ),
        (
            "a balance to begin with",
            Draft::opening(ANNA).with(|draft| draft.page.after.holdings[0].balance_s.0 = 1),
            "E_AFTER_WRONG",
        ),
        (
            "a lower floor",
            Draft::opening(ANNA).with(|draft| draft.page.after.holdings[0].floor_s.0 -= 1),
            "E_AFTER_WRONG",
        ),
    ]);
}

/// A page that cites policy `version` in a book that has used version 2.
fn citing(version: u32) -> Draft {
    let mut before = opened();
    before.after.policy = 2;
    giving(&before, 1).with(|draft| {
        draft.page.policy.version = version;
        draft.page.after.policy = version;
        draft.policy = Some(policy_numbered(version));
    })
}

#[test]
fn r5_accepts_the_policy_in_use_or_a_newer_one() {
    expect([
        ("the same", citing(2), "valid"),
        ("the next", citing(3), "valid"),
        ("a later one", citing(u32::MAX), "valid"),
    ]);
}

#[test]
fn r5_refuses_an_unknown_or_older_policy() {
    expect([
        ("older", citing(1), "E_POLICY_OLDER"),
        (
            "unknown",
            citing(2).with(|draft| draft.policy = None),
            "E_POLICY_UNKNOWN",
        ),
        (
            "another than the one brought",
            citing(2).with(|draft| draft.policy = Some(policy_numbered(3))),
            "E_POLICY_UNKNOWN",
        ),
        (
            "not written down as used",
            citing(3).with(|draft| draft.page.after.policy = 2),
            "E_AFTER_WRONG",
        ),
    ]);
}

#[test]
fn r17_accepts_what_follows() {
    for draft in [
        giving(&opened(), 1),
        depositing(&opened()),
        declining(&opened()),
        reclaiming(&opened()),
    ] {
        assert_eq!(draft.verdict(), "valid");
    }
}

type Lie = (&'static str, fn(&mut State));

#[test]
fn r17_refuses_anything_else() {
    let lies: [Lie; 7] = [
        ("a second more", |after| after.holdings[0].balance_s.0 += 1),
        ("a second less", |after| after.holdings[0].balance_s.0 -= 1),
        ("a lower floor", |after| after.holdings[0].floor_s.0 -= 1),
        ("an account more", |after| {
            after.holdings.push(after.holdings[0])
        }),
        ("no account", |after| after.holdings.clear()),
        ("another policy", |after| after.policy += 1),
        ("another root", |after| after.settled.0 .0[31] ^= 1),
    ];
    for draft in [
        giving(&opened(), 1),
        depositing(&opened()),
        declining(&opened()),
        reclaiming(&opened()),
    ] {
        for (name, lie) in lies {
            let lied = draft.clone().with(|draft| lie(&mut draft.page.after));
            assert_eq!(lied.verdict(), "E_AFTER_WRONG", "{name}");
        }
    }
}

fn page_numbered(number: u64) -> Page {
    Page { number, ..opened() }
}

#[test]
fn r19_accepts_the_last_page() {
    assert_eq!(
        giving(&page_numbered(PAGE_NUMBER_MAX - 1), 1).verdict(),
        "valid"
    );
}

#[test]
fn r19_refuses_one_page_more() {
    assert_eq!(
        giving(&page_numbered(PAGE_NUMBER_MAX), 1).verdict(),
        "E_BOOK_FULL"
    );
}
