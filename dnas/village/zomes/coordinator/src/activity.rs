//! The caller's own book, line by line, with how far each line has come.

use crate::api::{Activity, ActivityItem, ActivityKind, ActivityState, ListInput};
use crate::book::{me, own_end, own_records_below, seen_record, valid_record, Written};
use crate::dispute::dispute_state;
use crate::inbox::{inbox_tag, links_to};
use crate::line::far_end;
use crate::member::{members_about, Names};
use crate::refusal::check_limit;
use crate::transfer::outcome_of;
use crate::words::unseal;
use commons_credit_ledger::{Account, Event, Seconds, Transfer};
use hdk::prelude::*;
use std::collections::BTreeSet;
use village_integrity::{action_hash, agent_key};

/// Peers that must hold a page before it is called witnessed, in a village that
/// has as many: more than one can be talked into forgetting.
pub const WITNESSES_WANTED: usize = 3;

/// The caller's lines, newest first.
#[hdk_extern]
pub fn activity(input: ListInput) -> ExternResult<Activity> {
    let limit = check_limit(input.limit)?;
    let names = Names::default();
    let reader = Reader {
        me: me()?,
        witnesses_wanted: witnesses_wanted()?,
        names,
    };
    let end = own_end()?;
    let mut below = input
        .cursor
        .map_or(end, |cursor| u32::try_from(cursor).unwrap_or(end).min(end));
    let mut items = Vec::new();
    // What follows a page on the chain, newest first: its links.
    let mut followers: Vec<Record> = Vec::new();
    loop {
        let records = own_records_below(below)?;
        let Some(oldest) = records.last().map(|record| record.action().action_seq()) else {
            return Ok(Activity { items, next: None });
        };
        for record in records {
            let Some(written) = Written::of(&record) else {
                followers.push(record);
                continue;
            };
            if items.len() == limit {
                let next = Some(u64::from(record.action().action_seq()) + 1);
                return Ok(Activity { items, next });
            }
            items.push(reader.line(&record, &written, &followers)?);
            followers.clear();
        }
        below = oldest;
    }
}

/// The same, fewer where a village has not so many members.
pub(crate) fn witnesses_wanted() -> ExternResult<usize> {
    let others = members_about()?.saturating_sub(1);
    Ok(WITNESSES_WANTED.min(others).max(1))
}

struct Reader {
    me: AgentPubKey,
    names: Names,
    witnesses_wanted: usize,
}

impl Reader {
    fn line(
        &self,
        record: &Record,
        written: &Written,
        followers: &[Record],
    ) -> ExternResult<ActivityItem> {
        let Meaning {
            kind,
            counterpart,
            subject,
            transfer,
        } = self.meaning(written)?;
        let witnesses = witnesses(&written.hash, &self.me)?;
        let witnessed = witnesses >= self.witnesses_wanted;
        let words = match (&counterpart, &transfer, kind) {
            (Some(other), Some(transfer), ActivityKind::Gave | ActivityKind::Received) => {
                let mut tag = envelope(followers)?;
                // A cheque may be deposited before its inbox link has come.
                if let (None, Some(_), ActivityKind::Received, Some(subject)) =
                    (&tag, &transfer.memo, kind, &subject)
                {
                    tag = inbox_tag(&self.me, other, subject)?;
                }
                tag.and_then(|tag| unseal(&self.me, other, &tag, transfer.memo))
            }
            _ => None,
        };
        Ok(ActivityItem {
            page: written.hash.clone(),
            dispute: match &subject {
                Some(subject) => dispute_state(subject)?,
                None => None,
            },
            transfer: subject,
            corrects: transfer
                .as_ref()
                .and_then(|transfer| transfer.corrects.as_ref())
                .map(action_hash),
            number: written.page.number,
            kind,
            state: state(&self.me, kind, written, witnessed)?,
            counterpart_name: counterpart.as_ref().and_then(|other| self.names.of(other)),
            counterpart,
            far: transfer.as_ref().and_then(far_end),
            amount_s: transfer
                .as_ref()
                .map_or(Seconds(0), |transfer| transfer.amount_s),
            split: transfer.map(|transfer| transfer.split),
            words,
            balance_s: written.member()?.balance_s,
            witnesses: u32::try_from(witnesses).unwrap_or(u32::MAX),
            time_us: record.action().timestamp().as_micros(),
        })
    }

