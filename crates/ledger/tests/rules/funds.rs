//! What a village owns together: rules 33 to 38.

use crate::common::*;
use crate::{code, expect};
use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::fund::SWEEP_MAX;
use commons_credit_ledger::project::CONFIRMATIONS_MAX;
use commons_credit_ledger::settled::{Key, Mark, Root, Tree};
use commons_credit_ledger::*;

/// A policy that names this holder of the State fund, or nobody.
fn held_by(holder: Option<u8>) -> Policy {
    Policy {
        state: holder.map(|holder| Appointment {
            holder: agent(holder),
            until_us: TERM_END_US,
        }),
        ..policy()
    }
}

/// Ben's book, which has earned an hour for the State fund, 20 minutes of it for
/// `before`; his next page cites a policy that names `named`.
fn turning(before: Option<u8>, named: Option<u8>, since_s: i64) -> Draft {
    let mut page = opened();
    page.after.earned.state_s = Seconds(HOUR_S);
    page.after.collectors.state = Collector {
        holder: before.map(agent),
        since_s: Seconds(40 * 60),
    };
    giving(&page, 1).with(|draft| {
        draft.policy = Some(held_by(named));
        draft.page.after.collectors.state = Collector {
            holder: named.map(agent),
            since_s: Seconds(since_s),
        };
    })
}

#[test]
fn r33_accepts_levies_earned_for_the_holder_of_the_policy() {
    expect([
        (
            "the same holder",
            turning(Some(ANNA), Some(ANNA), 40 * 60),
            "valid",
        ),
        (
            "a new holder, from now on",
            turning(Some(ANNA), Some(CARL), HOUR_S),
            "valid",
        ),
        (
            "nobody any more",
            turning(Some(ANNA), None, HOUR_S),
            "valid",
        ),
        (
            "what nobody held waits for the next",
            turning(None, Some(CARL), 40 * 60),
            "valid",
        ),
    ]);
    let opening = apply::first_page(action(200), &policy_of_anna(), PolicyRef::FOUNDING);
    assert_eq!(opening.after.collectors.state.holder, Some(agent(ANNA)));
    assert_eq!(opening.after.collectors.community, Collector::default());
    // A deposit counts for the holder whom its own page names.
    let mut before = opened();
    before.after.collectors.state.holder = Some(agent(ANNA));
    let deposit = depositing(&before).with(|draft| {
        draft.policy = Some(held_by(Some(CARL)));
        draft.page.after.collectors.state.holder = Some(agent(CARL));
    });
    assert_eq!(deposit.verdict(), "valid");
}

#[test]
fn r33_refuses_any_other_collector() {
    for (name, draft) in [
        ("not handed on", turning(Some(ANNA), Some(CARL), 40 * 60)),
        ("kept from the next", turning(None, Some(CARL), HOUR_S)),
        ("moved back", turning(Some(ANNA), Some(ANNA), 0)),
        (
            "somebody else",
            turning(Some(ANNA), Some(CARL), HOUR_S)
                .with(|draft| draft.page.after.collectors.state.holder = Some(agent(BEN))),
        ),
    ] {
        assert_eq!(draft.verdict(), "E_AFTER_WRONG", "{name}");
    }
}

#[test]
fn r34_accepts_the_holder_whom_the_policy_names() {
    assert_eq!(opening_fund().verdict(), "valid");
    let both = Draft::following(
        ANNA,
        &opening_fund().page,
        Event::Hold {
            fund: Fund::Community,
        },
    )
    .with(|draft| {
        let policy = policy_of_anna();
        draft.policy = Some(Policy {
            community: policy.state,
            ..policy
        });
        let after = &mut draft.page.after;
        after.collectors.community.holder = Some(agent(ANNA));
        after.holdings.push(Holding {
            account: Account::Fund(Fund::Community),
            balance_s: Seconds(0),
            floor_s: Seconds(0),
        });
        after.offices.push(Office {
            fund: Fund::Community,
            swept: Root::EMPTY,
            spent: Root::EMPTY,
        });
    });
    assert_eq!(both.verdict(), "valid");
}

