//! Between villages: rules 70 to 76, with real signatures.

use crate::code;
use crate::common::{line_terms, proposal};
use crate::pair::*;
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::rate::{KINDS_MAX, LINE_LIMIT_MAX_S, SLOPE_MAX_BP, WINDOW_MAX};
use commons_credit_ledger::*;

const TWO_HOURS: i64 = 2 * HOUR_S;
/// Two hours less AliceVille's levies, and what that is in BobTown.
const NET_S: i64 = 108 * 60;
const THERE_S: i64 = NET_S * 6 / 5;

fn joined() -> Pair {
    Pair::joined(&terms_of_a())
}

/// Alice has given two hours for Bob, and they are pledged.
fn pledged() -> (Pair, ActionId, ActionId) {
    let mut pair = joined();
    let given = pair.give(A, ALICE, BOB, TWO_HOURS, 1, THERE_S).unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    (pair, given, pledge)
}

/// The same, and BobTown's gateway has paid.
fn paid() -> (Pair, ActionId, ActionId, ActionId) {
    let (mut pair, given, pledge) = pledged();
    let payment = pair.pay(B, BOB, pair.iou(pledge)).unwrap();
    (pair, given, pledge, payment)
}

fn judged(terms: LineTerms, before: Option<LineTerms>) -> &'static str {
    use crate::common::{adopted, charter};
    let subject = Subject::Line(VillageId([5; 32]));
    let mut asked = proposal(subject, Content::Line(Box::new(terms)));
    let closed = before.map(|before| {
        let mut old = adopted(proposal(subject, Content::Line(Box::new(before))));
        old.proposal.number = 1;
        old
    });
    if let Some(closed) = &closed {
        asked.follows = Some(closed.id);
        asked.number = 2;
    }
    code(asked.check(&ProposalFacts {
        author: crate::common::agent(crate::common::ANNA),
        charter: &charter(),
        follows: closed.as_ref().map(|closed| closed.decided()),
        roll: None,
        double_spend: None,
    }))
}

fn with(change: impl FnOnce(&mut LineTerms)) -> LineTerms {
    let mut terms = line_terms();
    change(&mut terms);
    terms
}

#[test]
fn r70_accepts_terms_within_their_limits() {
    let kind = |number: usize| KindRate {
        kind: format!("kind {number}"),
        rate: Rate {
            num: u32::MAX,
            den: 1,
        },
    };
    for terms in [
        line_terms(),
        with(|terms| terms.limit_s = Seconds(0)),
        with(|terms| terms.neighbour_limit_s = Seconds(LINE_LIMIT_MAX_S)),
        with(|terms| terms.sheet.slope_bp = SLOPE_MAX_BP),
        with(|terms| terms.sheet.window = WINDOW_MAX),
        with(|terms| terms.sheet.kinds = (0..KINDS_MAX).map(kind).collect()),
    ] {
        assert_eq!(judged(terms, None), "valid");
    }
    // What keeps the sheet, and what numbers another one higher.
    let paused = with(|terms| terms.state = LineState::Paused);
    assert_eq!(judged(paused, Some(line_terms())), "valid");
    let newer = with(|terms| {
        terms.sheet.number = 2;
        terms.sheet.slope_bp = 0;
    });
    assert_eq!(judged(newer, Some(line_terms())), "valid");
    // Up to 1,000 numbers are left out.
    let numbered = |number| with(|terms| terms.sheet.number = number);
    assert_eq!(judged(numbered(1_001), None), "valid");
    assert_eq!(judged(numbered(1_002), Some(line_terms())), "valid");
    // What stays may have any number that it has come to.
    for number in [5_000, u32::MAX] {
        let paused = with(|terms| {
            terms.sheet.number = number;
            terms.state = LineState::Paused;
        });
        assert_eq!(judged(paused, Some(numbered(number))), "valid");
    }
}

