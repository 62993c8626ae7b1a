//! Ways over more than one line, as far as the caller's own cells know them. A line of a
//! village in which the caller has no book is not known here, and that is said.

use crate::api::{ListInput, Motion, NeighbourRef, TrustLine, TrustLines, Way, Ways, LIST_MAX};
use crate::line::{dna_hash, here, lines};
use crate::line_message::in_village;
use commons_credit_ledger::way::{ways as ways_between, HOPS_MAX};
use commons_credit_ledger::{LineState, VillageId};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use village_integrity::village_id;

/// Villages that are asked for their lines, at most.
const ASKED_MAX: usize = 32;

/// Ways to a village over open lines, the shortest first.
#[hdk_extern]
pub fn ways(input: NeighbourRef) -> ExternResult<Ways> {
    let (from, to) = (here()?, village_id(&input.village));
    let known = Known::between(from, to)?;
    let ends: BTreeMap<VillageId, BTreeSet<VillageId>> = known
        .lines
        .iter()
        .map(|(village, lines)| (*village, lines.keys().copied().collect()))
        .collect();
    let items = ways_between(from, to, &ends)
        .into_iter()
        .map(|way| Way {
            lines: known.lines_of(from, &way),
        })
        .collect();
    Ok(Ways {
        items,
        unseen: known.unseen.iter().map(dna_hash).collect(),
    })
}

/// Open lines by the village at their beginning and the one at their end.
struct Known {
    lines: BTreeMap<VillageId, BTreeMap<VillageId, TrustLine>>,
    unseen: BTreeSet<VillageId>,
}

impl Known {
    /// Asks cell after cell, the near ones first; where it goes on from the last village
    /// nobody needs to know.
    fn between(from: VillageId, to: VillageId) -> ExternResult<Self> {
        let mut known = Self {
            lines: BTreeMap::new(),
            unseen: BTreeSet::new(),
        };
        let mut waiting = VecDeque::from([(from, 0)]);
        let mut seen = BTreeSet::from([from, to]);
        while let Some((village, lines_before)) = waiting.pop_front() {
            if known.lines.len() >= ASKED_MAX {
                known.unseen.insert(village);
                continue;
            }
            let Some(open) = open_lines(from, village)? else {
                known.unseen.insert(village);
                continue;
            };
            for next in open.keys() {
                if lines_before < HOPS_MAX && seen.insert(*next) {
                    waiting.push_back((*next, lines_before + 1));
                }
            }
            known.lines.insert(village, open);
        }
        Ok(known)
    }

    fn lines_of(&self, from: VillageId, way: &[VillageId]) -> Vec<TrustLine> {
        let begins = std::iter::once(&from).chain(way);
        begins
            .zip(way)
            .filter_map(|(begin, end)| self.lines.get(begin)?.get(end).cloned())
            .collect()
    }
}

/// The open lines of a village by their other ends; none if the caller has no book there.
fn open_lines(
    from: VillageId,
    village: VillageId,
) -> ExternResult<Option<BTreeMap<VillageId, TrustLine>>> {
    let all = ListInput {
        cursor: None,
        limit: LIST_MAX,
    };
    let listed: Option<TrustLines> = if village == from {
        Some(lines(all)?)
    } else {
        in_village(&village, "lines", all)?
    };
    Ok(listed.map(|listed| {
        let open = listed.items.into_iter().filter(|line| {
            let state = match &line.terms {
                Motion::Line { state, .. } => *state,
                _ => LineState::Closed,
            };
            state == LineState::Open && line.taken_over
        });
        open.map(|line| (village_id(&line.village), line)).collect()
    }))
}
