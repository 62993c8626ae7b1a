//! How a payment across goes on by itself, and the bytes that go from village to village.
//!
//! Every call writes at most one page, and says in bytes only what is committed. So it may
//! stop anywhere and be called again:
//!
//! | stopped after | what is there | what the next call does |
//! | --- | --- | --- |
//! | the giver's transfer | it waits in the gateway's inbox | pledges it, or declines it where the law does not let it pass |
//! | the pledge | a page that carries the IOU | sends the IOU again; nothing is issued anew |
//! | sending the IOU | the other gateway has taken it, or not | asks which were taken and sends the others again: one taken before is answered, not paid again (E_IOU_NUMBER guards) |
//! | the other's payment | a transfer in flight to the receiver | nothing, until the receiver deposits or declines |
//! | the deposit | the receipt stands on it | answers the IOU with the receipt |
//! | the decline over there | a page of the receiver | reclaims into the line, then answers with a refusal |
//! | the refusal | a page of the other gateway | answers the IOU with it |
//! | handing on, in between | a transfer in flight to who holds the next line | pledges it there, as the giver's transfer; its end answers the IOU that it was made on |
//! | receipt or refusal sent | the giver's gateway has it, or not | it asks again; an ended pledge is left alone |
//! | arrival or return | the pledge has ended | nothing; the giver reclaims what was returned |
//!
//! Where one agent is gateway in both villages, its cells call each other. Otherwise whoever
//! has a book in both carries ([`crate::line_carry`]), or anybody takes what [`outbox`]
//! gives to [`take_message`].

use crate::api::{
    DeclineInput, LineAnswers, LineAsk, LineMessage, LineMessages, LineWork, TransferRef,
    LINE_MESSAGE_MAX_BYTES,
};
use crate::book::{
    held, me, newest_of, own_latest, own_open, own_proof, own_written, valid_record, write, Desk,
    Written,
};
use crate::ends::takes_up_to;
use crate::inbox::waiting;
use crate::line::{dna_hash, here};
use crate::line_carry::pass;
use crate::line_terms::Lines;
use crate::member::check_member;
use crate::refusal::{law, Refusal};
use crate::transfer::{decline, hand_out, outcome_of, reclaim, settle};
use crate::words::Sealed;
use crate::written::create_link;
use commons_credit_ledger::way::payment_of;
use commons_credit_ledger::{
    Account, Across, ActionId, AgentId, Amount, Event, Facts, Honours, Hop, Iou, Leg, LineSlip,
    PaymentTag, ReceiptGiven, SignatureBytes, Through, Transfer, VillageId, Violation,
};
use hdk::prelude::*;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use village_integrity::{action_hash, action_id, agent_id, agent_key, village_id, LinkTypes};

/// IOUs sent in one call, and answers kept ready unasked.
const MESSAGES_MAX: usize = 64;
/// Pages of another's book that are read for what waits on its lines, newest first.
pub(crate) const BOOK_PAGES_MAX: usize = 512;

/// Does the next thing that waits on the caller's lines. Call it until it writes nothing.
#[hdk_extern]
pub fn line_work(_: ()) -> ExternResult<LineWork> {
    let mut work = LineWork {
        lines: 0,
        pages: 0,
        sent: 0,
        waiting: 0,
    };
    let tallies = own_latest()?.map_or_else(Vec::new, |latest| latest.page.after.lines);
    work.lines = u32::try_from(tallies.len()).unwrap_or(u32::MAX);
    // Most looks find nothing to do, and the chain need not be read for that.
    let pledged = tallies.iter().any(|tally| tally.pledged_s.0 != 0);
    if tallies.is_empty() || !pledged && waiting()?.is_empty() {
        return Ok(work);
    }
    let book = LineBook::from_chain()?;
    if book.take_back_declined()? || book.begin_next()? {
        work.pages = 1;
        return Ok(work);
    }
    work.waiting = u32::try_from(book.open.len()).unwrap_or(u32::MAX);
    for village in book.asked_villages()? {
        let asked = book.asked_now(&village)?;
        for answer in pass(&village, &asked, &mut work)? {
            work.sent += 1;
            match read_slip(&answer).and_then(|slip| book.take_answer(&slip)) {
                Ok(true) => {
                    work.pages = 1;
                    return Ok(work);
                }
                Ok(false) => {}
                // What cannot be taken now must not keep the others waiting.
                Err(error) => warn!("an answer waits: {error}"),
            }
        }
    }
    Ok(work)
}

