//! Working on a project, confirming that others did, and paying for it.

use crate::api::{Confirmed, LabourRef, PayLabourInput, WorkInput, Worked, Written as WrittenOut};
use crate::book::{held_record, me, own_end, own_first, own_pages, own_records_below, Desk};
use crate::leaving::carried_leaves;
use crate::project::{adopted_project, confirmations_of, Adopted, Logged};
use crate::refusal::{law, Refusal};
use crate::transfer::hand_out;
use crate::vote::link_answer;
use crate::words::{seal, Sealed};
use crate::written::{create_entry, create_link};
use commons_credit_ledger::project::CONFIRMATIONS_MAX;
use commons_credit_ledger::settled::{Key, Mark, PathEnd, Tree};
use commons_credit_ledger::{
    Account, Amount, CitedConfirmation, CitedLabour, Confirmation, Event, Facts, Fund, Labour,
    Payment, SignatureBytes, Transfer, Violation,
};
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{
    action_hash, action_id, agent_id, agent_key, decision_of, labour_of, ConfirmationEntry,
    EntryTypes, LabourEntry, LinkTypes,
};

/// Logs the caller's labour on an adopted project.
#[hdk_extern]
pub fn work(input: WorkInput) -> ExternResult<Worked> {
    let me = me()?;
    let book = own_first()?;
    let (asked, outcome) = adopted_project(&input.project)?;
    let adopted = Adopted::of(&asked, &outcome).ok_or(Refusal::NotFound {
        what: "adopted project",
    })?;
    let holder = agent_key(&adopted.project.holder);
    // A holder who works needs no letter to themselves.
    let sealed = if holder == me {
        Sealed::nothing()
    } else {
        seal(&me, &holder, &input.words)?
    };
    let labour = Labour {
        book: action_id(&book),
        project: action_id(&input.project),
        decision: action_id(&outcome.decision),
        seconds: input.seconds,
        words: sealed.digest,
        shown: input.shown,
    };
    labour.check(Some(outcome.decided(&asked))).map_err(law)?;
    let hash = create_entry(EntryTypes::Labour(LabourEntry(labour)))?;
    create_link(
        outcome.decision,
        hash.clone(),
        LinkTypes::Answer,
        sealed.envelope,
    )?;
    Ok(Worked { labour: hash })
}

/// Says that somebody else worked, by one who worked on the same project.
#[hdk_extern]
pub fn confirm(input: LabourRef) -> ExternResult<Confirmed> {
    let logged = logged(&input.labour)?;
    let author = agent_id(&me()?);
    let own = own_labour_on(&logged)?.ok_or_else(|| law(Violation::ConfirmationForeign))?;
    let confirmation = Confirmation {
        labour: action_id(&logged.hash),
        worked: action_id(&own.hash),
    };
    confirmation
        .check(author, Some(cited(&logged)), Some(cited(&own)))
        .map_err(law)?;
    let before = confirmations_of(&logged.hash)?;
    if let Some(given) = before
        .into_iter()
        .find(|vouched| agent_id(&vouched.author) == author)
    {
        return Ok(Confirmed {
            confirmation: action_hash(&given.id),
        });
    }
    let hash = create_entry(EntryTypes::Confirmation(ConfirmationEntry(confirmation)))?;
    link_answer(&logged.hash, &hash)?;
    Ok(Confirmed { confirmation: hash })
}

