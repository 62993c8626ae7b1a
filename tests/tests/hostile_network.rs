//! Promise: what a rogue publishes past the rules is refused by every honest peer,
//! with the code of the rule; it changes nothing, and nobody honest is charged.

use commons_credit_api as api;
use commons_credit_ledger::*;
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use holochain::prelude::*;
use holochain::sweettest::SweetConductor;

/// What is tried, and the code that refuses it.
type Attack = (&'static str, &'static str, Deed);

/// What one rogue has before they attack.
struct Victim {
    rogue: Rogue,
    pen: Pen,
    /// Ann's transfer to the rogue, deposited.
    deposited: ActionHash,
    /// Ann's transfer to the rogue, not settled.
    waiting: ActionHash,
}

/// What Ann gave Bob.
struct Between {
    gift: ActionHash,
    /// The link that put it into Bob's inbox.
    link: ActionHash,
}

const LITTLE_S: i64 = 600;

/// The important attacks, each by its own rogue: the first one costs the key.
async fn public_attacks(
    rogues: Vec<(Rogue, ActionHash, ActionHash)>,
    ann: &AgentPubKey,
    bob: &AgentPubKey,
    between_others: &Between,
) -> Vec<(&'static str, &'static str, Rogue, Deed)> {
    let mut attacks = Vec::new();
    for (at, (rogue, deposited, waiting)) in rogues.into_iter().enumerate() {
        let pen = rogue.pen().await;
        let one = Victim {
            rogue,
            pen,
            deposited,
            waiting,
        };
        let (name, code, deed) = public_attack(at, &one, ann, bob, between_others);
        let deed = match deed {
            Deed::Page(page) => Deed::Page(one.rogue.sign(&one.pen, page).await),
            other => other,
        };
        attacks.push((name, code, one.rogue, deed));
    }
    attacks
}

const PUBLIC_ATTACKS: usize = 18;

