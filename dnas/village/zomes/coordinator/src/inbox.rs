//! What waits for the caller, and what the caller waits for.

use crate::api::{FarEnd, Inbox, InboxItem, InboxKind, ListInput};
use crate::book::{charter, me, own_end, own_latest, valid_record, Written};
use crate::dispute::disputed_transfer;
use crate::line::far_end;
use crate::links::{links_with_ends, listed_links};
use crate::member::{page_of_list, Names};
use crate::policy::policy_in_force;
use crate::refusal::check_limit;
use crate::transfer::outcome_of;
use crate::words::{unseal, unseal_reason};
use commons_credit_ledger::{
    Account, AgentId, Amount, Appeal, Digest, Event, Levies, Request, Seconds, Split,
};
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{
    action_hash, agent_id, agent_key, appeal_of, dispute_of, nomination_of, request_of,
    EntryTypesUnit, LinkTypes,
};

/// The caller's own requests are looked for in this many newest actions.
const OWN_REQUESTS_WITHIN: u32 = 2_000;

/// Everything that waits, newest first.
#[hdk_extern]
pub fn inbox(input: ListInput) -> ExternResult<Inbox> {
    let me = me()?;
    let mut found = links_at(&me, None)?;
    found.extend(own_open_requests(&me)?);
    // What waits for a lost key waits for who goes on with its book.
    for key in lost_keys()? {
        found.extend(links_at(&agent_key(&key), None)?);
    }
    read(me, found, &input)
}

/// What strangers have taken out of the caller's inbox, which nobody may. Costs one
/// look-up for everything that ever was in it, so it is asked for now and then.
#[hdk_extern]
pub fn hidden_inbox(input: ListInput) -> ExternResult<Inbox> {
    let me = me()?;
    let mut hidden = hidden_links(&me)?;
    for key in lost_keys()? {
        hidden.extend(hidden_links(&agent_key(&key))?);
    }
    read(me, hidden, &input)
}

pub(crate) fn hidden_links(me: &AgentPubKey) -> ExternResult<Vec<Link>> {
    let mut hidden = Vec::new();
    for (link, ends) in links_with_ends(me.clone(), LinkTypes::Inbox)? {
        let by_strangers = !ends.is_empty() && !ends.contains(me);
        // Who asked may take the question back.
        if by_strangers && !(ends.contains(&link.author) && is_request(&link)?) {
            hidden.push(link);
        }
    }
    Ok(hidden)
}

fn is_request(link: &Link) -> ExternResult<bool> {
    Ok(match link.target.clone().into_action_hash() {
        None => false,
        Some(target) => valid_record(&target)?.is_some_and(|record| request_of(&record).is_some()),
    })
}

/// Lost keys whose book goes on in the caller's.
fn lost_keys() -> ExternResult<Vec<AgentId>> {
    let lost = own_latest()?.map_or_else(Vec::new, |latest| latest.page.after.lost);
    Ok(lost.iter().map(|lost| lost.agent).collect())
}

/// One page of what links stand for, newest first.
fn read(me: AgentPubKey, mut links: Vec<Link>, input: &ListInput) -> ExternResult<Inbox> {
    let limit = check_limit(input.limit)?;
    let mut keys = lost_keys()?;
    keys.push(agent_id(&me));
    let reader = Reader {
        me,
        keys,
        names: Names::default(),
        levies: policy_in_force(&charter()?)?.policy.levies,
    };
    links.sort_by_key(|link| std::cmp::Reverse(link.timestamp));
    let (shown, next) = page_of_list(links, input.cursor, limit);
    let mut items = Vec::new();
    for link in shown {
        items.extend(reader.item(&link)?);
    }
    Ok(Inbox { items, next })
}

