//! Each kind of falsehood, put into a village that was honest before, gives exactly
//! its finding: on the right page, with what was expected and what is there.

#[path = "common/expect.rs"]
mod expect;
#[path = "common/forge.rs"]
mod forge;
#[path = "common/village.rs"]
mod village;

use commons_credit_audit::{Account as On, Audit, Finding, Id, Kind, Value, Verdict};
use commons_credit_ledger::*;
use expect::{agent, at, finds, name, on, seconds};
use forge::settled_by;
use std::collections::BTreeSet;
use village::{audit, encode, read, Random, Village, PLAIN};

const HOUR_S: i64 = 3_600;

fn lived(seed: u64) -> Village {
    Village::lived_by(seed, 10, 700, PLAIN)
}

fn is_transfer(page: &Page) -> bool {
    page.event.transfer().is_some()
}

fn is_deposit(page: &Page) -> bool {
    matches!(page.event, Event::Deposit { .. })
}

/// A page in the middle of a long book.
fn middle(village: &Village, fits: impl Fn(&Page) -> bool) -> usize {
    let places = village.places(|written| {
        let follows = |number: u64| {
            let mut all = village.written.iter();
            all.any(|other| other.author == written.author && other.page.number == number)
        };
        fits(&written.page) && written.page.number > 5 && follows(written.page.number + 5)
    });
    places[places.len() / 2]
}

#[test]
fn bytes_that_are_no_page() {
    let mut village = lived(1);
    let tip = village.tip(is_deposit);
    let good = encode(&village.written[tip].page);
    let longer = [&good[..], &[0xc0]].concat();
    let shorter = good[..good.len() - 1].to_vec();
    let mut other_field = good.clone();
    other_field[3] ^= 1;
    for bad in [longer, shorter, other_field, vec![], vec![0xc1; 40]] {
        let mut audit = Audit::of(village.known());
        for (place, written) in village.written.iter().enumerate() {
            let bytes = if place == tip {
                bad.clone()
            } else {
                encode(&written.page)
            };
            read(&mut audit, written, &bytes);
        }
        let mut expected = at(&village, tip, Kind::Unreadable, Value::None, Value::None);
        expected.number = None;
        expected.found = Value::Number(bad.len() as u64);
        let report = audit.finish();
        assert_eq!(report.findings, [expected]);
        assert_eq!(report.missing, []);
    }
}

#[test]
fn bytes_within_a_page_never_end_the_audit() {
    let village = Village::lived(2, 6, 200);
    let mut random = Random(2);
    for _ in 0..2_000 {
        let place = random.below(village.written.len());
        let mut bytes = encode(&village.written[place].page);
        for _ in 0..1 + random.below(3) {
            let at = random.below(bytes.len());
            bytes[at] = random.number() as u8;
        }
        let mut audit = Audit::of(village.known());
        for (other, written) in village.written.iter().enumerate() {
            if other == place {
                read(&mut audit, written, &bytes);
            } else {
                read(&mut audit, written, &encode(&written.page));
            }
        }
        audit.finish();
    }
}

#[test]
fn a_skipped_number() {
    let mut village = lived(3);
    let page = middle(&village, is_transfer);
    let (author, number) = (
        village.written[page].author,
        village.written[page].page.number,
    );
    for written in &mut village.written {
        if written.author == author && written.page.number >= number {
            written.page.number += 1;
        }
    }
    let (expected, found) = (Value::Number(number), Value::Number(number + 1));
    finds(
        &village,
        at(&village, page, Kind::NumberSkipped, expected, found),
    );
}

