//! The law of commons-credit.
//!
//! Hours of labour move between members' books; a page of a book is valid or it
//! is not, and [`judge`] says which. Nothing here knows of Holochain, a clock,
//! random numbers, disks or networks: the zomes collect facts and ask.
//!
//! Read in this order: [`amount`], [`levy`], [`account`], [`page`], [`apply`]; for
//! how a village decides: [`roll`], [`ballot`], [`decision`], [`policy`];
//! for what it owns together: [`fund`], [`project`];
//! for what goes to a neighbour village: [`line`], [`rate`], [`clearing`];
//! for what goes wrong or on: [`dispute`], [`carry`], [`double_spend`], [`bar`],
//! [`succession`]; for who people are: [`profile`].
//! Every rule has a number in `docs/rules.md`; the tests cite it.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod account;
pub mod admission;
pub mod amount;
pub mod apply;
pub mod ballot;
pub mod bar;
pub mod carry;
pub mod charter;
pub mod cheque;
pub mod clearing;
pub mod decision;
mod digest;
pub mod dispute;
pub mod double_spend;
pub mod fund;
pub mod id;
pub mod levy;
pub mod line;
pub mod line_slip;
pub mod page;
pub mod policy;
pub mod profile;
pub mod project;
pub mod rate;
pub mod request;
pub mod roll;
pub mod settled;
pub mod succession;
pub mod text;
pub mod violation;
pub mod way;

pub use account::{Account, DecidedFloor, Earned, Fund, Holding, Received, State};
pub use amount::{Amount, Balance, Seconds};
pub use apply::{apply, judge, Cited, Facts, PreviousPage};
pub use ballot::{Choice, CitedProposal, Content, Decided, Proposal, ProposalFacts, Subject, Vote};
pub use bar::{Bar, Cause, Ended};
pub use carry::{Carried, Code, Program};
pub use charter::{Charter, Voting};
pub use cheque::TakenCheque;
pub use clearing::{Cleared, Round, RoundFacts, RoundLine};
pub use decision::{Ballot, Decision};
pub use dispute::{CitedDispute, CitedNomination, Dispute, Nomination, Opinion};
pub use double_spend::{CitedDoubleSpend, DoubleSpend, Said};
pub use fund::{Collector, Collectors, Office, Swept};
pub use id::{
    ActionId, AgentId, ChequeBytes, Digest, PageTag, PaymentTag, ReceiverTag, SignatureBytes,
    VillageId,
};
pub use levy::{BasisPoints, Levies, Split};
pub use line::{Across, Honours, Iou, Leg, LineState, LineTerms, ReceiptGiven, Tally};
pub use line_slip::LineSlip;
pub use page::{Event, Page, Transfer};
pub use policy::{Appointment, Policy, PolicyRef, Probation, Terms};
pub use profile::{Picture, Profile};
pub use project::{
    CitedConfirmation, CitedLabour, Confirmation, Labour, Payment, PaymentFacts, Project,
};
pub use rate::{KindRate, LineUse, Rate, Sheet};
pub use request::Request;
pub use roll::{Roll, RollChange, RollRef, RollTerms, Standing};
pub use succession::{Appeal, Entrust, Guardians, LostKey, Mandate, Succession};
pub use violation::Violation;
pub use way::{Hop, Through};
