//! Falsehoods about what a village decides and owns: each gives exactly its finding.

#[path = "common/expect.rs"]
mod expect;
#[path = "common/forge.rs"]
mod forge;
#[path = "common/village.rs"]
mod village;

use commons_credit_audit as audit;
use commons_credit_audit::{Account as On, Id, Kind, Value, Verdict, Village as Known};
use commons_credit_ledger::ballot::Choice;
use commons_credit_ledger::carry::Carried;
use commons_credit_ledger::fund::{Office, Swept};
use commons_credit_ledger::project::Payment;
use commons_credit_ledger::settled::{Key, Mark, PathEnd, Proof, Root};
use commons_credit_ledger::*;
use expect::{agent, at, finds, name, on, seconds};
use village::{Village, PLAIN, VILLAGE};

fn plain(seed: u64) -> Village {
    Village::lived_by(seed, 10, 700, PLAIN)
}

/// A village in which `fits` finds something: from some seed on, after some time.
fn until<T>(seed: u64, fits: impl Fn(&Village) -> Option<T>) -> (Village, T) {
    for seed in seed..seed + 30 {
        let mut village = Village::lived(seed, 10, 600);
        for _ in 0..20 {
            if let Some(found) = fits(&village) {
                return (village, found);
            }
            (0..50).for_each(|_| village.step());
        }
    }
    panic!("it never came");
}

fn account(fund: Fund) -> On {
    match fund {
        Fund::State => On::State,
        Fund::Community => On::Community,
    }
}

fn nowhere() -> Proof {
    Proof {
        siblings: vec![],
        end: PathEnd::Empty,
    }
}

/// Members with an open book, and what their newest page says.
fn books(village: &Village) -> Vec<(AgentId, State)> {
    let opened = village.places(|written| written.page.number == 1);
    let authors = opened
        .into_iter()
        .map(|place| village.written[place].author);
    authors
        .map(|author| {
            let newest = &village.written[village.newest(author)];
            (author, newest.page.after.clone())
        })
        .collect()
}

/// A holder in office whose first fund has something in it.
fn holder_of(village: &Village) -> Option<(AgentId, Fund)> {
    books(village).into_iter().find_map(|(author, after)| {
        let policy = &village.policies[after.policy as usize].1;
        let fund = after.offices.first()?.fund;
        let balance_s = after.holding(Account::Fund(fund)).ok()?.balance_s.0;
        let in_office = policy.appointment(fund)?.holder == author;
        (in_office && balance_s > 10).then_some((author, fund))
    })
}

fn add(after: &mut State, fund: Fund, by_s: i64) {
    let mut all = after.holdings.iter_mut();
    let held = all
        .find(|held| held.account == Account::Fund(fund))
        .unwrap();
    held.balance_s.0 += by_s;
}

#[test]
fn a_fund_that_goes_over_to_its_next_holder_is_sound() {
    // Not every village comes to it: the first holder must have opened the fund in time.
    let handed_over = |seed| {
        let village = Village::lived(seed, 10, 2_000);
        let taken = village.places(|written| {
            let after = &written.page.after;
            let transfers = |id| village.written[village.find(id)].page.event.transfer();
            let transfer = forge::settled_by(&written.page.event).and_then(transfers);
            let of_a_fund = transfer.is_some_and(|given| given.to_account != Account::Member);
            of_a_fund && after.offices.len() == 1
        });
        (!taken.is_empty()).then_some(village)
    };
    let village = (61..161)
        .find_map(handed_over)
        .expect("some village comes to it");
    let report = village.audit();
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict(), Verdict::Sound);
    assert!(
        report
            .books
            .iter()
            .filter(|book| book.accounts.len() > 1)
            .count()
            > 1
    );
}

type Lie = (Box<dyn Fn(&mut State)>, Kind, Option<On>, Value, Value);

