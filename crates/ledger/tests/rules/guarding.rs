//! Rules 60 to 67: pages given twice, and books that go on under another key.

use crate::common::*;
use crate::deciding::{judged, NOTHING};
use crate::{code, expect};
use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::cheque::Statement;
use commons_credit_ledger::page::PAGE_NUMBER_MAX;
use commons_credit_ledger::settled::{Key, Mark, PathEnd, Proof, Root, Tree};
use commons_credit_ledger::succession::{GUARDIANS_MAX, LOST_MAX};
use commons_credit_ledger::*;
use proptest::prelude::*;

fn proven(change: impl FnOnce(&mut DoubleSpend)) -> &'static str {
    let mut proof = double_spend();
    change(&mut proof);
    code(proof.checks(&VILLAGE))
}

#[test]
fn r60_accepts_two_cheques_for_one_page() {
    assert_eq!(proven(|_| ()), "valid");
    assert_eq!(proven(|proof| proof.number = 1), "valid");
    assert_eq!(proven(|proof| proof.number = PAGE_NUMBER_MAX), "valid");
    let same_receiver = |proof: &mut DoubleSpend| proof.said[1].receiver = proof.said[0].receiver;
    assert_eq!(proven(same_receiver), "valid", "two pages to one receiver");
    // What must be signed is what a giver signs on a page, byte for byte.
    let checks = double_spend().checks(&VILLAGE).unwrap();
    for (check, said) in checks.iter().zip(double_spend().said) {
        let statement = Statement {
            village: [0x0e; 8],
            giver: agent(ANNA),
            receiver: said.receiver.0,
            number: 2,
            amount_s: 7_200,
            page: said.page.0,
        };
        assert_eq!(check.signer, agent(ANNA));
        assert_eq!(check.statement, statement.to_bytes());
        assert_eq!(check.signature, said.signature);
    }
}

#[test]
fn r60_refuses_what_proves_nothing() {
    let unproven = "E_DOUBLE_SPEND_UNPROVEN";
    assert_eq!(proven(|proof| proof.said.swap(0, 1)), unproven);
    assert_eq!(proven(|proof| proof.said[1] = proof.said[0]), unproven);
    let twice_signed = |proof: &mut DoubleSpend| {
        proof.said[1] = Said {
            signature: SignatureBytes([9; 64]),
            ..proof.said[0]
        };
    };
    assert_eq!(proven(twice_signed), unproven, "one cheque, signed twice");
    assert_eq!(proven(|proof| proof.number = 0), unproven);
    let beyond = |proof: &mut DoubleSpend| proof.number = PAGE_NUMBER_MAX + 1;
    assert_eq!(proven(beyond), unproven);
    let nothing = |proof: &mut DoubleSpend| proof.said[0].amount_s = Seconds(0);
    assert_eq!(proven(nothing), "E_AMOUNT_NOT_POSITIVE");
    let too_much = |proof: &mut DoubleSpend| proof.said[1].amount_s = Seconds(AMOUNT_MAX_S + 1);
    assert_eq!(proven(too_much), "E_AMOUNT_TOO_LARGE");
}

fn bar_of(draft: &mut Draft) -> &mut Bar {
    match &mut draft.page.event {
        Event::Bar(bar) => bar,
        _ => unreachable!("a bar"),
    }
}

#[test]
fn r61_accepts_the_end_of_a_book_and_an_earlier_one() {
    expect([
        ("the first", barring(&opened(), &bars(&[])), "valid"),
        (
            "beside others",
            barring(&opened(), &bars(&[(CARL, 1)])),
            "valid",
        ),
        (
            "an earlier end",
            barring(&opened(), &bars(&[(ANNA, 3)])),
            "valid",
        ),
        (
            "for an heir",
            barring(&opened(), &bars(&[])).with(|draft| {
                let cause = Cause::Succession(action(SUCCESSION));
                bar_of(draft).cause = cause;
                draft.ended.as_mut().unwrap().cause = cause;
            }),
            "valid",
        ),
    ]);
}

