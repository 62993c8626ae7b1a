//! Reading books: the caller's own from its source chain, others' from what this
//! node holds.

use crate::ends::Ends;
use crate::leaving::carried_leaves;
use crate::policy::policy_in_force;
use crate::refusal::{law, Refusal};
use crate::written::create_entry;
use commons_credit_ledger::account::Holding;
use commons_credit_ledger::apply::next_page;
use commons_credit_ledger::settled::{Key, Mark, Proof, Tree};
use commons_credit_ledger::{
    Account, ActionId, AgentId, Charter, Choice, Cited, Event, Facts, Page, Policy, PolicyRef,
    PreviousPage, Transfer, VillageId, Violation,
};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use village_integrity::{
    action_hash, action_id, agent_id, charter_of, page_entry_of, page_in, page_of, proposal_of,
    village_id, EntryTypes, PageEntry,
};

/// Records read at once while looking for a page.
const WINDOW: u32 = 32;
/// Records looked at one by one while looking for the newest page.
const NEAR: usize = 8;
/// Records asked for in one host call.
const BATCH: usize = 100;
/// Actions of another's chain looked at for their newest page. Between two pages
/// lie a few links and requests, so this is far more than an honest book needs.
const STEPS_MAX: usize = 256;

/// A page with where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) hash: ActionHash,
    pub(crate) page: Page,
}

impl Written {
    pub(crate) fn of(record: &Record) -> Option<Self> {
        page_of(record).map(|page| Self {
            hash: record.action_address().clone(),
            page,
        })
    }

    /// As the law takes it.
    pub(crate) fn cited_by(&self, author: &AgentPubKey) -> Cited<'_> {
        Cited {
            id: action_id(&self.hash),
            author: agent_id(author),
            page: &self.page,
        }
    }

    /// The member account.
    pub(crate) fn member(&self) -> ExternResult<Holding> {
        self.page
            .after
            .holding(Account::Member)
            .copied()
            .map_err(law)
    }
}

/// The caller's key.
pub(crate) fn me() -> ExternResult<AgentPubKey> {
    Ok(agent_info()?.agent_initial_pubkey)
}

/// The charter of the village that this cell is.
pub(crate) fn charter() -> ExternResult<Charter> {
    charter_of(&dna_info()?).map_err(law)
}

/// Records of the caller's own chain, newest first, in windows of [`WINDOW`];
/// `below` is the first action number that is not wanted.
pub(crate) fn own_records_below(below: u32) -> ExternResult<Vec<Record>> {
    let Some(last) = below.checked_sub(1) else {
        return Ok(Vec::new());
    };
    query(
        ChainQueryFilter::new()
            .sequence_range(ChainQueryFilterRange::ActionSeqRange(
                below.saturating_sub(WINDOW),
                last,
            ))
            .include_entries(true)
            .descending(),
    )
}

/// The action number after the newest action of the caller's chain.
pub(crate) fn own_end() -> ExternResult<u32> {
    Ok(agent_info()?.chain_head.1.saturating_add(1))
}

/// The newest page of the caller's book. Behind it stand a few links as a rule, so
/// it is looked for from the head back, action by action: `query` makes the
/// conductor read the whole chain, however small the range asked for (0.7.1).
pub(crate) fn own_latest() -> ExternResult<Option<Written>> {
    latest_below(agent_info()?.chain_head.0)
}

/// The newest page of the caller's book at or below the head of their chain.
fn latest_below(head: ActionHash) -> ExternResult<Option<Written>> {
    let mut next = head;
    for _ in 0..NEAR {
        // One's own chain is always here. Asking for an action and then for the entry
        // of a page alone takes half the reads of asking for records, and no stranger
        // can hide either (0.7.1).
        let action = must_get_action(next)?;
        if let Some(page) = own_page(&action)? {
            return Ok(Some(Written {
                hash: action.as_hash().clone(),
                page,
            }));
        }
        match action.action().prev_action() {
            Some(before) => next = before.clone(),
            None => return Ok(None),
        }
    }
    let mut below = own_end()?;
    while below > 0 {
        if let Some(found) = own_records_below(below)?.iter().find_map(Written::of) {
            return Ok(Some(found));
        }
        below = below.saturating_sub(WINDOW);
    }
    Ok(None)
}