#[test]
fn r70_refuses_terms_out_of_range() {
    let first = |change: fn(&mut KindRate)| with(|terms| change(&mut terms.sheet.kinds[0]));
    for terms in [
        with(|terms| terms.limit_s = Seconds(-1)),
        with(|terms| terms.neighbour_limit_s = Seconds(LINE_LIMIT_MAX_S + 1)),
        with(|terms| terms.sheet.slope_bp = SLOPE_MAX_BP + 1),
        with(|terms| terms.sheet.window = WINDOW_MAX + 1),
        with(|terms| terms.sheet.number = 0),
        with(|terms| terms.sheet.kinds.clear()),
        with(|terms| terms.sheet.kinds[1].kind = "carpentry".into()),
        with(|terms| terms.issued = 1 << 28),
        with(|terms| terms.taken = u64::MAX),
        first(|kind| kind.rate.num = 0),
        first(|kind| kind.rate.den = 0),
    ] {
        assert_eq!(judged(terms, None), "E_LINE_TERMS");
    }
    let unnamed = first(|kind| kind.kind.clear());
    assert_eq!(judged(unnamed, None), "E_NAME");
    for changed in [
        with(|terms| terms.sheet.slope_bp = 0),
        with(|terms| terms.gateway = AgentId([77; 32])),
        with(|terms| terms.neighbour_gateway = AgentId([77; 32])),
    ] {
        assert_eq!(judged(changed, Some(line_terms())), "E_LINE_TERMS");
    }
    // A number so high that none could follow.
    let numbered = |number| with(|terms| terms.sheet.number = number);
    assert_eq!(judged(numbered(1_002), None), "E_LINE_TERMS");
    for number in [1_003, u32::MAX] {
        let far = judged(numbered(number), Some(line_terms()));
        assert_eq!(far, "E_LINE_TERMS");
    }
}

#[test]
fn r71_accepts_what_was_decided_and_signed_over_there() {
    let mut pair = joined();
    let there = pair.other(A);
    let tally = *pair.sides[A].books[&GATEWAY]
        .page
        .after
        .tally(there)
        .unwrap();
    assert_eq!((tally.issued, tally.taken, tally.sheet), (0, 0, 1));
    assert_eq!(pair.line_s(A), 0);
    // Newer terms: another limit, then paused.
    let wider = LineTerms {
        limit_s: Seconds(80 * HOUR_S),
        ..terms_of_a()
    };
    let decision = pair.adopt(A, 2, wider.clone());
    pair.take_line(A, decision).unwrap();
    let after = &pair.sides[A].books[&GATEWAY].page.after;
    let holding = after.holding(Account::Line(there)).unwrap();
    assert_eq!(holding.floor_s, Seconds(-80 * HOUR_S));
    let paused = LineTerms {
        state: LineState::Paused,
        ..wider
    };
    let decision = pair.adopt(A, 3, paused);
    pair.take_line(A, decision).unwrap();
    // A gateway that begins late counts on where the one before stopped.
    let mut later = Pair::apart(&[GATEWAY]);
    let decision = later.adopt(
        A,
        9,
        LineTerms {
            issued: 7,
            taken: 5,
            ..terms_of_a()
        },
    );
    later.take_line(A, decision).unwrap();
    let tally = *later.sides[A].books[&GATEWAY]
        .page
        .after
        .tally(there)
        .unwrap();
    assert_eq!((tally.issued, tally.taken), (7, 5));
}

