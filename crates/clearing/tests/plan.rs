//! Statements, the plan, and all or none.

mod common;

use common::{gateway, statement, village};
use commons_credit_clearing::plan::*;
use commons_credit_clearing::statement::*;
use commons_credit_ledger::{AgentId, Seconds, SignatureBytes};
use ed25519_dalek::Signer;

/// 1>2:100, 2>3:100, 3>1:200, 4>3:100, each village with one gateway.
fn four() -> Vec<LineStatement> {
    [(1, 2, 100), (2, 3, 100), (3, 1, 200), (4, 3, 100)]
        .map(|(debtor, creditor, amount_s)| statement(debtor, creditor, 1, amount_s))
        .to_vec()
}

fn sign(part: Part) -> SignedPart {
    let key = (1..=9u8)
        .map(gateway)
        .find(|key| key.verifying_key().to_bytes() == part.gateway.0)
        .expect("a gateway of these tests");
    SignedPart {
        signature: SignatureBytes(key.sign(&part.statement()).to_bytes()),
        part,
    }
}

fn signed(plan: &Plan) -> Vec<SignedPart> {
    plan.parts().into_iter().map(sign).collect()
}

#[test]
fn a_statement_holds_as_signed_and_in_no_other_way() {
    let good = statement(1, 2, 7, 100);
    assert_eq!(good.verify(), Ok(()));
    let code = |change: &dyn Fn(&mut LineStatement)| {
        let mut bent = good.clone();
        change(&mut bent);
        bent.verify().map_err(|no| no.code()).err()
    };
    let unsigned = Some("E_STATEMENT_SIGNATURE_WRONG");
    assert_eq!(code(&|bent| bent.amount_s = Seconds(101)), unsigned);
    assert_eq!(code(&|bent| bent.number = 8), unsigned);
    assert_eq!(code(&|bent| bent.creditor = village(3)), unsigned);
    assert_eq!(
        code(&|bent| std::mem::swap(&mut bent.debtor, &mut bent.creditor)),
        unsigned
    );
    assert_eq!(
        code(&|bent| std::mem::swap(&mut bent.debtor_signature, &mut bent.creditor_signature)),
        unsigned
    );
    // A key of small order, whose signatures hold for everything where checks are lax.
    let weak = |bent: &mut LineStatement| {
        let mut key = [0; 32];
        key[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        bent.debtor_gateway = AgentId(key);
        bent.debtor_signature = SignatureBytes(signature);
    };
    assert_eq!(code(&weak), unsigned);
    assert_eq!(code(&|bent| bent.number = 0), Some("E_STATEMENT_NUMBER"));
    assert_eq!(
        code(&|bent| bent.creditor = village(1)),
        Some("E_STATEMENT_OWES_ITSELF")
    );
    for amount_s in [0, -5, i64::MAX] {
        assert_eq!(
            code(&|bent| bent.amount_s = Seconds(amount_s)),
            Some("E_STATEMENT_AMOUNT_OUT_OF_RANGE")
        );
    }
}

#[test]
fn the_same_statements_in_any_order_are_one_plan() {
    let mut statements = four();
    let plan = Plan::draw(&statements).expect("a plan");
    assert_eq!(plan.check().expect("proved").cleared_s, 300);
    for _ in 0..4 {
        statements.rotate_left(1);
        let again = Plan::draw(&statements).expect("a plan");
        assert_eq!(again.digest(), plan.digest());
        assert_eq!(again, plan);
    }
}

#[test]
fn a_line_is_in_a_plan_once_whoever_owes() {
    for second in [
        statement(1, 2, 2, 90),
        statement(2, 1, 2, 90),
        statement(1, 2, 1, 100),
    ] {
        let mut statements = four();
        statements.push(second);
        assert_eq!(
            Plan::draw(&statements).map_err(|no| no.code()),
            Err("E_PLAN_LINE_TWICE")
        );
    }
}

#[test]
fn parts_say_what_each_village_gives_up_and_is_freed_of() {
    let plan = Plan::draw(&four()).expect("a plan");
    let parts = plan.parts();
    let villages: Vec<_> = parts.iter().map(|part| part.village).collect();
    // Village 4 loses nothing and signs nothing.
    assert_eq!(villages, [village(1), village(2), village(3)]);
    for part in parts {
        assert_eq!((part.freed_s.0, part.given_up_s.0), (100, 100));
        assert_eq!(part.plan, plan.digest());
    }
}

#[test]
fn nothing_is_cancelled_before_every_part_is_signed() {
    let plan = Plan::draw(&four()).expect("a plan");
    let all = signed(&plan);
    let settled = settle(&plan, &all).expect("settled");
    assert_eq!(settled.total.cleared_s, 300);
    assert_eq!(settled.lines.len(), 3);
    for missing in 0..1 << all.len() {
        let some: Vec<_> = (0..all.len())
            .filter(|part| missing >> part & 1 == 0)
            .map(|part| all[part].clone())
            .collect();
        let code = settle(&plan, &some).map_err(|no| no.code()).err();
        let expected = (missing != 0).then_some("E_PLAN_SIGNATURE_MISSING");
        assert_eq!(code, expected, "{missing:b}");
    }
    let mut turned = all.clone();
    turned.reverse();
    assert_eq!(settle(&plan, &turned), Ok(settled));
}

#[test]
fn a_part_counts_once_for_one_plan_and_one_gateway() {
    let plan = Plan::draw(&four()).expect("a plan");
    let all = signed(&plan);
    let code = |change: &dyn Fn(&mut Vec<SignedPart>)| {
        let mut bent = all.clone();
        change(&mut bent);
        settle(&plan, &bent).map_err(|no| no.code()).err()
    };
    assert_eq!(
        code(&|bent| bent.push(bent[0].clone())),
        Some("E_PLAN_PART_TWICE")
    );
    assert_eq!(
        code(&|bent| bent[1].signature = bent[0].signature),
        Some("E_PLAN_SIGNATURE_WRONG")
    );
    assert_eq!(
        code(&|bent| bent[0].part.village = village(4)),
        Some("E_PLAN_NO_PART")
    );
    assert_eq!(
        code(&|bent| bent[0].part.gateway = bent[1].part.gateway),
        Some("E_PLAN_NO_PART")
    );
    // Signed well, but for other amounts or another plan.
    let other = |bent: &mut Vec<SignedPart>| {
        let mut part = bent[0].part.clone();
        part.given_up_s = Seconds(99);
        bent[0] = sign(part);
    };
    assert_eq!(code(&other), Some("E_PLAN_PART_DIFFERS"));
    let mut statements = four();
    statements[3] = statement(4, 3, 2, 100);
    let next = Plan::draw(&statements).expect("a plan");
    assert_eq!(
        settle(&next, &all).map_err(|no| no.code()),
        Err("E_PLAN_PART_DIFFERS")
    );
}

#[test]
fn a_bent_plan_is_refused_by_whoever_checks_it() {
    let good = Plan::draw(&four()).expect("a plan");
    let code = |change: &dyn Fn(&mut Plan)| {
        let mut bent = good.clone();
        change(&mut bent);
        assert_ne!(bent.digest(), good.digest());
        bent.check().map_err(|no| no.code()).err()
    };
    assert_eq!(code(&|bent| bent.format = 2), Some("E_PLAN_FORMAT_UNKNOWN"));
    let order = Some("E_PLAN_NOT_CANONICAL");
    assert_eq!(code(&|bent| bent.lines.swap(0, 1)), order);
    assert_eq!(code(&|bent| bent.lines.push(bent.lines[3].clone())), order);
    assert_eq!(code(&|bent| bent.villages.swap(0, 1)), order);
    assert_eq!(code(&|bent| bent.villages.push(village(9))), order);
    assert_eq!(code(&|bent| bent.villages.truncate(3)), order);
    assert_eq!(
        code(&|bent| bent.lines[0].cancel_s = Seconds(99)),
        Some("E_CERTIFICATE_NOT_BALANCED")
    );
    assert_eq!(
        code(&|bent| bent
            .lines
            .iter_mut()
            .for_each(|line| line.cancel_s = Seconds(0))),
        Some("E_CERTIFICATE_NOT_OPTIMAL")
    );
    assert_eq!(
        code(&|bent| bent.lines[0].cancel_s = Seconds(-1)),
        Some("E_CERTIFICATE_CANCEL_OUT_OF_RANGE")
    );
    assert_eq!(
        code(&|bent| bent.potentials.clear()),
        Some("E_CERTIFICATE_LENGTH")
    );
    assert_eq!(
        code(&|bent| bent.lines[0].owed_s = Seconds(i64::MAX)),
        Some("E_CLEAR_AMOUNT_OUT_OF_RANGE")
    );
    // Fields that no sum looks at are in the digest all the same (asserted above).
    assert_eq!(code(&|bent| bent.lines[0].number = 2), None);
    assert_eq!(code(&|bent| bent.lines[0].statement.0[0] ^= 1), None);
    assert_eq!(code(&|bent| bent.lines[3].creditor_gateway.0[0] ^= 1), None);
}

#[test]
fn a_gateway_signs_only_what_the_statements_of_its_village_say() {
    let statements = four();
    let plan = Plan::draw(&statements).expect("a plan");
    let one = AgentId(gateway(1).verifying_key().to_bytes());
    let code = |plan: &Plan, statements: &[LineStatement]| {
        plan.part(village(1), one, statements)
            .map_err(|no| no.code())
            .err()
    };
    assert_eq!(
        plan.part(village(1), one, &statements),
        Ok(plan.parts()[0].clone())
    );
    // Its own lines are enough: 1>2 and 3>1.
    let own = [statements[2].clone(), statements[0].clone()];
    assert_eq!(code(&plan, &own), None);
    // A line that is not in the plan does not matter.
    let mut more = own.to_vec();
    more.push(statement(1, 4, 1, 3));
    assert_eq!(code(&plan, &more), None);
    // A line went on after the plan was drawn, or turned round.
    for newer in [statement(1, 2, 2, 100), statement(2, 1, 2, 5)] {
        let held = [newer, own[0].clone()];
        assert_eq!(code(&plan, &held), Some("E_PLAN_STATEMENT_DIFFERS"));
    }
    assert_eq!(code(&plan, &own[..1]), Some("E_PLAN_STATEMENT_MISSING"));
    let mut bent = plan.clone();
    bent.lines[0].statement.0[0] ^= 1;
    assert_eq!(code(&bent, &own), Some("E_PLAN_STATEMENT_DIFFERS"));
    bent = plan.clone();
    bent.lines[0].number = 2;
    assert_eq!(code(&bent, &own), Some("E_PLAN_STATEMENT_DIFFERS"));
    bent.lines[0].cancel_s = Seconds(1);
    assert_eq!(code(&bent, &own), Some("E_CERTIFICATE_NOT_BALANCED"));
    let two = AgentId(gateway(2).verifying_key().to_bytes());
    assert_eq!(
        plan.part(village(1), two, &own).map_err(|no| no.code()),
        Err("E_PLAN_NO_PART")
    );
}

/// Village 2 owes village 1. Somebody invents a debt of village 1 with a gateway that it never had:
/// then all balances, village 2 would be freed and village 1 would have given up its claim for nothing.
#[test]
fn an_invented_line_cannot_balance_a_real_one() {
    let real = statement(2, 1, 1, 100);
    let invented = common::statement_by(1, 9, 1, 100, &gateway(8), &gateway(9));
    let joining = statement(9, 2, 1, 100);
    let plan = Plan::draw(&[real.clone(), invented, joining]).expect("a plan");
    assert_eq!(plan.check().expect("proved").cleared_s, 300);
    let one = AgentId(gateway(1).verifying_key().to_bytes());
    assert!(plan.parts().iter().any(|part| part.gateway == one));
    assert_eq!(
        plan.part(village(1), one, &[real]).map_err(|no| no.code()),
        Err("E_PLAN_STATEMENT_MISSING")
    );
}

#[test]
fn two_gateways_of_one_village_have_two_parts() {
    let mut statements = four();
    // The line 3>1 is kept by somebody else in village 1.
    statements[2] = common::statement_by(3, 1, 1, 200, &gateway(3), &gateway(8));
    let plan = Plan::draw(&statements).expect("a plan");
    let of_one: Vec<_> = plan
        .parts()
        .into_iter()
        .filter(|part| part.village == village(1))
        .map(|part| (part.freed_s.0, part.given_up_s.0))
        .collect();
    assert_eq!(of_one.len(), 2);
    assert!(of_one.contains(&(100, 0)) && of_one.contains(&(0, 100)));
    assert!(settle(&plan, &signed(&plan)).is_ok());
}
