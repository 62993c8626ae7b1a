//! Links as this node has judged them.
//!
//! Conductor 0.7.1 lists a link as soon as it is integrated, refused or not, and
//! hides one that anybody has withdrawn, even if every node refused the withdrawal.
//! So nothing here trusts `get_links`: creation and withdrawal count if this node
//! holds them and has found them valid.

use crate::book::valid_records;
use hdk::prelude::*;

/// Links that stand: created and not withdrawn, oldest first.
pub(crate) fn live_links(query: LinkQuery) -> ExternResult<Vec<Link>> {
    let found = judged(query)?;
    Ok(found
        .into_iter()
        .filter(|(_, withdrawn)| !withdrawn)
        .map(|(link, _)| link)
        .collect())
}

/// Links that were ever created, whether withdrawn since or not, oldest first.
pub(crate) fn all_links(query: LinkQuery) -> ExternResult<Vec<Link>> {
    Ok(judged(query)?.into_iter().map(|(link, _)| link).collect())
}

/// Valid links, and whether each was validly withdrawn.
fn judged(query: LinkQuery) -> ExternResult<Vec<(Link, bool)>> {
    let author = query.author.clone();
    let mut found = Vec::new();
    // The conductor does not look at the author here.
    for (created, withdrawals) in get_links_details(query, GetStrategy::Local)?.into_inner() {
        if author
            .as_ref()
            .is_none_or(|one| created.action().author() == one)
        {
            if let Some(link) = link_of(&created) {
                let withdrawals: Vec<ActionHash> =
                    withdrawals.iter().map(|it| it.as_hash().clone()).collect();
                found.push((link, withdrawals));
            }
        }
    }
    let asked: Vec<ActionHash> = found
        .iter()
        .flat_map(|(link, withdrawals)| {
            std::iter::once(link.create_link_hash.clone()).chain(withdrawals.iter().cloned())
        })
        .collect();
    let valid: HashSet<ActionHash> = valid_records(&asked)?
        .iter()
        .map(|record| record.action_address().clone())
        .collect();
    let mut links: Vec<(Link, bool)> = found
        .into_iter()
        .filter(|(link, _)| valid.contains(&link.create_link_hash))
        .map(|(link, withdrawals)| (link, withdrawals.iter().any(|it| valid.contains(it))))
        .collect();
    links.sort_by_key(|(link, _)| link.timestamp);
    Ok(links)
}

fn link_of(created: &SignedActionHashed) -> Option<Link> {
    let action = created.action();
    let ActionData::CreateLink(data) = &action.data else {
        return None;
    };
    Some(Link {
        author: action.author().clone(),
        base: data.base_address.clone(),
        target: data.target_address.clone(),
        timestamp: action.timestamp(),
        zome_index: data.zome_index,
        link_type: data.link_type,
        tag: data.tag.clone(),
        create_link_hash: created.as_hash().clone(),
    })
}
