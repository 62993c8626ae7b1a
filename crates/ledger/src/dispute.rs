//! Disputes: words about a transfer, and somebody whom both sides hear.
//!
//! Nothing here moves hours. A dispute ends when one side gives something back, by a
//! transfer that corrects the old one, or when both let it rest.

use crate::amount::{Seconds, AMOUNT_MAX_S};
use crate::apply::Cited;
use crate::id::{ActionId, AgentId, Digest};
use crate::page::Transfer;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Says that a transfer is not right.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Dispute {
    /// The transfer.
    pub transfer: ActionId,
    /// Salted hash of the reason, which only the two sides read.
    pub reason: Option<Digest>,
}

/// Names somebody who may mediate. Who is named by both sides, does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Nomination {
    /// The dispute.
    pub dispute: ActionId,
    /// Who may mediate.
    pub mediator: AgentId,
}

/// What a mediator proposes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Opinion {
    /// The dispute.
    pub dispute: ActionId,
    /// The nominations of the author by both sides.
    pub nominations: [ActionId; 2],
    /// How much should be given back, in seconds.
    pub give_back_s: Seconds,
    /// Salted hash of the words about it.
    pub words: Option<Digest>,
}

/// A valid dispute that is cited, with the transfer that it is about.
#[derive(Debug, Clone, Copy)]
pub struct CitedDispute<'a> {
    /// Its address.
    pub id: ActionId,
    /// The dispute.
    pub dispute: &'a Dispute,
    /// The page with the transfer.
    pub transfer: Cited<'a>,
}

/// A valid nomination that is cited.
#[derive(Debug, Clone, Copy)]
pub struct CitedNomination<'a> {
    /// Its address.
    pub id: ActionId,
    /// Which side.
    pub author: AgentId,
    /// The nomination.
    pub nomination: &'a Nomination,
}

/// The giver and the receiver of a transfer that is cited.
fn sides(cited: Option<Cited<'_>>, id: ActionId) -> Result<[AgentId; 2], Violation> {
    let cited = cited
        .filter(|cited| cited.id == id)
        .ok_or(Violation::NotATransfer)?;
    let transfer = cited.page.event.transfer().ok_or(Violation::NotATransfer)?;
    Ok([cited.author, transfer.to])
}

impl Dispute {
    /// Judges a dispute by `author` (rule 39).
    pub fn check(&self, author: AgentId, transfer: Option<Cited<'_>>) -> Result<(), Violation> {
        if !sides(transfer, self.transfer)?.contains(&author) {
            return Err(Violation::NotASide);
        }
        Ok(())
    }
}

impl Nomination {
    /// Judges a nomination by `author` (rule 39).
    pub fn check(
        &self,
        author: AgentId,
        dispute: Option<CitedDispute<'_>>,
    ) -> Result<(), Violation> {
        let cited = dispute
            .filter(|cited| cited.id == self.dispute)
            .ok_or(Violation::NotADispute)?;
        let sides = sides(Some(cited.transfer), cited.dispute.transfer)?;
        if !sides.contains(&author) {
            return Err(Violation::NotASide);
        }
        if sides.contains(&self.mediator) {
            return Err(Violation::MediatorNotNamed);
        }
        Ok(())
    }
}

impl Opinion {
    /// Judges an opinion by `author` (rule 39).
    pub fn check(
        &self,
        author: AgentId,
        nominations: &[CitedNomination<'_>],
    ) -> Result<(), Violation> {
        let [one, two] = nominations else {
            return Err(Violation::MediatorNotNamed);
        };
        let named = |cited: &CitedNomination<'_>, id| {
            cited.id == id
                && cited.nomination.dispute == self.dispute
                && cited.nomination.mediator == author
        };
        let [first, second] = self.nominations;
        // Only the two sides nominate, so two authors are both sides.
        if !named(one, first) || !named(two, second) || one.author == two.author {
            return Err(Violation::MediatorNotNamed);
        }
        if !(0..=AMOUNT_MAX_S).contains(&self.give_back_s.0) {
            return Err(Violation::ContentMalformed);
        }
        Ok(())
    }
}

/// Rule 40: a correction is a transfer between the two whom the old one concerned.
pub(crate) fn check_correction(
    transfer: &Transfer,
    author: AgentId,
    corrected: Option<Cited<'_>>,
) -> Result<(), Violation> {
    let Some(id) = transfer.corrects else {
        return Ok(());
    };
    let sides = sides(corrected, id)?;
    if !sides.contains(&author) || !sides.contains(&transfer.to) {
        return Err(Violation::CorrectionForeign);
    }
    Ok(())
}
