//! What goes from village to village, for whoever carries it. It proves itself by the
//! signatures in it; everything else is a hint.

use crate::id::{AgentId, PaymentTag, SignatureBytes, VillageId};
use crate::line::{Iou, ReceiptGiven};
use crate::way::Hop;
use serde::{Deserialize, Serialize};

/// What goes from village to village.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LineSlip {
    /// Pay this, or refuse it.
    Iou {
        /// The issuing village.
        from: VillageId,
        /// Who receives.
        receiver: AgentId,
        /// The kind of labour, by its place on the sheet.
        kind: u32,
        /// The IOU.
        iou: Iou,
        /// The lines after this one; left out if there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        onward: Vec<Hop>,
    },
    /// The receiver has signed.
    Receipt {
        /// The receiver's village.
        from: VillageId,
        /// Which payment.
        payment: PaymentTag,
        /// The receiver's word.
        receipt: ReceiptGiven,
    },
    /// The IOU is refused.
    Refusal {
        /// The village that refuses.
        from: VillageId,
        /// Which payment.
        payment: PaymentTag,
        /// The gateway who refuses.
        gateway: AgentId,
        /// That gateway's signature.
        signature: SignatureBytes,
    },
}
