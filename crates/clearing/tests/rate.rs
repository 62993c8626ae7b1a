//! Rates: exact, never in favour of who converts, the same on both sides.

use commons_credit_clearing::rate::*;
use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::{Amount, Seconds, VillageId};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

fn amount(seconds: i64) -> Amount {
    Amount::new(Seconds(seconds)).expect("an amount")
}

fn line(owes_s: i64, limit_s: i64) -> LineUse {
    LineUse {
        owes_s: Seconds(owes_s),
        limit_s: Seconds(limit_s),
    }
}

fn sheet() -> RateSheet {
    let kind = |kind: &str, num, den| KindRate {
        kind: kind.to_owned(),
        rate: Rate { num, den },
    };
    RateSheet {
        from: VillageId([1; 32]),
        to: VillageId([2; 32]),
        number: 9,
        window: 2,
        kinds: vec![kind("labour", 1, 1), kind("grain", 6, 5)],
        slope_bp: 1_000,
    }
}

fn ratio(num: i64, den: i64) -> BigRational {
    BigRational::new(BigInt::from(num), BigInt::from(den))
}

/// The formula as the page `docs/clearing.md` says it, in exact fractions.
fn exact(seconds: i64, rate: Rate, slope_bp: u16, line: LineUse) -> BigRational {
    let part = |owes_s: i64| ratio(owes_s.max(0), 1);
    let (before, after) = (part(line.owes_s.0), part(line.owes_s.0 + seconds));
    let area = (&after * &after - &before * &before) / ratio(2, 1);
    let fall = ratio(i64::from(slope_bp), 10_000) * area / ratio(line.limit_s.0, 1);
    (ratio(seconds, 1) - fall) * ratio(i64::from(rate.num), i64::from(rate.den))
}

#[test]
fn an_hour_of_grain_is_an_hour_twelve_of_carpentry_and_back() {
    let sheet = sheet();
    let (a, b) = (sheet.from, sheet.to);
    let fresh = line(0, 500 * HOUR_S);
    let there = convert(
        amount(HOUR_S),
        sheet.rate(&a, &b, "grain").unwrap(),
        0,
        fresh,
    );
    assert_eq!(there.unwrap().seconds(), 72 * 60);
    let back = convert(
        amount(72 * 60),
        sheet.rate(&b, &a, "grain").unwrap(),
        0,
        fresh,
    );
    assert_eq!(back.unwrap().seconds(), HOUR_S);
}

#[test]
fn the_rate_falls_as_the_line_is_used_and_not_when_it_is_freed() {
    let limit = 100 * HOUR_S;
    let at = |owes_s, slope_bp| {
        convert(amount(HOUR_S), Rate::ONE, slope_bp, line(owes_s, limit))
            .unwrap()
            .seconds()
    };
    // 10 % over 100 h: the hour from 0 to 1 loses 0.05 %, that from 99 to 100 loses 9.95 %.
    assert_eq!(at(0, 1_000), 3_598);
    assert_eq!(at(99 * HOUR_S, 1_000), 3_241);
    assert_eq!(at(50 * HOUR_S, 0), HOUR_S);
    // Owed by the neighbour: the full rate, never more.
    assert_eq!(at(-50 * HOUR_S, 1_000), HOUR_S);
    assert_eq!(at(-HOUR_S, 1_000), HOUR_S);
    // Half of it beyond zero: half an hour from 0 loses an eighth of a per cent of 1 h.
    assert_eq!(at(-HOUR_S / 2, 5_000), 3_597);
}

#[test]
fn a_sheet_is_in_force_within_its_window() {
    let code = |cited| sheet().admits(cited).map_err(|no| no.code()).err();
    assert_eq!([9, 8, 7].map(code), [None; 3]);
    assert_eq!([6, 1, 0].map(code), [Some("E_RATE_SHEET_STALE"); 3]);
    assert_eq!([10, u32::MAX].map(code), [Some("E_RATE_SHEET_UNKNOWN"); 2]);
    // The first sheets have nothing before them.
    let first = RateSheet {
        number: 1,
        window: WINDOW_MAX,
        ..sheet()
    };
    assert!(first.admits(1).is_ok());
    assert_eq!(
        first.admits(0).map_err(|no| no.code()),
        Err("E_RATE_SHEET_STALE")
    );
}

