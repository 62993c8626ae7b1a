//! Carriers: what is put in comes out, and what was bent on the way is refused.

mod common;

use common::hostile::decode;
use common::*;
use commons_credit_handover::carrier::*;
use commons_credit_handover::payment::PAYMENT_BYTES;
use commons_credit_handover::*;

/// GSM's default alphabet, its ASCII part without the extension table (which costs
/// two septets) and without line ends: 3GPP TS 23.038, written out here once more.
const GSM_ONE_SEPTET: &str =
    "@$_ !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// QR's alphanumeric mode: ISO/IEC 18004, table 5.
const QR_ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

fn slip_of(read: Result<Read, Refusal>) -> (Slip, Carrier) {
    match read {
        Ok(Read::Slip { slip, carrier, .. }) => (slip, carrier),
        other => panic!("{other:?} is no slip"),
    }
}

fn code(read: Result<Read, Refusal>) -> &'static str {
    match read {
        Ok(_) => "read",
        Err(refusal) => refusal.code(),
    }
}

#[test]
fn every_carrier_brings_every_slip_and_is_told_from_the_others() {
    for packet in packets() {
        for (carrier, bytes) in carried(&packet) {
            assert_eq!(
                slip_of(read_bytes(&bytes)),
                (packet.slip().clone(), carrier)
            );
            assert!(decode(&bytes));
            if let Ok(text) = std::str::from_utf8(&bytes) {
                assert_eq!(slip_of(read_text(text)), (packet.slip().clone(), carrier));
            }
        }
    }
}

#[test]
fn texts_use_the_letters_of_their_carrier() {
    for packet in packets() {
        let one_message = packet.slip().kind() != "proof";
        let message = message(&packet);
        assert!(
            message
                .chars()
                .all(|letter| GSM_ONE_SEPTET.contains(letter)),
            "{message}"
        );
        assert!(!message.contains([' ', '\'', '"']));
        assert_eq!(messages(&message) == 1, one_message, "{}", message.len());
        assert!(message.len() <= 160 || !one_message);
        assert!(qr_text(&packet)
            .chars()
            .all(|letter| QR_ALPHANUMERIC.contains(letter)));
        assert!(packet.to_bytes().len() <= 231);
    }
    assert_eq!(messages(&"x".repeat(160)), 1);
    assert_eq!(messages(&"x".repeat(161)), 2);
    assert_eq!(messages(&"x".repeat(307)), 3);
}

#[test]
fn the_letters_of_messages_are_all_one_septet_but_blank_and_quotes() {
    let mut ours: Vec<u8> = radix::BASE83.letters().to_vec();
    let mut all: Vec<u8> = GSM_ONE_SEPTET
        .bytes()
        .filter(|letter| !b" '\"".contains(letter))
        .collect();
    ours.sort_unstable();
    all.sort_unstable();
    assert_eq!(ours, all);
}

#[test]
fn people_write_around_it_and_lines_break() {
    for packet in packets() {
        for text in [link(&packet), qr_text(&packet), message(&packet)] {
            let broken = text
                .as_bytes()
                .chunks(50)
                .map(|line| String::from_utf8_lossy(line))
                .collect::<Vec<_>>()
                .join("\r\n");
            for written in [
                format!("  {text}\n"),
                format!("Here it is: {text} thank you!"),
                format!("Hallo Ben,\n{text}\nViele Grüße, Anna"),
                format!("({text})."),
                // Keyboards begin a message with a capital letter.
                format!("C{}", &text[1..]),
                broken,
            ] {
                let (slip, _) = slip_of(read_text(&written));
                assert_eq!(&slip, packet.slip(), "{written}");
            }
        }
        for text in [link(&packet), qr_text(&packet)] {
            let escaped = format!("https://example.org/#{}", text.replace(':', "%3A"));
            assert_eq!(&slip_of(read_text(&escaped)).0, packet.slip());
        }
        let small = qr_text(&packet).to_lowercase();
        assert_eq!(&slip_of(read_text(&small)).0, packet.slip());
    }
}

#[test]
fn a_changed_letter_is_seen_in_every_carrier() {
    let packet = payment_packet();
    let mut dice = Dice(7);
    for (carrier, bytes) in carried(&packet) {
        if carrier == Carrier::Bare {
            continue;
        }
        let head = match carrier {
            Carrier::Radio => 0,
            Carrier::File => FILE_MAGIC.len(),
            _ => LINK_PREFIX.len(),
        };
        let letters = &bytes[head..].to_vec();
        for at in head..bytes.len() {
            let mut bent = bytes.clone();
            // A letter that the carrier has, so that only the seal can tell.
            while bent[at] == bytes[at] {
                bent[at] = letters[dice.below(letters.len())];
            }
            // Without a form that is known, radio bytes are nobody's.
            let expected = match (carrier, at) {
                (Carrier::Radio, 0) => "E_HANDOVER_UNREADABLE",
                _ => "E_HANDOVER_DAMAGED",
            };
            assert_eq!(code(read_bytes(&bent)), expected, "{carrier:?} at {at}");
        }
        for length in head + 1..bytes.len() {
            // Radio bytes without their whole seal are the bare slip.
            let expected = match (carrier, length) {
                (Carrier::Radio, PAYMENT_BYTES) => "read",
                _ => "E_HANDOVER_DAMAGED",
            };
            assert_eq!(code(read_bytes(&bytes[..length])), expected);
        }
    }
}