#[test]
fn r71_refuses_another_gateway_older_terms_and_one_side_alone() {
    let mut pair = Pair::apart(&[GATEWAY, ALICE]);
    let (there, decision) = (pair.other(A), pair.adopt(A, 1, terms_of_a()));
    let line = |village, decision, agreed| Event::Line {
        village,
        decision,
        agreed,
    };
    let here = pair.sides[A].village;
    let good = sign(GATEWAY, &terms_of_a().statement(&here, &there));
    let mut refused = |who, event| code(pair.write(A, who, event));
    let alice = refused(ALICE, line(there, decision, good));
    assert_eq!(alice, "E_LINE_NOT_DECIDED", "not its gateway");
    let elsewhere = refused(GATEWAY, line(VillageId([9; 32]), decision, good));
    assert_eq!(elsewhere, "E_LINE_NOT_DECIDED", "another neighbour");
    let nothing = refused(GATEWAY, line(there, ActionId([0; 32]), good));
    assert_eq!(nothing, "E_LINE_NOT_DECIDED", "no decision");
    // The other side signed another limit, or somebody else signed.
    let other = LineTerms {
        neighbour_limit_s: Seconds(1),
        ..terms_of_a()
    };
    let other = sign(GATEWAY, &other.statement(&here, &there));
    assert_eq!(
        refused(GATEWAY, line(there, decision, other)),
        "E_LINE_UNSIGNED"
    );
    let stranger = sign(BOB, &terms_of_a().statement(&here, &there));
    let stranger = refused(GATEWAY, line(there, decision, stranger));
    assert_eq!(stranger, "E_LINE_UNSIGNED");
    // Failed decisions adopt nothing.
    pair.sides[A].decided.get_mut(&decision).unwrap().adopted = false;
    assert_eq!(code(pair.take_line(A, decision)), "E_LINE_NOT_DECIDED");

    let mut pair = joined();
    let first = pair.sheet(A, 1);
    assert_eq!(code(pair.take_line(A, first)), "E_LINE_OLDER", "again");
    let closed = LineTerms {
        state: LineState::Closed,
        ..terms_of_a()
    };
    let decision = pair.adopt(A, 2, closed);
    pair.take_line(A, decision).unwrap();
    let reopened = pair.adopt(A, 3, terms_of_a());
    assert_eq!(code(pair.take_line(A, reopened)), "E_LINE_OLDER", "closed");
}

#[test]
fn r72_accepts_the_two_legs() {
    let (pair, ..) = paid();
    assert_eq!(pair.balance(A, ALICE, Account::Member), -TWO_HOURS);
    assert_eq!(pair.line_s(B), -THERE_S);
    assert_eq!(pair.sum_s(A), 0);
    assert_eq!(pair.sum_s(B), 0);
}

#[test]
fn r72_refuses_any_other_use_of_a_line() {
    let (mut pair, _, pledge) = pledged();
    let line = Account::Line(pair.other(A));
    let across = |pair: &Pair| {
        let iou = pair.iou(pledge);
        let honours = pair.paying(B, BOB, iou).line;
        let given = pair
            .pages
            .values()
            .find_map(|(_, _, page)| page.event.transfer()?.line.clone());
        (given, honours)
    };
    let (out, into) = across(&pair);
    let bare = pair.bare(A, HOUR_S);
    for (name, who, transfer) in [
        (
            "into a line, saying nothing",
            ALICE,
            Transfer {
                to_account: line,
                ..bare.clone()
            },
        ),
        (
            "across, but to a member account",
            ALICE,
            Transfer {
                line: out.clone(),
                ..bare.clone()
            },
        ),
        (
            "an IOU from one's own account",
            ALICE,
            Transfer {
                line: into.clone(),
                ..bare.clone()
            },
        ),
        (
            "out of a line, saying nothing",
            GATEWAY,
            Transfer {
                from: line,
                to: id(BOB),
                ..bare.clone()
            },
        ),
        (
            "from line to line",
            GATEWAY,
            Transfer {
                from: line,
                to: id(BOB),
                to_account: line,
                line: into,
                ..bare.clone()
            },
        ),
    ] {
        let event = Event::Transfer(Box::new(transfer));
        assert_eq!(code(pair.write(A, who, event)), "E_LINE_LEG", "{name}");
    }
}

