//! Parcels as frames: any sufficient handful gives the parcel back.

mod common;

use common::*;
use commons_credit_handover::stream::*;
use commons_credit_handover::*;

fn frames(parcel: &[u8], fragment_bytes: usize, count: usize) -> Vec<String> {
    let mut writer = FrameWriter::new(parcel, fragment_bytes).expect("a parcel");
    (0..count).map(|_| writer.next_frame()).collect()
}

fn code<T: std::fmt::Debug>(verdict: Result<T, Refusal>) -> &'static str {
    verdict.expect_err("refused").code()
}

#[test]
fn frames_are_texts_for_qr_and_have_a_readable_size() {
    let parcel = Dice(1).bytes(FRAGMENT_BYTES * 20);
    for frame in frames(&parcel, FRAGMENT_BYTES, 40) {
        assert!(frame.starts_with("UR:CC-PARCEL/"), "{frame}");
        assert!(qr::Matrix::of(&frame).expect("a code").version() <= 14);
        assert!(matches!(read_text(&frame), Ok(Read::Frame(_))));
    }
    let large = Dice(1).bytes(FRAGMENT_MAX_BYTES * 20);
    for frame in frames(&large, FRAGMENT_MAX_BYTES, 40) {
        assert!(frame.len() <= FRAME_MAX_LETTERS);
        assert!(qr::Matrix::of(&frame).expect("a code").version() <= 27);
    }
}

#[test]
fn without_loss_every_fragment_is_shown_once() {
    let mut dice = Dice(2);
    for fragments in [1, 2, 7, 64, 65, 300] {
        let parcel = dice.bytes(fragments * 16);
        let (shown, _) = frames_needed(&parcel, 16, 0, &mut dice, false);
        assert_eq!(shown, fragments);
    }
}

/// The aim: 1.7 frames a fragment when a fifth is lost. `examples/handover-bench.rs`
/// prints every size.
#[test]
fn with_a_fifth_lost_it_takes_less_than_the_aim() {
    let mut dice = Dice(3);
    for fragments in [10, 40, 160] {
        let runs = 40;
        let shown: usize = (0..runs)
            .map(|_| {
                let parcel = dice.bytes(fragments * 16);
                frames_needed(&parcel, 16, 20, &mut dice, false).0
            })
            .sum();
        let ratio_percent = shown * 100 / (runs * fragments);
        assert!(
            ratio_percent <= 170,
            "{fragments} fragments: {ratio_percent} %"
        );
    }
}

#[test]
fn order_repetition_and_a_late_start_do_not_matter() {
    let mut dice = Dice(4);
    let parcel = dice.bytes(500);
    let mut late = frames(&parcel, 20, 400).split_off(100);
    for at in (1..late.len()).rev() {
        late.swap(at, dice.below(at + 1));
    }
    let mut reader = FrameReader::default();
    let mut known = 0;
    for frame in &late {
        let progress = reader.receive(frame).expect("a frame");
        assert_eq!(progress.fragments, 25);
        assert!(progress.known >= known && progress.known <= 25);
        known = progress.known;
        assert_eq!(reader.receive(&frame.to_lowercase()), Ok(progress));
        assert_eq!(reader.parcel().expect("whole").is_some(), known == 25);
    }
    assert_eq!(reader.parcel(), Ok(Some(parcel)));
}

/// Other programs that know Uniform Resources read ours, and we read theirs.
#[test]
fn frames_are_those_of_the_kept_crate() {
    let parcel = Dice(5).bytes(333);
    let mut theirs = ur::Decoder::default();
    for frame in frames(&parcel, 20, 17) {
        theirs.receive(&frame).expect("a frame");
    }
    assert_eq!(theirs.message().expect("whole"), Some(parcel.clone()));
    let mut encoder = ur::Encoder::new(&parcel, 20, PARCEL_TYPE).expect("a parcel");
    let mut ours = FrameReader::default();
    while ours.parcel().expect("whole").is_none() {
        let frame = encoder.next_part().expect("a frame");
        if !encoder.current_index().is_multiple_of(3) {
            ours.receive(&frame).expect("a frame");
        }
    }
    assert_eq!(ours.parcel(), Ok(Some(parcel)));
}

#[test]
fn a_frame_of_another_parcel_or_kind_is_refused_and_changes_nothing() {
    let (one, other) = (Dice(6).bytes(100), Dice(7).bytes(100));
    let mut reader = FrameReader::default();
    for frame in frames(&one, 20, 4) {
        reader.receive(&frame).expect("a frame");
    }
    assert_eq!(
        code(reader.receive(&frames(&other, 20, 1)[0])),
        "E_HANDOVER_FRAME_OTHER"
    );
    let mut foreign = ur::Encoder::bytes(&one, 20).expect("a parcel");
    let frame = foreign.next_part().expect("a frame");
    assert_eq!(code(reader.receive(&frame)), "E_HANDOVER_FRAME_OTHER");
    for frame in frames(&one, 20, 5) {
        reader.receive(&frame).expect("a frame");
    }
    assert_eq!(reader.parcel(), Ok(Some(one)));
}

