//! What a random village votes on, and its counting held against the twin's.

use crate::common::{action, agent};
use crate::obvious::{Closing, Twin};
use crate::random::Random;
use commons_credit_ledger::amount::HOUR_S;
use commons_credit_ledger::decision::Decision;
use commons_credit_ledger::roll::{founding_tree, set_standing};
use commons_credit_ledger::settled::{PathEnd, Proof, Tree};
use commons_credit_ledger::*;
use std::collections::BTreeMap;

const ROLLS: u32 = 4;
const FLOORS: u8 = 30;

/// A few rolls, each grown from the one before, with ballots under each of them and
/// decisions about floors. Returns the rolls as trees.
pub fn found(twin: &mut Twin, random: &mut Random, agents: u8) -> Vec<Tree> {
    let votings = [
        Voting::Council {
            needed: 1 + random.below(9) as u32,
        },
        Voting::Majority {},
        Voting::Supermajority {},
        Voting::Consent {
            objections: 1 + random.below(4) as u32,
        },
    ];
    let charter = Charter {
        format: 1,
        name: "Orchard".into(),
        levies: Levies::default(),
        floor_s: Seconds(0),
        voting: votings[random.below(4)],
        stewards: (1..=5).map(agent).collect(),
        predecessor: None,
    };
    let mut trees = vec![founding_tree(&charter)];
    let mut electorate = Roll::founding(&charter);
    twin.rolls = vec![charter
        .stewards
        .iter()
        .map(|who| (*who, Standing::Steward))
        .collect()];
    for number in 0..ROLLS {
        let mut people = twin.rolls[number as usize].clone();
        let mut changes = BTreeMap::new();
        while changes.len() < 12 {
            let who = agent(1 + random.below(agents.into()) as u8);
            let standing = [
                Standing::Member,
                Standing::Member,
                Standing::Steward,
                Standing::Suspended,
                Standing::Left,
            ][random.below(5)];
            if people.get(&who) != Some(&standing) {
                changes.insert(who, standing);
            }
        }
        let mut tree = trees[number as usize].clone();
        let list: Vec<_> = changes
            .iter()
            .map(|(who, standing)| (*who, *standing))
            .collect();
        let terms = RollTerms::draft(&electorate, &mut tree, &list, votings[number as usize], 0)
            .expect("founders and stewards stay in the majority of cases");
        // Two that contradict each other in every ballot.
        for side in 0..2u8 {
            let ballots = [
                (
                    Subject::Roll,
                    number + 1,
                    Content::Roll(Box::new(terms.clone())),
                ),
                (
                    Subject::Succession(agent(1)),
                    number + 1,
                    Content::Succession {
                        heir: agent(60 + side),
                        last: action(side),
                    },
                ),
                (
                    Subject::Line(VillageId([number as u8; 32])),
                    1,
                    Content::Line(Box::new(LineTerms {
                        gateway: agent(side),
                        ..crate::common::line_terms()
                    })),
                ),
            ];
            for (at, (subject, ballot, content)) in ballots.into_iter().enumerate() {
                let id = ActionId([100 + number as u8 * 8 + at as u8 * 2 + side; 32]);
                twin.proposals
                    .insert(id, proposal(subject, ballot, number, electorate, content));
            }
        }
        people.extend(changes.iter().map(|(who, standing)| (*who, *standing)));
        for (who, standing) in &people {
            // The tree that the draft changed says the same as one built anew.
            let mut again = tree.clone();
            set_standing(&mut again, *who, *standing);
            assert_eq!(again, tree);
        }
        electorate = terms.after;
        twin.rolls.push(people);
        trees.push(tree);
    }
    for at in 0..FLOORS {
        let subject = Subject::Floor(agent(1 + random.below(agents.into()) as u8));
        let content = Content::Floor {
            floor_s: Seconds(-(random.below(30) as i64) * HOUR_S),
        };
        let number = 1 + random.below(3) as u32;
        let closing = Closing {
            adopted: random.chance(90),
            proposal: proposal(subject, number, 0, electorate, content),
        };
        twin.decisions.insert(action(150 + at), closing);
    }
    projects(twin, random, agents, electorate);
    guard(twin, random, electorate);
    trees
}

/// The village lets an heir go on.
pub fn succession(twin: &Twin, lost: AgentId, last: ActionId, heir: AgentId) -> Closing {
    let any = twin.decisions.values().next().expect("politics has some");
    let content = Content::Succession { heir, last };
    Closing {
        adopted: true,
        proposal: Proposal {
            subject: Subject::Succession(lost),
            content,
            ..any.proposal.clone()
        },
    }
}

/// Double spenders, and what is made good of it.
fn guard(twin: &mut Twin, random: &mut Random, electorate: Roll) {
    for at in 0..12u8 {
        // Three of them are shown to have done it twice.
        let giver = agent(10 + at % 9);
        let proof = action(230 + at);
        twin.double_spends
            .insert(proof, (giver, 2 + random.below(30) as u64));
        let amount_s = Seconds(1 + random.below(20 * 60) as i64);
        let content = Content::MakeGood {
            proof,
            amount_s,
            holder: agent(1 + at % 3),
        };
        let closing = Closing {
            adopted: random.chance(90),
            proposal: proposal(Subject::MakeGood(giver), 1, 0, electorate, content),
        };
        twin.decisions.insert(action(230 + at), closing);
    }
}

