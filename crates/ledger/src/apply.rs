//! The whole law of a page.
//!
//! [`apply`] says what a book holds after an event; [`judge`] compares it with
//! what a page claims. Both are pure: the caller brings [`Facts`] that it has
//! verified (the pages cited are valid, their authors are who they say).

use crate::account::{Account, DecidedFloor, Fund, State};
use crate::amount::{Amount, Balance, Seconds};
use crate::ballot::{check_vote, CitedProposal, Content, Decided, Subject, Vote};
use crate::bar::Ended;
use crate::carry::check_close;
use crate::clearing::RoundFacts;
use crate::dispute::check_correction;
use crate::fund::{Swept, SWEEP_MAX};
use crate::id::{ActionId, AgentId, SignatureBytes};
use crate::levy::Split;
use crate::line::{check_legs, check_receipt, sends_back};
use crate::page::{Event, Page, Transfer, FIRST_PAGE, PAGE_NUMBER_MAX};
use crate::policy::{Policy, PolicyRef};
use crate::project::{hands_over, CitedConfirmation, CitedLabour, PaymentFacts};
use crate::settled::{Key, Mark, Proof};
use crate::violation::Violation;
use crate::way::check_way;

/// The page that a page follows.
#[derive(Debug, Clone, Copy)]
pub struct PreviousPage<'a> {
    /// Its author.
    pub author: AgentId,
    /// The page itself, found valid.
    pub page: &'a Page,
}

/// A valid page that an event cites, with its author.
#[derive(Debug, Clone, Copy)]
pub struct Cited<'a> {
    /// The page's address.
    pub id: ActionId,
    /// Its author.
    pub author: AgentId,
    /// The page.
    pub page: &'a Page,
}

/// What the edge knows about a page, beside the page.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The page's author.
    pub author: AgentId,
    /// The policy that the page cites, if it is known.
    pub policy: Option<Policy>,
    /// Whether another page of the book lies between the page and the one it
    /// cites (on page 1: whether any lies before it).
    pub skips_a_page: bool,
    /// On an opening: whether the admission cited is the author's own.
    pub admission_is_own: bool,
    /// On a transfer: whether the cheque's signature is the author's.
    pub cheque_is_signed: bool,
    /// The transfer that the event cites.
    pub transfer: Option<Cited<'a>>,
    /// On a reclaim: the page that declines.
    pub decline: Option<Cited<'a>>,
    /// On a vote: the proposal.
    pub proposal: Option<CitedProposal<'a>>,
    /// The decision that the event cites, with its proposal.
    pub decided: Option<Decided<'a>>,
    /// On a sweep: the members' pages, in the order in which they are cited.
    pub swept: &'a [Cited<'a>],
    /// On a payment out of a fund: the labour that is paid.
    pub labour: Option<CitedLabour<'a>>,
    /// On a payment out of a fund: confirmations, in the order in which they are
    /// cited.
    pub confirmations: &'a [CitedConfirmation<'a>],
    /// When the author says that the page was written, in microseconds since 1970.
    pub time_us: i64,
    /// The transfer that a correction cites.
    pub corrected: Option<Cited<'a>>,
    /// On a book carried over: whether the charter names the old village and the
    /// witness is a founding steward of the new one who signed.
    pub carry_is_witnessed: bool,
    /// On a return: the author's page that pledged.
    pub pledge: Option<Cited<'a>>,
    /// Whether there are [`checks`](crate::line::checks) for the page and all hold.
    pub line_is_signed: bool,
    /// On a round of clearing: the village, and what it decided about its lines.
    pub round: Option<RoundFacts<'a>>,
    /// On a bar: what the cause says.
    pub ended: Option<Ended>,
    /// On a guardian's word and a succession: the last page of the lost book.
    pub last: Option<Cited<'a>>,
    /// On a succession: the guardians' pages, in the order in which they are cited.
    pub entrusted: &'a [Cited<'a>],
}

