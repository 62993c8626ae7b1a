//! What people hand each other when there is no network.
//!
//! A *slip* is the bytes: a payment, an IOU, a receipt, a proof of double
//! spending, a request. A *packet* is a slip with its seal (whom it is for, and
//! whether it arrived whole). A *carrier* takes a packet: a text message, a radio
//! packet, a QR code, a link, a file. A *parcel* is anything larger, cut into
//! *frames*: one QR code after the other.
//!
//! Nothing here knows of Holochain, a clock, random numbers, disks or networks.
//! The bytes are described in `docs/cheque-format.md` and frozen in `vectors/`.
//!
//! Read in this order: [`slip`], [`seal`], [`carrier`], [`read`], [`check`].
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bytes;
pub mod carrier;
pub mod check;
pub mod command;
pub mod iou;
pub mod payment;
pub mod proof;
#[cfg(feature = "qr")]
pub mod qr;
pub mod radix;
pub mod read;
pub mod receipt;
pub mod refusal;
pub mod request;
pub mod seal;
mod signature;
pub mod slip;
#[cfg(feature = "stream")]
pub mod stream;

pub use carrier::Carrier;
pub use check::{check_iou, check_payment, check_proof, check_receipt, Cheque, Own};
pub use iou::Iou;
pub use payment::Payment;
pub use proof::{Half, Proof};
pub use read::{read_bytes, read_text, Read};
pub use receipt::Receipt;
pub use refusal::Refusal;
pub use request::Request;
pub use seal::{Hints, Packet};
pub use slip::Slip;
