//! Voting, and closing a ballot by the votes that were cast.

use crate::api::{BallotRef, Closing, VoteInput, Written as WrittenOut};
use crate::ballots::{kind_of, Asked, Ballots};
use crate::book::{charter, own_past, valid_records, write, Desk, Written};
use crate::links::lasting_links;
use crate::refusal::law;
use crate::rolls::Rolls;
use commons_credit_ledger::decision::VOTES_MAX;
use commons_credit_ledger::settled::Key;
use commons_credit_ledger::{
    Ballot, Choice, CitedProposal, Decision, Event, Facts, Violation, Vote,
};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use village_integrity::{
    action_id, agent_id, answers, ballots_base, village_id, DecisionEntry, EntryTypes, LinkTypes,
};

/// Says something in a ballot, once.
#[hdk_extern]
pub fn vote(input: VoteInput) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    let asked = Asked::held(&input.proposal)?;
    let proposal = &asked.proposal;
    let tree = Rolls::known(charter()?)?.tree_of(proposal)?;
    let village = village_id(&dna_info()?.hash);
    let key = Key::of_vote(&village, &proposal.subject, proposal.number);
    let id = action_id(&asked.hash);
    let choice = match input.choice {
        Choice::Yes => Choice::Yes,
        Choice::No { reason } => Choice::No {
            reason: reason.trim().to_owned(),
        },
    };
    let event = Event::Vote(Box::new(Vote {
        proposal: id,
        choice,
        on_roll: tree.prove(&Key::of_person(desk.author)),
        proof: own_past()?.settled.prove(&key),
    }));
    let facts = Facts {
        proposal: Some(CitedProposal {
            id,
            village,
            proposal,
        }),
        ..desk.facts()
    };
    let written = write(desk.draft(event, &facts)?)?;
    link_answer(&asked.hash, &written.hash)?;
    (&written).try_into()
}

/// Closes a ballot whose votes suffice; one that is closed already stays as it is.
#[hdk_extern]
pub fn decide(input: BallotRef) -> ExternResult<Closing> {
    let asked = Asked::held(&input.proposal)?;
    let subject = asked.proposal.subject;
    let known = Ballots::known(kind_of(&subject))?;
    if let Some(outcome) = known.closed.get(&asked.hash) {
        return Ok(Closing {
            decision: outcome.decision.clone(),
            adopted: outcome.adopted,
        });
    }
    let casts = cast_on(&asked)?;
    let elsewhere = cast_on_rivals(&known, &asked)?;
    let decision = closing(&asked, &casts, &elsewhere).map_err(law)?;
    let adopted = decision.adopted;
    let hash = create_entry(EntryTypes::Decision(DecisionEntry(decision)))?;
    create_link(
        ballots_base(&subject),
        hash.clone(),
        LinkTypes::Ballot,
        LinkTag::new(Vec::new()),
    )?;
    Ok(Closing {
        decision: hash,
        adopted,
    })
}

/// Tells where an answer to something is found.
pub(crate) fn link_answer(to: &ActionHash, answer: &ActionHash) -> ExternResult<()> {
    create_link(
        to.clone(),
        answer.clone(),
        LinkTypes::Answer,
        LinkTag::new(Vec::new()),
    )?;
    Ok(())
}

/// Links to what says that it answers an action.
pub(crate) fn answers_to(action: &ActionHash) -> ExternResult<Vec<Link>> {
    lasting_links(action.clone(), LinkTypes::Answer)
}

/// The answers to an action that this node holds and has found valid, each once.
pub(crate) fn answered(action: &ActionHash) -> ExternResult<Vec<Record>> {
    let mut seen = BTreeSet::new();
    Ok(linked_answers(action)?
        .into_iter()
        .map(|(_, record)| record)
        .filter(|record| seen.insert(record.action_address().clone()))
        .collect())
}

