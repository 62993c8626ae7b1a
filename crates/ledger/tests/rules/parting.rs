//! What goes wrong, ends and goes on: rules 39 to 44.

use crate::common::*;
use crate::deciding::new_roll;
use crate::{code, expect};
use commons_credit_ledger::admission::{Vouched, Voucher, VOUCHED_MAX};
use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::carry::carry_statement;
use commons_credit_ledger::roll::founding_tree;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;

const DORA: u8 = 4;
const DISPUTE: u8 = 160;

fn dispute() -> Dispute {
    Dispute {
        transfer: action(TRANSFER),
        reason: None,
    }
}

fn cited(author: u8, page: &Page) -> Option<Cited<'_>> {
    Some(Cited {
        id: action(TRANSFER),
        author: agent(author),
        page,
    })
}

fn nominated(author: u8, mediator: u8, change: fn(&mut Nomination)) -> &'static str {
    let given = given(2 * HOUR_S);
    let dispute = dispute();
    let mut nomination = Nomination {
        dispute: action(DISPUTE),
        mediator: agent(mediator),
    };
    change(&mut nomination);
    let cited = CitedDispute {
        id: action(DISPUTE),
        dispute: &dispute,
        transfer: cited(ANNA, &given).unwrap(),
    };
    code(nomination.check(agent(author), Some(cited)))
}

type Named = (ActionId, AgentId, Nomination);

fn advised(author: u8, change: impl FnOnce(&mut Opinion, &mut Vec<Named>)) -> &'static str {
    let named = |at: u8, by: u8| {
        let nomination = Nomination {
            dispute: action(DISPUTE),
            mediator: agent(CARL),
        };
        (action(at), agent(by), nomination)
    };
    let mut both = vec![named(161, ANNA), named(162, BEN)];
    let mut opinion = Opinion {
        dispute: action(DISPUTE),
        nominations: [action(161), action(162)],
        give_back_s: Seconds(HOUR_S),
        words: None,
    };
    change(&mut opinion, &mut both);
    let cited: Vec<_> = both
        .iter()
        .map(|(id, author, nomination)| CitedNomination {
            id: *id,
            author: *author,
            nomination,
        })
        .collect();
    code(opinion.check(agent(author), &cited))
}

#[test]
fn r39_accepts_words_of_both_sides_and_of_whom_both_name() {
    let given = given(2 * HOUR_S);
    for side in [ANNA, BEN] {
        assert_eq!(
            code(dispute().check(agent(side), cited(ANNA, &given))),
            "valid"
        );
        assert_eq!(nominated(side, CARL, |_| ()), "valid");
    }
    assert_eq!(advised(CARL, |_, _| ()), "valid");
    assert_eq!(
        advised(CARL, |opinion, _| opinion.give_back_s = Seconds(0)),
        "valid"
    );
}

#[test]
fn r39_refuses_strangers_and_whom_one_side_names() {
    let (given, opening) = (given(2 * HOUR_S), opened());
    let disputed = |author, cited| code(dispute().check(agent(author), cited));
    assert_eq!(disputed(CARL, cited(ANNA, &given)), "E_NOT_A_SIDE");
    assert_eq!(disputed(ANNA, cited(ANNA, &opening)), "E_NOT_A_TRANSFER");
    assert_eq!(disputed(ANNA, None), "E_NOT_A_TRANSFER");
    assert_eq!(nominated(CARL, DORA, |_| ()), "E_NOT_A_SIDE");
    assert_eq!(nominated(ANNA, ANNA, |_| ()), "E_MEDIATOR", "herself");
    assert_eq!(nominated(ANNA, BEN, |_| ()), "E_MEDIATOR", "the other side");
    assert_eq!(
        nominated(ANNA, CARL, |named| named.dispute = action(9)),
        "E_NOT_A_DISPUTE"
    );
    assert_eq!(advised(DORA, |_, _| ()), "E_MEDIATOR", "named by nobody");
    assert_eq!(
        advised(CARL, |_, both| both[1].1 = agent(ANNA)),
        "E_MEDIATOR",
        "one side twice"
    );
    assert_eq!(
        advised(CARL, |_, both| both.truncate(1)),
        "E_MEDIATOR",
        "one side"
    );
    assert_eq!(
        advised(CARL, |_, both| both[1].2.mediator = agent(DORA)),
        "E_MEDIATOR",
        "two mediators"
    );
    assert_eq!(
        advised(CARL, |_, both| both[1].2.dispute = action(9)),
        "E_MEDIATOR",
        "another dispute"
    );
    assert_eq!(
        advised(CARL, |_, both| both[0].0 = action(9)),
        "E_MEDIATOR",
        "not brought"
    );
    assert_eq!(
        advised(CARL, |opinion, _| opinion.give_back_s = Seconds(-1)),
        "E_CONTENT"
    );
    let too_much = |opinion: &mut Opinion, _: &mut Vec<Named>| {
        opinion.give_back_s = Seconds(AMOUNT_MAX_S + 1);
    };
    assert_eq!(advised(CARL, too_much), "E_CONTENT");
}