#[test]
fn r73_accepts_a_pledge_at_the_rate_up_to_the_limit() {
    let (pair, _, pledge) = pledged();
    let iou = pair.iou(pledge);
    assert_eq!(
        (iou.number, iou.amount_s.0, iou.gives_s.0),
        (1, NET_S, THERE_S)
    );
    assert_eq!(pair.line_s(A), 0, "nothing has moved");
    let tally = *pair.sides[A].books[&GATEWAY]
        .page
        .after
        .tally(pair.other(A))
        .unwrap();
    assert_eq!((tally.pledged_s.0, tally.theirs_s.0), (NET_S, -THERE_S));
    // Exactly the limit passes.
    let mut pair = Pair::joined(&LineTerms {
        limit_s: Seconds(NET_S),
        ..terms_of_a()
    });
    let given = pair.give(A, ALICE, BOB, TWO_HOURS, 1, 1).unwrap();
    pair.pledge(A, given).unwrap();
    // A sheet within the window.
    let mut pair = joined();
    let mut newer = terms_of_a();
    newer.sheet.number = 2;
    let decision = pair.adopt(A, 2, newer);
    pair.take_line(A, decision).unwrap();
    let given = pair.give(A, ALICE, BOB, TWO_HOURS, 1, 1).unwrap();
    pair.pledge(A, given).unwrap();
}

#[test]
fn r73_refuses_what_the_line_does_not_take() {
    let given_in = |terms: LineTerms, sheet, least_s| {
        let mut pair = Pair::joined(&terms);
        let given = pair.give(A, ALICE, BOB, TWO_HOURS, sheet, least_s).unwrap();
        (pair, given)
    };
    let (mut narrow, given) = given_in(
        LineTerms {
            limit_s: Seconds(NET_S - 1),
            ..terms_of_a()
        },
        1,
        1,
    );
    assert_eq!(code(narrow.pledge(A, given)), "E_LINE_LIMIT");
    // Then the gateway declines, and the giver has all of it back.
    let decline = narrow.decline(A, GATEWAY, given).unwrap();
    narrow.reclaim(A, ALICE, given, decline).unwrap();
    assert_eq!(narrow.balance(A, ALICE, Account::Member), 0);

    let (mut pair, given) = given_in(terms_of_a(), 1, THERE_S + 1);
    assert_eq!(code(pair.pledge(A, given)), "E_LINE_RATE", "asked for more");
    let (mut pair, given) = given_in(terms_of_a(), 1, 1);
    for gives_s in [THERE_S - 1, THERE_S + 1] {
        let mut event = pair.pledging(A, given).unwrap();
        if let Event::Pledge { gives_s: says, .. } = &mut event {
            *says = Seconds(gives_s);
        }
        assert_eq!(code(pair.write(A, GATEWAY, event)), "E_LINE_RATE");
    }
    let mut forged = pair.pledging(A, given).unwrap();
    if let Event::Pledge { iou, .. } = &mut forged {
        iou.0[3] ^= 1;
    }
    assert_eq!(code(pair.write(A, GATEWAY, forged)), "E_IOU_SIGNATURE");
    pair.pledge(A, given).unwrap();
    assert_eq!(code(pair.pledge(A, given)), "E_ALREADY_SETTLED", "twice");
    assert_eq!(
        code(pair.decline(A, GATEWAY, given)),
        "E_ALREADY_SETTLED",
        "not behind the neighbour's back"
    );

    // Paused; a sheet out of its window; a kind that is not on it.
    let (mut pair, given) = given_in(terms_of_a(), 1, 1);
    let mut event = pair.pledging(A, given).unwrap();
    let paused = LineTerms {
        state: LineState::Paused,
        ..terms_of_a()
    };
    let decision = pair.adopt(A, 2, paused);
    pair.take_line(A, decision).unwrap();
    assert_eq!(
        code(pair.write(A, GATEWAY, event.clone())),
        "E_LINE_NOT_OPEN"
    );
    let mut third = terms_of_a();
    third.sheet.number = 3;
    let decision = pair.adopt(A, 3, third);
    pair.take_line(A, decision).unwrap();
    assert_eq!(code(pair.write(A, GATEWAY, event.clone())), "E_LINE_SHEET");
    if let Event::Pledge { decision: says, .. } = &mut event {
        *says = decision;
    }
    assert_eq!(code(pair.write(A, GATEWAY, event)), "E_LINE_SHEET");
    let (mut pair, _) = given_in(terms_of_a(), 1, 1);
    let mut transfer = pair.bare(A, TWO_HOURS);
    transfer.to_account = Account::Line(pair.other(A));
    transfer.line = Some(Leg::Across(Across {
        receiver: id(BOB),
        sheet: 1,
        kind: 2,
        least_s: Seconds(1),
        onward: vec![],
    }));
    let given = pair
        .write(A, ALICE, Event::Transfer(Box::new(transfer)))
        .unwrap();
    assert_eq!(code(pair.pledge(A, given)), "E_LINE_KIND");
}

