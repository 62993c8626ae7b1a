//! A member's node in one process: keystore, conductor, meeting point, UI server.
//!
//! ```text
//! main ── cli ──┬── node ──┬── data         the folder: lock, version, files
//!               │          ├── keystore     passphrase, lair
//!               │          ├── leftovers    clones that never began
//!               │          ├── slices       pages of a time to come
//!               │          ├── databases    the conductor's, before it starts
//!               │          ├── stamp        how far the folder had come, kept outside of it
//!               │          ├── hub          bootstrap and relay, and a page to join by
//!               │          ├── meeting      the first hub that answers, now and later
//!               │          ├── peers        who did not answer is tried again
//!               │          ├── hub_seats    how many guests, and how many from one place
//!               │          ├── hub_list     who is there: asked for, with an end
//!               │          ├── stand_in     a home for the transport while no hub answers
//!               │          ├── unsigned     pages that lack receipts, for who shows up
//!               │          ├── lines        a gateway's payments across go on
//!               │          ├── parcel       a village's news from phone to phone
//!               │          ├── conductor    holochain, the app, zome calls
//!               │          ├── coordinators newer code for older villages
//!               │          ├── credentials  what the page signs with
//!               │          └── ui_server    the page and its few facts
//!               ├── demo      three nodes and a village
//!               ├── export    everything a person owns, sealed, readable elsewhere
//!               ├── cheque    what people hand each other, without a node
//!               ├── clear     circles of debts, without a node
//!               ├── audit     all pages that a node holds, handed to the auditor
//!               └── status    what a folder says about its node
//! ```
//!
//! Invariants:
//! - Nothing here knows about credit: an amount passes through unread.
//! - There is no admin interface. What needs one is done in process.
//! - Every listener is on a loopback address, except a hub that was told otherwise.
//! - No address outside of what the member named is ever contacted.
//! - A folder has at most one node, and a copy of a folder never starts
//!   (a forked chain costs its author the key for ever).

pub mod audit;
pub mod bundle;
pub mod cheque;
pub mod clear;
pub mod cli;
pub mod conductor;
pub mod config;
pub mod coordinators;
pub mod credentials;
pub mod data;
pub mod databases;
pub mod demo;
pub mod error;
pub mod export;
pub mod hub;
mod hub_door;
mod hub_list;
mod hub_page;
mod hub_seats;
pub mod keystore;
pub mod leftovers;
pub mod lines;
pub mod meeting;
pub mod node;
pub mod parcel;
pub mod peers;
pub mod report;
pub mod slices;
pub mod stamp;
mod stand_in;
pub mod status;
pub mod ui_server;
mod unsigned;

pub use error::NodeError;
pub use node::{Node, Options, Ready};

/// The program's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The app's name in the conductor.
pub const APP_ID: &str = "commons-credit";
/// The one role of the app (`happ.yaml`).
pub const ROLE: &str = "village";
/// The coordinator zome that calls go to.
pub const ZOME: &str = "village";
