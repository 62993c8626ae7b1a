//! How a village decides: rules 26 to 32.

use crate::common::*;
use crate::{code, expect};
use commons_credit_ledger::amount::{AMOUNT_MAX_S, HOUR_S};
use commons_credit_ledger::ballot::NUMBERS_AHEAD_MAX;
use commons_credit_ledger::decision::VOTES_MAX;
use commons_credit_ledger::policy::TIME_MAX_US;
use commons_credit_ledger::roll::{founding_tree, ROLL_CHANGES_MAX};
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;
use proptest::prelude::*;

const DORA: u8 = 4;
const FINN: u8 = 6;

fn founding() -> Roll {
    Roll::founding(&charter())
}

/// Changes of roll 0 as terms.
fn terms(changes: &[(u8, Standing)]) -> RollTerms {
    let changes: Vec<_> = changes.iter().map(|(who, to)| (agent(*who), *to)).collect();
    let mut tree = founding_tree(&charter());
    RollTerms::draft(&founding(), &mut tree, &changes, Voting::Majority {}, 0).unwrap()
}

fn roll_code(change: impl FnOnce(&mut RollTerms)) -> &'static str {
    let mut terms = terms(&[(DORA, Standing::Member), (BEN, Standing::Left)]);
    change(&mut terms);
    code(founding().changed(&terms))
}

#[test]
fn r26_accepts_a_roll_that_its_changes_make() {
    let after = terms(&[
        (DORA, Standing::Member),
        (FINN, Standing::Steward),
        (BEN, Standing::Suspended),
        (CARL, Standing::Left),
        (CARL, Standing::Member),
    ])
    .after;
    assert_eq!((after.members, after.stewards), (4, 2));
    assert_eq!(roll_code(|_| ()), "valid");
    let full: Vec<_> = (0..ROLL_CHANGES_MAX as u8)
        .map(|at| (100 + at, Standing::Member))
        .collect();
    assert_eq!(terms(&full).after.members, 103);
    // Nobody may change, only the voting rule.
    assert_eq!(terms(&[]).after.root, founding().root);
    let mut tree = founding_tree(&charter());
    let dora = [(agent(DORA), Standing::Member)];
    let after = RollTerms::draft(&founding(), &mut tree, &dora, Voting::Majority {}, 3)
        .unwrap()
        .after;
    let standing = |who| after.standing(agent(who), &on_roll(&tree, who));
    assert_eq!(standing(DORA), Ok(Some(Standing::Member)));
    assert_eq!(standing(ANNA), Ok(Some(Standing::Steward)));
    assert_eq!(standing(FINN), Ok(None), "a guest");
    assert_eq!(after.vouchers, 3);
}

