//! Members: who they are, as far as this node knows.

use crate::api::{ListInput, Member, Members};
use crate::book::{charter, me};
use crate::links::live_links;
use crate::refusal::{check_limit, Refusal};
use crate::rolls::Rolls;
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{agent_id, members_base, LinkTypes, MemberTag};

/// Known members with their newest names.
pub(crate) fn names() -> ExternResult<BTreeMap<AgentPubKey, String>> {
    let links = live_links(LinkQuery::try_new(members_base(), LinkTypes::Member)?)?;
    Ok(links
        .into_iter()
        .filter_map(|link| Some((link.author, MemberTag::decode(&link.tag).ok()?.name)))
        .collect())
}

/// Refuses a key that is not known as a member's. Reads that member's links only.
pub(crate) fn check_member(agent: &AgentPubKey) -> ExternResult<()> {
    let own = LinkQuery::try_new(members_base(), LinkTypes::Member)?.author(agent.clone());
    let known = live_links(own)?
        .iter()
        .any(|link| MemberTag::decode(&link.tag).is_ok());
    if known {
        Ok(())
    } else {
        Err(Refusal::NotAMember.into())
    }
}

/// Members by name.
#[hdk_extern]
pub fn members(input: ListInput) -> ExternResult<Members> {
    let limit = check_limit(input.limit)?;
    let me = me()?;
    let rolls = Rolls::known(charter()?)?;
    let standings = rolls.standings(rolls.number());
    let mut members: Vec<Member> = names()?
        .into_iter()
        .map(|(agent, name)| Member {
            me: agent == me,
            steward: rolls.founded_by(&agent_id(&agent)),
            standing: standings.get(&agent_id(&agent)).copied(),
            agent,
            name,
        })
        .collect();
    members.sort_by_cached_key(|member| (member.name.to_lowercase(), member.agent.clone()));
    let total = members.len();
    let (members, next) = page_of_list(members, input.cursor, limit);
    Ok(Members {
        members,
        total: total as u32,
        next,
    })
}

/// One page of a list with the cursor of the next.
pub(crate) fn page_of_list<T>(
    all: Vec<T>,
    cursor: Option<u64>,
    limit: usize,
) -> (Vec<T>, Option<u64>) {
    let start = usize::try_from(cursor.unwrap_or(0)).unwrap_or(usize::MAX);
    let end = start.saturating_add(limit);
    let next = (end < all.len()).then_some(end as u64);
    (all.into_iter().skip(start).take(limit).collect(), next)
}
