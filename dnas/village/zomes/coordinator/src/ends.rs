//! Books that have ended: what this node knows of them, and what the caller's book has
//! noted.

use crate::api::Noted;
use crate::book::{me, own_latest, own_pages, valid_record, valid_records, write, Desk, Written};
use crate::inbox::waiting_from;
use crate::links::lasting_links;
use crate::transfer::{deposit_at, outcome_of};
use crate::written::create_link;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::{AgentId, Bar, Ended, Event, Facts, Page, State};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use village_integrity::{agent_id, agent_key, ended_by, ends_base, LinkTypes};

/// Ends noted in one call.
const NOTED_MAX: usize = 32;
/// Transfers deposited before one end is noted, in one call.
const DEPOSITED_MAX: u32 = 32;

/// Ends by whose book it is, the earliest first.
#[derive(Debug, Default)]
pub(crate) struct Ends(BTreeMap<AgentId, Vec<Ended>>);

impl Ends {
    /// All that this node holds and has found valid.
    pub(crate) fn known() -> ExternResult<Self> {
        let links = lasting_links(ends_base(), LinkTypes::End)?;
        let targets: BTreeSet<ActionHash> = links
            .into_iter()
            .filter_map(|link| link.target.into_action_hash())
            .collect();
        let targets: Vec<ActionHash> = targets.into_iter().collect();
        let mut ends = Self::default();
        for ended in valid_records(&targets)?.iter().filter_map(ended_by) {
            ends.0.entry(ended.agent).or_default().push(ended);
        }
        ends.sort();
        Ok(ends)
    }

    fn sort(&mut self) {
        for known in self.0.values_mut() {
            known.sort_by_key(|ended| ended.number);
        }
    }

    /// The last page of somebody's book that counts, if it has ended.
    pub(crate) fn of(&self, agent: AgentId) -> Option<u64> {
        let first = self.0.get(&agent).and_then(|ends| ends.first());
        first.map(|ended| ended.number)
    }

    /// Where the caller's own book has ended, if it has.
    pub(crate) fn of_own(&self, latest: &Page) -> ExternResult<Option<u64>> {
        let own = self.of(agent_id(&me()?));
        Ok(own.filter(|number| *number <= latest.number))
    }

    /// Ends of others that a book with these bars has not noted.
    pub(crate) fn to_note(&self, bars: &Tree) -> ExternResult<Vec<Ended>> {
        let me = agent_id(&me()?);
        let noted: BTreeMap<Key, Mark> = bars.marks().map(|(key, mark)| (*key, *mark)).collect();
        let firsts = self.0.values().filter_map(|ends| ends.first());
        let new = firsts.filter(|ended| {
            let mark = noted.get(&Key::of_bar(ended.agent));
            ended.agent != me && mark.is_none_or(|mark| mark.0 > ended.number)
        });
        Ok(new.copied().collect())
    }
}

/// What the caller's book has noted, as a tree.
pub(crate) fn own_bars(state: &State) -> ExternResult<Tree> {
    let mut bars = Tree::default();
    if !state.bars_anybody() {
        return Ok(bars);
    }
    for page in own_pages()? {
        if let Event::Bar(bar) = page.event {
            bars.insert(Key::of_bar(bar.agent), Mark(bar.number));
        }
    }
    Ok(bars)
}

/// The last page of a giver's book that this book takes, if it has noted an end.
pub(crate) fn takes_up_to(state: &State, giver: AgentId) -> ExternResult<Option<u64>> {
    let key = Key::of_bar(giver);
    let bars = own_bars(state)?;
    let mark = bars.marks().find(|(known, _)| **known == key);
    Ok(mark.map(|(_, mark)| mark.0))
}

/// Notes in the caller's book which books of others have ended. What came before from
/// such a giver is deposited first: who acted in good faith loses nothing.
#[hdk_extern]
pub fn note_ends(_: ()) -> ExternResult<Noted> {
    note(None)
}

/// The same, with an end that this very call has written.
pub(crate) fn note(written: Option<Ended>) -> ExternResult<Noted> {
    let mut noted = Noted {
        deposited: 0,
        barred: 0,
    };
    let Some(latest) = own_latest()? else {
        return Ok(noted);
    };
    if matches!(latest.page.event, Event::Close { .. }) {
        return Ok(noted);
    }
    let bars = own_bars(&latest.page.after)?;
    let mut ends = Ends::known()?;
    if let Some(ended) = written {
        ends.0.entry(ended.agent).or_default().insert(0, ended);
        ends.sort();
    }
    for ended in ends.to_note(&bars)?.into_iter().take(NOTED_MAX) {
        let deposited = deposit_waiting(&ended)?;
        noted.deposited += deposited;
        if deposited >= DEPOSITED_MAX {
            // More may wait, and after the bar it could not be taken: the next call goes on.
            break;
        }
        bar(&ended)?;
        noted.barred += 1;
    }
    Ok(noted)
}

/// Deposits what a giver gave after the end of their book, as far as it waits here, at most
/// [`DEPOSITED_MAX`]. All that waits is looked at: who gives twice could else put
/// withdrawn requests in front of it.
fn deposit_waiting(ended: &Ended) -> ExternResult<u32> {
    let mut deposited = 0;
    for target in waiting_from(&agent_key(&ended.agent))? {
        if deposited >= DEPOSITED_MAX {
            break;
        }
        let given = valid_record(&target)?.as_ref().and_then(Written::of);
        let later = given.is_some_and(|given| {
            given.page.event.transfer().is_some() && given.page.number > ended.number
        });
        if !later || outcome_of(&target)?.is_some() {
            continue;
        }
        match deposit_at(&Desk::open()?, &target)? {
            Ok(_) => deposited += 1,
            // What this book cannot take, as after an end noted before, keeps no end out.
            Err(violation) => warn!("a transfer is not deposited: {violation}"),
        }
    }
    Ok(deposited)
}

fn bar(ended: &Ended) -> ExternResult<Written> {
    let desk = Desk::open()?;
    let bars = own_bars(&desk.latest.page.after)?;
    let event = Event::Bar(Box::new(Bar {
        agent: ended.agent,
        number: ended.number,
        cause: ended.cause,
        proof: bars.prove(&Key::of_bar(ended.agent)),
    }));
    let facts = Facts {
        ended: Some(*ended),
        ..desk.facts()
    };
    write(desk.draft(event, &facts)?)
}

/// Tells where an end is found.
pub(crate) fn link_end(target: &ActionHash) -> ExternResult<()> {
    create_link(
        ends_base(),
        target.clone(),
        LinkTypes::End,
        LinkTag::new(Vec::new()),
    )?;
    Ok(())
}
