//! Founding a village, opening one's book in it, standing in it.

use crate::api::{Book, Draft, DraftInput, OpenInput, Quote, QuoteInput, Standing};
use crate::book::{charter, me, own_latest, own_open, write, Written};
use crate::ends::{own_bars, Ends};
use crate::member::Names;
use crate::policy::policy_in_force;
use crate::refusal::{law, Refusal};
use crate::rolls::Rolls;
use commons_credit_ledger::apply::first_page;
use commons_credit_ledger::charter::CHARTER_FORMAT;
use commons_credit_ledger::text::check_name;
use commons_credit_ledger::{Amount, Balance, Charter, Event, Seconds};
use hdk::prelude::*;
use village_integrity::{action_id, agent_id, members_base, LinkTypes, MemberTag};

const SEED_BYTES: u32 = 16;
/// From this balance on guardians are asked for: ten hours.
const GUARD_FROM_S: i64 = 10 * 3_600;

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// A charter for a new village, with the caller as its founding steward.
#[hdk_extern]
pub fn draft_charter(input: DraftInput) -> ExternResult<Draft> {
    let charter = Charter {
        format: CHARTER_FORMAT,
        name: input.name.trim().to_owned(),
        levies: input.levies,
        floor_s: input.floor_s,
        voting: input.voting,
        stewards: vec![agent_id(&me()?)],
        predecessor: None,
    };
    charter.check().map_err(law)?;
    let seed = random_bytes(SEED_BYTES)?;
    Ok(Draft {
        network_seed: seed.iter().map(|byte| format!("{byte:02x}")).collect(),
        charter,
    })
}

/// Opens the caller's book: page 1 and a place on the roll.
#[hdk_extern]
pub fn open(input: OpenInput) -> ExternResult<Standing> {
    let charter = charter()?;
    let name = input.name.trim().to_owned();
    check_name(&name).map_err(law)?;
    if own_latest()?.is_some() {
        return Err(Refusal::AlreadyOpened.into());
    }
    let in_force = policy_in_force(&charter)?;
    let first = write(first_page(
        action_id(&own_admission()?),
        &in_force.policy,
        in_force.cited,
    ))?;
    enter(&name, &first)?;
    let book = standing_book(name, &first)?;
    standing_with(charter, Some(book))
}

/// The action that admitted the caller to the village.
pub(crate) fn own_admission() -> ExternResult<ActionHash> {
    Ok(
        query(ChainQueryFilter::new().action_type(ActionType::AgentValidationPkg))?
            .first()
            .map(|record| record.action_address().clone())
            .ok_or(Refusal::NotFound { what: "admission" })?,
    )
}

/// Puts the caller among the members, and says at their key who they are.
pub(crate) fn enter(name: &str, first: &Written) -> ExternResult<()> {
    let me = me()?;
    let tag = MemberTag {
        book: action_id(&first.hash),
        name: name.to_owned(),
        profile: None,
    }
    .encode();
    create_link(members_base(), me.clone(), LinkTypes::Member, tag.clone())?;
    create_link(me.clone(), me, LinkTypes::Member, tag)?;
    Ok(())
}

/// Where the caller stands.
#[hdk_extern]
pub fn standing(_: ()) -> ExternResult<Standing> {
    let charter = charter()?;
    let book = match own_latest()? {
        None => None,
        Some(latest) => {
            let name = Names::default().of(&me()?).unwrap_or_default();
            Some(standing_book(name, &latest)?)
        }
    };
    standing_with(charter, book)
}

pub(crate) fn standing_with(charter: Charter, book: Option<Book>) -> ExternResult<Standing> {
    let me = me()?;
    let policy = policy_in_force(&charter)?;
    let rolls = Rolls::known(charter.clone())?;
    Ok(Standing {
        village: dna_info()?.hash,
        steward: charter.has_steward(&agent_id(&me)),
        policy: (&policy).into(),
        roll: rolls.in_force(agent_id(&me)),
        me,
        charter,
        book,
    })
}

pub(crate) fn standing_book(name: String, latest: &Written) -> ExternResult<Book> {
    let member = latest.member()?;
    let can_give_s = (member.balance_s.0 - member.floor_s.0).max(0);
    let earned = latest.page.after.earned;
    let ends = Ends::known()?;
    let guarded = latest.page.after.guardians.is_some();
    Ok(Book {
        guarded,
        guardians_wanted: !guarded && member.balance_s.0 >= GUARD_FROM_S,
        ended: ends.of_own(&latest.page)?.is_some(),
        ends_to_note: count(ends.to_note(&own_bars(&latest.page.after)?)?.len()),
        name,
        number: latest.page.number,
        page: latest.hash.clone(),
        balance_s: member.balance_s,
        floor_s: member.floor_s,
        can_give_s: Seconds(can_give_s),
        earned_state_s: earned.state_s,
        earned_community_s: earned.community_s,
        closed: matches!(latest.page.event, Event::Close { .. }),
    })
}

/// How an amount would be shared out, and whether the caller may give it.
#[hdk_extern]
pub fn quote(input: QuoteInput) -> ExternResult<Quote> {
    let amount = Amount::new(input.amount_s).map_err(law)?;
    let member = own_open()?.member()?;
    let after = Balance::new(member.balance_s)
        .and_then(|balance| balance.minus(amount))
        .map_err(law)?;
    Ok(Quote {
        split: policy_in_force(&charter()?)?.policy.levies.split(amount),
        balance_after_s: after.into(),
        allowed: after.seconds() >= member.floor_s.0,
    })
}