#[test]
fn a_page_before_by_somebody_else_or_later_on_the_chain() {
    let mut village = lived(4);
    let tip = village.tip(|page| is_transfer(page) && page.number > 2);
    let (author, number) = (
        village.written[tip].author,
        village.written[tip].page.number,
    );
    let foreign =
        village.places(|other| other.author != author && other.page.number == number - 1)[0];
    let whose = village.written[foreign].author;
    village.written[tip].page.previous = Some(village.written[foreign].id);
    let expected = at(
        &village,
        tip,
        Kind::PreviousForeign,
        agent(author),
        agent(whose),
    );
    finds(&village, expected);

    let mut village = lived(4);
    let page = middle(&village, is_transfer);
    let sequence = village.written[village.before(page)].sequence;
    village.written[page].sequence = sequence;
    let (expected, found) = (u64::from(sequence) + 1, u64::from(sequence));
    let expected = at(
        &village,
        page,
        Kind::PreviousForeign,
        Value::Number(expected),
        Value::Number(found),
    );
    finds(&village, expected);
}

/// The pages at two places are one fork, at the larger name.
fn fork_of(village: &Village, one: usize, other: usize) -> Finding {
    let (first, second) = if village.written[one].id < village.written[other].id {
        (one, other)
    } else {
        (other, one)
    };
    let (expected, found) = (village.written[first].id, village.written[second].id);
    at(village, second, Kind::Forked, name(expected), name(found))
}

#[test]
fn two_pages_in_the_place_of_one() {
    // At the end of a book: the hours of the second transfer came from nowhere.
    let mut village = lived(5);
    let tip = village.tip(is_transfer);
    let mut twin = village.written[tip].clone();
    twin.id = ActionId(village.random.bytes());
    village.written.push(twin);
    village.give_instead(village.written.len() - 1, 7);
    let both = [village.written.len() - 1, tip];
    let report = finds(&village, fork_of(&village, both[0], both[1]));
    // Both receivers have theirs; who gave twice owes it twice.
    assert_eq!(report.sums.total_s, 0, "{:?}", report.sums);

    // In the middle, and the second goes on.
    let mut village = lived(5);
    let page = middle(&village, is_transfer);
    let mut branch = village.written.clone();
    let (author, number) = (
        village.written[page].author,
        village.written[page].page.number,
    );
    branch.retain(|written| {
        written.author == author && (number..number + 3).contains(&written.page.number)
    });
    branch.sort_by_key(|written| written.page.number);
    let mut previous = village.written[page].page.previous;
    for mut written in branch {
        written.page.previous = previous;
        // Settling once more is not what this is about.
        if settled_by(&written.page.event).is_some() {
            break;
        }
        written.id = ActionId(village.random.bytes());
        previous = Some(written.id);
        village.written.push(written);
    }
    let twin =
        village.places(|written| written.author == author && written.page.number == number)[1];
    let expected = fork_of(&village, page, twin);
    let report = finds(&village, expected.clone());
    assert_eq!(report.sums.total_s, 0);
    // In whatever order they come.
    for seed in 0..20 {
        Random(seed).shuffle(&mut village.written);
        finds(&village, expected.clone());
    }
}

#[test]
fn two_openings_and_a_fork_whose_beginning_is_not_there() {
    let mut village = lived(6);
    let opening = village.places(|written| written.page.number == 1)[0];
    let mut twin = village.written[opening].clone();
    twin.id = ActionId(village.random.bytes());
    twin.sequence += 1;
    village.written.push(twin);
    finds(
        &village,
        fork_of(&village, opening, village.written.len() - 1),
    );

    // Of two branches one begins with a page that follows nothing known.
    let mut village = lived(6);
    let page = middle(&village, is_transfer);
    let mut twin = village.written[page].clone();
    twin.id = ActionId(village.random.bytes());
    twin.page.previous = Some(ActionId(village.random.bytes()));
    village.written.push(twin);
    let report = finds(&village, fork_of(&village, page, village.written.len() - 1));
    assert_eq!(report.missing.len(), 1);
}

#[test]
fn three_pages_in_one_place_are_two_findings_in_any_order() {
    let mut village = lived(7);
    let tip = village.tip(is_transfer);
    for amount_s in [11, 13] {
        let mut twin = village.written[tip].clone();
        twin.id = ActionId(village.random.bytes());
        village.written.push(twin);
        village.give_instead(village.written.len() - 1, amount_s);
    }
    let expected = village.audit().findings;
    assert_eq!(expected.len(), 2);
    for seed in 0..20 {
        Random(seed).shuffle(&mut village.written);
        assert_eq!(village.audit().findings, expected);
    }
}