/// What became of a neighbour's IOUs: by the caller's own book if that is the gateway's,
/// else by what this node holds of it.
#[hdk_extern]
pub fn line_answers(input: LineAsk) -> ExternResult<LineAnswers> {
    let from = village_id(&input.village);
    let mine = own_latest()?.is_some_and(|latest| latest.page.after.tally(from).is_ok());
    let (book, gateway) = if mine {
        (LineBook::from_chain()?, agent_id(&me()?))
    } else {
        let gateway = Lines::adopted_here()?.newest_terms(from)?.terms.gateway;
        let pages = newest_of(&agent_key(&gateway), BOOK_PAGES_MAX)?;
        (LineBook::from_pages(pages)?, gateway)
    };
    let mut answers = LineAnswers {
        taken: Vec::new(),
        messages: Vec::new(),
    };
    for step in &book.taken {
        let asked =
            iou_of(&step.written).filter(|iou| step.village == from && iou.number >= input.since);
        let Some(iou) = asked else { continue };
        answers.taken.push(iou.payment);
        let answer = if mine {
            let reclaimed = book.is_reclaimed(step) || book.take_back(step)?;
            book.answer_to(step, reclaimed)?
        } else {
            let slip = answer_on_pages(step, &gateway)?;
            slip.map(|slip| slip_message(&from, &slip)).transpose()?
        };
        answers.messages.extend(answer);
        if answers.taken.len() >= MESSAGES_MAX {
            break;
        }
    }
    Ok(answers)
}

/// What waits to be carried to other villages: IOUs without an answer, and the answers to
/// the neighbours' newest IOUs.
#[hdk_extern]
pub fn outbox(_: ()) -> ExternResult<LineMessages> {
    let mut messages = Vec::new();
    if holds_lines()? {
        let book = LineBook::from_chain()?;
        for village in book.asked_villages()? {
            let asked = book.asked_now(&village)?;
            messages.extend(asked.into_iter().map(|asked| asked.message));
        }
        for taken in book.taken.iter().rev().take(MESSAGES_MAX) {
            messages.extend(book.answer_to(taken, book.is_reclaimed(taken))?);
        }
    }
    Ok(LineMessages { messages })
}

/// Takes bytes that came from a neighbour village; gives what goes back.
#[hdk_extern]
pub fn take_message(input: LineMessage) -> ExternResult<LineMessages> {
    let slip = read_slip(&input)?;
    // Anybody may call this: before the whole chain is read, the newest page says whether
    // there is such a line. Most members hold none.
    own_open()?.page.after.tally(from_of(&slip)).map_err(law)?;
    let book = LineBook::from_chain()?;
    let messages = match slip {
        LineSlip::Iou {
            from,
            receiver,
            kind,
            iou,
            onward,
        } => book.take_iou(from, receiver, kind, iou, onward)?,
        _ => {
            book.take_answer(&slip)?;
            None
        }
    };
    Ok(LineMessages {
        messages: messages.into_iter().collect(),
    })
}

/// Whether the caller is a gateway of anything.
pub(crate) fn holds_lines() -> ExternResult<bool> {
    Ok(own_latest()?.is_some_and(|latest| !latest.page.after.lines.is_empty()))
}

/// The next step in this cell, if the caller is a gateway.
pub(crate) fn step_on() -> ExternResult<()> {
    if holds_lines()? {
        let _: Option<LineWork> = call_cell(CallTargetCell::Local, "line_work", ())?;
    }
    Ok(())
}

/// Goes on in this cell, and in the caller's cells at the other ends. What fails is tried
/// again at the next knock or call.
pub(crate) fn go_on() -> ExternResult<()> {
    let Some(latest) = own_latest()? else {
        return Ok(());
    };
    if latest.page.after.lines.is_empty() {
        return Ok(());
    }
    let _: Option<LineWork> = call_cell(CallTargetCell::Local, "line_work", ())?;
    for tally in &latest.page.after.lines {
        let _: Option<LineWork> = in_village(&tally.village, "line_work", ())?;
    }
    Ok(())
}

/// Calls the caller's own cell in another village; none if there is none, or it refuses.
pub(crate) fn in_village<I, O>(
    village: &VillageId,
    function: &'static str,
    input: I,
) -> ExternResult<Option<O>>
where
    I: Serialize + std::fmt::Debug,
    O: DeserializeOwned + std::fmt::Debug,
{
    let cell = CellId::new(dna_hash(village), me()?);
    call_cell(CallTargetCell::OtherCell(cell), function, input)
}