#[test]
fn states_that_no_event_made() {
    let mut village = plain(50);
    let tip = village.tip(|page| page.event.transfer().is_some());
    let good = village.written[tip].page.after.clone();
    let stranger = AgentId([3; 32]);
    let floor_s = good.holdings[0].floor_s;
    let (times, total_s) = (good.received.times, good.received.total_s.0);
    let lies: Vec<Lie> = vec![
        (
            Box::new(|after| after.received.times += 1),
            Kind::ReceivedWrong,
            None,
            Value::Number(times),
            Value::Number(times + 1),
        ),
        (
            Box::new(|after| after.received.total_s.0 -= 1),
            Kind::ReceivedWrong,
            None,
            seconds(total_s),
            seconds(total_s - 1),
        ),
        (
            Box::new(move |after| after.collectors.state.holder = Some(stranger)),
            Kind::CollectorWrong,
            Some(On::State),
            Value::None,
            agent(stranger),
        ),
        (
            Box::new(|after| after.collectors.community.since_s.0 = 7),
            Kind::CollectorWrong,
            Some(On::Community),
            seconds(0),
            seconds(7),
        ),
        (
            Box::new(|after| {
                after.offices.push(Office {
                    fund: Fund::State,
                    swept: Root::EMPTY,
                    spent: Root::EMPTY,
                });
            }),
            Kind::OfficesWrong,
            None,
            Value::Number(0),
            Value::Number(1),
        ),
        (
            Box::new(|after| after.roll = 3),
            Kind::RollWrong,
            None,
            Value::Number(0),
            Value::Number(3),
        ),
        (
            Box::new(move |after| after.floor = Some(DecidedFloor { number: 1, floor_s })),
            Kind::DecidedFloorWrong,
            None,
            Value::None,
            seconds(floor_s.0),
        ),
    ];
    for (lie, kind, account, expected, found) in lies {
        lie(&mut village.written[tip].page.after);
        let mut finding = at(&village, tip, kind, expected, found);
        finding.account = account;
        finds(&village, finding);
        village.written[tip].page.after = good.clone();
    }
    assert_eq!(village.audit().verdict(), Verdict::Sound);
}

#[test]
fn a_second_vote() {
    // Somebody has voted on the policy and under no newer roll.
    let (mut village, first) = until(51, |village| {
        let mut votes = village.places(|written| written.page.event.vote().is_some());
        votes.retain(|place| {
            let written = &village.written[*place];
            let newest = &village.written[village.newest(written.author)].page.after;
            let about = village.key_of(&written.page.event);
            newest.roll == 0 && about == Some(Key::of_vote(&VILLAGE, &Subject::Policy, 1))
        });
        votes.pop()
    });
    let (author, event) = {
        let written = &village.written[first];
        (written.author, written.page.event.clone())
    };
    let second = village.append_as(author, event, |_| {});
    let (expected, found) = (village.written[first].id, village.written[second].id);
    let expected = at(
        &village,
        second,
        Kind::VotedTwice,
        name(expected),
        name(found),
    );
    finds(&village, expected);
}

#[test]
fn a_vote_under_a_roll_that_ended() {
    // Somebody has helped to end roll 0 and goes on voting under it.
    let (mut village, (author, which)) = until(52, |village| {
        let mut all = books(village).into_iter();
        let (author, _) = all.find(|(_, after)| after.roll == 1)?;
        let tree = village.tree_of(author);
        let open = village.politics.proposals.iter().position(|put| {
            !tree.contains(&Key::of_vote(
                &VILLAGE,
                &put.proposal.subject,
                put.proposal.number,
            ))
        })?;
        Some((author, open))
    });
    let put = &village.politics.proposals[which];
    let key = Key::of_vote(&VILLAGE, &put.proposal.subject, put.proposal.number);
    let mut tree = village.tree_of(author);
    let vote = Vote {
        proposal: put.id,
        choice: Choice::No {
            reason: "too late".into(),
        },
        on_roll: nowhere(),
        proof: tree.prove(&key),
    };
    tree.insert(key, Mark::default());
    let place = village.append_as(author, Event::Vote(Box::new(vote)), |after| {
        after.settled = tree.root();
        after.roll = 0;
    });
    let expected = at(
        &village,
        place,
        Kind::RollOlder,
        Value::Number(1),
        Value::Number(0),
    );
    finds(&village, expected);
}