/// The page that an action of the caller's own chain wrote, if it wrote one.
fn own_page(action: &SignedActionHashed) -> ExternResult<Option<Page>> {
    match page_entry_of(action.action()) {
        Some(entry) => Ok(page_in(&must_get_entry(entry.clone())?.content)),
        None => Ok(None),
    }
}

/// The same; a book that is not open is refused.
pub(crate) fn own_open() -> ExternResult<Written> {
    Ok(own_latest()?.ok_or(Refusal::NotOpened)?)
}

/// The first page of the caller's book.
pub(crate) fn own_first() -> ExternResult<ActionHash> {
    let mut from = 0;
    let end = own_end()?;
    while from < end {
        let until = from.saturating_add(WINDOW - 1);
        let window = query(
            ChainQueryFilter::new()
                .sequence_range(ChainQueryFilterRange::ActionSeqRange(from, until))
                .include_entries(true)
                .ascending(),
        )?;
        if let Some(first) = window.iter().find_map(Written::of) {
            return Ok(first.hash);
        }
        from = until.saturating_add(1);
    }
    Err(Refusal::NotOpened.into())
}

/// A page that this node holds.
pub(crate) fn held(hash: &ActionHash) -> ExternResult<(AgentPubKey, Written)> {
    let record = held_record(hash, "transfer")?;
    let written = Written::of(&record).ok_or(Refusal::NotFound { what: "page" })?;
    Ok((record.action().author().clone(), written))
}

/// A record that this node holds; `what` it is for the reader.
pub(crate) fn held_record(hash: &ActionHash, what: &'static str) -> ExternResult<Record> {
    Ok(valid_record(hash)?.ok_or(Refusal::NotFound { what })?)
}

/// A record that this node holds and has found valid. `get` alone also gives what
/// is not judged yet, and what was refused.
pub(crate) fn valid_record(hash: &ActionHash) -> ExternResult<Option<Record>> {
    Ok(get_details(hash.clone(), GetOptions::local())?.and_then(found_valid))
}

/// A record that this node has seen, whatever became of it. `get` alone would hide
/// one that anybody marks as deleted, even if every node refused that (0.7.1).
pub(crate) fn seen_record(hash: &ActionHash) -> ExternResult<Option<Record>> {
    if let Some(record) = get(hash.clone(), GetOptions::local())? {
        return Ok(Some(record));
    }
    Ok(match get_details(hash.clone(), GetOptions::local())? {
        Some(Details::Record(found)) => Some(found.record),
        _ => None,
    })
}

/// Records that this node holds and has found valid; what is not held or not valid is left out.
pub(crate) fn valid_records(hashes: &[ActionHash]) -> ExternResult<Vec<Record>> {
    let mut records = Vec::with_capacity(hashes.len());
    for part in hashes.chunks(BATCH) {
        let asked = part
            .iter()
            .map(|hash| GetInput::new(hash.clone().into(), GetOptions::local()))
            .collect();
        let details = HDK.with(|hdk| hdk.borrow().get_details(asked))?;
        records.extend(details.into_iter().flatten().filter_map(found_valid));
    }
    Ok(records)
}

fn found_valid(details: Details) -> Option<Record> {
    match details {
        Details::Record(found) if found.validation_status == ValidationStatus::Valid => {
            Some(found.record)
        }
        _ => None,
    }
}

/// The newest page of another's book that this node holds and has found valid.
/// What was refused is passed over: it is on the chain, but not in the book.
pub(crate) fn latest_of(agent: &AgentPubKey) -> ExternResult<Option<Written>> {
    let status = get_agent_activity(
        agent.clone(),
        ChainQueryFilter::new(),
        ActivityRequest::Status,
        GetOptions::local(),
    )?
    .status;
    let mut next = match status {
        ChainStatus::Valid(head) | ChainStatus::Closed(head) | ChainStatus::Invalid(head) => {
            Some(head.hash)
        }
        // Below a fork the book is one again.
        ChainStatus::Forked(fork) => action_before(&fork.first_action)?,
        ChainStatus::Empty => None,
    };
    for _ in 0..STEPS_MAX {
        let Some(hash) = next else { break };
        if let Some(found) = valid_record(&hash)?.as_ref().and_then(Written::of) {
            return Ok(Some(found));
        }
        next = action_before(&hash)?;
    }
    Ok(None)
}

