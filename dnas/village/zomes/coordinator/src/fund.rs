//! The two funds, as far as this node can see them.

use crate::api::{Funds, ListInput};
use crate::book::latest_of;
use crate::member::{member_keys, page_of_list};
use crate::refusal::{check_limit, law};
use commons_credit_ledger::{Balance, Seconds};
use hdk::prelude::*;

/// Levies earned in the books of one page of the roll.
#[hdk_extern]
pub fn funds(input: ListInput) -> ExternResult<Funds> {
    let limit = check_limit(input.limit)?;
    let (members, next) = page_of_list(member_keys()?, input.cursor, limit);
    let (mut state, mut community, mut books) = (Balance::ZERO, Balance::ZERO, 0);
    for member in &members {
        if let Some(latest) = latest_of(member)? {
            let earned = latest.page.after.earned;
            state = state.plus(earned.state_s.0).map_err(law)?;
            community = community.plus(earned.community_s.0).map_err(law)?;
            books += 1;
        }
    }
    Ok(Funds {
        state_s: Seconds::from(state),
        community_s: Seconds::from(community),
        books,
        next,
    })
}