#[test]
fn floors_of_others_and_older_ones() {
    let (mut village, (author, _)) = until(53, |village| {
        let mut books = books(village).into_iter();
        books.find(|(_, after)| after.floor.is_some_and(|floor| floor.number == 2))
    });
    let about = |village: &Village, own: bool| {
        let mut floors = village.politics.proposals.iter().filter_map(|put| {
            let Subject::Floor(whose) = put.proposal.subject else {
                return None;
            };
            let Content::Floor { floor_s } = put.proposal.content else {
                return None;
            };
            let first = put.proposal.number == 1 && (whose == author) == own;
            first.then_some((put.decision, whose, floor_s))
        });
        floors.next().unwrap()
    };
    let (decision, whose, _) = about(&village, false);
    let place = village.append_as(author, Event::Floor { decision }, |_| {});
    let expected = at(
        &village,
        place,
        Kind::FloorNotDecided,
        agent(author),
        agent(whose),
    );
    finds(&village, expected);
    village.written.truncate(place);

    let (decision, _, floor_s) = about(&village, true);
    village.append_as(author, Event::Floor { decision }, |after| {
        after.floor = Some(DecidedFloor { number: 1, floor_s });
        after.holdings[0].floor_s = floor_s;
    });
    let expected = at(
        &village,
        place,
        Kind::FloorOlder,
        Value::Number(3),
        Value::Number(1),
    );
    finds(&village, expected);
}

#[test]
fn funds_in_the_wrong_hands() {
    // Somebody whom no policy appoints.
    let (mut village, (author, appointed)) = until(54, |village| {
        let mut books = books(village).into_iter();
        books.find_map(|(author, after)| {
            let policy = &village.policies[after.policy as usize].1;
            let appointed = policy.appointment(Fund::State)?.holder;
            (appointed != author && after.offices.is_empty()).then_some((author, appointed))
        })
    });
    let event = Event::Hold { fund: Fund::State };
    let place = village.append_as(author, event, |after| {
        after.holdings.push(Holding {
            account: Account::Fund(Fund::State),
            balance_s: Seconds(0),
            floor_s: Seconds(0),
        });
        after.offices.push(Office {
            fund: Fund::State,
            swept: Root::EMPTY,
            spent: Root::EMPTY,
        });
    });
    let expected = at(
        &village,
        place,
        Kind::NotTheHolder,
        agent(appointed),
        agent(author),
    );
    finds(&village, on(On::State, expected));

    // The holder, a second time.
    let (mut village, (author, fund)) = until(54, holder_of);
    let place = village.append_as(author, Event::Hold { fund }, |_| {});
    let expected = at(&village, place, Kind::FundHeld, Value::None, Value::None);
    finds(&village, on(account(fund), expected));
}

#[test]
fn sweeps_of_nobody_and_of_nothing() {
    let (mut village, (author, fund)) = until(55, holder_of);
    let items = vec![];
    let place = village.append_as(author, Event::Sweep { fund, items }, |_| {});
    let expected = at(
        &village,
        place,
        Kind::SweepMalformed,
        Value::Number(100),
        Value::Number(0),
    );
    finds(&village, on(account(fund), expected));
    village.written.truncate(place);

    // A page that was swept before.
    let (swept, page) = first_sweep(&village, author, fund);
    let member = village.written[village.find(page)].author;
    let tree = village.politics.swept[&(author, fund)].clone();
    let key = Key::of_sweep(member);
    let proof = tree.prove(&key);
    let from_s = proof.mark(tree.root(), &key).unwrap().unwrap().0 as i64;
    let stated = &village.written[village.find(page)].page.after;
    let from_s = from_s.max(stated.collectors.of(fund).since_s.0);
    let earned_s = stated.earned.of(fund).0;
    let mut lowered = tree.clone();
    lowered.insert(key, Mark(earned_s as u64));
    let items = vec![Swept { page, proof }];
    let place = village.append_as(author, Event::Sweep { fund, items }, |after| {
        after.offices[0].swept = lowered.root();
    });
    let expected = at(
        &village,
        place,
        Kind::NothingToSweep,
        seconds(from_s),
        seconds(earned_s),
    );
    let report = finds(&village, on(account(fund), expected));
    assert_eq!(report.sums.total_s, 0);
    village.written.truncate(place);

    // More than was due.
    village.carry_on(swept, |after| add(after, fund, 3_600));
    let stated = &village.written[swept].page.after;
    let wrong_s = stated.holding(Account::Fund(fund)).unwrap().balance_s.0;
    let expected = at(
        &village,
        swept,
        Kind::BalanceWrong,
        seconds(wrong_s - 3_600),
        seconds(wrong_s),
    );
    let report = finds(&village, on(account(fund), expected));
    assert_eq!((report.sums.total_s, report.stated.total_s), (0, 3_600));
}