#[test]
fn r61_refuses_an_end_that_nothing_shows_or_that_is_noted() {
    let bent = |change: fn(&mut Draft)| barring(&opened(), &bars(&[])).with(change);
    expect([
        (
            "nothing cited",
            bent(|draft| draft.ended = None),
            "E_BAR_UNFOUNDED",
        ),
        (
            "another proof",
            bent(|draft| bar_of(draft).cause = Cause::DoubleSpend(action(9))),
            "E_BAR_UNFOUNDED",
        ),
        (
            "another kind of cause",
            bent(|draft| bar_of(draft).cause = Cause::Succession(action(DOUBLE_SPEND))),
            "E_BAR_UNFOUNDED",
        ),
        (
            "somebody else",
            bent(|draft| bar_of(draft).agent = agent(CARL)),
            "E_BAR_UNFOUNDED",
        ),
        (
            "an earlier page than shown",
            bent(|draft| bar_of(draft).number = 1),
            "E_BAR_UNFOUNDED",
        ),
        (
            "oneself",
            bent(|draft| {
                bar_of(draft).agent = agent(BEN);
                draft.ended.as_mut().unwrap().agent = agent(BEN);
            }),
            "E_BAR_UNFOUNDED",
        ),
        (
            "noted already",
            barring(&opened(), &bars(&[(ANNA, 2)])),
            "E_ALREADY_BARRED",
        ),
        (
            "an earlier end noted",
            barring(&opened(), &bars(&[(ANNA, 1)])),
            "E_ALREADY_BARRED",
        ),
        (
            "a path of another book",
            bent(|draft| bar_of(draft).proof.end = PathEnd::Present(Mark(7))),
            "E_PROOF_WRONG",
        ),
        (
            "noted, and not kept",
            bent(|draft| draft.page.after.barred = Root::EMPTY),
            "E_AFTER_WRONG",
        ),
    ]);
}

#[test]
fn r62_accepts_what_was_given_before_the_end_and_by_others() {
    expect([
        ("nobody barred", depositing(&opened()), "valid"),
        (
            "somebody else barred",
            depositing_barred(&bars(&[(CARL, 1)]), 2),
            "valid",
        ),
        (
            "the page given twice",
            depositing_barred(&bars(&[(ANNA, 2)]), 2),
            "valid",
        ),
        (
            "an earlier page",
            depositing_barred(&bars(&[(ANNA, 3)]), 2),
            "valid",
        ),
    ]);
}

fn unbarred(draft: &mut Draft) -> &mut Option<Box<Proof>> {
    match &mut draft.page.event {
        Event::Deposit { unbarred, .. } => unbarred,
        _ => unreachable!("a deposit"),
    }
}

#[test]
fn r62_refuses_what_was_given_after_the_end() {
    let ended = bars(&[(ANNA, 1), (CARL, 9)]);
    expect([
        ("a later page", depositing_barred(&ended, 2), "E_BARRED"),
        (
            "without the path",
            depositing_barred(&ended, 2).with(|draft| *unbarred(draft) = None),
            "E_PROOF_WRONG",
        ),
        (
            "with a path that hides it",
            depositing_barred(&ended, 2).with(|draft| {
                let hiding = bars(&[(CARL, 9)]).prove(&Key::of_bar(agent(ANNA)));
                *unbarred(draft) = Some(Box::new(hiding));
            }),
            "E_PROOF_WRONG",
        ),
        (
            "with the path of somebody else",
            depositing_barred(&ended, 2).with(|draft| {
                *unbarred(draft) = Some(Box::new(ended.prove(&Key::of_bar(agent(CARL)))));
            }),
            "E_PROOF_WRONG",
        ),
        (
            "a path where nobody is barred",
            depositing(&opened()).with(|draft| {
                let path = Tree::default().prove(&Key::of_bar(agent(ANNA)));
                *unbarred(draft) = Some(Box::new(path));
            }),
            "E_PROOF_WRONG",
        ),
    ]);
}

fn about_good(change: impl FnOnce(&mut Proposal), proof: Option<DoubleSpend>) -> &'static str {
    let mut proposal = make_good_proposal();
    change(&mut proposal);
    let brought = crate::deciding::Brought {
        double_spend: proof.map(|proof| (action(DOUBLE_SPEND), proof)),
        ..NOTHING
    };
    judged(&proposal, &brought)
}