/// Anna gives Ben an hour to correct a transfer that `giver` made to `to`.
fn correcting(giver: u8, to: u8) -> Draft {
    giving(&opened(), HOUR_S).with(|draft| {
        if let Event::Transfer(transfer) = &mut draft.page.event {
            transfer.corrects = Some(action(9));
        }
        let mut old = given(2 * HOUR_S);
        if let Event::Transfer(transfer) = &mut old.event {
            transfer.to = agent(to);
        }
        draft.corrected = Some((action(9), agent(giver), old));
    })
}

#[test]
fn r40_accepts_a_correction_between_the_same_two() {
    expect([
        ("more of the same", correcting(ANNA, BEN), "valid"),
        ("back again", correcting(BEN, ANNA), "valid"),
    ]);
}

#[test]
fn r40_refuses_a_correction_of_what_others_did() {
    expect([
        ("to somebody else", correcting(ANNA, CARL), "E_CORRECTION"),
        ("by somebody else", correcting(CARL, BEN), "E_CORRECTION"),
        (
            "of nothing",
            correcting(ANNA, BEN).with(|draft| draft.corrected = None),
            "E_NOT_A_TRANSFER",
        ),
        (
            "of another than brought",
            correcting(ANNA, BEN).with(|draft| draft.corrected.as_mut().unwrap().0 = action(8)),
            "E_NOT_A_TRANSFER",
        ),
        (
            "of an opening",
            correcting(ANNA, BEN).with(|draft| draft.corrected.as_mut().unwrap().2 = opened()),
            "E_NOT_A_TRANSFER",
        ),
    ]);
}

fn leaving(before: &Page) -> Draft {
    Draft::following(ANNA, before, Event::Close { decision: None })
}

#[test]
fn r41_accepts_closing_for_other_rules_or_with_nothing_owed() {
    expect([
        (
            "for other rules, even in debt",
            closing(&holding(-HOUR_S)),
            "valid",
        ),
        ("to leave", leaving(&opened()), "valid"),
        (
            "to leave with something",
            leaving(&holding(HOUR_S)),
            "valid",
        ),
    ]);
}

/// A member who leaves with debt: no page says so, and none is valid that closes the
/// book. The debt stays where everybody sees it.
#[test]
fn r41_refuses_to_leave_owing_and_to_go_on_after() {
    let bent = |change: fn(&mut Draft)| closing(&opened()).with(change);
    let after = |page: Page| giving(&page, 1).with(|draft| draft.policy = Some(policy()));
    expect([
        ("in debt", leaving(&holding(-1)), "E_LEAVES_OWING"),
        (
            "with a fund that is not handed over",
            leaving(&with_fund(1)).with(|draft| draft.policy = Some(policy_of_anna())),
            "E_LEAVES_OWING",
        ),
        (
            "rules not adopted",
            bent(|draft| draft.decided.as_mut().unwrap().adopted = false),
            "E_CODE_NOT_ADOPTED",
        ),
        (
            "nothing adopted",
            bent(|draft| draft.decided = None),
            "E_CODE_NOT_ADOPTED",
        ),
        (
            "something else adopted",
            bent(|draft| draft.decided = Some(adopted(floor_for_anna()))),
            "E_CODE_NOT_ADOPTED",
        ),
        (
            "only another coordinator",
            bent(|draft| {
                let code = Code {
                    program: Program::Coordinator(Digest([1; 32])),
                    note: String::new(),
                };
                draft.decided.as_mut().unwrap().proposal.content = Content::Code(code);
            }),
            "E_CODE_NOT_ADOPTED",
        ),
        (
            "a page after leaving",
            after(leaving(&opened()).page),
            "E_BOOK_CLOSED",
        ),
        (
            "a page after closing",
            after(closing(&opened()).page),
            "E_BOOK_CLOSED",
        ),
    ]);
}

