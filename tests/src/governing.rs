//! Fixtures for villages that decide: propose, vote, close, and wait until all know.

use crate::{until, Person, Village};
use commons_credit_api as api;
use commons_credit_ledger::Choice;
use holochain::prelude::ActionHash;

impl Person {
    /// Asks the roll for a decision.
    pub async fn propose(&self, motion: api::Motion) -> ActionHash {
        self.try_propose(motion)
            .await
            .unwrap_or_else(|refusal| panic!("propose: {refusal}"))
    }

    /// The same; a refusal comes back as its text.
    pub async fn try_propose(&self, motion: api::Motion) -> Result<ActionHash, String> {
        let input = api::ProposeInput {
            motion,
            reason: "it is time".into(),
            overtake: false,
        };
        let proposed: Result<api::Proposed, String> = self.try_call("propose", input).await;
        proposed.map(|proposed| proposed.proposal)
    }

    /// Votes once the proposal has arrived; a refusal comes back as its text.
    pub async fn try_vote(
        &self,
        proposal: &ActionHash,
        choice: Choice,
    ) -> Result<api::Written, String> {
        until("the proposal to vote on", || async {
            let input = api::VoteInput {
                proposal: proposal.clone(),
                choice: choice.clone(),
            };
            match self.try_call("vote", input).await {
                Err(refusal) if refusal.contains("E_NOT_FOUND") => None,
                answer => Some(answer),
            }
        })
        .await
    }

    /// Says yes.
    pub async fn says_yes(&self, proposal: &ActionHash) -> api::Written {
        self.try_vote(proposal, Choice::Yes)
            .await
            .unwrap_or_else(|refusal| panic!("vote: {refusal}"))
    }

    /// Closes a ballot once enough votes have arrived.
    pub async fn decides(&self, proposal: &ActionHash) -> api::Closing {
        until("votes to close the ballot", || async {
            match self.try_decide(proposal).await {
                Ok(closing) => Some(closing),
                Err(refusal)
                    if refusal.contains("E_NOT_FOUND") || refusal.contains("E_VOTES_MISSING") =>
                {
                    None
                }
                Err(refusal) => panic!("decide: {refusal}"),
            }
        })
        .await
    }

    /// Tries to close a ballot now.
    pub async fn try_decide(&self, proposal: &ActionHash) -> Result<api::Closing, String> {
        let input = api::BallotRef {
            proposal: proposal.clone(),
        };
        self.try_call("decide", input).await
    }

    /// A ballot with its votes counted, once it has arrived.
    pub async fn ballot(&self, proposal: &ActionHash) -> api::BallotCount {
        until("the ballot", || async {
            let input = api::BallotRef {
                proposal: proposal.clone(),
            };
            self.try_call("ballot", input).await.ok()
        })
        .await
    }

    /// Waits until this node knows how a ballot ended.
    pub async fn knows(&self, proposal: &ActionHash, state: api::BallotState) {
        until(&format!("a ballot that is {state:?}"), || async {
            (self.ballot(proposal).await.ballot.state == state).then_some(())
        })
        .await;
    }
}

impl Village {
    /// Decides something: `proposer` asks, `voters` say yes, the last of them closes the
    /// ballot, all come to know. Gives the proposal and the decision.
    pub async fn adopts(
        &self,
        proposer: usize,
        voters: &[usize],
        motion: api::Motion,
    ) -> (ActionHash, ActionHash) {
        let proposal = self.people[proposer].propose(motion).await;
        let mut last = proposer;
        for voter in voters {
            self.people[*voter].says_yes(&proposal).await;
            last = *voter;
        }
        let closing = self.people[last].decides(&proposal).await;
        assert!(closing.adopted, "a yes of all voters adopts");
        for person in &self.people {
            person.knows(&proposal, api::BallotState::Adopted).await;
        }
        (proposal, closing.decision)
    }
}