fn first_sweep(village: &Village, author: AgentId, of: Fund) -> (usize, ActionId) {
    let swept = village.places(|written| {
        let of_this = matches!(written.page.event, Event::Sweep { fund, .. } if fund == of);
        written.author == author && of_this
    });
    match &village.written[swept[0]].page.event {
        Event::Sweep { items, .. } => (swept[0], items[0].page),
        other => panic!("a sweep: {other:?}"),
    }
}

#[test]
fn a_sweep_of_what_others_collect() {
    let foreign = |village: &Village| {
        let (author, fund) = holder_of(village)?;
        let tree = village.politics.swept.get(&(author, fund))?;
        let places = village.places(|written| {
            let after = &written.page.after;
            let key = Key::of_sweep(written.author);
            let before = tree.prove(&key).mark(tree.root(), &key).unwrap();
            let collector = after.collectors.of(fund);
            let from_s = before.map_or(0, |mark| mark.0 as i64);
            let due = after.earned.of(fund).0 > from_s.max(collector.since_s.0);
            collector.holder != Some(author) && due
        });
        Some((author, fund, *places.first()?))
    };
    let (mut village, (author, fund, place)) = until(56, foreign);
    let page = &village.written[place];
    let (id, member, stated) = (page.id, page.author, page.page.after.clone());
    let mut tree = village.politics.swept[&(author, fund)].clone();
    let key = Key::of_sweep(member);
    let proof = tree.prove(&key);
    let before = proof.mark(tree.root(), &key).unwrap();
    let collector = *stated.collectors.of(fund);
    let earned_s = stated.earned.of(fund).0;
    let from_s = before
        .map_or(0, |mark| mark.0 as i64)
        .max(collector.since_s.0);
    tree.insert(key, Mark(earned_s as u64));
    let items = vec![Swept { page: id, proof }];
    let place = village.append_as(author, Event::Sweep { fund, items }, |after| {
        after.offices[0].swept = tree.root();
        add(after, fund, earned_s - from_s);
    });
    let expected = at(
        &village,
        place,
        Kind::SweepForeign,
        agent(author),
        collector.holder.map_or(Value::None, agent),
    );
    finds(&village, on(account(fund), expected));
}

#[test]
fn a_sweep_of_a_page_that_is_not_there_is_no_finding() {
    let (mut village, (author, fund)) = until(56, holder_of);
    let page = ActionId([9; 32]);
    let proof = nowhere();
    let items = vec![Swept { page, proof }];
    village.append_as(author, Event::Sweep { fund, items }, |after| {
        add(after, fund, 60);
        after.offices[0].swept.0 .0[0] ^= 1;
    });
    let report = village.audit();
    assert_eq!(report.findings, []);
    assert_eq!(report.missing.len(), 1);
    assert_eq!(report.missing[0].what, "swept page");
    assert_eq!(report.sums.total_s, 0, "taken as it stands");
}

/// A transfer out of a fund to a member's own account.
fn out_of(fund: Fund, to: AgentId, amount_s: i64, split: Split, payment: Option<Payment>) -> Event {
    Event::Transfer(Box::new(Transfer {
        from: Account::Fund(fund),
        to,
        to_account: Account::Member,
        amount_s: Seconds(amount_s),
        split,
        memo: None,
        request: None,
        corrects: None,
        payment: payment.map(Box::new),
        line: None,
        cheque: SignatureBytes([7; 64]),
    }))
}

