//! Words, charters, admissions and requests: rules 18 and 21 to 23.

use crate::code;
use crate::common::{action, agent, policy, ANNA, BEN};
use commons_credit_ledger::admission::{self, Admission};
use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::charter::STEWARDS_MAX;
use commons_credit_ledger::text::{check_name, check_words};
use commons_credit_ledger::*;

#[test]
fn r18_accepts_text_up_to_its_limit() {
    for name in [
        "A",
        "Zoë",
        "علی‌رضا",
        "王小明",
        "👩‍🌾",
        "葛\u{e0100}城",
        "Anna B.",
        &"é".repeat(40),
        &"🌻".repeat(40),
    ] {
        assert_eq!(code(check_name(name)), "valid", "{name:?}");
    }
    for words in ["", " two hours ", "فنی‌ها", &"🌻".repeat(140)] {
        assert_eq!(code(check_words(words)), "valid", "{words:?}");
    }
}

#[test]
fn r18_refuses_text_that_is_long_or_hides() {
    for name in [
        "",
        " ",
        " A",
        "A ",
        "\u{a0}A",
        "A\u{3000}",
        "\u{200d}",
        "\u{200c}A",
        "A\u{200d}",
        "\u{fe0f}",
        "\u{e0100}A",
    ] {
        assert_eq!(code(check_name(name)), "E_NAME", "{name:?}");
    }
    for hidden in [
        "\0",
        "\n",
        "\t",
        "\u{7f}",
        "\u{85}",
        "\u{9f}",
        "\u{ad}",
        "\u{34f}",
        "\u{61c}",
        "\u{115f}",
        "\u{1160}",
        "\u{180e}",
        "\u{200b}",
        "\u{200e}",
        "\u{200f}",
        "\u{2028}",
        "\u{2029}",
        "\u{202a}",
        "\u{202e}",
        "\u{2060}",
        "\u{2066}",
        "\u{2069}",
        "\u{2800}",
        "\u{3164}",
        "\u{feff}",
        "\u{ffa0}",
        "\u{fffb}",
        "\u{e0001}",
        "\u{e007f}",
    ] {
        let text = format!("A{hidden}B");
        assert_eq!(code(check_name(&text)), "E_TEXT_CONTROL", "{text:?}");
        assert_eq!(code(check_words(&text)), "E_TEXT_CONTROL", "{text:?}");
    }
    let too_long = |length, length_max| Err(Violation::TextTooLong { length, length_max });
    assert_eq!(check_name(&"é".repeat(41)), too_long(41, 40));
    assert_eq!(check_name(&"🌻".repeat(41)), too_long(41, 40));
    assert_eq!(check_words(&"a".repeat(141)), too_long(141, 140));
    assert_eq!(check_words(&"🌻".repeat(1_000)), too_long(1_000, 140));
}

fn charter() -> Charter {
    Charter {
        format: 1,
        name: "Orchard".into(),
        levies: policy().levies,
        floor_s: Seconds(-10 * HOUR_S),
        voting: Voting::Council { needed: 1 },
        stewards: vec![agent(ANNA)],
        predecessor: None,
    }
}

fn charter_code(change: impl FnOnce(&mut Charter)) -> &'static str {
    let mut charter = charter();
    change(&mut charter);
    code(charter.check())
}

fn stewards(number: u8) -> Vec<AgentId> {
    (0..number).map(agent).collect()
}

#[test]
fn r21_accepts_a_charter_up_to_its_limits() {
    let good: [fn(&mut Charter); 9] = [
        |_| (),
        |charter| charter.levies = Levies::default(),
        |charter| charter.levies.state_bp = BasisPoints(4_750),
        |charter| charter.floor_s = Seconds(0),
        |charter| charter.floor_s = Seconds(-AMOUNT_MAX_S),
        |charter| charter.stewards = stewards(STEWARDS_MAX as u8),
        |charter| {
            charter.voting = Voting::Council {
                needed: STEWARDS_MAX as u32,
            }
        },
        |charter| charter.voting = Voting::Majority {},
        |charter| charter.voting = Voting::Consent { objections: 1 },
    ];
    for (row, change) in good.into_iter().enumerate() {
        assert_eq!(charter_code(change), "valid", "row {row}");
    }
    let policy = charter().policy().unwrap();
    assert_eq!(policy, self::policy());
}

