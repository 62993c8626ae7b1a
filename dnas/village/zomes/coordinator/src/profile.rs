//! What members say about themselves: set one's own, look at anybody's.

use crate::api::{ProfileInput, ProfileRef, ProfileSet, ProfileShown};
use crate::book::{me, own_first, valid_records};
use crate::links::links_with_ends;
use crate::member::tag_of;
use crate::refusal::{law, Refusal};
use crate::written::{create_entry, create_link};
use commons_credit_ledger::text::check_name;
use commons_credit_ledger::{ActionId, Profile};
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{
    action_hash, action_id, member_base, members_base, profile_of, EntryTypes, LinkTypes,
    MemberTag, ProfileEntry,
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
    let bases = [
        AnyLinkableHash::from(members_base()),
        AnyLinkableHash::from(member_base(&me)),
    ];
    let before = [own_links(&me, &bases[0])?, own_links(&me, &bases[1])?];
    let hash = create_entry(EntryTypes::Profile(ProfileEntry(profile)))?;
    let tag = MemberTag {
        book,
        name,
        profile: Some(action_id(&hash)),
    }
    .encode();
    for (base, before) in bases.into_iter().zip(before) {
        create_link(base, me.clone(), LinkTypes::Member, tag.clone())?;
        let old = before.len().saturating_sub(OWN_LINKS_KEPT - 1);
        for link in before.into_iter().take(old) {
            delete_link(link.create_link_hash, GetOptions::local())?;
        }
    }
    Ok(ProfileSet { profile: hash })
}

/// What a member says about themselves, picture and all.
#[hdk_extern]
pub fn profile(input: ProfileRef) -> ExternResult<ProfileShown> {
    let tag = tag_of(&input.agent)?.ok_or(Refusal::NotAMember)?;
    let known = profiles(tag.profile.as_slice())?;
    let said = known.of(&input.agent, &tag);
    let profile = said.and(tag.profile).map(|id| action_hash(&id));
    let (picture, skills, languages, about) = said.cloned().map_or_else(Default::default, |said| {
        (said.picture, said.skills, said.languages, said.about)
    });
    Ok(ProfileShown {
        agent: input.agent,
        name: tag.name,
        profile,
        picture,
        skills,
        languages,
        about,
    })
}

/// The caller's own member links at a base that still stand, oldest first.
fn own_links(me: &AgentPubKey, base: &AnyLinkableHash) -> ExternResult<Vec<Link>> {
    let found = links_with_ends(base.clone(), LinkTypes::Member)?;
    Ok(found
        .into_iter()
        .filter(|(link, ends)| link.author == *me && !ends.contains(me))
        .map(|(link, _)| link)
        .collect())
}

/// Profiles with who wrote them.
pub(crate) struct Profiles(BTreeMap<ActionId, (AgentPubKey, Profile)>);

impl Profiles {
    /// What a member says, if they wrote it themselves: a link is only a hint.
    pub(crate) fn of(&self, agent: &AgentPubKey, tag: &MemberTag) -> Option<&Profile> {
        let (author, profile) = self.0.get(&tag.profile?)?;
        (author == agent).then_some(profile)
    }
}

/// The profiles at these addresses that this node holds and has found valid.
pub(crate) fn profiles(ids: &[ActionId]) -> ExternResult<Profiles> {
    let hashes: Vec<ActionHash> = ids.iter().map(action_hash).collect();
    let found = valid_records(&hashes)?;
    let known = found.iter().filter_map(|record| {
        let said = (record.action().author().clone(), profile_of(record)?);
        Some((action_id(record.action_address()), said))
    });
    Ok(Profiles(known.collect()))
}
