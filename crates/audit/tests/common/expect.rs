//! What the audit should find in a village.
#![allow(dead_code)] // Each test file uses its part.

use crate::village::Village;
use commons_credit_audit::{Account, Finding, Id, Kind, Report, Value, Verdict};
use commons_credit_ledger::{ActionId, AgentId};

/// A finding about the page at a place.
pub fn at(village: &Village, at: usize, kind: Kind, expected: Value, found: Value) -> Finding {
    let written = &village.written[at];
    Finding {
        author: Id(written.author.0),
        number: Some(written.page.number),
        page: Id(written.id.0),
        kind,
        account: None,
        expected,
        found,
    }
}

/// The same about an account.
pub fn on(account: Account, mut finding: Finding) -> Finding {
    finding.account = Some(account);
    finding
}

/// The audit finds just this, and calls the village broken.
pub fn finds(village: &Village, expected: Finding) -> Report {
    let report = village.audit();
    assert_eq!(report.findings, [expected]);
    assert_eq!(report.findings_total, 1);
    assert_eq!(report.verdict(), Verdict::Broken);
    report
}

pub fn seconds(seconds: i64) -> Value {
    Value::Seconds(seconds.into())
}

pub fn name(id: ActionId) -> Value {
    Value::Name(Id(id.0))
}

pub fn agent(agent: AgentId) -> Value {
    Value::Name(Id(agent.0))
}