#[test]
fn what_is_not_ours_is_told_from_what_is_damaged() {
    for (text, expected) in [
        ("", "E_HANDOVER_UNREADABLE"),
        ("Hallo Ben", "E_HANDOVER_UNREADABLE"),
        ("{\"a\": 1}", "E_HANDOVER_UNREADABLE"),
        ("cc1:h3ZpbGxhZ2U", "E_HANDOVER_INVITATION"),
        ("cc2:", "E_HANDOVER_DAMAGED"),
        ("CC3:HALLO", "E_HANDOVER_DAMAGED"),
        ("cc4:hallo", "E_HANDOVER_DAMAGED"),
    ] {
        assert_eq!(code(read_text(text)), expected, "{text}");
        assert_eq!(code(read_bytes(text.as_bytes())), expected, "{text}");
    }
    assert_eq!(
        code(read_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")),
        "E_HANDOVER_UNREADABLE"
    );
    assert_eq!(code(read_bytes(FILE_MAGIC)), "E_HANDOVER_DAMAGED");
    assert_eq!(
        code(read_text(&"x".repeat(20_000))),
        "E_HANDOVER_UNREADABLE"
    );
    assert_eq!(code(read_text(&"x".repeat(20_001))), "E_HANDOVER_TOO_LONG");
    assert_eq!(code(read_bytes(&[0x10; 20_001])), "E_HANDOVER_TOO_LONG");
    assert!(matches!(
        read_text("UR:CC-PARCEL/1-2/LPAD"),
        Ok(Read::Frame(_))
    ));
}

/// A packet of a later program: another form, the CRC where it always is.
#[test]
fn a_later_form_is_told_from_damage_in_every_carrier() {
    let crc = crc::Crc::<u16>::new(&crc::CRC_16_IBM_3740);
    let mut later = vec![0x90; 100];
    later.extend(crc.checksum(&later).to_be_bytes());
    let base83 = radix::BASE83.encode(&later).expect("short");
    let base38 = radix::BASE38.encode(&later).expect("short");
    for bytes in [
        later.clone(),
        format!("cc4:{base83}").into_bytes(),
        format!("CC3:{base38}").into_bytes(),
        [FILE_MAGIC.as_slice(), &later].concat(),
    ] {
        let read = read_bytes(&bytes);
        assert_eq!(read, Err(Refusal::VersionUnknown { form: 9 }));
    }
}

#[test]
fn a_request_and_its_hint_name_one_village() {
    let packet = Packet::to_village(Slip::Request(request(false)), &NEIGHBOUR);
    assert_eq!(
        packet.hints().village,
        0xc5,
        "the request's own village counts"
    );
    let mut bytes = packet.to_bytes();
    let at = bytes.len() - 3;
    bytes[at] ^= 1;
    let check = crc::Crc::<u16>::new(&crc::CRC_16_IBM_3740).checksum(&bytes[..=at]);
    bytes[at + 1..].copy_from_slice(&check.to_be_bytes());
    assert_eq!(code(read_bytes(&bytes)), "E_HANDOVER_NOT_CANONICAL");
}

/// Drawn by one program, read by another, at three pixels a module.
#[test]
fn qr_codes_are_read_by_an_independent_reader() {
    for packet in packets() {
        let text = qr_text(&packet);
        let matrix = qr::Matrix::of(&text).expect("a code");
        assert!(matrix.version() <= 10);
        let (scale, quiet) = (3, qr::QUIET_MODULES);
        let side = (matrix.size() + 2 * quiet) * scale;
        let dark = |x: usize, y: usize| {
            let inside = (x / scale)
                .checked_sub(quiet)
                .zip((y / scale).checked_sub(quiet));
            inside.is_some_and(|(x, y)| matrix.dark(x, y))
        };
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, dark);
        let grids = image.detect_grids();
        let (_, read) = grids[0].decode().expect("a readable code");
        assert_eq!(read, text);
        assert_eq!(&slip_of(read_text(&read)).0, packet.slip());
    }
    assert_eq!(
        qr::Matrix::of(&qr_text(&payment_packet())).map(|code| code.version()),
        Ok(6)
    );
    assert!(matches!(
        qr::Matrix::of(&"x".repeat(5_000)),
        Err(Refusal::TooLong { length: 5_000, .. })
    ));
}

#[test]
fn a_terminal_shows_a_code_with_its_border() {
    let matrix = qr::Matrix::of("CC3:").expect("a code");
    let picture = matrix.to_terminal();
    let lines: Vec<&str> = picture.lines().collect();
    assert_eq!(
        lines.len(),
        (matrix.size() + 2 * qr::QUIET_MODULES).div_ceil(2)
    );
    assert!(lines
        .iter()
        .all(|line| line.chars().count() == matrix.size() + 8));
    assert!(lines[0].chars().all(|letter| letter == '█'));
    assert!(picture.contains(' '));
}