/// Live inbox links of one reader, of one author if named.
fn links_at(reader: &AgentPubKey, author: Option<&AgentPubKey>) -> ExternResult<Vec<Link>> {
    let mut links = listed_links(reader.clone(), LinkTypes::Inbox)?;
    links.retain(|link| author.is_none_or(|author| link.author == *author));
    Ok(links)
}

/// What one author has put into the inboxes that the caller reads, and the caller has
/// not cleared; also what strangers have taken out, which nobody may.
pub(crate) fn waiting_from(author: &AgentPubKey) -> ExternResult<Vec<ActionHash>> {
    let from_author = waiting()?.into_iter().filter(|link| link.author == *author);
    Ok(from_author
        .filter_map(|link| link.target.into_action_hash())
        .collect())
}

/// The same of all authors, oldest first.
pub(crate) fn waiting() -> ExternResult<Vec<Link>> {
    let me = me()?;
    let mut readers = vec![me.clone()];
    readers.extend(lost_keys()?.iter().map(agent_key));
    let mut waiting = Vec::new();
    for reader in readers {
        let links = links_with_ends(reader, LinkTypes::Inbox)?.into_iter();
        waiting.extend(links.filter(|(_, ends)| !ends.contains(&me)));
    }
    waiting.sort_by_key(|(link, _)| link.timestamp);
    Ok(waiting.into_iter().map(|(link, _)| link).collect())
}

/// Live inbox links of one reader to one target.
pub(crate) fn links_to(
    reader: &AgentPubKey,
    author: Option<&AgentPubKey>,
    target: &ActionHash,
) -> ExternResult<Vec<Link>> {
    let target = AnyLinkableHash::from(target.clone());
    Ok(links_at(reader, author)?
        .into_iter()
        .filter(|link| link.target == target)
        .collect())
}

/// What live inbox links of one reader lead to.
pub(crate) fn inbox_targets(reader: &AgentPubKey) -> ExternResult<Vec<ActionHash>> {
    let links = links_at(reader, None)?;
    Ok(links
        .into_iter()
        .filter_map(|link| link.target.into_action_hash())
        .collect())
}

/// The sealed words that one author has put into a reader's inbox beside a target,
/// whether cleared since or not.
pub(crate) fn inbox_tag(
    reader: &AgentPubKey,
    author: &AgentPubKey,
    target: &ActionHash,
) -> ExternResult<Option<LinkTag>> {
    let target = AnyLinkableHash::from(target.clone());
    Ok(links_with_ends(reader.clone(), LinkTypes::Inbox)?
        .into_iter()
        .map(|(link, _)| link)
        .find(|link| link.author == *author && link.target == target)
        .map(|link| link.tag))
}

/// Takes something out of the caller's inbox: it is dealt with.
pub(crate) fn clear(target: &ActionHash) -> ExternResult<()> {
    for link in links_to(&me()?, None, target)? {
        delete_link(link.create_link_hash, GetOptions::local())?;
    }
    Ok(())
}

/// The same for what the law settles only once. The conductor finds no link that a
/// stranger has marked as deleted, although every node refused that (0.7.1): such a
/// mark must not stop a deposit. [`inbox`] leaves out what is settled.
pub(crate) fn clear_settled(target: &ActionHash) -> ExternResult<()> {
    for link in links_to(&me()?, None, target)? {
        if let Err(kept) = delete_link(link.create_link_hash, GetOptions::local()) {
            warn!("a settled transfer stays in the inbox: {kept}");
        }
    }
    Ok(())
}