/// The action before one that this node holds, whatever became of it.
fn action_before(hash: &ActionHash) -> ExternResult<Option<ActionHash>> {
    Ok(seen_record(hash)?.and_then(|record| record.action().prev_action().cloned()))
}

/// What the caller's own pages say beside balances.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// Everything that the book has settled.
    pub(crate) settled: Tree,
    /// What the caller said, by proposal.
    pub(crate) choices: BTreeMap<ActionId, Choice>,
}

/// All pages of the caller's book, oldest first; those of a lost key whose book goes on
/// in it before its own.
pub(crate) fn own_pages() -> ExternResult<Vec<Page>> {
    let written = own_written()?.into_iter();
    Ok(written.map(|written| written.page).collect())
}

/// The same with where they stand.
pub(crate) fn own_written() -> ExternResult<Vec<Written>> {
    let records = query(ChainQueryFilter::new().include_entries(true))?;
    let own: Vec<Written> = records.iter().filter_map(Written::of).collect();
    let mut before = Vec::new();
    let mut next = own.first().and_then(|first| last_before(&first.page));
    while let Some(id) = next {
        let written = valid_record(&action_hash(&id))?
            .as_ref()
            .and_then(Written::of)
            .ok_or(Refusal::NotFound { what: "lost book" })?;
        next = written.page.previous.or_else(|| last_before(&written.page));
        before.push(written);
    }
    Ok(before.into_iter().rev().chain(own).collect())
}

/// The newest pages of another's book that this node holds, at most `most`, oldest first;
/// those of a lost key whose book goes on in it before its own.
pub(crate) fn newest_of(agent: &AgentPubKey, most: usize) -> ExternResult<Vec<Written>> {
    let mut pages = Vec::new();
    let mut next = latest_of(agent)?;
    while let Some(written) = next.filter(|_| pages.len() < most) {
        let before = written.page.previous.or_else(|| last_before(&written.page));
        pages.push(written);
        next = match before {
            Some(before) => valid_record(&action_hash(&before))?
                .as_ref()
                .and_then(Written::of),
            None => None,
        };
    }
    pages.reverse();
    Ok(pages)
}

/// The last page of the lost book that a page goes on with.
fn last_before(page: &Page) -> Option<ActionId> {
    page.event.succession().map(|succession| succession.last)
}

/// Reads the caller's whole chain once; only the writer of a book ever needs to.
pub(crate) fn own_past() -> ExternResult<Past> {
    let mut past = Past::default();
    let mut issued: BTreeMap<VillageId, u64> = BTreeMap::new();
    let mut between = BTreeSet::new();
    for written in own_written()? {
        let (id, page) = (action_id(&written.hash), written.page);
        if page.event.transfer().and_then(Transfer::through).is_some() {
            between.insert(id);
        }
        // The tally that has grown names the line of a pledge.
        let mut number = 0;
        for tally in &page.after.lines {
            let before = issued.insert(tally.village, tally.issued);
            if before.is_some_and(|before| before != tally.issued) {
                number = tally.issued;
            }
        }
        match page.event {
            Event::Pledge { transfer, .. } => {
                past.settled
                    .insert(Key::of_transfer(transfer), Mark(number));
            }
            Event::Arrive { transfer, .. }
            | Event::Return { transfer, .. }
            | Event::Deposit { transfer, .. }
            | Event::Decline { transfer, .. } => {
                past.settled
                    .insert(Key::of_transfer(transfer), Mark::default());
            }
            Event::Reclaim { transfer, .. } => {
                // As `Transfer::reclaim_key`, of which nothing but the kind is needed.
                let key = if between.contains(&transfer) {
                    Key::of_reclaim(transfer)
                } else {
                    Key::of_transfer(transfer)
                };
                past.settled.insert(key, Mark::default());
            }
            Event::Vote(vote) => {
                past.choices.insert(vote.proposal, vote.choice);
            }
            Event::Clear(cleared) => {
                let key = Key::of_round(cleared.round.digest());
                past.settled.insert(key, Mark::default());
            }
            Event::Entrust(entrust) => {
                past.settled
                    .insert(Key::of_entrusted(entrust.lost), Mark::default());
            }
            Event::Carry { carried, .. } => {
                for (key, mark) in carried_leaves(&carried.village)?.settled() {
                    past.settled.insert(key, mark);
                }
            }
            _ => {}
        }
    }
    let ballots: Vec<ActionHash> = past.choices.keys().map(action_hash).collect();
    let proposals = valid_records(&ballots)?;
    if proposals.len() != ballots.len() {
        return Err(Refusal::NotFound { what: "proposal" }.into());
    }
    let village = village_id(&dna_info()?.hash);
    for proposal in proposals.iter().filter_map(proposal_of) {
        let key = Key::of_vote(&village, &proposal.subject, proposal.number);
        past.settled.insert(key, Mark::default());
    }
    Ok(past)
}

