//! What an auditor knows of a village beside its pages.

use crate::id::Id;
use std::collections::{BTreeMap, HashMap};

/// Levies and floor of one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Share of the State fund, in basis points.
    pub state_bp: u16,
    /// Share of the Community fund, in basis points.
    pub community_bp: u16,
    /// A new member's floor, in seconds (zero or less).
    pub floor_s: i64,
}

impl Rates {
    /// Receiver's, State's and Community's part of an amount, in seconds (rule 9).
    pub(crate) fn parts(&self, amount_s: i64) -> [i128; 3] {
        let whole = i128::from(amount_s);
        let levy = |bp: u16| whole * i128::from(bp) / 10_000;
        let (state, community) = (levy(self.state_bp), levy(self.community_bp));
        [whole - state - community, state, community]
    }
}

/// The charter, the policies adopted later and the admissions that are known.
#[derive(Debug, Clone)]
pub struct Village {
    policies: BTreeMap<(u32, Option<Id>), Rates>,
    admissions: HashMap<Id, Id>,
    signed_in: Option<Id>,
}

impl Village {
    /// A village under its charter: policy 0.
    pub fn founded(charter: Rates) -> Self {
        Self {
            policies: BTreeMap::from([((0, None), charter)]),
            admissions: HashMap::new(),
            signed_in: None,
        }
    }

    /// Adds a policy that a decision adopted.
    pub fn adopt(&mut self, version: u32, decision: Id, rates: Rates) {
        self.policies.insert((version, Some(decision)), rates);
    }

    /// Adds an admission: the action by which an agent entered.
    pub fn admit(&mut self, admission: Id, agent: Id) {
        self.admissions.insert(admission, agent);
    }

    /// Has the cheques verified too: by far the longest part of an audit. `village` is
    /// the 32-byte core of the DNA hash, which every cheque names.
    pub fn verify_cheques(&mut self, village: Id) {
        self.signed_in = Some(village);
    }

    pub(crate) fn cheques_of(&self) -> Option<&Id> {
        self.signed_in.as_ref()
    }

    pub(crate) fn policy(&self, version: u32, decision: Option<Id>) -> Option<&Rates> {
        self.policies.get(&(version, decision))
    }

    pub(crate) fn admitted(&self, admission: &Id) -> Option<&Id> {
        self.admissions.get(admission)
    }
}