#[test]
fn openings_where_they_do_not_belong() {
    let mut village = Village::founded(8, 10, PLAIN);
    let opening = village.tip(|page| page.number == 1);
    village.written[opening].page.number = 2;
    let expected = at(
        &village,
        opening,
        Kind::OpenedWrongly,
        Value::Number(1),
        Value::Number(2),
    );
    finds(&village, expected);

    let mut village = lived(8);
    let tip = village.tip(|page| is_transfer(page) && page.number > 1);
    let author = village.written[tip].author;
    let own = village.places(|written| written.author == author && written.page.number == 1)[0];
    village.written[tip].page.event = village.written[own].page.event.clone();
    let number = Value::Number(village.written[tip].page.number);
    finds(
        &village,
        at(&village, tip, Kind::OpenedWrongly, Value::Number(1), number),
    );
}

#[test]
fn somebody_elses_admission() {
    let mut village = lived(9);
    let openings = village.places(|written| written.page.number == 1);
    let (own, other) = (openings[0], openings[1]);
    village.written[own].page.event = village.written[other].page.event.clone();
    let (expected, found) = (village.written[own].author, village.written[other].author);
    let expected = at(
        &village,
        own,
        Kind::AdmissionForeign,
        agent(expected),
        agent(found),
    );
    finds(&village, expected);
}

#[test]
fn policies_that_cannot_be_or_are_older() {
    let mut village = lived(10);
    let tip = village.tip(|page| page.policy.version == 0 && is_deposit(page));
    village.written[tip].page.policy.decision = Some(ActionId([3; 32]));
    finds(
        &village,
        at(
            &village,
            tip,
            Kind::PolicyUnknown,
            Value::None,
            Value::Number(0),
        ),
    );
    village.written[tip].page.policy = PolicyRef {
        version: 9,
        decision: None,
    };
    village.written[tip].page.after.policy = 9;
    finds(
        &village,
        at(
            &village,
            tip,
            Kind::PolicyUnknown,
            Value::None,
            Value::Number(9),
        ),
    );

    let mut village = lived(10);
    let tip = village.tip(|page| page.policy.version == 2 && is_deposit(page));
    let before = village.written[village.before(tip)].page.policy.version;
    assert!(before > 0);
    village.written[tip].page.policy = PolicyRef::FOUNDING;
    village.written[tip].page.after.policy = 0;
    let expected = at(
        &village,
        tip,
        Kind::PolicyOlder,
        Value::Number(before.into()),
        Value::Number(0),
    );
    finds(&village, expected);
}

#[test]
fn accounts_that_the_book_does_not_hold() {
    let mut village = lived(11);
    let tip = village.tip(is_transfer);
    village.transfer_at(tip).from = Account::Fund(Fund::State);
    let finding = at(
        &village,
        tip,
        Kind::AccountNotHeld,
        Value::None,
        Value::None,
    );
    finds(&village, on(On::State, finding));

    let mut village = lived(11);
    let deposit = middle(&village, is_deposit);
    let transfer = village.find(settled_by(&village.written[deposit].page.event).unwrap());
    village.transfer_at(transfer).to_account = Account::Fund(Fund::Community);
    let finding = at(
        &village,
        deposit,
        Kind::AccountNotHeld,
        Value::None,
        Value::None,
    );
    finds(&village, on(On::Community, finding));
}

#[test]
fn amounts_out_of_range() {
    for amount_s in [0, -5] {
        let mut village = lived(12);
        let tip = village.tip(is_transfer);
        village.give_instead(tip, amount_s);
        let expected = at(
            &village,
            tip,
            Kind::AmountOutOfRange,
            seconds(1),
            seconds(amount_s),
        );
        finds(&village, expected);
    }
}

