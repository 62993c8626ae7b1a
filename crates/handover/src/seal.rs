//! The seal: what a carrier adds to a slip, so that its reader can say why it is
//! refused.
//!
//! A signature tells good from bad and nothing more: a cheque for somebody else, one
//! of another village and one with a wrong letter all look the same. So a packet
//! ends with the first byte of the village tag, for a payment the first byte of the
//! receiver tag, and a CRC-16 over all before it. They are hints: not signed, and
//! never a reason to accept anything.

use crate::bytes::form_of;
use crate::payment::PAYMENT_FORM;
use crate::proof::PROOF_BYTES;
use crate::refusal::Refusal;
use crate::slip::{lengths, Slip};
use commons_credit_ledger::cheque::{village_tag, RECEIVER_TAG_BYTES};
use commons_credit_ledger::VillageId;
use crc::{Crc, CRC_16_IBM_3740};

/// The longest packet, in bytes.
pub const PACKET_MAX_BYTES: usize = PROOF_BYTES + 3;

/// What a LoRa packet can hold, in bytes.
pub const LORA_MAX_BYTES: usize = 231;

const _: () = assert!(PACKET_MAX_BYTES <= LORA_MAX_BYTES);

const CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_3740);
const CRC_BYTES: usize = 2;

/// Whom a packet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hints {
    /// First byte of the village tag: where the packet is to be opened.
    pub village: u8,
    /// First byte of the receiver tag; on payments only.
    pub receiver: Option<u8>,
}

/// A slip with its seal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Packet {
    slip: Slip,
    hints: Hints,
}

impl Packet {
    /// A payment to this receiver in this village.
    pub fn to_receiver(
        slip: Slip,
        village: &VillageId,
        receiver: &[u8; RECEIVER_TAG_BYTES],
    ) -> Self {
        Self::sealed(slip, village, receiver[0])
    }

    /// Anything else, to be opened in this village. A request's own village counts.
    pub fn to_village(slip: Slip, village: &VillageId) -> Self {
        Self::sealed(slip, village, 0)
    }

    fn sealed(slip: Slip, village: &VillageId, receiver: u8) -> Self {
        let village = match &slip {
            // A request names its village in full.
            Slip::Request(request) => request.village[0],
            _ => village_tag(village)[0],
        };
        let hints = Hints {
            village,
            receiver: matches!(slip, Slip::Payment(_)).then_some(receiver),
        };
        Self { slip, hints }
    }

    /// What was read, to be handed on.
    pub(crate) const fn with_hints(slip: Slip, hints: Hints) -> Self {
        Self { slip, hints }
    }

    /// Both parts.
    pub fn into_parts(self) -> (Slip, Hints) {
        (self.slip, self.hints)
    }

    /// What is handed over.
    pub const fn slip(&self) -> &Slip {
        &self.slip
    }

    /// Whom it is for.
    pub const fn hints(&self) -> Hints {
        self.hints
    }

    /// The slip and its seal: 51 to 231 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.slip.to_bytes();
        bytes.push(self.hints.village);
        bytes.extend(self.hints.receiver);
        let check = CRC.checksum(&bytes);
        bytes.extend(check.to_be_bytes());
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let length = bytes.len();
        let form = form_of(bytes.first().copied().unwrap_or_default());
        let known = lengths(form);
        let what = known.map_or("packet", |(what, _)| what);
        let damaged = Refusal::Damaged { what, length };
        // Every form, those to come too, ends with the CRC.
        let Some((sealed, check)) = bytes.split_last_chunk::<CRC_BYTES>() else {
            return Err(damaged);
        };
        if CRC.checksum(sealed).to_be_bytes() != *check {
            return Err(damaged);
        }
        let Some((_, slips)) = known else {
            return Err(Refusal::VersionUnknown { form });
        };
        let hints_len = if form == PAYMENT_FORM { 2 } else { 1 };
        if !slips.iter().any(|slip| slip + hints_len == sealed.len()) {
            return Err(damaged);
        }
        let (slip, hints) = sealed.split_at(sealed.len() - hints_len);
        let packet = Self {
            slip: Slip::from_bytes(slip)?,
            hints: Hints {
                village: hints[0],
                receiver: hints.get(1).copied(),
            },
        };
        match &packet.slip {
            Slip::Request(request) if request.village[0] != hints[0] => {
                Err(Refusal::NotCanonical {
                    field: "the village hint",
                })
            }
            _ => Ok(packet),
        }
    }
}