/// Projects for each holder and fund, with labour and its confirmations.
fn projects(twin: &mut Twin, random: &mut Random, agents: u8, electorate: Roll) {
    for at in 0..12u8 {
        let id = action(200 + at);
        let project = Project {
            name: "Root cellar".into(),
            purpose: String::new(),
            fund: if at % 2 == 0 {
                Fund::State
            } else {
                Fund::Community
            },
            holder: agent(1 + at / 2 % 3),
            budget_s: Seconds(1 + random.below(40 * 60) as i64),
            confirmations: u32::from(at > 8),
        };
        let subject = Subject::Project(Digest([at; 32]));
        let content = Content::Project(project);
        let closing = Closing {
            adopted: at != 7,
            proposal: proposal(subject, 1, 0, electorate, content),
        };
        twin.decisions.insert(id, closing);
        for number in 0..12u8 {
            let labour = ActionId([220, at, number].repeat(11)[..32].try_into().unwrap());
            let worker = agent(1 + random.below(agents.into()) as u8);
            let worked = Labour {
                book: action(1),
                project: id,
                decision: id,
                seconds: Seconds(1 + random.below(20 * 60) as i64),
                words: None,
                shown: true,
            };
            twin.labours.insert(labour, (worker, worked));
            for by in 0..random.below(3) as u8 {
                let confirmation = ActionId([221, at, number, by].repeat(8).try_into().unwrap());
                let said = Confirmation {
                    labour,
                    worked: labour,
                };
                twin.confirmations
                    .insert(confirmation, (agent(80 + by), said));
            }
        }
    }
}

fn proposal(
    subject: Subject,
    number: u32,
    roll: u32,
    electorate: Roll,
    content: Content,
) -> Proposal {
    Proposal {
        subject,
        number,
        follows: None,
        roll: RollRef {
            number: roll,
            decision: None,
        },
        electorate,
        on_roll: Proof {
            siblings: vec![],
            end: PathEnd::Empty,
        },
        content,
        reason: String::new(),
    }
}

/// Every ballot closed with chance's votes: the law says what the twin's counting
/// says. Returns how often each verdict was met.
pub fn count(twin: &Twin, random: &mut Random) -> BTreeMap<&'static str, u32> {
    let mut seen = BTreeMap::new();
    for (id, proposal) in &twin.proposals {
        let rival = ActionId([id.0[0] ^ 1; 32]);
        for _ in 0..60 {
            let (turnout, liked) = (40 + random.below(61), random.below(101));
            let roll = &twin.rolls[proposal.roll.number as usize];
            let voters = roll.keys().filter(|who| twin.may_vote(proposal, **who));
            let mut votes: Vec<Cast> = Vec::new();
            for voter in voters {
                if random.chance(turnout) {
                    let yes = random.chance(liked);
                    let on = if yes || random.chance(50) { *id } else { rival };
                    let page = ActionId([random.below(256) as u8; 32]);
                    votes.push((page, *voter, vote(on, yes || on == rival)));
                }
            }
            votes.sort_by_key(|(page, ..)| *page);
            votes.dedup_by_key(|(page, ..)| *page);
            let on = |id: &ActionId| {
                let yes = votes
                    .iter()
                    .filter(|(_, _, vote)| vote.proposal == *id && vote.choice == Choice::Yes);
                yes.cloned().collect::<Vec<_>>()
            };
            let (yes, other) = (on(id), on(&rival));
            let adopts = twin.adopts(proposal, yes.len());
            let fails = twin.fails(proposal, yes.len().max(other.len()), votes.len());
            assert!(!(adopts && fails), "no ballot is closed both ways");
            for (adopted, votes, closes) in [(true, &yes, adopts), (false, &votes, fails)] {
                let code = check(twin, *id, adopted, votes);
                let expected = match (votes.is_empty(), closes) {
                    (true, _) => "E_VOTES",
                    (false, true) => "valid",
                    (false, false) => "E_VOTES_MISSING",
                };
                assert_eq!(code, expected, "{proposal:?} {votes:?}");
                let met = match (adopted, code) {
                    (true, "valid") => "adopted",
                    (false, "valid") => "failed",
                    (_, code) => code,
                };
                *seen.entry(met).or_default() += 1;
            }
        }
    }
    seen
}

type Cast = (ActionId, AgentId, Vote);

fn vote(proposal: ActionId, yes: bool) -> Vote {
    let nothing = Proof {
        siblings: vec![],
        end: PathEnd::Empty,
    };
    let reason = "not now".into();
    Vote {
        proposal,
        choice: if yes {
            Choice::Yes
        } else {
            Choice::No { reason }
        },
        on_roll: nothing.clone(),
        proof: nothing,
    }
}

fn check(twin: &Twin, id: ActionId, adopted: bool, votes: &[Cast]) -> &'static str {
    let decision = Decision {
        proposal: id,
        adopted,
        votes: votes.iter().map(|(page, ..)| *page).collect(),
    };
    let ballots: Vec<_> = votes
        .iter()
        .map(|(page, voter, vote)| Ballot {
            id: *page,
            voter: *voter,
            vote: Some(vote),
            proposal: twin.proposals.get(&vote.proposal),
        })
        .collect();
    decision
        .check(twin.proposals.get(&id), &ballots)
        .map_or_else(|violation| violation.code(), |()| "valid")
}
