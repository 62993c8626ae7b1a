//! Slips: one encoding each, everything else refused.

mod common;

use common::hostile::malleated;
use common::*;
use commons_credit_handover::*;
use proptest::prelude::*;

fn slips() -> Vec<Slip> {
    packets()
        .iter()
        .map(|packet| packet.slip().clone())
        .collect()
}

fn code(bytes: &[u8]) -> &'static str {
    match Slip::from_bytes(bytes) {
        Ok(slip) => slip.kind(),
        Err(refusal) => refusal.code(),
    }
}

#[test]
fn every_slip_reads_as_what_was_written_and_keeps_its_budget() {
    for (slip, most) in slips().iter().zip([120, 120, 120, 250, 120, 120]) {
        let bytes = slip.to_bytes();
        assert_eq!(Slip::from_bytes(&bytes).as_ref(), Ok(slip));
        assert!(bytes.len() <= most, "{} has {}", slip.kind(), bytes.len());
    }
}

#[test]
fn a_slip_that_is_cut_or_has_more_behind_it_is_damaged() {
    for slip in slips() {
        let bytes = slip.to_bytes();
        for length in 1..bytes.len() {
            // A request with its citation cut off whole is a request without one.
            if slip.kind() == "request" && length == 48 {
                continue;
            }
            assert_eq!(code(&bytes[..length]), "E_HANDOVER_DAMAGED", "{length}");
        }
        for more in [1, 4, 31, 33] {
            let longer = [bytes.clone(), vec![0; more]].concat();
            assert_eq!(code(&longer), "E_HANDOVER_DAMAGED");
        }
    }
    assert_eq!(code(&[]), "E_HANDOVER_UNREADABLE");
}

#[test]
fn forms_that_are_not_known_ask_for_a_newer_program() {
    for form in (0..16u8).filter(|form| !(1..=5).contains(form)) {
        let mut bytes = payment().to_bytes();
        bytes[0] = form << 4 | bytes[0] & 0xf;
        assert_eq!(
            Slip::from_bytes(&bytes),
            Err(Refusal::VersionUnknown { form })
        );
    }
}

/// Writes over some bytes of a slip and reads it.
fn with(slip: &Slip, at: usize, bytes: &[u8]) -> &'static str {
    let mut changed = slip.to_bytes();
    changed[at..at + bytes.len()].copy_from_slice(bytes);
    code(&changed)
}

#[test]
fn numbers_and_amounts_stay_in_their_range() {
    let [payment, iou, receipt, proof, request, _] = &slips()[..] else {
        panic!("six packets");
    };
    for (slip, form) in [(payment, 1u32), (iou, 2), (receipt, 3), (proof, 4)] {
        let head = |number: u32| (form << 28 | number).to_be_bytes();
        assert_eq!(with(slip, 0, &head(0)), "E_HANDOVER_NOT_CANONICAL");
        assert_eq!(with(slip, 0, &head(1)), slip.kind());
        assert_eq!(with(slip, 0, &head((1 << 28) - 1)), slip.kind());
    }
    for (slip, at) in [
        (payment, 4),
        (iou, 4),
        (iou, 8),
        (receipt, 4),
        (proof, 48),
        (proof, 144),
    ] {
        let at_amount = |seconds: u32| with(slip, at, &seconds.to_be_bytes());
        assert_eq!(at_amount(0), "E_AMOUNT_NOT_POSITIVE");
        assert_eq!(at_amount(1), slip.kind());
        assert_eq!(at_amount(3_600_000_000), slip.kind());
        assert_eq!(at_amount(3_600_000_001), "E_AMOUNT_TOO_LARGE");
    }
    assert_eq!(with(request, 44, &[0; 4]), "request");
    assert_eq!(
        with(request, 44, &3_600_000_001u32.to_be_bytes()),
        "E_AMOUNT_TOO_LARGE"
    );
    assert_eq!(with(request, 0, &0x5000_0002u32.to_be_bytes()), "request");
    assert_eq!(
        with(request, 0, &0x5000_0003u32.to_be_bytes()),
        "E_HANDOVER_NOT_CANONICAL"
    );
}

