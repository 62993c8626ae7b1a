//! Ed25519 at its edges: one list of cases for every verifier of the project.
//!
//! Outside the zomes signatures are checked by ed25519-dalek's `verify_strict`,
//! inside by the conductor's `verify_signature`. Both must give the verdict in
//! `vectors/signatures.json`. Each hostile case is built so that a verifier
//! without one particular check accepts it; `lenient` tells what a verifier with
//! none of them (dalek's `verify`) says.

#[path = "common/frozen.rs"]
mod frozen;

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::traits::{Identity, IsIdentity};
use curve25519_dalek::{edwards::CompressedEdwardsY, EdwardsPoint, Scalar};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use frozen::{compare, hex, read, unhex};
use serde_json::{json, Value};
use sha2::{Digest, Sha512};

/// The order of the base point, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

struct Case {
    name: String,
    key: [u8; 32],
    message: Vec<u8>,
    signature: [u8; 64],
}

fn strict(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

fn lenient(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify(message, &signature).is_ok())
}

fn secret(name: &str) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&Sha512::digest(name).into())
}

fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new()
        .chain_update(r)
        .chain_update(key)
        .chain_update(message);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

fn joined(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(r);
    signature[32..].copy_from_slice(s);
    signature
}

/// Messages `name 0`, `name 1` … until one satisfies what is asked.
fn search<T>(name: &str, found: impl Fn(&[u8]) -> Option<T>) -> (Vec<u8>, T) {
    (0..10_000)
        .map(|at| format!("{name} {at}").into_bytes())
        .find_map(|message| found(&message).map(|value| (message, value)))
        .expect("one in a few messages does")
}

/// Adds a number of orders to a little-endian number.
fn plus_orders(s: &[u8; 32], orders: u32) -> Option<[u8; 32]> {
    let mut sum = [0; 32];
    let mut carry = 0;
    for at in 0..32 {
        let digit = u32::from(s[at]) + u32::from(ORDER[at]) * orders + carry;
        sum[at] = digit as u8;
        carry = digit >> 8;
    }
    (carry == 0).then_some(sum)
}

/// The encodings of points of small order: eight good ones, and those that name
/// a coordinate not below 2^255 - 19 or the sign of zero.
fn small_encodings() -> Vec<(String, [u8; 32])> {
    let mut all: Vec<(String, [u8; 32])> = EIGHT_TORSION
        .iter()
        .enumerate()
        .map(|(at, point)| (format!("torsion point {at}"), point.compress().to_bytes()))
        .collect();
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    let mut prime_and_one = prime;
    prime_and_one[0] = 0xee;
    let mut one = [0; 32];
    one[0] = 1;
    let mut minus_one = prime;
    minus_one[0] = 0xec;
    for (name, mut bytes, signs) in [
        ("zero as the prime", prime, [false, true].as_slice()),
        ("one as the prime and one", prime_and_one, &[false, true]),
        ("one with the sign of zero", one, &[true]),
        ("minus one with the sign of zero", minus_one, &[true]),
    ] {
        for sign in signs {
            bytes[31] = bytes[31] & 0x7f | u8::from(*sign) << 7;
            all.push((format!("{name}, sign {}", u8::from(*sign)), bytes));
        }
    }
    all
}

fn point(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    CompressedEdwardsY(*bytes).decompress()
}

/// Encodings of points of large order whose coordinate is not below the prime.
/// Nobody knows the secret of such a point, so no signature can be right; the
/// cases show that no verifier stumbles over them.
fn large_but_not_canonical() -> Vec<[u8; 32]> {
    (2u8..19)
        .map(|low| {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (0xed + low, 0x7f);
            bytes
        })
        .filter(|bytes| point(bytes).is_some_and(|point| !point.is_small_order()))
        .collect()
}

#[derive(Default)]
struct Cases(Vec<Case>);

impl Cases {
    fn add(&mut self, name: impl Into<String>, key: [u8; 32], message: &[u8], signature: [u8; 64]) {
        self.0.push(Case {
            name: name.into(),
            key,
            message: message.to_vec(),
            signature,
        });
    }

