//! Seeded problems, for tests and for the bench.
#![allow(dead_code)] // each test program uses its own part

use commons_credit_clearing::netting::{Debt, Problem};
use commons_credit_clearing::statement::LineStatement;
use commons_credit_ledger::{AgentId, Seconds, SignatureBytes, VillageId};
use ed25519_dalek::{Signer, SigningKey};

/// SplitMix64: small, known, and the same on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// A number below `end` that is small more often than large: the smallest of
    /// two for `bend` 1, of three for 2.
    pub fn low(&mut self, end: u64, bend: u32) -> u64 {
        (0..=bend).map(|_| self.below(end)).min().unwrap_or(0)
    }
}

/// How debts are spread over the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Everybody owes anybody; amounts up to 500 hours.
    Even,
    /// A few nodes have most debts and amounts spread over four powers of ten, as
    /// in a trade network.
    Skewed,
    /// Everybody owes near neighbours on a ring: long ways, many lengths.
    Ring,
}

/// `debts` debts among `nodes` nodes, each pair at most once in each direction.
pub fn problem(shape: Shape, nodes: u32, debts: usize, seed: u64) -> Problem {
    let mut random = Random(seed);
    let mut seen = std::collections::HashSet::new();
    let mut list = Vec::with_capacity(debts);
    let count = u64::from(nodes);
    while list.len() < debts {
        let (debtor, creditor) = match shape {
            Shape::Even => (random.below(count), random.below(count)),
            Shape::Skewed => (random.low(count, 2), random.low(count, 2)),
            Shape::Ring => {
                let debtor = random.below(count);
                let reach = (debts as u64 / count + 2) * 2;
                (debtor, (debtor + 1 + random.low(reach, 1)) % count)
            }
        };
        let amount_s = match shape {
            Shape::Even | Shape::Ring => 1 + random.below(500 * 3_600),
            Shape::Skewed => {
                let power = random.below(5) as u32;
                1 + random.below(60 * 10u64.pow(power))
            }
        } as i64;
        if debtor != creditor && seen.insert((debtor, creditor)) {
            list.push(Debt {
                debtor: debtor as u32,
                creditor: creditor as u32,
                amount_s,
            });
        }
    }
    Problem::new(nodes as usize, list).expect("the generator makes problems")
}

/// A village of the tests.
pub fn village(number: u8) -> VillageId {
    VillageId([number; 32])
}

/// The key of a gateway of the tests.
pub fn gateway(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

/// A statement signed by the gateways of the two villages.
pub fn statement(debtor: u8, creditor: u8, number: u64, amount_s: i64) -> LineStatement {
    let (one, other) = (gateway(debtor), gateway(creditor));
    statement_by(debtor, creditor, number, amount_s, &one, &other)
}

/// A statement signed by these keys.
pub fn statement_by(
    debtor: u8,
    creditor: u8,
    number: u64,
    amount_s: i64,
    debtor_key: &SigningKey,
    creditor_key: &SigningKey,
) -> LineStatement {
    let mut statement = LineStatement {
        debtor: village(debtor),
        creditor: village(creditor),
        debtor_gateway: AgentId(debtor_key.verifying_key().to_bytes()),
        creditor_gateway: AgentId(creditor_key.verifying_key().to_bytes()),
        number,
        amount_s: Seconds(amount_s),
        debtor_signature: SignatureBytes([0; 64]),
        creditor_signature: SignatureBytes([0; 64]),
    };
    let bytes = statement.statement();
    statement.debtor_signature = SignatureBytes(debtor_key.sign(&bytes).to_bytes());
    statement.creditor_signature = SignatureBytes(creditor_key.sign(&bytes).to_bytes());
    statement
}

/// Compares with a file in `vectors/`; `CC_WRITE_VECTORS=1` writes it.
pub fn frozen(name: &str, bytes: &[u8]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(name);
    if std::env::var_os("CC_WRITE_VECTORS").is_some() {
        std::fs::write(&path, bytes).expect("vectors/ can be written");
    }
    let kept = std::fs::read(&path).expect("CC_WRITE_VECTORS=1 writes a new file");
    // The order of a JSON object's fields depends on what else is built with serde_json.
    let same = match name.ends_with(".json") {
        true => json(&kept) == json(bytes),
        false => kept == bytes,
    };
    assert!(same, "{name} differs; {}", String::from_utf8_lossy(bytes));
}

fn json(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).expect("JSON")
}