#[test]
fn r42_accepts_code_by_its_hash() {
    for program in [
        Program::Dna(VillageId([1; 32])),
        Program::Coordinator(Digest([1; 32])),
    ] {
        let code = Code {
            program,
            note: "a".repeat(140),
        };
        assert_eq!(self::code(code.check()), "valid");
    }
}

#[test]
fn r42_refuses_code_with_a_note_that_is_long_or_hides() {
    for (note, expected) in [
        ("a".repeat(141), "E_TEXT_TOO_LONG"),
        ("\n".into(), "E_TEXT_CONTROL"),
    ] {
        let code = Code {
            program: Program::Dna(VillageId([1; 32])),
            note,
        };
        assert_eq!(self::code(code.check()), expected);
    }
}

/// A book with something in every place.
fn full() -> Page {
    let mut page = with_fund(HOUR_S);
    page.number = 77;
    let after = &mut page.after;
    after.holdings[0].balance_s = Seconds(-3 * HOUR_S);
    after.earned.state_s = Seconds(900);
    after.received = Received {
        times: 4,
        total_s: Seconds(9_000),
    };
    after.roll = 5;
    after.settled = only_settled(9);
    after.policy = 0;
    page
}

/// Anna's [`full`] book, closed under a policy that names her.
fn closed() -> Page {
    closing(&full())
        .with(|draft| draft.policy = Some(policy_of_anna()))
        .page
}

/// Where Anna's vote about the roll, number 1, lies.
fn roll_vote_key(village: &VillageId) -> Key {
    Key::of_vote(village, &Subject::Roll, 1)
}

/// Anna says no in the new village to the roll, number 1; her book has settled `voted`.
fn roll_vote(before: &Page, voted: &[Key]) -> Draft {
    let mut tree = Tree::default();
    for key in voted {
        tree.insert(*key, Mark::default());
    }
    let choice = Choice::No {
        reason: String::new(),
    };
    voting(before, new_roll(), choice).with(|draft| {
        let key = roll_vote_key(&VILLAGE);
        if let Event::Vote(vote) = &mut draft.page.event {
            vote.proof = tree.prove(&key);
        }
        tree.insert(key, Mark::default());
        draft.page.after.settled = tree.root();
    })
}

/// Anna's book, carried over from a village where it voted about the roll, number 1.
fn carried_with_vote() -> Page {
    let mut tree = Tree::default();
    tree.insert(roll_vote_key(&OLD_VILLAGE), Mark::default());
    let mut before = opened();
    before.after.settled = tree.root();
    carrying(&closing(&before).page).page
}

#[test]
fn r43_accepts_a_vote_in_the_first_ballot_of_the_new_village() {
    assert_eq!(carrying(&closing(&opened()).page).verdict(), "valid");
    let first = roll_vote(&carried_with_vote(), &[roll_vote_key(&OLD_VILLAGE)]);
    assert_eq!(first.verdict(), "valid");
}

#[test]
fn r43_refuses_a_second_vote_in_the_first_ballot_of_the_new_village() {
    let old = roll_vote_key(&OLD_VILLAGE);
    let first = roll_vote(&carried_with_vote(), &[old]).page;
    let twice = roll_vote(&first, &[old, roll_vote_key(&VILLAGE)]);
    assert_eq!(twice.verdict(), "E_ALREADY_VOTED");
}

