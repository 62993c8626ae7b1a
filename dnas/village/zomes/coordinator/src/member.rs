//! Members: who they are, as far as this node knows.

use crate::api::{ListInput, Member, Members};
use crate::book::{charter, me};
use crate::links::live_links;
use crate::profile::profiles;
use crate::refusal::{check_limit, Refusal};
use crate::rolls::Rolls;
use commons_credit_ledger::ActionId;
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{action_hash, agent_id, members_base, LinkTypes, MemberTag};

/// Known members with their newest names and profiles.
fn tags() -> ExternResult<BTreeMap<AgentPubKey, MemberTag>> {
    let links = live_links(LinkQuery::try_new(members_base(), LinkTypes::Member)?)?;
    Ok(links
        .into_iter()
        .filter_map(|link| Some((link.author, MemberTag::decode(&link.tag).ok()?)))
        .collect())
}

/// Known members with their newest names.
pub(crate) fn names() -> ExternResult<BTreeMap<AgentPubKey, String>> {
    Ok(tags()?
        .into_iter()
        .map(|(agent, tag)| (agent, tag.name))
        .collect())
}

/// One member's newest name and profile. Reads that member's links only.
pub(crate) fn tag_of(agent: &AgentPubKey) -> ExternResult<Option<MemberTag>> {
    let own = LinkQuery::try_new(members_base(), LinkTypes::Member)?.author(agent.clone());
    Ok(live_links(own)?
        .iter()
        .rev()
        .find_map(|link| MemberTag::decode(&link.tag).ok()))
}

/// Refuses a key that is not known as a member's. Reads that member's links only.
pub(crate) fn check_member(agent: &AgentPubKey) -> ExternResult<()> {
    match tag_of(agent)? {
        Some(_) => Ok(()),
        None => Err(Refusal::NotAMember.into()),
    }
}

/// Members by name.
#[hdk_extern]
pub fn members(input: ListInput) -> ExternResult<Members> {
    let limit = check_limit(input.limit)?;
    let me = me()?;
    let rolls = Rolls::known(charter()?)?;
    let standings = rolls.standings(rolls.number());
    let mut known: Vec<(AgentPubKey, MemberTag)> = tags()?.into_iter().collect();
    known.sort_by_cached_key(|(agent, tag)| (tag.name.to_lowercase(), agent.clone()));
    let total = known.len();
    let (known, next) = page_of_list(known, input.cursor, limit);
    // Only these: a profile may carry a picture, and a village has hundreds of them.
    let shown: Vec<ActionId> = known.iter().filter_map(|(_, tag)| tag.profile).collect();
    let mut profiles = profiles(&shown)?;
    let members = known
        .into_iter()
        .map(|(agent, tag)| {
            let said = tag.profile.and_then(|id| profiles.remove_entry(&id));
            let (profile, said) = said.map_or((None, None), |(id, said)| (Some(id), Some(said)));
            let pictured = said.as_ref().is_some_and(|said| said.picture.is_some());
            let (skills, languages) = said
                .map(|said| (said.skills, said.languages))
                .unwrap_or_default();
            Member {
                me: agent == me,
                steward: rolls.founded_by(&agent_id(&agent)),
                standing: standings.get(&agent_id(&agent)).copied(),
                agent,
                name: tag.name,
                profile: profile.map(|id| action_hash(&id)),
                pictured,
                skills,
                languages,
            }
        })
        .collect();
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
