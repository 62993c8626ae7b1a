//! Giving, taking, sending back and taking back.

use crate::api::{DeclineInput, PayInput, TransferRef, Written as WrittenOut};
use crate::book::{held, me, own_proof, valid_record, write, Desk, Written};
use crate::inbox::clear;
use crate::member::check_member;
use crate::refusal::Refusal;
use crate::words::{seal, Sealed};
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::{
    Account, ActionId, Amount, Cited, Event, Facts, Seconds, SignatureBytes, Transfer,
};
use hdk::prelude::*;
use village_integrity::{action_hash, action_id, agent_id, village_id, LinkTypes};

/// Gives credit to a member.
#[hdk_extern]
pub fn pay(input: PayInput) -> ExternResult<WrittenOut> {
    check_member(&input.to)?;
    let sealed = seal(&me()?, &input.to, &input.words)?;
    let written = give(&input.to, input.amount_s, sealed, None)?;
    (&written).try_into()
}

/// Writes the giver's page and puts it into the receiver's inbox.
pub(crate) fn give(
    to: &AgentPubKey,
    amount_s: Seconds,
    sealed: Sealed,
    request: Option<ActionId>,
) -> ExternResult<Written> {
    let desk = Desk::open()?;
    let amount = Amount::new(amount_s).map_err(crate::refusal::law)?;
    let event = Event::Transfer(Box::new(Transfer {
        from: Account::Member,
        to: agent_id(to),
        to_account: Account::Member,
        amount_s,
        split: desk.policy.levies.split(amount),
        memo: sealed.digest,
        request,
        payment: None,
        cheque: SignatureBytes([0; 64]),
    }));
    let mut page = desk.draft(event, &desk.facts())?;
    let village = village_id(&dna_info()?.hash);
    if let Some(transfer) = page.event.transfer() {
        let cheque = statement(&village, &desk.author, &page, transfer);
        let signature = sign_raw(me()?, cheque.to_vec())?;
        if let Event::Transfer(transfer) = &mut page.event {
            transfer.cheque = SignatureBytes(signature.0);
        }
    }
    let written = write(page)?;
    create_link(
        to.clone(),
        written.hash.clone(),
        LinkTypes::Inbox,
        sealed.envelope,
    )?;
    Ok(written)
}

/// Credits the caller with a transfer made to them.
#[hdk_extern]
pub fn deposit(input: TransferRef) -> ExternResult<WrittenOut> {
    let proof = own_proof(&input.transfer)?;
    let transfer = action_id(&input.transfer);
    let written = settle(&input.transfer, Event::Deposit { transfer, proof })?;
    (&written).try_into()
}

/// Sends a transfer back undeposited, with a reason for the giver.
#[hdk_extern]
pub fn decline(input: DeclineInput) -> ExternResult<WrittenOut> {
    let (giver, _) = held(&input.transfer)?;
    let sealed = seal(&me()?, &giver, &input.reason)?;
    let event = Event::Decline {
        transfer: action_id(&input.transfer),
        reason: sealed.digest,
        proof: own_proof(&input.transfer)?,
    };
    let written = settle(&input.transfer, event)?;
    create_link(
        giver,
        written.hash.clone(),
        LinkTypes::Inbox,
        sealed.envelope,
    )?;
    (&written).try_into()
}

/// Writes the receiver's page about a transfer and tells where it ended.
fn settle(transfer: &ActionHash, event: Event) -> ExternResult<Written> {
    let desk = Desk::open()?;
    let (giver, given) = held(transfer)?;
    let facts = Facts {
        transfer: Some(cited(&giver, &given)),
        ..desk.facts()
    };
    let written = write(desk.draft(event, &facts)?)?;
    create_link(
        transfer.clone(),
        written.hash.clone(),
        LinkTypes::Outcome,
        LinkTag::new(Vec::new()),
    )?;
    clear(transfer)?;
    Ok(written)
}

/// Takes back a transfer that its receiver declined.
#[hdk_extern]
pub fn reclaim(input: TransferRef) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    let (giver, given) = held(&input.transfer)?;
    let (decliner, declined) = outcome_of(&input.transfer)?
        .filter(|(_, settled)| matches!(settled.page.event, Event::Decline { .. }))
        .ok_or_else(|| {
            WasmError::from(Refusal::Law(commons_credit_ledger::Violation::NotDeclined))
        })?;
    let facts = Facts {
        transfer: Some(cited(&giver, &given)),
        decline: Some(cited(&decliner, &declined)),
        ..desk.facts()
    };
    let event = Event::Reclaim {
        transfer: action_id(&input.transfer),
        decline: action_id(&declined.hash),
        proof: own_proof(&input.transfer)?,
    };
    let written = write(desk.draft(event, &facts)?)?;
    clear(&declined.hash)?;
    (&written).try_into()
}

/// The receiver's page that settles a transfer, if this node knows it.
pub(crate) fn outcome_of(transfer: &ActionHash) -> ExternResult<Option<(AgentPubKey, Written)>> {
    let links = get_links(
        LinkQuery::try_new(transfer.clone(), LinkTypes::Outcome)?,
        GetStrategy::Local,
    )?;
    for link in links {
        let Some(target) = link.target.into_action_hash() else {
            continue;
        };
        if let Some(record) = valid_record(&target)? {
            if let Some(written) = Written::of(&record) {
                return Ok(Some((record.action().author().clone(), written)));
            }
        }
    }
    Ok(None)
}

fn cited<'a>(author: &AgentPubKey, written: &'a Written) -> Cited<'a> {
    Cited {
        id: action_id(&written.hash),
        author: agent_id(author),
        page: &written.page,
    }
}

/// The transfer that a page settles.
pub(crate) fn settled_transfer(event: &Event) -> Option<ActionHash> {
    match event {
        Event::Deposit { transfer, .. }
        | Event::Decline { transfer, .. }
        | Event::Reclaim { transfer, .. } => Some(action_hash(transfer)),
        _ => None,
    }
}