fn public_attack(
    at: usize,
    one: &Victim,
    ann: &AgentPubKey,
    bob: &AgentPubKey,
    between_others: &Between,
) -> Attack {
    let pen = &one.pen;
    let changed = |change: &dyn Fn(&mut Transfer)| {
        let mut page = pen.give(bob, LITTLE_S);
        if let Event::Transfer(transfer) = &mut page.event {
            change(transfer);
        }
        Deed::Page(page)
    };
    let opening = &pen.pages[0];
    match at {
        0 => (
            "gives minus an hour",
            "E_AMOUNT_NOT_POSITIVE",
            Deed::Page(pen.give(bob, -HOUR_S)),
        ),
        1 => (
            "gives the largest number there is",
            "E_AMOUNT_TOO_LARGE",
            Deed::Page(pen.give(bob, i64::MAX)),
        ),
        2 => (
            "makes hours in the split",
            "E_SPLIT_WRONG",
            changed(&|transfer| transfer.split.receiver_s.0 += HOUR_S),
        ),
        3 => (
            "skips its newest page",
            "E_PAGE_SKIPPED",
            Deed::Page(pen.after(opening, pen.give(bob, LITTLE_S).event, |state| {
                state.holdings[0].balance_s.0 -= LITTLE_S;
            })),
        ),
        4 => {
            let mut page = pen.give(bob, LITTLE_S);
            page.number -= 1;
            (
                "uses a page number again",
                "E_PAGE_NUMBER",
                Deed::Page(page),
            )
        }
        5 => (
            "deposits twice",
            "E_ALREADY_SETTLED",
            Deed::Page(pen.deposit(&one.deposited, LITTLE_S)),
        ),
        6 => (
            "deposits what was given to another",
            "E_NOT_THE_RECEIVER",
            Deed::Page(pen.deposit(&between_others.gift, LITTLE_S)),
        ),
        7 => (
            "crosses the floor",
            "E_FLOOR_CROSSED",
            Deed::Page(pen.give(bob, 41 * HOUR_S)),
        ),
        8 => (
            "spends the Community fund",
            "E_ACCOUNT_NOT_HELD",
            changed(&|transfer| transfer.from = Account::Fund(Fund::Community)),
        ),
        9 => {
            let mut page = pen.deposit(&one.waiting, LITTLE_S);
            page.after.earned.community_s.0 += HOUR_S;
            ("makes levies", "E_AFTER_WRONG", Deed::Page(page))
        }
        10 => (
            "changes a page",
            "E_PAGE_IMMUTABLE",
            Deed::Update(Replaced {
                original: pen.newest().hash.clone(),
                page: opening.page.clone(),
            }),
        ),
        11 => (
            "deletes a page",
            "E_PAGE_IMMUTABLE",
            Deed::Delete(pen.newest().hash.clone()),
        ),
        12 => (
            "writes bytes that are no page",
            "E_MALFORMED",
            bytes(PAGE, b"version 2 of everything".to_vec()),
        ),
        13 => (
            "calls itself by a name of a thousand letters",
            "E_TEXT_TOO_LONG",
            Deed::Link(Linked {
                base: members_base().into(),
                target: one.rogue.key.clone().into(),
                link_type: MEMBER,
                tag: [opening.hash.get_raw_32(), &[b'a'; 900]].concat(),
            }),
        ),
        14 => (
            "deletes another's page",
            "E_PAGE_IMMUTABLE",
            Deed::Delete(between_others.gift.clone()),
        ),
        15 => (
            "clears another's inbox",
            "E_LINK_MISPLACED",
            Deed::Unlink(between_others.link.clone()),
        ),
        16 => (
            "takes a name without a book",
            "E_BOOK_FOREIGN",
            Deed::Link(Linked {
                base: members_base().into(),
                target: one.rogue.key.clone().into(),
                link_type: MEMBER,
                tag: [between_others.gift.get_raw_32(), b"Ann"].concat(),
            }),
        ),
        _ => (
            "puts another's transfer into an inbox",
            "E_LINK_MISPLACED",
            Deed::Link(Linked {
                base: ann.clone().into(),
                target: between_others.gift.clone().into(),
                link_type: INBOX,
                tag: vec![],
            }),
        ),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn honest_peers_refuse_what_a_rogue_publishes() {
    let refusals = Refusals::listen();
    let village = Village::of_the_patient(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let gift = ann.pay(bob, LITTLE_S, "").await.page;
    let between_others = Between {
        link: ann.link_between(&bob.key, &gift).await,
        gift,
    };
    // One node of rogues: it checks nothing that its own agents commit.
    let den =
        SweetConductor::from_config_rendezvous(unvalidated(), village.rendezvous.clone()).await;
    let mut rogues = Vec::new();
    for at in 0..PUBLIC_ATTACKS {
        let rogue = Rogue::join(&den, ann, &format!("Rogue {at}")).await;
        rogues.push(rogue);
    }
    let mut armed = Vec::new();
    let mut last = Vec::new();
    for rogue in rogues {
        until("the rogue on the roll", || async {
            ann.try_pay_key(&rogue.key, 1).await.ok()
        })
        .await;
        let deposited = ann
            .try_pay_key(&rogue.key, LITTLE_S)
            .await
            .expect("a gift")
            .page;
        let waiting = ann
            .try_pay_key(&rogue.key, LITTLE_S)
            .await
            .expect("a gift")
            .page;
        let deposit = rogue.deposit(&deposited).await;
        last.push(deposit.page);
        armed.push((rogue, deposited, waiting));
    }
    // Both honest nodes hold every honest page, so that nothing below is refused
    // for want of something.
    for person in [ann, bob] {
        for page in &last {
            until("the deposits", || async {
                person.verdict_on(page, ChainOpType::CreateRecord).await
            })
            .await;
        }
    }
    let earned_s = PUBLIC_ATTACKS as i64 * LITTLE_S;
    let funds = (earned_s * 75 / 1_000, earned_s * 25 / 1_000);
    for person in [ann, bob] {
        until("all levies", || async {
            (person.funds().await == funds).then_some(())
        })
        .await;
    }
    let balances = (ann.balance_s().await, bob.balance_s().await);

    for (name, code, rogue, deed) in
        public_attacks(armed, &ann.key, &bob.key, &between_others).await
    {
        let action = rogue.attempt(deed).await.expect("nothing stops it there");
        for person in [ann, bob] {
            person.has_refused(name, &action).await;
        }
        until(name, || async {
            (refusals.of(&rogue.key).len() >= 2).then_some(())
        })
        .await;
        for reason in refusals.of(&rogue.key) {
            assert!(
                reason.starts_with(&format!("{code}: ")),
                "{name}: not {code} but {reason}"
            );
        }
    }

    for (person, hidden) in [(ann, 0), (bob, 1)] {
        assert_eq!(person.funds().await, funds, "no levy came or went");
        assert_eq!(person.inbox().await, []);
        // Ann's gift of the beginning, which a rogue took out of Bob's inbox.
        assert_eq!(person.hidden_inbox().await.len(), hidden);
        assert_eq!(person.unjudged().await, []);
        for honest in [ann, bob] {
            assert_eq!(person.charges(&honest.key).await, []);
            assert!(!person.blocks(&honest.key).await);
        }
    }
    assert_eq!(balances, (ann.balance_s().await, bob.balance_s().await));
    for person in [ann, bob] {
        let members: api::Members = person.call("members", list()).await;
        let anns = members.members.iter().filter(|member| member.name == "Ann");
        assert_eq!(anns.count(), 1, "no name came or went");
    }
    // What strangers marked as deleted or cleared is where it was, and good.
    bob.deposit(&between_others.gift).await;
    assert_eq!(bob.hidden_inbox().await, []);
    assert_eq!(bob.balance_s().await, balances.1 + LITTLE_S * 9 / 10);
}

/// Types that the village does not have, and a page that is hidden: conductor 0.7.1
/// itself stumbles over them before any rule is asked. They are neither accepted
/// nor refused, nobody honest is charged, and life goes on.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_rule_can_read_is_never_accepted_and_stops_nobody() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let den =
        SweetConductor::from_config_rendezvous(unvalidated(), village.rendezvous.clone()).await;
    let mut odd = Vec::new();
    for (name, entry_type, private) in [("Dan", 99, false), ("Eve", PAGE, true)] {
        let rogue = Rogue::join(&den, ann, name).await;
        until("the rogue on the roll", || async {
            ann.try_pay_key(&rogue.key, LITTLE_S).await.ok()
        })
        .await;
        let page = rogue.pen().await.give(&bob.key, LITTLE_S);
        let deed = Deed::Raw(RawEntry {
            zome: 0,
            entry_type,
            private,
            bytes: page_bytes(&page),
        });
        odd.push(rogue.attempt(deed).await.expect("nothing stops it there"));
    }
    let given = ann.pay(bob, LITTLE_S, "").await.page;
    let deposit = bob.deposit(&given).await.page;
    until("Bob's deposit at Ann's", || async {
        ann.verdict_on(&deposit, ChainOpType::CreateRecord).await
    })
    .await;
    for person in [ann, bob] {
        for action in &odd {
            until("what is odd", || async {
                person.has_seen(action).await.then_some(())
            })
            .await;
            let verdict = person.verdict_on(action, ChainOpType::CreateRecord).await;
            assert_ne!(verdict, Some(ValidationStatus::Valid));
        }
        for honest in [ann, bob] {
            assert_eq!(person.charges(&honest.key).await, []);
            assert!(!person.blocks(&honest.key).await);
        }
    }
}