fn call_cell<I, O>(
    cell: CallTargetCell,
    function: &'static str,
    input: I,
) -> ExternResult<Option<O>>
where
    I: Serialize + std::fmt::Debug,
    O: DeserializeOwned + std::fmt::Debug,
{
    let name = FunctionName::from(function);
    match call(cell, ZomeName::from(crate::ZOME), name, None, input) {
        Ok(ZomeCallResponse::Ok(bytes)) => {
            bytes.decode().map(Some).map_err(|error| wasm_error!(error))
        }
        Ok(other) => {
            warn!("{function} in another cell: {other:?}");
            Ok(None)
        }
        Err(error) => {
            debug!("{function} in another cell: {error}");
            Ok(None)
        }
    }
}

fn slip_message(to: &VillageId, slip: &LineSlip) -> ExternResult<LineMessage> {
    Ok(LineMessage {
        to: dna_hash(to),
        bytes: holochain_serialized_bytes::encode(slip).map_err(|error| wasm_error!(error))?,
    })
}

/// The one encoding of a slip for this village, or a refusal.
pub(crate) fn read_slip(message: &LineMessage) -> ExternResult<LineSlip> {
    let misdirected = || Refusal::MessageUnreadable;
    if message.bytes.len() > LINE_MESSAGE_MAX_BYTES || message.to != dna_info()?.hash {
        return Err(misdirected().into());
    }
    let slip: LineSlip =
        holochain_serialized_bytes::decode(&message.bytes).map_err(|_| misdirected())?;
    let exact = holochain_serialized_bytes::encode(&slip).map_err(|_| misdirected())?;
    if exact != message.bytes {
        return Err(misdirected().into());
    }
    Ok(slip)
}

/// The village that a slip comes from.
pub(crate) const fn from_of(slip: &LineSlip) -> VillageId {
    match slip {
        LineSlip::Iou { from, .. }
        | LineSlip::Receipt { from, .. }
        | LineSlip::Refusal { from, .. } => *from,
    }
}

/// What keeps a payment from passing, for good: the gateway says so and the hours go back.
const fn does_not_pass(violation: &Violation) -> bool {
    matches!(
        violation,
        Violation::LineLimit { .. }
            | Violation::LineRate { .. }
            | Violation::SheetStale { .. }
            | Violation::KindUnknown { .. }
            | Violation::LineNotOpen
            | Violation::AmountNotPositive { .. }
            | Violation::AmountTooLarge { .. }
            | Violation::SelfTransfer
            | Violation::GiverBarred { .. }
            | Violation::LineNotDecided
            | Violation::WayMalformed { .. }
    )
}

/// A pledge of a gateway's, or an IOU that it took.
pub(crate) struct Step {
    pub(crate) written: Written,
    pub(crate) village: VillageId,
}

/// A gateway's pages about lines, read in one pass; with them those of a lost key whose
/// book goes on in it.
pub(crate) struct LineBook {
    /// Pledges that have not ended, in the order of their IOUs.
    open: Vec<Step>,
    /// Transfers that were pledged at any time.
    pledged: BTreeSet<ActionId>,
    /// IOUs of neighbours, paid or refused, in order.
    pub(crate) taken: Vec<Step>,
    /// What the gateway took back.
    reclaimed: BTreeSet<ActionId>,
}

impl LineBook {
    /// The caller's own.
    fn from_chain() -> ExternResult<Self> {
        Self::from_pages(own_written()?)
    }

    /// What these pages of one book say, oldest first.
    pub(crate) fn from_pages(pages: Vec<Written>) -> ExternResult<Self> {
        let mut book = Self {
            open: Vec::new(),
            pledged: BTreeSet::new(),
            taken: Vec::new(),
            reclaimed: BTreeSet::new(),
        };
        let mut ended = BTreeSet::new();
        let mut pledges = Vec::new();
        for written in pages {
            match &written.page.event {
                Event::Pledge { transfer, .. } => {
                    book.pledged.insert(*transfer);
                    pledges.push((*transfer, written));
                }
                Event::Arrive { transfer, .. } | Event::Return { transfer, .. } => {
                    ended.insert(*transfer);
                }
                Event::Reclaim { transfer, .. } => {
                    book.reclaimed.insert(*transfer);
                }
                Event::Refuse { village, .. } => {
                    let village = *village;
                    book.taken.push(Step { written, village });
                }
                Event::Transfer(given) => {
                    if let Some((village, _)) = given.honours() {
                        book.taken.push(Step { written, village });
                    }
                }
                _ => {}
            }
        }
        pledges.retain(|(transfer, _)| !ended.contains(transfer));
        for (transfer, written) in pledges {
            let (_, given) = held(&action_hash(&transfer))?;
            if let Some((village, _)) = given.page.event.transfer().and_then(Transfer::across) {
                book.open.push(Step { written, village });
            }
        }
        Ok(book)
    }