#[test]
fn r26_refuses_any_other_roll() {
    type Bend = (fn(&mut RollTerms), &'static str);
    let bends: [Bend; 10] = [
        (|terms| terms.after.members += 1, "E_ROLL_WRONG"),
        (|terms| terms.after.stewards += 1, "E_ROLL_WRONG"),
        (|terms| terms.after.root.0 .0[0] ^= 1, "E_ROLL_WRONG"),
        (|terms| terms.after.vouchers = 1, "E_ROLL_WRONG"),
        (
            |terms| terms.after.voting = Voting::Supermajority {},
            "E_ROLL_WRONG",
        ),
        (
            |terms| terms.changes[0].standing = Standing::Steward,
            "E_PROOF_WRONG",
        ),
        (
            |terms| terms.changes[1].agent = agent(CARL),
            "E_PROOF_WRONG",
        ),
        (|terms| terms.changes.swap(0, 1), "E_PROOF_WRONG"),
        (|terms| terms.vouchers = 9, "E_ROLL_TERMS"),
        (
            |terms| terms.voting = Voting::Council { needed: 0 },
            "E_VOTING",
        ),
    ];
    for (row, (bend, expected)) in bends.into_iter().enumerate() {
        assert_eq!(roll_code(bend), expected, "row {row}");
    }
    assert_eq!(
        roll_code(|terms| {
            let one = terms.changes[0].clone();
            terms.changes = vec![one; ROLL_CHANGES_MAX + 1];
        }),
        "E_ROLL_TERMS"
    );
    let drafted = |changes: &[(u8, Standing)]| {
        let changes: Vec<_> = changes.iter().map(|(who, to)| (agent(*who), *to)).collect();
        let mut tree = founding_tree(&charter());
        code(RollTerms::draft(
            &founding(),
            &mut tree,
            &changes,
            Voting::Majority {},
            0,
        ))
    };
    assert_eq!(drafted(&[(ANNA, Standing::Steward)]), "E_ROLL_UNCHANGED");
    assert_eq!(
        drafted(&[
            (ANNA, Standing::Left),
            (BEN, Standing::Member),
            (CARL, Standing::Suspended)
        ]),
        "E_ROLL_WITHOUT_STEWARD"
    );
}

/// How many must say yes among so many.
fn needed(voting: Voting, all: u32) -> u32 {
    Roll {
        members: all,
        stewards: all,
        voting,
        ..founding()
    }
    .needed()
}

#[test]
fn r26_accepts_more_than_half_under_every_template() {
    for (voting, all, expected) in [
        (Voting::Council { needed: 2 }, 3, 2),
        (Voting::Council { needed: 3 }, 3, 3),
        // Never more than there are, never half or less.
        (Voting::Council { needed: 5 }, 3, 3),
        (Voting::Council { needed: 1 }, 1, 1),
        (Voting::Council { needed: 1 }, 4, 3),
        (Voting::Majority {}, 1, 1),
        (Voting::Majority {}, 4, 3),
        (Voting::Majority {}, 599, 300),
        (Voting::Majority {}, 600, 301),
        (Voting::Supermajority {}, 3, 2),
        (Voting::Supermajority {}, 4, 3),
        (Voting::Supermajority {}, 600, 400),
        (Voting::Supermajority {}, u32::MAX, 2_863_311_530),
        // One objection stops; two stop; more than half are heard in any case.
        (Voting::Consent { objections: 1 }, 5, 5),
        (Voting::Consent { objections: 2 }, 5, 4),
        (Voting::Consent { objections: 9 }, 5, 3),
    ] {
        assert_eq!(needed(voting, all), expected, "{voting:?} of {all}");
    }
}

/// What the edge brings for a proposal by `author`.
pub struct Brought {
    pub author: u8,
    pub follows: Option<Closed>,
    pub roll: Option<Closed>,
    pub double_spend: Option<(ActionId, DoubleSpend)>,
}

pub const NOTHING: Brought = Brought {
    author: ANNA,
    follows: None,
    roll: None,
    double_spend: None,
};

pub fn judged(proposal: &Proposal, brought: &Brought) -> &'static str {
    code(
        proposal.check(&ProposalFacts {
            author: agent(brought.author),
            charter: &charter(),
            follows: brought.follows.as_ref().map(Closed::decided),
            roll: brought.roll.as_ref().map(Closed::decided),
            double_spend: brought
                .double_spend
                .as_ref()
                .map(|(id, proof)| CitedDoubleSpend { id: *id, proof }),
        }),
    )
}

fn new_policy() -> Proposal {
    proposal(Subject::Policy, Content::Policy(charter().terms()))
}

/// A proposal to admit Dora.
pub fn new_roll() -> Proposal {
    let terms = terms(&[(DORA, Standing::Member)]);
    proposal(Subject::Roll, Content::Roll(Box::new(terms)))
}

/// A proposal for a policy under roll 1, which admits Dora, by her.
fn under_roll_1() -> (Proposal, Brought) {
    let mut tree = founding_tree(&charter());
    let dora = [(agent(DORA), Standing::Member)];
    let terms = RollTerms::draft(&founding(), &mut tree, &dora, Voting::Majority {}, 0).unwrap();
    let proposal = Proposal {
        roll: RollRef {
            number: 1,
            decision: Some(action(DECISION)),
        },
        electorate: terms.after,
        on_roll: on_roll(&tree, DORA),
        ..new_policy()
    };
    let brought = Brought {
        author: DORA,
        roll: Some(adopted(new_roll())),
        ..NOTHING
    };
    (proposal, brought)
}

/// A proposal that follows number 3 on its subject, which is closed.
fn following(number: u32, adopts: bool) -> (Proposal, Brought) {
    let mut before = adopted(new_policy());
    before.proposal.number = 3;
    before.adopted = adopts;
    let proposal = Proposal {
        number,
        follows: Some(action(DECISION)),
        ..new_policy()
    };
    let brought = Brought {
        follows: Some(before),
        ..NOTHING
    };
    (proposal, brought)
}

/// The second ballot about the roll, after the first was adopted or failed.
fn second_roll(adopts: bool) -> (Proposal, Brought) {
    let first = Closed {
        adopted: adopts,
        ..adopted(new_roll())
    };
    let mut tree = founding_tree(&charter());
    let mut electorate = founding();
    if adopts {
        let dora = [(agent(DORA), Standing::Member)];
        electorate = RollTerms::draft(&electorate, &mut tree, &dora, Voting::Majority {}, 0)
            .unwrap()
            .after;
    }
    let path = on_roll(&tree, ANNA);
    let finn = [(agent(FINN), Standing::Member)];
    let terms = RollTerms::draft(&electorate, &mut tree, &finn, Voting::Majority {}, 0).unwrap();
    let proposal = Proposal {
        number: 2,
        follows: Some(action(DECISION)),
        roll: RollRef {
            number: 1,
            decision: Some(action(DECISION)),
        },
        electorate,
        on_roll: path,
        ..proposal(Subject::Roll, Content::Roll(Box::new(terms)))
    };
    let brought = Brought {
        follows: Some(first.clone()),
        roll: Some(first),
        ..NOTHING
    };
    (proposal, brought)
}