/// Pays labour out of the fund of its project, by the holder.
#[hdk_extern]
pub fn pay_labour(input: PayLabourInput) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    let logged = logged(&input.labour)?;
    let (asked, outcome) = adopted_project(&action_hash(&logged.labour.project))?;
    let adopted = Adopted::of(&asked, &outcome).ok_or(Refusal::NotFound {
        what: "adopted project",
    })?;
    let fund = adopted.project.fund;
    let amount_s = input.amount_s.unwrap_or(logged.labour.seconds);
    let amount = Amount::new(amount_s).map_err(law)?;
    let given = confirmations_of(&logged.hash)?;
    let confirmations: Vec<_> = given
        .iter()
        .take(CONFIRMATIONS_MAX)
        .map(|vouched| CitedConfirmation {
            id: vouched.id,
            author: agent_id(&vouched.author),
            confirmation: &vouched.confirmation,
        })
        .collect();
    let mut spent = own_spent(fund)?;
    let key = Key::of_project(action_id(&asked.hash));
    let budget = spent.prove(&key);
    let before = match budget.end {
        PathEnd::Present(mark) => mark.0,
        PathEnd::Empty | PathEnd::Other(..) => 0,
    };
    spent.insert(
        key,
        Mark(before.saturating_add(amount.seconds().unsigned_abs())),
    );
    let id = action_id(&logged.hash);
    let payment = Payment {
        decision: action_id(&outcome.decision),
        labour: id,
        confirmations: confirmations.iter().map(|cited| cited.id).collect(),
        budget,
        once: spent.prove(&Key::of_labour(id)),
    };
    let transfer = Transfer {
        from: Account::Fund(fund),
        to: agent_id(&logged.worker),
        to_account: Account::Member,
        amount_s,
        split: desk.policy.payment_split(amount),
        memo: None,
        request: None,
        corrects: None,
        payment: Some(Box::new(payment)),
        line: None,
        cheque: SignatureBytes([0; 64]),
    };
    let facts = Facts {
        decided: Some(outcome.decided(&asked)),
        labour: Some(cited(&logged)),
        confirmations: &confirmations,
        time_us: sys_time()?.as_micros(),
        ..desk.facts()
    };
    let written = hand_out(&desk, transfer, &facts, Sealed::nothing())?;
    link_answer(&outcome.decision, &written.hash)?;
    (&written).try_into()
}

fn logged(labour: &ActionHash) -> ExternResult<Logged> {
    let record = held_record(labour, "labour")?;
    Ok(Logged::of(&record).ok_or(Refusal::NotFound { what: "labour" })?)
}

fn cited(logged: &Logged) -> CitedLabour<'_> {
    CitedLabour {
        id: action_id(&logged.hash),
        author: agent_id(&logged.worker),
        labour: &logged.labour,
    }
}

/// The caller's own newest labour on the same project.
fn own_labour_on(logged: &Logged) -> ExternResult<Option<Logged>> {
    let mut below = own_end()?;
    while below > 0 {
        let records = own_records_below(below)?;
        let Some(oldest) = records.last().map(|record| record.action().action_seq()) else {
            break;
        };
        let own = records.iter().find(|record| {
            labour_of(record).is_some_and(|labour| labour.project == logged.labour.project)
        });
        if let Some(own) = own {
            return Ok(Logged::of(own));
        }
        below = oldest;
    }
    Ok(None)
}

/// What the caller's fund spent on each project and which labour it paid.
pub(crate) fn own_spent(fund: Fund) -> ExternResult<Tree> {
    let mut tree = Tree::default();
    let mut by_project: BTreeMap<Key, u64> = BTreeMap::new();
    for page in own_pages()? {
        match page.event {
            Event::MakeGood { decision, .. } => {
                let decision = held_record(&action_hash(&decision), "decision")?;
                let adopted = decision_of(&decision)
                    .ok_or(Refusal::NotFound { what: "decision" })?
                    .proposal;
                if fund == Fund::Community {
                    tree.insert(Key::of_made_good(adopted), Mark::default());
                }
            }
            Event::Transfer(transfer) if transfer.from == Account::Fund(fund) => {
                let Some(payment) = transfer.payment else {
                    continue;
                };
                let decision = held_record(&action_hash(&payment.decision), "decision")?;
                let project = decision_of(&decision)
                    .ok_or(Refusal::NotFound { what: "decision" })?
                    .proposal;
                let spent = by_project.entry(Key::of_project(project)).or_default();
                *spent = spent.saturating_add(transfer.amount_s.0.unsigned_abs());
                tree.insert(Key::of_labour(payment.labour), Mark::default());
            }
            Event::Carry { carried, .. } => {
                for (key, mark) in carried_leaves(&carried.village)?.spent_in(fund) {
                    tree.insert(key, mark);
                }
            }
            _ => {}
        }
    }
    for (key, spent) in by_project {
        tree.insert(key, Mark(spent));
    }
    Ok(tree)
}
