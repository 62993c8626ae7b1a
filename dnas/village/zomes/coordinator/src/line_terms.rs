//! What the village decided about its lines, as far as this node knows.

use crate::api::BallotKind;
use crate::ballots::{Asked, Ballots, Outcome};
use crate::refusal::Refusal;
use commons_credit_ledger::{AgentId, Content, Decided, LineTerms, Subject, VillageId};
use hdk::prelude::*;

/// Adopted terms with the decision to cite.
#[derive(Clone, Copy)]
pub(crate) struct Adopted<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) outcome: &'a Outcome,
    pub(crate) terms: &'a LineTerms,
}

impl<'a> Adopted<'a> {
    fn of((asked, outcome): (&'a Asked, &'a Outcome)) -> Option<Self> {
        match &asked.proposal.content {
            Content::Line(terms) => Some(Self {
                asked,
                outcome,
                terms,
            }),
            _ => None,
        }
    }

    /// As the law takes it.
    pub(crate) fn decided(&self) -> Decided<'a> {
        self.outcome.decided(self.asked)
    }
}

/// Everything decided about lines.
pub(crate) struct Lines(Ballots);

impl Lines {
    pub(crate) fn adopted_here() -> ExternResult<Self> {
        Ballots::known(BallotKind::Line).map(Self)
    }

    /// Neighbours of whom there is a decision.
    pub(crate) fn neighbours(&self) -> std::collections::BTreeSet<VillageId> {
        self.0
            .adopted()
            .filter_map(|(asked, _)| match asked.proposal.subject {
                Subject::Line(village) => Some(village),
                _ => None,
            })
            .collect()
    }

    /// The newest terms of a line.
    pub(crate) fn newest_terms(&self, village: VillageId) -> ExternResult<Adopted<'_>> {
        let found = self.0.newest_on(&Subject::Line(village));
        Ok(found.and_then(Adopted::of).ok_or(Refusal::NotFound {
            what: "decision about the line",
        })?)
    }

    /// The newest terms that name this gateway on the other side.
    pub(crate) fn naming(&self, village: VillageId, gateway: &AgentId) -> Option<Adopted<'_>> {
        self.on(village)
            .filter(|adopted| adopted.terms.neighbour_gateway == *gateway)
            .max_by_key(|adopted| adopted.asked.proposal.number)
    }

    /// The newest terms that name these gateways, the one here first.
    pub(crate) fn between(
        &self,
        village: VillageId,
        gateway: &AgentId,
        neighbour_gateway: &AgentId,
    ) -> Option<Adopted<'_>> {
        self.on(village)
            .filter(|adopted| adopted.terms.gateway == *gateway)
            .filter(|adopted| adopted.terms.neighbour_gateway == *neighbour_gateway)
            .max_by_key(|adopted| adopted.asked.proposal.number)
    }

    fn on(&self, village: VillageId) -> impl Iterator<Item = Adopted<'_>> {
        self.0
            .adopted()
            .filter(move |(asked, _)| asked.proposal.subject == Subject::Line(village))
            .filter_map(Adopted::of)
    }

    /// The newest terms with a sheet of this number.
    pub(crate) fn with_sheet(&self, village: VillageId, sheet: u32) -> Option<Adopted<'_>> {
        self.on(village)
            .filter(|adopted| adopted.terms.sheet.number == sheet)
            .max_by_key(|adopted| adopted.asked.proposal.number)
    }
}