#[test]
fn r74_accepts_the_next_iou_once() {
    let (mut pair, _, _, payment) = paid();
    assert_eq!(pair.line_s(B), -THERE_S);
    let transfer = pair.pages[&payment].2.event.transfer().unwrap().clone();
    // Levied by BobTown's policy: 5 % and 5 %.
    assert_eq!(transfer.split.receiver_s.0, THERE_S - 2 * (THERE_S / 20));
    // The second in its turn, while the first is still under way.
    let given = pair.give(A, ALICE, BOB, TWO_HOURS, 1, 1).unwrap();
    let pledge = pair.pledge(A, given).unwrap();
    pair.pay(B, BOB, pair.iou(pledge)).unwrap();
    assert_eq!(pair.line_s(B), -2 * THERE_S);
}

#[test]
fn r74_refuses_forged_replayed_reordered_and_foreign_ious() {
    let (mut pair, _, first) = pledged();
    let given = pair.give(A, ALICE, BOB, TWO_HOURS, 1, 1).unwrap();
    let second = pair.pledge(A, given).unwrap();
    let (first, second) = (pair.iou(first), pair.iou(second));
    assert_eq!(code(pair.pay(B, BOB, second)), "E_IOU_NUMBER", "too early");
    assert_eq!(code(pair.pay(B, ALICE, first)), "E_IOU_FOREIGN");
    let less = Iou {
        gives_s: Seconds(THERE_S - 1),
        ..first
    };
    assert_eq!(code(pair.pay(B, BOB, less)), "E_IOU_SIGNATURE", "altered");
    let other = Iou {
        payment: PaymentTag([1; 16]),
        ..first
    };
    assert_eq!(code(pair.pay(B, BOB, other)), "E_IOU_SIGNATURE", "altered");
    let mut forged = first;
    forged.signature.0[0] ^= 1;
    assert_eq!(code(pair.pay(B, BOB, forged)), "E_IOU_SIGNATURE", "forged");
    // A gateway over there that lies about the rate is not believed.
    let mut dear = Iou {
        gives_s: Seconds(THERE_S + 1),
        ..first
    };
    let (a, b) = (pair.sides[A].village, pair.sides[B].village);
    dear.signature = sign(GATEWAY, &dear.statement(&a, &b, &id(GATEWAY)));
    assert_eq!(code(pair.pay(B, BOB, dear)), "E_LINE_RATE");
    let mut event = pair.paying(B, BOB, first);
    event.amount_s = Seconds(HOUR_S);
    event.split = pair.bare(B, HOUR_S).split;
    let event = Event::Transfer(Box::new(event));
    assert_eq!(code(pair.write(B, GATEWAY, event)), "E_IOU_FOREIGN");
    pair.pay(B, BOB, first).unwrap();
    assert_eq!(code(pair.pay(B, BOB, first)), "E_IOU_NUMBER", "replayed");
    pair.pay(B, BOB, second).unwrap();
    assert_eq!(pair.sum_s(B), 0);
}

