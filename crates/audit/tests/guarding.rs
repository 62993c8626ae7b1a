//! Books that end: bars, what was made good, guardians, heirs; and each falsehood about
//! them gives its finding.

#[path = "common/expect.rs"]
mod expect;
#[path = "common/forge.rs"]
mod forge;
#[path = "common/village.rs"]
mod village;

use commons_credit_audit as audit;
use commons_credit_audit::{Account as On, Finding, Id, Kind, Value, Verdict, Village as Known};
use commons_credit_ledger::carry::Carried;
use commons_credit_ledger::settled::{Key, Mark, Root, Tree};
use commons_credit_ledger::*;
use expect::{agent, at, on};
use village::{Village, Written, PLAIN};

const PROOF: ActionId = ActionId([0x70; 32]);
const DECISION: ActionId = ActionId([0x71; 32]);
const PROPOSAL: ActionId = ActionId([0x72; 32]);
const HEIR: AgentId = AgentId([0x73; 32]);
const ADMISSION: ActionId = ActionId([0x74; 32]);

fn lived(seed: u64) -> Village {
    Village::lived_by(seed, 10, 700, PLAIN)
}

/// The village as the auditor knows it, with an heir and with something made good.
fn known(village: &Village) -> Known {
    let mut known = village.known();
    known.admit(Id(ADMISSION.0), Id(HEIR.0));
    let made_good = audit::MadeGood {
        proposal: Id(PROPOSAL.0),
        amount_s: 60,
        holder: Id(HEIR.0),
    };
    known.decide_made_good(Id(DECISION.0), made_good);
    known
}

fn finds(village: &Village, expected: &[Finding]) {
    let report = village::audit(known(village), &village.written);
    assert_eq!(report.findings, expected);
    let verdict = match expected {
        [] => Verdict::Sound,
        _ => Verdict::Broken,
    };
    assert_eq!(report.verdict(), verdict);
    assert_eq!(report.sums.total_s, 0);
}

/// Somebody with a transfer that nobody has settled, and its receiver.
fn waiting(village: &mut Village) -> (usize, AgentId, AgentId) {
    let place = village.tip(|page| page.event.transfer().is_some());
    let giver = village.written[place].author;
    let to = village.transfer_at(place).to;
    (place, giver, to)
}

/// A book notes an end at a number; `noted` is its tree of bars.
fn bar(
    village: &mut Village,
    author: AgentId,
    who: AgentId,
    number: u64,
    noted: &mut Tree,
) -> usize {
    let key = Key::of_bar(who);
    let event = Event::Bar(Box::new(Bar {
        agent: who,
        number,
        cause: Cause::DoubleSpend(PROOF),
        proof: noted.prove(&key),
    }));
    noted.insert(key, Mark(number));
    let root = noted.root();
    village.append_as(author, event, |after| after.barred = root)
}

/// A receiver deposits, and shows what it has noted about the giver.
fn deposit(village: &mut Village, place: usize, noted: Option<&Tree>) -> usize {
    let (transfer, giver) = (village.written[place].id, village.written[place].author);
    let given = village.transfer_at(place).clone();
    let to = given.to;
    let mut tree = village.tree_of(to);
    let key = Key::of_transfer(transfer);
    let proof = tree.prove(&key);
    tree.insert(key, Mark::default());
    let event = Event::Deposit {
        transfer,
        proof,
        receipt: None,
        unbarred: noted.map(|noted| Box::new(noted.prove(&Key::of_bar(giver)))),
    };
    village.append_as(to, event, |after| {
        after.holdings[0].balance_s.0 += given.split.receiver_s.0;
        after.received.times += 1;
        after.received.total_s.0 += given.split.receiver_s.0;
        after.earned.state_s.0 += given.split.state_s.0;
        after.earned.community_s.0 += given.split.community_s.0;
        after.settled = tree.root();
    })
}

