//! The few bytes that a giver signs, so that a transfer can also travel by QR,
//! file, radio or text message and still be checked on the spot.
//!
//! | offset | bytes | field |
//! | ---: | ---: | --- |
//! | 0 | 10 | the ASCII text `cc-cheque/` |
//! | 10 | 1 | version, 1 |
//! | 11 | 8 | village tag: the first bytes of the village's DNA hash core |
//! | 19 | 32 | giver's key |
//! | 51 | 12 | receiver tag: the first bytes of a digest of key and account |
//! | 63 | 8 | page number, big-endian |
//! | 71 | 8 | amount in seconds, big-endian |
//! | 79 | 16 | page digest, first bytes |
//!
//! Every field has one length and one encoding, so equal cheques are equal bytes
//! and different ones differ.

use crate::account::Account;
use crate::digest::Hasher;
use crate::id::{AgentId, ChequeBytes, VillageId};
use crate::page::{Page, Transfer};
use serde::{Deserialize, Serialize};

/// Version of the statement.
pub const CHEQUE_VERSION: u8 = 1;
/// Length of the statement in bytes.
pub const STATEMENT_BYTES: usize = 95;
/// Leading bytes of the statement.
pub const STATEMENT_DOMAIN: &[u8; 10] = b"cc-cheque/";
/// Bytes of a village tag.
pub const VILLAGE_TAG_BYTES: usize = 8;
/// Bytes of a receiver tag.
pub const RECEIVER_TAG_BYTES: usize = 12;
/// Bytes of the page digest that a cheque carries.
pub const PAGE_TAG_BYTES: usize = 16;

const _: () = assert!(
    STATEMENT_DOMAIN.len()
        + 1
        + VILLAGE_TAG_BYTES
        + AgentId::LEN
        + RECEIVER_TAG_BYTES
        + 8
        + 8
        + PAGE_TAG_BYTES
        == STATEMENT_BYTES
);

/// Names a receiver and the account to be credited in 12 bytes.
pub fn receiver_tag(receiver: &AgentId, account: Account) -> [u8; RECEIVER_TAG_BYTES] {
    let digest = account
        .hash_into(Hasher::new("commons-credit/receiver").fixed(&receiver.0))
        .finish();
    head(&digest.0)
}

/// The fields of a statement, each in the width in which it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Where the cheque counts.
    pub village: [u8; VILLAGE_TAG_BYTES],
    /// Who signs.
    pub giver: AgentId,
    /// Who may deposit, and into which account.
    pub receiver: [u8; RECEIVER_TAG_BYTES],
    /// The giver's page.
    pub number: u64,
    /// What is given, in seconds.
    pub amount_s: i64,
    /// What else the page says.
    pub page: [u8; PAGE_TAG_BYTES],
}

impl Statement {
    /// What a giver says with a page that transfers.
    pub fn of(village: &VillageId, giver: &AgentId, page: &Page, transfer: &Transfer) -> Self {
        Self {
            village: village_tag(village),
            giver: *giver,
            receiver: receiver_tag(&transfer.to, transfer.to_account),
            number: page.number,
            amount_s: transfer.amount_s.0,
            page: page_tag(page),
        }
    }

    /// The bytes that are signed.
    pub fn to_bytes(&self) -> [u8; STATEMENT_BYTES] {
        let fields: [&[u8]; 8] = [
            STATEMENT_DOMAIN,
            &[CHEQUE_VERSION],
            &self.village,
            &self.giver.0,
            &self.receiver,
            &self.number.to_be_bytes(),
            &self.amount_s.to_be_bytes(),
            &self.page,
        ];
        let mut bytes = [0; STATEMENT_BYTES];
        let mut at = 0;
        for field in fields {
            bytes[at..at + field.len()].copy_from_slice(field);
            at += field.len();
        }
        bytes
    }
}

/// A cheque that its receiver has taken, kept until the giver's page is here. A
/// private entry: nobody else ever sees it, and it moves nothing (rule 50).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenCheque {
    /// The cheque, checked before it was taken.
    pub cheque: ChequeBytes,
}

/// Names a village in 8 bytes.
pub fn village_tag(village: &VillageId) -> [u8; VILLAGE_TAG_BYTES] {
    head(&village.0)
}

/// Names a page in 16 bytes.
pub fn page_tag(page: &Page) -> [u8; PAGE_TAG_BYTES] {
    head(&page.digest().0)
}

/// The bytes that the giver signs for a page that transfers.
pub fn statement(
    village: &VillageId,
    giver: &AgentId,
    page: &Page,
    transfer: &Transfer,
) -> [u8; STATEMENT_BYTES] {
    Statement::of(village, giver, page, transfer).to_bytes()
}

fn head<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    let mut tag = [0; N];
    tag.copy_from_slice(&bytes[..N]);
    tag
}
