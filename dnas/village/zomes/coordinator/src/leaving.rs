//! The last page of a book, and the first one where other rules were adopted.
//!
//! The new village is another cell with the same key. A witness looks into the old
//! cell before signing, and the owner's node keeps it: what was settled there counts
//! here, and only the old pages say what that was.

use crate::api::{
    BallotKind, BookLeaves, CarryInput, CloseInput, ClosedBook, ClosedInput, FundLeaves, Leaf,
    Standing, WitnessInput, Witnessed, Written as WrittenOut,
};
use crate::ballots::Ballots;
use crate::book::{charter, held_record, me, own_latest, own_open, own_past, write, Desk, Written};
use crate::ends::Ends;
use crate::labour::own_spent;
use crate::policy::policy_in_force;
use crate::refusal::{law, Refusal};
use crate::sweep::own_swept;
use crate::village::{enter, own_admission, standing_book, standing_with};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use commons_credit_ledger::apply::apply;
use commons_credit_ledger::carry::{carry_statement, Carried};
use commons_credit_ledger::page::FIRST_PAGE;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::text::check_name;
use commons_credit_ledger::{
    Code, Content, Event, Facts, Fund, Page, Program, SignatureBytes, VillageId, Violation,
};
use hdk::prelude::*;
use serde::de::DeserializeOwned;
use village_integrity::{action_hash, action_id, agent_id, agent_key, village_id};

const WITNESS_PREFIX: &str = "cw1:";
const WITNESS_MAX_BYTES: usize = 16_384;

/// Writes the last page of the caller's book.
#[hdk_extern]
pub fn close(input: CloseInput) -> ExternResult<WrittenOut> {
    let desk = Desk::open()?;
    let ballots = Ballots::known(BallotKind::Code)?;
    let decided = match &input.decision {
        None => None,
        Some(decision) => {
            let (asked, outcome) = ballots
                .outcomes()
                .find(|(_, outcome)| outcome.all.contains(decision))
                .ok_or(Refusal::NotFound { what: "decision" })?;
            let mut decided = outcome.decided(asked);
            decided.id = action_id(decision);
            Some(decided)
        }
    };
    let facts = Facts {
        decided,
        ..desk.facts()
    };
    let event = Event::Close {
        decision: input.decision.as_ref().map(action_id),
    };
    let written = write(desk.draft(event, &facts)?)?;
    (&written).try_into()
}

/// The last page of a book that was closed for other rules. Asked by the caller's own
/// cell in the new village.
#[hdk_extern]
pub fn closed_book(input: ClosedInput) -> ExternResult<ClosedBook> {
    let record = held_record(&input.closing, "closing page")?;
    let closed = Written::of(&record).ok_or_else(|| law(Violation::CarryForeign))?;
    let Event::Close {
        decision: Some(decision),
    } = closed.page.event
    else {
        return Err(law(Violation::CarryForeign));
    };
    // What was written after a book's end nobody takes here, and nobody carries over: the
    // hours behind it go on in an heir's book, or were given twice.
    let end = Ends::known()?.of(agent_id(record.action().author()));
    if let Some(number) = end.filter(|number| *number < closed.page.number) {
        return Err(Refusal::BookEnded { number }.into());
    }
    let decision = action_hash(&decision);
    let ballots = Ballots::known(BallotKind::Code)?;
    let (asked, _) = ballots
        .adopted()
        .find(|(_, outcome)| outcome.all.contains(&decision))
        .ok_or(Refusal::NotFound { what: "decision" })?;
    let Content::Code(Code {
        program: Program::Dna(dna),
        ..
    }) = asked.proposal.content
    else {
        return Err(law(Violation::CarryForeign));
    };
    Ok(ClosedBook {
        author: record.action().author().clone(),
        dna: DnaHash::from_raw_32(dna.0.to_vec()),
        page: closed.page,
    })
}

/// What the caller's book has settled, swept and spent. Asked by the caller's own cell
/// in the new village.
#[hdk_extern]
pub fn book_leaves(_: ()) -> ExternResult<BookLeaves> {
    let state = own_open()?.page.after;
    let mut funds = Vec::new();
    for office in &state.offices {
        funds.push(FundLeaves {
            fund: office.fund,
            swept: leaves(&own_swept(office.fund, office.swept)?),
            spent: leaves(&own_spent(office.fund)?),
        });
    }
    Ok(BookLeaves {
        settled: leaves(&own_past()?.settled),
        funds,
    })
}

