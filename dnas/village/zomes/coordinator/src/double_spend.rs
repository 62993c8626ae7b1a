//! Pages given twice: noticed, proved, carried, made good.

use crate::api::{
    BallotKind, DoubleSpendItem, DoubleSpends, ListInput, MadeGood, MakeGoodInput, Noted,
    ProofText, ReportInput, Written as WrittenOut,
};
use crate::ballots::{Ballots, Outcome};
use crate::book::{charter, held_record, latest_of, own_open, valid_records, write, Desk, Written};
use crate::ends::{link_end, note, own_bars};
use crate::labour::own_spent;
use crate::links::lasting_links;
use crate::member::{page_of_list, Names};
use crate::policy::policy_in_force;
use crate::refusal::{check_limit, law, Refusal};
use crate::vote::{answers_to, link_answer};
use crate::written::create_entry;
use commons_credit_handover::{carrier, check_proof, read_text, Packet, Proof, Read, Slip};
use commons_credit_ledger::cheque::Statement;
use commons_credit_ledger::settled::Key;
use commons_credit_ledger::{
    Account, ActionId, Cause, Content, DoubleSpend, Ended, Event, Facts, Fund, PageTag,
    ReceiverTag, Said, Seconds, SignatureBytes, Subject,
};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use village_integrity::{
    action_id, agent_id, agent_key, double_spend_of, ends_base, village_id, DoubleSpendEntry,
    EntryTypes, LinkTypes,
};

/// Actions of one chain that are looked through for a page given twice.
const ACTIONS_MAX: usize = 20_000;

/// Looks through what this node holds of somebody's book for a page given twice, writes
/// the proof and notes the end of that book.
#[hdk_extern]
pub fn report_double_spend(input: ReportInput) -> ExternResult<Noted> {
    let village = village_id(&dna_info()?.hash);
    let giver = agent_id(&input.giver);
    let mut given: BTreeMap<u64, (Statement, SignatureBytes)> = BTreeMap::new();
    for written in pages_of(&input.giver)? {
        let Some(transfer) = written.page.event.transfer() else {
            continue;
        };
        let statement = Statement::of(&village, &giver, &written.page, transfer);
        let one = given
            .entry(written.page.number)
            .or_insert((statement, transfer.cheque));
        if one.0 != statement {
            let proof = Proof::of((&one.0, &one.1), (&statement, &transfer.cheque));
            return publish(&proof.map_err(unreadable)?);
        }
    }
    Err(Refusal::NotTwice.into())
}

/// Takes a proof that came by QR code, link or text message.
#[hdk_extern]
pub fn take_double_spend(input: ProofText) -> ExternResult<Noted> {
    let (proof, hints) = match read_text(&input.text).map_err(unreadable)? {
        Read::Slip {
            slip: Slip::Proof(proof),
            hints,
            ..
        } => (proof, hints),
        Read::Slip { slip, .. } => {
            let why = format!("it is a {}", slip.kind());
            return Err(Refusal::ProofUnreadable { why }.into());
        }
        Read::Frame(_) => {
            let why = "it is a frame of a parcel".into();
            return Err(Refusal::ProofUnreadable { why }.into());
        }
    };
    let village = village_id(&dna_info()?.hash);
    check_proof(&proof, hints, &village).map_err(unreadable)?;
    publish(&proof)
}

fn unreadable(refusal: commons_credit_handover::Refusal) -> WasmError {
    Refusal::ProofUnreadable {
        why: refusal.to_string(),
    }
    .into()
}

/// Writes a proof, unless this one is known, and notes what it ends.
fn publish(proof: &Proof) -> ExternResult<Noted> {
    let entry = entry_of(proof);
    if proofs()?.into_iter().any(|(_, _, known)| known == entry) {
        return note(None);
    }
    let hash = create_entry(EntryTypes::DoubleSpend(DoubleSpendEntry(entry)))?;
    link_end(&hash)?;
    note(Some(Ended {
        cause: Cause::DoubleSpend(action_id(&hash)),
        agent: entry.giver,
        number: entry.number,
    }))
}

