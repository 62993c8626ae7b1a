//! A coordinator without manners: it commits whatever it is told, so that tests
//! can compose attacks. It stands beside the honest coordinator in a hostile
//! person's cell; the integrity zome, and with it the village, stays the same.

mod input;

use commons_credit_ledger::Page;
use hdk::prelude::*;
use holochain_serialized_bytes::{SerializedBytes, UnsafeBytes};
use input::{Bytes, Linked, OwnPage, Replaced, Signed};
use village_integrity::{page_of, EntryTypes, PageEntry};

/// Commits a page as it stands.
#[hdk_extern]
pub fn commit_page(page: Page) -> ExternResult<ActionHash> {
    create_entry(EntryTypes::Page(PageEntry(page)))
}

/// Commits any bytes as an entry of any type.
#[hdk_extern]
pub fn commit_bytes(input: Bytes) -> ExternResult<ActionHash> {
    let location = EntryDefLocation::App(AppEntryDefLocation {
        zome_index: ZomeIndex(input.zome),
        entry_def_index: EntryDefIndex(input.entry_type),
    });
    let visibility = if input.private {
        EntryVisibility::Private
    } else {
        EntryVisibility::Public
    };
    let entry = Entry::app(SerializedBytes::from(UnsafeBytes::from(input.bytes)))
        .map_err(|error| wasm_error!(error.to_string()))?;
    HDK.with(|hdk| {
        hdk.borrow().create(CreateInput::new(
            location,
            visibility,
            entry,
            ChainTopOrdering::Strict,
        ))
    })
}

/// Updates any entry to a page.
#[hdk_extern]
pub fn commit_update(input: Replaced) -> ExternResult<ActionHash> {
    update_entry(input.original, PageEntry(input.page))
}

/// Deletes any record.
#[hdk_extern]
pub fn commit_delete(action: ActionHash) -> ExternResult<ActionHash> {
    HDK.with(|hdk| {
        hdk.borrow()
            .delete(DeleteInput::new(action, ChainTopOrdering::Strict))
    })
}

/// Creates any link.
#[hdk_extern]
pub fn commit_link(input: Linked) -> ExternResult<ActionHash> {
    HDK.with(|hdk| {
        hdk.borrow().create_link(CreateLinkInput::new(
            input.base,
            input.target,
            ZomeIndex(0),
            LinkType(input.link_type),
            LinkTag(input.tag),
            ChainTopOrdering::Strict,
        ))
    })
}

/// Deletes any link.
#[hdk_extern]
pub fn commit_unlink(action: ActionHash) -> ExternResult<ActionHash> {
    delete_link(action, GetOptions::local())
}

/// Signs any bytes with the agent's key.
#[hdk_extern]
pub fn sign_bytes(bytes: Vec<u8>) -> ExternResult<Signature> {
    sign_raw(agent_info()?.agent_initial_pubkey, bytes)
}

/// Verifies a signature as the validators do.
#[hdk_extern]
pub fn verify_bytes(input: Signed) -> ExternResult<bool> {
    verify_signature_raw(input.key, input.signature, input.message)
}

/// The caller's own chain, oldest first.
#[hdk_extern]
pub fn own_chain(_: ()) -> ExternResult<Vec<Record>> {
    query(ChainQueryFilter::new().include_entries(true))
}

/// The pages on the caller's own chain, oldest first.
#[hdk_extern]
pub fn own_pages(_: ()) -> ExternResult<Vec<OwnPage>> {
    let chain = query(ChainQueryFilter::new().include_entries(true))?;
    Ok(chain
        .iter()
        .filter_map(|record| {
            Some(OwnPage {
                hash: record.action_address().clone(),
                page: page_of(record)?,
            })
        })
        .collect())
}

/// A record that this node holds.
#[hdk_extern]
pub fn read_record(action: ActionHash) -> ExternResult<Option<Record>> {
    get(action, GetOptions::local())
}