    fn ordinary(&mut self) {
        for (seed, length) in [(1, 0), (2, 1), (3, 95), (4, 1_000)] {
            let signer = SigningKey::from_bytes(&[seed; 32]);
            let message = vec![seed; length];
            let signature = signer.sign(&message).to_bytes();
            self.add(
                format!("good, {length} bytes"),
                signer.verifying_key().to_bytes(),
                &message,
                signature,
            );
        }
        let signer = SigningKey::from_bytes(&[9; 32]);
        let key = signer.verifying_key().to_bytes();
        let signature = signer.sign(b"two hours").to_bytes();
        self.add("another message", key, b"two hourS", signature);
        self.add("a message cut short", key, b"two hour", signature);
        self.add(
            "another key",
            SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes(),
            b"two hours",
            signature,
        );
        for (name, byte, bit) in [
            ("R", 0, 1),
            ("the sign of R", 31, 0x80),
            ("S", 32, 1),
            ("the top of S", 63, 0x80),
        ] {
            let mut bent = signature;
            bent[byte] ^= bit;
            self.add(format!("a bit of {name} turned"), key, b"two hours", bent);
        }
        let mut negative = key;
        negative[31] ^= 0x80;
        self.add(
            "the sign of the key turned",
            negative,
            b"two hours",
            signature,
        );
        let (r, s) = (
            signature[..32].try_into().unwrap(),
            signature[32..].try_into().unwrap(),
        );
        for orders in [1, 2, 7, 15] {
            if let Some(s) = plus_orders(&s, orders) {
                self.add(
                    format!("malleable: S and {orders} orders"),
                    key,
                    b"two hours",
                    joined(&r, &s),
                );
            }
        }
        self.add("S is the order", key, b"two hours", joined(&r, &ORDER));
        self.add("S is zero", key, b"two hours", joined(&r, &[0; 32]));
        self.add("R and S exchanged", key, b"two hours", joined(&s, &r));
        for (name, byte) in [("zero", 0), ("ones", 0xff)] {
            self.add(
                format!("signature all {name}"),
                key,
                b"two hours",
                [byte; 64],
            );
            self.add(
                format!("key all {name}"),
                [byte; 32],
                b"two hours",
                signature,
            );
            self.add(format!("all {name}"), [byte; 32], b"two hours", [byte; 64]);
        }
        let mut nowhere = [0; 32];
        nowhere[0] = 2;
        assert!(point(&nowhere).is_none());
        self.add("a key that is no point", nowhere, b"two hours", signature);
        self.add(
            "an R that is no point",
            key,
            b"two hours",
            joined(&nowhere, &s),
        );
    }

    /// Anybody can sign for a key of small order: R = S·B when the challenge
    /// cancels the key.
    fn small_keys(&mut self) {
        for (name, key) in small_encodings() {
            let Some(key_point) = point(&key) else {
                continue;
            };
            let s = secret(&name);
            let r = EdwardsPoint::mul_base(&s).compress().to_bytes();
            let (message, ()) = search(&name, |message| {
                (challenge(&r, &key, message) * key_point)
                    .is_identity()
                    .then_some(())
            });
            self.add(
                format!("weak key: {name}"),
                key,
                &message,
                joined(&r, &s.to_bytes()),
            );
            // With R weak too, and S nothing.
            let (message, r) = search(&name, |message| {
                EIGHT_TORSION
                    .iter()
                    .map(|r| (r, r.compress().to_bytes()))
                    .find_map(|(r, bytes)| {
                        let k = challenge(&bytes, &key, message);
                        (*r + k * key_point).is_identity().then_some(bytes)
                    })
            });
            self.add(
                format!("weak key and weak R: {name}"),
                key,
                &message,
                joined(&r, &[0; 32]),
            );
        }
    }

    /// The signer of a good key, or of one with a weak part, can make R weak.
    fn small_rs(&mut self) {
        let a = secret("small R");
        for (name, r) in small_encodings() {
            let Some(r_point) = point(&r) else { continue };
            // The torsion part of the key that lets exactly this R come out.
            for (at, torsion) in EIGHT_TORSION.iter().enumerate() {
                let key = (EdwardsPoint::mul_base(&a) + torsion).compress().to_bytes();
                let fits = |message: &[u8]| {
                    let k = challenge(&r, &key, message);
                    (r_point + k * torsion).is_identity().then_some(k * a)
                };
                let message = (0..64)
                    .map(|at| format!("{name} {at}").into_bytes())
                    .find(|message| fits(message).is_some());
                if let Some(message) = message {
                    let s = fits(&message).expect("found just now");
                    self.add(
                        format!("weak R: {name}, key and torsion {at}"),
                        key,
                        &message,
                        joined(&r, &s.to_bytes()),
                    );
                    break;
                }
            }
        }
    }

