//! Fixtures for two villages with a trust-line between them.

use crate::{example_draft, until, Person};
use commons_credit_api as api;
use commons_credit_ledger::{BasisPoints, KindRate, Levies, LineState, Rate, Seconds, Sheet};
use holochain::prelude::*;

/// The limit of AliceVille's side, in seconds.
pub const LIMIT_A_S: i64 = 50 * crate::HOUR_S;
/// The limit of BobTown's side, in seconds.
pub const LIMIT_B_S: i64 = 60 * crate::HOUR_S;

/// A village to be founded, with these levies in basis points.
pub fn draft(name: &str, state_bp: u16, community_bp: u16) -> api::DraftInput {
    api::DraftInput {
        name: name.into(),
        levies: Levies {
            state_bp: BasisPoints(state_bp),
            community_bp: BasisPoints(community_bp),
        },
        ..example_draft()
    }
}

/// The rates of the line, seen from AliceVille: 1 h is 1.2 h in BobTown.
pub fn sheet(num: u32, den: u32) -> Sheet {
    Sheet {
        number: 1,
        window: 1,
        slope_bp: 0,
        kinds: vec![KindRate {
            kind: "carpentry".into(),
            rate: Rate { num, den },
        }],
    }
}

impl Person {
    /// The same person in another of their villages.
    pub async fn in_village<T>(&mut self, cell: &CellId, act: impl AsyncFnOnce(&Self) -> T) -> T {
        let before = self.village.replace(cell.clone());
        let done = act(self).await;
        self.village = before;
        done
    }

    /// Waits until this node knows so many members.
    pub async fn lists_members(&self, count: usize) {
        until("the members", || async {
            let members: api::Members = self.call("members", crate::list()).await;
            (members.members.len() == count).then_some(())
        })
        .await;
    }

    /// Decides about a line and opens it, alone: a founder is the whole roll.
    pub async fn adopts_line(&self, motion: api::Motion) {
        let proposal = self.propose(motion).await;
        self.says_yes(&proposal).await;
        let closing = self.decides(&proposal).await;
        assert!(closing.adopted);
    }

    /// Takes the newest terms over, once the other side has decided, too.
    pub async fn takes_line(&self, village: &DnaHash, agreed: Option<api::Agreed>) {
        let input = api::TakeLineInput {
            village: village.clone(),
            agreed: agreed.map(|agreed| agreed.signature),
        };
        until("the line to be taken over", || async {
            let taken: Result<api::Written, String> =
                self.try_call("take_line", input.clone()).await;
            match taken {
                Ok(written) => Some(written),
                Err(refusal) if refusal.contains("E_NOT_FOUND") => None,
                Err(refusal) => panic!("take_line: {refusal}"),
            }
        })
        .await;
    }

    /// The line to a neighbour, by what this node knows.
    pub async fn line_to(&self, village: &DnaHash) -> Option<api::TrustLine> {
        let lines: api::TrustLines = self.call("lines", crate::list()).await;
        lines
            .items
            .into_iter()
            .find(|line| line.village == *village)
    }

    /// What waits on this person's lines is done until nothing more can be; gives the
    /// pages that were written.
    pub async fn works(&self) -> u32 {
        let mut pages = 0;
        loop {
            let work: Result<api::LineWork, String> = self.try_call("line_work", ()).await;
            match work {
                Ok(work) if work.pages == 0 => return pages,
                Ok(work) => pages += work.pages,
                // The node has just written by itself; it is looked at again.
                Err(refusal) if refusal.contains("moved") || refusal.contains("HeadMoved") => {}
                Err(refusal) => panic!("line_work: {refusal}"),
            }
        }
    }

    /// Gives across once this node knows the line; asks for a quote first, as a client does.
    pub async fn pays_across(
        &self,
        village: &DnaHash,
        receiver: &AgentPubKey,
        amount_s: i64,
    ) -> (api::QuoteAcross, api::Written) {
        let input = api::QuoteAcrossInput {
            village: village.clone(),
            kind: 0,
            amount_s: Seconds(amount_s),
        };
        let quote: api::QuoteAcross = until("a quote", || async {
            match self.try_call("quote_across", input.clone()).await {
                Ok(quote) => Some(quote),
                Err(refusal)
                    if refusal.contains("E_NOT_FOUND")
                        || refusal.contains("E_ACCOUNT_NOT_HELD") =>
                {
                    None
                }
                Err(refusal) => panic!("quote_across: {refusal}"),
            }
        })
        .await;
        let input = api::PayAcrossInput {
            village: village.clone(),
            receiver: receiver.clone(),
            kind: 0,
            amount_s: Seconds(amount_s),
            sheet: quote.sheet,
            least_s: quote.gives_s,
            seen: None,
        };
        let written: api::Written = self.call("pay_across", input).await;
        (quote, written)
    }
}

/// The motion for a line as one side sees it.
pub fn line_motion(
    neighbour: &DnaHash,
    gateway: &AgentPubKey,
    neighbour_gateway: &AgentPubKey,
    (limit_s, neighbour_limit_s): (i64, i64),
    sheet: Sheet,
    state: LineState,
) -> api::Motion {
    api::Motion::Line {
        village: neighbour.clone(),
        gateway: gateway.clone(),
        limit_s: Seconds(limit_s),
        neighbour_gateway: neighbour_gateway.clone(),
        neighbour_limit_s: Seconds(neighbour_limit_s),
        state,
        sheet,
        issued: 0,
        taken: 0,
    }
}
