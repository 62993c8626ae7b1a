//! Facts about pages and requests, collected in O(log n): the page before, the
//! gap to it, the pages cited. No chain is walked.

use crate::convert::{action_hash, action_id, agent_id, village_id};
use crate::entries::{EntryTypesUnit, PageEntry, RequestEntry};
use crate::village::charter_of;
use crate::{broken, Verdict};
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::page::FIRST_PAGE;
use commons_credit_ledger::{
    judge, ActionId, AgentId, Charter, Cited, Event, Facts, Page, Policy, PolicyRef, PreviousPage,
    Request, Violation,
};
use hdi::prelude::*;

/// Judges a created entry of the app.
pub(crate) fn created(
    record: &Record,
    definition: &AppEntryDef,
    entry_hash: &EntryHash,
) -> Verdict {
    let dna = dna_info()?;
    let charter = match charter_of(&dna) {
        Ok(charter) => charter,
        Err(violation) => return broken(violation),
    };
    if definition.visibility != EntryVisibility::Public {
        return broken(Violation::Malformed {
            what: "public entry",
        });
    }
    let entry = match record.entry() {
        RecordEntry::Present(entry) => entry.clone(),
        // A public entry that has not arrived with its action is looked for.
        _ => must_get_entry(entry_hash.clone())?.content,
    };
    if is(definition, EntryTypesUnit::Page) {
        match decode_exact::<PageEntry>(&entry) {
            Some(PageEntry(page)) => judged_page(record.action(), &page, &dna, &charter),
            None => broken(Violation::Malformed { what: "page" }),
        }
    } else if is(definition, EntryTypesUnit::Request) {
        match decode_exact::<RequestEntry>(&entry) {
            Some(RequestEntry(request)) => judged_request(record.action(), &request),
            None => broken(Violation::Malformed { what: "request" }),
        }
    } else {
        broken(Violation::Malformed {
            what: "known entry type",
        })
    }
}

/// The page on a record, if it carries one.
pub fn page_of(record: &Record) -> Option<Page> {
    let Some(EntryType::App(definition)) = record.action().entry_type() else {
        return None;
    };
    if !is(definition, EntryTypesUnit::Page) {
        return None;
    }
    decode::<PageEntry>(record.entry().as_option()?).map(|PageEntry(page)| page)
}

/// The request on a record, if it carries one.
pub fn request_of(record: &Record) -> Option<Request> {
    let Some(EntryType::App(definition)) = record.action().entry_type() else {
        return None;
    };
    if !is(definition, EntryTypesUnit::Request) {
        return None;
    }
    decode::<RequestEntry>(record.entry().as_option()?).map(|RequestEntry(request)| request)
}

/// Whether a valid record is the first page of this agent's book.
pub(crate) fn opens_book_of(record: &Record, author: &AgentPubKey) -> bool {
    record.action().author() == author
        && page_of(record).is_some_and(|page| page.number == FIRST_PAGE)
}

// The village has one integrity zome, so an index alone names a type.
fn is(definition: &AppEntryDef, unit: EntryTypesUnit) -> bool {
    definition.entry_index.0 as usize == unit as usize
}

fn decode<T>(entry: &Entry) -> Option<T>
where
    T: TryFrom<SerializedBytes>,
{
    match entry {
        Entry::App(bytes) => T::try_from(bytes.clone().into_sb()).ok(),
        _ => None,
    }
}

/// The same, of bytes that are the one encoding of what they say: the reader of
/// msgpack is lenient, and anything could hide behind or within a page.
fn decode_exact<T>(entry: &Entry) -> Option<T>
where
    T: TryFrom<SerializedBytes>,
    for<'a> SerializedBytes: TryFrom<&'a T>,
{
    let value: T = decode(entry)?;
    let exact = SerializedBytes::try_from(&value).ok()?;
    matches!(entry, Entry::App(bytes) if bytes.bytes() == exact.bytes()).then_some(value)
}

