//! The proof that somebody wrote two pages in the place of one, and what a village
//! does about it.
//!
//! It cannot be prevented without a network, only proved, bounded and made good. The
//! proof is two cheques that the giver signed for one page: whoever has both may
//! write it, and nobody who signs each page once can ever be accused by it.

use crate::account::{Account, Fund, State};
use crate::admission::Check;
use crate::amount::{Amount, Balance, Seconds};
use crate::ballot::{Content, Decided, Subject};
use crate::cheque::Statement;
use crate::id::{ActionId, AgentId, PageTag, ReceiverTag, SignatureBytes, VillageId};
use crate::page::{FIRST_PAGE, PAGE_NUMBER_MAX};
use crate::policy::Policy;
use crate::settled::{Key, Mark, Proof};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// What one of the two cheques says alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Said {
    /// Who may deposit, and into which account.
    pub receiver: ReceiverTag,
    /// What is given, in seconds.
    pub amount_s: Seconds,
    /// First bytes of the page's digest.
    pub page: PageTag,
    /// The giver's signature over the whole statement.
    pub signature: SignatureBytes,
}

/// Two cheques of one giver for one page, both signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DoubleSpend {
    /// Who signed both.
    pub giver: AgentId,
    /// The page number that was used twice.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// What they say, the smaller one first.
    pub said: [Said; 2],
}

/// A valid proof that is cited.
#[derive(Debug, Clone, Copy)]
pub struct CitedDoubleSpend<'a> {
    /// Its address.
    pub id: ActionId,
    /// The proof.
    pub proof: &'a DoubleSpend,
}

impl Said {
    fn words(&self) -> (ReceiverTag, i64, PageTag) {
        (self.receiver, self.amount_s.0, self.page)
    }
}

impl DoubleSpend {
    /// The signatures that must hold in this village (rule 60). Two equal statements,
    /// or two in the wrong order, prove nothing, whatever is under them.
    pub fn checks(&self, village: &VillageId) -> Result<[Check; 2], Violation> {
        let [one, other] = &self.said;
        let numbered = (FIRST_PAGE..=PAGE_NUMBER_MAX).contains(&self.number);
        if !numbered || one.words() >= other.words() {
            return Err(Violation::DoubleSpendUnproven);
        }
        for said in &self.said {
            Amount::new(said.amount_s)?;
        }
        Ok(self.said.map(|said| Check {
            signer: self.giver,
            statement: self.statement(&said, village).to_bytes().to_vec(),
            signature: said.signature,
        }))
    }

    fn statement(&self, said: &Said, village: &VillageId) -> Statement {
        Statement {
            village: crate::cheque::village_tag(village),
            giver: self.giver,
            receiver: said.receiver.0,
            number: self.number,
            amount_s: said.amount_s.0,
            page: said.page.0,
        }
    }
}

/// Rule 63: judges what is proposed to be made good: for the giver whom the proof
/// names.
pub(crate) fn check_made_good(
    giver: AgentId,
    proof: ActionId,
    amount_s: Seconds,
    cited: Option<CitedDoubleSpend<'_>>,
) -> Result<(), Violation> {
    let proves = cited.is_some_and(|cited| cited.id == proof && cited.proof.giver == giver);
    if !proves {
        return Err(Violation::DoubleSpendUnproven);
    }
    Amount::new(amount_s).map(|_| ())
}

impl State {
    /// Rule 63: the holder of the Community fund whom the decision names makes good what
    /// the village decided, once. A book knows only what it has itself carried out; so a
    /// decision belongs to one book, or two holders after each other would both do it.
    pub(crate) fn make_good(
        &mut self,
        id: ActionId,
        once: &Proof,
        author: AgentId,
        policy: &Policy,
        decided: Option<Decided<'_>>,
    ) -> Result<(), Violation> {
        let appointed = policy.appointment(Fund::Community);
        if appointed.is_none_or(|appointed| appointed.holder != author) {
            return Err(Violation::NotTheHolder);
        }
        let decided = decided.ok_or(Violation::NotMadeGood)?;
        let proposal = decided.adopting(id).ok_or(Violation::NotMadeGood)?;
        let (
            Subject::MakeGood(_),
            Content::MakeGood {
                amount_s, holder, ..
            },
        ) = (proposal.subject, &proposal.content)
        else {
            return Err(Violation::NotMadeGood);
        };
        if !self.stands_for(author, *holder) {
            return Err(Violation::MadeGoodByAnother { holder: *holder });
        }
        let amount = Amount::new(*amount_s)?;
        let office = self.office_mut(Fund::Community)?;
        let key = Key::of_made_good(decided.proposal_id);
        if once.mark(office.spent, &key)?.is_some() {
            return Err(Violation::AlreadyMadeGood);
        }
        office.spent = once.root_with(&key, Mark::default())?;
        let holding = self.holding_mut(Account::Fund(Fund::Community))?;
        let balance = Balance::new(holding.balance_s)?.minus(amount)?;
        if balance.seconds() < holding.floor_s.0 {
            return Err(Violation::FloorCrossed {
                balance_s: balance.seconds(),
                floor_s: holding.floor_s.0,
            });
        }
        holding.balance_s = balance.into();
        Ok(())
    }
}
