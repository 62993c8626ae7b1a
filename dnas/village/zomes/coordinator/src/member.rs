//! Members: who they are, as far as this node knows.

use crate::api::{ListInput, Member, Members};
use crate::book::{charter, me, valid_record, valid_records};
use crate::links::{links_with_ends, listed_links};
use crate::refusal::{check_limit, Refusal};
use crate::rolls::Rolls;
use hdk::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use village_integrity::{action_hash, agent_id, members_base, opens_book_of, LinkTypes, MemberTag};

/// What a link says of its author, if it says that they are a member.
fn membership(link: &Link) -> Option<MemberTag> {
    let own = link.target == AnyLinkableHash::from(link.author.clone());
    own.then(|| MemberTag::decode(&link.tag).ok()).flatten()
}

/// Names of members, each looked up once: at their own key, which is quick, then on
/// the roll, whose link may have arrived first.
#[derive(Default)]
pub(crate) struct Names {
    known: RefCell<HashMap<AgentPubKey, Option<String>>>,
}

impl Names {
    /// The newest name of a member; none if this node knows no such member.
    pub(crate) fn of(&self, agent: &AgentPubKey) -> Option<String> {
        if let Some(known) = self.known.borrow().get(agent) {
            return known.clone();
        }
        // What cannot be read is not known.
        let found = name_of(agent).ok().flatten();
        self.known.borrow_mut().insert(agent.clone(), found.clone());
        found
    }
}

fn name_of(agent: &AgentPubKey) -> ExternResult<Option<String>> {
    let at_key = AnyLinkableHash::from(agent.clone());
    let at_roll = AnyLinkableHash::from(members_base());
    for base in [&at_key, &at_roll] {
        for link in listed_links(base.clone(), LinkTypes::Member)?.iter().rev() {
            if let Some(name) = proven(agent, link)? {
                return Ok(Some(name));
            }
        }
    }
    // A stranger may have hidden it.
    for base in [at_key, at_roll] {
        for (link, ends) in links_with_ends(base, LinkTypes::Member)?.iter().rev() {
            if !ends.contains(agent) {
                if let Some(name) = proven(agent, link)? {
                    return Ok(Some(name));
                }
            }
        }
    }
    Ok(None)
}

/// The name on a link, if the agent wrote it and has a book.
fn proven(agent: &AgentPubKey, link: &Link) -> ExternResult<Option<String>> {
    match membership(link).filter(|_| link.author == *agent) {
        None => Ok(None),
        Some(tag) => Ok(valid_record(&action_hash(&tag.book))?
            .filter(|book| opens_book_of(book, agent))
            .map(|_| tag.name)),
    }
}

/// Everybody who says that they are a member, with their newest tags. Whether they
/// have a book is for the caller to look up.
fn claimed() -> ExternResult<BTreeMap<AgentPubKey, MemberTag>> {
    Ok(links_with_ends(members_base(), LinkTypes::Member)?
        .into_iter()
        .filter(|(link, ends)| !ends.contains(&link.author))
        .filter_map(|(link, _)| Some((link.author.clone(), membership(&link)?)))
        .collect())
}

/// Keys of members, and of those who only say that they are: without a book that
/// this node finds valid, they have nothing to read either.
pub(crate) fn member_keys() -> ExternResult<Vec<AgentPubKey>> {
    Ok(claimed()?.into_keys().collect())
}

/// About how many members there are.
pub(crate) fn members_about() -> ExternResult<usize> {
    Ok(listed_links(members_base(), LinkTypes::Member)?.len())
}

/// Refuses a key that is not known as a member's.
pub(crate) fn check_member(agent: &AgentPubKey) -> ExternResult<()> {
    match name_of(agent)? {
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
    let mut claimed: Vec<(AgentPubKey, MemberTag)> = claimed()?.into_iter().collect();
    claimed.sort_by_cached_key(|(agent, tag)| (tag.name.to_lowercase(), agent.clone()));
    let total = claimed.len();
    let (shown, next) = page_of_list(claimed, input.cursor, limit);
    let books: Vec<ActionHash> = shown
        .iter()
        .map(|(_, tag)| action_hash(&tag.book))
        .collect();
    let books: HashMap<ActionHash, Record> = valid_records(&books)?
        .into_iter()
        .map(|book| (book.action_address().clone(), book))
        .collect();
    let members = shown
        .into_iter()
        .filter(|(agent, tag)| {
            books
                .get(&action_hash(&tag.book))
                .is_some_and(|book| opens_book_of(book, agent))
        })
        .map(|(agent, tag)| Member {
            me: agent == me,
            steward: rolls.founded_by(&agent_id(&agent)),
            standing: standings.get(&agent_id(&agent)).copied(),
            agent,
            name: tag.name,
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