proptest! {
    /// However often a village decides about a subject, and with the highest numbers.
    #[test]
    fn r27_accepts_a_next_number_after_any_that_a_village_came_to(
        skips in proptest::collection::vec(0..=NUMBERS_AHEAD_MAX, 1..200),
        past in 1..u32::MAX / 2,
    ) {
        let mut used = 0;
        for skip in skips {
            let (mut proposal, mut brought) = following(0, true);
            match &mut brought.follows {
                Some(closed) if used > 0 => closed.proposal.number = used,
                follows => {
                    *follows = None;
                    proposal.follows = None;
                }
            }
            let lowest = used + 1;
            let highest = used + 1 + 1_000;
            for (number, expected) in [
                (used, "E_BALLOT_NUMBER"),
                (lowest, "valid"),
                (lowest + skip, "valid"),
                (highest, "valid"),
                (highest + past, "E_BALLOT_NUMBER"),
            ] {
                proposal.number = number;
                prop_assert_eq!(judged(&proposal, &brought), expected, "{} after {}", number, used);
            }
            used = lowest + skip;
        }
    }
}

#[test]
fn r27_accepts_proposals_by_the_roll() {
    for proposal in [new_policy(), new_roll(), floor_for_anna()] {
        assert_eq!(judged(&proposal, &NOTHING), "valid");
    }
    for (proposal, brought) in [
        under_roll_1(),
        following(4, true),
        // A stuck ballot is overtaken by any higher number.
        following(40, true),
        following(4 + NUMBERS_AHEAD_MAX, true),
        second_roll(true),
        // A failed ballot about the roll leaves the roll as it was.
        second_roll(false),
    ] {
        assert_eq!(judged(&proposal, &brought), "valid");
    }
    for (subject, content) in [
        (
            Subject::Dispute(action(TRANSFER)),
            Content::Dispute {
                give_back_s: Seconds(0),
            },
        ),
        (
            Subject::Line(VillageId([5; 32])),
            Content::Line(Box::new(line_terms())),
        ),
        (
            Subject::Succession(agent(BEN)),
            Content::Succession {
                heir: agent(DORA),
                last: action(LAST),
            },
        ),
    ] {
        assert_eq!(judged(&proposal(subject, content), &NOTHING), "valid");
    }
}

