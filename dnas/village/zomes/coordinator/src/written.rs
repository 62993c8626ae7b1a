//! Writing entries and links, and asking for links, by numbers known beforehand.
//!
//! The village has one integrity zome, so its types have fixed numbers. The HDK's own
//! functions ask the conductor for them at every call (`zome_info`), which starts the
//! integrity zome anew each time (0.7.1): a millisecond for each entry, link and query,
//! a quarter of a payment.

use hdk::prelude::*;
use village_integrity::{EntryTypes, EntryTypesUnit, LinkTypes};

/// The one integrity zome.
const VILLAGE: ZomeIndex = ZomeIndex(0);

/// Commits an entry of the app.
pub(crate) fn create_entry(entry: EntryTypes) -> ExternResult<ActionHash> {
    let unit: EntryTypesUnit = entry.to_unit();
    create(CreateInput::new(
        EntryDefLocation::app(VILLAGE, EntryDefIndex(unit as u8)),
        EntryVisibility::from(&entry),
        Entry::try_from(entry)?,
        ChainTopOrdering::default(),
    ))
}

/// Commits a link.
pub(crate) fn create_link(
    base: impl Into<AnyLinkableHash>,
    target: impl Into<AnyLinkableHash>,
    kind: LinkTypes,
    tag: impl Into<LinkTag>,
) -> ExternResult<ActionHash> {
    let input = CreateLinkInput::new(
        base.into(),
        target.into(),
        VILLAGE,
        LinkType(kind as u8),
        tag.into(),
        ChainTopOrdering::default(),
    );
    HDK.with(|hdk| hdk.borrow().create_link(input))
}

/// Asks for links of a kind at a base.
pub(crate) fn links_at(base: impl Into<AnyLinkableHash>, kind: LinkTypes) -> LinkQuery {
    LinkQuery::new(
        base,
        LinkTypeFilter::single_type(VILLAGE, LinkType(kind as u8)),
    )
}

/// The kind of a link that this zome wrote.
pub(crate) fn kind_of_link(link: &CreateLinkData) -> Option<LinkTypes> {
    (link.zome_index == VILLAGE)
        .then(|| LinkTypes::numbered(link.link_type))
        .flatten()
}
