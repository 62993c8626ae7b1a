//! Trust-lines: looking at them, taking them over, paying across. What goes on after
//! that goes on by itself ([`crate::line_message`]).

use crate::api::{
    Agreed, FarEnd, HopPaid, HopQuoted, ListInput, NeighbourRef, PayAcrossInput, QuoteAcross,
    QuoteAcrossInput, TakeLineInput, TrustLine, TrustLines, Written as WrittenOut,
};
use crate::book::{held, latest_of, me, write, Desk};
use crate::line_message::in_village;
use crate::line_terms::Lines;
use crate::member::{page_of_list, Names};
use crate::motion::motion_of;
use crate::refusal::{check_limit, law, Refusal};
use crate::transfer::{hand_out, own_transfer};
use crate::words::Sealed;
use commons_credit_ledger::line::receipt_statement;
use commons_credit_ledger::way::HOPS_MAX;
use commons_credit_ledger::{
    Account, Across, AgentId, Amount, Event, Facts, Hop, Leg, Seconds, SignatureBytes, Transfer,
    VillageId, Violation,
};
use hdk::prelude::*;
use village_integrity::{action_id, agent_id, agent_key, village_id};

/// The village that this cell is.
pub(crate) fn here() -> ExternResult<VillageId> {
    Ok(village_id(&dna_info()?.hash))
}

/// The hash behind a village's name.
pub(crate) fn dna_hash(village: &VillageId) -> DnaHash {
    DnaHash::from_raw_32(village.0.to_vec())
}

/// The other end of a transfer that goes, or came, over a line.
pub(crate) fn far_end(transfer: &Transfer) -> Option<FarEnd> {
    let end = |village, member: Option<&AgentId>| FarEnd {
        village: dna_hash(&village),
        member: member.map(agent_key),
    };
    match (transfer.across(), transfer.honours()) {
        (Some((village, across)), _) => Some(end(across.ends_in(village), Some(&across.receiver))),
        (None, Some((village, _))) => Some(end(village, None)),
        (None, None) => None,
    }
}

/// The village's trust-lines, and where their gateways' books stand.
#[hdk_extern]
pub fn lines(input: ListInput) -> ExternResult<TrustLines> {
    let limit = check_limit(input.limit)?;
    let (me, names, known) = (me()?, Names::default(), Lines::adopted_here()?);
    let neighbours = known.neighbours().into_iter().collect();
    let (shown, next) = page_of_list(neighbours, input.cursor, limit);
    let mut items = Vec::new();
    for village in shown {
        let adopted = known.newest_terms(village)?;
        let gateway = agent_key(&adopted.terms.gateway);
        let latest = latest_of(&gateway)?;
        let state = latest.as_ref().map(|latest| &latest.page.after);
        let tally = state.and_then(|state| state.tally(village).ok());
        let balance_s = state
            .and_then(|state| state.holding(Account::Line(village)).ok())
            .map_or(Seconds(0), |holding| holding.balance_s);
        items.push(TrustLine {
            village: dna_hash(&village),
            decision: adopted.outcome.decision.clone(),
            terms: motion_of(&adopted.asked.proposal),
            gateway_name: names.of(&gateway),
            mine: gateway == me,
            taken_over: tally.is_some_and(|tally| tally.terms == adopted.asked.proposal.number),
            balance_s,
            pledged_s: tally.map_or(Seconds(0), |tally| tally.pledged_s),
            issued: tally.map_or(0, |tally| tally.issued),
            taken: tally.map_or(0, |tally| tally.taken),
        });
    }
    Ok(TrustLines { items, next })
}

/// Signs the newest terms of a line as its gateway, for the gateway on the other side.
#[hdk_extern]
pub fn agree_line(input: NeighbourRef) -> ExternResult<Agreed> {
    let (me, village) = (me()?, village_id(&input.village));
    let known = Lines::adopted_here()?;
    let adopted = known.newest_terms(village)?;
    if adopted.terms.gateway != agent_id(&me) {
        return Err(law(Violation::LineNotDecided));
    }
    let signature = sign_raw(me, adopted.terms.statement(&here()?, &village))?;
    Ok(Agreed {
        signature: SignatureBytes(signature.0),
    })
}

/// Opens a line in the caller's book, or takes over its newest terms.
#[hdk_extern]
pub fn take_line(input: TakeLineInput) -> ExternResult<WrittenOut> {
    let village = village_id(&input.village);
    let agreed = match input.agreed {
        Some(signature) => signature,
        None => {
            let here = NeighbourRef {
                village: dna_info()?.hash,
            };
            let agreed: Agreed =
                in_village(&village, "agree_line", here)?.ok_or(Refusal::NotFound {
                    what: "signature of the other gateway",
                })?;
            agreed.signature
        }
    };
    let desk = Desk::open()?;
    let known = Lines::adopted_here()?;
    let adopted = known.newest_terms(village)?;
    let facts = Facts {
        decided: Some(adopted.decided()),
        line_is_signed: verify_signature_raw(
            agent_key(&adopted.terms.neighbour_gateway),
            Signature(agreed.0),
            adopted.terms.statement(&here()?, &village),
        )?,
        ..desk.facts()
    };
    let event = Event::Line {
        village,
        decision: action_id(&adopted.outcome.decision),
        agreed,
    };
    let written = write(desk.draft(event, &facts)?)?;
    (&written).try_into()
}