    /// Keys and Rs with a part of small order beside a good one. Where the
    /// equation holds without a cofactor both verifiers accept; where it holds
    /// only with one, both refuse.
    fn mixed(&mut self) {
        let (a, r) = (secret("mixed key"), secret("mixed R"));
        for (at, torsion) in EIGHT_TORSION.iter().enumerate().skip(1) {
            let key = (EdwardsPoint::mul_base(&a) + torsion).compress().to_bytes();
            let name = format!("torsion {at}");
            let sign = |r_torsion: &EdwardsPoint, message: &[u8]| {
                let r_bytes = (EdwardsPoint::mul_base(&r) + r_torsion)
                    .compress()
                    .to_bytes();
                let k = challenge(&r_bytes, &key, message);
                let exact = (k * torsion + r_torsion).is_identity();
                (exact, joined(&r_bytes, &(r + k * a).to_bytes()))
            };
            let plain = EdwardsPoint::identity();
            for (kind, r_torsion) in [("a plain R", &plain), ("a mixed R", &EIGHT_TORSION[8 - at])]
            {
                for exact in [true, false] {
                    let (message, signature) = search(&name, |message| {
                        let (is_exact, signature) = sign(r_torsion, message);
                        (is_exact == exact).then_some(signature)
                    });
                    let how = if exact {
                        "exact"
                    } else {
                        "only by the cofactor"
                    };
                    self.add(
                        format!("mixed key: {name}, {kind}, {how}"),
                        key,
                        &message,
                        signature,
                    );
                }
            }
            let good = EdwardsPoint::mul_base(&a).compress().to_bytes();
            let mixed_r = (EdwardsPoint::mul_base(&r) + torsion).compress().to_bytes();
            let s = r + challenge(&mixed_r, &good, b"two hours") * a;
            self.add(
                format!("mixed R: {name}, only by the cofactor"),
                good,
                b"two hours",
                joined(&mixed_r, &s.to_bytes()),
            );
        }
    }

    fn not_canonical(&mut self) {
        let (a, s) = (
            secret("not canonical"),
            secret("not canonical S").to_bytes(),
        );
        let key = EdwardsPoint::mul_base(&a).compress().to_bytes();
        for bytes in large_but_not_canonical() {
            let name = format!("coordinate of the prime and {}", bytes[0] - 0xed);
            let r = EdwardsPoint::mul_base(&a).compress().to_bytes();
            self.add(
                format!("key with a {name}"),
                bytes,
                b"two hours",
                joined(&r, &s),
            );
            self.add(
                format!("R with a {name}"),
                key,
                b"two hours",
                joined(&bytes, &s),
            );
        }
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Cases::default();
    cases.ordinary();
    cases.small_keys();
    cases.small_rs();
    cases.mixed();
    cases.not_canonical();
    cases.0
}

#[test]
fn strict_verification_gives_the_frozen_verdicts() {
    let cases: Vec<Value> = cases()
        .iter()
        .map(|case| {
            json!({
                "name": case.name,
                "key": hex(&case.key),
                "message": hex(&case.message),
                "signature": hex(&case.signature),
                "valid": strict(&case.key, &case.message, &case.signature),
                "lenient": lenient(&case.key, &case.message, &case.signature),
            })
        })
        .collect();
    compare(
        "signatures.json",
        &json!({ "about": "ed25519 cases and the verdict that every verifier must give", "cases": cases }),
    );
    agrees_with_the_file();
}

/// The file alone, as any other verifier reads it.
fn agrees_with_the_file() {
    let file = read("signatures.json");
    let mut counts = std::collections::BTreeMap::new();
    for case in file["cases"].as_array().unwrap() {
        let bytes = |field: &str| unhex(case[field].as_str().unwrap());
        let (key, signature) = (
            bytes("key").try_into().unwrap(),
            bytes("signature").try_into().unwrap(),
        );
        let valid = strict(&key, &bytes("message"), &signature);
        assert_eq!(case["valid"], valid, "{}", case["name"]);
        *counts.entry((valid, case["lenient"] == true)).or_insert(0) += 1;
    }
    // Good ones, wrong ones, and those that only a strict verifier refuses.
    assert!(
        counts[&(true, true)] >= 8 && counts[&(false, false)] >= 20 && counts[&(false, true)] >= 20,
        "{counts:?}"
    );
    assert!(
        !counts.contains_key(&(true, false)),
        "strict accepts a subset"
    );
}
