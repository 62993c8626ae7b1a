//! The verdict on what was handed over: from the bytes, the reader's own key and a
//! village that the reader knows, without a network.

use crate::iou::Iou;
use crate::payment::Payment;
use crate::proof::Proof;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::seal::Hints;
use crate::signature::Signer;
use commons_credit_ledger::cheque::{
    page_tag, receiver_tag, village_tag, Statement, PAGE_TAG_BYTES, RECEIVER_TAG_BYTES,
};
use commons_credit_ledger::{Account, AgentId, Page, SignatureBytes, VillageId};

/// Accounts and other villages that are tried, at most: the rest is not looked at.
pub const TRIES_MAX: usize = 32;

/// What the reader knows. Only key and village are needed.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    /// The reader's key.
    pub me: AgentId,
    /// The village in which the slip was opened.
    pub village: VillageId,
    /// The reader's accounts there; a member has one.
    pub accounts: &'a [Account],
    /// The reader's other villages: a cheque for one of them can be told.
    pub other_villages: &'a [VillageId],
    /// Cheques seen before, from anybody.
    pub known: &'a [(Statement, SignatureBytes)],
    /// The giver's page, if it is here already.
    pub page: Option<&'a Page>,
    /// The versions of the policy that hold, oldest and newest.
    pub policies: Option<(u32, u32)>,
}

impl<'a> Own<'a> {
    /// A member who knows nothing but their key and village.
    pub const fn member(me: AgentId, village: VillageId) -> Self {
        Self {
            me,
            village,
            accounts: &[Account::Member],
            other_villages: &[],
            known: &[],
            page: None,
            policies: None,
        }
    }
}

/// A cheque that holds: *signed*, and not yet *received*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cheque {
    /// What the giver signed.
    pub statement: Statement,
    /// The giver's signature.
    pub signature: SignatureBytes,
    /// The account that is to be credited.
    pub account: Account,
    /// The policy that the giver's page cites; nothing while the page is not here.
    pub policy: Option<u32>,
}

/// Judges a payment made to the reader.
pub fn check_payment(
    payment: &Payment,
    hints: Option<Hints>,
    own: &Own<'_>,
) -> Result<Cheque, Refusal> {
    if let Some(hints) = hints {
        opened_here(hints, &own.village)?;
    }
    let receivers = receivers(own, hints)?;
    if payment.giver == own.me {
        return Err(Refusal::Own);
    }
    let giver = Signer::new(&payment.giver)?;
    let holds = |village: &VillageId| {
        receivers.iter().find_map(|(account, receiver)| {
            let statement = payment.statement(village, *receiver);
            giver
                .signed(&statement.to_bytes(), &payment.signature)
                .then_some((*account, statement))
        })
    };
    let Some((account, statement)) = holds(&own.village) else {
        // A bare cheque does not say where it belongs, and a seal may agree by chance:
        // but it can be tried.
        let elsewhere = own.other_villages.iter().take(TRIES_MAX);
        let found = elsewhere
            .filter(|village| **village != own.village)
            .find(|village| holds(village).is_some());
        return Err(found.map_or_else(
            || giver.refused(),
            |village| Refusal::WrongVillage {
                tag: village_tag(village)[0],
            },
        ));
    };
    let cheque = Cheque {
        statement,
        signature: payment.signature,
        account,
        policy: policy(payment, own)?,
    };
    against_known(&cheque, &giver, own.known)?;
    Ok(cheque)
}

/// Refuses what the seal says is for another village.
fn opened_here(hints: Hints, village: &VillageId) -> Result<(), Refusal> {
    if hints.village == village_tag(village)[0] {
        return Ok(());
    }
    Err(Refusal::WrongVillage { tag: hints.village })
}

type Receiver = (Account, [u8; RECEIVER_TAG_BYTES]);

/// The reader's accounts that may be meant.
fn receivers(own: &Own<'_>, hints: Option<Hints>) -> Result<Vec<Receiver>, Refusal> {
    let hint = hints.and_then(|hints| hints.receiver);
    let receivers: Vec<Receiver> = own
        .accounts
        .iter()
        .take(TRIES_MAX)
        .map(|account| (*account, receiver_tag(&own.me, *account)))
        .filter(|(_, tag)| hint.is_none_or(|hint| hint == tag[0]))
        .collect();
    match hint {
        Some(tag) if receivers.is_empty() => Err(Refusal::WrongReceiver { tag }),
        _ => Ok(receivers),
    }
}

/// The policy that the page cites, where page and policies are known.
fn policy(payment: &Payment, own: &Own<'_>) -> Result<Option<u32>, Refusal> {
    let Some(page) = own.page else {
        return Ok(None);
    };
    if page.number != payment.number || page_tag(page) != payment.page {
        return Err(Refusal::PageOther {
            number: payment.number,
        });
    }
    let version = page.policy.version;
    match own.policies {
        Some((oldest, _)) if version < oldest => Err(Refusal::PolicyExpired { version, oldest }),
        Some((_, newest)) if version > newest => Err(Refusal::PolicyUnknown { version, newest }),
        _ => Ok(Some(version)),
    }
}

