//! Bytes between villages, carried by who has a book in both.
//!
//! Everything that has to cross stands on pages: an IOU on a pledge, a receipt on a
//! deposit, a refusal on the other gateway's page. So a member's node that holds both villages
//! makes the messages anew from what lies on its disk and hands them to the gateways;
//! nothing is stored for the way. A traveller whose villages share no network brings along
//! what the one had when they left, and hands it over where they arrive. Only what a
//! receiver declined needs the other gateway's own word: that passes while both are reached.

use crate::api::{LineAnswers, LineAsk, LineMessage, LineMessages, LineWork};
use crate::book::{latest_of, me, newest_of};
use crate::line::here;
use crate::line_message::{
    from_of, in_village, read_slip, take_message, AskedIou, LineBook, BOOK_PAGES_MAX,
};
use crate::line_terms::Lines;
use commons_credit_ledger::{AgentId, VillageId};
use hdk::prelude::*;
use village_integrity::{agent_id, agent_key};

/// Passes on what waits on the lines of others between this village and those in which the
/// caller has a book as well.
#[hdk_extern]
pub fn carry_messages(_: ()) -> ExternResult<LineWork> {
    let mut work = LineWork {
        lines: 0,
        pages: 0,
        sent: 0,
        waiting: 0,
    };
    let (me, known) = (agent_id(&me()?), Lines::adopted_here()?);
    for village in known.neighbours() {
        // What cannot be carried over one line must not keep the others waiting.
        if let Err(error) = carry_over(village, &me, &known, &mut work) {
            warn!("messages wait: {error}");
        }
    }
    Ok(work)
}

/// The same over one line, unless it is the caller's own.
fn carry_over(
    village: VillageId,
    me: &AgentId,
    known: &Lines,
    work: &mut LineWork,
) -> ExternResult<()> {
    let gateway = known.newest_terms(village)?.terms.gateway;
    if gateway == *me {
        return Ok(());
    }
    let key = agent_key(&gateway);
    let pledged = latest_of(&key)?.is_some_and(|latest| {
        let tally = latest.page.after.tally(village);
        tally.is_ok_and(|tally| tally.pledged_s.0 != 0)
    });
    work.lines = work.lines.saturating_add(1);
    if !pledged {
        return Ok(());
    }
    let book = LineBook::from_pages(newest_of(&key, BOOK_PAGES_MAX)?)?;
    let asked = book.asked_now(&village)?;
    let waiting = u32::try_from(asked.len()).unwrap_or(u32::MAX);
    work.waiting = work.waiting.saturating_add(waiting);
    for answer in pass(&village, &asked, work)? {
        if hand_to(&key, answer)?.is_some() {
            work.sent = work.sent.saturating_add(1);
        }
    }
    Ok(())
}

/// Hands bytes to the gateway of the line that they came over, which may be the caller.
#[hdk_extern]
pub fn pass_on(input: LineMessage) -> ExternResult<LineMessages> {
    let from = from_of(&read_slip(&input)?);
    let gateway = Lines::adopted_here()?.newest_terms(from)?.terms.gateway;
    if gateway == agent_id(&me()?) {
        return take_message(input);
    }
    let back = hand_to(&agent_key(&gateway), input)?;
    Ok(back.unwrap_or(LineMessages { messages: vec![] }))
}

/// Takes IOUs to a neighbour through the caller's own cell there, unless its gateway has
/// them; gives what came back. Nothing comes back if there is no such cell.
pub(crate) fn pass(
    village: &VillageId,
    asked: &[AskedIou],
    work: &mut LineWork,
) -> ExternResult<Vec<LineMessage>> {
    let Some(since) = asked.iter().map(|asked| asked.number).min() else {
        return Ok(Vec::new());
    };
    let ask = LineAsk {
        village: crate::line::dna_hash(&here()?),
        since,
    };
    let answers: Option<LineAnswers> = in_village(village, "line_answers", ask)?;
    let Some(mut answers) = answers else {
        return Ok(Vec::new());
    };
    for asked in asked {
        if answers.taken.contains(&asked.payment) {
            continue;
        }
        let back: Option<LineMessages> = in_village(village, "pass_on", asked.message.clone())?;
        if let Some(back) = back {
            work.sent = work.sent.saturating_add(1);
            // One IOU has one answer, whatever a stranger's node sends back.
            answers.messages.extend(back.messages.into_iter().next());
        }
    }
    Ok(answers.messages)
}

/// Hands bytes to a peer; none if the peer is not reached, refuses, or answers anything but
/// messages: what a stranger's node answers stops nothing here.
fn hand_to(peer: &AgentPubKey, message: LineMessage) -> ExternResult<Option<LineMessages>> {
    let handed = call_remote(
        peer.clone(),
        ZomeName::from(crate::ZOME),
        "take_message".into(),
        None,
        message,
    );
    match handed {
        Ok(ZomeCallResponse::Ok(bytes)) => match bytes.decode() {
            Ok(back) => Ok(Some(back)),
            Err(error) => {
                debug!("a gateway's answer is none: {error}");
                Ok(None)
            }
        },
        other => {
            debug!("a gateway took no bytes: {other:?}");
            Ok(None)
        }
    }
}
