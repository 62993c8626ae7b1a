//! What a twin and the law came to on a random walk, and the walk itself.

use commons_credit_ledger::{ActionId, Violation};
use std::collections::BTreeMap;

/// How often each verdict was met.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<&'static str, usize>);

impl Seen {
    pub fn count(&mut self, verdict: &'static str) {
        *self.0.entry(verdict).or_default() += 1;
    }

    /// The law must say just this.
    pub fn expect(&mut self, result: Result<ActionId, Violation>, code: &'static str) {
        let said = result.map_or_else(|violation| violation.code(), |_| "valid");
        assert_eq!(said, code);
        self.count(code);
    }
}

/// A slow, obvious twin of the law that can be walked.
pub trait Walk {
    /// One more page, or an attack.
    fn step(&mut self);
    /// Adds everything up anew.
    fn check(&self);
    /// Everything under way comes to its end, in whatever order.
    fn finish(&mut self);
    fn seen(&self) -> &Seen;
}

/// Steps, each with a check, and then to the end. A run that never met one of `needed` would
/// prove nothing about it; in a fresh run chance may leave something out.
pub fn walk(twin: &mut impl Walk, steps: usize, needed: &[&str], is_known: bool) {
    for _ in 0..steps {
        twin.step();
        twin.check();
    }
    twin.finish();
    println!("{:#?}", twin.seen());
    for verdict in needed {
        let is_met = twin.seen().0.contains_key(verdict);
        assert!(!is_known || is_met, "{verdict} is not met");
    }
}
