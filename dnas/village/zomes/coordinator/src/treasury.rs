//! The funds: opening one as its holder, handing it over, looking at it.

use crate::api::{
    BallotKind, FundHeld, FundLine, FundLineKind, FundLines, FundLinesInput, FundRef,
    HandOverInput, Treasury, Written as WrittenOut,
};
use crate::ballots::Ballots;
use crate::book::{charter, latest_of, valid_record, valid_records, write, Desk, Written};
use crate::member::Names;
use crate::policy::policy_in_force;
use crate::refusal::{check_limit, law, Refusal};
use crate::transfer::hand_out;
use crate::words::Sealed;
use commons_credit_ledger::{
    Account, ActionId, Amount, Content, Event, Fund, Policy, Seconds, SignatureBytes, Split,
    Subject, Transfer,
};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use village_integrity::{action_hash, agent_key, decision_of, proposal_of};

/// Records of a holder's chain read at once.
const LINES_WINDOW: usize = 64;

/// Opens a fund in the book of the holder whom the policy names: the caller.
#[hdk_extern]
pub fn hold(input: FundRef) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    let written = write(desk.draft(Event::Hold { fund: input.fund }, &desk.facts())?)?;
    (&written).try_into()
}

/// Hands all that a fund holds over to the holder whom the policy names.
#[hdk_extern]
pub fn hand_over(input: HandOverInput) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    let account = Account::Fund(input.fund);
    let holding = *desk.latest.page.after.holding(account).map_err(law)?;
    let amount = Amount::new(holding.balance_s).map_err(law)?;
    let to = desk
        .policy
        .appointment(input.fund)
        .ok_or(Refusal::NobodyAppointed)?
        .holder;
    let transfer = Transfer {
        from: account,
        to,
        to_account: account,
        amount_s: holding.balance_s,
        split: Split::whole(amount),
        memo: None,
        request: None,
        corrects: None,
        payment: None,
        line: None,
        cheque: SignatureBytes([0; 64]),
    };
    let written = hand_out(&desk, transfer, &desk.facts(), Sealed::nothing())?;
    (&written).try_into()
}

/// Both funds, in the books of everybody who was ever appointed.
#[hdk_extern]
pub fn treasury(_: ()) -> ExternResult<Treasury> {
    let names = Names::default();
    let policy = policy_in_force(&charter()?)?.policy;
    let ballots = Ballots::known(BallotKind::Policy)?;
    let mut appointed: BTreeMap<Fund, BTreeSet<AgentPubKey>> = BTreeMap::new();
    for (asked, _) in ballots.adopted() {
        if let Content::Policy(terms) = &asked.proposal.content {
            for (fund, named) in [
                (Fund::State, terms.state),
                (Fund::Community, terms.community),
            ] {
                let holders = appointed.entry(fund).or_default();
                holders.extend(named.map(|named| agent_key(&named.holder)));
            }
        }
    }
    let mut books_with = |fund| -> ExternResult<Vec<FundHeld>> {
        let mut books = appointed
            .remove(&fund)
            .unwrap_or_default()
            .into_iter()
            .map(|holder| fund_held(fund, holder, &policy, &names))
            .collect::<ExternResult<Vec<_>>>()?;
        // An old holder is of interest while something is left there.
        books.retain(|book| book.appointed || book.balance_s.0 != 0);
        books.sort_by_key(|book| !book.appointed);
        Ok(books)
    };
    Ok(Treasury {
        state: books_with(Fund::State)?,
        community: books_with(Fund::Community)?,
    })
}

fn fund_held(
    fund: Fund,
    holder: AgentPubKey,
    policy: &Policy,
    names: &Names,
) -> ExternResult<FundHeld> {
    let latest = latest_of(&holder)?;
    let holding = latest
        .as_ref()
        .and_then(|latest| latest.page.after.holding(Account::Fund(fund)).ok());
    let present = policy
        .appointment(fund)
        .filter(|appointed| agent_key(&appointed.holder) == holder);
    Ok(FundHeld {
        holder_name: names.of(&holder),
        holder,
        appointed: present.is_some(),
        until_us: present.map(|appointed| appointed.until_us),
        held: holding.is_some(),
        balance_s: holding.map_or(Seconds(0), |holding| holding.balance_s),
        page: latest.as_ref().map(|latest| latest.hash.clone()),
    })
}