#[test]
fn an_amount_too_large() {
    const MAX_S: i64 = amount::AMOUNT_MAX_S;
    let mut village = lived(12);
    let tip = village.tip(|page| is_transfer(page) && page.number > 1);
    let before = village.before(tip);
    let (author, number) = (
        village.written[tip].author,
        village.written[tip].page.number,
    );
    let (tip_id, before_id) = (village.written[tip].id, village.written[before].id);
    // Its book begins, for the audit, with a page that holds enough.
    village
        .written
        .retain(|written| written.author != author || written.page.number + 1 >= number);
    let (tip, before) = (village.find(tip_id), village.find(before_id));
    village.written[before].page.after.holdings[0].balance_s = Seconds(2 * MAX_S);
    village.give_instead(tip, MAX_S);
    assert_eq!(village.audit().findings, []);
    village.give_instead(tip, MAX_S + 1);
    let (expected, found) = (seconds(MAX_S), seconds(MAX_S + 1));
    finds(
        &village,
        at(&village, tip, Kind::AmountOutOfRange, expected, found),
    );
}

#[test]
fn a_transfer_to_oneself() {
    let mut village = lived(13);
    let tip = village.tip(is_transfer);
    let author = village.written[tip].author;
    village.transfer_at(tip).to = author;
    finds(
        &village,
        at(
            &village,
            tip,
            Kind::SelfTransfer,
            Value::None,
            agent(author),
        ),
    );
}

#[test]
fn a_wrong_split() {
    let mut village = lived(14);
    let page = middle(&village, |page| {
        page.event
            .transfer()
            .is_some_and(|transfer| transfer.split.state_s.0 > 0)
    });
    let right = village.transfer_at(page).split;
    let split = &mut village.transfer_at(page).split;
    split.state_s.0 -= 1;
    split.receiver_s.0 += 1;
    // Its receiver goes by what the page says.
    let transfer = village.written[page].id;
    let deposit = village.places(|written| settled_by(&written.page.event) == Some(transfer));
    if let [deposit] = deposit[..] {
        if is_deposit(&village.written[deposit].page) {
            village.carry_on(deposit, |after| {
                after.holdings[0].balance_s.0 += 1;
                after.earned.state_s.0 -= 1;
                after.received.total_s.0 += 1;
            });
        }
    }
    let parts = |split: Split| {
        Value::Parts([split.receiver_s, split.state_s, split.community_s].map(|part| part.0.into()))
    };
    let wrong = village.transfer_at(page).split;
    let report = finds(
        &village,
        at(&village, page, Kind::SplitWrong, parts(right), parts(wrong)),
    );
    // The hours went to the wrong place, but none came from nowhere.
    assert_eq!(report.sums.total_s, 0);
}

#[test]
fn a_crossed_floor() {
    let mut village = lived(15);
    let tip = village.tip(is_transfer);
    let before = village.written[village.before(tip)].page.after.holdings[0];
    let floor_s = before.floor_s.0;
    // Down to the floor is right, one second more is not.
    village.give_instead(tip, before.balance_s.0 - floor_s);
    assert_eq!(village.audit().verdict(), Verdict::Sound);
    village.give_instead(tip, before.balance_s.0 - floor_s + 1);
    let finding = at(
        &village,
        tip,
        Kind::FloorCrossed,
        seconds(floor_s),
        seconds(floor_s - 1),
    );
    let report = finds(&village, on(On::Member, finding));
    assert_eq!(report.sums.total_s, 0);
}

#[test]
fn a_cheque_by_somebody_else_or_over_something_else() {
    let mut village = lived(35);
    let good = village.written.clone();
    let bend: [fn(&mut Transfer); 4] = [
        |transfer| transfer.cheque.0[0] ^= 1,
        |transfer| transfer.cheque = SignatureBytes([0; 64]),
        |transfer| transfer.memo = Some(Digest([1; 32])),
        |transfer| transfer.request = Some(ActionId([1; 32])),
    ];
    for bend in bend {
        village.written.clone_from(&good);
        let page = middle(&village, is_transfer);
        bend(village.transfer_at(page));
        let expected = at(&village, page, Kind::ChequeWrong, Value::None, Value::None);
        let report = audit(village.known_with_cheques(), &village.written);
        assert_eq!(report.findings, [expected]);
    }
    // The same cheques in another village.
    village.written.clone_from(&good);
    let mut elsewhere = village.known();
    elsewhere.verify_cheques(Id([6; 32]));
    let report = audit(elsewhere, &village.written);
    assert_eq!(report.findings_total, report.transfers);
}