/// The proposal of the tests with another name in it.
fn made_good_by(holder: u8) -> Proposal {
    let mut proposal = make_good_proposal();
    proposal.content = Content::MakeGood {
        proof: action(DOUBLE_SPEND),
        amount_s: Seconds(HOUR_S),
        holder: agent(holder),
    };
    proposal
}

#[test]
fn r63_accepts_to_make_good_what_was_decided_once() {
    assert_eq!(about_good(|_| (), Some(double_spend())), "valid");
    expect([
        ("all that is there", making_good(HOUR_S), "valid"),
        ("and more", making_good(2 * HOUR_S), "valid"),
        (
            "by the heir of the one who is named",
            making_good(HOUR_S).with(|draft| {
                draft.decided = Some(adopted(made_good_by(ANNA)));
                draft.previous.as_mut().unwrap().1.after.lost = vec![lost(ANNA, 1)];
                draft.page.after.lost = vec![lost(ANNA, 1)];
            }),
            "valid",
        ),
    ]);
}

#[test]
fn r63_refuses_to_make_good_without_proof_decision_or_hours() {
    let unproven = "E_DOUBLE_SPEND_UNPROVEN";
    assert_eq!(about_good(|_| (), None), unproven);
    let about_carl = |proposal: &mut Proposal| proposal.subject = Subject::MakeGood(agent(CARL));
    assert_eq!(about_good(about_carl, Some(double_spend())), unproven);
    let amount = |amount_s| {
        move |proposal: &mut Proposal| {
            let proof = action(DOUBLE_SPEND);
            proposal.content = Content::MakeGood {
                proof,
                amount_s: Seconds(amount_s),
                holder: agent(BEN),
            };
        }
    };
    let judged = |amount_s| about_good(amount(amount_s), Some(double_spend()));
    assert_eq!(judged(0), "E_AMOUNT_NOT_POSITIVE");
    assert_eq!(judged(AMOUNT_MAX_S), "valid");
    assert_eq!(judged(AMOUNT_MAX_S + 1), "E_AMOUNT_TOO_LARGE");
    let other = |proposal: &mut Proposal| {
        proposal.content = Content::MakeGood {
            proof: action(9),
            amount_s: Seconds(HOUR_S),
            holder: agent(BEN),
        };
    };
    assert_eq!(about_good(other, Some(double_spend())), unproven);

    let bent = |change: fn(&mut Draft)| making_good(HOUR_S).with(change);
    expect([
        (
            "too little there",
            making_good(HOUR_S - 1),
            "E_FLOOR_CROSSED",
        ),
        (
            "not adopted",
            bent(|draft| draft.decided.as_mut().unwrap().adopted = false),
            "E_NOT_MADE_GOOD",
        ),
        (
            "no decision",
            bent(|draft| draft.decided = None),
            "E_NOT_MADE_GOOD",
        ),
        (
            "another decision",
            bent(|draft| draft.decided.as_mut().unwrap().id = action(9)),
            "E_NOT_MADE_GOOD",
        ),
        (
            "a decision about something else",
            bent(|draft| draft.decided = Some(adopted(floor_for_anna()))),
            "E_NOT_MADE_GOOD",
        ),
        (
            "who does not hold the fund",
            bent(|draft| draft.policy = Some(policy())),
            "E_NOT_THE_HOLDER",
        ),
        (
            "the holder after the one who is named",
            bent(|draft| draft.decided = Some(adopted(made_good_by(CARL)))),
            "E_MAKE_GOOD_HOLDER",
        ),
        (
            "the one who is named, but no longer holds the fund",
            bent(|draft| {
                let community = draft.policy.as_mut().unwrap().community.as_mut();
                community.unwrap().holder = agent(CARL);
                draft.page.after.collectors.community.holder = Some(agent(CARL));
            }),
            "E_NOT_THE_HOLDER",
        ),
        (
            "twice",
            bent(|draft| {
                let mut spent = Tree::default();
                let key = Key::of_made_good(action(PROPOSAL));
                spent.insert(key, Mark::default());
                draft.previous.as_mut().unwrap().1.after.offices[0].spent = spent.root();
                if let Event::MakeGood { once, .. } = &mut draft.page.event {
                    *once = spent.prove(&key);
                }
            }),
            "E_ALREADY_MADE_GOOD",
        ),
        (
            "a second less",
            bent(|draft| draft.page.after.holdings[1].balance_s.0 += 1),
            "E_AFTER_WRONG",
        ),
    ]);
}

