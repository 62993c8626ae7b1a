//! What is signed between villages is frozen, byte by byte.

mod common;

use common::{frozen, statement};
use commons_credit_clearing::plan::Plan;
use commons_credit_clearing::rate::{KindRate, Rate, RateSheet};
use serde_json::json;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn statements_plan_and_parts() {
    let statements = [
        statement(1, 2, 1, 100),
        statement(2, 3, 258, 100),
        statement(3, 1, u64::MAX, 200),
        statement(4, 3, 1, 3_600_000_000_000),
    ];
    let plan = Plan::draw(&statements).expect("a plan");
    let parts = plan.parts();
    let value = json!({
        "statements": statements.iter().map(|one| json!({
            "statement": one,
            "signed_bytes": hex(&one.statement()),
            "digest": one.digest(),
        })).collect::<Vec<_>>(),
        "plan": plan,
        "plan_digest": plan.digest(),
        "rounds": commons_credit_clearing::rounds::rounds(&plan).rounds.iter().map(|round| json!({
            "round": round,
            "digest": round.digest(),
            "signed_bytes": round.check().expect("a round").keys().map(|village| {
                hex(&round.statement(village))
            }).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "parts": parts.iter().map(|part| json!({
            "part": part,
            "signed_bytes": hex(&part.statement()),
        })).collect::<Vec<_>>(),
    });
    frozen("clearing.json", (format!("{value:#}\n")).as_bytes());
}

#[test]
fn a_rate_sheet() {
    let kind = |kind: &str, num, den| KindRate {
        kind: kind.to_owned(),
        rate: Rate { num, den },
    };
    let sheet = RateSheet {
        from: common::village(1),
        to: common::village(2),
        number: 258,
        window: 2,
        kinds: vec![
            kind("labour", 1, 1),
            kind("grain", 6, 5),
            kind("größe", 1, u32::MAX),
        ],
        slope_bp: 1_000,
    };
    let value = json!({
        "sheet": sheet,
        "signed_bytes": hex(&sheet.statement()),
        "digest": sheet.digest(),
    });
    frozen("rate-sheet.json", (format!("{value:#}\n")).as_bytes());
}