#[test]
fn keys_and_signatures_have_one_writing() {
    // The prime itself, a second writing of zero; the largest coordinate.
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    let mut signed_prime = prime;
    signed_prime[31] |= 0x80;
    let mut largest = prime;
    largest[0] = 0xec;
    let slips = slips();
    for (slip, at) in [(0, 8), (2, 8), (3, 4), (4, 12)] {
        assert_eq!(with(&slips[slip], at, &prime), "E_HANDOVER_NOT_CANONICAL");
        assert_eq!(
            with(&slips[slip], at, &signed_prime),
            "E_HANDOVER_NOT_CANONICAL"
        );
        assert_eq!(with(&slips[slip], at, &largest), slips[slip].kind());
    }
    for (slip, at) in [(0, 56), (1, 52), (2, 56), (3, 68), (3, 164)] {
        let bytes = slips[slip].to_bytes();
        let mut signature = [0; 64];
        signature.copy_from_slice(&bytes[at..at + 64]);
        let other = malleated(&commons_credit_ledger::SignatureBytes(signature));
        assert_eq!(with(&slips[slip], at, &other.0), "E_HANDOVER_NOT_CANONICAL");
        assert_eq!(
            with(&slips[slip], at + 63, &[0xff]),
            "E_HANDOVER_NOT_CANONICAL"
        );
    }
}

#[test]
fn the_halves_of_a_proof_differ_and_stand_in_order() {
    let proof = proof();
    let bytes = proof.to_bytes();
    let (first, second) = (&bytes[36..132], &bytes[132..]);
    let turned = [&bytes[..36], second, first].concat();
    assert_eq!(code(&turned), "E_HANDOVER_NOT_CANONICAL");
    let twice = [&bytes[..36], first, first].concat();
    assert_eq!(code(&twice), "E_HANDOVER_SAME_STATEMENT");
    // Another signature under the same statement is still the same statement.
    let two_signatures = [&bytes[..36], first, &first[..32], &second[32..]].concat();
    assert_eq!(code(&two_signatures), "E_HANDOVER_SAME_STATEMENT");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_decodes_encodes_to_the_same_bytes(
        form in 0u8..7,
        length in prop_oneof![Just(116usize), Just(120), Just(228), Just(48), Just(80), 0usize..260],
        fill in any::<u64>(),
    ) {
        let mut bytes = Dice(fill).bytes(length);
        // Amounts and signatures that are in range more often than chance has it.
        for at in [0usize, 4, 8, 44, 48, 144] {
            if let Some(byte) = bytes.get_mut(at) {
                *byte &= 0x0f;
            }
        }
        for at in [115usize, 119, 131, 227] {
            if let Some(byte) = bytes.get_mut(at) {
                *byte &= 0x0f;
            }
        }
        if let Some(first) = bytes.first_mut() {
            *first |= form << 4;
        }
        if let Ok(slip) = Slip::from_bytes(&bytes) {
            prop_assert_eq!(slip.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_payment_survives_its_bytes(
        number in 1u64..=268_435_455,
        seconds in 1i64..=3_600_000_000,
        seed in any::<[u8; 32]>(),
        page in any::<[u8; 16]>(),
    ) {
        let giver = ed25519_dalek::SigningKey::from_bytes(&seed);
        let statement = commons_credit_ledger::cheque::Statement {
            page,
            ..said(&giver, &ben(), number, seconds)
        };
        let (statement, signature) = signed(&giver, &statement);
        let payment = Payment::of(&statement, signature).expect("a payment");
        let read = Slip::from_bytes(&payment.to_bytes());
        prop_assert_eq!(read, Ok(Slip::Payment(payment)));
        let cheque = check_payment(&payment, None, &ben_reads());
        prop_assert_eq!(cheque.map(|cheque| cheque.statement), Ok(statement));
    }
}