#[test]
fn a_sheet_serves_its_own_line_and_kinds() {
    let sheet = sheet();
    let other = VillageId([3; 32]);
    let code = |giver, receiver, kind: &str| {
        sheet
            .rate(giver, receiver, kind)
            .map_err(|no| no.code())
            .err()
    };
    assert_eq!(code(&sheet.from, &sheet.to, "grain"), None);
    let foreign = Some("E_RATE_SHEET_OF_ANOTHER_LINE");
    assert_eq!(code(&sheet.from, &other, "grain"), foreign);
    assert_eq!(code(&sheet.from, &sheet.from, "grain"), foreign);
    assert_eq!(
        code(&sheet.from, &sheet.to, "Grain"),
        Some("E_RATE_KIND_UNKNOWN")
    );
    let long = "x".repeat(1 << 20);
    let refusal = sheet.rate(&sheet.from, &sheet.to, &long).unwrap_err();
    assert!(refusal.to_string().len() < 200);
}

#[test]
fn a_malformed_sheet_is_refused() {
    let code = |change: &dyn Fn(&mut RateSheet)| {
        let mut bent = sheet();
        change(&mut bent);
        assert_ne!(bent.digest(), sheet().digest());
        bent.check().map_err(|no| no.code()).err()
    };
    assert_eq!(sheet().check(), Ok(()));
    let malformed = Some("E_RATE_SHEET_MALFORMED");
    assert_eq!(code(&|bent| bent.number = 0), malformed);
    assert_eq!(code(&|bent| bent.window = WINDOW_MAX), None);
    assert_eq!(code(&|bent| bent.window = WINDOW_MAX + 1), malformed);
    assert_eq!(code(&|bent| bent.to = bent.from), malformed);
    assert_eq!(code(&|bent| bent.slope_bp = SLOPE_MAX_BP), None);
    assert_eq!(
        code(&|bent| bent.slope_bp = SLOPE_MAX_BP + 1),
        Some("E_RATE_SLOPE_TOO_STEEP")
    );
    let kinds = Some("E_RATE_KINDS_MALFORMED");
    assert_eq!(code(&|bent| bent.kinds.clear()), kinds);
    assert_eq!(code(&|bent| bent.kinds.push(bent.kinds[0].clone())), kinds);
    let many = |count: usize| {
        move |bent: &mut RateSheet| {
            bent.kinds = (0..count)
                .map(|at| KindRate {
                    kind: format!("kind {at}"),
                    rate: Rate::ONE,
                })
                .collect();
        }
    };
    assert_eq!(code(&many(KINDS_MAX)), None);
    assert_eq!(code(&many(KINDS_MAX + 1)), kinds);
    for name in ["", " grain", "a\nb", &"x".repeat(41)] {
        assert_eq!(
            code(&|bent| name.clone_into(&mut bent.kinds[1].kind)),
            Some("E_RATE_KIND_NAME_MALFORMED")
        );
    }
    let zero = Some("E_RATE_ZERO");
    assert_eq!(code(&|bent| bent.kinds[0].rate.num = 0), zero);
    assert_eq!(code(&|bent| bent.kinds[0].rate.den = 0), zero);
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let code = |seconds, num, den, slope_bp, owes_s, limit_s| {
        convert(
            amount(seconds),
            Rate { num, den },
            slope_bp,
            line(owes_s, limit_s),
        )
        .map_err(|no| no.code())
        .err()
    };
    let wide = LINE_LIMIT_MAX_S;
    assert_eq!(code(AMOUNT_MAX_S, 1, 1, 5_000, 0, wide), None);
    assert_eq!(
        code(AMOUNT_MAX_S, 2, 1, 0, 0, wide),
        Some("E_RATE_OVERFLOW")
    );
    let most = u32::MAX;
    assert_eq!(
        code(AMOUNT_MAX_S, most, 1, 5_000, 0, wide),
        Some("E_RATE_OVERFLOW")
    );
    assert_eq!(
        code(AMOUNT_MAX_S, most, 1, 0, 0, wide),
        Some("E_RATE_OVERFLOW")
    );
    assert_eq!(code(1, 1, 2, 0, 0, wide), Some("E_RATE_TOO_SMALL"));
    assert_eq!(code(1, 1, most, 5_000, 0, wide), Some("E_RATE_TOO_SMALL"));
    assert_eq!(code(1, 0, 1, 0, 0, wide), Some("E_RATE_ZERO"));
    assert_eq!(code(1, 1, 0, 0, 0, wide), Some("E_RATE_ZERO"));
    assert_eq!(
        code(1, 1, 1, 5_001, 0, wide),
        Some("E_RATE_SLOPE_TOO_STEEP")
    );
    assert_eq!(code(10, 1, 1, 0, 90, 100), None);
    assert_eq!(code(11, 1, 1, 0, 90, 100), Some("E_LINE_LIMIT"));
    assert_eq!(code(1, 1, 1, 0, 101, 100), Some("E_LINE_LIMIT"));
    assert_eq!(code(150, 1, 1, 100, -50, 100), None);
    for limit_s in [-1, wide + 1, i64::MIN, i64::MAX] {
        assert_eq!(
            code(1, 1, 1, 0, 0, limit_s),
            Some("E_RATE_LIMIT_OUT_OF_RANGE")
        );
    }
    for owes_s in [-wide - 1, wide + 1, i64::MIN, i64::MAX] {
        assert_eq!(
            code(1, 1, 1, 0, owes_s, wide),
            Some("E_RATE_USE_OUT_OF_RANGE")
        );
    }
}