    /// What a page did, with whom, and the transfer that it is about.
    fn meaning(&self, written: &Written) -> ExternResult<Meaning> {
        let event = &written.page.event;
        let alone = |kind| Meaning {
            kind,
            counterpart: None,
            subject: None,
            transfer: None,
        };
        let with = |kind, counterpart| Meaning {
            counterpart: Some(counterpart),
            ..alone(kind)
        };
        Ok(match event {
            Event::Open { .. } => alone(ActivityKind::Opened),
            Event::Vote(_) => alone(ActivityKind::Voted),
            Event::Floor { .. } => alone(ActivityKind::FloorTaken),
            Event::Hold { .. } => alone(ActivityKind::FundOpened),
            Event::Sweep { .. } => alone(ActivityKind::Swept),
            Event::Close { .. } => alone(ActivityKind::Closed),
            Event::Carry { .. } => alone(ActivityKind::Carried),
            Event::Line { .. } => alone(ActivityKind::LineTaken),
            Event::Refuse { .. } => alone(ActivityKind::IouRefused),
            Event::Clear(_) => alone(ActivityKind::Cleared),
            Event::Bar(bar) => with(ActivityKind::Barred, agent_key(&bar.agent)),
            Event::MakeGood { .. } => alone(ActivityKind::MadeGood),
            Event::Guard(_) => alone(ActivityKind::GuardiansNamed),
            Event::Entrust(entrust) => with(ActivityKind::Entrusted, agent_key(&entrust.lost)),
            Event::Succeed { succession, .. } => {
                with(ActivityKind::Succeeded, agent_key(&succession.lost))
            }
            Event::Transfer(transfer) => Meaning {
                kind: match (transfer.from, &transfer.payment) {
                    (Account::Fund(_), Some(_)) => ActivityKind::PaidLabour,
                    (Account::Fund(_), None) => ActivityKind::HandedOver,
                    (Account::Line(_), _) => ActivityKind::PaidOnIou,
                    _ => ActivityKind::Gave,
                },
                counterpart: Some(agent_key(&transfer.to)),
                subject: Some(written.hash.clone()),
                transfer: Some(Transfer::clone(transfer)),
            },
            Event::Deposit { transfer, .. }
            | Event::Decline { transfer, .. }
            | Event::Reclaim { transfer, .. }
            | Event::Pledge { transfer, .. }
            | Event::Arrive { transfer, .. }
            | Event::Return { transfer, .. } => settling(event, action_hash(transfer))?,
        })
    }
}

/// What a line says.
struct Meaning {
    kind: ActivityKind,
    counterpart: Option<AgentPubKey>,
    subject: Option<ActionHash>,
    transfer: Option<Transfer>,
}

/// What a page did that ends a transfer.
fn settling(event: &Event, subject: ActionHash) -> ExternResult<Meaning> {
    let given = valid_record(&subject)?;
    let transfer = given
        .as_ref()
        .and_then(Written::of)
        .and_then(|given| given.page.event.transfer().cloned());
    let giver = given.map(|given| given.action().author().clone());
    let receiver = transfer.as_ref().map(|transfer| agent_key(&transfer.to));
    let of_a_fund = transfer
        .as_ref()
        .is_some_and(|transfer| matches!(transfer.to_account, Account::Fund(_)));
    let (kind, counterpart) = match event {
        Event::Deposit { .. } if of_a_fund => (ActivityKind::TakenOver, giver),
        Event::Deposit { .. } => (ActivityKind::Received, giver),
        Event::Decline { .. } => (ActivityKind::Declined, giver),
        Event::Pledge { .. } => (ActivityKind::Pledged, giver),
        Event::Arrive { .. } => (ActivityKind::Arrived, giver),
        Event::Return { .. } => (ActivityKind::Returned, giver),
        _ => (ActivityKind::Reclaimed, receiver),
    };
    Ok(Meaning {
        kind,
        counterpart,
        subject: Some(subject),
        transfer,
    })
}