impl Facts<'_> {
    /// What is known of any page by `author` under `policy`: nothing is cited and
    /// nothing signed yet. Set the rest.
    pub const fn of(author: AgentId, policy: Option<Policy>) -> Self {
        Self {
            author,
            policy,
            skips_a_page: false,
            admission_is_own: false,
            cheque_is_signed: false,
            transfer: None,
            decline: None,
            proposal: None,
            decided: None,
            swept: &[],
            labour: None,
            confirmations: &[],
            time_us: 0,
            corrected: None,
            carry_is_witnessed: false,
            pledge: None,
            line_is_signed: false,
            round: None,
            ended: None,
            last: None,
            entrusted: &[],
        }
    }
}

/// Judges a whole page (rules 1 to 17, 19, 28, 29, 32 to 37, 40, 41, 43, 61 to 66 and 71 to 78).
pub fn judge(
    page: &Page,
    previous: Option<PreviousPage<'_>>,
    facts: &Facts<'_>,
) -> Result<(), Violation> {
    let before = follow(page, previous, facts)?;
    let policy = policy(page, before, facts)?;
    let after = apply(before, &page.event, &policy, facts)?;
    if after != page.after {
        return Err(Violation::AfterWrong);
    }
    Ok(())
}

/// Rules 1 to 4: the page follows its book, and only an opening follows nothing.
fn follow<'a>(
    page: &Page,
    previous: Option<PreviousPage<'a>>,
    facts: &Facts<'_>,
) -> Result<Option<&'a State>, Violation> {
    let opens = page.event.opening().is_some();
    let follows = previous.is_some();
    let first = page.number == FIRST_PAGE;
    if opens == follows || opens != first || page.previous.is_some() != follows {
        return Err(Violation::OpenedWrongly);
    }
    let number_before = previous.map_or(0, |previous| previous.page.number);
    // Numbers start at FIRST_PAGE and PAGE_NUMBER_MAX bounds them: no overflow.
    let expected = number_before.saturating_add(1);
    if page.number != expected {
        return Err(Violation::PageNumberWrong {
            number: page.number,
            previous: number_before,
            expected,
        });
    }
    if page.number > PAGE_NUMBER_MAX {
        return Err(Violation::BookFull {
            number: number_before,
        });
    }
    if previous.is_some_and(|previous| previous.author != facts.author) {
        return Err(Violation::PreviousForeign);
    }
    if previous.is_some_and(|previous| matches!(previous.page.event, Event::Close { .. })) {
        return Err(Violation::BookClosed);
    }
    if facts.skips_a_page {
        return Err(Violation::PageSkipped);
    }
    Ok(previous.map(|previous| &previous.page.after))
}

/// Rule 5: the policy cited is known, and no book goes back to an older one.
fn policy(page: &Page, before: Option<&State>, facts: &Facts<'_>) -> Result<Policy, Violation> {
    let version = page.policy.version;
    let policy = facts
        .policy
        .filter(|policy| policy.version == version)
        .ok_or(Violation::PolicyUnknown { version })?;
    if let Some(before) = before {
        if version < before.policy {
            return Err(Violation::PolicyOlder {
                version,
                used: before.policy,
            });
        }
    }
    Ok(policy)
}