#[test]
fn a_fund_that_is_given_away() {
    let (mut village, (author, fund)) = until(57, holder_of);
    let to = village.stranger([author, author]);
    let whole = Split::whole(Amount::new(Seconds(5)).unwrap());
    let event = out_of(fund, to, 5, whole, None);
    let place = village.append_as(author, event, |after| add(after, fund, -5));
    let expected = at(
        &village,
        place,
        Kind::FundGivenAway,
        agent(author),
        agent(to),
    );
    finds(&village, on(account(fund), expected));
}

#[test]
fn a_payment_that_is_none_of_a_fund() {
    let mut village = plain(58);
    let tip = village.tip(|page| page.event.transfer().is_some());
    village.transfer_at(tip).payment = Some(Box::new(Payment {
        decision: ActionId([1; 32]),
        labour: ActionId([2; 32]),
        confirmations: vec![],
        budget: nowhere(),
        once: nowhere(),
    }));
    let expected = at(
        &village,
        tip,
        Kind::PaymentMisplaced,
        Value::Word("fund"),
        Value::None,
    );
    finds(&village, on(On::Member, expected));
}

/// Places of all payments for one project.
fn payments(village: &Village) -> Option<Vec<usize>> {
    let paid = |written: &village::Written| {
        let transfer = written.page.event.transfer()?;
        transfer.payment.as_ref().map(|payment| payment.decision)
    };
    let one = village.written.iter().find_map(paid)?;
    Some(village.places(|written| paid(written) == Some(one)))
}

