//! What `commons-credit cheque show|read|prove` do, as plain data: the program only
//! reads files and prints.

use crate::carrier::{self, Carrier};
use crate::check::{check_payment, check_proof, Own};
use crate::payment::Payment;
use crate::proof::Proof;
use crate::read::{read_bytes, Read};
use crate::refusal::Refusal;
use crate::seal::{Hints, Packet};
use crate::slip::Slip;
use commons_credit_ledger::cheque::receiver_tag;
use commons_credit_ledger::{Account, AgentId, VillageId};
use serde::Serialize;

/// A slip in every form in which it can be handed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Carriers {
    /// The packet's bytes in lower-case hexadecimal, for a radio.
    pub radio: String,
    /// For messengers and mail.
    pub link: String,
    /// For a QR code.
    pub qr: String,
    /// For a text message.
    pub message: String,
    /// How many text messages that is.
    pub messages: usize,
}

impl Carriers {
    /// Of one packet.
    pub fn of(packet: &Packet) -> Self {
        let message = carrier::message(packet);
        Self {
            radio: hex(&packet.to_bytes()),
            link: carrier::link(packet),
            qr: carrier::qr_text(packet),
            messages: carrier::messages(&message),
            message,
        }
    }
}

/// What a slip says, before anything is checked. Keys, tags and signatures are
/// lower-case hexadecimal, amounts whole seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Said {
    /// A cheque.
    Payment {
        /// The giver's page.
        number: u64,
        /// What is given.
        amount_s: i64,
        /// The giver's key.
        giver: String,
        /// The page tag.
        page: String,
    },
    /// One use of a trust-line.
    Iou {
        /// Its number on the line.
        number: u64,
        /// What the issuing village took in, in its seconds.
        amount_s: i64,
        /// What the accepting village is to give, in its seconds.
        gives_s: i64,
        /// The rate sheet.
        sheet: u32,
        /// The issuing village's tag.
        issuer: String,
        /// The receiver's tag.
        receiver: String,
        /// The payment tag.
        payment: String,
    },
    /// A deposit, signed for.
    Receipt {
        /// The receiver's page.
        number: u64,
        /// What was credited.
        amount_s: i64,
        /// The receiver's key.
        receiver: String,
        /// The payment tag.
        payment: String,
    },
    /// Two pages in the place of one.
    Proof {
        /// The page number.
        number: u64,
        /// The giver's key.
        giver: String,
        /// What the two statements give.
        amounts_s: [i64; 2],
        /// The page tags of both.
        pages: [String; 2],
    },
    /// Asks for a payment.
    Request {
        /// The village's tag.
        village: String,
        /// The key of who asks.
        receiver: String,
        /// How much, if that is said.
        amount_s: Option<i64>,
        /// The request on the ledger, if there is one.
        cites: Option<String>,
    },
}

impl Said {
    /// Of one slip.
    pub fn of(slip: &Slip) -> Self {
        match slip {
            Slip::Payment(payment) => Self::Payment {
                number: payment.number,
                amount_s: payment.amount.seconds(),
                giver: payment.giver.to_hex(),
                page: hex(&payment.page),
            },
            Slip::Iou(iou) => Self::Iou {
                number: iou.number,
                amount_s: iou.amount.seconds(),
                gives_s: iou.gives.seconds(),
                sheet: iou.sheet,
                issuer: hex(&iou.issuer),
                receiver: hex(&iou.receiver),
                payment: hex(&iou.payment),
            },
            Slip::Receipt(receipt) => Self::Receipt {
                number: receipt.number,
                amount_s: receipt.amount.seconds(),
                receiver: receipt.receiver.to_hex(),
                payment: hex(&receipt.payment),
            },
            Slip::Proof(proof) => Self::Proof {
                number: proof.number,
                giver: proof.giver.to_hex(),
                amounts_s: proof.halves.map(|half| half.amount.seconds()),
                pages: proof.halves.map(|half| hex(&half.page)),
            },
            Slip::Request(request) => Self::Request {
                village: hex(&request.village),
                receiver: request.receiver.to_hex(),
                amount_s: request.amount.map(|amount| amount.seconds()),
                cites: request.cites.map(|id| id.to_hex()),
            },
        }
    }
}