fn guarded(count: u8, needed: u32) -> Draft {
    let guardians = Guardians {
        agents: (10..10 + count).map(agent).collect(),
        needed,
    };
    naming(&opened()).with(|draft| {
        draft.page.after.guardians = Some(guardians.digest());
        draft.page.event = Event::Guard(guardians);
    })
}

#[test]
fn r64_accepts_guardians_of_whom_more_than_half_are_needed() {
    expect([
        ("one", guarded(1, 1), "valid"),
        ("two of three", guarded(3, 2), "valid"),
        ("all of eight", guarded(GUARDIANS_MAX as u8, 8), "valid"),
        ("five of eight", guarded(8, 5), "valid"),
        (
            "others in their place",
            naming(&guarded(1, 1).page),
            "valid",
        ),
    ]);
}

#[test]
fn r64_refuses_guardians_who_could_not_or_could_disagree() {
    let bent = |change: fn(&mut Guardians)| {
        naming(&opened()).with(|draft| {
            if let Event::Guard(guardians) = &mut draft.page.event {
                change(guardians);
                draft.page.after.guardians = Some(guardians.digest());
            }
        })
    };
    expect([
        ("none", guarded(0, 0), "E_GUARDIANS"),
        ("nine", guarded(9, 5), "E_GUARDIANS"),
        ("half", guarded(8, 4), "E_GUARDIANS"),
        ("one of two", guarded(2, 1), "E_GUARDIANS"),
        ("more than there are", guarded(2, 3), "E_GUARDIANS"),
        (
            "one twice",
            bent(|guardians| guardians.agents[1] = guardians.agents[0]),
            "E_GUARDIANS",
        ),
        (
            "in another order",
            bent(|guardians| guardians.agents.reverse()),
            "E_GUARDIANS",
        ),
        (
            "oneself",
            bent(|guardians| guardians.agents[0] = agent(ANNA)),
            "E_GUARDIANS",
        ),
        (
            "others than kept",
            naming(&opened()).with(|draft| draft.page.after.guardians = None),
            "E_AFTER_WRONG",
        ),
    ]);
}

fn entrust_of(draft: &mut Draft) -> &mut Entrust {
    match &mut draft.page.event {
        Event::Entrust(entrust) => entrust,
        _ => unreachable!("a guardian's word"),
    }
}

#[test]
fn r65_accepts_one_word_about_a_lost_key() {
    expect([("a guardian", entrusting(BEN), "valid")]);
}

#[test]
fn r65_refuses_a_second_word_and_one_about_oneself() {
    let bent = |change: fn(&mut Draft)| entrusting(BEN).with(change);
    expect([
        (
            "a second word, for another heir",
            bent(|draft| {
                let mut spoken = Tree::default();
                let key = Key::of_entrusted(agent(ANNA));
                spoken.insert(key, Mark::default());
                draft.previous.as_mut().unwrap().1.after.settled = spoken.root();
                entrust_of(draft).proof = spoken.prove(&key);
                entrust_of(draft).heir = agent(62);
            }),
            "E_ALREADY_ENTRUSTED",
        ),
        (
            "to oneself",
            bent(|draft| entrust_of(draft).heir = agent(BEN)),
            "E_ENTRUST",
        ),
        (
            "to the lost key",
            bent(|draft| entrust_of(draft).heir = agent(ANNA)),
            "E_ENTRUST",
        ),
        (
            "one\u{2019}s own book",
            bent(|draft| {
                entrust_of(draft).lost = agent(BEN);
                draft.last.as_mut().unwrap().1 = agent(BEN);
            }),
            "E_ENTRUST",
        ),
        (
            "a page of somebody else",
            bent(|draft| draft.last.as_mut().unwrap().1 = agent(CARL)),
            "E_ENTRUST",
        ),
        (
            "another page than brought",
            bent(|draft| entrust_of(draft).last = action(9)),
            "E_ENTRUST",
        ),
        ("no page", bent(|draft| draft.last = None), "E_ENTRUST"),
        (
            "a path of another book",
            bent(|draft| entrust_of(draft).proof.end = PathEnd::Present(Mark(1))),
            "E_PROOF_WRONG",
        ),
    ]);
}