#[test]
fn r27_refuses_strangers_wrong_rolls_and_wrong_numbers() {
    let bent = |(mut proposal, mut brought): (Proposal, Brought),
                change: fn(&mut Proposal, &mut Brought)| {
        change(&mut proposal, &mut brought);
        judged(&proposal, &brought)
    };
    let plain = || (new_policy(), NOTHING);
    type Bend = fn(&mut Proposal, &mut Brought);
    let founding_bends: [(Bend, &str); 9] = [
        (|_, brought| brought.author = DORA, "E_PROOF_WRONG"),
        (
            |proposal, brought| {
                brought.author = DORA;
                proposal.on_roll = on_roll(&founding_tree(&charter()), DORA);
            },
            "E_NOT_ON_ROLL",
        ),
        (
            |proposal, _| proposal.electorate.members = 1,
            "E_ROLL_UNKNOWN",
        ),
        (|proposal, _| proposal.roll.number = 1, "E_ROLL_UNKNOWN"),
        (
            |proposal, _| proposal.roll.decision = Some(action(DECISION)),
            "E_ROLL_UNKNOWN",
        ),
        (|proposal, _| proposal.number = 0, "E_BALLOT_NUMBER"),
        (
            |proposal, _| proposal.follows = Some(action(DECISION)),
            "E_FOLLOWS_WRONG",
        ),
        (|proposal, _| proposal.subject = Subject::Code, "E_CONTENT"),
        (
            |proposal, _| proposal.reason = "a".repeat(141),
            "E_TEXT_TOO_LONG",
        ),
    ];
    for (row, (bend, expected)) in founding_bends.into_iter().enumerate() {
        assert_eq!(bent(plain(), bend), expected, "row {row}");
    }
    let roll_bends: [(Bend, &str); 4] = [
        (
            // Suspended members do not propose.
            |proposal, brought| {
                let mut tree = founding_tree(&charter());
                let ben = [(agent(BEN), Standing::Suspended)];
                let terms = RollTerms::draft(&founding(), &mut tree, &ben, Voting::Majority {}, 0);
                let terms = terms.unwrap();
                proposal.electorate = terms.after;
                proposal.on_roll = on_roll(&tree, BEN);
                brought.author = BEN;
                let closed = brought.roll.as_mut().unwrap();
                closed.proposal.content = Content::Roll(Box::new(terms));
            },
            "E_NOT_ON_ROLL",
        ),
        (
            |_, brought| brought.roll.as_mut().unwrap().adopted = false,
            "E_ROLL_UNKNOWN",
        ),
        (
            |_, brought| brought.roll = Some(adopted(new_policy())),
            "E_ROLL_UNKNOWN",
        ),
        (|proposal, _| proposal.roll.number = 2, "E_ROLL_UNKNOWN"),
    ];
    for (row, (bend, expected)) in roll_bends.into_iter().enumerate() {
        assert_eq!(bent(under_roll_1(), bend), expected, "roll, row {row}");
    }
    let number = |number, adopts| {
        let (proposal, brought) = following(number, adopts);
        judged(&proposal, &brought)
    };
    assert_eq!(number(3, true), "E_BALLOT_NUMBER");
    assert_eq!(number(5 + NUMBERS_AHEAD_MAX, true), "E_BALLOT_NUMBER");
    assert_eq!(number(u32::MAX, true), "E_BALLOT_NUMBER");
    let first: Bend = |proposal, _| proposal.number = 2 + NUMBERS_AHEAD_MAX;
    assert_eq!(bent((new_policy(), NOTHING), first), "E_BALLOT_NUMBER");
    assert_eq!(number(4, false), "E_FOLLOWS_WRONG");
    let follow_bends: [(Bend, &str); 3] = [
        (
            |_, brought| {
                brought.follows.as_mut().unwrap().proposal = floor_for_anna();
            },
            "E_FOLLOWS_WRONG",
        ),
        (
            // What it follows was decided under a newer roll than it asks.
            |_, brought| {
                brought.follows.as_mut().unwrap().proposal.roll.number = 1;
            },
            "E_FOLLOWS_WRONG",
        ),
        (
            |proposal, brought| {
                brought.follows.as_mut().unwrap().proposal.number = u32::MAX;
                proposal.number = u32::MAX;
            },
            "E_BALLOT_NUMBER",
        ),
    ];
    for (row, (bend, expected)) in follow_bends.into_iter().enumerate() {
        assert_eq!(
            bent(following(4, true), bend),
            expected,
            "follows, row {row}"
        );
    }
    // The roll is changed step by step: a number skipped could come true later.
    for adopts in [true, false] {
        let skip: Bend = |proposal, _| proposal.number = 3;
        assert_eq!(bent(second_roll(adopts), skip), "E_BALLOT_NUMBER");
        let alone: Bend = |proposal, _| proposal.follows = None;
        assert_eq!(bent(second_roll(adopts), alone), "E_FOLLOWS_WRONG");
    }
    let out_of_range = [
        (
            Subject::Dispute(action(TRANSFER)),
            Content::Dispute {
                give_back_s: Seconds(-1),
            },
        ),
        (
            Subject::Succession(agent(BEN)),
            Content::Succession {
                heir: agent(BEN),
                last: action(LAST),
            },
        ),
    ];
    for (subject, content) in out_of_range {
        assert_eq!(judged(&proposal(subject, content), &NOTHING), "E_CONTENT");
    }
}

fn no(reason: &str) -> Choice {
    Choice::No {
        reason: reason.into(),
    }
}

/// The proposal asked in a village that decides by consent.
fn by_consent(mut proposal: Proposal) -> Proposal {
    proposal.electorate.voting = Voting::Consent { objections: 1 };
    proposal
}

#[test]
fn r28_accepts_one_vote_in_a_ballot() {
    let again = |number| {
        let first = voting(&opened(), new_policy(), Choice::Yes).page;
        let next = Proposal {
            number,
            ..new_policy()
        };
        let keys = [1, number].map(|number| Key::of_vote(&VILLAGE, &Subject::Policy, number));
        voting(&first, next, Choice::Yes).with(|draft| {
            let mut tree = Tree::default();
            tree.insert(keys[0], Mark::default());
            if let Event::Vote(vote) = &mut draft.page.event {
                vote.proof = tree.prove(&keys[1]);
            }
            tree.insert(keys[1], Mark::default());
            draft.page.after.settled = tree.root();
        })
    };
    expect([
        ("yes", voting(&opened(), new_policy(), Choice::Yes), "valid"),
        ("no", voting(&opened(), new_policy(), no("")), "valid"),
        (
            "an objection",
            voting(&opened(), by_consent(new_policy()), no("too much")),
            "valid",
        ),
        ("in the next ballot on the subject", again(2), "valid"),
    ]);
}

