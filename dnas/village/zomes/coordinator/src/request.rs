//! Asking to be paid, and answering.

use crate::api::{RefuseInput, RequestInput, RequestRef, Requested, Written};
use crate::book::{held_record, me, own_first, Desk};
use crate::dispute::clear_disputes;
use crate::inbox::{clear, hidden_links, links_to};
use crate::member::check_member;
use crate::refusal::{law, Refusal};
use crate::transfer::give;
use crate::words::{seal, Sealed};
use commons_credit_ledger::Request;
use hdk::prelude::*;
use village_integrity::{action_id, agent_id, request_of, EntryTypes, LinkTypes, RequestEntry};

/// Asks a member for a transfer: "I helped Bob two hours".
#[hdk_extern]
pub fn request(input: RequestInput) -> ExternResult<Requested> {
    let me = me()?;
    let book = own_first()?;
    check_member(&input.giver)?;
    let sealed = seal(&me, &input.giver, &input.words)?;
    let request = Request {
        book: action_id(&book),
        giver: agent_id(&input.giver),
        amount_s: input.amount_s,
        memo: sealed.digest,
    };
    request.check(&agent_id(&me)).map_err(law)?;
    let hash = create_entry(EntryTypes::Request(RequestEntry(request)))?;
    create_link(input.giver, hash.clone(), LinkTypes::Inbox, sealed.envelope)?;
    Ok(Requested { request: hash })
}

/// Gives what a request asks for.
#[hdk_extern]
pub fn accept(input: RequestRef) -> ExternResult<Written> {
    let (asker, request) = asked_of_me(&input.request)?;
    let envelope = open_link(&asker, &input.request)?;
    // The words are the asker's own: the same hash and the same sealed bytes.
    let sealed = Sealed {
        digest: request.memo,
        envelope: envelope.tag,
    };
    let written = give(
        &Desk::open()?,
        &asker,
        request.amount_s,
        sealed,
        Some(action_id(&input.request)),
    )?;
    clear(&input.request)?;
    (&written).try_into()
}

/// Refuses a request, with a reason for the asker.
#[hdk_extern]
pub fn refuse(input: RefuseInput) -> ExternResult<()> {
    let (asker, _) = asked_of_me(&input.request)?;
    open_link(&asker, &input.request)?;
    let sealed = seal(&me()?, &asker, &input.reason)?;
    create_link(
        asker,
        input.request.clone(),
        LinkTypes::Inbox,
        sealed.envelope,
    )?;
    clear(&input.request)
}

/// Takes back a request of the caller's own that is not answered yet.
#[hdk_extern]
pub fn withdraw(input: RequestRef) -> ExternResult<()> {
    let me = me()?;
    let record = held_record(&input.request, "request")?;
    let request = request_of(&record).ok_or(Refusal::NotFound { what: "request" })?;
    if *record.action().author() != me {
        return Err(Refusal::NotAsked.into());
    }
    let giver = village_integrity::agent_key(&request.giver);
    let open = links_to(&giver, Some(&me), &input.request)?;
    if open.is_empty() {
        return Err(Refusal::RequestAnswered.into());
    }
    for link in open {
        delete_link(link.create_link_hash, GetOptions::local())?;
    }
    Ok(())
}

/// Clears a notice: that a request of the caller's was refused, or that a transfer is
/// disputed.
#[hdk_extern]
pub fn dismiss(input: RequestRef) -> ExternResult<()> {
    clear(&input.request)?;
    clear_disputes(&input.request)
}

fn asked_of_me(hash: &ActionHash) -> ExternResult<(AgentPubKey, Request)> {
    let record = held_record(hash, "request")?;
    let request = request_of(&record).ok_or(Refusal::NotFound { what: "request" })?;
    if request.giver != agent_id(&me()?) {
        return Err(Refusal::NotAsked.into());
    }
    Ok((record.action().author().clone(), request))
}

/// The inbox link that keeps a request open.
fn open_link(asker: &AgentPubKey, request: &ActionHash) -> ExternResult<Link> {
    let me = me()?;
    let listed = links_to(&me, Some(asker), request)?.into_iter().next();
    let open = match listed {
        Some(link) => Some(link),
        None => hidden_links(&me)?.into_iter().find(|link| {
            link.author == *asker && link.target == AnyLinkableHash::from(request.clone())
        }),
    };
    Ok(open.ok_or(Refusal::RequestAnswered)?)
}
