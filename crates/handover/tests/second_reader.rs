//! A second program: reads what is handed over from `docs/cheque-format.md` alone.
//! It shares no code with the crate, only the frozen files; slow and obvious.

use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

type Refused = &'static str;

const BASE38: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.";
const BASE83: &str =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+,-./:;<=>?@_";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const FILE: [u8; 8] = [0x89, 0x43, 0x43, 0x48, 0x0d, 0x0a, 0x1a, 0x0a];

fn file(name: &str) -> Value {
    let path = format!("{}/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the file is there");
    serde_json::from_str(&text).expect("it is JSON")
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("a text");
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How many bytes so many digits stand for: found by multiplying bytes, one by one.
fn power(base: u16, digits: usize) -> Vec<u8> {
    (0..digits).fold(vec![1], |number, _| times(number, base, 0))
}

/// A number with its least byte first.
fn times(mut number: Vec<u8>, factor: u16, plus: u16) -> Vec<u8> {
    let mut carry = plus;
    for byte in &mut number {
        let product = u16::from(*byte) * factor + carry;
        *byte = (product % 256) as u8;
        carry = product / 256;
    }
    if carry > 0 {
        number.push(carry as u8);
    }
    number
}

fn from_base(alphabet: &str, text: &str) -> Option<Vec<u8>> {
    let base = alphabet.len() as u16;
    let mut number = vec![];
    for letter in text.chars() {
        number = times(number, base, alphabet.find(letter)? as u16);
    }
    let length = power(base, text.len()).len() - 1;
    let fewest = text.is_empty() || power(base, text.len() - 1).len() - 1 < length;
    while number.last() == Some(&0) {
        number.pop();
    }
    if number.len() > length || !fewest {
        return None;
    }
    number.resize(length, 0);
    number.reverse();
    Some(number)
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0u32, 0, vec![]);
    for letter in text.chars() {
        bits = bits << 6 | BASE64.find(letter)? as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0 && held < 6).then_some(bytes)
}

fn crc16(bytes: &[u8]) -> u16 {
    let mut crc = 0xffffu16;
    for byte in bytes {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            let top = crc & 0x8000 != 0;
            crc <<= 1;
            if top {
                crc ^= 0x1021;
            }
        }
    }
    crc
}

/// Slip, and the seal's hints if there are any.
type Sealed = (Vec<u8>, Vec<u8>);

fn slip_lengths(form: u8) -> Option<&'static [usize]> {
    match form {
        1 | 3 => Some(&[120]),
        2 => Some(&[116]),
        4 => Some(&[228]),
        5 => Some(&[48, 80]),
        _ => None,
    }
}

fn unseal(packet: &[u8]) -> Result<Sealed, Refused> {
    let damaged = "E_HANDOVER_DAMAGED";
    let split = packet.len().checked_sub(2).ok_or(damaged)?;
    let (inside, crc) = packet.split_at(split);
    if crc16(inside).to_be_bytes() != crc {
        return Err(damaged);
    }
    let form = packet[0] >> 4;
    let lengths = slip_lengths(form).ok_or("E_HANDOVER_VERSION")?;
    let hints = if form == 1 { 2 } else { 1 };
    match lengths
        .iter()
        .find(|length| **length + hints == inside.len())
    {
        None => Err(damaged),
        Some(length) => Ok((inside[..*length].to_vec(), inside[*length..].to_vec())),
    }
}