#[test]
fn r74_refuses_more_than_the_limit_whatever_the_neighbour_signs() {
    // AliceVille's gateway signs whatever it likes; its own book knows nothing of it.
    let mut pair = joined();
    let (a, b) = (pair.sides[A].village, pair.sides[B].village);
    let limit_s = 60 * HOUR_S;
    let mut number = 0;
    let refused = loop {
        number += 1;
        let mut iou = Iou {
            number,
            amount_s: Seconds(10 * HOUR_S),
            gives_s: Seconds(11 * HOUR_S),
            sheet: 1,
            receiver: ReceiverTag(cheque::receiver_tag(&id(BOB), Account::Member)),
            payment: PaymentTag([number as u8; 16]),
            signature: SignatureBytes([0; 64]),
        };
        iou.signature = sign(GATEWAY, &iou.statement(&a, &b, &id(GATEWAY)));
        if let Err(violation) = pair.pay(B, BOB, iou) {
            break violation.code();
        }
        assert!(-pair.line_s(B) <= limit_s);
    };
    assert_eq!(refused, "E_LINE_LIMIT");
    assert!(number > 4 && pair.sum_s(B) == 0);
}

#[test]
fn r75_accepts_a_receipt_that_the_receiver_signed() {
    let (mut pair, given, _, payment) = paid();
    let deposit = pair.deposit(B, BOB, payment).unwrap();
    let receipt = pair.receipt(deposit);
    pair.arrive(A, given, receipt).unwrap();
    assert_eq!(pair.line_s(A), NET_S);
    assert_eq!(pair.line_s(B), -THERE_S);
    let earned = pair.sides[A].books[&GATEWAY].page.after.earned;
    assert_eq!((earned.state_s.0, earned.community_s.0), (9 * 60, 3 * 60));
    let bob = pair.balance(B, BOB, Account::Member);
    assert_eq!(bob, THERE_S - 2 * (THERE_S / 20));
    let tally = *pair.sides[A].books[&GATEWAY]
        .page
        .after
        .tally(pair.other(A))
        .unwrap();
    assert_eq!((tally.pledged_s.0, tally.theirs_s.0), (0, -THERE_S));
    let there = *pair.sides[B].books[&GATEWAY]
        .page
        .after
        .tally(pair.other(B))
        .unwrap();
    assert_eq!(there.theirs_s.0, pair.line_s(A), "each knows the other's");
    assert_eq!(pair.sum_s(A) + pair.sum_s(B), 0);
}

#[test]
fn r75_refuses_hours_without_the_receivers_word() {
    let (mut pair, given, _, payment) = paid();
    // BobTown: nobody takes hours over a line without signing for them.
    let silent = Event::Deposit {
        transfer: payment,
        proof: pair.proof(B, BOB, payment),
        receipt: None,
        unbarred: None,
    };
    assert_eq!(code(pair.write(B, BOB, silent)), "E_RECEIPT");
    let wrong = Event::Deposit {
        transfer: payment,
        proof: pair.proof(B, BOB, payment),
        receipt: Some(SignatureBytes([1; 64])),
        unbarred: None,
    };
    assert_eq!(code(pair.write(B, BOB, wrong)), "E_RECEIPT");
    // AliceVille: the line is credited for no other word.
    let plain = Event::Deposit {
        transfer: given,
        proof: pair.proof(A, GATEWAY, given),
        receipt: None,
        unbarred: None,
    };
    assert_eq!(code(pair.write(A, GATEWAY, plain)), "E_NOT_PLEDGED");
    let deposit = pair.deposit(B, BOB, payment).unwrap();
    let receipt = pair.receipt(deposit);
    let more = ReceiptGiven {
        amount_s: Seconds(receipt.amount_s.0 + 1),
        ..receipt
    };
    assert_eq!(code(pair.arrive(A, given, more)), "E_RECEIPT");
    let by_gateway = ReceiptGiven {
        signature: sign(GATEWAY, b"Bob has it"),
        ..receipt
    };
    assert_eq!(code(pair.arrive(A, given, by_gateway)), "E_RECEIPT");
    // Another payment's receipt; and the right one only once.
    let second = pair.give(A, ALICE, BOB, TWO_HOURS, 1, 1).unwrap();
    assert_eq!(code(pair.arrive(A, second, receipt)), "E_NOT_PLEDGED");
    pair.pledge(A, second).unwrap();
    assert_eq!(code(pair.arrive(A, second, receipt)), "E_RECEIPT");
    pair.arrive(A, given, receipt).unwrap();
    assert_eq!(code(pair.arrive(A, given, receipt)), "E_ALREADY_SETTLED");
    // A receipt where none belongs.
    let mut bare = pair.bare(B, HOUR_S);
    bare.to = id(BOB);
    let bare = pair
        .write(B, ALICE, Event::Transfer(Box::new(bare)))
        .unwrap();
    let event = Event::Deposit {
        transfer: bare,
        proof: pair.proof(B, BOB, bare),
        receipt: Some(receipt.signature),
        unbarred: None,
    };
    assert_eq!(code(pair.write(B, BOB, event)), "E_RECEIPT");
}