#[test]
fn r43_accepts_a_book_carried_over_with_everything_that_counts_hours() {
    assert_eq!(
        carrying(&closing(&holding(-HOUR_S)).page).verdict(),
        "valid"
    );
    let draft = carrying(&closed()).with(|draft| {
        let after = &mut draft.page.after;
        after.roll = 0;
        // The new charter appoints nobody.
        after.collectors.state = Collector {
            holder: None,
            since_s: Seconds(900),
        };
    });
    assert_eq!(draft.verdict(), "valid");
    let (old, new) = (closed().after, &draft.page.after);
    assert_eq!(old.holdings, new.holdings, "balances");
    assert_eq!(
        (old.earned, old.received),
        (new.earned, new.received),
        "counters"
    );
    assert_eq!(
        (old.settled, old.offices),
        (new.settled, new.offices.clone()),
        "roots"
    );
    // No page of a lost key is one of the new village's book; what it is given is.
    let mut heirs = opened();
    heirs.after.lost = vec![lost(CARL, 12)];
    let heirs =
        carrying(&closing(&heirs).page).with(|draft| draft.page.after.lost = vec![lost(CARL, 0)]);
    assert_eq!(heirs.verdict(), "valid");
    let mut floored = taking_floor(&opened()).page;
    floored.after.floor.as_mut().unwrap().number = 8;
    let floored = carrying(&closing(&floored).page)
        .with(|draft| draft.page.after.floor.as_mut().unwrap().number = 0);
    assert_eq!(
        floored.verdict(),
        "valid",
        "a decided floor, overtaken by any new ballot"
    );
}

/// Ben's book, which has earned an hour for Anna's State fund, closes, and opens under a
/// policy that names `holder`.
fn carried_under(holder: Option<u8>, since_s: i64) -> Draft {
    let closing = closing(&earning(HOUR_S, 0)).page;
    carrying(&closing).with(|draft| {
        draft.policy = Some(Policy {
            state: holder.map(|holder| Appointment {
                holder: agent(holder),
                until_us: TERM_END_US,
            }),
            ..policy()
        });
        draft.page.after.collectors.state = Collector {
            holder: holder.map(agent),
            since_s: Seconds(since_s),
        };
    })
}

#[test]
fn r43_accepts_levies_swept_where_they_were_earned() {
    for holder in [Some(ANNA), Some(CARL), None] {
        assert_eq!(carried_under(holder, HOUR_S).verdict(), "valid");
    }
    // In the village before, from the closing page.
    let closing = closing(&earning(HOUR_S, 0))
        .with(|draft| draft.policy = Some(policy_of_anna()))
        .page;
    let old = sweeping(&Tree::default(), &[(BEN, closing)]);
    assert_eq!(old.page.after.holdings[1].balance_s, Seconds(HOUR_S));
    assert_eq!(old.verdict(), "valid");
    // In this one what was earned here, whether the holder came over or opened afresh.
    let mut later = carried_under(Some(ANNA), HOUR_S).page;
    later.after.earned.state_s.0 += 60;
    let mut come = Tree::default();
    come.insert(Key::of_sweep(agent(BEN)), Mark(1_800));
    for root in [come, Tree::default()] {
        let new = sweeping(&root, &[(BEN, later.clone())]);
        assert_eq!(new.page.after.holdings[1].balance_s, Seconds(60));
        assert_eq!(new.verdict(), "valid");
    }
    // What nobody held there waited, and so comes along.
    let mut waiting = earning(HOUR_S, 600);
    waiting.after.collectors.state.holder = None;
    let closing = closing_for_nobody(&waiting);
    let waits = carrying(&closing).with(|draft| {
        draft.policy = Some(policy_of_anna());
        draft.page.after.collectors.state.holder = Some(agent(ANNA));
    });
    assert_eq!(waits.verdict(), "valid");
    let new = sweeping(&Tree::default(), &[(BEN, waits.page)]);
    assert_eq!(new.page.after.holdings[1].balance_s, Seconds(HOUR_S - 600));
    assert_eq!(new.verdict(), "valid");
}

fn closing_for_nobody(before: &Page) -> Page {
    let closing = closing(before);
    assert_eq!(closing.verdict(), "valid");
    closing.page
}

