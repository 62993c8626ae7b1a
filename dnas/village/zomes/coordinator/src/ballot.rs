//! Asking the village, and looking at what is asked.

use crate::api::{
    BallotCount, BallotItem, BallotKind, BallotRef, BallotState, Ballots as BallotsOut,
    BallotsInput, ProposeInput, Proposed, VoteItem, Votes, VotesInput,
};
use crate::ballots::{kind_of, Asked, Ballots, KINDS};
use crate::book::{charter, me, own_latest, own_past, Past};
use crate::double_spend::held_proof;
use crate::member::{page_of_list, Names};
use crate::motion::{asked_as, motion_of};
use crate::refusal::{check_limit, law};
use crate::rolls::Rolls;
use crate::vote::{answers_to, cast_on, cast_on_rivals, closing, Cast};
use crate::written::{create_entry, create_link};
use commons_credit_ledger::ballot::FIRST_BALLOT;
use commons_credit_ledger::roll::Standing;
use commons_credit_ledger::settled::Key;
use commons_credit_ledger::{
    AgentId, CitedDoubleSpend, Content, Proposal, ProposalFacts, Subject, VillageId,
};
use hdk::prelude::*;
use std::collections::BTreeSet;
use village_integrity::{
    action_hash, action_id, agent_id, agent_key, ballots_base, village_id, EntryTypes, LinkTypes,
    ProposalEntry,
};

/// Asks the newest roll for a decision.
#[hdk_extern]
pub fn propose(input: ProposeInput) -> ExternResult<Proposed> {
    let charter = charter()?;
    let author = agent_id(&me()?);
    let rolls = Rolls::known(charter.clone())?;
    let (subject, content) = asked_as(&input.motion, &rolls, &charter)?;
    let ballots = Ballots::known(kind_of(&subject))?;
    // What was decided under a roll that this node does not know yet cannot be followed.
    let before = ballots
        .newest_on(&subject)
        .filter(|(asked, _)| asked.proposal.roll.number <= rolls.number());
    let about_the_roll = subject == Subject::Roll;
    let follows = if about_the_roll {
        rolls.decided()
    } else {
        before.map(|(asked, outcome)| outcome.decided(asked))
    };
    let number = if about_the_roll {
        rolls.number().saturating_add(1)
    } else {
        next_number(&ballots, &subject, input.overtake)
    };
    let proposal = Proposal {
        subject,
        number,
        follows: follows.map(|decided| decided.id),
        roll: rolls.cited(),
        electorate: rolls.newest(),
        on_roll: rolls.newest_tree().prove(&Key::of_person(author)),
        content,
        reason: input.reason.trim().to_owned(),
    };
    let proof = match &proposal.content {
        Content::MakeGood { proof, .. } => Some((*proof, held_proof(&action_hash(proof))?)),
        _ => None,
    };
    proposal
        .check(&ProposalFacts {
            double_spend: proof
                .as_ref()
                .map(|(id, proof)| CitedDoubleSpend { id: *id, proof }),
            author,
            charter: &charter,
            follows,
            roll: rolls.decided(),
        })
        .map_err(law)?;
    let hash = create_entry(EntryTypes::Proposal(ProposalEntry(proposal)))?;
    create_link(
        ballots_base(&subject),
        hash.clone(),
        LinkTypes::Ballot,
        LinkTag::new(Vec::new()),
    )?;
    Ok(Proposed {
        proposal: hash,
        number,
    })
}

/// The number of a new ballot: the lowest that can still be adopted, beside what is
/// open; or, for a ballot that is stuck, the next that nobody has asked under. Not one after
/// all others: somebody may have asked under the highest that the law takes (rule 27), and
/// that ballot may have failed.
fn next_number(ballots: &Ballots, subject: &Subject, overtake: bool) -> u32 {
    let on_it = |asked: &&Asked| asked.proposal.subject == *subject;
    let adopted = ballots.adopted().map(|(asked, _)| asked).filter(on_it);
    let adopted = adopted.map(|asked| asked.proposal.number).max();
    let mut number = adopted.map_or(FIRST_BALLOT, |number| number.saturating_add(1));
    let closed = ballots.outcomes().map(|(asked, _)| asked);
    let open = ballots.asked.values().filter(|_| overtake);
    let taken = closed.chain(open).filter(on_it);
    let taken: BTreeSet<u32> = taken.map(|asked| asked.proposal.number).collect();
    // Ends at the first gap.
    for asked in taken.range(number..) {
        if *asked != number {
            break;
        }
        number = number.saturating_add(1);
    }
    number
}

/// Ballots, newest first.
#[hdk_extern]
pub fn ballots(input: BallotsInput) -> ExternResult<BallotsOut> {
    let limit = check_limit(input.limit)?;
    let kinds: Vec<BallotKind> = input.kind.map_or(KINDS.to_vec(), |kind| vec![kind]);
    let known = Ballots::known_of(&kinds)?;
    let reader = Reader::ready()?;
    let mut found: Vec<&Asked> = known
        .asked
        .values()
        .filter(|asked| {
            input
                .state
                .is_none_or(|state| state == reader.state(&known, asked))
        })
        .collect();
    found.sort_by_key(|asked| std::cmp::Reverse((asked.time, asked.hash.clone())));
    let (shown, next) = page_of_list(found, input.cursor, limit);
    let items = shown
        .into_iter()
        .map(|asked| reader.item(&known, asked))
        .collect::<ExternResult<_>>()?;
    Ok(BallotsOut { items, next })
}