#[test]
fn a_bar_and_what_it_lets_through() {
    let mut village = lived(1);
    let (place, giver, to) = waiting(&mut village);
    let number = village.written[place].page.number;
    let mut noted = Tree::default();
    bar(&mut village, to, giver, number + 5, &mut noted);
    bar(&mut village, to, giver, number, &mut noted);
    deposit(&mut village, place, Some(&noted));
    finds(&village, &[]);

    // The same end, and a later one.
    for again in [number, number + 1] {
        let mut village = village::Village::lived_by(1, 10, 700, PLAIN);
        let (_, giver, to) = waiting(&mut village);
        let mut noted = Tree::default();
        bar(&mut village, to, giver, number, &mut noted);
        let twice = bar(&mut village, to, giver, again, &mut noted);
        let expected = at(
            &village,
            twice,
            Kind::BarredTwice,
            Value::Number(number),
            Value::Number(again),
        );
        finds(&village, &[expected]);
    }

    // What was given later, with and without the path.
    let mut village = lived(1);
    let (place, giver, to) = waiting(&mut village);
    let mut noted = Tree::default();
    bar(&mut village, to, giver, number - 1, &mut noted);
    let later = deposit(&mut village, place, Some(&noted));
    let barred = at(
        &village,
        later,
        Kind::GiverBarred,
        Value::Number(number - 1),
        Value::Number(number),
    );
    finds(&village, std::slice::from_ref(&barred));
    if let Event::Deposit { unbarred, .. } = &mut village.written[later].page.event {
        *unbarred = None;
    }
    let bare = at(&village, later, Kind::ProofWrong, Value::None, Value::None);
    finds(&village, &[bare, barred]);
}

#[test]
fn guardians_their_words_and_lost_keys_that_come_from_nowhere() {
    let mut village = lived(2);
    let (_, author, other) = waiting(&mut village);
    let guardians = Guardians {
        agents: vec![other],
        needed: 1,
    };
    let digest = guardians.digest();
    village.append_as(author, Event::Guard(guardians), |after| {
        after.guardians = Some(digest);
    });
    finds(&village, &[]);
    let newest = village.newest(author);
    village.written[newest].page.after.guardians = Some(Digest([9; 32]));
    let wrong = at(
        &village,
        newest,
        Kind::GuardiansWrong,
        Value::Name(Id(digest.0)),
        Value::Name(Id([9; 32])),
    );
    finds(&village, &[wrong]);
    village.written[newest].page.after.guardians = Some(digest);
    village.written[newest].page.after.lost = vec![LostKey {
        agent: other,
        number: 1,
    }];
    let lost = at(
        &village,
        newest,
        Kind::LostKeysWrong,
        Value::Number(0),
        Value::Number(1),
    );
    finds(&village, &[lost]);

    let mut village = lived(2);
    let last = village.written[village.newest(other)].id;
    let key = Key::of_entrusted(other);
    let mut tree = village.tree_of(author);
    let mut first = None;
    for _ in 0..2 {
        let event = Event::Entrust(Box::new(Entrust {
            lost: other,
            last,
            heir: HEIR,
            proof: tree.prove(&key),
        }));
        tree.insert(key, Mark::default());
        let root = tree.root();
        let place = village.append_as(author, event, |after| after.settled = root);
        match first {
            None => {
                finds(&village, &[]);
                first = Some(village.written[place].id);
            }
            Some(first) => {
                let name = |id: ActionId| Value::Name(Id(id.0));
                let (once, twice) = (name(first), name(village.written[place].id));
                let expected = at(&village, place, Kind::EntrustedTwice, once, twice);
                finds(&village, &[expected]);
            }
        }
    }
}

/// The first page of an heir.
fn heir(village: &mut Village, who: AgentId, admission: ActionId, last: &Written) -> usize {
    let mut after = last.page.after.clone();
    after.lost.push(LostKey {
        agent: last.author,
        number: last.page.number,
    });
    for (collector, earned_s) in [
        (&mut after.collectors.state, after.earned.state_s),
        (&mut after.collectors.community, after.earned.community_s),
    ] {
        if collector.holder.is_some() {
            collector.since_s = earned_s;
        }
    }
    village.written.push(Written {
        id: ActionId(village.random.bytes()),
        author: who,
        sequence: 3,
        page: Page {
            number: 1,
            previous: None,
            policy: last.page.policy,
            event: Event::Succeed {
                admission,
                succession: Box::new(Succession {
                    lost: last.author,
                    last: last.id,
                    number: last.page.number,
                    mandate: Mandate::Decision { decision: DECISION },
                }),
            },
            after,
        },
    });
    village.written.len() - 1
}