#[test]
fn r43_refuses_levies_swept_once_more_under_other_rules() {
    let kept = carried_under(Some(ANNA), 0);
    assert_eq!(kept.verdict(), "E_AFTER_WRONG", "what Anna earned there");
    let page = carried_under(Some(ANNA), HOUR_S).page;
    let again = sweeping(&Tree::default(), &[(BEN, page)]);
    assert_eq!(again.verdict(), "E_NOTHING_TO_SWEEP");
    // Nor what nobody held, kept from the next.
    let mut waiting = earning(HOUR_S, 600);
    waiting.after.collectors.state.holder = None;
    let lost = carrying(&closing_for_nobody(&waiting)).with(|draft| {
        draft.policy = Some(policy_of_anna());
        draft.page.after.collectors.state = Collector {
            holder: Some(agent(ANNA)),
            since_s: Seconds(HOUR_S),
        };
    });
    assert_eq!(lost.verdict(), "E_AFTER_WRONG");
}

#[test]
fn r43_refuses_a_book_that_nobody_has_seen_closed() {
    let carried = || carrying(&closing(&opened()).page);
    expect([
        (
            "no witness",
            carried().with(|draft| draft.carry_is_witnessed = false),
            "E_CARRY_FOREIGN",
        ),
        (
            "a page that closes nothing",
            carrying(&holding(HOUR_S)),
            "E_CARRY_FOREIGN",
        ),
        (
            "a page that leaves",
            carrying(&leaving(&opened()).page),
            "E_CARRY_FOREIGN",
        ),
        (
            "another\u{2019}s admission",
            carried().with(|draft| draft.admission_is_own = false),
            "E_ADMISSION_FOREIGN",
        ),
        (
            "a second time",
            carried().with(|draft| draft.skips_a_page = true),
            "E_PAGE_SKIPPED",
        ),
        (
            "later",
            carried().with(|draft| {
                draft.page.number = 2;
                draft.page.previous = Some(action(201));
                draft.previous = Some((agent(ANNA), opened()));
            }),
            "E_OPENED_WRONGLY",
        ),
        (
            "a second more",
            carried().with(|draft| draft.page.after.holdings[0].balance_s.0 += 1),
            "E_AFTER_WRONG",
        ),
        (
            "with the old end of a lost key",
            carrying(&{
                let mut heirs = opened();
                heirs.after.lost = vec![lost(CARL, 12)];
                closing(&heirs).page
            }),
            "E_AFTER_WRONG",
        ),
        (
            "with nothing settled",
            carrying(&closed()).with(|draft| draft.page.after.settled = opened().after.settled),
            "E_AFTER_WRONG",
        ),
    ]);
    let Event::Carry { carried, .. } = carried().page.event else {
        unreachable!("a carried book")
    };
    let mut charter = charter();
    let may = |charter: &Charter, author: u8| carried.may_be_witnessed(&agent(author), charter);
    assert!(!may(&charter, ANNA), "a charter that takes nobody over");
    charter.predecessor = Some(OLD_VILLAGE);
    assert!(may(&charter, ANNA));
    assert!(!may(&charter, BEN), "nobody witnesses for themselves");
    charter.stewards = vec![agent(BEN)];
    assert!(may(&charter, BEN), "but who is the only steward");
    charter.stewards = vec![agent(CARL)];
    assert!(!may(&charter, ANNA), "a witness who is no founding steward");
    charter.predecessor = Some(VillageId([1; 32]));
    assert!(!may(&charter, ANNA), "another village");
}

#[test]
fn r43_accepts_only_its_own_statement() {
    let Event::Carry { carried, .. } = carrying(&closing(&opened()).page).page.event else {
        unreachable!("a carried book")
    };
    let said = |change: fn(&mut Carried), village: u8, author: u8| {
        let mut carried = carried.clone();
        change(&mut carried);
        carry_statement(&VillageId([village; 32]), &agent(author), &carried)
    };
    let all = [
        said(|_| (), 1, ANNA),
        said(|_| (), 2, ANNA),
        said(|_| (), 1, BEN),
        said(|carried| carried.village.0[0] ^= 1, 1, ANNA),
        said(|carried| carried.closing.0[0] ^= 1, 1, ANNA),
        said(
            |carried| carried.page.after.holdings[0].balance_s.0 += 1,
            1,
            ANNA,
        ),
    ];
    for (at, one) in all.iter().enumerate() {
        assert_eq!(one.len(), 10 + 5 * 32);
        assert!(!all[..at].contains(one), "statement {at}");
    }
}