/// A deposit at a tip whose book begins, for the audit, with the page before it.
fn beheaded(village: &mut Village) -> usize {
    let tip = village.tip(|page| is_deposit(page) && page.number > 3);
    let (author, number) = (
        village.written[tip].author,
        village.written[tip].page.number,
    );
    let id = village.written[tip].id;
    village
        .written
        .retain(|written| written.author != author || written.page.number + 1 >= number);
    village.find(id)
}

#[test]
fn a_balance_out_of_range() {
    const MAX_S: i64 = amount::BALANCE_MAX_S;
    let mut village = lived(16);
    let tip = beheaded(&mut village);
    let before = village.before(tip);
    let was_s = village.written[before].page.after.holdings[0].balance_s.0;
    let gain_s = village.written[tip].page.after.holdings[0].balance_s.0 - was_s;
    assert!(gain_s > 0);
    village.carry_on(before, |after| {
        after.holdings[0].balance_s.0 += MAX_S - gain_s - was_s
    });
    assert_eq!(village.audit().findings, []);
    village.carry_on(before, |after| after.holdings[0].balance_s.0 += 1);
    let finding = at(
        &village,
        tip,
        Kind::BalanceOutOfRange,
        seconds(MAX_S),
        seconds(MAX_S + 1),
    );
    finds(&village, on(On::Member, finding));
}

#[test]
fn a_full_book() {
    let mut village = lived(17);
    let tip = beheaded(&mut village);
    let before = village.before(tip);
    const MAX: u64 = page::PAGE_NUMBER_MAX;
    village.written[before].page.number = MAX - 1;
    village.written[tip].page.number = MAX;
    assert_eq!(village.audit().findings, []);
    village.written[before].page.number = MAX;
    village.written[tip].page.number = MAX + 1;
    let (expected, found) = (Value::Number(MAX), Value::Number(MAX + 1));
    finds(&village, at(&village, tip, Kind::BookFull, expected, found));
}

#[test]
fn a_wrong_proof() {
    let mut village = lived(18);
    let page = middle(&village, is_deposit);
    let right = village.written[page].page.event.clone();
    let bend: [fn(&mut settled::Proof); 4] = [
        |proof| proof.siblings[0].0[0] ^= 1,
        |proof| proof.siblings.push(Digest([0; 32])),
        |proof| proof.siblings.truncate(proof.siblings.len() - 1),
        |proof| {
            proof.end = settled::PathEnd::Present(settled::Mark::default());
        },
    ];
    for bend in bend {
        village.written[page].page.event = right.clone();
        let Event::Deposit { proof, .. } = &mut village.written[page].page.event else {
            panic!("a deposit");
        };
        bend(proof);
        finds(
            &village,
            at(&village, page, Kind::ProofWrong, Value::None, Value::None),
        );
    }
}

#[test]
fn a_double_deposit() {
    let mut village = lived(19);
    let first = middle(&village, is_deposit);
    let transfer = settled_by(&village.written[first].page.event).unwrap();
    let author = village.written[first].author;
    let second = village.append(author, |proof| Event::Deposit {
        transfer,
        proof,
        receipt: None,
        unbarred: None,
    });
    let (expected, found) = (village.written[first].id, village.written[second].id);
    let report = finds(
        &village,
        at(
            &village,
            second,
            Kind::SettledTwice,
            name(expected),
            name(found),
        ),
    );
    let amount_s = village.written[village.find(transfer)]
        .page
        .event
        .transfer()
        .unwrap()
        .amount_s;
    assert_eq!(
        report.sums.total_s,
        i128::from(amount_s.0),
        "credited twice, debited once"
    );
}

