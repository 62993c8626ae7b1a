//! The integrity zome: an operation becomes facts, the ledger crate gives the
//! verdict. No rule about credit is written here.
//!
//! Never accuse by accident: a guest error out of `validate` would brand an
//! honest author for ever. So the only `?` here stand on host calls, whose errors
//! mean "not known yet"; every broken rule is a [`Violation`] by name.

mod convert;
mod decisions;
mod disputes;
mod entries;
mod guarding;
mod links;
mod pages;
mod projects;
mod reading;
mod village;

pub use convert::{action_hash, action_id, agent_id, agent_key, digest_link_base, village_id};
pub use decisions::{decided_by, DecidedRecord};
pub use entries::{
    AppealEntry, ConfirmationEntry, DecisionEntry, DisputeEntry, DoubleSpendEntry, EntryTypes,
    EntryTypesUnit, LabourEntry, NominationEntry, OpinionEntry, PageEntry, ProfileEntry,
    ProposalEntry, RequestEntry, TakenChequeEntry,
};
pub use guarding::ended_by;
pub use links::{ballots_base, ends_base, members_base, LinkTypes, MemberTag};
pub use reading::{
    answers, appeal_of, confirmation_of, decision_of, dispute_of, double_spend_of, labour_of,
    nomination_of, opens_book_of, opinion_of, page_of, profile_of, proposal_of, request_of,
    taken_of,
};
pub use village::charter_of;

use commons_credit_ledger::Violation;
use hdi::prelude::*;

/// The verdict on one operation: the outer error is "not known yet".
pub(crate) type Verdict = ExternResult<Result<(), Violation>>;

/// A rule that is met.
pub(crate) const MET: Verdict = Ok(Ok(()));

/// A rule that is broken.
pub(crate) fn broken(violation: Violation) -> Verdict {
    Ok(Err(violation))
}

/// Checks one's own invitation before anything is written (rule 22).
#[hdk_extern]
pub fn genesis_self_check(data: GenesisSelfCheckData) -> ExternResult<ValidateCallbackResult> {
    Ok(spoken(village::admission(
        &data.agent_key,
        data.membrane_proof.as_ref(),
    )?))
}

/// Judges every operation of every author.
#[hdk_extern]
pub fn validate(op: Op) -> ExternResult<ValidateCallbackResult> {
    Ok(spoken(verdict(&op)?))
}

fn spoken(verdict: Result<(), Violation>) -> ValidateCallbackResult {
    match verdict {
        Ok(()) => ValidateCallbackResult::Valid,
        Err(violation) => ValidateCallbackResult::Invalid(violation.refusal()),
    }
}

fn verdict(op: &Op) -> Verdict {
    match op {
        Op::CreateRecord(CreateRecord { record }) => on_record(record),
        Op::CreateLink(CreateLink { create_link }) => match &create_link.hashed.content.data {
            ActionData::CreateLink(link) => {
                links::created(create_link.hashed.content.author(), link)
            }
            _ => MET,
        },
        Op::DeleteLink(DeleteLink {
            delete_link,
            create_link,
        }) => links::deleted(delete_link.hashed.content.author(), create_link),
        // The full rule stands on the record; these see the same action again.
        Op::CreateEntry(_) | Op::AgentActivity(_) => MET,
        Op::Update(Update { update, .. }) => changes_nothing(&update.hashed.content),
        Op::Delete(Delete { delete }) => changes_nothing(&delete.hashed.content),
    }
}

fn on_record(record: &Record) -> Verdict {
    let action = record.action();
    match &action.data {
        ActionData::AgentValidationPkg(package) => {
            village::admission(action.author(), package.membrane_proof.as_ref())
        }
        ActionData::Create(create) => match &create.entry_type {
            EntryType::App(definition) => pages::created(record, definition, &create.entry_hash),
            EntryType::AgentPubKey | EntryType::CapClaim | EntryType::CapGrant => MET,
        },
        ActionData::Update(_) | ActionData::Delete(_) => changes_nothing(action),
        // Links are judged where they are kept, on their own operation.
        ActionData::CreateLink(_)
        | ActionData::DeleteLink(_)
        | ActionData::Dna(_)
        | ActionData::InitZomesComplete(_)
        | ActionData::CloseChain(_)
        | ActionData::OpenChain(_) => MET,
    }
}

/// Rule 20: no entry of the app is ever updated or deleted.
fn changes_nothing(action: &Action) -> Verdict {
    let touches_app_entry = match &action.data {
        ActionData::Update(update) => matches!(update.entry_type, EntryType::App(_)),
        ActionData::Delete(delete) => {
            let deleted = must_get_action(delete.deletes_address.clone())?;
            matches!(deleted.hashed.content.entry_type(), Some(EntryType::App(_)))
        }
        _ => false,
    };
    if touches_app_entry {
        return broken(Violation::PageImmutable);
    }
    MET
}
