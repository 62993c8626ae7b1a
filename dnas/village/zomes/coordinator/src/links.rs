//! Links are hints: whoever follows one checks what it points at.
//!
//! Conductor 0.7.1 lists a link as soon as it is integrated, refused or not, and
//! hides one that anybody has withdrawn, even if every node refused the withdrawal.
//! So a link found here says only what its signed action says, and its end counts
//! if whoever wrote it was allowed to (rule 24).

use hdk::prelude::*;
use village_integrity::LinkTypes;

/// Links of a type that nobody may withdraw, oldest first.
pub(crate) fn lasting_links(
    base: impl Into<AnyLinkableHash>,
    kind: LinkTypes,
) -> ExternResult<Vec<Link>> {
    let found = links_with_ends(base, kind)?;
    Ok(found.into_iter().map(|(link, _)| link).collect())
}

/// Links of a type with the authors of their withdrawals, oldest first. Costs one
/// look-up for each link that ever was.
pub(crate) fn links_with_ends(
    base: impl Into<AnyLinkableHash>,
    kind: LinkTypes,
) -> ExternResult<Vec<(Link, Vec<AgentPubKey>)>> {
    let query = LinkQuery::try_new(base, kind)?;
    let mut found: Vec<_> = get_links_details(query, GetStrategy::Local)?
        .into_inner()
        .into_iter()
        .filter_map(|(created, ends)| {
            let by = ends.iter().map(|end| end.action().author().clone());
            Some((link_of(&created)?, by.collect()))
        })
        .collect();
    found.sort_by_key(|(link, _)| link.timestamp);
    Ok(found)
}

/// Links of a type that the conductor lists: quick, however many there were before.
/// What a stranger has withdrawn is missing.
pub(crate) fn listed_links(
    base: impl Into<AnyLinkableHash>,
    kind: LinkTypes,
) -> ExternResult<Vec<Link>> {
    get_links(LinkQuery::try_new(base, kind)?, GetStrategy::Local)
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
