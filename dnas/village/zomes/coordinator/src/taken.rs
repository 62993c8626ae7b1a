//! Cheques of others: taken on the spot, kept privately, deposited as soon as the
//! giver's page is here.
//!
//! Taking writes one private entry on the caller's own chain and moves nothing. What
//! becomes of it is never written down a second time: it follows from the books.
//!
//! | after a stop | what is there | how it goes on |
//! | --- | --- | --- |
//! | before the entry is committed | nothing | take it again |
//! | after it | *signed* | the next [`settle_cheques`] that finds the giver's page deposits it |
//! | before the deposit is committed | *signed* | the same |
//! | after it | *received* | nothing is left to do; a second deposit is refused by the law (rule 13) |

use crate::activity::{witnesses, witnesses_wanted};
use crate::api::{
    ChequeAdvice, ChequeInput, ChequeItem, ChequeRead, ChequeState, Cheques, ChequesSettled,
    ListInput, TakeChequeInput,
};
use crate::book::{latest_of, valid_record, valid_records, Desk, Written};
use crate::inbox::inbox_targets;
use crate::member::{page_of_list, Names};
use crate::refusal::{check_limit, handed, Refusal};
use crate::transfer::deposit_at;
use commons_credit_handover::{
    carrier, check_payment, read_bytes, Own, Packet, Payment, Proof, Read, Slip,
};
use commons_credit_handover::{Hints, Refusal as Handed};
use commons_credit_ledger::cheque::{page_tag, receiver_tag, Statement};
use commons_credit_ledger::{
    Account, AgentId, Amount, ChequeBytes, Event, Policy, Seconds, SignatureBytes, Split,
    TakenCheque,
};
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{action_hash, agent_id, agent_key, taken_of, EntryTypes, TakenChequeEntry};

/// Pages of a giver's book looked at, from the newest back, for the one of a cheque.
const PAGES_BACK_MAX: u64 = 1_024;

/// Looks at what was handed over; writes nothing.
#[hdk_extern]
pub fn read_cheque(input: ChequeInput) -> ExternResult<ChequeRead> {
    let shelf = Shelf::open()?;
    let judged = shelf.judge(&input.cheque)?;
    shelf.shown(&judged)
}

/// Takes a cheque: keeps it where nobody else sees it, to be deposited later.
#[hdk_extern]
pub fn take_cheque(input: TakeChequeInput) -> ExternResult<ChequeItem> {
    let shelf = Shelf::open()?;
    let judged = shelf.judge(&input.cheque)?;
    if !input.despite_advice {
        judged.heed()?;
    }
    let cheque = ChequeBytes::from_slice(&Slip::Payment(judged.payment).to_bytes())
        .ok_or(Refusal::NotFound { what: "cheque" })?;
    let taken = create_entry(EntryTypes::TakenCheque(TakenChequeEntry(TakenCheque {
        cheque,
    })))?;
    let kept = Kept {
        taken,
        time_us: sys_time()?.as_micros(),
        payment: judged.payment,
    };
    shelf.item(&kept, &judged.found)
}

/// The cheques that the caller has taken, newest first.
#[hdk_extern]
pub fn cheques(input: ListInput) -> ExternResult<Cheques> {
    let limit = check_limit(input.limit)?;
    let shelf = Shelf::to_read()?;
    let (mut items, mut signed, mut signed_s) = (Vec::new(), 0_u32, 0_i64);
    for (kept, found) in shelf.found()? {
        let item = shelf.item(kept, &found)?;
        if item.state == ChequeState::Signed {
            signed = signed.saturating_add(1);
            signed_s = signed_s.saturating_add(item.split.receiver_s.0);
        }
        items.push(item);
    }
    let balance_s = shelf.desk.latest.member()?.balance_s;
    let (cheques, next) = page_of_list(items, input.cursor, limit);
    Ok(Cheques {
        cheques,
        signed,
        signed_s: Seconds(signed_s),
        balance_s,
        expected_s: Seconds(balance_s.0.saturating_add(signed_s)),
        next,
    })
}

