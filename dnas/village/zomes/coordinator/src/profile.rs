//! What members say about themselves: set one's own, look at anybody's.

use crate::api::{ProfileInput, ProfileRef, ProfileSet, ProfileShown};
use crate::book::{me, own_first, valid_records};
use crate::links::listed_links;
use crate::member::tag_of;
use crate::refusal::{law, Refusal};
use commons_credit_ledger::text::check_name;
use commons_credit_ledger::{ActionId, Profile};
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{
    action_hash, action_id, members_base, profile_of, EntryTypes, LinkTypes, MemberTag,
    ProfileEntry,
};

/// Member links of the caller's own that are left standing: the newest, and the one
/// before. A peer that hears of a withdrawal first still knows the caller.
const OWN_LINKS_KEPT: usize = 2;

/// Says something about the caller: name, picture, skills, languages, a sentence.
#[hdk_extern]
pub fn set_profile(input: ProfileInput) -> ExternResult<ProfileSet> {
    let me = me()?;
    let trimmed = |texts: Vec<String>| texts.iter().map(|text| text.trim().to_owned()).collect();
    let name = input.name.trim().to_owned();
    check_name(&name).map_err(law)?;
    let book = action_id(&own_first()?);
    let profile = Profile {
        book,
        picture: input.picture,
        skills: trimmed(input.skills),
        languages: trimmed(input.languages),
        about: input.about.trim().to_owned(),
    };
    profile.check().map_err(law)?;
    let hash = create_entry(EntryTypes::Profile(ProfileEntry(profile)))?;
    let tag = MemberTag {
        book,
        name,
        profile: Some(action_id(&hash)),
    }
    .encode();
    for base in [members_base().into(), AnyLinkableHash::from(me.clone())] {
        let mut before = listed_links(base.clone(), LinkTypes::Member)?;
        before.retain(|link| link.author == me);
        create_link(base, me.clone(), LinkTypes::Member, tag.clone())?;
        let old = before.len().saturating_sub(OWN_LINKS_KEPT - 1);
        for link in before.into_iter().take(old) {
            // One that a stranger marked as deleted stays; the newest counts.
            if let Err(kept) = delete_link(link.create_link_hash, GetOptions::local()) {
                warn!("an old name stays: {kept}");
            }
        }
    }
    Ok(ProfileSet { profile: hash })
}

/// What a member says about themselves, picture and all.
#[hdk_extern]
pub fn profile(input: ProfileRef) -> ExternResult<ProfileShown> {
    let tag = tag_of(&input.agent)?.ok_or(Refusal::NotAMember)?;
    let shown = tag.profile.as_slice();
    let profile = profiles(shown)?
        .into_iter()
        .find(|(_, said)| said.author == input.agent);
    let (id, said) = profile.map_or((None, None), |(id, said)| (Some(id), Some(said.profile)));
    let (picture, skills, languages, about) = said.map_or_else(Default::default, |said| {
        (said.picture, said.skills, said.languages, said.about)
    });
    Ok(ProfileShown {
        agent: input.agent,
        name: tag.name,
        profile: id.map(|id| action_hash(&id)),
        picture,
        skills,
        languages,
        about,
    })
}

/// A profile with who says it.
pub(crate) struct Said {
    pub(crate) author: AgentPubKey,
    pub(crate) profile: Profile,
}

/// The profiles at these addresses that this node holds and has found valid.
pub(crate) fn profiles(ids: &[ActionId]) -> ExternResult<BTreeMap<ActionId, Said>> {
    let hashes: Vec<ActionHash> = ids.iter().map(action_hash).collect();
    Ok(valid_records(&hashes)?
        .iter()
        .filter_map(|record| {
            let said = Said {
                author: record.action().author().clone(),
                profile: profile_of(record)?,
            };
            Some((action_id(record.action_address()), said))
        })
        .collect())
}