/// What happened to a fund in one book, newest first.
#[hdk_extern]
pub fn fund_lines(input: FundLinesInput) -> ExternResult<FundLines> {
    let limit = check_limit(input.limit)?;
    let names = Names::default();
    let activity = get_agent_activity(
        input.holder.clone(),
        ChainQueryFilter::new().include_entries(false),
        ActivityRequest::Full,
        GetOptions::local(),
    )?
    .valid_activity;
    // A cursor is the number of the first action that was shown already.
    let mut actions: Vec<(u32, ActionHash)> = activity
        .into_iter()
        .filter(|(number, _)| input.cursor.is_none_or(|below| u64::from(*number) < below))
        .collect();
    actions.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let mut items = Vec::new();
    for window in actions.chunks(LINES_WINDOW) {
        let hashes: Vec<ActionHash> = window.iter().map(|(_, hash)| hash.clone()).collect();
        let mut records = valid_records(&hashes)?;
        records.sort_by_key(|record| std::cmp::Reverse(record.action().action_seq()));
        for record in records {
            let Some(line) = fund_line(input.fund, &record, &names)? else {
                continue;
            };
            if items.len() == limit {
                let next = Some(u64::from(record.action().action_seq()) + 1);
                return Ok(FundLines { items, next });
            }
            items.push(line);
        }
    }
    Ok(FundLines { items, next: None })
}

/// What a record did to a fund; nothing for most.
fn fund_line(fund: Fund, record: &Record, names: &Names) -> ExternResult<Option<FundLine>> {
    let Some(written) = Written::of(record) else {
        return Ok(None);
    };
    let account = Account::Fund(fund);
    let after = &written.page.after;
    let Ok(holding) = after.holding(account) else {
        return Ok(None);
    };
    let mut members = 0;
    let (kind, amount_s, counterpart) = match &written.page.event {
        Event::Hold { fund: opened } if *opened == fund => (FundLineKind::Opened, Seconds(0), None),
        Event::Sweep { fund: swept, items } if *swept == fund => {
            members = u32::try_from(items.len()).unwrap_or(u32::MAX);
            let before_s = balance_before(&written, account)?;
            let swept_s = Seconds(holding.balance_s.0.saturating_sub(before_s.0));
            (FundLineKind::Swept, swept_s, None)
        }
        Event::Transfer(transfer) if transfer.from == account => {
            let kind = if transfer.payment.is_some() {
                FundLineKind::Paid
            } else {
                FundLineKind::HandedOver
            };
            (kind, transfer.amount_s, Some(agent_key(&transfer.to)))
        }
        Event::Deposit { transfer, .. } => {
            let Some(given) = valid_record(&action_hash(transfer))? else {
                return Ok(None);
            };
            let giver = given.action().author().clone();
            match Written::of(&given).and_then(|given| given.page.event.transfer().cloned()) {
                Some(transfer) if transfer.to_account == account => (
                    FundLineKind::TakenOver,
                    transfer.split.receiver_s,
                    Some(giver),
                ),
                _ => return Ok(None),
            }
        }
        Event::MakeGood { decision, .. } if fund == Fund::Community => {
            let before_s = balance_before(&written, account)?;
            let filled_s = Seconds(before_s.0.saturating_sub(holding.balance_s.0));
            (FundLineKind::MadeGood, filled_s, gave_twice(decision)?)
        }
        Event::Reclaim { transfer, .. } => {
            let given = valid_record(&action_hash(transfer))?;
            let given = given.as_ref().and_then(Written::of);
            match given.and_then(|given| given.page.event.transfer().cloned()) {
                Some(transfer) if transfer.from == account => (
                    FundLineKind::Returned,
                    transfer.amount_s,
                    Some(agent_key(&transfer.to)),
                ),
                _ => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(FundLine {
        page: written.hash.clone(),
        kind,
        amount_s,
        counterpart_name: counterpart.as_ref().and_then(|other| names.of(other)),
        counterpart,
        members,
        balance_s: holding.balance_s,
        time_us: record.action().timestamp().as_micros(),
    }))
}

/// Whom a decision to make good is about, if it has arrived.
fn gave_twice(decision: &ActionId) -> ExternResult<Option<AgentPubKey>> {
    let decision = valid_record(&action_hash(decision))?;
    let Some(decision) = decision.as_ref().and_then(decision_of) else {
        return Ok(None);
    };
    let asked = valid_record(&action_hash(&decision.proposal))?;
    let subject = asked.as_ref().and_then(proposal_of);
    Ok(match subject.map(|proposal| proposal.subject) {
        Some(Subject::MakeGood(giver)) => Some(agent_key(&giver)),
        _ => None,
    })
}

/// An account's balance before a page; zero while the page before has not arrived.
fn balance_before(written: &Written, account: Account) -> ExternResult<Seconds> {
    let Some(previous) = &written.page.previous else {
        return Ok(Seconds(0));
    };
    let before = valid_record(&action_hash(previous))?;
    let before = before.as_ref().and_then(Written::of);
    Ok(before
        .and_then(|before| before.page.after.holding(account).ok().copied())
        .map_or(Seconds(0), |holding| holding.balance_s))
}