/// Deposits one cheque whose page has come, the oldest first. Call it again while it
/// deposits: each page is a commit of its own, so a stop between two loses nothing.
#[hdk_extern]
pub fn settle_cheques(_: ()) -> ExternResult<ChequesSettled> {
    let shelf = Shelf::open()?;
    let mut deposited = None;
    let mut signed = 0_u32;
    for (_, found) in shelf.found()?.into_iter().rev() {
        match found {
            Found::Here(given) if deposited.is_none() => {
                // What this book cannot take must not hold up the next cheque.
                match deposit_at(&shelf.desk, &given.hash)? {
                    Ok(written) => deposited = Some(written.page.number),
                    Err(violation) => {
                        warn!("a cheque stays signed: {violation}");
                        signed = signed.saturating_add(1);
                    }
                }
            }
            Found::Here(_) | Found::Absent => signed = signed.saturating_add(1),
            Found::Settled { .. } | Found::Other { .. } => {}
        }
    }
    Ok(ChequesSettled { deposited, signed })
}

/// A cheque that was taken.
struct Kept {
    taken: ActionHash,
    time_us: i64,
    payment: Payment,
}

/// What this node knows of the giver's page of a cheque.
enum Found {
    /// It has not come.
    Absent,
    /// It is here, and to be deposited.
    Here(Box<Written>),
    /// The caller's page that deposited it or sent it back.
    Settled {
        given: Box<Written>,
        own: Box<Written>,
    },
    /// There is another page with its number.
    Other(Box<Written>),
}

/// A cheque that holds, and what speaks against it.
struct Judged {
    payment: Payment,
    found: Found,
    advice: Vec<Refusal>,
}

impl Judged {
    /// Refuses what advice is against.
    fn heed(&self) -> ExternResult<()> {
        match self.advice.first() {
            None => Ok(()),
            Some(advice) => Err(advice.clone().into()),
        }
    }
}

/// The caller's book and the cheques beside it.
struct Shelf {
    desk: Desk,
    names: Names,
    kept: Vec<Kept>,
    /// Own pages that deposit or decline, by the transfer that they cite.
    settling: BTreeMap<ActionHash, Written>,
    /// Those of them since the first cheque was taken.
    since: Vec<ActionHash>,
}

impl Shelf {
    /// To write with. Reads the caller's chain once.
    fn open() -> ExternResult<Self> {
        Self::beside(Desk::open()?)
    }

    /// The same, where nothing is written.
    fn to_read() -> ExternResult<Self> {
        Self::beside(Desk::to_read()?)
    }

    fn beside(desk: Desk) -> ExternResult<Self> {
        let (mut kept, mut settling, mut since) = (Vec::new(), BTreeMap::new(), Vec::new());
        for record in query(ChainQueryFilter::new().include_entries(true))? {
            if let Some(taken) = taken_of(&record) {
                // Checked when it was taken; what does not read any more is no cheque.
                if let Ok(Slip::Payment(payment)) = Slip::from_bytes(&taken.cheque.0) {
                    kept.push(Kept {
                        taken: record.action_address().clone(),
                        time_us: record.action().timestamp().as_micros(),
                        payment,
                    });
                }
            } else if let Some(written) = Written::of(&record) {
                if let Event::Deposit { transfer, .. } | Event::Decline { transfer, .. } =
                    written.page.event
                {
                    let transfer = action_hash(&transfer);
                    if !kept.is_empty() {
                        since.push(transfer.clone());
                    }
                    settling.insert(transfer, written);
                }
            }
        }
        kept.reverse();
        Ok(Self {
            desk,
            names: Names::default(),
            kept,
            settling,
            since,
        })
    }

    /// The cheques with what became of them, newest first.
    fn found(&self) -> ExternResult<Vec<(&Kept, Found)>> {
        if self.kept.is_empty() {
            return Ok(Vec::new());
        }
        let waiting = self.waiting()?;
        self.kept
            .iter()
            .map(|kept| Ok((kept, self.page_of(&kept.payment, &waiting)?)))
            .collect()
    }

    /// Transfers to the caller that this node knows of, by giver and number: what
    /// waits in the inbox, and what was settled.
    fn waiting(&self) -> ExternResult<BTreeMap<(AgentId, u64), Written>> {
        let mut hashes = inbox_targets(&self.desk.me)?;
        hashes.extend(self.since.iter().cloned());
        let mut waiting = BTreeMap::new();
        for record in valid_records(&hashes)? {
            if let Some(written) = Written::of(&record) {
                let giver = agent_id(record.action().author());
                waiting.insert((giver, written.page.number), written);
            }
        }
        Ok(waiting)
    }

