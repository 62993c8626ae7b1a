//! Every verdict from both sides: what is accepted, and each code of a refusal.

mod common;

use common::*;
use commons_credit_handover::check::{Awaited, Line};
use commons_credit_handover::*;
use commons_credit_ledger::cheque::{page_tag, receiver_tag, Statement};
use commons_credit_ledger::{
    Account, ActionId, AgentId, Event, Fund, Page, PolicyRef, SignatureBytes, State, Transfer,
    VillageId,
};

fn code<T: std::fmt::Debug>(verdict: Result<T, Refusal>) -> &'static str {
    verdict.expect_err("refused").code()
}

fn sealed() -> (Payment, Option<Hints>) {
    (payment(), Some(payment_packet().hints()))
}

#[test]
fn a_cheque_is_checked_with_own_key_and_village_alone() {
    for hints in [None, Some(payment_packet().hints())] {
        let cheque = check_payment(&payment(), hints, &ben_reads()).expect("it holds");
        assert_eq!(cheque.statement, statement());
        assert_eq!((cheque.account, cheque.policy), (Account::Member, None));
    }
}

#[test]
fn a_cheque_may_be_for_a_fund_or_a_line_of_the_reader() {
    let accounts = [
        Account::Member,
        Account::Fund(Fund::Community),
        Account::Line(NEIGHBOUR),
    ];
    for account in accounts {
        let said = Statement {
            receiver: receiver_tag(&id(&ben()), account),
            ..statement()
        };
        let (said, signature) = signed(&anna(), &said);
        let payment = Payment::of(&said, signature).expect("a payment");
        let packet = Packet::to_receiver(Slip::Payment(payment), &VILLAGE, &said.receiver);
        let own = Own {
            accounts: &accounts,
            ..ben_reads()
        };
        for hints in [None, Some(packet.hints())] {
            let cheque = check_payment(&payment, hints, &own).expect("it holds");
            assert_eq!(cheque.account, account);
        }
    }
}

#[test]
fn another_village_is_named_from_the_seal_or_by_trying() {
    let (payment, hints) = sealed();
    let elsewhere = Own {
        village: NEIGHBOUR,
        ..ben_reads()
    };
    let verdict = check_payment(&payment, hints, &elsewhere);
    assert_eq!(verdict, Err(Refusal::WrongVillage { tag: 0xc5 }));
    // A bare cheque can be placed only among the reader's own villages.
    let verdict = check_payment(&payment, None, &elsewhere);
    assert_eq!(code(verdict), "E_HANDOVER_SIGNATURE");
    let traveller = Own {
        other_villages: &[NEIGHBOUR, VILLAGE],
        ..elsewhere
    };
    let verdict = check_payment(&payment, None, &traveller);
    assert_eq!(code(verdict), "E_HANDOVER_WRONG_VILLAGE");
    // Two villages may have the same first byte.
    let mut like = VILLAGE;
    like.0[7] = 0;
    let traveller = Own {
        village: like,
        other_villages: &[VILLAGE],
        ..ben_reads()
    };
    let verdict = check_payment(&payment, hints, &traveller);
    assert_eq!(code(verdict), "E_HANDOVER_WRONG_VILLAGE");
    // A seal that lies does not make a cheque good.
    let lie = Some(Hints {
        village: NEIGHBOUR.0[0],
        receiver: Some(tag(&ben())[0]),
    });
    let verdict = check_payment(&payment, lie, &elsewhere);
    assert_eq!(code(verdict), "E_HANDOVER_SIGNATURE");
}