/// Roll 1: the founding stewards and Dora; `vouchers` members together may invite.
fn roll_1(vouchers: u32) -> (Closed, Tree) {
    let mut tree = founding_tree(&charter());
    let founding = Roll::founding(&charter());
    let changes = [
        (agent(DORA), Standing::Member),
        (agent(5), Standing::Member),
        (agent(6), Standing::Left),
    ];
    let terms = RollTerms::draft(
        &founding,
        &mut tree,
        &changes,
        Voting::Majority {},
        vouchers,
    );
    let content = Content::Roll(Box::new(terms.unwrap()));
    (adopted(proposal(Subject::Roll, content)), tree)
}

fn vouched(by: &[u8], tree: &Tree) -> Vouched {
    Vouched {
        invitation: agent(50),
        roll: action(DECISION),
        vouchers: by
            .iter()
            .map(|who| Voucher {
                agent: agent(*who),
                on_roll: on_roll(tree, *who),
                signature: SignatureBytes([*who; 64]),
            })
            .collect(),
        invitation_signature: SignatureBytes([2; 64]),
    }
}

fn vouching(vouchers: u32, by: &[u8], change: fn(&mut Vouched, &mut Closed)) -> &'static str {
    let (mut closed, tree) = roll_1(vouchers);
    let mut admission = vouched(by, &tree);
    change(&mut admission, &mut closed);
    code(admission.check(Some(closed.decided())))
}

#[test]
fn r44_accepts_a_steward_or_as_many_members_as_the_roll_asks_for() {
    assert_eq!(vouching(2, &[DORA, 5], |_, _| ()), "valid");
    assert_eq!(vouching(2, &[DORA, 5, BEN], |_, _| ()), "valid", "more");
    assert_eq!(vouching(0, &[BEN], |_, _| ()), "valid", "a steward alone");
    let (village, dora) = (VillageId([8; 32]), agent(60));
    let checks = vouched(&[DORA, 5], &roll_1(2).1)
        .checks(&village, &dora)
        .unwrap();
    let signers: Vec<_> = checks.iter().map(|check| check.signer).collect();
    assert_eq!(signers, [agent(DORA), agent(5), agent(50)]);
    assert_eq!(
        checks[0].statement,
        [b"cc-invitation/1".as_slice(), &[8; 32], &[50; 32]].concat()
    );
    assert_eq!(
        checks[2].statement,
        [b"cc-admission/1".as_slice(), &[8; 32], &[60; 32]].concat()
    );
}

#[test]
fn r44_refuses_too_few_and_who_is_not_on_the_roll() {
    assert_eq!(vouching(2, &[DORA], |_, _| ()), "E_VOUCHERS");
    assert_eq!(
        vouching(0, &[DORA, 5], |_, _| ()),
        "E_VOUCHERS",
        "members may not"
    );
    assert_eq!(
        vouching(2, &[DORA, 6], |_, _| ()),
        "E_NOT_ON_ROLL",
        "who has left"
    );
    assert_eq!(
        vouching(2, &[DORA, 7], |_, _| ()),
        "E_NOT_ON_ROLL",
        "a guest"
    );
    let forged: fn(&mut Vouched, &mut Closed) = |admission, _| {
        admission.vouchers[1].agent = agent(BEN);
    };
    assert_eq!(vouching(2, &[DORA, 5], forged), "E_PROOF_WRONG");
    assert_eq!(
        vouching(2, &[DORA, 5], |admission, _| admission.roll = action(9)),
        "E_ROLL_UNKNOWN"
    );
    assert_eq!(
        vouching(2, &[DORA, 5], |_, closed| closed.proposal =
            floor_for_anna()),
        "E_ROLL_UNKNOWN"
    );
    let tree = roll_1(2).1;
    let listed = |by: &[u8]| code(vouched(by, &tree).checks(&VillageId([8; 32]), &agent(60)));
    assert_eq!(listed(&[]), "E_VOUCHERS");
    assert_eq!(listed(&[DORA, DORA]), "E_VOUCHERS", "one twice");
    let many: Vec<u8> = (0..=VOUCHED_MAX as u8).collect();
    assert_eq!(listed(&many), "E_VOUCHERS");
    assert_eq!(listed(&many[1..]), "valid");
}