/// Links that keep the caller's own requests open in others' inboxes.
fn own_open_requests(me: &AgentPubKey) -> ExternResult<Vec<Link>> {
    let end = own_end()?;
    let oldest = end.saturating_sub(OWN_REQUESTS_WITHIN);
    let mut givers: BTreeMap<AgentPubKey, Vec<ActionHash>> = BTreeMap::new();
    let Some(newest) = end.checked_sub(1) else {
        return Ok(Vec::new());
    };
    let kind = ScopedEntryDefIndex::try_from(EntryTypesUnit::Request)?;
    // One query: each makes the conductor read the whole chain.
    let requests = query(
        ChainQueryFilter::new()
            .sequence_range(ChainQueryFilterRange::ActionSeqRange(oldest, newest))
            .entry_type(EntryType::App(AppEntryDef::new(
                kind.zome_type,
                kind.zome_index,
                EntryVisibility::Public,
            )))
            .include_entries(true),
    )?;
    for record in &requests {
        if let Some(request) = request_of(record) {
            givers
                .entry(agent_key(&request.giver))
                .or_default()
                .push(record.action_address().clone());
        }
    }
    let mut open = Vec::new();
    for (giver, requests) in givers {
        open.extend(links_at(&giver, Some(me))?.into_iter().filter(|link| {
            link.target
                .clone()
                .into_action_hash()
                .is_some_and(|target| requests.contains(&target))
        }));
    }
    Ok(open)
}

struct Reader {
    me: AgentPubKey,
    /// The reader's own key and the lost ones for which it stands.
    keys: Vec<AgentId>,
    names: Names,
    levies: Levies,
}

struct Found {
    kind: InboxKind,
    counterpart: AgentPubKey,
    amount_s: Seconds,
    split: Split,
    memo: Option<Digest>,
    lost_name: Option<String>,
    far: Option<FarEnd>,
    action: ActionHash,
}

impl Reader {
    /// What one link stands for; nothing while its target has not arrived, or if the
    /// link has no business here.
    fn item(&self, link: &Link) -> ExternResult<Option<InboxItem>> {
        let Some(target) = link.target.clone().into_action_hash() else {
            return Ok(None);
        };
        let Some(record) = valid_record(&target)? else {
            return Ok(None);
        };
        let own = *record.action().author() == link.author;
        let found = match (Written::of(&record), request_of(&record)) {
            (Some(written), _) if own => self.page(&record, written)?,
            (None, Some(request)) => self.request(&record, link, &request),
            (None, None) if own => match appeal_of(&record) {
                Some(appeal) => self.appeal(&record, &appeal)?,
                None => self.dispute(&record)?,
            },
            _ => None,
        };
        Ok(found.map(|found| InboxItem {
            kind: found.kind,
            action: found.action,
            counterpart_name: self.names.of(&found.counterpart),
            far: found.far,
            amount_s: found.amount_s,
            split: found.split,
            words: match found.kind {
                InboxKind::SuccessionAsked => found.lost_name,
                InboxKind::Refused => unseal_reason(&self.me, &found.counterpart, &link.tag),
                _ => unseal(&self.me, &found.counterpart, &link.tag, found.memo),
            },
            counterpart: found.counterpart,
            time_us: link.timestamp.as_micros(),
        }))
    }

    /// A new key asks the caller, a guardian, for the book of a lost one.
    fn appeal(&self, record: &Record, appeal: &Appeal) -> ExternResult<Option<Found>> {
        let named = valid_record(&action_hash(&appeal.named))?;
        let asks_me = named.as_ref().and_then(Written::of).is_some_and(|named| {
            let me = agent_id(&self.me);
            matches!(&named.page.event, Event::Guard(guardians) if guardians.agents.contains(&me))
        });
        Ok(asks_me.then(|| Found {
            kind: InboxKind::SuccessionAsked,
            counterpart: record.action().author().clone(),
            amount_s: Seconds(0),
            split: Split {
                receiver_s: Seconds(0),
                state_s: Seconds(0),
                community_s: Seconds(0),
            },
            memo: None,
            lost_name: self.names.of(&agent_key(&appeal.lost)),
            far: None,
            action: record.action_address().clone(),
        }))
    }