#[test]
fn r28_refuses_a_second_vote_and_who_has_none() {
    let key = Key::of_vote(&VILLAGE, &Subject::Policy, 1);
    let mut voted = Tree::default();
    voted.insert(key, Mark::default());
    let mut once = opened();
    once.after.settled = voted.root();
    let twice = |choice| {
        voting(&once, new_policy(), choice).with(|draft| {
            if let Event::Vote(vote) = &mut draft.page.event {
                vote.proof = voted.prove(&key);
            }
        })
    };
    let by = |who: u8, proposal: Proposal, tree: &Tree| {
        voting(&opened(), proposal, Choice::Yes).with(|draft| {
            draft.author = agent(who);
            draft.previous.as_mut().unwrap().0 = agent(who);
            if let Event::Vote(vote) = &mut draft.page.event {
                vote.on_roll = on_roll(tree, who);
            }
        })
    };
    // Dora is a member, no steward; the council decides.
    let mut tree = founding_tree(&charter());
    let dora = [
        (agent(DORA), Standing::Member),
        (agent(BEN), Standing::Suspended),
    ];
    let council = Voting::Council { needed: 1 };
    let after = RollTerms::draft(&founding(), &mut tree, &dora, council, 0)
        .unwrap()
        .after;
    let asked = |voting| Proposal {
        electorate: Roll { voting, ..after },
        ..new_policy()
    };
    expect([
        ("again", twice(Choice::Yes), "E_ALREADY_VOTED"),
        ("another mind", twice(no("changed")), "E_ALREADY_VOTED"),
        (
            "again by an old proof",
            voting(&once, new_policy(), Choice::Yes),
            "E_PROOF_WRONG",
        ),
        (
            "a guest",
            by(FINN, new_policy(), &founding_tree(&charter())),
            "E_NOT_ENTITLED",
        ),
        (
            "a member without a seat",
            by(DORA, asked(council), &tree),
            "E_NOT_ENTITLED",
        ),
        (
            "a suspended steward",
            by(BEN, asked(Voting::Majority {}), &tree),
            "E_NOT_ENTITLED",
        ),
        (
            "the same member, all asked",
            by(DORA, asked(Voting::Majority {}), &tree),
            "valid",
        ),
        (
            "with another's place on the roll",
            by(DORA, new_policy(), &founding_tree(&charter())).with(|draft| {
                if let Event::Vote(vote) = &mut draft.page.event {
                    vote.on_roll = on_roll(&founding_tree(&charter()), ANNA);
                }
            }),
            "E_PROOF_WRONG",
        ),
        (
            "on nothing",
            voting(&opened(), new_policy(), Choice::Yes).with(|draft| draft.proposal = None),
            "E_NOT_A_PROPOSAL",
        ),
        (
            "on another proposal than the one brought",
            voting(&opened(), new_policy(), Choice::Yes)
                .with(|draft| draft.proposal.as_mut().unwrap().0 = action(9)),
            "E_NOT_A_PROPOSAL",
        ),
        (
            "an objection without a reason",
            voting(&opened(), by_consent(new_policy()), no(" ")),
            "E_OBJECTION_REASON",
        ),
        (
            "a long reason",
            voting(&opened(), new_policy(), no(&"a".repeat(141))),
            "E_TEXT_TOO_LONG",
        ),
    ]);
}

/// A book that votes under this roll or later.
fn under(roll: u32) -> Page {
    let mut page = opened();
    page.after.roll = roll;
    page
}

fn asking(roll: u32, mut proposal: Proposal) -> Proposal {
    proposal.roll.number = roll;
    if proposal.subject == Subject::Roll {
        proposal.number = roll + 1;
    }
    proposal
}

#[test]
fn r29_accepts_votes_under_the_newest_roll_used() {
    let yes = |before, asked| voting(&under(before), asked, Choice::Yes);
    expect([
        ("the same", yes(3, asking(3, new_policy())), "valid"),
        ("a newer one", yes(3, asking(5, new_policy())), "valid"),
        (
            "against a new roll: the old one goes on",
            voting(&under(3), asking(3, new_roll()), no("")),
            "valid",
        ),
        (
            "for a new roll: from now on under it",
            yes(3, asking(3, new_roll())).with(|draft| draft.page.after.roll = 4),
            "valid",
        ),
    ]);
}

#[test]
fn r29_refuses_votes_under_a_roll_that_the_voter_helped_to_end() {
    let yes = |before, asked| voting(&under(before), asked, Choice::Yes);
    expect([
        ("older", yes(3, asking(2, new_policy())), "E_ROLL_OLDER"),
        ("the founders'", yes(1, new_policy()), "E_ROLL_OLDER"),
        (
            "for a roll long past",
            yes(3, asking(2, new_roll())),
            "E_ROLL_OLDER",
        ),
        (
            "a yes for the next roll not written down",
            yes(3, asking(3, new_roll())),
            "E_AFTER_WRONG",
        ),
    ]);
}