/// What a book holds after an event, or the first rule that the event breaks.
///
/// `before` is the state after the previous page; none only for an opening.
pub fn apply(
    before: Option<&State>,
    event: &Event,
    policy: &Policy,
    facts: &Facts<'_>,
) -> Result<State, Violation> {
    if event.opening().is_some() {
        if before.is_some() {
            return Err(Violation::OpenedWrongly);
        }
        if !facts.admission_is_own {
            return Err(Violation::AdmissionForeign);
        }
        return match event {
            Event::Carry { .. } if !facts.carry_is_witnessed => Err(Violation::CarryForeign),
            Event::Carry { carried, .. } => carried.opened(policy),
            Event::Succeed { succession, .. } => succession.opened(
                facts.author,
                policy,
                facts.last,
                facts.entrusted,
                facts.decided,
            ),
            _ => Ok(State::opened(policy)),
        };
    }
    let mut state = before.ok_or(Violation::OpenedWrongly)?.clone();
    state.policy = policy.version;
    state.set_collectors(policy);
    state.set_floor(policy)?;
    match event {
        Event::Open { .. } | Event::Carry { .. } | Event::Succeed { .. } => {
            return Err(Violation::OpenedWrongly)
        }
        Event::Transfer(transfer) => give(&mut state, transfer, policy, facts)?,
        Event::Deposit {
            transfer,
            proof,
            receipt,
            unbarred,
        } => {
            let signed = *receipt;
            deposit(
                &mut state,
                *transfer,
                proof,
                unbarred.as_deref(),
                signed,
                facts,
            )?;
        }
        Event::Decline {
            transfer, proof, ..
        } => {
            received_transfer(&state, *transfer, facts)?;
            settle(&mut state, *transfer, proof)?;
        }
        Event::Reclaim {
            transfer,
            decline,
            proof,
        } => reclaim(&mut state, *transfer, *decline, proof, facts)?,
        Event::Vote(vote) => cast(&mut state, vote, facts)?,
        Event::Floor { decision } => take_floor(&mut state, *decision, facts)?,
        Event::Hold { fund } => state.hold(*fund, facts.author, policy)?,
        Event::Sweep { fund, items } => sweep(&mut state, *fund, items, facts)?,
        Event::Line {
            village, decision, ..
        } => state.take_line(*village, *decision, facts)?,
        Event::Pledge {
            transfer,
            decision,
            gives_s,
            proof,
            ..
        } => {
            let (_, given) = received_transfer(&state, *transfer, facts)?;
            state.pledge(*transfer, given, *decision, *gives_s, proof, facts)?;
        }
        Event::Arrive {
            transfer, proof, ..
        } => {
            let (_, given) = received_transfer(&state, *transfer, facts)?;
            state.end_pledge(*transfer, given, proof)?;
            if !facts.line_is_signed {
                return Err(Violation::ReceiptWrong);
            }
            earn(&mut state, given)?;
        }
        Event::Return {
            transfer,
            pledge,
            decision,
            proof,
            ..
        } => {
            let (_, given) = received_transfer(&state, *transfer, facts)?;
            let village = state.end_pledge(*transfer, given, proof)?;
            state.unpledge(village, *decision, *pledge, *transfer, facts)?;
        }
        Event::Refuse {
            village,
            decision,
            iou,
            ..
        } => state.refuse(*village, *decision, iou, facts)?,
        Event::Clear(cleared) => state.clear(cleared, facts)?,
        Event::Close { decision } => check_close(&state, *decision, facts.decided)?,
        Event::Bar(bar) => state.bar(bar, facts.author, facts.ended)?,
        Event::MakeGood { decision, once } => {
            state.make_good(*decision, once, facts.author, policy, facts.decided)?;
        }
        Event::Guard(guardians) => {
            guardians.check(facts.author)?;
            state.guardians = Some(guardians.digest());
        }
        Event::Entrust(entrust) => entrust.settle(&mut state, facts.author, facts.last)?,
    }
    // Once more, for what the event has changed.
    state.set_floor(policy)?;
    Ok(state)
}