/// The answer to `cheque show`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// How it came.
    pub carrier: Carrier,
    /// What it says; not checked.
    pub said: Said,
    /// In every other form. Nothing when it came bare: the seal needs village and
    /// receiver.
    pub carriers: Option<Carriers>,
}

/// `cheque show INPUT`: says what it is and turns it into every other form. A file's
/// content and text alike.
pub fn show(input: &[u8]) -> Result<Shown, Refusal> {
    let (slip, hints, carrier) = slip_in(input)?;
    let said = Said::of(&slip);
    let packet = hints.map(|hints| Packet::with_hints(slip, hints));
    Ok(Shown {
        carrier,
        said,
        carriers: packet.as_ref().map(Carriers::of),
    })
}

/// The answer to `cheque read`: it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holds {
    /// How it came.
    pub carrier: Carrier,
    /// What it says, and it is so.
    pub said: Said,
    /// Whose signature was checked: the giver of a payment, the one whom a proof
    /// accuses.
    pub signer: String,
    /// How sure that is: `signed` for a payment (not yet received), `double_spent`
    /// for a proof.
    pub state: &'static str,
}

/// `cheque read INPUT`: checks a payment to the reader, or a proof. IOUs and receipts
/// need what only a ledger knows; a request has nothing to check.
pub fn read(input: &[u8], own: &Own<'_>) -> Result<Holds, Refusal> {
    let (slip, hints, carrier) = slip_in(input)?;
    let (signer, state) = match &slip {
        Slip::Payment(payment) => {
            let cheque = check_payment(payment, hints, own)?;
            (cheque.statement.giver, "signed")
        }
        Slip::Proof(proof) => (check_proof(proof, hints, &own.village)?, "double_spent"),
        other => {
            return Err(Refusal::OtherKind {
                expected: "payment or proof",
                found: other.kind(),
            })
        }
    };
    Ok(Holds {
        carrier,
        said: Said::of(&slip),
        signer: signer.to_hex(),
        state,
    })
}

/// A cheque and whom it was made out to.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// The cheque in any form.
    pub input: &'a [u8],
    /// Its receiver.
    pub receiver: AgentId,
    /// The receiver's account.
    pub account: Account,
}

/// The answer to `cheque prove`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// What the proof says, and it is so.
    pub said: Said,
    /// To hand it on.
    pub carriers: Carriers,
}

/// `cheque prove ONE OTHER`: makes a proof of two cheques for one page, and checks
/// it. Refused when they prove nothing.
pub fn prove(village: &VillageId, one: Made<'_>, other: Made<'_>) -> Result<Proven, Refusal> {
    let (one, other) = (payment_to(one, village)?, payment_to(other, village)?);
    let proof = Proof::of((&one.1, &one.0.signature), (&other.1, &other.0.signature))?;
    check_proof(&proof, None, village)?;
    let slip = Slip::Proof(Box::new(proof));
    Ok(Proven {
        said: Said::of(&slip),
        carriers: Carriers::of(&Packet::to_village(slip, village)),
    })
}

fn payment_to(
    made: Made<'_>,
    village: &VillageId,
) -> Result<(Payment, commons_credit_ledger::cheque::Statement), Refusal> {
    let (slip, hints, _) = slip_in(made.input)?;
    let Slip::Payment(payment) = slip else {
        return Err(Refusal::OtherKind {
            expected: "payment",
            found: slip.kind(),
        });
    };
    let accounts = [made.account];
    let own = Own {
        accounts: &accounts,
        ..Own::member(made.receiver, *village)
    };
    check_payment(&payment, hints, &own)?;
    let receiver = receiver_tag(&made.receiver, made.account);
    Ok((payment, payment.statement(village, receiver)))
}

fn slip_in(input: &[u8]) -> Result<(Slip, Option<Hints>, Carrier), Refusal> {
    match read_bytes(input)? {
        Read::Slip {
            slip,
            hints,
            carrier,
        } => Ok((slip, hints, carrier)),
        Read::Frame(_) => Err(Refusal::OtherKind {
            expected: "cheque",
            found: "frame of a parcel",
        }),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