#[test]
fn another_receiver_is_named_from_the_seal() {
    let (payment, hints) = sealed();
    let cleo_reads = Own::member(id(&cleo()), VILLAGE);
    let verdict = check_payment(&payment, hints, &cleo_reads);
    assert_eq!(
        verdict,
        Err(Refusal::WrongReceiver {
            tag: tag(&ben())[0]
        })
    );
    let verdict = check_payment(&payment, None, &cleo_reads);
    assert_eq!(code(verdict), "E_HANDOVER_SIGNATURE");
    let anna_reads = Own::member(id(&anna()), VILLAGE);
    assert_eq!(
        check_payment(&payment, None, &anna_reads),
        Err(Refusal::Own)
    );
}

#[test]
fn whatever_is_changed_breaks_the_signature() {
    let good = payment();
    let mut bent = [good; 5];
    bent[0].number += 1;
    bent[1].amount = amount(good.amount.seconds() + 1);
    bent[2].giver = id(&cleo());
    bent[3].page[15] ^= 1;
    bent[4].signature.0[0] ^= 1;
    for payment in bent {
        let verdict = check_payment(&payment, None, &ben_reads());
        assert_eq!(code(verdict), "E_HANDOVER_SIGNATURE", "{payment:?}");
    }
    check_payment(&good, None, &ben_reads()).expect("it holds");
}

#[test]
fn weak_keys_are_refused_by_name() {
    for point in curve25519_dalek::constants::EIGHT_TORSION {
        let giver = AgentId(point.compress().to_bytes());
        // The neutral element as R, zero as S: for the neutral key this holds for any
        // statement, by the bare equation.
        let mut signature = [0; 64];
        signature[0] = 1;
        let forged = Payment {
            giver,
            signature: SignatureBytes(signature),
            ..payment()
        };
        let read = Slip::from_bytes(&forged.to_bytes());
        assert_eq!(read, Ok(Slip::Payment(forged)));
        let verdict = check_payment(&forged, None, &ben_reads());
        assert_eq!(code(verdict), "E_HANDOVER_WEAK_KEY");
        let proof = Proof { giver, ..proof() };
        assert_eq!(
            code(check_proof(&proof, None, &VILLAGE)),
            "E_HANDOVER_WEAK_KEY"
        );
    }
    // Bytes that are no point at all.
    let nobody = (0..=255)
        .map(|byte| AgentId([byte; 32]))
        .find(|key| ed25519_dalek::VerifyingKey::from_bytes(&key.0).is_err())
        .expect("half of all bytes");
    let forged = Payment {
        giver: nobody,
        ..payment()
    };
    let verdict = check_payment(&forged, None, &ben_reads());
    assert_eq!(code(verdict), "E_HANDOVER_WEAK_KEY");
}

#[test]
fn the_same_cheque_counts_once_whatever_its_signature() {
    let said = statement();
    for signature in [payment().signature, SignatureBytes([1; 64])] {
        let own = Own {
            known: &[(said, signature)],
            ..ben_reads()
        };
        let verdict = check_payment(&payment(), None, &own);
        assert_eq!(verdict, Err(Refusal::Replayed { number: 7 }));
    }
    let unrelated = [
        signed(&anna(), &common::said(&anna(), &ben(), 8, 60)),
        signed(&cleo(), &common::said(&cleo(), &ben(), 7, 60)),
        signed(
            &anna(),
            &Statement {
                village: [1; 8],
                ..said
            },
        ),
    ];
    let own = Own {
        known: &unrelated,
        ..ben_reads()
    };
    check_payment(&payment(), None, &own).expect("it holds");
}

#[test]
fn another_cheque_for_the_same_page_comes_with_its_proof() {
    let to_cleo = signed(&anna(), &common::said(&anna(), &cleo(), 7, HOUR_S));
    let own = Own {
        known: &[to_cleo],
        ..ben_reads()
    };
    let Err(Refusal::DoubleSpend { proof: found }) = check_payment(&payment(), None, &own) else {
        panic!("a double spend");
    };
    assert_eq!(*found, proof());
    assert_eq!(check_proof(&found, None, &VILLAGE), Ok(id(&anna())));
    // What somebody merely claims to have seen accuses nobody.
    let hearsay = (to_cleo.0, SignatureBytes([3; 64]));
    let own = Own {
        known: &[hearsay],
        ..ben_reads()
    };
    check_payment(&payment(), None, &own).expect("it holds");
    // A true one behind hearsay is found.
    let own = Own {
        known: &[hearsay, to_cleo],
        ..ben_reads()
    };
    let verdict = check_payment(&payment(), None, &own);
    assert_eq!(code(verdict), "E_HANDOVER_DOUBLE_SPEND");
}

