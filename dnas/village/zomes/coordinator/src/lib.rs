//! The coordinator zome: what a member does, one file each. It reads, calls the
//! ledger crate, writes and tells the others; the law is not here.
//!
//! The functions that a client calls are listed in `docs/zome-api.md`.

pub mod activity;
pub mod api;
pub mod ballot;
mod ballots;
mod book;
pub mod cheque;
pub mod clearing;
pub mod dispute;
pub mod double_spend;
pub mod ends;
mod exposure;
pub mod floor;
pub mod fund;
pub mod inbox;
pub mod invitation;
pub mod labour;
pub mod leaving;
pub mod line;
mod line_carry;
mod line_message;
mod line_terms;
mod links;
pub mod member;
mod motion;
mod policy;
pub mod profile;
pub mod project;
mod refusal;
pub mod request;
mod rolls;
pub mod signal;
pub mod succession;
pub mod sweep;
pub mod taken;
pub mod transfer;
pub mod treasury;
pub mod village;
pub mod vote;
pub mod ways;
mod words;
mod written;

use hdk::prelude::*;

/// This zome's name in the DNA.
pub(crate) const ZOME: &str = "village";

/// What anybody in the village may call at a peer: to knock (see [`signal`]), and to hand
/// over what came from another village (see [`line_message`]), which proves itself.
const OPEN_TO_ALL: [&str; 2] = ["recv_remote_signal", "take_message"];

/// Grants what is open to all, and nothing else to anybody.
#[hdk_extern]
pub fn init(_: ()) -> ExternResult<InitCallbackResult> {
    let functions = OPEN_TO_ALL.map(|name| (ZomeName::from(ZOME), FunctionName::from(name)));
    create_cap_grant(CapGrantEntry::new_zome_call_grant(
        "open to all".into(),
        GrantConstraint::Unrestricted,
        GrantedFunctions::Listed(HashSet::from(functions)),
    ))?;
    Ok(InitCallbackResult::Pass)
}