    /// The neighbours of whom something is to be asked.
    pub(crate) fn asked_villages(&self) -> ExternResult<BTreeSet<VillageId>> {
        Ok(self.open.iter().map(|step| step.village).collect())
    }

    /// The open pledges to ask a neighbour about in one call, in the order of their IOUs:
    /// all, or a window that moves on with the time, so that receivers who let a payment
    /// lie keep nobody else waiting.
    pub(crate) fn asked_now(&self, village: &VillageId) -> ExternResult<Vec<AskedIou>> {
        let open: Vec<&Step> = self
            .open
            .iter()
            .filter(|step| step.village == *village)
            .collect();
        let first = if open.len() > MESSAGES_MAX {
            let seconds = sys_time()?.as_micros().unsigned_abs() / 1_000_000;
            usize::try_from(seconds % open.len() as u64).unwrap_or(0)
        } else {
            0
        };
        let mut asked = Vec::new();
        for step in open
            .iter()
            .cycle()
            .skip(first)
            .take(open.len().min(MESSAGES_MAX))
        {
            asked.push(asked_iou(step)?);
        }
        asked.sort_by_key(|asked| asked.number);
        Ok(asked)
    }

    /// A receiver declined what the caller paid on an IOU: back into the line.
    fn take_back_declined(&self) -> ExternResult<bool> {
        for step in self.taken.iter().rev().take(MESSAGES_MAX) {
            if self.take_back(step)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The same for one payment; false if there is nothing to take back.
    fn take_back(&self, step: &Step) -> ExternResult<bool> {
        let hash = &step.written.hash;
        if step.written.page.event.transfer().is_none() || self.is_reclaimed(step) {
            return Ok(false);
        }
        let declined = outcome_of(hash)?.is_some_and(|(_, end)| came_back(&end));
        if declined {
            reclaim(TransferRef {
                transfer: hash.clone(),
            })?;
        }
        Ok(declined)
    }

    fn is_reclaimed(&self, step: &Step) -> bool {
        self.reclaimed.contains(&action_id(&step.written.hash))
    }

    /// Pledges the oldest transfer across that waits, or declines it.
    fn begin_next(&self) -> ExternResult<bool> {
        let (desk, mut begun) = (Desk::to_read()?, BTreeSet::new());
        // A link that a stranger has withdrawn still counts: the hours of who gave would
        // wait for ever.
        for link in waiting()? {
            let Some(hash) = link.target.into_action_hash() else {
                continue;
            };
            let id = action_id(&hash);
            if !begun.insert(id) || self.pledged.contains(&id) {
                continue;
            }
            let Some(record) = valid_record(&hash)? else {
                continue;
            };
            let Some(given) = Written::of(&record) else {
                continue;
            };
            // A link is a hint: only what is made to the caller waits here.
            let mine = given.page.event.transfer().is_some_and(|given| {
                let state = &desk.latest.page.after;
                given.across().is_some() && state.stands_for(desk.author, given.to)
            });
            if !mine || outcome_of(&hash)?.is_some() {
                continue;
            }
            match begin(record.action().author(), &given) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                // What cannot be pledged now must not keep the others waiting.
                Err(error) => warn!("a payment across waits: {error}"),
            }
        }
        Ok(false)
    }

    fn pledged_transfer(pledge: &Written) -> ExternResult<(ActionHash, Written)> {
        let Event::Pledge { transfer, .. } = pledge.page.event else {
            return Err(Refusal::NotFound { what: "pledge" }.into());
        };
        let hash = action_hash(&transfer);
        let (_, given) = held(&hash)?;
        Ok((hash, given))
    }

    /// The open pledge that an answer is about.
    fn open_about(&self, village: &VillageId, payment: &PaymentTag) -> ExternResult<Option<&Step>> {
        for step in self.open.iter().filter(|step| step.village == *village) {
            let (_, given) = Self::pledged_transfer(&step.written)?;
            if payment_of(&given.page) == *payment {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// Ends a pledge by the receiver's word or the other gateway's. One that has ended, or
    /// that this book never made, is left alone.
    fn take_answer(&self, slip: &LineSlip) -> ExternResult<bool> {
        match slip {
            LineSlip::Iou { .. } => Ok(false),
            LineSlip::Receipt {
                from,
                payment,
                receipt,
            } => match self.open_about(from, payment)? {
                Some(pledge) => arrive(&pledge.written, *receipt).map(|()| true),
                None => Ok(false),
            },
            LineSlip::Refusal {
                from,
                payment,
                gateway,
                signature,
            } => match self.open_about(from, payment)? {
                Some(pledge) => {
                    return_pledged(from, &pledge.written, gateway, *signature).map(|()| true)
                }
                None => Ok(false),
            },
        }
    }

    /// Pays on a neighbour's IOU, or refuses it, or answers one taken before.
    fn take_iou(
        &self,
        from: VillageId,
        receiver: AgentId,
        kind: u32,
        iou: Iou,
        onward: Vec<Hop>,
    ) -> ExternResult<Option<LineMessage>> {
        let desk = Desk::open()?;
        let tally = *desk.latest.page.after.tally(from).map_err(law)?;
        if iou.number <= tally.taken {
            let same = |step: &&Step| step.village == from && iou_of(&step.written) == Some(&iou);
            return match self.taken.iter().find(same) {
                // However long ago it was paid: who asks is told how it ended.
                Some(step) => {
                    let reclaimed = self.is_reclaimed(step) || self.take_back(step)?;
                    self.answer_to(step, reclaimed)
                }
                None => self.refuse_rival(&desk, from, &iou, tally.taken),
            };
        }
        let known = Lines::adopted_here()?;
        let on_sheet = known.with_sheet(from, iou.sheet);
        let adopted = match on_sheet {
            Some(adopted) => adopted,
            None => known.newest_terms(from)?,
        };
        let (village, decision) = (here()?, action_id(&adopted.outcome.decision));
        let issuer = adopted.terms.neighbour_gateway;
        let statement = iou.statement(&from, &village, &issuer);
        let signature = Signature(iou.signature.0);
        if !verify_signature_raw(agent_key(&issuer), signature, statement)? {
            return Err(law(Violation::IouSignatureWrong));
        }
        // Who came with the IOU, and by which way, is not under its signature, but their
        // tag is. The terms of the first leg are not in it.
        let leg = Across {
            receiver,
            sheet: iou.sheet,
            kind,
            least_s: iou.gives_s,
            onward,
        };
        if iou.receiver != leg.tag() {
            return Err(law(Violation::IouForeign));
        }
        let next = self.next_leg(&known, &leg, &iou);
        let facts = Facts {
            decided: Some(adopted.decided()),
            line_is_signed: true,
            ..desk.facts()
        };
        // The kind that came with the IOU is not under its signature: any that makes the
        // amount right will do.
        let kinds = adopted.terms.sheet.kinds.len();
        let kinds = std::iter::once(kind).chain(0..u32::try_from(kinds).unwrap_or(0));
        let mut why = Violation::SheetStale {
            sheet: iou.sheet,
            newest: tally.sheet,
        };
        for kind in kinds {
            let Some((to, to_account, through)) = &next else {
                break;
            };
            let Ok(amount) = Amount::new(iou.gives_s) else {
                break;
            };
            let transfer = Transfer {
                from: Account::Line(from),
                to: *to,
                to_account: *to_account,
                amount_s: iou.gives_s,
                split: desk.policy.levies.split(amount),
                memo: None,
                request: None,
                corrects: None,
                payment: None,
                line: Some(leg_on(
                    Honours {
                        decision,
                        kind,
                        iou,
                    },
                    through.clone(),
                )),
                cheque: SignatureBytes([0; 64]),
            };
            let event = Event::Transfer(Box::new(transfer.clone()));
            match desk.drafted(event, &facts) {
                Ok(_) => {
                    hand_out(&desk, transfer, &facts, Sealed::nothing())?;
                    return Ok(None);
                }
                Err(violation) if does_not_pass(&violation) => why = violation,
                Err(violation) => return Err(law(violation)),
            }
        }
        debug!("IOU {} is refused: {why}", iou.number);
        let me = me()?;
        let word = iou.refusal_statement(&from, &village, &issuer, &desk.author);
        let signature = SignatureBytes(sign_raw(me, word)?.0);
        let event = Event::Refuse {
            village: from,
            decision,
            iou,
            signature,
        };
        let written = write(desk.draft(event, &facts)?)?;
        let refused = Step {
            written,
            village: from,
        };
        self.answer_to(&refused, false)
    }

    /// Answers an IOU whose number this book has taken with another: of a gateway who was
    /// replaced and did not know it yet, and of the one who came after. The law pays no
    /// number twice (rule 74), so the word that this one is refused is true for ever.
    fn refuse_rival(
        &self,
        desk: &Desk,
        from: VillageId,
        iou: &Iou,
        taken: u64,
    ) -> ExternResult<Option<LineMessage>> {
        let wrong = || {
            law(Violation::IouNumberWrong {
                number: iou.number,
                expected: taken.saturating_add(1),
            })
        };
        let is_rival = |step: &Step| {
            step.village == from
                && iou_of(&step.written)
                    .is_some_and(|other| other.number == iou.number && other.payment != iou.payment)
        };
        if !self.taken.iter().any(is_rival) {
            return Err(wrong());
        }
        let (known, village) = (Lines::adopted_here()?, here()?);
        let adopted = known.with_sheet(from, iou.sheet).ok_or_else(wrong)?;
        let issuer = adopted.terms.neighbour_gateway;
        let statement = iou.statement(&from, &village, &issuer);
        if !verify_signature_raw(agent_key(&issuer), Signature(iou.signature.0), statement)? {
            return Err(wrong());
        }
        let word = iou.refusal_statement(&from, &village, &issuer, &desk.author);
        let slip = LineSlip::Refusal {
            from: village,
            payment: iou.payment,
            gateway: desk.author,
            signature: SignatureBytes(sign_raw(me()?, word)?.0),
        };
        slip_message(&from, &slip).map(Some)
    }

    /// Whom an IOU is to be paid to: a member, or who holds the next line of the way; none
    /// if it is to be refused.
    fn next_leg(
        &self,
        known: &Lines,
        leg: &Across,
        iou: &Iou,
    ) -> Option<(AgentId, Account, Option<Across>)> {
        let Some((village, next)) = Through::leg_over(leg) else {
            let is_member = check_member(&agent_key(&leg.receiver)).is_ok();
            return is_member.then_some((leg.receiver, Account::Member, None));
        };
        // Answers are found by the payment: two of one tag would keep one of them waiting.
        let is_new = |step: &Step| iou_of(&step.written).is_none_or(|is| is.payment != iou.payment);
        if !self.taken.iter().all(is_new) {
            return None;
        }
        let gateway = known.newest_terms(village).ok()?.terms.gateway;
        Some((gateway, Account::Line(village), Some(next)))
    }

    /// What the caller can say by now about an IOU that was taken; `reclaimed` is whether
    /// what was paid on it is back in the line.
    fn answer_to(&self, step: &Step, reclaimed: bool) -> ExternResult<Option<LineMessage>> {
        let me = me()?;
        let (from, to) = (here()?, step.village);
        if let Some(slip) = answer_on_pages(step, &agent_id(&me))? {
            return slip_message(&to, &slip).map(Some);
        }
        let given = step.written.page.event.transfer();
        let Some((_, honours)) = given.and_then(Transfer::honours).filter(|_| reclaimed) else {
            return Ok(None);
        };
        let known = Lines::adopted_here()?;
        let adopted = known
            .with_sheet(to, honours.iou.sheet)
            .ok_or(Refusal::NotFound {
                what: "decision about the line",
            })?;
        let word = honours.iou.refusal_statement(
            &to,
            &from,
            &adopted.terms.neighbour_gateway,
            &agent_id(&me),
        );
        let slip = LineSlip::Refusal {
            from,
            payment: honours.iou.payment,
            gateway: agent_id(&me),
            signature: SignatureBytes(sign_raw(me, word)?.0),
        };
        slip_message(&to, &slip).map(Some)
    }
}

/// What anybody who holds the pages can say about an IOU that this gateway took: the
/// receiver's word, or the refusal that is signed there.
pub(crate) fn answer_on_pages(step: &Step, gateway: &AgentId) -> ExternResult<Option<LineSlip>> {
    let from = here()?;
    let given = match &step.written.page.event {
        Event::Refuse { iou, signature, .. } => {
            return Ok(Some(LineSlip::Refusal {
                from,
                payment: iou.payment,
                gateway: *gateway,
                signature: *signature,
            }))
        }
        Event::Transfer(given) => given,
        _ => return Ok(None),
    };
    let (Some((_, honours)), Some((_, end))) = (given.honours(), outcome_of(&step.written.hash)?)
    else {
        return Ok(None);
    };
    let receipt = match end.page.event {
        Event::Deposit {
            receipt: Some(signature),
            ..
        } => ReceiptGiven {
            number: end.page.number,
            amount_s: given.split.receiver_s,
            signature,
        },
        // The one receipt of the last receiver opens this leg, too.
        Event::Arrive { receipt, .. } => receipt,
        _ => return Ok(None),
    };
    Ok(Some(LineSlip::Receipt {
        from,
        payment: honours.iou.payment,
        receipt,
    }))
}

/// An IOU that has no answer yet, as it travels.
pub(crate) struct AskedIou {
    pub(crate) number: u64,
    pub(crate) payment: PaymentTag,
    pub(crate) message: LineMessage,
}

fn asked_iou(pledge: &Step) -> ExternResult<AskedIou> {
    let (_, given) = LineBook::pledged_transfer(&pledge.written)?;
    let iou = Iou::pledged(&pledge.written.page, &given.page);
    let across = given.page.event.transfer().and_then(Transfer::across);
    let (Some(iou), Some((village, across))) = (iou, across) else {
        return Err(Refusal::NotFound { what: "pledge" }.into());
    };
    let slip = LineSlip::Iou {
        from: here()?,
        receiver: across.receiver,
        kind: across.kind,
        iou,
        onward: across.onward.clone(),
    };
    Ok(AskedIou {
        number: iou.number,
        payment: iou.payment,
        message: slip_message(&village, &slip)?,
    })
}

/// The neighbour's IOU that a page takes.
fn iou_of(written: &Written) -> Option<&Iou> {
    match &written.page.event {
        Event::Refuse { iou, .. } => Some(iou),
        Event::Transfer(given) => given.honours().map(|(_, honours)| &honours.iou),
        _ => None,
    }
}

/// The last leg, or the one to the next line.
fn leg_on(honours: Honours, across: Option<Across>) -> Leg {
    match across {
        None => Leg::Honours(honours),
        Some(across) => Leg::Through(Box::new(Through { honours, across })),
    }
}

/// Whether what was given on an IOU has come back.
fn came_back(end: &Written) -> bool {
    matches!(end.page.event, Event::Decline { .. } | Event::Return { .. })
}

/// Pledges a transfer across, or declines what does not pass. Nothing is written while
/// the line is not taken over or the decision has not arrived.
fn begin(giver: &AgentPubKey, given: &Written) -> ExternResult<bool> {
    let desk = Desk::open()?;
    let Some((transfer, (village, across))) = given
        .page
        .event
        .transfer()
        .and_then(|given| given.across().map(|leg| (given, leg)))
    else {
        return Ok(false);
    };
    let Ok(tally) = desk.latest.page.after.tally(village) else {
        return Ok(false);
    };
    let known = Lines::adopted_here()?;
    // Another is the gateway now: who was it before issues nothing more, and so the hours
    // go back. It may also be a lost key that the terms name, whose book goes on here.
    if known.newest_terms(village)?.terms.gateway != desk.author {
        return send_back(given, &Violation::LineNotDecided);
    }
    let (giver_id, number) = (agent_id(giver), given.page.number);
    match takes_up_to(&desk.latest.page.after, giver_id)? {
        Some(last) if number > last => {
            let barred = Violation::GiverBarred {
                giver: giver_id,
                number: last,
            };
            return send_back(given, &barred);
        }
        _ => {}
    }
    let Some(adopted) = known.with_sheet(village, across.sheet) else {
        if across.sheet > tally.sheet {
            return Ok(false);
        }
        return send_back(
            given,
            &Violation::SheetStale {
                sheet: across.sheet,
                newest: tally.sheet,
            },
        );
    };
    let state = &desk.latest.page.after;
    let quoted = Amount::new(transfer.split.receiver_s)
        .and_then(|amount| adopted.terms.quote(state, village, amount, across.kind));
    let gives = match quoted {
        Ok(gives) => gives,
        Err(violation) => return send_back(given, &violation),
    };
    let number = tally.issued.saturating_add(1);
    let mut iou = Iou {
        number,
        amount_s: transfer.split.receiver_s,
        gives_s: gives.into(),
        sheet: across.sheet,
        receiver: across.tag(),
        payment: payment_of(&given.page),
        signature: SignatureBytes([0; 64]),
    };
    let statement = iou.statement(&here()?, &village, &desk.author);
    iou.signature = SignatureBytes(sign_raw(me()?, statement)?.0);
    let event = Event::Pledge {
        transfer: action_id(&given.hash),
        decision: action_id(&adopted.outcome.decision),
        gives_s: iou.gives_s,
        proof: own_proof(&given.hash)?,
        iou: iou.signature,
    };
    let facts = Facts {
        transfer: Some(given.cited_by(giver)),
        decided: Some(adopted.decided()),
        line_is_signed: true,
        ..desk.facts()
    };
    match desk.drafted(event, &facts) {
        Ok(page) => write(page).map(|_| true),
        Err(violation) => send_back(given, &violation),
    }
}

/// Declines what the line does not take; anything else is an error to be seen.
fn send_back(given: &Written, why: &Violation) -> ExternResult<bool> {
    if !does_not_pass(why) {
        return Err(law(why.clone()));
    }
    decline(DeclineInput {
        transfer: given.hash.clone(),
        reason: why.code().into(),
    })?;
    Ok(true)
}

fn arrive(pledge: &Written, receipt: ReceiptGiven) -> ExternResult<()> {
    let (hash, given) = LineBook::pledged_transfer(pledge)?;
    let Some((village, across)) = given.page.event.transfer().and_then(Transfer::across) else {
        return Err(law(Violation::NotPledged));
    };
    let payment = payment_of(&given.page);
    let (number, amount_s) = (receipt.number, receipt.amount_s.0);
    let statement = commons_credit_ledger::line::receipt_statement(
        &across.ends_in(village),
        &across.receiver,
        number,
        amount_s,
        &payment,
    );
    let signer = agent_key(&across.receiver);
    if !verify_signature_raw(signer, Signature(receipt.signature.0), statement)? {
        return Err(law(Violation::ReceiptWrong));
    }
    let event = Event::Arrive {
        transfer: action_id(&hash),
        receipt,
        proof: own_proof(&hash)?,
    };
    settle(&Desk::open()?, &hash, event)?.map_err(law)?;
    Ok(())
}

/// Returns what the other gateway refused, and tells the giver.
fn return_pledged(
    from: &VillageId,
    pledge: &Written,
    gateway: &AgentId,
    signature: SignatureBytes,
) -> ExternResult<()> {
    let (hash, given) = LineBook::pledged_transfer(pledge)?;
    let (giver, _) = held(&hash)?;
    // Perhaps a lost key pledged it, whose book goes on in the caller's.
    let (pledger, _) = held(&pledge.hash)?;
    let (desk, known) = (Desk::open()?, Lines::adopted_here()?);
    let adopted = known
        .naming(*from, gateway)
        .ok_or_else(|| law(Violation::IouRefusalWrong))?;
    let iou =
        Iou::pledged(&pledge.page, &given.page).ok_or(Refusal::NotFound { what: "pledge" })?;
    let word = iou.refusal_statement(&here()?, from, &agent_id(&pledger), gateway);
    if !verify_signature_raw(agent_key(gateway), Signature(signature.0), word)? {
        return Err(law(Violation::IouRefusalWrong));
    }
    let event = Event::Return {
        transfer: action_id(&hash),
        pledge: action_id(&pledge.hash),
        decision: action_id(&adopted.outcome.decision),
        refusal: signature,
        proof: own_proof(&hash)?,
    };
    let facts = Facts {
        transfer: Some(given.cited_by(&giver)),
        pledge: Some(pledge.cited_by(&pledger)),
        decided: Some(adopted.decided()),
        line_is_signed: true,
        ..desk.facts()
    };
    let written = write(desk.draft(event, &facts)?)?;
    create_link(
        hash.clone(),
        written.hash.clone(),
        LinkTypes::Outcome,
        LinkTag::new(Vec::new()),
    )?;
    create_link(
        giver,
        written.hash,
        LinkTypes::Inbox,
        LinkTag::new(Vec::new()),
    )?;
    crate::inbox::clear_settled(&hash)
}