#[test]
fn r34_refuses_anybody_else_and_a_second_time() {
    expect([
        (
            "nobody is appointed",
            opening_fund().with(|draft| draft.policy = Some(policy())),
            "E_NOT_THE_HOLDER",
        ),
        (
            "somebody else is",
            opening_fund().with(|draft| draft.policy = Some(held_by(Some(BEN)))),
            "E_NOT_THE_HOLDER",
        ),
        (
            "the other fund",
            opening_fund().with(|draft| {
                draft.page.event = Event::Hold {
                    fund: Fund::Community,
                }
            }),
            "E_NOT_THE_HOLDER",
        ),
        (
            "a second time",
            opening_fund().with(|draft| draft.previous.as_mut().unwrap().1 = with_fund(9)),
            "E_FUND_HELD",
        ),
        (
            "with something in it",
            opening_fund().with(|draft| draft.page.after.holdings[1].balance_s = Seconds(1)),
            "E_AFTER_WRONG",
        ),
        (
            "with a floor",
            opening_fund().with(|draft| draft.page.after.holdings[1].floor_s = Seconds(-1)),
            "E_AFTER_WRONG",
        ),
    ]);
}

/// Where members were swept up to.
fn swept(members: &[(u8, u64)]) -> Tree {
    let mut tree = Tree::default();
    for (who, up_to) in members {
        tree.insert(Key::of_sweep(agent(*who)), Mark(*up_to));
    }
    tree
}

fn many(count: usize) -> Vec<(u8, Page)> {
    (0..count).map(|at| (at as u8, earning(60, 0))).collect()
}

#[test]
fn r35_accepts_what_was_earned_and_not_yet_swept() {
    let sum = |draft: &Draft| draft.page.after.holdings[1].balance_s.0;
    let first = sweeping(
        &Tree::default(),
        &[(BEN, earning(540, 0)), (CARL, earning(60, 0))],
    );
    assert_eq!((first.verdict(), sum(&first)), ("valid", 600));
    let more = sweeping(&swept(&[(BEN, 540)]), &[(BEN, earning(541, 0))]);
    assert_eq!(
        (more.verdict(), sum(&more)),
        ("valid", 1),
        "one second more"
    );
    let later = sweeping(&Tree::default(), &[(BEN, earning(540, 500))]);
    assert_eq!(
        (later.verdict(), sum(&later)),
        ("valid", 40),
        "only one\u{2019}s own part"
    );
    let own = sweeping(&Tree::default(), &[(ANNA, earning(7, 0))]);
    assert_eq!(own.verdict(), "valid", "the holder's own book, too");
    let full = sweeping(&Tree::default(), &many(SWEEP_MAX));
    assert_eq!((full.verdict(), sum(&full)), ("valid", 6_000));
}

#[test]
fn r35_refuses_to_sweep_twice_too_much_or_for_another() {
    let ben =
        |earned_s, since_s| sweeping(&swept(&[(BEN, 540)]), &[(BEN, earning(earned_s, since_s))]);
    let fresh = || sweeping(&Tree::default(), &[(BEN, earning(540, 0))]);
    let items = |change: fn(&mut Vec<Swept>)| {
        fresh().with(|draft| {
            if let Event::Sweep { items, .. } = &mut draft.page.event {
                change(items);
            }
        })
    };
    expect([
        ("the same page again", ben(540, 0), "E_NOTHING_TO_SWEEP"),
        (
            "a page older than what was swept",
            ben(539, 0),
            "E_NOTHING_TO_SWEEP",
        ),
        (
            "the part of the holder before",
            ben(600, 600),
            "E_NOTHING_TO_SWEEP",
        ),
        (
            "one member twice in a sweep",
            sweeping(
                &Tree::default(),
                &[(BEN, earning(540, 0)), (BEN, earning(540, 0))],
            ),
            "E_NOTHING_TO_SWEEP",
        ),
        (
            "earned for somebody else",
            fresh().with(|draft| {
                draft.swept[0].2.after.collectors.state.holder = Some(agent(CARL));
            }),
            "E_SWEEP_FOREIGN",
        ),
        (
            "earned while nobody held the fund",
            fresh().with(|draft| draft.swept[0].2.after.collectors.state.holder = None),
            "E_SWEEP_FOREIGN",
        ),
        (
            "an old proof",
            ben(600, 0).with(|draft| {
                if let Event::Sweep { items, .. } = &mut draft.page.event {
                    items[0].proof = nothing_settled();
                }
            }),
            "E_PROOF_WRONG",
        ),
        ("nobody", items(Vec::clear), "E_SWEEP"),
        (
            "101 members",
            sweeping(&Tree::default(), &many(SWEEP_MAX + 1)),
            "E_SWEEP",
        ),
        (
            "a page not brought",
            items(|items| items[0].page = action(9)),
            "E_SWEEP_OF_NO_PAGE",
        ),
        (
            "no page",
            fresh().with(|draft| draft.swept.clear()),
            "E_SWEEP_OF_NO_PAGE",
        ),
        (
            "into a fund that the book has not",
            fresh().with(|draft| {
                if let Event::Sweep { fund, .. } = &mut draft.page.event {
                    *fund = Fund::Community;
                }
            }),
            "E_ACCOUNT_NOT_HELD",
        ),
        (
            "a second more than was earned",
            fresh().with(|draft| draft.page.after.holdings[1].balance_s.0 += 1),
            "E_AFTER_WRONG",
        ),
    ]);
}