/// Anna's page under this policy, and the cheque for it.
fn page(version: u32) -> (Page, Payment) {
    let page = Page {
        number: 7,
        previous: Some(ActionId([6; 32])),
        policy: PolicyRef {
            version,
            decision: None,
        },
        event: Event::Transfer(Box::new(Transfer {
            from: Account::Member,
            to: id(&ben()),
            to_account: Account::Member,
            amount_s: commons_credit_ledger::Seconds(2 * HOUR_S),
            split: commons_credit_ledger::Split {
                receiver_s: commons_credit_ledger::Seconds(2 * HOUR_S),
                state_s: commons_credit_ledger::Seconds(0),
                community_s: commons_credit_ledger::Seconds(0),
            },
            memo: None,
            request: None,
            corrects: None,
            payment: None,
            line: None,
            cheque: SignatureBytes([0; 64]),
        })),
        after: State {
            holdings: Vec::new(),
            earned: commons_credit_ledger::Earned::default(),
            collectors: commons_credit_ledger::Collectors::default(),
            received: commons_credit_ledger::Received::default(),
            policy: version,
            floor: None,
            roll: 0,
            offices: Vec::new(),
            lines: Vec::new(),
            settled: commons_credit_ledger::settled::Root::EMPTY,
            barred: commons_credit_ledger::settled::Root::EMPTY,
            guardians: None,
            lost: Vec::new(),
        },
    };
    let transfer = page.event.transfer().expect("a transfer").clone();
    let said = Statement::of(&VILLAGE, &id(&anna()), &page, &transfer);
    let (said, signature) = signed(&anna(), &said);
    assert_eq!(said.page, page_tag(&page));
    (page, Payment::of(&said, signature).expect("a payment"))
}

#[test]
fn an_expired_policy_is_seen_when_the_page_is_there() {
    for (version, expected) in [
        (1, Err("E_HANDOVER_POLICY_EXPIRED")),
        (2, Ok(Some(2))),
        (4, Ok(Some(4))),
        (5, Err("E_HANDOVER_POLICY_UNKNOWN")),
    ] {
        let (page, payment) = page(version);
        let own = Own {
            page: Some(&page),
            policies: Some((2, 4)),
            ..ben_reads()
        };
        let verdict = check_payment(&payment, None, &own);
        let verdict = verdict
            .map(|cheque| cheque.policy)
            .map_err(|refusal| refusal.code());
        assert_eq!(verdict, expected);
    }
    let (other_page, _) = page(3);
    let own = Own {
        page: Some(&other_page),
        ..ben_reads()
    };
    let verdict = check_payment(&payment(), None, &own);
    assert_eq!(verdict, Err(Refusal::PageOther { number: 7 }));
}

fn lines(gateways: &[AgentId], used: u64) -> [Line<'_>; 1] {
    [Line {
        village: VILLAGE,
        neighbour: NEIGHBOUR,
        gateways,
        sheets: (3, 4),
        used,
    }]
}