/// What the auditor finds when the village decided something else than the law knew.
fn finds_on_each(village: &Village, known: Known, places: &[usize], kind: Kind) {
    let report = village::audit(known, &village.written);
    let found = report.findings.iter().map(|one| (one.kind, one.page));
    let mut found: Vec<_> = found.collect();
    let page = |place: &usize| (kind, Id(village.written[*place].id.0));
    let mut expected: Vec<_> = places.iter().map(page).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn payments_for_something_else_than_was_decided() {
    let (village, places) = until(59, payments);
    let transfer = village.written[places[0]].page.event.transfer().unwrap();
    let payment = transfer.payment.as_ref().unwrap();
    let mut all = village.politics.proposals.iter();
    let put = all.find(|put| put.decision == payment.decision).unwrap();
    let Content::Project(project) = &put.proposal.content else {
        panic!("a project");
    };
    let decided = audit::Project {
        proposal: Id(put.id.0),
        fund: account(project.fund),
        holder: Id(project.holder.0),
        budget_s: project.budget_s.0,
        confirmations: 0,
    };
    assert_eq!(village.audit().verdict(), Verdict::Sound);
    let (holder, budget_s, confirmations) = (Id([1; 32]), 0, 1);
    for (project, kind) in [
        (
            audit::Project {
                budget_s,
                ..decided
            },
            Kind::OverBudget,
        ),
        (audit::Project { holder, ..decided }, Kind::ProjectForeign),
        (
            audit::Project {
                confirmations,
                ..decided
            },
            Kind::LabourUnconfirmed,
        ),
    ] {
        let mut known = village.known();
        known.decide_project(Id(payment.decision.0), project);
        finds_on_each(&village, known, &places, kind);
    }
    // Shorter labour than was paid, somebody else's, and on another project.
    let whose = Id(transfer.to.0);
    for (author, project, length_s) in [
        (whose, decided.proposal, transfer.amount_s.0 - 1),
        (Id([1; 32]), decided.proposal, transfer.amount_s.0),
        (whose, Id([1; 32]), transfer.amount_s.0),
    ] {
        let mut known = village.known();
        known.work(
            Id(payment.labour.0),
            audit::Labour {
                author,
                project,
                seconds: length_s,
            },
        );
        finds_on_each(&village, known, &places[..1], Kind::LabourForeign);
    }
}

#[test]
fn labour_that_is_paid_twice() {
    let (mut village, (author, fund, first)) = until(60, |village| {
        let (author, fund) = holder_of(village)?;
        let paid = village.places(|written| {
            let transfer = written.page.event.transfer();
            let by_fund = transfer.is_some_and(|transfer| {
                transfer.payment.is_some() && transfer.from == Account::Fund(fund)
            });
            written.author == author && by_fund
        });
        Some((author, fund, *paid.first()?))
    });
    let transfer = village.written[first].page.event.transfer().unwrap();
    let transfer = transfer.clone();
    let payment = transfer.payment.clone().unwrap();
    let (mut tree, spent) = village.politics.spent[&(author, fund)].clone();
    let put = |put: &&village::Put| put.decision == payment.decision;
    let project = village.politics.proposals.iter().find(put).unwrap().id;
    let key = Key::of_project(project);
    let budget = tree.prove(&key);
    tree.insert(key, Mark(spent[&project] + 1));
    let again = Payment {
        budget,
        once: tree.prove(&Key::of_labour(payment.labour)),
        ..*payment
    };
    let policy = village.written[village.newest(author)].page.policy.version;
    let amount = Amount::new(Seconds(1)).unwrap();
    let split = village.policies[policy as usize].1.payment_split(amount);
    let event = out_of(fund, transfer.to, 1, split, Some(again));
    let place = village.append_as(author, event, |after| {
        add(after, fund, -1);
        after.offices[0].spent = tree.root();
    });
    let (expected, found) = (village.written[first].id, village.written[place].id);
    let expected = at(
        &village,
        place,
        Kind::LabourPaid,
        name(expected),
        name(found),
    );
    finds(&village, on(account(fund), expected));
}

#[test]
fn books_that_close() {
    let mut village = plain(62);
    // Somebody who owes nothing may leave; nothing may follow.
    let mut books = books(&village).into_iter();
    let (author, _) = books
        .find(|(_, after)| after.holdings[0].balance_s.0 > 0)
        .unwrap();
    let (owing, owed) = books
        .find(|(_, after)| after.holdings[0].balance_s.0 < 0)
        .unwrap();
    let close = Event::Close { decision: None };
    village.append_as(author, close.clone(), |_| {});
    assert_eq!(village.audit().verdict(), Verdict::Sound);
    let place = village.append_as(author, close.clone(), |_| {});
    let number = Value::Number(village.written[place].page.number);
    finds(
        &village,
        at(&village, place, Kind::BookClosed, Value::None, number),
    );
    village.written.truncate(place);

    let place = village.append_as(owing, close, |_| {});
    let owed_s = owed.holdings[0].balance_s.0;
    let finding = at(
        &village,
        place,
        Kind::LeavesOwing,
        seconds(0),
        seconds(owed_s),
    );
    finds(&village, on(On::Member, finding));
    village.written.truncate(place);

    // For other rules anybody may, once they are adopted.
    let decision = ActionId([7; 32]);
    let event = Event::Close {
        decision: Some(decision),
    };
    village.append_as(owing, event, |_| {});
    let report = village.audit();
    assert_eq!(report.findings, []);
    assert_eq!(report.missing[0].what, "code");
    let mut known = village.known();
    known.decide_code(Id(decision.0));
    let report = village::audit(known, &village.written);
    assert_eq!(report.verdict(), Verdict::Sound);
}

/// The openings of a village that takes over all books of another, closed by `close`.
fn carried(old: &mut Village, close: &Event) -> Vec<village::Written> {
    let mut openings = Vec::new();
    for (author, _) in books(old) {
        let own = old.places(|written| written.author == author && written.page.number == 1);
        let Event::Open { admission } = old.written[own[0]].page.event else {
            panic!("an opening");
        };
        let place = old.append_as(author, close.clone(), |_| {});
        let closing = old.written[place].clone();
        let mut after = closing.page.after.clone();
        after.policy = 0;
        let carried = Box::new(Carried {
            village: VillageId([5; 32]),
            closing: closing.id,
            page: closing.page,
            witness: AgentId([1; 32]),
            signature: SignatureBytes([2; 64]),
        });
        openings.push(village::Written {
            id: ActionId(old.random.bytes()),
            author,
            sequence: 3,
            page: Page {
                number: 1,
                previous: None,
                policy: PolicyRef::FOUNDING,
                event: Event::Carry { admission, carried },
                after,
            },
        });
    }
    openings
}

#[test]
fn books_that_are_carried_over() {
    let mut old = plain(63);
    let close = Event::Close {
        decision: Some(ActionId([7; 32])),
    };
    let mut new = carried(&mut old, &close);
    let before = old.audit();
    assert_eq!((before.findings_total, before.sums.total_s), (0, 0));
    // After every book that moves, and in the end with all that the old village held.
    for moved in 0..=new.len() {
        let report = village::audit(old.known(), &new[..moved]);
        assert_eq!(report.findings, []);
        assert_eq!(report.verdict(), Verdict::Sound);
        assert_eq!(report.sums.total_s, 0);
    }
    let after = village::audit(old.known(), &new);
    assert_eq!(after.sums.balances_s, before.sums.balances_s);
    assert_eq!(after.sums.carried_s, -before.sums.in_flight_s);

    // An hour more than was carried.
    new[0].page.after.holdings[0].balance_s.0 += 3_600;
    let report = village::audit(old.known(), &new);
    let kinds: Vec<Kind> = report.findings.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::BalanceWrong]);
    assert_eq!((report.sums.total_s, report.stated.total_s), (0, 3_600));
    new[0].page.after.holdings[0].balance_s.0 -= 3_600;
    new[0].page.after.settled.0 .0[0] ^= 1;
    let report = village::audit(old.known(), &new);
    let kinds: Vec<Kind> = report.findings.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::RootWrong]);

    // From books that were left.
    let mut old = plain(63);
    let new = carried(&mut old, &Event::Close { decision: None });
    let report = village::audit(old.known(), &new);
    assert_eq!(report.findings_total, new.len() as u64);
    assert!(report
        .findings
        .iter()
        .all(|one| one.kind == Kind::CarryForeign));
}