/// Rules 6 to 12, 40, 72 and 77, 36 and 37 for a fund, 74 for a line: debits the giver.
fn give(
    state: &mut State,
    transfer: &Transfer,
    policy: &Policy,
    facts: &Facts<'_>,
) -> Result<(), Violation> {
    state.holding(transfer.from)?;
    let amount = Amount::new(transfer.amount_s)?;
    // One gateway may hold the lines on both sides of it.
    if transfer.to == facts.author && transfer.through().is_none() {
        return Err(Violation::SelfTransfer);
    }
    check_correction(transfer, facts.author, facts.corrected)?;
    check_legs(transfer)?;
    check_way(transfer)?;
    state.honour(transfer, amount, facts)?;
    let split = match (&transfer.payment, transfer.from) {
        (Some(payment), _) => {
            let facts_about = PaymentFacts {
                decided: facts.decided,
                labour: facts.labour,
                confirmations: facts.confirmations,
                time_us: facts.time_us,
            };
            payment.spend(state, transfer, amount, facts.author, policy, &facts_about)?;
            policy.payment_split(amount)
        }
        (None, Account::Fund(_)) if hands_over(transfer, policy) => Split::whole(amount),
        (None, Account::Fund(_)) => return Err(Violation::ProjectUnknown),
        (None, _) => policy.levies.split(amount),
    };
    if transfer.split != split {
        return Err(Violation::SplitWrong {
            version: policy.version,
        });
    }
    let holding = state.holding_mut(transfer.from)?;
    let balance = Balance::new(holding.balance_s)?.minus(amount)?;
    if balance.seconds() < holding.floor_s.0 {
        return Err(Violation::FloorCrossed {
            balance_s: balance.seconds(),
            floor_s: holding.floor_s.0,
        });
    }
    holding.balance_s = balance.into();
    if !facts.cheque_is_signed {
        return Err(Violation::ChequeSignatureWrong);
    }
    Ok(())
}

/// Rule 35: the holder of a fund collects from members' books.
fn sweep(
    state: &mut State,
    fund: Fund,
    items: &[Swept],
    facts: &Facts<'_>,
) -> Result<(), Violation> {
    state.office(fund)?;
    if !(1..=SWEEP_MAX).contains(&items.len()) {
        return Err(Violation::SweepMalformed {
            items: items.len() as u64,
        });
    }
    let brought = facts.swept.iter().map(|cited| cited.id);
    if !brought.eq(items.iter().map(|item| item.page)) {
        return Err(Violation::SweepOfNoPage);
    }
    for (item, cited) in items.iter().zip(facts.swept) {
        let stated = &cited.page.after;
        state.sweep(fund, facts.author, cited.author, stated, &item.proof)?;
    }
    Ok(())
}

/// Rules 13, 14, 16, 62 and 75: the receiver takes a transfer.
fn deposit(
    state: &mut State,
    id: ActionId,
    proof: &Proof,
    unbarred: Option<&Proof>,
    receipt: Option<SignatureBytes>,
    facts: &Facts<'_>,
) -> Result<(), Violation> {
    let (given, transfer) = received_transfer(state, id, facts)?;
    state.check_not_barred(given.author, given.page.number, unbarred)?;
    earn(state, transfer)?;
    if transfer.across().is_some() {
        return Err(Violation::NotPledged);
    }
    check_receipt(transfer, receipt, facts)?;
    settle(state, id, proof)
}

/// Rules 14 and 16: credits the receiver and lets the funds earn.
fn earn(state: &mut State, transfer: &Transfer) -> Result<(), Violation> {
    let split = transfer.split;
    credit(state, transfer.to_account, split.receiver_s)?;
    if transfer.to_account == Account::Member {
        state.received.times = state.received.times.saturating_add(1);
        state.received.total_s = grown(state.received.total_s, split.receiver_s)?;
    }
    state.earned.state_s = grown(state.earned.state_s, split.state_s)?;
    state.earned.community_s = grown(state.earned.community_s, split.community_s)?;
    Ok(())
}

/// Rule 15: the giver takes back what the receiver declined.
fn reclaim(
    state: &mut State,
    id: ActionId,
    decline: ActionId,
    proof: &Proof,
    facts: &Facts<'_>,
) -> Result<(), Violation> {
    let cited = facts
        .transfer
        .filter(|cited| cited.id == id)
        .ok_or(Violation::NotATransfer)?;
    let transfer = cited.page.event.transfer().ok_or(Violation::NotATransfer)?;
    if !state.holds_page(facts.author, cited.author, cited.page.number) {
        return Err(Violation::NotTheGiver);
    }
    let declined = facts.decline.is_some_and(|cited| {
        cited.id == decline
            && cited.page.after.stands_for(cited.author, transfer.to)
            && sends_back(&cited, id)
    });
    if !declined {
        return Err(Violation::NotDeclined);
    }
    credit(state, transfer.from, transfer.amount_s)?;
    state.unhonour(transfer)?;
    settle_at(state, &transfer.reclaim_key(id), proof)
}