/// Votes on `proposal` by these agents, on pages of ascending address.
struct Votes {
    votes: Vec<(ActionId, AgentId, Option<Vote>)>,
    proposals: Vec<Option<Proposal>>,
}

fn votes(proposal: &Proposal, by: &[(u8, Choice)]) -> Votes {
    let cast = by.iter().enumerate().map(|(at, (who, choice))| {
        let draft = voting(&opened(), proposal.clone(), choice.clone());
        let vote = draft.page.event.vote().cloned();
        (action(20u8.wrapping_add(at as u8)), agent(*who), vote)
    });
    Votes {
        votes: cast.collect(),
        proposals: vec![None; by.len()],
    }
}

impl Votes {
    fn close(&self, adopted: bool, proposal: &Proposal) -> &'static str {
        self.closed(
            &decision::Decision {
                proposal: action(PROPOSAL),
                adopted,
                votes: self.votes.iter().map(|(page, ..)| *page).collect(),
            },
            Some(proposal),
        )
    }

    fn closed(&self, decision: &Decision, proposal: Option<&Proposal>) -> &'static str {
        let ballots: Vec<_> = self
            .votes
            .iter()
            .zip(&self.proposals)
            .map(|((page, voter, vote), proposal)| Ballot {
                id: *page,
                voter: *voter,
                vote: vote.as_ref(),
                proposal: proposal.as_ref(),
            })
            .collect();
        code(decision.check(proposal, &ballots))
    }
}

const YES: Choice = Choice::Yes;

#[test]
fn r30_accepts_a_ballot_closed_by_its_votes() {
    let asked = new_policy();
    assert_eq!(
        votes(&asked, &[(ANNA, YES), (BEN, YES)]).close(true, &asked),
        "valid"
    );
    let all = votes(&asked, &[(ANNA, YES), (BEN, YES), (CARL, YES)]);
    assert_eq!(all.close(true, &asked), "valid", "more than needed");
    let failed = votes(&asked, &[(ANNA, no("")), (CARL, no(""))]);
    assert_eq!(
        failed.close(false, &asked),
        "valid",
        "one silent cannot adopt"
    );
    // Three mouths, two rivals and a no: nobody can reach two any more.
    let mut split = votes(&asked, &[(ANNA, YES), (BEN, YES), (CARL, no(""))]);
    split.votes[1].2.as_mut().unwrap().proposal = action(9);
    split.proposals[1] = Some(asked.clone());
    assert_eq!(split.close(false, &asked), "valid", "split for ever");
    // The largest that a decision cites.
    let large = Proposal {
        electorate: Roll {
            members: 2 * VOTES_MAX as u32 - 1,
            voting: Voting::Majority {},
            ..founding()
        },
        ..asked
    };
    let mut many = votes(&large, &vec![(ANNA, YES); VOTES_MAX]);
    for (at, vote) in many.votes.iter_mut().enumerate() {
        let number = (at as u16).to_be_bytes();
        vote.0 .0[..2].copy_from_slice(&number);
        vote.1 .0[..2].copy_from_slice(&number);
    }
    many.votes.sort_by_key(|(page, ..)| *page);
    assert_eq!(many.close(true, &large), "valid");
}