fn succession_of(draft: &mut Draft) -> &mut Succession {
    match &mut draft.page.event {
        Event::Succeed { succession, .. } => succession,
        _ => unreachable!("a succession"),
    }
}

/// Anna's lost book with something in every place.
fn full() -> Page {
    let mut page = naming(&with_fund(HOUR_S)).page;
    page.number = 77;
    let after = &mut page.after;
    after.holdings[0].balance_s = Seconds(-3 * HOUR_S);
    after.earned = Earned {
        state_s: Seconds(900),
        community_s: Seconds(300),
    };
    after.received = Received {
        times: 4,
        total_s: Seconds(9_000),
    };
    after.roll = 5;
    after.settled = only_settled(9);
    after.barred = bars(&[(CARL, 3)]).root();
    page
}

#[test]
fn r66_accepts_a_book_that_goes_on_with_everything_in_it() {
    let last = full();
    let heir = succeeding(&last, &[BEN, CARL]).with(|draft| {
        // Anna held the State fund: what the new key earns goes to whom the policy
        // names, from where the old book ends. Nobody held the Community fund yet.
        draft.policy = Some(policy_of_anna());
        draft.page.after.collectors.state.since_s = Seconds(900);
        draft.page.after.collectors.community.since_s = Seconds(0);
    });
    assert_eq!(heir.verdict(), "valid");
    let (old, new) = (last.after, heir.page.after.clone());
    assert_eq!(old.holdings, new.holdings, "balances and floors");
    assert_eq!((old.earned, old.received), (new.earned, new.received));
    assert_eq!(
        (old.settled, old.barred),
        (new.settled, new.barred),
        "roots"
    );
    assert_eq!((old.roll, old.guardians), (new.roll, new.guardians));
    assert_eq!(new.lost, [lost(ANNA, last.number)]);
    expect([
        (
            "all guardians",
            succeeding(&lost_book(1), &[BEN, CARL, 4]),
            "valid",
        ),
        (
            "in debt",
            succeeding(&lost_book(-HOUR_S), &[BEN, 4]),
            "valid",
        ),
        (
            "by decision",
            succeeding_by_decision(&lost_book(1)),
            "valid",
        ),
        (
            "by decision, unguarded",
            succeeding_by_decision(&holding(1)),
            "valid",
        ),
    ]);
}

/// What the old book has earned is swept from its last page, and never again from the
/// new one.
#[test]
fn r66_accepts_that_the_new_book_earns_only_what_is_new() {
    let mut last = lost_book(0);
    last.after.earned.state_s = Seconds(900);
    last.after.collectors.state = Collector {
        holder: Some(agent(ANNA)),
        since_s: Seconds(100),
    };
    let heir = succeeding(&last, &[BEN, CARL]).with(|draft| {
        draft.policy = Some(policy_of_anna());
        draft.page.after.collectors.state.since_s = Seconds(900);
    });
    assert_eq!(heir.verdict(), "valid");
    let swept = sweeping(&Tree::default(), &[(BEN, last.clone())]);
    assert_eq!(swept.page.after.holdings[1].balance_s.0, 800);
    assert_eq!(swept.verdict(), "valid");
    let again = sweeping(&Tree::default(), &[(HEIR, heir.page.clone())]);
    assert_eq!(again.verdict(), "E_NOTHING_TO_SWEEP");
    // What nobody could sweep yet waits in the new book.
    last.after.collectors.state.holder = None;
    let heir = succeeding(&last, &[BEN, CARL]).with(|draft| {
        draft.policy = Some(policy_of_anna());
        draft.page.after.collectors.state.holder = Some(agent(ANNA));
    });
    assert_eq!(heir.page.after.collectors.state.since_s.0, 100);
    assert_eq!(heir.verdict(), "valid");
}

