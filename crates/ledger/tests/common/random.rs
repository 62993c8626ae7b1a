//! Repeatable chance for tests: SplitMix64.
#![allow(dead_code)] // Each test file uses its part.

use std::time::{SystemTime, UNIX_EPOCH};

/// A seed that nobody has tried, or the one of `CC_SEED=<number>`, which repeats a run; said,
/// so that it can be.
pub fn fresh_seed() -> u64 {
    let fresh = || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.unwrap().as_nanos() as u64
    };
    let seed = std::env::var("CC_SEED").map_or_else(|_| fresh(), |seed| seed.parse().unwrap());
    println!("seed {seed}; repeat with CC_SEED={seed}");
    seed
}

/// A stream of numbers from a seed.
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }

    /// Yes, `percent` times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them, if there are any.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.below(from.len())].clone())
    }
    /// 32 bytes.
    pub fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.number().to_be_bytes());
        }
        bytes
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}
