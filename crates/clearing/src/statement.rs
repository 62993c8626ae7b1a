//! What one village owes another over their line, signed by both gateways.

use crate::bytes::sha256;
use crate::netting::DEBT_MAX_S;
use crate::signature;
use commons_credit_ledger::admission::Check;
use commons_credit_ledger::clearing::owed_statement;
use commons_credit_ledger::{AgentId, Digest, Seconds, SignatureBytes, VillageId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a line stands. The two signatures are over [`LineStatement::statement`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineStatement {
    /// The village that owes.
    pub debtor: VillageId,
    /// The village that is owed.
    pub creditor: VillageId,
    /// The debtor's gateway for this line.
    pub debtor_gateway: AgentId,
    /// The creditor's gateway for this line.
    pub creditor_gateway: AgentId,
    /// Which statement of this line, from 1; a later one takes the place of all before.
    pub number: u64,
    /// What is owed: `1..=DEBT_MAX_S` seconds, as both sides count it.
    pub amount_s: Seconds,
    /// The debtor's gateway's signature.
    pub debtor_signature: SignatureBytes,
    /// The creditor's gateway's signature.
    pub creditor_signature: SignatureBytes,
}

/// Why a statement is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StatementRefusal {
    /// A village that owes itself.
    #[error("village {village} has a line to itself; name two villages")]
    OwesItself {
        /// The village.
        village: VillageId,
    },
    /// A statement 0.
    #[error("statement {number} between {debtor} and {creditor} has no number; count from 1")]
    NumberZero {
        /// The village that owes.
        debtor: VillageId,
        /// The village that is owed.
        creditor: VillageId,
        /// The number.
        number: u64,
    },
    /// An amount out of range.
    #[error("statement {number} between {debtor} and {creditor} says {amount_s} seconds; a debt is 1 to {DEBT_MAX_S}")]
    AmountOutOfRange {
        /// The village that owes.
        debtor: VillageId,
        /// The village that is owed.
        creditor: VillageId,
        /// The number.
        number: u64,
        /// The amount, in seconds.
        amount_s: i64,
    },
    /// A signature that does not hold.
    #[error("statement {number} between {debtor} and {creditor} is not signed by {signer}; ask that gateway to sign it")]
    SignatureWrong {
        /// The village that owes.
        debtor: VillageId,
        /// The village that is owed.
        creditor: VillageId,
        /// The number.
        number: u64,
        /// Whose signature does not hold.
        signer: AgentId,
    },
}

impl StatementRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OwesItself { .. } => "E_STATEMENT_OWES_ITSELF",
            Self::NumberZero { .. } => "E_STATEMENT_NUMBER",
            Self::AmountOutOfRange { .. } => "E_STATEMENT_AMOUNT_OUT_OF_RANGE",
            Self::SignatureWrong { .. } => "E_STATEMENT_SIGNATURE_WRONG",
        }
    }
}

impl LineStatement {
    /// The 163 bytes that both gateways sign: the text `cc-line-statement/`, version 1, debtor,
    /// creditor, their gateways, number, amount.
    pub fn statement(&self) -> Vec<u8> {
        owed_statement(
            (&self.debtor, &self.debtor_gateway),
            (&self.creditor, &self.creditor_gateway),
            self.number,
            self.amount_s,
        )
    }

    /// What names the statement: a digest of what is signed, not of the signatures.
    pub fn digest(&self) -> Digest {
        sha256(&self.statement())
    }

    /// The signatures that must hold, for a caller that checks them itself.
    pub fn checks(&self) -> [Check; 2] {
        [
            (self.debtor_gateway, self.debtor_signature),
            (self.creditor_gateway, self.creditor_signature),
        ]
        .map(|(signer, signature)| Check {
            signer,
            statement: self.statement(),
            signature,
        })
    }

    /// Judges what the statement says, not who signed it.
    pub fn check(&self) -> Result<(), StatementRefusal> {
        let Self {
            debtor,
            creditor,
            number,
            ..
        } = *self;
        if debtor == creditor {
            return Err(StatementRefusal::OwesItself { village: debtor });
        }
        if number == 0 {
            return Err(StatementRefusal::NumberZero {
                debtor,
                creditor,
                number,
            });
        }
        if !(1..=DEBT_MAX_S).contains(&self.amount_s.0) {
            return Err(StatementRefusal::AmountOutOfRange {
                debtor,
                creditor,
                number,
                amount_s: self.amount_s.0,
            });
        }
        Ok(())
    }

    /// Judges the statement and both signatures. Whether the two keys are the
    /// gateways of this line only the two villages know: each looks at its own.
    pub fn verify(&self) -> Result<(), StatementRefusal> {
        self.check()?;
        for check in self.checks() {
            if !signature::holds(&check) {
                return Err(StatementRefusal::SignatureWrong {
                    debtor: self.debtor,
                    creditor: self.creditor,
                    number: self.number,
                    signer: check.signer,
                });
            }
        }
        Ok(())
    }
}