fn judged_page(action: &Action, page: &Page, dna: &DnaInfo, charter: &Charter) -> Verdict {
    let author = action.author();
    let author_id = agent_id(author);
    let previous = match page.previous {
        None => None,
        Some(id) => {
            let record = must_get_valid_record(action_hash(&id))?;
            match page_of(&record) {
                // An `until_hash` later than the top would be a host error.
                Some(before) if record.action().action_seq() < action.action_seq() => {
                    Some((agent_id(record.action().author()), before))
                }
                _ => return broken(Violation::PreviousForeign),
            }
        }
    };
    let mut admission_is_own = false;
    let mut since = page.previous;
    if let Event::Open { admission } = page.event {
        let record = must_get_valid_record(action_hash(&admission))?;
        admission_is_own = record.action().author() == author
            && record.action().action_seq() < action.action_seq()
            && matches!(record.action().data, ActionData::AgentValidationPkg(_));
        since = since.or(admission_is_own.then_some(admission));
    }
    let same_book = previous
        .as_ref()
        .is_none_or(|(before_author, _)| *before_author == author_id);
    let skips_a_page = match (same_book, since, action.prev_action()) {
        (true, Some(since), Some(top)) => page_between(author, top, &since)?,
        // Another rule refuses the page; there is no gap to measure.
        _ => false,
    };
    let cheque_is_signed = match page.event.transfer() {
        None => false,
        Some(transfer) => verify_signature_raw(
            author.clone(),
            Signature(transfer.cheque.0),
            statement(&village_id(&dna.hash), &author_id, page, transfer).to_vec(),
        )?,
    };
    let (transfer_cited, decline_cited) = match page.event {
        Event::Deposit { transfer, .. } | Event::Decline { transfer, .. } => {
            (cited(transfer)?, None)
        }
        Event::Reclaim {
            transfer, decline, ..
        } => (cited(transfer)?, cited(decline)?),
        Event::Open { .. } | Event::Transfer(_) => (None, None),
    };
    let facts = Facts {
        author: author_id,
        policy: policy_cited(&page.policy, charter),
        skips_a_page,
        admission_is_own,
        cheque_is_signed,
        transfer: transfer_cited.as_ref().map(CitedPage::borrow),
        decline: decline_cited.as_ref().map(CitedPage::borrow),
    };
    let previous = previous.as_ref().map(|(author, page)| PreviousPage {
        author: *author,
        page,
    });
    Ok(judge(page, previous, &facts))
}

fn judged_request(action: &Action, request: &Request) -> Verdict {
    if let Err(violation) = request.check(&agent_id(action.author())) {
        return broken(violation);
    }
    let book = must_get_valid_record(action_hash(&request.book))?;
    if !opens_book_of(&book, action.author()) {
        return broken(Violation::BookForeign);
    }
    Ok(Ok(()))
}

/// Rule 5: version 0 is the charter. Later versions are decisions.
fn policy_cited(cited: &PolicyRef, charter: &Charter) -> Option<Policy> {
    if *cited == PolicyRef::FOUNDING {
        charter.policy().ok()
    } else {
        None
    }
}

/// Rule 3: whether a page lies after `since` up to `top` on the author's chain.
/// Costs the gap, which holds only what is not a page.
fn page_between(author: &AgentPubKey, top: &ActionHash, since: &ActionId) -> ExternResult<bool> {
    let since = action_hash(since);
    if *top == since {
        return Ok(false);
    }
    let gap = must_get_agent_activity(
        author.clone(),
        ChainFilter::until_hash(top.clone(), since.clone()),
    )?;
    Ok(gap.iter().any(|activity| {
        let action = &activity.action.hashed;
        let is_page = matches!(
            action.content.entry_type(),
            Some(EntryType::App(definition)) if is(definition, EntryTypesUnit::Page)
        );
        action.hash != since && is_page
    }))
}

struct CitedPage {
    id: ActionId,
    author: AgentId,
    page: Page,
}

impl CitedPage {
    fn borrow(&self) -> Cited<'_> {
        Cited {
            id: self.id,
            author: self.author,
            page: &self.page,
        }
    }
}

fn cited(id: ActionId) -> ExternResult<Option<CitedPage>> {
    let record = must_get_valid_record(action_hash(&id))?;
    Ok(page_of(&record).map(|page| CitedPage {
        id: action_id(record.action_address()),
        author: agent_id(record.action().author()),
        page,
    }))
}
