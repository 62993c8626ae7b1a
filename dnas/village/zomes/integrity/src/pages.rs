//! Facts about what is written, collected in O(log n): the page before, the
//! gap to it, the pages cited. No chain is walked.

use crate::convert::{action_hash, action_id, agent_id, agent_key, village_id};
use crate::decisions::DecidedRecord;
use crate::decisions::{self, decided_by, proposed_by};
use crate::disputes;
use crate::entries::{
    AppealEntry, ConfirmationEntry, DecisionEntry, DisputeEntry, DoubleSpendEntry, EntryTypesUnit,
    LabourEntry, NominationEntry, OpinionEntry, PageEntry, ProfileEntry, ProposalEntry,
    RequestEntry,
};
use crate::guarding::{self, cause_of, entrusted_by, last_of};
use crate::projects::{self, confirmations_by, labour_by, ConfirmationRecord, LabourRecord};
use crate::reading::{decode_exact, kind, opens_book_of, page_entry_of, page_of};
use crate::village::{charter_of, vouched_for};
use crate::{broken, Verdict, MET};
use commons_credit_ledger::carry::carry_statement;
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::fund::SWEEP_MAX;
use commons_credit_ledger::line;
use commons_credit_ledger::{
    judge, ActionId, AgentId, Carried, Charter, Cited, CitedProposal, Event, Facts, Mandate, Page,
    Policy, PolicyRef, PreviousPage, Profile, Request, RoundFacts, Swept, VillageId, Violation,
};
use hdi::prelude::*;