#[test]
fn r30_refuses_forged_doubled_foreign_and_missing_votes() {
    let asked = new_policy();
    let two = || votes(&asked, &[(ANNA, YES), (BEN, YES)]);
    let bent = |change: fn(&mut Votes)| {
        let mut votes = two();
        change(&mut votes);
        votes.close(true, &asked)
    };
    assert_eq!(
        votes(&asked, &[(ANNA, YES)]).close(true, &asked),
        "E_VOTES_MISSING"
    );
    assert_eq!(bent(|votes| votes.votes.clear()), "E_VOTES");
    assert_eq!(
        bent(|votes| votes.votes.swap(0, 1)),
        "E_VOTES",
        "out of order"
    );
    assert_eq!(
        bent(|votes| votes.votes[1].0 = votes.votes[0].0),
        "E_VOTES",
        "a page twice"
    );
    assert_eq!(
        bent(|votes| votes.votes[1].1 = agent(ANNA)),
        "E_VOTE_DOUBLED"
    );
    assert_eq!(
        bent(|votes| votes.votes[0].2 = None),
        "E_VOTE_FOREIGN",
        "no vote"
    );
    assert_eq!(
        bent(|votes| votes.votes[0].2.as_mut().unwrap().choice = no("")),
        "E_VOTE_FOREIGN",
        "a no counted as a yes"
    );
    assert_eq!(
        bent(|votes| {
            votes.votes[0].2.as_mut().unwrap().proposal = action(9);
            votes.proposals[0] = Some(new_policy());
        }),
        "E_VOTE_FOREIGN",
        "a yes to the rival"
    );
    let decision = Decision {
        proposal: action(PROPOSAL),
        adopted: true,
        votes: vec![action(20), action(22)],
    };
    assert_eq!(
        two().closed(&decision, Some(&asked)),
        "E_VOTE_FOREIGN",
        "not those brought"
    );
    assert_eq!(two().closed(&decision, None), "E_NOT_A_PROPOSAL");
    // A ballot that can still be adopted has not failed.
    let open = votes(&asked, &[(ANNA, no("")), (BEN, YES)]);
    assert_eq!(open.close(false, &asked), "E_VOTES_MISSING");
    type Other = fn(&mut Proposal);
    let others: [Other; 4] = [
        |other| other.number = 2,
        |other| other.subject = Subject::Roll,
        |other| other.roll.number = 1,
        |other| other.electorate.members = 9,
    ];
    for (row, change) in others.into_iter().enumerate() {
        let mut failed = votes(&asked, &[(ANNA, no("")), (BEN, no(""))]);
        failed.votes[1].2.as_mut().unwrap().proposal = action(9);
        let mut other = asked.clone();
        change(&mut other);
        failed.proposals[1] = Some(other);
        assert_eq!(failed.close(false, &asked), "E_VOTE_FOREIGN", "row {row}");
    }
    let mut many = votes(&asked, &vec![(ANNA, YES); VOTES_MAX + 1]);
    for (at, vote) in many.votes.iter_mut().enumerate() {
        vote.0 .0[..2].copy_from_slice(&(at as u16).to_be_bytes());
    }
    many.votes.sort_by_key(|(page, ..)| *page);
    assert_eq!(many.close(true, &asked), "E_VOTES");
}

/// Two decisions that contradict each other: with the same voters they cannot both
/// be, whatever the rule, because each voter has one place in each ballot.
#[test]
fn r30_refuses_the_second_of_two_contradicting_decisions() {
    for all in 1..=9u32 {
        for voting in [
            Voting::Council { needed: 1 },
            Voting::Majority {},
            Voting::Supermajority {},
            Voting::Consent { objections: 5 },
        ] {
            let needed = needed(voting, all);
            assert!(2 * needed > all && needed <= all, "{voting:?} of {all}");
        }
    }
}

fn terms_code(change: impl FnOnce(&mut Terms)) -> &'static str {
    let mut terms = charter().terms();
    change(&mut terms);
    code(terms.check())
}

fn probation(start_s: i64, per_deposit_s: i64, received_bp: u16) -> Option<Probation> {
    Some(Probation {
        start_s: Seconds(start_s),
        per_deposit_s: Seconds(per_deposit_s),
        received_bp: BasisPoints(received_bp),
    })
}

#[test]
fn r31_accepts_a_policy_within_its_limits() {
    let good: [fn(&mut Terms); 7] = [
        |_| (),
        |terms| terms.levies = Levies::default(),
        |terms| terms.exposure_s = Seconds(0),
        |terms| terms.probation = probation(-10 * HOUR_S, 0, 0),
        |terms| terms.probation = probation(0, AMOUNT_MAX_S, 10_000),
        |terms| terms.payments_levied = false,
        |terms| {
            terms.state = Some(Appointment {
                holder: agent(BEN),
                until_us: TIME_MAX_US,
            })
        },
    ];
    for (row, change) in good.into_iter().enumerate() {
        assert_eq!(terms_code(change), "valid", "row {row}");
    }
    // Policy 0 is the charter, and proposing just that changes nothing but the number.
    let adopted = new_policy().policy().unwrap();
    assert_eq!(adopted, policy_numbered(1));
    assert_eq!(charter().policy().unwrap(), policy());
}