    fn page_of(
        &self,
        payment: &Payment,
        waiting: &BTreeMap<(AgentId, u64), Written>,
    ) -> ExternResult<Found> {
        let known = waiting.get(&(payment.giver, payment.number)).cloned();
        let given = match known {
            Some(given) => Some(given),
            None => page_numbered(&payment.giver, payment.number)?,
        };
        Ok(match given {
            None => Found::Absent,
            Some(given) if page_tag(&given.page) != payment.page => Found::Other(Box::new(given)),
            Some(given) => match self.settling.get(&given.hash) {
                Some(own) => Found::Settled {
                    given: Box::new(given),
                    own: Box::new(own.clone()),
                },
                None => Found::Here(Box::new(given)),
            },
        })
    }

    /// Judges what was handed over: form, village, receiver, signature, the giver's
    /// book as far as it is known, and whether it was seen before.
    fn judge(&self, input: &[u8]) -> ExternResult<Judged> {
        let (payment, hints) = payment_in(input).map_err(handed)?;
        let waiting = self.waiting()?;
        let found = self.page_of(&payment, &waiting)?;
        let mut known: Vec<(Statement, SignatureBytes)> = self
            .kept
            .iter()
            .map(|kept| (self.said(&kept.payment), kept.payment.signature))
            .collect();
        let mut page = None;
        match &found {
            Found::Here(given) => page = Some(&given.page),
            Found::Settled { .. } => {
                return Err(handed(Handed::Replayed {
                    number: payment.number,
                }))
            }
            // A transfer is signed like a cheque, so it convicts; another page does not.
            Found::Other(given) => match self.signed_by(given, &payment.giver) {
                Some(signed) => known.push(signed),
                None => page = Some(&given.page),
            },
            Found::Absent => {}
        }
        let newest = self.desk.policy.version;
        let own = Own {
            known: &known,
            page,
            policies: Some((newest, newest)),
            ..Own::member(self.desk.author, self.desk.village)
        };
        let mut advice = Vec::new();
        match check_payment(&payment, hints, &own) {
            Ok(_) => {}
            // The law takes such a page (rule 5); its levies may not be what one expects.
            Err(expired @ Handed::PolicyExpired { .. }) => {
                let undated = Own {
                    policies: None,
                    ..own
                };
                check_payment(&payment, hints, &undated).map_err(handed)?;
                advice.push(Refusal::Cheque(expired));
            }
            Err(refusal) => return Err(handed(refusal)),
        }
        if self.names.of(&agent_key(&payment.giver)).is_none() {
            advice.push(Refusal::NotAMember);
        }
        advice.extend(self.exposed(&payment, &found, &waiting)?);
        Ok(Judged {
            payment,
            found,
            advice,
        })
    }

    /// Advice if this giver has signed more to the caller, unseen, than the village
    /// lets a giver sign to all.
    fn exposed(
        &self,
        payment: &Payment,
        found: &Found,
        waiting: &BTreeMap<(AgentId, u64), Written>,
    ) -> ExternResult<Option<Refusal>> {
        if !matches!(found, Found::Absent) {
            return Ok(None);
        }
        let mut unseen_s = 0_i64;
        for kept in &self.kept {
            if kept.payment.giver == payment.giver
                && matches!(self.page_of(&kept.payment, waiting)?, Found::Absent)
            {
                unseen_s = unseen_s.saturating_add(kept.payment.amount.seconds());
            }
        }
        let policy = &self.desk.policy;
        Ok(
            (!policy.bears(Seconds(unseen_s), payment.amount)).then_some(Refusal::ExposureOther {
                unseen_s,
                amount_s: payment.amount.seconds(),
                exposure_s: policy.exposure.0,
            }),
        )
    }

    /// What the giver of a cheque to the caller signed.
    fn said(&self, payment: &Payment) -> Statement {
        let receiver = receiver_tag(&self.desk.author, Account::Member);
        payment.statement(&self.desk.village, receiver)
    }

    /// The cheque that a page carries, if it is a transfer.
    fn signed_by(&self, given: &Written, giver: &AgentId) -> Option<(Statement, SignatureBytes)> {
        let transfer = given.page.event.transfer()?;
        let said = Statement::of(&self.desk.village, giver, &given.page, transfer);
        Some((said, transfer.cheque))
    }

