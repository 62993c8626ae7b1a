//! The law of commons-credit.
//!
//! Hours of labour move between members' books; a page of a book is valid or it
//! is not, and [`judge`] says which. Nothing here knows of Holochain, a clock,
//! random numbers, disks or networks: the zomes collect facts and ask.
//!
//! Read in this order: [`amount`], [`levy`], [`account`], [`page`], [`apply`].
//! Every rule has a number in `docs/rules.md`; the tests cite it.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod account;
pub mod admission;
pub mod amount;
pub mod apply;
pub mod charter;
pub mod cheque;
mod digest;
pub mod id;
pub mod levy;
pub mod page;
pub mod request;
pub mod settled;
pub mod text;
pub mod violation;

pub use account::{Account, Earned, Fund, Holding, State};
pub use amount::{Amount, Balance, Seconds};
pub use apply::{apply, judge, Cited, Facts, PreviousPage};
pub use charter::{Charter, Policy, PolicyRef, Voting};
pub use id::{ActionId, AgentId, Digest, SignatureBytes, VillageId};
pub use levy::{BasisPoints, Levies, Split};
pub use page::{Event, Page, Transfer};
pub use request::Request;
pub use violation::Violation;