#[test]
fn r75_refuses_the_word_of_an_heir_who_may_only_decline() {
    let (mut pair, _, _, payment) = paid();
    let heir = pair.sides[B].books.get_mut(&ALICE).unwrap();
    heir.page.after.lost = vec![LostKey {
        agent: id(BOB),
        number: 0,
    }];
    assert_eq!(code(pair.deposit(B, ALICE, payment)), "E_RECEIPT");
    let decline = pair.decline(B, ALICE, payment).unwrap();
    pair.reclaim(B, GATEWAY, payment, decline).unwrap();
    assert_eq!(pair.line_s(B), 0);
}

/// A pledge of a lost gateway that was refused, whose heir (Bob) goes on from so many
/// pages before it.
fn pledge_of_a_lost_gateway(before: u64) -> (Pair, ActionId, Event) {
    let (mut pair, given, pledge) = pledged();
    let gateway = &pair.sides[A].books[&GATEWAY];
    let (after, tree) = (gateway.page.after.clone(), gateway.tree.clone());
    let number = gateway.page.number - before;
    let heir = pair.sides[A].books.get_mut(&BOB).unwrap();
    (heir.page.after, heir.tree) = (after, tree);
    heir.page.after.lost = vec![LostKey {
        agent: id(GATEWAY),
        number,
    }];
    let iou = pair.iou(pledge);
    pair.refuse(B, iou).unwrap();
    let event = pair.returning(A, pledge, pair.refusal(B, &iou));
    (pair, given, event)
}

#[test]
fn r76_accepts_that_who_goes_on_for_a_lost_gateway_ends_its_pledges() {
    let (mut pair, given, event) = pledge_of_a_lost_gateway(0);
    assert_eq!(
        code(pair.write(A, ALICE, event.clone())),
        "E_NOT_THE_RECEIVER"
    );
    let returned = pair.write(A, BOB, event).unwrap();
    pair.reclaim(A, ALICE, given, returned).unwrap();
    assert_eq!(pair.balance(A, ALICE, Account::Member), 0);
}

#[test]
fn r76_refuses_to_go_by_a_pledge_that_a_lost_gateway_wrote_after_its_end() {
    let (mut pair, _, event) = pledge_of_a_lost_gateway(1);
    assert_eq!(code(pair.write(A, BOB, event)), "E_NOT_PLEDGED");
}

