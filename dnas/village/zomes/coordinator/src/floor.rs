//! Floors that the village decided for one member.

use crate::api::{BallotKind, FloorItem, Floors, FloorsInput, Written as WrittenOut};
use crate::ballots::Ballots;
use crate::book::{latest_of, write, Desk};
use crate::member::{page_of_list, Names};
use crate::refusal::{check_limit, Refusal};
use commons_credit_ledger::{Content, Event, Facts, Subject};
use hdk::prelude::*;
use village_integrity::{action_id, agent_key};

/// Decided floors, newest first: the history of one member, or of all.
#[hdk_extern]
pub fn floors(input: FloorsInput) -> ExternResult<Floors> {
    let limit = check_limit(input.limit)?;
    let ballots = Ballots::known(BallotKind::Floor)?;
    let mut found: Vec<_> = ballots
        .adopted()
        .filter_map(|(asked, outcome)| {
            let (Subject::Floor(agent), Content::Floor { floor_s }) =
                (asked.proposal.subject, &asked.proposal.content)
            else {
                return None;
            };
            let agent = agent_key(&agent);
            let wanted = input.agent.as_ref().is_none_or(|only| *only == agent);
            wanted.then_some((asked, outcome, agent, *floor_s))
        })
        .collect();
    found.sort_by_key(|(asked, ..)| std::cmp::Reverse((asked.time, asked.hash.clone())));
    let (shown, next) = page_of_list(found, input.cursor, limit);
    let names = Names::default();
    let mut items = Vec::new();
    for (asked, outcome, agent, floor_s) in shown {
        let number = asked.proposal.number;
        let taken = latest_of(&agent)?
            .and_then(|latest| latest.page.after.floor)
            .is_some_and(|floor| floor.number >= number);
        items.push(FloorItem {
            agent_name: names.of(&agent),
            agent,
            number,
            floor_s,
            decision: outcome.decision.clone(),
            taken,
            time_us: asked.time.as_micros(),
        });
    }
    Ok(Floors { items, next })
}

/// Takes over the newest floor that the village decided for the caller.
#[hdk_extern]
pub fn take_floor(_: ()) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    let ballots = Ballots::known(BallotKind::Floor)?;
    let (asked, outcome) =
        ballots
            .newest_on(&Subject::Floor(desk.author))
            .ok_or(Refusal::NotFound {
                what: "decision about your floor",
            })?;
    let facts = Facts {
        decided: Some(outcome.decided(asked)),
        ..desk.facts()
    };
    let event = Event::Floor {
        decision: action_id(&outcome.decision),
    };
    let written = write(desk.draft(event, &facts)?)?;
    (&written).try_into()
}
