//! Collecting levies: from members' books into a fund, by its holder.

use crate::api::{SweepDone, SweepInput};
use crate::book::{latest_of, own_pages, valid_records, write, Desk, Written};
use crate::leaving::carried_leaves;
use crate::member::member_keys;
use crate::refusal::law;
use commons_credit_ledger::fund::SWEEP_MAX;
use commons_credit_ledger::settled::{Key, Mark, PathEnd, Proof, Root, Tree};
use commons_credit_ledger::{Account, Event, Facts, Fund, Seconds, Swept};
use hdk::prelude::*;
use village_integrity::{action_hash, agent_id};

/// Collects what is due from the next members: one page, from at most 100 of them.
#[hdk_extern]
pub fn sweep(input: SweepInput) -> ExternResult<SweepDone> {
    let desk = Desk::open()?;
    let state = &desk.latest.page.after;
    let before_s = state
        .holding(Account::Fund(input.fund))
        .map_err(law)?
        .balance_s;
    let root = state.office(input.fund).map_err(law)?.swept;
    let mut tree = own_swept(input.fund, root)?;
    let members = member_keys()?;
    let mut at = usize::try_from(input.cursor.unwrap_or(0)).unwrap_or(usize::MAX);
    let mut due: Vec<(AgentPubKey, Written, Proof)> = Vec::new();
    while due.len() < SWEEP_MAX {
        let Some(member) = members.get(at) else { break };
        at += 1;
        if let Some(latest) = latest_of(member)? {
            let key = Key::of_sweep(agent_id(member));
            let proof = tree.prove(&key);
            let Some(earned) = due_from(&desk, input.fund, &latest, &proof) else {
                continue;
            };
            tree.insert(key, earned);
            due.push((member.clone(), latest, proof));
        }
    }
    let next = (at < members.len()).then_some(at as u64);
    if due.is_empty() {
        return Ok(SweepDone {
            written: None,
            members: 0,
            swept_s: Seconds(0),
            next,
        });
    }
    let swept: Vec<_> = due
        .iter()
        .map(|(member, latest, _)| latest.cited_by(member))
        .collect();
    let items = swept
        .iter()
        .zip(&due)
        .map(|(cited, (.., proof))| Swept {
            page: cited.id,
            proof: proof.clone(),
        })
        .collect();
    let facts = Facts {
        swept: &swept,
        ..desk.facts()
    };
    let event = Event::Sweep {
        fund: input.fund,
        items,
    };
    let written = write(desk.draft(event, &facts)?)?;
    let after = &written.page.after;
    let after_s = after
        .holding(Account::Fund(input.fund))
        .map_err(law)?
        .balance_s;
    Ok(SweepDone {
        members: u32::try_from(due.len()).unwrap_or(u32::MAX),
        swept_s: Seconds(after_s.0.saturating_sub(before_s.0)),
        written: Some((&written).try_into()?),
        next,
    })
}

/// The mark that sweeping a page would leave; none if nothing is due from it. The law
/// judges the same again (rule 35).
fn due_from(desk: &Desk, fund: Fund, latest: &Written, proof: &Proof) -> Option<Mark> {
    let collector = latest.page.after.collectors.of(fund);
    if collector.holder != Some(desk.author) {
        return None;
    }
    let swept = match proof.end {
        PathEnd::Present(mark) => i64::try_from(mark.0).unwrap_or(i64::MAX),
        PathEnd::Empty | PathEnd::Other(..) => 0,
    };
    let earned_s = latest.page.after.earned.of(fund).0;
    (earned_s > swept.max(collector.since_s.0))
        .then(|| Mark(u64::try_from(earned_s).unwrap_or_default()))
}

/// Up to where each member was swept, by the caller's sweeps until the tree is whole.
pub(crate) fn own_swept(fund: Fund, root: Root) -> ExternResult<Tree> {
    let mut tree = Tree::default();
    if tree.root() == root {
        return Ok(tree);
    }
    // The newest sweep of a member counts.
    for page in own_pages()?.into_iter().rev() {
        match page.event {
            Event::Sweep { fund: swept, items } if swept == fund => {
                let cited: Vec<ActionHash> =
                    items.iter().map(|item| action_hash(&item.page)).collect();
                // Of two items about one member the later one counts.
                for record in valid_records(&cited)?.iter().rev() {
                    let key = Key::of_sweep(agent_id(record.action().author()));
                    let earned_s =
                        Written::of(record).map(|page| page.page.after.earned.of(fund).0);
                    if let (Some(earned_s), false) = (earned_s, tree.contains(&key)) {
                        tree.insert(key, Mark(u64::try_from(earned_s).unwrap_or_default()));
                    }
                }
            }
            Event::Carry { carried, .. } => {
                for (key, mark) in carried_leaves(&carried.village)?.swept_in(fund) {
                    if !tree.contains(&key) {
                        tree.insert(key, mark);
                    }
                }
            }
            _ => {}
        }
        if tree.root() == root {
            break;
        }
    }
    Ok(tree)
}