/// The same cheque again, or another one for the same page.
fn against_known(
    cheque: &Cheque,
    giver: &Signer,
    known: &[(Statement, SignatureBytes)],
) -> Result<(), Refusal> {
    let said = &cheque.statement;
    let same_page = |(seen, _): &&(Statement, SignatureBytes)| {
        seen.giver == said.giver && seen.village == said.village && seen.number == said.number
    };
    let mut other = None;
    for (seen, signature) in known.iter().filter(same_page) {
        if seen == said {
            return Err(Refusal::Replayed {
                number: said.number,
            });
        }
        // Whoever fills `known` may be wrong: nobody is accused on their word.
        if other.is_none() && giver.signed(&seen.to_bytes(), signature) {
            other = Some((seen, signature));
        }
    }
    match other {
        None => Ok(()),
        Some((seen, signature)) => Err(Refusal::DoubleSpend {
            proof: Box::new(Proof::of((said, &cheque.signature), (seen, signature))?),
        }),
    }
}

/// Judges a proof of double spending in a village. Whoever it accuses has signed
/// two different statements about one page, with their own key.
pub fn check_proof(
    proof: &Proof,
    hints: Option<Hints>,
    village: &VillageId,
) -> Result<AgentId, Refusal> {
    if let Some(hints) = hints {
        opened_here(hints, village)?;
    }
    proof.check_order()?;
    let giver = Signer::new(&proof.giver)?;
    for (statement, half) in proof.statements(village).iter().zip(&proof.halves) {
        giver.check(&statement.to_bytes(), &half.signature)?;
    }
    Ok(proof.giver)
}

/// What the accepting side of a trust-line knows.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The accepting village.
    pub village: VillageId,
    /// The village at the other end.
    pub neighbour: VillageId,
    /// The neighbour's gateways that may have signed: the present one, and those
    /// before whose IOUs still count.
    pub gateways: &'a [AgentId],
    /// The rate sheets that hold, oldest and newest.
    pub sheets: (u32, u32),
    /// The highest IOU number that was used; 0 for none. Numbers only grow.
    pub used: u64,
}

/// Judges an IOU against the lines of this village. Gives the gateway that signed.
pub fn check_iou(
    iou: &Iou,
    hints: Option<Hints>,
    village: &VillageId,
    lines: &[Line<'_>],
) -> Result<AgentId, Refusal> {
    if let Some(hints) = hints {
        opened_here(hints, village)?;
    }
    let here =
        |line: &&Line<'_>| line.village == *village && village_tag(&line.neighbour) == iou.issuer;
    let line = lines
        .iter()
        .find(here)
        .ok_or_else(|| Refusal::LineUnknown {
            tag: iou
                .issuer
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        })?;
    let mut refusal = None;
    for gateway in line.gateways.iter().take(TRIES_MAX) {
        let signer = Signer::new(gateway)?;
        match signer.check(&iou.statement(village, gateway), &iou.signature) {
            Ok(()) => {
                let (oldest, newest) = line.sheets;
                if iou.number <= line.used {
                    return Err(Refusal::Replayed { number: iou.number });
                }
                if !(oldest..=newest).contains(&iou.sheet) {
                    return Err(Refusal::SheetExpired {
                        sheet: iou.sheet,
                        oldest,
                        newest,
                    });
                }
                return Ok(*gateway);
            }
            // The present gateway stands first, and is the one to name.
            Err(refused) => refusal = refusal.or(Some(refused)),
        }
    }
    Err(refusal.unwrap_or_else(|| Refusal::LineUnknown {
        tag: line.neighbour.to_hex(),
    }))
}

/// What whoever waits for a receipt knows of the payment.
#[derive(Debug, Clone, Copy)]
pub struct Awaited {
    /// The receiver's village.
    pub village: VillageId,
    /// The receiver's tag, from the cheque or the IOU.
    pub receiver: [u8; RECEIVER_TAG_BYTES],
    /// The receiver's account that was to be credited.
    pub account: Account,
    /// The payment tag, from the cheque or the IOU.
    pub payment: [u8; PAGE_TAG_BYTES],
}

/// Judges a receipt for a payment that is waited for. Gives the receiver.
pub fn check_receipt(
    receipt: &Receipt,
    hints: Option<Hints>,
    awaited: &Awaited,
) -> Result<AgentId, Refusal> {
    if let Some(hints) = hints {
        opened_here(hints, &awaited.village)?;
    }
    if receipt.payment != awaited.payment {
        return Err(Refusal::ReceiptOther);
    }
    let tag = receiver_tag(&receipt.receiver, awaited.account);
    if tag != awaited.receiver {
        return Err(Refusal::WrongReceiver { tag: tag[0] });
    }
    let receiver = Signer::new(&receipt.receiver)?;
    receiver.check(&receipt.statement(&awaited.village), &receipt.signature)?;
    Ok(receipt.receiver)
}