/// The same with the links that lead to them, oldest first.
pub(crate) fn linked_answers(action: &ActionHash) -> ExternResult<Vec<(Link, Record)>> {
    let links = answers_to(action)?;
    let targets: BTreeSet<ActionHash> = links
        .iter()
        .filter_map(|link| link.target.clone().into_action_hash())
        .collect();
    let records: BTreeMap<ActionHash, Record> =
        valid_records(&targets.into_iter().collect::<Vec<_>>())?
            .into_iter()
            .map(|record| (record.action_address().clone(), record))
            .collect();
    let id = action_id(action);
    Ok(links
        .into_iter()
        .filter_map(|link| {
            let target = link.target.clone().into_action_hash()?;
            let record = records.get(&target)?;
            let good = *record.action().author() == link.author && answers(record, &id);
            good.then(|| (link, record.clone()))
        })
        .collect())
}

/// A vote that this node knows.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    pub(crate) page: ActionHash,
    pub(crate) voter: AgentPubKey,
    pub(crate) vote: Vote,
}

impl Cast {
    pub(crate) fn says_yes(&self) -> bool {
        self.vote.choice == Choice::Yes
    }
}

/// The votes on a proposal, one of each voter, by address.
pub(crate) fn cast_on(asked: &Asked) -> ExternResult<Vec<Cast>> {
    let id = action_id(&asked.hash);
    let mut voters = BTreeSet::new();
    let mut casts: Vec<Cast> = answered(&asked.hash)?
        .iter()
        .filter_map(|record| {
            let written = Written::of(record)?;
            let vote = written.page.event.vote()?;
            (vote.proposal == id).then(|| Cast {
                page: written.hash.clone(),
                voter: record.action().author().clone(),
                vote: vote.clone(),
            })
        })
        .filter(|cast| voters.insert(cast.voter.clone()))
        .collect();
    casts.sort_by_key(|cast| action_id(&cast.page));
    Ok(casts)
}

/// Votes on rivals in the same ballot, with the rival.
pub(crate) fn cast_on_rivals(known: &Ballots, asked: &Asked) -> ExternResult<Vec<(Asked, Cast)>> {
    let mut casts = Vec::new();
    for rival in known.asked.values().filter(|other| asked.rivals(other)) {
        casts.extend(
            cast_on(rival)?
                .into_iter()
                .map(|cast| (rival.clone(), cast)),
        );
    }
    Ok(casts)
}

/// The decision that these votes allow: adopted if enough say yes, failed if enough
/// never will. The law has judged it.
pub(crate) fn closing(
    asked: &Asked,
    casts: &[Cast],
    elsewhere: &[(Asked, Cast)],
) -> Result<Decision, Violation> {
    let needed = asked.proposal.electorate.needed();
    let yes: Vec<Ballot<'_>> = casts
        .iter()
        .filter(|cast| cast.says_yes())
        .take(usize::try_from(needed).unwrap_or(usize::MAX).min(VOTES_MAX))
        .map(|cast| ballot_of(cast, None))
        .collect();
    let adopts = judged(asked, true, yes);
    if adopts.is_ok() {
        return adopts;
    }
    let mut all: Vec<Ballot<'_>> = casts
        .iter()
        .map(|cast| ballot_of(cast, None))
        .chain(
            elsewhere
                .iter()
                .map(|(rival, cast)| ballot_of(cast, Some(rival))),
        )
        .collect();
    all.sort_by_key(|ballot| ballot.id);
    // Whoever has split their book into two must not stand in the way of a decision.
    let mut voters = BTreeSet::new();
    all.retain(|ballot| voters.insert(ballot.voter));
    all.truncate(VOTES_MAX);
    judged(asked, false, all).or(adopts)
}

fn ballot_of<'a>(cast: &'a Cast, rival: Option<&'a Asked>) -> Ballot<'a> {
    Ballot {
        id: action_id(&cast.page),
        voter: agent_id(&cast.voter),
        vote: Some(&cast.vote),
        proposal: rival.map(|rival| &rival.proposal),
    }
}

fn judged(asked: &Asked, adopted: bool, ballots: Vec<Ballot<'_>>) -> Result<Decision, Violation> {
    if ballots.is_empty() {
        return Err(Violation::VotesMissing {
            counted: 0,
            needed: asked.proposal.electorate.needed(),
        });
    }
    let decision = Decision {
        proposal: action_id(&asked.hash),
        adopted,
        votes: ballots.iter().map(|ballot| ballot.id).collect(),
    };
    decision.check(Some(&asked.proposal), &ballots)?;
    Ok(decision)
}