fn entry_of(proof: &Proof) -> DoubleSpend {
    DoubleSpend {
        giver: proof.giver,
        number: proof.number,
        said: proof.halves.map(|half| Said {
            receiver: ReceiverTag(half.receiver),
            amount_s: Seconds(half.amount.seconds()),
            page: PageTag(half.page),
            signature: half.signature,
        }),
    }
}

/// The same as it is carried.
fn packet_of(entry: &DoubleSpend) -> ExternResult<Packet> {
    let village = village_id(&dna_info()?.hash);
    let [one, other] = entry.said.map(|said| {
        let statement = Statement {
            village: commons_credit_ledger::cheque::village_tag(&village),
            giver: entry.giver,
            receiver: said.receiver.0,
            number: entry.number,
            amount_s: said.amount_s.0,
            page: said.page.0,
        };
        (statement, said.signature)
    });
    let proof = Proof::of((&one.0, &one.1), (&other.0, &other.1)).map_err(unreadable)?;
    Ok(Packet::to_village(Slip::Proof(Box::new(proof)), &village))
}

/// A proof that this node holds.
pub(crate) fn held_proof(proof: &ActionHash) -> ExternResult<DoubleSpend> {
    let record = held_record(proof, "proof")?;
    Ok(double_spend_of(&record).ok_or(Refusal::NotFound { what: "proof" })?)
}

/// Proofs that this node holds, oldest first.
fn proofs() -> ExternResult<Vec<(Timestamp, ActionHash, DoubleSpend)>> {
    let links = lasting_links(ends_base(), LinkTypes::End)?;
    let targets: BTreeSet<ActionHash> = links
        .into_iter()
        .filter_map(|link| link.target.into_action_hash())
        .collect();
    let mut found: Vec<_> = valid_records(&targets.into_iter().collect::<Vec<_>>())?
        .iter()
        .filter_map(|record| {
            Some((
                record.action().timestamp(),
                record.action_address().clone(),
                double_spend_of(record)?,
            ))
        })
        .collect();
    found.sort_by_key(|(time, hash, _)| (*time, hash.clone()));
    Ok(found)
}

/// Proofs, newest first.
#[hdk_extern]
pub fn double_spends(input: ListInput) -> ExternResult<DoubleSpends> {
    let limit = check_limit(input.limit)?;
    let mut all = proofs()?;
    all.reverse();
    let (shown, next) = page_of_list(all, input.cursor, limit);
    let names = Names::default();
    let bars = own_bars(&own_open()?.page.after)?;
    let made_good = made_good(&names)?;
    let mut items = Vec::new();
    for (_, hash, proof) in shown {
        let giver = agent_key(&proof.giver);
        let packet = packet_of(&proof)?;
        let (made_good_s, made_good) = made_good.get(&giver).cloned().unwrap_or_default();
        let excess_s = excess_s(&giver)?.saturating_sub(made_good_s).max(0);
        items.push(DoubleSpendItem {
            proof: hash,
            giver_name: names.of(&giver),
            number: proof.number,
            amounts_s: proof.said.map(|said| said.amount_s),
            barred: bars.contains(&Key::of_bar(proof.giver)),
            excess_s: Seconds(excess_s),
            made_good,
            qr_text: carrier::qr_text(&packet),
            link: carrier::link(&packet),
            giver,
        });
    }
    Ok(DoubleSpends { items, next })
}

/// Every valid page of somebody's book that this node holds, of all branches.
fn pages_of(agent: &AgentPubKey) -> ExternResult<Vec<Written>> {
    let activity = get_agent_activity(
        agent.clone(),
        ChainQueryFilter::new(),
        ActivityRequest::Full,
        GetOptions::local(),
    )?;
    let hashes: Vec<ActionHash> = activity
        .valid_activity
        .into_iter()
        .map(|(_, hash)| hash)
        .take(ACTIONS_MAX)
        .collect();
    let records = valid_records(&hashes)?;
    Ok(records.iter().filter_map(Written::of).collect())
}