/// One ballot, its votes counted one by one.
#[hdk_extern]
pub fn ballot(input: BallotRef) -> ExternResult<BallotCount> {
    let asked = Asked::held(&input.proposal)?;
    let known = Ballots::known(kind_of(&asked.proposal.subject))?;
    let reader = Reader::ready()?;
    let ballot = reader.item(&known, &asked)?;
    let casts = cast_on(&asked)?;
    let yes = casts.iter().filter(|cast| cast.says_yes()).count();
    let elsewhere = cast_on_rivals(&known, &asked)?;
    let closable = ballot.state == BallotState::Open && closing(&asked, &casts, &elsewhere).is_ok();
    Ok(BallotCount {
        ballot,
        yes: count(yes),
        no: count(casts.len() - yes),
        elsewhere: count(elsewhere.len()),
        closable,
    })
}

/// The electorate of a ballot: first who voted, then whose vote went to a rival, then
/// who is silent.
#[hdk_extern]
pub fn votes(input: VotesInput) -> ExternResult<Votes> {
    let limit = check_limit(input.limit)?;
    let asked = Asked::held(&input.proposal)?;
    let known = Ballots::known(kind_of(&asked.proposal.subject))?;
    let electorate = asked.proposal.electorate;
    let names = Names::default();
    let item = |cast: Cast, rival| VoteItem {
        voter_name: names.of(&cast.voter),
        voter: cast.voter,
        choice: Some(cast.vote.choice),
        rival,
        page: Some(cast.page),
    };
    let here = cast_on(&asked)?.into_iter().map(|cast| item(cast, None));
    let elsewhere = cast_on_rivals(&known, &asked)?
        .into_iter()
        .map(|(rival, cast)| item(cast, Some(rival.hash)));
    // Whoever has split their book into two stands here once.
    let mut voted = BTreeSet::new();
    let mut items: Vec<VoteItem> = here
        .chain(elsewhere)
        .filter(|item| voted.insert(item.voter.clone()))
        .collect();
    let standings = Rolls::known(charter()?)?.standings(asked.proposal.roll.number);
    let silent = standings
        .into_iter()
        .filter(|(_, standing)| electorate.entitles(*standing))
        .map(|(agent, _)| agent_key(&agent))
        .filter(|agent| !voted.contains(agent));
    items.extend(silent.map(|voter| VoteItem {
        voter_name: names.of(&voter),
        voter,
        choice: None,
        rival: None,
        page: None,
    }));
    let (items, next) = page_of_list(items, input.cursor, limit);
    Ok(Votes { items, next })
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// What is needed to show a ballot to the caller.
struct Reader {
    me: AgentId,
    village: VillageId,
    names: Names,
    rolls: Rolls,
    past: Past,
    /// The oldest roll that the caller's book votes under; none without a book.
    votes_under: Option<u32>,
}

impl Reader {
    fn ready() -> ExternResult<Self> {
        Ok(Self {
            me: agent_id(&me()?),
            village: village_id(&dna_info()?.hash),
            names: Names::default(),
            rolls: Rolls::known(charter()?)?,
            past: own_past()?,
            votes_under: own_latest()?.map(|latest| latest.page.after.roll),
        })
    }

    fn state(&self, known: &Ballots, asked: &Asked) -> BallotState {
        let proposal = &asked.proposal;
        if let Some(outcome) = known.closed.get(&asked.hash) {
            return if outcome.adopted {
                BallotState::Adopted
            } else {
                BallotState::Failed
            };
        }
        let failed_beside = known
            .outcomes()
            .any(|(rival, outcome)| !outcome.adopted && rival.rivals(asked));
        if failed_beside {
            return BallotState::Failed;
        }
        let overtaken = known
            .newest_on(&proposal.subject)
            .is_some_and(|(newest, _)| newest.proposal.number >= proposal.number);
        if overtaken {
            BallotState::Overtaken
        } else {
            BallotState::Open
        }
    }

    fn item(&self, known: &Ballots, asked: &Asked) -> ExternResult<BallotItem> {
        let proposal = &asked.proposal;
        let state = self.state(known, asked);
        let outcome = known.closed.get(&asked.hash);
        let standings = self.rolls.standings(proposal.roll.number);
        let voices: BTreeSet<AgentPubKey> = answers_to(&asked.hash)?
            .into_iter()
            .map(|link| link.author)
            .filter(|author| {
                let standing = standings.get(&agent_id(author));
                standing.is_some_and(|standing| proposal.electorate.entitles(*standing))
            })
            .collect();
        let voted = self.past.settled.contains(&Key::of_vote(
            &self.village,
            &proposal.subject,
            proposal.number,
        ));
        let standing: Option<Standing> = standings.get(&self.me).copied();
        let entitled = standing.is_some_and(|standing| proposal.electorate.entitles(standing));
        let in_time = self
            .votes_under
            .is_some_and(|oldest| oldest <= proposal.roll.number);
        Ok(BallotItem {
            proposal: asked.hash.clone(),
            kind: kind_of(&proposal.subject),
            motion: motion_of(proposal),
            number: proposal.number,
            roll: proposal.roll.number,
            reason: proposal.reason.clone(),
            proposer_name: self.names.of(&asked.author),
            proposer: asked.author.clone(),
            state,
            decision: outcome.map(|outcome| outcome.decision.clone()),
            voices: count(voices.len()),
            electorate: proposal.electorate.electorate(),
            needed: proposal.electorate.needed(),
            may_vote: state == BallotState::Open && entitled && in_time && !voted,
            mine: self.past.choices.get(&action_id(&asked.hash)).cloned(),
            time_us: asked.time.as_micros(),
            decided_us: outcome.map(|outcome| outcome.time.as_micros()),
        })
    }
}
