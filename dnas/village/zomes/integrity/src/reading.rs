//! From records to what the ledger knows: which type, which bytes.

use crate::entries::{
    AppealEntry, ConfirmationEntry, DecisionEntry, DisputeEntry, DoubleSpendEntry, EntryTypesUnit,
    LabourEntry, NominationEntry, OpinionEntry, PageEntry, ProfileEntry, ProposalEntry,
    RequestEntry, TakenChequeEntry,
};
use commons_credit_ledger::page::FIRST_PAGE;
use commons_credit_ledger::{
    ActionId, Appeal, Confirmation, Decision, Dispute, DoubleSpend, Event, Labour, Nomination,
    Opinion, Page, Profile, Proposal, Request, TakenCheque,
};
use hdi::prelude::*;

/// The page on a record, if it carries one.
pub fn page_of(record: &Record) -> Option<Page> {
    carried::<PageEntry>(record, EntryTypesUnit::Page).map(|PageEntry(page)| page)
}

/// The address of the page that an action writes, if it writes one.
pub fn page_entry_of(action: &Action) -> Option<&EntryHash> {
    match action.entry_type() {
        Some(EntryType::App(definition)) if is(definition, EntryTypesUnit::Page) => {
            action.entry_hash()
        }
        _ => None,
    }
}

/// The page that an entry of the type of pages is.
pub fn page_in(entry: &Entry) -> Option<Page> {
    decode::<PageEntry>(entry).map(|PageEntry(page)| page)
}

/// The request on a record, if it carries one.
pub fn request_of(record: &Record) -> Option<Request> {
    carried::<RequestEntry>(record, EntryTypesUnit::Request).map(|RequestEntry(request)| request)
}

/// The proposal on a record, if it carries one.
pub fn proposal_of(record: &Record) -> Option<Proposal> {
    carried::<ProposalEntry>(record, EntryTypesUnit::Proposal)
        .map(|ProposalEntry(proposal)| proposal)
}

/// The decision on a record, if it carries one.
pub fn decision_of(record: &Record) -> Option<Decision> {
    carried::<DecisionEntry>(record, EntryTypesUnit::Decision)
        .map(|DecisionEntry(decision)| decision)
}

/// The labour on a record, if it carries one.
pub fn labour_of(record: &Record) -> Option<Labour> {
    carried::<LabourEntry>(record, EntryTypesUnit::Labour).map(|LabourEntry(labour)| labour)
}

/// The confirmation on a record, if it carries one.
pub fn confirmation_of(record: &Record) -> Option<Confirmation> {
    carried::<ConfirmationEntry>(record, EntryTypesUnit::Confirmation)
        .map(|ConfirmationEntry(confirmation)| confirmation)
}

/// The dispute on a record, if it carries one.
pub fn dispute_of(record: &Record) -> Option<Dispute> {
    carried::<DisputeEntry>(record, EntryTypesUnit::Dispute).map(|DisputeEntry(dispute)| dispute)
}

/// The nomination on a record, if it carries one.
pub fn nomination_of(record: &Record) -> Option<Nomination> {
    carried::<NominationEntry>(record, EntryTypesUnit::Nomination)
        .map(|NominationEntry(nomination)| nomination)
}

/// The opinion on a record, if it carries one.
pub fn opinion_of(record: &Record) -> Option<Opinion> {
    carried::<OpinionEntry>(record, EntryTypesUnit::Opinion).map(|OpinionEntry(opinion)| opinion)
}

/// The profile on a record, if it carries one.
pub fn profile_of(record: &Record) -> Option<Profile> {
    carried::<ProfileEntry>(record, EntryTypesUnit::Profile).map(|ProfileEntry(profile)| profile)
}

/// The cheque that the author of a record has taken; only they ever see it.
pub fn taken_of(record: &Record) -> Option<TakenCheque> {
    carried::<TakenChequeEntry>(record, EntryTypesUnit::TakenCheque)
        .map(|TakenChequeEntry(taken)| taken)
}

/// The proof of double spending on a record, if it carries one.
pub fn double_spend_of(record: &Record) -> Option<DoubleSpend> {
    carried::<DoubleSpendEntry>(record, EntryTypesUnit::DoubleSpend)
        .map(|DoubleSpendEntry(proof)| proof)
}

/// The appeal on a record, if it carries one.
pub fn appeal_of(record: &Record) -> Option<Appeal> {
    carried::<AppealEntry>(record, EntryTypesUnit::Appeal).map(|AppealEntry(appeal)| appeal)
}

/// Whether what a valid record carries answers the action `id`: a vote or decision
/// its proposal, labour its project and the decision that adopts it, a confirmation its
/// labour, a payment its labour and the decision, a dispute or a correction its
/// transfer, a nomination or opinion its dispute, a guardian's word the last page of the
/// lost book, what was made good the decision.
pub fn answers(record: &Record, id: &ActionId) -> bool {
    if let Some(page) = page_of(record) {
        return match &page.event {
            Event::Vote(vote) => vote.proposal == *id,
            Event::Entrust(entrust) => entrust.last == *id,
            Event::MakeGood { decision, .. } => decision == id,
            Event::Transfer(transfer) => {
                let paid = transfer.payment.as_ref();
                transfer.corrects.as_ref() == Some(id)
                    || paid.is_some_and(|payment| payment.labour == *id || payment.decision == *id)
            }
            _ => false,
        };
    }
    if let Some(labour) = labour_of(record) {
        return labour.project == *id || labour.decision == *id;
    }
    let cited = decision_of(record)
        .map(|decision| decision.proposal)
        .or_else(|| confirmation_of(record).map(|confirmation| confirmation.labour))
        .or_else(|| dispute_of(record).map(|dispute| dispute.transfer))
        .or_else(|| nomination_of(record).map(|nomination| nomination.dispute))
        .or_else(|| opinion_of(record).map(|opinion| opinion.dispute));
    cited.as_ref() == Some(id)
}

fn carried<T>(record: &Record, unit: EntryTypesUnit) -> Option<T>
where
    T: TryFrom<SerializedBytes>,
{
    let Some(EntryType::App(definition)) = record.action().entry_type() else {
        return None;
    };
    if !is(definition, unit) {
        return None;
    }
    decode(record.entry().as_option()?)
}

/// Whether a valid record is the first page of this agent's book.
pub fn opens_book_of(record: &Record, author: &AgentPubKey) -> bool {
    record.action().author() == author
        && page_of(record).is_some_and(|page| page.number == FIRST_PAGE)
}

/// The type that a definition names. The village has one integrity zome, so an
/// index alone names it.
pub(crate) fn kind(definition: &AppEntryDef) -> Option<EntryTypesUnit> {
    EntryTypesUnit::iter().find(|unit| is(definition, *unit))
}

pub(crate) fn is(definition: &AppEntryDef, unit: EntryTypesUnit) -> bool {
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
pub(crate) fn decode_exact<T>(entry: &Entry) -> Option<T>
where
    T: TryFrom<SerializedBytes>,
    for<'a> SerializedBytes: TryFrom<&'a T>,
{
    let value: T = decode(entry)?;
    let exact = SerializedBytes::try_from(&value).ok()?;
    matches!(entry, Entry::App(bytes) if bytes.bytes() == exact.bytes()).then_some(value)
}