/// How far a page has come, by what this node has seen.
fn state(
    me: &AgentPubKey,
    kind: ActivityKind,
    written: &Written,
    witnessed: bool,
) -> ExternResult<ActivityState> {
    let own = if witnessed {
        ActivityState::Witnessed
    } else {
        ActivityState::Signed
    };
    Ok(match kind {
        ActivityKind::Opened
        | ActivityKind::Declined
        | ActivityKind::Reclaimed
        | ActivityKind::Voted
        | ActivityKind::FloorTaken
        | ActivityKind::FundOpened
        | ActivityKind::Swept
        | ActivityKind::Closed
        | ActivityKind::Carried
        | ActivityKind::Barred
        | ActivityKind::MadeGood
        | ActivityKind::GuardiansNamed
        | ActivityKind::Entrusted
        | ActivityKind::Succeeded
        | ActivityKind::LineTaken
        | ActivityKind::Pledged
        | ActivityKind::Returned
        | ActivityKind::IouRefused
        | ActivityKind::Cleared => own,
        ActivityKind::Received | ActivityKind::TakenOver | ActivityKind::Arrived if witnessed => {
            ActivityState::Witnessed
        }
        ActivityKind::Received | ActivityKind::TakenOver | ActivityKind::Arrived => {
            ActivityState::Received
        }
        ActivityKind::Gave
        | ActivityKind::PaidLabour
        | ActivityKind::PaidOnIou
        | ActivityKind::HandedOver => {
            match outcome_of(&written.hash)? {
                None => ActivityState::Signed,
                Some((_, end))
                    if matches!(end.page.event, Event::Deposit { .. } | Event::Arrive { .. }) =>
                {
                    if witnessed {
                        ActivityState::Witnessed
                    } else {
                        ActivityState::Received
                    }
                }
                // Taking it back clears the notice of the decline.
                Some((_, declined)) if links_to(me, None, &declined.hash)?.is_empty() => {
                    ActivityState::Returned
                }
                Some(_) => ActivityState::SentBack,
            }
        }
    })
}

/// Peers other than the caller that signed a receipt for this page.
pub(crate) fn witnesses(page: &ActionHash, me: &AgentPubKey) -> ExternResult<usize> {
    let receipts = get_validation_receipts(GetValidationReceiptsInput::new(page.clone()))?;
    let peers: BTreeSet<AgentPubKey> = receipts
        .into_iter()
        .flat_map(|set| set.receipts)
        .filter(|receipt| receipt.validation_status == ValidationStatus::Valid)
        .flat_map(|receipt| receipt.validators)
        .filter(|validator| validator != me)
        .collect();
    Ok(peers.len())
}

/// The sealed words that belong to a page: in the inbox link written with a gift,
/// or in the one that was cleared with a deposit.
fn envelope(followers: &[Record]) -> ExternResult<Option<LinkTag>> {
    for follower in followers.iter().rev() {
        match &follower.action().data {
            ActionData::CreateLink(link) if !link.tag.0.is_empty() => {
                return Ok(Some(link.tag.clone()))
            }
            ActionData::DeleteLink(delete) => {
                let cleared = seen_record(&delete.link_add_address)?;
                if let Some(ActionData::CreateLink(link)) =
                    cleared.as_ref().map(|record| &record.action().data)
                {
                    return Ok(Some(link.tag.clone()));
                }
            }
            _ => {}
        }
    }
    Ok(None)
}