#[test]
fn a_decline_of_what_was_deposited() {
    let mut village = lived(20);
    let first = middle(&village, is_deposit);
    let transfer = settled_by(&village.written[first].page.event).unwrap();
    let author = village.written[first].author;
    let second = village.append(author, |proof| Event::Decline {
        transfer,
        reason: None,
        proof,
    });
    let (expected, found) = (village.written[first].id, village.written[second].id);
    let report = finds(
        &village,
        at(
            &village,
            second,
            Kind::SettledTwice,
            name(expected),
            name(found),
        ),
    );
    assert_eq!(report.sums.total_s, 0);
}

#[test]
fn a_deposit_without_a_transfer() {
    let mut village = lived(21);
    let author = village.written[middle(&village, is_deposit)].author;
    let opening = village.places(|written| written.page.number == 1)[0];
    let transfer = village.written[opening].id;
    let deposit = village.append(author, |proof| Event::Deposit {
        transfer,
        proof,
        receipt: None,
        unbarred: None,
    });
    village.written[deposit].page.after.holdings[0].balance_s.0 += HOUR_S;
    let expected = at(
        &village,
        deposit,
        Kind::NotATransfer,
        Value::Word("transfer"),
        name(transfer),
    );
    let report = finds(&village, expected);
    assert_eq!(
        report.sums.total_s,
        i128::from(HOUR_S),
        "an hour from nowhere"
    );
}

#[test]
fn a_deposit_of_what_is_not_there_is_no_finding() {
    let mut village = lived(21);
    let author = village.written[middle(&village, is_deposit)].author;
    let transfer = ActionId([9; 32]);
    let deposit = village.append(author, |proof| Event::Deposit {
        transfer,
        proof,
        receipt: None,
        unbarred: None,
    });
    village.written[deposit].page.after.holdings[0].balance_s.0 += HOUR_S;
    let report = village.audit();
    assert_eq!(report.findings, []);
    assert_eq!(report.missing.len(), 1);
    assert_eq!(report.missing[0].cited, Id([9; 32]));
    assert_eq!(report.verdict(), Verdict::Incomplete);
    assert_eq!(
        report.sums.total_s,
        i128::from(HOUR_S),
        "whose debit is not there"
    );
}

#[test]
fn somebody_elses_transfer() {
    let mut village = lived(22);
    let tip = village.tip(is_transfer);
    let (transfer, giver) = (village.written[tip].id, village.written[tip].author);
    let to = village.transfer_at(tip).to;
    let stranger = village.stranger([giver, to]);
    let deposit = village.append(stranger, |proof| Event::Deposit {
        transfer,
        proof,
        receipt: None,
        unbarred: None,
    });
    let expected = at(
        &village,
        deposit,
        Kind::NotTheReceiver,
        agent(to),
        agent(stranger),
    );
    finds(&village, expected);

    let decline = village.written.len() - 1;
    village.written.truncate(decline);
    village.append(stranger, |proof| Event::Decline {
        transfer,
        reason: None,
        proof,
    });
    let expected = at(
        &village,
        decline,
        Kind::NotTheReceiver,
        agent(to),
        agent(stranger),
    );
    finds(&village, expected);
}

