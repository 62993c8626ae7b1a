//! Clearing with many villages at once, by a gateway: where a line stands, a signature
//! under a round, and booking it once all have signed.
//!
//! Nothing here goes to another village but to the caller's own cells; whoever draws the
//! plan carries statements, rounds and signatures, in any order and any number of times.

use crate::api::{
    BookRoundInput, LineStatement, LineStatementInput, RoundInput, RoundSigned,
    Written as WrittenOut,
};
use crate::book::{own_past, write, Desk};
use crate::line::{dna_hash, here};
use crate::line_message::in_village;
use crate::line_terms::Lines;
use crate::refusal::{law, Refusal};
use commons_credit_ledger::clearing::{owed_statement, ROUND_LINES_MAX};
use commons_credit_ledger::settled::Key;
use commons_credit_ledger::{
    Account, AgentId, Cleared, Decided, Event, Facts, Page, Round, RoundFacts, Seconds,
    SignatureBytes, VillageId, Violation,
};
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{agent_id, agent_key, village_id};

/// Says what the caller's village owes over a line, or signs what a neighbour says that it
/// owes this one.
#[hdk_extern]
pub fn line_statement(input: LineStatementInput) -> ExternResult<LineStatement> {
    let known = Lines::adopted_here()?;
    let end = LineEnd::looked_up(&known, village_id(&input.village))?;
    match input.statement {
        None => end.states_own_debt(),
        Some(theirs) => end.signs_theirs(theirs),
    }
}

/// Signs a round as the gateway of this village, if it could be booked as the caller's
/// book stands.
#[hdk_extern]
pub fn sign_clearing(input: RoundInput) -> ExternResult<RoundSigned> {
    let round = input.round;
    let (desk, known, here) = (Desk::open()?, Lines::adopted_here()?, here()?);
    let gateways = round.check().map_err(law)?;
    // Who goes on with a lost gateway's book may book what that key has signed, no more.
    if gateways.get(&here) != Some(&desk.author) {
        return Err(law(Violation::RoundForeign));
    }
    let state = &desk.latest.page.after;
    for line in round.own(here) {
        // What is pledged may still arrive, and then less is owed to this village.
        let pledged_s = state.tally(line.neighbour).map_err(law)?.pledged_s.0;
        let account = Account::Line(line.neighbour);
        let balance_s = state.holding(account).map_err(law)?.balance_s.0;
        let left_s = balance_s.saturating_neg().saturating_sub(pledged_s);
        if !line.owes && left_s < line.here_s.0 {
            return Err(law(Violation::RoundCrossesZero {
                village: line.neighbour,
                amount_s: line.here_s.0,
                left_s: left_s.max(0),
            }));
        }
    }
    let unsigned = vec![SignatureBytes([0; 64]); gateways.len()];
    Booking::drawn_up(&round, unsigned, &known, here)?.on_a_page(&desk)?;
    let signature = sign_raw(desk.me.clone(), round.statement(&here))?;
    Ok(RoundSigned {
        village: here,
        signature: SignatureBytes(signature.0),
    })
}

/// Books this village's part of a round that all its gateways have signed.
#[hdk_extern]
pub fn book_clearing(input: BookRoundInput) -> ExternResult<WrittenOut> {
    if input.signatures.len() > ROUND_LINES_MAX {
        return Err(law(Violation::RoundUnsigned));
    }
    let round = input.round;
    let (desk, known, here) = (Desk::open()?, Lines::adopted_here()?, here()?);
    let gateways = round.check().map_err(law)?;
    let given: BTreeMap<VillageId, SignatureBytes> = input
        .signatures
        .into_iter()
        .map(|signed| (signed.village, signed.signature))
        .collect();
    let mut signatures = Vec::with_capacity(gateways.len());
    for (village, gateway) in &gateways {
        let signature = *given
            .get(village)
            .ok_or_else(|| law(Violation::RoundUnsigned))?;
        if !is_signed(gateway, signature, round.statement(village))? {
            return Err(law(Violation::RoundUnsigned));
        }
        signatures.push(signature);
    }
    let page = Booking::drawn_up(&round, signatures, &known, here)?.on_a_page(&desk)?;
    let written = write(page)?;
    (&written).try_into()
}

/// A round with what this village decided about its own lines in it.
struct Booking<'a> {
    event: Event,
    decided: Vec<Decided<'a>>,
    here: VillageId,
}