    fn shown(&self, judged: &Judged) -> ExternResult<ChequeRead> {
        let giver = agent_key(&judged.payment.giver);
        Ok(ChequeRead {
            giver_name: self.names.of(&giver),
            giver,
            number: judged.payment.number,
            amount_s: Seconds(judged.payment.amount.seconds()),
            split: split(&self.desk.policy, judged.payment.amount, &judged.found),
            advice: judged.advice.iter().filter_map(advice_of).collect(),
        })
    }

    fn item(&self, kept: &Kept, found: &Found) -> ExternResult<ChequeItem> {
        let giver = agent_key(&kept.payment.giver);
        let (state, line, proof) = match found {
            Found::Absent | Found::Here(_) => (ChequeState::Signed, None, None),
            Found::Settled { own, .. } => (self.settled_state(own)?, Some(own.page.number), None),
            Found::Other(given) => (ChequeState::Doubled, None, self.proof(kept, given)),
        };
        Ok(ChequeItem {
            taken: kept.taken.clone(),
            giver_name: self.names.of(&giver),
            giver,
            number: kept.payment.number,
            amount_s: Seconds(kept.payment.amount.seconds()),
            split: split(&self.desk.policy, kept.payment.amount, found),
            state,
            line,
            proof,
            time_us: kept.time_us,
        })
    }

    fn settled_state(&self, own: &Written) -> ExternResult<ChequeState> {
        if !matches!(own.page.event, Event::Deposit { .. }) {
            return Ok(ChequeState::SentBack);
        }
        let seen = witnesses(&own.hash, &self.desk.me)?;
        Ok(if seen >= witnesses_wanted()? {
            ChequeState::Witnessed
        } else {
            ChequeState::Received
        })
    }

    /// The proof that the giver signed the page of a cheque twice, as a link.
    fn proof(&self, kept: &Kept, given: &Written) -> Option<String> {
        let (said, signature) = self.signed_by(given, &kept.payment.giver)?;
        let proof = Proof::of(
            (&self.said(&kept.payment), &kept.payment.signature),
            (&said, &signature),
        )
        .ok()?;
        let slip = Slip::Proof(Box::new(proof));
        Some(carrier::link(&Packet::to_village(slip, &self.desk.village)))
    }
}

/// The payment in what was handed over.
fn payment_in(input: &[u8]) -> Result<(Payment, Option<Hints>), Handed> {
    match read_bytes(input)? {
        Read::Slip {
            slip: Slip::Payment(payment),
            hints,
            ..
        } => Ok((payment, hints)),
        Read::Slip { slip, .. } => Err(Handed::OtherKind {
            expected: "cheque",
            found: slip.kind(),
        }),
        Read::Frame(_) => Err(Handed::OtherKind {
            expected: "cheque",
            found: "frame of a parcel",
        }),
    }
}

/// A giver's page of this number, if this node holds it and has found it valid. Pages
/// cite each other, so no chain is searched: one look for each page since then.
fn page_numbered(giver: &AgentId, number: u64) -> ExternResult<Option<Written>> {
    let mut next = latest_of(&agent_key(giver))?;
    for _ in 0..PAGES_BACK_MAX {
        let previous = match &next {
            None => return Ok(None),
            Some(written) if written.page.number == number => return Ok(next),
            Some(written) if written.page.number < number => return Ok(None),
            Some(written) => written.page.previous,
        };
        next = match previous {
            None => None,
            Some(previous) => valid_record(&action_hash(&previous))?
                .as_ref()
                .and_then(Written::of),
        };
    }
    Ok(None)
}

/// How a cheque is shared out, as far as can be said.
fn split(policy: &Policy, amount: Amount, found: &Found) -> Split {
    match found {
        Found::Here(given) | Found::Settled { given, .. } => given
            .page
            .event
            .transfer()
            .map(|transfer| transfer.split)
            .unwrap_or_else(|| policy.levies.split(amount)),
        Found::Absent | Found::Other(_) => policy.levies.split(amount),
    }
}

fn advice_of(refusal: &Refusal) -> Option<ChequeAdvice> {
    match refusal {
        Refusal::NotAMember => Some(ChequeAdvice::UnknownGiver),
        Refusal::ExposureOther { .. } => Some(ChequeAdvice::Exposure),
        Refusal::Cheque(Handed::PolicyExpired { .. }) => Some(ChequeAdvice::PolicyExpired),
        _ => None,
    }
}