#[test]
fn an_heir_goes_on_with_what_the_lost_book_held() {
    let mut village = lived(3);
    let (place, _, lost) = waiting(&mut village);
    let last = village.written[village.newest(lost)].clone();
    let first = heir(&mut village, HEIR, ADMISSION, &last);
    finds(&village, &[]);
    let report = village::audit(known(&village), &village.written);
    assert_ne!(report.sums.carried_s, 0, "a book with something in it");

    // What was given to the lost key is the heir's.
    let given = village.transfer_at(place).clone();
    let mut tree = village.tree_of(lost);
    let key = Key::of_transfer(village.written[place].id);
    let proof = tree.prove(&key);
    tree.insert(key, Mark::default());
    let event = Event::Deposit {
        transfer: village.written[place].id,
        proof,
        receipt: None,
        unbarred: None,
    };
    village.append_as(HEIR, event, |after| {
        after.holdings[0].balance_s.0 += given.split.receiver_s.0;
        after.received.times += 1;
        after.received.total_s.0 += given.split.receiver_s.0;
        after.earned.state_s.0 += given.split.state_s.0;
        after.earned.community_s.0 += given.split.community_s.0;
        after.settled = tree.root();
    });
    finds(&village, &[]);

    // The old key writes on.
    let event = Event::Guard(Guardians {
        agents: vec![HEIR],
        needed: 1,
    });
    let digest = Guardians {
        agents: vec![HEIR],
        needed: 1,
    }
    .digest();
    let further = village.append_as(lost, event, |after| after.guardians = Some(digest));
    let expected = at(
        &village,
        further,
        Kind::WrittenAfterEnd,
        Value::Number(last.page.number),
        Value::Number(last.page.number + 1),
    );
    finds(&village, &[expected]);
    village.written.remove(further);

    // An hour more than the lost book held.
    village.written[first].page.after.holdings[0].balance_s.0 += 3_600;
    let held_s: i64 = last.page.after.holdings[0].balance_s.0;
    let report = village::audit(known(&village), &village.written);
    let expected = at(
        &village,
        first,
        Kind::SuccessionWrong,
        Value::Seconds(held_s.into()),
        Value::Seconds(i128::from(held_s) + 3_600),
    );
    assert!(report.findings.contains(&expected), "{:?}", report.findings);
    assert_eq!(report.verdict(), Verdict::Broken);
}

/// The heir takes back a transfer of the lost key, which its receiver has declined.
fn take_back(village: &mut Village, heir: AgentId, place: usize, decline: usize) -> usize {
    let (transfer, giver) = (village.written[place].id, village.written[place].author);
    let amount_s = village.transfer_at(place).amount_s.0;
    let mut tree = village.tree_of(giver);
    let key = Key::of_transfer(transfer);
    let event = Event::Reclaim {
        transfer,
        decline: village.written[decline].id,
        proof: tree.prove(&key),
    };
    tree.insert(key, Mark::default());
    village.append_as(heir, event, |after| {
        after.holdings[0].balance_s.0 += amount_s;
        after.settled = tree.root();
    })
}