/// The path that shows that a transfer is not settled in the caller's book.
pub(crate) fn own_proof(transfer: &ActionHash) -> ExternResult<Proof> {
    own_proof_at(&Key::of_transfer(action_id(transfer)))
}

/// The path to any leaf of the caller's book.
pub(crate) fn own_proof_at(key: &Key) -> ExternResult<Proof> {
    Ok(own_past()?.settled.prove(key))
}

/// What a page is drafted from.
pub(crate) struct Desk {
    pub(crate) me: AgentPubKey,
    pub(crate) village: VillageId,
    pub(crate) latest: Written,
    pub(crate) author: AgentId,
    pub(crate) policy: Policy,
    pub(crate) cited: PolicyRef,
}

impl Desk {
    /// The caller's open book under the newest policy that this node knows; one that
    /// has ended is refused.
    pub(crate) fn open() -> ExternResult<Self> {
        let desk = Self::to_read()?;
        match Ends::known()?.of_own(&desk.latest.page)? {
            Some(number) => Err(Refusal::BookEnded { number }.into()),
            None => Ok(desk),
        }
    }

    /// The same, where nothing is written.
    pub(crate) fn to_read() -> ExternResult<Self> {
        let caller = agent_info()?;
        let dna = dna_info()?;
        let latest = latest_below(caller.chain_head.0)?.ok_or(Refusal::NotOpened)?;
        let in_force = policy_in_force(&charter_of(&dna).map_err(law)?)?;
        // A book never goes back (rule 5): better to wait than to be refused.
        if in_force.policy.version < latest.page.after.policy {
            return Err(Refusal::NotFound { what: "policy" }.into());
        }
        Ok(Self {
            latest,
            author: agent_id(&caller.agent_initial_pubkey),
            me: caller.agent_initial_pubkey,
            village: village_id(&dna.hash),
            policy: in_force.policy,
            cited: in_force.cited,
        })
    }

    /// The same, unless the book has moved on since the caller looked: a tap that is
    /// repeated, or a call that is made again, writes nothing.
    pub(crate) fn open_unmoved(seen: Option<u64>) -> ExternResult<Self> {
        let desk = Self::open()?;
        let newest = desk.latest.page.number;
        match seen {
            Some(seen) if seen != newest => Err(Refusal::BookMoved { seen, newest }.into()),
            _ => Ok(desk),
        }
    }

    /// Facts that hold for whatever the caller writes next; a cheque is signed
    /// once the page is known.
    pub(crate) fn facts(&self) -> Facts<'static> {
        Facts {
            cheque_is_signed: true,
            ..Facts::of(self.author, Some(self.policy))
        }
    }

    /// The next page, if the law allows it.
    pub(crate) fn draft(&self, event: Event, facts: &Facts<'_>) -> ExternResult<Page> {
        self.drafted(event, facts).map_err(law)
    }

    /// The same, with the law's own refusal.
    pub(crate) fn drafted(&self, event: Event, facts: &Facts<'_>) -> Result<Page, Violation> {
        let previous = PreviousPage {
            author: self.author,
            page: &self.latest.page,
        };
        if matches!(self.latest.page.event, Event::Close { .. }) {
            return Err(Violation::BookClosed);
        }
        next_page(
            previous,
            action_id(&self.latest.hash),
            event,
            &self.policy,
            self.cited,
            facts,
        )
    }
}

/// Commits a page of the caller's book.
pub(crate) fn write(page: Page) -> ExternResult<Written> {
    let hash = create_entry(EntryTypes::Page(PageEntry(page.clone())))?;
    Ok(Written { hash, page })
}

impl TryFrom<&Written> for crate::api::Written {
    type Error = WasmError;

    fn try_from(written: &Written) -> Result<Self, WasmError> {
        Ok(Self {
            page: written.hash.clone(),
            number: written.page.number,
            balance_s: written.member()?.balance_s,
        })
    }
}
