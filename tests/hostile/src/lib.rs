//! A coordinator without manners: it commits whatever it is told, so that tests
//! can compose attacks. It stands beside the honest coordinator in a hostile
//! person's cell; the integrity zome, and with it the village, stays the same.
//!
//! It knows types by their numbers only: a conductor does not tell a coordinator
//! that came later what the integrity zome is called.

mod input;

use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::{ActionId, AgentId, Event, Page, SignatureBytes, VillageId};
use hdk::prelude::*;
use holochain_serialized_bytes::{SerializedBytes, UnsafeBytes};
use input::{Gifts, Linked, OwnPage, RawEntry, Replaced, SignatureClaim};

/// Index of the entry type of pages.
const PAGE: u8 = 0;
/// About the size of a page.
const NOISE_BYTES: u32 = 700;

/// Commits a page as it stands.
#[hdk_extern]
pub fn commit_page(page: Page) -> ExternResult<ActionHash> {
    commit_bytes(RawEntry {
        zome: 0,
        entry_type: PAGE,
        private: false,
        bytes: bytes_of(&page)?,
    })
}

/// Pays the same again and again in one commit, each payment with its link, as `pay`
/// does one by one: so a long book is written in minutes.
#[hdk_extern]
pub fn commit_gifts(input: Gifts) -> ExternResult<()> {
    let me = agent_info()?.agent_initial_pubkey;
    let author = AgentId(core(me.get_raw_32()));
    let village = VillageId(core(dna_info()?.hash.get_raw_32()));
    let mut page = input.page;
    for _ in 0..input.count {
        let Some(cheque) = page
            .event
            .transfer()
            .map(|transfer| statement(&village, &author, &page, transfer))
        else {
            return Err(wasm_error!("give a page that pays"));
        };
        let signature = sign_raw(me.clone(), cheque.to_vec())?;
        if let Event::Transfer(transfer) = &mut page.event {
            transfer.cheque = SignatureBytes(signature.0);
        }
        let hash = commit_page(page.clone())?;
        commit_link(Linked {
            base: input.to.clone().into(),
            target: hash.clone().into(),
            link_type: input.link_type,
            tag: Vec::new(),
        })?;
        page.number += 1;
        page.previous = Some(ActionId(core(hash.get_raw_32())));
        if let Event::Transfer(transfer) = &page.event {
            page.after.holdings[0].balance_s.0 -= transfer.amount_s.0;
        }
    }
    Ok(())
}

fn core(bytes: &[u8]) -> [u8; 32] {
    let mut core = [0; 32];
    core.copy_from_slice(bytes);
    core
}

fn bytes_of(page: &Page) -> ExternResult<Vec<u8>> {
    holochain_serialized_bytes::encode(page).map_err(|error| wasm_error!(error))
}

fn entry_of(bytes: Vec<u8>) -> ExternResult<Entry> {
    Entry::app(SerializedBytes::from(UnsafeBytes::from(bytes)))
        .map_err(|error| wasm_error!(error.to_string()))
}

/// Commits any bytes as an entry of any type.
#[hdk_extern]
pub fn commit_bytes(input: RawEntry) -> ExternResult<ActionHash> {
    let location = EntryDefLocation::App(AppEntryDefLocation {
        zome_index: ZomeIndex(input.zome),
        entry_def_index: EntryDefIndex(input.entry_type),
    });
    let visibility = if input.private {
        EntryVisibility::Private
    } else {
        EntryVisibility::Public
    };
    let entry = entry_of(input.bytes)?;
    HDK.with(|hdk| {
        hdk.borrow().create(CreateInput::new(
            location,
            visibility,
            entry,
            ChainTopOrdering::Strict,
        ))
    })
}

/// Commits entries of random bytes, each of about the size of a page.
#[hdk_extern]
pub fn commit_noise(count: u32) -> ExternResult<()> {
    for _ in 0..count {
        commit_bytes(RawEntry {
            zome: 0,
            entry_type: PAGE,
            private: false,
            bytes: random_bytes(NOISE_BYTES)?.to_vec(),
        })?;
    }
    Ok(())
}

/// Updates any entry to a page.
#[hdk_extern]
pub fn commit_update(input: Replaced) -> ExternResult<ActionHash> {
    update(UpdateInput::new(
        input.original,
        entry_of(bytes_of(&input.page)?)?,
        ChainTopOrdering::Strict,
    ))
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
pub fn verify_bytes(input: SignatureClaim) -> ExternResult<bool> {
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

fn page_of(record: &Record) -> Option<Page> {
    let EntryType::App(definition) = record.action().entry_type()? else {
        return None;
    };
    let Some(Entry::App(bytes)) = record.entry().as_option() else {
        return None;
    };
    (definition.entry_index.0 == PAGE)
        .then(|| holochain_serialized_bytes::decode(bytes.bytes()).ok())
        .flatten()
}

/// A record that this node holds.
#[hdk_extern]
pub fn read_record(action: ActionHash) -> ExternResult<Option<Record>> {
    get(action, GetOptions::local())
}

/// Fetches valid records one by one, as a validator fetches what it needs; how many.
#[hdk_extern]
pub fn fetch_valid(actions: Vec<ActionHash>) -> ExternResult<u32> {
    let mut found = 0;
    for action in actions {
        must_get_valid_record(action)?;
        found += 1;
    }
    Ok(found)
}