impl<'a> Booking<'a> {
    fn drawn_up(
        round: &Round,
        signatures: Vec<SignatureBytes>,
        known: &'a Lines,
        here: VillageId,
    ) -> ExternResult<Self> {
        let gateways = round.check().map_err(law)?;
        let gateway = gateways
            .get(&here)
            .ok_or_else(|| law(Violation::RoundForeign))?;
        let mut decided = Vec::new();
        for line in round.own(here) {
            let adopted = known
                .between(line.neighbour, gateway, &line.neighbour_gateway)
                .ok_or_else(|| law(Violation::LineNotDecided))?;
            decided.push(adopted.decided());
        }
        let key = Key::of_round(round.digest());
        let event = Event::Clear(Box::new(Cleared {
            round: round.clone(),
            signatures,
            decisions: decided.iter().map(|decided| decided.id).collect(),
            once: own_past()?.settled.prove(&key),
        }));
        Ok(Self {
            event,
            decided,
            here,
        })
    }

    /// The page, once every signature was looked at.
    fn on_a_page(self, desk: &Desk) -> ExternResult<Page> {
        let facts = Facts {
            line_is_signed: true,
            round: Some(RoundFacts {
                here: self.here,
                decided: &self.decided,
            }),
            ..desk.facts()
        };
        desk.draft(self.event, &facts)
    }
}

/// The caller's end of a line.
struct LineEnd {
    me: AgentPubKey,
    here: VillageId,
    neighbour: VillageId,
    neighbour_gateway: AgentId,
    /// The number of the book's newest page.
    number: u64,
    /// Above zero this village owes.
    balance_s: i64,
    /// What the neighbour owes by this book, in its seconds.
    theirs_s: i64,
}

impl LineEnd {
    fn looked_up(known: &Lines, neighbour: VillageId) -> ExternResult<Self> {
        let (desk, here) = (Desk::to_read()?, here()?);
        let adopted = known.newest_terms(neighbour)?;
        if adopted.terms.gateway != desk.author {
            return Err(law(Violation::LineNotDecided));
        }
        let after = &desk.latest.page.after;
        let tally = after.tally(neighbour).map_err(law)?;
        let holding = after.holding(Account::Line(neighbour)).map_err(law)?;
        Ok(Self {
            here,
            neighbour,
            neighbour_gateway: adopted.terms.neighbour_gateway,
            number: desk.latest.page.number,
            balance_s: holding.balance_s.0,
            theirs_s: tally.theirs_s.0,
            me: desk.me,
        })
    }

    /// A new statement by the side that owes, signed by the other one, too, where the
    /// caller has a cell there.
    fn states_own_debt(self) -> ExternResult<LineStatement> {
        // Each side counts in its own seconds; both count at least the smaller number.
        let amount_s = self.balance_s.min(self.theirs_s.saturating_neg());
        if amount_s <= 0 {
            return Err(Refusal::NotFound {
                what: "debt of this village over the line",
            }
            .into());
        }
        let mut statement = LineStatement {
            debtor: self.here,
            creditor: self.neighbour,
            debtor_gateway: agent_id(&self.me),
            creditor_gateway: self.neighbour_gateway,
            number: self.number,
            amount_s: Seconds(amount_s),
            debtor_signature: SignatureBytes([0; 64]),
            creditor_signature: None,
        };
        let signature = sign_raw(self.me, bytes_of(&statement))?;
        statement.debtor_signature = SignatureBytes(signature.0);
        let input = LineStatementInput {
            village: dna_hash(&self.here),
            statement: Some(statement.clone()),
        };
        let both: Option<LineStatement> = in_village(&self.neighbour, "line_statement", input)?;
        Ok(both.unwrap_or(statement))
    }

    /// What a neighbour says that it owes, signed by the side that is owed.
    fn signs_theirs(self, mut statement: LineStatement) -> ExternResult<LineStatement> {
        let ends = (statement.debtor, statement.creditor) == (self.neighbour, self.here)
            && statement.debtor_gateway == self.neighbour_gateway
            && statement.creditor_gateway == agent_id(&self.me);
        if !ends {
            return Err(law(Violation::LineNotDecided));
        }
        let left_s = self.balance_s.saturating_neg().max(0);
        if statement.number == 0 || !(1..=left_s).contains(&statement.amount_s.0) {
            return Err(law(Violation::RoundCrossesZero {
                village: self.neighbour,
                amount_s: statement.amount_s.0,
                left_s,
            }));
        }
        let bytes = bytes_of(&statement);
        let signature = statement.debtor_signature;
        if !is_signed(&self.neighbour_gateway, signature, bytes.clone())? {
            return Err(law(Violation::LineUnsigned));
        }
        statement.creditor_signature = Some(SignatureBytes(sign_raw(self.me, bytes)?.0));
        Ok(statement)
    }
}

fn bytes_of(statement: &LineStatement) -> Vec<u8> {
    owed_statement(
        (&statement.debtor, &statement.debtor_gateway),
        (&statement.creditor, &statement.creditor_gateway),
        statement.number,
        statement.amount_s,
    )
}

fn is_signed(
    signer: &AgentId,
    signature: SignatureBytes,
    statement: Vec<u8>,
) -> ExternResult<bool> {
    verify_signature_raw(agent_key(signer), Signature(signature.0), statement)
}