#[test]
fn reclaims_by_somebody_else_or_of_what_was_not_declined() {
    let mut village = lived(23);
    let tip = village.tip(is_transfer);
    let (transfer, giver) = (village.written[tip].id, village.written[tip].author);
    let to = village.transfer_at(tip).to;
    let stranger = village.stranger([giver, to]);
    let decline = village.append(to, |proof| Event::Decline {
        transfer,
        reason: None,
        proof,
    });
    let declined = village.written[decline].id;
    assert_eq!(village.audit().verdict(), Verdict::Sound);

    // By somebody else.
    let reclaim = village.append(stranger, |proof| Event::Reclaim {
        transfer,
        decline: declined,
        proof,
    });
    let (expected, found) = (agent(giver), agent(stranger));
    finds(
        &village,
        at(&village, reclaim, Kind::NotTheGiver, expected, found),
    );
    village.written.truncate(reclaim);

    // Citing another page: the transfer itself, then a decline of another transfer.
    let others = village.places(|written| {
        matches!(written.page.event, Event::Decline { transfer: other, .. } if other != transfer)
    });
    for other in [transfer, village.written[others[0]].id] {
        let reclaim = village.append(giver, |proof| Event::Reclaim {
            transfer,
            decline: other,
            proof,
        });
        let expected = at(
            &village,
            reclaim,
            Kind::NotDeclined,
            name(transfer),
            name(other),
        );
        finds(&village, expected);
        village.written.truncate(reclaim);
    }

    // And as it should be.
    village.append(giver, |proof| Event::Reclaim {
        transfer,
        decline: declined,
        proof,
    });
    assert_eq!(village.audit().verdict(), Verdict::Sound);
}

#[test]
fn a_wrong_balance() {
    let fits: [fn(&Page) -> bool; 3] = [is_transfer, is_deposit, |page| {
        matches!(page.event, Event::Decline { .. })
    }];
    for fits in fits {
        let mut village = lived(24);
        let page = middle(&village, fits);
        let right_s = village.written[page].page.after.holdings[0].balance_s.0;
        village.carry_on(page, |after| after.holdings[0].balance_s.0 += HOUR_S);
        let finding = at(
            &village,
            page,
            Kind::BalanceWrong,
            seconds(right_s),
            seconds(right_s + HOUR_S),
        );
        let report = finds(&village, on(On::Member, finding));
        // What was re-derived is right, what is stated is not.
        assert_eq!(report.sums.total_s, 0);
        assert_eq!(report.stated.total_s, i128::from(HOUR_S));
        let author = Id(village.written[page].author.0);
        let book = report
            .books
            .iter()
            .find(|book| book.author == author)
            .unwrap();
        let account = &book.accounts[0];
        assert_eq!(
            account.balance_s + i128::from(HOUR_S),
            account.stated_s.into()
        );
    }
}

#[test]
fn an_opening_that_holds_something() {
    let mut village = lived(25);
    let opening = village.places(|written| written.page.number == 1)[0];
    village.carry_on(opening, |after| after.holdings[0].balance_s.0 += HOUR_S);
    let finding = at(
        &village,
        opening,
        Kind::BalanceWrong,
        seconds(0),
        seconds(HOUR_S),
    );
    let report = finds(&village, on(On::Member, finding));
    assert_eq!(report.sums.total_s, 0);
    assert_eq!(report.stated.total_s, i128::from(HOUR_S));
}

#[test]
fn a_wrong_floor() {
    let is_any: fn(&Page) -> bool = |_| true;
    let mut village = lived(26);
    let opening = village.places(|written| written.page.number == 1)[0];
    for page in [middle(&village, is_any), opening] {
        let right_s = village.written[page].page.after.holdings[0].floor_s.0;
        village.carry_on(page, |after| after.holdings[0].floor_s.0 -= 1);
        let finding = at(
            &village,
            page,
            Kind::FloorWrong,
            seconds(right_s),
            seconds(right_s - 1),
        );
        finds(&village, on(On::Member, finding));
        village.carry_on(page, |after| after.holdings[0].floor_s.0 += 1);
    }
}

#[test]
fn wrong_levy_counters() {
    let fits: [fn(&Page) -> bool; 2] = [is_transfer, is_deposit];
    for fits in fits {
        let mut village = lived(27);
        let page = middle(&village, fits);
        let right = village.written[page].page.after.earned;
        village.carry_on(page, |after| after.earned.community_s.0 += 5);
        let right_s = right.community_s.0;
        let finding = at(
            &village,
            page,
            Kind::EarnedWrong,
            seconds(right_s),
            seconds(right_s + 5),
        );
        let report = finds(&village, on(On::Community, finding));
        assert_eq!((report.sums.total_s, report.stated.total_s), (0, 5));
    }
}

