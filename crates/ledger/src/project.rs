//! Projects: what a fund pays for, who worked on it, and that they did.

use crate::account::{Account, Fund, State};
use crate::amount::{Amount, Seconds};
use crate::ballot::{Content, Decided};
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId, Digest};
use crate::page::Transfer;
use crate::policy::Policy;
use crate::settled::{Key, Mark, Proof};
use crate::text::{check_name, check_words};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most confirmations that a project asks for, and that a payment cites.
pub const CONFIRMATIONS_MAX: usize = 8;

/// Work that the village pays for out of a fund.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Project {
    /// What it is called.
    pub name: String,
    /// What it is for, in up to 140 characters.
    pub purpose: String,
    /// Which fund pays.
    pub fund: Fund,
    /// Which holder of the fund: one budget is spent in one book.
    pub holder: AgentId,
    /// How much may be paid in all, in seconds, before levies.
    pub budget_s: Seconds,
    /// How many others who worked on it must confirm each labour; 0 if the holder's
    /// payment is enough. At most [`CONFIRMATIONS_MAX`].
    pub confirmations: u32,
}

/// Hours that somebody worked on a project, by their own word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Labour {
    /// The first page of the worker's book.
    pub book: ActionId,
    /// The project: the proposal that was adopted.
    pub project: ActionId,
    /// A decision that adopts it.
    pub decision: ActionId,
    /// How long, in seconds.
    pub seconds: Seconds,
    /// Salted hash of the words about it, if any.
    pub words: Option<Digest>,
    /// Whether the worker agrees to be shown by name on the project's page.
    pub shown: bool,
}

/// One who worked on a project says that somebody else did, too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Confirmation {
    /// The labour that is confirmed.
    pub labour: ActionId,
    /// The author's own labour on the same project.
    pub worked: ActionId,
}

/// What a payment out of a fund is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Payment {
    /// A decision that adopts the project.
    pub decision: ActionId,
    /// The labour that is paid.
    pub labour: ActionId,
    /// Confirmations of it, by different people; at most [`CONFIRMATIONS_MAX`].
    pub confirmations: Vec<ActionId>,
    /// Shows what was spent on the project before.
    pub budget: Proof,
    /// Shows that the labour was not paid before, once the project's leaf is new.
    pub once: Proof,
}

/// A valid labour that is cited.
#[derive(Debug, Clone, Copy)]
pub struct CitedLabour<'a> {
    /// Its address.
    pub id: ActionId,
    /// The worker.
    pub author: AgentId,
    /// The labour.
    pub labour: &'a Labour,
}

/// A valid confirmation that is cited.
#[derive(Debug, Clone, Copy)]
pub struct CitedConfirmation<'a> {
    /// Its address.
    pub id: ActionId,
    /// Who confirms.
    pub author: AgentId,
    /// The confirmation.
    pub confirmation: &'a Confirmation,
}

/// What the edge knows about a payment, beside the page.
#[derive(Debug, Clone, Copy)]
pub struct PaymentFacts<'a> {
    /// The decision.
    pub decided: Option<Decided<'a>>,
    /// The labour.
    pub labour: Option<CitedLabour<'a>>,
    /// The confirmations, in the order in which they are cited.
    pub confirmations: &'a [CitedConfirmation<'a>],
    /// When the author says that the page was written, in microseconds since 1970.
    pub time_us: i64,
}

/// The project that a decision adopts, with its name: the proposal's address.
pub fn adopted<'a>(
    decided: Option<Decided<'a>>,
    id: ActionId,
) -> Result<(ActionId, &'a Project), Violation> {
    let decided = decided.ok_or(Violation::ProjectUnknown)?;
    match decided.adopting(id).map(|proposal| &proposal.content) {
        Some(Content::Project(project)) => Ok((decided.proposal_id, project)),
        _ => Err(Violation::ProjectUnknown),
    }
}

impl Project {
    /// Judges what is proposed (rule 36).
    pub fn check(&self) -> Result<(), Violation> {
        check_name(&self.name)?;
        check_words(&self.purpose)?;
        Amount::new(self.budget_s)?;
        if self.confirmations as usize > CONFIRMATIONS_MAX {
            return Err(Violation::ContentMalformed);
        }
        Ok(())
    }
}

impl Labour {
    /// Judges labour with the decision that it cites (rule 38).
    pub fn check(&self, decided: Option<Decided<'_>>) -> Result<(), Violation> {
        Amount::new(self.seconds)?;
        let (project, _) = adopted(decided, self.decision)?;
        if project != self.project {
            return Err(Violation::ProjectUnknown);
        }
        Ok(())
    }
}