/// The same as [`paying`], with confirmations by these people asked for and brought.
fn confirmed(needed: u32, by: &[u8]) -> Draft {
    paying(HOUR_S).with(|draft| {
        for (at, who) in by.iter().enumerate() {
            let id = action(140 + at as u8);
            draft.confirmations.push((
                id,
                agent(*who),
                Confirmation {
                    labour: action(LABOUR),
                    worked: action(9),
                },
            ));
            payment(draft).confirmations.push(id);
        }
        project(draft).confirmations = needed;
    })
}

fn payment(draft: &mut Draft) -> &mut Payment {
    match &mut draft.page.event {
        Event::Transfer(transfer) => transfer.payment.as_mut().unwrap(),
        _ => unreachable!("a payment"),
    }
}

fn project(draft: &mut Draft) -> &mut Project {
    match &mut draft.decided.as_mut().unwrap().proposal.content {
        Content::Project(project) => project,
        _ => unreachable!("a project"),
    }
}

fn transfer_of(draft: &mut Draft) -> &mut Transfer {
    match &mut draft.page.event {
        Event::Transfer(transfer) => transfer,
        _ => unreachable!("a transfer"),
    }
}

/// Anna pays from a fund that has spent an hour on the cellar before, and paid
/// labour number 9.
fn paying_again(amount_s: i64) -> Draft {
    paying(amount_s).with(|draft| {
        let (cellar, ben) = (
            Key::of_project(action(PROPOSAL)),
            Key::of_labour(action(LABOUR)),
        );
        let mut spent = Tree::default();
        spent.insert(cellar, Mark(HOUR_S as u64));
        spent.insert(Key::of_labour(action(9)), Mark::default());
        let before = &mut draft.previous.as_mut().unwrap().1.after;
        before.offices[0].spent = spent.root();
        payment(draft).budget = spent.prove(&cellar);
        spent.insert(cellar, Mark((HOUR_S + amount_s) as u64));
        payment(draft).once = spent.prove(&ben);
        spent.insert(ben, Mark::default());
        draft.page.after.offices[0].spent = spent.root();
    })
}

#[test]
fn r36_accepts_payment_for_labour_on_an_adopted_project() {
    let unlevied = paying(HOUR_S).with(|draft| {
        draft.policy.as_mut().unwrap().payments_levied = false;
        transfer_of(draft).split = Split {
            receiver_s: Seconds(HOUR_S),
            state_s: Seconds(0),
            community_s: Seconds(0),
        };
    });
    expect([
        ("levied like every transfer", paying(HOUR_S), "valid"),
        ("unless the policy says otherwise", unlevied, "valid"),
        ("all of the budget", paying_again(2 * HOUR_S), "valid"),
        ("confirmed by two", confirmed(2, &[CARL, 5]), "valid"),
        (
            "by more than asked for",
            confirmed(1, &[CARL, 5, 6]),
            "valid",
        ),
        (
            "all of the labour",
            paying(HOUR_S).with(|draft| draft.labour.as_mut().unwrap().2.seconds = Seconds(HOUR_S)),
            "valid",
        ),
    ]);
    let mut project = cellar();
    assert_eq!(code(project.check()), "valid");
    project.budget_s = Seconds(AMOUNT_MAX_S);
    project.confirmations = CONFIRMATIONS_MAX as u32;
    assert_eq!(code(project.check()), "valid");
}