#[test]
fn levies_of_a_holder_whom_other_rules_name_again() {
    // Everybody comes over under a policy that names the holders whom the village had.
    let (mut old, policy) = until(90, |village| {
        let (_, policy) = *village.policies.last()?;
        let holder = policy.state?.holder;
        let earned = books(village).into_iter().filter(|(_, after)| {
            after.collectors.state.holder == Some(holder)
                && after.collectors.state.since_s < after.earned.state_s
        });
        (earned.count() > 2).then_some(Policy {
            version: 0,
            ..policy
        })
    });
    let close = Event::Close {
        decision: Some(ActionId([7; 32])),
    };
    let mut new = carried(&mut old, &close);
    for written in &mut new {
        let facts = apply::Facts {
            admission_is_own: true,
            carry_is_witnessed: true,
            ..apply::Facts::of(written.author, Some(policy))
        };
        written.page.after = apply::apply(None, &written.page.event, &policy, &facts).unwrap();
    }
    let mut known = Known::founded(Id(VILLAGE.0), village::terms_of(&policy));
    for (author, admission) in new.iter().filter_map(|written| match &written.page.event {
        Event::Carry { admission, .. } => Some((written.author, *admission)),
        _ => None,
    }) {
        known.admit(Id(admission.0), Id(author.0));
    }
    let report = village::audit(known.clone(), &new);
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict(), Verdict::Sound);
    assert_eq!(report.sums.total_s, 0);

    // One that keeps open what its holder could collect in the village before.
    let of_holder = |written: &&mut village::Written| {
        let Event::Carry { carried, .. } = &written.page.event else {
            return false;
        };
        let before = &carried.page.after;
        before.collectors.state.holder == written.page.after.collectors.state.holder
            && before.collectors.state.since_s < before.earned.state_s
    };
    let kept = new.iter_mut().find(of_holder).expect("somebody who earned");
    let Event::Carry { carried, .. } = &kept.page.event else {
        unreachable!("a carried book")
    };
    let since_s = carried.page.after.collectors.state.since_s;
    let earned_s = carried.page.after.earned.state_s;
    kept.page.after.collectors.state.since_s = since_s;
    let report = village::audit(known, &new);
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|one| (one.kind, one.expected, one.found))
        .collect();
    let wrong = (
        Kind::CollectorWrong,
        seconds(earned_s.0),
        seconds(since_s.0),
    );
    assert_eq!(found, [wrong]);
}
