//! The giver's signature on a transfer (rule 12), written from docs/cheque-format.md.

use crate::digest::digest;
use crate::id::{Account, Id};
use crate::page::{Page, Transfer};
use ed25519_dalek::{Signature, VerifyingKey};

/// Whether the page carries its author's signature over the cheque of this very page.
pub(crate) fn is_signed(
    village: &Id,
    author: &Id,
    page: &Page<'_>,
    transfer: &Transfer<'_>,
) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(&author.0) else {
        return false;
    };
    let signature = Signature::from_bytes(&transfer.cheque);
    let statement = statement(village, author, page, transfer);
    key.verify_strict(&statement, &signature).is_ok()
}

fn statement(village: &Id, author: &Id, page: &Page<'_>, transfer: &Transfer<'_>) -> Vec<u8> {
    let receiver = digest(
        "commons-credit/receiver",
        &[&transfer.to.0, &account(&transfer.to_account)],
    );
    let mut bytes = b"cc-cheque/\x01".to_vec();
    bytes.extend(&village.0[..8]);
    bytes.extend(author.0);
    bytes.extend(&receiver[..12]);
    bytes.extend(page.number.to_be_bytes());
    bytes.extend(transfer.amount_s.to_be_bytes());
    bytes.extend(&page_digest(page, transfer)[..16]);
    bytes
}

/// Everything on the page but the signature itself.
pub(crate) fn page_digest(page: &Page<'_>, transfer: &Transfer<'_>) -> [u8; 32] {
    let mut fields = page.number.to_be_bytes().to_vec();
    fields.extend(optional(page.previous));
    fields.extend(page.policy.0.to_be_bytes());
    fields.extend(optional(page.policy.1));
    fields.push(1);
    fields.extend(account(&transfer.from));
    fields.extend(transfer.to.0);
    fields.extend(account(&transfer.to_account));
    fields.extend(transfer.amount_s.to_be_bytes());
    for part_s in transfer.split_s {
        fields.extend(part_s.to_be_bytes());
    }
    fields.extend(optional(transfer.memo));
    fields.extend(optional(transfer.request));
    fields.extend(optional(transfer.corrects));
    match &transfer.payment {
        None if transfer.line.is_some() => {}
        None => fields.push(0),
        Some(payment) => {
            fields.push(if transfer.line.is_some() { 4 } else { 1 });
            fields.extend(payment.decision.0);
            fields.extend(payment.labour.0);
            fields.extend((payment.confirmations.len() as u64).to_be_bytes());
            fields.extend(payment.confirmations.iter().flat_map(|id| id.0));
        }
    }
    if let Some(leg) = &transfer.line {
        fields.extend(leg.bytes());
    }
    let after = &page.after;
    fields.extend((after.holdings.len() as u64).to_be_bytes());
    for held in &after.holdings {
        fields.extend(account(&held.account));
        fields.extend(held.balance_s.to_be_bytes());
        fields.extend(held.floor_s.to_be_bytes());
    }
    for earned_s in after.earned_s {
        fields.extend(earned_s.to_be_bytes());
    }
    for collector in &after.collectors {
        fields.extend(optional(collector.holder));
        fields.extend(collector.since_s.to_be_bytes());
    }
    fields.extend(after.received.0.to_be_bytes());
    fields.extend(after.received.1.to_be_bytes());
    fields.extend(after.policy.to_be_bytes());
    match after.floor {
        None => fields.push(0),
        Some((number, floor_s)) => {
            fields.push(1);
            fields.extend(number.to_be_bytes());
            fields.extend(floor_s.to_be_bytes());
        }
    }
    fields.extend(after.roll.to_be_bytes());
    fields.extend((after.offices.len() as u64).to_be_bytes());
    for office in &after.offices {
        fields.extend(account(&office.fund));
        fields.extend(office.swept.0);
        fields.extend(office.spent.0);
    }
    fields.extend(after.settled.0);
    // What says nothing is left out, and what is there has its number in front.
    if after.barred != Id([0; 32]) {
        fields.push(1);
        fields.extend(after.barred.0);
    }
    if let Some(guardians) = after.guardians {
        fields.push(2);
        fields.extend(guardians.0);
    }
    for (lost, number) in &after.lost {
        fields.push(3);
        fields.extend(lost.0);
        fields.extend(number.to_be_bytes());
    }
    for tally in &after.lines {
        fields.push(4);
        fields.extend(tally.bytes());
    }
    digest("commons-credit/page", &[&fields])
}

fn account(account: &Account) -> Vec<u8> {
    match account {
        Account::Member => vec![0],
        Account::State => vec![1],
        Account::Community => vec![2],
        Account::Line(village) => [&[3][..], &village.0].concat(),
    }
}

fn optional(id: Option<Id>) -> Vec<u8> {
    id.map_or_else(|| vec![0], |id| [&[1][..], &id.0].concat())
}