#[test]
fn an_heir_takes_back_only_what_the_lost_book_gave() {
    let declined = |seed| {
        let mut village = lived(seed);
        let (place, giver, to) = waiting(&mut village);
        let transfer = village.written[place].id;
        let decline = village.append(to, |proof| Event::Decline {
            transfer,
            reason: None,
            proof,
        });
        (village, place, giver, decline)
    };
    // The transfer is the last page that counts.
    let (mut village, place, _, decline) = declined(6);
    let last = village.written[place].clone();
    heir(&mut village, HEIR, ADMISSION, &last);
    take_back(&mut village, HEIR, place, decline);
    finds(&village, &[]);

    // It was given after that.
    let (mut village, place, _, decline) = declined(6);
    let last = village.written[village.before(place)].clone();
    let first = heir(&mut village, HEIR, ADMISSION, &last);
    let ends = (
        Value::Number(last.page.number),
        Value::Number(last.page.number + 1),
    );
    let later = at(&village, place, Kind::WrittenAfterEnd, ends.0, ends.1);
    let back = take_back(&mut village, HEIR, place, decline);
    let foreign = at(&village, back, Kind::NotTheGiver, ends.0, ends.1);
    let report = village::audit(known(&village), &village.written);
    assert_eq!(report.findings.len(), 2, "{:?}", report.findings);
    assert!(report.findings.contains(&later) && report.findings.contains(&foreign));

    // Its first page says another end.
    for page in [first, back] {
        village.written[page].page.after.lost[0].number += 1;
    }
    let report = village::audit(known(&village), &village.written);
    let wrong = at(&village, first, Kind::LostKeysWrong, ends.0, ends.1);
    assert_eq!(report.findings.len(), 2, "{:?}", report.findings);
    assert!(report.findings.contains(&later) && report.findings.contains(&wrong));

    // The heir of an heir goes on with both lost keys, and takes back what the first gave.
    let (mut village, place, giver, decline) = declined(7);
    let last = village.written[place].clone();
    let between = heir(&mut village, HEIR, ADMISSION, &last);
    let last = village.written[between].clone();
    let (second, admission) = (AgentId([0x78; 32]), ActionId([0x79; 32]));
    let first = heir(&mut village, second, admission, &last);
    let back = take_back(&mut village, second, place, decline);
    let mut known = known(&village);
    known.admit(Id(admission.0), Id(second.0));
    let report = village::audit(known.clone(), &village.written);
    assert_eq!(report.findings, []);
    assert_eq!(village.written[back].page.after.lost[0].agent, giver);
    for page in [first, back] {
        village.written[page].page.after.lost[0].number += 1;
    }
    let report = village::audit(known, &village.written);
    let wrong = at(
        &village,
        first,
        Kind::LostKeysWrong,
        Value::Number(1),
        Value::Number(1),
    );
    assert_eq!(report.findings, [wrong]);
}

#[test]
fn no_page_of_a_lost_key_comes_over_to_another_village() {
    let mut village = lived(8);
    let (place, _, _) = waiting(&mut village);
    let last = village.written[place].clone();
    heir(&mut village, HEIR, ADMISSION, &last);
    let close = Event::Close {
        decision: Some(DECISION),
    };
    let closing = village.append_as(HEIR, close, |_| {});
    let closing = village.written[closing].clone();
    let mut after = closing.page.after.clone();
    (after.policy, after.lost[0].number) = (0, 0);
    let mut opened = Written {
        id: ActionId([0x7a; 32]),
        author: HEIR,
        sequence: 3,
        page: Page {
            number: 1,
            previous: None,
            policy: PolicyRef::FOUNDING,
            event: Event::Carry {
                admission: ADMISSION,
                carried: Box::new(Carried {
                    village: VillageId([5; 32]),
                    closing: closing.id,
                    page: closing.page,
                    witness: AgentId([1; 32]),
                    signature: SignatureBytes([2; 64]),
                }),
            },
            after,
        },
    };
    let found =
        |opened: &Written| village::audit(known(&village), std::slice::from_ref(opened)).findings;
    assert_eq!(found(&opened), []);
    opened.page.after.lost[0].number = last.page.number;
    let kinds: Vec<Kind> = found(&opened).iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::LostKeysWrong]);
}

#[test]
fn two_heirs_of_one_book() {
    let mut village = lived(4);
    let (_, _, lost) = waiting(&mut village);
    let last = village.written[village.newest(lost)].clone();
    let second = ActionId([0x75; 32]);
    heir(&mut village, HEIR, ADMISSION, &last);
    let other = heir(&mut village, AgentId([0x76; 32]), second, &last);
    let mut known = known(&village);
    known.admit(Id(second.0), Id([0x76; 32]));
    let report = village::audit(known, &village.written);
    let expected = at(
        &village,
        other,
        Kind::SucceededTwice,
        agent(HEIR),
        agent(AgentId([0x76; 32])),
    );
    assert_eq!(report.findings, [expected]);
}