/// What somebody's branches together are below their floor.
fn excess_s(giver: &AgentPubKey) -> ExternResult<i64> {
    let pages = pages_of(giver)?;
    let balances: BTreeMap<ActionId, i64> = pages
        .iter()
        .map(|written| Ok((action_id(&written.hash), written.member()?.balance_s.0)))
        .collect::<ExternResult<_>>()?;
    let mut together_s = 0i64;
    for written in &pages {
        let before = match &written.page.previous {
            Some(id) => balances.get(id).copied().unwrap_or(0),
            None => 0,
        };
        let changed = written.member()?.balance_s.0.saturating_sub(before);
        together_s = together_s.saturating_add(changed);
    }
    let floor_s = match latest_of(giver)? {
        Some(latest) => latest.member()?.floor_s.0,
        None => return Ok(0),
    };
    Ok(floor_s.saturating_sub(together_s).max(0))
}

/// What was decided to be made good, by whom it was given twice: what is filled or still
/// can be, in seconds, and every decision.
fn made_good(names: &Names) -> ExternResult<BTreeMap<AgentPubKey, (i64, Vec<MadeGood>)>> {
    let mut found: BTreeMap<AgentPubKey, (i64, Vec<MadeGood>)> = BTreeMap::new();
    let in_force = policy_in_force(&charter()?)?.policy;
    let present = in_force.appointment(Fund::Community);
    for (asked, outcome) in Ballots::known(BallotKind::MakeGood)?.adopted() {
        let (
            Subject::MakeGood(giver),
            Content::MakeGood {
                amount_s, holder, ..
            },
        ) = (asked.proposal.subject, &asked.proposal.content)
        else {
            continue;
        };
        let page = carried_out(outcome)?;
        let (filled_s, decided) = found.entry(agent_key(&giver)).or_default();
        // A holder who was replaced carries out nothing more: then it is to be decided anew.
        if page.is_some() || present.is_some_and(|present| present.holder == *holder) {
            *filled_s = filled_s.saturating_add(amount_s.0);
        }
        let holder = agent_key(holder);
        decided.push(MadeGood {
            proposal: asked.hash.clone(),
            amount_s: *amount_s,
            holder_name: names.of(&holder),
            holder,
            page,
        });
    }
    Ok(found)
}

/// The page that carried out a decision to make good, if one is known here.
fn carried_out(outcome: &Outcome) -> ExternResult<Option<ActionHash>> {
    for decision in &outcome.all {
        let links = answers_to(decision)?;
        let pages: Vec<ActionHash> = links
            .into_iter()
            .filter_map(|link| link.target.into_action_hash())
            .collect();
        let made = valid_records(&pages)?.into_iter().find(|record| {
            Written::of(record).is_some_and(|written| match written.page.event {
                Event::MakeGood {
                    decision: cited, ..
                } => cited == action_id(decision),
                _ => false,
            })
        });
        if let Some(made) = made {
            return Ok(Some(made.action_address().clone()));
        }
    }
    Ok(None)
}

/// Writes off the Community fund what the village decided to make good.
#[hdk_extern]
pub fn make_good(input: MakeGoodInput) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    desk.latest
        .page
        .after
        .holding(Account::Fund(Fund::Community))
        .map_err(law)?;
    let ballots = Ballots::known(BallotKind::MakeGood)?;
    let (asked, outcome) = ballots
        .adopted()
        .find(|(_, outcome)| outcome.all.contains(&input.decision))
        .ok_or(Refusal::NotFound { what: "decision" })?;
    let key = Key::of_made_good(action_id(&asked.hash));
    let event = Event::MakeGood {
        decision: action_id(&outcome.decision),
        once: own_spent(Fund::Community)?.prove(&key),
    };
    let facts = Facts {
        decided: Some(outcome.decided(asked)),
        ..desk.facts()
    };
    let written = write(desk.draft(event, &facts)?)?;
    link_answer(&outcome.decision, &written.hash)?;
    (&written).try_into()
}