#[test]
fn r66_refuses_a_book_that_nobody_entrusted() {
    let bent = |change: fn(&mut Draft)| succeeding(&lost_book(HOUR_S), &[BEN, CARL]).with(change);
    expect([
        (
            "one of two",
            succeeding(&lost_book(1), &[BEN]),
            "E_GUARDIANS_MISSING",
        ),
        (
            "nobody",
            succeeding(&lost_book(1), &[]),
            "E_GUARDIANS_MISSING",
        ),
        (
            "one twice",
            succeeding(&lost_book(1), &[BEN, BEN]),
            "E_GUARDIANS_MISSING",
        ),
        (
            "one who is no guardian",
            succeeding(&lost_book(1), &[BEN, 5]),
            "E_GUARDIANS_MISSING",
        ),
        (
            "a guardian for another heir",
            bent(|draft| {
                if let Event::Entrust(entrust) = &mut draft.entrusted[0].2.event {
                    entrust.heir = agent(62);
                }
            }),
            "E_GUARDIANS_MISSING",
        ),
        (
            "a guardian for an earlier page",
            bent(|draft| {
                if let Event::Entrust(entrust) = &mut draft.entrusted[1].2.event {
                    entrust.last = action(9);
                }
            }),
            "E_GUARDIANS_MISSING",
        ),
        (
            "what is no guardian\u{2019}s word",
            bent(|draft| draft.entrusted[1].2 = opened()),
            "E_GUARDIANS_MISSING",
        ),
        (
            "fewer needed than named",
            bent(|draft| {
                if let Mandate::Guardians { guardians, .. } = &mut succession_of(draft).mandate {
                    guardians.needed = 1;
                }
            }),
            "E_SUCCESSION",
        ),
        (
            "pages not brought",
            bent(|draft| draft.entrusted.reverse()),
            "E_SUCCESSION",
        ),
        (
            "unguarded",
            succeeding(&holding(1), &[BEN, CARL]),
            "E_SUCCESSION",
        ),
        (
            "a page of somebody else",
            bent(|draft| draft.last.as_mut().unwrap().1 = agent(BEN)),
            "E_SUCCESSION",
        ),
        ("no page", bent(|draft| draft.last = None), "E_SUCCESSION"),
        (
            "another number",
            bent(|draft| succession_of(draft).number += 1),
            "E_SUCCESSION",
        ),
        (
            "a closed book",
            bent(|draft| {
                draft.last.as_mut().unwrap().2.event = Event::Close { decision: None };
            }),
            "E_BOOK_CLOSED",
        ),
        (
            "an older policy",
            bent(|draft| draft.last.as_mut().unwrap().2.after.policy = 1),
            "E_POLICY_OLDER",
        ),
        (
            "another\u{2019}s admission",
            bent(|draft| draft.admission_is_own = false),
            "E_ADMISSION_FOREIGN",
        ),
        (
            "a second more",
            bent(|draft| draft.page.after.holdings[0].balance_s.0 += 1),
            "E_AFTER_WRONG",
        ),
        (
            "a later end",
            bent(|draft| draft.page.after.lost[0].number += 1),
            "E_AFTER_WRONG",
        ),
        (
            "with nothing settled",
            succeeding(&full(), &[BEN, CARL]).with(|draft| {
                draft.policy = Some(policy_of_anna());
                draft.page.after.collectors.state.since_s = Seconds(900);
                draft.page.after.settled = Root::EMPTY;
            }),
            "E_AFTER_WRONG",
        ),
        (
            "later",
            bent(|draft| {
                draft.page.number = 2;
                draft.page.previous = Some(action(201));
                draft.previous = Some((agent(HEIR), opened()));
            }),
            "E_OPENED_WRONGLY",
        ),
        (
            "for the ninth time",
            bent(|draft| {
                draft.last.as_mut().unwrap().2.after.lost = vec![lost(BEN, 1); LOST_MAX];
            }),
            "E_SUCCESSION",
        ),
    ]);
    let decided = |change: fn(&mut Closed)| {
        succeeding_by_decision(&lost_book(1)).with(|draft| {
            change(draft.decided.as_mut().unwrap());
        })
    };
    let content = |heir, last| Content::Succession {
        heir: agent(heir),
        last: action(last),
    };
    assert_eq!(content(HEIR, LAST), succession_proposal().content);
    expect([
        (
            "not adopted",
            decided(|closed| closed.adopted = false),
            "E_SUCCESSION",
        ),
        (
            "another",
            decided(|closed| closed.id = action(9)),
            "E_SUCCESSION",
        ),
        (
            "about something else",
            decided(|closed| closed.proposal = floor_for_anna()),
            "E_SUCCESSION",
        ),
        (
            "another heir",
            decided(|closed| {
                closed.proposal.content = Content::Succession {
                    heir: agent(62),
                    last: action(LAST),
                };
            }),
            "E_SUCCESSION",
        ),
        (
            "another page",
            decided(|closed| {
                closed.proposal.content = Content::Succession {
                    heir: agent(HEIR),
                    last: action(9),
                };
            }),
            "E_SUCCESSION",
        ),
        (
            "another book",
            decided(|closed| closed.proposal.subject = Subject::Succession(agent(BEN))),
            "E_SUCCESSION",
        ),
    ]);
}