#[test]
fn accounts_that_come_from_nowhere() {
    let mut village = lived(28);
    let page = middle(&village, is_transfer);
    village.carry_on(page, |after| {
        after.holdings.push(Holding {
            account: Account::Fund(Fund::State),
            balance_s: Seconds(HOUR_S),
            floor_s: Seconds(0),
        });
    });
    let expected = at(
        &village,
        page,
        Kind::HoldingsWrong,
        Value::Number(1),
        Value::Number(2),
    );
    let report = finds(&village, expected);
    assert_eq!(report.sums.total_s, i128::from(HOUR_S));
}

#[test]
fn a_state_of_another_policy() {
    let mut village = lived(29);
    let tip = village.tip(|page| page.policy.version == 1);
    village.written[tip].page.after.policy = 2;
    let expected = at(
        &village,
        tip,
        Kind::PolicyWrong,
        Value::Number(1),
        Value::Number(2),
    );
    finds(&village, expected);
}

#[test]
fn a_wrong_settled_root() {
    let fits: [fn(&Page) -> bool; 3] = [is_deposit, is_transfer, |page| {
        matches!(page.event, Event::Reclaim { .. })
    }];
    for fits in fits {
        let mut village = lived(30);
        let page = middle(&village, fits);
        let right = village.written[page].page.after.settled;
        village.written[page].page.after.settled.0 .0[31] ^= 1;
        let wrong = village.written[page].page.after.settled;
        let (expected, found) = (Value::Name(Id(right.0 .0)), Value::Name(Id(wrong.0 .0)));
        let expected = at(&village, page, Kind::RootWrong, expected, found);
        finds(&village, expected.clone());
        // Carried on over pages that settle nothing it is still one finding.
        village.cut_after(page);
        let author = village.written[page].author;
        for _ in 0..3 {
            village.append(author, |_| {
                Event::Transfer(Box::new(Transfer {
                    from: Account::Member,
                    to: AgentId([8; 32]),
                    to_account: Account::Member,
                    amount_s: Seconds(0),
                    split: Split {
                        receiver_s: Seconds(0),
                        state_s: Seconds(0),
                        community_s: Seconds(0),
                    },
                    memo: None,
                    request: None,
                    corrects: None,
                    payment: None,
                    line: None,
                    cheque: SignatureBytes([7; 64]),
                }))
            });
        }
        let roots = village.audit().findings;
        let roots: Vec<_> = roots
            .iter()
            .filter(|finding| finding.kind == Kind::RootWrong)
            .collect();
        assert_eq!(roots, [&expected]);
    }
}

/// Nothing is found that no test above shows, and nothing goes by a code that says
/// something else.
#[test]
fn every_kind_has_its_test_and_a_code_of_its_own() {
    let source = concat!(
        include_str!("findings.rs"),
        include_str!("owning.rs"),
        include_str!("lines.rs"),
        include_str!("guarding.rs"),
        include_str!("clearing.rs"),
        include_str!("both.rs")
    );
    let mut codes = BTreeSet::new();
    for kind in Kind::ALL {
        let is_tested = [",", ")", "]"]
            .iter()
            .any(|end| source.contains(&format!("Kind::{kind:?}{end}")));
        assert!(is_tested, "{kind:?} is not tested");
        assert!(codes.insert(kind.code()), "{} twice", kind.code());
        assert!(
            kind.code().starts_with("A_")
                && (kind.rule() <= 67 || (70..=78).contains(&kind.rule()))
                && !kind.text().is_empty()
        );
    }
    assert!(codes.len() >= 25);
}

#[test]
fn the_text_of_a_report_names_what_is_wrong() {
    let mut village = lived(24);
    let page = middle(&village, is_transfer);
    village.carry_on(page, |after| after.holdings[0].balance_s.0 += HOUR_S);
    let text = village.audit().lines().join("\n");
    for part in [
        "broken: ",
        "\n  sum               0 h\n",
        "\n  sum as stated     1 h\n",
        "\n1 finding:\n  A_BALANCE_WRONG: ",
        &village.written[page].id.to_hex(),
        "\n10 books:\n",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}
