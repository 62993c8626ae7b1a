//! Payments over more than one line (rule 77).
//!
//! The giver's page names the whole way, and the tag under the first IOU is a digest of
//! it: whoever holds a line in between writes the one transfer that the tag allows, from
//! the line that the hours come over to the next one, and has nothing to choose. From
//! there on it is a transfer across like any other. Each IOU carries the tag of the
//! giver's page, so the one receipt at the end opens every leg.
//! `docs/decisions/0023-more-lines.md` says why.

use crate::account::Account;
use crate::amount::Seconds;
use crate::cheque::{page_tag, receiver_tag};
use crate::digest::Hasher;
use crate::id::{PaymentTag, ReceiverTag, VillageId};
use crate::line::{Across, Honours, Leg};
use crate::page::{Page, Transfer};
use crate::settled::Key;
use crate::violation::Violation;
use crate::ActionId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Villages after the neighbour, at most: with the first line as many as a route has
/// (`crates/clearing`).
pub const HOPS_MAX: usize = 5;
/// Ways that a search gives, at most.
pub const WAYS_MAX: usize = 8;
/// Beginnings of ways that a search looks at, at most.
const LOOKED_AT_MAX: usize = 10_000;

/// The next line of a payment over more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Hop {
    /// The village at its other end.
    pub village: VillageId,
    /// The rate sheet that the giver has seen.
    pub sheet: u32,
    /// The kind of labour, by its place on the sheet.
    pub kind: u32,
    /// The least that the gateway at the other end is to give, in its seconds, before
    /// levies.
    pub least_s: Seconds,
}

/// What a gateway in between writes: the IOU that it takes, and the leg that follows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Through {
    /// The IOU on which the hours come.
    pub honours: Honours,
    /// Where they go on to.
    pub across: Across,
}

impl Through {
    /// The leg over `hop`, after which `rest` of the way is left.
    pub fn leg_over(across: &Across) -> Option<(VillageId, Across)> {
        let (hop, rest) = across.onward.split_first()?;
        let next = Across {
            receiver: across.receiver,
            sheet: hop.sheet,
            kind: hop.kind,
            least_s: hop.least_s,
            onward: rest.to_vec(),
        };
        Some((hop.village, next))
    }
}

impl Across {
    /// The village in which the receiver is paid; `neighbour` is at the end of this leg.
    pub fn ends_in(&self, neighbour: VillageId) -> VillageId {
        self.onward.last().map_or(neighbour, |hop| hop.village)
    }

    /// What an IOU says of who is paid: the receiver's tag as in a cheque, or one that
    /// binds the whole way to them.
    pub fn tag(&self) -> ReceiverTag {
        if self.onward.is_empty() {
            return ReceiverTag(receiver_tag(&self.receiver, Account::Member));
        }
        let hasher = Hasher::new("commons-credit/way").fixed(&self.receiver.0);
        let digest = self.hash_way(hasher).finish();
        let mut tag = [0; ReceiverTag::LEN];
        tag.copy_from_slice(&digest.0[..ReceiverTag::LEN]);
        ReceiverTag(tag)
    }

    pub(crate) fn hash_way(&self, hasher: Hasher) -> Hasher {
        self.onward
            .iter()
            .fold(hasher.u64(self.onward.len() as u64), |hasher, hop| {
                hasher
                    .fixed(&hop.village.0)
                    .u32(hop.sheet)
                    .u32(hop.kind)
                    .i64(hop.least_s.0)
            })
    }
}

impl Transfer {
    /// The leg on both of whose ends is a line, if this is one.
    pub fn through(&self) -> Option<&Through> {
        match (self.from, self.to_account, &self.line) {
            (Account::Line(_), Account::Line(_), Some(Leg::Through(through))) => Some(through),
            _ => None,
        }
    }

    /// Whom an IOU must name that this transfer pays on.
    pub(crate) fn tag_paid(&self) -> ReceiverTag {
        let Some((village, across)) = self.across() else {
            return ReceiverTag(receiver_tag(&self.to, self.to_account));
        };
        let hop = Hop {
            village,
            sheet: across.sheet,
            kind: across.kind,
            least_s: across.least_s,
        };
        let onward = std::iter::once(hop)
            .chain(across.onward.iter().copied())
            .collect();
        let before = Across {
            onward,
            ..across.clone()
        };
        before.tag()
    }

    /// The leaf that says that its giver has it back. Of a leg in between giver and
    /// receiver may be one, whose other leaf says how it ended.
    pub fn reclaim_key(&self, id: ActionId) -> Key {
        match self.through() {
            Some(_) => Key::of_reclaim(id),
            None => Key::of_transfer(id),
        }
    }
}

/// The page with which a payment began: what its IOUs and its receipt name.
pub fn payment_of(page: &Page) -> PaymentTag {
    let through = page.event.transfer().and_then(Transfer::through);
    through.map_or_else(
        || PaymentTag(page_tag(page)),
        |through| through.honours.iou.payment,
    )
}

/// Rule 77: a way is short and comes to no village twice.
pub(crate) fn check_way(transfer: &Transfer) -> Result<(), Violation> {
    let Some((next, across)) = transfer.across() else {
        return Ok(());
    };
    if across.onward.len() > HOPS_MAX {
        return Err(Violation::WayMalformed { what: "length" });
    }
    let mut villages: Vec<VillageId> = across.onward.iter().map(|hop| hop.village).collect();
    villages.push(next);
    if let Account::Line(before) = transfer.from {
        villages.push(before);
    }
    villages.sort_unstable();
    if villages.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Violation::WayMalformed { what: "villages" });
    }
    Ok(())
}

/// Ways from one village to another over lines that are known, the shortest first: the
/// villages after `from`, `to` among them, at most [`WAYS_MAX`]. `lines` says of each
/// village to which others its lines go. Not all ways are looked at where there are very
/// many.
pub fn ways(
    from: VillageId,
    to: VillageId,
    lines: &BTreeMap<VillageId, BTreeSet<VillageId>>,
) -> Vec<Vec<VillageId>> {
    let mut found = Vec::new();
    let mut begun = VecDeque::from([Vec::new()]);
    let mut looked_at = 0;
    while let Some(way) = begun.pop_front() {
        looked_at += 1;
        if looked_at > LOOKED_AT_MAX || way.len() > HOPS_MAX {
            break;
        }
        let last = way.last().copied().unwrap_or(from);
        for next in lines.get(&last).into_iter().flatten() {
            if *next == from || way.contains(next) {
                continue;
            }
            let mut longer = way.clone();
            longer.push(*next);
            if *next != to {
                begun.push_back(longer);
                continue;
            }
            found.push(longer);
            if found.len() == WAYS_MAX {
                return found;
            }
        }
    }
    found
}
