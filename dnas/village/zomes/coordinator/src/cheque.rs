//! The cheque of one's own transfer: the same signature that the page carries, in
//! every form in which it can be handed over.

use crate::api::{Cheque, TransferRef};
use crate::book::{me, seen_record, Written};
use crate::member::Names;
use crate::refusal::{handed, law, Refusal};
use commons_credit_handover::{carrier, Packet, Payment, Slip};
use commons_credit_ledger::cheque::Statement;
use commons_credit_ledger::Violation;
use hdk::prelude::*;
use village_integrity::{agent_id, agent_key, village_id};

/// The cheque of a transfer by the caller. Its page is on the chain already: a cheque
/// whose page was never written would be half a proof against an honest giver.
#[hdk_extern]
pub fn cheque(input: TransferRef) -> ExternResult<Cheque> {
    let record = seen_record(&input.transfer)?.ok_or(Refusal::NotFound { what: "transfer" })?;
    let me = me()?;
    if *record.action().author() != me {
        return Err(law(Violation::NotTheGiver));
    }
    let written = Written::of(&record).ok_or_else(|| law(Violation::NotATransfer))?;
    let transfer = written
        .page
        .event
        .transfer()
        .ok_or_else(|| law(Violation::NotATransfer))?;
    let village = village_id(&dna_info()?.hash);
    let said = Statement::of(&village, &agent_id(&me), &written.page, transfer);
    let payment = Payment::of(&said, transfer.cheque).map_err(handed)?;
    let packet = Packet::to_receiver(Slip::Payment(payment), &village, &said.receiver);
    let to = agent_key(&transfer.to);
    Ok(Cheque {
        number: said.number,
        amount_s: transfer.amount_s,
        to_name: Names::default().of(&to),
        to,
        qr: carrier::qr_text(&packet),
        link: carrier::link(&packet),
        message: carrier::message(&packet),
        file: carrier::file(&packet),
    })
}