/// Witnesses the end of somebody's book in the village before this one, by a founding
/// steward whose node holds both.
#[hdk_extern]
pub fn witness(input: WitnessInput) -> ExternResult<Witnessed> {
    let (me, charter) = (me()?, charter()?);
    let witness = agent_id(&me);
    if !charter.has_steward(&witness) {
        return Err(Refusal::NotSteward.into());
    }
    let old = charter.predecessor.ok_or(Refusal::NotFound {
        what: "village before this one",
    })?;
    let closed: ClosedBook = in_old(
        &old,
        "closed_book",
        ClosedInput {
            closing: input.closing.clone(),
        },
    )?;
    let author = agent_id(&input.author);
    let mut carried = Carried {
        village: old,
        closing: action_id(&input.closing),
        page: closed.page,
        witness,
        signature: SignatureBytes([0; 64]),
    };
    // Which village the old one went over to is not in the page, only in the decision
    // that it names: who witnesses looks there.
    let here = dna_info()?.hash;
    let may = closed.author == input.author && closed.dna == here;
    if !may || !carried.may_be_witnessed(&author, &charter) {
        return Err(law(Violation::CarryForeign));
    }
    let village = village_id(&here);
    let signature = sign_raw(me, carry_statement(&village, &author, &carried))?;
    carried.signature = SignatureBytes(signature.0);
    let bytes = holochain_serialized_bytes::encode(&carried).map_err(|e| wasm_error!(e))?;
    Ok(Witnessed {
        text: format!("{WITNESS_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)),
    })
}

/// Opens the caller's book with what the closed one held.
#[hdk_extern]
pub fn carry(input: CarryInput) -> ExternResult<Standing> {
    let charter = charter()?;
    let name = input.name.trim().to_owned();
    check_name(&name).map_err(law)?;
    if own_latest()?.is_some() {
        return Err(Refusal::AlreadyOpened.into());
    }
    let carried = carried_in(&input.witnessed).ok_or(Refusal::WitnessUnreadable)?;
    let author = agent_id(&me()?);
    let village = village_id(&dna_info()?.hash);
    let carry_is_witnessed = carried.may_be_witnessed(&author, &charter)
        && verify_signature_raw(
            agent_key(&carried.witness),
            Signature(carried.signature.0),
            carry_statement(&village, &author, &carried),
        )?;
    let in_force = policy_in_force(&charter)?;
    let facts = Facts {
        admission_is_own: true,
        carry_is_witnessed,
        ..Facts::of(author, Some(in_force.policy))
    };
    let event = Event::Carry {
        admission: action_id(&own_admission()?),
        carried: Box::new(carried),
    };
    let after = apply(None, &event, &in_force.policy, &facts).map_err(law)?;
    let first = write(Page {
        number: FIRST_PAGE,
        previous: None,
        policy: in_force.cited,
        event,
        after,
    })?;
    enter(&name, &first)?;
    let book = standing_book(name, &first)?;
    standing_with(charter, Some(book))
}

fn carried_in(text: &str) -> Option<Carried> {
    let text = text.trim();
    if text.len() > WITNESS_MAX_BYTES {
        return None;
    }
    let letters: String = text.split_whitespace().collect();
    let bytes = URL_SAFE_NO_PAD
        .decode(letters.strip_prefix(WITNESS_PREFIX)?)
        .ok()?;
    holochain_serialized_bytes::decode(&bytes).ok()
}

/// What a book has settled, swept and spent in the village before.
pub(crate) struct CarriedLeaves(BookLeaves);

impl CarriedLeaves {
    pub(crate) fn settled(self) -> Vec<(Key, Mark)> {
        pairs(self.0.settled)
    }

    pub(crate) fn swept_in(self, fund: Fund) -> Vec<(Key, Mark)> {
        let funds = self.0.funds.into_iter();
        let of_fund = funds.filter(|leaves| leaves.fund == fund);
        of_fund.flat_map(|leaves| pairs(leaves.swept)).collect()
    }

    pub(crate) fn spent_in(self, fund: Fund) -> Vec<(Key, Mark)> {
        let funds = self.0.funds.into_iter();
        let of_fund = funds.filter(|leaves| leaves.fund == fund);
        of_fund.flat_map(|leaves| pairs(leaves.spent)).collect()
    }
}

/// Reads them in the caller's own cell of that village.
pub(crate) fn carried_leaves(old: &VillageId) -> ExternResult<CarriedLeaves> {
    in_old(old, "book_leaves", ()).map(CarriedLeaves)
}

fn in_old<I, O>(old: &VillageId, function: &'static str, input: I) -> ExternResult<O>
where
    I: Serialize + std::fmt::Debug,
    O: DeserializeOwned + std::fmt::Debug,
{
    let cell = CellId::new(DnaHash::from_raw_32(old.0.to_vec()), me()?);
    let answer = call(
        CallTargetCell::OtherCell(cell),
        zome_info()?.name,
        FunctionName::from(function),
        None,
        input,
    )?;
    match answer {
        ZomeCallResponse::Ok(bytes) => bytes.decode().map_err(|error| wasm_error!(error)),
        _ => Err(Refusal::NotFound {
            what: "book in the village before this one",
        }
        .into()),
    }
}

fn leaves(tree: &Tree) -> Vec<Leaf> {
    tree.marks()
        .map(|(key, mark)| Leaf {
            key: *key,
            mark: *mark,
        })
        .collect()
}

fn pairs(leaves: Vec<Leaf>) -> Vec<(Key, Mark)> {
    leaves
        .into_iter()
        .map(|leaf| (leaf.key, leaf.mark))
        .collect()
}
