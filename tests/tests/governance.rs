//! Promise: a village decides by the votes of its roll. What is adopted binds the pages
//! that cite it, no book goes back, and a decision that its votes do not carry is refused.

use commons_credit_api as api;
use commons_credit_ledger::roll::Standing;
use commons_credit_ledger::{ActionId, BasisPoints, Choice, Decision, Event, Levies, Seconds};
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use holochain::prelude::*;
use kitsune2_api::{DhtArc, IncomingOp, Timestamp as Time};

/// Index of the entry type of decisions.
const DECISION: u8 = 3;

fn members(people: &[&Person]) -> api::Motion {
    api::Motion::Roll {
        changes: people
            .iter()
            .map(|person| api::RollMove {
                agent: person.key.clone(),
                standing: Standing::Member,
            })
            .collect(),
        voting: None,
        vouchers: None,
    }
}

async fn policy_with(person: &Person, state_bp: u16) -> api::Motion {
    let terms = person.standing().await.policy.terms;
    api::Motion::Policy {
        terms: api::PolicyTerms {
            levies: Levies {
                state_bp: BasisPoints(state_bp),
                ..terms.levies
            },
            ..terms
        },
    }
}

fn decision(proposal: &ActionHash, mut votes: Vec<ActionId>) -> Deed {
    votes.sort_unstable();
    let decision = Decision {
        proposal: action_id(proposal),
        adopted: true,
        votes,
    };
    Deed::Raw(RawEntry {
        zome: 0,
        entry_type: DECISION,
        private: false,
        bytes: holochain_serialized_bytes::encode(&decision).expect("plain data"),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn three_decide_and_what_their_votes_do_not_carry_is_refused() {
    let village = Village::of(3).await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };

    // At first only the founding steward is on the roll.
    let roll = bob.standing().await.roll;
    assert_eq!((roll.number, roll.members, roll.mine), (0, 1, None));
    let refusal = bob
        .try_propose(members(&[bob]))
        .await
        .expect_err("a guest proposes nothing");
    assert!(refusal.contains("E_NOT_ON_ROLL"), "{refusal}");
    let first = ann.propose(members(&[bob, cleo])).await;
    let refusal = bob
        .try_vote(&first, Choice::Yes)
        .await
        .expect_err("a guest has no vote");
    assert!(refusal.contains("E_NOT_ENTITLED"), "{refusal}");
    ann.says_yes(&first).await;
    ann.decides(&first).await;
    for person in &village.people {
        person.knows(&first, api::BallotState::Adopted).await;
        let roll = person.standing().await.roll;
        assert_eq!((roll.number, roll.members, roll.needed), (1, 3, 2));
    }

    // One vote of three is too few; a vote stands; two close the ballot.
    let proposal = bob.propose(policy_with(bob, 1_000).await).await;
    let rival = ann.propose(policy_with(ann, 2_000).await).await;
    let bobs = bob.says_yes(&proposal).await;
    let refusal = bob
        .try_decide(&proposal)
        .await
        .expect_err("one of three is no majority");
    assert!(refusal.contains("E_VOTES_MISSING"), "{refusal}");
    for again in [&proposal, &rival] {
        let refusal = bob
            .try_vote(again, Choice::Yes)
            .await
            .expect_err("one vote in a ballot");
        assert!(refusal.contains("E_ALREADY_VOTED"), "{refusal}");
    }
    let anns = ann.says_yes(&rival).await;
    village.agree().await;
    let count = cleo.ballot(&proposal).await;
    assert_eq!((count.yes, count.no, count.elsewhere), (1, 0, 1));
    assert!(count.ballot.may_vote && !count.closable);

    // Decisions that nobody's votes carry, each wrong in one thing.
    let rogue = Rogue::of(cleo).await;
    let opening = rogue.pen().await.newest().hash.clone();
    let vote = |written: &api::Written| action_id(&written.page);
    let attacks = [
        (
            "a vote is missing",
            "E_VOTES_MISSING",
            decision(&proposal, vec![vote(&bobs)]),
        ),
        (
            "a vote is cited twice",
            "E_VOTES",
            decision(&proposal, vec![vote(&bobs); 2]),
        ),
        ("no vote is cited", "E_VOTES", decision(&proposal, vec![])),
        (
            "a vote for the rival counts",
            "E_VOTE_FOREIGN",
            decision(&proposal, vec![vote(&bobs), vote(&anns)]),
        ),
        (
            "a page without a vote counts",
            "E_VOTE_FOREIGN",
            decision(&proposal, vec![vote(&bobs), action_id(&opening)]),
        ),
        (
            "what is adopted is no proposal",
            "E_NOT_A_PROPOSAL",
            decision(&opening, vec![vote(&bobs)]),
        ),
    ];
    for (what, code, deed) in attacks {
        let refusal = rogue.attempt(deed).await.expect_err(what);
        assert!(refusal.contains(&format!("{code}:")), "{what}: {refusal}");
    }

    cleo.says_yes(&proposal).await;
    let closing = cleo.decides(&proposal).await;
    assert!(closing.adopted);
    for person in &village.people {
        person.knows(&proposal, api::BallotState::Adopted).await;
        person.knows(&rival, api::BallotState::Overtaken).await;
        let policy = person.standing().await.policy;
        assert_eq!(
            (policy.version, policy.decision),
            (1, Some(closing.decision.clone()))
        );
    }

    assert_eq!(ann.decides(&proposal).await, closing, "closed once for all");

    // Pages cite the policy from now on: 10 % and 2.5 %.
    let given = ann.pay(cleo, 2 * HOUR_S, "").await;
    let taken = cleo.deposit(&given.page).await;
    assert_eq!(taken.balance_s, Seconds(2 * HOUR_S - 720 - 180));

    // A book that has used it never goes back to the charter's.
    let pen = rogue.pen().await;
    let back = pen.next(
        Event::Transfer(Box::new(pen.transfer(&ann.key, HOUR_S))),
        |state| {
            state.policy = 0;
            state.holdings[0].balance_s.0 -= HOUR_S;
        },
    );
    let back = rogue.sign(&pen, back).await;
    let refusal = rogue
        .attempt(Deed::Page(back))
        .await
        .expect_err("an older policy");
    assert!(refusal.contains("E_POLICY_OLDER"), "{refusal}");

    // Nothing of what was refused has changed anything.
    village.agree().await;
    let sum = ann.balance_s().await + bob.balance_s().await + cleo.balance_s().await;
    let (state_s, community_s) = ann.funds().await;
    assert_eq!(sum + state_s + community_s, 0);
    village.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_floor_holds_from_the_page_that_takes_it_over() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let refusal = bob
        .try_call::<_, api::Written>("take_floor", ())
        .await
        .expect_err("nothing was decided");
    assert!(refusal.contains("E_NOT_FOUND"), "{refusal}");
    let floor_s = Seconds(-60 * HOUR_S);
    let floor = api::Motion::Floor {
        agent: bob.key.clone(),
        floor_s,
    };
    village.adopts(0, &[0], floor).await;
    let refusal = bob
        .try_pay(ann, 50 * HOUR_S, "")
        .await
        .expect_err("not taken over yet");
    assert!(refusal.contains("E_FLOOR_CROSSED"), "{refusal}");
    let _: api::Written = bob.call("take_floor", ()).await;
    bob.pay(ann, 50 * HOUR_S, "").await;
    let refusal = bob
        .try_call::<_, api::Written>("take_floor", ())
        .await
        .expect_err("taken over once");
    assert!(refusal.contains("E_FLOOR_OLDER"), "{refusal}");
    let history: api::Floors = bob
        .call(
            "floors",
            api::FloorsInput {
                agent: Some(bob.key.clone()),
                cursor: None,
                limit: 10,
            },
        )
        .await;
    assert_eq!(history.items.len(), 1);
    assert_eq!(history.items[0].floor_s, floor_s);
    assert!(history.items[0].taken);
    village.audit().await;
}

/// Late: after the ballot was closed. Twice: a peer sends again what was there.
#[tokio::test(flavor = "multi_thread")]
async fn a_vote_that_comes_late_or_twice_changes_nothing() {
    let village = Village::of(3).await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    village.adopts(0, &[0], members(&[bob, cleo])).await;
    let floor = api::Motion::Floor {
        agent: bob.key.clone(),
        floor_s: Seconds(-60 * HOUR_S),
    };
    let (proposal, decision) = village.adopts(0, &[0, 1], floor).await;
    let no = Choice::No {
        reason: "too deep".into(),
    };
    let late = cleo.try_vote(&proposal, no).await.expect("a vote is free");
    for person in &village.people {
        until("the late vote", || async {
            (person.ballot(&proposal).await.no == 1).then_some(())
        })
        .await;
    }
    village.agree().await;

    // Bob is sent all that Ann holds once more: every vote, and the decision.
    let store = ann.shared().await;
    let (held, _) = store
        .retrieve_op_hashes_in_time_slice(DhtArc::FULL, Time::from_micros(0), Time::now())
        .await
        .expect("the store can be read");
    let ops = store
        .retrieve_ops(held)
        .await
        .expect("what is held can be sent");
    let again: Vec<IncomingOp> = ops
        .into_iter()
        .map(|op| IncomingOp {
            op_id: op.op_id,
            op_data: op.op_data,
            metadata: None,
        })
        .collect();
    assert!(again.len() > 50, "the whole village");
    let taken = bob.shared().await.process_incoming_ops(again).await;
    taken.expect("whole operations");
    until("everything judged", || async {
        bob.unjudged().await.is_empty().then_some(())
    })
    .await;

    for person in &village.people {
        let count = person.ballot(&proposal).await;
        assert_eq!((count.yes, count.no, count.elsewhere), (2, 1, 0));
        assert_eq!(count.ballot.state, api::BallotState::Adopted);
        assert_eq!(count.ballot.decision.as_ref(), Some(&decision));
        assert_eq!(person.decides(&proposal).await.decision, decision);
        let input = api::VotesInput {
            proposal: proposal.clone(),
            cursor: None,
            limit: 10,
        };
        let votes: api::Votes = person.call("votes", input).await;
        let cleos: Vec<_> = votes
            .items
            .iter()
            .filter(|it| it.voter == cleo.key)
            .collect();
        assert_eq!(cleos.len(), 1);
        assert_eq!(cleos[0].page.as_ref(), Some(&late.page));
        for honest in [ann, bob, cleo] {
            assert_eq!(person.charges(&honest.key).await, []);
        }
    }
    // What the decision says is Bob's to take over, whatever Cleo said.
    let _: api::Written = bob.call("take_floor", ()).await;
    village.agree().await;
    village.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_twice_with_what_was_seen_pays_once() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let input = api::PayInput {
        to: bob.key.clone(),
        amount_s: Seconds(HOUR_S),
        words: String::new(),
        seen: ann.standing().await.book.map(|book| book.number),
    };
    let _: api::Written = ann.call("pay", input.clone()).await;
    let refusal = ann
        .try_call::<_, api::Written>("pay", input)
        .await
        .expect_err("the book has moved on");
    assert!(refusal.contains("E_BOOK_MOVED"), "{refusal}");
    assert_eq!(ann.balance_s().await, -HOUR_S);
    village.audit().await;
}

/// Tries to open a book until the node has what it needs to judge the invitation.
async fn opens(person: &Person, name: &str) -> Result<api::Standing, String> {
    until("the roll that the vouchers are on", || async {
        let input = api::OpenInput { name: name.into() };
        match person.try_call("open", input).await {
            Err(refusal) if !refusal.contains("E_") => None,
            answer => Some(answer),
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn members_together_invite_as_a_steward_does() {
    let mut village = Village::of(3).await;
    let [ann, bob, cleo] = &village.people[..] else {
        panic!("three people")
    };
    let refusal = bob
        .try_call::<_, api::Invitation>("write_invitation", api::InviteInput { hubs: vec![] })
        .await
        .expect_err("a guest invites nobody");
    assert!(refusal.contains("E_NOT_STEWARD"), "{refusal}");
    let api::Motion::Roll { changes, .. } = members(&[bob, cleo]) else {
        panic!("a change of the roll")
    };
    let motion = api::Motion::Roll {
        changes,
        voting: None,
        vouchers: Some(2),
    };
    village.adopts(0, &[0], motion).await;

    let begun = bob.invite().await;
    let mut dan = Person::arrive(&village.rendezvous).await;
    dan.enter(&begun).await;
    let refusal = opens(&dan, "Dan").await.expect_err("one of two vouches");
    assert!(refusal.contains("E_VOUCHERS"), "{refusal}");

    let again: api::Vouching = bob.call("vouch", begun.clone()).await;
    assert_eq!((again.vouchers, again.enough), (1, false));
    let vouched: api::Vouching = cleo.call("vouch", begun).await;
    assert_eq!((vouched.vouchers, vouched.enough), (2, true));
    let mut eve = Person::arrive(&village.rendezvous).await;
    eve.enter(&api::Invitation { text: vouched.text }).await;
    let standing = opens(&eve, "Eve").await.expect("both vouch");
    assert_eq!(standing.roll.mine, None, "a guest, until the roll changes");
    until("Eve among the members", || async {
        let members: api::Members = ann.call("members", list()).await;
        members
            .members
            .iter()
            .any(|member| member.agent == eve.key)
            .then_some(())
    })
    .await;
    village.people.push(eve);
    village.audit().await;
}