fn rate() -> impl Strategy<Value = Rate> {
    let number = prop_oneof![1u32..20, 1u32..=u32::MAX];
    (number.clone(), number).prop_map(|(num, den)| Rate { num, den })
}

/// An amount, a limit with room for it, and what is owed before.
fn payment() -> impl Strategy<Value = (i64, LineUse)> {
    let seconds = prop_oneof![1i64..100, 1i64..1_000_000, 1i64..=AMOUNT_MAX_S];
    (
        seconds,
        0i64..=LINE_LIMIT_MAX_S,
        any::<prop::sample::Index>(),
    )
        .prop_map(|(seconds, more, owes)| {
            let limit_s = (seconds + more).min(LINE_LIMIT_MAX_S);
            // From the other side's limit up to just enough room.
            let span = (2 * limit_s - seconds + 1) as usize;
            (seconds, line(owes.index(span) as i64 - limit_s, limit_s))
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    /// Exactly the floor of the exact fraction, and never more than the sheet's rate.
    #[test]
    fn conversion_is_the_floor_of_the_exact((seconds, line) in payment(), rate in rate(), slope_bp in 0u16..=SLOPE_MAX_BP) {
        let exact = exact(seconds, rate, slope_bp, line);
        let floor = exact.floor();
        prop_assert!(exact <= ratio(seconds, 1) * ratio(i64::from(rate.num), i64::from(rate.den)));
        match convert(amount(seconds), rate, slope_bp, line) {
            Ok(there) => prop_assert_eq!(floor, ratio(there.seconds(), 1)),
            Err(RateRefusal::TooSmall { .. }) => prop_assert_eq!(floor, ratio(0, 1)),
            Err(RateRefusal::Overflow { .. }) => prop_assert!(floor > ratio(AMOUNT_MAX_S, 1)),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    /// There and back, whatever happened to the line in between: never a gain.
    #[test]
    fn a_round_trip_never_gains(
        (seconds, there_line) in payment(), (_, back_line) in payment(),
        rate in rate(), slope_bp in 0u16..=SLOPE_MAX_BP,
    ) {
        if let Ok(there) = convert(amount(seconds), rate, slope_bp, there_line) {
            if let Ok(back) = convert(there, rate.back(), slope_bp, back_line) {
                prop_assert!(back.seconds() <= seconds);
            }
        }
    }

    /// In pieces a payment never fetches more than at once.
    #[test]
    fn cutting_a_payment_gains_nothing((seconds, before) in payment(), rate in rate(), slope_bp in 0u16..=SLOPE_MAX_BP, cut in any::<prop::sample::Index>()) {
        prop_assume!(seconds > 1);
        let first = 1 + cut.index(seconds as usize - 1) as i64;
        let between = line(before.owes_s.0 + first, before.limit_s.0);
        let arrives = |seconds, line| match convert(amount(seconds), rate, slope_bp, line) {
            Ok(there) => Some(there.seconds()),
            Err(RateRefusal::TooSmall { .. }) => Some(0),
            Err(_) => None,
        };
        if let Some(whole) = arrives(seconds, before) {
            let pieces = arrives(first, before).zip(arrives(seconds - first, between));
            let (one, other) = pieces.expect("pieces fit where the whole does");
            prop_assert!(one + other <= whole);
        }
    }

    /// More in is never less out.
    #[test]
    fn a_second_more_never_fetches_less((seconds, line) in payment(), rate in rate(), slope_bp in 0u16..=SLOPE_MAX_BP) {
        prop_assume!(seconds > 1);
        if let (Ok(less), Ok(more)) = (
            convert(amount(seconds - 1), rate, slope_bp, line),
            convert(amount(seconds), rate, slope_bp, line),
        ) {
            prop_assert!(less <= more);
        }
    }
}