#[test]
fn r31_refuses_a_policy_out_of_its_limits() {
    type Bad = (fn(&mut Terms), &'static str);
    let bad: [Bad; 9] = [
        (
            |terms| terms.levies.state_bp = BasisPoints(4_751),
            "E_LEVIES_TOO_HIGH",
        ),
        (|terms| terms.floor_s = Seconds(1), "E_FLOOR_RANGE"),
        (|terms| terms.exposure_s = Seconds(-1), "E_TERMS"),
        (
            |terms| terms.exposure_s = Seconds(AMOUNT_MAX_S + 1),
            "E_TERMS",
        ),
        // Newcomers never have more than everybody.
        (
            |terms| terms.probation = probation(-10 * HOUR_S - 1, 0, 0),
            "E_TERMS",
        ),
        (|terms| terms.probation = probation(1, 0, 0), "E_TERMS"),
        (|terms| terms.probation = probation(0, -1, 0), "E_TERMS"),
        (|terms| terms.probation = probation(0, 0, 10_001), "E_TERMS"),
        (
            |terms| {
                terms.community = Some(Appointment {
                    holder: agent(BEN),
                    until_us: -1,
                })
            },
            "E_TERMS",
        ),
    ];
    for (row, (change, expected)) in bad.into_iter().enumerate() {
        assert_eq!(terms_code(change), expected, "row {row}");
    }
    let proposed = |change: fn(&mut Terms)| {
        let mut terms = charter().terms();
        change(&mut terms);
        judged(&proposal(Subject::Policy, Content::Policy(terms)), &NOTHING)
    };
    assert_eq!(proposed(|terms| terms.exposure_s = Seconds(-1)), "E_TERMS");
    assert_eq!(proposed(|terms| terms.exposure_s = Seconds(0)), "valid");
    assert_eq!(floor_for_anna().policy(), None, "no policy");
}

/// Two hours to begin with, ten minutes for each deposit, half of what is received.
fn on_probation(version: u32) -> Policy {
    Policy {
        probation: probation(-2 * HOUR_S, 600, 5_000),
        ..policy_numbered(version)
    }
}

#[test]
fn r32_accepts_the_floor_of_the_policy_or_of_a_decision() {
    let newcomer = |before: &Page, floor_s: i64| {
        depositing(before).with(|draft| {
            draft.policy = Some(on_probation(0));
            draft.page.after.holdings[0].floor_s = Seconds(floor_s);
        })
    };
    let first = newcomer(&opened(), -2 * HOUR_S - 600 - 54 * 60);
    // The whole floor is reached, and not passed.
    let mut old = opened();
    old.after.received = Received {
        times: 9,
        total_s: Seconds(40 * HOUR_S),
    };
    // A policy that is newer than the decided floor leaves it.
    let decided = giving(&taking_floor(&opened()).page, 1);
    let mut again = taking_floor(&opened()).page;
    again.after.floor.as_mut().unwrap().number = 4;
    let again = taking_floor(&again).with(|draft| {
        draft.decided.as_mut().unwrap().proposal.number = 5;
        draft.page.after.floor.as_mut().unwrap().number = 5;
    });
    expect([
        ("a newcomer's, lowered by what was received", first, "valid"),
        (
            "everybody's in the end",
            newcomer(&old, -10 * HOUR_S),
            "valid",
        ),
        ("a decided one", taking_floor(&opened()), "valid"),
        ("which stays", decided, "valid"),
        ("a later one", again, "valid"),
        (
            "given down to",
            giving(&taking_floor(&opened()).page, 30 * HOUR_S),
            "valid",
        ),
    ]);
    assert_eq!(
        apply::first_page(action(200), &on_probation(0), PolicyRef::FOUNDING)
            .after
            .holdings[0]
            .floor_s,
        Seconds(-2 * HOUR_S)
    );
}

#[test]
fn r32_refuses_any_other_floor() {
    let bent = |change: fn(&mut Closed)| {
        taking_floor(&opened()).with(|draft| change(draft.decided.as_mut().unwrap()))
    };
    let once = taking_floor(&opened()).page;
    expect([
        (
            "not adopted",
            bent(|closed| closed.adopted = false),
            "E_FLOOR_NOT_DECIDED",
        ),
        (
            "another decision",
            bent(|closed| closed.id = action(9)),
            "E_FLOOR_NOT_DECIDED",
        ),
        (
            "another's floor",
            bent(|closed| closed.proposal.subject = Subject::Floor(agent(BEN))),
            "E_FLOOR_NOT_DECIDED",
        ),
        (
            "something else decided",
            bent(|closed| closed.proposal = new_policy()),
            "E_FLOOR_NOT_DECIDED",
        ),
        (
            "nothing",
            taking_floor(&opened()).with(|draft| draft.decided = None),
            "E_FLOOR_NOT_DECIDED",
        ),
        ("the same again", taking_floor(&once), "E_FLOOR_OLDER"),
        (
            "one second below a decided floor",
            giving(&once, 30 * HOUR_S + 1),
            "E_FLOOR_CROSSED",
        ),
        (
            "the policy's beside a decided one",
            giving(&once, 1)
                .with(|draft| draft.page.after.holdings[0].floor_s = Seconds(-10 * HOUR_S)),
            "E_AFTER_WRONG",
        ),
        (
            "a newcomer who keeps the whole floor",
            depositing(&opened()).with(|draft| draft.policy = Some(on_probation(0))),
            "E_AFTER_WRONG",
        ),
        (
            "one second below a newcomer's",
            giving(&opened(), 2 * HOUR_S + 1).with(|draft| draft.policy = Some(on_probation(0))),
            "E_FLOOR_CROSSED",
        ),
    ]);
}
