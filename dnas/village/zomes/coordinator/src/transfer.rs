//! Giving, taking, sending back and taking back.

use crate::api::{DeclineInput, PayInput, TransferRef, Written as WrittenOut};
use crate::book::{held, me, own_proof, own_proof_at, valid_record, write, Desk, Written};
use crate::ends::own_bars;
use crate::exposure::check_exposure;
use crate::inbox::clear_settled;
use crate::line::receipt_for;
use crate::links::lasting_links;
use crate::member::check_member;
use crate::refusal::law;
use crate::words::{seal, Sealed};
use crate::written::create_link;
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::settled::Key;
use commons_credit_ledger::{
    Account, ActionId, Amount, Event, Facts, Seconds, SignatureBytes, Transfer, Violation,
};
use hdk::prelude::*;
use village_integrity::{action_id, agent_id, agent_key, LinkTypes};

/// Gives credit to a member.
#[hdk_extern]
pub fn pay(input: PayInput) -> ExternResult<WrittenOut> {
    check_member(&input.to)?;
    let desk = Desk::open_unmoved(input.seen)?;
    let sealed = seal(&desk.me, &input.to, &input.words)?;
    let written = give(&desk, &input.to, input.amount_s, sealed, None)?;
    (&written).try_into()
}

/// Gives from the caller's own account.
pub(crate) fn give(
    desk: &Desk,
    to: &AgentPubKey,
    amount_s: Seconds,
    sealed: Sealed,
    request: Option<ActionId>,
) -> ExternResult<Written> {
    let transfer = Transfer {
        request,
        ..own_transfer(desk, to, amount_s)?
    };
    hand_out(desk, transfer, &desk.facts(), sealed)
}

/// A transfer of the caller's own, levied by the policy in force, within what may be
/// signed unseen.
pub(crate) fn own_transfer(
    desk: &Desk,
    to: &AgentPubKey,
    amount_s: Seconds,
) -> ExternResult<Transfer> {
    let amount = Amount::new(amount_s).map_err(law)?;
    check_exposure(desk, amount)?;
    Ok(Transfer {
        from: Account::Member,
        to: agent_id(to),
        to_account: Account::Member,
        amount_s,
        split: desk.policy.levies.split(amount),
        memo: None,
        request: None,
        corrects: None,
        payment: None,
        line: None,
        cheque: SignatureBytes([0; 64]),
    })
}

/// Writes the giver's page and puts it into the receiver's inbox.
pub(crate) fn hand_out(
    desk: &Desk,
    transfer: Transfer,
    facts: &Facts<'_>,
    sealed: Sealed,
) -> ExternResult<Written> {
    let to = agent_key(&transfer.to);
    let event = Event::Transfer(Box::new(Transfer {
        memo: sealed.digest,
        ..transfer
    }));
    let mut page = desk.draft(event, facts)?;
    if let Some(transfer) = page.event.transfer() {
        let cheque = statement(&desk.village, &desk.author, &page, transfer);
        let signature = sign_raw(desk.me.clone(), cheque.to_vec())?;
        if let Event::Transfer(transfer) = &mut page.event {
            transfer.cheque = SignatureBytes(signature.0);
        }
    }
    let written = write(page)?;
    create_link(to, written.hash.clone(), LinkTypes::Inbox, sealed.envelope)?;
    Ok(written)
}

/// Credits the caller with a transfer made to them.
#[hdk_extern]
pub fn deposit(input: TransferRef) -> ExternResult<WrittenOut> {
    let written = deposit_at(&Desk::open()?, &input.transfer)?.map_err(law)?;
    (&written).try_into()
}

/// The same at an open book; the inner refusal is the law's, with nothing written.
/// Whether the giver is barred is what the book has noted.
pub(crate) fn deposit_at(
    desk: &Desk,
    transfer: &ActionHash,
) -> ExternResult<Result<Written, Violation>> {
    let (giver, _) = held(transfer)?;
    let state = &desk.latest.page.after;
    let unbarred = if state.bars_anybody() {
        let key = Key::of_bar(agent_id(&giver));
        Some(Box::new(own_bars(state)?.prove(&key)))
    } else {
        None
    };
    let event = Event::Deposit {
        transfer: action_id(transfer),
        proof: own_proof(transfer)?,
        receipt: receipt_for(desk, transfer)?,
        unbarred,
    };
    settle(desk, transfer, event)
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
    let written = settle(&Desk::open()?, &input.transfer, event)?.map_err(law)?;
    create_link(
        giver,
        written.hash.clone(),
        LinkTypes::Inbox,
        sealed.envelope,
    )?;
    (&written).try_into()
}

/// Writes the receiver's page about a transfer and tells where it ended.
pub(crate) fn settle(
    desk: &Desk,
    transfer: &ActionHash,
    event: Event,
) -> ExternResult<Result<Written, Violation>> {
    let (giver, given) = held(transfer)?;
    let facts = Facts {
        transfer: Some(given.cited_by(&giver)),
        // Signatures of others were verified before; one's own are good.
        line_is_signed: true,
        ..desk.facts()
    };
    let page = match desk.drafted(event, &facts) {
        Ok(page) => page,
        Err(violation) => return Ok(Err(violation)),
    };
    let written = write(page)?;
    create_link(
        transfer.clone(),
        written.hash.clone(),
        LinkTypes::Outcome,
        LinkTag::new(Vec::new()),
    )?;
    clear_settled(transfer)?;
    Ok(Ok(written))
}

/// Takes back a transfer that its receiver declined.
#[hdk_extern]
pub fn reclaim(input: TransferRef) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    let (giver, given) = held(&input.transfer)?;
    let (decliner, declined) = outcome_of(&input.transfer)?
        .filter(|(_, settled)| {
            matches!(
                settled.page.event,
                Event::Decline { .. } | Event::Return { .. }
            )
        })
        .ok_or_else(|| law(Violation::NotDeclined))?;
    let facts = Facts {
        transfer: Some(given.cited_by(&giver)),
        decline: Some(declined.cited_by(&decliner)),
        ..desk.facts()
    };
    let id = action_id(&input.transfer);
    let key = match given.page.event.transfer() {
        Some(transfer) => transfer.reclaim_key(id),
        None => return Err(law(Violation::NotATransfer)),
    };
    let event = Event::Reclaim {
        transfer: id,
        decline: action_id(&declined.hash),
        proof: own_proof_at(&key)?,
    };
    let written = write(desk.draft(event, &facts)?)?;
    clear_settled(&declined.hash)?;
    (&written).try_into()
}

/// The receiver's page that settles a transfer, if this node knows it.
pub(crate) fn outcome_of(transfer: &ActionHash) -> ExternResult<Option<(AgentPubKey, Written)>> {
    let id = action_id(transfer);
    for link in lasting_links(transfer.clone(), LinkTypes::Outcome)? {
        let Some(target) = link.target.into_action_hash() else {
            continue;
        };
        let Some(record) = valid_record(&target)? else {
            continue;
        };
        let settles = |written: &Written| {
            matches!(
                written.page.event,
                Event::Deposit { transfer, .. }
                | Event::Decline { transfer, .. }
                | Event::Arrive { transfer, .. }
                | Event::Return { transfer, .. }
                    if transfer == id
            )
        };
        if let Some(written) = Written::of(&record).filter(settles) {
            return Ok(Some((record.action().author().clone(), written)));
        }
    }
    Ok(None)
}
