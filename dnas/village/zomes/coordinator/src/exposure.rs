//! How much of what the caller signed nobody has seen, against the policy's limit.
//!
//! No page can show it, so no validator asks: it bounds what an honest giver can do
//! by mistake, and what a receiver of cheques takes on trust.

use crate::activity::witnesses;
use crate::book::{me, seen_record, Desk, Written};
use crate::refusal::Refusal;
use crate::transfer::outcome_of;
use commons_credit_ledger::amount::AMOUNT_MAX_S;
use commons_credit_ledger::{Amount, Seconds};
use hdk::prelude::*;
use village_integrity::action_hash;

/// Pages looked at, newest first. Who has written more than this unseen has signed
/// enough.
const UNSEEN_PAGES_MAX: usize = 256;

/// Refuses an amount that would be above the limit.
pub(crate) fn check_exposure(desk: &Desk, amount: Amount) -> ExternResult<()> {
    let exposure_s = desk.policy.exposure.0;
    // No limit is the charter's own: then nothing needs to be looked at.
    if exposure_s >= AMOUNT_MAX_S {
        return Ok(());
    }
    let unseen_s = unseen(&desk.latest)?;
    if desk.policy.bears(unseen_s, amount) {
        return Ok(());
    }
    Err(Refusal::ExposureOwn {
        unseen_s: unseen_s.0,
        amount_s: amount.seconds(),
        exposure_s,
    }
    .into())
}

/// What the pages since the newest that a peer holds have given away. A peer that
/// holds a page holds those before it: it could not have judged it otherwise.
fn unseen(latest: &Written) -> ExternResult<Seconds> {
    let me = me()?;
    let mut unseen_s = 0_i64;
    let mut next = Some(latest.clone());
    for _ in 0..UNSEEN_PAGES_MAX {
        let Some(written) = next else {
            return Ok(Seconds(unseen_s));
        };
        if witnesses(&written.hash, &me)? > 0 || outcome_of(&written.hash)?.is_some() {
            return Ok(Seconds(unseen_s));
        }
        if let Some(transfer) = written.page.event.transfer() {
            unseen_s = unseen_s.saturating_add(transfer.amount_s.0);
        }
        next = match written.page.previous {
            None => None,
            Some(previous) => seen_record(&action_hash(&previous))?
                .as_ref()
                .and_then(Written::of),
        };
    }
    Ok(Seconds(AMOUNT_MAX_S))
}