/// What a payment across comes to, by what this node knows of the gateways' books. What
/// the lines after the first come to, the caller's own cells in the villages between say.
#[hdk_extern]
pub fn quote_across(input: QuoteAcrossInput) -> ExternResult<QuoteAcross> {
    check_hops(input.onward.len())?;
    let (village, desk, known) = (
        village_id(&input.village),
        Desk::to_read()?,
        Lines::adopted_here()?,
    );
    let adopted = known.newest_terms(village)?;
    let book = latest_of(&agent_key(&adopted.terms.gateway))?.ok_or(Refusal::NotFound {
        what: "gateway's book",
    })?;
    let state = &book.page.after;
    let split = desk
        .policy
        .levies
        .split(Amount::new(input.amount_s).map_err(law)?);
    let amount = Amount::new(split.receiver_s).map_err(law)?;
    let gives = adopted
        .terms
        .quote(state, village, amount, input.kind)
        .map_err(law)?;
    let owes_s = state.tally(village).and_then(|tally| state.owes(tally));
    Ok(QuoteAcross {
        split,
        gives_s: gives.into(),
        sheet: adopted.terms.sheet.number,
        room_s: Seconds(adopted.terms.limit_s.0 - owes_s.map_err(law)?.0),
        onward: quote_onward(&input, gives.into())?,
    })
}

/// The quotes of the lines after the first, for `amount_s` that comes to its other end.
fn quote_onward(input: &QuoteAcrossInput, amount_s: Seconds) -> ExternResult<Vec<HopQuoted>> {
    let Some((hop, rest)) = input.onward.split_first() else {
        return Ok(Vec::new());
    };
    let next = QuoteAcrossInput {
        village: hop.village.clone(),
        kind: hop.kind,
        amount_s,
        onward: rest.to_vec(),
    };
    let quoted: Option<QuoteAcross> =
        in_village(&village_id(&input.village), "quote_across", next)?;
    let quoted = quoted.ok_or(Refusal::NotFound {
        what: "quote of your own book in the village between",
    })?;
    let first = HopQuoted {
        village: hop.village.clone(),
        split: quoted.split,
        gives_s: quoted.gives_s,
        sheet: quoted.sheet,
        kind: hop.kind,
        room_s: quoted.room_s,
    };
    Ok(std::iter::once(first).chain(quoted.onward).collect())
}

/// Rule 77, before anything is asked or written.
fn check_hops(hops: usize) -> ExternResult<()> {
    if hops > HOPS_MAX {
        return Err(law(Violation::WayMalformed { what: "length" }));
    }
    Ok(())
}

fn hop_of(hop: &HopPaid) -> Hop {
    Hop {
        village: village_id(&hop.village),
        sheet: hop.sheet,
        kind: hop.kind,
        least_s: hop.least_s,
    }
}

/// Gives to somebody in a neighbour village, or behind it: to the gateway's line account,
/// on to them.
#[hdk_extern]
pub fn pay_across(input: PayAcrossInput) -> ExternResult<WrittenOut> {
    check_hops(input.onward.len())?;
    let (village, known) = (village_id(&input.village), Lines::adopted_here()?);
    let adopted = known.newest_terms(village)?;
    let desk = Desk::open_unmoved(input.seen)?;
    let gateway = agent_key(&adopted.terms.gateway);
    let across = Across {
        receiver: agent_id(&input.receiver),
        sheet: input.sheet,
        kind: input.kind,
        least_s: input.least_s,
        onward: input.onward.iter().map(hop_of).collect(),
    };
    let transfer = Transfer {
        to_account: Account::Line(village),
        line: Some(Leg::Across(across)),
        ..own_transfer(&desk, &gateway, input.amount_s)?
    };
    let written = hand_out(&desk, transfer, &desk.facts(), Sealed::nothing())?;
    (&written).try_into()
}

/// Rule 75: the caller's receipt for what a gateway paid on an IOU; none for any other
/// transfer. It names the page that follows the desk's.
pub(crate) fn receipt_for(
    desk: &Desk,
    transfer: &ActionHash,
) -> ExternResult<Option<SignatureBytes>> {
    let (_, given) = held(transfer)?;
    let Some((given, (_, honours))) = given
        .page
        .event
        .transfer()
        .and_then(|given| given.honours().map(|leg| (given, leg)))
    else {
        return Ok(None);
    };
    let statement = receipt_statement(
        &desk.village,
        &desk.author,
        desk.latest.page.number.saturating_add(1),
        given.split.receiver_s.0,
        &honours.iou.payment,
    );
    Ok(Some(SignatureBytes(
        sign_raw(desk.me.clone(), statement)?.0,
    )))
}