/// The heir's book, in which nothing is settled yet.
fn heirs_book() -> Page {
    succeeding(&lost_book(0), &[BEN, CARL]).page
}

/// The same, where Anna's book ended at another page.
fn ended_at(number: u64) -> Page {
    let mut page = heirs_book();
    page.after.lost = vec![lost(ANNA, number)];
    page
}

/// Whoever wrote a draft, the heir does.
fn by_heir(draft: Draft) -> Draft {
    draft.with(|draft| {
        draft.author = agent(HEIR);
        draft.previous.as_mut().unwrap().0 = agent(HEIR);
    })
}

fn asked(change: impl FnOnce(&mut Appeal, &mut Page, &mut Page)) -> &'static str {
    let mut appeal = Appeal {
        lost: agent(ANNA),
        last: action(LAST),
        named: action(173),
    };
    let (mut last, mut named) = (giving(&lost_book(HOUR_S), 1).page, lost_book(HOUR_S));
    change(&mut appeal, &mut last, &mut named);
    let cited = |id, page| Cited {
        id: action(id),
        author: agent(ANNA),
        page,
    };
    code(appeal.check(
        agent(HEIR),
        Some(cited(LAST, &last)),
        Some(cited(173, &named)),
    ))
}

#[test]
fn r67_accepts_what_was_given_to_the_lost_key_and_comes_back_to_it() {
    let mut to_anna = given(2 * HOUR_S);
    if let Event::Transfer(transfer) = &mut to_anna.event {
        transfer.to = agent(ANNA);
    }
    let deposit = by_heir(depositing(&heirs_book())).with(|draft| {
        draft.transfer = Some((action(TRANSFER), agent(BEN), to_anna.clone()));
    });
    // The last page that counts, and those before it.
    let end = given(2 * HOUR_S).number;
    let reclaim = by_heir(reclaiming(&ended_at(end)));
    let earlier = by_heir(reclaiming(&ended_at(end + 40)));
    // A book that was lost twice.
    let twice = by_heir(reclaiming(&ended_at(end))).with(|draft| {
        for after in [
            &mut draft.previous.as_mut().unwrap().1.after,
            &mut draft.page.after,
        ] {
            after.lost.push(lost(BEN, 1));
        }
    });
    // The other way round: who declines is the heir of whom it was given to.
    let declined_by_heir = reclaiming(&opened()).with(|draft| {
        let decline = draft.decline.as_mut().unwrap();
        decline.1 = agent(HEIR);
        decline.2.after.lost = vec![lost(BEN, 1)];
    });
    expect([
        ("deposited", deposit, "valid"),
        ("taken back", reclaim, "valid"),
        ("given long before the end", earlier, "valid"),
        ("by the heir of an heir", twice, "valid"),
        ("declined by an heir", declined_by_heir, "valid"),
    ]);
    assert_eq!(asked(|_, _, _| ()), "valid", "an appeal");
}