#[test]
fn r36_refuses_payment_without_a_project_over_budget_or_after_the_term() {
    let bent = |change: fn(&mut Draft)| paying(HOUR_S).with(change);
    let paid_before = paying_again(HOUR_S).with(|draft| {
        let paid = action(9);
        payment(draft).labour = paid;
        draft.labour.as_mut().unwrap().0 = paid;
        let mut spent = Tree::default();
        spent.insert(Key::of_project(action(PROPOSAL)), Mark(2 * HOUR_S as u64));
        spent.insert(Key::of_labour(paid), Mark::default());
        payment(draft).once = spent.prove(&Key::of_labour(paid));
    });
    expect([
        (
            "no project",
            bent(|draft| transfer_of(draft).payment = None),
            "E_PROJECT_UNKNOWN",
        ),
        (
            "not adopted",
            bent(|draft| draft.decided.as_mut().unwrap().adopted = false),
            "E_PROJECT_UNKNOWN",
        ),
        (
            "something else adopted",
            bent(|draft| draft.decided.as_mut().unwrap().proposal = floor_for_anna()),
            "E_PROJECT_UNKNOWN",
        ),
        (
            "nothing adopted",
            bent(|draft| draft.decided = None),
            "E_PROJECT_UNKNOWN",
        ),
        ("over budget", paying_again(2 * HOUR_S + 1), "E_OVER_BUDGET"),
        (
            "after the term",
            bent(|draft| draft.time_us += 1),
            "E_TERM_OVER",
        ),
        (
            "no holder any more",
            bent(|draft| draft.policy = Some(held_by(Some(BEN)))),
            "E_NOT_THE_HOLDER",
        ),
        (
            "a project of the other fund",
            bent(|draft| project(draft).fund = Fund::Community),
            "E_PROJECT_FOREIGN",
        ),
        (
            "a project of the holder before",
            bent(|draft| project(draft).holder = agent(CARL)),
            "E_PROJECT_FOREIGN",
        ),
        (
            "labour by somebody else",
            bent(|draft| draft.labour.as_mut().unwrap().1 = agent(CARL)),
            "E_LABOUR_FOREIGN",
        ),
        (
            "labour on another project",
            bent(|draft| draft.labour.as_mut().unwrap().2.project = action(9)),
            "E_LABOUR_FOREIGN",
        ),
        (
            "shorter labour",
            bent(|draft| draft.labour.as_mut().unwrap().2.seconds = Seconds(HOUR_S - 1)),
            "E_LABOUR_FOREIGN",
        ),
        (
            "no labour",
            bent(|draft| draft.labour = None),
            "E_LABOUR_FOREIGN",
        ),
        (
            "into another account than the worker's own",
            bent(|draft| transfer_of(draft).to_account = Account::Fund(Fund::Community)),
            "E_LABOUR_FOREIGN",
        ),
        ("labour paid before", paid_before, "E_LABOUR_PAID"),
        ("unconfirmed", confirmed(1, &[]), "E_LABOUR_UNCONFIRMED"),
        ("one of two", confirmed(2, &[CARL]), "E_LABOUR_UNCONFIRMED"),
        (
            "one for two",
            confirmed(2, &[CARL, CARL]),
            "E_LABOUR_UNCONFIRMED",
        ),
        (
            "of other labour",
            confirmed(1, &[CARL]).with(|draft| draft.confirmations[0].2.labour = action(9)),
            "E_LABOUR_UNCONFIRMED",
        ),
        (
            "not those brought",
            confirmed(1, &[CARL]).with(|draft| draft.confirmations[0].0 = action(9)),
            "E_LABOUR_UNCONFIRMED",
        ),
        (
            "more than fit",
            confirmed(0, &[10, 11, 12, 13, 14, 15, 16, 17, 18]),
            "E_LABOUR_UNCONFIRMED",
        ),
        (
            "an old proof of the budget",
            paying_again(HOUR_S).with(|draft| payment(draft).budget = nothing_settled()),
            "E_PROOF_WRONG",
        ),
        (
            "budget not used up",
            bent(|draft| draft.page.after.offices[0].spent = Root::EMPTY),
            "E_AFTER_WRONG",
        ),
        (
            "levies kept back",
            bent(|draft| {
                transfer_of(draft).split = Split {
                    receiver_s: Seconds(HOUR_S),
                    state_s: Seconds(0),
                    community_s: Seconds(0),
                }
            }),
            "E_SPLIT_WRONG",
        ),
        (
            "more than the fund has",
            paying(2 * HOUR_S + 1),
            "E_FLOOR_CROSSED",
        ),
        (
            "a member who pays for a project",
            bent(|draft| transfer_of(draft).from = Account::Member),
            "E_PAYMENT_MISPLACED",
        ),
    ]);
    type Bad = (fn(&mut Project), &'static str);
    let bad: [Bad; 6] = [
        (|project| project.name = " ".into(), "E_NAME"),
        (
            |project| project.purpose = "a".repeat(141),
            "E_TEXT_TOO_LONG",
        ),
        (
            |project| project.budget_s = Seconds(0),
            "E_AMOUNT_NOT_POSITIVE",
        ),
        (
            |project| project.budget_s = Seconds(AMOUNT_MAX_S + 1),
            "E_AMOUNT_TOO_LARGE",
        ),
        (
            |project| project.confirmations = CONFIRMATIONS_MAX as u32 + 1,
            "E_CONTENT",
        ),
        (
            |project| project.purpose = "\u{202e}".into(),
            "E_TEXT_CONTROL",
        ),
    ];
    for (row, (change, expected)) in bad.into_iter().enumerate() {
        let mut project = cellar();
        change(&mut project);
        assert_eq!(code(project.check()), expected, "row {row}");
    }
}

/// Anna hands so much of the fund over to Ben, whom the policy names now.
fn handing_over(amount_s: i64) -> Draft {
    giving(&with_fund(2 * HOUR_S), amount_s).with(|draft| {
        let whole = Split {
            receiver_s: Seconds(amount_s),
            state_s: Seconds(0),
            community_s: Seconds(0),
        };
        let transfer = transfer_of(draft);
        transfer.from = Account::Fund(Fund::State);
        transfer.to_account = Account::Fund(Fund::State);
        transfer.split = whole;
        draft.policy = Some(held_by(Some(BEN)));
        draft.page.after = with_fund(2 * HOUR_S - amount_s).after;
        draft.page.after.collectors.state.holder = Some(agent(BEN));
        draft.time_us = TERM_END_US + 1;
    })
}

#[test]
fn r37_accepts_a_fund_handed_over_whole() {
    // Also after the term, and without a levy.
    assert_eq!(handing_over(2 * HOUR_S).verdict(), "valid");
    let mut before = with_fund(0);
    before.after.collectors.state.holder = Some(agent(BEN));
    let taken = depositing(&before).with(|draft| {
        draft.policy = Some(held_by(Some(BEN)));
        draft.transfer.as_mut().unwrap().2 = handing_over(2 * HOUR_S).page;
        draft.page.after = before.after.clone();
        draft.page.after.holdings[1].balance_s = Seconds(2 * HOUR_S);
        draft.page.after.settled = only_settled(TRANSFER);
    });
    assert_eq!(taken.verdict(), "valid");
}

#[test]
fn r37_refuses_to_hand_over_to_anybody_else() {
    let bent = |change: fn(&mut Draft)| handing_over(HOUR_S).with(change);
    expect([
        (
            "whom the policy does not name",
            bent(|draft| transfer_of(draft).to = agent(CARL)),
            "E_PROJECT_UNKNOWN",
        ),
        (
            "the holder's own account",
            bent(|draft| transfer_of(draft).to_account = Account::Member),
            "E_PROJECT_UNKNOWN",
        ),
        (
            "the other fund",
            bent(|draft| transfer_of(draft).to_account = Account::Fund(Fund::Community)),
            "E_PROJECT_UNKNOWN",
        ),
        (
            "nobody appointed",
            bent(|draft| draft.policy = Some(policy())),
            "E_PROJECT_UNKNOWN",
        ),
        (
            "levied",
            bent(|draft| transfer_of(draft).split = transfer(HOUR_S).split),
            "E_SPLIT_WRONG",
        ),
        (
            "more than it has",
            handing_over(2 * HOUR_S + 1),
            "E_FLOOR_CROSSED",
        ),
    ]);
}

/// A holder who vanishes: the village names another, and what is earned from then on
/// is the new holder's. The one before cannot sweep it, the new one cannot sweep what
/// was earned before.
#[test]
fn r35_refuses_both_holders_the_others_part_when_one_vanishes() {
    let page = turning(Some(ANNA), Some(CARL), HOUR_S).page;
    let by = |who: u8| {
        sweeping(&Tree::default(), &[(BEN, page.clone())]).with(|draft| {
            draft.author = agent(who);
            draft.previous.as_mut().unwrap().0 = agent(who);
        })
    };
    assert_eq!(by(ANNA).verdict(), "E_SWEEP_FOREIGN");
    assert_eq!(by(CARL).verdict(), "E_NOTHING_TO_SWEEP", "not yet");
    let mut later = page.clone();
    later.after.earned.state_s.0 += 60;
    let new = sweeping(&Tree::default(), &[(BEN, later)]).with(|draft| {
        draft.author = agent(CARL);
        draft.previous.as_mut().unwrap().0 = agent(CARL);
    });
    assert_eq!(new.page.after.holdings[1].balance_s, Seconds(60));
    assert_eq!(new.verdict(), "valid");
}

fn logged(change: fn(&mut Labour)) -> &'static str {
    let mut labour = labour();
    change(&mut labour);
    let decided = adopted(cellar_proposal());
    code(labour.check(Some(decided.decided())))
}