    fn page(&self, record: &Record, written: Written) -> ExternResult<Option<Found>> {
        let author = record.action().author().clone();
        Ok(match written.page.event {
            // It was settled, and its link could not be cleared.
            Event::Transfer(transfer)
                if !self.keys.contains(&transfer.to) || outcome_of(&written.hash)?.is_some() =>
            {
                None
            }
            // What goes across the gateway's node does by itself (see `line`).
            Event::Transfer(transfer) if transfer.across().is_some() => None,
            Event::Transfer(transfer) => {
                let asked = match &transfer.request {
                    None => false,
                    Some(request) => valid_record(&action_hash(request))?
                        .is_some_and(|request| *request.action().author() == self.me),
                };
                Some(Found {
                    kind: if matches!(transfer.to_account, Account::Fund(_)) {
                        InboxKind::FundHandedOver
                    } else if asked {
                        InboxKind::TransferAsked
                    } else {
                        InboxKind::TransferUnasked
                    },
                    counterpart: author,
                    amount_s: transfer.amount_s,
                    split: transfer.split,
                    memo: transfer.memo,
                    lost_name: None,
                    far: far_end(&transfer),
                    action: written.hash,
                })
            }
            Event::Decline { transfer, .. } | Event::Return { transfer, .. } => {
                let reason = match written.page.event {
                    Event::Decline { reason, .. } => reason,
                    _ => None,
                };
                let given = valid_record(&action_hash(&transfer))?;
                let mine =
                    given.filter(|given| self.keys.contains(&agent_id(given.action().author())));
                mine.as_ref().and_then(Written::of).and_then(|given| {
                    let back = given.page.event.transfer()?;
                    Some(Found {
                        kind: InboxKind::Declined,
                        counterpart: author,
                        amount_s: back.amount_s,
                        split: back.split,
                        memo: reason,
                        lost_name: None,
                        far: far_end(back),
                        action: given.hash.clone(),
                    })
                })
            }
            _ => None,
        })
    }

    /// A dispute about a transfer of the reader's, or one in which they are named.
    fn dispute(&self, record: &Record) -> ExternResult<Option<Found>> {
        let Some(transfer) = disputed_transfer(record)? else {
            return Ok(None);
        };
        let Some(disputed) = valid_record(&transfer)? else {
            return Ok(None);
        };
        let giver = disputed.action().author().clone();
        let Some(given) = Written::of(&disputed) else {
            return Ok(None);
        };
        let dispute = dispute_of(record);
        let me = agent_id(&self.me);
        let concerns_me = match nomination_of(record) {
            Some(nomination) => nomination.mediator == me,
            None => {
                let to_me = given
                    .page
                    .event
                    .transfer()
                    .is_some_and(|about| about.to == me);
                to_me || giver == self.me
            }
        };
        Ok(given
            .page
            .event
            .transfer()
            .filter(|_| concerns_me)
            .map(|about| Found {
                kind: if dispute.is_some() {
                    InboxKind::Disputed
                } else {
                    InboxKind::Nominated
                },
                counterpart: record.action().author().clone(),
                amount_s: about.amount_s,
                split: about.split,
                memo: dispute.and_then(|dispute| dispute.reason),
                lost_name: None,
                far: far_end(about),
                action: transfer,
            }))
    }

    fn request(&self, record: &Record, link: &Link, request: &Request) -> Option<Found> {
        let asker = record.action().author();
        let giver = agent_key(&request.giver);
        let (kind, counterpart) = if giver == self.me && link.author == *asker {
            (InboxKind::RequestToMe, asker.clone())
        } else if *asker == self.me && link.author == giver {
            (InboxKind::Refused, giver)
        } else if *asker == self.me && link.author == *asker {
            (InboxKind::RequestByMe, giver)
        } else {
            return None;
        };
        Some(Found {
            kind,
            counterpart,
            amount_s: request.amount_s,
            split: self.levies.split(Amount::new(request.amount_s).ok()?),
            memo: request.memo,
            lost_name: None,
            far: None,
            action: record.action_address().clone(),
        })
    }
}