#[test]
fn an_iou_is_good_for_its_line_once() {
    let gateways = [id(&cleo()), id(&gil())];
    let known = lines(&gateways, 4);
    let good = iou();
    assert_eq!(check_iou(&good, None, &VILLAGE, &known), Ok(id(&gil())));
    for (iou, lines, expected) in [
        (good, lines(&gateways, 5), "E_HANDOVER_REPLAYED"),
        (good, lines(&gateways[..1], 4), "E_HANDOVER_SIGNATURE"),
        (good, lines(&[], 4), "E_HANDOVER_LINE_UNKNOWN"),
    ] {
        assert_eq!(code(check_iou(&iou, None, &VILLAGE, &lines)), expected);
    }
    assert_eq!(
        code(check_iou(&good, None, &VILLAGE, &[])),
        "E_HANDOVER_LINE_UNKNOWN"
    );
    let hints = Packet::to_village(Slip::Iou(good), &VILLAGE).hints();
    assert_eq!(
        code(check_iou(&good, Some(hints), &NEIGHBOUR, &known)),
        "E_HANDOVER_WRONG_VILLAGE"
    );
    for sheet in [2, 5] {
        let mut stale = Iou { sheet, ..good };
        stale.signature = sign(&gil(), &stale.statement(&VILLAGE, &id(&gil())));
        let verdict = check_iou(&stale, None, &VILLAGE, &known);
        assert_eq!(code(verdict), "E_HANDOVER_SHEET_EXPIRED");
    }
}

#[test]
fn whatever_is_changed_in_an_iou_breaks_its_signature() {
    let good = iou();
    let mut bent = [good; 7];
    bent[0].number += 1;
    bent[1].amount = amount(1);
    bent[2].gives = amount(1);
    bent[3].sheet = 4;
    bent[4].receiver[0] ^= 1;
    bent[5].payment[0] ^= 1;
    bent[6].signature.0[40] ^= 1;
    let gateways = [id(&gil())];
    for iou in bent {
        let verdict = check_iou(&iou, None, &VILLAGE, &lines(&gateways, 0));
        assert_eq!(code(verdict), "E_HANDOVER_SIGNATURE", "{iou:?}");
    }
    // Another accepting village would have signed something else.
    let elsewhere = [Line {
        village: VillageId([0xc5; 32]),
        ..lines(&gateways, 0)[0]
    }];
    check_iou(&good, None, &VILLAGE, &elsewhere).expect("it holds");
    let third = VillageId([0x77; 32]);
    let elsewhere = [Line {
        village: third,
        ..lines(&gateways, 0)[0]
    }];
    let verdict = check_iou(&good, None, &third, &elsewhere);
    assert_eq!(code(verdict), "E_HANDOVER_SIGNATURE");
}

#[test]
fn a_receipt_settles_the_payment_that_it_names() {
    let awaited = Awaited {
        village: VILLAGE,
        receiver: tag(&ben()),
        account: Account::Member,
        payment: PAGE,
    };
    let good = receipt();
    assert_eq!(check_receipt(&good, None, &awaited), Ok(id(&ben())));
    let mut bent = [good; 3];
    bent[0].number += 1;
    bent[1].amount = amount(1);
    bent[2].signature.0[0] ^= 1;
    for receipt in bent {
        let verdict = check_receipt(&receipt, None, &awaited);
        assert_eq!(code(verdict), "E_HANDOVER_SIGNATURE");
    }
    let other = Awaited {
        payment: [1; 16],
        ..awaited
    };
    assert_eq!(
        check_receipt(&good, None, &other),
        Err(Refusal::ReceiptOther)
    );
    let other = Awaited {
        receiver: tag(&cleo()),
        ..awaited
    };
    assert_eq!(
        code(check_receipt(&good, None, &other)),
        "E_HANDOVER_WRONG_RECEIVER"
    );
    let other = Awaited {
        village: NEIGHBOUR,
        ..awaited
    };
    assert_eq!(
        code(check_receipt(&good, None, &other)),
        "E_HANDOVER_SIGNATURE"
    );
    let hints = Packet::to_village(Slip::Receipt(good), &VILLAGE).hints();
    assert_eq!(
        code(check_receipt(&good, Some(hints), &other)),
        "E_HANDOVER_WRONG_VILLAGE"
    );
}