#[test]
fn every_changed_letter_of_a_frame_is_seen() {
    let frame = &frames(&[7; 100], 20, 9)[8];
    for at in 0..frame.len() {
        for letter in [b'A', b'E', b'1', b'/'] {
            let mut bent = frame.clone().into_bytes();
            if bent[at] == letter {
                continue;
            }
            bent[at] = letter;
            let bent = String::from_utf8(bent).expect("ASCII");
            let mut reader = FrameReader::default();
            reader.receive(&bent).expect_err("refused");
        }
        FrameReader::default()
            .receive(&frame[..at])
            .expect_err("refused");
    }
}

/// A frame made by hand: CBOR within limits or beyond them, its own checksum good.
fn made(numbers: [u32; 4], data: &[u8], more: &[u8]) -> String {
    let mut cbor = minicbor::Encoder::new(Vec::new());
    cbor.array(5).expect("memory");
    for number in numbers {
        cbor.u32(number).expect("memory");
    }
    cbor.bytes(data).expect("memory");
    let bytes = [cbor.into_writer(), more.to_vec()].concat();
    let body = ur::bytewords::encode(&bytes, ur::bytewords::Style::Minimal);
    format!("ur:{PARCEL_TYPE}/{}-{}/{body}", numbers[0], numbers[1])
}

#[test]
fn frames_that_claim_too_much_are_refused_before_anything_is_kept() {
    let read = |frame: &str| {
        let verdict = FrameReader::default().receive(frame);
        verdict.map_err(|refusal| refusal.code())
    };
    read(&made([1, 2, 30, 9], &[1; 16], &[])).expect("a frame");
    for numbers in [
        [0, 2, 30, 9],
        [1, 0, 30, 9],
        [1, 2, 0, 9],
        [1, 2, 33, 9],
        [1, 2, 16, 9],
        [1, 1_025, 1_025 * 16, 9],
        [1, u32::MAX, u32::MAX, 9],
        [1, 2, u32::MAX, 9],
    ] {
        assert_eq!(
            read(&made(numbers, &[1; 16], &[])),
            Err("E_HANDOVER_DAMAGED"),
            "{numbers:?}"
        );
    }
    let empty = made([1, 1, 1, 9], &[], &[]);
    assert_eq!(read(&empty), Err("E_HANDOVER_DAMAGED"));
    let behind = made([1, 2, 30, 9], &[1; 16], &[0]);
    assert_eq!(read(&behind), Err("E_HANDOVER_DAMAGED"));
    let large = made([1, 1, 1_001, 9], &[1; 1_001], &[]);
    assert_eq!(read(&large), Err("E_HANDOVER_DAMAGED"));
    let larger = "U".repeat(FRAME_MAX_LETTERS + 1);
    assert_eq!(read(&larger), Err("E_HANDOVER_TOO_LONG"));
}

/// A reader is fed for minutes; whatever comes, it keeps to its one parcel.
#[test]
fn a_reader_takes_any_row_of_frames_without_panic() {
    let mut dice = Dice(8);
    for _ in 0..50 {
        let mut reader = FrameReader::default();
        let fragments = 1 + dice.below(70) as u32;
        for _ in 0..100 {
            let sequence = 1 + dice.roll() as u32 % 200;
            let other = dice.below(10) == 0;
            let length = if other { 15 } else { 16 };
            let frame = made(
                [sequence, fragments, fragments * length, 9],
                &dice.bytes(length as usize),
                &[],
            );
            if let Ok(progress) = reader.receive(&frame) {
                assert!(progress.known <= progress.fragments);
                if progress.known == progress.fragments {
                    reader.parcel().expect_err("noise has another checksum");
                }
            }
        }
    }
}

#[test]
fn a_false_frame_spoils_the_parcel_and_it_is_seen() {
    let parcel = vec![5; 32];
    let good = frames(&parcel, 16, 2);
    let check = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&parcel);
    let mut reader = FrameReader::default();
    reader.receive(&good[0]).expect("a frame");
    reader
        .receive(&made([2, 2, 32, check], &[6; 16], &[]))
        .expect("a frame");
    assert_eq!(code(reader.parcel()), "E_HANDOVER_DAMAGED");
}

#[test]
fn parcels_and_fragments_have_limits() {
    let new = |parcel: &[u8], fragment| FrameWriter::new(parcel, fragment).map(|_| ());
    new(&[1], FRAGMENT_MIN_BYTES).expect("a parcel");
    new(&vec![1; PARCEL_MAX_BYTES], FRAGMENT_BYTES).expect("a parcel");
    new(&[1; FRAGMENTS_MAX * 16], 16).expect("a parcel");
    for (parcel, fragment, expected) in [
        (vec![], 20, "E_HANDOVER_PARCEL_LENGTH"),
        (
            vec![1; PARCEL_MAX_BYTES + 1],
            1_000,
            "E_HANDOVER_PARCEL_LENGTH",
        ),
        (
            vec![1; FRAGMENTS_MAX * 16 + 1],
            16,
            "E_HANDOVER_PARCEL_LENGTH",
        ),
        (
            vec![1],
            FRAGMENT_MIN_BYTES - 1,
            "E_HANDOVER_FRAGMENT_LENGTH",
        ),
        (
            vec![1],
            FRAGMENT_MAX_BYTES + 1,
            "E_HANDOVER_FRAGMENT_LENGTH",
        ),
    ] {
        assert_eq!(code(new(&parcel, fragment)), expected);
    }
}