/// A fund that makes good what was decided, once.
#[test]
fn what_was_made_good_is_counted_once() {
    let mut village = lived(5);
    let (_, author, _) = waiting(&mut village);
    let policy = village.known();
    let newest = village.newest(author);
    let version = village.written[newest].page.policy;
    // The holder is appointed by a policy of the test's own, with the same rates.
    let decided = ActionId([0x77; 32]);
    let mut known = policy;
    let decide = |known: &mut Known, holder: AgentId| {
        known.decide_made_good(
            Id(DECISION.0),
            audit::MadeGood {
                proposal: Id(PROPOSAL.0),
                amount_s: 60,
                holder: Id(holder.0),
            },
        );
    };
    decide(&mut known, author);
    let (_, rates) = village.policies[version.version as usize];
    known.adopt(
        9,
        Id(decided.0),
        audit::Terms {
            rates: audit::Rates {
                state_bp: rates.levies.state_bp.0,
                community_bp: rates.levies.community_bp.0,
                floor_s: rates.floor.seconds(),
            },
            probation: None,
            payments_levied: true,
            holders: [None, Some(Id(author.0))],
        },
    );
    let cited = PolicyRef {
        version: 9,
        decision: Some(decided),
    };
    let write = |village: &mut Village, event, change: &dyn Fn(&mut State)| {
        let place = village.append_as(author, event, |after| {
            after.policy = 9;
            after.collectors.community.holder = Some(author);
            after.holdings[0].floor_s = Seconds(rates.floor.seconds());
            change(after);
        });
        village.written[place].page.policy = cited;
        place
    };
    let fund = Fund::Community;
    write(&mut village, Event::Hold { fund }, &|after| {
        after.holdings.push(Holding {
            account: Account::Fund(fund),
            balance_s: Seconds(0),
            floor_s: Seconds(0),
        });
        after.offices.push(Office {
            fund,
            swept: Root::EMPTY,
            spent: Root::EMPTY,
        });
    });
    let key = Key::of_made_good(PROPOSAL);
    let mut spent = Tree::default();
    let once = |spent: &Tree| Event::MakeGood {
        decision: DECISION,
        once: spent.prove(&key),
    };
    let first = once(&spent);
    spent.insert(key, Mark::default());
    let root = spent.root();
    let take = |after: &mut State| {
        after.holdings[1].balance_s.0 -= 60;
        after.offices[0].spent = root;
    };
    let crossed = write(&mut village, first, &take);
    let report = village::audit(known.clone(), &village.written);
    let below = |place, left_s| {
        let finding = at(
            &village,
            place,
            Kind::FloorCrossed,
            Value::Seconds(0),
            Value::Seconds(left_s),
        );
        on(On::Community, finding)
    };
    assert_eq!(report.findings, [below(crossed, -60)], "the fund is empty");
    assert_eq!((report.sums.made_good_s, report.sums.total_s), (60, 0));
    let mut names_another = known.clone();
    decide(&mut names_another, HEIR);
    let report = village::audit(names_another, &village.written);
    let foreign = at(
        &village,
        crossed,
        Kind::MadeGoodByAnother,
        agent(HEIR),
        agent(author),
    );
    let findings = [on(On::Community, foreign), below(crossed, -60)];
    assert!(findings.iter().all(|found| report.findings.contains(found)));
    assert_eq!(report.findings.len(), 2);
    let twice = write(&mut village, once(&spent), &take);
    let report = village::audit(known, &village.written);
    let again = at(
        &village,
        twice,
        Kind::MadeGoodTwice,
        Value::None,
        Value::None,
    );
    assert!(report.findings.contains(&on(On::Community, again)));
    assert_eq!(report.sums.total_s, 0);
}
