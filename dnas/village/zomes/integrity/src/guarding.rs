//! Facts about pages given twice, and about lost keys.

use crate::convert::{action_hash, action_id, agent_id, agent_key, village_id};
use crate::pages::{cited, CitedPage};
use crate::reading::{double_spend_of, page_of};
use crate::{broken, Verdict, MET};
use commons_credit_ledger::succession::GUARDIANS_MAX;
use commons_credit_ledger::{
    ActionId, Appeal, Cause, DoubleSpend, Ended, Event, Mandate, Violation,
};
use hdi::prelude::*;

/// Judges a proof of double spending (rule 60).
pub(crate) fn proved(proof: &DoubleSpend) -> Verdict {
    let village = village_id(&dna_info()?.hash);
    let checks = match proof.checks(&village) {
        Ok(checks) => checks,
        Err(violation) => return broken(violation),
    };
    for check in checks {
        let holds = verify_signature_raw(
            agent_key(&check.signer),
            Signature(check.signature.0),
            check.statement,
        )?;
        if !holds {
            return broken(Violation::DoubleSpendUnproven);
        }
    }
    MET
}

/// The proof at an address; none if something else stands there.
pub(crate) fn proof_by(id: ActionId) -> ExternResult<Option<(ActionId, DoubleSpend)>> {
    let record = must_get_valid_record(action_hash(&id))?;
    Ok(double_spend_of(&record).map(|proof| (action_id(record.action_address()), proof)))
}

/// What a valid record says about the end of somebody's book, if anything.
pub fn ended_by(record: &Record) -> Option<Ended> {
    let id = action_id(record.action_address());
    if let Some(proof) = double_spend_of(record) {
        return Some(Ended {
            cause: Cause::DoubleSpend(id),
            agent: proof.giver,
            number: proof.number,
        });
    }
    page_of(record)?.event.succession().map(|said| Ended {
        cause: Cause::Succession(id),
        agent: said.lost,
        number: said.number,
    })
}

/// What a bar's cause says, if it is one.
pub(crate) fn cause_of(event: &Event) -> ExternResult<Option<Ended>> {
    let Event::Bar(bar) = event else {
        return Ok(None);
    };
    let (Cause::DoubleSpend(id) | Cause::Succession(id)) = bar.cause;
    let record = must_get_valid_record(action_hash(&id))?;
    Ok(ended_by(&record))
}

/// The last page of a lost book that an event cites.
pub(crate) fn last_of(event: &Event) -> ExternResult<Option<CitedPage>> {
    match event {
        Event::Entrust(entrust) => cited(entrust.last),
        Event::Succeed { succession, .. } => cited(succession.last),
        _ => Ok(None),
    }
}

/// The guardians' pages that a succession cites; not more than the law ever takes.
pub(crate) fn entrusted_by(event: &Event) -> ExternResult<Vec<CitedPage>> {
    let mut pages = Vec::new();
    if let Some(Mandate::Guardians { entrusted, .. }) = event.succession().map(|said| &said.mandate)
    {
        for id in entrusted.iter().take(GUARDIANS_MAX) {
            pages.extend(cited(*id)?);
        }
    }
    Ok(pages)
}

/// Judges an appeal (rule 67).
pub(crate) fn appealed(action: &Action, appeal: &Appeal) -> Verdict {
    let last = cited(appeal.last)?;
    let named = cited(appeal.named)?;
    Ok(appeal.check(
        agent_id(action.author()),
        last.as_ref().map(CitedPage::borrow),
        named.as_ref().map(CitedPage::borrow),
    ))
}