type Bad = (fn(&mut Charter), &'static str);

#[test]
fn r21_refuses_a_charter_past_its_limits() {
    let bad: [Bad; 16] = [
        (|charter| charter.format = 0, "E_CHARTER_FORMAT"),
        (|charter| charter.format = 2, "E_CHARTER_FORMAT"),
        (|charter| charter.name = String::new(), "E_NAME"),
        (|charter| charter.name = "a".repeat(41), "E_TEXT_TOO_LONG"),
        (
            |charter| charter.name = "a\u{202e}".into(),
            "E_TEXT_CONTROL",
        ),
        (
            |charter| charter.levies.state_bp = BasisPoints(4_751),
            "E_LEVIES_TOO_HIGH",
        ),
        (
            |charter| charter.levies.community_bp = BasisPoints(u16::MAX),
            "E_LEVIES_TOO_HIGH",
        ),
        (|charter| charter.floor_s = Seconds(1), "E_FLOOR_RANGE"),
        (
            |charter| charter.floor_s = Seconds(-AMOUNT_MAX_S - 1),
            "E_FLOOR_RANGE",
        ),
        (
            |charter| charter.floor_s = Seconds(i64::MIN),
            "E_FLOOR_RANGE",
        ),
        (|charter| charter.stewards.clear(), "E_STEWARDS"),
        (|charter| charter.stewards.push(agent(ANNA)), "E_STEWARDS"),
        (
            |charter| charter.stewards = stewards(STEWARDS_MAX as u8 + 1),
            "E_STEWARDS",
        ),
        (
            |charter| charter.voting = Voting::Council { needed: 0 },
            "E_VOTING",
        ),
        (
            |charter| charter.voting = Voting::Council { needed: 33 },
            "E_VOTING",
        ),
        (
            |charter| charter.voting = Voting::Consent { objections: 0 },
            "E_VOTING",
        ),
    ];
    for (row, (change, code)) in bad.into_iter().enumerate() {
        assert_eq!(charter_code(change), code, "row {row}");
    }
}

const VILLAGE: VillageId = VillageId([8; 32]);

fn admission_by(steward: u8) -> Admission {
    Admission {
        invitation: agent(50),
        steward: agent(steward),
        steward_signature: SignatureBytes([1; 64]),
        invitation_signature: SignatureBytes([2; 64]),
    }
}

#[test]
fn r22_accepts_a_founder_and_whom_a_steward_invites() {
    let founder = admission::checks(&charter(), &VILLAGE, &agent(ANNA), None).unwrap();
    assert!(founder.is_empty(), "a founder needs no signature");
    let admission = admission_by(ANNA);
    let checks = admission::checks(&charter(), &VILLAGE, &agent(BEN), Some(&admission)).unwrap();
    // Both signatures, each over the village: none can be used in another one.
    assert_eq!(checks.len(), 2);
    assert_eq!(
        (checks[0].signer, checks[0].signature),
        (agent(ANNA), SignatureBytes([1; 64]))
    );
    assert_eq!(
        checks[0].statement,
        [b"cc-invitation/1".as_slice(), &[8; 32], &[50; 32]].concat()
    );
    assert_eq!(
        (checks[1].signer, checks[1].signature),
        (agent(50), SignatureBytes([2; 64]))
    );
    assert_eq!(
        checks[1].statement,
        [b"cc-admission/1".as_slice(), &[8; 32], &[BEN; 32]].concat()
    );
}

#[test]
fn r22_refuses_the_uninvited() {
    let checks = |admission: Option<&Admission>| {
        code(admission::checks(
            &charter(),
            &VILLAGE,
            &agent(BEN),
            admission,
        ))
    };
    assert_eq!(checks(None), "E_NOT_INVITED");
    assert_eq!(checks(Some(&admission_by(BEN))), "E_INVITED_BY_NO_STEWARD");
    assert_eq!(checks(Some(&admission_by(50))), "E_INVITED_BY_NO_STEWARD");
}

fn request(giver: u8, amount_s: i64) -> Request {
    Request {
        book: action(1),
        giver: agent(giver),
        amount_s: Seconds(amount_s),
        memo: None,
    }
}

#[test]
fn r23_accepts_a_request_to_somebody_else() {
    for amount_s in [1, AMOUNT_MAX_S] {
        let amount = request(BEN, amount_s).check(&agent(ANNA)).unwrap();
        assert_eq!(amount.seconds(), amount_s);
    }
}

#[test]
fn r23_refuses_a_request_to_oneself_or_for_nothing() {
    for (giver, amount_s, expected) in [
        (ANNA, 1, "E_SELF_TRANSFER"),
        (BEN, 0, "E_AMOUNT_NOT_POSITIVE"),
        (BEN, AMOUNT_MAX_S + 1, "E_AMOUNT_TOO_LARGE"),
        (ANNA, 0, "E_AMOUNT_NOT_POSITIVE"),
    ] {
        assert_eq!(code(request(giver, amount_s).check(&agent(ANNA))), expected);
    }
}