impl Confirmation {
    /// Judges a confirmation by `author` with the two labours that it cites, none
    /// where something else is cited (rule 38).
    pub fn check(
        &self,
        author: AgentId,
        labour: Option<CitedLabour<'_>>,
        worked: Option<CitedLabour<'_>>,
    ) -> Result<(), Violation> {
        let labour = labour.filter(|cited| cited.id == self.labour);
        let worked = worked.filter(|cited| cited.id == self.worked);
        let (Some(labour), Some(worked)) = (labour, worked) else {
            return Err(Violation::ConfirmationForeign);
        };
        let own = worked.author == author && labour.author != author;
        if !own || labour.labour.project != worked.labour.project {
            return Err(Violation::ConfirmationForeign);
        }
        Ok(())
    }
}

impl Payment {
    /// Rule 36: the author's fund pays for labour on an adopted project, once and
    /// within its budget. The budget is spent in `state`.
    pub(crate) fn spend(
        &self,
        state: &mut State,
        transfer: &Transfer,
        amount: Amount,
        author: AgentId,
        policy: &Policy,
        facts: &PaymentFacts<'_>,
    ) -> Result<(), Violation> {
        let Account::Fund(fund) = transfer.from else {
            return Err(Violation::PaymentMisplaced);
        };
        let appointed = policy
            .appointment(fund)
            .filter(|appointed| appointed.holder == author)
            .ok_or(Violation::NotTheHolder)?;
        if facts.time_us > appointed.until_us {
            return Err(Violation::TermOver {
                until_us: appointed.until_us,
            });
        }
        let (id, project) = adopted(facts.decided, self.decision)?;
        if project.fund != fund || project.holder != author {
            return Err(Violation::ProjectForeign);
        }
        self.check_labour(transfer, amount, id, facts)?;
        self.check_confirmations(project, facts)?;

        let office = state.office_mut(fund)?;
        let key = Key::of_project(id);
        let spent = self.budget.mark(office.spent, &key)?.unwrap_or_default().0;
        let budget = u64::try_from(project.budget_s.0).unwrap_or_default();
        let spends = spent.saturating_add(amount.seconds().unsigned_abs());
        if spends > budget {
            return Err(Violation::OverBudget {
                left_s: i64::try_from(budget.saturating_sub(spent)).unwrap_or_default(),
            });
        }
        office.spent = self.budget.root_with(&key, Mark(spends))?;
        let key = Key::of_labour(self.labour);
        if self.once.mark(office.spent, &key)?.is_some() {
            return Err(Violation::LabourPaid);
        }
        office.spent = self.once.root_with(&key, Mark::default())?;
        Ok(())
    }

    fn check_labour(
        &self,
        transfer: &Transfer,
        amount: Amount,
        project: ActionId,
        facts: &PaymentFacts<'_>,
    ) -> Result<(), Violation> {
        let pays = facts.labour.is_some_and(|cited| {
            cited.id == self.labour
                && cited.author == transfer.to
                && cited.labour.project == project
                && amount.seconds() <= cited.labour.seconds.0
        });
        if !pays || transfer.to_account != Account::Member {
            return Err(Violation::LabourForeign);
        }
        Ok(())
    }

    fn check_confirmations(
        &self,
        project: &Project,
        facts: &PaymentFacts<'_>,
    ) -> Result<(), Violation> {
        let brought = facts.confirmations.iter().map(|cited| cited.id);
        let by: BTreeSet<AgentId> = facts
            .confirmations
            .iter()
            .filter(|cited| cited.confirmation.labour == self.labour)
            .map(|cited| cited.author)
            .collect();
        let cited = self.confirmations.len();
        let all_count = brought.eq(self.confirmations.iter().copied()) && by.len() == cited;
        if !all_count || cited > CONFIRMATIONS_MAX || cited < project.confirmations as usize {
            return Err(Violation::LabourUnconfirmed {
                needed: project.confirmations,
            });
        }
        Ok(())
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        self.confirmations.iter().fold(
            hasher
                .fixed(&self.decision.0)
                .fixed(&self.labour.0)
                .u64(self.confirmations.len() as u64),
            |hasher, id| hasher.fixed(&id.0),
        )
    }
}

/// Rule 37: whether a transfer hands a fund over: from the fund to the same fund in
/// the book of the holder whom the policy names.
pub(crate) fn hands_over(transfer: &Transfer, policy: &Policy) -> bool {
    let Account::Fund(fund) = transfer.from else {
        return false;
    };
    transfer.to_account == transfer.from
        && policy
            .appointment(fund)
            .is_some_and(|appointed| appointed.holder == transfer.to)
}