/// Carl, who worked too, confirms Ben's labour.
fn confirming(
    author: u8,
    change: fn(&mut Confirmation, &mut [(ActionId, AgentId, Labour); 2]),
) -> &'static str {
    let mut confirmation = Confirmation {
        labour: action(LABOUR),
        worked: action(121),
    };
    let mut both = [
        (action(LABOUR), agent(BEN), labour()),
        (action(121), agent(CARL), labour()),
    ];
    change(&mut confirmation, &mut both);
    let [labour, worked] = &both;
    let [labour, worked] = [labour, worked].map(|(id, author, labour)| {
        Some(CitedLabour {
            id: *id,
            author: *author,
            labour,
        })
    });
    code(confirmation.check(agent(author), labour, worked))
}

#[test]
fn r38_accepts_labour_and_its_confirmation() {
    assert_eq!(logged(|_| ()), "valid");
    assert_eq!(logged(|labour| labour.seconds = Seconds(1)), "valid");
    assert_eq!(confirming(CARL, |_, _| ()), "valid");
}

#[test]
fn r38_refuses_labour_on_nothing_and_confirmations_by_strangers() {
    assert_eq!(
        logged(|labour| labour.seconds = Seconds(0)),
        "E_AMOUNT_NOT_POSITIVE"
    );
    assert_eq!(
        logged(|labour| labour.seconds = Seconds(AMOUNT_MAX_S + 1)),
        "E_AMOUNT_TOO_LARGE"
    );
    assert_eq!(
        logged(|labour| labour.project = action(9)),
        "E_PROJECT_UNKNOWN"
    );
    assert_eq!(
        logged(|labour| labour.decision = action(9)),
        "E_PROJECT_UNKNOWN"
    );
    let failed = Closed {
        adopted: false,
        ..adopted(cellar_proposal())
    };
    assert_eq!(
        code(labour().check(Some(failed.decided()))),
        "E_PROJECT_UNKNOWN"
    );
    assert_eq!(code(labour().check(None)), "E_PROJECT_UNKNOWN");
    assert_eq!(confirming(BEN, |_, _| ()), "E_CONFIRMATION", "one's own");
    assert_eq!(
        confirming(5, |_, _| ()),
        "E_CONFIRMATION",
        "who did not work"
    );
    assert_eq!(
        confirming(CARL, |_, both| both[0].1 = agent(CARL)),
        "E_CONFIRMATION",
        "one's own by another labour"
    );
    assert_eq!(
        confirming(CARL, |_, both| both[1].2.project = action(9)),
        "E_CONFIRMATION",
        "another project"
    );
    assert_eq!(
        confirming(CARL, |confirmation, _| confirmation.labour = action(9)),
        "E_CONFIRMATION",
        "labour not brought"
    );
    assert_eq!(
        confirming(CARL, |confirmation, _| confirmation.worked = action(9)),
        "E_CONFIRMATION",
        "own labour not brought"
    );
    let lonely = Confirmation {
        labour: action(LABOUR),
        worked: action(LABOUR),
    };
    assert_eq!(
        code(lonely.check(agent(CARL), None, None)),
        "E_CONFIRMATION"
    );
}