#[test]
fn r76_accepts_that_a_refusal_gives_everything_back() {
    let (mut pair, given, pledge) = pledged();
    let iou = pair.iou(pledge);
    pair.refuse(B, iou).unwrap();
    let event = pair.returning(A, pledge, pair.refusal(B, &iou));
    let returned = pair.write(A, GATEWAY, event).unwrap();
    pair.reclaim(A, ALICE, given, returned).unwrap();
    assert_eq!(pair.balance(A, ALICE, Account::Member), 0, "levies and all");
    assert_eq!((pair.line_s(A), pair.line_s(B)), (0, 0));
    // The receiver declines: the gateway takes it back and refuses after all.
    let (mut pair, given, pledge, payment) = paid();
    let iou = pair.iou(pledge);
    let decline = pair.decline(B, BOB, payment).unwrap();
    pair.reclaim(B, GATEWAY, payment, decline).unwrap();
    let event = pair.returning(A, pledge, pair.refusal(B, &iou));
    let returned = pair.write(A, GATEWAY, event).unwrap();
    pair.reclaim(A, ALICE, given, returned).unwrap();
    assert_eq!(pair.balance(A, ALICE, Account::Member), 0);
    assert_eq!((pair.line_s(A), pair.line_s(B)), (0, 0));
    for at in [A, B] {
        let tally = *pair.sides[at].books[&GATEWAY]
            .page
            .after
            .tally(pair.other(at))
            .unwrap();
        assert_eq!((tally.pledged_s.0, tally.theirs_s.0), (0, 0));
        assert_eq!(pair.sum_s(at), 0);
    }
    // A paused line still ends what is under way.
    let (mut pair, _, pledge) = pledged();
    let iou = pair.iou(pledge);
    let paused = LineTerms {
        state: LineState::Paused,
        ..turned(&terms_of_a())
    };
    let decision = pair.adopt(B, 2, paused);
    pair.take_line(B, decision).unwrap();
    assert_eq!(code(pair.pay(B, BOB, iou)), "E_LINE_NOT_OPEN");
    pair.refuse(B, iou).unwrap();
}

#[test]
fn r76_refuses_to_give_back_what_is_not_refused() {
    let (mut pair, _, pledge) = pledged();
    let iou = pair.iou(pledge);
    let own_word = sign(ALICE, b"refused");
    let event = pair.returning(A, pledge, own_word);
    assert_eq!(code(pair.write(A, GATEWAY, event)), "E_IOU_REFUSAL");
    let event = pair.returning(A, pledge, iou.signature);
    assert_eq!(code(pair.write(A, GATEWAY, event)), "E_IOU_REFUSAL");
    // The refusal of another IOU.
    let second = pair.give(A, ALICE, BOB, TWO_HOURS, 1, 1).unwrap();
    let second = pair.pledge(A, second).unwrap();
    let word = pair.refusal(B, &pair.iou(second));
    let event = pair.returning(A, pledge, word);
    assert_eq!(code(pair.write(A, GATEWAY, event)), "E_IOU_REFUSAL");
    let mut mixed = pair.returning(A, second, word);
    if let Event::Return { pledge: cites, .. } = &mut mixed {
        *cites = pledge;
    }
    assert_eq!(code(pair.write(A, GATEWAY, mixed)), "E_NOT_PLEDGED");
    // BobTown: refused in its turn, and not paid after that.
    let second_iou = pair.iou(second);
    assert_eq!(code(pair.refuse(B, second_iou)), "E_IOU_NUMBER");
    let altered = Iou {
        amount_s: Seconds(1),
        ..iou
    };
    assert_eq!(code(pair.refuse(B, altered)), "E_IOU_SIGNATURE");
    let unsigned = Event::Refuse {
        village: pair.other(B),
        decision: pair.sheet(B, 1),
        iou,
        signature: SignatureBytes([3; 64]),
    };
    assert_eq!(code(pair.write(B, GATEWAY, unsigned)), "E_IOU_SIGNATURE");
    pair.refuse(B, iou).unwrap();
    assert_eq!(code(pair.pay(B, BOB, iou)), "E_IOU_NUMBER");
    assert_eq!(code(pair.refuse(B, iou)), "E_IOU_NUMBER");
    // A book with something under way does not close.
    let leave = Event::Close { decision: None };
    assert_eq!(code(pair.write(A, GATEWAY, leave)), "E_LEAVES_OWING");
}
