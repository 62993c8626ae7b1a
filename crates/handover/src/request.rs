//! A request: asks whoever reads it for a payment. It is not signed: it moves
//! nothing, and whoever could change it could as well show their own.
//!
//! | offset | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 4 | form 5 in the upper four bits, account in the other 28: 0 member, 1 State fund, 2 Community fund |
//! | 4 | 8 | village tag |
//! | 12 | 32 | key of who asks |
//! | 44 | 4 | amount in seconds; 0 leaves it to the giver |
//! | 48 | 32 | the request on the ledger; left out when there is none |

use crate::bytes::{self, Fields};
use crate::refusal::Refusal;
use crate::signature;
use commons_credit_ledger::cheque::VILLAGE_TAG_BYTES;
use commons_credit_ledger::{Account, ActionId, AgentId, Amount, Fund, Seconds};

/// The form's number.
pub const REQUEST_FORM: u8 = 5;
/// Length in bytes without a request on the ledger.
pub const REQUEST_BYTES: usize = 4 + VILLAGE_TAG_BYTES + AgentId::LEN + 4;
/// Length in bytes with one.
pub const REQUEST_CITING_BYTES: usize = REQUEST_BYTES + ActionId::LEN;

const _: () = assert!(REQUEST_BYTES == 48 && REQUEST_CITING_BYTES == 80);

/// A request as it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request {
    /// Where it counts.
    pub village: [u8; VILLAGE_TAG_BYTES],
    /// Who is to receive.
    pub receiver: AgentId,
    /// Into which account; never a line.
    pub account: RequestAccount,
    /// How much; nothing leaves it to the giver.
    pub amount: Option<Amount>,
    /// The request on the ledger that the transfer is to cite.
    pub cites: Option<ActionId>,
}

/// The accounts that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestAccount {
    /// The asker's own.
    Member,
    /// The State fund, which the asker holds.
    State,
    /// The Community fund, which the asker holds.
    Community,
}

impl RequestAccount {
    const fn number(self) -> u64 {
        match self {
            Self::Member => 0,
            Self::State => 1,
            Self::Community => 2,
        }
    }
}

impl From<RequestAccount> for Account {
    fn from(account: RequestAccount) -> Self {
        match account {
            RequestAccount::Member => Self::Member,
            RequestAccount::State => Self::Fund(Fund::State),
            RequestAccount::Community => Self::Fund(Fund::Community),
        }
    }
}

impl Request {
    /// The 48 or 80 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::joined(&[
            &bytes::head(REQUEST_FORM, self.account.number()),
            &self.village,
            &self.receiver.0,
            &self.amount.map_or([0; 4], bytes::amount),
            self.cites.as_ref().map_or(&[], |id| &id.0),
        ])
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let cites = bytes.len() == REQUEST_CITING_BYTES;
        let length = if cites {
            REQUEST_CITING_BYTES
        } else {
            REQUEST_BYTES
        };
        let mut fields = Fields::exactly(bytes, length, "request")?;
        let account = match fields.head() {
            0 => RequestAccount::Member,
            1 => RequestAccount::State,
            2 => RequestAccount::Community,
            _ => {
                return Err(Refusal::NotCanonical {
                    field: "the account",
                })
            }
        };
        Ok(Self {
            account,
            village: fields.fixed(),
            receiver: signature::key(fields.fixed(), "the receiver's key")?,
            amount: match fields.u32() {
                0 => None,
                seconds => Some(Amount::new(Seconds(i64::from(seconds)))?),
            },
            cites: cites.then(|| ActionId(fields.fixed())),
        })
    }
}