/// Rule 14: the transfer cited, if it was made to the author or to a key whose book
/// goes on in the author's.
fn received_transfer<'a>(
    state: &State,
    id: ActionId,
    facts: &Facts<'a>,
) -> Result<(Cited<'a>, &'a Transfer), Violation> {
    let cited = facts
        .transfer
        .filter(|cited| cited.id == id)
        .ok_or(Violation::NotATransfer)?;
    let transfer = cited.page.event.transfer().ok_or(Violation::NotATransfer)?;
    if !state.stands_for(facts.author, transfer.to) {
        return Err(Violation::NotTheReceiver);
    }
    Ok((cited, transfer))
}

/// Rules 28 and 29: a voter says something in a ballot, once.
fn cast(state: &mut State, vote: &Vote, facts: &Facts<'_>) -> Result<(), Violation> {
    let cited = facts
        .proposal
        .filter(|cited| cited.id == vote.proposal)
        .ok_or(Violation::NotAProposal)?;
    let proposal = cited.proposal;
    state.roll = check_vote(vote, proposal, facts.author, state.roll)?;
    let key = Key::of_vote(&cited.village, &proposal.subject, proposal.number);
    if vote.proof.mark(state.settled, &key)?.is_some() {
        return Err(Violation::AlreadyVoted);
    }
    state.settled = vote.proof.root_with(&key, Mark::default())?;
    Ok(())
}

/// Rule 32: the author's floor is what the village decided.
fn take_floor(state: &mut State, id: ActionId, facts: &Facts<'_>) -> Result<(), Violation> {
    let proposal = facts
        .decided
        .and_then(|decided| decided.adopting(id))
        .filter(|proposal| proposal.subject == Subject::Floor(facts.author))
        .ok_or(Violation::FloorNotDecided)?;
    let Content::Floor { floor_s } = proposal.content else {
        return Err(Violation::FloorNotDecided);
    };
    let number = proposal.number;
    if let Some(used) = state.floor.filter(|floor| number <= floor.number) {
        return Err(Violation::FloorOlder {
            number,
            used: used.number,
        });
    }
    state.floor = Some(DecidedFloor { number, floor_s });
    Ok(())
}

/// Rule 13: a transfer is settled once in a book.
fn settle(state: &mut State, transfer: ActionId, proof: &Proof) -> Result<(), Violation> {
    settle_at(state, &Key::of_transfer(transfer), proof)
}

fn settle_at(state: &mut State, key: &Key, proof: &Proof) -> Result<(), Violation> {
    if proof.mark(state.settled, key)?.is_some() {
        return Err(Violation::AlreadySettled);
    }
    state.settled = proof.root_with(key, Mark::default())?;
    Ok(())
}

fn credit(state: &mut State, account: Account, seconds: Seconds) -> Result<(), Violation> {
    let holding = state.holding_mut(account)?;
    holding.balance_s = Balance::new(holding.balance_s)?.plus(seconds.0)?.into();
    Ok(())
}

/// Rule 16: a levy counter only grows.
fn grown(counter: Seconds, by: Seconds) -> Result<Seconds, Violation> {
    Ok(Balance::new(counter)?.plus(by.0)?.into())
}

/// The claim that a new page makes: the caller signs and commits it.
pub fn next_page(
    previous: PreviousPage<'_>,
    previous_id: ActionId,
    event: Event,
    policy: &Policy,
    policy_ref: PolicyRef,
    facts: &Facts<'_>,
) -> Result<Page, Violation> {
    let after = apply(Some(&previous.page.after), &event, policy, facts)?;
    Ok(Page {
        number: previous.page.number.saturating_add(1),
        previous: Some(previous_id),
        policy: policy_ref,
        event,
        after,
    })
}

/// The first page of a book.
pub fn first_page(admission: ActionId, policy: &Policy, policy_ref: PolicyRef) -> Page {
    Page {
        number: FIRST_PAGE,
        previous: None,
        policy: policy_ref,
        event: Event::Open { admission },
        after: State::opened(policy),
    }
}