#[test]
fn r67_refuses_what_belongs_to_others() {
    expect([
        (
            "given to others",
            by_heir(depositing(&heirs_book())),
            "E_NOT_THE_RECEIVER",
        ),
        (
            "given by others",
            by_heir(reclaiming(&heirs_book())).with(|draft| {
                draft.transfer.as_mut().unwrap().1 = agent(CARL);
            }),
            "E_NOT_THE_GIVER",
        ),
        (
            "given by the lost key after its book ended",
            by_heir(reclaiming(&ended_at(given(2 * HOUR_S).number - 1))),
            "E_NOT_THE_GIVER",
        ),
        (
            "given by a lost key whose book came from another village",
            by_heir(reclaiming(&ended_at(0))),
            "E_NOT_THE_GIVER",
        ),
        (
            "by the end of another lost key",
            by_heir(reclaiming(&ended_at(1))).with(|draft| {
                for after in [
                    &mut draft.previous.as_mut().unwrap().1.after,
                    &mut draft.page.after,
                ] {
                    after.lost.push(lost(BEN, 99));
                }
            }),
            "E_NOT_THE_GIVER",
        ),
        (
            "declined by no heir",
            reclaiming(&opened()).with(|draft| draft.decline.as_mut().unwrap().1 = agent(HEIR)),
            "E_NOT_DECLINED",
        ),
    ]);
    let refused = "E_APPEAL";
    assert_eq!(asked(|appeal, _, _| appeal.lost = agent(BEN)), refused);
    assert_eq!(asked(|appeal, _, _| appeal.last = action(9)), refused);
    assert_eq!(asked(|appeal, _, _| appeal.named = action(9)), refused);
    assert_eq!(asked(|_, _, named| *named = opened()), refused);
    assert_eq!(asked(|_, last, _| last.after.guardians = None), refused);
    let appeal = Appeal {
        lost: agent(ANNA),
        last: action(LAST),
        named: action(LAST),
    };
    let page = lost_book(0);
    let cited = Some(Cited {
        id: action(LAST),
        author: agent(ANNA),
        page: &page,
    });
    assert_eq!(code(appeal.check(agent(HEIR), cited, cited)), "valid");
    assert_eq!(
        code(appeal.check(agent(ANNA), cited, cited)),
        refused,
        "oneself"
    );
    assert_eq!(code(appeal.check(agent(HEIR), None, cited)), refused);
    assert_eq!(code(appeal.check(agent(HEIR), cited, None)), refused);
}

proptest! {
    /// Of whatever books went on in this one, and whoever gave: it comes back to a book
    /// that has paid it.
    #[test]
    fn r67_refuses_and_accepts_by_the_page_that_each_lost_key_ended_at(
        ends in proptest::collection::vec((1..6_u8, 0..5_u64), 0..=LOST_MAX),
        giver in 1..6_u8,
        number in 1..6_u64,
    ) {
        // Every page of which this book is made, one by one.
        let mut pages = std::collections::BTreeSet::new();
        for (who, end) in &ends {
            pages.extend((1..=*end).map(|page| (*who, page)));
        }
        let keys: Vec<LostKey> = ends.iter().map(|(who, end)| lost(*who, *end)).collect();
        let draft = by_heir(reclaiming(&heirs_book())).with(|draft| {
            for after in [&mut draft.previous.as_mut().unwrap().1.after, &mut draft.page.after] {
                after.lost = keys.clone();
            }
            let (_, author, page) = draft.transfer.as_mut().unwrap();
            (*author, page.number) = (agent(giver), number);
        });
        let paid = pages.contains(&(giver, number));
        prop_assert_eq!(draft.verdict(), if paid { "valid" } else { "E_NOT_THE_GIVER" });
    }
}