/// Actions between two pages that are asked for one by one.
const NEAR: usize = 4;

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
    // Rule 50: peers are never shown what is private, so nobody looks into it, its
    // author no more than they: else the two would not come to one verdict.
    match (kind(definition), definition.visibility) {
        (Some(EntryTypesUnit::TakenCheque), EntryVisibility::Private) => return MET,
        (Some(EntryTypesUnit::TakenCheque), EntryVisibility::Public) => {
            return broken(Violation::Malformed {
                what: "private entry",
            })
        }
        (_, EntryVisibility::Private) => {
            return broken(Violation::Malformed {
                what: "public entry",
            })
        }
        (_, EntryVisibility::Public) => {}
    }
    let entry = match record.entry() {
        RecordEntry::Present(entry) => entry.clone(),
        // A public entry that has not arrived with its action is looked for.
        _ => must_get_entry(entry_hash.clone())?.content,
    };
    let action = record.action();
    match kind(definition) {
        Some(EntryTypesUnit::Page) => match decode_exact::<PageEntry>(&entry) {
            Some(PageEntry(page)) => judged_page(action, &page, &dna, &charter),
            None => broken(Violation::Malformed { what: "page" }),
        },
        Some(EntryTypesUnit::Request) => match decode_exact::<RequestEntry>(&entry) {
            Some(RequestEntry(request)) => judged_request(action, &request),
            None => broken(Violation::Malformed { what: "request" }),
        },
        Some(EntryTypesUnit::Proposal) => match decode_exact::<ProposalEntry>(&entry) {
            Some(ProposalEntry(proposal)) => decisions::proposed(action, &proposal, &charter),
            None => broken(Violation::Malformed { what: "proposal" }),
        },
        Some(EntryTypesUnit::Decision) => match decode_exact::<DecisionEntry>(&entry) {
            Some(DecisionEntry(decision)) => decisions::decided(&decision),
            None => broken(Violation::Malformed { what: "decision" }),
        },
        Some(EntryTypesUnit::Labour) => match decode_exact::<LabourEntry>(&entry) {
            Some(LabourEntry(labour)) => projects::worked(action, &labour),
            None => broken(Violation::Malformed { what: "labour" }),
        },
        Some(EntryTypesUnit::Confirmation) => match decode_exact::<ConfirmationEntry>(&entry) {
            Some(ConfirmationEntry(confirmation)) => projects::confirmed(action, &confirmation),
            None => broken(Violation::Malformed {
                what: "confirmation",
            }),
        },
        Some(EntryTypesUnit::Dispute) => match decode_exact::<DisputeEntry>(&entry) {
            Some(DisputeEntry(dispute)) => disputes::disputed(action, &dispute),
            None => broken(Violation::Malformed { what: "dispute" }),
        },
        Some(EntryTypesUnit::Nomination) => match decode_exact::<NominationEntry>(&entry) {
            Some(NominationEntry(nomination)) => disputes::nominated(action, &nomination),
            None => broken(Violation::Malformed { what: "nomination" }),
        },
        Some(EntryTypesUnit::Opinion) => match decode_exact::<OpinionEntry>(&entry) {
            Some(OpinionEntry(opinion)) => disputes::advised(action, &opinion),
            None => broken(Violation::Malformed { what: "opinion" }),
        },
        Some(EntryTypesUnit::Profile) => match decode_exact::<ProfileEntry>(&entry) {
            Some(ProfileEntry(profile)) => judged_profile(action, &profile),
            None => broken(Violation::Malformed { what: "profile" }),
        },
        Some(EntryTypesUnit::DoubleSpend) => match decode_exact::<DoubleSpendEntry>(&entry) {
            Some(DoubleSpendEntry(proof)) => guarding::proved(&proof),
            None => broken(Violation::Malformed {
                what: "proof of double spending",
            }),
        },
        Some(EntryTypesUnit::Appeal) => match decode_exact::<AppealEntry>(&entry) {
            Some(AppealEntry(appeal)) => guarding::appealed(action, &appeal),
            None => broken(Violation::Malformed { what: "appeal" }),
        },
        Some(EntryTypesUnit::TakenCheque) | None => broken(Violation::Malformed {
            what: "known entry type",
        }),
    }
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
    if let Some(admission) = page.event.opening() {
        let record = must_get_valid_record(action_hash(&admission))?;
        admission_is_own = record.action().author() == author
            && record.action().action_seq() < action.action_seq();
        match &record.action().data {
            ActionData::AgentValidationPkg(package) if admission_is_own => {
                if let Err(violation) = vouched_for(author, package, charter)? {
                    return broken(violation);
                }
            }
            _ => admission_is_own = false,
        }
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
    let village = village_id(&dna.hash);
    let cheque_is_signed = match page.event.transfer() {
        None => false,
        Some(transfer) => verify_signature_raw(
            author.clone(),
            Signature(transfer.cheque.0),
            statement(&village, &author_id, page, transfer).to_vec(),
        )?,
    };
    let (transfer_cited, decline_cited) = match page.event {
        Event::Deposit { transfer, .. }
        | Event::Decline { transfer, .. }
        | Event::Pledge { transfer, .. }
        | Event::Arrive { transfer, .. }
        | Event::Return { transfer, .. } => (cited(transfer)?, None),
        Event::Reclaim {
            transfer, decline, ..
        } => (cited(transfer)?, cited(decline)?),
        _ => (None, None),
    };
    let pledge = match page.event {
        Event::Return { pledge, .. } => cited(pledge)?,
        _ => None,
    };
    let proposal = match page.event.vote() {
        None => None,
        Some(vote) => proposed_by(vote.proposal)?,
    };
    let payment = page
        .event
        .transfer()
        .and_then(|transfer| transfer.payment.as_deref());
    let decided = match (&page.event, payment) {
        (Event::Floor { decision }, _) => decided_by(*decision)?,
        (Event::Close { decision: Some(id) }, _)
        | (
            Event::Line { decision: id, .. }
            | Event::Pledge { decision: id, .. }
            | Event::Return { decision: id, .. }
            | Event::Refuse { decision: id, .. },
            _,
        ) => decided_by(*id)?,
        (Event::MakeGood { decision, .. }, _) => decided_by(*decision)?,
        (Event::Succeed { succession, .. }, _) => match &succession.mandate {
            Mandate::Decision { decision } => decided_by(*decision)?,
            Mandate::Guardians { .. } => None,
        },
        (_, Some(payment)) => decided_by(payment.decision)?,
        (Event::Transfer(transfer), None) => match transfer.honours() {
            Some((_, honours)) => decided_by(honours.decision)?,
            None => None,
        },
        _ => None,
    };
    let (labour, confirmations) = match payment {
        None => (None, Vec::new()),
        Some(payment) => (
            labour_by(payment.labour)?,
            confirmations_by(&payment.confirmations)?,
        ),
    };
    let confirmations: Vec<_> = confirmations
        .iter()
        .map(ConfirmationRecord::borrow)
        .collect();
    let swept = match &page.event {
        Event::Sweep { items, .. } => pages_cited(items)?,
        _ => Vec::new(),
    };
    let swept: Vec<_> = swept.iter().map(CitedPage::borrow).collect();
    let corrected = match page.event.transfer().and_then(|transfer| transfer.corrects) {
        None => None,
        Some(id) => cited(id)?,
    };
    let carry_is_witnessed = match &page.event {
        Event::Carry { carried, .. } => is_witnessed(author, carried, &village, charter)?,
        _ => false,
    };
    let cleared = cleared_by(&page.event, village)?;
    let decided_lines: Vec<_> = cleared.iter().map(DecidedRecord::borrow).collect();
    let last = last_of(&page.event)?;
    let entrusted = entrusted_by(&page.event)?;
    let entrusted: Vec<_> = entrusted.iter().map(CitedPage::borrow).collect();
    let facts = Facts {
        skips_a_page,
        admission_is_own,
        cheque_is_signed,
        transfer: transfer_cited.as_ref().map(CitedPage::borrow),
        decline: decline_cited.as_ref().map(CitedPage::borrow),
        proposal: proposal.as_ref().map(|(id, proposal)| CitedProposal {
            id: *id,
            village,
            proposal,
        }),
        decided: decided.as_ref().map(DecidedRecord::borrow),
        swept: &swept,
        labour: labour.as_ref().map(LabourRecord::borrow),
        confirmations: &confirmations,
        time_us: action.timestamp().as_micros(),
        corrected: corrected.as_ref().map(CitedPage::borrow),
        carry_is_witnessed,
        pledge: pledge.as_ref().map(CitedPage::borrow),
        round: match page.event {
            Event::Clear(_) => Some(RoundFacts {
                here: village,
                decided: &decided_lines,
            }),
            _ => None,
        },
        ended: cause_of(&page.event)?,
        last: last.as_ref().map(CitedPage::borrow),
        entrusted: &entrusted,
        ..Facts::of(author_id, policy_cited(&page.policy, charter)?)
    };
    let facts = Facts {
        line_is_signed: line_is_signed(page, &village, &facts)?,
        ..facts
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

fn judged_profile(action: &Action, profile: &Profile) -> Verdict {
    if let Err(violation) = profile.check() {
        return broken(violation);
    }
    let book = must_get_valid_record(action_hash(&profile.book))?;
    if !opens_book_of(&book, action.author()) {
        return broken(Violation::BookForeign);
    }
    MET
}

/// Rule 5: version 0 is the charter, a later one is an adopted decision.
fn policy_cited(cited: &PolicyRef, charter: &Charter) -> ExternResult<Option<Policy>> {
    match cited.decision {
        None if *cited == PolicyRef::FOUNDING => Ok(charter.policy().ok()),
        None => Ok(None),
        Some(id) => Ok(decided_by(id)?.and_then(|decided| decided.policy())),
    }
}

/// Rule 3: whether a page lies after `since` up to `top` on the author's chain.
/// Costs the gap, which holds only what is not a page.
fn page_between(author: &AgentPubKey, top: &ActionHash, since: &ActionId) -> ExternResult<bool> {
    let since = action_hash(since);
    if *top == since {
        return Ok(false);
    }
    // As a rule only the links of the page before lie between: asking for each is
    // cheaper than for the activity.
    let mut next = top.clone();
    for _ in 0..NEAR {
        let action = must_get_action(next)?;
        if is_page(action.action()) {
            return Ok(true);
        }
        match action.action().prev_action() {
            Some(before) if *before == since => return Ok(false),
            Some(before) => next = before.clone(),
            None => break,
        }
    }
    let gap = must_get_agent_activity(
        author.clone(),
        ChainFilter::until_hash(top.clone(), since.clone()),
    )?;
    Ok(gap.iter().any(|activity| {
        let action = &activity.action.hashed;
        action.hash != since && is_page(&action.content)
    }))
}

fn is_page(action: &Action) -> bool {
    page_entry_of(action).is_some()
}

/// A valid page that is cited.
pub(crate) struct CitedPage {
    pub(crate) id: ActionId,
    pub(crate) author: AgentId,
    pub(crate) page: Page,
}

impl CitedPage {
    pub(crate) fn borrow(&self) -> Cited<'_> {
        Cited {
            id: self.id,
            author: self.author,
            page: &self.page,
        }
    }
}

pub(crate) fn cited(id: ActionId) -> ExternResult<Option<CitedPage>> {
    let record = must_get_valid_record(action_hash(&id))?;
    Ok(page_of(&record).map(|page| CitedPage {
        id: action_id(record.action_address()),
        author: agent_id(record.action().author()),
        page,
    }))
}

/// The pages of a sweep, what is no page left out. Not more are fetched than the
/// law ever takes.
fn pages_cited(items: &[Swept]) -> ExternResult<Vec<CitedPage>> {
    let mut pages = Vec::new();
    for item in items.iter().take(SWEEP_MAX) {
        pages.extend(cited(item.page)?);
    }
    Ok(pages)
}

/// What the village decided about its lines in a round of clearing, what is no decision
/// left out. Not more are fetched than it has lines in the round.
fn cleared_by(event: &Event, here: VillageId) -> ExternResult<Vec<DecidedRecord>> {
    let mut decided = Vec::new();
    if let Event::Clear(cleared) = event {
        // A round that is none is refused before its decisions are looked at.
        let lines = match cleared.round.check() {
            Ok(_) => cleared.round.own(here).len(),
            Err(_) => 0,
        };
        for id in cleared.decisions.iter().take(lines) {
            decided.extend(decided_by(*id)?);
        }
    }
    Ok(decided)
}

/// Rules 71 to 78: the signatures about a line that the law names, all of them.
fn line_is_signed(page: &Page, village: &VillageId, facts: &Facts<'_>) -> ExternResult<bool> {
    let checks = line::checks(page, village, facts);
    for check in &checks {
        let signature = Signature(check.signature.0);
        let signer = agent_key(&check.signer);
        if !verify_signature_raw(signer, signature, check.statement.clone())? {
            return Ok(false);
        }
    }
    Ok(!checks.is_empty())
}

/// Rule 43: the charter names the old village, and a founding steward other than the
/// author (unless there is one only) signed what is carried.
fn is_witnessed(
    author: &AgentPubKey,
    carried: &Carried,
    village: &VillageId,
    charter: &Charter,
) -> ExternResult<bool> {
    let author = agent_id(author);
    if !carried.may_be_witnessed(&author, charter) {
        return Ok(false);
    }
    verify_signature_raw(
        agent_key(&carried.witness),
        Signature(carried.signature.0),
        carry_statement(village, &author, carried),
    )
}