fn open(input: &[u8]) -> Result<Sealed, Refused> {
    if let Some(packet) = input.strip_prefix(&FILE) {
        return unseal(packet);
    }
    if input.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        let text = std::str::from_utf8(input).expect("ASCII");
        let digits = |prefix: &str| text.strip_prefix(prefix);
        let packet = if let Some(digits) = digits("cc2:") {
            from_base64(digits)
        } else if let Some(digits) = digits("CC3:") {
            from_base(BASE38, digits)
        } else if let Some(digits) = digits("cc4:") {
            from_base(BASE83, digits)
        } else if text.starts_with("cc1:") {
            return Err("E_HANDOVER_INVITATION");
        } else {
            return Err("E_HANDOVER_UNREADABLE");
        };
        return unseal(&packet.ok_or("E_HANDOVER_DAMAGED")?);
    }
    match slip_lengths(input[0] >> 4) {
        Some(lengths) if lengths.contains(&input.len()) => Ok((input.to_vec(), vec![])),
        Some(_) => unseal(input),
        None => unseal(input).map_err(|code| match code {
            "E_HANDOVER_DAMAGED" => "E_HANDOVER_UNREADABLE",
            other => other,
        }),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn amount_at(bytes: &[u8], at: usize) -> Result<u32, Refused> {
    match u32_at(bytes, at) {
        0 => Err("E_AMOUNT_NOT_POSITIVE"),
        seconds @ 1..=3_600_000_000 => Ok(seconds),
        _ => Err("E_AMOUNT_TOO_LARGE"),
    }
}

fn number_of(slip: &[u8]) -> Result<u32, Refused> {
    match u32_at(slip, 0) & 0x0fff_ffff {
        0 => Err("E_HANDOVER_NOT_CANONICAL"),
        number => Ok(number),
    }
}

/// 2^255 - 19 and 2^252 + 27742317777372353535851937790883648493, most significant
/// byte first.
fn key_at(slip: &[u8], at: usize) -> Result<[u8; 32], Refused> {
    let key: [u8; 32] = slip[at..at + 32].try_into().expect("32 bytes");
    let mut coordinate = key;
    coordinate.reverse();
    coordinate[0] &= 0x7f;
    let prime = unhex(&json!(
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"
    ));
    if coordinate.as_slice() >= prime.as_slice() {
        return Err("E_HANDOVER_NOT_CANONICAL");
    }
    Ok(key)
}

fn signature_at(slip: &[u8], at: usize) -> Result<[u8; 64], Refused> {
    let signature: [u8; 64] = slip[at..at + 64].try_into().expect("64 bytes");
    let mut s = signature[32..].to_vec();
    s.reverse();
    let order = unhex(&json!(
        "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"
    ));
    if s >= order {
        return Err("E_HANDOVER_NOT_CANONICAL");
    }
    Ok(signature)
}

fn holds(key: &[u8; 32], statement: &[u8], signature: &[u8; 64]) -> Result<(), Refused> {
    let weak = "E_HANDOVER_WEAK_KEY";
    let key = VerifyingKey::from_bytes(key).map_err(|_| weak)?;
    if key.is_weak() {
        return Err(weak);
    }
    key.verify_strict(statement, &Signature::from_bytes(signature))
        .map_err(|_| "E_HANDOVER_SIGNATURE")
}

/// A member's tag.
fn receiver_tag(key: &[u8]) -> Vec<u8> {
    let digest = Sha256::new()
        .chain_update(23u64.to_be_bytes())
        .chain_update("commons-credit/receiver")
        .chain_update(key)
        .chain_update([0])
        .finalize();
    digest[..12].to_vec()
}

fn wide(number: u32) -> [u8; 8] {
    u64::from(number).to_be_bytes()
}

/// The 95 bytes.
fn cheque(
    village: &[u8],
    giver: &[u8],
    receiver: &[u8],
    numbers: [u32; 2],
    page: &[u8],
) -> Vec<u8> {
    let [number, amount] = numbers.map(wide);
    [
        b"cc-cheque/\x01",
        &village[..8],
        giver,
        receiver,
        &number,
        &amount,
        page,
    ]
    .concat()
}

/// What the slip says, the statements under it, and its signer; canonical or refused.
struct Opened {
    said: Value,
    statements: Vec<Vec<u8>>,
    signer: Option<[u8; 32]>,
    signatures: Vec<[u8; 64]>,
}

fn understand(
    slip: &[u8],
    village: &[u8],
    reader: &[u8],
    gateway: &[u8],
) -> Result<Opened, Refused> {
    match slip[0] >> 4 {
        1 => {
            let (number, amount) = (number_of(slip)?, amount_at(slip, 4)?);
            let (giver, page) = (key_at(slip, 8)?, &slip[40..56]);
            let receiver = receiver_tag(reader);
            Ok(Opened {
                said: json!({ "kind": "payment", "number": number, "amount_s": amount, "giver": hex(&giver), "page": hex(page) }),
                statements: vec![cheque(village, &giver, &receiver, [number, amount], page)],
                signatures: vec![signature_at(slip, 56)?],
                signer: Some(giver),
            })
        }
        2 => {
            let number = number_of(slip)?;
            let (amount, gives, sheet) =
                (amount_at(slip, 4)?, amount_at(slip, 8)?, u32_at(slip, 12));
            let (issuer, receiver, payment) = (&slip[16..24], &slip[24..36], &slip[36..52]);
            let statement = [
                b"cc-iou/\x01",
                issuer,
                &village[..8],
                gateway,
                &wide(number),
                &wide(amount),
                &wide(gives),
                &sheet.to_be_bytes(),
                receiver,
                payment,
            ]
            .concat();
            Ok(Opened {
                said: json!({ "kind": "iou", "number": number, "amount_s": amount, "gives_s": gives, "sheet": sheet,
                    "issuer": hex(issuer), "receiver": hex(receiver), "payment": hex(payment) }),
                statements: vec![statement],
                signatures: vec![signature_at(slip, 52)?],
                signer: Some(gateway.try_into().expect("32 bytes")),
            })
        }
        3 => {
            let (number, amount) = (number_of(slip)?, amount_at(slip, 4)?);
            let (receiver, payment) = (key_at(slip, 8)?, &slip[40..56]);
            let statement = [
                b"cc-receipt/\x01",
                &village[..8],
                &receiver,
                &wide(number),
                &wide(amount),
                payment,
            ]
            .concat();
            Ok(Opened {
                said: json!({ "kind": "receipt", "number": number, "amount_s": amount, "receiver": hex(&receiver), "payment": hex(payment) }),
                statements: vec![statement],
                signatures: vec![signature_at(slip, 56)?],
                signer: Some(receiver),
            })
        }
        4 => {
            let (number, giver) = (number_of(slip)?, key_at(slip, 4)?);
            let halves = [&slip[36..132], &slip[132..228]];
            let amounts = [amount_at(halves[0], 12)?, amount_at(halves[1], 12)?];
            let signatures = vec![signature_at(halves[0], 32)?, signature_at(halves[1], 32)?];
            if halves[0][..32] == halves[1][..32] {
                return Err("E_HANDOVER_SAME_STATEMENT");
            }
            if halves[0][..32] > halves[1][..32] {
                return Err("E_HANDOVER_NOT_CANONICAL");
            }
            let statements = halves.iter().zip(amounts).map(|(half, amount)| {
                cheque(
                    village,
                    &giver,
                    &half[..12],
                    [number, amount],
                    &half[16..32],
                )
            });
            Ok(Opened {
                said: json!({ "kind": "proof", "number": number, "giver": hex(&giver), "amounts_s": amounts,
                    "receivers": halves.map(|half| hex(&half[..12])), "pages": halves.map(|half| hex(&half[16..32])) }),
                statements: statements.collect(),
                signatures,
                signer: Some(giver),
            })
        }
        5 => {
            let amount = match u32_at(slip, 44) {
                0 => None,
                _ => Some(amount_at(slip, 44)?),
            };
            if u32_at(slip, 0) & 0x0fff_ffff > 2 {
                return Err("E_HANDOVER_NOT_CANONICAL");
            }
            Ok(Opened {
                said: json!({ "kind": "request", "village": hex(&slip[4..12]), "receiver": hex(&key_at(slip, 12)?),
                    "amount_s": amount, "cites": (slip.len() == 80).then(|| hex(&slip[48..])) }),
                statements: vec![],
                signatures: vec![],
                signer: None,
            })
        }
        _ => Err("E_HANDOVER_VERSION"),
    }
}

#[test]
fn every_form_of_every_slip_is_understood() {
    let slips = file("slips.json");
    let (village, reader, gateway) = (
        unhex(&slips["village"]),
        unhex(&slips["reader"]),
        unhex(&slips["gateway"]),
    );
    for case in slips["cases"].as_array().expect("cases") {
        let slip = unhex(&case["slip"]);
        for form in ["slip", "packet", "file"] {
            assert_eq!(
                open(&unhex(&case[form])).expect("it opens").0,
                slip,
                "{form}"
            );
        }
        for form in ["link", "qr", "message"] {
            let text = case[form].as_str().expect("a text");
            let (opened, hints) = open(text.as_bytes()).expect("it opens");
            assert_eq!((opened, hints[0]), (slip.clone(), village[0]), "{form}");
        }
        let opened = understand(&slip, &village, &reader, &gateway).expect("it is understood");
        assert_eq!(opened.said, case["said"]);
        assert_eq!(
            opened.signer.map(|key| hex(&key)),
            case["signer"].as_str().map(str::to_owned)
        );
        let statements: Vec<String> = opened.statements.iter().map(|bytes| hex(bytes)).collect();
        assert_eq!(json!(statements), case["statements"]);
        for (statement, signature) in opened.statements.iter().zip(&opened.signatures) {
            let signer = opened.signer.expect("what is signed has a signer");
            assert_eq!(holds(&signer, statement, signature), Ok(()));
        }
    }
}

fn verdict(input: &[u8], village: &[u8], reader: &[u8]) -> Result<(), Refused> {
    let (slip, hints) = open(input)?;
    let opened = understand(&slip, village, reader, &[0; 32])?;
    if hints.first().is_some_and(|hint| *hint != village[0]) {
        return Err("E_HANDOVER_WRONG_VILLAGE");
    }
    if hints
        .get(1)
        .is_some_and(|hint| *hint != receiver_tag(reader)[0])
    {
        return Err("E_HANDOVER_WRONG_RECEIVER");
    }
    let Some(signer) = opened.signer else {
        return Ok(());
    };
    if opened.said["kind"] == "payment" && signer == reader {
        return Err("E_HANDOVER_OWN");
    }
    opened
        .statements
        .iter()
        .zip(&opened.signatures)
        .try_for_each(|(statement, signature)| holds(&signer, statement, signature))
}

#[test]
fn both_programs_come_to_the_same_verdicts() {
    let verdicts = file("verdicts.json");
    let (village, reader) = (unhex(&verdicts["village"]), unhex(&verdicts["reader"]));
    for case in verdicts["cases"].as_array().expect("cases") {
        let code = verdict(&unhex(&case["input"]), &village, &reader).err();
        assert_eq!(json!(code), case["code"], "{}", case["name"]);
    }
}

#[test]
fn both_programs_write_numbers_alike() {
    for case in file("bases.json")["cases"].as_array().expect("cases") {
        for (name, alphabet) in [("base38", BASE38), ("base83", BASE83)] {
            let text = case[name].as_str().expect("a text");
            assert_eq!(from_base(alphabet, text), Some(unhex(&case["bytes"])));
        }
    }
    assert_eq!(crc16(b"123456789"), 0x29b1);
}
